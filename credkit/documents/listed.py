"""Many papers at once: a list that names each with its provider and its kind, filed row by row."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from credkit.documents.certificate import NAMES
from credkit.documents.step import Filed, Sent, add, refuse_anothers
from credkit.errors import CredkitError, InputRejected, UsageError, did_you_mean
from credkit.harmless import unguard
from credkit.policy import Policy
from credkit.records import Filing, PaperKind
from credkit.store import Store
from credkit.tables.cells import clean_text, read_yes_no
from credkit.tables.dates import read_date
from credkit.tables.reading import open_sheet

#: The columns of a list: those it must have, and those it may. A certificate of insurance says more.
NEEDED = ("npi", "file", "kind")
MAY = ("credential", "issued_on", "expires_on", "received_from", "received_on", "of_several")
COLUMNS = (*NEEDED, *MAY, *(name for name in NAMES if name not in MAY))


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a list: its cells by column, and why it cannot be trusted, where it cannot."""

    number: int
    cells: dict[str, str]
    problem: str | None


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row: filed, already (the same paper is filed), or rejected, with why."""

    line: Line
    outcome: Literal["filed", "already", "rejected"]
    reason: str | None = None
    filed: Filed | None = None


def read_list(path: Path | None) -> list[Line]:
    """Read a list of papers (None: standard input). Raises InputRejected for a file without its columns, UsageError for a
    column that no list has."""
    with open_sheet(path, stdin=sys.stdin.buffer if path is None else None) as sheet:
        header = {clean_text(unguard(name)).casefold().replace(" ", "_"): name for name in sheet.header}
        missing = [name for name in NEEDED if name not in header]
        if missing:
            raise InputRejected(f"{sheet.source} has no column {', '.join(missing)}.", hint=", ".join(COLUMNS))
        unknown = next((name for name in header if name not in COLUMNS), None)
        if unknown:
            raise UsageError(
                f"{sheet.source}: {unknown!r} is no column of a list of papers.{did_you_mean(unknown, COLUMNS)}",
                hint=", ".join(COLUMNS),
            )
        return [
            Line(
                row.number,
                {name: clean_text(unguard(row.cells.get(own, ""))) for name, own in header.items()},
                row.problem,
            )
            for row in sheet.rows
        ]


def file_all(
    store: Store, lines: Iterable[Line], policy: Policy, *, beside: Path, today: date, dry_run: bool = False
) -> Iterator[Taken]:
    """File each paper as `document add` would; a row that cannot be filed costs itself. Papers are looked for beside the
    list, then where the command runs. A list that is given again files what is not filed yet."""
    told: list[Filing] = []
    for line in lines:
        try:
            filed = _filed(store, line, policy, beside=beside, today=today, dry_run=dry_run)
            # What a dry run told of the rows before is on file when the list is given in earnest.
            new = filed.new and not (dry_run and _told_before(line, filed.paper.filing, told))
        except CredkitError as error:
            yield Taken(line, "rejected", " ".join((error.message, *error.details, error.hint or "")).strip())
        else:
            if new:
                told.append(filed.paper.filing)
            yield Taken(line, "filed" if new else "already", filed=filed)


def _told_before(line: Line, filing: Filing, told: Iterable[Filing]) -> bool:
    """Say whether an earlier row of the list is this very paper. Raises Refused where it is another provider's there."""
    same = [one for one in told if one.sha256 == filing.sha256]
    if not _yes(line.cells, "of_several"):
        refuse_anothers(same, (), filing.npi)
    return any(one.id == filing.id for one in same)


def _filed(store: Store, line: Line, policy: Policy, *, beside: Path, today: date, dry_run: bool) -> Filed:
    if line.problem:
        raise InputRejected(line.problem)
    cells = line.cells
    kind = cells["kind"].casefold()
    if kind not in set(PaperKind):
        raise InputRejected(f"kind: {cells['kind']!r} is none.{did_you_mean(kind, list(PaperKind))}")
    certificate = kind == PaperKind.COI
    extra = [name for name in NAMES if name not in MAY and cells.get(name)]
    if extra and not certificate:
        raise InputRejected(f"{extra[0]}: only a certificate of insurance (coi) says that.")
    sent = Sent(
        kind=PaperKind(kind),
        credential=cells.get("credential") or None,
        issued_on=_day(cells, "issued_on"),
        expires_on=None if certificate else _day(cells, "expires_on"),
        received_from=cells.get("received_from") or None,
        received_on=_day(cells, "received_on"),
        said={name: cells[name] for name in NAMES if cells.get(name)} if certificate else None,
    )
    return add(
        store,
        cells["npi"].removesuffix(".0"),
        _file(cells["file"], beside),
        sent,
        policy,
        today=today,
        of_several=_yes(cells, "of_several"),
        dry_run=dry_run,
    )


def _day(cells: dict[str, str], name: str) -> date | None:
    try:
        return read_date(cells[name]) if cells.get(name) else None
    except ValueError as error:
        raise InputRejected(f"{name}: {error}") from error


def _yes(cells: dict[str, str], name: str) -> bool:
    try:
        return read_yes_no(cells[name]) if cells.get(name) else False
    except ValueError as error:
        raise InputRejected(f"{name}: {error}") from error


def _file(text: str, beside: Path) -> Path:
    if not text:
        raise InputRejected("file: it is blank. Write the paper's file.")
    for path in (beside / text, Path(text)):
        if path.is_file():
            return path
    raise InputRejected(f"file: there is no file {text}, neither beside the list nor here.")
