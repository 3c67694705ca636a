"""People who are not in the store (staff, contractors, a roster before it is imported), read from a file."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self, TypeVar

from credkit.errors import InputRejected, UsageError, did_you_mean
from credkit.reference.identifiers import npi_in
from credkit.reference.states import state_code
from credkit.screening.identity import Person
from credkit.tables.cells import clean_text
from credkit.tables.dates import NotADate, read_date
from credkit.tables.reading import Sheet, SheetRow, open_sheet

if TYPE_CHECKING:
    from credkit.tables.maps import ColumnMap

Found = TypeVar("Found")

#: The columns of a file of people, and other headers that they are found under.
COLUMNS: dict[str, tuple[str, ...]] = {
    "id": ("provider_id", "employee_id", "person_id", "staff_id", "record_id"),
    "last_name": ("last", "lastname", "surname", "family_name"),
    "first_name": ("first", "firstname", "given_name"),
    "middle_name": ("middle", "middlename", "middle_initial"),
    "suffix": ("name_suffix", "generation"),
    "former_names": ("former_name", "maiden_name", "other_names", "aliases"),
    "date_of_birth": ("dob", "birthdate", "birth_date"),
    "npi": ("npi_number", "individual_npi"),
    "license_number": ("license", "license_no"),
    "license_state": ("license_st",),
    "address": ("address_1", "street", "address1"),
    "city": (),
    "state": ("st", "state_code"),
    "zip": ("zip_code", "postal_code", "zipcode"),
}
#: A person is found by a name, and answered by an id.
_NEEDED = ("id", "last_name")


class Read(NamedTuple):
    """One row of the file: the person, or why the row cannot be trusted; `doubts` are cells that were not used, and why
    (never what they held)."""

    row_number: int
    person: Person
    doubts: tuple[str, ...] = ()
    problem: str | None = None


class People:
    """A file of people being read, some thousand at a time. Use it in a `with`."""

    def __init__(
        self, path: Path | None, column_map: "ColumnMap | None" = None, *, today: date, stdin: BinaryIO | None = None
    ) -> None:
        """Open a file (None: standard input). Nobody in it was born after `today`. Raises InputRejected where it has no
        column for a name or an id."""
        self._today = today
        self._sheet: Sheet = open_sheet(path, stdin=stdin)
        self.source, self.sha256 = self._sheet.source, self._sheet.sha256
        self._read = self._readers(column_map)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._sheet.close()

    def in_chunks(self, size: int) -> Iterator[Sequence[Read]]:
        """Return the people some thousands at a time."""
        while rows := list(islice(self._sheet.rows, size)):
            yield self._people(rows)

    def _people(self, rows: Sequence[SheetRow]) -> list[Read]:
        """Read some rows, a column at a time."""
        columns = {
            name: _cleaned([row.cells[header] for row in rows], read) for name, (header, read) in self._read.items()
        }
        nothing = [""] * len(rows)
        ids, last, first, middle, suffix, former, days, npis, numbers, at, address, city, state, zip_code = (
            columns.get(name, nothing) for name in COLUMNS
        )
        doubts: dict[int, list[str]] = {}
        people = map(
            Person,
            [given or f"row {row.number}" for given, row in zip(ids, rows, strict=True)],
            last,
            first,
            middle,
            suffix,
            [tuple(part.strip() for part in text.split(";") if part.strip()) if text else () for text in former],
            _known(_Days(self._today), days, doubts),
            _known(_Npis(), npis, doubts),
            [
                ((its_state or lives_in, number),) if number else ()
                for its_state, lives_in, number in zip(at, state, numbers, strict=True)
            ],
            address,
            city,
            list(map(_States().__getitem__, state)),
            zip_code,
        )
        return [
            Read(
                row.number,
                person,
                tuple(doubts.get(place, ())),
                row.problem or (None if person.last_name or person.first_name else "The row names nobody."),
            )
            for place, (row, person) in enumerate(zip(rows, people, strict=True))
        ]

    def _readers(self, column_map: "ColumnMap | None") -> dict[str, tuple[str, Callable[[str], str] | None]]:
        header = self._sheet.header
        if column_map is not None:
            column_map.check_headers(header, source=self.source)
            for name in column_map.columns:
                if name not in COLUMNS:
                    raise UsageError(
                        f"{name} is not a column of a file of people.{did_you_mean(name, COLUMNS)}",
                        hint="Columns: " + ", ".join(COLUMNS),
                    )
            mapped = column_map.columns
            placed = {name: one.column for name, one in mapped.items()}
            reads = {name: _translated(one.translation()) for name, one in mapped.items()}
        else:
            folded = {_folded(name): name for name in header}
            placed = {
                name: folded[word]
                for name, words in COLUMNS.items()
                for word in (next((word for word in (name, *words) if word in folded), None),)
                if word is not None
            }
            reads = dict.fromkeys(placed)
        missing = [name for name in _NEEDED if name not in placed]
        if missing:
            raise InputRejected(
                f"{self.source} has no column {' and no column '.join(missing)}.",
                hint="Name the columns " + ", ".join(COLUMNS) + ", or give a map of them: --map M.toml.",
                details=[f"{name}:{did_you_mean(name, header) or ' nothing near'}" for name in missing],
            )
        return {name: (column, reads[name]) for name, column in placed.items()}


def _translated(translate: Callable[[str], str] | None) -> Callable[[str], str] | None:
    if translate is None:
        return None

    def read(cell: str) -> str:
        try:
            return translate(cell)
        except ValueError:
            return _UNREADABLE  # which no reader of a date takes for one

    return read


def _cleaned(cells: list[str], read: Callable[[str], str] | None) -> list[str]:
    """Return the cells of a column trimmed, and as a map translates them."""
    joined = "".join(cells)
    plain = joined.isprintable() and "  " not in joined  # as nearly every column
    cells = list(map(str.strip if plain else clean_text, cells))
    return cells if read is None else list(map(read, cells))


_ISO = re.compile(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
#: Stands for a date that is not of the form which the map states.
_UNREADABLE = "not of the form that the map states"


def _folded(header: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")


class _Read(dict[str, Found]):
    """Each distinct text of a column, read once. `doubts` says of those that are not used why."""

    def __init__(self) -> None:
        super().__init__()
        self.doubts: dict[str, str] = {}

    def __missing__(self, text: str) -> Found:
        found = self[text] = self.read(text)
        return found

    def read(self, text: str) -> Found:
        raise NotImplementedError


class _Days(_Read[date | None]):
    """Dates of birth."""

    def __init__(self, today: date) -> None:
        super().__init__()
        self._today = today

    def read(self, text: str) -> date | None:
        if not text:
            return None
        try:
            born = _born(text)
        except NotADate:
            self.doubts[text] = "the date of birth cannot be read"
            return None
        if born > self._today:  # most likely a year of two digits, read into the wrong century
            self.doubts[text] = "the date of birth is in the future"
            return None
        return born


class _Npis(_Read[str]):
    def read(self, text: str) -> str:
        npi = npi_in(text)
        if not npi and text.strip("0."):
            self.doubts[text] = "the NPI is not one"
        return npi


class _States(_Read[str]):
    def read(self, text: str) -> str:
        return text if len(text) == 2 else state_code(text) or text


def _known(texts: _Read[Found], column: Sequence[str], doubts: dict[int, list[str]]) -> list[Found]:
    """Return what the cells of a column mean, and note of which rows there is doubt."""
    found = list(map(texts.__getitem__, column))
    if texts.doubts:
        for place, text in enumerate(column):
            if text in texts.doubts:
                doubts.setdefault(place, []).append(texts.doubts[text])
    return found


def _born(text: str) -> date:
    if _ISO.fullmatch(text):  # as most files write it; a wrong one is said by the reader of all forms
        with suppress(ValueError):
            return date.fromisoformat(text)
    return read_date(text)
