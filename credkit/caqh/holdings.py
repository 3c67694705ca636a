"""A profile against what the provider holds: licenses and the boards' word, registrations, certifications, malpractice
insurance and its certificate."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from credkit.caqh.differences import Difference, Severity, ends, found_by, verified
from credkit.caqh.likeness import same_company, same_day
from credkit.caqh.profile import Insurance, License, Profile
from credkit.checks.cover import begun_on, certified, retroactive_of
from credkit.checks.license import license_in
from credkit.checks.malpractice import malpractice_of
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, ProviderFile
from credkit.reference.license_numbers import same_number
from credkit.reference.licenses import license_status
from credkit.reference.policy_numbers import same_policy_number
from credkit.screening.names import fold

_IDS = "Professional IDs"
_INSURANCE = "Professional Liability Insurance"
_SPECIALTIES = "Specialties"


def licenses(file: ProviderFile, profile: Profile, on: date) -> Iterator[Difference]:
    """Hold the license of every state of practice, and every registration, against those in the profile: of several on
    file in one place, the one that the check judges."""
    for state in file.provider.states_of_practice:
        held = license_in(file, state)
        if held and held.number:
            yield from _held(file, profile, held, profile.licenses, "license", on)
    for kind, theirs, word in (
        (CredentialKind.DEA, profile.dea, "DEA registration"),
        (CredentialKind.CDS, profile.cds, "CDS registration"),
    ):
        last: dict[str | None, Credential] = {}
        for one in file.held(kind):
            before = last.get(one.jurisdiction)
            if one.number and (before is None or (one.expires_on or date.min) >= (before.expires_on or date.min)):
                last[one.jurisdiction] = one
        for held in last.values():
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
    in_place = [one for one in theirs if one.state == held.jurisdiction] or (
        [one for one in theirs if one.state is None] if held.kind is not CredentialKind.LICENSE else []
    )
    # A renewal may stand beside the term before it: the row that agrees, else the one that ends last.
    same = max(
        (one for one in in_place if _same_number(one.number, held.number)),
        key=lambda one: (one.expires_on == held.expires_on, one.expires_on or date.min),
        default=None,
    )
    others = [one for one in in_place if not _anothers(one, held, file)]
    if same is None and not others:
        severity = Severity.BLOCKS if held.kind is CredentialKind.LICENSE else Severity.SOON
        fix = f"In CAQH, {_IDS}: add the {name}, number {held.number}."
        yield Difference(name, severity, None, held.number, source, source, why, fix)
    elif same is None:
        yield from _other_number(file, held, others[0], name, where, source, why, verified_by_board=asked is not None)
    else:
        until = asked.expires_on if asked else None
        if "ExpirationDate" not in same.unread:
            yield from _end(file, profile, name, where, same.expires_on, held.expires_on, until, why, on)
        yield from _standing(same, name, where, state, word)
        if same.issued_on and held.issued_on and not _same_month(same.issued_on, held.issued_on):
            fix = f"In CAQH, {where}: change the date on which it was issued to {held.issued_on}."
            told = "the form on file was given to us"
            yield Difference(
                f"{name} issued", Severity.COSMETIC, str(same.issued_on), str(held.issued_on), "file", "file", told, fix
            )


def _same_number(one: str | None, other: str | None) -> bool:
    """Say whether two numbers are one; letters of the license's kind may stand before or after it."""
    if same_number(one, other):
        return True
    bare = [re.sub(r"[\s.-]*[A-Za-z]+$", "", (number or "").strip()) for number in (one, other)]
    return bool(bare[0] and bare[1]) and same_number(*bare)


def _anothers(theirs: License, held: Credential, file: ProviderFile) -> bool:
    """Say whether a row of the profile is another credential on file than the one in question."""
    return any(
        other is not held and other.jurisdiction == held.jurisdiction and _same_number(theirs.number, other.number)
        for other in file.held(held.kind)
    )


def _other_number(
    file: ProviderFile,
    held: Credential,
    theirs: License,
    name: str,
    where: str,
    source: str,
    why: str,
    *,
    verified_by_board: bool,
) -> Iterator[Difference]:
    likely = source
    fix = f"In CAQH, {where}: change the number from {theirs.number or 'nothing'} to {held.number}."
    nppes = found_by(verified(file, "npi"), name)
    if not verified_by_board and nppes and _same_number(nppes.partition(" ")[0].rstrip(","), theirs.number):
        likely, why = "caqh", f"NPPES has {nppes.partition(' ')[0]}, as CAQH"
        fix = f"Ask the provider for the license; correct our file (`credkit provider edit {held.npi}`), and verify it."
    yield Difference(f"{name} number", Severity.BLOCKS, theirs.number, held.number, "file", likely, why, fix)


def _standing(theirs: License, name: str, where: str, state: str, word: str) -> Iterator[Difference]:
    """Say what the profile itself tells of a license that is not in good standing, or not in use."""
    if (
        theirs.status
        and word == "license"
        and license_status(state, theirs.status) != "active"
        and not _active(theirs.status)
    ):
        fix = f"Look at the board: if the license is good, correct its status in CAQH, {where}; else tell us at once."
        why = "CAQH itself says so"
        yield Difference(f"{name} status", Severity.BLOCKS, theirs.status, "active", "caqh", "nobody", why, fix)
    if theirs.practicing is False:
        fix = f"In CAQH, {where}: say that it is in use, or tell us that no clients are seen there."
        why = "our file has it as a state of practice"
        yield Difference(f"{name} in use", Severity.SOON, "no", "yes", "file", "file", why, fix)


def _active(status: str) -> bool:
    """Say whether a status is plainly good, in words that any board uses."""
    return fold(status) in {"active", "current", "clear", "valid", "in good standing", "licensed", "registered"}


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
    # Until a renewal begins, the policy before it is the one that CAQH is to show.
    cover = malpractice_of(begun_on(file, on))
    if cover is None:
        return
    shown = certified(cover, file)
    source = "certificate" if shown else "file"
    why = "the certificate of insurance on file says so" if shown else "the form on file was given to us"
    if not profile.insurance:
        fix = f"In CAQH, {_INSURANCE}: add the policy {cover.number or ''} of {cover.issuer or 'the carrier'}."
        yield Difference("malpractice", Severity.BLOCKS, None, cover.number, source, source, why, fix)
        return
    numbered = [one for one in profile.insurance if same_policy_number(one.number, cover.number)]
    # Terms of one policy may stand one under another: the one that agrees, else the one that ends last.
    theirs = max(
        numbered or profile.insurance,
        key=lambda one: (one.ends_on == cover.expires_on, one.ends_on or date.min),
    )
    where = f"{_INSURANCE}, {theirs.carrier or 'the policy'}"
    if not numbered and cover.number:
        fix = f"In CAQH, {where}: change the policy number to {cover.number}, with the dates and limits of that policy."
        yield Difference(
            "malpractice policy number", Severity.BLOCKS, theirs.number, cover.number, source, source, why, fix
        )
        return  # of another policy, everything else is another too
    yield from _terms(cover, theirs, where, source, why, policy, on)
    yield from _limits(cover, theirs, where, source, why)


def _terms(
    cover: Credential, theirs: Insurance, where: str, source: str, why: str, policy: Policy, on: date
) -> Iterator[Difference]:
    if cover.issuer and theirs.carrier and not same_company(cover.issuer, theirs.carrier):
        fix = f"In CAQH, {where}: change the carrier to {cover.issuer}."
        yield Difference("malpractice carrier", Severity.SOON, theirs.carrier, cover.issuer, source, source, why, fix)
    # The last day of a policy is covered or not as the policy of the house says; CAQH's date is the certificate's own.
    last = on if policy.malpractice.last_day_covered else date.fromordinal(on.toordinal() + 1)
    if "EndDate" not in theirs.unread:
        yield from ends("malpractice ends", where, theirs.ends_on, cover.expires_on, source=source, why=why, on=last)
    if theirs.starts_on and cover.effective_on and not same_day(theirs.starts_on, cover.effective_on):
        fix = f"In CAQH, {where}: change the date on which it begins to {cover.effective_on}."
        yield Difference(
            "malpractice begins",
            Severity.SOON,
            theirs.starts_on.isoformat(),
            cover.effective_on.isoformat(),
            source,
            source,
            why,
            fix,
        )
    since = retroactive_of(cover)
    if since and theirs.retroactive_on and not same_day(theirs.retroactive_on, since):
        fix = f"In CAQH, {where}: change the retroactive date from {theirs.retroactive_on} to {since}."
        # An earlier one promises cover for acts that the policy does not answer for.
        severity = Severity.BLOCKS if theirs.retroactive_on < since else Severity.SOON
        yield Difference(
            "malpractice retroactive date",
            severity,
            theirs.retroactive_on.isoformat(),
            since.isoformat(),
            source,
            source,
            why,
            fix,
        )
    basis = fold(str(cover.details.get("basis") or ""))
    if basis and theirs.basis and basis != fold(theirs.basis):
        fix = f"In CAQH, {where}: change the kind of coverage to {basis}."
        yield Difference("malpractice basis", Severity.SOON, fold(theirs.basis), basis, source, source, why, fix)


def _limits(cover: Credential, theirs: Insurance, where: str, source: str, why: str) -> Iterator[Difference]:
    for key, words, amount, element in (
        ("per_claim", "per claim", theirs.per_claim, "CoverageAmountOccurrence"),
        ("aggregate", "in aggregate", theirs.aggregate, "CoverageAmountAggregate"),
    ):
        ours = cover.details.get(key)
        if not isinstance(ours, int) or amount == ours or theirs.unlimited or element in theirs.unread:
            continue
        fix = f"In CAQH, {where}: change the limit {words} to ${ours:,}."
        shown = f"${amount:,}" if amount is not None else None
        yield Difference(f"malpractice limit {words}", Severity.BLOCKS, shown, f"${ours:,}", source, source, why, fix)
