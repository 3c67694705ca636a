"""Who is on a payer's roster on a day, what the payer gets of each, and what differs from the roster sent before."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from credkit.canonical import canonical
from credkit.committee.standing import standing
from credkit.network.roster_fields import FIELDS, Subject, Value, last_day
from credkit.network.roster_template import RosterTemplate, TemplateColumn, TemplateSheet
from credkit.policy import Policy
from credkit.records import (
    Credential,
    CredentialKind,
    Enrollment,
    EnrollmentStatus,
    Payer,
    ProviderFile,
    RosterAction,
)
from credkit.settings import Organization

_S = EnrollmentStatus
#: Values that say nothing of the member, and so make no change of theirs.
_OF_THE_ROSTER = frozenset({"action", "roster_date"})


@dataclass(frozen=True, slots=True)
class Member:
    """One member, and their cells: of each sheet the rows, in the order of its columns. The cell of an action is empty
    until it is written."""

    npi: str
    name: str
    enrollment_id: str
    action: RosterAction
    rows: Mapping[str, Sequence[tuple[str, ...]]] = field(repr=False)
    digest: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An enrollment that is not on the roster, and why."""

    npi: str
    name: str
    state: str
    why: str


@dataclass(slots=True)
class Membership:
    """Everybody on a roster, and who was left out. What members were before is a mapping from their enrollment to its
    digest."""

    payer: Payer
    template: RosterTemplate
    organization: Organization
    policy: Policy
    on: date
    before: Mapping[str, str]
    left_out: list[LeftOut] = field(default_factory=list)

    def members(self, files: Iterable[ProviderFile], ids: frozenset[str]) -> Iterator[Member]:
        """Yield the members of the payer (`ids`: its own, and those of the payers merged into it), by NPI, each with what
        the roster asks for them; who was on the last one and no longer is, as terminated."""
        for file in files:
            for enrollment in file.enrollments:
                if enrollment.payer_id in ids:
                    yield from self._member(file, enrollment)

    def _member(self, file: ProviderFile, enrollment: Enrollment) -> Iterator[Member]:
        stands = standing(file, self.policy, self.on)
        approval = stands.approvals.get(enrollment.state) if stands.approved(self.on) else None
        held = max(
            (one for one in file.held(CredentialKind.LICENSE) if one.jurisdiction == enrollment.state),
            key=lambda one: one.expires_on or date.max,
            default=None,
        )
        subject = Subject(file, enrollment, self.payer, stands, approval, self.organization, self.on, license=held)
        was = self.before.get(enrollment.id)
        why_not = self._why_not(subject)
        if why_not is None:
            yield self._as_member(subject, was)
        elif was is not None:
            ended = enrollment.ended_on if enrollment.status is _S.TERMINATED else None
            reason = enrollment.status_reason if enrollment.status.closed else why_not
            gone = replace(subject, ended_on=ended or last_day(stands, self.on), end_reason=reason or why_not)
            yield self._as_member(gone, was, RosterAction.TERMINATE)
        elif not enrollment.status.closed:
            self.left_out.append(LeftOut(file.provider.npi, file.provider.name, enrollment.state, why_not))

    def _as_member(self, subject: Subject, was: str | None, action: RosterAction | None = None) -> Member:
        rows, digest = self._cells(subject)
        if action is None:
            unchanged = RosterAction.UNCHANGED if was == digest else RosterAction.CHANGE
            action = RosterAction.ADD if was is None else unchanged
        provider = subject.file.provider
        # The file is let go: of a large roster all of them together would fill the memory.
        return Member(provider.npi, provider.name, subject.enrollment.id, action, rows, digest)

    def _why_not(self, subject: Subject) -> str | None:
        """Say why an enrollment is not on the roster, None where it is."""
        enrollment = subject.enrollment
        if enrollment.ended_on and enrollment.ended_on <= self.on:
            return "ended"
        if enrollment.status.closed and enrollment.status is not _S.TERMINATED:
            return str(enrollment.status).replace("_", " ")
        if enrollment.status in {_S.NOT_STARTED, _S.PREPARING} and not self.payer.delegated:
            return "its application has not gone out"
        if subject.approval is None:
            return f"not approved by the committee for {enrollment.state}"
        return None

    def _cells(self, subject: Subject) -> tuple[dict[str, list[tuple[str, ...]]], str]:
        rows: dict[str, list[tuple[str, ...]]] = {}
        told: list[list[str]] = []
        for sheet in self.template.sheets:
            of_sheet = [self._row(sheet, one) for one in _row_subjects(sheet, subject)]
            rows[sheet.name] = of_sheet
            own = [n for n, column in enumerate(sheet.columns) if column.value not in _OF_THE_ROSTER]
            told += [[row[n] for n in own] for row in of_sheet]
        return rows, hashlib.sha256(canonical(told).encode()).hexdigest()

    def _row(self, sheet: TemplateSheet, subject: Subject) -> tuple[str, ...]:
        return tuple(self._cell(column, subject) for column in sheet.columns)

    def _cell(self, column: TemplateColumn, subject: Subject) -> str:
        if column.constant is not None:
            return column.constant
        assert column.value is not None
        text = written(FIELDS[column.value](subject), column.format or self.template.date_format)
        # What has no code stays as it is, and is a fault when the roster is checked.
        return column.codes.get(text, text)


def _row_subjects(sheet: TemplateSheet, subject: Subject) -> Iterator[Subject]:
    if sheet.of == "members":
        yield subject
        return
    licenses: Sequence[Credential] = subject.file.held(CredentialKind.LICENSE)
    yield from (replace(subject, license=one) for one in licenses)


def written(value: Value, date_format: str) -> str:
    """Return a value as its cell has it: a date by the format, nothing as a blank."""
    if value is None:
        return ""
    return value.strftime(date_format) if isinstance(value, date) else str(value).strip()
