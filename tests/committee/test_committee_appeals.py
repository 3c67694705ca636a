"""Appeals: what a panel is asked, who may sit on it, which application its word is of, and that it is the last."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from committees import BIRCH, CHAIR, COLE, DALE, DIRECTOR, ready_files, seat, unanimous, votes_file
from desk import Desk, form

MEETING, PANEL = "2026-03-10", "2026-04-20"
OTHERS = ("Dr Fir", "Dr Gum", "Dr Hazel")


@pytest.fixture
def denied(desk: Desk) -> tuple[Desk, str]:
    """One file that the committee denied: Dr Ash, Dr Birch and Dr Cole voted, Dr Elm sat there and did not. Its appeal is
    open, and a panel on the calendar."""
    seat(desk)
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", CHAIR, BIRCH, COLE, DIRECTOR)
    votes = votes_file(desk, *unanimous(npi, "denied", voters=(CHAIR, BIRCH, COLE)))
    desk.ok("committee", "vote", MEETING, "--from", votes)
    desk.ok("committee", "decide", npi, "--decision", "denied", "--meeting", MEETING, "--reason", "the gap")
    for name in OTHERS:
        desk.ok("committee", "member", "add", name, "--since", "2026-03-01")
    desk.ok("committee", "appeal", npi, "--grounds", "it was explained")
    desk.ok("committee", "schedule", PANEL, "--panel", "appeal")
    return desk, npi


def hear(desk: Desk, npi: str, outcome: str, *options: str) -> Any:
    """Let the panel decide."""
    desk.ok("committee", "attend", PANEL, "--present", *OTHERS)
    desk.ok("committee", "vote", PANEL, "--from", votes_file(desk, *unanimous(npi, outcome, voters=OTHERS)))
    return desk.item("committee", "decide", npi, "--decision", outcome, "--meeting", PANEL, "--appeal", *options)


def letter(desk: Desk, npi: str) -> str:
    """Make the letters that are due, and return the newest."""
    folder = desk.folder / f"letters-{len(list(desk.folder.iterdir()))}"
    desk.ok("committee", "letters", "--due", "--npi", npi, "--out", folder)
    newest: Path = max(folder.iterdir(), key=lambda path: path.name)
    return newest.read_text(encoding="utf-8")


def apply_anew(desk: Desk, npi: str) -> None:
    """Sign a new application after the denial, which opens a round of its own."""
    again = form(
        npi=npi,
        first_name="Ben",
        last_name="Quill",
        date_of_birth="1960-06-07",
        email="ben.quill@example.org",
        license_1_number="77000",
        malpractice_insured_name="Ben Quill",
        malpractice_policy_number="MP-0",
        caqh_id="20000000",
        signed_name="Ben Quill",
        signed_on="2026-04-01",
        caqh_attested_on="2026-04-01",
    )
    desk.take_in(again, name="again.csv")


def test_the_letter_of_a_final_decision_offers_no_appeal(denied: tuple[Desk, str]) -> None:
    desk, npi = denied
    assert "You may appeal" in letter(desk, npi)
    desk.ok("committee", "letters", "--mark-sent", npi)
    desk.live_on(PANEL)
    hear(desk, npi, "denied", "--reason", "the gap stands")
    text = letter(desk, npi)
    assert "You may appeal" not in text
    assert "It is final" in text


def test_whoever_sat_where_it_was_decided_does_not_count_on_the_panel(denied: tuple[Desk, str]) -> None:
    desk, npi = denied
    desk.live_on(PANEL)
    # Dr Elm sat there and did not vote; Dr Dale was not there.
    desk.ok("committee", "attend", PANEL, "--present", DIRECTOR, DALE, *OTHERS[:1])
    move = ("--motion", "denied", "--moved-by", DALE, "--second", OTHERS[0])
    ran = desk.run("committee", "vote", PANEL, npi, *move, "--for", DIRECTOR)
    assert (ran.code, "sat in the meeting that decided" in ran.err) == (5, True), ran.err
    ran = desk.run("committee", "vote", PANEL, npi, *move, "--for", DALE, "--for", OTHERS[0])
    assert (ran.code, "2 of 3 needed (Dr Elm recused)" in ran.err) == (5, True), ran.err


def test_without_members_on_record_the_names_of_a_panel_are_others(desk: Desk) -> None:
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    there = ("--present", "Dr Ash", "Dr Birch", "Dr Cole")
    desk.ok("committee", "decide", npi, "--decision", "denied", "--reason", "x", "--meeting", MEETING, *there)
    desk.ok("committee", "appeal", npi, "--grounds", "y")
    desk.ok("committee", "schedule", PANEL, "--panel", "appeal")
    desk.live_on(PANEL)
    words = ("committee", "decide", npi, "--decision", "denied", "--reason", "z", "--meeting", PANEL, "--appeal")
    ran = desk.run(*words, "--present", "dr ash", "Dr Fir", "Dr Gum")
    assert (ran.code, "dr ash sat in the meeting" in ran.err) == (5, True), ran.err
    desk.ok(*words, "--present", "Dr Hazel", "Dr Fir", "Dr Gum")


def test_a_panel_s_agenda_is_the_appeals(denied: tuple[Desk, str]) -> None:
    desk, npi = denied
    desk.live_on(MEETING)
    item = desk.item("committee", "agenda", PANEL)
    assert (item["npi"], item["track"]) == (npi, "exception")
    assert item["reasons"][:3] == [
        "appeals against: denied on 2026-03-10: the gap",
        "grounds: it was explained",
        "asked for on 2026-03-10, is to be heard by 2026-05-09",
    ]
    paper = desk.ok("committee", "agenda", PANEL, "--as", "md").out
    assert "Appeals to hear" in paper
    assert "it was explained" in paper
    assert "Clean files" not in paper
    desk.ok("committee", "packet", PANEL, "--out", desk.folder / "packets", "--as", "md")
    (path,) = (desk.folder / "packets").iterdir()
    assert "grounds: it was explained" in path.read_text(encoding="utf-8")
    # Another meeting does not have it; and what is closed is heard, though the file is denied.
    desk.ok("committee", "schedule", "2026-04-21")
    assert desk.items("committee", "agenda", "2026-04-21") == []
    desk.ok("committee", "agenda", PANEL, "--close")
    desk.live_on(PANEL)
    hear(desk, npi, "denied", "--reason", "it stands")
    assert desk.item("committee", "agenda", PANEL)["pulled_because"] is None


def test_an_appeal_that_is_not_heard_in_time_is_overdue(denied: tuple[Desk, str]) -> None:
    desk, npi = denied
    desk.live_on("2026-05-09")
    assert not [one for one in desk.items("sweep", code=10) if one["kind"] == "appeal"]
    whats = [one["what"] for one in desk.items("today") if one["npi"] == npi]
    assert "hear the appeal" in whats
    desk.live_on("2026-05-10")
    line = next(one for one in desk.items("today") if one["what"].startswith("hear the appeal"))
    assert line["what"] == "hear the appeal: it was to be heard by 2026-05-09"
    assert line["due_on"] == "2026-05-09"
    assert desk.run("today", "--fail-on", "overdue").code == 10
    told = [one for one in desk.items("sweep", code=10) if one["kind"] == "appeal"]
    assert [(one["npi"], one["due_on"]) for one in told] == [(npi, "2026-05-09")]
    desk.ok("committee", "schedule", "2026-05-20", "--panel", "appeal")
    assert "was to be heard by 2026-05-09" in desk.ok("committee", "agenda", "2026-05-20", "--as", "md").out


def test_a_denial_upheld_leaves_a_newer_application_open(denied: tuple[Desk, str]) -> None:
    desk, npi = denied
    desk.live_on("2026-04-05")
    apply_anew(desk, npi)
    before = desk.status(npi)["stage"]
    assert before != "denied"
    desk.live_on(PANEL)
    made = hear(desk, npi, "denied", "--reason", "it stands")
    assert made["decision"] == "denied"
    assert desk.status(npi)["stage"] == before, "what was denied is the application that was appealed"
    with closing(sqlite3.connect(desk.folder / "credkit.db")) as store:
        cycles = store.execute("SELECT id, closed_on FROM cycles WHERE npi = ? ORDER BY rowid", (npi,)).fetchall()
        of = store.execute("SELECT cycle_id FROM decisions WHERE npi = ? ORDER BY rowid", (npi,)).fetchall()
    assert [closed for _, closed in cycles] == [MEETING, None]
    assert of == [(cycles[0][0],)] * 2


def test_an_appeal_is_decided_not_put_off(denied: tuple[Desk, str]) -> None:
    desk, npi = denied
    desk.live_on(PANEL)
    desk.ok("committee", "attend", PANEL, "--present", *OTHERS)
    words = ("committee", "decide", npi, "--decision", "tabled", "--reason", "late", "--meeting", PANEL, "--appeal")
    ran = desk.run(*words)
    assert (ran.code, "stays open until a panel decides it" in ran.err) == (2, True), ran.err
