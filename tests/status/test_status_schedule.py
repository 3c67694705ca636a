"""`ready`: until when a yes holds, and a schedule of visits answered row by row."""

import json
import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from conftest import Ran
from desk import Desk
from factories import NPI, license, malpractice, policy
from hypothesis import given
from hypothesis import strategies as st
from lives import CHECKS, PAYERS, active, applied, approved, enrollment, on
from settled import enroll, settle

from credkit.records import EnrollmentStatus, Line, Payer, ProviderFile
from credkit.status.readiness import asked
from credkit.store import Store

POLICY = policy(monitoring={"overdue_suspends_after_days": 36_500})


def until(file: ProviderFile, day: str = "2026-04-10", payer: str | None = None) -> tuple[bool, date | None]:
    said, last = asked(file, POLICY, on(day), CHECKS, PAYERS, "CO", PAYERS[payer] if payer else None)
    return said.ready, last


def long_lived(**changes: object) -> ProviderFile:
    """Ana Marsh, whose license and malpractice last until 2035."""
    held = (license(expires="2035-12-31"), malpractice(expires="2035-12-31"))
    return approved(applied(*held))


HOLDS = [
    ("until the malpractice ends", active(), "2026-08-31"),
    (
        "until the license ends",
        active(file=approved(applied(license(), malpractice(expires="2030-01-01")))),
        "2027-03-31",
    ),
    ("until the recredentialing month ends", active(file=long_lived()), "2029-03-31"),
    ("until the enrollment ends", active(enrollment(ended_on="2026-06-01"), file=long_lived()), "2026-05-31"),
    (
        "another payer goes on",
        active(enrollment(ended_on="2026-06-01"), enrollment("birch"), file=long_lived()),
        "2029-03-31",
    ),
    (
        "but not one that does not count",
        active(enrollment(ended_on="2026-06-01"), enrollment("humana"), file=long_lived()),
        "2026-05-31",
    ),
    (
        "nor one that begins later",
        active(enrollment(ended_on="2026-06-01"), enrollment("birch", effective="2026-06-02"), file=long_lived()),
        "2026-05-31",
    ),
]


@pytest.mark.parametrize(("file", "last"), [row[1:] for row in HOLDS], ids=[row[0] for row in HOLDS])
def test_until_when_a_yes_holds(file: ProviderFile, last: str) -> None:
    assert until(file) == (True, on(last))
    assert until(file, last) == (True, on(last))
    assert not until(file, (on(last) + timedelta(days=1)).isoformat())[0]


def test_a_no_holds_until_no_day() -> None:
    assert until(active(), "2026-03-31") == (False, None)
    assert until(active(), "2026-04-10", "birch") == (False, None)


def test_of_one_payer_until_that_one_ends() -> None:
    file = active(enrollment(ended_on="2026-06-01"), enrollment("birch"), file=long_lived())
    assert until(file, payer="aspen") == (True, on("2026-05-31"))
    assert until(file, payer="birch") == (True, on("2029-03-31"))


DAYS = st.dates(date(2026, 3, 1), date(2029, 6, 1))


@given(day=DAYS, later=st.integers(0, 1_200), ends=st.none() | DAYS, effective=DAYS)
def test_a_yes_is_a_yes_on_every_day_until_its_last(day: date, later: int, ends: date | None, effective: date) -> None:
    held = enrollment(effective=effective.isoformat(), ended_on=ends)
    file = active(held, file=long_lived())
    said, last = asked(file, POLICY, day, CHECKS, PAYERS, "CO")
    other = day + timedelta(days=later)
    if said.ready and last is not None:
        assert asked(file, POLICY, other, CHECKS, PAYERS, "CO")[0].ready is (other <= last) or other > last
        assert not asked(file, POLICY, last + timedelta(days=1), CHECKS, PAYERS, "CO")[0].ready


# --- schedules ------------------------------------------------------------------------------------------------------

PEOPLE = {
    "ready": "1000000004",
    "not approved": "1000000012",
    "panel closed": "1000000020",
    "later": "1000000038",
    "ended": "1000000046",
    "only Medicaid": "1000000053",
}


@pytest.fixture
def booked(desk: Desk) -> Desk:
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store, store.batch():
        store.add_payer(Payer("aspen", "Aspen Health", Line.COMMERCIAL, aliases=("AH",)))
        store.add_payer(Payer("birch", "Birch Mutual", Line.COMMERCIAL))
        store.add_payer(Payer("state", "State Plan", Line.MEDICAID))
        for who, npi in PEOPLE.items():
            settle(store, npi, approved=who != "not approved", last_name=who.title().replace(" ", ""))
        enroll(store, PEOPLE["ready"], "aspen")
        enroll(store, PEOPLE["not approved"], "aspen")
        enroll(store, PEOPLE["panel closed"], "aspen", status=EnrollmentStatus.PANEL_CLOSED, effective_on=None)
        enroll(store, PEOPLE["later"], "aspen", effective_on=on("2026-04-20"))
        enroll(store, PEOPLE["ended"], "aspen", status=EnrollmentStatus.TERMINATED, ended_on=on("2026-04-05"))
        enroll(store, PEOPLE["only Medicaid"], "state", line=Line.MEDICAID)
    desk.live_on("2026-04-10")
    return desk


def schedule(desk: Desk, *rows: str, header: str = "npi,state,payer,date") -> Path:
    path = desk.folder / "schedule.csv"
    path.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")
    return path


ROWS: list[tuple[str, bool, str]] = [
    (f"{PEOPLE['ready']},CO,,2026-04-10", True, ""),
    (f"{PEOPLE['ready']},,AH,04/11/2026", True, ""),
    (f"{PEOPLE['ready']},Colorado,Birch Mutual,2026-04-10", False, "no enrollment with Birch Mutual in CO"),
    (f"{PEOPLE['ready']},CO,,2026-03-31", False, "effective only from 2026-04-01"),
    (f"{PEOPLE['ready']},TX,,2026-04-10", False, "TX is not among the states of practice"),
    (f"{PEOPLE['ready']},CO,,2027-04-10", False, "license CO: Held through 2027-03-31"),
    (f"{PEOPLE['ready']},CO,,2026-09-02", False, "malpractice: Held through 2026-08-31"),
    (f"{PEOPLE['not approved']},CO,,2026-04-10", False, "not approved by the committee for CO"),
    (f"{PEOPLE['panel closed']},CO,,2026-04-10", False, "panel closed"),
    (f"{PEOPLE['later']},CO,,2026-04-19", False, "effective only from 2026-04-20"),
    (f"{PEOPLE['later']},CO,,2026-04-20", True, ""),
    (f"{PEOPLE['ended']},CO,,2026-04-10", False, "ended on 2026-04-05"),
    (f"{PEOPLE['ended']},CO,,2026-04-04", True, ""),
    (f"{PEOPLE['only Medicaid']},CO,,2026-04-10", False, "in-network, but medicaid does not count"),
]


def test_every_row_is_answered_with_every_reason(booked: Desk) -> None:
    items = booked.items("ready", "--from", schedule(booked, *(row for row, _, _ in ROWS)), code=10)
    assert [one["row"] for one in items] == list(range(2, len(ROWS) + 2))
    for item, (row, ready, says) in zip(items, ROWS, strict=True):
        assert item["ready"] is ready, (row, item)
        assert bool(item["reasons"]) is not ready
        assert says in "; ".join(item["reasons"]), (row, item)
    # Nobody looked since March: the monthly checks are overdue from May, and end it 60 days later.
    assert items[0]["until"] == "2026-06-30"
    assert (items[1]["payer"], items[1]["state"], items[1]["on"]) == ("Aspen Health", "CO", "2026-04-11")


def test_a_row_says_what_the_one_provider_s_command_says(booked: Desk) -> None:
    rows = [row for row, _, _ in ROWS if ",TX," not in row]
    items = booked.items("ready", "--from", schedule(booked, *rows), code=10)
    for item in items:
        words = ["ready", item["npi"], "--state", item["state"], "--on", item["on"]]
        words += ["--payer", item["payer"]] if item["payer"] else []
        (one,) = booked.items(*words, code=0 if item["ready"] else 5)
        assert one == item | {"row": None}


BAD = [
    ("1000000005,CO,,2026-04-10", "'1000000005' is not an NPI"),
    (",CO,,2026-04-10", "there is no NPI"),
    (f"{NPI},ZZ,,2026-04-10", "'ZZ' is not a state"),
    (f"{NPI},CO,Nobody,2026-04-10", "there is no payer 'Nobody'"),
    (f"{NPI},CO,,10.04.2026", "With dots"),
    ("1000000103,CO,,2026-04-10", "there is no provider 1000000103"),
    (f"{NPI},CO,,2026-04-10,more", "cells"),
]


def test_what_cannot_be_read_is_no_yes(booked: Desk) -> None:
    good = f"{NPI},CO,,2026-04-10"
    ran = booked.run("ready", "--from", schedule(booked, good, *(row for row, _ in BAD)), "--json")
    assert ran.code == 3
    document = json.loads(ran.out)
    assert document["counts"] == {"rows": 8, "ready": 1, "not_ready": 0, "unreadable": 7}
    for item, (row, says) in zip(document["items"][1:], BAD, strict=True):
        assert (item["ready"], says in item["reasons"][0]) == (False, True), (row, item)


def test_a_schedule_without_columns_but_npis_is_of_today(booked: Desk) -> None:
    items = booked.items("ready", "--from", schedule(booked, NPI, header="NPI"))
    assert [(one["ready"], one["state"], one["on"]) for one in items] == [(True, "CO", "2026-04-10")]
    assert booked.run("ready", "--from", schedule(booked, "x", header="name")).code == 3


def test_a_no_among_them_can_end_0_and_what_cannot_be_read_cannot(booked: Desk) -> None:
    no = schedule(booked, *(row for row, _, _ in ROWS))
    assert [booked.run("ready", "--from", no, *words).code for words in ((), ("--exit-zero",))] == [10, 0]
    assert booked.run("ready", "--from", schedule(booked, "x,CO,,2026-04-10"), "--exit-zero").code == 3
    assert booked.run("ready", NPI, "--exit-zero").code == 2


@pytest.mark.parametrize("words", [(), (NPI, "--from", "x.csv"), ("--from", "x.csv", "--state", "CO")])
def test_one_or_the_other(booked: Desk, words: tuple[str, ...]) -> None:
    assert booked.run("ready", *words).code == 2


# --- a merger, another policy, a column by another name ---------------------------------------------------------------


def later(booked: Desk, day: str, *words: str) -> None:
    """Type a command on a later day."""
    booked.live_on(day)
    booked.ok(*words)
    booked.live_on("2026-04-10")


def readys(ran: Ran) -> list[bool]:
    return [item["ready"] for item in json.loads(ran.out)["items"]]


def test_a_merger_ends_or_begins_a_yes_on_its_day(booked: Desk) -> None:
    """Aspen is merged into a payer that does not count: before that day yes, from it on no, row by row and alone."""
    with Store.open(booked.folder / "credkit.db", actor="kim", command="test") as store:
        store.add_payer(Payer("humana", "Humana", Line.COMMERCIAL))
    later(booked, "2026-05-20", "payer", "merge", "Aspen Health", "Humana", "--reason", "bought")
    npi = PEOPLE["ready"]
    days = ("2026-05-19", "2026-05-20", "2026-05-10", "2026-06-25")
    rows = schedule(booked, *(f"{npi},CO,,{day}" for day in days))
    assert readys(booked.run("ready", "--from", rows, "--json")) == [True, False, True, False]
    assert [booked.run("ready", npi, "--state", "CO", "--on", day).code for day in days] == [0, 5, 0, 5]
    asked = booked.run("ready", npi, "--state", "CO", "--on", "2026-05-10", "--json")
    assert json.loads(asked.out)["items"][0]["until"] == "2026-05-19"


def test_who_was_merged_later_answers_for_itself_before(booked: Desk) -> None:
    later(booked, "2026-05-20", "payer", "merge", "Aspen Health", "Birch Mutual", "--reason", "bought")
    wanted = ["ready", PEOPLE["ready"], "--state", "CO"]
    before, after = ("--on", "2026-05-10"), ("--on", "2026-05-20")
    assert booked.run(*wanted, "--payer", "Birch Mutual", *before).code == 5
    assert booked.run(*wanted, "--payer", "Aspen Health", *before).code == 0
    assert booked.run(*wanted, "--payer", "Birch Mutual", *after).code == 0
    rows = [f"{PEOPLE['ready']},CO,Birch Mutual,{day}" for day in ("2026-05-10", "2026-05-20", "2026-05-11")]
    assert readys(booked.run("ready", "--from", schedule(booked, *rows), "--json")) == [False, True, False]


def test_a_yes_is_not_carried_into_another_policy(booked: Desk) -> None:
    text = booked.ok("policy", "show").out
    stricter = text.replace("excluded_payers = [", 'excluded_payers = ["Aspen", ', 1)
    assert stricter != text
    path = booked.folder / "stricter.toml"
    path.write_text(re.sub(r"(?m)^effective_from = .*$", "effective_from = 2026-04-15", stricter), encoding="utf-8")
    booked.ok("policy", "adopt", path)
    days = ("2026-04-14", "2026-04-15", "2026-04-12", "2026-04-30")
    rows = schedule(booked, *(f"{PEOPLE['ready']},CO,,{day}" for day in days))
    assert readys(booked.run("ready", "--from", rows, "--json")) == [True, False, True, False]


@pytest.mark.parametrize("header", ["npi,state,payer,dat", "npi,state,payer,Visit Date", "npi,state,insurer,date"])
def test_a_column_by_another_name_is_not_passed_over(booked: Desk, header: str) -> None:
    ran = booked.run("ready", "--from", schedule(booked, f"{PEOPLE['ready']},CO,,2026-04-10", header=header))
    assert ran.code == 3
    assert "looks like" in ran.err


def test_columns_that_are_nobody_s_are_passed_over(booked: Desk) -> None:
    rows = schedule(booked, f"{PEOPLE['ready']},CO,,2026-04-10,B.Q.,14:30", header="NPI,State,Payer,Date,Client,Time")
    assert booked.run("ready", "--from", rows).code == 0


def test_a_payer_without_a_name_is_no_payer(booked: Desk) -> None:
    assert booked.run("ready", PEOPLE["ready"], "--state", "CO", "--payer", "").code == 2


@pytest.mark.parametrize("text", ["", "npi,state,payer,date\n", "\n\n", "name\nx\n"])
def test_a_schedule_with_nothing_in_it_says_which_columns_it_has(booked: Desk, text: str) -> None:
    path = booked.folder / "nothing.csv"
    path.write_text(text, encoding="utf-8")
    ran = booked.run("ready", "--from", path)
    assert (ran.code, "columns npi, state, payer, date" in ran.err, "intake" in ran.err) == (3, True, False), ran.err
