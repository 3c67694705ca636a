"""A form's file to rows that are clean or that say what is wrong, one at a time."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, NamedTuple, Self

from credkit.caqh.profile import facts_of, read_profile
from credkit.errors import InputRejected, UsageError, did_you_mean
from credkit.harmless import unguard
from credkit.intake.clean import Cleaner, CleanForm, FieldError, placed
from credkit.intake.form import OBLIGATORY, REPEATING, columns, is_canonical
from credkit.intake.profiles import cells_of
from credkit.policy import Policy
from credkit.tables.maps import REJECT_COLUMNS, ColumnMap, is_ours
from credkit.tables.reading import Sheet, SheetRow, open_sheet
from credkit.tables.trees import Tree

_REJECT_ID = "reject_id"
_REASONS = "reject_reasons"
_LIKE_OURS = re.compile(r"[a-z0-9]+(?:_[a-z0-9]+)+")


class FormRow(NamedTuple):
    """One row of a form. `received` is each header's cell as it stood (cells beyond the header as extra_1, extra_2, ...),
    without the columns that credkit added to a rejects file; `reject_id` names the reject that the row mends, and
    `right_as_it_stands` says that a person cleared the reasons it was set aside for."""

    number: int
    received: dict[str, str]
    reject_id: str | None
    outcome: CleanForm | tuple[FieldError, ...]
    right_as_it_stands: bool = False


@dataclass(slots=True)
class FormSheet:
    """A form being read. `unmapped` are its columns that nothing maps: they are kept as received, and not read. `clean`
    reads one more row of the same columns. `facts` are those of the CAQH profile that the form's one row was made of."""

    source: str
    sha256: str
    header: tuple[str, ...]
    unmapped: tuple[str, ...]
    warnings: list[str]
    rows: Iterator[FormRow]
    clean: Cleaner = field(repr=False)
    sheet: Sheet = field(repr=False)
    facts: Mapping[str, Any] | None = field(default=None, repr=False)

    def close(self) -> None:
        """Let go of the file."""
        self.sheet.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def read_form(
    path: Path | None, stdin: BinaryIO | None = None, column_map: ColumnMap | None = None, *, policy: Policy, on: date
) -> FormSheet:
    """Open a form (None: standard input) and clean its rows as they are asked for, by the policy, on the day `on`.

    Raises `InputRejected` where the file cannot be read, the map does not fit it, or the columns that identify a person
    are not there; `UsageError` where the map names a column that no form has.
    """
    if column_map:
        _check_names(column_map, policy)
    facts: dict[str, Any] = {}
    unread: list[str] = []

    def profile(tree: Tree) -> Mapping[str, str]:
        facts.update(facts_of(tree))
        read = read_profile(facts)
        unread.extend(f"{tree.source}: {problem}." for problem in read.unread)
        if read.npi is None:
            raise InputRejected(
                f"{tree.source}: the profile has no NPI, or more than one, or none that could be.",
                hint="It is corrected in CAQH, under Professional IDs; then export the profile again.",
            )
        cells, rough = cells_of(read, policy)
        unread.extend(
            f"{tree.source}: {name} is left out: the profile has its month alone, and the form asks for a day."
            for name in rough
        )
        return cells

    with ExitStack() as stack:
        sheet = stack.enter_context(open_sheet(path, stdin=stdin, document=profile))
        gives_back = _REJECT_ID in sheet.header
        # A rejects file was written by credkit, guarded against formulas; taking the guard off gives the cells received.
        present = tuple(map(unguard, sheet.header)) if gives_back else sheet.header
        if column_map:
            column_map.check_headers(present, source=sheet.source)
        places = placed(present, policy, column_map)
        _demand_identity(places, sheet.source)
        read = set(places.values())
        unmapped = tuple(name for name in present if name not in read and not (gives_back and is_ours(name)))
        cleaner = Cleaner(present, policy, on, column_map)
        stack.pop_all()
    rows = _mended(sheet.rows, present, cleaner) if gives_back else _rows(sheet.rows, cleaner)
    own = tuple(name for name in present if not (gives_back and name in REJECT_COLUMNS))
    warnings = sheet.warnings + unread + list(_near_names(unmapped, policy))
    return FormSheet(sheet.source, sheet.sha256, own, unmapped, warnings, rows, cleaner, sheet, facts or None)


def _rows(rows: Iterator[SheetRow], cleaner: Cleaner) -> Iterator[FormRow]:
    for row in rows:
        if row.problem is None:
            yield FormRow(row.number, row.cells, None, cleaner(row.cells))
        else:
            yield FormRow(row.number, _received(row), None, (FieldError("", row.problem),))


def _mended(rows: Iterator[SheetRow], present: tuple[str, ...], cleaner: Cleaner) -> Iterator[FormRow]:
    """Read the rows of a rejects file: each names the reject that it mends."""
    for row in rows:
        cells = dict(zip(present, map(unguard, row.cells.values()), strict=True))
        reject_id = cells[_REJECT_ID].strip() or None
        received = {name: cell for name, cell in cells.items() if name not in REJECT_COLUMNS}
        beyond = [name for name, cell in received.items() if is_ours(name) and cell.strip()]
        outcome: CleanForm | tuple[FieldError, ...]
        if row.problem is not None:
            received |= _beyond(row)
            outcome = (FieldError("", row.problem),)
        elif beyond:
            outcome = tuple(
                FieldError(name, "This cell stood beyond the header. Move it into its own column, and clear it here.")
                for name in beyond
            )
        else:
            outcome = cleaner(received)
        yield FormRow(row.number, received, reject_id, outcome, not cells.get(_REASONS, _REASONS).strip())


def _received(row: SheetRow) -> dict[str, str]:
    return row.cells | _beyond(row)


def _beyond(row: SheetRow) -> dict[str, str]:
    return {f"extra_{place}": cell for place, cell in enumerate(row.extra, 1)}


def _check_names(column_map: ColumnMap, policy: Policy) -> None:
    unknown = [name for name in column_map.columns if not is_canonical(name, policy)]
    if unknown:
        known = _all_names(policy)
        raise UsageError(
            "The map names columns that the form does not have.",
            hint="`credkit intake template` shows every column of the form.",
            details=[f"columns.{name} is not a column of the form.{did_you_mean(name, known)}" for name in unknown],
        )


def _demand_identity(places: Iterable[str], source: str) -> None:
    missing = [name for name in OBLIGATORY if name not in places]
    if missing:
        raise InputRejected(
            f"{source}: there is no column for {', '.join(missing)}: nobody can be told apart without.",
            hint=f"Name the columns so, or say which they are with --map: `credkit intake map {source}` proposes a map.",
        )


def _near_names(unmapped: Iterable[str], policy: Policy) -> Iterator[str]:
    """Warn of headers that are nearly a column of the form: a slip of the pen would leave their cells unread."""
    known: list[str] = []
    for name in unmapped:
        if _LIKE_OURS.fullmatch(name):
            known = known or _all_names(policy)
            if near := did_you_mean(name, known):
                yield f"{name} is not a column of the form and was not read.{near}"


def _all_names(policy: Policy) -> list[str]:
    return [column.name for column in columns(policy, dict.fromkeys(REPEATING, 3))]
