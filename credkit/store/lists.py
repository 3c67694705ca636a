"""Exclusion lists: every version that was loaded, its rows and its very file.

A row that stands in many versions is one record; a version is the numbers of its rows, each with its record. So a month
costs what changed, and what is new in it is one query.
"""

import hashlib
import zlib
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import blake2b
from itertools import count, repeat
from typing import Any, Self

from credkit.records import ENTRY_FACTS, ListCheck, ListEntry, ListVersion, as_text, facts_digest, facts_digests
from credkit.store import tables
from credkit.store.door import Door
from credkit.store.rows import Table

ENTRY: Table[ListEntry] = Table("list_entries", ListEntry, key=("row_number",))
_FACTS = ", ".join(ENTRY_FACTS)
_RUN = "INSERT INTO list_runs VALUES (?, ?, ?, ?)"
_WARNING = "INSERT INTO list_warnings VALUES (?, ?, ?)"
_INDEX = "CREATE UNIQUE INDEX list_records_digest ON list_records (list, digest)"
_AT_ONCE = 2_000
_COLUMNS_AT_ONCE = 20_000
_IDS_AT_ONCE = 500
_PIECE = 1 << 20
# Of facts that are lists.
_NOTHING = {"aliases": "[]"}
_VALUES = {"aliases": "COALESCE(NULLIF(?, ''), '[]')"}

#: Rows of a version whose records follow one another: first row, last row, first record.
_Run = tuple[int, int, int]


@dataclass(frozen=True)
class ListRows:
    """The rows of a version to load, a column at a time: their numbers, and each fact of ENTRY_FACTS as text (days in
    ISO, aliases as a JSON array), "" where there is none. `warnings` are by row number."""

    numbers: Sequence[int]
    columns: Sequence[Sequence[str]] = field(repr=False)
    warnings: Mapping[int, str] = field(default_factory=dict, repr=False)

    def __len__(self) -> int:
        return len(self.numbers)

    @cached_property
    def digests(self) -> Sequence[str]:
        """The identity of each row (`records.facts_digest`): worked out for a list that is loaded, not for one that is
        only read."""
        used = max((place for place, column in enumerate(self.columns, 1) if any(column)), default=0)
        return facts_digests(self.columns[:used]) if used else [facts_digest(())] * len(self)

    def column(self, fact: str) -> Sequence[str]:
        """Return one fact of every row."""
        return self.columns[ENTRY_FACTS.index(fact)]

    @classmethod
    def of(cls, entries: Iterable[ListEntry]) -> Self:
        """Return entries as rows to load."""
        kept = list(entries)
        facts = [[as_text(getattr(entry, name)) for entry in kept] for name in ENTRY_FACTS]
        return cls(
            [entry.row_number for entry in kept],
            facts,
            {entry.row_number: entry.warning for entry in kept if entry.warning},
        )

    def entries(self, places: Iterable[int] | None = None) -> Iterator[ListEntry]:
        """Return the rows as entries: all, or those at some places (the first row is at place 0)."""
        for place in range(len(self.numbers)) if places is None else places:
            number = self.numbers[place]
            facts = [
                column[place] or _NOTHING.get(name) for name, column in zip(ENTRY_FACTS, self.columns, strict=True)
            ]
            yield ENTRY.read((number, *facts, self.warnings.get(number)))


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file as it is kept: `body` is packed with zlib, or as it came (`packing` "none")."""

    sha256: str
    size: int
    packing: str
    body: bytes = field(repr=False)


class Lists(Door):
    """Verbs: load_list, note_list_check. Nouns: list_version, list_versions, list_checks, list_entries,
    list_entries_at, list_new_entries, list_columns, list_differences, list_runs, list_holds, list_records,
    list_record_entries, list_file, list_faults."""

    # --- writing ----------------------------------------------------------------------------------------------------

    def load_list(self, version: ListVersion, rows: ListRows, file: PackedFile | None = None) -> None:
        """Put a version of a list in force, with the file that it is from: all of it, or none."""
        assert len(rows) == version.rows, "every row of the file is loaded"
        with self.act("list.loaded", npi=None, record=f"list {version.name} {version.id}") as act:
            act.add(tables.LISTS, version)
            if file:
                self._connection.execute(
                    "INSERT INTO list_files SELECT ?, ?, ?, ? WHERE NOT EXISTS (SELECT 1 FROM list_files WHERE sha256 = ?)",
                    (file.sha256, file.size, file.packing, file.body, file.sha256),
                )
            ids, new = self._ids(version.name, rows.digests)
            self._insert_records(version.name, ids, rows, new)
            self._connection.executemany(_RUN, ((version.id, *run) for run in _runs(rows.numbers, ids)))
            self._connection.executemany(
                _WARNING, ((version.id, number, warning) for number, warning in sorted(rows.warnings.items()))
            )
            act.count("list_rows", len(rows))

    def _ids(self, name: str, digests: Sequence[str]) -> tuple[list[int], list[int]]:
        """Return for each digest the id of its record, and the places of those whose record is to be written."""
        known = self._record_ids(name)
        ((last,),) = self.rows("SELECT COALESCE(MAX(id), 0) FROM list_records")
        new = [digest for digest in dict.fromkeys(digests) if digest not in known]
        known.update(zip(new, count(last + 1), strict=False))
        firsts = dict(zip(reversed(digests), range(len(digests) - 1, -1, -1), strict=True)) if new else {}
        return list(map(known.__getitem__, digests)), [firsts[digest] for digest in new]

    def _insert_records(self, name: str, ids: Sequence[int], rows: ListRows, new: Sequence[int]) -> None:
        """Write the records that are new. Facts that none of them has are left out, and an index over nothing is made
        afterwards: both cost a third of the time that loading a first version takes."""
        if not new:
            return
        digests, facts = rows.digests, rows.columns
        if len(new) < len(ids):
            ids, digests = [ids[place] for place in new], [digests[place] for place in new]
            facts = [[column[place] for place in new] for column in facts]
        used = [(fact, column) for fact, column in zip(ENTRY_FACTS, facts, strict=True) if any(column)]
        empty = not self.rows("SELECT 1 FROM list_records LIMIT 1")
        if empty:
            self._connection.execute("DROP INDEX list_records_digest")
        columns = ", ".join(["id", "list", "digest", *(fact for fact, _column in used)])
        # SQLite makes NULL of "" five times as fast as Python binds None.
        marks = ", ".join(["?", "?", "?", *(_VALUES.get(fact, "NULLIF(?, '')") for fact, _column in used)])
        self._connection.executemany(
            f"INSERT INTO list_records ({columns}) VALUES ({marks})",
            zip(ids, repeat(name), digests, *(column for _fact, column in used), strict=False),
        )
        if empty:
            self._connection.execute(_INDEX)

    def note_list_check(self, check: ListCheck) -> None:
        """Note that the publisher was asked for a newer version, and had none."""
        with self.act("list.checked", npi=None, record=f"list {check.name} {check.list_id}") as act:
            act.add(tables.LIST_CHECKS, check)

    # --- versions ---------------------------------------------------------------------------------------------------

    def list_version(self, name: str) -> ListVersion | None:
        """Return the version in force of a list: the one loaded last."""
        found = self.records(tables.LISTS, "WHERE name = ?", (name,))
        return found[-1] if found else None

    def list_versions(self) -> list[ListVersion]:
        """Return every version of every list, oldest first."""
        return self.records(tables.LISTS)

    def list_checks(self, version: ListVersion) -> list[ListCheck]:
        """Return when the publisher was asked and had nothing newer than a version, oldest first."""
        return self.records(tables.LIST_CHECKS, "WHERE list_id = ?", (version.id,))

    def list_file(self, sha256: str) -> bytes | None:
        """Return the file of this SHA-256 as it was loaded, byte for byte; None where none was kept."""
        found = self.rows("SELECT packing, body FROM list_files WHERE sha256 = ?", (sha256,))
        if not found:
            return None
        packing, body = found[0]
        return zlib.decompress(body) if packing == "zlib" else bytes(body)

    # --- rows -------------------------------------------------------------------------------------------------------

    def list_rows(self, version: ListVersion) -> int:
        """Return how many rows of a version are held."""
        return int(self.rows("SELECT COUNT(*) FROM list_rows WHERE list_id = ?", (version.id,))[0][0])

    def list_entries(self, version: ListVersion) -> Iterator[ListEntry]:
        """Return the rows of a version in the file's order, a batch at a time."""
        return self._entries(version, _pieces(self.list_runs(version), _AT_ONCE))

    def list_entries_at(self, version: ListVersion, row_numbers: Iterable[int]) -> list[ListEntry]:
        """Return some rows of a version, by their numbers in the file, in its order."""
        runs = self.list_runs(version)
        starts = [first for first, _last, _record in runs]
        found = []
        for number in sorted(set(row_numbers)):
            place = bisect_right(starts, number) - 1
            if place >= 0 and number <= runs[place][1]:
                found.append((number, number, runs[place][2] + number - runs[place][0]))
        return list(self._entries(version, _pieces(found, _AT_ONCE)))

    def list_new_entries(self, version: ListVersion, since: ListVersion | None) -> list[ListEntry]:
        """Return the rows of a version whose record no row of another version is (None: every row), in its order."""
        if since is None:
            return list(self.list_entries(version))
        had = {record for _number, record in _records(self.list_runs(since))}
        new = [(number, number, record) for number, record in _records(self.list_runs(version)) if record not in had]
        return list(self._entries(version, _pieces(new, _AT_ONCE)))

    def list_columns(self, version: ListVersion, columns: Sequence[str]) -> Iterator[tuple[Any, ...]]:
        """Return the rows of a version as tuples of some of their columns, in the file's order: text as it is stored
        (days in ISO, aliases as a JSON array), None where there is none. Columns: "row_number", "digest", and every
        fact of a `ListEntry`."""
        known = {*ENTRY_FACTS, "digest"}
        words = {"row_number": "id + ? AS row_number"} | {name: name for name in known}
        assert columns, "some columns"
        selected = f"SELECT {', '.join(words[name] for name in columns)} FROM list_records WHERE id BETWEEN ? AND ? ORDER BY id"
        shifts = columns.count("row_number")
        for first, last, record in _pieces(self.list_runs(version), _COLUMNS_AT_ONCE):
            yield from self.rows(selected, (*[first - record] * shifts, record, record + last - first))

    def list_differences(self, before: ListVersion, digests: Sequence[str]) -> tuple[list[int], list[int]]:
        """Compare a version with the digests of another file's rows, whatever their order: return the places of the
        digests that it has not, and the numbers of its rows that they have not. What stands twice counts twice."""
        known = self._record_ids(before.name)
        numbers, held = [], []
        for number, record in _records(self.list_runs(before)):
            numbers.append(number)
            held.append(record)
        given = [known.get(digest, 0) for digest in digests]  # no record has the id 0
        # Most rows are in both once; only the others are counted.
        were, now = set(held), set(given)
        odd = were ^ now
        if len(were) < len(held) or len(now) < len(given):
            odd |= {record for record, times in (Counter(held) + Counter(given)).items() if times > 2}
        left: dict[int, list[int]] = {}
        for number, record in zip(reversed(numbers), reversed(held), strict=True):
            if record in odd:
                left.setdefault(record, []).append(number)
        added = []
        for place, record in enumerate(given):
            if record in odd:
                if left.get(record):
                    left[record].pop()
                else:
                    added.append(place)
        return added, sorted(number for some in left.values() for number in some)

    def _record_ids(self, name: str) -> dict[str, int]:
        return dict(self.rows("SELECT digest, id FROM list_records WHERE list = ?", (name,)))

    def _entries(self, version: ListVersion, runs: Iterable[_Run]) -> Iterator[ListEntry]:
        warnings = dict(self.rows("SELECT row_number, warning FROM list_warnings WHERE list_id = ?", (version.id,)))
        selected = f"SELECT {_FACTS} FROM list_records WHERE id BETWEEN ? AND ? ORDER BY id"
        for first, last, record in runs:
            for number, facts in enumerate(self.rows(selected, (record, record + last - first)), first):
                yield ENTRY.read((number, *facts, warnings.get(number)))

    # --- records ----------------------------------------------------------------------------------------------------

    def list_runs(self, version: ListVersion) -> list[_Run]:
        """Return which records stand on the rows of a version: (first row, last row, first record), runs of records
        that follow one another."""
        return self.rows(
            "SELECT first_row, last_row, first_record FROM list_runs WHERE list_id = ? ORDER BY first_row",
            (version.id,),
        )

    def list_holds(self, version: ListVersion, entry: str) -> bool:
        """Say whether a row of this identity stands in a version of a list."""
        return bool(
            self.rows(
                "SELECT 1 FROM list_records JOIN list_runs ON list_runs.list_id = ?"
                " AND list_records.id BETWEEN first_record AND first_record + last_row - first_row"
                " WHERE list = ? AND digest = ? LIMIT 1",
                (version.id, version.name, entry),
            )
        )

    def list_records(self, name: str, after: int, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """Return every record of a list whose id is greater: its id and some of its facts, as they are stored."""
        facts = ", ".join(columns)
        return self.rows(f"SELECT id, {facts} FROM list_records WHERE list = ? AND id > ? ORDER BY id", (name, after))

    def list_record_entries(self, rows: Mapping[int, int]) -> Iterator[tuple[int, ListEntry]]:
        """Return records of lists by their ids, each as an entry on the row that `rows` says."""
        ids = sorted(rows)
        for start in range(0, len(ids), _IDS_AT_ONCE):
            piece = ids[start : start + _IDS_AT_ONCE]
            marks = ",".join("?" * len(piece))
            for number, *row in self.rows(f"SELECT id, {_FACTS} FROM list_records WHERE id IN ({marks})", piece):
                yield number, ENTRY.read((rows[number], *row, None))

    # --- proof ------------------------------------------------------------------------------------------------------

    def list_faults(self) -> Iterator[str]:
        """Say of each version whose rows, and of each file whose content, are not what was loaded."""
        edited: set[int] = set()
        last = 0
        some = f"SELECT id, digest, {_FACTS} FROM list_records WHERE id > ? ORDER BY id LIMIT ?"
        while rows := self.rows(some, (last, _COLUMNS_AT_ONCE)):
            edited.update(number for number, digest, *facts in rows if facts_digest(facts) != digest)
            last = rows[-1][0]
        for version in self.list_versions():
            list_ = f"the {version.name} list of {version.published_on}"
            held = self.list_rows(version)
            if held != version.rows:
                yield f"{list_} has {held} rows, and {version.rows} were loaded"
            elif version.rows_digest and version.rows_digest != rows_digest(
                digest for (digest,) in self.list_columns(version, ("digest",))
            ):
                yield f"{list_}: its rows are not those that were loaded"
            elif edited and (
                changed := [number for number, record in _records(self.list_runs(version)) if record in edited]
            ):
                yield f"{list_}: {len(changed)} rows were edited, the first is row {changed[0]}"
            if version.rows_digest and not self.rows("SELECT 1 FROM list_files WHERE sha256 = ?", (version.sha256,)):
                yield f"{list_} has lost its file"
        for sha256, packing in self.rows("SELECT sha256, packing FROM list_files"):
            ((body,),) = self.rows("SELECT body FROM list_files WHERE sha256 = ?", (sha256,))
            if _unpacked_sha256(body, packing) != sha256:
                yield f"a kept list file was changed: its SHA-256 is not {sha256[:12]}"


def _runs(numbers: Sequence[int], records: Sequence[int]) -> Iterator[_Run]:
    """Fold rows and their records into runs."""
    first, last, record = 0, -2, 0  # no row has these numbers
    for number, held in zip(numbers, records, strict=True):
        if number == last + 1 and held == record + number - first:
            last = number
            continue
        if last >= 0:
            yield first, last, record
        first = last = number
        record = held
    if last >= 0:
        yield first, last, record


def _records(runs: Iterable[_Run]) -> Iterator[tuple[int, int]]:
    """Unfold runs into row numbers and record ids."""
    for first, last, record in runs:
        yield from zip(range(first, last + 1), count(record), strict=False)


def _pieces(runs: Iterable[_Run], most: int) -> Iterator[_Run]:
    """Cut runs into pieces of so many rows at the most."""
    for first, last, record in runs:
        for start in range(first, last + 1, most):
            yield start, min(start + most - 1, last), record + start - first


def rows_digest(digests: Iterable[str]) -> str:
    """Return one digest over those of a version's rows, in the file's order."""
    return blake2b("\n".join(digests).encode(), digest_size=16).hexdigest()


def pack(content: bytes, sha256: str, *, packed: bool) -> PackedFile:
    """Return a file as it is kept; one that is `packed` already (a zip, a workbook) stays as it is."""
    body = content if packed else zlib.compress(content, 1)
    return PackedFile(sha256, len(content), "none" if packed else "zlib", body)


def _unpacked_sha256(body: bytes, packing: str) -> str:
    """Return the SHA-256 of a kept file, unpacked a piece at a time; "" where it cannot be unpacked."""
    digest = hashlib.sha256()
    if packing != "zlib":
        digest.update(body)
        return digest.hexdigest()
    unpacker = zlib.decompressobj()
    try:
        while body:
            digest.update(unpacker.decompress(body, _PIECE))
            body = unpacker.unconsumed_tail
        digest.update(unpacker.flush())
    except zlib.error:
        return ""
    return digest.hexdigest()
