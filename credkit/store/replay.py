"""The record tables rebuilt from the log alone, and held against those in the store."""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from credkit.errors import UsageError
from credkit.records import Event
from credkit.store import tables
from credkit.store.door import honest
from credkit.store.log import Log
from credkit.store.rows import Table

_BY_NAME = {table.name: table for table in tables.REPLAYED}


def replay(events: Iterable[Event], connection: sqlite3.Connection) -> None:
    """Write what the events say into empty tables: a row in `after` stands, one in `before` alone is gone."""
    for table in tables.REPLAYED:
        columns = ", ".join(f'"{column}"' for column in table.columns)
        key = ", ".join(f'"{column}"' for column in table.key)
        connection.execute(f"CREATE TABLE {table.name} ({columns}, PRIMARY KEY ({key}))")
    for event in events:
        after = json.loads(event.after)
        after.pop("counted", None)
        for name, rows in json.loads(event.before).items():
            for row in rows:
                _remove(connection, name, row)
        for name, rows in after.items():
            for row in rows:
                connection.execute(_BY_NAME[name].insert, _BY_NAME[name].values_of(row))


def _remove(connection: sqlite3.Connection, name: str, row: dict[str, Any]) -> None:
    table = _BY_NAME[name]
    connection.execute(table.delete, [row[column] for column in table.key])


def differences(store: Log) -> Iterator[str]:
    """Say, for each record table, how many of its rows the log does not account for, and name the first of each.

    The rebuilt tables stand in a temporary file, so that memory stays flat.
    """
    with _beside(store.path) as path:
        try:
            with closing(sqlite3.connect(path, isolation_level=None)) as connection:
                connection.execute("PRAGMA journal_mode = OFF")
                connection.execute("PRAGMA synchronous = OFF")
                connection.execute("BEGIN")
                replay(store.events(), connection)
                connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise honest(error, path) from error
        store.rows("ATTACH ? AS replayed", (str(path),))
        try:
            for table in tables.REPLAYED:
                yield from _compared(table, store)
        finally:
            store.rows("DETACH replayed")


@contextmanager
def _beside(store: Path) -> Iterator[Path]:
    """Give an empty file for as long as it is needed, beside the store and as closed as it: it will hold all that the
    store holds, dates of birth too."""
    try:
        folder = TemporaryDirectory(prefix=f"{store.name}.verify-", dir=store.parent)
    except OSError as error:
        raise UsageError(
            f"The tables cannot be held against the log: no file can be made in {store.parent}: {error.strerror}.",
            hint="Verify it as somebody who may write there, or verify a copy of the store.",
        ) from error
    with folder:
        path = Path(folder.name) / "replayed.db"
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        yield path


def _compared(table: Table[Any], store: Log) -> Iterator[str]:
    columns = ", ".join(f'"{column}"' for column in table.columns)
    stored, logged = f"SELECT {columns} FROM main.{table.name}", f"SELECT {columns} FROM replayed.{table.name}"
    place = table.columns.index(table.key[0])
    for rows, words in (
        (store.rows(f"{logged} EXCEPT {stored}"), "changed or removed"),
        (store.rows(f"{stored} EXCEPT {logged}"), "changed or added"),
    ):
        if rows:
            yield f"{table.name}: {len(rows)} rows {words} outside the log, the first {rows[0][place]}"
