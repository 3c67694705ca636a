"""What two records agree on: one small function a feature, each naming a level.

What a level weighs is data (weights.toml). Every function is pure, and symmetric in what it compares but for names: the
reading of the person's name stands first, the row's second.
"""

from collections.abc import Callable
from functools import cache, lru_cache
from typing import TypeVar

from credkit.screening.identity import Identity, street
from credkit.screening.names import fold
from credkit.screening.nicknames import full_forms

Parts = tuple[str, ...]
Number = TypeVar("Number")

#: A son is born so many years after his father, or a grandfather.
_GENERATION_YEARS = range(15, 46)


def last_name(ours: Parts, theirs: Parts) -> tuple[str, str]:
    """Compare last names (the whole, then the halves of a double one): the level, and the name that agrees.

    same: equal but for spaces and hyphens. half: a half of one is the other, or a half of it (OIG: search each part of a
    hyphenated name). near: a slip of the pen. alike: it sounds the same. half_near: a slip in a half.
    """
    if not ours or not theirs:
        return "missing", ""
    one, other = ours[0], theirs[0]
    if one == other:
        return "same", one
    for part in theirs:
        if part in ours:
            return "half", part
    if near(distance(one, other), min(len(one), len(other)), 8):
        return "near", other
    if min(len(one), len(other)) >= 4 and sound(one) == sound(other):
        return "alike", other
    if len(ours) > 1 or len(theirs) > 1:
        for part in theirs:
            if len(part) >= 5 and any(distance(part, mine) == 1 for mine in ours):
                return "half_near", part
    return "different", ""


def first_name(ours: Parts, theirs: Parts) -> tuple[str, str]:
    """Compare first names (the whole, then the first word of a double one): the level, and the name that agrees.

    part: "Mary" for "Mary Ann". short_form: one is short for the other, or both for a third. initial: one is an initial,
    and the right one.
    """
    if not ours or not theirs:
        return "missing", ""
    one, other = ours[0], theirs[0]
    if one == other:
        return "same", one
    if len(one) == 1 or len(other) == 1:
        return ("initial", "") if one[0] == other[0] else ("different", "")
    for part in theirs:
        if part in ours:
            return "part", part
    if not full_forms(ours[-1]).isdisjoint(full_forms(theirs[-1])):
        return "short_form", other
    if near(distance(one, other), min(len(one), len(other)), 7):
        return "near", other
    if min(len(one), len(other)) >= 3 and sound(one) == sound(other):
        return "alike", other
    return "different", ""


def near(apart: Number, shorter: Number, long: int) -> Number:
    """Say whether so many letters apart (missing, added, changed, or swapped with their neighbor) is a slip of the pen:
    one in a name of three letters or more, two in a `long` one. Works on numbers and on arrays of them."""
    return ((apart == 1) & (shorter >= 3)) | ((apart == 2) & (shorter >= long))  # type: ignore[operator,return-value]


def distance(one: str, other: str) -> int:
    """Return how many letters two names are apart, 3 for three or more."""
    return _osa()(one, other, score_cutoff=2)


@lru_cache(maxsize=65_536)
def sound(name: str) -> str:
    """Return how a name sounds (Metaphone)."""
    return _metaphone()(name)


# Both libraries are imported when names are compared: every command that reads a policy imports this module.


@cache
def _osa() -> Callable[..., int]:
    from rapidfuzz.distance import OSA

    return OSA.distance


@cache
def _metaphone() -> Callable[[str], str]:
    from jellyfish import metaphone

    return metaphone


def middle_name(ours: str, theirs: str) -> str:
    """Compare middle names: the same, an initial that agrees, a slip, or another one. Who gives none says nothing."""
    if not ours or not theirs:
        return "unknown"
    if ours == theirs:
        return "same" if len(ours) > 1 else "initial"
    if ours[0] != theirs[0]:
        return "different"
    if len(ours) == 1 or len(theirs) == 1:
        return "initial"
    return "near" if distance(ours, theirs) == 1 else "different"


def generation(ours: str, theirs: str, born: int, born_theirs: int) -> str:
    """Compare junior and senior. One of them with a suffix, born a generation from the other: father and son, who share
    name and address."""
    if ours == theirs:
        return "same" if ours else "unknown"
    if ours and theirs:
        return "different"
    if born and born_theirs and abs(born // 10_000 - born_theirs // 10_000) in _GENERATION_YEARS:
        return "father_and_son" if date_of_birth(born, born_theirs) == "different" else "one_side"
    return "one_side"


@lru_cache(maxsize=65_536)
def date_of_birth(ours: int, theirs: int) -> str:
    """Compare dates of birth (yyyymmdd, 0 for none).

    transposed: two neighboring digits in the other's order. day_month: day and month in each other's place. digit: one
    digit differs.
    """
    if not ours or not theirs:
        return "unknown"
    if ours == theirs:
        return "same"
    one, other = f"{ours:08}", f"{theirs:08}"  # a year may be written with three digits
    if one[:4] == other[:4] and one[4:6] == other[6:] and one[6:] == other[4:6]:
        return "day_month"
    differing = [place for place in range(8) if one[place] != other[place]]
    if len(differing) == 1:
        return "digit"
    if len(differing) == 2:
        first, second = differing
        if second == first + 1 and one[first] == other[second] and one[second] == other[first]:
            return "transposed"
    return "different"


def npi(ours: str, theirs: str) -> str:
    """Compare NPIs: a number is never given to a second person (45 CFR 162.408)."""
    if not ours or not theirs:
        return "unknown"
    return "same" if ours == theirs else "different"


def license_number(ours: Identity, theirs: Identity) -> str:
    """Compare license numbers by their digits, state by state; by a long one alone where the row gives no state."""
    if ours.licenses & theirs.licenses:
        return "same"
    if any(not state and number == mine for state, number in theirs.licenses for _, mine in ours.licenses):
        return "same"
    states = {state for state, _ in theirs.licenses}
    return "different" if any(state in states for state, _ in ours.licenses) else "unknown"


def place(ours: Identity, theirs: Identity) -> str:
    """Compare where they are: street and ZIP, ZIP, city, state. People move, so elsewhere says little."""
    if not ours.state or not theirs.state:
        return "unknown"
    if ours.state != theirs.state:
        return "other_state"
    if ours.zip and ours.zip == theirs.zip:
        address = street(ours.address)
        return "same_address" if address and address == street(theirs.address) else "same_zip"
    city = fold(ours.city)
    return "same_city" if city and city == fold(theirs.city) else "same_state"
