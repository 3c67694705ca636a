"""How a record becomes a row, and a row a record again.

A `Table` is made from a record's dataclass: a column a field, in the same order. Dates become ISO text, enums their
value, everything nested JSON. The way back is compiled once a class, because a report reads millions of rows.
"""

import json
import types
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Generic, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
Value = str | int | bytes | None


def canonical(value: Any) -> str:
    """Write JSON in the one form that hashes are taken of: keys sorted, no spaces, UTF-8 kept."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


class Table(Generic[Record]):
    """One table and the record its rows are."""

    def __init__(self, name: str, record: type[Record], key: tuple[str, ...] = ("id",), order: str = "rowid") -> None:
        assert is_dataclass(record)
        hints = get_type_hints(record)
        self.name = name
        self.record = record
        self.key = key
        self.columns = tuple(field.name for field in fields(record))
        # Only the columns that change on the way, by their place in the row.
        self._read = [(n, read) for n, column in enumerate(self.columns) if (read := _reader(hints[column]))]
        self._write = [(n, write) for n, column in enumerate(self.columns) if (write := _writer(hints[column]))]
        quoted = ", ".join(f'"{column}"' for column in self.columns)
        self.select = f"SELECT {quoted} FROM {name}"
        self.order = order
        self.where_key = " AND ".join(f'"{column}" = ?' for column in key)
        self.insert = f"INSERT INTO {name} ({quoted}) VALUES ({', '.join('?' * len(self.columns))})"
        updated = ", ".join(f'"{column}" = ?' for column in self.columns)
        self.update = f"UPDATE {name} SET {updated} WHERE {self.where_key}"
        self.delete = f"DELETE FROM {name} WHERE {self.where_key}"
        self._key_places = tuple(self.columns.index(column) for column in key)

    def row(self, record: Record) -> tuple[Value, ...]:
        """Return a record as the values of its row."""
        values = [getattr(record, column) for column in self.columns]
        for place, write in self._write:
            if values[place] is not None:
                values[place] = write(values[place])
        return tuple(values)

    def read(self, row: Sequence[Any]) -> Record:
        """Return the record that a row holds."""
        values = list(row)
        for place, read in self._read:
            if values[place] is not None:
                values[place] = read(values[place])
        return self.record(*values)

    def key_of(self, row: Sequence[Value]) -> tuple[Value, ...]:
        """Return the values that name a row."""
        return tuple(row[place] for place in self._key_places)

    def named(self, row: Sequence[Value]) -> dict[str, Value]:
        """Return a row as column to value, as the log keeps it."""
        return dict(zip(self.columns, row, strict=True))


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
        return _tuple_reader(inner[0])
    if origin is Mapping and is_dataclass(inner[1]):
        return _mapping_reader(inner[1])
    return _loads


def _loads(text: str) -> Any:
    # Most nested columns are empty; JSON's reader costs twenty times this comparison.
    return {} if text == "{}" else json.loads(text)


def _tuple_reader(inner: Any) -> Callable[[str], Any]:
    if is_dataclass(inner):
        return lambda text: () if text == "[]" else tuple(inner(**item) for item in json.loads(text))  # type: ignore[operator]
    if get_origin(inner) is tuple:
        return lambda text: () if text == "[]" else tuple(tuple(item) for item in json.loads(text))
    return lambda text: () if text == "[]" else tuple(json.loads(text))


def _mapping_reader(inner: Any) -> Callable[[str], Any]:
    return lambda text: {} if text == "{}" else {key: inner(**value) for key, value in json.loads(text).items()}
