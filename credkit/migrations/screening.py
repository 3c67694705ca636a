"""Exclusion lists whose rows are kept once, hits, rulings, and the receipts of screenings."""

import sqlite3

from credkit.migrations.writing import append_only, statements, unchangeable
from credkit.records import facts_digest

_SCREENING_LISTS = """
-- A row that stands in many versions of a list is kept once; `digest` is over its facts (`records.facts_digest`).
CREATE TABLE list_records (
  id INTEGER PRIMARY KEY, list TEXT NOT NULL, digest TEXT NOT NULL, last_name TEXT, first_name TEXT, middle_name TEXT,
  business_name TEXT, npi TEXT, date_of_birth TEXT, address TEXT, city TEXT, state TEXT, zip TEXT, general TEXT,
  specialty TEXT, upin TEXT, exclusion_type TEXT, excluded_on TEXT, reinstated_on TEXT, waiver_on TEXT,
  waiver_state TEXT, suffix TEXT, aliases TEXT NOT NULL DEFAULT '[]', license_number TEXT, agency TEXT, ends_on TEXT,
  reference TEXT
) STRICT;
CREATE UNIQUE INDEX list_records_digest ON list_records (list, digest);
-- Which record stands on which row of a version: from first_row to last_row the records follow one another.
CREATE TABLE list_runs (
  list_id TEXT NOT NULL REFERENCES lists (id), first_row INTEGER NOT NULL, last_row INTEGER NOT NULL,
  first_record INTEGER NOT NULL REFERENCES list_records (id), PRIMARY KEY (list_id, first_row)
) STRICT, WITHOUT ROWID;
CREATE TABLE list_warnings (
  list_id TEXT NOT NULL REFERENCES lists (id), row_number INTEGER NOT NULL, warning TEXT NOT NULL,
  PRIMARY KEY (list_id, row_number)
) STRICT, WITHOUT ROWID;
-- The very file that was loaded; `packing` is 'zlib', or 'none' where it came packed.
CREATE TABLE list_files (
  sha256 TEXT PRIMARY KEY, size INTEGER NOT NULL, packing TEXT NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE TABLE list_checks (
  id TEXT PRIMARY KEY, list_id TEXT NOT NULL REFERENCES lists (id), name TEXT NOT NULL, checked_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
ALTER TABLE lists ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lists ADD COLUMN set_aside INTEGER NOT NULL DEFAULT 0;
ALTER TABLE lists ADD COLUMN set_aside_rows TEXT NOT NULL DEFAULT '[]';
ALTER TABLE lists ADD COLUMN rows_digest TEXT NOT NULL DEFAULT '';
ALTER TABLE lists ADD COLUMN fetched_from TEXT;
ALTER TABLE lists ADD COLUMN etag TEXT;
ALTER TABLE lists ADD COLUMN last_modified TEXT;
"""

_LIST_ENTRIES = """
DROP TABLE list_keys;
DROP TABLE list_entries;
CREATE VIEW list_rows AS
  SELECT list_runs.list_id AS list_id, first_row + list_records.id - first_record AS row_number,
    list_records.id AS record_id
  FROM list_runs CROSS JOIN list_records
  ON list_records.id BETWEEN first_record AND first_record + last_row - first_row;
CREATE VIEW list_entries AS
  SELECT list_runs.list_id AS list_id, first_row + list_records.id - first_record AS row_number, last_name, first_name, middle_name, business_name, npi, date_of_birth, address, city,
    state, zip, general, specialty, upin, exclusion_type, excluded_on, reinstated_on, waiver_on, waiver_state, suffix,
    aliases, license_number, agency, ends_on, reference, warning, list_records.id AS record_id, digest, first_row
  FROM list_runs CROSS JOIN list_records
  ON list_records.id BETWEEN first_record AND first_record + last_row - first_row
  LEFT JOIN list_warnings
  ON list_warnings.list_id = list_runs.list_id
  AND list_warnings.row_number = first_row + list_records.id - first_record;
"""

#: The facts of a row as the first step kept them.
FIRST_FACTS = (
    "last_name", "first_name", "middle_name", "business_name", "npi", "date_of_birth", "address", "city", "state",
    "zip", "general", "specialty", "upin", "exclusion_type", "excluded_on", "reinstated_on", "waiver_on",
    "waiver_state",
)  # fmt: skip


def screening_lists(connection: sqlite3.Connection) -> None:
    """Rows of lists are kept once for all versions that have them, with the facts that other lists than the LEIE give;
    the file is kept too. The name keys go: a matcher makes its index from the rows."""
    for statement in statements(_SCREENING_LISTS):
        connection.execute(statement)
    columns = ", ".join(FIRST_FACTS)
    moved = (
        f"INSERT INTO list_records (list, digest, {columns}, aliases) VALUES ({'?, ' * 20}'[]') ON CONFLICT DO NOTHING"
    )
    record = "SELECT id FROM list_records WHERE list = ? AND digest = ?"
    for list_id, name in connection.execute("SELECT id, name FROM lists ORDER BY rowid").fetchall():
        kept = f"SELECT row_number, warning, {columns} FROM list_entries WHERE list_id = ? ORDER BY row_number"
        runs: list[list[int]] = []
        for row_number, warning, *facts in connection.execute(kept, (list_id,)).fetchall():
            digest = facts_digest(facts)
            connection.execute(moved, (name, digest, *facts))
            (record_id,) = connection.execute(record, (name, digest)).fetchone()
            if runs and (row_number, record_id) == (runs[-1][1] + 1, runs[-1][2] + row_number - runs[-1][0]):
                runs[-1][1] = row_number
            else:
                runs.append([row_number, row_number, record_id])
            if warning is not None:
                connection.execute("INSERT INTO list_warnings VALUES (?, ?, ?)", (list_id, row_number, warning))
        connection.executemany("INSERT INTO list_runs VALUES (?, ?, ?, ?)", [(list_id, *run) for run in runs])
    guards = append_only("list_files", ("sha256",)) + append_only("list_checks", ("id",))
    guards += append_only("list_runs", ("list_id", "first_row")) + unchangeable("list_records")
    for statement in statements(_LIST_ENTRIES + guards):
        connection.execute(statement)


_SCREENING_WORK = """
CREATE TABLE hits (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), list TEXT NOT NULL, entry TEXT NOT NULL,
  person TEXT NOT NULL, list_id TEXT NOT NULL REFERENCES lists (id), row_number INTEGER NOT NULL,
  verdict TEXT NOT NULL, score TEXT NOT NULL, reasons TEXT NOT NULL, found_on TEXT NOT NULL, recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL, UNIQUE (npi, list, entry, person)
) STRICT;
CREATE TABLE resolutions (
  id TEXT PRIMARY KEY, hit_id TEXT NOT NULL REFERENCES hits (id), npi TEXT NOT NULL, list TEXT NOT NULL,
  entry TEXT NOT NULL, person TEXT NOT NULL, ruling TEXT NOT NULL, reason TEXT NOT NULL, document TEXT,
  needs_second INTEGER NOT NULL, resolved_on TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE INDEX resolutions_npi ON resolutions (npi, list);
CREATE TABLE confirmations (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, record_id TEXT NOT NULL, npi TEXT NOT NULL, confirmed_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL, actor TEXT NOT NULL, UNIQUE (kind, record_id)
) STRICT;
CREATE TABLE screenings (
  id TEXT PRIMARY KEY, run_id TEXT NOT NULL, list TEXT NOT NULL, list_id TEXT REFERENCES lists (id),
  address TEXT NOT NULL, scope TEXT NOT NULL, since TEXT REFERENCES screenings (id), after_event INTEGER NOT NULL,
  ran_on TEXT NOT NULL, began_at TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL, matcher TEXT NOT NULL,
  policy_sha256 TEXT NOT NULL, people INTEGER NOT NULL, names INTEGER NOT NULL, with_date_of_birth INTEGER NOT NULL,
  with_npi INTEGER NOT NULL, counts TEXT NOT NULL, sha256 TEXT, published_on TEXT,
  "rows" INTEGER, source_file TEXT, source_sha256 TEXT, problem TEXT
) STRICT;
CREATE INDEX screenings_list ON screenings (list, scope);
-- Screening looks only at the latest finding against each list.
CREATE INDEX verifications_check ON verifications ("check", subject, npi);
"""


def screening_work(connection: sqlite3.Connection) -> None:
    """Hits for a person to work, what was ruled of them, and the receipt of every screening."""
    guards = "".join(append_only(table, ("id",)) for table in ("hits", "resolutions", "confirmations", "screenings"))
    for statement in statements(_SCREENING_WORK + guards):
        connection.execute(statement)
