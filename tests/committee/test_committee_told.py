"""What is told of a meeting afterwards: letters and their clocks, notices of what differs, and minutes that leave nothing
out."""

import pytest
from committees import BIRCH, CHAIR, COLE, DALE, DIRECTOR, VOTERS, ready_files, seat, unanimous, votes_file
from desk import Desk

MEETING = "2026-03-10"


@pytest.fixture
def sitting(desk: Desk) -> Desk:
    """A committee of five, all of whom are there."""
    seat(desk)
    desk.ok("committee", "schedule", MEETING)
    return desk


def attend(desk: Desk) -> None:
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS)


def test_a_notice_leaves_out_what_no_source_contradicts(desk: Desk) -> None:
    (npi,) = ready_files(desk, 1, exceptions=(0,))
    ran = desk.run("committee", "letters", "--discrepancies", "--npi", npi, "--out", desk.folder / "notices")
    assert (ran.code, "Nothing that was compared differs" in ran.err) == (5, True), "a disclosure is the provider's own"
    desk.ok("provider", "edit", npi, "--set", "last_name=Brandt", "--reason", "married")
    desk.run("verify", "run", npi)
    desk.ok("committee", "letters", "--discrepancies", "--npi", npi, "--out", desk.folder / "notices")
    (path,) = (desk.folder / "notices").iterdir()
    text = path.read_text(encoding="utf-8")
    assert "npi, name: you gave Ben Brandt" in text
    assert "disclosures" not in text
    assert "felony" not in text
    assert "Settled in 2001" not in text


def test_the_clock_of_a_letter_runs_from_the_second_person_s_word(sitting: Desk) -> None:
    desk = sitting
    (npi,) = ready_files(desk, 1)
    desk.ok("verify", "record", npi, "education", "--result", "fail", "--source", "registrar")
    attend(desk)
    desk.ok("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(npi)))
    words = ("--override", "we know her", "--state", "CO", "--meeting", MEETING)
    made = desk.item("committee", "decide", npi, "--decision", "approved", *words)
    assert "no second person has confirmed" in desk.ok("committee", "minutes", MEETING).out
    desk.live_on("2026-04-20")
    assert desk.items("committee", "letters", "--due") == []
    assert not [one for one in desk.items("today") if "letter" in one["what"]], "nothing counts yet, nothing is told"
    desk.ok("confirm", made["id"], "--actor", "elm")
    letter = desk.item("committee", "letters", "--due")
    assert (letter["due_on"], letter["overdue"]) == ("2026-05-20", False)
    assert [one["due_on"] for one in desk.items("today") if "letter" in one["what"]] == ["2026-05-20"]
    desk.ok("committee", "letters", "--due", "--out", desk.folder / "letters")
    (path,) = (desk.folder / "letters").iterdir()
    assert "holds through 2029-03-31." in path.read_text(encoding="utf-8")
    minutes = desk.ok("committee", "minutes", MEETING).out
    assert "recorded by kim, confirmed by elm on 2026-04-20" in minutes
    desk.ok("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    assert "confirmed by elm on 2026-04-20" in desk.ok("committee", "minutes", MEETING).out


def test_minutes_hold_what_failed_and_what_was_not_decided(sitting: Desk) -> None:
    desk = sitting
    failed, waiting, short = ready_files(desk, 3)
    attend(desk)

    def vote(npi: str, motion: str, *words: str) -> None:
        desk.ok("committee", "vote", MEETING, npi, "--motion", motion, "--moved-by", CHAIR, "--second", BIRCH, *words)

    vote(failed, "denied", "--for", CHAIR, "--against", BIRCH, "--against", COLE)
    vote(waiting, "approved", "--for", CHAIR, "--for", BIRCH, "--for", COLE)
    vote(short, "approved", "--for", CHAIR, "--for", BIRCH)
    text = desk.ok("committee", "minutes", MEETING).out
    _, _, after = text.partition("Motions that led to no decision")
    blocks = {npi: after[after.index(npi) :].split("### ")[0] for npi in (failed, waiting, short)}
    assert "denied" in blocks[failed]
    assert "1 for, 2 against" in blocks[failed]
    assert "failed" in blocks[failed]
    assert CHAIR in blocks[failed]
    assert BIRCH in blocks[failed]
    assert "carried, and no decision is recorded" in blocks[waiting]
    assert "no quorum voted" in blocks[short]
    assert DALE in text
    assert DIRECTOR in text
    desk.ok("committee", "decide", waiting, "--decision", "approved", "--meeting", MEETING)
    _, _, after = desk.ok("committee", "minutes", MEETING).out.partition("Motions that led to no decision")
    assert (failed in after, waiting in after) == (True, False)
