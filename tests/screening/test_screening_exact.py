from typing import Any

import pytest
from factories import NPI, OTHER_NPI, TODAY, list_entry, list_version, provider
from hypothesis import given
from hypothesis import strategies as st

from credkit.records import ListScreening, ListVersion, Provider
from credkit.screening.exact import ScreeningResult, screen


def screened(*rows: dict[str, Any], who: Provider | None = None, version: ListVersion | None = None) -> ScreeningResult:
    entries = tuple(list_entry(**{"row_number": number} | row) for number, row in enumerate(rows, 2))
    return screen(who or provider(), ListScreening(version or list_version(), entries), 31, TODAY)


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ({"npi": NPI}, "match"),
        ({"npi": NPI, "first_name": "A"}, "match"),
        ({"npi": NPI, "date_of_birth": None}, "match"),
        ({"npi": NPI, "last_name": "REED"}, "possible"),
        ({"npi": NPI, "last_name": None, "first_name": None, "business_name": "MARSH LLC"}, "possible"),
        ({}, "possible"),
        ({"first_name": "A"}, "possible"),
        ({"npi": OTHER_NPI}, "possible"),
        ({"date_of_birth": None}, "possible"),
        ({"date_of_birth": None, "npi": OTHER_NPI}, "clear"),
        ({"date_of_birth": "1960-01-01"}, "clear"),
        ({"last_name": "REED"}, "clear"),
        ({"last_name": None, "first_name": None, "business_name": "ANA MARSH"}, "clear"),
        ({"reinstated_on": "2024-01-01"}, "clear"),
        ({"npi": NPI, "reinstated_on": str(TODAY)}, "clear"),
        ({"npi": NPI, "reinstated_on": "2027-01-01"}, "match"),
        ({"npi": NPI, "reinstated_on": "2019-01-01"}, "match"),
        ({"npi": NPI, "excluded_on": "2026-04-01"}, "match"),
        ({"npi": NPI, "excluded_on": None}, "match"),
    ],
)
def test_what_one_row_means(row: dict[str, Any], outcome: str) -> None:
    assert screened(row).outcome == outcome


def test_all_rows_are_considered_not_the_first() -> None:
    result = screened({"date_of_birth": "1960-01-01"}, {"date_of_birth": "1961-01-01"}, {"npi": NPI})
    assert result.outcome == "match"
    assert result.reasons[0].startswith("row 4:")


def test_what_contradicts_is_listed_without_a_date_of_birth() -> None:
    result = screened({"date_of_birth": "1960-01-01"})
    assert result.outcome == "clear"
    assert "same name; other date of birth" in result.reasons[0]
    assert "1960" not in repr(result)
    assert "1985" not in repr(result)


def test_reasons_name_the_waiver_and_the_day_to_come() -> None:
    reasons = screened({"waiver_on": "2021-01-01", "waiver_state": "CO", "excluded_on": "2026-04-01"}).reasons
    assert "to be excluded from 2026-04-01 (1128a1)" in reasons[0]
    assert "waiver for CO since 2021-01-01" in reasons[0]


def test_nobody_is_clear_without_a_date_of_birth() -> None:
    who = provider(date_of_birth=None)
    assert screened(who=who).outcome == "insufficient_data"
    assert screened({"last_name": "REED"}, who=who).outcome == "insufficient_data"
    assert screened({"npi": OTHER_NPI}, who=who).outcome == "insufficient_data"
    assert screened({}, who=who).outcome == "possible"
    assert screened({"npi": NPI}, who=who).outcome == "match"


def test_nobody_is_clear_with_an_initial_for_a_name() -> None:
    assert screened(who=provider(first_name="A")).outcome == "insufficient_data"
    assert screened(who=provider(first_name="A", middle_name="Ruth")).outcome == "clear"


@pytest.mark.parametrize(
    ("version", "outcome"),
    [
        ({"published_on": "2026-01-30"}, "clear"),
        ({"published_on": "2026-01-29"}, "not_screened"),
        ({"published_on": "2026-03-20", "published_stated": False}, "not_screened"),
        ({"published_on": "2027-01-01", "acquired_on": "2025-12-01"}, "not_screened"),
        ({"published_on": "2026-03-20", "acquired_on": "2026-03-20"}, "not_screened"),
    ],
)
def test_the_age_of_the_list(version: dict[str, Any], outcome: str) -> None:
    assert screened(version=list_version(**version)).outcome == outcome


def test_without_a_list_nobody_is_screened() -> None:
    result = screen(provider(), ListScreening(None, (list_entry(npi=NPI),)), 31, TODAY)
    assert (result.outcome, result.reasons) == ("not_screened", ("the list is not loaded",))


def test_the_names_tried_are_kept() -> None:
    assert screened(who=provider(former_names=("Vale",))).tried == ("Ana Marsh", "Vale")


@given(
    st.fixed_dictionaries(
        {
            "npi": st.sampled_from([None, NPI, OTHER_NPI]),
            "last_name": st.sampled_from(["MARSH", "REED", None]),
            "first_name": st.sampled_from(["ANA", "A", "RUTH", None]),
            "date_of_birth": st.sampled_from([None, "1985-06-07", "1960-01-01"]),
            "excluded_on": st.sampled_from([None, "2020-05-20", "2026-04-01"]),
        }
    )
)
def test_a_row_with_the_npi_is_never_clear(row: dict[str, Any]) -> None:
    assert screened(row).outcome in ({"match", "possible"} if row["npi"] == NPI else {"possible", "clear"})
