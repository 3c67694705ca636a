"""What expires when, and what would stop with it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from credkit.checks.caqh import attested_until
from credkit.checks.interface import Check
from credkit.committee.standing import standing
from credkit.documents.papers import Paper, ending, last_day
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, Payer, ProviderFile, Result
from credkit.status.duties import DUTY, Duty, duties
from credkit.status.readiness import ready_states


@dataclass(frozen=True, slots=True)
class Expiry:
    """One date of one credential, paper or duty (whose name is the `number`). `days_left` counts to `expires_on` (below 0: past); `band` is "expired", or the
    smallest of the policy's bands that the days are within, None beyond the widest. `affects` names the states, and the
    payers in them, where the provider could not see clients any more, or has not since it ended; `last_day` is the last day
    on which they can there, as far as this lapse goes, None where it stops nothing."""

    npi: str
    name: str
    kind: str
    jurisdiction: str | None
    number: str | None
    expires_on: date
    days_left: int
    band: str | None
    affects: tuple[str, ...]
    last_day: date | None = None


def expiries(
    files: Iterable[ProviderFile],
    policy: Policy,
    on: date,
    checks: Mapping[str, Check],
    payers: Mapping[str, Payer],
    *,
    within: int,
    only_expired: bool = False,
) -> Iterator[Expiry]:
    """Return every date of these files that has passed, or will within so many days, by NPI and date.

    Providers who were denied, withdrew or were terminated have nothing left to expire here.
    """
    for file in files:
        found = [
            (credential, ends)
            for credential in file.credentials
            if (ends := end_of(credential, file, policy, on)) is not None
            and (ends - on).days <= within
            and not _followed(credential, ends, file, on)
        ]
        papers = [paper for paper in ending(file, on) if _days_left(paper, on) <= within]
        done = bool(policy.duties and file.duties)
        if not found and not papers and not done:
            continue
        stands = standing(file, policy, on)
        if stands.ended:
            continue
        # Most of what ends stops nothing: whether clients may be seen is asked only where something could.
        stopping = {credential.id for credential, ends in found if _may_stop(credential, ends, file, policy, on)}
        ready_on: dict[date, dict[str, list[str]]] = {}
        for credential, ends in sorted(found, key=lambda item: (item[1], item[0].kind, item[0].id)):
            band = band_of(credential, ends, policy, on)
            if only_expired and band != "expired":
                continue
            last = _last_day(credential, ends, policy)
            affects: tuple[str, ...] = ()
            if credential.id in stopping:
                day = min(on, last)  # what ended has stopped what was going on its last day
                if day not in ready_on:
                    ready_on[day] = ready_states(file, standing(file, policy, day), policy, day, checks, payers)
                affects = tuple(_affects(credential, ready_on[day]))
            yield Expiry(
                npi=file.provider.npi,
                name=file.provider.name,
                kind=credential.kind,
                jurisdiction=credential.jurisdiction,
                number=credential.number,
                expires_on=ends,
                days_left=(ends - on).days,
                band=band,
                affects=affects,
                last_day=last if affects else None,
            )
        for paper in papers:
            if not only_expired or (ended := last_day(paper, policy)) is None or ended < on:
                yield _of_paper(paper, file, policy, on)
        for duty in duties(file, policy, stands, on) if done else ():
            ends = duty.due_on
            if ends and (ends - on).days <= within and (not only_expired or ends < on):
                yield _of_duty(duty, ends, file, policy, on)


def _days_left(paper: Paper, on: date) -> int:
    assert paper.filing.expires_on is not None
    return (paper.filing.expires_on - on).days


def _of_paper(paper: Paper, file: ProviderFile, policy: Policy, on: date) -> Expiry:
    """Return the end of a paper that is of no credential on file."""
    ends, last = paper.filing.expires_on, last_day(paper, policy)
    assert ends is not None
    assert last is not None
    return Expiry(
        npi=file.provider.npi,
        name=file.provider.name,
        kind=f"document {paper.filing.kind}",
        jurisdiction=None,
        number=paper.filing.file_name,
        expires_on=ends,
        days_left=_days_left(paper, on),
        band="expired" if on > last else _band(_days_left(paper, on), policy),
        affects=(),
    )


def _of_duty(duty: Duty, ends: date, file: ProviderFile, policy: Policy, on: date) -> Expiry:
    """Return the day of a duty, which stops nothing."""
    return Expiry(
        npi=file.provider.npi,
        name=file.provider.name,
        kind=DUTY,
        jurisdiction=None,
        number=duty.line.name,
        expires_on=ends,
        days_left=(ends - on).days,
        band=band_of_duty(ends, policy, on),
        affects=(),
    )


def band_of_duty(ends: date, policy: Policy, on: date) -> str | None:
    """Return "expired", or the smallest band of the policy that the days to a duty's last day are within, or None."""
    return "expired" if on > ends else _band((ends - on).days, policy)


def _followed(credential: Credential, ends: date, file: ProviderFile, on: date) -> bool:
    """Say whether a malpractice policy has been followed by another, which has begun and ends later: the other's end is what
    counts now. Days between the two are for the check to see."""
    return credential.kind is CredentialKind.MALPRACTICE and any(
        other is not credential
        and (other.effective_on is None or other.effective_on <= on)
        and (other.expires_on or date.min) > (credential.expires_on or ends)
        for other in file.held(CredentialKind.MALPRACTICE)
    )


def end_of(credential: Credential, file: ProviderFile, policy: Policy, on: date) -> date | None:
    """Return the date a credential ends by itself: its expiry, or for CAQH the day by which to attest again.

    Of what was verified until an earlier day than is claimed now, that day: a renewal that nobody verified extends
    nothing.
    """
    if credential.kind is CredentialKind.CAQH and credential.issued_on:
        return attested_until(credential, file, policy)
    ends = [day for day in (credential.expires_on, _verified_until(credential, file, on)) if day]
    return min(ends, default=None)


def _verified_until(credential: Credential, file: ProviderFile, on: date) -> date | None:
    """Return the end that the newest finding on this very number saw."""
    # A board certification is verified under its board's name, with the specialty where one board certified two.
    subjects = {credential.jurisdiction or ""}
    if credential.kind is CredentialKind.BOARD_CERTIFICATION:
        subjects = {str(credential.issuer), f"{credential.issuer}, {credential.details.get('specialty')}"}
    findings = [
        verification
        for verification in file.verifications
        if verification.check == credential.kind
        and verification.subject in subjects
        and verification.result in {Result.PASS, Result.REVIEW}
        and verification.claims.get("number") == credential.number
        and verification.verified_on <= on
    ]
    return max(findings, key=lambda finding: finding.verified_on).expires_on if findings else None


def band_of(credential: Credential, ends: date, policy: Policy, on: date) -> str | None:
    """Return "expired", the smallest band of the policy that the days left are within, or None."""
    if on > _last_day(credential, ends, policy):
        return "expired"
    return _band((ends - on).days, policy)


def _last_day(credential: Credential, ends: date, policy: Policy) -> date:
    """Return the last day on which a credential counts that bears a date."""
    return policy.malpractice.last_day(ends) if credential.kind is CredentialKind.MALPRACTICE else ends


def _band(days_left: int, policy: Policy) -> str | None:
    return next((str(band) for band in sorted(policy.expiry.bands) if days_left <= band), None)


def _may_stop(credential: Credential, ends: date, file: ProviderFile, policy: Policy, on: date) -> bool:
    """Say whether anything could stop with it: a license or malpractice, unless another of the kind lasts longer. The
    lapse of any other kind is an action only."""
    return credential.kind in {CredentialKind.LICENSE, CredentialKind.MALPRACTICE} and not any(
        other.kind is credential.kind
        and other.jurisdiction == credential.jurisdiction
        and other is not credential
        and (end_of(other, file, policy, on) or date.min) > ends
        for other in file.credentials
    )


def _affects(credential: Credential, ready: Mapping[str, list[str]]) -> Iterator[str]:
    """Name what stops: with a license its state, with malpractice every state."""
    for state, names in ready.items():
        if credential.kind is CredentialKind.MALPRACTICE or state == credential.jurisdiction:
            yield f"{state}: {', '.join(names)}"
