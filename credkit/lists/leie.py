"""The OIG's List of Excluded Individuals and Entities: UPDATED.csv, the full file, as a CSV or in a zip.

The file has 18 columns, found by header name. Its nothing is written as zeros ("00000000" for a date, "0000000000" for an
NPI) or blanks; cells come padded. What cannot be read in a row becomes None with a warning: a row is never lost, because
a lost row is somebody excluded whom nobody finds.

It is read a column at a time, some thousand rows together: most columns hold few distinct texts, and each is read once.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import islice, repeat
from pathlib import Path

from credkit.errors import InputRejected
from credkit.lists.opening import ListFile, RawFile, decoded, take_in
from credkit.records import ENTRY_FACTS
from credkit.reference.identifiers import npi_in
from credkit.store.lists import ListRows

#: The header of UPDATED.csv, in OIG's order (Record Layout, oig.hhs.gov/exclusions), and the facts that they are.
COLUMNS = (
    "LASTNAME",
    "FIRSTNAME",
    "MIDNAME",
    "BUSNAME",
    "GENERAL",
    "SPECIALTY",
    "UPIN",
    "NPI",
    "DOB",
    "ADDRESS",
    "CITY",
    "STATE",
    "ZIP",
    "EXCLTYPE",
    "EXCLDATE",
    "REINDATE",
    "WAIVERDATE",
    "WVRSTATE",
)
_FACTS = (
    "last_name", "first_name", "middle_name", "business_name", "general", "specialty", "upin", "npi", "date_of_birth",
    "address", "city", "state", "zip", "exclusion_type", "excluded_on", "reinstated_on", "waiver_on", "waiver_state",
)  # fmt: skip
#: What is said to whoever gave another file.
HINT = "Take UPDATED.csv from https://oig.hhs.gov/exclusions/exclusions_list.asp and give it as it is."
_TOGETHER = 4_000
_CHARACTERS = 100_000
_MOST_CHARACTERS = 150_000
_FIRST_LINES = 10_000
_LINE_END = re.compile(r"\r\n|\r|\n")


def read(path: Path) -> ListFile:
    """Read the list, every row of it. Raises InputRejected for what is not the full list, naming file and line.

    Rows are numbered as a spreadsheet shows them: the header is row 1; blank lines do not count.
    """
    return parse(take_in(path, HINT))


def parse(raw: RawFile) -> ListFile:
    """Read the list from a file that was taken in."""
    if raw.workbook:
        raise InputRejected(f"{raw.path} is a workbook; the LEIE comes as CSV.", hint=HINT)
    text = decoded(raw.body)
    reader = csv.reader(io.StringIO(text[:_FIRST_LINES], newline=""))
    try:
        order = _order(raw.path, next(reader, []))
    except csv.Error as error:
        raise _not_csv(raw.path, 1, error) from error
    rows = _Rows(order)
    start = sum(map(len, text[:_FIRST_LINES].splitlines(keepends=True)[: reader.line_num]))
    _read_the_rest(rows, raw.path, text, _read_quoted(rows, text, start))
    if not rows.numbers and not rows.set_aside:
        raise InputRejected(f"{raw.path} has a header and no rows.", hint=HINT)
    return ListFile(raw.path, raw.sha256, rows.table(), tuple(rows.set_aside), raw.notes)


def _read_quoted(rows: "_Rows", text: str, start: int) -> int:
    """Read rows as OIG writes them, every cell that holds something in quotes and no quote in any, by cutting the text at
    all quotes at once; return where the first begins that is otherwise. It is three times as fast as reading one row after
    another.

    What is cut is proven to be whole: each row has two quotes a cell, and the cell after each line's end is a first.
    """
    width = len(COLUMNS)
    line_end = "\r\n" if "\r\n" in text[start : start + _FIRST_LINES] else "\n"
    end = f'"{line_end}"'
    while text.startswith(('"', ","), start):
        stop = text.find(line_end, start + _CHARACTERS)
        some = _all_quoted(text[start:stop] if stop >= 0 else text[start:].rstrip("\r\n"), line_end)
        # NUL marks where a line begins; there is none in the text.
        cells = some[1:-1].replace(end, '","\0').split('","')
        lines, beyond = divmod(len(cells), width)
        firsts = cells[width::width]
        if (
            beyond
            or len(some) > _MOST_CHARACTERS  # a cell without end, which the other reader refuses
            or some.count('"') != 2 * len(cells)
            or some.count(end) != lines - 1
            or not all(map(str.startswith, firsts, repeat("\0")))
        ):
            break
        columns = [cells[place::width] for place in range(width)]
        columns[0][1:] = [cell[1:] for cell in firsts]
        rows.add_columns(columns, {})
        start = stop + len(line_end) if stop >= 0 else len(text)
    return start


def _all_quoted(some: str, line_end: str) -> str:
    """Return rows with quotes around the cells that hold nothing, too: OIG leaves these bare.

    Commas side by side within a quoted cell get quotes as well, which are then too many: the rows are no longer taken for
    whole.
    """
    if ",," not in some and f",{line_end}" not in some and f"{line_end}," not in some:
        return some
    framed = f"{line_end}{some}{line_end}".replace(",,", ',"",').replace(",,", ',"",')
    framed = framed.replace(f"{line_end},", f'{line_end}"",').replace(f",{line_end}", f',""{line_end}')
    return framed[len(line_end) : -len(line_end)]


def _read_the_rest(rows: "_Rows", path: Path, text: str, start: int) -> None:
    """Read rows one after another."""
    before = len(_LINE_END.findall(text, 0, start)) if start < len(text) else 0
    reader = csv.reader(io.StringIO(text[start:], newline=""))
    line = 0
    try:
        while records := list(islice(reader, _TOGETHER)):
            if reader.line_num - line != len(records):
                _must_be_whole_records(path, before + line, records)
            line = reader.line_num
            if records := [cells for cells in records if cells]:
                rows.add(records)
    except csv.Error as error:
        raise _not_csv(path, before + reader.line_num, error) from error


def _not_csv(path: Path, line: int, error: csv.Error) -> InputRejected:
    return InputRejected(f"{path}, line {line}: not CSV ({error}).", hint=HINT)


def _order(path: Path, header: list[str]) -> tuple[int, ...]:
    """Return where in a row each of COLUMNS stands."""
    names = [name.strip().upper() for name in header]
    missing = [name for name in COLUMNS if name not in names]
    others = sorted(name or "(no name)" for name in set(names) if name not in COLUMNS)
    twice = sorted(name for name in COLUMNS if names.count(name) > 1)
    if not (missing or others or twice):
        return tuple(names.index(name) for name in COLUMNS)
    details = []
    if missing:
        details.append(f"missing: {', '.join(missing)}")
    if others:
        shown = ", ".join(name[:40] for name in others[:20])
        details.append(f"not of the LEIE: {shown}" + (f" and {len(others) - 20} more" if len(others) > 20 else ""))
    if twice:
        details.append(f"more than once: {', '.join(twice)}")
    raise InputRejected(f"{path} does not have the LEIE's header in its first line.", hint=HINT, details=details)


def _must_be_whole_records(path: Path, before: int, records: Iterable[list[str]]) -> None:
    """Refuse a record that runs over several lines because a quote was never closed: it has swallowed other rows.

    One with a true line break has its 18 cells, and none that holds the commas of a whole row.
    """
    commas = len(COLUMNS) - 1
    line = before
    for cells in records:
        breaks = sum(len(_LINE_END.findall(cell)) for cell in cells)
        if breaks and (
            len(cells) != len(COLUMNS)
            or any(cell.count(",") >= commas and _LINE_END.search(cell) is not None for cell in cells)
        ):
            raise InputRejected(
                f"{path}, line {line + 1}: a quote is opened and not closed, so the rows after it cannot be told apart.",
                hint="Download the file again; nothing of it was loaded.",
            )
        line += 1 + breaks


class _Texts(dict[str, str]):
    """Each distinct text of a column, read once. `doubts` says of those that could not be read why."""

    def __init__(self, read: Callable[[str], tuple[str, str | None]]) -> None:
        self._read_text = read
        self.doubts: dict[str, str] = {}

    def __missing__(self, text: str) -> str:
        found, doubt = self._read_text(text)
        if doubt is not None:
            self.doubts[text] = doubt
        self[text] = found
        return found

    def column(self, cells: Sequence[str]) -> list[str]:
        """Return what the cells of a column mean."""
        if cells.count(cells[0]) == len(cells):  # as in the columns for reinstatements and waivers
            return [self[cells[0]]] * len(cells)
        return list(map(self.__getitem__, cells))


class _Rows:
    """The rows as they are read: what `ListRows` holds, and the rows that name nobody."""

    def __init__(self, order: tuple[int, ...]) -> None:
        self.numbers: list[int] = []
        self.set_aside: list[tuple[int, str]] = []
        self._order = order
        self._warnings: dict[int, str] = {}
        self._columns: dict[str, list[str]] = {fact: [] for fact in _FACTS}
        self._next = 2
        self._texts = {column: _Texts(_date(column)) for column in ("DOB", "EXCLDATE", "REINDATE", "WAIVERDATE")}
        self._texts |= {"NPI": _Texts(_npi), "ZIP": _Texts(_zip)}

    def table(self) -> ListRows:
        nothing = [""] * len(self.numbers)
        return ListRows(self.numbers, [self._columns.get(fact, nothing) for fact in ENTRY_FACTS], self._warnings)

    def add(self, records: list[list[str]]) -> None:
        """Add some rows, in their order."""
        width = len(COLUMNS)
        doubts: dict[int, list[str]] = {}
        if set(map(len, records)) != {width}:
            for number, cells in enumerate(records, self._next):
                if len(cells) != width:
                    doubts[number] = [f"the row has {len(cells)} cells instead of {width}"]
            records = [(cells + [""] * width)[:width] for cells in records]
        self.add_columns(list(zip(*records, strict=True)), doubts)

    def add_columns(self, raw: Sequence[Sequence[str]], doubts: dict[int, list[str]]) -> None:
        """Add some rows, given a column at a time in the file's order; `doubts` is what is said of them already."""
        numbers: Sequence[int] = range(self._next, self._next + len(raw[0]))
        self._next += len(numbers)
        columns: dict[str, list[str]] = {}
        for column, fact, place in zip(COLUMNS, _FACTS, self._order, strict=True):
            texts = self._texts.get(column)
            if texts is None:
                columns[fact] = list(map(str.strip, raw[place]))
                continue
            columns[fact] = texts.column(raw[place])
            if texts.doubts and not texts.doubts.keys().isdisjoint(raw[place]):
                for number, cell in zip(numbers, raw[place], strict=True):
                    if cell in texts.doubts:
                        doubts.setdefault(number, []).append(texts.doubts[cell])
        numbers, columns = self._named(numbers, columns, doubts)
        self.numbers += numbers
        self._warnings.update((number, "; ".join(words)) for number, words in doubts.items())
        for fact, held in self._columns.items():
            held.extend(columns[fact])

    def _named(
        self, numbers: Sequence[int], columns: dict[str, list[str]], doubts: dict[int, list[str]]
    ) -> tuple[Sequence[int], dict[str, list[str]]]:
        """Take out the rows that name nobody, by name or NPI."""
        business, first = columns["business_name"], columns["first_name"]
        gone = set()
        for place in [place for place, last in enumerate(columns["last_name"]) if not last]:
            if business[place] or first[place]:
                continue
            if columns["npi"][place]:
                doubts.setdefault(numbers[place], []).append("the row names nobody")
            else:
                gone.add(place)
                doubts.pop(numbers[place], None)
                self.set_aside.append((numbers[place], "the row names nobody"))
        if not gone:
            return numbers, columns
        kept = [place for place in range(len(numbers)) if place not in gone]
        return [numbers[place] for place in kept], {
            name: [column[place] for place in kept] for name, column in columns.items()
        }


def _date(column: str) -> Callable[[str], tuple[str, str | None]]:
    """Read YYYYMMDD. A text that is no date is None with a warning, which repeats it unless it is of a birth."""

    def read_date(text: str) -> tuple[str, str | None]:
        text = text.strip()
        digits = text.removesuffix(".0")
        if len(digits) == 8 and digits.isascii() and digits.isdigit():
            try:
                return str(date.fromisoformat(digits)), None
            except ValueError:
                pass
        if digits.strip("0") == "":
            return "", None
        return "", f"{column} is not a date" if column == "DOB" else f"{column} {text[:20]!r} is not a date"

    return read_date


def _npi(text: str) -> tuple[str, str | None]:
    """Return an NPI that passes its check digit; one that does not is kept in the warning."""
    text = text.strip()
    digits = text.removesuffix(".0")
    if digits.strip("0") == "":
        return "", None
    if npi := npi_in(digits):
        return npi, None
    return "", f"NPI {text[:20]!r} is not a valid NPI"


def _zip(text: str) -> tuple[str, None]:
    """Return a ZIP with the leading zeros that spreadsheets eat; all zeros are none."""
    digits = text.strip().removesuffix(".0")
    return (digits.zfill(5) if digits.strip("0") else ""), None
