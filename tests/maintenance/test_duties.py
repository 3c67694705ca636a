"""Duties of the policy's own with a date: asked of whom they are for, recorded, watched, and no reason to be ready or not."""

import sqlite3
from dataclasses import replace
from typing import Any

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI, policy
from lives import CHECKS, PAYERS, active, on

from credkit.policy import DutyLine, shipped_text
from credkit.portal.progress import progress
from credkit.records import DutyDone
from credkit.status.assess import assess

DUTIES = """
[[duties]]
name = "directory attestation"
every_days = 90
who = "provider"
what = "Look over your entry, and tell us what has changed."

[[duties]]
name = "supervision plan"
every_months = 12
professions = ["LCSW"]
states = ["CO"]
lead_days = 30

[[duties]]
name = "infection course"
every_months = 24
states = ["NY"]
"""
ATTEST = ("provider", "duty", NPI, "directory attestation", "--done")


def adopt(desk: Desk, text: str) -> Any:
    path = desk.folder / "policy.toml"
    path.write_text(shipped_text().replace("[papers]\n", f"{text}\n[papers]\n"), encoding="utf-8")
    return desk.run("policy", "adopt", path)


@pytest.fixture
def practice(desk: Desk) -> Desk:
    """Return a practice with Ana Marsh seeing clients, under a policy with duties, swept."""
    desk.take_in(form())
    desk.load_leie()
    assert adopt(desk, DUTIES).code == 0
    desk.verify_all()
    desk.approve()
    desk.ok("committee", "letters", "--out", desk.folder / "letters")
    desk.ok("committee", "letters", "--mark-sent", NPI)
    desk.enroll(effective="2026-03-02")
    desk.run("sweep")
    return desk


def asked(desk: Desk, npi: str = NPI) -> list[tuple[str, str, str | None]]:
    """Return the actions of a provider's status that are about duties."""
    names = ("directory attestation", "supervision plan", "infection course")
    return [
        (one["who"], one["what"], one["due_on"])
        for one in desk.status(npi)["actions"]
        if any(name in one["what"] for name in names)
    ]


def ends(desk: Desk, *options: str) -> list[tuple[str, str, str, str | None]]:
    """Return the duties that `expiry` lists."""
    return [
        (one["number"], one["expires_on"], one["band"], one["last_day"])
        for one in desk.items("expiry", *options)
        if one["kind"] == "duty"
    ]


def told(desk: Desk) -> list[str]:
    return [one["what"] for one in desk.run("sweep", "--json").json()["items"] if one["kind"] == "duty"]


def test_who_should_have_one_and_has_none_is_asked(practice: Desk) -> None:
    look_over = "give directory attestation: Look over your entry, and tell us what has changed."
    plan = "give supervision plan: nothing is on record"
    assert asked(practice) == [("provider", look_over, None), ("staff", plan, None)]
    assert f"- provider: {look_over}" in " ".join(practice.ok("explain", NPI).out.split())
    lines = {one["what"]: one for one in practice.items("today")}
    assert (lines[plan]["rank"], lines[plan]["command"]) == (
        "us",
        f'credkit provider duty {NPI} "supervision plan" --done DATE',
    )
    assert lines[look_over]["rank"] == "provider"
    assert ends(practice) == []
    shown = practice.items("provider", "duty", NPI)
    assert [(one["duty"], one["done_on"], one["due_on"]) for one in shown] == [
        ("directory attestation", None, None),
        ("supervision plan", None, None),
    ]
    # It is a date that is watched, and keeps nobody from clients.
    assert practice.status()["ready"] == {"CO": ["Aspen Health"]}


def test_done_it_is_quiet_until_it_is_due_again(practice: Desk) -> None:
    ran = practice.ok(*ATTEST, "2026-03-01")
    assert f"directory attestation of {NPI}: done on 2026-03-01; due again by 2026-05-30." in ran.err
    practice.ok("provider", "duty", NPI, "Supervision Plan", "--done", "2026-02-28")
    assert asked(practice) == []
    assert ends(practice) == [("directory attestation", "2026-05-30", "90", None)]
    assert [day for _, day, *_ in ends(practice, "--within", "400")] == ["2026-05-30", "2027-02-28"]
    assert practice.status()["next_change_on"] <= "2026-05-16"
    practice.live_on("2026-05-15")
    assert asked(practice) == []
    practice.live_on("2026-05-16")
    again = "renew directory attestation: Look over your entry, and tell us what has changed."
    assert asked(practice) == [("provider", again, "2026-05-30")]
    (line,) = [one for one in practice.items("today") if one["what"] == again]
    assert (line["rank"], line["due_on"]) == ("date", "2026-05-30")
    practice.live_on("2026-05-31")
    assert ends(practice, "--expired") == [("directory attestation", "2026-05-30", "expired", None)]
    assert practice.run("status", "--fail-on", "overdue").code == 10
    practice.ok(*ATTEST, "2026-05-30")
    assert asked(practice) == []
    assert ends(practice) == [("directory attestation", "2026-08-28", "90", None)]


def test_an_end_of_its_own_counts_where_it_comes_first(practice: Desk) -> None:
    practice.ok(*ATTEST, "2026-03-01", "--until", "2026-04-15")
    assert ends(practice) == [("directory attestation", "2026-04-15", "60", None)]
    ran = practice.ok(*ATTEST, "2026-03-02", "--until", "2027-03-01")
    assert "The policy asks for it every 90 days, which is before 2027-03-01." in ran.err
    assert ends(practice) == [("directory attestation", "2026-05-31", "90", None)]


def test_what_was_recorded_last_counts_and_nothing_is_changed(practice: Desk) -> None:
    practice.ok(*ATTEST, "2026-03-02")
    assert "on record already" in practice.ok(*ATTEST, "2026-03-02").err
    practice.ok(*ATTEST, "2026-01-02")  # the first was a slip
    (shown, _) = practice.items("provider", "duty", NPI)
    assert (shown["done_on"], shown["due_on"], shown["days_left"]) == ("2026-01-02", "2026-04-02", 31)
    with sqlite3.connect(practice.folder / "credkit.db") as connection:
        assert connection.execute("SELECT COUNT(*) FROM duties").fetchone() == (2,)
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            connection.execute("UPDATE duties SET done_on = '2026-03-01'")
    assert [one["verb"] for one in practice.items("audit", "log", NPI)].count("duty.done") == 2
    practice.ok("audit", "verify")


def test_on_an_earlier_day_what_was_done_by_then_counts(practice: Desk) -> None:
    practice.ok(*ATTEST, "2026-01-15")
    practice.live_on("2026-04-10")
    practice.ok(*ATTEST, "2026-04-10")
    assert ends(practice, "--on", "2026-04-01") == [("directory attestation", "2026-04-15", "14", None)]
    assert ends(practice, "--on", "2026-04-10") == [("directory attestation", "2026-07-09", "90", None)]


def test_the_sweep_tells_each_band_once(practice: Desk) -> None:
    practice.ok(*ATTEST, "2026-03-02", "--until", "2026-04-20")
    assert told(practice) == []  # within a band, and not asked for yet
    seen = []
    for day in ("2026-03-12", "2026-03-21", "2026-04-06", "2026-04-13", "2026-04-20", "2026-04-21", "2026-04-22"):
        practice.live_on(day)
        seen += [(day, what.rpartition(": ")[2]) for what in told(practice)]
    due = "directory attestation is due by 2026-04-20"
    assert seen == [
        ("2026-04-06", due),
        ("2026-04-13", due),
        ("2026-04-21", due.replace(" is ", " was ")),
    ]


def test_a_rhythm_of_months_is_told_in_its_bands_too(practice: Desk) -> None:
    practice.ok("provider", "duty", NPI, "supervision plan", "--done", "2025-08-31")
    practice.run("sweep")
    seen = []
    for day in ("2026-07-31", "2026-08-01", "2026-08-02", "2026-08-17", "2026-08-24", "2026-09-01"):
        practice.live_on(day)
        seen += [day for what in told(practice) if "supervision plan" in what]
    assert seen == ["2026-08-01", "2026-08-17", "2026-08-24", "2026-09-01"]


def test_what_is_recorded_late_is_told_at_once(practice: Desk) -> None:
    practice.ok(*ATTEST, "2025-10-01")
    assert told(practice) == ["Ana Marsh: directory attestation was due by 2025-12-30"]
    assert told(practice) == []


def test_providers_are_reminded_of_theirs_in_each_band_once(practice: Desk) -> None:
    practice.ok(*ATTEST, "2026-03-02", "--until", "2026-03-12")
    practice.ok("provider", "duty", NPI, "supervision plan", "--done", "2025-03-20")

    def mails() -> list[str]:
        out = practice.folder / "mails"
        before = set(out.glob("*.txt"))
        practice.ok("remind", "--out", out)
        return [path.read_text(encoding="utf-8") for path in set(out.glob("*.txt")) - before]

    (mail,) = mails()
    assert "Directory attestation is due by 2026-03-12" in mail
    assert "Look over your entry" in mail
    assert "upervision" not in mail
    assert "credkit" not in mail
    assert mails() == []
    practice.live_on("2026-03-13")
    (mail,) = mails()
    assert "Directory attestation was due by 2026-03-12" in mail
    practice.ok(*ATTEST, "2026-03-13")
    practice.live_on("2026-03-14")
    assert mails() == []


def test_what_was_never_recorded_is_asked_for_by_mail(practice: Desk) -> None:
    practice.ok("remind", "--out", practice.folder / "mails")
    (mail,) = [path.read_text(encoding="utf-8") for path in (practice.folder / "mails").glob("*.txt")]
    assert "Give directory attestation: Look over your entry" in mail
    assert "upervision" not in mail


def test_nobody_has_a_duty_before_the_approval_or_after_the_end(practice: Desk) -> None:
    practice.take_in(form(npi=OTHER_NPI, first_name="Ben", last_name="Quill", caqh_id="10000002"), name="other.csv")
    assert asked(practice, OTHER_NPI) == []
    ran = practice.ok("provider", "duty", OTHER_NPI, "directory attestation", "--done", "2026-03-01")
    assert "Ben Quill is not approved: duties are watched from the approval on." in ran.err
    assert [
        one for one in practice.items("expiry", "--within", "400") if one["npi"] == OTHER_NPI and one["kind"] == "duty"
    ] == []
    practice.ok(*ATTEST, "2026-03-01")
    practice.ok("provider", "terminate", NPI, "--reason", "Left the practice")
    assert (asked(practice), ends(practice)) == ([], [])


def test_a_duty_of_others_is_kept_and_not_watched(practice: Desk) -> None:
    ran = practice.ok("provider", "duty", NPI, "infection course", "--done", "2026-03-01")
    assert "The policy does not ask Ana Marsh for it: it is kept, and not watched." in ran.err
    assert ends(practice, "--within", "4000") == []


def test_what_the_duplicate_did_moves_by_a_merger(practice: Desk) -> None:
    practice.take_in(form(npi=OTHER_NPI, signed_on="2026-02-18"), name="again.csv")
    practice.ok("provider", "duty", OTHER_NPI, "directory attestation", "--done", "2026-02-20")
    ran = practice.ok("provider", "merge", OTHER_NPI, "--into", NPI, "--reason", "Typed wrong", "--yes")
    assert "1 duties" in ran.err
    assert ends(practice) == [("directory attestation", "2026-05-21", "90", None)]
    practice.ok("audit", "verify")


def test_the_portal_asks_providers_for_theirs_and_says_nothing_of_staff_s() -> None:
    rules = policy(
        duties=(
            DutyLine(name="directory attestation", every_days=90, who="provider"),
            DutyLine(name="supervision plan", every_days=90, who="staff"),
        )
    )
    done = tuple(
        DutyDone(name, NPI, name, on("2026-03-20"), None, "2026-03-20T10:00:00.000000Z", "kim")
        for name in ("directory attestation", "supervision plan")
    )
    file = replace(active(), duties=done)

    def page(day: str) -> tuple[list[str], list[str]]:
        assessment = assess(file, rules, on(day), CHECKS, PAYERS)
        shown = progress(assessment, rules, CHECKS, PAYERS, {})
        return [task.what for task in shown.tasks if "upervision" in task.what or "irectory" in task.what], [
            one.what for one in shown.endings if "upervision" in one.what or "irectory" in one.what
        ]

    assert page("2026-04-02") == ([], ["Directory attestation"])
    assert page("2026-06-10") == (["Directory attestation"], ["Directory attestation"])


WRONG = [
    ("no such duty", ("directory atestation", "--done", "2026-03-01"), "Did you mean directory attestation?"),
    ("a day to come", ("directory attestation", "--done", "2026-03-03"), "in the future"),
    ("over before it was done", ("directory attestation", "--done", "2026-03-01", "--until", "2026-02-01"), "before it was done"),
    ("a slip of the year", ("directory attestation", "--done", "2006-03-01"), "slip of the year"),
    ("no end at all", ("directory attestation", "--done", "2026-03-01", "--until", "2099-12-31"), "slip of the year"),
    ("no day", ("directory attestation",), "--done DATE"),
    ("no name", ("--done", "2026-03-01"), "Name the duty"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "says"), [one[1:] for one in WRONG], ids=[one[0] for one in WRONG])
def test_what_cannot_be_recorded(practice: Desk, words: tuple[str, ...], says: str) -> None:
    ran = practice.run("provider", "duty", NPI, *words)
    assert (ran.code, says in ran.err) == (2, True), ran.err
    assert {one["done_on"] for one in practice.items("provider", "duty", NPI)} == {None}


POLICIES = [
    ("two rhythms", "every_days = 90\nevery_months = 3", "either every_days or every_months"),
    ("none", "", "either every_days or every_months"),
    ("asked for all the time", "every_days = 10", "due every 10 days: lead_days must be fewer"),
    ("nobody's", 'every_days = 90\nwho = "payer"', "who"),
    ("it decides nothing", "every_days = 90\nsuspends = true", "duties.suspends is not a key of a policy"),
    ("no profession", 'every_days = 90\nprofessions = ["LCWS"]', "LCWS is not a profession"),
    ("twice", 'every_days = 90\n[[duties]]\nname = "Directory Attestation"\nevery_days = 9\nlead_days = 1', "another duty named"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "says"), [one[1:] for one in POLICIES], ids=[one[0] for one in POLICIES])
def test_a_policy_that_cannot_be(desk: Desk, text: str, says: str) -> None:
    ran = adopt(desk, f'[[duties]]\nname = "directory attestation"\n{text}\n')
    assert (ran.code, says in ran.err, "line " in ran.err) == (2, True, True), ran.err


def test_the_shipped_policy_has_no_duty_but_its_examples_are_right(desk: Desk) -> None:
    shipped = shipped_text()
    begin = shipped.index("# [[duties]]")
    examples = shipped[begin : shipped.index("[papers]")]
    text = "\n".join(line.removeprefix("# ").removeprefix("#") for line in examples.splitlines())
    desk.take_in(form())
    ran = desk.run("provider", "duty", NPI, "directory attestation", "--done", "2026-03-01")
    assert (ran.code, "Add it under [[duties]]" in ran.err) == (2, True)
    assert adopt(desk, text).code == 0
    desk.ok("provider", "duty", NPI, "supervision plan", "--done", "2026-03-01")


def test_a_duty_that_has_an_end_of_its_own_is_told_after_a_sweep_on_that_day(practice: Desk) -> None:
    practice.ok(*ATTEST, "2026-03-02", "--until", "2026-04-20")
    seen = []
    for day in ("2026-04-19", "2026-04-20", "2026-04-21"):
        practice.live_on(day)
        practice.ok("provider", "note", NPI, "something to record")
        seen += told(practice)[-1:]
    assert seen[-1] == "Ana Marsh: directory attestation was due by 2026-04-20"
