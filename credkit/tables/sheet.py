"""What every kind of file comes down to: a header, and rows of text under it."""

from collections import Counter
from collections.abc import Collection, Generator, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import NamedTuple, Self

from credkit.errors import InputRejected, did_you_mean
from credkit.tables.cells import clean_text

#: So many rows may stand above the header: a title, a date, a legend.
BANNER_ROWS = 50
#: No cell of an honest form is longer; one that is makes its row a rejected one, never a crash.
LONGEST_CELL = 100_000


class SheetRow(NamedTuple):
    """One row as it stood.

    `number` is the row's number as a person counts it in a spreadsheet, where the header is row 1; of JSON it is the
    item's number, of NDJSON the line's. `line` is the line of the file on which the row starts, where the file has
    lines. `extra` are cells beyond the header. `problem` is a sentence that says why the row cannot be trusted.
    """

    number: int
    line: int | None
    cells: dict[str, str]
    extra: tuple[str, ...] = ()
    problem: str | None = None


@dataclass(slots=True)
class Sheet:
    """A file being read: its name as given ("-" for standard input), the SHA-256 of its bytes, its header and rows.

    The rows come one at a time and only once. Close the sheet, or use it in a `with`, unless the rows are read to the
    end.
    """

    source: str
    sha256: str
    header: tuple[str, ...]
    rows: Iterator[SheetRow]
    warnings: list[str]
    reading: Generator[SheetRow, None, None] | None = field(default=None, repr=False)

    def close(self) -> None:
        """Let go of the file."""
        if self.reading is not None:
            self.reading.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_header(cells: Sequence[str], source: str, row: int) -> tuple[str, ...]:
    """Return the header's names, trimmed, without the blank ones at its end; the same name twice is an error.

    A blank name between others becomes "column N", so that its cells are kept.
    """
    names = [clean_text(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    names = [name or f"column {place}" for place, name in enumerate(names, 1)]
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise InputRejected(
            f"{source}: row {row}, the header, has the same column more than once.",
            hint="Rename or remove one of each, so that it is clear which cell counts.",
            details=[
                f"{name!r} heads columns {', '.join(str(n) for n, other in enumerate(names, 1) if other == name)}"
                for name in twice
            ],
        )
    return tuple(names)


def heads(record: Sequence[str], wanted: Collection[str]) -> bool:
    """Say whether a row is the header: it holds every name that is wanted, or, where none is, anything at all."""
    if not wanted:
        return bool("".join(record).strip())
    return set(wanted) <= {clean_text(cell) for cell in record}


def no_header(source: str, wanted: Collection[str], rows: Iterable[Sequence[str]]) -> InputRejected:
    """Return the refusal of a file in which no row holds every wanted name; the row that comes nearest tells which are
    missing."""
    named = [{clean_text(cell) for cell in row if cell.strip()} for row in rows]
    nearest = max(named, key=lambda names: len(names & set(wanted)), default=set())
    return InputRejected(
        f"{source}: no row holds all the columns that the map names.",
        hint="Mend the map: a column's name must be the header's text, letter for letter.",
        details=[
            f"{name!r} is not in the file.{did_you_mean(name, nearest)}" for name in wanted if name not in nearest
        ],
    )


def long_cell(header: Iterable[str], cells: Iterable[str]) -> str | None:
    """Say which cell is longer than any honest one, else None."""
    for name, cell in zip(header, cells, strict=False):
        if len(cell) > LONGEST_CELL:
            return f"{name} holds {len(cell):,} characters; shorten it to {LONGEST_CELL:,} at the most."
    return None


def beyond_header(cells: int, header: int) -> str:
    """Say that a row has cells that no column heads."""
    return (
        f"The row has {cells} cells and the header {header}: a cell holds an unquoted separator, or a column has no name. "
        "Put every value under its own header."
    )
