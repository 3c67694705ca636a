"""What CAQH told, and what it was told."""

import sqlite3

from credkit.migrations.writing import append_only, statements

_CAQH = """
CREATE TABLE caqh_files (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, source_file TEXT NOT NULL, sha256 TEXT NOT NULL, "rows" INTEGER NOT NULL,
  taken INTEGER NOT NULL, changed INTEGER NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE TABLE caqh_profiles (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), caqh_id TEXT NOT NULL, attested_on TEXT,
  source_file TEXT NOT NULL, sha256 TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL, facts TEXT NOT NULL
) STRICT;
CREATE INDEX caqh_profiles_npi ON caqh_profiles (npi, recorded_at);
-- Of somebody who has left, the row that took them off the roster may be all there is: no reference to providers.
CREATE TABLE caqh_roster_rows (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL, action TEXT NOT NULL, sent_on TEXT NOT NULL, source_file TEXT NOT NULL,
  sha256 TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL, fields TEXT NOT NULL
) STRICT;
CREATE INDEX caqh_roster_rows_npi ON caqh_roster_rows (npi, recorded_at);
"""


def caqh(connection: sqlite3.Connection) -> None:
    """CAQH's files: receipts of what was loaded, profiles as they were read, and the roster rows that were sent."""
    guards = "".join(append_only(table, ("id",)) for table in ("caqh_files", "caqh_profiles", "caqh_roster_rows"))
    for statement in statements(_CAQH + guards):
        connection.execute(statement)
