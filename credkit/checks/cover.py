"""Whether malpractice cover is continuous: from one policy to the next, and back to what earlier ones covered.

A claims-made policy answers only for claims made while it runs, of acts since its retroactive date. When it ends, the acts
under it stay covered only by a later policy whose retroactive date reaches back to them, or by its own tail. An occurrence
policy answers for the acts of its own days, whenever they are claimed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from credkit.checks.interface import as_text
from credkit.records import Credential, CredentialKind, Filing, FilingReview, PaperKind, ProviderFile
from credkit.reference.policy_numbers import same_policy_number
from credkit.screening.names import fold

CLAIMS_MADE = "claims_made"
_BASES = {"claims made": CLAIMS_MADE, "occurrence": "occurrence"}


@dataclass(frozen=True, slots=True)
class Uncovered:
    """Days on which no policy on file was in force: from the end of one to the beginning of the next."""

    since: date
    until: date


@dataclass(frozen=True, slots=True)
class LostCover:
    """An earlier claims-made policy whose acts, since a day, the later one does not reach back to."""

    policy: Credential
    since: date


def begun_on(file: ProviderFile, on: date) -> ProviderFile:
    """Return a file as it stands on a day: without the malpractice policies that have not begun, where another has. Until a
    renewal begins, the policy before it is the one that counts."""
    held = file.held(CredentialKind.MALPRACTICE)
    coming = {one.id for one in held if one.effective_on is not None and one.effective_on > on}
    if not coming or len(coming) == len(held):
        return file
    return replace(file, credentials=tuple(one for one in file.credentials if one.id not in coming))


def reviews_of(cover: Credential, file: ProviderFile) -> tuple[FilingReview, ...]:
    """Return the last word on each certificate of this policy and term that was reviewed, in the order of recording. The
    term is told by either of its days: a slip in the other one takes no certificate away."""
    of_it = {filing.id for filing in file.filings if filing.kind is PaperKind.COI and _is_of_term(filing, cover)}
    last = {review.filing_id: review for review in file.filing_reviews if review.filing_id in of_it}
    return tuple(review for review in file.filing_reviews if last.get(review.filing_id) is review)


def _is_of_term(filing: Filing, cover: Credential) -> bool:
    begins = cover.effective_on.isoformat() if cover.effective_on else None
    ends = cover.expires_on
    same_day = (ends is not None and filing.expires_on == ends) or (
        begins is not None and filing.fields.get("effective_on") == begins
    )
    return same_day and same_policy_number(as_text(filing.fields.get("policy_number")), cover.number)


def shown_for(cover: Credential, file: ProviderFile) -> Filing | None:
    """Return the certificate of this policy and term that was accepted last, None where none was."""
    accepted = [review.filing_id for review in reviews_of(cover, file) if review.accepted]
    return next((filing for filing in file.filings if accepted and filing.id == accepted[-1]), None)


def certified(cover: Credential, file: ProviderFile) -> bool:
    """Say whether a certificate of this very policy and term is accepted."""
    return any(review.accepted for review in reviews_of(cover, file))


def basis_of(cover: Credential) -> str | None:
    """Return claims_made or occurrence, None where neither is stated."""
    return _BASES.get(fold(as_text(cover.details.get("basis"))))


def retroactive_of(cover: Credential) -> date | None:
    """Return the retroactive date of a policy, None where it is not stated or is no date."""
    try:
        return date.fromisoformat(as_text(cover.details.get("retroactive_on")) or "")
    except ValueError:
        return None


def earlier_than(cover: Credential, held: Sequence[Credential]) -> tuple[Credential, ...]:
    """Return the other policies that began before one did."""
    return tuple(
        other
        for other in held
        if other.id != cover.id
        and other.effective_on is not None
        and (cover.effective_on is None or other.effective_on < cover.effective_on)
    )


def uncovered_days(
    cover: Credential, held: Sequence[Credential], *, last_day_covered: bool, since: date
) -> Iterator[Uncovered]:
    """Return the days without cover between the policies up to this one, unless they ended before `since`."""
    terms = sorted(
        (one.effective_on, one.expires_on)
        for one in (*earlier_than(cover, held), cover)
        if one.effective_on is not None and one.expires_on is not None
    )
    reached: date | None = None
    for begins, ends in terms:
        if reached is not None and begins > reached and begins > since:
            yield Uncovered(reached, begins)
        first_without = ends + timedelta(days=1) if last_day_covered else ends
        reached = first_without if reached is None else max(reached, first_without)


def lost_cover(cover: Credential, held: Sequence[Credential]) -> LostCover | None:
    """Return the earlier claims-made policy that reaches back the furthest, where this one does not reach as far and that
    one has no tail; None where nothing is lost, or this one's retroactive date is not known."""
    reaches = retroactive_of(cover) if basis_of(cover) == CLAIMS_MADE else cover.effective_on
    if reaches is None:
        return None
    lost = [
        LostCover(earlier, began)
        for earlier in earlier_than(cover, held)
        if basis_of(earlier) == CLAIMS_MADE and earlier.details.get("tail") is not True
        if (began := _covers_since(earlier)) is not None and began < reaches
    ]
    return min(lost, key=lambda one: (one.since, one.policy.id), default=None)


def _covers_since(cover: Credential) -> date | None:
    days = [day for day in (retroactive_of(cover), cover.effective_on) if day is not None]
    return min(days, default=None)
