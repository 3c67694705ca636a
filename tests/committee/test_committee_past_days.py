"""Days that are over: a meeting put on record late, one that was cancelled after all, decisions from before, and files that a
meeting left undecided."""

import pytest
from committees import BIRCH, CHAIR, COLE, DIRECTOR, VOTERS, ready_files, seat, unanimous, votes_file
from desk import Desk, form
from factories import NPI

MEETING, NEXT = "2026-03-17", "2026-03-24"


@pytest.fixture
def committee(desk: Desk) -> Desk:
    seat(desk)
    return desk


def decide(npi: str, decision: str, day: str, *options: str) -> tuple[str, ...]:
    return ("committee", "decide", npi, "--decision", decision, "--meeting", day, *options)


def test_a_meeting_is_on_the_calendar_before_it_is_held_or_its_minutes_say_why_not(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    desk.live_on("2026-03-18")
    ran = desk.run("committee", "schedule", MEETING)
    assert (ran.code, "--late REASON" in ran.err) == (2, True)
    assert desk.items("committee", "meetings") == []
    ran = desk.run("committee", "schedule", "2026-03-18", "--late", "forgotten")
    assert (ran.code, "is not past" in ran.err) == (2, True)
    desk.ok("committee", "schedule", MEETING, "--late", "the calendar was on paper")
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    desk.ok("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(npi)))
    desk.ok(*decide(npi, "approved", MEETING))
    minutes = desk.ok("committee", "minutes", MEETING).out
    assert "on 2026-03-18, after it was held: the calendar was on paper" in minutes


def test_who_was_there_before_it_was_cancelled_makes_no_quorum_after(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    desk.ok("committee", "cancel", MEETING, "--reason", "snow")
    desk.ok("committee", "schedule", MEETING)
    assert desk.item("committee", "meetings")["present"] == []
    ran = desk.run("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(npi)))
    assert (ran.code, "was not there" in ran.err) == (3, True), ran.err
    assert "snow" not in desk.ok("committee", "minutes", MEETING).out
    desk.ok("audit", "verify")


def test_what_was_decided_elsewhere_meanwhile_is_pulled_from_the_docket_of_a_day_that_came_back(
    committee: Desk,
) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", MEETING)
    desk.ok("committee", "agenda", MEETING, "--close")
    desk.ok("committee", "cancel", MEETING, "--reason", "snow")
    desk.live_on("2026-03-10")
    words = ("--decision", "approved", "--by", "medical_director", "--actor", "elm")
    desk.ok("committee", "decide", npi, *words)
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    ran = desk.run("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(npi, "terminated")))
    assert (ran.code, "approved on 2026-03-10, since the docket was closed" in ran.err) == (3, True), ran.err


def test_a_file_whose_motion_was_tied_goes_to_the_next_docket(committee: Desk) -> None:
    desk = committee
    tied, carried = ready_files(desk, 2)
    desk.ok("committee", "schedule", MEETING)
    desk.ok("committee", "schedule", NEXT)
    desk.ok("committee", "agenda", MEETING, "--close")
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:4])
    two = ("--for", CHAIR, "--for", BIRCH, "--against", COLE, "--against", DIRECTOR)
    move = ("--motion", "approved", "--moved-by", CHAIR, "--second", BIRCH)
    desk.ok("committee", "vote", MEETING, tied, *move, *two)
    desk.ok("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(carried)))
    desk.live_on("2026-03-18")
    desk.ok("committee", "agenda", NEXT, "--close")
    assert [one["npi"] for one in desk.items("committee", "agenda", NEXT)] == [tied]
    assert desk.run(*decide(tied, "approved", MEETING)).code == 5
    desk.ok(*decide(carried, "approved", MEETING))


def test_a_member_is_known_without_the_title(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    ran = desk.run("committee", "member", "add", "Ash", "--role", "member")
    assert (ran.code, "Dr Ash is on the committee already" in ran.err) == (2, True)
    desk.ok("committee", "member", "add", "Jo Ash", "--since", "2026-01-01")
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    made = desk.item("committee", "attend", MEETING, "--present", "Ash", "Birch, MD", "Prof. Cole")
    assert (made["present"], made["quorum_counted"]) == ([CHAIR, BIRCH, COLE], 3)
    rows = [(npi, "approved", "Ash", "birch", voter, "for") for voter in ("Dr. Ash", "Birch", "COLE")]
    desk.ok("committee", "vote", MEETING, "--from", votes_file(desk, *rows))
    ran = desk.run("committee", "vote", MEETING, npi, "--for", "Ash")
    assert (ran.code, "Dr Ash has voted on" in ran.err) == (5, True)
    desk.ok(*decide(npi, "approved", MEETING))


def test_one_person_with_and_without_title_makes_no_quorum(desk: Desk) -> None:
    """Before the committee is on record, names are counted."""
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    ran = desk.run(*decide(npi, "approved", MEETING, "--present", "Dr. Ash", "Ash", "Birch"))
    assert (ran.code, "No quorum: 2 present" in ran.err) == (5, True)


def test_a_file_of_earlier_decisions_may_come_again_when_the_provider_was_decided_here_since(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    path = desk.folder / "before.csv"
    path.write_text(f"npi,states,decided_on\n{npi},CO,2021-04-10\n{npi},CO,2023-05-14\n", encoding="utf-8")
    desk.ok("committee", "import", path)
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    desk.ok("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(npi, "terminated")))
    desk.ok(*decide(npi, "terminated", MEETING, "--reason", "left"))
    again = desk.run("committee", "import", path, "--json")
    assert (again.code, [item["outcome"] for item in again.json()["items"]]) == (0, ["unchanged", "unchanged"])


def test_what_is_decided_while_the_provider_is_with_us_passes_the_gate(desk: Desk) -> None:
    """An import of it would approve without the gate; that the application is not open yet is no way around."""
    desk.take_in(form(signed_on="", signed_name=""))
    path = desk.folder / "before.csv"
    for today, decided_on in (("2026-03-02", "2026-03-02"), ("2026-03-20", "2026-03-20"), ("2026-03-20", "2026-03-10")):
        desk.live_on(today)
        path.write_text(f"npi,states,decided_on\n{NPI},CO,{decided_on}\n", encoding="utf-8")
        ran = desk.run("committee", "import", path, "--json")
        assert ran.code == 3
        (row,) = ran.json()["items"]
        assert "with us" in row["detail"]
    assert desk.status()["stage"] != "network"
    path.write_text(f"npi,states,decided_on\n{NPI},CO,2026-01-15\n", encoding="utf-8")
    desk.ok("committee", "import", path)


def test_a_closed_application_is_no_way_around_the_gate_either(committee: Desk) -> None:
    """After a withdrawn one no application is open: an approval of today still takes one."""
    desk = committee
    (npi,) = ready_files(desk, 1)
    path = desk.folder / "before.csv"
    path.write_text(f"npi,states,decided_on,decision\n{npi},CO,2026-01-10,withdrawn\n", encoding="utf-8")
    desk.ok("committee", "import", path)
    path.write_text(f"npi,states,decided_on,decision\n{npi},CO,2026-03-02,approved\n", encoding="utf-8")
    ran = desk.run("committee", "import", path, "--json")
    (row,) = ran.json()["items"]
    assert (ran.code, row["outcome"], "passes the gate" in row["detail"]) == (3, "rejected", True)
