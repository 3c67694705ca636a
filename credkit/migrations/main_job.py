"""The tables of the main job, from the intake form to the payer's effective date."""

import sqlite3

from credkit.migrations.writing import append_only, statements

#: Marks a database file as credkit's ("crdk"), in SQLite's own header field for it.
APPLICATION_ID = 0x6372646B

_LOG = """
CREATE TABLE events (
  seq INTEGER PRIMARY KEY, at TEXT NOT NULL, actor TEXT NOT NULL, command TEXT NOT NULL, verb TEXT NOT NULL,
  npi TEXT, record TEXT NOT NULL, reason TEXT, simulated INTEGER NOT NULL,
  before TEXT NOT NULL, after TEXT NOT NULL, previous_hash TEXT NOT NULL, hash TEXT NOT NULL
) STRICT;
CREATE INDEX events_npi ON events (npi, seq);
-- The head is kept apart too, so that cutting the log's tail shows without an anchor.
CREATE TABLE log_head (id INTEGER PRIMARY KEY CHECK (id = 1), seq INTEGER NOT NULL, hash TEXT NOT NULL) STRICT;
INSERT INTO log_head VALUES (1, 0, '');
-- INSERT OR REPLACE on a plain connection skips delete triggers; demanding the next number and hash closes that way.
CREATE TRIGGER events_in_order BEFORE INSERT ON events
WHEN NEW.seq <> (SELECT COALESCE(MAX(seq), 0) + 1 FROM events)
  OR NEW.previous_hash <> COALESCE((SELECT hash FROM events ORDER BY seq DESC LIMIT 1), '')
BEGIN SELECT RAISE(ABORT, 'an event goes to the end of the log'); END;
"""

_INTAKE = """
CREATE TABLE providers (
  npi TEXT PRIMARY KEY, first_name TEXT NOT NULL, last_name TEXT NOT NULL, middle_name TEXT, suffix TEXT,
  former_names TEXT NOT NULL, date_of_birth TEXT, gender TEXT, email TEXT, phone TEXT, address_1 TEXT, address_2 TEXT,
  city TEXT, state TEXT, zip TEXT, profession TEXT, taxonomy TEXT, specialty TEXT, supervisor_npi TEXT,
  languages TEXT NOT NULL, states_of_practice TEXT NOT NULL
) STRICT;
CREATE TABLE applications (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), signed_name TEXT, signed_on TEXT,
  received_at TEXT NOT NULL, source_file TEXT NOT NULL, source_sha256 TEXT NOT NULL, row_number INTEGER NOT NULL,
  disclosures TEXT NOT NULL
) STRICT;
CREATE INDEX applications_npi ON applications (npi, received_at);
CREATE TABLE received_forms (
  application_id TEXT PRIMARY KEY REFERENCES applications (id), npi TEXT NOT NULL, cells TEXT NOT NULL
) STRICT;
CREATE TABLE rejects (
  id TEXT PRIMARY KEY, source_file TEXT NOT NULL, source_sha256 TEXT NOT NULL, row_number INTEGER NOT NULL,
  outcome TEXT NOT NULL, npi TEXT, cells TEXT NOT NULL, errors TEXT NOT NULL, recorded_at TEXT NOT NULL,
  closed_at TEXT, closed_by TEXT
) STRICT;
CREATE TABLE cycles (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), kind TEXT NOT NULL, opened_on TEXT NOT NULL,
  closed_on TEXT
) STRICT;
CREATE INDEX cycles_npi ON cycles (npi, opened_on);
CREATE TABLE credentials (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), kind TEXT NOT NULL, jurisdiction TEXT,
  number TEXT, issuer TEXT, issued_on TEXT, effective_on TEXT, expires_on TEXT, details TEXT NOT NULL
) STRICT;
CREATE INDEX credentials_npi ON credentials (npi, kind);
CREATE INDEX credentials_expires_on ON credentials (expires_on);
CREATE TABLE work_history (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), kind TEXT NOT NULL, started_on TEXT NOT NULL,
  ended_on TEXT, employer TEXT, role TEXT, explanation TEXT
) STRICT;
CREATE INDEX work_history_npi ON work_history (npi, started_on);
CREATE VIEW licenses AS
  SELECT npi, jurisdiction AS state, number, json_extract(details, '$.type') AS type, issued_on, expires_on
  FROM credentials WHERE kind = 'license';
CREATE VIEW malpractice AS
  SELECT npi, issuer AS carrier, number AS policy_number, json_extract(details, '$.insured_name') AS insured_name,
    effective_on, expires_on, json_extract(details, '$.per_claim') AS per_claim,
    json_extract(details, '$.aggregate') AS aggregate
  FROM credentials WHERE kind = 'malpractice';
"""

_VERIFICATION = """
CREATE TABLE evidence (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL, source TEXT NOT NULL, key TEXT NOT NULL, address TEXT NOT NULL,
  fetched_at TEXT NOT NULL, sha256 TEXT NOT NULL, problem TEXT
) STRICT;
CREATE TABLE evidence_bodies (sha256 TEXT PRIMARY KEY, body BLOB NOT NULL) STRICT;
CREATE TABLE documents (
  sha256 TEXT NOT NULL, npi TEXT NOT NULL REFERENCES providers (npi), file_name TEXT NOT NULL, size INTEGER NOT NULL,
  added_at TEXT NOT NULL, actor TEXT NOT NULL, PRIMARY KEY (sha256, npi)
) STRICT;
CREATE TABLE verifications (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), "check" TEXT NOT NULL, subject TEXT NOT NULL,
  result TEXT NOT NULL, summary TEXT NOT NULL, verified_on TEXT NOT NULL, recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL, method TEXT NOT NULL, source TEXT NOT NULL, claims TEXT NOT NULL, comparisons TEXT NOT NULL,
  expires_on TEXT, advice TEXT, evidence TEXT NOT NULL, document TEXT, note TEXT, policy_sha256 TEXT NOT NULL
) STRICT;
CREATE INDEX verifications_npi ON verifications (npi, recorded_at);
CREATE INDEX verifications_expires_on ON verifications (expires_on) WHERE expires_on IS NOT NULL;
CREATE TABLE acceptances (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL, verification_id TEXT NOT NULL REFERENCES verifications (id),
  "check" TEXT NOT NULL, subject TEXT NOT NULL, reason TEXT NOT NULL, accepted_on TEXT NOT NULL,
  recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE INDEX acceptances_npi ON acceptances (npi, recorded_at);
CREATE TABLE lists (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, source_file TEXT NOT NULL, sha256 TEXT NOT NULL,
  published_on TEXT NOT NULL, published_stated INTEGER NOT NULL, acquired_on TEXT NOT NULL, "rows" INTEGER NOT NULL,
  added INTEGER NOT NULL, removed INTEGER NOT NULL, warnings INTEGER NOT NULL, recorded_at TEXT NOT NULL,
  actor TEXT NOT NULL
) STRICT;
CREATE INDEX lists_name ON lists (name, recorded_at);
CREATE TABLE list_entries (
  list_id TEXT NOT NULL REFERENCES lists (id), row_number INTEGER NOT NULL, last_name TEXT, first_name TEXT,
  middle_name TEXT, business_name TEXT, npi TEXT, date_of_birth TEXT, address TEXT, city TEXT, state TEXT, zip TEXT,
  general TEXT, specialty TEXT, upin TEXT, exclusion_type TEXT, excluded_on TEXT, reinstated_on TEXT, waiver_on TEXT,
  waiver_state TEXT, warning TEXT, PRIMARY KEY (list_id, row_number)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_entries_npi ON list_entries (list_id, npi) WHERE npi IS NOT NULL;
-- The names under which an entry is looked for: an index that can be made again, not a record.
CREATE TABLE list_keys (
  list_id TEXT NOT NULL, name_key TEXT NOT NULL, row_number INTEGER NOT NULL, PRIMARY KEY (list_id, name_key, row_number)
) STRICT, WITHOUT ROWID;
"""

_COMMITTEE = """
CREATE TABLE policies (
  sha256 TEXT PRIMARY KEY, name TEXT NOT NULL, effective_from TEXT NOT NULL, text TEXT NOT NULL,
  adopted_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE TABLE meetings (
  id TEXT PRIMARY KEY, held_on TEXT NOT NULL UNIQUE, status TEXT NOT NULL, recorded_at TEXT NOT NULL
) STRICT;
CREATE TABLE decisions (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), cycle_id TEXT NOT NULL REFERENCES cycles (id),
  outcome TEXT NOT NULL, decided_on TEXT NOT NULL, decided_by TEXT NOT NULL, meeting_id TEXT REFERENCES meetings (id),
  present TEXT NOT NULL, states TEXT NOT NULL, conditions TEXT NOT NULL, reason TEXT, override TEXT,
  track TEXT NOT NULL, track_reasons TEXT NOT NULL, revisit_on TEXT, policy_sha256 TEXT NOT NULL, gate TEXT NOT NULL,
  recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE INDEX decisions_npi ON decisions (npi, recorded_at);
"""

_NETWORK = """
CREATE TABLE payers (
  id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE COLLATE NOCASE, line TEXT NOT NULL, parent TEXT, aliases TEXT NOT NULL
) STRICT;
CREATE TABLE enrollments (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), payer_id TEXT NOT NULL REFERENCES payers (id),
  line TEXT NOT NULL, state TEXT NOT NULL, tax_id TEXT NOT NULL, status TEXT NOT NULL, status_reason TEXT,
  submitted_on TEXT, decided_on TEXT, effective_on TEXT, ended_on TEXT, reference TEXT, updated_at TEXT NOT NULL,
  UNIQUE (npi, payer_id, line, state, tax_id)
) STRICT;
CREATE INDEX enrollments_npi ON enrollments (npi, payer_id);
"""

#: Tables whose rows are never changed: a correction is a new record. The key is what names a row.
APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "events": ("seq",),
    "applications": ("id",),
    "received_forms": ("application_id",),
    "evidence": ("id",),
    "verifications": ("id",),
    "acceptances": ("id",),
    "lists": ("id",),
    "list_entries": ("list_id", "row_number"),
    "policies": ("sha256",),
    "decisions": ("id",),
}


def the_main_job(connection: sqlite3.Connection) -> None:
    """The tables of the main job, from the intake form to the payer's effective date."""
    guards = "".join(append_only(table, key) for table, key in APPEND_ONLY.items())
    for statement in statements(_LOG + _INTAKE + _VERIFICATION + _COMMITTEE + _NETWORK + guards):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
