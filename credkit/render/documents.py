"""JSON, NDJSON and CSV: for programs, and never half-written."""

import csv
import json
import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from credkit.harmless import CONTROLS, clean, guard
from credkit.render.listing import Listing


def write_json(listing: Listing[Any], to: IO[str], generated_at: datetime, *, in_memory: int) -> None:
    """Write one object. The items are spooled first: what fails on the way leaves nothing written at all."""
    with SpooledTemporaryFile(max_size=in_memory, mode="w+", encoding="utf-8", newline="") as spool:
        separator = "\n    "
        for item in listing.items:
            spool.write(separator + printable(item.model_dump_json()))
            separator = ",\n    "
        spool.seek(0)
        policy = listing.policy
        head = {
            "schema": listing.schema,
            "generated_at": generated_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "on": listing.on.isoformat() if listing.on else None,
            "policy": {"name": policy.name, "sha256": policy.sha256} if policy else None,
            "counts": dict(listing.counts),
        }
        to.write("{\n")
        to.writelines(f'  "{name}": {_json(value)},\n' for name, value in head.items())
        to.write('  "items": [')
        shutil.copyfileobj(spool, to)
        to.write("\n  ],\n" if separator.startswith(",") else "],\n")
        to.write(f'  "warnings": {_json(listing.warnings)}\n}}\n')


def write_ndjson(listing: Listing[Any], to: IO[str]) -> None:
    """Write one item a line, without an envelope."""
    to.writelines(printable(item.model_dump_json()) + "\n" for item in listing.items)


def _json(value: Any) -> str:
    return printable(json.dumps(value, ensure_ascii=False))


def printable(text: str) -> str:
    """Escape, in JSON, the controls that its rules leave as they are and a terminal obeys."""
    if text.isascii() and "\x7f" not in text:
        return text
    return CONTROLS.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def write_csv(listing: Listing[Any], to: IO[str], fields: Sequence[str]) -> None:
    """Write a header of field names, also where there is no item, and a line an item; lists are joined with "; ", what is nested is JSON. A cell that
    a spreadsheet would take for a formula gets an apostrophe before it."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow(fields)
    for item in listing.items:
        plain = item.model_dump(mode="json")
        writer.writerow([_cell(plain[name]) for name in fields])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return guard(clean("; ".join(value)))
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return str(value)
    return guard(clean(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)))
