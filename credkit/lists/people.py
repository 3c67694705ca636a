"""People who are not in the store (staff, contractors, a roster before it is imported), read from a file."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, NamedTuple, Self

from credkit.errors import InputRejected, UsageError, did_you_mean
from credkit.reference.identifiers import npi_in
from credkit.reference.states import state_code
from credkit.screening.identity import Person
from credkit.tables.cells import clean_text
from credkit.tables.dates import NotADate, read_date
from credkit.tables.reading import Sheet, open_sheet

if TYPE_CHECKING:
    from credkit.tables.maps import ColumnMap

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
    """A file of people being read, a row at a time. Use it in a `with`."""

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

    def __iter__(self) -> Iterator[Read]:
        names = tuple(self._read)
        headers = [header for header, _read in self._read.values()]
        mapped = [(place, read) for place, (_header, read) in enumerate(self._read.values()) if read is not None]
        for row in self._sheet.rows:
            texts = _cleaned([row.cells[header] for header in headers])
            for place, read in mapped:
                texts[place] = read(texts[place])
            found = dict(zip(names, texts, strict=True))
            problem = row.problem
            if not problem and not (found["last_name"] or found.get("first_name")):
                problem = "The row names nobody."
            yield _person(row.number, found, problem, self._today)

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


def _cleaned(cells: list[str]) -> list[str]:
    joined = "".join(cells)
    if joined.isprintable() and "  " not in joined:  # as in nearly every row
        return [cell.strip() for cell in cells]
    return [clean_text(cell) for cell in cells]


_ISO = re.compile(r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}")
#: Stands for a date that is not of the form which the map states.
_UNREADABLE = "not of the form that the map states"


def _folded(header: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", header.casefold()).strip("_")


def _person(number: int, found: dict[str, str], problem: str | None, today: date) -> Read:
    get = found.get
    doubts = []
    born = None
    if text := get("date_of_birth"):
        try:
            born = _born(text)
        except NotADate:
            doubts.append("the date of birth cannot be read")
        else:
            if born > today:  # most likely a year of two digits, read into the wrong century
                born = None
                doubts.append("the date of birth is in the future")
    given = get("npi", "")
    npi = npi_in(given)
    if not npi and given.strip("0."):
        doubts.append("the NPI is not one")
    state = get("state", "")
    license_number = get("license_number", "")
    return Read(
        number,
        Person(
            id=found["id"] or f"row {number}",
            last_name=found["last_name"],
            first_name=get("first_name", ""),
            middle_name=get("middle_name", ""),
            suffix=get("suffix", ""),
            former_names=tuple(part.strip() for part in get("former_names", "").split(";") if part.strip()),
            date_of_birth=born,
            npi=npi,
            licenses=((get("license_state") or state, license_number),) if license_number else (),
            address=get("address", ""),
            city=get("city", ""),
            state=state if len(state) == 2 else state_code(state) or state,
            zip=get("zip", ""),
        ),
        tuple(doubts),
        problem,
    )


def _born(text: str) -> date:
    if _ISO.fullmatch(text):  # as most files write it; a wrong one is said by the reader of all forms
        with suppress(ValueError):
            return date.fromisoformat(text)
    return read_date(text)


def in_chunks(people: People, size: int) -> Iterator[Sequence[Read]]:
    """Return the people some thousands at a time."""
    chunk: list[Read] = []
    for one in people:
        chunk.append(one)
        if len(chunk) == size:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
