"""Invented people, and rows of a list that nearly are them: slips of the pen, halves, initials, swapped and missing parts.

Two people drawn at random share nothing, and say nothing about a matcher. These are made from one another, so that pairs
really meet.
"""

import string
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

from factories import list_entry
from hypothesis import strategies as st

from credkit.records import ListEntry
from credkit.screening.identity import Person

LASTS = (
    "Marsh", "Reed", "Vale", "Quillonby", "Ostrander", "Marsh-Vale", "De La Cruz", "O'Brien", "Nguyen", "Li", "Smith",
    "Garc\u00eda L\u00f3pez", "Kessler", "Filbert", "St. John", "Van der Berg Reed",
)  # fmt: skip
FIRSTS = (
    "Ana", "Ruth", "Robert", "Bob", "Margaret", "Peggy", "Vesper", "Mary Ann", "Mary", "Jo", "Kathleen", "A", "J Robert",
    "Jos\u00e9",
)  # fmt: skip
MIDDLES = ("", "", "R", "Ruth", "Rose", "Lee", "Ann")
NPIS = ("", "", "1000000004", "1000000012", "1000000020")
STATES = ("", "CO", "WY")

letters = st.sampled_from(string.ascii_lowercase)
days = st.builds(date, st.integers(1940, 1999), st.integers(1, 12), st.integers(1, 28))


@st.composite
def people(draw: st.DrawFn) -> Person:
    """Draw somebody."""
    state = draw(st.sampled_from(STATES))
    licensed = draw(st.booleans()) and state
    return Person(
        id=str(draw(st.integers(0, 10**9))),
        last_name=draw(st.sampled_from(LASTS)),
        first_name=draw(st.sampled_from(FIRSTS) | st.just("")),
        middle_name=draw(st.sampled_from(MIDDLES)),
        suffix=draw(st.sampled_from(("", "", "Jr", "III"))),
        former_names=draw(st.sampled_from(((), (), ("Vale",), ("Ruth Quillonby", "Reed, Ana")))),
        date_of_birth=draw(st.none() | days),
        npi=draw(st.sampled_from(NPIS)),
        licenses=((state, draw(st.sampled_from(("12345", "LCSW.0012345", "777")))),) if licensed else (),
        address=draw(st.sampled_from(("", "1 Test St, Suite 4", "2 Test St"))),
        city=draw(st.sampled_from(("", "Sampleton"))),
        state=state,
        zip=draw(st.sampled_from(("", "80000", "80000-1234", "501", "K1A 0B1"))),
    )


def _without(name: str, place: int, _letter: str) -> str:
    return name[:place] + name[place + 1 :]


def _with(name: str, place: int, letter: str) -> str:
    return name[:place] + letter + name[place:]


def _changed(name: str, place: int, letter: str) -> str:
    return name[:place] + letter + name[place + 1 :]


def _transposed(name: str, place: int, _letter: str) -> str:
    return name[:place] + name[place + 1 : place + 2] + name[place : place + 1] + name[place + 2 :]


SLIPS: tuple[Callable[[str, int, str], str], ...] = (_without, _with, _changed, _transposed)


@st.composite
def slips(draw: st.DrawFn, name: str) -> str:
    """Draw a name as a tired clerk writes it: a letter or two missing, added, changed or transposed."""
    for _ in range(draw(st.integers(0, 2))):
        if not name:
            break
        name = draw(st.sampled_from(SLIPS))(name, draw(st.integers(0, len(name) - 1)), draw(letters))
    return name


@st.composite
def dates_like(draw: st.DrawFn, born: date | None) -> date | None:
    """Draw a date of birth that may be meant for another: the same, digits apart, day and month swapped, or none."""
    if born is None:
        return draw(st.none() | days)
    swapped = born.replace(day=born.month, month=min(born.day, 12))
    near = [born, born, born, None, swapped, born.replace(year=born.year + 10), born.replace(year=born.year - 30)]
    near += [born.replace(day=draw(st.integers(1, 28))), born.replace(month=draw(st.integers(1, 12)))]
    return draw(st.sampled_from(near) | days)


@st.composite
def rows_like(draw: st.DrawFn, person: Person, row_number: int = 2) -> ListEntry:
    """Draw a row that may be meant for somebody."""
    last, first, middle = person.last_name, person.first_name, person.middle_name
    match draw(st.sampled_from(("as it is", "swapped", "half", "initial", "middle", "former", "married", "no first"))):
        case "swapped":
            last, first = first, last
        case "half":
            last = draw(st.sampled_from(last.replace("-", " ").split() or [last]))
            first = draw(st.sampled_from(first.split() or [first]))
        case "initial":
            first = first[:1]
        case "middle":
            first, middle = middle, first
        case "former":
            last = "Vale"
        case "married":
            last = draw(st.sampled_from(LASTS))
        case "no first":
            first = ""
    last, first = draw(slips(last)), draw(slips(first))
    keep = st.sampled_from((True, True, False))
    (state, number), *_ = person.licenses or ((person.state, ""),)
    return list_entry(
        row_number=row_number,
        last_name=last.upper() or None,
        first_name=first.upper() or None,
        middle_name=(middle if draw(keep) else draw(st.sampled_from(MIDDLES))).upper() or None,
        suffix=(person.suffix if draw(keep) else "") or None,
        aliases=draw(st.sampled_from(((), (), ("VALE, RUTH",), (f"{first} {last}",)))),
        date_of_birth=draw(dates_like(person.date_of_birth)),
        npi=(person.npi if draw(keep) else draw(st.sampled_from(NPIS))) or None,
        address=(person.address if draw(keep) else "") or None,
        city=(person.city.upper() if draw(keep) else "") or None,
        state=(state if draw(keep) else draw(st.sampled_from(STATES))) or None,
        zip=(person.zip if draw(keep) else "80001") or None,
        license_number=number if draw(keep) and number else None,
    )


@st.composite
def crowds(draw: st.DrawFn, most: int = 4) -> tuple[list[Person], list[ListEntry]]:
    """Draw people with names of their own, and a list whose rows may be meant for any of them."""
    crowd = [replace(one, id=str(n)) for n, one in enumerate(draw(st.lists(people(), min_size=1, max_size=most)))]
    meant = draw(st.lists(st.sampled_from(crowd), min_size=1, max_size=2 * most))
    return crowd, [draw(rows_like(one, number)) for number, one in enumerate(meant, 2)]


def person(**changes: Any) -> Person:
    """Return Ana Marsh, to be held against a list."""
    plain = Person("1", "Marsh", "Ana", date_of_birth=date(1985, 6, 7), npi="1000000004", state="CO")
    return replace(plain, **changes)
