"""Exclusion lists: every version that was loaded, row by row."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from credkit.records import ListEntry, ListVersion
from credkit.store import tables
from credkit.store.door import Door
from credkit.store.rows import Table

_ENTRY: Table[ListEntry] = Table("list_entries", ListEntry, key=("row_number",), order="row_number")
_INSERT = _ENTRY.insert.replace("(", "(list_id, ", 1).replace("VALUES (", "VALUES (?, ", 1)
_BATCH = 2_000


class Lists(Door):
    """Verbs: load_list. Nouns: list_version, list_versions, list_entries, list_rows, list_candidates."""

    def load_list(self, version: ListVersion, entries: Iterable[tuple[ListEntry, Sequence[str]]]) -> None:
        """Put a version of a list in force: all of it, or none. `entries` are the rows, each with its name keys."""
        with self.act("list.loaded", npi=None, record=f"list {version.name} {version.id}") as act:
            act.add(tables.LISTS, version)
            # The keys are an index for the version in force; older versions keep their rows, which are the record.
            older = "SELECT id FROM lists WHERE name = ? AND id <> ?"
            self._connection.execute(f"DELETE FROM list_keys WHERE list_id IN ({older})", (version.name, version.id))
            loaded = 0
            stream = iter(entries)
            while some := list(islice(stream, _BATCH)):
                self._connection.executemany(_INSERT, [(version.id, *_ENTRY.row(entry)) for entry, _keys in some])
                self._connection.executemany(
                    "INSERT INTO list_keys VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
                    [(version.id, key, entry.row_number) for entry, keys in some for key in keys],
                )
                loaded += len(some)
            assert loaded == version.rows, "every row of the file is loaded"
            act.count("list_entries", loaded)

    def list_version(self, name: str) -> ListVersion | None:
        """Return the version in force of a list: the one loaded last."""
        found = self.records(tables.LISTS, "WHERE name = ?", (name,))
        return found[-1] if found else None

    def list_versions(self) -> list[ListVersion]:
        """Return every version of every list, oldest first."""
        return self.records(tables.LISTS)

    def list_entries(self, version: ListVersion) -> Iterator[ListEntry]:
        """Return the rows of a version, a batch at a time."""
        last = -1
        following = f"{_ENTRY.select} WHERE list_id = ? AND row_number > ? ORDER BY row_number LIMIT ?"
        while some := [_ENTRY.read(row) for row in self.rows(following, (version.id, last, _BATCH))]:
            yield from some
            last = some[-1].row_number

    def list_rows(self, version: ListVersion) -> int:
        """Return how many rows of a version are held."""
        return int(self.rows("SELECT COUNT(*) FROM list_entries WHERE list_id = ?", (version.id,))[0][0])

    def list_candidates(self, version: ListVersion, keys: Iterable[str], npi: str) -> list[ListEntry]:
        """Return every row of a version that bears one of these name keys, or this NPI."""
        wanted = sorted(set(keys))
        named = (
            f"SELECT row_number FROM list_keys WHERE list_id = ? AND name_key IN ({','.join('?' * len(wanted))})"
            " UNION SELECT row_number FROM list_entries WHERE list_id = ? AND npi = ?"
        )
        return self.records(
            _ENTRY,
            f"WHERE list_id = ? AND row_number IN ({named})",
            (version.id, version.id, *wanted, version.id, npi),
        )
