"""What the log names by hash or count is held against it; and words that say nothing are not taken for reasons."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import pytest
from desk import Desk, form
from factories import NPI

DECIDE = ("committee", "decide", NPI, "--decision")


def tamper(desk: Desk, statement: str) -> None:
    with closing(sqlite3.connect(desk.folder / "credkit.db")) as other:
        for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            other.execute(f"DROP TRIGGER {name}")
        other.execute(statement)
        other.commit()


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ("DELETE FROM list_records WHERE last_name = 'EXAMPLETON'", "2 rows, and 3 were loaded"),
        (
            "UPDATE list_records SET first_name = 'OTHER' WHERE last_name = 'EXAMPLETON'",
            "1 rows were edited, the first is row 2",
        ),
        ("UPDATE list_records SET digest = id", "its rows are not those that were loaded"),
        ("UPDATE list_runs SET first_record = first_record + 1, last_row = last_row - 1", "2 rows, and 3 were loaded"),
        ("UPDATE list_files SET body = x'00'", "a kept list file was changed"),
        ("DELETE FROM list_files", "has lost its file"),
        ("DELETE FROM evidence_bodies", "lost their bodies"),
        ("UPDATE evidence_bodies SET body = x'00'", "was changed"),
    ],
)
def test_a_row_or_body_taken_out_of_the_store_shows(desk: Desk, statement: str, says: str) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.run("verify", "run", NPI)
    assert desk.item("audit", "verify")["sound"] is True
    tamper(desk, statement)
    item = desk.item("audit", "verify", code=6)
    assert any(says in problem for problem in item["problems"])


@pytest.mark.parametrize("words", [["status"], ["ready", NPI], ["audit", "verify"]])
@pytest.mark.parametrize("statement", ["UPDATE providers SET states_of_practice = 'not json'", "DROP TABLE payers"])
def test_a_store_that_another_program_spoilt_is_an_integrity_error(
    desk: Desk, statement: str, words: list[str]
) -> None:
    desk.take_in(form())
    tamper(desk, statement)
    ran = desk.run(*words)
    assert (ran.code, "Internal error" in ran.err) == (6, False)


@pytest.mark.parametrize("change", ["gone", "changed"])
def test_a_paper_taken_from_its_folder_shows(desk: Desk, change: str) -> None:
    desk.take_in(form())
    paper = desk.folder / "letter.txt"
    paper.write_text("a letter")
    desk.ok("verify", "record", NPI, "education", "--result", "pass", "--source", "a letter", "--document", paper)
    assert desk.item("audit", "verify")["sound"] is True
    (kept,) = [path for path in (desk.folder / "credkit.db.files").rglob("*") if path.is_file()]
    if change == "gone":
        kept.unlink()
    else:
        kept.write_text("another letter")
    (problem,) = desk.item("audit", "verify", code=6)["problems"]
    assert f"letter.txt of {NPI}" in problem
    assert change in problem


@pytest.mark.parametrize(
    "words",
    [
        ("verify", "record", NPI, "education", "--result", "pass", "--source", " "),
        ("verify", "accept", NPI, "npi", "--reason", ""),
        ("provider", "edit", NPI, "--set", "phone=303-555-0101", "--reason", "  "),
        (*DECIDE, "denied", "--reason", " ", "--by", "medical_director"),
        (*DECIDE, "approved", "--override", " ", "--state", "CO", "--by", "medical_director"),
    ],
)
def test_a_blank_reason_is_none(desk: Desk, words: tuple[str, ...]) -> None:
    desk.take_in(form())
    ran = desk.run(*words)
    assert (ran.code, "may not be blank" in ran.err) == (2, True)


def test_a_termination_is_of_the_whole_file_and_an_override_names_its_states(desk: Desk) -> None:
    desk.take_in(form())
    desk.ok("committee", "schedule", "2026-03-02")
    meeting = ("--meeting", "2026-03-02", "--present", "Dr Ash", "Dr Birch", "Dr Cedar")
    ran = desk.run(*DECIDE, "denied", "--state", "CO", "--reason", "x", *meeting)
    assert (ran.code, "of the whole file" in ran.err) == (2, True)
    ran = desk.run(*DECIDE, "approved", "--override", "needed at once", *meeting)
    assert (ran.code, "--state ST" in ran.err) == (2, True)


def test_a_license_of_a_day_to_come_passes_not_even_by_hand(desk: Desk) -> None:
    desk.take_in(form(license_1_issued_on="2026-12-01"))
    ran = desk.run("verify", "record", NPI, "license", "--subject", "CO", "--result", "pass", "--source", "the board")
    assert (ran.code, "yet to come" in ran.err) == (5, True)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no /dev/full")  # noqa: PTH110
@pytest.mark.parametrize("words", [["status", "--json"], ["intake", "template"]])
def test_a_disk_that_is_full_is_no_bug(desk: Desk, words: list[str]) -> None:
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = subprocess.run(
            [sys.executable, "-m", "credkit", *words], stdout=full, stderr=subprocess.PIPE, cwd=desk.folder, check=False
        )
    assert done.returncode == 1
    assert b"The results cannot be written: No space left on device." in done.stderr
    assert b"Internal error" not in done.stderr
