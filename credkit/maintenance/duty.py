"""Duties put on record: a row each time one was done, and never a change of what was recorded."""

from datetime import date

from credkit import clock
from credkit.errors import UsageError, did_you_mean
from credkit.policy import DutyLine, Policy
from credkit.records import DutyDone
from credkit.store import Store, new_id

#: No duty is recorded that was done longer ago, and none holds further ahead: that is a slip of the year.
YEARS = 10


def line_named(policy: Policy, name: str) -> DutyLine:
    """Return the policy's duty of a name, whatever its case. Raises UsageError where it has none."""
    wanted = " ".join(name.casefold().split())
    for line in policy.duties:
        if line.name.casefold() == wanted:
            return line
    names = [line.name for line in policy.duties]
    raise UsageError(
        f"The policy {policy.name} has no duty {name!r}.{did_you_mean(name, names)}",
        hint=f"It has: {', '.join(names)}." if names else "Add it under [[duties]], and `credkit policy adopt FILE`.",
    )


def record_duty(
    store: Store, npi: str, line: DutyLine, *, done_on: date, until_on: date | None, today: date
) -> tuple[DutyDone, bool]:
    """Keep that a duty was done on a day, and until when it holds where it says so; return it, and whether it is new: the
    same again is no second record.

    Raises UsageError where there is no such provider, or the dates cannot be.
    """
    if done_on > today:
        raise UsageError(f"{line.name} cannot have been done on {done_on}, which is in the future.")
    if done_on.year < today.year - YEARS or (until_on and until_on.year > today.year + YEARS):
        raise UsageError(f"A date more than {YEARS} years away is a slip of the year.", hint="Look at the dates.")
    if until_on is not None and until_on < done_on:
        raise UsageError(f"{line.name} cannot hold until {until_on}, before it was done on {done_on}.")
    with store.batch():
        file = store.provider_file(npi)
        same = [one for one in file.duties if one.name == line.name]
        last = max(reversed(same), key=lambda one: one.recorded_at, default=None)
        if last is not None and (last.done_on, last.until_on) == (done_on, until_on):
            return last, False
        done = DutyDone(new_id(), npi, line.name, done_on, until_on, clock.stamp(clock.now()), store.actor)
        store.record_duty(done)
    return done, True
