"""What ends in the coming weeks, by week and by who looks after it. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from credkit.status.expiry import Expiry

WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Week:
    """The files of one person (None: nobody's) in one week, named by its Monday: how many dates come, how many of them
    would stop somebody, and whom (NPIs)."""

    monday: date
    owner: str | None
    lapses: int
    stops: int
    providers: tuple[str, ...]


def last_day_of(weeks: int, on: date) -> date:
    """Return the Sunday that ends so many weeks, this one the first."""
    return _monday(on) + weeks * WEEK - timedelta(days=1)


def forecast(found: Iterable[Expiry], owners: Mapping[str, str], weeks: int, on: date) -> Iterator[Week]:
    """Return the dates that come from a day on, within so many weeks, by week and owner. A week without any is one with
    nothing in it. What ended before the day is past, and in no week."""
    first = _monday(on)
    within: dict[date, dict[str | None, list[Expiry]]] = {first + n * WEEK: {} for n in range(weeks)}
    for one in found:
        week = within.get(_monday(one.expires_on))
        if week is not None and one.expires_on >= on and one.band != "expired":
            week.setdefault(owners.get(one.npi), []).append(one)
    for monday, by_owner in within.items():
        if not by_owner:
            yield Week(monday, None, 0, 0, ())
        for owner in sorted(by_owner, key=lambda name: (name is None, (name or "").casefold())):
            stopping = [one for one in by_owner[owner] if one.affects]
            providers = tuple(dict.fromkeys(one.npi for one in stopping))
            yield Week(monday, owner, len(by_owner[owner]), len(stopping), providers)


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
