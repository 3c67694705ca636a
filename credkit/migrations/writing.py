"""How a step of the schema is written: whole statements, and the guards of what is never changed."""

import sqlite3
from collections.abc import Iterator


def statements(script: str) -> Iterator[str]:
    """Split a script into whole statements. `executescript` would commit the migration's own transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def append_only(table: str, key: tuple[str, ...]) -> str:
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} are append-only: a correction is a new record'); END;"
    return f"""
CREATE TRIGGER {table}_not_updated BEFORE UPDATE ON {table} {refuse}
CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} {refuse}
CREATE TRIGGER {table}_not_replaced BEFORE INSERT ON {table} WHEN EXISTS (SELECT 1 FROM {table} WHERE {same}) {refuse}
"""


def unchangeable(table: str) -> str:
    """Guards without the one on insertion, which would cost a load dear: what was put in over a row shows in the
    digests that the log holds."""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} are append-only: a correction is a new record'); END;"
    return f"""
CREATE TRIGGER {table}_not_updated BEFORE UPDATE ON {table} {refuse}
CREATE TRIGGER {table}_not_deleted BEFORE DELETE ON {table} {refuse}
"""
