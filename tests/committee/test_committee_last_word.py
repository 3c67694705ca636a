"""What ends an approval past the gate that nobody confirms, what pulls an exception from a closed docket, and what a decision
may not leave out."""

import sqlite3
from pathlib import Path

import pytest
from committees import BIRCH, CHAIR, COLE, DALE, DIRECTOR, VOTERS, ready_files, seat, unanimous, votes_file
from desk import Desk

MEETING, NEXT = "2026-03-17", "2026-03-24"


@pytest.fixture
def sitting(desk: Desk) -> tuple[Desk, str]:
    """A meeting with three members there, and one clean file."""
    seat(desk)
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    return desk, npi


def vote(desk: Desk, npi: str, motion: str = "approved", day: str = MEETING) -> None:
    desk.ok("committee", "vote", day, "--from", votes_file(desk, *unanimous(npi, motion)))


def decide(npi: str, decision: str, day: str, *options: str) -> tuple[str, ...]:
    return ("committee", "decide", npi, "--decision", decision, "--meeting", day, *options)


# --- an approval past the gate that is not confirmed ----------------------------------------------------------------


def past_the_gate(desk: Desk, npi: str) -> str:
    desk.ok("verify", "record", npi, "education", "--result", "fail", "--source", "registrar")
    vote(desk, npi)
    return str(desk.item(*decide(npi, "approved", MEETING, "--override", "we know her", "--state", "CO"))["id"])


def test_an_approval_past_the_gate_that_is_refused_holds_up_nothing_and_never_counts(
    sitting: tuple[Desk, str],
) -> None:
    desk, npi = sitting
    waiting = past_the_gate(desk, npi)
    ran = desk.run("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    assert (ran.code, "--refuse REASON" in ran.err) == (5, True)
    desk.ok("committee", "conflict", BIRCH, npi, "--reason", "a partner")
    ran = desk.run("confirm", waiting, "--actor", "elm")
    assert (ran.code, f"credkit confirm {waiting} --refuse REASON" in ran.err) == (5, True)
    desk.ok("confirm", waiting, "--refuse", "the vote has fallen", "--actor", "elm")
    assert desk.items("confirm") == []
    for again in (("confirm", waiting, "--actor", "elm"), ("confirm", waiting, "--refuse", "again", "--actor", "elm")):
        assert desk.run(*again).code != 0
    assert desk.status(npi)["stage"] != "network"
    desk.ok("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    assert (
        "refused by elm on 2026-03-17, and never in force: the vote has fallen"
        in desk.ok("committee", "minutes", MEETING).out
    )
    assert desk.items("committee", "letters", "--due") == []
    assert "decision.refused" in {event["verb"] for event in desk.items("audit", "log")}
    assert desk.item("audit", "verify")["sound"] is True
    # The file is the next meeting's, by the ordinary way.
    desk.live_on(NEXT)
    desk.ok("verify", "record", npi, "education", "--result", "pass", "--source", "registrar")
    desk.ok("committee", "schedule", NEXT)
    desk.ok("committee", "attend", NEXT, "--present", CHAIR, DIRECTOR, COLE)
    rows = unanimous(npi, voters=(CHAIR, DIRECTOR, COLE))
    desk.ok("committee", "vote", NEXT, "--from", votes_file(desk, *rows))
    desk.ok(*decide(npi, "approved", NEXT))
    assert desk.status(npi)["stage"] == "network"


def test_one_of_a_further_state_is_ended_too_so_that_the_state_may_join_later(sitting: tuple[Desk, str]) -> None:
    """The cycle is closed then: no denial or deferral could take its place."""
    desk, npi = sitting
    desk.ok("provider", "edit", npi, "--set", "states_of_practice=CO,KS", "--reason", "moves")
    vote(desk, npi)
    desk.ok(*decide(npi, "approved", MEETING, "--state", "CO"))
    desk.ok("committee", "schedule", NEXT)
    desk.live_on(NEXT)
    desk.ok("committee", "attend", NEXT, "--present", *VOTERS[:3])
    vote(desk, npi, day=NEXT)
    words = ("--override", "clients wait", "--state", "KS")
    waiting = desk.item(*decide(npi, "approved", NEXT, *words))["id"]
    desk.ok("confirm", waiting, "--refuse", "no license there", "--actor", "kim")
    assert desk.items("confirm") == []
    assert desk.status(npi)["stage"] == "network"
    assert list(desk.status(npi)["ready"]) in ([], ["CO"])
    desk.ok("committee", "minutes", NEXT, "--attest", "--actor", "ash")


def test_who_refuses_says_what(desk: Desk) -> None:
    ran = desk.run("confirm", "--refuse", "no")
    assert (ran.code, "Say what is refused" in ran.err) == (2, True)
    assert desk.run("confirm", "abc", "--refuse", "no").code == 2


# --- what was seen, and what was attested ---------------------------------------------------------------------------


def test_an_exception_that_got_worse_after_the_docket_closed_is_pulled(desk: Desk) -> None:
    """The committee would decide on less than there is; that a review was accepted since is no more than it saw."""
    seat(desk)
    worse, same = ready_files(desk, 2, exceptions=(0, 1))
    for npi in (worse, same):
        desk.ok("verify", "record", npi, "license", "--subject", "CO", "--result", "review", "--source", "the board")
    desk.ok("verify", "accept", worse, "license", "--subject", "CO", "--reason", "an old letter")
    desk.ok("committee", "schedule", MEETING)
    desk.ok("committee", "agenda", MEETING, "--close")
    desk.ok("verify", "accept", same, "license", "--subject", "CO", "--reason", "an old letter")
    desk.ok("verify", "record", worse, "education", "--result", "review", "--source", "the school")
    desk.ok("verify", "accept", worse, "education", "--reason", "a name misspelled")
    desk.live_on(MEETING)
    desk.load_leie("2026-03-15")
    desk.run("screen", "run", worse)
    desk.run("screen", "run", same)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    ran = desk.run("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(worse)))
    assert (ran.code, "more to weigh than the docket said: education: review accepted" in ran.err) == (3, True), ran.err
    desk.ok("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(same)))
    desk.ok(*decide(same, "approved", MEETING))


def test_minutes_that_do_not_read_as_they_were_attested_say_so(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    vote(desk, npi)
    desk.ok(*decide(npi, "approved", MEETING))
    desk.ok("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    assert "SHA-256 is another" not in desk.ok("committee", "minutes", MEETING).out
    connection = sqlite3.connect(Path(desk.folder) / "credkit.db")
    connection.execute("DROP TRIGGER minutes_not_updated")
    connection.execute("UPDATE minutes SET paper = replace(paper, 'Dr Ash', 'Dr Oak')")
    connection.commit()
    connection.close()
    ran = desk.ok("committee", "minutes", MEETING)
    assert "do not read as they did when they were attested" in ran.err
    assert "is not what was attested" in ran.out


def test_nothing_is_moved_into_an_attested_meeting(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    desk.ok("committee", "schedule", "2026-03-18")
    desk.ok("committee", "agenda", "2026-03-18", "--close")
    vote(desk, npi)
    desk.ok(*decide(npi, "approved", MEETING))
    desk.live_on("2026-03-18")
    desk.ok("committee", "attend", "2026-03-18", "--present", DALE)
    desk.ok("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    connection = sqlite3.connect(Path(desk.folder) / "credkit.db")
    target = f"(SELECT id FROM meetings WHERE held_on = '{MEETING}')"
    for table in ("attendance", "docket"):
        with pytest.raises(sqlite3.DatabaseError, match="frozen"):
            connection.execute(f"UPDATE OR REPLACE {table} SET meeting_id = {target}")
    connection.close()


def test_a_conflict_declared_after_attesting_changes_no_minutes_and_no_decision(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    vote(desk, npi)
    desk.ok(*decide(npi, "approved", MEETING))
    desk.ok("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    before, status = desk.ok("committee", "minutes", MEETING).out, desk.status(npi)
    desk.live_on("2026-03-18")
    desk.ok("committee", "conflict", BIRCH, npi, "--reason", "a partner")
    assert desk.ok("committee", "minutes", MEETING).out == before
    assert desk.status(npi)["stage"] == status["stage"] == "network"


# --- motions --------------------------------------------------------------------------------------------------------


def test_a_mover_who_is_recused_by_a_later_vote_takes_the_motion_with_them(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS)
    move = ("--motion", "approved", "--moved-by", COLE, "--second", BIRCH)
    desk.ok("committee", "vote", MEETING, npi, *move, *(word for name in VOTERS[:3] for word in ("--for", name)))
    desk.ok("committee", "vote", MEETING, npi, "--recused", COLE, "--reason", "a cousin")
    ran = desk.run(*decide(npi, "approved", MEETING))
    assert (ran.code, f"{COLE} put it, and is recused" in ran.err) == (5, True)


def test_a_tied_motion_is_decided_by_who_has_not_voted_or_at_the_next_meeting(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS)
    move = ("--motion", "approved", "--moved-by", CHAIR, "--second", BIRCH)
    tied = ("--for", CHAIR, "--for", BIRCH, "--against", COLE, "--against", DIRECTOR)
    assert desk.item("committee", "vote", MEETING, npi, *move, *tied)["carried"] is False
    ran = desk.run(*decide(npi, "approved", MEETING))
    assert (ran.code, "goes to the next meeting" in " ".join(ran.err.split())) == (5, True)
    desk.ok("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    desk.ok("committee", "schedule", NEXT)
    desk.live_on(NEXT)
    desk.ok("committee", "attend", NEXT, "--present", *VOTERS[:3])
    assert [one["npi"] for one in desk.items("committee", "agenda", NEXT)] == [npi]
    vote(desk, npi, day=NEXT)
    desk.ok(*decide(npi, "approved", NEXT))


def test_a_further_vote_is_on_the_motion_that_was_put(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS)
    move = ("--motion", "approved", "--moved-by", CHAIR, "--second", BIRCH)
    desk.ok("committee", "vote", MEETING, npi, *move, "--for", CHAIR)
    ran = desk.run("committee", "vote", MEETING, npi, "--moved-by", COLE, "--second", DALE, "--for", BIRCH)
    assert ran.code == 5
    assert f"was moved by {CHAIR}, not by {COLE}" in ran.err
    assert f"was seconded by {BIRCH}, not by {DALE}" in ran.err
    desk.ok("committee", "vote", MEETING, npi, *move, "--for", BIRCH, "--for", COLE)
    desk.ok(*decide(npi, "approved", MEETING))


# --- what a decision may not leave out ------------------------------------------------------------------------------


def test_no_approval_for_a_while_of_a_file_with_a_check_that_failed(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    desk.ok("verify", "record", npi, "education", "--result", "fail", "--source", "registrar")
    vote(desk, npi)
    ran = desk.run(*decide(npi, "approved", MEETING, "--provisional"))
    assert (ran.code, "not approved provisionally" in ran.err, "education: failed" in ran.err) == (5, True, True)
    assert desk.status(npi)["stage"] != "network"


def test_a_denial_knows_every_finding(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    vote(desk, npi, "denied")
    desk.live_on("2026-03-25")
    desk.ok("verify", "record", npi, "education", "--result", "pass", "--source", "registrar")
    ran = desk.run(*decide(npi, "denied", MEETING, "--reason", "no degree"))
    assert (ran.code, "verified again on 2026-03-25" in ran.err) == (2, True)
