"""Who has a say in a file, and who has none any more: conflicts declared late, motions put by the recused, the medical
director against the committee, and one person under two names."""

import pytest
from committees import BIRCH, COLE, DIRECTOR, VOTERS, ready_files, seat, unanimous, votes_file
from desk import Desk

MEETING = "2026-03-17"


@pytest.fixture
def sitting(desk: Desk) -> tuple[Desk, str]:
    """A meeting with three members there, and one clean file on which they voted for approval."""
    seat(desk)
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    there = [word for name in VOTERS[:3] for word in ("--present", name)]
    desk.ok("committee", "attend", MEETING, *there)
    return desk, npi


def vote(desk: Desk, npi: str, motion: str = "approved") -> None:
    desk.ok("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(npi, motion)))


def test_a_conflict_declared_after_the_day_takes_the_quorum(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    vote(desk, npi)
    desk.live_on("2026-03-18")
    desk.ok("committee", "conflict", BIRCH, npi, "--reason", "a partner")
    ran = desk.run("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING)
    assert ran.code == 5
    assert "quorum" in ran.err.lower()


def test_a_conflict_declared_after_the_decision_changes_no_record(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    vote(desk, npi)
    desk.ok("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING)
    before = desk.ok("committee", "minutes", MEETING).out
    desk.live_on("2026-03-18")
    desk.ok("committee", "conflict", BIRCH, npi, "--reason", "a partner")
    assert desk.ok("committee", "minutes", MEETING).out == before


def test_a_motion_of_somebody_recused_does_not_stand(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    there = [word for name in VOTERS for word in ("--present", name)]
    desk.ok("committee", "attend", MEETING, *there)
    rows = [(npi, "approved", COLE, BIRCH, voter, "for") for voter in VOTERS]
    desk.ok("committee", "vote", MEETING, "--from", votes_file(desk, *rows))
    desk.ok("committee", "conflict", COLE, npi, "--reason", "a partner")
    ran = desk.run("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING)
    assert ran.code == 5
    assert "does not stand" in ran.err


@pytest.mark.parametrize("motion", ["denied", "approved"])
def test_the_medical_director_leaves_the_committee_what_it_voted_on(sitting: tuple[Desk, str], motion: str) -> None:
    desk, npi = sitting
    vote(desk, npi, motion)
    words = ("committee", "decide", npi, "--decision", "approved", "--by", "medical_director", "--actor", "elm")
    ran = desk.run(*words)
    assert ran.code == 5
    assert "it is the committee's" in ran.err


def test_nor_signs_off_a_file_that_they_are_in_conflict_with(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    words = ("committee", "decide", npi, "--decision", "approved", "--by", "medical_director", "--actor", "elm")
    desk.ok("committee", "conflict", DIRECTOR, npi, "--reason", "own file")
    ran = desk.run(*words)
    assert ran.code == 5
    assert "own file" in ran.err


def test_nor_approves_for_a_while_what_failed(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    desk.ok("verify", "record", npi, "education", "--result", "fail", "--source", "registrar")
    words = ("committee", "decide", npi, "--decision", "approved", "--provisional", "--by", "medical_director")
    ran = desk.run(*words, "--actor", "elm")
    assert ran.code == 5
    assert "checks that failed" in ran.err


def test_an_approval_knows_every_finding(sitting: tuple[Desk, str]) -> None:
    """What was found after the meeting's day is not left out by dating the approval before it."""
    desk, npi = sitting
    vote(desk, npi)
    desk.live_on("2026-03-25")
    desk.ok("verify", "record", npi, "education", "--result", "fail", "--source", "registrar")
    ran = desk.run("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING)
    assert ran.code == 2
    assert "2026-03-25" in ran.err


def test_an_import_decides_no_application_that_is_open_here(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    path = desk.folder / "before.csv"
    path.write_text(f"npi,states,decided_on\n{npi},CO,{MEETING}\n", encoding="utf-8")
    ran = desk.run("committee", "import", path)
    assert ran.code == 3
    assert "was with us by" in ran.out + ran.err
    assert desk.status(npi)["stage"] != "approved"


@pytest.mark.parametrize("same", ["elm", "ELM", "Dr Elm", "Élm", "\uff45lm", "e\u200blm"])
def test_the_second_person_is_another_however_they_spell_it(sitting: tuple[Desk, str], same: str) -> None:
    desk, npi = sitting
    desk.ok("verify", "record", npi, "education", "--result", "fail", "--source", "registrar")
    vote(desk, npi)
    words = ("--override", "we know her", "--state", "CO", "--actor", "elm")
    made = desk.item("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING, *words)
    assert desk.run("confirm", made["id"], "--actor", same).code == 5
    desk.ok("confirm", made["id"], "--actor", "kim")
