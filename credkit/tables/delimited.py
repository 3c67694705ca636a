"""CSV and its kin, one row at a time: comma, semicolon, tab or pipe, told apart by the header line."""

import csv
from collections.abc import Collection, Generator, Iterator
from io import TextIOWrapper
from itertools import chain
from typing import BinaryIO, Protocol

from credkit.errors import EmptyInput, InputRejected
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

_DELIMITERS = (",", ";", "\t", "|")
_SAMPLE = 65_536
#: A cell this long is a quotation mark that was never closed: reading on would fill the memory.
RUNAWAY = 10_000_000
# Follows the file's last line. Where it comes back inside a cell, a quotation mark was never closed; csv itself says
# nothing then, and the rest of the file would be lost in one cell.
_END = "\x00end of file\x00"


class _Records(Protocol):
    line_num: int

    def __iter__(self) -> Iterator[list[str]]: ...

    def __next__(self) -> list[str]: ...


def read_delimited(
    file: BinaryIO, source: str, encoding: str, wanted: Collection[str] = ()
) -> tuple[tuple[str, ...], Generator[SheetRow, None, None]]:
    """Return the header and the rows, read as they are asked for. The header is the first row that holds anything, or all
    the `wanted` names."""
    text = TextIOWrapper(file, encoding=encoding, newline="")
    sample = text.read(_SAMPLE)
    text.seek(0)
    stated = _stated_delimiter(sample)
    records: _Records = csv.reader(chain(text, (_END,)), delimiter=stated or sniff_delimiter(sample))
    usual = csv.field_size_limit(RUNAWAY)
    try:
        number, above = 0, []
        for number, record in enumerate(records, 1):
            if stated and number == 1:
                continue
            if heads(record, wanted) or record == [_END]:
                break
            above.append(record)
            if wanted and number > BANNER_ROWS:
                raise no_header(source, wanted, above)
        else:
            record = [_END]
    except csv.Error as error:
        raise _unreadable(source, 1, error) from error
    finally:
        csv.field_size_limit(usual)
    if record == [_END] and wanted and above:
        raise no_header(source, wanted, above)
    if record == [_END]:
        raise EmptyInput(f"{source} is empty: it holds no text.", hint="`credkit intake template` writes a form.")
    if record[-1].endswith(_END):
        raise InputRejected(
            f"{source}: a quotation mark in the header (row {number}) is never closed.",
            hint="Close it, or save the file again from the spreadsheet.",
        )
    header = read_header(record, source, number)
    return header, _rows(text, records, header, number, source)


def _rows(
    text: TextIOWrapper, records: _Records, header: tuple[str, ...], number: int, source: str
) -> Generator[SheetRow, None, None]:
    width = len(header)
    ended = records.line_num
    # csv keeps one limit, of 131,072 characters, for the whole process: others get it back when this file is read.
    usual = csv.field_size_limit(RUNAWAY)
    try:
        for number, record in enumerate(records, number + 1):  # noqa: B020, PLR1704 - counting goes on
            started, ended = ended + 1, records.line_num
            # One pass over the cells answers both "is it blank" and "can any cell be too long".
            joined = "".join(record)
            if not joined or joined.isspace():
                continue
            if joined.endswith(_END):
                if len(record) > 1 or joined != _END:
                    yield _unclosed(number, started, ended - 1, header, record)
                return
            if len(record) == width and len(joined) <= LONGEST_CELL:
                yield SheetRow(number, started, dict(zip(header, record, strict=False)))
            else:
                yield _odd(number, started, header, record)
    except csv.Error as error:
        raise _unreadable(source, ended + 1, error) from error
    except (OSError, UnicodeDecodeError) as error:
        raise InputRejected(
            f"{source}: the file could not be read further than line {ended}.",
            hint="It was changed or taken away meanwhile. Import it again: rows already in are not doubled.",
        ) from error
    finally:
        csv.field_size_limit(usual)
        text.close()


def _odd(number: int, line: int, header: tuple[str, ...], record: list[str]) -> SheetRow:
    """Return a row whose cells do not fit its header, or are too long to be cells."""
    width = len(header)
    cells = _padded(header, record)
    extra = tuple(record[width:])
    if not "".join(extra).strip():
        extra = ()
    problem = long_cell(header, record)
    if extra:
        problem = beyond_header(len(record), width)
    elif len(record) < width:
        problem = (
            f"The row has {len(record)} cells and the header {width}: a separator or a quotation mark is missing. "
            "Put every value under its own header."
        )
    return SheetRow(number, line, cells, extra, problem)


def _unclosed(number: int, first: int, last: int, header: tuple[str, ...], record: list[str]) -> SheetRow:
    record = [*record[:-1], record[-1].removesuffix(_END)]
    problem = (
        f"A quotation mark that opens in this row is never closed, so that lines {first} to {last} became one row. "
        "Close it in the file, and import the file again."
    )
    return SheetRow(number, first, _padded(header, record), tuple(record[len(header) :]), problem)


def _padded(header: tuple[str, ...], record: list[str]) -> dict[str, str]:
    return dict(zip(header, chain(record, [""] * len(header)), strict=False))


def _unreadable(source: str, line: int, error: csv.Error) -> InputRejected:
    return InputRejected(
        f"{source}: the row that starts on line {line} cannot be read ({error}).",
        hint="Most often a quotation mark is not closed there. Mend the line, or save the file again as CSV.",
    )


def _stated_delimiter(sample: str) -> str | None:
    """Return the delimiter that Excel's own first line "sep=;" states."""
    first = sample.split("\n", 1)[0].strip().strip('"')
    return first[4] if len(first) == len("sep=;") and first.startswith("sep=") else None


def sniff_delimiter(sample: str) -> str:
    """Return the delimiter which cuts the header into the most cells, as long as the rows below it agree.

    A question such as "License, number and state" holds commas in a file of semicolons: the rows tell.
    """
    best, best_score = ",", 0.0
    for delimiter in _DELIMITERS:
        try:
            records = [record for record in csv.reader(sample.splitlines(keepends=True), delimiter=delimiter) if record]
        except csv.Error:
            continue
        if len(sample) >= _SAMPLE and len(records) > 1:
            records.pop()  # cut off in its middle
        if not records or len(records[0]) < 2:
            continue
        width = len(records[0])
        below = records[1:21]
        agreeing = sum(len(record) == width for record in below) / len(below) if below else 1.0
        score = width * (0.1 + agreeing)
        if score > best_score:
            best, best_score = delimiter, score
    return best
