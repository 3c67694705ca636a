"""Which given names are short for which."""

import pytest

from credkit.screening.nicknames import full_forms, has_other_forms


@pytest.mark.parametrize(
    ("one", "other"),
    [("bob", "robert"), ("bob", "rob"), ("peggy", "margaret"), ("liz", "elizabeth"), ("beth", "liz"), ("bill", "will")],
)
def test_two_names_of_one_person_share_a_full_form(one: str, other: str) -> None:
    assert full_forms(one) & full_forms(other)


@pytest.mark.parametrize(("one", "other"), [("robert", "edward"), ("bob", "ted"), ("ruth", "ana"), ("", "bob")])
def test_two_people_share_none(one: str, other: str) -> None:
    assert not full_forms(one) & full_forms(other)


def test_a_name_is_a_form_of_itself_though_no_table_has_it() -> None:
    assert full_forms("vesperine") == {"vesperine"}
    assert not has_other_forms("vesperine")


@pytest.mark.parametrize("name", ["robert", "bob"])
def test_a_full_name_and_a_short_one_both_have_other_forms(name: str) -> None:
    assert has_other_forms(name)
