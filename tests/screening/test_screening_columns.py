"""Many records as arrays: each says what it says alone."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from factories import list_entry
from hypothesis import given
from hypothesis import strategies as st
from lookalikes import crowds, person

from credkit.lists.ready import FACTS, _named
from credkit.records import ListEntry
from credkit.screening.columns import Forms, Records, distinct, expand, hashed, of_people, of_rows
from credkit.screening.identity import Identity, Person, known_licenses, of_entry, of_person, with_stateless
from credkit.store.lists import ListRows


def of_entries(entries: Sequence[ListEntry]) -> Records:
    rows = ListRows.of(entries)
    return of_rows(_named([rows.column(fact) for fact in FACTS]))


def said(records: Records, owner: int) -> set[tuple[str, str, str]]:
    """Return the readings of one record: last and first name, and the initial of the middle one."""
    return {
        (
            records.lasts.whole[records.last[place]],
            records.firsts.whole[records.first[place]],
            chr(records.middle[place]) if records.middle[place] else "",
        )
        for place in np.flatnonzero(records.owner == owner).tolist()
    }


def meant(one: Identity) -> set[tuple[str, str, str]]:
    return {
        (
            reading.lasts[0] if reading.lasts else "",
            reading.firsts[0] if reading.firsts else "",
            reading.middle[:1],
        )
        for reading in one.readings
    }


@given(crowds())
def test_records_hold_the_readings_and_facts_of_each_alone(crowd: tuple[list[Person], list[ListEntry]]) -> None:
    everyone, entries = crowd
    sides: list[tuple[Records, list[Identity]]] = [
        (of_people(everyone).with_licenses(), list(map(of_person, everyone))),
        (of_entries(entries), list(map(of_entry, entries))),
    ]
    for records, identities in sides:
        assert len(records) == len(identities)
        for owner, one in enumerate(identities):
            assert said(records, owner) == (meant(one) or {("", "", "")})
            assert int(records.npi[owner]) == int(one.npi or 0)
            assert int(records.born[owner]) == one.born
            assert bool(records.zip[owner]) == bool(one.zip)
            assert bool(records.state[owner]) == bool(one.state)
            licenses = set(records.licenses[records.licensed == owner].tolist())
            held = one.licenses if records is not sides[0][0] else known_licenses(with_stateless(tuple(one.licenses)))
            assert licenses == {hashed(state + number) for state, number in held}


@pytest.mark.parametrize("middle", ["", "R", "R.", "Ruth", "JR", "Ruth Lee"])
def test_a_middle_name_is_read_as_a_first_where_it_is_one(middle: str) -> None:
    who = person(middle_name=middle)
    assert said(of_people([who]), 0) >= meant(of_person(who))


def test_forms_know_doubles_initials_and_other_forms() -> None:
    words = ["", "marsh vale", "robert", "de la cruz"]
    records = of_entries([list_entry(last_name=word or None, first_name=word or None) for word in words])
    forms: Forms = records.lasts
    assert {whole: bool(double) for whole, double in zip(forms.whole, forms.double, strict=True)} == {
        "": False,
        "marshvale": True,
        "robert": False,
        "delacruz": True,
    }
    (robert,) = [n for n, whole in enumerate(records.firsts.whole) if whole == "robert"]
    assert records.firsts.short[robert]
    assert hashed("bob") in records.firsts.full_sets(np.array([robert]))[robert]


def test_nobody() -> None:
    assert len(of_people([])) == len(of_entries([])) == 0


@given(st.lists(st.lists(st.integers(0, 99), max_size=4), max_size=6), st.data())
def test_lists_as_one_are_given_back(lists: list[list[int]], data: st.DataObject) -> None:
    values = np.array([value for one in lists for value in one], dtype=np.int64)
    begins = np.array([sum(map(len, lists[:n])) for n in range(len(lists) + 1)], dtype=np.int64)
    assert begins[-1] == len(values)
    numbers: list[int] = data.draw(st.lists(st.sampled_from(range(len(lists))), max_size=5)) if lists else []
    places, expanded = expand(np.array(numbers, dtype=np.int64), values, begins)
    by_hand: list[Any] = [(place, value) for place, number in enumerate(numbers) for value in lists[number]]
    assert list(zip(places.tolist(), expanded.tolist(), strict=True)) == by_hand


def test_a_hash_is_the_same_in_every_process() -> None:
    # Kept indexes hold it.
    assert hashed("marsh") == 873769958


@given(st.lists(st.integers(-5, 5)))
def test_distinct_numbers_are_in_order_and_each_once(numbers: list[int]) -> None:
    assert distinct(np.array(numbers, dtype=np.int64)).tolist() == sorted(set(numbers))
