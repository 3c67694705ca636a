"""What a roster can say of one member: every value that a template's column may name."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from credkit.committee.standing import Standing
from credkit.records import Credential, CredentialKind, Decision, Enrollment, Payer, ProviderFile
from credkit.reference.professions import profession_of
from credkit.settings import Organization

#: A value as it is known: a date is written by the template's format, None is a blank cell.
Value = str | date | None


@dataclass(frozen=True, slots=True)
class Subject:
    """One member of a roster on the day it is built. `approval` is the committee's decision that approves the state, None
    of who is terminated and has none. `ended_on` and `end_reason` are of who is on it no more. `license` is the one that a
    row of a sheet of licenses is of; elsewhere the one of the enrollment's state."""

    file: ProviderFile
    enrollment: Enrollment
    payer: Payer
    standing: Standing
    approval: Decision | None
    organization: Organization
    on: date
    ended_on: date | None = None
    end_reason: str | None = None
    license: Credential | None = None


def effective_day(enrollment: Enrollment, approval: Decision | None, payer: Payer) -> date | None:
    """Return the day from which an enrollment holds: the payer's, None where it gave none yet. Of a delegated payer, whose
    enrollments begin by it, the committee's decision, and no day before the enrollment was opened (nothing is backdated)."""
    if enrollment.effective_on or approval is None or not payer.delegated:
        return enrollment.effective_on
    return max(approval.decided_on, enrollment.opened_on or enrollment.submitted_on or approval.decided_on)


def _held(subject: Subject, kind: CredentialKind, *, in_state: bool = False) -> Credential | None:
    """Return the credential of a kind that lasts longest, with `in_state` of those in the enrollment's state first."""
    held: Iterable[Credential] = subject.file.held(kind)
    if in_state:
        held = [one for one in held if one.jurisdiction == subject.enrollment.state] or held
    return max(held, key=lambda one: one.expires_on or date.max, default=None)


def _of(
    kind: CredentialKind, read: Callable[[Credential], Value], *, in_state: bool = False
) -> Callable[[Subject], Value]:
    def value(subject: Subject) -> Value:
        held = _held(subject, kind, in_state=in_state)
        return read(held) if held else None

    return value


def _license(read: Callable[[Credential], Value]) -> Callable[[Subject], Value]:
    return lambda subject: read(subject.license) if subject.license else None


def _detail(name: str) -> Callable[[Credential], Value]:
    def value(held: Credential) -> Value:
        found = held.details.get(name)
        return None if found is None else str(found)

    return value


def _profession(subject: Subject) -> Value:
    family = profession_of(subject.file.provider.profession)
    return family.family if family else subject.file.provider.profession


def _first_approval(subject: Subject) -> Value:
    approvals = [decision.decided_on for decision in subject.file.decisions if decision.outcome.approves]
    return min((day for day in approvals if day <= subject.on), default=None)


#: Each value by its name.
FIELDS: dict[str, Callable[[Subject], Value]] = {
    "action": lambda _: None,  # the template's own word, known once the row is held against the last roster
    "roster_date": lambda s: s.on,
    "effective_on": lambda s: effective_day(s.enrollment, s.approval, s.payer),
    "ended_on": lambda s: s.ended_on or s.enrollment.ended_on,
    "end_reason": lambda s: s.end_reason,
    "submitted_on": lambda s: s.enrollment.submitted_on,
    "payer": lambda s: s.payer.name,
    "line": lambda s: s.enrollment.line,
    "state": lambda s: s.enrollment.state,
    "reference": lambda s: s.enrollment.reference,
    "npi": lambda s: s.file.provider.npi,
    "last_name": lambda s: s.file.provider.last_name,
    "first_name": lambda s: s.file.provider.first_name,
    "middle_name": lambda s: s.file.provider.middle_name,
    "suffix": lambda s: s.file.provider.suffix,
    "date_of_birth": lambda s: s.file.provider.date_of_birth,
    "gender": lambda s: s.file.provider.gender,
    "email": lambda s: s.file.provider.email,
    "phone": lambda s: s.file.provider.phone,
    "address_1": lambda s: s.file.provider.address_1,
    "address_2": lambda s: s.file.provider.address_2,
    "city": lambda s: s.file.provider.city,
    "address_state": lambda s: s.file.provider.state,
    "zip": lambda s: s.file.provider.zip,
    "profession": _profession,
    "abbreviation": lambda s: s.file.provider.profession,
    "taxonomy": lambda s: s.file.provider.taxonomy,
    "specialty": lambda s: s.file.provider.specialty,
    "supervisor_npi": lambda s: s.file.provider.supervisor_npi,
    "languages": lambda s: ", ".join(s.file.provider.languages) or None,
    "group_name": lambda s: s.organization.name or None,
    "group_npi": lambda s: s.organization.npi or None,
    "tax_id": lambda s: s.enrollment.tax_id or None,
    "tax_id_digits": lambda s: s.enrollment.tax_id.replace("-", "") or None,
    "caqh_id": _of(CredentialKind.CAQH, lambda one: one.number),
    "degree": _of(CredentialKind.EDUCATION, _detail("degree")),
    "license_state": _license(lambda one: one.jurisdiction),
    "license_number": _license(lambda one: one.number),
    "license_type": _license(_detail("type")),
    "license_issued_on": _license(lambda one: one.issued_on),
    "license_expires_on": _license(lambda one: one.expires_on),
    "dea_state": _of(CredentialKind.DEA, lambda one: one.jurisdiction, in_state=True),
    "dea_number": _of(CredentialKind.DEA, lambda one: one.number, in_state=True),
    "dea_expires_on": _of(CredentialKind.DEA, lambda one: one.expires_on, in_state=True),
    "board": _of(CredentialKind.BOARD_CERTIFICATION, lambda one: one.issuer),
    "board_specialty": _of(CredentialKind.BOARD_CERTIFICATION, _detail("specialty")),
    "board_certified_on": _of(CredentialKind.BOARD_CERTIFICATION, lambda one: one.issued_on),
    "board_expires_on": _of(CredentialKind.BOARD_CERTIFICATION, lambda one: one.expires_on),
    "malpractice_carrier": _of(CredentialKind.MALPRACTICE, lambda one: one.issuer),
    "malpractice_policy": _of(CredentialKind.MALPRACTICE, lambda one: one.number),
    "malpractice_per_claim": _of(CredentialKind.MALPRACTICE, _detail("per_claim")),
    "malpractice_aggregate": _of(CredentialKind.MALPRACTICE, _detail("aggregate")),
    "malpractice_effective_on": _of(CredentialKind.MALPRACTICE, lambda one: one.effective_on),
    "malpractice_expires_on": _of(CredentialKind.MALPRACTICE, lambda one: one.expires_on),
    "first_approved_on": _first_approval,
    "last_approved_on": lambda s: s.approval.decided_on if s.approval else None,
    "recredential_by": lambda s: s.standing.recredential_by,
}


def last_day(standing: Standing, on: date) -> date:
    """Return the first day on which an approval was no more: the committee's, the day after it lapsed, or the day itself."""
    if standing.ended:
        return standing.ended.decided_on
    if standing.recredential_by and standing.recredential_by < on:
        return standing.recredential_by + timedelta(days=1)
    return on
