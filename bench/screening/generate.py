"""An exclusion list, a roster to hold against it, and the truth: all invented, and the same for the same numbers.

Names are drawn (names.py), dates of birth and addresses are made up, and no NPI that begins with 2 was ever issued. The
list does not change with the roster. The roster is written a person at a time, in any number.
"""

import csv
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import accumulate, count, cycle
from pathlib import Path
from random import Random

from bench.screening import (
    HARD,
    HARD_COLUMNS,
    LIST,
    LIST_COLUMNS,
    PUBLISHED,
    ROSTER,
    ROSTER_COLUMNS,
    TRUTH,
    TRUTH_COLUMNS,
)
from bench.screening.corruption import KINDS, Person, any_birth, born_wrong, may_be_wrongly_born, more, typo
from bench.screening.names import first_name, last_name, middle_name

SEED = 20_261_101
_LISTED_NPIS, _OTHER_NPIS = 200_000_000, 210_000_000  # nine digits; the tenth is the check digit
_NOBODY, _NEVER = "0000000000", "00000000"

_STATES = {
    "CA": 120, "FL": 110, "TX": 80, "NY": 75, "OH": 50, "PA": 48, "AZ": 40, "IL": 38, "MI": 34, "GA": 32, "NJ": 30,
    "VA": 28, "MA": 26, "TN": 26, "KY": 24, "CO": 24, "LA": 22, "IN": 22, "NC": 22, "MO": 20, "WA": 20, "MN": 18, "AL": 16,
    "OK": 16, "CT": 14, "MS": 14, "MD": 14, "OR": 14, "SC": 12, "WI": 12, "IA": 10, "NV": 10, "UT": 8, "KS": 8, "AR": 8,
    "ME": 8, "WV": 8, "ID": 7, "NH": 6, "NM": 6, "NE": 5, "MT": 4, "VT": 4, "RI": 4, "HI": 3, "DE": 3, "AK": 3, "SD": 2,
    "ND": 2, "WY": 2, "DC": 2, "PR": 8,
}  # fmt: skip
_STREETS = (
    "MAIN ST", "OAK AVE", "2ND STREET", "PARK AVENUE", "ELM ST", "WASHINGTON BLVD", "CEDAR LANE", "LAKE ROAD",
    "HILL STREET", "MAPLE AVE", "PINE ST", "RIVER ROAD", "SUNSET BLVD", "CHURCH ST",
)  # fmt: skip
_GENERAL = (
    ("IND- LIC HC SERV PRO", "NURSE/NURSES AIDE"), ("IND- LIC HC SERV PRO", "PERSONAL CARE PROVIDER"),
    ("PHYSICIAN (MD, DO)", "FAMILY PRACTICE"), ("INDIVIDUAL (UNAFFILI", "OWNER/OPERATOR"), ("PHARMACY", "PHARMACIST"),
)  # fmt: skip
_PRACTICE = (("NURSE PRACTITIONER", "NP"), ("FAMILY MEDICINE", "MD"), ("REGISTERED NURSE", "RN"), ("DENTIST", "DDS"))
_TRADES = ("HOME HEALTH", "MEDICAL SUPPLY", "PHARMACY", "CLINIC", "TRANSPORT")
_TYPES = ("1128a1", "1128a2", "1128a3", "1128b4", "1128b14")
#: Of 1,000 clean people, how many look like somebody on the list, and how.
_HARD_OF_1000 = {
    "same_name_other_state": 10, "same_name_same_state": 8, "same_name_middle_state": 4, "family_same_address": 4,
    "junior_senior": 4, "twin": 2, "same_birth_near_name": 4, "same_name_no_birth": 3, "near_name_same_state": 5,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """How many people, rows of the list, and true matches; and how many of these have a wholly wrong date of birth."""

    people: int = 2_000
    list_rows: int = 8_000
    true: int = 100
    wrong_births: int = 0


def npi(nine: int) -> str:
    """Return nine digits with their check digit."""
    digits = str(nine)
    total = 24  # what the constant prefix 80840 adds
    for place, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if place % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


class Places:
    """Invented cities and their ZIP codes, forty a state."""

    def __init__(self, draw: Random) -> None:
        self._states = tuple(_STATES)
        self._cumulated = tuple(accumulate(_STATES.values()))
        self._cities = {
            state: tuple((last_name(draw), f"{1 + at * 19:03}{draw.randrange(100):02}") for _ in range(40))
            for at, state in enumerate(_STATES)
        }

    def state(self, draw: Random) -> str:
        return draw.choices(self._states, cum_weights=self._cumulated)[0]

    def another(self, draw: Random, state: str) -> str:
        return draw.choice([other for other in self._states if other != state])

    def move(self, person: Person, draw: Random, state: str) -> Person:
        """Settle a person in a city of a state, at an address there."""
        city, code = draw.choice(self._cities[state])
        return replace(person, state=state, city=city, zip=code, address=_address(draw))


def _address(draw: Random) -> str:
    unit = f", APT {draw.randrange(1, 400)}" if draw.random() < 0.2 else ""
    return f"{draw.randrange(1, 9_999)} {draw.choice(_STREETS)}{unit}"


def somebody(draw: Random, places: Places) -> Person:
    """Draw a person who has no NPI yet."""
    sex = draw.choice("FFM")
    last = last_name(draw) + (f"-{last_name(draw)}" if draw.random() < 0.02 else "")
    blank = Person(last, first_name(draw, sex), middle_name(draw), sex, any_birth(draw), "", "", "", "", "")
    return places.move(blank, draw, places.state(draw))


# --- the list ---------------------------------------------------------------------------------------------------------


def list_entries(rows: int, seed: int, places: Places) -> Iterator[tuple[Person, tuple[str, ...]]]:
    """Return the list's entries, each as a person and as a row; a business is a person without a name.

    One in 25 is a business, one in ten has an NPI, one in 25 has no date of birth; zeros stand for nothing.
    """
    draw = Random(f"{seed} list")
    newest = date.fromisoformat(PUBLISHED) - timedelta(days=12)
    for place in range(rows):
        person = somebody(draw, places)
        general, specialty = draw.choice(_GENERAL)
        if draw.random() < 0.1:
            person.npi = npi(_LISTED_NPIS + place)
        if draw.random() < 0.04:
            person.born = ""
        business = ""
        if draw.random() < 0.04:
            business = f"{person.last} {draw.choice(_TRADES)}, INC"
            general, specialty = "OTHER BUSINESS", draw.choice(_TRADES)
            person = replace(person, last="", first="", middle="", born="")
        excluded = newest - timedelta(days=draw.randrange(12_000) if place else 0)
        yield (
            person,
            (
                person.last, person.first, person.middle, business, general, specialty, "", person.npi or _NOBODY,
                person.born.replace("-", ""), person.address, person.city, person.state, person.zip, draw.choice(_TYPES),
                f"{excluded:%Y%m%d}", _NEVER, _NEVER, "",
            ),
        )  # fmt: skip


# --- clean people who look like an entry ------------------------------------------------------------------------------


def _other_birth(entry: Person, draw: Random) -> str:
    return next(born for born in iter(lambda: any_birth(draw), "") if born != entry.born)


def _years_apart(entry: Person, draw: Random, years: tuple[int, ...]) -> str:
    return f"{int(entry.born[:4]) + draw.choice(years)}-{draw.randrange(1, 13):02}-{draw.randrange(1, 29):02}"


def look_alike(kind: str, entry: Person, draw: Random, places: Places) -> Person | None:
    """Return somebody else who resembles an entry, or None when this entry cannot be resembled in this way."""
    if not entry.born and kind not in ("same_name_other_state", "same_name_no_birth", "near_name_same_state"):
        return None
    away = places.another(draw, entry.state) if kind in ("same_name_other_state", "same_name_no_birth") else entry.state
    neighbour = replace(places.move(entry, draw, away), npi="", middle=middle_name(draw))
    other = {"born": _other_birth(entry, draw)}
    relative = first_name(draw, "F")
    match kind:
        case "same_name_other_state" | "same_name_same_state":
            return replace(neighbour, **other)
        case "same_name_middle_state":
            return replace(neighbour, middle=entry.middle, **other) if entry.middle else None
        case "family_same_address":
            born = _years_apart(entry, draw, (-28, -24, 24, 28, 2, 4))
            return replace(entry, npi="", first=relative, middle=middle_name(draw), born=born)
        case "junior_senior":
            born = _years_apart(entry, draw, (-30, -26, 26, 30))
            return replace(neighbour, middle=entry.middle, suffix=draw.choice(("JR", "SR", "III")), born=born)
        case "twin":
            return replace(neighbour, first=relative) if relative != entry.first else None
        case "same_birth_near_name":
            return replace(places.move(neighbour, draw, places.state(draw)), last=last_name(draw))
        case "same_name_no_birth":
            return replace(neighbour, born="")
        case _:
            return replace(neighbour, last=typo(entry.last, draw), **other)


# --- the roster -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Told:
    """Somebody of whom the truth has more to say than "clean"."""

    person: Person
    row: int | None
    kind: str
    secondary: str = ""


def _true_match(
    entries: dict[int, Person], queue: deque[int], kind: str, draw: Random, places: Places, *, wrong: bool
) -> _Told:
    """Take the next entry to whom a kind of corruption can happen, and let it happen."""
    for _ in range(len(queue)):
        row = queue.popleft()
        person = replace(entries[row])
        if KINDS[kind](person, draw) and (not wrong or may_be_wrongly_born(person, kind)):
            break
        queue.append(row)
    else:
        row, kind = queue.popleft(), "exact"
        person = replace(entries[row])
    happened = more(person, kind, draw)
    if draw.random() < 0.25:
        person = places.move(person, draw, places.state(draw))
        happened.append("moved")
    elif draw.random() < 0.6:
        person.address = _address(draw) if draw.random() < 0.7 else person.address
    else:
        person = places.move(person, draw, person.state)
    if wrong and born_wrong(person, draw):
        happened.append("born_wrong")
    if draw.random() < 0.1:
        person.npi = ""
    return _Told(person, row, kind, "|".join(happened))


def _told_people(size: Size, entries: dict[int, Person], draw: Random, places: Places) -> Iterator[_Told]:
    queue = deque(draw.sample(sorted(entries), len(entries)))
    wrong = frozenset(draw.sample(range(size.true), min(size.true, size.wrong_births)))
    matched: set[int] = set()
    for number, kind in zip(range(size.true), cycle(KINDS), strict=False):
        told = _true_match(entries, queue, kind, draw, places, wrong=number in wrong)
        assert told.row is not None
        matched.add(told.row)
        yield told
    others = [row for row in entries if row not in matched]
    for kind, of_1000 in _HARD_OF_1000.items():
        for _ in range((size.people - size.true) * of_1000 // 1000):
            tries = (look_alike(kind, entries[draw.choice(others)], draw, places) for _ in count())
            yield _Told(next(person for person in tries if person is not None), None, kind)


def roster(size: Size, seed: int, entries: dict[int, Person], places: Places) -> Iterator[_Told]:
    """Return everybody on the roster, the told ones at random places among people drawn as they are asked for."""
    assert size.true < len(entries), "the list has too few people for so many true matches"
    draw = Random(f"{seed} roster {size.people}")
    told = list(_told_people(size, entries, draw, places))
    assert len(told) <= size.people, "there are too few people for so many true matches"
    draw.shuffle(told)
    at = dict(zip(draw.sample(range(size.people), len(told)), told, strict=True))
    for place in range(size.people):
        one = at.get(place) or _Told(somebody(draw, places), None, "")
        person = one.person
        if not one.kind and draw.random() < 0.03:
            person.born = ""
        if not person.npi and (one.row is None or draw.random() < 0.95):
            person.npi = npi(_OTHER_NPIS + place)
        yield one


def _roster_row(identity: str, person: Person, draw: Random) -> tuple[str, ...]:
    specialty, credential = draw.choice(_PRACTICE)
    number = f"{person.state}{draw.randrange(10_000, 999_999)}"
    return (
        identity, person.last, person.first, person.middle, person.suffix, person.born, person.npi, number, person.state,
        person.address, person.city, person.state, person.zip, specialty, credential,
    )  # fmt: skip


# --- files ------------------------------------------------------------------------------------------------------------


def make(folder: Path, size: Size, seed: int = SEED, *more_rosters: tuple[Path, Size]) -> None:
    """Write a work folder; for each more, another roster and its truth against the same list, which is not written again."""
    folder.mkdir(parents=True, exist_ok=True)
    places = Places(Random(f"{seed} places"))
    entries: dict[int, Person] = {}
    with _writer(folder / LIST, quoted=True) as write:
        write(LIST_COLUMNS)
        for row, (person, cells) in enumerate(list_entries(size.list_rows, seed, places)):
            write(cells)
            if person.last:
                entries[row] = person
    for place, wanted in ((folder, size), *more_rosters):
        _write_roster(place, wanted, seed, entries, places)


def _write_roster(folder: Path, size: Size, seed: int, entries: dict[int, Person], places: Places) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    draw = Random(f"{seed} licenses")
    with _writer(folder / ROSTER) as people, _writer(folder / TRUTH) as truth, _writer(folder / HARD) as hard:
        people(ROSTER_COLUMNS)
        truth(TRUTH_COLUMNS)
        hard(HARD_COLUMNS)
        for place, one in enumerate(roster(size, seed, entries, places)):
            identity = f"P{place:07}"
            people(_roster_row(identity, one.person, draw))
            if one.row is not None:
                truth((identity, str(one.row), one.kind, one.secondary))
            elif one.kind:
                hard((identity, one.kind))


@contextmanager
def _writer(path: Path, *, quoted: bool = False) -> Iterator[Callable[[Sequence[str]], object]]:
    with path.open("w", encoding="utf-8", newline="") as file:
        yield csv.writer(file, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL).writerow
