"""Approvals that come round again: opened in time, carried forward, extended by a leave, and late without grace."""

from typing import Any

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI

LEAVE = ("recredential", "extend", NPI, "--leave", "military", "--from", "2029-01-10", "--reason", "Orders")


@pytest.fixture
def practice(desk: Desk) -> Desk:
    """Return a practice with Ana Marsh approved on the second of March 2026, and seeing clients."""
    desk.take_in(form(license_1_expires_on="2031-03-31"))
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    desk.enroll(effective="2026-04-01")
    return desk


def due(desk: Desk, *options: str) -> Any:
    return desk.item("recredential", "due", *options)


def fresh(signed: str) -> dict[str, str]:
    return form(
        license_1_expires_on="2031-03-31",
        malpractice_effective_on="2028-09-01",
        malpractice_expires_on="2030-09-01",
        caqh_attested_on=signed,
        signed_on=signed,
    )


def verified_anew(desk: Desk, published: str) -> None:
    desk.load_leie(published)
    desk.ok("verify", "run", NPI)
    desk.look_up_by_hand(NPI, "license", "claims_history", "medicare_opt_out")


def test_who_is_due_is_listed_from_the_policys_lead_on(practice: Desk) -> None:
    assert practice.items("recredential", "due", "--on", "2028-10-01") == []
    one = due(practice, "--on", "2028-10-02")
    assert (one["due_on"], one["days_left"], one["state"], one["opened_on"]) == ("2029-03-31", 180, "to_open", None)
    assert one["without_leave"] == "2029-03-31"
    assert one["approved_on"] == "2026-03-02"
    early = due(practice, "--on", "2028-10-01", "--within", "400")
    assert (early["state"], early["advice"]) == ("not_yet", "Nothing before 2028-10-02.")
    ran = practice.run("recredential", "due", "--on", "2028-10-02", "--fail-on", "any")
    assert (ran.code, "2029-03-31" in ran.out) == (10, True)
    assert practice.run("recredential", "due", "--on", "2028-10-02", "--fail-on", "overdue").code == 0


def test_opened_the_file_is_carried_forward_and_a_decision_closes_it(practice: Desk) -> None:
    practice.live_on("2029-01-15")
    would = practice.item("recredential", "open", NPI, "--dry-run")
    assert (would["outcome"], due(practice)["state"]) == ("would_open", "to_open")
    opened = practice.item("recredential", "open", NPI)
    assert (opened["outcome"], opened["state"], opened["opened_on"]) == ("opened", "open", "2029-01-15")
    assert opened["open"] == would["open"]
    # What was attested and verified three years ago is open; a degree, and work before, stand.
    assert {"attestation", "disclosures", "license CO", "claims_history", "exclusions leie"} <= set(opened["open"])
    assert set(opened["stands"]) == {"education", "work_history"}
    item = practice.status()
    sign = "sign the application anew: recredentialing is due"
    assert {"who": "provider", "what": sign, "due_on": "2029-03-31"} in item["actions"]
    assert not [one for one in item["actions"] if "attestation" in one["what"]]
    assert practice.run("committee", "decide", NPI, "--decision", "approved", "--by", "medical_director").code == 5

    practice.live_on("2029-01-21")
    practice.take_in(fresh("2029-01-20"), name="anew.csv")
    verified_anew(practice, "2029-01-19")
    assert due(practice)["open"] == []
    assert sign not in [one["what"] for one in practice.status()["actions"]]
    practice.approve()
    assert practice.items("recredential", "due") == []
    assert practice.status()["recredential_by"] == "2032-01-31"
    rounds = practice.item("provider", "show", NPI)["rounds"]
    assert rounds == [
        "initial: opened on 2026-03-02; approved on 2026-03-02 for CO by the medical director; closed on 2026-03-02",
        (
            "recredentialing: opened on 2029-01-15; approved on 2029-01-21 for CO by the medical director; "
            "closed on 2029-01-21"
        ),
    ]
    told = " ".join(practice.ok("explain", NPI).out.split())
    assert "Rounds of credentialing:" in told
    assert rounds[1] in told
    assert "recredentialing: opened on 2029-01-15" in " ".join(practice.ok("provider", "show", NPI).out.split())
    practice.ok("audit", "verify")


def test_opened_twice_does_nothing_and_says_so(practice: Desk) -> None:
    practice.live_on("2029-01-15")
    practice.ok("recredential", "open", "--due-within", "90")
    events = practice.items("audit", "log")
    assert events[-1]["verb"] == "cycle.opened"
    assert practice.item("recredential", "open", "--due-within", "90")["outcome"] == "already_open"
    assert practice.item("recredential", "open", NPI)["outcome"] == "already_open"
    assert practice.items("audit", "log") == events
    # A form that is signed then joins the open round.
    practice.take_in(fresh("2029-01-14"), name="anew.csv")
    assert len(practice.item("provider", "show", NPI)["rounds"]) == 2


def test_only_those_are_opened_that_are_due_so_soon(practice: Desk) -> None:
    practice.live_on("2029-01-15")
    assert practice.items("recredential", "open", "--due-within", "74") == []
    assert practice.item("recredential", "open", "--due-within", "75")["npi"] == NPI


def test_what_cannot_be_opened(practice: Desk) -> None:
    practice.take_in(form(npi=OTHER_NPI, first_name="Ben", last_name="Quill", license_1_number="77"), name="other.csv")
    practice.live_on("2028-06-01")
    early = practice.run("recredential", "open", NPI)
    assert (early.code, "opened from 2028-10-02 on" in early.err) == (5, True)
    practice.live_on("2029-01-15")
    refused = practice.run("recredential", "open", NPI, OTHER_NPI)
    assert (refused.code, f"{OTHER_NPI} Ben Quill has no approval" in refused.err) == (5, True)
    assert due(practice)["state"] == "to_open"
    assert practice.run("recredential", "open").code == 2
    assert practice.run("recredential", "open", NPI, "--due-within", "30").code == 2
    assert practice.run("recredential", "open", "--due-within", "181").code == 2
    assert practice.run("recredential", "open", "1000000020").code == 2


def test_late_is_late_and_after_thirty_days_everything_is_asked_anew(practice: Desk) -> None:
    practice.live_on("2029-04-01")
    one = due(practice)
    assert (one["state"], one["days_left"], one["late_until"]) == ("late", -1, "2029-04-30")
    assert "there is no grace" in one["advice"]
    assert "Decided by 2029-04-30 it is still a recredentialing" in one["advice"]
    (ready,) = practice.items("ready", NPI, code=5)
    assert not ready["ready"]
    assert any("the approval lapsed on 2029-03-31" in reason for reason in ready["reasons"])
    assert practice.run("recredential", "due", "--fail-on", "overdue").code == 10
    practice.ok("recredential", "open", NPI)
    practice.take_in(fresh("2029-04-01"), name="anew.csv")
    verified_anew(practice, "2029-04-01")
    assert due(practice)["open"] == []

    practice.live_on("2029-05-01")
    one = due(practice)
    assert one["state"] == "too_late"
    # The degree was looked up once, and what was learnt stays learnt; the work before is judged anew.
    assert "work_history" in one["open"]
    refused = practice.run("committee", "decide", NPI, "--decision", "approved", "--by", "medical_director")
    assert (refused.code, "work_history" in refused.err) == (5, True)
    verified_anew(practice, "2029-04-29")
    practice.approve()
    assert practice.status()["recredential_by"] == "2032-05-31"


def test_a_leave_extends_the_cycle_to_the_return_and_nobody_is_seen_meanwhile(practice: Desk) -> None:
    practice.live_on("2029-01-09")
    practice.load_leie("2029-01-09")
    extended = practice.item(*LEAVE, "--returns", "2029-09-01")
    assert (extended["outcome"], extended["due_on"], extended["without_leave"]) == (
        "extended",
        "2029-09-01",
        "2029-03-31",
    )
    assert practice.status()["recredential_by"] == "2029-09-01"
    for day, state in (("2029-02-01", "on_leave"), ("2029-03-05", "to_open"), ("2029-09-02", "late")):
        assert due(practice, "--on", day, "--within", "400")["state"] == state, day
    for day in ("2029-01-10", "2029-04-01", "2029-08-31"):
        (ready,) = practice.items("ready", NPI, "--on", day, code=5)
        assert "on military leave since 2029-01-10, back on 2029-09-01" in ready["reasons"], day
        assert not ready["ready"]
    (back,) = practice.items("ready", NPI, "--on", "2029-09-01", code=5)
    assert not [one for one in back["reasons"] if "leave" in one or "lapsed" in one]
    (after,) = practice.items("ready", NPI, "--on", "2029-09-02", code=5)
    assert "the approval lapsed on 2029-09-01, its recredentialing not decided" in after["reasons"]
    assert practice.status(NPI, "--on", "2029-04-01")["stage"] == "suspended"  # malpractice ended, whatever the leave
    assert any("military leave from 2029-01-10" in one for one in practice.item("provider", "show", NPI)["rounds"])

    assert practice.item(*LEAVE, "--returns", "2029-09-01")["outcome"] == "unchanged"
    changed = practice.item(*LEAVE, "--returns", "2029-11-01")
    assert (changed["outcome"], changed["due_on"]) == ("extended", "2029-11-01")
    assert practice.item(*LEAVE, "--returns", "2029-02-01")["due_on"] == "2029-03-31"
    verbs = [event["verb"] for event in practice.items("audit", "log")]
    assert verbs[-3:] == ["leave.begun", "leave.changed", "leave.changed"]
    practice.ok("audit", "verify")


def test_a_form_signed_during_a_leave_opens_nothing_before_its_time(practice: Desk) -> None:
    practice.live_on("2029-01-09")
    practice.ok(*LEAVE, "--returns", "2030-06-01")
    practice.take_in(fresh("2029-01-08"), name="anew.csv")
    assert len(practice.item("provider", "show", NPI)["rounds"]) == 2  # the round, and the leave
    refused = practice.run("recredential", "open", NPI)
    assert (refused.code, "opened from 2029-12-03 on" in refused.err) == (5, True)


@pytest.mark.parametrize(
    ("day", "words", "code", "said"),
    [
        ("2029-01-09", ("--from", "2029-01-10", "--returns", "2029-01-10"), 2, "cannot end by"),
        ("2029-01-09", ("--from", "2029-01-10", "--returns", "2029-03-31"), 5, "nothing is extended"),
        ("2029-04-02", ("--from", "2029-04-01", "--returns", "2029-09-01"), 5, "lapsed on 2029-03-31"),
        ("2029-01-09", ("--from", "10/01/2029", "--returns", "2029-09-01"), 2, "is not a date"),
    ],
)
def test_what_extends_nothing(practice: Desk, day: str, words: tuple[str, ...], code: int, said: str) -> None:
    practice.live_on(day)
    ran = practice.run("recredential", "extend", NPI, "--leave", "medical", "--reason", "Surgery", *words)
    assert (ran.code, said in ran.err) == (code, True), ran.err
    assert practice.status()["recredential_by"] == "2029-03-31"


def test_two_leaves_may_not_fall_on_the_same_days(practice: Desk) -> None:
    practice.live_on("2029-01-09")
    practice.ok(*LEAVE, "--returns", "2029-09-01")
    medical = ("recredential", "extend", NPI, "--leave", "medical", "--reason", "Surgery")
    refused = practice.run(*medical, "--from", "2029-08-01", "--returns", "2029-12-01")
    assert (refused.code, "is on military leave" in refused.err) == (5, True)
    # One that follows at once extends it further.
    assert practice.item(*medical, "--from", "2029-09-01", "--returns", "2029-12-01")["due_on"] == "2029-12-01"


def test_an_applicant_has_no_cycle_to_extend(desk: Desk) -> None:
    desk.take_in(form())
    assert desk.run(*LEAVE, "--returns", "2029-09-01").code == 5
    assert desk.items("recredential", "due", "--within", "4000") == []


def test_the_day_s_list_opens_it_and_calls_no_old_finding_a_danger(practice: Desk) -> None:
    practice.live_on("2029-01-15")
    practice.load_leie("2029-01-15")
    practice.ok("screen", "run", "--all")
    lines = practice.items("today")
    assert f"credkit recredential open {NPI}" in [line["command"] for line in lines]
    before = {line["what"] for line in lines if line["rank"] == "danger"}
    practice.ok("recredential", "open", NPI)
    lines = practice.items("today")
    assert f"credkit recredential open {NPI}" not in [line["command"] for line in lines]
    assert {line["what"] for line in lines if line["rank"] == "danger"} <= before


def test_a_later_return_revives_no_approval_that_has_lapsed(practice: Desk) -> None:
    """Else one person could move the last day on, day by day, without the committee."""
    practice.live_on("2029-01-10")
    extended = practice.item(*LEAVE, "--returns", "2029-05-01")
    practice.live_on("2029-04-15")
    assert practice.item(*LEAVE, "--returns", "2029-05-10")["due_on"] > extended["due_on"]
    practice.live_on("2029-06-10")
    ran = practice.run(*LEAVE, "--returns", "2029-06-10")
    assert (ran.code, "revives nothing" in ran.err) == (5, True), ran.err
