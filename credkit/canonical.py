"""The one form of JSON that hashes are taken of: keys sorted, no spaces, UTF-8 kept."""

import json
from dataclasses import fields, is_dataclass
from datetime import date
from functools import cache
from typing import Any


def canonical(value: Any) -> str:
    """Write a value, records and days in it included, as canonical JSON."""
    return _CANONICAL.encode(value)


@cache
def _names(record: type[Any]) -> tuple[str, ...]:
    return tuple(field.name for field in fields(record))


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        # What is nested comes here in its turn; `asdict` would copy all of it first.
        return {name: getattr(value, name) for name in _names(type(value))}
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


# Made once: `json.dumps` makes an encoder a call, and an imported row is a dozen calls.
_CANONICAL = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=_plain)
