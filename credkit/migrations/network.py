"""Payers, enrollments by period, contacts and rosters."""

import sqlite3

from credkit.migrations.writing import append_only, statements

_NETWORK_WORK = """
ALTER TABLE payers ADD COLUMN states TEXT NOT NULL DEFAULT '[]';
ALTER TABLE payers ADD COLUMN delegated INTEGER NOT NULL DEFAULT 0;
ALTER TABLE payers ADD COLUMN template TEXT;
ALTER TABLE payers ADD COLUMN follow_up_days INTEGER;
ALTER TABLE payers ADD COLUMN usual_days INTEGER;
ALTER TABLE payers ADD COLUMN merged_into TEXT REFERENCES payers (id);
ALTER TABLE payers ADD COLUMN merged_on TEXT;
CREATE TABLE enrollment_periods (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), payer_id TEXT NOT NULL REFERENCES payers (id),
  line TEXT NOT NULL, state TEXT NOT NULL, tax_id TEXT NOT NULL, status TEXT NOT NULL, status_reason TEXT,
  submitted_on TEXT, decided_on TEXT, effective_on TEXT, ended_on TEXT, reference TEXT, updated_at TEXT NOT NULL,
  opened_on TEXT, received_on TEXT, loaded_on TEXT, revalidate_on TEXT, owner TEXT
) STRICT;
INSERT INTO enrollment_periods SELECT id, npi, payer_id, line, state, tax_id, status, status_reason, submitted_on,
  decided_on, effective_on, ended_on, reference, updated_at, NULL, NULL, NULL, NULL, NULL FROM enrollments ORDER BY rowid;
DROP TABLE enrollments;
ALTER TABLE enrollment_periods RENAME TO enrollments;
CREATE INDEX enrollments_npi ON enrollments (npi, payer_id);
CREATE INDEX enrollments_payer ON enrollments (payer_id, state);
-- An enrollment that ended is history, and another of the same key may follow it: only one of them is open.
CREATE UNIQUE INDEX enrollments_open ON enrollments (npi, payer_id, line, state, tax_id)
  WHERE status NOT IN ('denied', 'withdrawn', 'panel_closed', 'terminated');
CREATE TABLE contacts (
  id TEXT PRIMARY KEY, enrollment_id TEXT NOT NULL REFERENCES enrollments (id), npi TEXT NOT NULL,
  contacted_on TEXT NOT NULL, channel TEXT NOT NULL, who TEXT NOT NULL, said TEXT NOT NULL, reference TEXT,
  next_on TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE INDEX contacts_enrollment ON contacts (enrollment_id);
CREATE TABLE rosters (
  id TEXT PRIMARY KEY, payer_id TEXT NOT NULL REFERENCES payers (id), built_on TEXT NOT NULL, delta INTEGER NOT NULL,
  base_id TEXT REFERENCES rosters (id), template TEXT NOT NULL, template_sha256 TEXT NOT NULL, file_name TEXT NOT NULL,
  file_sha256 TEXT NOT NULL, members INTEGER NOT NULL, adds INTEGER NOT NULL, changes INTEGER NOT NULL,
  terminates INTEGER NOT NULL, members_digest TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL,
  sent_on TEXT, accepted_on TEXT, reference TEXT
) STRICT;
CREATE INDEX rosters_payer ON rosters (payer_id);
-- Who stood on a roster, and as what: the log has them by the roster's digest.
CREATE TABLE roster_members (
  roster_id TEXT NOT NULL REFERENCES rosters (id), place INTEGER NOT NULL, npi TEXT NOT NULL, enrollment_id TEXT NOT NULL,
  action TEXT NOT NULL, digest TEXT NOT NULL, PRIMARY KEY (roster_id, place)
) STRICT, WITHOUT ROWID;
"""


def network_work(connection: sqlite3.Connection) -> None:
    """What a payer wants and how it is chased; an enrollment a period, with all of its dates; contacts; and rosters."""
    guards = append_only("contacts", ("id",)) + append_only("roster_members", ("roster_id", "place"))
    for statement in statements(_NETWORK_WORK + guards):
        connection.execute(statement)


_NETWORK_NAMES_AND_DAYS = """
ALTER TABLE payers ADD COLUMN formerly TEXT NOT NULL DEFAULT '[]';
ALTER TABLE enrollments ADD COLUMN overdue_since TEXT;
"""


def network_names_and_days(connection: sqlite3.Connection) -> None:
    """How payers were called before, and since when an enrollment is overdue that was written anew meanwhile."""
    for statement in statements(_NETWORK_NAMES_AND_DAYS):
        connection.execute(statement)
