"""The committee at work."""

import sqlite3

from credkit.migrations.writing import append_only, statements

_COMMITTEE_WORK = """
CREATE TABLE members (
  id TEXT PRIMARY KEY, name TEXT NOT NULL COLLATE NOCASE, role TEXT NOT NULL, votes INTEGER NOT NULL,
  since TEXT NOT NULL, until TEXT, specialty TEXT, login TEXT
) STRICT;
ALTER TABLE meetings ADD COLUMN mode TEXT;
ALTER TABLE meetings ADD COLUMN panel TEXT;
ALTER TABLE meetings ADD COLUMN closed_at TEXT;
ALTER TABLE meetings ADD COLUMN docket_sha256 TEXT;
ALTER TABLE meetings ADD COLUMN attested_at TEXT;
ALTER TABLE meetings ADD COLUMN attested_by TEXT;
ALTER TABLE meetings ADD COLUMN minutes_sha256 TEXT;
ALTER TABLE meetings ADD COLUMN note TEXT;
ALTER TABLE decisions ADD COLUMN tally TEXT NOT NULL DEFAULT '{}';
ALTER TABLE decisions ADD COLUMN needs_second INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN provisional_until TEXT;
ALTER TABLE decisions ADD COLUMN legacy INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN appeal_id TEXT;
CREATE INDEX decisions_meeting ON decisions (meeting_id);
CREATE TABLE attendance (
  meeting_id TEXT NOT NULL REFERENCES meetings (id), member_id TEXT NOT NULL REFERENCES members (id),
  present INTEGER NOT NULL, votes INTEGER NOT NULL, PRIMARY KEY (meeting_id, member_id)
) STRICT;
CREATE TABLE conflicts (
  id TEXT PRIMARY KEY, member_id TEXT NOT NULL REFERENCES members (id), npi TEXT NOT NULL, reason TEXT NOT NULL,
  declared_on TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL, UNIQUE (member_id, npi)
) STRICT;
CREATE TABLE docket (
  id TEXT PRIMARY KEY, meeting_id TEXT NOT NULL REFERENCES meetings (id), npi TEXT NOT NULL, kind TEXT NOT NULL,
  track TEXT NOT NULL, reasons TEXT NOT NULL, states TEXT NOT NULL, sha256 TEXT NOT NULL, pulled_at TEXT,
  pulled_because TEXT, UNIQUE (meeting_id, npi)
) STRICT;
CREATE TABLE motions (
  id TEXT PRIMARY KEY, meeting_id TEXT NOT NULL REFERENCES meetings (id), npi TEXT NOT NULL, outcome TEXT NOT NULL,
  moved_by TEXT NOT NULL REFERENCES members (id), seconded_by TEXT NOT NULL REFERENCES members (id),
  recorded_at TEXT NOT NULL, actor TEXT NOT NULL, UNIQUE (meeting_id, npi)
) STRICT;
CREATE TABLE votes (
  id TEXT PRIMARY KEY, meeting_id TEXT NOT NULL REFERENCES meetings (id), npi TEXT NOT NULL,
  member_id TEXT NOT NULL REFERENCES members (id), word TEXT NOT NULL, reason TEXT, recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL, UNIQUE (meeting_id, npi, member_id)
) STRICT;
CREATE TABLE conditions (
  id TEXT PRIMARY KEY, decision_id TEXT NOT NULL REFERENCES decisions (id), npi TEXT NOT NULL, text TEXT NOT NULL,
  owner TEXT NOT NULL, due_on TEXT NOT NULL, met_on TEXT, met_how TEXT
) STRICT;
CREATE INDEX conditions_npi ON conditions (npi);
CREATE TABLE appeals (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL, decision_id TEXT NOT NULL REFERENCES decisions (id), opened_on TEXT NOT NULL,
  hear_by TEXT NOT NULL, grounds TEXT NOT NULL, closed_on TEXT, outcome_id TEXT REFERENCES decisions (id)
) STRICT;
CREATE INDEX appeals_npi ON appeals (npi);
CREATE TABLE letters (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL, decision_id TEXT REFERENCES decisions (id), kind TEXT NOT NULL,
  due_on TEXT NOT NULL, made_on TEXT NOT NULL, sha256 TEXT NOT NULL, text TEXT NOT NULL, sent_on TEXT, sent_how TEXT,
  UNIQUE (decision_id, kind)
) STRICT;
CREATE TABLE addenda (
  id TEXT PRIMARY KEY, meeting_id TEXT NOT NULL REFERENCES meetings (id), text TEXT NOT NULL, recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL
) STRICT;
-- What was attested is frozen: the meeting, who was there, the docket.
CREATE TRIGGER meetings_frozen BEFORE UPDATE ON meetings WHEN OLD.attested_at IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'attested minutes are frozen: a correction is an addendum'); END;
CREATE TRIGGER attendance_frozen BEFORE UPDATE ON attendance
WHEN (SELECT attested_at FROM meetings WHERE id = OLD.meeting_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'attested minutes are frozen: a correction is an addendum'); END;
CREATE TRIGGER docket_frozen BEFORE UPDATE ON docket
WHEN (SELECT attested_at FROM meetings WHERE id = OLD.meeting_id) IS NOT NULL
BEGIN SELECT RAISE(ABORT, 'attested minutes are frozen: a correction is an addendum'); END;
"""


def committee_work(connection: sqlite3.Connection) -> None:
    """The committee at work: members, attendance, conflicts, the docket, motions and votes; then conditions, letters,
    appeals, and addenda to minutes that were attested."""
    kept = ("conflicts", "motions", "votes", "addenda")
    guards = "".join(append_only(table, ("id",)) for table in kept)
    for statement in statements(_COMMITTEE_WORK + guards):
        connection.execute(statement)
