"""Whether two ways of writing one thing mean the same: streets and suites, telephone numbers, days and months, companies."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Self

from credkit.screening.names import ClaimedNames, Likeness, PersonName, fold, same_person_name
from credkit.screening.nicknames import full_forms
from credkit.tables.dates import read_date

_SHORT = {
    "street": "st", "avenue": "ave", "av": "ave", "boulevard": "blvd", "drive": "dr", "road": "rd", "lane": "ln",
    "court": "ct", "place": "pl", "square": "sq", "parkway": "pkwy", "highway": "hwy", "circle": "cir",
    "terrace": "ter", "trail": "trl", "way": "way", "north": "n", "south": "s", "east": "e", "west": "w",
    "northeast": "ne", "northwest": "nw", "southeast": "se", "southwest": "sw", "suite": "ste", "apartment": "apt",
    "floor": "fl", "room": "rm", "building": "bldg", "saint": "st", "mount": "mt", "fort": "ft",
}  # fmt: skip
_UNITS = frozenset({"ste", "apt", "unit", "fl", "rm", "no", "number", "bldg", "office"})
_COMPANY_WORDS = frozenset(
    {"inc", "incorporated", "llc", "co", "company", "corp", "corporation", "ltd", "the", "of", "group"}
)
_TIME_OF_DAY = re.compile(r"[T ]\d{1,2}:\d{2}.*$")
#: Degrees as people write them out (words folded).
_DEGREES = {
    "master of social work": "msw", "masters of social work": "msw", "doctor of psychology": "psyd",
    "doctor of philosophy": "phd", "doctor of medicine": "md", "doctor of osteopathic medicine": "do",
    "master of arts": "ma", "master of science": "ms", "doctor of nursing practice": "dnp",
    "master of science in nursing": "msn", "bachelor of social work": "bsw", "bachelor of arts": "ba",
}  # fmt: skip
_ORDINAL = re.compile(r"([0-9]+)(?:st|nd|rd|th)")


class RoughDate(date):
    """A day of which only the month is known: as text it is that month, never a day that nobody wrote."""

    @classmethod
    def of(cls, day: date) -> Self:
        """Return a day as one of which only the month is known."""
        return cls(day.year, day.month, day.day)

    def isoformat(self) -> str:
        """Return the month, such as 2026-03."""
        return f"{self.year:04}-{self.month:02}"

    __str__ = isoformat


def same_day(one: date, other: date) -> bool:
    """Say whether two days are one, as far as both are known."""
    if isinstance(one, RoughDate) or isinstance(other, RoughDate):
        return (one.year, one.month) == (other.year, other.month)
    return one == other


@dataclass(frozen=True, slots=True)
class Place:
    """An address as it is compared: the street in short words, the unit without its word, the ZIP code's five digits."""

    street: str
    unit: str
    city: str
    state: str
    zip: str


def place(line_1: str | None, line_2: str | None, city: str | None, state: str | None, zip_: str | None) -> Place:
    """Return an address as it is compared. A suite may stand on either line, with its word, a "#" or none."""
    words = [
        _word(word)
        for word in fold(f"{line_1 or ''} {(line_2 or '').replace('#', ' unit ')}".replace("#", " unit ")).split()
    ]
    cut = next((n for n, word in enumerate(words) if n and word in _UNITS), len(words))
    unit = [word for word in words[cut:] if word not in _UNITS]
    return Place(
        " ".join(words[:cut]), " ".join(unit), " ".join(map(_word, fold(city).split())), state or "", (zip_ or "")[:5]
    )


def _word(word: str) -> str:
    found = _ORDINAL.fullmatch(word)
    return found[1] if found else _SHORT.get(word, word)


def same_place(one: Place, other: Place) -> bool:
    """Say whether two addresses are one house: a city is written in several ways, its ZIP code is not. A unit that one
    side leaves out is no other unit."""
    if one.state and other.state and one.state != other.state:
        return False
    same_town = one.zip == other.zip if one.zip and other.zip else (one.city, one.state) == (other.city, other.state)
    return one.street == other.street and same_town and (one.unit == other.unit or not one.unit or not other.unit)


def telephone(text: str | None) -> str:
    """Return the ten digits of a telephone number, without an extension; "" for none."""
    digits = re.sub(r"[^0-9]", "", re.split(r"(?i)x|ext|#", text or "")[0])
    return digits[-10:] if len(digits) >= 10 else ""


def company(text: str | None) -> str:
    """Return a company's name without its legal form."""
    return " ".join(word for word in fold(text).split() if word not in _COMPANY_WORDS)


def same_company(one: str | None, other: str | None) -> bool:
    """Say whether two names are one company's: the same, or one the beginning of the other."""
    ours, theirs = company(one), company(other)
    return ours == theirs or (bool(ours and theirs) and (ours.startswith(theirs) or theirs.startswith(ours)))


def same_degree(one: str, other: str) -> bool:
    """Say whether two degrees are one, written out or short."""
    ours, theirs = (_DEGREES.get(folded, folded).replace(" ", "") for folded in (fold(one), fold(other)))
    return ours == theirs


def day_of(text: str) -> date:
    """Read a day as CAQH writes it: with or without a time. Raises `NotADate`."""
    return read_date(_TIME_OF_DAY.sub("", text.strip()))


def without_time(text: str) -> str:
    """Return a date's text without its time of day."""
    return _TIME_OF_DAY.sub("", text.strip())


def names_alike(ours: ClaimedNames, theirs: PersonName) -> Likeness:
    """Say how alike a provider's names and one of CAQH's are; a short form of the first name is a variant."""
    likeness = same_person_name(ours, [theirs])
    current = ours.current
    if (
        likeness.level == "different"
        and current.last == theirs.last
        and full_forms(current.first) & full_forms(theirs.first)
    ):
        return Likeness("variant", "a short form of the first name")
    return likeness
