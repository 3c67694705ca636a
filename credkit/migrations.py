"""The schema's history: named steps, each in its transaction, applied in order and never changed once released.

Every table is STRICT and holds text, whole numbers or blobs; dates are ISO text and lists are JSON, so that another
tool's connection finds readable tables. The views (licenses, malpractice, ...) are there for people who open the file
with other tools.
"""

import sqlite3
from collections.abc import Callable, Iterator

from credkit.records import facts_digest

#: Marks a database file as credkit's ("crdk"), in SQLite's own header field for it.
APPLICATION_ID = 0x6372646B

MIGRATIONS_TABLE = "_sqlite_migrations"

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


def _statements(script: str) -> Iterator[str]:
    """Split a script into whole statements. `executescript` would commit the migration's own transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def _append_only(table: str, key: tuple[str, ...]) -> str:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} are append-only: a correction is a new record'); END;"
    return f"""
CREATE TRIGGER {table}_not_updated BEFORE UPDATE ON {table} {refuse}
CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} {refuse}
CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}
"""


def the_main_job(connection: sqlite3.Connection) -> None:
    """The tables of the main job, from the intake form to the payer's effective date."""
    guards = "".join(_append_only(table, key) for table, key in APPEND_ONLY.items())
    for statement in _statements(_LOG + _INTAKE + _VERIFICATION + _COMMITTEE + _NETWORK + guards):
        connection.execute(statement)
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")


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
_FIRST_FACTS = (
    "last_name", "first_name", "middle_name", "business_name", "npi", "date_of_birth", "address", "city", "state",
    "zip", "general", "specialty", "upin", "exclusion_type", "excluded_on", "reinstated_on", "waiver_on",
    "waiver_state",
)  # fmt: skip


def _unchangeable(table: str) -> str:
    """Guards without the one on insertion, which would cost a load dear: what was put in over a row shows in the
    digests that the log holds."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} are append-only: a correction is a new record'); END;"
    return f"""
CREATE TRIGGER {table}_not_updated BEFORE UPDATE ON {table} {refuse}
CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} {refuse}
"""


def screening_lists(connection: sqlite3.Connection) -> None:
    """Rows of lists are kept once for all versions that have them, with the facts that other lists than the LEIE give;
    the file is kept too. The name keys go: a matcher makes its index from the rows."""
    for statement in _statements(_SCREENING_LISTS):
        connection.execute(statement)
    columns = ", ".join(_FIRST_FACTS)
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
    guards = _append_only("list_files", ("sha256",)) + _append_only("list_checks", ("id",))
    guards += _append_only("list_runs", ("list_id", "first_row")) + _unchangeable("list_records")
    for statement in _statements(_LIST_ENTRIES + guards):
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
    guards = "".join(_append_only(table, ("id",)) for table in ("hits", "resolutions", "confirmations", "screenings"))
    for statement in _statements(_SCREENING_WORK + guards):
        connection.execute(statement)


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
    guards = _append_only("nppes_files", ("id",)) + _append_only("nppes_rows", ("npi", "file_id"))
    for statement in _statements(_NPPES_FILE + guards):
        connection.execute(statement)


_FILINGS = """
-- A paper filed under a provider; its content is a row of documents, and a file in the folder beside the store.
CREATE TABLE filings (
  id TEXT PRIMARY KEY, npi TEXT NOT NULL REFERENCES providers (npi), sha256 TEXT NOT NULL, kind TEXT NOT NULL,
  credential TEXT, issued_on TEXT, expires_on TEXT, received_from TEXT, received_on TEXT NOT NULL,
  file_name TEXT NOT NULL, media_type TEXT NOT NULL, filed_at TEXT NOT NULL, actor TEXT NOT NULL, fields TEXT NOT NULL,
  FOREIGN KEY (sha256, npi) REFERENCES documents (sha256, npi)
) STRICT;
CREATE INDEX filings_npi ON filings (npi, kind);
CREATE INDEX filings_sha256 ON filings (sha256);
CREATE INDEX filings_expires_on ON filings (expires_on) WHERE expires_on IS NOT NULL;
CREATE TABLE filing_reviews (
  id TEXT PRIMARY KEY, filing_id TEXT NOT NULL REFERENCES filings (id), npi TEXT NOT NULL, accepted INTEGER NOT NULL,
  reason TEXT, reviewed_on TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE INDEX filing_reviews_npi ON filing_reviews (npi);
"""


def papers_filed(connection: sqlite3.Connection) -> None:
    """Papers filed under a provider, and what a person made of each. What is kept of a paper's content is not changed any
    more, either."""
    guards = _append_only("filings", ("id",)) + _append_only("filing_reviews", ("id",))
    for statement in _statements(_FILINGS + guards + _append_only("documents", ("sha256", "npi"))):
        connection.execute(statement)


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
    guards = "".join(_append_only(table, ("id",)) for table in ("caqh_files", "caqh_profiles", "caqh_roster_rows"))
    for statement in _statements(_CAQH + guards):
        connection.execute(statement)


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
    guards = "".join(_append_only(table, ("id",)) for table in kept)
    for statement in _statements(_COMMITTEE_WORK + guards):
        connection.execute(statement)


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
    for statement in _statements(_PORTAL):
        connection.execute(statement)


#: Every step, oldest first. A step's name is its function's; neither changes once released.
STEPS: tuple[Callable[[sqlite3.Connection], None], ...] = (
    the_main_job,
    screening_lists,
    screening_work,
    nppes_file,
    caqh,
    papers_filed,
    committee_work,
    portal,
)


def names() -> tuple[str, ...]:
    """Return the names of every step that this credkit knows, oldest first."""
    return tuple(step.__name__ for step in STEPS)


def apply(connection: sqlite3.Connection) -> None:
    """Bring the schema up to date, inside the transaction that the caller has begun (IMMEDIATE, so that two first runs
    at once cannot meet half-way)."""
    from sqlite_utils import Database, Migrations

    migrations = Migrations("credkit")
    for step in STEPS:
        migrations(name=step.__name__)(lambda _database, step=step: step(connection))
    migrations.apply(Database(connection, execute_plugins=False))
