"""Files of the NPI registry."""

import sqlite3

from credkit.migrations.writing import append_only, statements

_NPPES_FILE = """
-- The source's own date of what it said, where it states one.
ALTER TABLE evidence ADD COLUMN stated_on TEXT;
-- Whose source is asked by which run just now: not a record, and nothing of it is in the log.
CREATE TABLE run_claims (npi TEXT PRIMARY KEY, run TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE INDEX confirmations_npi ON confirmations (npi);
CREATE INDEX evidence_npi ON evidence (npi, source, key);
CREATE TABLE nppes_files (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, source_file TEXT NOT NULL, sha256 TEXT NOT NULL, published_on TEXT NOT NULL,
  acquired_on TEXT NOT NULL, "rows" INTEGER NOT NULL, sought INTEGER NOT NULL, kept INTEGER NOT NULL,
  rows_digest TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
-- Of every provider whom we had when a file was loaded, the file's row as JSON; none where the file has none.
CREATE TABLE nppes_rows (
  file_id TEXT NOT NULL REFERENCES nppes_files (id), npi TEXT NOT NULL, body TEXT, PRIMARY KEY (npi, file_id)
) STRICT, WITHOUT ROWID;
"""


def nppes_file(connection: sqlite3.Connection) -> None:
    """Files of the NPI registry, of which our own providers' rows are kept; evidence with its source's own date, found
    by provider; and which run is asking about whom."""
    guards = append_only("nppes_files", ("id",)) + append_only("nppes_rows", ("npi", "file_id"))
    for statement in statements(_NPPES_FILE + guards):
        connection.execute(statement)
