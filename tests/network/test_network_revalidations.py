"""CMS's Revalidation Due Date List, as it is downloaded, laid over the enrollments: what is set, and what is said."""

import csv
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI
from forms import unissued_npis

STRANGER = next(npi for npi in unissued_npis() if npi not in {NPI, OTHER_NPI, "1000000012"})
BEN = "1000000012"
HEADER = (
    "Enrollment ID", "National Provider Identifier", "First Name", "Last Name", "Organization Name",
    "Enrollment State Code", "Enrollment Type", "Provider Type Text", "Enrollment Specialty", "Revalidation Due Date",
    "Adjusted Due Date", "Individual Total Reassign To", "Receiving Benefits Reassignment",
)  # fmt: skip


def row(npi: str = NPI, state: str = "CO", due: str = "TBD", adjusted: str = "TBD", last: str = "MARSH") -> list[str]:
    """Return one row as CMS writes it."""
    return [
        "I20260101000001",
        npi,
        "ANA",
        last,
        "",
        state,
        "3",
        "Practitioner",
        "SOCIAL WORKER",
        due,
        adjusted,
        "1",
        "",
    ]


def due_list(desk: Desk, *rows: list[str], name: str = "due.csv", header: tuple[str, ...] = HEADER) -> Path:
    path = desk.folder / name
    if name.endswith(".xlsx"):
        book = openpyxl.Workbook()
        assert book.active is not None
        for cells in (header, *rows):
            book.active.append(cells)
        book.save(path)
    else:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([header, *rows])
    return path


@pytest.fixture
def enrolled(desk: Desk) -> Desk:
    """Ana Marsh with Medicare and a commercial payer in CO, Ben Alder's application with Medicare."""
    desk.take_in(form(), form(npi=BEN, first_name="Ben", last_name="Alder", email="ben@example.org"))
    desk.ok("payer", "add", "Medicare Part B", "--line", "medicare")
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial")
    for payer in ("Medicare Part B", "Aspen Health"):
        desk.ok("enroll", "submit", NPI, payer, "--state", "CO", "--submitted", "2026-01-05")
        dates = ("--decided", "2026-02-02", "--effective", "2026-01-05", "--loaded", "2026-02-03")
        if payer == "Aspen Health":
            dates = ("--decided", "2026-02-02", "--effective", "2026-02-05", "--loaded", "2026-02-05")
        desk.ok("enroll", "update", NPI, payer, "--state", "CO", "--status", "active", *dates)
    desk.ok("enroll", "submit", BEN, "Medicare Part B", "--state", "CO")
    return desk


def by(desk: Desk) -> dict[str, str | None]:
    """Return the day of revalidation of each enrollment."""
    return {one["id"]: one["revalidate_on"] for one in desk.items("enroll", "list")}


def taken(desk: Desk, *rows: list[str], code: int = 0, options: tuple[str, ...] = ()) -> list[tuple[Any, ...]]:
    items = desk.items("enroll", "revalidations", due_list(desk, *rows), *options, code=code)
    return [(one["row"], one["outcome"], one["id"], one["before"], one["after"]) for one in items]


@pytest.mark.parametrize("name", ["due.csv", "due.xlsx"])
def test_the_lists_date_counts_the_adjusted_before_the_first(enrolled: Desk, name: str) -> None:
    counted = "2031-01-31"
    assert by(enrolled) == {"E1": counted, "E2": None, "E3": None}
    path = due_list(enrolled, row(STRANGER, due="2026-05-31"), row(due="2026-08-31", adjusted="10/31/2026"), name=name)
    dry = enrolled.run("enroll", "revalidations", path, "--dry-run", "--json")
    assert dry.code == 0
    (one,) = dry.json()["items"]
    assert (one["outcome"], one["id"], one["before"], one["after"]) == ("set", "E1", counted, "2026-10-31")
    assert (dry.json()["counts"]["rows"], dry.json()["counts"]["not_ours"]) == (2, 1)
    assert by(enrolled)["E1"] == counted
    shown = enrolled.ok("enroll", "revalidations", path)
    assert f"{counted} -> 2026-10-31" in shown.out
    assert by(enrolled) == {"E1": "2026-10-31", "E2": None, "E3": None}
    events = len(enrolled.items("enroll", "show", "E1"))
    assert enrolled.item("enroll", "revalidations", path)["outcome"] == "unchanged"
    assert len(enrolled.items("enroll", "show", "E1")) == events
    logged = [one["reason"] for one in enrolled.items("audit", "log", NPI) if one["record"] == "enrollment E1"]
    assert logged[-1] == f"row 3 of {path}"
    enrolled.live_on("2026-07-20")
    assert [one["ask"] for one in enrolled.items("enroll", "due")] == [
        "ask where it stands",
        "revalidate by 2026-10-31",
    ]
    assert enrolled.run("audit", "verify").code == 0


def test_a_later_date_is_cms_word_too_and_tbd_moves_nothing(enrolled: Desk) -> None:
    assert taken(enrolled, row(due="2026-06-30")) == [(2, "set", "E1", "2031-01-31", "2026-06-30")]
    assert taken(enrolled, row(due="2026-06-30", adjusted="")) == [(2, "unchanged", "E1", "2026-06-30", "2026-06-30")]
    assert taken(enrolled, row()) == [(2, "no_date", "E1", "2026-06-30", "2026-06-30")]
    assert taken(enrolled, row(due="2031-06-30")) == [(2, "set", "E1", "2026-06-30", "2031-06-30")]
    # It was to be asked about since 120 days before the earlier day: only a contact ends that.
    assert "E1" in [one["id"] for one in enrolled.items("enroll", "due")]


def test_of_several_rows_the_earliest_counts(enrolled: Desk) -> None:
    rows = row(), row(due="2027-05-31"), row(due="2026-11-30")
    (one,) = enrolled.items("enroll", "revalidations", due_list(enrolled, *rows))
    assert (one["row"], one["after"]) == (4, "2026-11-30")
    assert "the list also says 2027-05-31" in one["why"]


NOT_SET = [
    ("an application", row(BEN, due="2026-09-30", last="ALDER"), 0, "not_begun", "it is submitted"),
    ("another state", row(state="TX", due="2026-09-30"), 0, "other_state", "E1 in CO (the list says 2026-09-30)"),
    ("no state", row(state="ZZ", due="2026-09-30"), 3, "unreadable", "'ZZ' is not a state"),
    ("no date", row(due="soon"), 3, "unreadable", "'soon'"),
    ("an adjusted date that is none", row(due="2026-09-30", adjusted="31/12/2026"), 3, "unreadable", "'31/12/2026'"),
    ("a date of another century", row(due="2126-09-30"), 3, "unreadable", "2126-09-30"),
    ("no NPI", row("1000000005", due="2026-09-30"), 3, "unreadable", "is not an NPI"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "code", "outcome", "why"), [one[1:] for one in NOT_SET], ids=[o[0] for o in NOT_SET])
def test_what_sets_nothing_is_said(enrolled: Desk, cells: list[str], code: int, outcome: str, why: str) -> None:
    before = by(enrolled)
    (one,) = enrolled.items("enroll", "revalidations", due_list(enrolled, cells), code=code)
    assert (one["outcome"], why in one["why"]) == (outcome, True), one
    assert by(enrolled) == before


def test_what_cannot_be_read_holds_up_nothing_else(enrolled: Desk) -> None:
    found = taken(enrolled, row(state="??", due="2026-05-31"), row(due="2026-09-30"), code=3)
    assert [one[:3] for one in found] == [(2, "unreadable", None), (3, "set", "E1")]
    assert by(enrolled)["E1"] == "2026-09-30"


def test_no_enrollment_with_medicare_and_one_that_has_ended(enrolled: Desk) -> None:
    enrolled.ok(
        "enroll", "update", NPI, "Medicare Part B", "--state", "CO", "--status", "terminated", "--ended", "2026-03-01"
    )
    (one,) = enrolled.items("enroll", "revalidations", due_list(enrolled, row(due="2026-09-30")))
    assert (one["outcome"], one["id"]) == ("no_enrollment", None)
    assert "the list says 2026-09-30" in one["why"]


def test_another_name_and_a_day_that_has_passed_are_to_be_looked_at(enrolled: Desk) -> None:
    (one,) = enrolled.items("enroll", "revalidations", due_list(enrolled, row(due="2026-01-31", last="OTHERWISE")))
    assert one["outcome"] == "set"
    assert one["why"] == "it has passed; the list's name is OTHERWISE, and ours Marsh"


def test_who_is_not_on_the_list_is_named(enrolled: Desk) -> None:
    ran = enrolled.ok("enroll", "revalidations", due_list(enrolled, row(STRANGER, due="2026-09-30")))
    assert f"Not on the list at all: E1 ({NPI} CO)" in ran.err
    assert "of 1 rows 1 are not of our people" in ran.err


def test_a_state_s_own_list_by_a_map(enrolled: Desk) -> None:
    enrolled.ok("payer", "add", "State Plan", "--line", "medicaid")
    enrolled.ok("enroll", "submit", NPI, "State Plan", "--state", "CO", "--submitted", "2026-01-05")
    enrolled.ok(
        "enroll", "update", NPI, "State Plan", "--state", "CO", "--status", "active",
        "--effective", "2026-01-05", "--loaded", "2026-02-03",
    )  # fmt: skip
    mapped = enrolled.folder / "medicaid.toml"
    mapped.write_text(
        '[columns]\nnpi = "NPI"\ndue_on = { column = "By", format = "%d.%m.%Y" }\n[constants]\nstate = "CO"\n'
    )
    path = due_list(enrolled, [NPI, "30.09.2026"], header=("NPI", "By"))
    (one,) = enrolled.items("enroll", "revalidations", path, "--line", "medicaid", "--map", mapped)
    assert (one["outcome"], one["payer"], one["after"]) == ("set", "State Plan", "2026-09-30")
    assert by(enrolled)["E1"] == "2031-01-31"


REFUSED = [
    ("another file", ("NPI", "By"), (), 3, "is not CMS's Revalidation Due Date List"),
    ("without the adjusted dates", tuple(h for h in HEADER if h != "Adjusted Due Date"), (), 3, "'Adjusted Due Date'"),
    ("no such line", HEADER, ("--line", "medicar"), 2, "Did you mean medicare?"),
]


@pytest.mark.parametrize(("header", "words", "code", "says"), [one[1:] for one in REFUSED], ids=[o[0] for o in REFUSED])
def test_what_is_refused(enrolled: Desk, header: tuple[str, ...], words: tuple[str, ...], code: int, says: str) -> None:
    path = due_list(enrolled, ["x" for _ in header], header=header)
    ran = enrolled.run("enroll", "revalidations", path, *words)
    assert (ran.code, says in ran.err) == (code, True), ran.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[columns]\nnpi = "NPI"\nday = "By"', "day is not a column"),
        ('[columns]\nnpi = "NPI"\ndue_on = "By"', "state comes from no column and no constant"),
        ('[columns]\nnpi = "NPI"\nstate = "S"\n[constants]\ndue_on = "2026-09-30"', "due_on is no constant"),
    ],
)
def test_a_map_that_does_not_fit(enrolled: Desk, text: str, says: str) -> None:
    mapped = enrolled.folder / "map.toml"
    mapped.write_text(text)
    ran = enrolled.run("enroll", "revalidations", due_list(enrolled, row()), "--map", mapped)
    assert (ran.code, says in ran.err) == (2, True), ran.err
