"""`credkit payer` and `credkit enroll`: payers added, enrollments opened and moved."""

import pytest
from desk import Desk, form
from factories import NPI
from settled import enroll, settle

from credkit.records import Line, Payer
from credkit.store import Store

SUBMIT = ("enroll", "submit", NPI, "Aspen Health", "--state", "CO")
UPDATE = ("enroll", "update", NPI, "Aspen Health", "--state", "CO", "--status")


@pytest.fixture
def open_desk(desk: Desk) -> Desk:
    desk.take_in(form())
    desk.ok(
        "payer",
        "add",
        "Aspen  Health ",
        "--line",
        "commercial",
        "--parent",
        "Aspen Group",
        "--alias",
        "AH",
        "ASPEN PPO",
    )
    return desk


def test_a_payer(open_desk: Desk) -> None:
    payer = open_desk.item("payer", "list")
    assert (payer["name"], payer["line"], payer["parent"]) == ("Aspen Health", "commercial", "Aspen Group")
    assert payer["aliases"] == ["AH", "ASPEN PPO"]


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("aspen health", "--line", "eap"), 2, "already the payer Aspen Health"),
        (("ah", "--line", "eap"), 2, "already the payer Aspen Health"),
        (("Birch", "--line", "eap", "--alias", "aspen ppo"), 2, "already the payer Aspen Health"),
        (("  ", "--line", "eap"), 2, "A payer needs a name"),
        (("Birch", "--line", "comercial"), 2, "Did you mean commercial?"),
        (("Birch", "stray", "--line", "eap"), 2, "Unexpected words: 'stray'"),
    ],
)
def test_payers_that_are_refused(open_desk: Desk, words: tuple[str, ...], code: int, says: str) -> None:
    ran = open_desk.run("payer", "add", *words)
    assert (ran.code, says in ran.err) == (code, True), ran.err
    assert len(open_desk.items("payer", "list")) == 1


def test_an_enrollment_from_the_submission_to_its_end(open_desk: Desk) -> None:
    made = open_desk.item(*SUBMIT, "--submitted", "2026-02-27", "--reference", "A-1")
    assert (made["status"], made["submitted_on"], made["tax_id"]) == ("submitted", "2026-02-27", "00-0000000")
    assert (made["line"], made["in_network"], made["counts"]) == ("commercial", False, True)
    open_desk.ok(*UPDATE, "info_requested", "--reason", "the certificate")
    assert open_desk.item("enroll", "list", NPI)["status_reason"] == "the certificate"
    open_desk.ok(*UPDATE, "approved", "--decided", "2026-03-01")
    assert open_desk.item("enroll", "list", NPI)["in_network"] is False
    open_desk.ok(*UPDATE, "active", "--effective", "2026-03-02")
    assert open_desk.item("enroll", "list")["in_network"] is True
    assert open_desk.item("enroll", "list", "--on", "2026-03-01")["in_network"] is False
    open_desk.ok(*UPDATE, "terminated", "--ended", "2026-06-01", "--reason", "moved")
    assert open_desk.item("enroll", "list", "--on", "2026-05-31")["in_network"] is True
    assert open_desk.item("enroll", "list", "--on", "2026-06-01")["in_network"] is False
    again = open_desk.item(*SUBMIT)
    assert (again["id"], again["status"], again["effective_on"]) == ("E2", "submitted", None)
    first, second = open_desk.items("enroll", "list", "--on", "2026-05-31")
    assert (first["id"], first["status"], first["in_network"]) == (made["id"], "terminated", True)
    assert (second["id"], second["in_network"]) == ("E2", False)
    verbs = [event["verb"] for event in open_desk.items("audit", "log", NPI)]
    assert verbs.count("enrollment.updated") == 4
    assert verbs.count("enrollment.submitted") == 2


REFUSED = [
    ("a state where nobody practices", ("enroll", "submit", NPI, "AH", "--state", "TX"), 5, "does not practice in TX"),
    ("a day to come", (*SUBMIT, "--submitted", "2026-03-03"), 2, "is in the future"),
    ("no such payer", ("enroll", "submit", NPI, "Aspen Helth", "--state", "CO"), 2, "Did you mean Aspen Health?"),
    ("none to move", (*UPDATE, "approved"), 2, "has no enrollment with Aspen Health in CO"),
    ("no such status", (*UPDATE, "aproved"), 2, "Did you mean approved?"),
    ("no such line", (*SUBMIT, "--line", "medicar"), 2, "Did you mean medicare?"),
    ("no such provider", ("enroll", "submit", "1000000103", "AH", "--state", "CO"), 2, "There is no provider"),
]


@pytest.mark.parametrize(("words", "code", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_refused(open_desk: Desk, words: tuple[str, ...], code: int, says: str) -> None:
    ran = open_desk.run(*words)
    assert (ran.code, says in ran.err) == (code, True), ran.err
    assert open_desk.items("enroll", "list") == []


def test_a_move_that_is_not_allowed_says_which_are(open_desk: Desk) -> None:
    open_desk.ok(*SUBMIT)
    ran = open_desk.run(*UPDATE, "terminated", "--ended", "2026-03-02")
    assert (ran.code, "cannot become terminated" in ran.err, "in_review" in ran.err) == (5, True, True)
    assert open_desk.item("enroll", "list")["status"] == "submitted"
    assert open_desk.run(*SUBMIT).code == 0, "the same submission again is a correction of its date"


def test_two_lines_with_one_payer_are_named(open_desk: Desk) -> None:
    open_desk.ok(*SUBMIT)
    open_desk.ok(*SUBMIT, "--line", "medicare_advantage")
    ran = open_desk.run(*UPDATE, "approved")
    assert (ran.code, "Name one with --line: commercial, medicare_advantage." in ran.err) == (2, True)
    open_desk.ok(*UPDATE, "approved", "--line", "medicare_advantage")
    assert {one["line"]: (one["status"], one["counts"]) for one in open_desk.items("enroll", "list")} == {
        "commercial": ("submitted", True),
        "medicare_advantage": ("approved", False),
    }


@pytest.mark.parametrize("line", ["medicare", "medicare_advantage"])
def test_who_opted_out_of_medicare_is_not_enrolled_with_it_and_with_everybody_else(open_desk: Desk, line: str) -> None:
    def opted(result: str) -> None:
        open_desk.ok("verify", "record", NPI, "medicare_opt_out", "--result", result, "--source", "CMS opt-out list")

    opted("review")
    open_desk.ok("verify", "accept", NPI, "medicare_opt_out", "--reason", "sees no Medicare clients")
    refused = open_desk.run(*SUBMIT, "--submitted", "2026-02-27", "--line", line)
    assert (refused.code, f"cannot be enrolled with {line}: To be reviewed by hand" in refused.err) == (5, True)
    open_desk.ok(*SUBMIT, "--submitted", "2026-02-27")
    opted("pass")
    open_desk.ok(*SUBMIT, "--submitted", "2026-02-27", "--line", line)


def test_a_line_that_counts_with_a_payer_that_does_not_is_said(open_desk: Desk) -> None:
    open_desk.ok("payer", "add", "State Plan", "--line", "medicaid")
    ran = open_desk.ok("enroll", "submit", NPI, "State Plan", "--state", "CO", "--line", "commercial")
    assert "State Plan is medicaid, and E1 is commercial, which counts towards being ready" in ran.err
    assert "State Plan is medicaid" not in open_desk.ok("enroll", "submit", NPI, "State Plan", "--state", "CO").err


# --- dates ----------------------------------------------------------------------------------------------------------

APPROVED = (*UPDATE, "approved", "--decided", "2026-03-02")
DATES = [
    ("an end that nobody knows", (*APPROVED, "--effective", "2026-03-02", "--ended", "9999-12-31"), "between 1980-01-01 and"),
    ("from the last day there is", (*APPROVED, "--effective", "9999-12-31"), "The effective date 9999-12-31 is not between"),
    ("from the first", (*APPROVED, "--effective", "0001-01-01"), "The effective date 0001-01-01 is not between"),
    ("of another century", (*UPDATE, "in_review", "--submitted", "1900-01-01"), "day of submission 1900-01-01"),
    ("received before there was anything", (*UPDATE, "in_review", "--received", "1979-12-31"), "day of receipt 1979-12-31"),
    ("far ahead", (*APPROVED, "--effective", "2037-01-01"), "more than 10 years away"),
    ("revalidated far ahead", (*APPROVED, "--effective", "2026-03-02", "--revalidate", "2037-01-01"), "more than 10 years"),
    ("loaded before it was taken", (*UPDATE, "in_review", "--loaded", "2026-03-02"), "in_review is not loaded yet"),
    ("loaded while only sent", (*UPDATE, "submitted", "--loaded", "2026-03-02"), "submitted is not loaded yet"),
    ("to be revalidated before it was taken", (*UPDATE, "submitted", "--revalidate", "2031-03-31"), "is not to be revalidated"),
    (
        "approved, and over",
        (*APPROVED, "--effective", "2026-02-27", "--ended", "2026-03-01"),
        "it ended on 2026-03-01, and so is terminated, not approved",
    ),
]  # fmt: skip


@pytest.mark.parametrize("line", ["commercial", "medicare"])
@pytest.mark.parametrize(("words", "says"), [row[1:] for row in DATES], ids=[row[0] for row in DATES])
def test_dates_that_no_enrollment_has(open_desk: Desk, words: tuple[str, ...], says: str, line: str) -> None:
    open_desk.ok(*SUBMIT, "--submitted", "2026-02-27", "--line", line)
    before = open_desk.items("enroll", "list")
    ran = open_desk.run(*words)
    assert (ran.code, says in ran.err) == (2, True), ran.err
    assert open_desk.items("enroll", "list") == before


def test_an_end_that_was_announced_closes_the_enrollment_on_its_day(open_desk: Desk) -> None:
    open_desk.ok(*SUBMIT, "--submitted", "2026-02-27")
    open_desk.ok(*APPROVED, "--effective", "2026-03-02", "--ended", "2026-04-01")
    open_desk.live_on("2026-03-31")
    assert open_desk.run(*SUBMIT).code == 5, "it is open until then"
    open_desk.live_on("2026-04-01")
    again = open_desk.item(*SUBMIT)
    assert (again["id"], again["status"]) == ("E2", "submitted")
    first, _ = open_desk.items("enroll", "list", "--on", "2026-03-31")
    assert (first["status"], first["ended_on"], first["in_network"]) == ("terminated", "2026-04-01", True)
    assert open_desk.run("audit", "verify").code == 0


@pytest.mark.parametrize(
    "command", [("ready", NPI), ("enroll", "due"), ("enroll", "aging"), ("enroll", "list"), ("status",)]
)
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_can_be_asked_about(open_desk: Desk, command: tuple[str, ...], day: str) -> None:
    open_desk.ok(*SUBMIT, "--submitted", "2026-02-27", "--line", "medicare")
    open_desk.ok(*APPROVED, "--effective", "2026-03-02")
    ran = open_desk.run(*command, "--on", day)
    assert ran.code in {0, 2, 5}, ran.err


def test_a_delegated_payer_s_date_is_not_moved_before_the_committee(desk: Desk) -> None:
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store, store.batch():
        store.add_payer(Payer("aspen", "Aspen Health", Line.COMMERCIAL, delegated=True))
        settle(store, NPI)
        enroll(store, NPI, "aspen")
    desk.live_on("2026-04-10")
    words = ("enroll", "update", NPI, "Aspen Health", "--state", "CO", "--effective")
    ran = desk.run(*words, "2026-03-08")
    assert (ran.code, "nothing is dated back before the committee, which decided on 2026-03-09" in ran.err) == (5, True)
    assert desk.item(*words, "2026-03-10")["effective_on"] == "2026-03-10"


def test_what_has_ended_does_not_go_on_by_another_end(open_desk: Desk) -> None:
    """On the days between it would say ready, and nobody would have enrolled anybody."""
    open_desk.ok(*SUBMIT, "--submitted", "2026-02-27")
    open_desk.ok(*APPROVED, "--effective", "2026-03-02")
    open_desk.ok(*UPDATE, "terminated", "--ended", "2026-04-01", "--reason", "moved")
    open_desk.live_on("2026-03-31")
    open_desk.ok(*UPDATE, "terminated", "--ended", "2026-05-01")  # an announced end is another day until it comes
    open_desk.live_on("2026-06-01")
    ran = open_desk.run(*UPDATE, "terminated", "--ended", "2026-12-31")
    assert (ran.code, "ended on 2026-05-01, and does not go on until 2026-12-31" in ran.err) == (5, True)
    assert open_desk.item(*UPDATE, "terminated", "--ended", "2026-04-15")["ended_on"] == "2026-04-15"
    assert open_desk.item("enroll", "list")["in_network"] is False
