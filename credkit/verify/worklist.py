"""What people must look up, as a file to fill in; and that file taken back, each row with the same checks as one record."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from credkit.checks.interface import Check
from credkit.errors import CredkitError, InputRejected, did_you_mean
from credkit.harmless import unguard
from credkit.policy import Policy
from credkit.records import Result, Verification
from credkit.reference.look_up import LookUp, look_up
from credkit.store import Store
from credkit.tables.cells import clean_text
from credkit.tables.dates import NotADate, read_date
from credkit.tables.reading import open_sheet
from credkit.tables.writing import csv_bytes
from credkit.verify.by_hand import Looked, record, recorded_before
from credkit.verify.plan import Due

#: The columns that a person fills in, after those that say what it is about.
ABOUT = ("npi", "name", "check", "subject", "why", "listed_on", "where", "record")
TO_FILL_IN = ("result", "source", "report_date", "document", "note")
_NEEDED = ("npi", "check", "result", "source")
_RESULTS = (Result.PASS, Result.FAIL, Result.REVIEW)
_HINT = "`credkit verify due --by-hand --out FILE.csv` writes a file with the right columns."


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a filled-in worklist, as it was written. `number` is the row as a spreadsheet counts it."""

    number: int
    cells: Mapping[str, str]
    problem: str | None = None

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of a row: recorded (or, in a dry run, to be), there already, left blank, or rejected with a reason."""

    row: Row
    outcome: Literal["recorded", "already", "blank", "rejected"]
    reason: str | None = None
    verification: Verification | None = None


def where_to_look(due: Due) -> LookUp:
    """Return where a person looks up what is due. A check of the organization's own may say so itself (`look_up`)."""
    own = getattr(due.check, "look_up", None)
    found = look_up(due.check.name, due.subject.key, due.subject.jurisdiction)
    return LookUp(own, found.record) if isinstance(own, str) and own else found


def worklist_csv(dues: Iterable[Due], on: date) -> bytes:
    """Return what is due by hand on a day as CSV to fill in, a line each. The day stands in it: what is found for one month's
    list is no answer to the next one's, and a list that is taken in late makes nothing look newer."""

    def line(one: Due) -> Sequence[str]:
        told = where_to_look(one)
        about = (one.npi, one.name, one.check.name, one.subject.key, one.why, on.isoformat(), told.where, told.record)
        return (*about, *("" for _ in TO_FILL_IN))

    return csv_bytes((*ABOUT, *TO_FILL_IN), (line(one) for one in dues))


def read_rows(path: Path | None) -> list[Row]:
    """Read a filled-in worklist (None: standard input). Raises InputRejected for a file without its columns."""
    stdin = sys.stdin.buffer if path is None else None
    with open_sheet(path, stdin=stdin) as sheet:
        header = {clean_text(unguard(name)).casefold().replace(" ", "_"): name for name in sheet.header}
        missing = [name for name in _NEEDED if name not in header]
        if missing:
            raise InputRejected(f"{path or '-'} has no column {', '.join(missing)}.", hint=_HINT)
        used = {name: header[name] for name in (*ABOUT, *TO_FILL_IN) if name in header}
        return [
            Row(
                row.number,
                {name: clean_text(unguard(row.cells.get(own, ""))) for name, own in used.items()},
                row.problem,
            )
            for row in sheet.rows
        ]


def take_in(
    store: Store,
    rows: Iterable[Row],
    policy: Policy,
    checks: Mapping[str, Check],
    *,
    beside: Path,
    today: date,
    dry_run: bool = False,
) -> Iterator[Taken]:
    """Record each row as `verify record` would; a row that may not be recorded costs itself.

    Papers are looked for beside the file, then where the command runs. A row that is on record already, word for word,
    is not recorded again, so that a file given twice makes nothing look newer than it is.
    """
    for row in rows:
        try:
            yield _take(store, row, policy, checks, beside=beside, today=today, dry_run=dry_run)
        except CredkitError as error:
            reason = f"{error.message} {error.hint or ''}".strip()
            yield Taken(row, "rejected", reason)


def _take(
    store: Store,
    row: Row,
    policy: Policy,
    checks: Mapping[str, Check],
    *,
    beside: Path,
    today: date,
    dry_run: bool,
) -> Taken:
    if row.problem:
        raise InputRejected(row.problem)
    if not any(row[name] for name in TO_FILL_IN):
        return Taken(row, "blank")
    looked = _looked(row)
    document = _document(row["document"], beside)
    check, subject, npi = row["check"], row["subject"] or None, row["npi"].removesuffix(".0")
    known = recorded_before(
        store, npi, policy, checks, check=check, subject=subject, looked=looked, document=document, today=today
    )
    if known is not None:
        return Taken(row, "already", f"recorded on {known.recorded_at[:10]} by {known.actor}", known)
    made = record(
        store,
        npi,
        policy,
        checks,
        check=check,
        subject=subject,
        looked=looked,
        document=document,
        today=today,
        dry_run=dry_run,
    )
    return Taken(row, "recorded", None, made)


def _looked(row: Row) -> Looked:
    result = row["result"].casefold()
    if result not in _RESULTS:
        raise InputRejected(
            f"result: {row['result']!r} is none." + did_you_mean(result, _RESULTS) + " Write pass, fail or review."
            if result
            else "result: it is blank. Write pass, fail or review."
        )
    if not row["source"]:
        raise InputRejected("source: it is blank. Write where you looked, or whom you asked.")
    return Looked(
        Result(result), row["source"], _day(row, "report_date"), row["note"] or None, listed_on=_day(row, "listed_on")
    )


def _day(row: Row, column: str) -> date | None:
    try:
        return read_date(row[column]) if row[column] else None
    except NotADate as error:
        raise InputRejected(f"{column}: {error}") from error


def _document(text: str, beside: Path) -> Path | None:
    if not text:
        return None
    for path in (beside / text, Path(text)):
        if path.is_file():
            return path
    raise InputRejected(f"document: there is no file {text}, neither beside the list nor here.")
