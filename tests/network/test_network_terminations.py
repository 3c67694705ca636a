"""`enroll terminate`: of a provider, with a payer, or of an organization."""

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI

OTHER_TAX_ID = "00-0000001"
WHY = ("--ended", "2026-06-30", "--reason", "left")


@pytest.fixture
def enrolled(desk: Desk) -> Desk:
    desk.take_in(form(), form(npi=OTHER_NPI, first_name="Ben", last_name="Alder", email="ben@example.org"))
    for npi in (NPI, OTHER_NPI):
        desk.enroll("Aspen Health", effective="2026-04-01", npi=npi)
    desk.enroll("Birch Mutual", effective="2026-08-01")
    desk.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO", "--tax-id", OTHER_TAX_ID)
    return desk


def standing(desk: Desk) -> dict[str, tuple[str, str | None]]:
    return {one["id"]: (one["status"], one["ended_on"]) for one in desk.items("enroll", "list")}


BEFORE = {
    "E1": ("approved", None),
    "E2": ("approved", None),
    "E3": ("approved", None),
    "E4": ("submitted", None),
}


SCOPES: list[tuple[str, tuple[str, ...], dict[str, tuple[str, str | None]]]] = [
    (
        "a provider",
        ("--provider", NPI),
        # What begins later never begins; an application is withdrawn.
        {"E1": ("terminated", "2026-06-30"), "E3": ("terminated", "2026-08-01"), "E4": ("withdrawn", None)},
    ),
    (
        "a payer",
        ("--payer", "aspen health"),
        {"E1": ("terminated", "2026-06-30"), "E2": ("terminated", "2026-06-30"), "E4": ("withdrawn", None)},
    ),
    ("an organization", ("--tax-id", OTHER_TAX_ID), {"E4": ("withdrawn", None)}),
    ("both of two parts", ("--provider", NPI, "--payer", "Birch Mutual"), {"E3": ("terminated", "2026-08-01")}),
    ("a state", ("--provider", NPI, "--state", "TX"), {}),
]


@pytest.mark.parametrize(("scope", "changed"), [row[1:] for row in SCOPES], ids=[row[0] for row in SCOPES])
def test_what_ends(enrolled: Desk, scope: tuple[str, ...], changed: dict[str, tuple[str, str | None]]) -> None:
    planned = enrolled.items("enroll", "terminate", *scope, *WHY, "--dry-run")
    assert standing(enrolled) == BEFORE
    done = enrolled.items("enroll", "terminate", *scope, *WHY, "--yes")
    assert done == planned
    assert {one["id"]: (one["status"], one["ended_on"]) for one in done} == changed
    assert standing(enrolled) == BEFORE | changed
    assert enrolled.items("enroll", "terminate", *scope, *WHY, "--yes") == []
    assert enrolled.run("audit", "verify").code == 0


def test_it_asks_before(enrolled: Desk) -> None:
    ran = enrolled.run("enroll", "terminate", "--provider", NPI, *WHY)
    assert (ran.code, "3 enrollments would end" in ran.err, "--dry-run" in ran.err) == (2, True, True)
    assert standing(enrolled) == BEFORE


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "Say whose enrollments end"),
        (("--state", "CO"), "Say whose enrollments end"),
        (("--provider", "1000000103"), "There is no provider"),
        (("--payer", "Aspen Helth"), "Did you mean Aspen Health?"),
    ],
)
def test_whose_must_be_said(enrolled: Desk, words: tuple[str, ...], says: str) -> None:
    ran = enrolled.run("enroll", "terminate", *words, *WHY, "--yes")
    assert (ran.code, says in ran.err) == (2, True), ran.err
    assert standing(enrolled) == BEFORE


def test_who_ended_was_in_network_before(enrolled: Desk) -> None:
    enrolled.ok("enroll", "terminate", "--provider", NPI, *WHY, "--yes")
    for day, inside in (("2026-03-31", False), ("2026-04-01", True), ("2026-06-29", True), ("2026-06-30", False)):
        assert enrolled.items("enroll", "list", NPI, "--on", day)[0]["in_network"] is inside


def test_an_end_that_was_announced_comes_sooner(enrolled: Desk) -> None:
    enrolled.live_on("2026-04-02")
    enrolled.ok(
        "enroll",
        "update",
        NPI,
        "Aspen Health",
        "--state",
        "CO",
        "--status",
        "terminated",
        "--ended",
        "2026-09-01",
        "--tax-id",
        "00-0000000",
    )
    enrolled.ok("enroll", "terminate", "--provider", NPI, *WHY, "--yes")
    assert standing(enrolled)["E1"] == ("terminated", "2026-06-30")
    enrolled.ok("enroll", "terminate", "--provider", NPI, "--ended", "2026-08-15", "--reason", "left", "--yes")
    assert standing(enrolled)["E1"] == ("terminated", "2026-06-30"), "an end is never put off"
