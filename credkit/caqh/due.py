"""Who must attest CAQH again by when, and what to put right before."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from credkit.caqh.compare import compare
from credkit.caqh.differences import Severity
from credkit.caqh.profile import Profile
from credkit.checks.caqh import attested_until, caqh_profile, roster_exception, why_not_usable
from credkit.checks.interface import as_text
from credkit.checks.malpractice import malpractice_of
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, ProviderFile
from credkit.reference.caqh import exception_advice, status_meaning


@dataclass(frozen=True, slots=True)
class Attestation:
    """One provider's CAQH attestation on a day. `due_on` is the last day of the attestation in force, None where none is
    known; `why_not` says why payers cannot read the profile; `fix_first` what to put right before attesting, the gravest
    first. `compared` says whether a profile was there to look through."""

    npi: str
    name: str
    caqh_id: str | None
    status: str | None
    attested_on: date | None
    due_on: date | None
    days_left: int | None
    why_not: tuple[str, ...]
    fix_first: tuple[str, ...]
    compared: bool

    @property
    def usable(self) -> bool:
        """Whether payers can read the profile today."""
        return not self.why_not

    @property
    def overdue(self) -> bool:
        """Whether the attestation has lapsed."""
        return self.days_left is not None and self.days_left < 0


def is_due(file: ProviderFile, policy: Policy, on: date, days: int) -> bool:
    """Say whether a provider must act within so many days: to attest, or to make the profile one that payers can read."""
    profile = caqh_profile(file)
    until = attested_until(profile, file, policy) if profile else None
    if profile is None or until is None or (until - on).days <= days:
        return True
    return bool(why_not_usable(profile, policy)) or roster_exception(profile) is not None


def attestation(file: ProviderFile, read: Profile | None, policy: Policy, on: date) -> Attestation:
    """Judge one provider's CAQH profile on a day; `read` is its content, where it was loaded."""
    profile = caqh_profile(file)
    until = attested_until(profile, file, policy) if profile else None
    return Attestation(
        npi=file.provider.npi,
        name=file.provider.name,
        caqh_id=profile.number if profile else None,
        status=as_text(profile.details.get("status")) if profile else None,
        attested_on=profile.issued_on if profile else None,
        due_on=until,
        days_left=(until - on).days if until else None,
        why_not=tuple(_why_not(profile, until, policy, on)),
        fix_first=tuple(_first(file, profile, read, policy, on, until)),
        compared=read is not None,
    )


def _why_not(profile: Credential | None, until: date | None, policy: Policy, on: date) -> Iterator[str]:
    if profile is None:
        yield "no CAQH profile on file"
        return
    yield from why_not_usable(profile, policy)
    if refused := roster_exception(profile):
        yield f"CAQH refused our roster row: {refused}"
    if until is None:
        yield "no day of CAQH attestation on file"
    elif until < on:
        yield f"attested on {profile.issued_on}, too long ago"


def order(one: Attestation, on: date) -> tuple[date, str]:
    """Return the place of an attestation among others: by its nearness; one of which no day is known is due now."""
    return one.due_on or on, one.npi


def _first(
    file: ProviderFile,
    profile: Credential | None,
    read: Profile | None,
    policy: Policy,
    on: date,
    until: date | None,
) -> Iterator[str]:
    if profile is None or not profile.number:
        yield "Ask the provider for the CAQH id."
    if profile is not None:
        if refused := roster_exception(profile):
            yield f"CAQH refused our roster row ({refused}): {exception_advice(refused)}."
        meaning = status_meaning(as_text(profile.details.get("status")), policy.caqh.statuses)
        if meaning.advice and "status" in profile.details:
            yield f"Status {profile.details['status']}: {meaning.advice}."
        if profile.details.get("authorized") is False:
            yield "The provider must authorize us in CAQH, under Authorize."
        if any(profile.details.get(name) is None for name in ("status", "authorized", "roster_status")):
            yield "Load CAQH's status file or return roster, which says it: `credkit caqh load FILE`."
    if read is not None:
        yield from (one.fix for one in compare(file, read, policy, on) if one.severity is Severity.BLOCKS)
        return
    by = max(until, on) if until else on
    cover = malpractice_of(file)
    if cover and cover.expires_on and policy.malpractice.last_day(cover.expires_on) < by:
        yield f"Malpractice {_ends(cover.expires_on, on)}: upload the renewal's certificate to CAQH first."
    for held in file.held(CredentialKind.LICENSE):
        if held.jurisdiction in file.provider.states_of_practice and held.expires_on and held.expires_on < by:
            yield f"The license in {held.jurisdiction} {_ends(held.expires_on, on)}: enter the renewal in CAQH first."


def _ends(day: date, on: date) -> str:
    return f"{'ended' if day < on else 'ends'} on {day}"
