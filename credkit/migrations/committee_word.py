"""What a second person would not confirm, and no row moved into what was attested."""

import sqlite3

from credkit.migrations.writing import append_only, statements

_WORDS = "attested minutes are frozen: a correction is an addendum"
_REFUSALS = """
CREATE TABLE refusals (
  id TEXT PRIMARY KEY, decision_id TEXT NOT NULL UNIQUE REFERENCES decisions (id), npi TEXT NOT NULL,
  reason TEXT NOT NULL, refused_on TEXT NOT NULL, recorded_at TEXT NOT NULL, actor TEXT NOT NULL
) STRICT;
CREATE INDEX refusals_npi ON refusals (npi);
"""


def committee_word(connection: sqlite3.Connection) -> None:
    """An approval past the gate may be refused, which ends it; and attendance and dockets are not moved into a meeting
    whose minutes are attested."""
    guards = append_only("refusals", ("id",)) + "".join(
        f"CREATE TRIGGER {table}_frozen_moved BEFORE UPDATE ON {table}\n"
        f"WHEN (SELECT attested_at FROM meetings WHERE id = NEW.meeting_id) IS NOT NULL\n"
        f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END;\n"
        for table in ("attendance", "docket")
    )
    for statement in statements(_REFUSALS + guards):
        connection.execute(statement)
