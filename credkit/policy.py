"""The organization's rules: a TOML file that people keep in git, read into a frozen `Policy`.

Every number here is policy, not code. An unknown key, check or profession is an error that names the line.
"""

import hashlib
import re
import tomllib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from importlib import resources
from typing import Annotated, Literal, Self

from dateutil.relativedelta import relativedelta
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator

from credkit.errors import UsageError, did_you_mean
from credkit.records import CREDENTIAL_OF, CredentialKind, CycleKind, EventKind, Leave, Line, PaperKind, Ruling
from credkit.reference.professions import profession_of, professions
from credkit.reference.states import STATES

SHIPPED = "group-practice"


def _state(text: str) -> str:
    if text not in STATES:
        raise ValueError(f"{text} is not a state's postal code.{did_you_mean(text, STATES)}")
    return text


def _profession(text: str) -> str:
    if text not in professions():
        near = profession_of(text)
        advice = f" Write its family, {near.family}." if near else did_you_mean(text, professions())
        raise ValueError(f"{text} is not a profession.{advice}")
    return text


StateCode = Annotated[str, AfterValidator(_state)]
ProfessionName = Annotated[str, AfterValidator(_profession)]
Days = Annotated[int, Field(ge=0, le=36_500)]
Months = Annotated[int, Field(ge=1, le=1_200)]
Dollars = Annotated[int, Field(ge=0)]
PayerName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]


class _Section(BaseModel):
    # A section is built within the whole, once; by itself it is never read.
    model_config = ConfigDict(
        defer_build=True, extra="forbid", frozen=True, arbitrary_types_allowed=True, ignored_types=(cached_property,)
    )


class Windows(_Section):
    """How long things stay good. NCQA CR 3 and CR 4 (2025); CAQH's re-attestation rhythm."""

    verification_days: Days = 120
    attestation_days: Days = 120
    recredentialing_months: Months = 36
    recredentialing_lead_days: Days = 180
    recredentialing_late_days: Days = 30
    recredentialing_after_leave_days: Days = 0
    decision_notice_days: Days = 30
    exclusion_list_max_age_days: Days = 31
    other_list_max_age_days: Days = 31
    caqh_attestation_days: Days = 120
    caqh_attestation_days_by_state: dict[StateCode, Days] = {}

    def recredential_by(self, approved_on: date, leaves: Iterable[Leave] = ()) -> date:
        """Return the last day of an approval given on a day: the end of the month so many months later (NCQA CR 4).

        A leave that has begun by then and lasts beyond it extends it to the return, and so many days as the policy gives
        after one.
        """
        due_on = approved_on + relativedelta(months=self.recredentialing_months, day=31)
        for leave in sorted(leaves, key=lambda one: one.started_on):
            if leave.returns_on and leave.started_on <= due_on < leave.returns_on:
                due_on = leave.returns_on + timedelta(days=self.recredentialing_after_leave_days)
        return due_on

    def late_until(self, due_on: date) -> date:
        """Return the last day on which a late recredentialing may still be decided as one; after it everything that is
        asked of a new applicant is asked again (NCQA CR 4; no grace: the approval lapses on the due day all the same)."""
        return due_on + timedelta(days=self.recredentialing_late_days)

    def recredentialing_starts(self, ends_on: date) -> date:
        """Return the day from which an approval that ends on a day may be renewed."""
        return ends_on - timedelta(days=self.recredentialing_lead_days)


class Exclusions(_Section):
    """Which lists everyone is held against, and which rulings on a hit count only when a second person confirms them."""

    lists: Annotated[tuple[str, ...], Field(min_length=1)] = ("leie",)
    max_shrink: Annotated[float, Field(ge=0, le=1)] = 0.10
    second_person: tuple[Ruling, ...] = ()


class Monitoring(_Section):
    """What a missed monthly check does, and which events the committee hears of: those of some kinds at once, and of
    complaints one that is the last of so many within so many months."""

    overdue_suspends_after_days: Days = 60
    committee_hears: tuple[EventKind, ...] = (EventKind.BOARD_ACTION, EventKind.EXCLUSION, EventKind.ADVERSE_EVENT)
    complaints_to_committee: Annotated[int, Field(ge=1, le=100)] = 3
    complaints_within_months: Months = 12


class WorkHistoryRules(_Section):
    """How far back, and which gaps need words. NCQA CR 3 A."""

    years: Annotated[int, Field(ge=1, le=50)] = 5
    gap_clarified_months: Months = 6
    gap_written_months: Months = 12


class ClaimsHistoryRules(_Section):
    """How far back malpractice claims are weighed. NCQA CR 3 A."""

    years: Annotated[int, Field(ge=1, le=50)] = 5


class MalpracticeException(_Section):
    """Other limits for some professions in some states."""

    professions: tuple[ProfessionName, ...]
    states: tuple[StateCode, ...]
    per_claim: Dollars
    aggregate: Dollars


class FundRule(_Section):
    """A state with a patient-compensation fund, which fills up a lower layer of insurance, and the limits that hold for
    who takes part. Without amounts, less than the plain limits is for a person to look at."""

    state: StateCode
    per_claim: Dollars | None = None
    aggregate: Dollars | None = None


class MalpracticeRules(_Section):
    """What a malpractice policy must cover. Money is whole dollars. `owner_insured` lets the certificate name a business,
    where the provider is recorded as its owner."""

    last_day_covered: bool = False
    per_claim: Dollars = 1_000_000
    aggregate: Dollars = 3_000_000
    min_days_left_at_intake: Days = 60
    shared_limits: Literal["accept", "review"] = "review"
    owner_insured: bool = True
    exceptions: tuple[MalpracticeException, ...] = ()
    funds: tuple[FundRule, ...] = ()

    def last_day(self, ends_on: date) -> date:
        """Return the last day covered by a policy that ends on a day: most end at 12:01 a.m. of it."""
        return ends_on if self.last_day_covered else ends_on - timedelta(days=1)

    def limits(
        self, profession: str | None, states: Iterable[str], taking_part: Collection[str] = ()
    ) -> tuple[int, int]:
        """Return the (per claim, aggregate) dollars asked of a profession's family for all of these states.

        The highest of the states' limits is asked: one policy covers them all. `taking_part` are the states in whose
        compensation fund the provider takes part.
        """
        asked = [self._limits_in(profession, state, taking_part) for state in states]
        if not asked:
            return self.per_claim, self.aggregate
        return max(limit[0] for limit in asked), max(limit[1] for limit in asked)

    def _limits_in(self, profession: str | None, state: str, taking_part: Collection[str]) -> tuple[int, int]:
        per_claim, aggregate = self.per_claim, self.aggregate
        for exception in self.exceptions:
            if profession in exception.professions and state in exception.states:
                per_claim, aggregate = exception.per_claim, exception.aggregate
                break
        fund = self.fund(state) if state in taking_part else None
        if fund is not None:
            per_claim = min(per_claim, per_claim if fund.per_claim is None else fund.per_claim)
            aggregate = min(aggregate, aggregate if fund.aggregate is None else fund.aggregate)
        return per_claim, aggregate

    def fund(self, state: str) -> FundRule | None:
        """Return what the policy says of a state's compensation fund, None where it names none."""
        return next((fund for fund in self.funds if fund.state == state), None)


class Prescribing(_Section):
    """Where a controlled-substance registration is asked for, and where psychologists prescribe."""

    cds_states: tuple[StateCode, ...] = ()
    psychologists_prescribe_in: tuple[StateCode, ...] = ()


class BoardCertificationRules(_Section):
    """Whose board certification is asked for even when they claim none."""

    required_of: tuple[ProfessionName, ...] = ()


class RequirementLine(_Section):
    """One `[[requirements]]` of the policy."""

    check: str
    professions: tuple[ProfessionName, ...] = ()
    states: tuple[StateCode, ...] = ()
    cycles: tuple[CycleKind, ...] = (CycleKind.INITIAL, CycleKind.RECREDENTIALING)
    monitor: Literal["monthly", "continuous"] | None = None
    suspends: bool = False


class DocumentLine(_Section):
    """One `[[documents]]` of the policy: a paper that is asked for. Of a license, registration, degree or certification
    there is one for each that the provider holds."""

    kind: PaperKind
    credential: CredentialKind | None = None
    professions: tuple[ProfessionName, ...] = ()
    states: tuple[StateCode, ...] = ()
    cycles: tuple[CycleKind, ...] = (CycleKind.INITIAL, CycleKind.RECREDENTIALING)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        of = CREDENTIAL_OF.get(self.kind)
        if self.credential is not None and of not in {None, self.credential}:
            raise ValueError(f"a paper of the kind {self.kind} is of {of}, not of {self.credential}.")
        return self


class DutyLine(_Section):
    """One `[[duties]]` of the policy: something that is to be done again every so many days or months, of some professions
    or in some states, by the provider or the staff. It is a date that is watched, and makes nobody ready or not ready.
    `lead_days` before its day it is asked for."""

    name: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^:;,\n]{1,60}$")]
    every_days: Annotated[int, Field(ge=1, le=3_660)] | None = None
    every_months: Annotated[int, Field(ge=1, le=120)] | None = None
    professions: tuple[ProfessionName, ...] = ()
    states: tuple[StateCode, ...] = ()
    who: Literal["provider", "staff"] = "staff"
    what: Annotated[str, StringConstraints(strip_whitespace=True, pattern=r"^[^\n]{0,200}$")] = ""
    lead_days: Days = 14

    @model_validator(mode="after")
    def _has_one_rhythm(self) -> Self:
        if (self.every_days is None) == (self.every_months is None):
            raise ValueError(f"{self.name} has either every_days or every_months.")
        if self.lead_days >= self.shortest_days:
            raise ValueError(f"{self.name} is due {self.rhythm}: lead_days must be fewer than that.")
        return self

    @property
    def rhythm(self) -> str:
        """How often it is due, in words."""
        count, unit = (self.every_days, "day") if self.every_days else (self.every_months, "month")
        return f"every {unit}" if count == 1 else f"every {count} {unit}s"

    @property
    def shortest_days(self) -> int:
        """How many days at the least lie between two."""
        return self.every_days or 28 * (self.every_months or 1)

    def due_on(self, done_on: date, until_on: date | None = None) -> date:
        """Return the last day by which what was done on a day is to be done again: by its rhythm, or its own end before
        that."""
        step = relativedelta(days=self.every_days or 0, months=self.every_months or 0)
        return min(done_on + step, until_on or date.max)

    def done_between(self, after: date, until: date) -> tuple[date, date]:
        """Return days between which it was done (after the first, by the second) where it is due between two others; a few
        more, as months differ."""
        step, slack = relativedelta(days=self.every_days or 0, months=self.every_months or 0), timedelta(days=3)
        return after - step - slack, until - step + slack


class PaperRules(_Section):
    """How large a paper may be, and how many days before its end a new one is asked for."""

    max_megabytes: Annotated[int, Field(ge=1, le=2_000)] = 50
    renewal_days: Days = 30

    @property
    def most_bytes(self) -> int:
        """The largest size of a paper."""
        return self.max_megabytes * 1024 * 1024


class CommitteeRules(_Section):
    """Who decides. A provisional approval is given once, to a first-time applicant, for so many days at most (NCQA: 60),
    where the `provisional_checks` are met. An appeal is asked for within `appeal_days` of the notice, and heard within
    `hearing_days` of its opening. `exceptions_when` are the reasons that keep a file off the clean list. With `second_person_accepts`, a
    review that somebody accepted counts once another person confirmed it."""

    quorum: Annotated[int, Field(ge=1)] = 3
    clean_files_by: Literal["medical_director", "committee"] = "medical_director"
    exceptions_when: tuple[
        Literal["disclosure_yes", "license_restricted", "claims_over_250000", "gap_unexplained", "check_review"], ...
    ] = ("disclosure_yes", "license_restricted", "claims_over_250000", "gap_unexplained", "check_review")
    second_person_accepts: bool = False
    provisional_days: Annotated[int, Field(ge=1, le=60)] = 60
    provisional_checks: tuple[str, ...] = ("license", "malpractice", "exclusions", "attestation", "claims_history")
    appeal_days: Days = 30
    hearing_days: Days = 60


class CaqhRules(_Section):
    """Status texts of CAQH's that credkit does not know yet, and whether each lets payers read the profile."""

    statuses: dict[str, Literal["usable", "unusable"]] = {}


class WantedEnrollment(_Section):
    """One `[[network.enroll]]`: a payer that providers should be enrolled with. Without `professions` or `states` it is for
    every profession, and every state of practice in which the payer does business; where an enrollment with one of
    `not_with` is open in a state, none is opened there."""

    payer: PayerName
    line: Line | None = None
    professions: tuple[ProfessionName, ...] = ()
    states: tuple[StateCode, ...] = ()
    not_with: tuple[PayerName, ...] = ()


class NetworkRules(_Section):
    """Which enrollments do not count towards being ready to see clients, which a provider should have, and how payers are
    chased.

    Medicare's effective date is the filing date at the earliest, and billing reaches 30 days further back (42 CFR
    424.520(d), 424.521); Medicare and Medicaid revalidate every five years (42 CFR 424.515, 455.414).
    """

    excluded_lines: tuple[Line, ...] = ()
    excluded_payers: tuple[PayerName, ...] = ()
    follow_up_days: Annotated[int, Field(ge=1, le=366)] = 14
    usual_days: Annotated[int, Field(ge=1, le=3_660)] = 90
    decisions_needed: Annotated[int, Field(ge=1, le=1_000)] = 5
    retroactive_lines: tuple[Line, ...] = (Line.MEDICAID, Line.MANAGED_MEDICAID)
    billing_days_back: dict[Line, Days] = {Line.MEDICARE: 30}
    revalidation_months: dict[Line, Months] = {Line.MEDICARE: 60, Line.MEDICAID: 60}
    revalidation_lead_days: Days = 120
    enroll: tuple[WantedEnrollment, ...] = ()

    def revalidate_by(self, line: Line, effective_on: date) -> date | None:
        """Return the last day of an enrollment's revalidation: the end of the month so many months after its effective date;
        None where its line has none."""
        months = self.revalidation_months.get(line)
        return effective_on + relativedelta(months=months, day=31) if months else None


class ExpiryRules(_Section):
    """At how many days before a date it is named."""

    bands: tuple[Days, ...] = (7, 14, 30, 60, 90, 120)


class ReminderRules(_Section):
    """At how many days before a CAQH attestation is due its provider is reminded (CAQH itself does at 15, 10 and 5). For
    everything else the bands of `[expiry]` hold."""

    caqh_bands: tuple[Days, ...] = (5, 10, 15, 30)


class Policy(_Section):
    """The whole policy. `sha256` is of the file's text, and stands beside every judgment made by it."""

    name: str
    effective_from: date
    windows: Windows = Windows()
    exclusions: Exclusions = Exclusions()
    monitoring: Monitoring = Monitoring()
    work_history: WorkHistoryRules = WorkHistoryRules()
    claims_history: ClaimsHistoryRules = ClaimsHistoryRules()
    disclosures: dict[Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")], str] = {}
    malpractice: MalpracticeRules = MalpracticeRules()
    prescribing: Prescribing = Prescribing()
    board_certification: BoardCertificationRules = BoardCertificationRules()
    requirements: tuple[RequirementLine, ...] = ()
    documents: tuple[DocumentLine, ...] = ()
    duties: tuple[DutyLine, ...] = ()
    papers: PaperRules = PaperRules()
    caqh: CaqhRules = CaqhRules()
    committee: CommitteeRules = CommitteeRules()
    network: NetworkRules = NetworkRules()
    expiry: ExpiryRules = ExpiryRules()
    reminders: ReminderRules = ReminderRules()
    sha256: str = ""

    @cached_property
    def suspending(self) -> Self:
        """The same policy with only the lines whose lapse ends readiness."""
        return self.model_copy(update={"requirements": tuple(line for line in self.requirements if line.suspends)})

    def unwatched(self, essential: Iterable[str]) -> tuple[str, ...]:
        """Return the essential checks that no line asks for so that lapsing suspends: by this policy, nobody is ever ready."""
        watched = {line.check for line in self.requirements if line.suspends}
        return tuple(check for check in essential if check not in watched)

    @classmethod
    def parse(cls, text: str, known_checks: Collection[str], *, origin: str = "policy") -> Self:
        """Read a policy from its text; every problem is reported with the line it stands on."""
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{origin} is not a TOML file: {error}") from error
        problems: list[str] = []
        if "sha256" in content:
            problems.append(f"line {_line_of(text, ('sha256',))}: sha256 is not a key of a policy.")
            del content["sha256"]
        try:
            policy = cls.model_validate(content | {"sha256": hashlib.sha256(text.encode()).hexdigest()})
        except ValidationError as error:
            problems += [
                f"line {_line_of(text, problem.where)}: {problem.says}" for problem in map(_problem, error.errors())
            ]
            raise UsageError(f"{origin} is not a policy that credkit can use.", details=problems) from error
        for place, line in enumerate(policy.requirements):
            if line.check not in known_checks:
                where = _line_of(text, ("requirements", place, "check"))
                advice = did_you_mean(line.check, known_checks)
                problems.append(f"line {where}: there is no check named {line.check!r}.{advice}")
        names: set[str] = set()
        for place, duty in enumerate(policy.duties):
            if duty.name.casefold() in names:
                where = _line_of(text, ("duties", place, "name"))
                problems.append(f"line {where}: there is another duty named {duty.name!r}.")
            names.add(duty.name.casefold())
        if problems:
            raise UsageError(f"{origin} is not a policy that credkit can use.", details=problems)
        return policy

    @property
    def shortest_duty_days(self) -> int | None:
        """How many days at the least lie between two times of any duty, None without any."""
        return min((line.shortest_days for line in self.duties), default=None)

    @property
    def shortest_caqh_days(self) -> int:
        """How many days the shortest-lived CAQH attestation of any state lasts."""
        windows = self.windows
        return min((windows.caqh_attestation_days, *windows.caqh_attestation_days_by_state.values()))

    def caqh_days(self, states: Iterable[str]) -> int:
        """Return how many days a CAQH attestation lasts for a provider who practices in these states (IL has 180)."""
        windows = self.windows
        days = [windows.caqh_attestation_days_by_state.get(state, windows.caqh_attestation_days) for state in states]
        return min(days, default=windows.caqh_attestation_days)


def shipped_text(name: str = SHIPPED) -> str:
    """Return the text of a policy that ships with credkit."""
    return resources.files("credkit.policies").joinpath(f"{name}.toml").read_text(encoding="utf-8")


@dataclass(frozen=True, slots=True)
class _Problem:
    where: tuple[str | int, ...]
    says: str


def _problem(error: object) -> _Problem:
    assert isinstance(error, dict)
    where = tuple(error["loc"])
    path = ".".join(str(part) for part in where if isinstance(part, str))
    if error["type"] == "extra_forbidden":
        return _Problem(where, f"{path} is not a key of a policy.{did_you_mean(str(where[-1]), _keys_beside(where))}")
    message = str(error["msg"]).removeprefix("Value error, ")
    return _Problem(where, f"{path}: {message}")


_ENTRIES: dict[tuple[type[BaseModel], str], type[BaseModel]] = {
    (Policy, "requirements"): RequirementLine,
    (Policy, "documents"): DocumentLine,
    (Policy, "duties"): DutyLine,
    (MalpracticeRules, "exceptions"): MalpracticeException,
    (MalpracticeRules, "funds"): FundRule,
    (NetworkRules, "enroll"): WantedEnrollment,
}


def _keys_beside(where: tuple[str | int, ...]) -> list[str]:
    model: type[BaseModel] = Policy
    for part in where[:-1]:
        if isinstance(part, int):
            continue
        if (model, part) in _ENTRIES:
            model = _ENTRIES[model, part]
        else:
            annotation = model.model_fields[part].annotation
            if not (isinstance(annotation, type) and issubclass(annotation, BaseModel)):
                return []
            model = annotation
    return [key for key in model.model_fields if key != "sha256"]


def _line_of(text: str, where: tuple[str | int, ...]) -> int:
    """Return the number of the line on which a key stands: TOML's reader keeps none, so the text is searched. What is
    missing is looked for in vain, and its section's line is named."""
    lines = text.splitlines()
    start, end, last, in_entry = 0, len(lines), 0, False
    for place, part in enumerate(where):
        if isinstance(part, int):
            # Of an array of inline tables, each of which stands on one line.
            tables = [n for n in range(start, end) if "{" in lines[n]]
            if not in_entry and place + 1 < len(where) and part < len(tables):
                start = last = tables[part]
                end = start + 1
            continue
        following = where[place + 1] if place + 1 < len(where) else None
        name = re.escape(part)
        entries = [n for n, line in enumerate(lines) if re.match(rf"\s*\[\[\s*(?:[\w-]+\.)*{name}\s*\]\]", line)]
        sections = [n for n, line in enumerate(lines) if re.match(rf"\s*\[\s*(?:[\w-]+\.)*{name}\s*\]", line)]
        key = re.compile(rf"""\s*(?:[\w-]+\s*\.\s*)*["']?{name}["']?\s*[=.]|[^#]*[{{,]\s*["']?{name}["']?\s*=""")
        keys = [n for n in range(start, end) if key.match(lines[n])]
        in_entry = isinstance(following, int) and following < len(entries)
        if isinstance(following, int) and in_entry:
            start = last = entries[following]
        elif sections and not keys:
            start = last = sections[0]
        elif keys:
            # An inline table, or an array over several lines: what is inside it comes after.
            start = last = keys[0]
            continue
        else:
            continue
        end = next((n for n in range(start + 1, len(lines)) if re.match(r"\s*\[", lines[n])), len(lines))
    return last + 1
