"""What happened between two steps of a committee: an approval that was refused, a check that failed before the second person's
word, a state that became ready after the docket was closed, a meeting that came back."""

import pytest
from committees import BIRCH, VOTERS, ready_files, seat, unanimous, votes_file
from desk import Desk

MEETING, NEXT = "2026-03-17", "2026-03-24"


@pytest.fixture
def committee(desk: Desk) -> Desk:
    """A committee, and a meeting on the calendar."""
    seat(desk)
    desk.ok("committee", "schedule", MEETING)
    return desk


def vote(desk: Desk, npi: str, motion: str = "approved", day: str = MEETING) -> None:
    desk.ok("committee", "attend", day, "--present", *VOTERS[:3])
    desk.ok("committee", "vote", day, "--from", votes_file(desk, *unanimous(npi, motion)))


def decide(npi: str, *options: str, decision: str = "approved", day: str = MEETING) -> tuple[str, ...]:
    return ("committee", "decide", npi, "--decision", decision, "--meeting", day, *options)


def past_the_gate(desk: Desk, npi: str) -> str:
    return str(desk.item(*decide(npi, "--override", "we know her", "--state", "CO"))["id"])


def test_a_conflict_declared_after_a_refused_approval_counts_for_the_next_decision(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    desk.live_on(f"{MEETING}T09:00:00")
    desk.ok("verify", "record", npi, "license", "--subject", "CO", "--result", "review", "--source", "the board")
    vote(desk, npi)
    waiting = past_the_gate(desk, npi)
    desk.live_on(f"{MEETING}T10:00:00")
    desk.ok("committee", "conflict", BIRCH, npi, "--reason", "a partner")
    desk.ok("confirm", waiting, "--refuse", "the vote has fallen")
    desk.ok("verify", "accept", npi, "license", "--subject", "CO", "--reason", "an old letter")
    desk.live_on(f"{MEETING}T11:00:00")
    ran = desk.run(*decide(npi))
    assert (ran.code, "2 of 3 needed (Dr Birch recused)" in ran.err) == (5, True), ran.err
    assert desk.status(npi)["stage"] == "committee"


@pytest.mark.parametrize("result", ["fail", "review"])
def test_what_went_wrong_before_the_second_word_is_not_confirmed(committee: Desk, result: str) -> None:
    """Nobody has weighed it: neither the committee nor who asked for the approval."""
    desk = committee
    (npi,) = ready_files(desk, 1)
    desk.live_on(MEETING)
    desk.ok("verify", "record", npi, "education", "--result", "fail", "--source", "registrar")
    vote(desk, npi)
    waiting = past_the_gate(desk, npi)
    desk.live_on("2026-03-20")
    desk.ok("verify", "record", npi, "claims_history", "--result", result, "--source", "the carrier")
    ran = desk.run("confirm", waiting, "--actor", "elm")
    assert (ran.code, "claims" in ran.err, "education" in ran.err) == (5, True, False), ran.err
    assert f"credkit confirm {waiting} --refuse REASON" in ran.err
    assert desk.status(npi)["stage"] != "network"
    # What is right again, or was known to be wrong, stands in nobody's way.
    desk.ok("verify", "record", npi, "claims_history", "--result", "pass", "--source", "the carrier")
    desk.ok("confirm", waiting, "--actor", "elm")
    assert desk.status(npi)["stage"] == "network"


def test_a_state_that_was_not_on_the_closed_docket_goes_to_the_next_meeting(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    license_ = {"state": "KS", "number": "K77", "type": "LCSW", "issued_on": "2015-03-31", "expires_on": "2027-03-31"}
    facts = [word for key, value in license_.items() for word in ("--set", f"license_2_{key}={value}")]
    desk.ok("provider", "edit", npi, "--reason", "the form", "--set", "states_of_practice=CO,KS", *facts)
    desk.run("verify", "run", npi)
    assert desk.item("committee", "agenda", MEETING, "--close")["states"] == ["CO"]
    desk.live_on(MEETING)
    desk.load_leie("2026-03-15")
    desk.ok("screen", "run", npi)
    desk.ok("verify", "record", npi, "license", "--subject", "KS", "--result", "pass", "--source", "the board")
    vote(desk, npi)
    ran = desk.run(*decide(npi, "--state", "CO,KS"))
    assert (ran.code, "KS" in ran.err, "closed for CO" in ran.err) == (5, True, True), ran.err
    assert desk.item(*decide(npi))["states"] == ["CO"]
    desk.ok("committee", "schedule", NEXT)
    assert desk.item("committee", "agenda", NEXT, "--close")["states"] == ["KS"]


def test_a_meeting_that_came_back_has_none_of_what_went_to_another(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "agenda", MEETING, "--close")
    desk.ok("committee", "cancel", MEETING, "--reason", "snow")
    desk.ok("committee", "schedule", NEXT)
    desk.ok("committee", "agenda", NEXT, "--close")
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    ran = desk.run("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(npi, "denied")))
    assert (ran.code, f"it went to the meeting of {NEXT}" in ran.err) == (3, True), ran.err


def test_a_condition_is_met_between_its_decision_and_today(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    desk.live_on(MEETING)
    vote(desk, npi, "approved_with_conditions")
    words = ("--condition", "supervision", "--due", "2026-06-30")
    desk.ok(*decide(npi, *words, decision="approved_with_conditions"))
    (condition,) = desk.items("committee", "condition", "list")
    for day in ("2026-03-16", "2026-03-18"):
        ran = desk.run("committee", "condition", "met", condition["id"], "--how", "a contract", "--met-on", day)
        assert (ran.code, f"set on {MEETING}" in ran.err) == (2, True), ran.err
    desk.ok("committee", "condition", "met", condition["id"], "--how", "a contract", "--met-on", MEETING)


def test_a_closed_docket_binds_a_meeting_of_names_too(desk: Desk) -> None:
    """Before the first member is on record, names are given; what was pulled is approved by them no more than by votes."""
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", MEETING)
    desk.ok("committee", "agenda", MEETING, "--close")
    desk.ok("provider", "edit", npi, "--reason", "a letter", "--set", "email=new@example.org")
    desk.live_on(MEETING)
    desk.load_leie("2026-03-15")
    desk.ok("screen", "run", npi)
    ran = desk.run(*decide(npi, "--present", *VOTERS[:3]))
    assert (ran.code, "was pulled: what the provider claims has changed" in ran.err) == (5, True), ran.err


def test_a_member_leaves_no_earlier_than_their_last_meeting(committee: Desk) -> None:
    """Else somebody new of the same name would be counted beside them."""
    desk = committee
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:2])
    ran = desk.run("committee", "member", "end", VOTERS[0], "--until", "2026-03-16")
    assert (ran.code, f"was at the meeting of {MEETING}" in ran.err) == (5, True), ran.err
    desk.ok("committee", "member", "end", VOTERS[0], "--until", MEETING)
