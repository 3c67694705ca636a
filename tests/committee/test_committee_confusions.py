"""What people type by mistake, or twice, or by another spelling: taken rightly, or refused in words."""

import pytest
from committees import BIRCH, CHAIR, COLE, DIRECTOR, VOTERS, ready_files, seat, unanimous, votes_file
from desk import Desk

MEETING, NEXT = "2026-03-10", "2026-03-17"


@pytest.fixture
def committee(desk: Desk) -> Desk:
    """A committee of five with a meeting."""
    seat(desk)
    desk.ok("committee", "schedule", MEETING)
    return desk


def test_a_decision_is_dated_by_its_meeting_and_not_by_on(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    words = ("committee", "decide", npi, "--decision", "approved", "--by", "medical_director", "--actor", "elm")
    for ran in (desk.run(*words, "--on", "2026-02-25"), desk.run("--on", "2026-02-25", *words)):
        assert (ran.code, "--on has no place here" in ran.err) == (2, True), ran.err
    assert desk.status(npi)["stage"] == "committee"


def test_a_cancelled_day_can_be_a_meeting_s_again(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "cancel", MEETING, "--reason", "snow")
    desk.ok("committee", "schedule", MEETING, "--mode", "video")
    ran = desk.run("committee", "schedule", MEETING)
    assert (ran.code, "already a meeting" in ran.err) == (2, True)
    meeting = desk.item("committee", "meetings")
    assert (meeting["status"], meeting["mode"]) == ("scheduled", "video")
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    desk.ok("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(npi)))
    desk.ok("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING)
    verbs = [event["verb"] for event in desk.items("audit", "log") if event["verb"].startswith("meeting.")]
    assert sorted(verbs)[:4] == ["meeting.attended", "meeting.cancelled", "meeting.scheduled", "meeting.scheduled"]
    desk.ok("audit", "verify")


def test_minutes_of_a_meeting_of_nobody_are_not_attested(committee: Desk) -> None:
    desk = committee
    desk.live_on(MEETING)
    ran = desk.run("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    assert (ran.code, "Nobody is recorded as present" in ran.err) == (5, True), ran.err
    assert desk.item("committee", "meetings")["attested_by"] is None
    desk.ok("committee", "attend", MEETING, "--present", CHAIR)
    desk.ok("committee", "minutes", MEETING, "--attest", "--actor", "ash")


def test_no_file_is_on_two_closed_dockets(committee: Desk) -> None:
    desk = committee
    first, second, third = ready_files(desk, 3)
    desk.ok("committee", "schedule", NEXT)
    desk.ok("committee", "agenda", MEETING, "--close")
    ran = desk.ok("committee", "agenda", NEXT, "--close")
    assert ran.err.count("is on the closed docket of another meeting") == 3
    assert desk.items("committee", "agenda", NEXT) == []
    desk.ok("committee", "schedule", "2026-03-24")

    # The first decides one, votes on another, and does not come to the third: that one goes on.
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    votes = votes_file(desk, *unanimous(first), *unanimous(second))
    desk.ok("committee", "vote", MEETING, "--from", votes)
    desk.ok("committee", "decide", first, "--decision", "approved", "--meeting", MEETING)
    desk.live_on("2026-03-20")
    ran = desk.ok("committee", "agenda", "2026-03-24", "--close")
    assert f"{second} is on the closed docket of another meeting" in ran.err
    assert [one["npi"] for one in desk.items("committee", "agenda", "2026-03-24")] == [third]
    pulled = {one["npi"]: one["pulled_because"] for one in desk.items("committee", "agenda", MEETING)}
    assert pulled == {first: None, second: None, third: "not decided there: it goes to the meeting of 2026-03-24"}
    ran = desk.run("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(third)))
    assert ran.code != 0
    desk.ok("committee", "decide", second, "--decision", "approved", "--meeting", MEETING)


def test_a_cancelled_meeting_lets_its_files_go(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "agenda", MEETING, "--close")
    desk.ok("committee", "cancel", MEETING, "--reason", "snow")
    desk.ok("committee", "schedule", NEXT)
    desk.ok("committee", "agenda", NEXT, "--close")
    assert [one["npi"] for one in desk.items("committee", "agenda", NEXT)] == [npi]


def test_votes_and_decisions_from_standard_input(committee: Desk) -> None:
    desk = committee
    one, other = ready_files(desk, 2)
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    votes = votes_file(desk, *unanimous(one)).read_text(encoding="utf-8")
    ran = desk.run("committee", "vote", MEETING, "--from", "-", input=votes)
    assert ran.code == 0, ran.err
    desk.ok("committee", "decide", one, "--decision", "approved", "--meeting", MEETING)
    before = f"npi,states,decided_on\n{other},CO,2024-05-14\n"
    ran = desk.run("committee", "import", "-", input=before)
    assert ran.code == 0, ran.err
    assert desk.status(other)["recredential_by"] == "2027-05-31"
    ran = desk.run("committee", "import", "-", input="")
    assert (ran.code, "Columns: npi, states" in ran.err) == (3, True), ran.err


def test_what_is_imported_twice_is_listed_as_there(desk: Desk) -> None:
    (npi,) = ready_files(desk, 1)
    path = desk.folder / "before.csv"
    path.write_text(f"npi,states,decided_on\n{npi},CO,2024-05-14\n", encoding="utf-8")
    desk.ok("committee", "import", path)
    ran = desk.ok("committee", "import", path)
    assert npi in ran.out
    assert "unchanged" in ran.out
    assert "on file since 2026-03-02" in ran.out
    item = desk.item("committee", "import", path)
    assert (item["decision"], item["decided_on"], item["states"]) == ("approved", "2024-05-14", ["CO"])


def test_members_are_known_however_they_are_written(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    ran = desk.run("committee", "member", "add", "Dr. Ash", "--role", "member")
    assert (ran.code, "is on the committee already" in ran.err) == (2, True)
    desk.ok("committee", "member", "add", "José Núñez-Lee", "--since", "2026-01-01")
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", "Dr. Ash", "dr  birch", "DR.COLE", "Jose Nunez Lee")
    assert desk.item("committee", "meetings")["present"] == [CHAIR, BIRCH, COLE, "José Núñez-Lee"]
    move = ("--motion", "approved", "--moved-by", "Dr. Ash", "--second", "Dr.Birch")
    ran = desk.run("committee", "vote", MEETING, npi, *move, "--for", "Dr. Ash", "--for", "Dr Ash")
    assert (ran.code, "has voted on" in ran.err) == (5, True), ran.err
    desk.ok("committee", "vote", MEETING, npi, *move, "--for", "Dr. Ash", "--for", "Dr. Birch", "--for", "dr cole")
    ran = desk.run("committee", "conflict", "Dr Ashe", npi, "--reason", "x")
    assert (ran.code, "is not on the committee" in ran.err) == (2, True)
    assert DIRECTOR not in desk.item("committee", "meetings")["present"]


def test_one_person_in_two_spellings_makes_no_quorum(desk: Desk) -> None:
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", MEETING)
    desk.live_on(MEETING)
    there = ("--present", "Dr Ash", "Dr. Ash", "Dr Birch")
    ran = desk.run("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING, *there)
    assert (ran.code, "2 present, 3 needed" in ran.err) == (5, True), ran.err
