"""Column maps, and tables written so that no spreadsheet runs them."""

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from credkit.errors import CredkitError, InputRejected, UsageError
from credkit.harmless import guard, unguard
from credkit.tables.maps import ColumnMap, fingerprint
from credkit.tables.writing import OutSheet, csv_bytes, xlsx_bytes

MAP = """
[columns]
npi = "What is your NPI?"
signed_on = { column = "When", format = "%d.%m.%Y" }
languages = { column = "Languages", split = "|", values = { "ENG" = "English" } }
profession = { column = "Type", values = { "Clinical social worker" = "LCSW" } }
"""
HEADERS = ("What is your NPI?", "When", "Languages", "Type", "Other")


def test_a_map_applied() -> None:
    cells = {
        "What is your NPI?": "1000000004",
        "When": "31.12.2026",
        "Languages": "eng| Spanish |",
        "Type": " clinical  SOCIAL worker",
        "Other": "x",
    }
    assert ColumnMap.parse(MAP).apply(cells) == {
        "npi": "1000000004",
        "signed_on": "2026-12-31",
        "languages": "English; Spanish",
        "profession": "LCSW",
    }


def test_a_date_of_another_format_is_an_error_and_not_guessed() -> None:
    column_map = ColumnMap.parse('[columns]\nsigned_on = { column = "When", format = "%d/%m/%Y" }')
    assert column_map.apply({"When": "2026-12-31"}) == {"signed_on": "2026-12-31"}
    assert column_map.apply({"When": ""}) == {"signed_on": ""}
    with pytest.raises(ValueError, match="%d/%m/%Y"):
        column_map.apply({"When": "05/13/2026"})


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[colums]\nnpi = 'x'\n[columns]", "colums is not a key of a map. Did you mean columns?"),
        ("", "columns is missing"),
        ("[columns]\nnpi = {colum = 'x'}", "columns.npi.colum is not a key of a map. Did you mean column?"),
        ("[columns]\nnpi = {split = ';'}", "columns.npi.column is missing"),
        ("[columns]\nnpi = 1", "columns.npi"),
        ("[columns]\nnpi = ''", "columns.npi.column"),
        ("[columns]\nsigned_on = {column = 'x', format = '%Q'}", "columns.signed_on.format: it is not a date format"),
        ("fingerprint = 'md5'\n[columns]", "fingerprint"),
        ("not toml", "is not a TOML file"),
        (f"fingerprint = '{fingerprint(['a'])}'\nheaders = ['b']\n[columns]", "fingerprint is not that of its headers"),
    ],
)
def test_a_wrong_map_names_its_key(text: str, says: str) -> None:
    with pytest.raises(UsageError) as caught:
        ColumnMap.parse(text)
    assert says in " ".join((caught.value.message, *caught.value.details))


def test_a_map_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        ColumnMap.load(tmp_path / "gone.toml")
    (tmp_path / "map.toml").write_text(MAP)
    assert set(ColumnMap.load(tmp_path / "map.toml").columns) == {"npi", "signed_on", "languages", "profession"}


def test_a_fingerprint_knows_no_order_and_none_of_our_columns() -> None:
    assert fingerprint(["a", "b "]) == fingerprint(
        ["b", "a", "reject_id", "reject_reasons", "reject_file", "reject_row", "extra_1"]
    )
    assert fingerprint(["a", "b"]) != fingerprint(["a", "c"])


def test_changed_headers_are_listed() -> None:
    made_for = f"fingerprint = '{fingerprint(HEADERS)}'\nheaders = {list(HEADERS)}\n{MAP}"
    column_map = ColumnMap.parse(made_for)
    column_map.check_headers(reversed(HEADERS))
    column_map.check_headers((*HEADERS, "reject_id"))
    with pytest.raises(InputRejected, match="headers have changed") as caught:
        column_map.check_headers(("What is your NPI", "When", "Languages", "Type", "Newer"))
    assert "missing: What is your NPI? Did you mean What is your NPI?" in caught.value.details
    assert "missing: Other" in caught.value.details
    assert "added: Newer" in caught.value.details
    without = ColumnMap.parse(f"fingerprint = '{fingerprint(HEADERS)}'\n{MAP}")
    with pytest.raises(InputRejected) as caught:
        without.check_headers(HEADERS[1:])
    assert caught.value.details == ("missing: What is your NPI?", "added or never mapped: Other")


def test_a_column_that_the_file_does_not_have() -> None:
    with pytest.raises(InputRejected) as caught:
        ColumnMap.parse(MAP).check_headers(("What is your npi", "When", "Languages", "Type"))
    assert caught.value.details == ("'What is your NPI?' is not in the file. Did you mean What is your npi?",)


@pytest.mark.parametrize(
    ("text", "guarded"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+cmd|x", "'+cmd|x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("-2+3", "'-2+3"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("-5", "-5"),
        ("+1,000.50", "+1,000.50"),
        ("Ada", "Ada"),
        ("'=1", "''=1"),
        ("'tis", "'tis"),
        ("", ""),
        ("-", "'-"),
    ],
)
def test_guard(text: str, guarded: str) -> None:
    assert guard(text) == guarded
    assert unguard(guarded) == text


@given(st.text(st.sampled_from("'=+-@\t\r1a,."), max_size=6))
def test_the_guard_comes_off_exactly(text: str) -> None:
    assert unguard(guard(text)) == text


def test_csv_out() -> None:
    assert csv_bytes(["=a", "b"], [["=1+1", 'say "x", y'], ["é", "1\n2"]]) == (
        '\'=a,b\r\n\'=1+1,"say ""x"", y"\r\né,"1\n2"\r\n'.encode()
    )


def test_xlsx_out_is_text_throughout() -> None:
    rows = [["01234", "=1+1", "http://example.org"]]
    book = load_workbook(
        io.BytesIO(xlsx_bytes([OutSheet("form", ("zip", "f", "u"), rows, (20,)), OutSheet("more", ("a",), [])]))
    )
    assert book.sheetnames == ["form", "more"]
    cells = next(iter(book["form"].iter_rows(min_row=2)))
    assert [(cell.value, cell.data_type, cell.number_format, cell.hyperlink) for cell in cells] == [
        ("01234", "s", "@", None),
        ("=1+1", "s", "@", None),
        ("http://example.org", "s", "@", None),
    ]


def test_xlsx_out_loses_no_end_of_a_cell() -> None:
    with pytest.raises(CredkitError, match="longer than an Excel cell"):
        xlsx_bytes([OutSheet("form", ("a",), [["x" * 40_000]])])
