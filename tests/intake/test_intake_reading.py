"""Whole forms: read, given back, proposed a map for, and blank."""

import io
import json
from datetime import date
from pathlib import Path
from typing import Any, Literal

import pytest
from factories import policy

from credkit.errors import InputRejected, UsageError
from credkit.intake.clean import CleanForm, FieldError
from credkit.intake.form import columns
from credkit.intake.proposing import propose
from credkit.intake.reading import FormRow, FormSheet, read_form
from credkit.intake.template import template
from credkit.tables.maps import ColumnMap, fingerprint
from credkit.tables.reading import open_sheet
from credkit.tables.writing import csv_bytes

POLICY = policy()
ON = date(2026, 11, 23)
HEADER = ["npi", "first_name", "last_name", "date_of_birth", "specialty"]
GOOD = ["1000000004", "Ada", "Example", "1980-02-03", "Grief"]


def read(content: bytes, column_map: ColumnMap | None = None) -> tuple[FormSheet, list[FormRow]]:
    with read_form(None, io.BytesIO(content), column_map, policy=POLICY, on=ON) as sheet:
        return sheet, list(sheet.rows)


def plain(*rows: list[str], header: list[str] = HEADER) -> bytes:
    return "".join(",".join(row) + "\n" for row in (header, *rows)).encode()


def problems(row: FormRow) -> tuple[FieldError, ...]:
    assert not isinstance(row.outcome, CleanForm)
    return row.outcome


def test_a_form_is_read_row_by_row() -> None:
    sheet, rows = read(plain(GOOD, ["1000000005", *GOOD[1:]]))
    assert (sheet.source, sheet.header, sheet.unmapped, sheet.warnings) == ("-", tuple(HEADER), (), [])
    assert rows[0].number == 2
    assert rows[0].received == dict(zip(HEADER, GOOD, strict=True))
    assert isinstance(rows[0].outcome, CleanForm)
    assert problems(rows[1])[0].column == "npi"


def test_ragged_rows_are_problems_of_the_row() -> None:
    _, rows = read(plain(GOOD[:3], [*GOOD, "more", "still"], GOOD))
    assert [error.column for error in problems(rows[0])] == [""]
    assert "3 cells" in problems(rows[0])[0].reason
    assert rows[1].received["extra_1"] == "more"
    assert rows[1].received["extra_2"] == "still"
    assert isinstance(rows[2].outcome, CleanForm)


@pytest.mark.parametrize(
    ("cell", "says"),
    [
        ("02/30/2026", "no such day"),
        ("1/2/26", "Write all four"),
        ("31.12.2026", "2026-12-31"),
        ("46112", "Excel stores 2026-03-31"),
        ('"=HYPERLINK(""http://example.org"")"', "formula"),
        ("x" * 100_001, "100,001 characters"),
        ("x" * 100_000, "100,000 characters"),
    ],
)
def test_a_bad_cell_costs_its_row_alone(cell: str, says: str) -> None:
    header = ["npi", "first_name", "last_name", "signed_on"]
    _, rows = read(plain([*GOOD[:3], cell], [*GOOD[:3], "2026-01-02"], header=header))
    assert says in problems(rows[0])[0].reason
    assert isinstance(rows[1].outcome, CleanForm)


def test_columns_that_nothing_maps_are_named_and_kept() -> None:
    sheet, rows = read(plain([*GOOD, "2027-01-01", "blue"], header=[*HEADER, "license_1_expiry_on", "Favorite color"]))
    assert sheet.unmapped == ("license_1_expiry_on", "Favorite color")
    assert sheet.warnings == [
        "license_1_expiry_on is not a column of the form and was not read. Did you mean license_1_expires_on?"
    ]
    assert rows[0].received["Favorite color"] == "blue"


def test_without_the_columns_that_identify_a_person_nothing_is_read() -> None:
    with pytest.raises(InputRejected, match="no column for npi, last_name") as caught:
        read(b"What is your NPI?,first_name\n1000000004,Ada\n")
    assert "credkit intake map" in (caught.value.hint or "")


def test_a_map_that_names_what_no_form_has() -> None:
    with pytest.raises(UsageError) as caught:
        read(plain(GOOD), ColumnMap.parse('[columns]\nlicence_1_state = "a"'))
    assert caught.value.details == (
        "columns.licence_1_state is not a column of the form. Did you mean license_1_state?",
    )


def test_a_mapped_form_and_its_changed_headers() -> None:
    header = ["What is your NPI?", "first_name", "last_name"]
    text = f'fingerprint = "{fingerprint(header)}"\n[columns]\nnpi = "What is your NPI?"\n'
    sheet, rows = read(plain(GOOD[:3], header=header), ColumnMap.parse(text))
    assert sheet.unmapped == ()
    assert isinstance(rows[0].outcome, CleanForm)
    with pytest.raises(InputRejected, match="headers have changed"):
        read(plain(GOOD[:3], header=["Your NPI", "first_name", "last_name"]), ColumnMap.parse(text))


def test_rejects_come_back_as_they_were_received() -> None:
    received = {"npi": "1000000004", "first_name": "=Ada", "last_name": "Example", "=odd": "'@x", "extra_1": ""}
    header = ["reject_id", "reject_reasons", "reject_file", "reject_row", *received]
    content = csv_bytes(header, [["R1", "first_name: formula", "form.csv", "7", *received.values()]])
    sheet, rows = read(content)
    assert sheet.header == tuple(received)
    assert sheet.unmapped == ("=odd",)
    assert rows[0].reject_id == "R1"
    assert rows[0].received == received
    assert [error.column for error in problems(rows[0])] == ["first_name"]
    mended = csv_bytes(header, [["R1", "", "form.csv", "7", *(received | {"first_name": "Ada"}).values()]])
    assert isinstance(read(mended)[1][0].outcome, CleanForm)


def test_a_cell_beyond_the_header_must_be_moved_before_its_row_is_taken() -> None:
    header = ["reject_id", "npi", "first_name", "last_name", "extra_1"]
    _, rows = read(csv_bytes(header, [["R1", *GOOD[:3], "left over"], ["R2", *GOOD[:3], ""]]))
    assert [error.column for error in problems(rows[0])] == ["extra_1"]
    assert isinstance(rows[1].outcome, CleanForm)
    ragged = read(b"reject_id,npi,first_name,last_name\nR1,1000000004\n")[1][0]
    assert ragged.reject_id == "R1"
    assert problems(ragged)[0].column == ""


def test_json_forms() -> None:
    item = dict(zip(HEADER, GOOD, strict=True))
    _, rows = read(json.dumps([item, item | {"npi": 1000000012.0, "specialty": {"a": 1}}]).encode())
    assert isinstance(rows[0].outcome, CleanForm)
    assert problems(rows[1]) == (FieldError("", "specialty holds an object; write its text."),)


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_template_is_the_form_and_has_no_rows(kind: Literal["csv", "xlsx", "json"], tmp_path: Path) -> None:
    blank = template(POLICY, kind)
    assert not blank.startswith(b"\xef\xbb\xbf")
    path = tmp_path / f"form.{kind}"
    path.write_bytes(blank)
    with pytest.raises(InputRejected, match="no rows"):
        read_form(path, policy=POLICY, on=ON)


def test_the_template_filled_in_is_read_without_a_word(tmp_path: Path) -> None:
    from openpyxl import load_workbook

    path = tmp_path / "form.xlsx"
    path.write_bytes(template(POLICY, "xlsx"))
    book = load_workbook(path)
    assert book.sheetnames == ["form", "columns"]
    page: Any = book["form"]
    names = [cell.value for cell in page[1]]
    assert names == [column.name for column in columns(POLICY)]
    for name, value in zip(HEADER, GOOD, strict=True):
        page.cell(2, names.index(name) + 1, value)
    book.save(path)
    with read_form(path, policy=POLICY, on=ON) as sheet:
        rows = list(sheet.rows)
    assert sheet.unmapped == ()
    assert isinstance(rows[0].outcome, CleanForm)
    (item,) = json.loads(template(POLICY, "json"))
    assert list(item) == names
    assert set(item.values()) == {""}


QUESTIONS = {
    "Timestamp": "3/31/2026 14:22:10",
    "What is your NPI?": "1000000004",
    "First Name": "Ada",
    "Legal last name": "Example",
    "Date of Birth": "13/02/1980",
    "License 2 Number": "C-1",
    "License 2 State": "NM",
    "Supervisor's NPI": "1000000012",
    "Group NPI": "1000000020",
    "Spouse date of birth": "1981-01-01",
    "Full name of provider": "Ada Example",
    "Have you ever been convicted of, or pleaded guilty or no contest to, a felony?": "No",
    "Date signed": "3/2/26",
    "Degree": "MSW",
    "School": "A",
    "University": "B",
    "Zip": "not a zip",
    "Number on the registry": "1000000038",
    "email": "ada@example.org",
}


def test_a_map_is_proposed_and_what_is_doubtful_is_not_in_force() -> None:
    proposal = propose(tuple(QUESTIONS), [QUESTIONS], POLICY)
    sure = {placed.column: placed for placed in proposal.placements if placed.doubt is None}
    assert {name: placed.header for name, placed in sure.items()} == {
        "npi": "What is your NPI?",
        "first_name": "First Name",
        "last_name": "Legal last name",
        "date_of_birth": "Date of Birth",
        "license_2_number": "License 2 Number",
        "license_2_state": "License 2 State",
        "supervisor_npi": "Supervisor's NPI",
        "disclosure_felony": "Have you ever been convicted of, or pleaded guilty or no contest to, a felony?",
        "degree": "Degree",
    }
    assert sure["date_of_birth"].format == "%d/%m/%Y"
    doubts = {placed.header: placed.doubt for placed in proposal.placements if placed.doubt}
    assert "century" in (doubts["Date signed"] or "")
    assert doubts["School"] == "'University' may be it too"
    assert "does not read as zip" in (doubts["Zip"] or "")
    left = dict(proposal.unplaced_headers)
    assert "first_name and last_name" in left["Full name of provider"]
    assert {"Timestamp", "Group NPI", "Spouse date of birth"} <= set(left)
    assert "phone" in proposal.unplaced_columns
    assert "email" not in proposal.unplaced_columns
    column_map = ColumnMap.parse(proposal.toml)
    assert set(column_map.columns) == set(sure)
    assert column_map.fingerprint == fingerprint(QUESTIONS)
    assert '# zip = "Zip"   # ' in proposal.toml
    content = csv_bytes(list(QUESTIONS), [list(QUESTIONS.values())])
    _, rows = read(content, column_map)
    assert isinstance(rows[0].outcome, CleanForm)
    assert rows[0].outcome.fields["date_of_birth"] == date(1980, 2, 13)


def test_a_header_that_says_nothing_is_offered_by_what_stands_under_it() -> None:
    proposal = propose(("Number", "Reach me"), [{"Number": "1000000004", "Reach me": "a@example.org"}], POLICY)
    assert {placed.header: placed.column for placed in proposal.placements} == {"Number": "npi", "Reach me": "email"}
    assert all(placed.doubt for placed in proposal.placements)
    assert "# npi is obligatory and not placed yet." in proposal.toml
    assert ColumnMap.parse(proposal.toml).columns == {}


def test_a_whose_npi_is_never_guessed() -> None:
    for header in ("Group NPI", "Billing NPI number", "Organization's NPI"):
        (placed,) = propose((header,), [{header: "1000000004"}], POLICY).placements
        assert placed.doubt


def test_headers_with_quotation_marks_survive_the_map() -> None:
    header = 'Degree ("MSW", \\ etc.)'
    proposal = propose((header, "NPI"), [], POLICY)
    assert ColumnMap.parse(proposal.toml).headers == (header, "NPI")


def test_one_form_of_many_rows_and_a_long_one_adds_up(tmp_path: Path) -> None:
    path = tmp_path / "form.csv"
    path.write_bytes(plain(*[GOOD, GOOD[:2], ["", *GOOD[1:]], [" "] * 5] * 50))
    with read_form(path, policy=POLICY, on=ON) as sheet:
        rows = list(sheet.rows)
    assert len(rows) == 150  # the blank ones are no rows
    assert sum(isinstance(row.outcome, CleanForm) for row in rows) == 50
    with open_sheet(path) as again:
        assert again.sha256 == sheet.sha256
