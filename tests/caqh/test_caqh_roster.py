"""Our roster files: what changed, what is required, and what our own reader makes of them."""

from pathlib import Path

import pytest
from caqh_files import exception_row, status_file, status_row
from desk import Desk, form
from factories import NPI, OTHER_NPI
from test_caqh_load import ours as ours  # noqa: PLC0414 - a fixture

from credkit.caqh.roster import COLUMNS, read_roster
from credkit.tables.reading import open_sheet

WHERE = {"address_1": "1 Main St", "city": "Denver", "state": "CO", "zip": "80202-0001", "phone": "303-555-0100"}


@pytest.fixture
def two(ours: Desk) -> Desk:
    """Return a practice of two who can be sent."""
    ours.take_in(
        form(**WHERE, gender="F"),
        form(**WHERE, npi=OTHER_NPI, first_name="Ben", last_name="Quill", caqh_id="10000002", license_1_number="77"),
        name="two.csv",
    )
    return ours


def built(desk: Desk, name: str, code: int = 0) -> Path:
    """Build a roster file."""
    ran = desk.run("caqh", "roster", "build", "--out", desk.folder / name)
    assert ran.code == code, ran.err
    return desk.folder / name


def rows(path: Path) -> list[dict[str, str]]:
    """Read a pipe-delimited file by hand."""
    lines = path.read_bytes().decode().split("\r\n")
    assert lines.pop() == ""
    header = lines[0].split("|")
    return [dict(zip(header, line.split("|"), strict=True)) for line in lines[1:]]


def test_the_first_file_adds_everyone_in_caqhs_columns(two: Desk) -> None:
    path = built(two, "first.txt")
    assert path.stat().st_mode & 0o777 == 0o600
    ana, ben = rows(path)
    assert list(ana) == list(COLUMNS)
    assert {name: cell for name, cell in ana.items() if cell} == {
        "Action_Flag": "A",
        "Provider_First_Name": "Ana",
        "Provider_Last_Name": "Marsh",
        "Provider_Gender": "F",
        "Provider_Address1": "1 Main St",
        "Provider_Address_City": "Denver",
        "Provider_Address_State": "CO",
        "Provider_Address_Zip": "80202",
        "Provider_Address_Zip_Extn": "0001",
        "Provider_Phone": "3035550100",
        "Provider_Email": "ana.marsh@example.org",
        "Provider_Practice_State": "CO",
        "Provider_Birthdate": "19850607",
        "Provider_Type": "CSW",
        "Provider_Tax_ID": "000000000",
        "Provider_NPI": NPI,
        "Provider_License_State": "CO",
        "Provider_License_Number": "0012345",
        "CAQH_Provider_ID": "10000001",
        "PO_Provider_ID": NPI,
        "Affiliation_Flag": "NP",
        "Organization_ID": "1234",
    }
    assert (ben["Action_Flag"], ben["CAQH_Provider_ID"]) == ("A", "10000002")


def test_our_own_reader_gives_our_state_and_only_changes_follow(two: Desk) -> None:
    first = built(two, "first.txt")
    with open_sheet(first) as sheet:
        read = read_roster(sheet)
    assert [(line.action, line.npi) for line in read] == [("A", NPI), ("A", OTHER_NPI)]
    assert [{"Action_Flag": line.action} | dict(line.fields) for line in read] == [
        {name: cell for name, cell in row.items() if cell} for row in rows(first)
    ]
    two.ok("caqh", "roster", "sent", first)
    assert two.items("caqh", "roster", "build") == []
    two.ok("provider", "edit", OTHER_NPI, "--set", "phone=303-555-0199", "--reason", "moved")
    item = two.item("caqh", "roster", "build")
    assert (item["npi"], item["action"], item["changed"]) == (OTHER_NPI, "U", ["Provider_Phone"])
    second = built(two, "second.txt")
    two.ok("caqh", "roster", "sent", second)
    two.ok("committee", "schedule", "2026-03-02")
    two.ok(
        "committee", "decide", OTHER_NPI, "--decision", "withdrawn", "--reason", "left", "--meeting", "2026-03-02",
        "--present", "Dr Ash", "Dr Birch", "Dr Cole",
    )  # fmt: skip
    item = two.item("caqh", "roster", "build")
    assert (item["npi"], item["action"]) == (OTHER_NPI, "D")
    third = built(two, "third.txt")
    two.ok("caqh", "roster", "sent", third)
    assert two.items("caqh", "roster", "build") == []
    assert len(two.items("caqh", "roster", "build", "--whole")) == 1
    two.ok("audit", "verify")


def test_a_file_is_sent_once(two: Desk) -> None:
    first = built(two, "first.txt")
    two.ok("caqh", "roster", "sent", first)
    ran = two.run("caqh", "roster", "sent", first)
    assert (ran.code, "sent already" in ran.err) == (5, True)


def test_required_fields_are_checked_first_and_the_rest_goes(two: Desk) -> None:
    two.ok("provider", "edit", OTHER_NPI, "--clear", "address_1", "--reason", "moved away")
    ran = two.run("caqh", "roster", "build", "--json", "--out", two.folder / "some.txt")
    assert ran.code == 3
    faults = [item for item in ran.json()["items"] if item["rule"]]
    assert [(one["npi"], one["column"], one["action"]) for one in faults] == [(OTHER_NPI, "Provider_Address1", None)]
    assert [row["Provider_NPI"] for row in rows(two.folder / "some.txt")] == [NPI]


def test_no_file_without_our_organization(desk: Desk) -> None:
    desk.take_in(form(**WHERE))
    ran = desk.run("caqh", "roster", "build")
    assert (ran.code, "caqh_organization_id" in ran.err) == (2, True)


def test_a_bar_in_a_name_is_a_fault(two: Desk) -> None:
    two.ok("provider", "edit", NPI, "--set", "address_2=Suite 4|5", "--reason", "as written")
    ran = two.run("caqh", "roster", "build", "--json")
    assert [item["column"] for item in ran.json()["items"] if item["rule"]] == ["Provider_Address2"]


def test_social_security_numbers_are_not_made_up(two: Desk) -> None:
    ran = two.run("caqh", "roster", "build", "--ssn")
    assert (ran.code, "holds no social security number" in ran.err) == (5, True)


def test_who_was_refused_is_added_again_once_mended(two: Desk) -> None:
    two.ok("caqh", "roster", "sent", built(two, "first.txt"))
    refused = exception_row("Required Field missing/invalid: Provider_Phone")
    two.ok("caqh", "load", status_file(two.folder, refused, name="exceptions.txt"))
    assert two.items("caqh", "roster", "build") == []
    two.ok("provider", "edit", NPI, "--set", "phone=303-555-0155", "--reason", "mended")
    assert two.item("caqh", "roster", "build")["action"] == "A"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text.split("\r\n", 1)[1], "has the same column more than once"),
        (lambda text: text.replace("Action_Flag", "Flag"), "is not the header of a roster file"),
        (lambda text: text.replace("\r\nA|", "\r\nX|", 1), "its action is 'X'"),
        (lambda text: text.replace(NPI, ""), "it names no NPI"),
    ],
)
def test_a_roster_that_cannot_be_read_is_not_sent(two: Desk, change: object, says: str) -> None:
    assert callable(change)
    path = built(two, "first.txt")
    path.write_bytes(change(path.read_bytes().decode()).encode())
    ran = two.run("caqh", "roster", "sent", path)
    assert (ran.code, says in ran.err) == (3, True), ran.err
    assert len(two.items("caqh", "roster", "build")) == 2


def test_a_roster_made_elsewhere_is_a_beginning_and_its_numbers_stay_outside(two: Desk) -> None:
    path = two.folder / "elsewhere.txt"
    path.write_text(f"Action_Flag|Provider_NPI|Provider_SSN\nA|{NPI}|900123456\n", encoding="utf-8")
    two.ok("caqh", "roster", "sent", path)
    assert b"900123456" not in (two.folder / "credkit.db").read_bytes()
    assert {item["npi"]: item["action"] for item in two.items("caqh", "roster", "build")} == {NPI: "U", OTHER_NPI: "A"}


def test_a_roster_of_another_organization_is_not_ours(two: Desk) -> None:
    path = built(two, "first.txt")
    path.write_bytes(path.read_bytes().replace(b"|1234|", b"|9999|"))
    ran = two.run("caqh", "roster", "sent", path)
    assert (ran.code, "is of organization 9999" in ran.err) == (3, True)


def test_rows_of_nobody_here_are_said(two: Desk) -> None:
    path = built(two, "first.txt")
    path.write_bytes(path.read_bytes().replace(OTHER_NPI.encode(), b"1000000103"))
    assert "1 row is of nobody here, the first 1000000103" in two.run("caqh", "roster", "sent", path).err


def test_a_roster_to_standard_output(two: Desk) -> None:
    ran = two.ok("caqh", "roster", "build", "--out", "-")
    assert ran.out.startswith("Action_Flag|Provider_First_Name|")
    assert ran.out.count("\n") == 3


def test_a_roster_from_standard_input_is_kept_as_sent(two: Desk) -> None:
    ran = two.ok("caqh", "roster", "build", "--out", "-")
    kept = two.run("caqh", "roster", "sent", "-", input=ran.out.encode())
    assert (kept.code, "2 added" in kept.err) == (0, True), kept.err
    assert two.items("caqh", "roster", "build") == []


def test_a_practice_state_of_caqhs_that_is_none_of_ours_is_not_sent_back(two: Desk) -> None:
    two.ok("caqh", "load", status_file(two.folder, status_row(Provider_Practice_State="TX")))
    assert [row["Provider_Practice_State"] for row in rows(built(two, "first.txt"))] == ["CO", "CO"]
    two.ok("provider", "edit", NPI, "--set", "states_of_practice=CO; TX", "--reason", "licensed there")
    assert [row["Provider_Practice_State"] for row in rows(built(two, "next.txt"))] == ["TX", "CO"]


def test_what_caqh_refused_is_not_marked_as_sent(two: Desk) -> None:
    """An exception file has a roster's columns, too."""
    path = status_file(two.folder, exception_row("Add Failed: opted out"), name="exceptions.txt")
    ran = two.run("caqh", "roster", "sent", path)
    assert (ran.code, "credkit caqh load" in ran.err) == (3, True), ran.err
    assert [item["action"] for item in two.items("caqh", "roster", "build")] == ["A", "A"]
