"""XLSX: the first sheet that holds anything, as text."""

from collections.abc import Collection, Generator, Iterator
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO
from zipfile import ZipFile

from credkit.errors import EmptyInput, InputRejected
from credkit.tables.cells import cell_to_text
from credkit.tables.sheet import (
    BANNER_ROWS,
    LONGEST_CELL,
    SheetRow,
    beyond_header,
    heads,
    long_cell,
    no_header,
    read_header,
)
from credkit.tables.unpacked import DAMAGED, MALFORMED, refuse_oversized

if TYPE_CHECKING:
    from python_calamine import CalamineSheet

#: The sheet of a template that explains its columns: nobody expects it to be read.
EXPLANATION = "columns"


def refuse_other_archives(file: BinaryIO, source: str) -> None:
    """Refuse a ZIP that is no XLSX workbook, and say what it is instead; refuse a workbook too large to open."""
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            names = set(archive.namelist())
            if "xl/workbook.xml" in names:
                refuse_oversized(archive, source)
    except MALFORMED as error:
        raise _unreadable(source, error) from error
    except DAMAGED as error:
        raise InputRejected(
            f"{source} is a damaged XLSX or ZIP file.", hint="Download or save it again, or save it as CSV."
        ) from error
    file.seek(0)
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise InputRejected(f"{source} is a binary Excel workbook (.xlsb).", hint="Save it as .xlsx or CSV.")
    if "word/document.xml" in names:
        raise InputRejected(
            f"{source} is a Word document.", hint="Put the form's table into a spreadsheet or a CSV file."
        )
    if "content.xml" in names:
        raise InputRejected(f"{source} is an OpenDocument file.", hint="Save it as .xlsx or CSV.")
    raise InputRejected(
        f"{source} is a ZIP archive, and not an XLSX workbook.", hint="Unpack it, and name the file inside it."
    )


def read_workbook(
    file: BinaryIO, source: str, wanted: Collection[str] = ()
) -> tuple[tuple[str, ...], Generator[SheetRow, None, None], list[str]]:
    """Return the header and the rows of the first visible sheet that holds anything, and warnings that name the others. The
    header is its first row that holds anything, or all the `wanted` names."""
    from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

    try:
        workbook = CalamineWorkbook.from_filelike(file)
        kinds = {sheet.name: sheet for sheet in workbook.sheets_metadata}
        names = [name for name in workbook.sheet_names if kinds[name].typ == SheetTypeEnum.WorkSheet]
        names.sort(key=lambda name: kinds[name].visible != SheetVisibleEnum.Visible)  # hidden ones last
        filled: list[str] = []
        sheet = None
        for name in names:
            opened = workbook.get_sheet_by_name(name)
            if opened.start is not None:
                filled.append(name)
                sheet = sheet or opened
        if sheet is None:
            raise EmptyInput(
                f"{source} is empty: no sheet holds a cell.", hint="`credkit intake template` writes a form."
            )
    except CalamineError as error:
        raise _unreadable(source, error) from error
    warnings = []
    if others := ", ".join(repr(name) for name in filled[1:] if name != EXPLANATION):
        warnings.append(f"{source}: only the sheet {filled[0]!r} was read; not read: {others}.")
    records = _records(sheet)
    above = []
    for number, record in records:
        if heads(record, wanted):
            header = read_header(record, source, number)
            return header, _rows(file, records, header), warnings
        above.append(record)
        if wanted and number > BANNER_ROWS:
            break
    if wanted:
        raise no_header(source, wanted, above)
    raise EmptyInput(f"{source}: the sheet {filled[0]!r} is empty.", hint="`credkit intake template` writes a form.")


def _unreadable(source: str, error: Exception) -> InputRejected:
    return InputRejected(
        f"{source} cannot be read as an XLSX workbook ({error}).",
        hint="Open it in the spreadsheet program and save it again as .xlsx or CSV, without a password.",
    )


def _records(sheet: "CalamineSheet") -> Iterator[tuple[int, list[str]]]:
    # The rows start at the first that holds anything; people count from the sheet's top.
    first = sheet.start[0] + 1 if sheet.start else 1
    for number, values in enumerate(sheet.to_python(skip_empty_area=True), first):
        yield number, [cell_to_text(value) for value in values]


def _rows(
    file: BinaryIO, records: Iterator[tuple[int, list[str]]], header: tuple[str, ...]
) -> Generator[SheetRow, None, None]:
    width = len(header)
    try:
        for number, record in records:
            joined = "".join(record)
            if not joined.strip():
                continue
            problem = long_cell(header, record) if len(joined) > LONGEST_CELL else None
            extra = tuple(record[width:])
            if "".join(extra).strip():
                problem = beyond_header(len(record), width)
            else:
                extra = ()
            padded = chain(record, [""] * (width - len(record)))
            yield SheetRow(number, None, dict(zip(header, padded, strict=False)), extra, problem)
    finally:
        file.close()
