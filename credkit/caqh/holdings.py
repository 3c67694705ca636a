"""A profile against what the provider holds: licenses and the boards' word, registrations, certifications, malpractice
insurance and its certificate."""

from collections.abc import Iterator, Sequence
from datetime import date

from credkit.caqh.differences import Difference, Severity, ends, verified
from credkit.caqh.likeness import marks, same_company, same_day
from credkit.caqh.profile import Insurance, License, Profile
from credkit.checks.malpractice import malpractice_of
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, ProviderFile
from credkit.reference.license_numbers import same_number
from credkit.screening.names import fold

_IDS = "Professional IDs"
_INSURANCE = "Professional Liability Insurance"
_SPECIALTIES = "Specialties"


def licenses(file: ProviderFile, profile: Profile, on: date) -> Iterator[Difference]:
    """Hold every license of a state of practice, and every registration, against those in the profile."""
    for held in file.held(CredentialKind.LICENSE):
        if held.jurisdiction in file.provider.states_of_practice and held.number:
            yield from _held(file, profile, held, profile.licenses, "license", on)
    for kind, theirs, word in (
        (CredentialKind.DEA, profile.dea, "DEA registration"),
        (CredentialKind.CDS, profile.cds, "CDS registration"),
    ):
        for held in file.held(kind):
            if held.number:
                yield from _held(file, profile, held, theirs, word, on)


def _held(
    file: ProviderFile, profile: Profile, held: Credential, theirs: Sequence[License], word: str, on: date
) -> Iterator[Difference]:
    state = held.jurisdiction or ""
    name = f"{word} {state}".rstrip()
    where = f"{_IDS}, {name}"
    asked = verified(file, held.kind, state) if held.kind is CredentialKind.LICENSE else None
    if asked is not None and asked.claims.get("number") != held.number:
        asked = None
    source = "board" if asked else "file"
    why = f"verified on {asked.verified_on}" if asked else "the form on file was given to us"
    in_state = [one for one in theirs if one.state == held.jurisdiction] or (
        [one for one in theirs if one.state is None] if held.kind is not CredentialKind.LICENSE else []
    )
    same = next((one for one in in_state if same_number(one.number, held.number)), None)
    if same is None and not in_state:
        severity = Severity.BLOCKS if held.kind is CredentialKind.LICENSE else Severity.SOON
        fix = f"In CAQH, {_IDS}: add the {name}, number {held.number}."
        yield Difference(name, severity, None, held.number, source, source, why, fix)
    elif same is None:
        fix = f"In CAQH, {where}: change the number from {in_state[0].number or 'nothing'} to {held.number}."
        yield Difference(f"{name} number", Severity.BLOCKS, in_state[0].number, held.number, source, source, why, fix)
    else:
        until = asked.expires_on if asked else None
        yield from _end(file, profile, name, where, same.expires_on, held.expires_on, until, why, on)
        if same.issued_on and held.issued_on and not _same_month(same.issued_on, held.issued_on):
            fix = f"In CAQH, {where}: change the date on which it was issued to {held.issued_on}."
            yield Difference(
                f"{name} issued",
                Severity.COSMETIC,
                same.issued_on.isoformat(),
                held.issued_on.isoformat(),
                "file",
                "file",
                "the form on file was given to us",
                fix,
            )


def _end(
    file: ProviderFile,
    profile: Profile,
    name: str,
    where: str,
    caqh: date | None,
    ours: date | None,
    board: date | None,
    why: str,
    on: date,
) -> Iterator[Difference]:
    """Hold the end of a license against the board's, else against the file's; of two unverified ends, that which was
    signed for last is likelier."""
    field = f"{name} expires"
    npi = file.provider.npi
    if board and ours and caqh and not same_day(board, ours) and same_day(caqh, ours):
        if caqh > board:
            fix = f"Verify the renewal: `credkit verify run {npi}`."
            yield Difference(
                field, Severity.SOON, caqh.isoformat(), board.isoformat(), "board", "nobody", f"{why}, before it", fix
            )
        else:
            yield from ends(field, where, caqh, board, source="board", why=why, on=on)
        return
    if board is None and caqh and ours and caqh > ours and caqh >= on and _signed_later(profile, file):
        if not same_day(caqh, ours):
            fix = f"Ask for the renewal and correct our file (`credkit provider edit {npi}`), then verify it."
            why = f"CAQH was attested on {profile.attested_on}, after the form on file was signed"
            yield Difference(field, Severity.SOON, caqh.isoformat(), ours.isoformat(), "file", "caqh", why, fix)
        return
    source = "board" if board else "file"
    yield from ends(field, where, caqh, board or ours, source=source, why=why, on=on)


def _signed_later(profile: Profile, file: ProviderFile) -> bool:
    signed_on = file.application.signed_on if file.application else None
    return bool(profile.attested_on and signed_on and profile.attested_on > signed_on)


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)


def certifications(file: ProviderFile, profile: Profile, on: date) -> Iterator[Difference]:
    """Hold board certifications on file against those in the profile."""
    for held in file.held(CredentialKind.BOARD_CERTIFICATION):
        name = f"certification {held.issuer or ''}".rstrip()
        same = next((one for one in profile.certifications if same_company(one.board, held.issuer)), None)
        if same is None:
            fix = f"In CAQH, {_SPECIALTIES}: enter the certification by {held.issuer}."
            why = "it is claimed on the form on file"
            yield Difference(name, Severity.SOON, None, held.issuer, "file", "file", why, fix)
        else:
            why = "it is claimed on the form on file"
            where = f"{_SPECIALTIES}, {held.issuer}"
            yield from ends(f"{name} expires", where, same.expires_on, held.expires_on, source="file", why=why, on=on)


def insurance(file: ProviderFile, profile: Profile, policy: Policy, on: date) -> Iterator[Difference]:
    """Hold the malpractice policy on file, from its certificate, against the one in the profile."""
    cover = malpractice_of(file)
    if cover is None:
        return
    why = "the certificate of insurance on file says so"
    if not profile.insurance:
        fix = f"In CAQH, {_INSURANCE}: add the policy {cover.number or ''} of {cover.issuer or 'the carrier'}."
        yield Difference("malpractice", Severity.BLOCKS, None, cover.number, "certificate", "certificate", why, fix)
        return
    same = next((one for one in profile.insurance if marks(one.number) == marks(cover.number)), None)
    theirs = same or max(profile.insurance, key=lambda one: one.ends_on or date.min)
    where = f"{_INSURANCE}, {theirs.carrier or 'the policy'}"
    if same is None and cover.number:
        fix = f"In CAQH, {where}: change the policy number to {cover.number}, with the dates and limits of that policy."
        yield Difference(
            "malpractice policy number",
            Severity.BLOCKS,
            theirs.number,
            cover.number,
            "certificate",
            "certificate",
            why,
            fix,
        )
        return  # of another policy, everything else is another too
    yield from _terms(cover, theirs, where, why, policy, on)
    yield from _limits(cover, theirs, where, why)


def _terms(
    cover: Credential, theirs: Insurance, where: str, why: str, policy: Policy, on: date
) -> Iterator[Difference]:
    if cover.issuer and theirs.carrier and not same_company(cover.issuer, theirs.carrier):
        fix = f"In CAQH, {where}: change the carrier to {cover.issuer}."
        yield Difference(
            "malpractice carrier", Severity.SOON, theirs.carrier, cover.issuer, "certificate", "certificate", why, fix
        )
    # The last day of a policy is covered or not as the policy of the house says; CAQH's date is the certificate's own.
    last = on if policy.malpractice.last_day_covered else date.fromordinal(on.toordinal() + 1)
    yield from ends("malpractice ends", where, theirs.ends_on, cover.expires_on, source="certificate", why=why, on=last)
    if theirs.starts_on and cover.effective_on and not same_day(theirs.starts_on, cover.effective_on):
        fix = f"In CAQH, {where}: change the date on which it begins to {cover.effective_on}."
        yield Difference(
            "malpractice begins",
            Severity.SOON,
            theirs.starts_on.isoformat(),
            cover.effective_on.isoformat(),
            "certificate",
            "certificate",
            why,
            fix,
        )
    basis = fold(str(cover.details.get("basis") or ""))
    if basis and theirs.basis and basis != fold(theirs.basis):
        fix = f"In CAQH, {where}: change the kind of coverage to {basis}."
        yield Difference(
            "malpractice basis", Severity.SOON, fold(theirs.basis), basis, "certificate", "certificate", why, fix
        )


def _limits(cover: Credential, theirs: Insurance, where: str, why: str) -> Iterator[Difference]:
    for key, words, amount in (
        ("per_claim", "per claim", theirs.per_claim),
        ("aggregate", "in aggregate", theirs.aggregate),
    ):
        ours = cover.details.get(key)
        if not isinstance(ours, int) or amount == ours:
            continue
        fix = f"In CAQH, {where}: change the limit {words} to ${ours:,}."
        shown = f"${amount:,}" if amount is not None else None
        yield Difference(
            f"malpractice limit {words}", Severity.BLOCKS, shown, f"${ours:,}", "certificate", "certificate", why, fix
        )
