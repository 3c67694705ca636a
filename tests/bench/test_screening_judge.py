"""The judge's definitions, on examples small enough to count by hand."""

import csv
import json
from pathlib import Path

import pytest

pytest.importorskip("bench.screening", reason="the bench is part of the source, not of the wheel")

from bench.screening import HARD, HARD_COLUMNS, LIST, LIST_COLUMNS, ROSTER, ROSTER_COLUMNS, TRUTH, TRUTH_COLUMNS
from bench.screening.judge import ORDINARY, Work, is_sure, judge, judge_file, read_hits, read_work

PERSON = {"npi": "2100000001", "last_name": "Vega", "first_name": "Ana", "dob": "1980-05-04"}
ENTRY = {"NPI": "0000000000", "LASTNAME": "Vega", "FIRSTNAME": "Ana ", "DOB": "19800504"}


def work(*, clean: int = 1_000) -> Work:
    """T1 and T2 are on the list in rows 7 and 8; the others, C0, C1, ..., are clean."""
    return Work(
        people=frozenset({"T1", "T2", *(f"C{number}" for number in range(clean))}),
        row={"T1": 7, "T2": 8},
        corruption={"T1": "typo_last", "T2": "swapped"},
        looks_like={"C0": "twin"},
        sure=frozenset({"T1"}),
    )


def said(person: str, *candidates: tuple[int, float], result: str = "possible") -> str:
    rows = [{"list": "leie", "row": row, "score": score, "reasons": []} for row, score in candidates]
    return json.dumps({"id": person, "result": result, "candidates": rows})


def test_a_true_match_is_found_when_its_own_row_is_among_the_candidates() -> None:
    people = work()
    verdict = judge(people, read_hits([said("T1", (3, 9.0), (7, 2.0)), said("T2", (3, 9.0))], people))
    assert verdict.own.recall == 0.5
    assert verdict.found_by == {"swapped": (0, 1), "typo_last": (1, 1)}
    assert verdict.sure == (1, 1)


def test_a_candidate_without_an_alert_is_not_found_by_the_tools_decision_but_by_a_threshold() -> None:
    people = work()
    verdict = judge(people, read_hits([said("T1", (7, 2.0), result="clear")], people))
    assert verdict.own.recall == 0
    assert verdict.sure == (0, 1)
    at_five = verdict.at[5]
    assert at_five is not None
    assert at_five.recall == 0.5


@pytest.mark.parametrize(("result", "stopped"), [("possible", 1), ("match", 1), ("clear", 0), ("insufficient_data", 0)])
def test_possible_and_match_are_alerts(result: str, stopped: int) -> None:
    people = work()
    verdict = judge(people, read_hits([said("C0", (1, 1.0), result=result)], people))
    assert verdict.own.false_alerts == stopped
    assert verdict.stopped_by == ({"twin": 1} if stopped else {})


def test_the_threshold_of_a_budget_is_the_lowest_that_keeps_within_it() -> None:
    people = work()
    lines = [said(f"C{number}", (1, 10.0 + number)) for number in range(30)]
    lines += [said("T1", (7, 38.5)), said("T2", (8, 20.5))]
    verdict = judge(people, read_hits(lines, people))
    found = {budget: figures and (figures.recall, figures.false_alerts) for budget, figures in verdict.at.items()}
    # 1: only C29 may be at or above it; 20: C10 to C29.
    assert found == {1: (0.5, 1.0), 5: (0.5, 5.0), 20: (1.0, 20.0)}
    assert verdict.stopped_by == {ORDINARY: 29, "twin": 1}


def test_a_true_match_alone_among_equal_scores_is_not_bought_with_too_many_alerts() -> None:
    people = work()
    lines = [said(f"C{number}", (1, 50.0)) for number in range(6)]
    verdict = judge(people, read_hits([*lines, said("T1", (7, 50.0))], people))
    assert verdict.at[5] is None  # no score is above those six
    at_twenty = verdict.at[20]
    assert at_twenty is not None
    assert (at_twenty.recall, at_twenty.false_alerts, at_twenty.threshold) == (0.5, 6.0, 50.0)


def test_who_has_no_line_is_counted_and_what_the_run_was_is_passed_over() -> None:
    people = work(clean=2)
    verdict = judge(people, read_hits(['{"_meta": {"version": 1}}', said("C0", result="clear")], people))
    assert verdict.unanswered == 3


@pytest.mark.parametrize(
    ("person", "entry", "sure"),
    [
        ({}, {}, True),
        ({"dob": "1980-05-05"}, {}, False),
        ({"last_name": "Vegas"}, {}, False),
        ({"last_name": "Vegas"}, {"NPI": "2100000001"}, True),
        ({"dob": ""}, {"DOB": ""}, False),
        ({"npi": "", "last_name": "Vegas"}, {"NPI": ""}, False),
    ],
)
def test_sure_is_the_same_npi_or_the_same_names_and_birth(
    person: dict[str, str], entry: dict[str, str], sure: bool
) -> None:
    assert is_sure(PERSON | person, ENTRY | entry) is sure


def test_a_work_folder_is_read_and_judged(tmp_path: Path) -> None:
    def write(name: str, header: tuple[str, ...], *rows: dict[str, str]) -> None:
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, header, restval="")
            writer.writeheader()
            writer.writerows(rows)

    write(LIST, LIST_COLUMNS, {"LASTNAME": "OTHER"}, ENTRY)
    write(ROSTER, ROSTER_COLUMNS, PERSON | {"provider_id": "P1"}, PERSON | {"provider_id": "P2", "dob": "1999-01-01"})
    write(TRUTH, TRUTH_COLUMNS, {"provider_id": "P1", "leie_row": "1", "kind": "exact"})
    write(HARD, HARD_COLUMNS, {"provider_id": "P2", "kind": "same_name_same_state"})
    hits = tmp_path / "hits.ndjson"
    hits.write_text(said("P1", (1, 3.0)) + "\n" + said("P2", (1, 2.0)) + "\n", encoding="utf-8")
    verdict = judge_file(read_work(tmp_path), hits)
    assert verdict.sure == (1, 1)
    assert verdict.own.recall == 1
    assert verdict.own.false_alerts == 1_000
    assert verdict.stopped_by == {"same_name_same_state": 1}
