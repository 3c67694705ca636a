"""CSV and XLSX out, so that no spreadsheet runs what a stranger typed into a form."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TextIO

from credkit.errors import UsageError
from credkit.harmless import guard

#: Excel's own limit for one cell.
LONGEST_XLSX_CELL = 32_767


def write_csv(out: TextIO, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Write guarded CSV, one row as it comes."""
    # Both characters of this line end are quoted inside a cell; with "\n" alone csv leaves a carriage return bare, and
    # the row would come back as two.
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([guard(name) for name in header])
    writer.writerows([guard(cell) for cell in row] for row in rows)


def csv_bytes(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """Return guarded CSV as UTF-8 without a byte-order mark."""
    out = io.StringIO(newline="")
    write_csv(out, header, rows)
    return out.getvalue().encode("utf-8")


@dataclass(frozen=True, slots=True)
class OutSheet:
    """One sheet of a workbook to write."""

    name: str
    header: Sequence[str]
    rows: Iterable[Sequence[str]]
    widths: Sequence[int] = ()


def xlsx_bytes(sheets: Sequence[OutSheet]) -> bytes:
    """Return a workbook in which every cell, also an empty one that somebody fills in, is text.

    So zeros in front stay, and nothing is a formula or a link.
    """
    import xlsxwriter

    out = io.BytesIO()
    # `in_memory` keeps names and dates of birth out of temporary files.
    workbook = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    text = workbook.add_format({"num_format": "@"})
    bold = workbook.add_format({"num_format": "@", "bold": True})
    for sheet in sheets:
        page = workbook.add_worksheet(sheet.name)
        page.set_column(0, max(len(sheet.header) - 1, 0), 18, text)
        for place, width in enumerate(sheet.widths):
            page.set_column(place, place, width, text)
        page.freeze_panes(1, 0)
        for number, row in enumerate((sheet.header, *sheet.rows)):
            for place, cell in enumerate(row):
                if len(cell) > LONGEST_XLSX_CELL:
                    workbook.close()
                    raise UsageError(
                        f"Row {number + 1}, column {place + 1} of {sheet.name} is longer than an Excel cell may be "
                        f"({LONGEST_XLSX_CELL:,} characters).",
                        hint="Write it as CSV.",
                    )
                page.write_string(number, place, cell, bold if number == 0 else text)
    workbook.close()
    return out.getvalue()
