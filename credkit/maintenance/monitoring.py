"""Who was held against which exclusion list in a month, and of whom what else is watched was looked at; and of whom not.

Whoever is approved is screened at least once each calendar month (42 CFR 455.436; NCQA CR 5 A), and so is every other line of
the policy that is watched monthly. It is shown by a finding of that month, or by the receipt of a screening of everyone that
found the same again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from credkit.checks.exclusions import outcome_of
from credkit.checks.interface import Check
from credkit.policy import Policy
from credkit.records import ListVersion, Provider, ProviderFile, Result, Screening, Verification
from credkit.screening.verdict import unusable
from credkit.store import drawn_together
from credkit.verify.cycles import approvals, ended
from credkit.verify.plan import Due, due
from credkit.verify.requirements import lines, month_end, renewed_by

State = Literal["screened", "checked", "due", "missed", "not_owed"]

EXCLUSIONS = "exclusions"


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month."""

    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return month_end(self.first)

    def __str__(self) -> str:
        return self.first.strftime("%Y-%m")


@dataclass(frozen=True, slots=True)
class Receipts:
    """What is kept of lists and screenings, for everybody alike: versions by their address, and receipts by list, oldest
    first."""

    versions: Mapping[str, ListVersion]
    screenings: Mapping[str, Sequence[Screening]]

    @classmethod
    def of(cls, versions: Sequence[ListVersion], screenings: Sequence[Screening]) -> "Receipts":
        """Return versions and receipts, sorted."""
        by_list: dict[str, list[Screening]] = {}
        for one in screenings:
            by_list.setdefault(one.list, []).append(one)
        return cls({one.address: one for one in versions}, by_list)


@dataclass(frozen=True, slots=True)
class Covered:
    """The last screening of a provider against a list by a day: the finding that stood, the day on which it was made or
    last renewed, and the version that it was made against then. `receipt` is that of the run; a check that `verify run`
    made alone has none, and stands on its finding's evidence."""

    finding: Verification
    on: date
    address: str
    version: ListVersion | None
    receipt: Screening | None

    @property
    def outcome(self) -> str:
        """What was found: of a screening in the matcher's words."""
        return outcome_of(self.finding) if self.finding.check == EXCLUSIONS else self.finding.result.value

    def fresh(self, policy: Policy) -> bool:
        """Say whether the list was fresh on that day, by the policy."""
        return self.version is not None and not unusable(
            self.version, policy.windows.exclusion_list_max_age_days, self.on
        )


@dataclass(frozen=True, slots=True)
class Watched:
    """One provider and one watched check (of exclusions: one list, by its name as `subject`) in one month. `why` says why
    nothing was owed; `by_hand` that only a person can look it up now."""

    provider: Provider
    check: str
    subject: str
    state: State
    covered: Covered | None
    due_by: date
    why: str = ""
    by_hand: bool = False

    @property
    def list(self) -> str | None:
        """The exclusion list, of a screening."""
        return self.subject if self.check == EXCLUSIONS else None


def screened_by(file: ProviderFile, name: str, receipts: Receipts, until: date) -> Covered | None:
    """Return the last screening of a provider against a list by a day, under whatever name they had then; None where
    there was none. That nobody could be screened is no screening."""
    history = _history(file, name, until)
    found = [one for one in history if one.result is not Result.UNAVAILABLE]
    return covered(found[-1], history, file, receipts, until) if found else None


def covered(
    finding: Verification, history: Sequence[Verification], file: ProviderFile, receipts: Receipts, until: date
) -> Covered:
    """Return a finding as the screening that it stands on by a day."""
    name = finding.subject
    again = renewed_by(finding, history, file.screenings.get(name, ()), until)
    if again is not None:
        on, address = max(finding.verified_on, again.ran_on), again.address
    else:
        on, address = finding.verified_on, finding.source
        again = next((one for one in receipts.screenings.get(name, ()) if _found_in(finding, one)), None)
    return Covered(finding, on, address, receipts.versions.get(address), again)


def every_screening(file: ProviderFile, name: str, receipts: Receipts, until: date) -> list[Covered]:
    """Return the findings of a provider against a list by a day, newest first, each with its last renewal; also those
    which say that nobody could be screened."""
    history = _history(file, name, until)
    return [covered(one, history, file, receipts, until) for one in reversed(history)]


def monitored(
    file: ProviderFile,
    policy: Policy,
    month: Month,
    receipts: Receipts,
    today: date,
    checks: Mapping[str, Check],
    only: Collection[str] = (),
) -> Iterator[Watched]:
    """Say for each list of the policy, and each other check that it watches monthly, whether it was made of a provider in a
    month, as of today. `only` names the checks that are asked about.

    Owed is it from whoever was approved before the month began and still is; a license from whoever was approved for its
    state. It is missed once the month has ended, and until then due.
    """
    until = min(month.last, today)
    if not only or EXCLUSIONS in only:
        why = _not_owed(file, month, until)
        for name in dict.fromkeys(policy.exclusions.lists):
            last = screened_by(file, name, receipts, until)
            yield _watched(file, EXCLUSIONS, name, last, why, month, today)
    watched = _watched_monthly(policy) - {EXCLUSIONS}
    gaps: list[Watched] = []
    for line in lines(file, policy, until, checks) if watched else ():
        check, subject = line.check.name, line.subject
        if check not in watched or (only and check not in only) or line.rule.monitor != "monthly":
            continue
        found = _made(file, check, subject.key, until)
        last = Covered(found, found.verified_on, found.source, None, None) if found else None
        one = _watched(
            file, check, subject.key, last, _not_owed(file, month, until, subject.jurisdiction), month, today
        )
        if one.state == "due":
            gaps.append(one)
        else:
            yield one
    if gaps:
        person = {(one.check.name, one.subject.key) for one in due(file, policy, today, checks) if one.by_hand}
        yield from (replace(one, by_hand=(one.check, one.subject) in person) for one in gaps)


def _watched(
    file: ProviderFile, check: str, subject: str, last: Covered | None, why: str, month: Month, today: date
) -> Watched:
    if last is not None and last.on < month.first:
        last = None
    state: State = "missed" if today > month.last else "due"
    if last is not None:
        state = "screened" if check == EXCLUSIONS else "checked"
    elif why:
        state = "not_owed"
    return Watched(file.provider, check, subject, state, last, month.last, why)


def _watched_monthly(policy: Policy) -> set[str]:
    return {rule.check for rule in policy.requirements if rule.monitor == "monthly"}


def _made(file: ProviderFile, check: str, subject: str, until: date) -> Verification | None:
    """Return the last finding on a subject by a day; that a source gave no answer is none."""
    found = [
        one
        for one in file.verifications
        if (one.check, one.subject) == (check, subject)
        and one.verified_on <= until
        and one.result is not Result.UNAVAILABLE
    ]
    return max(found, key=lambda one: one.verified_on, default=None)


def still_owed(file: ProviderFile, policy: Policy, checks: Mapping[str, Check], on: date) -> Iterator[Due]:
    """Return the checks, monthly or continuously watched, that are due of an approved provider and that nobody made in the
    month of a day. Exclusions are not among them: screening holds everyone against a whole list."""
    watched = {rule.check for rule in policy.requirements if rule.monitor} - {EXCLUSIONS}
    if not watched or not approvals(file, on):
        return
    for one in due(file, policy, on, checks, only=watched):
        seen = one.requirement.verified_on
        if seen is None or (seen.year, seen.month) != (on.year, on.month):
            yield one


def what_to_do(one: Watched) -> str | None:
    """Say what a gap asks for, None where there is none."""
    npi = one.provider.npi
    if one.state not in {"missed", "due"}:
        return None
    if one.list is None:
        subject = f" --subject {one.subject}" if one.subject else ""
        look = f"`credkit verify run {npi} --check {one.check}`"
        if one.by_hand:
            look = f"Look it up: `credkit verify record {npi} {one.check}{subject} --result ... --source ...`"
        return f"{look} by {one.due_by}." if one.state == "due" else _MISSED
    if one.state == "missed":
        return (
            f"`credkit screen run {npi} --list {one.list}` today, and note for the compliance officer why the month was "
            "missed."
        )
    return f"`credkit screen run --all --list {one.list}` by {one.due_by}."


_MISSED = "Note for the compliance officer why the month was missed; `credkit monitor run` makes this month's."


def _not_owed(file: ProviderFile, month: Month, until: date, state: str | None = None) -> str:
    """Say why nothing is owed of a provider, or of one state of theirs, in a month; "" where it is."""
    before = approvals(file, date.fromordinal(month.first.toordinal() - 1))
    for_state = f" for {state}" if state else ""
    if not before or (state and state not in before):
        return f"not approved{for_state} before {month.first}"
    now = approvals(file, until)
    if not now:
        decision = ended(file, until)
        return f"{decision.outcome} on {decision.decided_on}" if decision else "no longer approved"
    return f"no longer approved{for_state}" if state and state not in now else ""


def _history(file: ProviderFile, name: str, until: date) -> list[Verification]:
    return [
        one
        for one in file.verifications
        if one.check == "exclusions" and one.subject == name and one.verified_on <= until
    ]


def _found_in(finding: Verification, screening: Screening) -> bool:
    """Say whether a run made a finding: against the same version, by the same command, while the run went on. The time
    alone would not do: somebody else may screen others meanwhile."""
    return (
        screening.problem is None
        and screening.address == finding.source
        and drawn_together(finding.id, screening.id)
        and finding.id < screening.id
        and screening.began_at <= finding.recorded_at <= screening.recorded_at
    )
