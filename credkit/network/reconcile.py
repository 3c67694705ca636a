"""A payer's own list of who is in its network, held against ours: what they think and we think, both ways."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credkit.network.enrollments import in_network, why_not_in_network
from credkit.records import Enrollment, ProviderFile
from credkit.reference.identifiers import npi_is_valid
from credkit.reference.states import state_code
from credkit.tables.cells import clean_text
from credkit.tables.dates import NotADate, read_date
from credkit.tables.maps import ColumnMap, MappedColumn
from credkit.tables.sheet import SheetRow

#: What a column of a payer's list can be.
COLUMNS = ("npi", "state", "effective_on", "ended_on", "last_name")
#: Headers that need no map, without case, blanks and punctuation.
_USUAL = {
    "npi": ("npi", "npinumber", "npitype1", "providernpi", "individualnpi"),
    "state": ("state",),
    "effective_on": ("effectivedate", "effdate", "effectiveon"),
    "ended_on": ("termdate", "terminationdate", "enddate", "endedon"),
    "last_name": ("lastname", "providerlastname"),
}


class Difference(StrEnum):
    """How a payer's list and ours differ on somebody."""

    THEY_HAVE_NOT = "they_have_not"
    THEY_ENDED = "they_ended"
    WE_HAVE_NOT = "we_have_not"
    LOADED = "loaded"
    EFFECTIVE_DIFFERS = "effective_differs"
    UNKNOWN = "unknown"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class TheirRow:
    """One row of a payer's list, or what is wrong with it."""

    row: int
    npi: str
    state: str | None = None
    effective_on: date | None = None
    ended_on: date | None = None
    last_name: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Drift:
    """One difference: what they say and what we say, in words."""

    npi: str | None
    name: str | None
    state: str | None
    kind: Difference
    theirs: str
    ours: str
    row: int | None = None


def usual_map(header: Iterable[str]) -> ColumnMap:
    """Return a map of the headers that speak for themselves."""
    plain = {"".join(c for c in name.casefold() if c.isalnum()): name for name in header}
    columns = {
        column: MappedColumn(column=plain[known])
        for column, names in _USUAL.items()
        for known in names
        if known in plain
    }
    return ColumnMap(columns=columns)


def read_rows(rows: Iterable[SheetRow], column_map: ColumnMap) -> Iterator[TheirRow]:
    """Read a payer's list strictly; a row that cannot be read says why."""
    for row in rows:
        try:
            cells = {name: clean_text(text) for name, text in column_map.apply(row.cells).items()}
            yield _read(row, cells)
        except ValueError as error:
            yield TheirRow(row.number, "", problem=str(error))


def _read(row: SheetRow, cells: Mapping[str, str]) -> TheirRow:
    npi, state = cells.get("npi", ""), cells.get("state", "")
    code = state_code(state) if state else None
    if row.problem:
        return TheirRow(row.number, npi if npi_is_valid(npi) else "", problem=row.problem)
    if not npi_is_valid(npi):
        return TheirRow(row.number, "", problem=f"{npi[:40]!r} is not an NPI." if npi else "There is no NPI.")
    if state and code is None:
        return TheirRow(row.number, npi, problem=f"{state[:40]!r} is not a state.")
    try:
        effective_on, ended_on = _day(cells.get("effective_on")), _day(cells.get("ended_on"))
    except NotADate as error:
        return TheirRow(row.number, npi, code, problem=str(error))
    return TheirRow(row.number, npi, code, effective_on, ended_on, cells.get("last_name"))


def _day(text: str | None) -> date | None:
    return read_date(text) if text else None


def reconcile(
    rows: Sequence[TheirRow], files: Mapping[str, ProviderFile], payer_ids: frozenset[str], on: date
) -> Iterator[Drift]:
    """Yield every difference on a day: first by the payer's rows in their order, then who of ours is not among them.

    `files` are those of everybody who has, or had, an enrollment with the payer, and of everybody whom the list names.
    """
    # Who is named in a row that cannot be read is on the list, whatever it says of them.
    named = {(row.npi, row.state) for row in rows if row.npi and row.problem}
    for row in rows:
        file = files.get(row.npi)
        if row.problem:
            name = file.provider.name if file else None
            yield Drift(row.npi or None, name, row.state, Difference.UNREADABLE, row.problem, "", row.row)
        elif file is None:
            yield Drift(
                row.npi, row.last_name, row.state, Difference.UNKNOWN, _says(row), "nobody of this NPI", row.row
            )
        else:
            named |= {(row.npi, row.state)}
            yield from _drift(row, file, payer_ids, on)
    for npi, file in sorted(files.items()):
        for enrollment in file.enrollments:
            ours = enrollment.payer_id in payer_ids and in_network(enrollment, on)
            if ours and not named & {(npi, enrollment.state), (npi, None)}:
                yield Drift(
                    npi,
                    file.provider.name,
                    enrollment.state,
                    Difference.THEY_HAVE_NOT,
                    "not on the list",
                    _ours(enrollment, on),
                )


def _drift(row: TheirRow, file: ProviderFile, payer_ids: frozenset[str], on: date) -> Iterator[Drift]:
    ours = [one for one in file.enrollments if one.payer_id in payer_ids and row.state in {None, one.state}]
    holding = [one for one in ours if in_network(one, on)]
    ended = row.ended_on is not None and row.ended_on <= on

    def differs(kind: Difference, enrollment: Enrollment | None) -> Drift:
        words = _ours(enrollment, on) if enrollment else "no enrollment"
        state = enrollment.state if enrollment else row.state
        return Drift(row.npi, file.provider.name, state, kind, _says(row), words, row.row)

    if ended:
        yield from (differs(Difference.THEY_ENDED, one) for one in holding)
    elif not holding:
        waiting = [one for one in ours if not one.status.closed]
        yield (
            differs(Difference.LOADED, waiting[-1])
            if waiting
            else differs(Difference.WE_HAVE_NOT, ours[-1] if ours else None)
        )
    elif row.effective_on and row.effective_on not in {one.effective_on for one in holding}:
        yield from (differs(Difference.EFFECTIVE_DIFFERS, one) for one in holding)


def _says(row: TheirRow) -> str:
    since = f"in-network from {row.effective_on}" if row.effective_on else "in-network"
    return f"{since}, ended on {row.ended_on}" if row.ended_on else since


def _ours(enrollment: Enrollment, on: date) -> str:
    if in_network(enrollment, on):
        return f"in-network from {enrollment.effective_on}"
    return why_not_in_network(enrollment, on)
