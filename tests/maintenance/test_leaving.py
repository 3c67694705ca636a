"""Who leaves, who is suspended, and the two people who lift it."""

from typing import Any

import pytest
from desk import Desk, form
from factories import NPI


@pytest.fixture
def practice(desk: Desk) -> Desk:
    """Return a practice with Ana Marsh seeing clients."""
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    desk.enroll(effective="2026-03-02")
    assert desk.status()["stage"] == "active"
    return desk


def reasons(desk: Desk, *options: str) -> Any:
    return desk.item("ready", NPI, *options, code=5)["reasons"]


@pytest.mark.parametrize(("verb", "outcome"), [("withdraw", "withdrawn"), ("terminate", "terminated")])
def test_who_leaves_sees_nobody_and_applies_anew(practice: Desk, verb: str, outcome: str) -> None:
    practice.live_on("2026-03-20")
    ran = practice.ok("provider", verb, NPI, "--reason", "Moved away", "--day", "2026-03-18")
    assert f"Ana Marsh is {outcome} on 2026-03-18: Moved away." in ran.err
    assert f"1 enrollments are still open: credkit enroll terminate --provider {NPI} --ended 2026-03-18" in ran.err
    item = practice.status()
    assert (item["stage"], item["reasons"]) == (outcome, [f"{outcome} on 2026-03-18: Moved away"])
    assert practice.item("ready", NPI, "--on", "2026-03-17")["ready"]
    assert f"{outcome} on 2026-03-18" in reasons(practice, "--on", "2026-03-18")
    by = {"withdraw": "provider", "terminate": "staff"}[verb]
    assert f"{outcome} on 2026-03-18 by {by}" in practice.item("provider", "show", NPI)["rounds"][0]
    # Nobody decided on it, so no letter is owed for it; and that of the approval would tell what is not so any more.
    assert practice.items("committee", "letters", "--due") == []
    again = practice.run("provider", verb, NPI, "--reason", "Moved away")
    assert (again.code, f"was {outcome} on 2026-03-18 already" in again.err) == (5, True)
    practice.take_in(form(signed_on="2026-03-19"), name="anew.csv")
    assert practice.status()["stage"] not in {outcome, "active"}
    practice.ok("audit", "verify")


def test_an_applicant_withdraws_and_is_not_terminated(desk: Desk) -> None:
    desk.take_in(form())
    refused = desk.run("provider", "terminate", NPI, "--reason", "x")
    assert (refused.code, "credkit provider withdraw" in refused.err) == (5, True)
    assert desk.run("provider", "withdraw", NPI, "--reason", "x", "--day", "2026-03-01").code == 5
    desk.ok("provider", "withdraw", NPI, "--reason", "Found other work")
    assert desk.status()["stage"] == "withdrawn"
    assert desk.items("verify", "due") == []


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("withdraw", NPI, "--reason", "x", "--day", "2026-03-03"), 2),
        (("terminate", NPI, "--reason", "x", "--day", "2026-03-01"), 5),
        (("terminate", NPI), 2),
        (("withdraw", NPI, "--reason", " "), 2),
        (("suspend", NPI, "--reason", "x", "--day", "2026-03-03"), 2),
        (("reinstate", NPI, "--reason", "x"), 5),
        (("suspend", "1000000020", "--reason", "x"), 2),
    ],
)
def test_what_cannot_be_put_on_record(practice: Desk, words: tuple[str, ...], code: int) -> None:
    before = practice.items("audit", "log")
    assert practice.run("provider", *words).code == code
    assert practice.items("audit", "log") == before


def test_a_suspension_stands_until_two_people_lift_it(practice: Desk) -> None:
    practice.live_on("2026-03-10")
    practice.ok("provider", "suspend", NPI, "--reason", "Board investigation")
    assert practice.status()["stage"] == "suspended"
    assert "suspended since 2026-03-10: Board investigation" in reasons(practice)
    assert practice.item("ready", NPI, "--on", "2026-03-09")["ready"]
    assert any("lift the suspension of 2026-03-10" in one["what"] for one in practice.status()["actions"])
    twice = practice.run("provider", "suspend", NPI, "--reason", "again")
    assert (twice.code, "is suspended since 2026-03-10" in twice.err) == (5, True)

    practice.live_on("2026-03-20")
    practice.ok("provider", "reinstate", NPI, "--reason", "Closed without action")
    assert practice.status()["stage"] == "suspended"
    assert practice.run("provider", "reinstate", NPI, "--reason", "again").code == 5
    asked = practice.item("confirm")
    assert (asked["kind"], asked["asked_by"], asked["reason"]) == ("reinstatement", "kim", "Closed without action")
    assert any(f"credkit confirm {asked['id']}" in one["what"] for one in practice.status()["actions"])
    for same in ("kim", "KIM ", "Kim"):
        refused = practice.run("--actor", same, "confirm", asked["id"])
        assert (refused.code, "a second person must confirm" in refused.err) == (5, True)
    assert practice.run("--actor", "lee", "confirm", "").code == 2
    practice.live_on("2026-03-21")
    practice.ok("--actor", "lee", "confirm", asked["id"])
    assert practice.items("confirm") == []
    assert practice.status()["stage"] == "active"
    assert practice.item("ready", NPI)["ready"]
    assert "suspended since 2026-03-10: Board investigation" in reasons(practice, "--on", "2026-03-20")
    rounds = practice.item("provider", "show", NPI)["rounds"]
    assert rounds[-1] == (
        "suspended on 2026-03-10 by kim: Board investigation; lifted on 2026-03-21 by kim and lee: Closed without action"
    )
    verbs = [event["verb"] for event in practice.items("audit", "log")]
    assert [verb for verb in verbs if "suspension" in verb] == [
        "suspension.begun",
        "suspension.lift_asked",
        "suspension.lifted",
    ]
    practice.ok("audit", "verify")


def test_an_approval_does_not_lift_a_suspension(practice: Desk) -> None:
    practice.ok("provider", "suspend", NPI, "--reason", "Board investigation")
    practice.run("committee", "decide", NPI, "--decision", "approved", "--by", "medical_director")
    assert "suspended since 2026-03-02: Board investigation" in reasons(practice)


def test_the_sweep_tells_of_it(practice: Desk) -> None:
    practice.run("sweep")
    practice.ok("provider", "suspend", NPI, "--reason", "Board investigation")
    (told,) = [one for one in practice.items("sweep", code=10) if one["kind"] == "stage"]
    assert "active -> suspended" in told["what"]


def test_who_was_terminated_is_not_reinstated(practice: Desk) -> None:
    practice.ok("provider", "suspend", NPI, "--reason", "Board investigation")
    practice.ok("provider", "terminate", NPI, "--reason", "Left")
    refused = practice.run("provider", "reinstate", NPI, "--reason", "x")
    assert (refused.code, "A newly signed application opens a new cycle" in refused.err) == (5, True)
