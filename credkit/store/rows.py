"""How a record becomes a row, and a row a record again.

A `Table` is made from a record's dataclass: a column a field, in the same order. Dates become ISO text, enums their
value, everything nested JSON. The way back is compiled once a class, because a report reads millions of rows.
"""

import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

from credkit.canonical import canonical
from credkit.errors import IntegrityError

if TYPE_CHECKING:
    from pydantic import TypeAdapter

Record = TypeVar("Record")
Value = str | int | bytes | None


_AS_RECEIVED = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False)


class Table(Generic[Record]):
    """One table and the record its rows are."""

    def __init__(self, name: str, record: type[Record], key: tuple[str, ...] = ("id",), order: str = "rowid") -> None:
        assert is_dataclass(record)
        hints = get_type_hints(record)
        self.name = name
        self.record = record
        self.key = key
        self.columns = tuple(field.name for field in fields(record))
        self._values = attrgetter(*self.columns)
        self._defaults = {field.name: _written(field, hints[field.name]) for field in fields(record)}
        # Only the columns that change on the way, by their place in the row.
        self._read = [(n, read) for n, column in enumerate(self.columns) if (read := _reader(hints[column]))]
        self._write = [(n, write) for n, column in enumerate(self.columns) if (write := _writer(hints[column]))]
        quoted = ", ".join(f'"{column}"' for column in self.columns)
        self.select = f"SELECT {quoted} FROM {name}"
        self.order = order
        self.where_key = " AND ".join(f'"{column}" = ?' for column in key)
        self.insert = f"INSERT INTO {name} ({quoted}) VALUES ({', '.join('?' * len(self.columns))})"
        # A statement that names the key, if only to leave it as it is, has SQLite look through every table that refers to it.
        updated = ", ".join(f'"{column}" = ?' for column in self.columns if column not in key)
        self.update = f"UPDATE {name} SET {updated} WHERE {self.where_key}"
        self.delete = f"DELETE FROM {name} WHERE {self.where_key}"
        self._key_places = tuple(self.columns.index(column) for column in key)
        self._other_places = tuple(place for place, column in enumerate(self.columns) if column not in key)

    def row(self, record: Record) -> tuple[Value, ...]:
        """Return a record as the values of its row."""
        values = list(self._values(record))
        for place, write in self._write:
            if values[place] is not None:
                values[place] = write(values[place])
        return tuple(values)

    def read(self, row: Sequence[Any]) -> Record:
        """Return the record that a row holds. Raises IntegrityError where it holds what no verb of ours ever wrote."""
        values = list(row)
        try:
            for place, read in self._read:
                if values[place] is not None:
                    values[place] = read(values[place])
        except ValueError as error:
            raise IntegrityError(
                f"A row of the table {self.name} cannot be read: the store was changed by another program.",
                hint="Restore it from a backup; `credkit audit verify` says what differs.",
            ) from error
        return self.record(*values)

    def key_of(self, row: Sequence[Value]) -> tuple[Value, ...]:
        """Return the values that name a row."""
        return tuple(row[place] for place in self._key_places)

    def update_with(self, row: Sequence[Value]) -> tuple[Value, ...]:
        """Return the values that `update` asks for: the new ones, then those that name the row."""
        return (*(row[place] for place in self._other_places), *self.key_of(row))

    def named(self, row: Sequence[Value]) -> dict[str, Value]:
        """Return a row as column to value, as the log keeps it."""
        return dict(zip(self.columns, row, strict=True))

    def values_of(self, named: Mapping[str, Any]) -> list[Any]:
        """Return a row that the log keeps as values; a column younger than its event has the value of a new column."""
        return [named[column] if column in named else self._defaults[column] for column in self.columns]


def _written(field: Field[Any], hint: Any) -> Value:
    """Return a field's default as its column holds it; None where it has none."""
    write = _writer(hint)
    plain = None if field.default is MISSING else field.default
    return plain if plain is None or write is None else write(plain)


def _without_none(hint: Any) -> Any:
    if get_origin(hint) in {Union, types.UnionType}:
        kinds = [kind for kind in get_args(hint) if kind is not type(None)]
        return kinds[0]
    return hint


def _writer(hint: Any) -> Callable[[Any], Value] | None:
    kind = _without_none(hint)
    if kind is date:
        return date.isoformat
    if kind is bool:
        return int
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return str
    if kind in {str, int}:
        return None
    if kind == Mapping[str, str]:
        # Text under text is a form's cells, whose order is that of its columns.
        return _AS_RECEIVED.encode
    if get_origin(kind) is tuple:
        return lambda value: canonical(value) if value else "[]"
    return canonical


def _reader(hint: Any) -> Callable[[Any], Any] | None:
    kind = _without_none(hint)
    if kind is date:
        return date.fromisoformat
    if kind is bool:
        return bool
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        # A look-up in the enum's own table of members is three times faster than calling the enum.
        return {member.value: member for member in kind}.__getitem__
    if kind in {str, int}:
        return None
    origin, inner = get_origin(kind), get_args(kind)
    if origin is tuple:
        return _tuple_reader(kind, inner[0])
    if origin is Mapping and is_dataclass(inner[1]):
        return _records_reader(kind, "{}", dict)
    return _loads


# Most nested columns are empty, and reading JSON costs twenty times the comparison. What is not empty is read by
# pydantic's parser: twice as fast as `json`, and four times where it makes the records too. It is imported when a row
# needs it: a command that reads none starts sooner.


@cache
def _from_json() -> Callable[[str], Any]:
    from pydantic_core import from_json

    return from_json


def _loads(text: str) -> Any:
    return {} if text == "{}" else _from_json()(text)


def _tuple_reader(kind: Any, inner: Any) -> Callable[[str], Any]:
    if is_dataclass(inner):
        return _records_reader(kind, "[]", tuple)
    if get_origin(inner) is tuple:
        return lambda text: () if text == "[]" else tuple(tuple(item) for item in _from_json()(text))
    return lambda text: () if text == "[]" else tuple(_from_json()(text))


def _records_reader(kind: Any, empty: str, nothing: Callable[[], Any]) -> Callable[[str], Any]:
    @cache
    def adapter() -> "TypeAdapter[Any]":
        from pydantic import TypeAdapter

        return TypeAdapter(kind)

    return lambda text: nothing() if text == empty else adapter().validate_json(text)
