"""The only reader of the wall clock.

`CREDKIT_NOW` (an ISO date or date-time; without an offset it is UTC) stands in for the clock, so that a demo or a test
can live through months. Events record it when it was used.
"""

import os
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from credkit.errors import UsageError

VARIABLE = "CREDKIT_NOW"


def now() -> datetime:
    """Return this moment in UTC, or the moment that CREDKIT_NOW names."""
    stated = os.environ.get(VARIABLE)
    if not stated:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(stated)
    except ValueError as error:
        raise UsageError(
            f"{VARIABLE}={stated!r} is not a date or a date with a time.",
            hint="Write it as 2026-03-31 or 2026-03-31T09:00:00.",
        ) from error
    if len(stated) == len("2026-03-31"):
        # 18:00 UTC is the same calendar day from Hawaii to Maine.
        moment = datetime.combine(moment.date(), time(18, 0))
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def is_simulated() -> bool:
    """Say whether CREDKIT_NOW stands in for the clock."""
    return bool(os.environ.get(VARIABLE))


def today(time_zone: str) -> date:
    """Return today's date in the organization's time zone (an IANA name)."""
    try:
        return now().astimezone(ZoneInfo(time_zone)).date()
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(
            f"{time_zone!r} is not a time zone.", hint="Name one such as America/Chicago in [organization] time_zone."
        ) from error


def day_of(text: str, time_zone: str) -> date:
    """Return the day, in the organization's time zone, of a moment that `stamp` wrote."""
    return datetime.fromisoformat(text).astimezone(ZoneInfo(time_zone)).date()


def stamp(moment: datetime) -> str:
    """Write a moment as UTC text to the microsecond; such texts sort as the moments do."""
    return moment.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
