"""Three meetings of a docket of thirty: without a quorum, with recusals that break it, and an appeal."""

import json
from pathlib import Path
from typing import Any

import pytest
from committees import BIRCH, CHAIR, COLE, DALE, DIRECTOR, VOTERS, ready_files, seat, unanimous, votes_file
from conftest import Ran
from desk import Desk
from factories import NPI

HELD, SECOND, PANEL = "2026-03-10", "2026-03-17", "2026-04-20"


def attend(desk: Desk, day: str, *names: str) -> Any:
    """Record who was there."""
    return desk.item("committee", "attend", day, "--present", *names)


def decide(desk: Desk, npi: str, decision: str, day: str, *options: str) -> Ran:
    """Try to record a decision of a meeting."""
    return desk.run("committee", "decide", npi, "--decision", decision, "--meeting", day, *options)


@pytest.fixture
def committee(desk: Desk) -> Desk:
    """Return a practice with a committee of five."""
    seat(desk)
    return desk


def test_three_meetings_of_thirty_files(committee: Desk) -> None:
    desk = committee
    npis = ready_files(desk, 30, exceptions=(2, 11, 20, 29))
    odd = [npis[place] for place in (2, 11, 20, 29)]
    clean = [npi for npi in npis if npi not in odd]

    # The first has no quorum: two of three, and the staff do not vote.
    desk.ok("committee", "schedule", HELD, "--mode", "video")
    desk.live_on(HELD)
    listed = desk.items("committee", "agenda", HELD)
    assert [item["track"] for item in listed] == ["clean"] * 26 + ["exception"] * 4
    met = attend(desk, HELD, CHAIR, BIRCH, "Kim Lee")
    assert (met["quorum_needed"], met["quorum_counted"], met["mode"]) == (3, 2, "video")
    ran = desk.run("committee", "vote", HELD, "--from", votes_file(desk, *unanimous(clean[0], voters=(CHAIR, BIRCH))))
    assert (ran.code, "No quorum: 2 of 3 needed" in ran.err) == (3, True), ran.err
    ran = decide(desk, clean[0], "approved", HELD)
    assert (ran.code, "No quorum" in ran.err) == (5, True)

    # The second decides, on a docket that was closed before.
    desk.ok("committee", "schedule", SECOND)
    closed = desk.run("committee", "agenda", SECOND, "--close")
    assert (closed.code, "30 files" in closed.err) == (0, True)
    desk.live_on(SECOND)
    attend(desk, SECOND, *VOTERS[:4])
    desk.ok("committee", "conflict", CHAIR, odd[1], "--reason", "same practice")
    desk.ok("committee", "conflict", COLE, odd[1], "--reason", "a competitor")
    rows = unanimous("clean")
    rows += unanimous(odd[0], "approved_with_conditions", voters=(BIRCH, COLE, DIRECTOR))
    rows += [*unanimous(odd[2], "denied", voters=(CHAIR, BIRCH, DIRECTOR)), (odd[2], "", "", "", COLE, "against")]
    rows += [
        *unanimous(odd[3], "approved", voters=(CHAIR, BIRCH)),
        (odd[3], "", "", "", COLE, "against"),
        (odd[3], "", "", "", DIRECTOR, "against"),
    ]
    path = votes_file(desk, *rows)
    ballots = desk.items("committee", "vote", SECOND, "--from", path)
    assert sum(ballot["carried"] for ballot in ballots) == 28
    assert {ballot["npi"] for ballot in ballots if not ballot["carried"]} == {odd[3]}

    # Two of four recused leave two: no quorum for this file, whatever they say.
    ran = desk.run("committee", "vote", SECOND, odd[1], "--motion", "approved", "--moved-by", BIRCH, "--second", DIRECTOR, "--for", BIRCH, "--for", DIRECTOR)  # fmt: skip
    assert (ran.code, f"2 of 3 needed ({CHAIR}, {COLE} recused)" in ran.err) == (5, True), ran.err
    ran = desk.run("committee", "vote", SECOND, odd[1], "--motion", "approved", "--moved-by", CHAIR, "--second", BIRCH, "--for", CHAIR, "--for", BIRCH)  # fmt: skip
    assert (ran.code, "and is recused" in ran.err) == (5, True), ran.err

    for npi in clean:
        assert decide(desk, npi, "approved", SECOND).code == 0
    conditions = ("--condition", "supervision for a year", "--owner", "staff", "--due", "2026-06-30", "--reason", "new in the field")  # fmt: skip
    assert decide(desk, odd[0], "approved_with_conditions", SECOND, *conditions).code == 0
    ran = decide(desk, odd[2], "approved", SECOND)
    assert (ran.code, "The motion on" in ran.err) == (5, True)
    assert decide(desk, odd[2], "denied", SECOND, "--reason", "the felony").code == 0
    ran = decide(desk, odd[3], "approved", SECOND)
    assert (ran.code, "did not carry: 2 for, 2 against" in ran.err) == (5, True)
    ran = decide(desk, odd[1], "approved", SECOND)
    assert (ran.code, "No quorum" in ran.err) == (5, True)
    (met,) = [item for item in desk.items("committee", "meetings") if item["held_on"] == SECOND]
    assert met["decisions"] == 28

    # A condition is an action of whoever owns it, until it is met.
    actions = desk.status(odd[0])["actions"]
    assert ("staff", "2026-06-30") in {(one["who"], one["due_on"]) for one in actions if "supervision" in one["what"]}
    (condition,) = desk.items("committee", "condition", "list")
    desk.ok("committee", "condition", "met", condition["id"][:20], "--how", "contract of 2026-03-20")
    assert not any("supervision" in one["what"] for one in desk.status(odd[0])["actions"])

    # Minutes tell it, and are frozen by the chair alone.
    minutes = desk.ok("committee", "minutes", SECOND).out
    assert minutes.count("Approved without anything to weigh") == 1
    assert minutes.count("| 3 for |") == 26
    assert "On the docket and not decided" in minutes
    assert "3 for, 1 against" in minutes
    assert "same practice" in minutes
    ran = desk.run("committee", "minutes", SECOND, "--attest")
    assert (ran.code, "attested by a chair" in ran.err) == (5, True)
    desk.ok("committee", "minutes", SECOND, "--attest", "--actor", "ash", "--out", desk.folder / "minutes.md")
    for late in (
        ("committee", "attend", SECOND, "--present", CHAIR),
        ("committee", "vote", SECOND, odd[3], "--for", DALE),
        ("committee", "decide", odd[3], "--decision", "tabled", "--reason", "x", "--meeting", SECOND),
        ("committee", "cancel", SECOND, "--reason", "x"),
    ):
        ran = desk.run(*late)
        assert (ran.code, "are attested by Dr Ash" in ran.err) == (5, True), late
    desk.ok("committee", "minutes", SECOND, "--addendum", "Dr Dale sent regrets.")
    assert "Dr Dale sent regrets" in desk.ok("committee", "minutes", SECOND).out

    # Letters: thirty days; a letter of denial tells of the appeal.
    letters = desk.items("committee", "letters", "--due")
    assert len(letters) == 28
    assert {letter["due_on"] for letter in letters} == {"2026-04-16"}
    desk.ok("committee", "letters", "--due", "--out", desk.folder / "letters")
    written = sorted((desk.folder / "letters").iterdir())
    assert len(written) == 28
    denial = next(path for path in written if odd[2] in path.name).read_text(encoding="utf-8")
    assert "within 30 days" in denial
    assert "the felony" in denial
    desk.ok("committee", "letters", "--mark-sent", odd[2], "--how", "certified mail")
    desk.live_on("2026-04-17")
    assert desk.run("committee", "letters", "--due", "--fail-on", "overdue").code == 10
    assert sum(item["overdue"] for item in desk.items("committee", "letters")) == 27

    # The appeal goes to another panel; nobody who decided before counts.
    desk.live_on("2026-04-10")
    opened = desk.item("committee", "appeal", odd[2], "--grounds", "it was expunged")
    assert opened["hear_by"] == "2026-06-09"
    for place, name in enumerate(("Dr Fir", "Dr Gum", "Dr Hazel")):
        desk.ok("committee", "member", "add", name, "--since", f"2026-04-0{place + 1}")
    desk.ok("committee", "schedule", PANEL, "--panel", "appeal")
    desk.live_on(PANEL)
    desk.load_leie("2026-04-15")
    desk.run("screen", "run", odd[2])
    attend(desk, PANEL, CHAIR, BIRCH, "Dr Fir", "Dr Gum", "Dr Hazel")
    ran = desk.run("committee", "vote", PANEL, odd[2], "--motion", "approved", "--moved-by", CHAIR, "--second", "Dr Fir", "--for", CHAIR)  # fmt: skip
    assert (ran.code, "decided what is appealed against" in ran.err) == (5, True)
    desk.items("committee", "vote", PANEL, "--from", votes_file(desk, *unanimous(odd[2], voters=("Dr Fir", "Dr Gum", "Dr Hazel")), name="panel.csv"))  # fmt: skip
    ran = decide(desk, odd[2], "approved", PANEL)
    assert (ran.code, "hears appeals alone" in ran.err) == (5, True)
    made = desk.run("committee", "decide", odd[2], "--decision", "approved", "--meeting", PANEL, "--appeal", "--json")
    assert made.code == 0, made.err
    assert desk.status(odd[2])["stage"] == "network"
    assert json.loads(made.out)["items"][0]["tally"] == {"for": 3}
    ran = desk.run("committee", "appeal", odd[2], "--grounds", "again")
    assert (ran.code, "nothing to appeal against" in ran.err) == (5, True)

    # The log tells all of it, and is whole.
    verbs = {event["verb"] for event in desk.items("audit", "log")}
    assert {
        "docket.closed", "meeting.attended", "conflict.declared", "votes.recorded", "decision.recorded", "condition.met",
        "meeting.attested", "minutes.corrected", "letter.made", "letter.sent", "appeal.opened",
    } <= verbs  # fmt: skip
    desk.ok("audit", "verify")


def test_a_file_that_stops_being_clean_is_pulled(committee: Desk) -> None:
    desk = committee
    kept, turned = ready_files(desk, 2)
    desk.ok("committee", "schedule", HELD)
    desk.ok("committee", "agenda", HELD, "--close")
    desk.ok("verify", "record", turned, "license", "--subject", "CO", "--result", "review", "--source", "the board", "--note", "a letter of concern")  # fmt: skip
    desk.live_on(HELD)
    attend(desk, HELD, *VOTERS[:3])
    ran = desk.run("committee", "vote", HELD, "--from", votes_file(desk, *unanimous("clean")), "--json")
    assert ran.code == 0
    assert [item["npi"] for item in ran.json()["items"]] == [kept]
    assert f"{turned} was pulled from the docket of {HELD}: not clean any more" in ran.err
    ran = decide(desk, turned, "approved", HELD)
    assert ran.code == 5
    pulled = {item["npi"]: item["pulled_because"] for item in desk.items("committee", "agenda", HELD)}
    assert pulled[kept] is None
    assert "not clean any more" in pulled[turned]
    desk.ok("audit", "verify")


def test_who_may_vote_on_what(committee: Desk) -> None:
    desk = committee
    one, other = ready_files(desk, 2)
    desk.ok("committee", "schedule", HELD)
    ran = desk.run("committee", "vote", HELD, one, "--for", CHAIR)
    assert (ran.code, "has not been held yet" in ran.err) == (2, True)
    desk.live_on(HELD)
    ran = desk.run("committee", "vote", HELD, one, "--for", CHAIR)
    assert (ran.code, "Nobody is recorded as present" in ran.err) == (5, True)
    attend(desk, HELD, *VOTERS[:4])
    move = ("--motion", "approved", "--moved-by", CHAIR, "--second", BIRCH)
    for options, code, says in (
        ((*move, "--for", "Dr Nobody"), 5, "Dr Nobody is not on the committee"),
        ((*move, "--for", DALE), 5, "Dr Dale was not there"),
        ((*move, "--for", CHAIR, "--against", CHAIR), 5, "has voted on"),
        ((*move, "--for", BIRCH, "--recused", CHAIR), 5, "is recused without a reason"),
        ((*move, "--for", BIRCH, "--recused", CHAIR, "--reason", "family"), 5, "cannot move"),
        (("--motion", "approved", "--moved-by", CHAIR, "--second", CHAIR, "--for", CHAIR), 5, "by another member"),
        (("--motion", "approved", "--moved-by", DALE, "--second", CHAIR, "--for", CHAIR), 5, "was not there"),
        (("--for", CHAIR), 2, "No motion"),
        (("--motion", "aproved", "--moved-by", CHAIR, "--second", BIRCH, "--for", CHAIR), 2, "Did you mean approved?"),
    ):
        ran = desk.run("committee", "vote", HELD, one, *options)
        assert (ran.code, says in ran.err) == (code, True), (options, ran.err)
    desk.ok("committee", "vote", HELD, one, *move, "--for", CHAIR, "--for", BIRCH, "--for", COLE)
    ran = desk.run("committee", "vote", HELD, one, "--against", CHAIR)
    assert (ran.code, "has voted on" in ran.err) == (5, True)
    ran = desk.run("committee", "vote", HELD, other, "--for", "Kim Lee", *move)
    assert ran.code == 5
    ran = desk.run("committee", "attend", HELD, "--present", BIRCH)
    assert (ran.code, "voted at this meeting" in ran.err) == (5, True)
    ran = decide(desk, other, "approved", HELD)
    assert (ran.code, "No vote on" in ran.err) == (5, True)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (("1234567893", "approved", CHAIR, BIRCH, CHAIR, "for"), "There is no provider 1234567893"),
        (("{npi}", "approved", CHAIR, BIRCH, "Dr Nobody", "for"), "Dr Nobody is not on the committee"),
        (("{npi}", "approved", CHAIR, BIRCH, CHAIR, "maybe"), "'maybe' is no vote"),
        (("{npi}", "aproved", CHAIR, BIRCH, CHAIR, "for"), "'aproved' is no motion. Did you mean approved?"),
        (("{npi}", "", "", "", CHAIR, "for"), "No motion on"),
        (("clean", "approved", CHAIR, BIRCH, CHAIR, "for"), "has no clean files to ratify"),
    ],
)
def test_a_file_of_votes_is_taken_whole_or_not_at_all(committee: Desk, row: tuple[str, ...], says: str) -> None:
    desk = committee
    good, bad = ready_files(desk, 2)
    desk.ok("committee", "schedule", HELD)
    desk.live_on(HELD)
    attend(desk, HELD, *VOTERS[:3])
    path = votes_file(desk, *unanimous(good), tuple(cell.replace("{npi}", bad) for cell in row))
    ran = desk.run("committee", "vote", HELD, "--from", path)
    assert (ran.code, says in ran.err) == (3, True), ran.err
    assert decide(desk, good, "approved", HELD).code == 5, "nothing of the file was taken"


def test_a_withdrawn_file_is_not_voted_on(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    for day in (HELD, SECOND):
        desk.ok("committee", "schedule", day)
    desk.ok("committee", "agenda", SECOND, "--close")
    desk.live_on(HELD)
    attend(desk, HELD, *VOTERS[:3])
    desk.items("committee", "vote", HELD, "--from", votes_file(desk, *unanimous(npi, "withdrawn")))
    assert decide(desk, npi, "withdrawn", HELD, "--reason", "moved away").code == 0
    desk.live_on(SECOND)
    attend(desk, SECOND, *VOTERS[:3])
    ran = desk.run("committee", "vote", SECOND, "--from", votes_file(desk, *unanimous(npi)))
    assert (ran.code, "withdrawn on 2026-03-10" in ran.err) == (3, True), ran.err


def test_the_medical_director_signs_off_as_themselves(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    ran = desk.run("committee", "decide", npi, "--decision", "approved", "--by", "medical_director")
    assert (ran.code, "signs off alone, as elm; you are kim" in ran.err) == (5, True)
    desk.ok("committee", "decide", npi, "--decision", "approved", "--by", "medical_director", "--actor", "elm")


def test_a_provisional_approval_is_given_once_and_lapses(committee: Desk) -> None:
    desk = committee
    (npi,) = ready_files(desk, 1)
    desk.ok("provider", "edit", npi, "--set", "school=Another", "--reason", "as the form says")
    ran = desk.run("committee", "decide", npi, "--decision", "approved", "--by", "medical_director", "--actor", "elm")
    assert (ran.code, "education" in ran.err) == (5, True)
    director = ("--by", "medical_director", "--actor", "elm")
    made = desk.item("committee", "decide", npi, "--decision", "approved", "--provisional", *director)
    assert made["provisional_until"] == "2026-05-01"
    assert desk.status(npi)["stage"] == "network"
    ran = desk.run("committee", "decide", npi, "--decision", "approved", "--provisional", *director)
    assert (ran.code, "it is given once" in ran.err) == (5, True)
    assert desk.status(npi, "--on", "2026-05-01")["stage"] == "network"
    reasons = desk.item("ready", npi, "--state", "CO", "--on", "2026-05-02", code=5)["reasons"]
    assert any("lapsed" in reason or "not approved" in reason for reason in reasons), reasons
    desk.ok("verify", "record", npi, "education", "--result", "pass", "--source", "the school")
    desk.ok("committee", "decide", npi, "--decision", "approved", *director)
    assert desk.status(npi, "--on", "2026-05-02")["stage"] == "network"


def test_decisions_from_before_start_the_clock(desk: Desk) -> None:
    npis = ready_files(desk, 3)
    path = desk.folder / "before.csv"
    path.write_text(
        "npi,states,decided_on,decision,reason\n"
        f"{npis[0]},CO,2024-05-14,approved,\n"
        f"{npis[1]},CO,05/14/2023,,\n"
        f"{npis[2]},XX,2024-05-14,approved,\n"
        f"{NPI},CO,2024-05-14,approved,\n"
        f"{npis[2]},CO,2030-01-01,approved,\n"
        f"{npis[2]},CO,2024-05-14,aproved,\n",
        encoding="utf-8",
    )
    dry = desk.run("committee", "import", path, "--dry-run", "--json")
    assert dry.code == 3
    assert desk.status(npis[0])["stage"] == "committee"
    ran = desk.run("committee", "import", path, "--json")
    outcomes = [(item["outcome"], item["detail"]) for item in ran.json()["items"]]
    assert [outcome for outcome, _ in outcomes] == ["new", "new", "rejected", "rejected", "rejected", "rejected"]
    assert "not a state" in outcomes[2][1]
    assert "nobody here" in outcomes[3][1]
    assert "yet to come" in outcomes[4][1]
    assert "Did you mean approved?" in outcomes[5][1]
    item = desk.status(npis[0])
    assert (item["stage"], item["recredential_by"]) == ("network", "2027-05-31")
    assert desk.status(npis[1])["recredential_by"] == "2026-05-31"
    again = desk.run("committee", "import", path, "--json").json()["items"]
    assert [one["outcome"] for one in again][:2] == ["unchanged", "unchanged"]
    assert "CO: approved before credkit, on 2024-05-14; it passed no gate here" in " ".join(
        desk.ok("explain", npis[0]).out.split()
    )
    assert desk.items("committee", "letters") == [], "what was decided before was told before"
    desk.ok("audit", "verify")


def test_a_meeting_is_cancelled_only_before_it_decides(committee: Desk) -> None:
    desk = committee
    desk.ok("committee", "schedule", HELD)
    desk.ok("committee", "cancel", HELD, "--reason", "snow")
    desk.live_on(HELD)
    ran = desk.run("committee", "attend", HELD, "--present", CHAIR)
    assert (ran.code, "was cancelled" in ran.err) == (5, True)


def test_names_are_those_of_the_committee(committee: Desk) -> None:
    desk = committee
    ran = desk.run("committee", "member", "add", "dr ash", "--role", "member")
    assert (ran.code, "on the committee already" in ran.err) == (2, True)
    ran = desk.run("committee", "member", "add", "Jo", "--role", "staff", "--votes")
    assert (ran.code, "no vote" in ran.err) == (2, True)
    desk.ok("committee", "member", "end", DALE, "--until", "2026-03-05")
    desk.ok("committee", "schedule", HELD)
    desk.live_on(HELD)
    ran = desk.run("committee", "attend", HELD, "--present", "Dr Ashe")
    assert (ran.code, "Did you mean Dr Ash?" in ran.err) == (2, True)
    assert desk.run("committee", "attend", HELD, "--present", DALE).code == 2
    assert attend(desk, HELD, CHAIR, "dr  birch", DIRECTOR)["quorum_counted"] == 3


def test_the_same_records_give_the_same_packets(committee: Desk, tmp_path: Path) -> None:
    desk = committee
    npis = ready_files(desk, 3, exceptions=(1,))
    desk.ok("committee", "schedule", HELD)
    for kind in ("html", "pdf", "md"):
        for name in ("one", "two"):
            desk.ok("committee", "packet", HELD, "--out", tmp_path / kind / name, "--as", kind)
        one, two = (sorted((tmp_path / kind / name).iterdir()) for name in ("one", "two"))
        assert [path.name for path in one] == [path.name for path in two]
        assert one[0].name == f"001-exception-{npis[1]}.{kind}"
        assert [path.read_bytes() for path in one] == [path.read_bytes() for path in two]
        assert one[0].stat().st_mode & 0o777 == 0o600
