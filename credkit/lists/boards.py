"""A license board's downloaded file as a source: the rows of the version in force that bear a license number.

Its rows are kept as those of every list are, in an entry's facts: `license_number`; the names; `general` is the license's
type and `exclusion_type` its status, in the board's words; `ends_on` and `excluded_on` are the days of its expiry and its
issue; `specialty` is what the board says of discipline, `reference` a link. `columnmap.BOARD_WORDS` says the same to maps.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from zlib import crc32

import numpy as np
import numpy.typing as npt

from credkit import clock
from credkit.canonical import canonical
from credkit.records import BoardAnswer, BoardName, BoardRecord, Evidence, ListEntry, ListVersion, SourceRef
from credkit.reference.license_numbers import keys, same_number
from credkit.store import Store

PREFIX = "board:"
_NO_DISCIPLINE = frozenset({"", "n", "no", "none", "false", "0", "-", "--", "n/a"})
_FACTS = (
    "license_number", "first_name", "middle_name", "last_name", "suffix", "business_name", "aliases", "general",
    "exclusion_type", "ends_on", "excluded_on", "specialty", "reference", "warning",
)  # fmt: skip

Whole = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class _Numbers:
    """Which rows of a version may bear a number: checksums of the numbers' keys in order, and beside each its row."""

    version: ListVersion
    sums: Whole = field(repr=False)
    rows: Whole = field(repr=False)

    def rows_of(self, number: str) -> list[int]:
        found: set[int] = set()
        for key in keys(number):
            one = crc32(key.encode())
            first, last = np.searchsorted(self.sums, (one, one + 1))
            found.update(self.rows[first:last].tolist())
        return sorted(found)


class BoardFiles:
    """The boards whose files are loaded. The numbers of a file are read once, at its first look-up."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._numbers: dict[str, _Numbers] = {}

    def look_up(self, ref: SourceRef) -> Evidence | None:
        """Return what a board's file says of a license number; None where no file of that board is loaded."""
        numbers = self._numbers.get(ref.name)
        if numbers is None:
            version = self._store.list_version(ref.name)
            if version is None:
                return None
            numbers = self._numbers[ref.name] = self._read(version)
        entries = self._store.list_entries_at(numbers.version, numbers.rows_of(ref.key))
        own = [entry for entry in entries if same_number(ref.key, entry.license_number)]
        body = canonical(
            {
                "list": numbers.version.address,
                "published_on": numbers.version.published_on.isoformat(),
                "rows": [_written(entry) for entry in own],
            }
        ).encode()
        return evidence_from_body(ref, body, numbers.version.address, clock.stamp(clock.now()))

    def _read(self, version: ListVersion) -> _Numbers:
        sums, rows = [], []
        for row, number in self._store.list_columns(version, ("row_number", "license_number")):
            for key in keys(number):
                sums.append(crc32(key.encode()))
                rows.append(row)
        order = np.argsort(np.array(sums, dtype=np.int64), kind="stable")
        return _Numbers(version, np.array(sums, dtype=np.int64)[order], np.array(rows, dtype=np.int64)[order])


def evidence_from_body(ref: SourceRef, body: bytes, address: str, fetched_at: str) -> Evidence:
    """Judge what was kept of a board's file, just now or long ago, as its answer to a license number."""
    told = json.loads(body)
    facts = BoardAnswer(
        state=ref.name.removeprefix(PREFIX),
        records=tuple(dict.fromkeys(_record(row) for row in told["rows"])),
        as_of=date.fromisoformat(told["published_on"]),
        # Whether a file has everybody who ever was licensed, only its publisher knows.
        complete=False,
    )
    return Evidence(ref, address, fetched_at, body=body, sha256=hashlib.sha256(body).hexdigest(), facts=facts)


def _written(entry: ListEntry) -> dict[str, object]:
    """Return what counts of a row; never a date of birth."""
    facts = {name: getattr(entry, name) for name in _FACTS}
    return {name: value.isoformat() if isinstance(value, date) else value for name, value in facts.items() if value} | {
        "row": entry.row_number
    }


def _record(row: dict[str, object]) -> BoardRecord:
    said = {name: str(value) for name, value in row.items() if not isinstance(value, list)}
    aliases = row.get("aliases")
    others = [BoardName(whole=str(alias)) for alias in aliases] if isinstance(aliases, Iterable) else []
    name = BoardName(
        said.get("first_name", ""), said.get("last_name", ""), said.get("middle_name", ""), said.get("suffix", "")
    )
    if not name.text:
        name = BoardName(whole=said.get("business_name", ""))
    discipline = said.get("specialty", "")
    expires = said.get("ends_on")
    doubts = [said["warning"]] if "warning" in said else []
    if not expires:
        doubts.append("the date of expiry is blank")
    return BoardRecord(
        number=said["license_number"],
        names=(name, *others),
        license_type=said.get("general", ""),
        status=said.get("exclusion_type", ""),
        expires_on=date.fromisoformat(expires) if expires else None,
        issued_on=date.fromisoformat(said["excluded_on"]) if "excluded_on" in said else None,
        discipline=_discipline(discipline),
        link=said.get("reference", ""),
        doubts=tuple(doubts),
    )


def _discipline(text: str) -> tuple[str, ...]:
    if text.casefold() in _NO_DISCIPLINE:
        return ()
    return (f"board action: {text}" if text.casefold() in {"y", "yes", "true", "1"} else text,)
