"""Files of the NPI registry: their receipts, and the rows of our own providers."""

from collections.abc import Iterator, Mapping
from hashlib import blake2b

from credkit.records import NppesFile
from credkit.store import tables
from credkit.store.door import Door


def kept_digest(rows: Mapping[str, str | None]) -> str:
    """Return one digest over what is kept of a file: every NPI that was sought, and its row."""
    lines = (f"{npi} {rows[npi] or ''}" for npi in sorted(rows))
    return blake2b("\n".join(lines).encode(), digest_size=16).hexdigest()


class NppesFiles(Door):
    """Verbs: load_nppes_file. Nouns: nppes_files, nppes_row, nppes_npis, nppes_faults."""

    def load_nppes_file(self, file: NppesFile, rows: Mapping[str, str | None]) -> None:
        """Keep a file's receipt, and of every provider who was sought the row, or that there was none."""
        with self.act("nppes.loaded", npi=None, record=f"nppes file {file.id}") as act:
            act.add(tables.NPPES_FILES, file)
            self._connection.executemany(
                "INSERT INTO nppes_rows (file_id, npi, body) VALUES (?, ?, ?)",
                ((file.id, npi, body) for npi, body in sorted(rows.items())),
            )
            act.count("nppes_rows", len(rows))

    def nppes_files(self) -> list[NppesFile]:
        """Return the receipts of every file, in the order of their loading."""
        return self.records(tables.NPPES_FILES)

    def nppes_row(self, file: NppesFile, npi: str) -> tuple[bool, str | None]:
        """Say whether a provider was sought in a file, and return the row that it had."""
        found = self.rows("SELECT body FROM nppes_rows WHERE npi = ? AND file_id = ?", (npi, file.id))
        return (True, found[0][0]) if found else (False, None)

    def all_npis(self) -> list[str]:
        """Return the NPI of every provider, in order."""
        return [
            npi
            for (npi,) in self.rows("SELECT npi FROM providers WHERE npi NOT IN (SELECT npi FROM aliases) ORDER BY npi")
        ]

    def nppes_faults(self) -> Iterator[str]:
        """Say of which files the rows are not those that were kept."""
        for file in self.nppes_files():
            rows = dict(self.rows("SELECT npi, body FROM nppes_rows WHERE file_id = ?", (file.id,)))
            if kept_digest(rows) != file.rows_digest:
                yield f"the {file.address} has other rows than were kept of it"
