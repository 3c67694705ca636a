"""One disagreement between a CAQH profile and what else is known: how grave it is, who is likely right, and what to change."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credkit.caqh.likeness import same_day
from credkit.records import ProviderFile, Result, Verification


class Severity(StrEnum):
    """What a disagreement asks for. Attesting over one that blocks tells payers what is not so."""

    BLOCKS = "blocks_attesting"
    SOON = "correct_soon"
    COSMETIC = "cosmetic"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which a profile disagrees. `likely` names who is likely right (caqh, file, board, nppes, certificate;
    "nobody" where it cannot be told), `why` the reason; `fix` says who must change what, and where."""

    field: str
    severity: Severity
    caqh: str | None
    other: str | None
    source: str
    likely: str
    why: str
    fix: str


def verified(file: ProviderFile, check: str, subject: str = "") -> Verification | None:
    """Return the last finding of a check that somebody outside was asked for, and that passed or may stand."""
    good = [
        one
        for one in file.verifications
        if (one.check, one.subject) == (check, subject)
        and one.result in {Result.PASS, Result.REVIEW}
        and one.method != "file"
    ]
    return max(good, key=lambda one: (one.verified_on, one.recorded_at), default=None)


def found_by(verification: Verification | None, field: str) -> str | None:
    """Return what a source was found to say of one field."""
    if verification is None:
        return None
    return next((one.found for one in verification.comparisons if one.field == field), None)


def ends(
    field: str,
    where: str,
    caqh: date | None,
    ours: date | None,
    *,
    source: str,
    why: str,
    on: date,
) -> Iterator[Difference]:
    """Hold the end of something in CAQH against the end that `source` has.

    An end that has passed, or that promises more than there is, blocks; a day's slip, or a renewal that CAQH does not
    have yet, is to be corrected soon.
    """
    if caqh is None or ours is None:
        if caqh is None and ours is not None:
            fix = f"In CAQH, {where}: enter the date on which it ends, {ours}."
            yield Difference(field, Severity.SOON, None, ours.isoformat(), source, source, why, fix)
        return
    if same_day(caqh, ours):
        if caqh < on:
            fix = f"In CAQH, {where}: it ended on {caqh}; renew it, and enter the new dates."
            yield Difference(field, Severity.BLOCKS, caqh.isoformat(), ours.isoformat(), source, source, why, fix)
        return
    promises_more = (caqh - ours).days > 1
    severity = Severity.BLOCKS if caqh < on or promises_more else Severity.SOON
    fix = f"In CAQH, {where}: change the date on which it ends from {caqh} to {ours}."
    yield Difference(field, severity, caqh.isoformat(), ours.isoformat(), source, source, why, fix)
