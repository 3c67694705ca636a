"""The portal: who may come in, what is being filled in, and what waits for staff."""

import sqlite3

from credkit.migrations.writing import statements

_PORTAL = """
CREATE TABLE portal_links (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, npi TEXT REFERENCES providers (npi), email TEXT, profession TEXT,
  states TEXT NOT NULL, made_at TEXT NOT NULL, expires_on TEXT NOT NULL, actor TEXT NOT NULL, revoked_at TEXT,
  used_at TEXT
) STRICT;
CREATE INDEX portal_links_npi ON portal_links (npi);
CREATE TABLE portal_locks (
  whose TEXT PRIMARY KEY, failures INTEGER NOT NULL, failed_at TEXT NOT NULL, locked_at TEXT
) STRICT;
-- A form being filled in is nobody's claim: not in the log, and gone when it is submitted.
CREATE TABLE portal_drafts (
  link_id TEXT PRIMARY KEY REFERENCES portal_links (id), cells TEXT NOT NULL, saved_at TEXT NOT NULL
) STRICT;
CREATE TABLE submissions (
  id TEXT PRIMARY KEY, kind TEXT NOT NULL, npi TEXT NOT NULL, link_id TEXT NOT NULL REFERENCES portal_links (id),
  cells TEXT NOT NULL, received_at TEXT NOT NULL, accepted INTEGER, reason TEXT, decided_at TEXT, decided_by TEXT
) STRICT;
CREATE INDEX submissions_npi ON submissions (npi);
CREATE INDEX submissions_waiting ON submissions (received_at) WHERE accepted IS NULL;
"""


def portal(connection: sqlite3.Connection) -> None:
    """The portal: links, wrong tries, forms being filled in, and what was sent and waits for staff."""
    for statement in statements(_PORTAL):
        connection.execute(statement)
