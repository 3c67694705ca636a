"""What keeps files in order over the years."""

import sqlite3

from credkit.migrations.writing import append_only, statements

_MAINTENANCE = """
CREATE TABLE owners (npi TEXT PRIMARY KEY, owner TEXT NOT NULL, assigned_on TEXT NOT NULL, actor TEXT NOT NULL) STRICT;
CREATE INDEX owners_owner ON owners (owner COLLATE NOCASE);
CREATE TABLE notes (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL, text TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE INDEX notes_npi ON notes (npi);
CREATE TABLE reminders (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL, address TEXT NOT NULL, subject TEXT NOT NULL, text TEXT NOT NULL,
  items TEXT NOT NULL, message_id TEXT NOT NULL UNIQUE, made_on TEXT NOT NULL, state TEXT NOT NULL,
  attempts INTEGER NOT NULL, sent_at TEXT, answer TEXT
) STRICT;
CREATE INDEX reminders_npi ON reminders (npi);
CREATE INDEX reminders_state ON reminders (state) WHERE state = 'made';
CREATE TABLE monitoring_events (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), kind TEXT NOT NULL, happened_on TEXT NOT NULL,
  text TEXT NOT NULL, source TEXT NOT NULL, for_committee INTEGER NOT NULL, recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL, settled_on TEXT, settled_how TEXT
) STRICT;
CREATE INDEX monitoring_events_npi ON monitoring_events (npi);
CREATE TABLE leaves (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), kind TEXT NOT NULL, started_on TEXT NOT NULL,
  returns_on TEXT, reason TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE INDEX leaves_npi ON leaves (npi);
CREATE TABLE sweeps (
  id TEXT PRIMARY KEY, swept_on TEXT NOT NULL, after_event INTEGER NOT NULL, judged INTEGER NOT NULL,
  counts TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
-- How the last sweep left each file: a cache that can be dropped, and no record.
CREATE TABLE swept (
  npi TEXT PRIMARY KEY, context TEXT NOT NULL, judged_on TEXT NOT NULL, next_change_on TEXT, stage TEXT NOT NULL,
  ready TEXT NOT NULL, recredential_by TEXT, recredential_from TEXT, stale_on TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX swept_next_change ON swept (next_change_on);
-- What a sweep has found and not told yet (`sweep_id` NULL), and what it has told: its own record.
CREATE TABLE sweep_found (
  key TEXT PRIMARY KEY, kind TEXT NOT NULL, npi TEXT, what TEXT NOT NULL, due_on TEXT, found_on TEXT NOT NULL,
  sweep_id TEXT
) STRICT, WITHOUT ROWID;
"""


def maintenance(connection: sqlite3.Connection) -> None:
    """Owners and notes, reminders, what monitoring brings up, leaves, and the night's sweeps."""
    for statement in statements(_MAINTENANCE + append_only("notes", ("id",)) + append_only("sweeps", ("id",))):
        connection.execute(statement)


_SUSPENSIONS = """
CREATE TABLE suspensions (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), since TEXT NOT NULL, reason TEXT NOT NULL,
  recorded_at TEXT NOT NULL, actor TEXT NOT NULL, lift_asked_on TEXT, lift_asked_by TEXT, lift_reason TEXT,
  lifted_on TEXT, lifted_by TEXT
) STRICT;
CREATE INDEX suspensions_npi ON suspensions (npi);
"""


def suspensions(connection: sqlite3.Connection) -> None:
    """Suspensions by somebody's word, and who lifted them."""
    for statement in statements(_SUSPENSIONS):
        connection.execute(statement)


_ALIASES = """
CREATE TABLE aliases (
  npi TEXT PRIMARY KEY REFERENCES providers (npi), merged_into TEXT NOT NULL REFERENCES providers (npi),
  merged_on TEXT NOT NULL, reason TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX aliases_merged_into ON aliases (merged_into);
"""


def aliases(connection: sqlite3.Connection) -> None:
    """NPIs of files that were merged into others."""
    for statement in statements(_ALIASES + append_only("aliases", ("npi",))):
        connection.execute(statement)


_DUTIES = """
CREATE TABLE duties (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), name TEXT NOT NULL, done_on TEXT NOT NULL,
  until_on TEXT, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE INDEX duties_npi ON duties (npi, name);
CREATE INDEX duties_done_on ON duties (done_on);
CREATE INDEX duties_until_on ON duties (until_on) WHERE until_on IS NOT NULL;
"""


def duties(connection: sqlite3.Connection) -> None:
    """When duties of the policy's were done."""
    for statement in statements(_DUTIES + append_only("duties", ("id",))):
        connection.execute(statement)
