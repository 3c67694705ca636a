"""Workbooks made to be small on disk and huge in memory: refused by the real command, in words, and not by a crash."""

import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from desk import Desk

from credkit.errors import InputRejected
from credkit.tables import unpacked
from credkit.tables.reading import open_sheet

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
CELL = "<v>1</v>"
SHEET = "xl/worksheets/sheet1.xml"
FORM = f'<row r="1"><c r="A1">{CELL}</c><c r="B1"><v>2</v></c></row><row r="2"><c r="A2">{CELL}</c></row>'

Import = Callable[[Path], str]


@pytest.fixture
def refused(desk: Desk) -> Import:
    """Import a file with 1 GB to live in, and return what the command says on refusing it."""
    resource = pytest.importorskip("resource", reason="limits of memory are POSIX's")

    def little_memory() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (1_000_000_000, 1_000_000_000))

    def run(path: Path) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "credkit", "intake", "import", str(path)],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            preexec_fn=little_memory,
        )
        assert done.returncode == 3, (done.returncode, done.stderr)
        assert done.stdout == ""
        return done.stderr

    return run


def form(path: Path, *far: tuple[int, int]) -> Path:
    """Write a workbook of a form, and cells far from it, by row and column from 0."""
    book = xlsxwriter.Workbook(path)
    page = book.add_worksheet("Providers")
    page.write_row(0, 0, ["npi", "first_name"])
    page.write_row(1, 0, ["1000000004", "Ada"])
    for row, column in far:
        page.write(row, column, "x")
    book.close()
    return path


def changed(path: Path, rows: str, *, name: str = SHEET, head: str = "") -> Path:
    """Replace the sheet's XML by these rows."""
    with (
        zipfile.ZipFile(form(path.with_suffix(".form"))) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            body = old.read(entry)
            if entry == SHEET:
                body = f'{head}<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()
            elif name != SHEET and entry == "xl/_rels/workbook.xml.rels":
                body = body.replace(b"worksheets/sheet1.xml", name.removeprefix("xl/").encode())
            new.writestr(name if entry == SHEET else entry, body)
    return path


@pytest.mark.parametrize(
    ("row", "column", "cell"),
    [(1_048_575, 16_383, "XFD1048576"), (1_048_575, 25, "Z1048576"), (4_999, 16_383, "XFD5000")],
)
def test_a_cell_far_out_is_named(tmp_path: Path, refused: Import, row: int, column: int, cell: str) -> None:
    path = form(tmp_path / "form.xlsx", (row, column))
    assert path.stat().st_size < 10_000
    said = refused(path)
    assert f"the sheet 'Providers' reaches down to cell {cell} and right to cell {cell}" in said
    assert "5,000,000 cells" in said
    assert "Delete the rows below the form" in said


def test_two_cells_far_apart_are_both_named(tmp_path: Path, refused: Import) -> None:
    said = refused(form(tmp_path / "form.xlsx", (1_048_575, 0), (0, 16_383)))
    assert "down to cell A1048576 and right to cell XFD1;" in said


FAR = f'<row r="1048576"><c r="A1048576">{CELL}</c></row>'
WIDE = f"<c>{CELL}</c>" * 16_384


@pytest.mark.parametrize(
    ("rows", "name", "cell"),
    [
        (f"<row>{WIDE}</row>{FAR}", SHEET, "XFD1"),
        (f"<x:row xmlns:x='{MAIN}'><x:c r='XFD1'><x:v>1</x:v></x:c></x:row>{FAR}", SHEET, "XFD1"),
        (f"<row><c t='inlineStr' r = 'xfd1'><is><t>x</t></is></c></row>{FAR}", SHEET, "XFD1"),
        (f"<row><c a='&gt;/>' r='XFD1'>{CELL}</c></row>{FAR}", SHEET, "XFD1"),
        (f"<row r='1048576'><c>{CELL}</c><c r='&#88;FD1048576'>{CELL}</c></row>", SHEET, "XFD1048576"),
        (f"<row><c r='XFD1'>{CELL}</c></row>{FAR}", "xl/media/picture.png", "XFD1"),
    ],
    ids=["no places", "a prefix", "an inline string", "an odd attribute", "a reference", "another name"],
)
def test_however_the_place_is_written(tmp_path: Path, rows: str, name: str, cell: str) -> None:
    with pytest.raises(InputRejected, match=f"sheet 'Providers' reaches .* right to cell {cell};"):
        open_sheet(changed(tmp_path / "form.xlsx", rows, name=name))


@pytest.mark.parametrize(
    ("rows", "head"),
    [
        (f"<row><c a='<' r='XFD1048576'>{CELL}</c></row>", ""),
        (f"<row><c r='ABCD1'>{CELL}</c></row>", ""),
        (f"<row><c r='A'>{CELL}</c></row>", ""),
        (FORM, f'<!DOCTYPE x [<!ENTITY far "{FAR.replace(chr(34), chr(39))}">]>'),
        (f"<row><c r='A1'>{CELL}", ""),
    ],
    ids=["no XML", "no column", "no row", "a document type", "cut off"],
)
def test_a_sheet_that_is_not_sound_is_not_opened(tmp_path: Path, rows: str, head: str) -> None:
    with pytest.raises(InputRejected, match="damaged XLSX|cannot be read as an XLSX"):
        open_sheet(changed(tmp_path / "form.xlsx", rows, head=head))


def test_cells_that_hold_nothing_take_no_room(tmp_path: Path) -> None:
    rows = FORM + '<row r="1048576" s="1"><c r="XFD1048576" s="1"/></row>'
    with open_sheet(changed(tmp_path / "form.xlsx", rows)) as sheet:
        assert len(list(sheet.rows)) == 1


def test_a_long_sheet_is_read(tmp_path: Path) -> None:
    with open_sheet(form(tmp_path / "form.xlsx", (99_999, 0))) as sheet:
        assert [row.number for row in sheet.rows] == [2, 100_000]


def bomb(path: Path) -> Path:
    """Write a workbook whose text unpacks to 310 MB."""
    with (
        zipfile.ZipFile(form(path.with_suffix(".form"))) as old,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for entry in old.namelist():
            with new.open(entry, "w") as out:
                out.write(old.read(entry))
                if entry == "xl/sharedStrings.xml":
                    for _ in range(310):
                        out.write(b" " * 1_000_000)
    return path


@pytest.mark.parametrize("lies", [False, True], ids=["honest", "its header says 10 bytes"])
def test_what_unpacks_to_too_much(tmp_path: Path, refused: Import, lies: bool) -> None:
    path = bomb(tmp_path / "form.xlsx")
    assert path.stat().st_size < 1_000_000
    if lies:
        with zipfile.ZipFile(path) as archive:
            size = struct.pack("<L", archive.getinfo("xl/sharedStrings.xml").file_size)
        content = path.read_bytes()
        assert content.count(size) == 2
        path.write_bytes(content.replace(size, struct.pack("<L", 10)))
    said = refused(path)
    assert "would unpack to more than 300 MB" in said
    assert "Save the sheet with the form as CSV." in said


def test_the_limit_is_of_all_parts_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = form(tmp_path / "form.xlsx")
    with zipfile.ZipFile(path) as archive:
        sizes = [entry.file_size for entry in archive.infolist()]
    monkeypatch.setattr(unpacked, "MOST_UNPACKED", sum(sizes))
    open_sheet(path).close()
    monkeypatch.setattr(unpacked, "MOST_UNPACKED", sum(sizes) - 1)
    with pytest.raises(InputRejected, match="would unpack"):
        open_sheet(path)
