"""What people and rows are compared by: every reading of the name, and the other facts folded alike."""

from dataclasses import fields, replace
from datetime import date
from typing import Any

import pytest
from factories import license, list_entry, provider

from credkit.screening.features import place
from credkit.screening.identity import (
    Identity,
    Person,
    as_number,
    first_forms,
    known_licenses,
    last_forms,
    of_entry,
    of_person,
    person_digest,
    person_of,
    street,
    zip_code,
)

ANA = Person("7", "Marsh", "Ana")


def read(one: Identity) -> set[tuple[str, str, str, str]]:
    """Return the readings in short: how, the whole first and last name, the middle name."""
    return {
        (reading.how, reading.firsts[0] if reading.firsts else "", reading.lasts[0], reading.middle)
        for reading in one.readings
    }


def person(**changes: Any) -> Person:
    return replace(ANA, **changes)


@pytest.mark.parametrize(
    ("changes", "readings"),
    [
        ({}, {("current", "ana", "marsh", ""), ("swapped", "marsh", "ana", "")}),
        ({"first_name": ""}, {("current", "", "marsh", "")}),
        (
            {"middle_name": "Ruth"},
            {
                ("current", "ana", "marsh", "ruth"),
                ("swapped", "marsh", "ana", "ruth"),
                ("middle_first", "ruth", "marsh", "ana"),
            },
        ),
        ({"middle_name": "R."}, {("current", "ana", "marsh", "r"), ("swapped", "marsh", "ana", "r")}),
        (
            {"former_names": ("Vale",)},
            {("current", "ana", "marsh", ""), ("swapped", "marsh", "ana", ""), ("former", "ana", "vale", "")},
        ),
        (
            {"former_names": ("Vale, Ruth",)},
            {("current", "ana", "marsh", ""), ("swapped", "marsh", "ana", ""), ("former", "ruth", "vale", "")},
        ),
    ],
)
def test_every_way_to_read_the_name_of_a_person(changes: dict[str, Any], readings: set[tuple[str, ...]]) -> None:
    assert read(of_person(person(**changes))) == readings


@pytest.mark.parametrize(
    ("changes", "readings"),
    [
        ({}, {("current", "ana", "marsh", "")}),
        ({"middle_name": "RUTH"}, {("current", "ana", "marsh", "ruth")}),
        ({"aliases": ("VALE, ANA",)}, {("current", "ana", "marsh", ""), ("alias", "ana", "vale", "")}),
    ],
)
def test_every_way_to_read_the_name_of_a_row(changes: dict[str, Any], readings: set[tuple[str, ...]]) -> None:
    assert read(of_entry(list_entry(**changes))) == readings


def test_a_business_has_no_name_of_a_person() -> None:
    row = list_entry(last_name=None, first_name=None, business_name="ANA MARSH LLC", npi="1000000012")
    assert of_entry(row).readings == ()
    assert of_entry(row).npi == "1000000012"


def test_a_suffix_is_found_wherever_it_hides() -> None:
    for changes in ({"suffix": "Jr."}, {"last_name": "Marsh Jr"}, {"middle_name": "JR"}):
        assert {reading.generation for reading in of_person(person(**changes)).readings} == {"jr"}


def test_a_person_and_a_row_of_the_same_facts_are_compared_alike() -> None:
    born = date(1985, 6, 7)
    ours = person(
        middle_name="Ruth", date_of_birth=born, npi="1000000004", address="1 Test St, Suite 2", city="Sampleton",
        state="co", zip="80000-1234", licenses=(("CO", "LCSW.0012345"),),
    )  # fmt: skip
    row = list_entry(
        middle_name="RUTH", date_of_birth=born, npi="1000000004", address="1 TEST ST", city="SAMPLETON", state="CO",
        zip="80000", license_number="12345",
    )  # fmt: skip
    one, other = of_person(ours), of_entry(row)
    for field in fields(Identity):
        if field.name not in {"readings", "address", "city"}:  # as written, until the states agree
            assert getattr(one, field.name) == getattr(other, field.name) != ""
    assert place(one, other) == "same_address"
    assert one.readings[0] == other.readings[0]


def test_a_provider_is_held_with_the_licenses_and_former_names_of_the_file() -> None:
    found = person_of(provider(former_names=("Vale",), middle_name="Ruth", suffix="Jr"), [license("CO", "0012345")])
    assert found.names == ("Ana Ruth Marsh Jr", "Vale")
    assert found.licenses == (("CO", "0012345"),)
    assert found.id == found.npi == provider().npi


@pytest.mark.parametrize(
    ("name", "forms"),
    [
        ("", ()),
        ("marsh", ("marsh",)),
        ("marsh vale", ("marshvale", "marsh", "vale")),
        ("de la cruz", ("delacruz", "cruz")),
        ("de la cruz garcia lopez", ("delacruzgarcialopez", "cruz", "garcia", "lopez")),
        ("o", ("o",)),
    ],
)
def test_forms_of_a_last_name(name: str, forms: tuple[str, ...]) -> None:
    assert last_forms(name) == forms


@pytest.mark.parametrize(
    ("name", "forms"),
    [("", ()), ("ana", ("ana",)), ("mary ann", ("maryann", "mary")), ("j robert", ("jrobert",)), ("a", ("a",))],
)
def test_forms_of_a_first_name(name: str, forms: tuple[str, ...]) -> None:
    assert first_forms(name) == forms


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("80000", "80000"),
        (" 80000-1234 ", "80000"),
        ("800001234", "80000"),
        ("501", "00501"),
        ("501.0", "00501"),
        ("00000", ""),
        ("", ""),
        (None, ""),
    ],
)
def test_zips(text: str | None, digits: str) -> None:
    assert zip_code(text) == digits


@pytest.mark.parametrize(
    ("text", "folded"),
    [("1 Test St., Suite 4", "1 test st"), ("1  TEST ST", "1 test st"), ("", ""), (None, "")],
)
def test_streets(text: str | None, folded: str) -> None:
    assert street(text) == folded


def test_days_as_numbers() -> None:
    assert as_number(date(1985, 6, 7)) == 19850607
    assert as_number(None) == 0


def test_licenses_with_too_few_digits_are_none() -> None:
    assert known_licenses([("", "1234"), ("CO", "12"), ("CO", "0001"), ("CO", None)]) == frozenset()
    assert known_licenses([("", "RN-012345")]) == {("", "12345")}
    assert known_licenses([(" co ", "PSY-00123")]) == {("CO", "123")}


@pytest.mark.parametrize(
    "changes",
    [
        {"last_name": "Vale"},
        {"first_name": "Ruth"},
        {"middle_name": "R"},
        {"suffix": "Jr"},
        {"former_names": ("Vale",)},
        {"date_of_birth": date(1985, 6, 8)},
        {"npi": "1000000012"},
    ],
)
def test_a_ruling_holds_for_the_identity_it_was_made_on(changes: dict[str, Any]) -> None:
    assert person_digest(person(**changes)) != person_digest(ANA)


@pytest.mark.parametrize("changes", [{"id": "8"}, {"address": "2 Test St"}, {"zip": "80001"}, {"state": "WY"}])
def test_and_through_a_move(changes: dict[str, Any]) -> None:
    assert person_digest(person(**changes)) == person_digest(ANA)


def test_an_identity_never_changes() -> None:
    # Rulings are remembered by it.
    assert person_digest(replace(ANA, date_of_birth=date(1985, 6, 7), npi="1000000004")) == (
        "290ad2b6113b1519ad44d153d6dcadf5"
    )


def test_a_date_of_birth_is_not_shown_by_accident() -> None:
    assert "1985" not in repr(replace(ANA, date_of_birth=date(1985, 6, 7)))
