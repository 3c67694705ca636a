"""Which rows might be a person: whoever may reach the score that is shown is found, and by everybody alike."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from factories import NPI, OTHER_NPI, list_entry
from hypothesis import given
from hypothesis import strategies as st
from lookalikes import crowds, people, person, rows_like

from credkit.errors import InputRejected
from credkit.lists.ready import FACTS, _named
from credkit.records import ListEntry
from credkit.screening.columns import Records, of_people, of_rows
from credkit.screening.identity import Identity, Person, of_entry, of_person
from credkit.screening.index import Index, _bound
from credkit.screening.score import compare, weights
from credkit.store.lists import ListRows

Crowd = tuple[list[Person], list[ListEntry]]


def listed(entries: Sequence[ListEntry]) -> Records:
    rows = ListRows.of(entries)
    return of_rows(_named([rows.column(fact) for fact in FACTS]))


def found(everyone: Sequence[Person], entries: Sequence[ListEntry]) -> set[tuple[int, int]]:
    places, rows = Index.of(listed(entries)).candidates(of_people(everyone).with_licenses())
    pairs = list(zip(places.tolist(), rows.tolist(), strict=True))
    assert pairs == sorted(set(pairs)), "each once, by person and then by row"
    return set(pairs)


FOUND = [
    ({}, {}),
    ({"former_names": ("Vale",)}, {"last_name": "VALE"}),
    ({"former_names": ("Ruth Vale",)}, {"last_name": "VALE", "first_name": "RUTH"}),
    ({}, {"last_name": "REED", "first_name": "RUTH", "aliases": ("MARSH, ANA",)}),
    ({"last_name": "Marsh-Vale"}, {"last_name": "VALE"}),
    ({}, {"last_name": "MARSH-VALE"}),
    ({}, {"last_name": "ANA", "first_name": "MARSH"}),
    ({"last_name": "O'Brien"}, {"last_name": "OBRIEN"}),
    ({"last_name": "Garc\u00eda"}, {"last_name": "GARCIA"}),
    ({"middle_name": "Ruth"}, {"first_name": "RUTH"}),
    ({}, {"first_name": "RUTH", "middle_name": "ANA"}),
    ({"first_name": "Dr. Ana"}, {}),
    ({}, {"first_name": "FNU"}),
    ({"middle_name": "Ruth"}, {"middle_name": "NMN"}),
    ({}, {"first_name": "DR ANA"}),
    ({"first_name": "R. Ana"}, {"first_name": "RUTH", "middle_name": "ANA"}),
    ({"first_name": "Ruth", "middle_name": "Ana"}, {"first_name": "R ANA"}),
    ({"first_name": "A. R."}, {"first_name": "ANA", "middle_name": "RUTH"}),
    ({}, {"first_name": "A"}),
    ({"first_name": "A"}, {}),
    ({}, {"last_name": "MARSH JR"}),
    ({"first_name": "Mary Ann"}, {"first_name": "MARY", "middle_name": "ANN"}),
    ({"first_name": "Mary", "middle_name": "Ann"}, {"first_name": "MARY ANN"}),
    ({"first_name": "Robert"}, {"first_name": "BOB"}),
    ({"first_name": "Bob"}, {"first_name": "ROB"}),
    ({"last_name": "Quillonby"}, {"last_name": "QILLONBEY"}),
    ({}, {"last_name": "MASRH"}),
    ({}, {"last_name": "KESSLER"}),
]
#: What is not found without a date of birth: the row's middle name as the first, and another last name.
NOT_WITHOUT_A_DATE = [{"first_name": "FNU"}, {"first_name": "RUTH", "middle_name": "ANA"}, {"last_name": "KESSLER"}]


@pytest.mark.parametrize(("who", "row"), FOUND)
def test_a_row_of_the_same_day_is_found(who: dict[str, Any], row: dict[str, Any]) -> None:
    assert found([person(**who)], [list_entry(last_name="OTHER", first_name="VESPER"), list_entry(**row)]) >= {(0, 1)}


@pytest.mark.parametrize(("who", "row"), [one for one in FOUND if one[1] not in NOT_WITHOUT_A_DATE])
@pytest.mark.parametrize("without", ["the person", "the row", "both"])
def test_and_without_a_day(who: dict[str, Any], row: dict[str, Any], without: str) -> None:
    born = date(1985, 6, 7)
    ours = person(**who, date_of_birth=born if without == "the row" else None)
    theirs = list_entry(**row, date_of_birth=born if without == "the person" else None)
    assert found([ours], [theirs]) == {(0, 0)}


@pytest.mark.parametrize("day", ["1985-07-06", "1985-06-08", "1985-09-07", "1965-06-07"])
@pytest.mark.parametrize("row", [{}, {"last_name": "READE"}, {"first_name": "BOB"}, {"first_name": "R"}])
def test_and_with_a_slip_in_the_day(day: str, row: dict[str, Any]) -> None:
    ours = person(last_name="Reed", first_name="Robert")
    assert found([ours], [list_entry(**({"last_name": "REED", "first_name": "ROBERT", "date_of_birth": day} | row))])


@pytest.mark.parametrize(
    "row",
    [
        {"last_name": "REED", "first_name": "VESPER", "date_of_birth": "1960-01-01", "state": "WY"},
        {"last_name": None, "first_name": None, "business_name": "MARSH LLC", "date_of_birth": None},
        {"last_name": "REED", "first_name": None, "date_of_birth": None},
    ],
)
def test_a_row_is_found_by_npi_whatever_else_it_says(row: dict[str, Any]) -> None:
    assert found([person()], [list_entry(npi=NPI, **row)]) == {(0, 0)}
    assert found([person()], [list_entry(npi=OTHER_NPI, **row)]) == set()


@pytest.mark.parametrize(
    ("number", "state", "is_found"), [("RN-0123456", None, True), ("123456", "TX", False), ("999", None, False)]
)
def test_a_row_without_a_state_is_found_by_a_long_license_number(
    number: str, state: str | None, is_found: bool
) -> None:
    """As many state lists have it: a number, a name since changed, no date of birth and no state."""
    ours = person(npi="", licenses=(("NY", "123456"), ("NY", "999")), first_name="Zelda", state="")
    row = list_entry(
        first_name="ZELDA", last_name="REED", license_number=number, state=state, zip=None, date_of_birth=None
    )
    assert found([ours], [row]) == ({(0, 0)} if is_found else set())
    assert compare(of_person(ours), of_entry(row)).levels["license"] == ("same" if is_found else "unknown")


def test_a_row_is_found_by_a_license_under_any_of_its_names() -> None:
    ours = person(npi="", licenses=(("CO", "LCSW.0012345"),))
    row = list_entry(
        last_name="KESSLER", first_name="RUTH", aliases=("MARSK, ANA",), date_of_birth="1961-02-13", state="CO",
        license_number="12345",
    )  # fmt: skip
    assert compare(of_person(ours), of_entry(row)).score >= 0
    assert found([ours], [row]) == {(0, 0)}


def test_a_business_is_never_found_by_name() -> None:
    business = list_entry(last_name=None, first_name=None, business_name="ANA MARSH LLC", date_of_birth=None)
    assert found([person()], [business]) == set()


def test_nobody_and_nothing() -> None:
    assert found([person()], []) == set()
    assert found([], [list_entry()]) == set()
    assert found([], []) == set()


def test_a_list_whose_places_do_not_fit_is_refused_and_hides_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    entries = [list_entry(row_number=number) for number in (2, 3)]
    monkeypatch.setattr("credkit.screening.index.MOST_READINGS", 2)
    Index.of(listed(entries))
    with pytest.raises(InputRejected, match="3 names"):
        Index.of(listed([*entries, list_entry(row_number=4)]))


def test_every_person_has_their_own_rows() -> None:
    everyone = [person(), person(last_name="Reed", first_name="Ruth", npi=OTHER_NPI, date_of_birth=date(1960, 1, 2))]
    entries = [
        list_entry(last_name="REED", first_name="RUTH", date_of_birth="1960-01-02"),
        list_entry(),
        list_entry(last_name="KESSLER", first_name="VESPER", date_of_birth="1971-03-04"),
        list_entry(npi=NPI),
    ]
    assert found(everyone, entries) == {(0, 1), (0, 3), (1, 0)}


# --- properties -----------------------------------------------------------------------------------------------------


def alone(one: Identity, reading: int) -> Identity:
    return replace(one, readings=one.readings[reading : reading + 1])


@given(people(), st.data())
def test_no_pair_of_readings_scores_more_than_its_bound(who: Person, data: st.DataObject) -> None:
    row = data.draw(rows_like(who))
    if not (row.last_name or row.first_name):
        return
    ours, theirs = of_person(who), of_entry(row)
    people_records, row_records = of_people([who]).with_licenses(), listed([row])
    assert len(people_records.owner) == len(ours.readings)
    assert len(row_records.owner) == len(theirs.readings)
    mine, other = (
        places.ravel() for places in np.meshgrid(range(len(ours.readings)), range(len(theirs.readings)), indexing="ij")
    )
    nought = np.zeros_like(mine)
    bounds = _bound(people_records, row_records, mine, other, nought, nought)
    for one, two, bound in zip(mine.tolist(), other.tolist(), bounds.tolist(), strict=True):
        exact = compare(alone(ours, one), alone(theirs, two))
        assert bound >= exact.score - 0.006, (ours.readings[one], theirs.readings[two], exact)


@given(crowds())
def test_no_pair_that_meets_and_is_worth_showing_is_lost(crowd: Crowd) -> None:
    everyone, entries = crowd
    rows, our_side = listed(entries), of_people(everyone).with_licenses()
    index = Index.of(rows)
    mine, theirs = index._meeting(our_side)
    pairs = found(everyone, entries)
    for one, other in zip(mine.tolist(), theirs.tolist(), strict=True):
        owner, row = int(our_side.owner[one]), int(rows.owner[other])
        ours, its = of_person(everyone[owner]), of_entry(entries[row])
        place = int(np.flatnonzero(np.flatnonzero(our_side.owner == owner) == one)[0])
        its_place = int(np.flatnonzero(np.flatnonzero(rows.owner == row) == other)[0])
        if its.readings and compare(alone(ours, place), alone(its, its_place)).score >= weights().shown:
            assert (owner, row) in pairs


@given(crowds())
def test_every_pair_of_one_npi_and_of_one_name_and_day_is_found(crowd: Crowd) -> None:
    everyone, entries = crowd
    pairs = found(everyone, entries)
    for owner, who in enumerate(everyone):
        ours = of_person(who)
        for row, entry in enumerate(entries):
            theirs = of_entry(entry)
            likeness = compare(ours, theirs)
            if (ours.npi and ours.npi == theirs.npi) or (
                likeness.same_name and likeness.levels["date_of_birth"] == "same"
            ):
                assert (owner, row) in pairs


@given(crowds())
def test_a_person_alone_is_found_as_in_a_crowd(crowd: Crowd) -> None:
    everyone, entries = crowd
    pairs = found(everyone, entries)
    for owner, who in enumerate(everyone):
        assert found([who], entries) == {(0, row) for place, row in pairs if place == owner}


@given(crowds())
def test_a_row_alone_is_found_as_in_its_list(crowd: Crowd) -> None:
    """So that adding a row never removes a hit, and an index of the new rows alone finds what one of all finds."""
    everyone, entries = crowd
    pairs = found(everyone, entries)
    for place, entry in enumerate(entries):
        assert found(everyone, [entry]) == {(owner, 0) for owner, row in pairs if row == place}
