"""Files of every kind, good and bad, opened as sheets."""

import csv
import io
import json
import zipfile
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from conftest import Put
from hypothesis import given
from hypothesis import strategies as st

from credkit.errors import InputRejected
from credkit.harmless import unguard
from credkit.tables.delimited import sniff_delimiter
from credkit.tables.reading import open_sheet
from credkit.tables.sheet import LONGEST_CELL, Sheet, SheetRow
from credkit.tables.writing import csv_bytes

HEADER = "npi,first_name,last_name\n"
ROW = "1000000004,Zoë,Example\n"


def read(path: Path) -> tuple[Sheet, list[SheetRow]]:
    with open_sheet(path) as sheet:
        return sheet, list(sheet.rows)


def workbook(path: Path, *sheets: tuple[str, list[list[Any]]]) -> Path:
    book = xlsxwriter.Workbook(path, {"default_date_format": "yyyy-mm-dd"})
    for name, rows in sheets:
        page = book.add_worksheet(name)
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    book.close()
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252"], ids=str)
def test_every_usual_encoding_is_read(put: Put, encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    content = mark + (HEADER + ROW).encode(encoding)
    sheet, rows = read(put(content))
    assert sheet.header == ("npi", "first_name", "last_name")
    assert rows[0].cells == {"npi": "1000000004", "first_name": "Zoë", "last_name": "Example"}
    assert sheet.sha256 == sha256(content).hexdigest()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_usual_delimiter_is_told(put: Put, delimiter: str) -> None:
    _, rows = read(put((HEADER + ROW).replace(",", delimiter)))
    assert rows[0].cells["last_name"] == "Example"


@pytest.mark.parametrize(
    ("sample", "delimiter"),
    [
        ("License, number, state and date;Name\n1;Ada\n2;Ida\n", ";"),
        ('"a;b;c;d",e\n1,2\n', ","),
        ("npi\n1000000004\n", ","),
        ("a,b,c\n1;2,3\n1,2,3\n", ","),
    ],
)
def test_the_rows_tell_a_delimiter_from_punctuation(sample: str, delimiter: str) -> None:
    assert sniff_delimiter(sample) == delimiter


def test_excels_own_first_line_names_the_delimiter(put: Put) -> None:
    sheet, rows = read(put("sep=;\na;b\n1,1,1;2\n"))
    assert sheet.header == ("a", "b")
    assert rows[0].number == 3
    assert rows[0].cells == {"a": "1,1,1", "b": "2"}


def test_rows_are_counted_as_in_a_spreadsheet_and_lines_as_in_the_file(put: Put) -> None:
    _, rows = read(put('a,b\n"one\ntwo\nthree",1\n\n , \nx,2\n'))
    assert [(row.number, row.line) for row in rows] == [(2, 2), (5, 7)]
    assert rows[0].cells["a"] == "one\ntwo\nthree"


def test_a_ragged_row_says_how_many_cells_it_has(put: Put) -> None:
    _, rows = read(put("a,b,c\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n"))
    assert rows[0].problem
    assert "2 cells" in rows[0].problem
    assert "header 3" in rows[0].problem
    assert rows[0].cells == {"a": "1", "b": "2", "c": ""}
    assert rows[1].problem is None
    assert rows[2].problem
    assert "4 cells" in rows[2].problem
    assert rows[2].extra == ("4",)
    assert (rows[3].problem, rows[3].extra) == (None, ())


def test_a_quotation_mark_left_open_is_said_and_not_lost(put: Put) -> None:
    _, rows = read(put('a,b\n1,2\n3,"4\n5,6\n7,8\n'))
    assert len(rows) == 2
    assert rows[1].problem
    assert "lines 3 to 5" in rows[1].problem


def test_a_quotation_mark_left_open_in_the_header(put: Put) -> None:
    with pytest.raises(InputRejected, match="header"):
        open_sheet(put('a,"b\n1,2\n'))


def test_a_quotation_mark_left_open_does_not_fill_the_memory(put: Put) -> None:
    path = put('a,b\n1,2\n3,"' + "x" * 10_000_100 + "\n")
    with open_sheet(path) as sheet, pytest.raises(InputRejected, match="line 3"):
        list(sheet.rows)


@pytest.mark.parametrize("ending", [".csv", ".json", ".ndjson", ".xlsx"])
def test_a_cell_of_100_000_characters_is_its_rows_problem_alone(put: Put, tmp_path: Path, ending: str) -> None:
    long = "x" * (LONGEST_CELL + 1)
    if ending == ".xlsx":
        path = workbook(tmp_path / "form.xlsx", ("a", [["a", "b"], ["1", "y" * 30_000], ["3", "4"]]))
        assert [row.problem for row in read(path)[1]] == [None, None]
        return
    items = [{"a": "1", "b": long}, {"a": "2", "b": "x" * LONGEST_CELL}]
    content = {
        ".csv": f"a,b\n1,{long}\n2,{'x' * LONGEST_CELL}\n",
        ".json": json.dumps(items),
        ".ndjson": "\n".join(map(json.dumps, items)),
    }[ending]
    _, rows = read(put(content, "form" + ending))
    assert rows[0].problem
    assert "b holds 100,001 characters" in rows[0].problem
    assert rows[1].problem is None


def test_the_same_header_twice_is_refused(put: Put) -> None:
    with pytest.raises(InputRejected, match="more than once") as caught:
        open_sheet(put("npi,name, npi ,\n1,2,3,\n"))
    assert caught.value.details == ("'npi' heads columns 1, 3",)
    assert caught.value.exit_code == 3


def test_blank_headers(put: Put) -> None:
    sheet, rows = read(put("a,,b,,\n1,2,3,,\n"))
    assert sheet.header == ("a", "column 2", "b")
    assert rows[0].cells["column 2"] == "2"


def test_cells_stay_as_they_stand(put: Put) -> None:
    _, rows = read(put('a,b\n" =1+1 ",\x00x\u00a0\n'))
    assert rows[0].cells == {"a": " =1+1 ", "b": "\x00x\u00a0"}


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "form.csv", "is empty"),
        (b"", "form.xlsx", "is empty"),
        (b"\xef\xbb\xbf", "form.csv", "is empty"),
        (b"\n \n,,\n", "form.csv", "is empty"),
        (b"npi,first_name\n", "form.csv", "no rows"),
        (b"npi,first_name\n\n , \n", "form.csv", "no rows"),
        (b"%PDF-1.7\n\xe2\xe3", "form.csv", "PDF"),
        (b"\x1f\x8b\x08\x00abc", "form.csv", "compressed"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "form.xlsx", "password"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, "form.csv", "not a text file"),
        (bytes(1000), "form.csv", "not a text file"),
        ("a,b\n1,2\n".encode("utf-16-le"), "form.csv", "not a text file"),
        (b"a,b\n1,2\n3,\x81\x8d\n", "form.csv", "line 3 is neither"),
        (b"\xff\xfea\x00,\x00b", "form.csv", "cut off"),
        (b"PK\x03\x04 not an archive", "form.xlsx", "damaged"),
        (b'[{"npi": "1"},\n {"npi": }]', "form.json", "line 2 is not valid JSON"),
        (b'{"npi": "1"}\n{"npi": \n', "form.ndjson", "line 2 is not valid JSON"),
        (b"npi,name\n1,2\n", "form.json", "line 1 is not valid JSON"),
        (b"[" * 100_000, "form.json", "nested too deeply"),
        (b'[{"a": ' + b"9" * 5_000 + b"}]", "form.json", "too long"),
        (b'[{"npi": "1"}, 2]', "form.json", "item 2 is not an object"),
        (b'{"npi": "1"}\n[]\n', "form.ndjson", "line 2 is not an object"),
        (b"[]", "form.json", "no items"),
        (b"[{}]", "form.json", "nothing to read"),
        (b'{"rows": [\n]}', "form.json", "neither an array"),
        (b'[{"npi": " "}]', "form.json", "no rows"),
    ],
)
def test_what_is_no_form_is_refused_with_its_name(put: Put, content: bytes, name: str, says: str) -> None:
    path = put(content, name)
    with pytest.raises(InputRejected, match=says) as caught:
        open_sheet(path)
    assert str(path) in caught.value.message
    assert caught.value.hint


@pytest.mark.parametrize(
    ("inside", "says"),
    [
        ("readme.txt", "ZIP archive"),
        ("word/document.xml", "Word"),
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "OpenDocument"),
    ],
)
def test_an_archive_that_is_no_workbook(tmp_path: Path, inside: str, says: str) -> None:
    path = tmp_path / "form.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(inside, "x")
    with pytest.raises(InputRejected, match=says):
        open_sheet(path)


def test_a_workbook_in_name_only(tmp_path: Path) -> None:
    path = tmp_path / "form.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("xl/workbook.xml", "<nothing")
    with pytest.raises(InputRejected, match="XLSX workbook"):
        open_sheet(path)


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="is a folder"):
        open_sheet(tmp_path)
    with pytest.raises(InputRejected, match="no such file"):
        open_sheet(tmp_path / "gone.csv")
    with pytest.raises(InputRejected, match="cannot be read"):
        open_sheet(tmp_path / ("x" * 300))


def test_a_file_that_may_not_be_read(put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object, **_named: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = put(HEADER + ROW)
    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(InputRejected, match="may not read"):
        open_sheet(path)


def test_a_file_that_is_spoilt_while_it_is_read(put: Put) -> None:
    path = put(HEADER + ROW * 30_000)
    with open_sheet(path) as sheet:
        size = path.stat().st_size
        with path.open("r+b") as file:
            file.truncate(size // 2)
            file.seek(size // 2)
            file.write(b"\xff" * 100_000)
        with pytest.raises(InputRejected, match="could not be read further"):
            list(sheet.rows)


def test_standard_input_may_be_any_kind(tmp_path: Path) -> None:
    book = workbook(tmp_path / "form.xlsx", ("form", [["npi"], ["1000000004"]])).read_bytes()
    for content in (b"npi\n1000000004\n", b'[{"npi": "1000000004"}]', b'{"npi": "1000000004"}\n', book):
        sheet = open_sheet(None, stdin=io.BytesIO(content))
        assert sheet.source == "-"
        assert [row.cells for row in sheet.rows] == [{"npi": "1000000004"}]
    with pytest.raises(InputRejected, match="no standard input"):
        open_sheet(None)


def test_a_workbook_comes_out_as_people_see_it(tmp_path: Path) -> None:
    from datetime import date, datetime

    rows: list[list[Any]] = [
        [],
        ["npi", "zip", "on", "at", "yes", "share", "blank"],
        [1000000004.0, 501, date(2026, 3, 31), datetime(2026, 3, 31, 9, 30), True, 0.5, None],
        [],
        ["00123", "00501"],
        ["1", "2", "3", "4", "5", "6", "7", "8"],
    ]
    path = workbook(tmp_path / "form.xlsx", ("empty", []), ("form", rows), ("notes", [["x"]]))
    sheet, found = read(path)
    assert sheet.warnings == [f"{path}: only the sheet 'form' was read; not read: 'notes'."]
    assert [row.number for row in found] == [3, 5, 6]
    assert list(found[0].cells.values()) == ["1000000004", "501", "2026-03-31", "2026-03-31 09:30:00", "yes", "0.5", ""]
    assert found[1].cells["npi"] == "00123"
    assert found[1].problem is None
    assert found[2].problem
    assert found[2].extra == ("8",)


def test_an_empty_workbook(tmp_path: Path) -> None:
    with pytest.raises(InputRejected, match="is empty"):
        open_sheet(workbook(tmp_path / "form.xlsx", ("a", []), ("b", [[" "]])))
    with pytest.raises(InputRejected, match="no rows"):
        open_sheet(workbook(tmp_path / "form.xlsx", ("a", [["npi", "name"]])))


def test_json_values_become_cells(put: Put) -> None:
    content = '{"items": [{"a": 1000000004.0, "b": true, "c": null, "d": ["TX", "NM"]}, {"a": "x", "e": 1.5}]}'
    sheet, rows = read(put(content, "form.json"))
    assert sheet.header == ("a", "b", "c", "d", "e")
    assert rows[0].cells == {"a": "1000000004", "b": "yes", "c": "", "d": "TX; NM", "e": ""}
    assert rows[1].cells == {"a": "x", "b": "", "c": "", "d": "", "e": "1.5"}
    assert [row.number for row in rows] == [1, 2]


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ('{"a": {"b": 1}}', "a holds an object"),
        ('{"a": [["x"]]}', "a list in a list"),
        ('{"a": "1", "a": "2"}', "a stands twice"),
        ('{"a": "\\ud800"}', "half a character"),
    ],
)
def test_a_json_value_that_is_no_cell_is_its_rows_problem(put: Put, item: str, says: str) -> None:
    _, rows = read(put(f'{item}\n{{"a": "fine"}}\n', "form.ndjson"))
    assert rows[0].problem
    assert says in rows[0].problem
    assert rows[1] == SheetRow(2, 2, {"a": "fine"})
    json.dumps(rows[0].cells).encode()


def test_ndjson_is_told_from_json_without_its_name(put: Put) -> None:
    _, rows = read(put('\n{"a": 1}\n\n{"a": 2, "b": 3}\n', "form.data"))
    assert [(row.number, row.line, row.cells["a"]) for row in rows] == [(2, 2, "1"), (4, 4, "2")]
    _, rows = read(put('{"items": [{"a": 1}]}', "form.data"))
    assert [row.line for row in rows] == [None]


text_cell = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc"], include_characters="\t\n\r\x00"), max_size=20
)


@given(rows=st.lists(st.lists(text_cell, min_size=3, max_size=3), min_size=1, max_size=5))
def test_what_we_write_comes_back(rows: list[list[str]], tmp_path_factory: pytest.TempPathFactory) -> None:
    rows = [row for row in rows if "".join(row).strip()]
    if not rows:
        return
    path = tmp_path_factory.mktemp("round") / "out.csv"
    path.write_bytes(csv_bytes(["a", "b", "c"], rows))
    with open_sheet(path) as sheet:
        assert [[unguard(cell) for cell in row.cells.values()] for row in sheet.rows] == rows


@given(content=st.binary(min_size=1, max_size=300))
def test_junk_is_refused_or_read_and_never_a_crash(content: bytes) -> None:
    try:
        for row in open_sheet(None, stdin=io.BytesIO(content)).rows:
            json.dumps(row.cells).encode()
    except InputRejected as error:
        assert error.message.startswith("-")  # noqa: PT017 - either way is right


def test_a_long_file_is_read_as_it_is_asked_for(put: Put) -> None:
    import tracemalloc

    path = put(HEADER + ROW * 60_000)
    tracemalloc.start()
    with open_sheet(path) as sheet:
        count = sum(1 for _ in sheet.rows)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 60_000
    assert peak < path.stat().st_size + 4_000_000


def test_the_limit_of_csv_is_others_again(put: Put) -> None:
    usual = csv.field_size_limit()
    read(put(HEADER + ROW))
    with pytest.raises(InputRejected):
        open_sheet(put(""))
    with open_sheet(put(HEADER + ROW)):
        pass
    assert csv.field_size_limit() == usual


def test_a_column_named_with_half_a_character_is_refused(put: Put) -> None:
    path = put('[{"npi": "1000000004", "a\\ud800": "x"}]', "form.json")
    with pytest.raises(InputRejected, match="the name of column 2 holds half a character"):
        open_sheet(path)
