"""Rosters: built from a template, checked before they are written, against the last one marked as sent."""

import csv
import tomllib
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import Desk
from factories import NPI, license
from forms import unissued_npis
from lives import on
from settled import enroll, settle

from credkit.errors import UsageError
from credkit.network.roster_fields import FIELDS
from credkit.network.roster_template import SHIPPED, load_template, template_text
from credkit.records import EnrollmentStatus, Line, Payer
from credkit.store import Store

NPIS = list(islice(unissued_npis(), 60))
Act = Callable[[Store], object]


def in_store(desk: Desk, act: Act) -> None:
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store, store.batch():
        act(store)


@pytest.fixture
def staffed(desk: Desk) -> Desk:
    """Sixty providers with Aspen Health, the first of them of a name that begins like a formula."""

    def fill(store: Store) -> None:
        store.add_payer(Payer("aspen", "Aspen Health", Line.COMMERCIAL, template="minimal"))
        for place, npi in enumerate(NPIS):
            settle(store, npi, last_name="=cmd|' /C calc'!A0" if place == 0 else f"Marsh{place}", zip="02134")
            enroll(store, npi, "aspen")

    in_store(desk, fill)
    desk.live_on("2026-04-10")
    return desk


def build(desk: Desk, name: str, *options: str, payer: str = "Aspen Health") -> tuple[Any, Path]:
    path = desk.folder / name
    return desk.item("roster", "build", payer, "--out", path, *options), path


def cells(path: Path, sheet: str = "Roster") -> list[dict[str, Any]]:
    """Read a sheet by an independent reader; an empty cell is ""."""
    header, *rows = openpyxl.load_workbook(path)[sheet].iter_rows()
    assert all(cell.data_type in {"s", "n"} and not isinstance(cell.value, int | float) for row in rows for cell in row)
    return [{str(name.value): cell.value or "" for name, cell in zip(header, row, strict=True)} for row in rows]


def asked(rows: list[dict[str, Any]]) -> dict[str, str]:
    return {row["NPI"]: row["Action"] for row in rows}


def update(desk: Desk, npi: str, *words: str) -> None:
    desk.ok("enroll", "update", npi, "Aspen Health", "--state", "CO", *words)


def test_the_whole_roster_as_text(staffed: Desk) -> None:
    made, path = build(staffed, "aspen.xlsx")
    assert (made["members"], made["adds"], made["changes"], made["terminates"], made["base"]) == (60, 60, 0, 0, None)
    rows = cells(path)
    assert asked(rows) == dict.fromkeys(NPIS, "A")
    assert rows[0]["Last Name"] == "=cmd|' /C calc'!A0"
    assert (rows[1]["TIN"], rows[1]["Effective Date"], rows[1]["Term Date"]) == ("00-0000000", "2026-04-01", "")
    assert staffed.run("roster", "build", "Aspen Health", "--out", path).code == 2, "a file is not written over"


def test_a_csv_and_a_text(staffed: Desk) -> None:
    _, path = build(staffed, "aspen.csv")
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert (len(rows), rows[0]["Last Name"]) == (60, "'=cmd|' /C calc'!A0")
    # The formula holds the character that parts the columns.
    ran = staffed.run("roster", "build", "Aspen Health", "--out", staffed.folder / "aspen.txt")
    assert (ran.code, f"{NPIS[0]} Ana =cmd" in ran.err, "Last Name: it holds '|'" in ran.err) == (5, True, True)
    assert not (staffed.folder / "aspen.txt").exists()
    staffed.ok("provider", "edit", NPIS[0], "--set", "last_name=Quill", "--reason", "a typing error")
    _, path = build(staffed, "aspen.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "Action|NPI|Last Name|First Name|State|TIN|Effective Date|Term Date"
    assert len(lines) == 61
    assert lines[2] == f"A|{NPIS[1]}|Marsh1|Ana|CO|00-0000000|2026-04-01|"


def test_a_delta_holds_what_changed_and_nothing_else(staffed: Desk) -> None:
    staffed.ok("payer", "add", "Other", "--line", "commercial")
    build(staffed, "first.xlsx")
    ran = staffed.run("roster", "build", "Aspen Health", "--delta", "--out", staffed.folder / "x.xlsx")
    assert (ran.code, "No roster was ever sent" in ran.err) == (2, True)
    staffed.ok("roster", "sent", "Aspen Health")
    ran = staffed.run("roster", "build", "Aspen Health", "--delta", "--out", staffed.folder / "x.xlsx")
    assert (ran.code, "nothing differs from L1" in ran.err) == (2, True)
    staffed.live_on("2026-04-20")
    expected: dict[str, str] = {}
    for npi in NPIS[1:16]:
        staffed.ok("provider", "edit", npi, "--set", "first_name=Anna", "--reason", "as she writes it")
        expected[npi] = "C"
    for npi in NPIS[16:26]:
        update(staffed, npi, "--status", "terminated", "--ended", "2026-04-15", "--reason", "left")
        expected[npi] = "T"
    for npi in NPIS[26:31]:
        # What the roster has no column for is no change of it.
        staffed.ok("provider", "edit", npi, "--set", "phone=303-555-0100", "--reason", "called")

    def join(store: Store) -> None:
        for npi in islice(unissued_npis(), 60, 72):
            settle(store, npi)
            enroll(store, npi, "aspen")
            expected[npi] = "A"

    in_store(staffed, join)
    made, path = build(staffed, "delta.xlsx", "--delta")
    rows = cells(path)
    assert (len(rows), asked(rows)) == (37, expected)
    assert (made["adds"], made["changes"], made["terminates"], made["base"]) == (12, 15, 10, "L1")
    gone = next(row for row in rows if row["Action"] == "T")
    assert gone["Term Date"] == "2026-04-15"
    # Not sent, it changes nothing of the next; the whole roster says the same actions.
    _, path = build(staffed, "whole.xlsx")
    rows = cells(path)
    assert {npi: action for npi, action in asked(rows).items() if action} == expected
    assert len(rows) == 72
    staffed.ok("roster", "sent", "Aspen Health", "--roster", "L2")
    ran = staffed.run("roster", "build", "Aspen Health", "--delta", "--out", staffed.folder / "y.xlsx")
    assert (ran.code, "nothing differs from L2" in ran.err) == (2, True)
    assert staffed.run("audit", "verify").code == 0


def test_who_comes_back_is_added_anew(staffed: Desk) -> None:
    build(staffed, "1.xlsx")
    staffed.ok("roster", "sent", "Aspen Health")
    update(staffed, NPI, "--status", "terminated", "--ended", "2026-04-09", "--reason", "left")
    staffed.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO")
    _, path = build(staffed, "2.xlsx", "--delta")
    assert sorted(row["Action"] for row in cells(path)) == ["A", "T"]
    staffed.ok("roster", "sent", "Aspen Health")
    update(staffed, NPI, "--status", "approved", "--effective", "2026-05-01")
    _, path = build(staffed, "3.xlsx", "--delta")
    (row,) = cells(path)
    assert (row["Action"], row["Effective Date"]) == ("C", "2026-05-01")


def test_whom_the_committee_did_not_approve_is_left_out_and_said(staffed: Desk) -> None:
    npi = next(islice(unissued_npis(), 70, None))

    def join(store: Store) -> None:
        settle(store, npi, approved=False, last_name="Waiting")
        enroll(store, npi, "aspen", status=EnrollmentStatus.SUBMITTED, effective_on=None)

    in_store(staffed, join)
    ran = staffed.run("roster", "build", "Aspen Health", "--out", staffed.folder / "a.xlsx", "--json")
    assert ran.json()["warnings"] == [f"Left out: {npi} Ana Waiting, CO: not approved by the committee for CO."]
    assert npi not in asked(cells(staffed.folder / "a.xlsx"))


def test_whom_the_committee_terminated_is_terminated(staffed: Desk) -> None:
    build(staffed, "1.xlsx")
    staffed.ok("roster", "sent", "Aspen Health")
    staffed.ok("committee", "schedule", "2026-04-10")
    meeting = ("--meeting", "2026-04-10", "--present", "Dr Ash", "Dr Birch", "Dr Cedar")
    staffed.ok(
        "committee", "decide", NPI, "--decision", "terminated", "--reason", "a secret of the committee's", *meeting
    )
    _, path = build(staffed, "2.xlsx", "--delta", "--template", "minimal")
    (row,) = cells(path)
    assert (row["NPI"], row["Action"], row["Term Date"]) == (NPI, "T", "2026-04-10")
    assert "secret" not in str(row)


# --- checks ---------------------------------------------------------------------------------------------------------

TEMPLATE = """
title = "Strict"
[[sheets]]
name = "Roster"
[[sheets.columns]]
header = "NPI"
value = "npi"
[[sheets.columns]]
header = "What"
"""

RULES = [
    ("required", 'value = "phone"\nrequired = true', {}, "required"),
    ("leave blank", 'value = "specialty"', {"specialty": "N/A"}, "leave blank"),
    ("leave blank, also a constant", 'constant = "N/A"', {}, "leave blank"),
    ("leave blank, as pending", 'value = "specialty"', {"specialty": "Pending"}, "leave blank"),
    ("a code", 'value = "profession"\ncodes = { PSYCHOLOGIST = "PSY" }', {}, "code table"),
    ("a pattern", 'value = "zip"\npattern = "[0-9]{5}"', {"zip": "2134"}, "pattern"),
    ("a length", 'value = "city"\nmax_length = 5', {"city": "Denver"}, "length"),
    ("a line end", 'value = "city"', {"city": "Den\nver"}, "control character"),
]


@pytest.mark.parametrize(("column", "who", "rule"), [row[1:] for row in RULES], ids=[row[0] for row in RULES])
def test_every_fault_names_provider_column_and_rule(desk: Desk, column: str, who: dict[str, Any], rule: str) -> None:
    def fill(store: Store) -> None:
        store.add_payer(Payer("aspen", "Aspen Health", Line.COMMERCIAL))
        settle(store, NPI, **who)
        enroll(store, NPI, "aspen")

    in_store(desk, fill)
    desk.live_on("2026-04-10")
    path = desk.folder / "strict.toml"
    path.write_text(TEMPLATE + column, encoding="utf-8")
    fault = desk.item("roster", "check", "Aspen Health", "--template", str(path), code=10)
    assert (fault["npi"], fault["name"], fault["sheet"], fault["column"], fault["rule"]) == (
        NPI, "Ana Marsh", "Roster", "What", rule,
    )  # fmt: skip
    assert desk.run("roster", "check", "Aspen Health", "--template", str(path), "--exit-zero").code == 0
    out = desk.folder / "a.xlsx"
    ran = desk.run("roster", "build", "Aspen Health", "--template", str(path), "--out", out)
    assert (ran.code, out.exists(), f"{NPI} Ana Marsh, What" in ran.err) == (5, False, True)
    assert desk.items("roster", "list") == []


def test_a_fault_repeats_no_date_of_birth(staffed: Desk) -> None:
    path = staffed.folder / "strict.toml"
    path.write_text(TEMPLATE + 'value = "date_of_birth"\nmax_length = 3\npattern = "x"', encoding="utf-8")
    ran = staffed.run("roster", "check", "Aspen Health", "--template", str(path))
    assert ran.code == 10
    assert "1985" not in ran.said
    assert "06/07" not in ran.said


BAD_TEMPLATES = [
    ("a value that is none", 'value = "npii"', "sheets 'Roster', columns 'What', value: there is no value 'npii'. Did you mean npi?"),
    ("neither value nor constant", "required = true", "write either value or constant"),
    ("both", 'value = "npi"\nconstant = "x"', "write either value or constant"),
    ("a key that is none", 'value = "npi"\nrequird = true', "requird is not a key"),
    ("a pattern that is none", 'value = "npi"\npattern = "("', "it is not a pattern"),
    ("an action that is none", 'value = "npi"\nrequired = ["ad"]', "required"),
    ("a column twice", 'value = "npi"\n[[sheets.columns]]\nheader = "NPI"\nvalue = "npi"', "'NPI' stands twice"),
    ("two sheets of a name", 'value = "npi"\n[[sheets]]\nname = "roster"\n[[sheets.columns]]\nheader = "a"\nconstant = "b"', "two sheets have one name"),
    ("a sheet that no workbook can have", 'value = "npi"\n[[sheets]]\nname = "A/B"\n[[sheets.columns]]\nheader = "a"\nconstant = "b"', "without any of []:*?/\\; this has '/'"),
    ("a sheet of too long a name", 'value = "npi"\n[[sheets]]\nname = "' + "x" * 32 + '"\n[[sheets.columns]]\nheader = "a"\nconstant = "b"', "names of 1 to 31 characters"),
    ("a sheet that Excel keeps", 'value = "npi"\n[[sheets]]\nname = "history"\n[[sheets.columns]]\nheader = "a"\nconstant = "b"', "not History"),
    ("no TOML", "value = ", "is not a TOML file"),
]  # fmt: skip


@pytest.mark.parametrize(("column", "says"), [row[1:] for row in BAD_TEMPLATES], ids=[row[0] for row in BAD_TEMPLATES])
def test_a_template_that_cannot_be_used_is_refused(tmp_path: Path, column: str, says: str) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(TEMPLATE + column, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_template(str(path))
    assert says in " ".join((caught.value.message, *caught.value.details))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_templates(staffed: Desk, name: str) -> None:
    assert staffed.ok("roster", "template", name).out == template_text(name)
    used = {column.value for sheet in load_template(name).sheets for column in sheet.columns}
    assert used <= set(FIELDS)
    assert staffed.ok("roster", "template", "--fields").out.split() == list(FIELDS)
    # Copied to a file it is the same template.
    path = staffed.folder / "copy.toml"
    path.write_text(template_text(name), encoding="utf-8")
    assert load_template(str(path)).sheets == load_template(name).sheets


def test_the_delegated_template_has_several_sheets(staffed: Desk) -> None:
    def second(store: Store) -> None:
        file = store.provider_file(NPI)
        more = license(state="TX", number="007")
        store.correct_file(file, provider=file.provider, credentials=[*file.credentials, more], reason="moved")

    in_store(staffed, second)
    _, path = build(staffed, "delegated.xlsx", "--template", "generic-delegated")
    row = cells(path)[1]
    assert (row["Date of Birth"], row["ZIP"], row["Last Credentialing Date"]) == ("06/07/1985", "02134", "03/09/2026")
    assert row["Next Recredentialing Date"] == "03/31/2029"
    licenses = cells(path, "Licenses")
    assert [(one["License State"], one["License Number"]) for one in licenses if one["NPI Type 1"] == NPI] == [
        ("CO", "0012345"), ("TX", "007"),
    ]  # fmt: skip
    assert len(licenses) == 61
    _, path = build(staffed, "licenses.csv", "--template", "generic-delegated", "--sheet", "licenses")
    assert len(path.read_text(encoding="utf-8").splitlines()) == 62
    words = ("roster", "build", "Aspen Health", "--template", "generic-delegated", "--sheet", "nothing")
    ran = staffed.run(*words, "--out", staffed.folder / "n.csv")
    assert (ran.code, "Sheets: Roster, Licenses" in ran.err) == (2, True)


# --- sent and accepted ----------------------------------------------------------------------------------------------


@pytest.fixture
def delegated(desk: Desk) -> Desk:
    def fill(store: Store) -> None:
        store.add_payer(Payer("aspen", "Aspen Health", Line.COMMERCIAL, template="minimal", delegated=True))
        for npi in NPIS[:3]:
            settle(store, npi)
            enroll(
                store, npi, "aspen",
                status=EnrollmentStatus.NOT_STARTED, submitted_on=None, effective_on=None, opened_on=on("2026-03-12"),
            )  # fmt: skip

    in_store(desk, fill)
    desk.live_on("2026-04-10")
    return desk


def listed(desk: Desk) -> list[tuple[str, str | None]]:
    return [(one["status"], one["effective_on"]) for one in desk.items("enroll", "list")]


def test_a_delegated_payer_by_the_committee_s_decision_and_an_accepted_roster(delegated: Desk) -> None:
    words = ("enroll", "update", NPI, "Aspen Health", "--state", "CO", "--status")
    delegated.ok(*words, "submitted", "--submitted", "2026-04-01")
    for status in ("approved", "active"):
        ran = delegated.run(*words, status, "--effective", "2026-04-02")
        assert (ran.code, "is delegated" in ran.err) == (5, True)
    _, path = build(delegated, "aspen.xlsx")
    # From the committee's decision, and no day before the enrollment was opened.
    assert [row["Effective Date"] for row in cells(path)] == ["2026-03-12"] * 3
    assert delegated.run("roster", "accepted", "Aspen Health").code == 2, "nothing was sent yet"
    delegated.ok("roster", "sent", "Aspen Health")
    assert listed(delegated) == [("submitted", None)] * 3
    assert delegated.run("ready", NPI).code == 5
    delegated.live_on("2026-04-15")
    ran = delegated.run("roster", "accepted", "Aspen Health", "--without", NPIS[2], "--reference", "ACK-1", "--json")
    assert (ran.code, ran.json()["warnings"]) == (0, [f"Not active: {NPIS[2]} in CO: the payer did not take it."])
    assert listed(delegated) == [("active", "2026-03-12")] * 2 + [("submitted", None)]
    one = delegated.items("enroll", "list", NPI)[0]
    assert (one["decided_on"], one["loaded_on"], one["reference"]) == ("2026-03-09", "2026-04-15", "ACK-1")
    assert delegated.run("ready", NPI).code == 0
    assert delegated.run("roster", "accepted", "Aspen Health").code == 5, "once is enough"
    assert delegated.run("audit", "verify").code == 0


def test_a_delta_s_acceptance_says_nothing_of_whom_the_payer_did_not_take(delegated: Desk) -> None:
    """Somebody new is all that the delta names; who was refused before, and is not in it, stays as they were."""
    build(delegated, "aspen.xlsx")
    delegated.ok("roster", "sent", "Aspen Health")
    delegated.ok("roster", "accepted", "Aspen Health", "--without", NPIS[2])
    opened = {"status": EnrollmentStatus.SUBMITTED, "submitted_on": on("2026-04-10"), "effective_on": None}

    def join(store: Store) -> None:
        settle(store, NPIS[3])
        enroll(store, NPIS[3], "aspen", opened_on=on("2026-04-10"), **opened)

    in_store(delegated, join)
    _, path = build(delegated, "delta.xlsx", "--delta")
    assert [row["NPI"] for row in cells(path)] == [NPIS[3]]
    delegated.ok("roster", "sent", "Aspen Health")
    delegated.ok("roster", "accepted", "Aspen Health")
    assert [status for status, _ in listed(delegated)] == ["active", "active", "submitted", "active"]


def test_an_accepted_roster_makes_nobody_active_whom_the_committee_ended(delegated: Desk) -> None:
    build(delegated, "aspen.xlsx")
    delegated.ok("roster", "sent", "Aspen Health")
    delegated.ok("committee", "schedule", "2026-04-10")
    meeting = ("--meeting", "2026-04-10", "--present", "Dr Ash", "Dr Birch", "Dr Cedar")
    delegated.ok("committee", "decide", NPI, "--decision", "terminated", "--reason", "x", *meeting)
    ran = delegated.run("roster", "accepted", "Aspen Health", "--json")
    assert ran.json()["warnings"] == [f"Not active: {NPI} in CO: not approved by the committee for CO."]
    assert [status for status, _ in listed(delegated)] == ["submitted", "active", "active"]


def test_nothing_is_backdated_before_the_committee(delegated: Desk) -> None:
    build(delegated, "aspen.xlsx")
    delegated.ok("roster", "sent", "Aspen Health")
    ran = delegated.run("roster", "accepted", "Aspen Health", "--effective", "2026-03-08", "--json")
    assert all("decided on 2026-03-09, after 2026-03-08" in warning for warning in ran.json()["warnings"])
    assert [status for status, _ in listed(delegated)] == ["submitted"] * 3


def test_what_was_due_before_it_was_sent_or_accepted_is_done(delegated: Desk) -> None:
    def due() -> list[str]:
        return [one["npi"] for one in delegated.items("enroll", "due")]

    def reassigned() -> None:
        for npi in NPIS[:3]:
            update(delegated, npi, "--owner", "Lee")

    assert due() == NPIS[:3], "to be put on a roster"
    reassigned()
    build(delegated, "1.xlsx")
    delegated.ok("roster", "sent", "Aspen Health")
    assert due() == []
    delegated.live_on("2026-05-10")
    assert due() == NPIS[:3], "whether it was accepted"
    reassigned()
    delegated.ok("roster", "accepted", "Aspen Health")
    delegated.live_on("2026-07-10")
    assert due() == []


def test_an_acceptance_from_before_the_decision_makes_nobody_in_network_on_any_day(delegated: Desk) -> None:
    build(delegated, "1.xlsx")
    delegated.ok("roster", "sent", "Aspen Health")
    delegated.ok("roster", "accepted", "Aspen Health", "--effective", "2026-03-08")
    for day in ("2026-03-08", "2026-03-09", "2026-04-10", "2027-01-01"):
        assert not any(one["in_network"] for one in delegated.items("enroll", "list", "--on", day))
        assert delegated.run("ready", NPI, "--on", day).code == 5
    # The next whole roster names them, and its acceptance makes them active.
    build(delegated, "2.xlsx")
    delegated.ok("roster", "sent", "Aspen Health")
    delegated.ok("roster", "accepted", "Aspen Health", "--effective", "2026-03-09")
    assert listed(delegated) == [("active", "2026-03-09")] * 3


REFUSED = [
    ("sent to come", ("sent", "--sent", "2026-04-11"), 2, "in the future"),
    ("sent before it was built", ("sent", "--sent", "2026-04-09"), 2, "cannot be sent before"),
    ("no such roster", ("sent", "--roster", "L9"), 2, "no such roster"),
    ("not sent yet", ("accepted",), 2, "no roster of Aspen Health yet"),
]


@pytest.mark.parametrize(("words", "code", "says"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_cannot_be_marked(delegated: Desk, words: tuple[str, ...], code: int, says: str) -> None:
    build(delegated, "aspen.xlsx")
    ran = delegated.run("roster", words[0], "Aspen Health", *words[1:])
    assert (ran.code, says in ran.err) == (code, True), ran.err


def test_a_roster_that_was_built_before_another_was_sent_is_not_sent(delegated: Desk) -> None:
    build(delegated, "1.xlsx")
    build(delegated, "2.xlsx")
    delegated.ok("roster", "sent", "Aspen Health")
    ran = delegated.run("roster", "sent", "Aspen Health", "--roster", "L1")
    assert (ran.code, "built before L2 was sent" in ran.err) == (5, True)
    assert delegated.run("roster", "sent", "Aspen Health").code == 5
    delegated.ok("roster", "accepted", "Aspen Health")
    ran = delegated.run("roster", "accepted", "Aspen Health", "--without", "1000000103")
    assert ran.code == 5


def test_a_roster_s_members_cannot_be_changed(delegated: Desk) -> None:
    build(delegated, "1.xlsx")

    def tamper(store: Store) -> None:
        store._connection.execute("DROP TRIGGER roster_members_not_updated")
        store._connection.execute("UPDATE roster_members SET action = 'unchanged'")

    in_store(delegated, tamper)
    ran = delegated.run("audit", "verify")
    assert (ran.code, "roster L1: its members are not those" in ran.out + ran.err) == (6, True)


def test_templates_are_toml_that_others_can_read() -> None:
    for name in SHIPPED:
        assert tomllib.loads(template_text(name))["sheets"]


def test_a_payer_without_a_template_says_so(desk: Desk) -> None:
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial")
    ran = desk.run("roster", "check", "Aspen Health")
    assert (ran.code, "has no roster template" in ran.err) == (2, True)
    ran = desk.run("roster", "build", "Aspen Health", "--template", "minimal", "--out", desk.folder / "a.xlsx")
    assert (ran.code, "nobody is on it" in ran.err) == (2, True)
    ran = desk.run("roster", "build", "Aspen Health", "--template", "minimal", "--out", desk.folder / "a.pdf")
    assert (ran.code, ".xlsx, .csv, .txt" in ran.err) == (2, True)


# --- after a merger -------------------------------------------------------------------------------------------------


def test_after_a_merger_a_delta_is_against_what_each_was_sent(staffed: Desk) -> None:
    """Aspen was sent sixty, and Birch three of its own later: neither roster says anything of the other's members."""
    others = list(islice(unissued_npis(), 60, 63))

    def fill(store: Store) -> None:
        store.add_payer(Payer("birch", "Birch Mutual", Line.COMMERCIAL, template="minimal"))
        for npi in others:
            settle(store, npi)
            enroll(store, npi, "birch")

    in_store(staffed, fill)
    build(staffed, "aspen.xlsx")
    staffed.ok("roster", "sent", "Aspen Health")
    build(staffed, "birch.xlsx", payer="Birch Mutual")
    staffed.ok("roster", "sent", "Birch Mutual")
    staffed.ok("payer", "merge", "Birch Mutual", "Aspen Health", "--reason", "acquired")
    ran = staffed.run("roster", "build", "Aspen Health", "--delta", "--out", staffed.folder / "x.xlsx")
    assert (ran.code, "nothing differs" in ran.err) == (2, True), ran.err
    update(staffed, NPIS[5], "--status", "terminated", "--ended", "2026-04-09", "--reason", "left")
    update(staffed, others[0], "--status", "terminated", "--ended", "2026-04-09", "--reason", "left")
    ran = staffed.run("roster", "build", "Aspen Health", "--delta", "--out", staffed.folder / "both.xlsx", "--json")
    assert asked(cells(staffed.folder / "both.xlsx")) == {NPIS[5]: "T", others[0]: "T"}
    assert ran.json()["warnings"] == [
        "After the merger it is against what each was sent last: L1 (Aspen Health) and L2 (Birch Mutual)."
    ]
    staffed.ok("roster", "sent", "Aspen Health")
    # Who came off is not taken off again, and the next is against all of them.
    ran = staffed.run("roster", "build", "Aspen Health", "--delta", "--out", staffed.folder / "y.xlsx")
    assert (ran.code, "nothing differs from L3" in ran.err) == (2, True), ran.err
    update(staffed, others[1], "--status", "terminated", "--ended", "2026-04-09", "--reason", "left")
    _, path = build(staffed, "next.xlsx", "--delta")
    assert asked(cells(path)) == {others[1]: "T"}


# --- an effective date is somebody's word ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", SHIPPED)
def test_a_direct_payer_s_roster_has_no_effective_date_that_nobody_gave(staffed: Desk, name: str) -> None:
    npi = next(islice(unissued_npis(), 80, None))

    def join(store: Store) -> None:
        settle(store, npi, zip="02134")
        enroll(store, npi, "aspen", status=EnrollmentStatus.SUBMITTED, effective_on=None, opened_on=on("2026-03-12"))

    in_store(staffed, join)
    _, path = build(staffed, "a.xlsx", "--template", name)
    dates = {row.get("NPI") or row["NPI Type 1"]: row["Effective Date"] for row in cells(path)}
    assert dates[npi] == ""
    assert set(dates.values()) == {"", "2026-04-01" if name == "minimal" else "04/01/2026"}


def test_a_tax_id_with_and_without_its_hyphen(staffed: Desk) -> None:
    path = staffed.folder / "tin.toml"
    path.write_text(TEMPLATE + 'value = "tax_id_digits"\npattern = "[0-9]{9}"', encoding="utf-8")
    _, out = build(staffed, "tin.xlsx", "--template", str(path))
    assert {row["What"] for row in cells(out)} == {"000000000"}


# --- dates that no arithmetic can hold ------------------------------------------------------------------------------


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_an_effective_date_of_a_roster_is_one(delegated: Desk, day: str) -> None:
    build(delegated, "1.xlsx")
    delegated.ok("roster", "sent", "Aspen Health")
    ran = delegated.run("roster", "accepted", "Aspen Health", "--effective", day)
    assert (ran.code, "is not between 1980-01-01 and 2099-12-31" in ran.err) == (2, True), ran.err
    assert delegated.run("roster", "accepted", "Aspen Health", "--effective", "2037-01-01").code == 2
    assert listed(delegated) == [("submitted", None)] * 3
    assert delegated.run("roster", "accepted", "Aspen Health").code == 0
