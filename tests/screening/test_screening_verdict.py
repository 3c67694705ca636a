"""What one list says of one person: every outcome, and the rows that make it."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from factories import NPI, OTHER_NPI, TODAY, list_entry, list_version
from hypothesis import given
from hypothesis import strategies as st
from lookalikes import crowds, dates_like, people, person, rows_like

from credkit.records import ListEntry, Resolution, Ruling, entry_digest
from credkit.screening.identity import Person, of_person, person_digest
from credkit.screening.score import weights
from credkit.screening.verdict import Candidate, ScreeningResult, nothing_found, screen, unusable, weigh

OUTCOMES = {"clear", "possible", "match", "insufficient_data"}
RANKS = ["match", "possible", "folded", "unlikely"]


def rows(*changes: dict[str, Any]) -> list[ListEntry]:
    return [list_entry(**{"row_number": number} | one) for number, one in enumerate(changes, 2)]


def held(who: Person, entries: list[ListEntry], **options: Any) -> ScreeningResult:
    return screen(who, of_person(who), entries, TODAY, **options)


def screened(*changes: dict[str, Any], who: Person | None = None, **options: Any) -> ScreeningResult:
    return held(who or person(), rows(*changes), **options)


def ruling(entry: ListEntry, said: Ruling, who: Person | None = None) -> dict[str, Resolution]:
    digest = entry_digest(entry)
    made = Resolution(
        id="r", hit_id="h", npi=NPI, list="leie", entry=digest, person=person_digest(who or person()), ruling=said,
        reason="the birthplace differs", resolved_on=date(2026, 2, 3), recorded_at="2026-02-03T08:00:00Z", actor="kim",
        document=None, needs_second=False,
    )  # fmt: skip
    return {digest: made}


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        # The NPI, and a name that is not another one.
        ({"npi": NPI}, "match"),
        ({"npi": NPI, "first_name": "A"}, "match"),
        ({"npi": NPI, "first_name": "MARSH", "last_name": "ANA"}, "match"),
        ({"npi": NPI, "last_name": "MARSCH"}, "match"),
        ({"npi": NPI, "date_of_birth": None}, "match"),
        ({"npi": NPI, "date_of_birth": "1960-01-01"}, "match"),
        # The NPI with another name, or none.
        ({"npi": NPI, "last_name": "REED"}, "possible"),
        ({"npi": NPI, "first_name": "VESPER"}, "possible"),
        ({"npi": NPI, "first_name": None}, "possible"),
        ({"npi": NPI, "last_name": "REED", "first_name": "RUTH", "date_of_birth": "1960-01-01"}, "possible"),
        ({"npi": NPI, "last_name": None, "first_name": None, "business_name": "MARSH LLC"}, "possible"),
        # Name and date of birth, whatever else contradicts.
        ({}, "possible"),
        ({"npi": OTHER_NPI}, "possible"),
        ({"npi": OTHER_NPI, "middle_name": "QUINN", "suffix": "SR", "state": "WY"}, "possible"),
        # Not quite.
        ({"first_name": "A"}, "possible"),
        ({"last_name": "REED"}, "possible"),
        ({"date_of_birth": "1985-07-06"}, "possible"),
        ({"date_of_birth": None}, "possible"),
        ({"date_of_birth": None, "state": "CO"}, "possible"),
        ({"date_of_birth": None, "npi": OTHER_NPI}, "possible"),
        # Another person.
        ({"date_of_birth": None, "npi": OTHER_NPI, "state": "WY", "middle_name": "QUINN"}, "clear"),
        ({"date_of_birth": "1960-01-01"}, "clear"),
        ({"first_name": "VESPER"}, "possible"),
        ({"last_name": "REED", "first_name": "VESPER"}, "clear"),
        ({"last_name": None, "first_name": None, "business_name": "ANA MARSH", "date_of_birth": None}, "clear"),
    ],
)
def test_what_one_row_means(row: dict[str, Any], outcome: str) -> None:
    # Middle name and suffix of the person: what a row may contradict.
    who = person(middle_name="Ruth", suffix="Jr") if "middle_name" in row else person()
    assert screened(row, who=who).outcome == outcome


@pytest.mark.parametrize(
    ("row", "outcome"),
    [
        ({"reinstated_on": "2024-01-01"}, "clear"),
        ({"reinstated_on": str(TODAY)}, "clear"),
        ({"reinstated_on": "2027-01-01"}, "match"),
        # Excluded again after a reinstatement.
        ({"reinstated_on": "2019-01-01"}, "match"),
        ({"reinstated_on": "2024-01-01", "excluded_on": None}, "clear"),
        ({"ends_on": "2026-03-01"}, "clear"),
        ({"ends_on": str(TODAY)}, "match"),
        ({"ends_on": "2030-01-01"}, "match"),
        ({"excluded_on": "2026-04-01"}, "match"),
        ({"excluded_on": None}, "match"),
    ],
)
def test_what_the_row_says_of_itself(row: dict[str, Any], outcome: str) -> None:
    assert screened({"npi": NPI} | row).outcome == outcome
    without = screened(row).outcome
    assert without == ("possible" if outcome == "match" else "clear")


@pytest.mark.parametrize(
    ("row", "practice", "outcome"),
    [
        ({"waiver_state": "CO"}, ("CO",), "possible"),
        ({"waiver_state": "CO", "waiver_on": "2021-01-01"}, ("CO",), "possible"),
        ({"waiver_state": "CO", "waiver_on": "2026-04-01"}, ("CO",), "match"),
        ({"waiver_state": "CO"}, ("CO", "WY"), "match"),
        ({"waiver_state": "WY"}, ("CO",), "match"),
        ({"waiver_state": "CO"}, (), "match"),
        ({"waiver_on": "2021-01-01"}, ("CO",), "match"),
    ],
)
def test_a_waiver_is_for_its_state_alone(row: dict[str, Any], practice: tuple[str, ...], outcome: str) -> None:
    assert screened({"npi": NPI} | row, practice=practice).outcome == outcome


def test_a_waiver_never_makes_anybody_clear() -> None:
    assert screened({"waiver_state": "CO"}, practice=("CO",)).outcome == "possible"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "excluded on 2020-05-20 (1128a1)"),
        ({"exclusion_type": None}, "excluded on 2020-05-20"),
        ({"excluded_on": "2026-04-01"}, "to be excluded from 2026-04-01 (1128a1)"),
        ({"reinstated_on": "2024-01-01"}, "reinstated on 2024-01-01"),
        ({"ends_on": "2026-03-01"}, "ended on 2026-03-01"),
        ({"ends_on": "2030-01-01"}, "ends on 2030-01-01"),
        ({"waiver_on": "2021-01-01", "waiver_state": "CO"}, "waiver for CO since 2021-01-01"),
        ({"waiver_state": "CO"}, "waiver for CO"),
    ],
)
def test_the_reasons_say_what_the_row_says(row: dict[str, Any], words: str) -> None:
    assert words in screened({"npi": NPI} | row).candidates[0].reasons


@pytest.mark.parametrize(
    ("who", "lacks"),
    [
        (person(date_of_birth=None), "no date of birth to compare"),
        (person(first_name="A"), "the first name is an initial"),
        (person(first_name="A."), "the first name is an initial"),
        (person(first_name="A", middle_name="R"), "the first name is an initial"),
        (person(first_name=""), "no first name"),
        (person(last_name="--"), "no last name"),
        (person(last_name="", first_name="Ana"), "no last name"),
        (person(first_name="FNU"), "no first name"),
        (person(first_name="N/A"), "no first name"),
        (person(last_name="Unknown"), "no last name"),
        (person(first_name="A. R."), "the first name is an initial"),
        (person(first_name="A. Ruth"), ""),
        (person(first_name="A", middle_name="Ruth"), ""),
        (person(first_name="Jo"), ""),
        (person(first_name="Jos\u00e9", last_name="Garc\u00eda"), ""),
        (person(last_name="Li"), ""),
        (person(npi=""), ""),
    ],
)
def test_nobody_is_clear_of_whom_too_little_is_known(who: Person, lacks: str) -> None:
    expected = ("insufficient_data", (lacks,)) if lacks else ("clear", ())
    empty = nothing_found(who)
    assert (empty.outcome, empty.reasons) == expected
    assert held(who, []) == empty
    somebody_else = screened({"last_name": "KESSLER", "first_name": "VESPER", "date_of_birth": None}, who=who)
    assert somebody_else.outcome == expected[0]


def test_too_little_is_still_enough_to_be_found() -> None:
    assert screened({"npi": NPI}, who=person(date_of_birth=None)).outcome == "match"
    assert screened({"state": "CO"}, who=person(date_of_birth=None)).outcome == "possible"
    assert screened({}, who=person(first_name="A")).outcome == "possible"


def test_all_rows_are_considered_and_the_gravest_stands_first() -> None:
    other_days = [{"date_of_birth": f"19{year}-01-01"} for year in (60, 61)]
    result = screened(*other_days, {}, {"npi": NPI})
    assert result.outcome == "match"
    assert [one.entry.row_number for one in result.candidates][:2] == [5, 4]
    assert result.reasons[0].startswith("row 5: same last name")
    assert result.reasons[1].startswith("row 4: ")


def test_rows_that_are_as_likely_stand_in_the_order_of_the_list() -> None:
    result = screened({}, {}, {})
    assert [one.entry.row_number for one in result.candidates] == [2, 3, 4]


def test_who_is_clear_is_still_told_whom_they_resemble() -> None:
    result = screened({"npi": NPI, "reinstated_on": "2024-01-01"})
    assert result.outcome == "clear"
    assert "reinstated on 2024-01-01" in result.reasons[0]
    assert [one.verdict for one in result.candidates] == ["unlikely"]


def test_who_does_not_resemble_is_not_shown() -> None:
    (entry,) = rows({"last_name": "REED", "first_name": "VESPER", "date_of_birth": "1950-03-04"})
    assert weigh(of_person(person()), entry, TODAY).score < weights().shown
    assert held(person(), [entry]).candidates == ()


@pytest.mark.parametrize(
    ("said", "row", "outcome", "words"),
    [
        (Ruling.NO_MATCH, {"npi": NPI}, "clear", "ruled to be another person by kim on 2026-02-03"),
        (Ruling.MATCH, {}, "match", "confirmed to be this person by kim on 2026-02-03"),
        (Ruling.MATCH, {"reinstated_on": "2024-01-01"}, "clear", "confirmed to be this person"),
        (Ruling.UNDETERMINED, {}, "possible", "could not be told apart by kim on 2026-02-03"),
        (Ruling.UNDETERMINED, {"npi": NPI}, "match", "could not be told apart"),
    ],
)
def test_a_ruling_is_remembered(said: Ruling, row: dict[str, Any], outcome: str, words: str) -> None:
    (entry,) = rows(row)
    result = held(person(), [entry], resolutions=ruling(entry, said))
    assert result.outcome == outcome
    assert words in result.reasons[0]
    assert result.candidates[0].resolution is not None


def test_a_ruling_is_on_one_row_and_no_other() -> None:
    entry, other = rows({}, {"middle_name": "RUTH"})
    result = held(person(), [entry, other], resolutions=ruling(entry, Ruling.NO_MATCH))
    assert result.outcome == "possible"
    assert {one.entry.row_number: one.verdict for one in result.candidates} == {2: "unlikely", 3: "possible"}


def test_a_row_that_changed_comes_back() -> None:
    (entry,) = rows({})
    remembered = ruling(entry, Ruling.NO_MATCH)
    assert held(person(), [entry], resolutions=remembered).outcome == "clear"
    assert held(person(), [replace(entry, row_number=9)], resolutions=remembered).outcome == "clear"
    changed = replace(entry, excluded_on=date(2025, 1, 1))
    assert held(person(), [changed], resolutions=remembered).outcome == "possible"


def test_a_folded_row_is_said_and_worked_elsewhere() -> None:
    result = screened({"npi": NPI}, folded={2: 17})
    assert result.outcome == "clear"
    assert "repeats row 17 of the leie, and is worked there" in result.reasons[0]
    assert result.candidates[0].verdict == "folded"
    assert screened({"npi": NPI}, {}, folded={2: 17}).outcome == "possible"


@pytest.mark.parametrize(
    ("version", "says"),
    [
        ({"published_on": "2026-03-02"}, ""),
        ({"published_on": "2026-01-30"}, ""),
        ({"published_on": "2026-01-29"}, "the list was published 32 days ago, the policy allows 31"),
        ({"published_on": "2026-03-20"}, "the list was published on 2026-03-20, after the day asked about"),
        ({"published_on": "2027-01-01", "acquired_on": "2025-12-01"}, "after the day asked about"),
    ],
)
def test_a_list_that_nobody_may_be_screened_by(version: dict[str, Any], says: str) -> None:
    why = unusable(list_version(**version), 31, TODAY)
    assert says in why
    assert bool(why) == bool(says)


def test_no_list_screens_nobody() -> None:
    assert unusable(None, 31, TODAY) == "the list is not loaded"


# --- properties -----------------------------------------------------------------------------------------------------


@given(people(), st.data())
def test_a_row_with_the_npi_is_never_clear(who: Person, data: st.DataObject) -> None:
    row = replace(data.draw(rows_like(who)), npi=NPI)
    assert held(replace(who, npi=NPI), [row]).outcome in {"match", "possible"}


@given(people(), st.data())
def test_a_match_needs_the_npi(who: Person, data: st.DataObject) -> None:
    """Nobody is suspended on a name alone, nor on a name with a date of birth."""
    row = data.draw(rows_like(who))
    if not who.npi or row.npi != who.npi:
        assert held(who, [row]).outcome != "match"


@given(people(), st.data())
def test_the_same_name_and_day_are_always_possible(who: Person, data: st.DataObject) -> None:
    """Whatever else the row says."""
    born = who.date_of_birth or date(1970, 2, 3)
    other = data.draw(rows_like(who))
    row = replace(other, last_name=who.last_name.upper(), first_name=who.first_name.upper(), date_of_birth=born)
    if who.first_name:
        assert held(replace(who, date_of_birth=born), [row]).outcome in {"possible", "match"}


@given(crowds(), st.data())
def test_the_order_of_rows_changes_nothing(crowd: tuple[list[Person], list[ListEntry]], data: st.DataObject) -> None:
    everyone, entries = crowd
    shuffled = data.draw(st.permutations(entries))
    for who in everyone:
        assert held(who, shuffled) == held(who, entries)


@given(crowds())
def test_adding_a_row_never_removes_a_hit(crowd: tuple[list[Person], list[ListEntry]]) -> None:
    everyone, entries = crowd
    for who in everyone:
        before: tuple[Candidate, ...] = ()
        grave = RANKS.index("unlikely")
        for count in range(len(entries) + 1):
            result = held(who, entries[:count])
            assert set(before) <= set(result.candidates)
            before = result.candidates
            gravest = min([RANKS.index(one.verdict) for one in before], default=grave)
            assert gravest <= grave
            grave = gravest


@given(people(), st.data())
def test_no_date_of_birth_is_told(who: Person, data: st.DataObject) -> None:
    born = who.date_of_birth
    row = replace(data.draw(rows_like(who)), date_of_birth=data.draw(dates_like(born)))
    result = held(who, [row])
    assert result.outcome in OUTCOMES
    said = " ".join((*result.reasons, *(reason for one in result.candidates for reason in one.reasons)))
    for day in {born, row.date_of_birth} - {None, row.excluded_on}:
        assert day is not None
        assert day.isoformat() not in said
        assert f"{day:%Y%m%d}" not in said


def test_how_common_a_name_is_decides_where_nothing_else_can() -> None:
    common = {"last_name": "SMITH", "first_name": "MARY", "date_of_birth": None, "npi": OTHER_NPI}
    assert screened(common, who=person(last_name="Smith", first_name="Mary")).outcome == "clear"
    rare = {"last_name": "QUILLONBY", "first_name": "VESPER", "date_of_birth": None, "npi": OTHER_NPI}
    assert screened(rare, who=person(last_name="Quillonby", first_name="Vesper")).outcome == "possible"
