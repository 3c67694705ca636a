"""The check digit of an NPI: Luhn's, over 80840 and the number (45 CFR 162.406). The DEA's is in test_check_dea.py."""

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from credkit.reference.identifiers import dea_is_valid, npi_in, npi_is_valid

BODIES = st.integers(100_000_000, 299_999_999).map(str)


def npi(body: str) -> str:
    """Return the number of these nine digits, its check digit found by the definition."""
    doubled = [int(digit) * (2 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(f"80840{body}"))]
    return f"{body}{-sum(value // 10 + value % 10 for value in doubled) % 10}"


@pytest.mark.parametrize("number", ["1234567893", "1000000004", "1000000012", "1000000020", "1000000038", "1000000103"])
def test_numbers_that_pass(number: str) -> None:
    assert npi_is_valid(number)
    assert npi(number[:9]) == number


@pytest.mark.parametrize(
    "text", ["", "1234567890", "123456789", "12345678933", "3234567893", "123456789x", "1234567893\n", " 1234567893"]
)
def test_what_is_no_number(text: str) -> None:
    assert not npi_is_valid(text)


@pytest.mark.parametrize("text", ["1234567893", "1234567893.0", "123 456 7893", "NPI #1234567893", "1.234567893E9"])
def test_a_number_is_found_however_it_is_written(text: str) -> None:
    assert npi_in(text) == "1234567893"


@pytest.mark.parametrize(
    "text", ["", "0", "1.23457E+09", "1234567890", "12345678930", "1234567893, 1000000004", "12345678.93E2"]
)
def test_nothing_is_guessed(text: str) -> None:
    assert npi_in(text) == ""


@given(body=BODIES, wrong=st.integers(1, 9))
def test_one_last_digit_agrees_and_no_other(body: str, wrong: int) -> None:
    right = npi(body)
    assert npi_is_valid(right)
    assert not npi_is_valid(f"{body}{(int(right[-1]) + wrong) % 10}")


@given(body=BODIES, place=st.integers(1, 9), other=st.integers(1, 9))
def test_every_mistyped_digit_shows(body: str, place: int, other: int) -> None:
    right = npi(body)
    assert not npi_is_valid(f"{right[:place]}{(int(right[place]) + other) % 10}{right[place + 1 :]}")


@given(body=BODIES, place=st.integers(1, 8))
def test_every_two_neighbors_that_changed_places_show_but_nine_and_nought(body: str, place: int) -> None:
    right = npi(body)
    one, other = right[place], right[place + 1]
    assume(one != other)
    swapped = f"{right[:place]}{other}{one}{right[place + 2 :]}"
    assert npi_is_valid(swapped) == ({one, other} == {"0", "9"})


@pytest.mark.parametrize("text", ["", "BX123456", "BX12345633", "bx1234563", "CX1234563", "B11234563", "BX1234563\n"])
def test_what_is_no_dea_number(text: str) -> None:
    assert not dea_is_valid(text)
