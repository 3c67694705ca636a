"""What happens to a person between an exclusion list and a roster: one function a kind, on a person that it may change.

A function whose kind cannot befall this person (no date of birth to misread, no short form of the name) says False and
changes nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from bench.screening.names import SHORT_FORMS, last_name

_BESIDE = {
    "A": "SQ", "B": "VN", "C": "XV", "D": "SF", "E": "WR", "F": "DG", "G": "FH", "H": "GJ", "I": "UO", "J": "HK",
    "K": "JL", "L": "K", "M": "N", "N": "BM", "O": "IP", "P": "O", "Q": "W", "R": "ET", "S": "AD", "T": "RY", "U": "YI",
    "V": "CB", "W": "QE", "X": "ZC", "Y": "TU", "Z": "X",
}  # fmt: skip
_ACCENTED = {"A": "Á", "E": "É", "I": "Í", "O": "Ó", "U": "Ú", "N": "Ñ"}


@dataclass(slots=True)
class Person:
    """A person as a roster writes one; `born` is an ISO date or empty, `sex` is on no file."""

    last: str
    first: str
    middle: str
    sex: str
    born: str
    npi: str
    address: str
    city: str
    state: str
    zip: str
    suffix: str = ""


Change = Callable[[Person, Random], bool]


def typo(word: str, draw: Random) -> str:
    """Strike a neighbouring key, miss a letter out, or put one in; seldom is it the first letter."""
    if len(word) < 3:
        return word + "E"
    place, how = draw.randrange(1, len(word)), draw.randrange(3)
    if how == 0:
        return word[:place] + draw.choice(_BESIDE.get(word[place], "AE")) + word[place + 1 :]
    if how == 1:
        return word[:place] + word[place + 1 :]
    return word[:place] + draw.choice("AEIOULNRST" + word[place]) + word[place:]


def crossed(word: str, draw: Random) -> str:
    """Swap two letters that stand side by side and differ."""
    places = [at for at in range(len(word) - 1) if word[at] != word[at + 1]]
    if not places:
        return word
    at = draw.choice([place for place in places if place] or places)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def exact(_person: Person, _draw: Random) -> bool:
    return True


def typo_last(person: Person, draw: Random) -> bool:
    person.last = typo(person.last, draw)
    return True


def typo_first(person: Person, draw: Random) -> bool:
    person.first = typo(person.first, draw)
    return True


def typo_both(person: Person, draw: Random) -> bool:
    return typo_last(person, draw) and typo_first(person, draw)


def crossed_last(person: Person, draw: Random) -> bool:
    person.last = crossed(person.last, draw)
    return True


def crossed_first(person: Person, draw: Random) -> bool:
    person.first = crossed(person.first, draw)
    return True


def short_form(person: Person, draw: Random) -> bool:
    if person.first not in SHORT_FORMS:
        return False
    person.first = draw.choice(SHORT_FORMS[person.first])
    return True


def hyphen(person: Person, draw: Random) -> bool:
    halves = [person.last, last_name(draw)]
    draw.shuffle(halves)
    person.last = "-".join(halves)
    return True


def other_last(person: Person, draw: Random) -> bool:
    """A maiden name on one of the two: nothing of the surname is left, so the date of birth has to be there."""
    if person.sex != "F" or not person.born:
        return False
    person.last = last_name(draw)
    return True


def swapped(person: Person, _draw: Random) -> bool:
    person.last, person.first = person.first, person.last
    return True


def no_middle(person: Person, _draw: Random) -> bool:
    person.middle = ""
    return True


def punctuation(person: Person, draw: Random) -> bool:
    """Write a surname's spaces, hyphens and apostrophes differently, or set one, or an accent."""
    if not person.last.isalpha():
        other = draw.choice(("", " ", "-"))
        person.last = "".join(letter if letter.isalpha() else other for letter in person.last)
        return True
    places = [at for at, letter in enumerate(person.last) if letter in _ACCENTED]
    if places and draw.random() < 0.6:
        at = draw.choice(places)
        person.last = person.last[:at] + _ACCENTED[person.last[at]] + person.last[at + 1 :]
    else:
        at, mark = (1, "'") if draw.random() < 0.5 else (2, " ")
        person.last = person.last[:at] + mark + person.last[at:]
    return True


def suffix(person: Person, draw: Random) -> bool:
    person.suffix = draw.choice(("JR", "SR", "III", "MD"))
    if draw.random() < 0.5:
        person.last += " " + person.suffix
    return True


def born_crossed(person: Person, draw: Random) -> bool:
    """Swap two digits of the year, the month or the day."""
    born = person.born
    swaps = [born[:at] + born[at + 1] + born[at] + born[at + 2 :] for at in (2, 5, 8) if born]
    possible = [other for other in swaps if other != born and _is_date(other)]
    if not possible:
        return False
    person.born = draw.choice(possible)
    return True


def born_missing(person: Person, _draw: Random) -> bool:
    missing = bool(person.born)
    person.born = ""
    return missing


def born_day_first(person: Person, _draw: Random) -> bool:
    other = f"{person.born[:4]}-{person.born[8:]}-{person.born[5:7]}"
    if not person.born or other == person.born or not _is_date(other):
        return False
    person.born = other
    return True


def born_wrong(person: Person, draw: Random) -> bool:
    """Give a date of birth that is somebody else's: it was read from another line."""
    if not person.born:
        return False
    person.born = any_birth(draw)
    return True


def middle_first(person: Person, _draw: Random) -> bool:
    """Go by the middle name."""
    if len(person.middle) < 2:
        return False
    person.first, person.middle = person.middle, person.first
    return True


def initial(person: Person, _draw: Random) -> bool:
    person.first = person.first[0]
    return True


KINDS: dict[str, Change] = {
    change.__name__: change
    for change in (
        exact, typo_last, typo_first, typo_both, crossed_last, crossed_first, short_form, hyphen, other_last, swapped,
        no_middle, punctuation, suffix, born_crossed, born_missing, born_day_first, middle_first, initial,
    )
}  # fmt: skip
#: Nothing more may be taken from the date of birth of these.
_NEEDS_BIRTH = frozenset({"born_crossed", "born_missing", "born_day_first", "other_last"})


def more(person: Person, kind: str, draw: Random) -> list[str]:
    """Let a little more happen to somebody whose main corruption is `kind`; say what. Moving house is not among it."""
    happened = []
    if kind not in ("no_middle", "middle_first") and person.middle:
        among = draw.random()
        if among < 0.25:
            person.middle = ""
            happened.append("no_middle")
        elif among < 0.55 and len(person.middle) > 1:
            person.middle = person.middle[0]
            happened.append("middle_initial")
    if kind not in _NEEDS_BIRTH and draw.random() < 0.06 and born_missing(person, draw):
        happened.append("born_missing")
    if kind in ("exact", "no_middle", "suffix", "punctuation") and draw.random() < 0.1:
        happened.append("typo_last")
        typo_last(person, draw)
    return happened


def may_be_wrongly_born(person: Person, kind: str) -> bool:
    """Say whether somebody can be found at all without the date of birth."""
    return bool(person.born) and kind not in _NEEDS_BIRTH


def any_birth(draw: Random) -> str:
    """Draw the date of birth of somebody who works."""
    return (date(1950, 1, 1) + timedelta(days=draw.randrange(365 * 48))).isoformat()
