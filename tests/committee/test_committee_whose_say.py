"""Who has a say in a file, and who has none any more: conflicts declared late, motions put by the recused, the medical
director against the committee, and one person under two names."""

import sqlite3
from pathlib import Path

import pytest
from committees import BIRCH, CHAIR, COLE, DIRECTOR, VOTERS, ready_files, seat, unanimous, votes_file
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
    assert "education: failed" in ran.err


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


@pytest.mark.parametrize("same", ["elm", "ELM", "Dr Elm", "Élm", "\uff45lm", "e\u200blm", "elm.", "Dr. Elm"])
def test_the_second_person_is_another_however_they_spell_it(sitting: tuple[Desk, str], same: str) -> None:
    desk, npi = sitting
    desk.ok("verify", "record", npi, "education", "--result", "fail", "--source", "registrar")
    vote(desk, npi)
    words = ("--override", "we know her", "--state", "CO", "--actor", "elm")
    made = desk.item("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING, *words)
    assert desk.run("confirm", made["id"], "--actor", same).code == 5
    desk.ok("confirm", made["id"], "--actor", "kim")


def past_the_gate(desk: Desk, npi: str) -> str:
    """Let the meeting approve a file past the gate, and return the decision that waits for a second person."""
    desk.ok("verify", "record", npi, "education", "--result", "fail", "--source", "registrar")
    vote(desk, npi)
    words = ("--override", "we know her", "--state", "CO")
    made = desk.item("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING, *words)
    assert made["waits_for_second"] is True
    return str(made["id"])


def test_a_second_person_confirms_no_vote_that_has_fallen_since(sitting: tuple[Desk, str]) -> None:
    """And what waits in vain holds up nothing for ever: a later decision takes its place, and the minutes are attested."""
    desk, npi = sitting
    waiting = past_the_gate(desk, npi)
    desk.live_on("2026-03-18")
    desk.ok("committee", "conflict", BIRCH, npi, "--reason", "a partner")
    ran = desk.run("confirm", waiting, "--actor", "elm")
    assert (ran.code, "does not stand any more" in ran.err, "No quorum" in ran.err) == (5, True, True)
    assert desk.status(npi)["stage"] != "network"
    assert desk.run("committee", "minutes", MEETING, "--attest", "--actor", "ash").code == 5
    desk.live_on("2026-03-24")
    desk.ok("committee", "schedule", "2026-03-24")
    desk.ok("committee", "attend", "2026-03-24", "--present", CHAIR, DIRECTOR, COLE)
    rows = [(npi, "deferred", CHAIR, COLE, voter, "for") for voter in (CHAIR, DIRECTOR, COLE)]
    desk.ok("committee", "vote", "2026-03-24", "--from", votes_file(desk, *rows))
    later = (
        "--decision",
        "deferred",
        "--reason",
        "the registrar",
        "--revisit",
        "2026-04-21",
        "--meeting",
        "2026-03-24",
    )
    desk.ok("committee", "decide", npi, *later)
    assert desk.items("confirm") == []
    desk.ok("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    assert desk.run("confirm", waiting, "--actor", "elm").code != 0


def test_a_quorum_is_of_those_who_vote(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    words = ("--motion", "approved", "--moved-by", CHAIR, "--second", DIRECTOR)
    one = desk.item("committee", "vote", MEETING, npi, *words, "--for", CHAIR)
    assert one["carried"] is False
    ran = desk.run("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING)
    assert (ran.code, "1 voted" in ran.err) == (5, True)
    assert desk.item("committee", "vote", MEETING, npi, "--for", DIRECTOR, "--abstain", BIRCH)["carried"] is True
    desk.ok("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING)


def test_a_director_who_acts_by_their_name_is_in_conflict_all_the_same(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    desk.ok("committee", "member", "end", DIRECTOR, "--until", MEETING)
    desk.live_on("2026-03-18")
    desk.ok("committee", "member", "add", "Dr Fern", "--role", "medical_director", "--since", "2026-03-18")
    desk.ok("committee", "conflict", "Dr Fern", npi, "--reason", "a sister")
    words = ("committee", "decide", npi, "--decision", "approved", "--by", "medical_director", "--actor", "dr fern")
    ran = desk.run(*words)
    assert (ran.code, "a sister" in ran.err) == (5, True)


def test_the_minutes_are_given_again_as_they_were_attested(sitting: tuple[Desk, str]) -> None:
    desk, npi = sitting
    vote(desk, npi)
    desk.ok("committee", "decide", npi, "--decision", "approved", "--meeting", MEETING)
    desk.ok("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    attested = desk.ok("committee", "minutes", MEETING).out
    desk.live_on("2026-03-20")
    desk.ok("provider", "edit", npi, "--set", "last_name=Vale", "--reason", "married")
    desk.ok("committee", "conflict", BIRCH, npi, "--reason", "a partner")
    assert desk.ok("committee", "minutes", MEETING).out == attested
    assert "Vale" not in attested
    assert desk.item("audit", "verify")["sound"] is True


@pytest.mark.parametrize(
    "change",
    [
        (
            "INSERT INTO votes SELECT 'x', meeting_id, npi, (SELECT id FROM members WHERE name = 'Dr Dale'), word, reason,"
            " recorded_at, actor FROM votes LIMIT 1"
        ),
        (
            "INSERT INTO motions SELECT 'x', meeting_id, '1000000004', outcome, moved_by, seconded_by, recorded_at, actor"
            " FROM motions LIMIT 1"
        ),
        (
            "INSERT INTO docket (id, meeting_id, npi, kind, track, reasons, states, sha256)"
            " SELECT 'x', id, '1000000004', 'initial', 'clean', '[]', '[]', '' FROM meetings"
        ),
        "DELETE FROM attendance",
        "DELETE FROM docket",
        "DELETE FROM meetings",
        "INSERT INTO conditions SELECT 'x', id, npi, 'more', 'staff', '2026-09-01', NULL, NULL FROM decisions",
        "UPDATE conditions SET text = 'less'",
        "DELETE FROM conditions",
        "UPDATE minutes SET paper = ''",
        "DELETE FROM minutes",
    ],
)
def test_what_is_attested_takes_nothing_more_and_loses_nothing(sitting: tuple[Desk, str], change: str) -> None:
    desk, npi = sitting
    desk.ok("committee", "agenda", MEETING, "--close")
    vote(desk, npi, "approved_with_conditions")
    words = ("--condition", "supervision", "--due", "2026-06-30")
    desk.ok("committee", "decide", npi, "--decision", "approved_with_conditions", "--meeting", MEETING, *words)
    desk.ok("committee", "minutes", MEETING, "--attest", "--actor", "ash")
    connection = sqlite3.connect(Path(desk.folder) / "credkit.db")
    with pytest.raises(sqlite3.DatabaseError, match="frozen|append-only"):
        connection.execute(change)
    connection.close()
    (condition,) = desk.items("committee", "condition", "list")
    desk.ok("committee", "condition", "met", condition["id"], "--how", "a letter")


def test_a_file_whose_claims_change_after_the_docket_closed_is_pulled(desk: Desk) -> None:
    """Also one that is still clean: the committee would decide what it has not seen."""
    seat(desk)
    changed, same = ready_files(desk, 2)
    desk.ok("committee", "schedule", MEETING)
    desk.ok("committee", "agenda", MEETING, "--close")
    desk.live_on("2026-03-16")
    desk.ok("provider", "edit", changed, "--set", "email=new@example.org", "--reason", "she wrote")
    desk.run("verify", "run", "--all")
    desk.live_on(MEETING)
    desk.ok("committee", "attend", MEETING, "--present", *VOTERS[:3])
    ran = desk.run("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(changed), *unanimous(same)))
    assert (ran.code, "what the provider claims has changed" in ran.err) == (3, True)
    desk.ok("committee", "vote", MEETING, "--from", votes_file(desk, *unanimous(same)))
    words = ("--decision", "approved", "--meeting", MEETING)
    assert desk.run("committee", "decide", changed, *words).code == 5
    desk.ok("committee", "decide", same, *words)
    found = {one["npi"]: one["pulled_because"] for one in desk.items("committee", "agenda", MEETING)}
    assert found == {changed: "what the provider claims has changed since the docket was closed", same: None}


def test_a_ruling_is_not_confirmed_by_whoever_asked_under_their_other_name(desk: Desk) -> None:
    """A member acts by a login, and by the name that the committee knows: one person."""
    from credkit.lists.actors import same_actor
    from credkit.store import Store

    seat(desk)
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store:
        assert same_actor(store, "elm", "DR  ELM")
        assert not same_actor(store, "elm", "ash")
        assert not same_actor(store, "elm", "Dr Ash")
