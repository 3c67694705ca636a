"""Cells to text, and the strict dates."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credkit.tables.cells import cell_to_text, clean_text
from credkit.tables.dates import NotADate, read_date, read_month


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1000000004.0, "1000000004"),
        (501.0, "501"),
        (-2.0, "-2"),
        (0.5, "0.5"),
        (7, "7"),
        (True, "yes"),
        (False, "no"),
        (None, ""),
        ("  as is ", "  as is "),
        (date(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 3, 31), "2026-03-31"),
        (datetime(2026, 3, 31, 9, 30), "2026-03-31 09:30:00"),
        (time(9, 30), "09:30:00"),
        (timedelta(hours=1), "1:00:00"),
        (float("inf"), "inf"),
    ],
)
def test_a_spreadsheets_value_as_text(value: object, text: str) -> None:
    assert cell_to_text(value) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  Ada\u00a0 Example ", "Ada Example"),
        ("a\tb\r\nc", "a b c"),
        ("a\x00\x1b[31m b\x9f", "a b"),
        ("a\x1b]0;x\x07\nb\tc\x85\x7f", "a b c"),
        ("a\rb\u2028c\x0cd", "a b c d"),
        ("a\u202eb", "ab"),
        ("10000\u200b00004\ufeff", "1000000004"),
        ("a \x00 b", "a b"),
        ("plain", "plain"),
        ("", ""),
        (" \n", ""),
    ],
)
def test_clean_text(cell: str, text: str) -> None:
    assert clean_text(cell) == text


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert "\x1b" not in clean_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-31", "2026-03-31T00:00:00", "2026-03-31 00:00:00", "03/31/2026", "3/31/2026", "03-31-2026", "20260331",
        "March 31, 2026", "Mar 31, 2026", "mar. 31, 2026", "31 Mar 2026", "31-Mar-2026", "31 March 2026", " 03/31/2026 ",
    ],
)  # fmt: skip
def test_a_date_in_every_way_that_is_read(text: str) -> None:
    assert read_date(text) == date(2026, 3, 31)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("1/2/26", "Write all four"),
        ("01-02-26", "Write all four"),
        ("02/30/2026", "February 2026 has 28 days"),
        ("2026-02-29", "February 2026 has 28 days"),
        ("31.12.2026", "Write 12/31/2026 or 2026-12-31"),
        ("31/12/2026", "Write 12/31/2026 or 2026-12-31"),
        ("31-12-2026", "Write 12/31/2026 or 2026-12-31"),
        ("05.03.2026", "2026-03-05 or 2026-05-03"),
        ("12.31.2026", "Dots"),
        ("46112", "stores 2026-03-31. Format the column as a date, or write 2026-03-31"),
        ("46112.0", "Excel"),
        ("2026", "year alone"),
        ("2026-03", "day is missing"),
        ("March 2026", "day is missing"),
        ("01/01/1899", "between 1900 and 2100"),
        ("01/01/2101", "between 1900 and 2100"),
        ("00000000", "between 1900 and 2100"),
        ("03312026", "between 1900 and 2100"),
        ("45/12/2026", "no month 45"),
        ("00/12/2026", "no month 0"),
        ("Smarch 1, 2026", "no month of the name 'Smarch'"),
        ("2026-03-31 14:22:10", "time of day"),
        ("3/31/2026 9:30", "time of day"),
        ("tomorrow", "with certainty"),
        ("", "with certainty"),
        ("Mar 31 2026 or so", "with certainty"),
        ("2026-3-31", "with certainty"),
        ("٠٣/٣١/٢٠٢٦", "with certainty"),
    ],
)
def test_every_other_way_says_what_to_write(text: str, says: str) -> None:
    with pytest.raises(NotADate) as caught:
        read_date(text)
    assert says in str(caught.value)


def test_the_general_reason_repeats_nothing() -> None:
    for text in ("31.12.1980", "31/12/1980", "02/30/1981", "29373", "12/05/1880", "05.06.1980", "Smarch 1, 1980"):
        with pytest.raises(NotADate) as caught:
            read_date(text)
        assert not any(piece in caught.value.general for piece in ("1980", "1981", "1880", "29373", "Smarch", "/12"))


@given(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)),
    st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%Y%m%d", "%B %d, %Y", "%d-%b-%Y"]),
)
def test_a_written_date_is_read_back(day: date, form: str) -> None:
    assert read_date(day.strftime(form)) == day


@given(st.text(st.characters(codec="ascii"), max_size=12))
def test_no_text_is_a_crash(text: str) -> None:
    try:
        assert 1900 <= read_date(text).year <= 2100
    except NotADate as error:
        assert str(error).endswith(".")  # noqa: PT017 - either way is right


@pytest.mark.parametrize("text", ["2019-02", "02/2019", "2/2019", "Feb 2019", "February 2019"])
def test_a_month_is_its_first_or_last_day(text: str) -> None:
    assert read_month(text, end=False) == date(2019, 2, 1)
    assert read_month(text, end=True) == date(2019, 2, 28)


def test_a_month_may_be_a_day() -> None:
    assert read_month("02/14/2019", end=True) == date(2019, 2, 14)
    with pytest.raises(NotADate, match="no month 13"):
        read_month("2019-13", end=False)
    with pytest.raises(NotADate, match="year alone"):
        read_month("2019", end=False)
