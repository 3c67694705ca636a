import pytest
from factories import OTHER_NPI, list_entry, provider
from hypothesis import given
from hypothesis import strategies as st

from credkit.records import Provider
from credkit.screening.index import Index, entry_keys, entry_name, provider_keys
from credkit.screening.names import claimed_names, same_person_name

CASES = [
    ({}, {"last_name": "MARSH", "first_name": "ANA"}),
    ({"former_names": ("Vale",)}, {"last_name": "VALE"}),
    ({"former_names": ("Ruth Vale",)}, {"last_name": "VALE", "first_name": "RUTH"}),
    ({"last_name": "Marsh-Vale"}, {"last_name": "VALE"}),
    ({}, {"last_name": "MARSH-VALE"}),
    ({}, {"last_name": "ANA", "first_name": "MARSH"}),
    ({"last_name": "O'Brien"}, {"last_name": "OBRIEN"}),
    ({"last_name": "Garc\u00eda"}, {"last_name": "GARCIA"}),
    ({"middle_name": "Ruth"}, {"first_name": "RUTH"}),
    ({}, {"first_name": "RUTH", "middle_name": "ANA"}),
    ({}, {"first_name": "A"}),
    ({}, {"last_name": "MARSH JR"}),
    ({"first_name": "Mary Ann"}, {"first_name": "MARY", "middle_name": "ANN"}),
    ({"first_name": "Mary", "middle_name": "Ann"}, {"first_name": "MARY ANN"}),
]


@pytest.mark.parametrize(("person", "row"), CASES)
def test_a_row_that_may_be_the_provider_is_found(person: dict[str, object], row: dict[str, object]) -> None:
    entry = list_entry(**row)
    assert Index([entry]).candidates(provider(**person)) == (entry,)
    assert set(entry_keys(entry)) & set(provider_keys(provider(**person)))


def test_a_row_is_found_by_npi_whatever_its_name() -> None:
    rows = [list_entry(row_number=2, last_name="REED", npi=provider().npi), list_entry(row_number=3, last_name="VALE")]
    assert Index(rows).candidates(provider()) == (rows[0],)


def test_every_row_is_found_once_in_order() -> None:
    rows = [list_entry(row_number=number, npi=provider().npi) for number in (9, 4, 7)]
    assert [row.row_number for row in Index(rows).candidates(provider())] == [4, 7, 9]


def test_a_business_is_never_found_by_name() -> None:
    business = list_entry(last_name=None, first_name=None, business_name="ANA MARSH LLC", npi=OTHER_NPI)
    assert entry_keys(business) == ()
    assert Index([business]).candidates(provider()) == ()


def test_the_first_key_is_the_plain_name() -> None:
    assert entry_keys(list_entry(last_name="DE LA CRUZ", first_name="Luz"))[0] == "delacruz|luz"


words = st.sampled_from(
    ["Ana", "Ruth", "Marsh", "Vale", "Marsh-Vale", "Mary Ann", "Mary", "Ann", "O'Brien", "De La Cruz"]
)
maybe = st.none() | words | st.just("R")
people = st.builds(
    lambda first, middle, last, former: Provider("1000000004", first, last, middle, former_names=former),
    words,
    maybe,
    words,
    st.lists(words | st.just("Ruth Vale"), max_size=2).map(tuple),
)
rows = st.builds(
    lambda first, middle, last: list_entry(first_name=first, middle_name=middle, last_name=last),
    words | st.just("A"),
    maybe,
    words,
)


@given(people, rows)
def test_keys_meet_wherever_names_are_not_different(person: Provider, row: object) -> None:
    from credkit.records import ListEntry

    assert isinstance(row, ListEntry)
    name = entry_name(row)
    assert name is not None
    if same_person_name(claimed_names(person), [name]).level != "different":
        assert set(entry_keys(row)) & set(provider_keys(person))
