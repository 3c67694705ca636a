"""Dates as Americans write them in forms, and nothing that could be two days at once.

A guessing parser takes 31/12/2026 for 12/31/2026 and "2026" for today in 2026; here every other way of writing is an
error that says what to write instead.
"""

import re
from calendar import month_name, monthrange
from datetime import date, timedelta
from functools import lru_cache

_MONTHS = {month_name[n].lower(): n for n in range(1, 13)} | {month_name[n][:3].lower(): n for n in range(1, 13)}
_MONTHS["sept"] = 9

_MIDNIGHT = r"(?:[T ]00:00(?::00(?:\.0+)?)?)?"
_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}}){_MIDNIGHT}")
_US = re.compile(rf"([0-9]{{1,2}})([/-])([0-9]{{1,2}})\2([0-9]{{4}}){_MIDNIGHT}")
_COMPACT = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_MONTH_FIRST = re.compile(r"([A-Za-z]+)\.? ([0-9]{1,2}), ?([0-9]{4})")
_DAY_FIRST = re.compile(r"([0-9]{1,2})([ -])([A-Za-z]+)\.?\2([0-9]{4})")
_TWO_DIGIT_YEAR = re.compile(r"([0-9]{1,2})[/.-]([0-9]{1,2})[/.-]([0-9]{2})")
_DOTTED = re.compile(r"([0-9]{1,2})\.([0-9]{1,2})\.([0-9]{4})")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_TIMED = re.compile(r".*[0-9]:[0-9]{2}.*")

_ISO_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_US_MONTH = re.compile(r"([0-9]{1,2})/([0-9]{4})")
_NAMED_MONTH = re.compile(r"([A-Za-z]+)\.? ([0-9]{4})")

# What Excel calls day 0: it counts a 29 February 1900 that never was.
_EXCEL_START = date(1899, 12, 30)
_USUAL = "Write it as 2026-03-31 or 03/31/2026."


class NotADate(ValueError):
    """A text is no date. `general` says what to write without repeating anything of it (for dates of birth)."""

    def __init__(self, message: str, general: str) -> None:
        super().__init__(message)
        self.general = general


@lru_cache(maxsize=8_192)
def read_date(text: str) -> date:
    """Read one day: 2026-03-31, 03/31/2026, 3/31/2026, 03-31-2026, 20260331, March 31, 2026, 31 Mar 2026, 31-Mar-2026.

    Midnight after an ISO date is let through, as spreadsheets write it. Raises `NotADate` for anything else.
    """
    text = text.strip()
    if found := _ISO.fullmatch(text) or _COMPACT.fullmatch(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _US.fullmatch(text):
        return _day(int(found[4]), int(found[1]), int(found[3]))
    if found := _MONTH_FIRST.fullmatch(text):
        return _day(int(found[3]), _month(found[1]), int(found[2]))
    if found := _DAY_FIRST.fullmatch(text):
        return _day(int(found[4]), _month(found[3]), int(found[1]))
    raise _refusal(text)


@lru_cache(maxsize=4_096)
def read_month(text: str, *, end: bool) -> date:
    """Read a day, or a month (2019-05, 05/2019, May 2019): its first day, or with `end` its last."""
    text = text.strip()
    if found := _ISO_MONTH.fullmatch(text):
        year, month = int(found[1]), int(found[2])
    elif found := _US_MONTH.fullmatch(text):
        year, month = int(found[2]), int(found[1])
    elif found := _NAMED_MONTH.fullmatch(text):
        year, month = int(found[2]), _month(found[1])
    else:
        return read_date(text)
    first = _day(year, month, 1)
    return first.replace(day=monthrange(year, month)[1]) if end else first


def _day(year: int, month: int, day: int) -> date:
    if not 1900 <= year <= 2100:
        raise NotADate(
            f"The year {year:04d} is not between 1900 and 2100. {_USUAL}",
            f"The year is not between 1900 and 2100. {_USUAL}",
        )
    if 12 < month <= 31 and 1 <= day <= 12:
        raise NotADate(
            f"There is no month {month}: the day stands first. Write {_us(year, day, month)} or {_iso(year, day, month)}.",
            "There is no such month: the day seems to stand first. " + _USUAL,
        )
    if not 1 <= month <= 12:
        raise NotADate(f"There is no month {month}. {_USUAL}", f"There is no such month. {_USUAL}")
    last = monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise NotADate(
            f"There is no such day: {month_name[month]} {year} has {last} days. {_USUAL}",
            f"There is no such day. {_USUAL}",
        )
    return date(year, month, day)


def _month(word: str) -> int:
    found = _MONTHS.get(word.lower())
    if found is None:
        raise NotADate(f"There is no month of the name {word[:20]!r}. {_USUAL}", f"There is no such month. {_USUAL}")
    return found


def _us(year: int, month: int, day: int) -> str:
    return f"{month:02d}/{day:02d}/{year}"


def _iso(year: int, month: int, day: int) -> str:
    return f"{year}-{month:02d}-{day:02d}"


def _refusal(text: str) -> NotADate:
    """Say what is wrong with a text that is no date, as exactly as can be said."""
    if _TWO_DIGIT_YEAR.fullmatch(text):
        return _plainly("The year has two digits. Write all four, such as 01/02/2026.")
    if found := _DOTTED.fullmatch(text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        general = "Dots are how dates are written with the day first. " + _USUAL
        if first > 12 >= second:
            return NotADate(
                f"The day stands first. Write {_us(year, second, first)} or {_iso(year, second, first)}.", general
            )
        if first <= 12 and second <= 12:
            return NotADate(
                f"With dots this can be {_iso(year, second, first)} or {_iso(year, first, second)}. Write the one that is meant.",
                general,
            )
        return _plainly(general)
    if (found := _SERIAL.fullmatch(text)) and (day := _EXCEL_START + timedelta(days=int(found[1]))).year <= 2100:
        return NotADate(
            f"{found[1]} is how Excel stores {day.isoformat()}. Format the column as a date, or write {day.isoformat()}.",
            f"This is how Excel stores a date. Format the column as a date, or write it out. {_USUAL}",
        )
    if re.fullmatch(r"[0-9]{4}", text):
        return _plainly(f"This is a year alone. {_USUAL}")
    if _ISO_MONTH.fullmatch(text) or _US_MONTH.fullmatch(text) or _NAMED_MONTH.fullmatch(text):
        return _plainly(f"The day is missing. {_USUAL}")
    if _TIMED.fullmatch(text):
        return _plainly(f"This has a time of day. Leave it out: {_USUAL[0].lower()}{_USUAL[1:]}")
    return _plainly(f"This is not a date that can be read with certainty. {_USUAL}")


def _plainly(message: str) -> NotADate:
    return NotADate(message, message)
