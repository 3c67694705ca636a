"""One cell to one value, kind by kind."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit.intake.form import Kind
from credkit.intake.values import LONGEST, READERS, read_value

K = Kind


@pytest.mark.parametrize(
    ("kind", "cell", "value"),
    [
        (K.NPI, "1000000004", "1000000004"),
        (K.NPI, " 1000-000 004.0 ", "1000000004"),
        (K.NPI, "2000000002", "2000000002"),
        (K.STATE, "tx", "TX"),
        (K.STATE, "New  Mexico", "NM"),
        (K.STATES, "TX; nm, Colorado / tx", ("TX", "NM", "CO")),
        (K.STATES, ";", ()),
        (K.NAMES, "Doe, Jane; Roe", ("Doe, Jane", "Roe")),
        (K.LIST, "English, Spanish, English", ("English", "Spanish")),
        (K.LIST, "English; Chinese, Yue", ("English", "Chinese, Yue")),
        (K.EMAIL, "Ada@Example.ORG", "Ada@example.org"),
        (K.PHONE, "(512) 555-0100", "512-555-0100"),
        (K.PHONE, "+1 512.555.0100 ext. 12", "512-555-0100 x12"),
        (K.PHONE, "5125550100.0", "512-555-0100"),
        (K.ZIP, "78701", "78701"),
        (K.ZIP, "501", "00501"),
        (K.ZIP, "901.0", "00901"),
        (K.ZIP, "2134", "02134"),
        (K.ZIP, "2134.0", "02134"),
        (K.ZIP, "787010001", "78701-0001"),
        (K.ZIP, "78701-0001", "78701-0001"),
        (K.LIMITS, "$1,000,000", (1_000_000, None)),
        (K.LIMITS, "1000000", (1_000_000, None)),
        (K.LIMITS, "1M", (1_000_000, None)),
        (K.LIMITS, "1.5M", (1_500_000, None)),
        (K.LIMITS, "1,000,000.00", (1_000_000, None)),
        (K.LIMITS, "200k", (200_000, None)),
        (K.LIMITS, "USD 2 million", (2_000_000, None)),
        (K.LIMITS, "$1M / $3M", (1_000_000, 3_000_000)),
        (K.LIMITS, "1,000,000/3,000,000", (1_000_000, 3_000_000)),
        (K.YES_NO, "Yes", True),
        (K.YES_NO, "y", True),
        (K.YES_NO, "TRUE", True),
        (K.YES_NO, "1", True),
        (K.YES_NO, "x", True),
        (K.YES_NO, "no", False),
        (K.YES_NO, "N", False),
        (K.YES_NO, "0.0", False),
        (K.PROFESSION, "lmhc", "LMHC"),
        (K.PROFESSION, "Psy.D.", "PSYD"),
        (K.GENDER, "female", "F"),
        (K.GENDER, "m", "M"),
        (K.GENDER, "Nonbinary", "X"),
        (K.GENDER, "two-spirit", "two-spirit"),
        (K.BASIS, "Claims-Made", "claims_made"),
        (K.BASIS, "claims made policy", "claims_made"),
        (K.BASIS, "CM", "claims_made"),
        (K.BASIS, "Occurrence", "occurrence"),
        (K.BASIS, "occurence based", "occurrence"),
        (K.TAXONOMY, "1041c0700x", "1041C0700X"),
        (K.REGISTRATION, "fe 123-4563", "FE1234563"),
        (K.REGISTRATION, "FE1234560", "FE1234560"),
        (K.CAQH_ID, "12345678.0", "12345678"),
        (K.DATE, "03/31/2026", date(2026, 3, 31)),
        (K.BIRTH_DATE, "1980-02-03", date(1980, 2, 3)),
        (K.MONTH_START, "2019-05", date(2019, 5, 1)),
        (K.MONTH_END, "May 2019", date(2019, 5, 31)),
        (K.MONTH_END, "Present", None),
        (K.TEXT, "  two \n lines ", "two lines"),
        (K.TEXT, "+1 512 555 0100", "+1 512 555 0100"),
        (K.TEXT, "- on leave", "- on leave"),
        (K.TEXT, "NA", "NA"),
    ],
)
def test_what_is_read(kind: Kind, cell: str, value: Any) -> None:
    assert read_value(kind, cell) == value


@pytest.mark.parametrize("cell", ["", "  ", "N/A", "n/a", "None", "-", "--", "#N/A", "\u00a0", "\x00"])
@pytest.mark.parametrize("kind", list(Kind))
def test_what_says_nothing_is_blank(kind: Kind, cell: str) -> None:
    assert read_value(kind, cell) is None


@pytest.mark.parametrize(
    ("kind", "cell", "says"),
    [
        (K.NPI, "1000000005", "1000000005 is not an NPI: its check digit is wrong"),
        (K.NPI, "100000000", "ten digits"),
        (K.NPI, "1.0E+09", "shortened"),
        (K.NPI, "Dr. Example", "ten digits"),
        (K.STATE, "Mane", "'Mane' is not a state. Write its postal code, such as TX. Did you mean Maine?"),
        (K.STATE, "1980-02-03", "This is not a state"),
        (K.STATES, "TX;ZZ", "'ZZ' is not a state"),
        (K.EMAIL, "ada at example.org", "name@example.org"),
        (K.EMAIL, "a@example.org, b@example.org", "not one e-mail"),
        (K.EMAIL, "ada@example", "name@example.org"),
        (K.PHONE, "555-0100", "512-555-0100"),
        (K.PHONE, "112-555-0100", "512-555-0100"),
        (K.PHONE, "+44 20 7946 0000", "US or Canada"),
        (K.PHONE, "call me", "US or Canada"),
        (K.ZIP, "ABCDE", "five digits"),
        (K.LIMITS, "a lot", "such as 1,000,000"),
        (K.LIMITS, "1.000.000", "such as 1,000,000"),
        (K.LIMITS, "1,00,000", "such as 1,000,000"),
        (K.LIMITS, "1000.50", "cents"),
        (K.LIMITS, "1/3", "under $1,000"),
        (K.LIMITS, "1M/2M/3M", "more than two"),
        (K.YES_NO, "Yes, in 2019", "explanation has its own column"),
        (K.YES_NO, "maybe", "yes or no"),
        (
            K.PROFESSION,
            "LMHX",
            "'LMHX' is not a profession that credkit knows. Write its abbreviation, such as LCSW. Did you mean",
        ),
        (K.PROFESSION, "03/31/1980", "This is not a profession"),
        (K.BASIS, "modified", "claims_made or occurrence"),
        (K.BASIS, "claims-made or occurrence", "claims_made or occurrence"),
        (K.TAXONOMY, "1041C0700X - Clinical", "ten characters"),
        (K.CAQH_ID, "1234", "eight to ten digits"),
        (K.DATE, "1/2/26", "Write all four"),
        (K.BIRTH_DATE, "31.12.1980", "Dots are how dates are written with the day first"),
    ],
)
def test_what_is_not_read_says_what_to_write(kind: Kind, cell: str, says: str) -> None:
    with pytest.raises(ValueError) as caught:
        read_value(kind, cell)
    assert says in str(caught.value)


@pytest.mark.parametrize(
    "cell", ['=HYPERLINK("http://example.org")', "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3+cmd|x", " =1"]
)
@pytest.mark.parametrize("kind", [K.TEXT, K.NPI, K.DATE, K.EMAIL, K.NAMES])
def test_a_formula_is_refused_in_any_column(kind: Kind, cell: str) -> None:
    with pytest.raises(ValueError, match="looks like a spreadsheet formula; write the text itself"):
        read_value(kind, cell)


def test_an_endless_answer_is_refused() -> None:
    assert len(read_value(K.TEXT, "x" * LONGEST)) == LONGEST
    with pytest.raises(ValueError, match=r"100,000 characters"):
        read_value(K.TEXT, "x" * 100_000)


def test_every_kind_has_its_reader() -> None:
    assert set(READERS) == set(Kind)


@given(st.sampled_from(Kind), st.text(max_size=30))
def test_no_cell_is_a_crash(kind: Kind, cell: str) -> None:
    try:
        read_value(kind, cell)
    except ValueError as error:
        assert str(error)  # noqa: PT017 - either way is right


@given(
    st.dates(date(1930, 1, 1), date(2020, 1, 1)),
    st.sampled_from(["%d.%m.%Y", "%d/%m/%Y", "%m/%d/%y", "%Y.%m.%d", "%m-%Y"]),
)
def test_no_reason_repeats_a_date_of_birth(born: date, form: str) -> None:
    try:
        read_value(K.BIRTH_DATE, born.strftime(form))
    except ValueError as error:
        assert str(born.year) not in str(error).replace("1900", "")  # noqa: PT017
        assert born.isoformat() not in str(error)  # noqa: PT017
