"""Whom to ask today, in which order, and that only a contact moves a due date."""

from datetime import date
from typing import Any

import pytest
from desk import Desk, form
from factories import NPI, policy
from hypothesis import given
from hypothesis import strategies as st
from lives import ASPEN, PAYERS, active, applied, approved, enrollment, on
from lives import verified as verified_file

from credkit.network.follow_ups import Blocking, blocking, follow_up
from credkit.records import Channel, Contact, EnrollmentStatus, Payer

RULES = policy().network
DAY = date(2026, 3, 31)


def contact(contacted: str = "2026-03-20", next_on: str = "2026-04-03") -> Contact:
    return Contact("c", "aspen-CO", NPI, on(contacted), Channel.PHONE, "Sam", "in review", None, on(next_on), "", "kim")


DUE: list[tuple[str, dict[str, Any], Contact | None, str | None, str]] = [
    ("with the payer, after the rhythm", {"status": "submitted"}, None, "2026-03-24", "ask where it stands"),
    ("after a contact, the day it named", {"status": "in_review"}, contact(), "2026-04-03", "ask where it stands"),
    ("not sent yet", {"status": "not_started", "opened_on": "2026-03-01"}, None, "2026-03-15", "send the application"),
    (
        "a question is due at once",
        {"status": "info_requested", "status_reason": "the W-9", "updated_at": "2026-03-21T10:00:00.000000Z"},
        contact(), "2026-03-21", "answer: the W-9",
    ),
    (
        "until somebody answered it",
        {"status": "info_requested", "status_reason": "the W-9", "updated_at": "2026-03-20T10:00:00.000000Z"},
        contact(), "2026-04-03", "answer: the W-9",
    ),
    ("no effective date", {"status": "approved", "decided_on": "2026-03-12"}, None, "2026-03-26", "ask for the effective"),
    (
        "not seen loaded",
        {"status": "approved", "decided_on": "2026-03-12", "effective": "2026-04-01"},
        None, "2026-03-26", "ask whether it is loaded",
    ),
    ("loaded", {"status": "approved", "effective": "2026-04-01", "loaded_on": "2026-03-30"}, None, None, ""),
    ("active", {"status": "active", "effective": "2026-04-01"}, None, None, ""),
    ("over", {"status": "denied", "status_reason": "full"}, None, None, ""),
    ("ended", {"status": "active", "effective": "2026-03-12", "ended_on": "2026-03-31", "revalidate_on": "2026-04-30"}, None, None, ""),
    (
        "to be revalidated",
        {"status": "active", "effective": "2026-03-12", "revalidate_on": "2026-06-30"},
        None, "2026-03-02", "revalidate by 2026-06-30",
    ),
    (
        "an old contact is not about the revalidation",
        {"status": "active", "effective": "2026-03-12", "revalidate_on": "2026-06-30"},
        contact("2026-02-20", "2026-05-01"), "2026-03-02", "revalidate by",
    ),
    ("not to be revalidated yet", {"status": "active", "effective": "2026-03-12", "revalidate_on": "2026-09-30"}, None, None, ""),
]  # fmt: skip


@pytest.mark.parametrize(("given", "last", "due", "ask"), [row[1:] for row in DUE], ids=[row[0] for row in DUE])
def test_when_somebody_is_asked(given: dict[str, Any], last: Contact | None, due: str | None, ask: str) -> None:
    found = follow_up(enrollment(**({"effective": None} | given)), ASPEN, last, RULES, DAY)
    assert (found.due_on if found else None) == (on(due) if due else None)
    assert not found or ask in found.ask


def test_a_payer_has_a_rhythm_of_its_own() -> None:
    weekly = Payer("aspen", "Aspen Health", ASPEN.line, follow_up_days=7)
    found = follow_up(enrollment(status="submitted", effective=None), weekly, None, RULES, DAY)
    assert found
    assert found.due_on == on("2026-03-17")


@given(status=st.sampled_from(EnrollmentStatus), day=st.dates(date(2026, 3, 10), date(2027, 3, 10)))
def test_without_a_contact_what_is_due_stays_due(status: EnrollmentStatus, day: date) -> None:
    held = enrollment(status=status, effective=None, opened_on="2026-03-01", updated_at="2026-03-20T10:00:00.000000Z")
    found = follow_up(held, ASPEN, None, RULES, day)
    later = follow_up(held, ASPEN, None, RULES, date(2027, 6, 1))
    assert (found is None) == (later is None)
    assert not found or not later or found.due_on == later.due_on


def test_what_holds_up_a_whole_state_comes_first() -> None:
    asked = enrollment(status="submitted", effective=None)
    medicare = enrollment("medicare", status="submitted", effective=None)
    held = [
        blocking(file, one, PAYERS, policy(), on("2026-04-02"))
        for file, one in (
            (active(asked, file=approved()), asked),
            (active(asked, medicare, file=approved()), medicare),
            (active(asked, enrollment("birch"), file=approved()), asked),
            (active(asked, enrollment("humana"), file=approved()), asked),
            (active(asked, file=verified_file(applied())), asked),
        )
    ]
    assert held == [
        Blocking.EVERYTHING,
        Blocking.ONE_MORE_PAYER,
        Blocking.ONE_MORE_PAYER,
        Blocking.EVERYTHING,
        Blocking.NOTHING_YET,
    ]


# --- as typed -------------------------------------------------------------------------------------------------------


@pytest.fixture
def chased(desk: Desk) -> Desk:
    desk.take_in(form(), form(npi="1000000012", first_name="Ben", last_name="Alder", email="ben@example.org"))
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial")
    desk.ok("payer", "add", "Birch Mutual", "--line", "commercial", "--follow-up-days", "7")
    desk.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO", "--owner", "Maria")
    desk.ok("enroll", "submit", "1000000012", "Birch Mutual", "--state", "CO")
    return desk


def due(desk: Desk, *options: str) -> list[tuple[str, str, int]]:
    return [(one["id"], one["due_on"], one["days_overdue"]) for one in desk.items("enroll", "due", *options)]


def test_overdue_until_a_contact_is_logged(chased: Desk) -> None:
    assert due(chased) == []
    chased.live_on("2026-03-20")
    assert due(chased) == [("E2", "2026-03-09", 11), ("E1", "2026-03-16", 4)]
    for words in (
        ("--next", "2026-06-01"),
        ("--next", "2026-06-01", "--channel", "phone", "--who", "Sam"),
        ("--next", "2026-06-01", "--said", "soon"),
    ):
        ran = chased.run("enroll", "contact", "E2", *words)
        assert (ran.code, "--next alone moves no due date" in ran.err) == (5, True)
    # Another word of the payer's is no contact either.
    chased.ok("enroll", "update", "1000000012", "Birch Mutual", "--state", "CO", "--status", "in_review")
    assert due(chased)[0] == ("E2", "2026-03-09", 11)
    chased.ok("enroll", "contact", "e2", "--channel", "portal", "--who", "portal", "--said", "in review")
    assert due(chased) == [("E1", "2026-03-16", 4)]
    assert due(chased, "--ahead", "7") == [("E1", "2026-03-16", 4), ("E2", "2026-03-27", 0)]
    history = chased.items("enroll", "show", "E2")
    assert [one["what"] for one in history] == ["enrollment.submitted", "enrollment.updated", "payer.contacted"]
    assert history[2]["changes"] == ["portal with portal: in review", "next 2026-03-27"]
    assert chased.run("audit", "verify").code == 0


def test_by_owner_payer_state_and_number(chased: Desk) -> None:
    chased.live_on("2026-03-20")
    assert [one[0] for one in due(chased, "--owner", "maria")] == ["E1"]
    assert [one[0] for one in due(chased, "--owner", "kim")] == ["E2"]
    assert [one[0] for one in due(chased, "--payer", "birch mutual")] == ["E2"]
    assert due(chased, "--state", "TX") == []
    assert [one[0] for one in due(chased, "--limit", "1")] == ["E2"]
    assert chased.run("enroll", "due").code == 0
    assert chased.run("enroll", "due", "--fail-on", "overdue").code == 10
    assert chased.run("enroll", "due", "--owner", "nobody", "--fail-on", "any").code == 0


CONTACTS = [
    ("a day to come", ("--contacted", "2026-03-21"), 2, "in the future"),
    ("before it began", ("--contacted", "2026-03-01"), 2, "before the enrollment began"),
    ("the next before this one", ("--next", "2026-03-20"), 2, "must lie after"),
    ("no such channel", ("--channel", "fone"), 2, "Did you mean phone?"),
    ("no such enrollment", (), 2, "There is no enrollment 'E9'"),
    ("words that say nothing", ("--said", "  "), 2, "may not be blank"),
]


@pytest.mark.parametrize(("words", "code", "says"), [row[1:] for row in CONTACTS], ids=[row[0] for row in CONTACTS])
def test_contacts_that_are_refused(chased: Desk, words: tuple[str, ...], code: int, says: str) -> None:
    chased.live_on("2026-03-20")
    which = "E9" if not words else "E1"
    ran = chased.run("enroll", "contact", which, "--channel", "phone", "--who", "Sam", "--said", "soon", *words)
    assert (ran.code, says in ran.err) == (code, True), ran.err
    assert len(due(chased)) == 2


def test_what_is_over_is_not_followed_up(chased: Desk) -> None:
    chased.ok("enroll", "update", NPI, "Aspen Health", "--state", "CO", "--status", "panel_closed")
    ran = chased.run("enroll", "contact", "E1", "--channel", "phone", "--who", "Sam", "--said", "closed")
    assert (ran.code, "nothing of it is to be followed up" in ran.err) == (5, True)


# --- what is due stays due ------------------------------------------------------------------------------------------


@pytest.fixture
def overdue(chased: Desk) -> Desk:
    """E2 with Birch Mutual is overdue since 2026-03-09: it is asked every seven days."""
    chased.live_on("2026-03-20")
    assert due(chased, "--payer", "Birch Mutual") == [("E2", "2026-03-09", 11)]
    return chased


BEN = ("1000000012", "Birch Mutual", "--state", "CO")
NO_CONTACT: list[tuple[str, tuple[tuple[str, ...], ...]]] = [
    ("sent again", (("enroll", "submit", *BEN),)),
    ("sent again on an earlier day", (("enroll", "submit", *BEN, "--submitted", "2026-03-18"),)),
    ("another day of submission", (("enroll", "update", *BEN, "--submitted", "2026-03-19"),)),
    ("received since", (("enroll", "update", *BEN, "--received", "2026-03-19"),)),
    ("a longer rhythm", (("payer", "edit", "Birch Mutual", "--follow-up-days", "60"),)),
    ("merged into a payer of a longer rhythm", (("payer", "merge", "Birch Mutual", "Aspen Health", "--reason", "x"),)),
    ("a question of the payer's", (("enroll", "update", *BEN, "--status", "info_requested", "--reason", "W-9"),)),
    (
        "a question, and its answer",
        (
            ("enroll", "update", *BEN, "--status", "info_requested", "--reason", "W-9"),
            ("enroll", "update", *BEN, "--status", "in_review"),
        ),
    ),
    ("another owner, twice", (("enroll", "update", *BEN, "--owner", "Lee"), ("enroll", "update", *BEN, "--owner", "Jo"))),
    (
        "all of it, one after the other",
        (
            ("payer", "edit", "Birch Mutual", "--follow-up-days", "90"),
            ("enroll", "update", *BEN, "--submitted", "2026-03-19"),
            ("enroll", "submit", *BEN),
            ("payer", "merge", "Birch Mutual", "Aspen Health", "--reason", "x"),
        ),
    ),
]  # fmt: skip


@pytest.mark.parametrize("commands", [row[1] for row in NO_CONTACT], ids=[row[0] for row in NO_CONTACT])
def test_what_is_overdue_stays_so_until_a_contact(overdue: Desk, commands: tuple[tuple[str, ...], ...]) -> None:
    for words in commands:
        overdue.ok(*words)
    assert ("E2", "2026-03-09", 11) in due(overdue)
    overdue.live_on("2026-03-25")
    assert ("E2", "2026-03-09", 16) in due(overdue)
    # A contact of before it was due is none about it; one of since is.
    said = ("enroll", "contact", "E2", "--channel", "phone", "--who", "Sam", "--said", "soon")
    overdue.ok(*said, "--next", "2026-03-30")
    assert "E2" not in [one[0] for one in due(overdue)]
    overdue.ok("enroll", "update", *BEN, "--owner", "Kim")
    assert "E2" not in [one[0] for one in due(overdue)]
    assert overdue.run("audit", "verify").code == 0


def test_a_tracker_moves_no_due_date_either(overdue: Desk) -> None:
    mapped, tracker = overdue.folder / "map.toml", overdue.folder / "tracker.csv"
    mapped.write_text('[columns]\nnpi = "N"\npayer = "P"\nstate = "S"\nstatus = "T"\nsubmitted_on = "D"\n')
    tracker.write_text("N,P,S,T,D\n1000000012,Birch Mutual,CO,in review,2026-03-19\n")
    overdue.ok("enroll", "import", tracker, "--map", mapped)
    assert ("E2", "2026-03-09", 11) in due(overdue)
    assert overdue.item("enroll", "import", tracker, "--map", mapped)["outcome"] == "unchanged"


@pytest.mark.parametrize(
    "words",
    [
        ("--status", "denied", "--reason", "full"),
        ("--status", "active", "--effective", "2026-04-01", "--decided", "2026-03-20"),
        ("--status", "withdrawn"),
    ],
)
def test_a_decision_is_an_answer(overdue: Desk, words: tuple[str, ...]) -> None:
    overdue.ok("enroll", "update", *BEN, *words)
    assert "E2" not in [one[0] for one in due(overdue)]


def test_what_was_to_be_sent_is_done_when_it_is_sent(overdue: Desk) -> None:
    text = overdue.ok("policy", "show").out.replace("[expiry]", '[[network.enroll]]\npayer = "Cedar"\n[expiry]')
    (overdue.folder / "ours.toml").write_text(text.replace("effective_from = ", "effective_from = 2026-03-01 #"))
    overdue.ok("payer", "add", "Cedar", "--line", "commercial")
    overdue.ok("policy", "adopt", overdue.folder / "ours.toml")
    overdue.ok("enroll", "submit", NPI, "--all-payers")
    overdue.live_on("2026-04-20")
    assert ("E3", "2026-04-03", 17) in due(overdue)
    overdue.ok("enroll", "submit", NPI, "Cedar", "--state", "CO")
    assert "E3" not in [one[0] for one in due(overdue)]
    assert ("E3", "2026-05-04", 0) in due(overdue, "--ahead", "14")


def test_a_revalidation_that_is_due_is_not_put_off_without_a_contact(chased: Desk) -> None:
    aspen = (NPI, "Aspen Health", "--state", "CO")
    chased.ok(
        "enroll", "update", *aspen, "--status", "active", "--effective", "2026-03-02", "--revalidate", "2026-06-30"
    )
    assert due(chased) == [("E1", "2026-03-02", 0)]
    chased.live_on("2026-03-05")
    ran = chased.run("enroll", "update", *aspen, "--revalidate", "2031-06-30")
    assert (ran.code, "E1 is due since 2026-03-02, and stays so" in ran.err) == (0, True)
    assert due(chased) == [("E1", "2026-03-02", 3)]
    chased.ok("enroll", "contact", "E1", "--channel", "portal", "--who", "portal", "--said", "revalidated")
    assert due(chased) == []


def test_it_is_said_where_people_look(overdue: Desk) -> None:
    ran = overdue.run("enroll", "due")
    assert "2 are overdue, and stay so until `credkit enroll contact ID`" in ran.err
    ran = overdue.run("enroll", "submit", *BEN)
    assert "E2 is due since 2026-03-09, and stays so" in ran.err
    assert "until `credkit enroll contact`" in overdue.ok("enroll", "due", "--help").out.replace("\n", " ")


def test_the_next_contact_is_within_a_year(overdue: Desk) -> None:
    ran = overdue.run(
        "enroll", "contact", "E2", "--channel", "phone", "--who", "Sam", "--said", "soon", "--next", "9999-12-31"
    )
    assert (ran.code, "more than a year away" in ran.err) == (2, True)
    assert ("E2", "2026-03-09", 11) in due(overdue)
