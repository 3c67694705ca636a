"""What was attested stays: nothing is added to it, taken from it or changed, and its text is kept as it was read out."""

import sqlite3

from credkit.migrations.writing import append_only, statements

_WORDS = "attested minutes are frozen: a correction is an addendum"
_REFUSE = f"BEGIN SELECT RAISE(ABORT, '{_WORDS}'); END;"


def _frozen(table: str, meeting_of: str, events: tuple[str, ...]) -> str:
    """Return the guards of a table whose rows belong to a meeting: `meeting_of` is the meeting's id, of NEW or OLD as ROW."""
    made = ""
    for event in events:
        row = "OLD" if event == "DELETE" else "NEW"
        attested = f"(SELECT attested_at FROM meetings WHERE id = {meeting_of.replace('ROW', row)}) IS NOT NULL"
        made += f"CREATE TRIGGER {table}_frozen_{event.lower()} BEFORE {event} ON {table} WHEN {attested} {_REFUSE}\n"
    return made


_KEPT = """
ALTER TABLE docket ADD COLUMN claims_sha256 TEXT;
CREATE TABLE minutes (
  meeting_id TEXT PRIMARY KEY REFERENCES meetings (id), paper TEXT NOT NULL, sha256 TEXT NOT NULL
) STRICT;
"""


def frozen_minutes(connection: sqlite3.Connection) -> None:
    """Attested minutes are kept as text, and everything that they tell is closed to additions and removals too. A condition
    may still be met."""
    of_decision = "(SELECT meeting_id FROM decisions WHERE id = ROW.decision_id)"
    guards = (
        append_only("minutes", ("meeting_id",))
        + "".join(_frozen(table, "ROW.meeting_id", ("INSERT", "DELETE")) for table in ("attendance", "docket"))
        + "".join(_frozen(table, "ROW.meeting_id", ("INSERT",)) for table in ("motions", "votes", "decisions"))
        + _frozen("conditions", of_decision, ("INSERT", "DELETE"))
        + f"CREATE TRIGGER meetings_frozen_delete BEFORE DELETE ON meetings WHEN OLD.attested_at IS NOT NULL {_REFUSE}\n"
        + "CREATE TRIGGER conditions_frozen_words BEFORE UPDATE OF decision_id, npi, text, owner, due_on ON conditions\n"
        + "WHEN (OLD.decision_id, OLD.npi, OLD.text, OLD.owner, OLD.due_on)"
        + " IS NOT (NEW.decision_id, NEW.npi, NEW.text, NEW.owner, NEW.due_on)\n"
        + f"AND (SELECT attested_at FROM meetings WHERE id = {of_decision.replace('ROW', 'OLD')}) IS NOT NULL {_REFUSE}\n"
    )
    for statement in statements(_KEPT + guards):
        connection.execute(statement)
