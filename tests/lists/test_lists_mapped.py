"""Lists read by a column map: SAM, opt-out, the states', and any other; and the files that are no list."""

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from credkit.errors import InputRejected, UsageError
from credkit.lists.columnmap import ListMap
from credkit.lists.known import _MAPS, LISTS, known_list, shipped_map
from credkit.lists.names import kind_of, split_aliases, split_name
from credkit.lists.opening import ListFile, take_in
from credkit.records import ListEntry

SAM = [
    "Classification",
    "Name",
    "Prefix",
    "First",
    "Middle",
    "Last",
    "Suffix",
    "Address 1",
    "Address 2",
    "Address 3",
    "Address 4",
    "City",
    "State / Province",
    "Country",
    "Zip Code",
    "Open Data Flag",
    "Blank (Deprecated)",
    "Unique Entity ID",
    "Exclusion Program",
    "Excluding Agency",
    "CT Code",
    "Exclusion Type",
    "Additional Comments",
    "Active Date",
    "Termination Date",
    "Record Status",
    "Cross-Reference",
    "SAM Number",
    "CAGE",
    "NPI",
    "Creation_Date",
]
ANYBODY = """
title = "Anybody's list"
date_formats = ["%d.%m.%Y"]
optional = ["npi"]
[columns]
last_name = "Last Name"
first_name = "First Name"
npi = ["NPI", "National Provider ID"]
excluded_on = "Since"
"""


def as_csv(header: list[str], *rows: dict[str, str], delimiter: str = ",") -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, header, restval="", delimiter=delimiter)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def as_workbook(*rows: Sequence[Any], merged: str | None = None) -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    for row in rows:
        sheet.append(row)
    if merged:
        sheet.merge_cells(merged)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def read(folder: Path, name: str, content: bytes, column_map: str | None = None, file: str = "list.csv") -> ListFile:
    path = folder / file
    path.write_bytes(content)
    known = known_list(name, ListMap.parse(column_map) if column_map else None)
    return known.parse(take_in(path, known.hint))


def only(found: ListFile) -> ListEntry:
    (entry,) = found.entries
    return entry


def sam(folder: Path, **cells: str) -> ListEntry:
    row = {
        "Classification": "Individual", "First": "VESPER", "Middle": "ANN", "Last": "QUILLON", "Address 1": "1 TEST ST",
        "Address 3": "SUITE 4", "City": "SAMPLETON", "State / Province": "NC", "Country": "USA", "Zip Code": "288010001",
        "Excluding Agency": "HHS", "Exclusion Type": "Prohibition/Restriction", "Active Date": "03/20/2024",
        "Termination Date": "Indefinite", "SAM Number": "S4MR1", "NPI": "1000000004.0",
    }  # fmt: skip
    return only(read(folder, "sam", as_csv(SAM, row | {name.replace("_", " "): cell for name, cell in cells.items()})))


def test_a_person_of_sam(tmp_path: Path) -> None:
    assert sam(tmp_path) == ListEntry(
        row_number=2,
        last_name="QUILLON",
        first_name="VESPER",
        middle_name="ANN",
        business_name=None,
        npi="1000000004",
        date_of_birth=None,
        address="1 TEST ST, SUITE 4",
        city="SAMPLETON",
        state="NC",
        zip="28801",
        general="Individual",
        specialty=None,
        upin=None,
        exclusion_type="Prohibition/Restriction",
        excluded_on=date(2024, 3, 20),
        reinstated_on=None,
        waiver_on=None,
        waiver_state=None,
        agency="HHS",
        reference="S4MR1",
    )


def test_the_traps_of_sam(tmp_path: Path) -> None:
    ended = sam(tmp_path, Termination_Date="01/31/2027", NPI="0000000000", Classification="")
    assert (ended.ends_on, ended.npi, ended.general, ended.warning) == (date(2027, 1, 31), None, None, None)
    junk = sam(tmp_path, NPI="1000000005", Active_Date="13/45/2024")
    assert (junk.npi, junk.excluded_on) == (None, None)
    assert junk.warning == "excluded_on '13/45/2024' is not a date; NPI '1000000005' is not a valid NPI"


@pytest.mark.parametrize("kind", ["Firm", "Special Entity Designation", "Vessel", ""])
def test_all_others_of_sam_have_their_name(tmp_path: Path, kind: str) -> None:
    firm = sam(tmp_path, Classification=kind, Name="QUILLON SUPPLY CO, LLC", First="", Middle="", Last="")
    assert (firm.business_name, firm.last_name, firm.aliases) == ("QUILLON SUPPLY CO, LLC", None, ())


def test_a_person_of_sam_in_the_column_of_firms_is_found_as_a_person_too(tmp_path: Path) -> None:
    entry = sam(tmp_path, Classification="", Name="VESPER QUILLON", First="", Middle="", Last="")
    assert (entry.business_name, entry.aliases) == ("VESPER QUILLON", ("VESPER QUILLON",))
    cross = sam(tmp_path)
    assert cross.aliases == ()


def test_cross_references_of_sam_are_aliases(tmp_path: Path) -> None:
    entry = only(
        read(
            tmp_path,
            "sam",
            as_csv(SAM, {"Last": "QUILLON", "First": "VESPER", "Cross-Reference": "(also VESPER MARROW)"}),
        )
    )
    assert entry.aliases == ("VESPER MARROW",)


def test_an_opt_out(tmp_path: Path) -> None:
    header = [
        "First Name",
        "Last Name",
        "NPI",
        "Specialty",
        "Optout Effective Date",
        "Optout End Date",
        "First Line Street Address",
        "Second Line Street Address",
        "City Name",
        "State Code",
        "Zip code",
        "Eligible to Order and Refer",
        "Last updated",
    ]
    row = {
        "First Name": "Vesper", "Last Name": "Quillon", "NPI": "1000000004", "Optout Effective Date": "01/15/2025",
        "Optout End Date": "01/15/2027", "State Code": "NC", "Zip code": "2880",
    }  # fmt: skip
    entry = only(read(tmp_path, "optout", as_csv(header, row)))
    assert (entry.exclusion_type, entry.agency) == ("opt-out", "CMS")
    assert (entry.excluded_on, entry.ends_on) == (date(2025, 1, 15), date(2027, 1, 15))
    assert (entry.npi, entry.zip) == ("1000000004", "02880")


STATES: dict[str, tuple[list[str], list[str], dict[str, Any]]] = {
    "AR": (
        ["Division", "Provider Name", "Facility Name", "City", "State", "Zip"],
        ["DMS", "Quillon, Vesper A.", "", "Sampleton", "AR", "72201"],
        {"last_name": "Quillon", "first_name": "Vesper", "middle_name": "A.", "agency": "DMS", "zip": "72201"},
    ),
    "CA": (
        ["Last Name", "First Name", "Middle Name", "A/K/A-Also Known As D/B/A-Doing Business As", "Address(es)",
         "Provider Type", "License Number", "Provider Number", "Date of Suspension", "Active Period"],
        ["Quillon", "Vesper", "Ann", "Marrow, Vesper; dba Quillon Care", "1 Test St", "LCSW", "LCS 1", "N/A", "3/20/2024",
         "Indefinitely"],
        {"aliases": ("Marrow, Vesper", "Quillon Care"), "license_number": "LCS 1", "excluded_on": date(2024, 3, 20)},
    ),
    "KY": (
        ["First Name", "Last Name or Practice Name", "NPI", "License", "Effective Date", "Reason for Term/Exclusion",
         "Timeframe of Term/Exclusion"],
        ["", "Quillon Pharmacy of Kentucky", "1000000004", "L1", "03/20/24", "License", "5 years"],
        {"business_name": "Quillon Pharmacy of Kentucky", "aliases": (), "excluded_on": date(2024, 3, 20)},
    ),
    "LA": (
        ["First Name", " Last Name or Entity Name", " Birthdate", " NPI#", " Title or Provider Type",
         " Affiliated Entity", " Reason for Exclusion", " Type of Exclusion", " Period of Exclusion", " Effective Date",
         " Reinstate", " State and Zip"],
        ["Vesper", "Quillon", "02/28/1970", "1000000004", "LCSW", "", "", "Mandatory", "5", "03/20/2024", "", "LA 70001"],
        {"last_name": "Quillon", "date_of_birth": date(1970, 2, 28), "state": "LA", "zip": "70001", "city": None},
    ),
    "MD": (
        ["Last Name/Organization", "First Name", "Type of Entity/Profession", "License No.", "NPI", "Sanction Type",
         "Termination/Sanction Date", "Address", "City, State, Zip"],
        ["Quillon", "", "", "L1", "", "Terminated", "03/20/2024", "1 Test St", "West Sampleton, MD 21201-1234"],
        {"business_name": "Quillon", "aliases": ("Quillon",), "city": "West Sampleton", "state": "MD", "zip": "21201"},
    ),
    "MO": (
        ["Provider Name", "NPI", "Prov Type/Specialty", "License", "Letter Date", "Term Date", "Termination Reason"],
        ["Quillon Vesper A", "0", "", "", "1/2/2024", "3/20/2024", "License"],
        {"last_name": "Quillon", "first_name": "Vesper", "npi": None, "excluded_on": date(2024, 3, 20)},
    ),
    "NY": (
        ["PROVIDER_NAME", "LICENSE_NUMBER", "NPI_Number", "PROVIDER_TYPE", "SANCTION_DATE", "ACTION_TYPE"],
        ["QUILLON VESPER MARROW   MD", "0001", "1000000004", "Physician ", "03/20/2024", "Exclusion"],
        {"last_name": "QUILLON", "first_name": "VESPER", "middle_name": "MARROW", "npi": "1000000004",
         "aliases": ("QUILLON VESPER, MARROW",), "license_number": "0001"},
    ),
    "PA": (
        ["NAM_LAST_PROVR", "NAM_FIRST_PROVR", "NAM_MIDDLE_PROVR", "NAM_SUFFIX_PROVR", "NAM_TITLE_PROVR", "NAM_BUSNS_MP",
         "NAM_PROVR_ALT", "IDN_NPI", "LicenseNumber", "NBR_FEIN", "CAO", "Status", "BeginDate", "EndDate", "ListDate"],
        ["QUILLON", "VESPER", "", "JR", "", "", "", "1000000004", "L1", "", "", "PRECLUDED", "3/20/2024", "12/31/9999",
         "4/1/2024"],
        {"suffix": "JR", "ends_on": None, "warning": None, "excluded_on": date(2024, 3, 20)},
    ),
    "TX": (
        ["CompanyName", "LastName", "FirstName", "MidInitial", "Occupation", "LicenseNumber", "NPI", "StartDate",
         "AddDate", "ReinstatedDate", "WebComments"],
        ["", "Quillon", "Vesper", "A", "LCSW", "1", "1000000004", "03/20/2024", "", "01/02/2026", ""],
        {"reinstated_on": date(2026, 1, 2), "middle_name": "A", "general": "LCSW"},
    ),
    "WA": (
        ["Name", "License", "NPI or P1", "Date of Exclusion", "Action"],
        ["Quillon, Vesper", "L1", "2012345", "03/20/2024", "Termination"],
        {"last_name": "Quillon", "npi": None, "reference": "2012345", "warning": None},
    ),
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", ["csv", "tab", "xlsx"])
def test_a_state(tmp_path: Path, state: str, kind: str) -> None:
    header, row, facts = STATES[state]
    if kind == "xlsx":
        content = as_workbook(["State of Example"], [], header, row, merged="A1:C1")
    else:
        delimiter = "," if kind == "csv" else "\t"
        content = as_csv(header, dict(zip(header, row, strict=True)), delimiter=delimiter)
    entry = only(read(tmp_path, f"medicaid:{state}", content))
    assert {fact: getattr(entry, fact) for fact in facts} == facts
    assert entry.row_number == (4 if kind == "xlsx" else 2)


def test_ohio_with_numbers_and_dates_as_a_spreadsheet_keeps_them(tmp_path: Path) -> None:
    header = ["Last Name", "First Name", "Organization Name", "DOB", "NPI", "Address 1", "Address 2", "City", "State",
              "Zip Code", "Provider ID", "Status", "Action Date", "Date Added", "Provider Type"]  # fmt: skip
    rows: list[list[Any]] = [
        ["Quillon", "Vesper", "aka: Vesper Marrow", datetime(1970, 2, 28), 1000000004.0, "1 Test St", "Apt 2", "Sampleton", "OH", 43068.0, 2704667.0, "Excluded", 45371, "", "Aide"],
        ["", "", "Example Transport", "", "1000000004 & 1000000012", "", "", "", "OH", "", "", "Suspended", datetime(2024, 3, 20), "", ""],
        ["", "", "", "12/??/1956", "", "", "", "", "OH", "", "", "", "", "", ""],
    ]  # fmt: skip
    found = read(tmp_path, "medicaid:OH", as_workbook(header, *rows), file="oh.xlsx")
    person, business = found.entries
    assert (person.date_of_birth, person.excluded_on) == (date(1970, 2, 28), date(2024, 3, 20))
    assert (person.npi, person.zip, person.reference) == ("1000000004", "43068", "2704667")
    assert (person.address, person.aliases) == ("1 Test St, Apt 2", ("Vesper Marrow",))
    assert (business.npi, business.warning) == ("1000000004", "a second NPI, 1000000012, is in the row")
    assert found.set_aside == ((4, "the row names nobody"),)


def test_every_shipped_map_is_known_and_the_other_way_round() -> None:
    shipped = {path.stem.replace("medicaid-", "medicaid:") for path in _MAPS.glob("*.toml")}
    # A board's file is no exclusion list: its map is written in the words of a license.
    shipped -= {"board-FL"}
    assert shipped == set(LISTS) - {"leie"}
    assert all(shipped_map(name).title for name in shipped)


def test_a_list_of_ones_own(tmp_path: Path) -> None:
    content = as_csv(
        ["Since", "FIRST-NAME", "last_name"], {"Since": "04.05.2024", "FIRST-NAME": "Vesper", "last_name": "Quillon"}
    )
    entry = only(read(tmp_path, "ours", content, ANYBODY))
    assert (entry.last_name, entry.first_name, entry.excluded_on) == ("Quillon", "Vesper", date(2024, 5, 4))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[columns]\nlast_nam = 'x'", "columns: last_nam is not known there. Did you mean last_name?"),
        ("[columns]\nnpi = 'x'", "one of name, last_name and business_name"),
        ("colums = 1\n[columns]\nname = 'x'", "colums is not a key of a map. Did you mean columns?"),
        ("optional = ['npi']\n[columns]\nname = 'x'", "optional: npi is not a column that this map has."),
        ("optional = ['name']\n[columns]\nname = 'x'", "not every column of names can be"),
        ("date_formats = ['%Q']\n[columns]\nname = 'x'", "date_formats.0: it is not a date format"),
        ("[columns]\nname = { join = [] }", "columns.name: write a header"),
        ("[constants]\nnpi = '1'\n[columns]\nname = 'x'", "constants: npi is not known there."),
    ],
)
def test_a_wrong_map_is_named_by_its_key(text: str, says: str) -> None:
    with pytest.raises(UsageError) as raised:
        ListMap.parse(text)
    assert says in " ".join(raised.value.details)


def test_a_list_that_nobody_knows() -> None:
    with pytest.raises(UsageError, match="Did you mean medicaid:TX"):
        known_list("medicaid:NX")
    assert known_list("MEDICAID:ny").name == "medicaid:NY"
    with pytest.raises(UsageError, match="no name of a list"):
        known_list("a b", ListMap.parse(ANYBODY))


# --- names ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("QUILLON VESPER", "person"),
        ("QUILLON, VESPER A.", "person"),
        ("VAN DER QUILLON VESPER MD", "person"),
        ("O'QUILLON-MARROW VESPER", "person"),
        ("EXAMPLE PHARMACY INC", "business"),
        ("1219 FIRST AVENUE PHMCY", "business"),
        ("QUILLON MEDICAL CARE P.C.", "business"),
        ("QUILLON VESPER MD PC", "doubt"),
        ("SUPPLY VESPER", "doubt"),
        ("CARE VESPER", "doubt"),
        ("QUILLON", "doubt"),
        ("THE HOUSE OF QUILLON", "doubt"),
        ("PREMIER 2.0", "doubt"),
        ("Alexander Quillon, D.D.S., P.C.", "doubt"),
    ],
)
def test_who_is_a_business(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(
    ("text", "order", "parts"),
    [
        ("Quillon, Vesper Ann", "first last", ("Quillon", "Vesper", "Ann", "")),
        ("Quillon Jr., Vesper", "last first", ("Quillon", "Vesper", "", "Jr.")),
        ("Quillon, Vesper, III", "last first", ("Quillon", "Vesper", "", "III")),
        ("Quillon, Vesper, MD", "last first", ("Quillon", "Vesper", "", "")),
        ("Vesper Quillon, MD", "first last", ("Quillon", "Vesper", "", "")),
        ("Vesper Quillon, Jr.", "first last", ("Quillon", "Vesper", "", "Jr.")),
        ("QUILLON VESPER A MD", "last first", ("QUILLON", "VESPER", "A", "")),
        ("DE LA CRUZ VESPER", "last first", ("DE LA CRUZ", "VESPER", "", "")),
        ("O' QUILLON VESPER", "last first", ("O' QUILLON", "VESPER", "", "")),
        ("Vesper Ann de la Cruz", "first last", ("de la Cruz", "Vesper", "Ann", "")),
        ("Quillon", "last first", ("Quillon", "", "", "")),
    ],
)
def test_a_whole_name_taken_apart(text: str, order: str, parts: tuple[str, ...]) -> None:
    name = split_name(text, order)
    assert (name.last, name.first, name.middle, name.suffix) == parts


def test_a_name_of_three_parts_is_read_both_ways() -> None:
    assert split_name("MARROW QUILLON VESPER", "last first").others == ("MARROW QUILLON, VESPER",)
    assert split_name("Vesper Marrow Quillon", "first last").others == ("Marrow Quillon, Vesper",)


@pytest.mark.parametrize(
    ("text", "aliases"),
    [
        ("Marrow, Vesper; V. Quillon", ["Marrow, Vesper", "V. Quillon"]),
        ("a.k.a. Vesper Marrow", ["Vesper Marrow"]),
        ("AKA: Vesper Marrow dba Example Care", ["Vesper Marrow", "Example Care"]),
        ("Vesper Marrow\nV Quillon", ["Vesper Marrow", "V Quillon"]),
        ("N/A", []),
    ],
)
def test_aliases(text: str, aliases: list[str]) -> None:
    assert split_aliases(text) == aliases


# --- files that are no list -----------------------------------------------------------------------------------------

ROW = {"Last Name": "Quillon", "First Name": "Vesper", "NPI": "1000000004", "Since": "2024-03-20"}
GOOD = as_csv(list(ROW), ROW)


def refusal(folder: Path, content: bytes, file: str = "list.csv") -> InputRejected:
    with pytest.raises(InputRejected) as raised:
        read(folder, "ours", content, ANYBODY, file)
    assert file in raised.value.message
    return raised.value


def zipped(*members: tuple[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return out.getvalue()


def test_columns_in_another_order_a_bom_nul_bytes_and_windows_1252(tmp_path: Path) -> None:
    for content in (
        as_csv(list(reversed(ROW)), ROW),
        b"\xef\xbb\xbf" + GOOD,
        GOOD.decode().encode("utf-16"),
        GOOD.replace(b"Vesper", b"Ves\x00per"),
        GOOD.replace(b",", b"\t"),
        GOOD.replace(b",", b";"),
        b"Example State\r\n\r\n" + GOOD,
        as_workbook(["Example State"], list(ROW), [*ROW.values()]),
        zipped(("list.csv", GOOD), ("__MACOSX/._list.csv", b"x"), ("readme.txt", b"hello")),
        zipped(("a/list.xlsx", as_workbook(list(ROW), [*ROW.values()]))),
    ):
        entry = only(read(tmp_path, "ours", content, ANYBODY))
        assert (entry.last_name, entry.first_name, entry.npi, entry.excluded_on) == (
            "Quillon",
            "Vesper",
            "1000000004",
            date(2024, 3, 20),
        )
    assert "control characters" in read(tmp_path, "ours", GOOD.replace(b"V", b"V\x00"), ANYBODY).notes[0]
    spanish = read(tmp_path, "ours", GOOD.replace(b"Quillon", "Quiñónez".encode("cp1252")), ANYBODY)
    assert only(spanish).last_name == "Quiñónez"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", "is a web page"),
        (b"\n <html>\n<table><tr><td>Last Name", "is a web page"),
        (b"%PDF-1.7 ...", "is a PDF"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"x" * 600, "an old Excel file"),
        (b"\x1f\x8b\x08...", "compressed with gzip"),
        (b" \r\n", "is empty"),
        (b"\x00\x00\x00", "is empty"),
        (GOOD.splitlines()[0], "no rows"),
        (b"Last Name,First Name,NPI\r\nQuillon,Vesper,\r\n", "does not have the columns"),
        (GOOD.splitlines()[0] + b',NPI\r\n"Quillon",Vesper,1,2,3\r\n', "a column more than once: NPI"),
        (GOOD + b'Marrow,"Ottoline,1000000012,2024-01-01\r\nFinch,A,,2024-01-01\r\n', "line 3: a quote is opened"),
        (zipped(("../list.csv", GOOD)), "a path outside of it"),
        (zipped(("C:\\list.csv", GOOD)), "a path outside of it"),
        (zipped(("/etc/list.csv", GOOD)), "a path outside of it"),
        (zipped(("a.csv", GOOD), ("b.xlsx", GOOD)), "a zip of 2 CSV files"),
        (zipped(("a.pdf", GOOD)), "a zip of 0 CSV files"),
        (zipped(("a.csv", GOOD))[:-30], "damaged zip"),
        (zipped(("a.csv", b"<html><body>no</body></html>")), "is a web page"),
    ],
)
def test_what_is_no_list_is_refused_with_a_sentence(tmp_path: Path, content: bytes, says: str) -> None:
    assert says in refusal(tmp_path, content).message


def test_a_renamed_column_is_named(tmp_path: Path) -> None:
    error = refusal(tmp_path, GOOD.replace(b"First Name", b"Given Name"))
    assert error.details == ("missing: first_name (First Name)", "the file has: Last Name, Given Name, NPI, Since")
    assert "--map" in (error.hint or "")
    without_npi = read(tmp_path, "ours", GOOD.replace(b"NPI", b"Number"), ANYBODY)
    assert only(without_npi).npi is None


def test_a_zip_bomb_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("credkit.lists.opening.MOST_BYTES", 100_000)
    bomb = zipped(("list.csv", GOOD + b"0" * 10_000_000))
    assert len(bomb) < 100_000
    assert "unpacks to more than 100,000 bytes" in refusal(tmp_path, bomb).message
    assert "larger than 100,000 bytes" in refusal(tmp_path, GOOD + b"0" * 100_000).message


def test_rows_are_lost_never_silently(tmp_path: Path) -> None:
    rows = b"Marrow\r\n,,,2024-01-01\r\n\r\n,,1000000012,2024-01-01\r\nFinch,Otto,,soon,more\r\n"
    found = read(tmp_path, "ours", GOOD + rows, ANYBODY)
    assert found.set_aside == ((4, "the row names nobody"),)
    assert [(entry.row_number, entry.last_name, entry.warning) for entry in found.entries] == [
        (2, "Quillon", None),
        (3, "Marrow", "the row has 1 cells instead of 4"),
        (6, None, "the row names nobody"),
        (7, "Finch", "the row has 5 cells instead of 4; excluded_on 'soon' is not a date"),
    ]


@pytest.mark.parametrize("nothing", ["", "00000000", "0", "N/A", "00/00/0000", "Indefinite"])
def test_no_date_is_no_warning(tmp_path: Path, nothing: str) -> None:
    entry = only(read(tmp_path, "ours", as_csv(list(ROW), ROW | {"Since": nothing}), ANYBODY))
    assert (entry.excluded_on, entry.warning) == (None, None)
