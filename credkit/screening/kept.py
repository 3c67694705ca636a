"""An index as bytes, so that it need not be made again: a cache, which changes no answer."""

import io
import unicodedata
from dataclasses import fields, is_dataclass
from functools import cache
from hashlib import blake2b
from importlib.metadata import version
from typing import Any

import numpy as np

from credkit.screening.columns import Forms, Records, Whole
from credkit.screening.index import Index
from credkit.screening.score import weights
from credkit.version import __version__

#: Libraries that a name's keys are made by: its sound, and what it is short for.
_MAKERS = ("jellyfish", "nicknames")


@cache
def made_by() -> str:
    """Return a name for all that an index is made by beside the rows. People's keys are made anew each time, so that an
    index by another credkit, library or Unicode than theirs could hide a row."""
    parts = (weights().version, __version__, unicodedata.unidata_version, *map(version, _MAKERS))
    return blake2b(" ".join(parts).encode(), digest_size=6).hexdigest()


def to_bytes(index: Index, numbers: Whole) -> bytes:
    """Return an index, and the number of the record that stands at each of its places, as bytes."""
    out = io.BytesIO()
    np.savez(out, numbers=numbers, **_flattened(index, ""))
    return out.getvalue()


def from_bytes(content: bytes) -> tuple[Index, Whole]:
    """Return what `to_bytes` made into bytes.

    Anything else raises OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile or zlib.error: numpy reads a zip.
    """
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        found = {name: arrays[name] for name in arrays.files}
    rows: dict[str, Any] = {name: found[f"rows.{name}"] for name in _names(Records) if name not in {"lasts", "firsts"}}
    rows |= {
        role: Forms(**{name: _read(found[f"rows.{role}.{name}"]) for name in _names(Forms)})
        for role in ("lasts", "firsts")
    }
    return Index(Records(**rows), found["keys"]), found["numbers"]


def _names(record: type[Any]) -> list[str]:
    # Rows have no licenses left to read.
    return [field.name for field in fields(record) if field.name != "held"]


def _flattened(value: Any, path: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in _names(type(value)):
        part = getattr(value, name)
        if is_dataclass(part):
            found |= _flattened(part, f"{path}{name}.")
        else:
            found[path + name] = (
                part if isinstance(part, np.ndarray) else np.frombuffer("\n".join(part).encode(), np.uint8)
            )
    return found


def _read(array: Any) -> Any:
    return array.tobytes().decode().split("\n") if array.dtype == np.uint8 else array
