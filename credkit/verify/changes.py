"""How a finding differs from the one before it."""

from collections.abc import Sequence
from datetime import date

from credkit.records import Result, Verification


def finding_before(history: Sequence[Verification], verification: Verification) -> Verification | None:
    """Return the last finding on the same subject that was recorded before this one; "no answer" is none."""
    found = None
    for one in history:
        if one.id == verification.id:
            break
        if (one.check, one.subject) == (
            verification.check,
            verification.subject,
        ) and one.result is not Result.UNAVAILABLE:
            found = one
    return found


def changes(before: Verification, after: Verification) -> tuple[str, ...]:
    """Say what a source or a person found otherwise than the time before: "status ACTIVE -> PROBATION".

    No answer is no change: nothing may be concluded from it.
    """
    if after.result is Result.UNAVAILABLE:
        return ()
    found = []
    if before.result is not after.result:
        found.append(f"result {before.result} -> {after.result}")
    was = {one.field: one.found for one in before.comparisons}
    found += [
        f"{one.field} {was[one.field] or 'nothing'} -> {one.found or 'nothing'}"
        for one in after.comparisons
        if one.field in was and was[one.field] != one.found
    ]
    if before.expires_on != after.expires_on:
        found.append(f"expires {_day(before.expires_on)} -> {_day(after.expires_on)}")
    return tuple(found)


def _day(day: date | None) -> str:
    return day.isoformat() if day else "never"
