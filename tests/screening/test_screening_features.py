"""What two records agree on: every feature with an example of each of its levels."""

import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit.screening import features
from credkit.screening.features import date_of_birth, distance, generation, license_number, middle_name, npi, place
from credkit.screening.identity import Identity, Person, first_forms, known_licenses, last_forms, of_person
from credkit.screening.names import fold
from credkit.screening.score import weights

LAST_NAMES = [
    ("Marsh", "MARSH", "same"),
    ("De La Cruz", "DELACRUZ", "same"),
    ("Marsh-Vale", "MARSH VALE", "same"),
    ("O'Brien", "OBRIEN", "same"),
    ("Marsh-Vale", "VALE", "half"),
    ("Vale", "MARSH VALE", "half"),
    ("Marsh Reed", "REED VALE", "half"),
    ("Marsh", "MARSCH", "near"),
    ("Marsh", "MASRH", "near"),
    ("Marsh", "MARS", "near"),
    ("Quillonby", "QILLONBEY", "near"),
    ("Li", "LIE", "different"),
    ("Kessler", "KEPSLAR", "different"),
    ("Philbert", "FILBURT", "alike"),
    ("Reed", "READE", "alike"),
    ("Lee", "LEIGH", "different"),
    ("Marsh-Quillon", "QUILLAN", "half_near"),
    ("Marsh-Vale", "VALL", "different"),
    ("De Vale", "DE REED", "different"),
    ("Marsh", "REED", "different"),
    ("", "MARSH", "missing"),
    ("Marsh", "", "missing"),
]

FIRST_NAMES = [
    ("Ana", "ANA", "same"),
    ("Mary Ann", "MARYANN", "same"),
    ("A", "A", "same"),
    ("Mary Ann", "MARY", "part"),
    ("Mary", "MARY ANN", "part"),
    ("Robert", "BOB", "short_form"),
    ("Bob", "ROB", "short_form"),
    ("Peggy", "MARGARET", "short_form"),
    ("A", "ANA", "initial"),
    ("Ana", "A", "initial"),
    ("R", "ANA", "different"),
    ("Vesper", "VESPRE", "near"),
    ("Vesper", "VESPERR", "near"),
    ("Jo", "JON", "different"),
    ("Kathleen", "CATHLYNE", "alike"),
    ("Ruth", "ANA", "different"),
    ("", "ANA", "missing"),
    ("Ana", "", "missing"),
]

MIDDLE_NAMES = [
    ("ruth", "ruth", "same"),
    ("ruth", "r", "initial"),
    ("r", "r", "initial"),
    ("r", "ruth", "initial"),
    ("ruth", "ruht", "near"),
    ("ruth", "rose", "different"),
    ("ruth", "lee", "different"),
    ("r", "l", "different"),
    ("", "ruth", "unknown"),
    ("ruth", "", "unknown"),
    ("", "", "unknown"),
]

GENERATIONS = [
    ("jr", "jr", 0, 0, "same"),
    ("jr", "sr", 0, 0, "different"),
    ("jr", "", 0, 0, "one_side"),
    ("jr", "", 19850607, 19850607, "one_side"),
    ("jr", "", 19850607, 19550708, "father_and_son"),
    ("", "sr", 19850607, 19530102, "father_and_son"),
    ("jr", "", 19850607, 19250607, "one_side"),
    ("jr", "", 19850607, 19800103, "one_side"),
    # Thirty years apart, but by one digit: a slip of the pen, not a father.
    ("jr", "", 19850607, 19550607, "one_side"),
    ("", "", 19850607, 19550607, "unknown"),
]

DATES = [
    (19850607, 19850607, "same"),
    (19850607, 19850706, "day_month"),
    (19850611, 19851106, "day_month"),
    (19850612, 19850621, "transposed"),
    (19850607, 19580607, "transposed"),
    (19850607, 19850608, "digit"),
    (19850607, 19750607, "digit"),
    (19850607, 19860507, "different"),
    (19850607, 19991231, "different"),
    (19850607, 0, "unknown"),
    (0, 19850607, "unknown"),
    (0, 0, "unknown"),
    # A year that somebody wrote with too few digits.
    (9850607, 19850607, "digit"),
]

NPIS = [
    ("1000000004", "1000000004", "same"),
    ("1000000004", "1000000012", "different"),
    ("1000000004", "", "unknown"),
    ("", "1000000004", "unknown"),
]

LICENSES = [
    ([("CO", "0012345")], [("co", "LCSW.12345")], "same"),
    ([("CO", "12345"), ("WY", "777")], [("WY", "0777")], "same"),
    ([("CO", "12345")], [("CO", "12346")], "different"),
    ([("CO", "12345")], [("WY", "12345")], "unknown"),
    ([("CO", "12")], [("CO", "12")], "unknown"),
    ([], [("CO", "12345")], "unknown"),
    ([], [], "unknown"),
]

AT_HOME = {"address": "1 Test St, Suite 4", "city": "Sampleton", "state": "CO", "zip": "80000-1234"}
PLACES = [
    ({}, "same_address"),
    ({"address": "1 TEST ST.", "city": ""}, "same_address"),
    ({"address": "2 Test St"}, "same_zip"),
    ({"address": "", "city": ""}, "same_zip"),
    ({"zip": "80001"}, "same_city"),
    ({"zip": ""}, "same_city"),
    ({"zip": "", "city": "Elsewhere"}, "same_state"),
    ({"state": "WY"}, "other_state"),
    ({"state": ""}, "unknown"),
]


def lasts(text: str) -> tuple[str, ...]:
    return last_forms(fold(text))


def firsts(text: str) -> tuple[str, ...]:
    return first_forms(fold(text))


@pytest.mark.parametrize(("ours", "theirs", "level"), LAST_NAMES)
def test_last_names(ours: str, theirs: str, level: str) -> None:
    assert features.last_name(lasts(ours), lasts(theirs))[0] == level


@pytest.mark.parametrize(("ours", "theirs", "level"), FIRST_NAMES)
def test_first_names(ours: str, theirs: str, level: str) -> None:
    assert features.first_name(firsts(ours), firsts(theirs))[0] == level


def test_the_name_that_agrees_is_told_so_that_its_rarity_can_be_looked_up() -> None:
    assert features.last_name(lasts("Marsh-Vale"), lasts("VALE")) == ("half", "vale")
    assert features.last_name(lasts("Marsh"), lasts("MARSCH")) == ("near", "marsch")
    assert features.last_name(lasts("Marsh"), lasts("REED")) == ("different", "")
    assert features.first_name(firsts("Mary Ann"), firsts("MARY")) == ("part", "mary")
    assert features.first_name(firsts("Bob"), firsts("ROBERT")) == ("short_form", "robert")
    assert features.first_name(firsts("A"), firsts("ANA")) == ("initial", "")


@pytest.mark.parametrize(("ours", "theirs", "level"), MIDDLE_NAMES)
def test_middle_names(ours: str, theirs: str, level: str) -> None:
    assert middle_name(ours, theirs) == middle_name(theirs, ours) == level


@pytest.mark.parametrize(("ours", "theirs", "born", "born_theirs", "level"), GENERATIONS)
def test_generations(ours: str, theirs: str, born: int, born_theirs: int, level: str) -> None:
    assert generation(ours, theirs, born, born_theirs) == level
    assert generation(theirs, ours, born_theirs, born) == level


@pytest.mark.parametrize(("ours", "theirs", "level"), DATES)
def test_dates_of_birth(ours: int, theirs: int, level: str) -> None:
    assert date_of_birth(ours, theirs) == date_of_birth(theirs, ours) == level


@pytest.mark.parametrize(("ours", "theirs", "level"), NPIS)
def test_npis(ours: str, theirs: str, level: str) -> None:
    assert npi(ours, theirs) == level


def identity(**changes: Any) -> Identity:
    return of_person(Person("1", "Marsh", "Ana", **changes))


@pytest.mark.parametrize(("ours", "theirs", "level"), LICENSES)
def test_licenses(ours: list[tuple[str, str]], theirs: list[tuple[str, str]], level: str) -> None:
    one, other = (identity(licenses=tuple(licenses)) for licenses in (ours, theirs))
    assert one.licenses == known_licenses(ours)
    assert license_number(one, other) == license_number(other, one) == level


@pytest.mark.parametrize(("changes", "level"), PLACES)
def test_places(changes: dict[str, str], level: str) -> None:
    one, other = identity(**AT_HOME), identity(**(AT_HOME | changes))
    assert place(one, other) == place(other, one) == level


@pytest.mark.parametrize(
    ("one", "other", "apart"),
    [("marsh", "marsh", 0), ("marsh", "masrh", 1), ("marsh", "mrsha", 2), ("marsh", "quillon", 3), ("", "abcd", 3)],
)
def test_letters_apart(one: str, other: str, apart: int) -> None:
    assert distance(one, other) == distance(other, one) == apart


@pytest.mark.parametrize(
    ("feature", "examples"),
    [
        ("last_name", LAST_NAMES),
        ("first_name", FIRST_NAMES),
        ("middle_name", MIDDLE_NAMES),
        ("generation", GENERATIONS),
        ("date_of_birth", DATES),
        ("npi", NPIS),
        ("license", LICENSES),
        ("place", PLACES),
    ],
)
def test_every_level_that_weighs_has_its_example(feature: str, examples: list[tuple[Any, ...]]) -> None:
    assert {example[-1] for example in examples} == set(weights().levels[feature])


names = st.text(string.ascii_lowercase + " ", max_size=8).map(fold)
days = st.dates().map(lambda day: day.year * 10_000 + day.month * 100 + day.day) | st.just(0)


@given(names, names)
def test_names_compare_the_same_from_both_sides(one: str, other: str) -> None:
    for compare, forms in ((features.last_name, last_forms), (features.first_name, first_forms)):
        both: Callable[[Any, Any], tuple[str, str]] = compare
        assert both(forms(one), forms(other))[0] == both(forms(other), forms(one))[0]


@given(days, days)
def test_dates_compare_the_same_from_both_sides(one: int, other: int) -> None:
    level = date_of_birth(one, other)
    assert level == date_of_birth(other, one)
    assert (level == "same") == (one == other != 0)
