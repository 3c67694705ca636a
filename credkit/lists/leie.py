"""The OIG's List of Excluded Individuals and Entities: UPDATED.csv, the full file, as a CSV or in a zip.

The file has 18 columns, found by header name. Its nothing is written as zeros ("00000000" for a date, "0000000000" for an
NPI) or blanks; cells come padded. What cannot be read in a row becomes None with a warning: a row is never lost, because
a lost row is somebody excluded whom nobody finds.
"""

import csv
import hashlib
import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from credkit.errors import InputRejected
from credkit.records import ListEntry
from credkit.reference.identifiers import npi_is_valid

#: The header of UPDATED.csv, in OIG's order (Record Layout, oig.hhs.gov/exclusions).
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
#: The full file is some 15 MB; a file of more than this many bytes is something else.
_MAX_BYTES = 500_000_000
_HINT = "Take UPDATED.csv from https://oig.hhs.gov/exclusions/exclusions_list.asp and give it as it is."


@dataclass(frozen=True, slots=True)
class LeieFile:
    """One full file, read whole. `sha256` is of the file as given (of the zip, if it is one).

    `rows` counts the file's data records and equals `len(entries)`; `warnings` counts the rows that carry one.
    """

    path: Path
    sha256: str
    rows: int
    warnings: int
    entries: tuple[ListEntry, ...] = field(repr=False)


def read(path: Path) -> LeieFile:
    """Read the list, every row of it. Raises InputRejected for what is not the full list, naming file and line.

    Rows are numbered as a spreadsheet shows them: the header is row 1; blank lines do not count.
    """
    content = _content(path)
    digest = hashlib.sha256(content).hexdigest()
    if zipfile.is_zipfile(io.BytesIO(content)):
        content = _unzip(path, content)
    entries = tuple(_entries(path, _decode(content)))
    if not entries:
        raise InputRejected(f"{path} has a header and no rows.", hint=_HINT)
    return LeieFile(
        path=path,
        sha256=digest,
        rows=len(entries),
        warnings=sum(entry.warning is not None for entry in entries),
        entries=entries,
    )


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except IsADirectoryError as error:
        raise InputRejected(f"{path} is a folder, not a file.", hint=_HINT) from error
    except FileNotFoundError as error:
        raise InputRejected(f"There is no file {path}.", hint=_HINT) from error
    except OSError as error:
        raise InputRejected(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > _MAX_BYTES:
        raise InputRejected(f"{path} is larger than {_MAX_BYTES:,} bytes; the LEIE is not.", hint=_HINT)
    if not content.strip():
        raise InputRejected(f"{path} is empty.", hint=_HINT)
    return content


def _unzip(path: Path, content: bytes) -> bytes:
    """Return the one CSV of a zip; how large it says it is is not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if name.lower().endswith(".csv")]
            if len(names) != 1:
                raise InputRejected(f"{path} is a zip of {len(names)} CSV files; it must hold one.", hint=_HINT)
            with archive.open(names[0]) as member:
                unpacked = member.read(_MAX_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise InputRejected(f"{path} is a damaged zip.", hint="Download it again.") from error
    except (RuntimeError, NotImplementedError) as error:
        raise InputRejected(f"{path} is a zip with a password or a packing that credkit cannot read.") from error
    if len(unpacked) > _MAX_BYTES:
        raise InputRejected(f"{path} unpacks to more than {_MAX_BYTES:,} bytes; the LEIE does not.", hint=_HINT)
    if not unpacked.strip():
        raise InputRejected(f"{path} holds an empty CSV file.", hint=_HINT)
    return unpacked


def _decode(content: bytes) -> io.TextIOWrapper:
    """Return the text, to be read a line at a time: UTF-8 if all of it is that, else Windows-1252."""
    try:
        # Proven first: to learn in row 80,000 that it was not UTF-8 would mean to begin again.
        content.decode("utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "cp1252"
    # Five byte values mean nothing in Windows-1252; they must not cost a row.
    return io.TextIOWrapper(io.BytesIO(content), encoding=encoding, errors="replace", newline="")


def _entries(path: Path, text: io.TextIOWrapper) -> Iterator[ListEntry]:
    reader = csv.reader(text)
    try:
        order = _order(path, next(reader, []))
        number, line = 1, reader.line_num
        row_of = _Rows(order)
        for cells in reader:
            first_line, line = line + 1, reader.line_num
            if not cells:
                continue
            if line > first_line:
                _must_be_one_record(path, first_line, cells)
            number += 1
            yield row_of.entry(number, cells)
    except csv.Error as error:
        raise InputRejected(f"{path}, line {reader.line_num}: not CSV ({error}).", hint=_HINT) from error


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
    raise InputRejected(f"{path} does not have the LEIE's header in its first line.", hint=_HINT, details=details)


def _must_be_one_record(path: Path, line: int, cells: list[str]) -> None:
    """Refuse a record that runs over several lines because a quote was never closed: it has swallowed other rows.

    One with a true line break has its 18 cells, and none that holds the commas of a whole row.
    """
    commas = len(COLUMNS) - 1
    if len(cells) != len(COLUMNS) or any(cell.count(",") >= commas and "\n" in cell for cell in cells):
        raise InputRejected(
            f"{path}, line {line}: a quote is opened and not closed, so the rows after it cannot be told apart.",
            hint="Download the file again; nothing of it was loaded.",
        )


class _Rows:
    """Turns rows of cells into entries. Dates repeat, so each distinct text is read once."""

    def __init__(self, order: tuple[int, ...]) -> None:
        self._order = order
        self._in_order = order == tuple(range(len(COLUMNS)))
        self._dates: dict[str, date | None] = {"": None, "00000000": None, "0": None}

    def entry(self, number: int, cells: list[str]) -> ListEntry:
        warnings: list[str] = []
        width = len(COLUMNS)
        if len(cells) != width:
            warnings.append(f"the row has {len(cells)} cells instead of {width}")
            cells = (cells + [""] * width)[:width]
        if not self._in_order:
            cells = [cells[place] for place in self._order]
        (last, first, middle, business, general, specialty, upin, npi_text, born, address, city, state, zip_code) = map(
            str.strip, cells[:13]
        )
        kind, excluded, reinstated, waived, waiver_state = map(str.strip, cells[13:])
        if not (last or first or business):
            warnings.append("the row names nobody")
        npi = None
        if npi_text and npi_text != "0000000000":
            npi = self._npi(npi_text, warnings)
        dates = self._dates
        # Straight from the cache where the text was seen before: four calls a row would be half of the work.
        return ListEntry(
            number,
            last or None,
            first or None,
            middle or None,
            business or None,
            npi,
            dates[born] if born in dates else self._date(born, "DOB", warnings),
            address or None,
            city or None,
            state or None,
            self._zip(zip_code),
            general or None,
            specialty or None,
            upin or None,
            kind or None,
            dates[excluded] if excluded in dates else self._date(excluded, "EXCLDATE", warnings),
            dates[reinstated] if reinstated in dates else self._date(reinstated, "REINDATE", warnings),
            dates[waived] if waived in dates else self._date(waived, "WAIVERDATE", warnings),
            waiver_state or None,
            "; ".join(warnings) if warnings else None,
        )

    def _date(self, text: str, column: str, warnings: list[str]) -> date | None:
        """Read YYYYMMDD. A text that is no date is None with a warning, which repeats it unless it is of a birth."""
        digits = text.removesuffix(".0")
        if digits.strip("0") == "":
            self._dates[text] = None
            return None
        if len(digits) == 8 and digits.isascii() and digits.isdigit():
            try:
                found = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
            except ValueError:
                pass
            else:
                self._dates[text] = found
                return found
        # Not cached: each row that has it must have its warning.
        warnings.append(f"{column} is not a date" if column == "DOB" else f"{column} {text[:20]!r} is not a date")
        return None

    @staticmethod
    def _npi(text: str, warnings: list[str]) -> str | None:
        """Return an NPI that passes its check digit; one that does not is kept in the warning."""
        digits = text.removesuffix(".0")
        if digits.strip("0") == "":
            return None
        if npi_is_valid(digits):
            return digits
        warnings.append(f"NPI {text[:20]!r} is not a valid NPI")
        return None

    @staticmethod
    def _zip(text: str) -> str | None:
        """Return a ZIP with the leading zeros that spreadsheets eat; all zeros are none."""
        if len(text) == 5 and text != "00000" and text.isdigit():
            return text
        digits = text.removesuffix(".0")
        return digits.zfill(5) if digits.strip("0") else None
