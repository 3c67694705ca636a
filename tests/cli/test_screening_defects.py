"""Defects that screening tools have had, each forbidden here by name, through the commands that a person types."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import doomed
import pytest
from conftest import Put
from desk import LEIE, Desk, form
from factories import NPI, OTHER_NPI

HEADER = LEIE.partition("\r\n")[0]
#: An excluded Ana Marsh as the LEIE writes nine rows in ten: without an NPI, zeros for what is not.
ANA = {
    "LASTNAME": "MARSH",
    "FIRSTNAME": "ANA",
    "GENERAL": "IND- LIC HC SERV PRO",
    "SPECIALTY": "SOCIAL WORKER",
    "NPI": "0000000000",
    "DOB": "19850607",
    "STATE": "CO",
    "ZIP": "80000",
    "EXCLTYPE": "1128a1",
    "EXCLDATE": "20200520",
    "REINDATE": "00000000",
    "WAIVERDATE": "00000000",
}


def leie(*rows: Mapping[str, str]) -> str:
    return LEIE + "".join(
        ",".join({**ANA, **row}.get(column, "") for column in HEADER.split(",")) + "\r\n" for row in rows
    )


def outcome(desk: Desk, code: int, *words: str) -> str:
    items = desk.items("screen", "run", NPI, *words, code=code)
    return str(items[0]["outcome"]) if items else "nothing"


@pytest.fixture
def office(desk: Desk) -> Desk:
    desk.take_in(form())
    return desk


def test_1_zeros_are_no_reinstatement_no_npi_and_no_date(office: Desk) -> None:
    office.load_leie(text=leie({}))
    assert outcome(office, 10) == "possible"
    (item,) = office.items("screen", "run", NPI, code=10)
    said = " ".join(item["candidates"][0]["reasons"])
    assert "reinstated" not in said
    assert "no NPI to compare" in said


def test_1_zeros_hide_no_match_by_npi(office: Desk) -> None:
    office.load_leie(text=leie({"NPI": NPI}))
    assert outcome(office, 10) == "match"


def test_2_the_first_row_of_a_name_does_not_speak_for_the_others(office: Desk) -> None:
    office.load_leie(text=leie({"DOB": "19400101", "STATE": "WY"}, {"DOB": "19410101", "STATE": "WY"}, {"NPI": NPI}))
    assert outcome(office, 10) == "match"


@pytest.mark.parametrize("state", ["not loaded", "too old", "refused", "html"])
def test_3_no_list_and_no_fresh_list_is_never_clear(office: Desk, put: Put, state: str) -> None:
    match state:
        case "too old":
            office.load_leie("2026-01-01")
        case "refused":
            assert office.run("lists", "load", "leie", put(HEADER + "\r\n", "UPDATED.csv")).code == 3
        case "html":
            page = put("<html><body>Service unavailable</body></html>", "UPDATED.csv")
            assert office.run("lists", "load", "leie", page).code == 3
    ran = office.run("screen", "run", "--all", "--json")
    assert ran.code == 4
    assert ran.json()["items"] == []
    assert "obody was screened against leie" in ran.err
    assert office.run("screen", "run", "--all", "--exit-zero").code == 4
    (finding,) = office.items("verify", "run", NPI, "--check", "exclusions", code=4)
    assert finding["result"] == "unavailable"


def test_4_nobody_is_suspended_on_a_name(office: Desk) -> None:
    office.load_leie(text=leie({"DOB": ""}, {"DOB": "19850607"}))
    assert outcome(office, 10) == "possible"
    found = next(one for one in office.status()["requirements"] if one["check"] == "exclusions")
    assert found["state"] == "review"


@pytest.mark.parametrize(
    "row",
    [
        {},
        {"DOB": ""},
        {"FIRSTNAME": "A"},
        {"LASTNAME": "MARSCH"},
        {"DOB": "19850706"},
        {"LASTNAME": "ANA", "FIRSTNAME": "MARSH"},
        {"LASTNAME": "MARSH JR"},
    ],
)
def test_5_no_npi_on_the_row_is_no_reason_to_pass_it_over(office: Desk, row: dict[str, str]) -> None:
    office.load_leie(text=leie(row))
    assert outcome(office, 10) == "possible"


def test_5_another_npi_on_the_row_hides_no_name_and_day(office: Desk) -> None:
    office.load_leie(text=leie({"NPI": OTHER_NPI}))
    assert outcome(office, 10) == "possible"


@pytest.mark.parametrize("change", [("DOB", "BIRTH"), ("REINDATE", "REINSTATED"), ("LASTNAME,", "")])
def test_6_a_layout_that_changed_is_no_answer(office: Desk, put: Put, change: tuple[str, str]) -> None:
    text = leie({"NPI": NPI}).replace(*change, 1)
    assert office.run("lists", "load", "leie", put(text, "UPDATED.csv"), "--published", "2026-03-01").code == 3
    assert office.run("screen", "run", "--all").code == 4


def test_8_what_was_found_and_the_log_of_it_are_one_act(office: Desk) -> None:
    office.load_leie(text=leie({}))
    outcome(office, 10)
    office.ok("audit", "verify")
    with closing(sqlite3.connect(office.folder / "credkit.db")) as db:
        (found,) = db.execute("SELECT COUNT(*) FROM verifications WHERE \"check\" = 'exclusions'").fetchone()
        (hits,) = db.execute("SELECT COUNT(*) FROM hits").fetchone()
        (events,) = db.execute("SELECT COUNT(*) FROM events WHERE verb = 'verification.recorded'").fetchone()
        (receipts,) = db.execute("SELECT COUNT(*) FROM events WHERE verb = 'screening.done'").fetchone()
    assert (found, hits, events, receipts) == (1, 1, 1, 1)


def test_13_a_list_that_the_policy_does_not_have_is_no_success(office: Desk) -> None:
    office.load_leie()
    ran = office.run("screen", "run", "--all", "--list", "sam")
    assert ran.code == 4
    assert "not loaded" in ran.err


def test_14_a_list_of_as_many_rows_and_the_same_day_is_loaded_anew(office: Desk, put: Put) -> None:
    quiet = leie({"LASTNAME": "QUILLONBY", "FIRSTNAME": "VESPER", "DOB": "19500101"})
    office.ok("lists", "load", "leie", put(quiet, "UPDATED.csv"), "--published", "2026-03-01")
    assert outcome(office, 0, "--format", "json") == "clear"
    corrected = leie({})
    assert corrected.count("\n") == quiet.count("\n")
    office.ok("lists", "load", "leie", put(corrected, "UPDATED.csv"), "--published", "2026-03-01")
    assert outcome(office, 10) == "possible"


# --- a run that is cut off ------------------------------------------------------------------------------------------


def doomed_run(desk: Desk, at: int) -> int:
    told = {
        "DOOMED_AT": str(at),
        "DOOMED_SEEN": str(desk.folder / "seen"),
        "PYTHONPATH": os.pathsep.join([str(Path(doomed.__file__).parent), *map(os.path.abspath, sys.path[:1])]),
    }
    return subprocess.run(
        [sys.executable, doomed.__file__, "screen", "run", "--all"],
        env=os.environ | told,
        capture_output=True,
        timeout=120,
        check=False,
    ).returncode


def receipts(desk: Desk) -> list[Any]:
    with closing(sqlite3.connect(desk.folder / "credkit.db")) as db:
        return [json.loads(counts) for (counts,) in db.execute("SELECT counts FROM screenings")]


def test_a_run_that_is_killed_leaves_no_receipt_and_the_next_is_whole(office: Desk) -> None:
    office.load_leie(text=leie({}))
    db = office.folder / "credkit.db"
    before = db.read_bytes()
    assert doomed_run(office, 0) == 10
    assert receipts(office) == [{"possible": 1}]
    statements = (office.folder / "seen").read_text(encoding="utf-8").splitlines()
    commits = [place for place, line in enumerate(statements, 1) if line == "COMMIT"]
    assert len(commits) >= 2
    for moment in (commits[-2] - 1, commits[-2], commits[-2] + 1, commits[-1]):
        for path in office.folder.glob("credkit.db*"):
            if path.is_file():
                path.unlink()
        db.write_bytes(before)
        assert doomed_run(office, moment) == -signal.SIGKILL
        assert receipts(office) == []
        assert outcome_of_all(office) == "possible"
        assert receipts(office) == [{"possible": 1}]
        office.ok("audit", "verify")


def outcome_of_all(desk: Desk) -> str:
    (item,) = desk.items("screen", "run", "--all", code=10)
    return str(item["outcome"])
