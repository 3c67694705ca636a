"""License numbers, however they are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit.reference.license_numbers import forms, keys, same_number, tail

DIGITS = st.text("0123456789", min_size=4, max_size=9).filter(lambda text: text.strip("0") != "")
LETTERS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=4)
MARKS = st.sampled_from(["", " ", "-", ".", "/", " - "])


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("MHC.LH.61321872", "61321872", True),
        ("MHC.LH.61321872", "lh61321872", True),
        ("MHC.LH.61321872", "MHC-LH-61321872", True),
        ("MHC.LH.61321872", "61 321 872", True),
        ("MHC.LH.61321872", "61321873", False),
        ("0012345", "12345", True),
        ("149.012345", "149012345", True),
        ("149.012345", "150.012345", False),
        ("CSW.12345", "LPC.12345", False),
        ("Q1-0012345", "Q10012345", True),
        ("Q1-0012345", "Q2-0012345", False),
        ("A", "A", False),
        ("", "", False),
        (None, "1", False),
        ("0000", "000", False),
    ],
)
def test_examples(one: str | None, other: str | None, same: bool) -> None:
    assert same_number(one, other) is same


@given(DIGITS, LETTERS, MARKS, st.integers(0, 3))
def test_prefix_marks_case_and_leading_zeros_do_not_count(digits: str, prefix: str, mark: str, zeros: int) -> None:
    written = f" {prefix.lower()}{mark}{'0' * zeros}{digits} "
    assert same_number(written, digits)
    assert same_number(digits, written)
    assert tail(written) == digits.lstrip("0")


@given(DIGITS, st.lists(st.integers(1, 8), max_size=3), MARKS)
def test_marks_within_a_number_do_not_count(digits: str, cuts: list[int], mark: str) -> None:
    written = digits
    for cut in sorted({cut for cut in cuts if cut < len(digits)}, reverse=True):
        written = written[:cut] + mark + written[cut:]
    assert same_number(written, digits)


@given(DIGITS, DIGITS)
def test_other_digits_are_another_number(one: str, other: str) -> None:
    assert same_number(one, other) is (one.lstrip("0") == other.lstrip("0"))


@given(DIGITS, LETTERS, LETTERS)
def test_prefixes_that_contradict_are_two_licenses(digits: str, one: str, other: str) -> None:
    agree = one.startswith(other) or one.endswith(other) or other.startswith(one) or other.endswith(one)
    assert same_number(f"{one}.{digits}", f"{other}.{digits}") is agree


@given(st.text(max_size=20), st.text(max_size=20))
def test_two_that_are_the_same_share_a_key_and_it_does_not_matter_which_is_first(one: str, other: str) -> None:
    assert same_number(one, other) is same_number(other, one)
    if same_number(one, other):
        assert keys(one) & keys(other)


@given(DIGITS, LETTERS, st.sampled_from(["", " ", "-", "."]))
def test_the_usual_number_has_the_keys_of_any_other(digits: str, prefix: str, mark: str) -> None:
    for written in (f"{prefix}{mark}{digits}", digits):
        # In small letters it is read the long way.
        assert keys(written) == keys(f"{written.lower()} ")


@given(DIGITS, LETTERS)
def test_what_a_board_writes_is_among_the_forms_asked_for(digits: str, prefix: str) -> None:
    asked = forms(f"{prefix} {digits}")
    assert {digits.lstrip("0"), f"{prefix}{digits}"} <= set(asked)
    assert all(same_number(form, digits) for form in asked)
