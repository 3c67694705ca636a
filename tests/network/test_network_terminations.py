"""`enroll terminate`: of a provider, with a payer, or of an organization."""

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI
from settled import enroll, settle

from credkit.records import Line, Payer
from credkit.store import Store

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
    assert "has ended already" in enrolled.ok("enroll", "terminate", *scope, *WHY, "--yes").err
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
        (("--provider", NPI, "--state", "TX"), f"There is no enrollment that fits --provider {NPI} --state TX"),
        (("--tax-id", "00-0000009"), "There is no enrollment that fits --tax-id 00-0000009"),
        (("--tax-id", "12-345678"), "That is not a tax id"),
        (("--tax-id", "123-45-6789"), "nine digits of the EIN"),
        (("--provider", NPI, "--ended", "9999-12-31"), "is not between 1980-01-01 and 2099-12-31"),
    ],
)
def test_whose_must_be_said(enrolled: Desk, words: tuple[str, ...], says: str) -> None:
    for last in ("--yes", "--dry-run"):
        ran = enrolled.run("enroll", "terminate", *WHY, *words, last)
        assert (ran.code, says in ran.err) == (2, True), ran.err
    assert "123-45-6789" not in ran.said, "it may be somebody's social security number"
    assert standing(enrolled) == BEFORE


def test_a_tax_id_is_one_however_it_is_written(enrolled: Desk) -> None:
    enrolled.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO", "--tax-id", "000000001")
    assert len(enrolled.items("enroll", "list")) == 4, "the same enrollment, its application sent again"
    update = ("enroll", "update", NPI, "Aspen Health", "--state", "CO", "--tax-id")
    assert enrolled.item(*update, "00 0000001", "--reference", "R-1")["tax_id"] == OTHER_TAX_ID
    (ended,) = enrolled.items("enroll", "terminate", "--tax-id", "000000001", *WHY, "--yes")
    assert ended["id"] == "E4"


def test_a_tax_id_of_an_older_store_is_the_same_too(desk: Desk) -> None:
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store, store.batch():
        store.add_payer(Payer("aspen", "Aspen Health", Line.COMMERCIAL))
        settle(store, NPI)
        enroll(store, NPI, "aspen", tax_id="123456789")
    ran = desk.run("enroll", "submit", NPI, "Aspen Health", "--state", "CO", "--tax-id", "12-3456789")
    assert (ran.code, "that is active cannot become submitted" in ran.err) == (5, True)
    (ended,) = desk.items("enroll", "terminate", "--tax-id", "12-3456789", *WHY, "--dry-run")
    assert ended["id"] == "E1"


def test_a_wrong_tax_id_in_the_settings_opens_nothing(enrolled: Desk) -> None:
    settings = enrolled.folder / "config.toml"
    settings.write_text(settings.read_text().replace("00-0000000", "00-000000"), encoding="utf-8")
    ran = enrolled.run("enroll", "submit", NPI, "Birch Mutual", "--state", "CO")
    assert (ran.code, "[organization] tax_ids" in ran.err) == (2, True)


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
