"""How likely it is that two records are one person: bits, and reasons in words."""

from datetime import date
from typing import Any

import pytest
from factories import NPI, OTHER_NPI, list_entry
from hypothesis import given
from hypothesis import strategies as st
from lookalikes import people, person, rows_like

from credkit.screening import score
from credkit.screening.identity import How, of_entry, of_person
from credkit.screening.score import AGREES, AGREES_NEARLY, compare, weights

#: Levels that say nothing of two people, and so are not said.
UNSAID = {
    ("middle_name", "unknown"),
    ("generation", "one_side"),
    ("generation", "unknown"),
    ("license", "unknown"),
    ("place", "unknown"),
    ("how", "current"),
}
LEVELS = {(feature, level) for feature, levels in weights().levels.items() for level in levels}


def likeness(row: dict[str, Any], **changes: Any) -> score.Likeness:
    return compare(of_person(person(**changes)), of_entry(list_entry(**row)))


def test_every_level_that_weighs_has_its_words_but_for_those_that_say_nothing() -> None:
    assert set(score._WORDS) == LEVELS - UNSAID


def test_no_two_levels_share_their_words() -> None:
    assert len(set(score._WORDS.values())) == len(score._WORDS)


def test_every_reading_of_a_name_weighs() -> None:
    assert set(weights().levels["how"]) == set(How)


def test_what_is_not_known_weighs_nothing() -> None:
    assert {level: bits for (_, level), bits in _bits().items() if level in {"unknown", "one_side", "current"}} == {
        "unknown": 0.0,
        "one_side": 0.0,
        "current": 0.0,
    }


def _bits() -> dict[tuple[str, str], float]:
    return {(feature, level): weights().levels[feature][level] for feature, level in LEVELS}


@pytest.mark.parametrize(
    ("feature", "stronger", "weaker"),
    [
        ("last_name", "same", "half"),
        ("last_name", "half", "near"),
        ("last_name", "near", "half_near"),
        ("last_name", "half_near", "different"),
        ("first_name", "near", "alike"),
        ("first_name", "short_form", "alike"),
        ("first_name", "alike", "different"),
        ("middle_name", "same", "different"),
        ("generation", "same", "different"),
        ("date_of_birth", "same", "transposed"),
        ("date_of_birth", "transposed", "day_month"),
        ("date_of_birth", "day_month", "digit"),
        ("date_of_birth", "digit", "unknown"),
        ("date_of_birth", "unknown", "different"),
        ("npi", "same", "unknown"),
        ("npi", "unknown", "different"),
        ("license", "same", "different"),
        ("place", "same_address", "same_zip"),
        ("place", "same_zip", "same_city"),
        ("place", "same_city", "same_state"),
        ("place", "same_state", "unknown"),
        ("place", "unknown", "other_state"),
    ],
)
def test_what_agrees_more_weighs_more(feature: str, stronger: str, weaker: str) -> None:
    levels = weights().levels[feature]
    assert levels[stronger] > levels[weaker]


def test_rarity_is_of_levels_that_there_are() -> None:
    names = set(weights().levels["last_name"]) | set(weights().levels["first_name"])
    assert names >= AGREES | AGREES_NEARLY
    assert not AGREES & AGREES_NEARLY


def test_a_rare_name_that_agrees_says_more_than_a_common_one() -> None:
    common = likeness({"last_name": "SMITH"}, last_name="Smith")
    rare = likeness({"last_name": "QUILLONBY"}, last_name="Quillonby")
    assert rare.levels == common.levels
    assert rare.score > common.score + 2
    assert weights().last_bits("same", "smith") < weights().last_bits("same", "quillonby")
    assert weights().first_bits("same", "mary") < weights().first_bits("same", "vesperine")
    assert weights().last_bits("near", "smith") < weights().last_bits("near", "quillonby")
    assert weights().last_bits("different", "smith") == weights().last_bits("different", "quillonby")


def test_a_score_is_the_prior_and_the_bits_of_every_level() -> None:
    found = likeness({"npi": NPI, "state": "CO"})
    weigh = weights()
    by_hand = weigh.prior + weigh.last_bits("same", "marsh") + weigh.first_bits("same", "ana")
    by_hand += sum(weigh.levels[feature][level] for feature, level in found.levels.items() if "_name" not in feature)
    by_hand += weigh.levels["middle_name"][found.levels["middle_name"]]
    assert found.score == pytest.approx(by_hand, abs=0.006)


@pytest.mark.parametrize(
    ("row", "changes", "reasons"),
    [
        (
            {"npi": NPI, "state": "CO"},
            {},
            {"same last name", "same first name", "same date of birth", "same NPI", "same state"},
        ),
        (
            {"last_name": "MARSH-VALE", "first_name": "A", "state": "WY", "date_of_birth": "1985-07-06"},
            {},
            {
                "one half of a double last name agrees",
                "first name is an initial that agrees",
                "date of birth with day and month swapped",
                "no NPI to compare",
                "state differs",
            },
        ),
        (
            {"last_name": "VALE", "date_of_birth": None, "npi": OTHER_NPI},
            {"former_names": ("Vale",)},
            {"under a former name", "same last name", "same first name", "no date of birth to compare", "other NPI"},
        ),
        (
            {"last_name": "ANA", "first_name": "MARSH", "npi": NPI},
            {},
            {"first and last name swapped", "same last name", "same first name", "same date of birth", "same NPI"},
        ),
        (
            {"last_name": "REED", "first_name": "RUTH", "aliases": ("MARSH, ANA",), "npi": NPI},
            {},
            {
                "under another name that the list gives",
                "same last name",
                "same first name",
                "same date of birth",
                "same NPI",
            },
        ),
        (
            {"first_name": "RUTH", "npi": NPI},
            {"middle_name": "Ruth"},
            {
                "middle name used as first name",
                "same last name",
                "same first name",
                "same date of birth",
                "same NPI",
            },
        ),
        (
            {
                "last_name": None,
                "first_name": None,
                "business_name": "ANA MARSH LLC",
                "npi": NPI,
                "date_of_birth": None,
            },
            {},
            {"no last name to compare", "no first name to compare", "no date of birth to compare", "same NPI"},
        ),
    ],
)
def test_reasons_in_words(row: dict[str, Any], changes: dict[str, Any], reasons: set[str]) -> None:
    assert set(likeness(row, **changes).reasons) == reasons


def test_the_reading_that_fits_best_counts() -> None:
    row = {"last_name": "VALE", "first_name": "ANA"}
    with_former = likeness(row, former_names=("Reed", "Vale", "Ruth Kessler"))
    assert with_former.levels["how"] == "former"
    assert with_former.score > likeness(row, former_names=("Reed",)).score


@pytest.mark.parametrize(
    ("row", "changes", "same"),
    [
        ({}, {}, True),
        ({}, {"first_name": "Marsh", "last_name": "Ana"}, False),
        ({"last_name": "VALE"}, {"former_names": ("Vale",)}, True),
        ({"last_name": "REED", "aliases": ("MARSH, ANA",)}, {}, True),
        ({"first_name": "A"}, {}, False),
        ({"last_name": "MARSCH"}, {}, False),
        ({"first_name": "RUTH"}, {"middle_name": "Ruth"}, False),
    ],
)
def test_the_same_name_is_equal_in_its_own_columns(row: dict[str, Any], changes: dict[str, Any], same: bool) -> None:
    assert likeness(row, **changes).same_name is same


@pytest.mark.parametrize(
    ("row", "other"),
    [
        ({}, False),
        ({"first_name": "A"}, False),
        ({"last_name": "MARSCH"}, False),
        ({"last_name": "REED"}, True),
        ({"first_name": "RUTH"}, True),
        ({"first_name": None}, True),
        ({"last_name": None, "first_name": None, "business_name": "ANA MARSH LLC"}, True),
    ],
)
def test_another_name(row: dict[str, Any], other: bool) -> None:
    assert likeness(row).other_name is other


@given(st.data(), people())
def test_reasons_hold_no_name_no_number_and_no_date(data: st.DataObject, who: Any) -> None:
    row = data.draw(rows_like(who))
    found = compare(of_person(who), of_entry(row))
    assert set(found.reasons) <= set(score._WORDS.values())
    assert not any(sign.isdigit() for reason in found.reasons for sign in reason)
    assert set(found.levels.items()) <= LEVELS


@given(people(), st.data())
def test_a_pair_scores_the_same_whatever_is_asked_beside_it(who: Any, data: st.DataObject) -> None:
    row = data.draw(rows_like(who))
    first = compare(of_person(who), of_entry(row))
    compare(of_person(person(date_of_birth=date(1950, 1, 1))), of_entry(list_entry(last_name="REED")))
    assert compare(of_person(who), of_entry(row)) == first
