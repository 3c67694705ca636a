"""A list read straight from its file, to hold people against without loading it."""

import csv
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from credkit import clock
from credkit.errors import InputRejected
from credkit.lists.known import known_list
from credkit.lists.opening import take_in
from credkit.lists.ready import FileList
from credkit.records import ListVersion
from credkit.tables.delimited import RUNAWAY


@dataclass(frozen=True, slots=True)
class Unloaded:
    """What a list's file says of itself. `excluded_on` are the days on which its rows exclude, each once."""

    name: str
    path: Path
    sha256: str
    rows: int
    warnings: int
    set_aside: int
    excluded_on: tuple[str, ...]

    def version(self, published_on: date | None, today: date, actor: str) -> ListVersion:
        """Return the version that it would be. It has no name of its own: no store has it. Raises InputRejected where
        nothing says when it was published."""
        from credkit.lists.step import estimated_day

        return ListVersion(
            id="",
            name=self.name,
            source_file=self.path.name,
            sha256=self.sha256,
            published_on=published_on or estimated_day(self.path, self.excluded_on, today),
            published_stated=published_on is not None,
            acquired_on=today,
            rows=self.rows,
            added=0,
            removed=0,
            warnings=self.warnings,
            recorded_at=clock.stamp(clock.now()),
            actor=actor,
            set_aside=self.set_aside,
        )


def list_from_file(name: str, path: Path) -> tuple[FileList, Unloaded]:
    """Read a list from its file, and make it ready. Raises InputRejected for what is not the list."""
    known = known_list(name)
    # csv keeps one limit for a process, and the file of people that is read beside the list allows longer cells.
    usual = csv.field_size_limit(RUNAWAY)
    try:
        file = known.parse(take_in(path, known.hint))
    finally:
        csv.field_size_limit(usual)
    if not file.rows:
        raise InputRejected(f"{path}: none of its {len(file.set_aside):,} rows can be used.", hint=known.hint)
    said = Unloaded(
        name=known.name,
        path=path,
        sha256=file.sha256,
        rows=file.rows,
        warnings=file.warnings,
        set_aside=len(file.set_aside),
        excluded_on=tuple(set(file.table.column("excluded_on"))),
    )
    return FileList(file.table), said
