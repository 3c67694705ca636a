"""Putting a new version of an exclusion list in force: all of it, or the old one stays."""

import threading
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from credkit import clock
from credkit.errors import InputRejected, Refused, UsageError
from credkit.lists.known import KnownList, known_list
from credkit.lists.opening import ListFile, take_in
from credkit.policy import Policy
from credkit.records import ListEntry, ListVersion
from credkit.store import Store, new_id
from credkit.store.lists import ListRows, PackedFile, pack, rows_digest

if TYPE_CHECKING:
    from credkit.lists.columnmap import ListMap

#: Of the rows set aside, so many are named in the receipt; all are counted.
_NAMED = 50


@dataclass(frozen=True, slots=True)
class Fetched:
    """Where a file was fetched from, and what the server said of it."""

    address: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class Loaded:
    """What loading a file did. `new` is False where it is the very file that is in force; `notes` are sentences for
    whoever loads it."""

    version: ListVersion
    new: bool
    notes: tuple[str, ...] = ()


def load(
    store: Store,
    name: str,
    path: Path,
    policy: Policy,
    *,
    published_on: date | None,
    today: date,
    column_map: "ListMap | None" = None,
    dry_run: bool = False,
    fetched: Fetched | None = None,
) -> Loaded:
    """Load a file as the version in force of a list, and return its receipt; with `dry_run` only the receipt.

    The very file that is in force changes nothing. Raises InputRejected for a file that is not the list, or that lost
    more rows than the policy's `max_shrink` allows, and Refused for an older one: then the version in force stays.
    """
    known = known_list(name, column_map)
    if published_on and published_on > today:
        raise UsageError(f"The publication date {published_on} is in the future.")
    raw = take_in(path, known.hint)
    before = store.list_version(known.name)
    if before and before.sha256 == raw.sha256 and published_on in {None, before.published_on}:
        return Loaded(before, new=False)
    packing = _InBackground(lambda: pack(raw.content, raw.sha256, packed=raw.packed))
    file = known.parse(raw)
    if not file.rows:
        raise InputRejected(
            f"{path}: none of its {len(file.set_aside):,} rows can be used.",
            hint=known.hint,
            details=[f"row {number}: {reason}" for number, reason in file.set_aside[:10]],
        )
    published = published_on or estimated_day(path, file.table.column("excluded_on"), today)
    with store.batch():
        # Looked up again where nobody else can load: what is compared is what is replaced.
        before = store.list_version(known.name)
        _refuse_worse(known, path, file, before, published, policy)
        version = _receipt(store, known, file, before, published, today)
        version = replace(version, published_stated=published_on is not None)
        if fetched:
            version = replace(
                version, fetched_from=fetched.address, etag=fetched.etag, last_modified=fetched.last_modified
            )
        if not dry_run:
            store.load_list(version, file.table, packing.result())
    return Loaded(version, new=True, notes=file.notes)


class _InBackground:
    """Packing and hashing let go of Python's lock, so that the other core does them while the rows are read."""

    def __init__(self, work: Callable[[], PackedFile]) -> None:
        self._work = work
        self._done: PackedFile | None = None
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        self._done = self._work()

    def result(self) -> PackedFile:
        self._thread.join()
        assert self._done is not None
        return self._done


def _refuse_worse(
    known: KnownList, path: Path, file: ListFile, before: ListVersion | None, published: date, policy: Policy
) -> None:
    """Refuse what would replace a list by an older one, or by one of which too much is gone."""
    if before is None:
        return
    if published < before.published_on:
        raise Refused(
            f"{path} was published on {published}, before the {known.name} in force ({before.published_on}).",
            hint="The version in force stays. Where the day is wrong, give it: --published DATE.",
        )
    if before.sha256 == file.sha256 and before.published_stated:
        raise Refused(
            f"{path} is the very file that is in force, published on {before.published_on}: it cannot be newer.",
            hint="Fetch the list again.",
        )
    if file.rows < before.rows * (1 - policy.exclusions.max_shrink):
        aside = f" ({len(file.set_aside):,} more cannot be used)" if file.set_aside else ""
        raise InputRejected(
            f"{path} has {file.rows:,} rows{aside}, the {known.name} in force {before.rows:,}: too many are gone.",
            hint=f"The policy allows to lose {policy.exclusions.max_shrink:.0%}. The version in force stays.",
        )


def _receipt(
    store: Store, known: KnownList, file: ListFile, before: ListVersion | None, published: date, today: date
) -> ListVersion:
    added, removed, changed = _differences(store, before, file.table)
    return ListVersion(
        id=new_id(),
        name=known.name,
        source_file=file.path.name,
        sha256=file.sha256,
        published_on=published,
        published_stated=False,
        acquired_on=today,
        rows=file.rows,
        added=added,
        removed=removed,
        warnings=file.warnings,
        recorded_at=clock.stamp(clock.now()),
        actor=store.actor,
        changed=changed,
        set_aside=len(file.set_aside),
        set_aside_rows=file.set_aside[:_NAMED],
        rows_digest=rows_digest(file.table.digests),
    )


def estimated_day(path: Path, excluded_on: Iterable[str], today: date) -> date:
    """Return the newest exclusion that has come: a list cannot be older than what it says. Rows dated ahead prove
    nothing, so the estimate errs towards too old, which blocks, and never towards fresh."""
    newest = max((day for day in excluded_on if day and day <= today.isoformat()), default=None)
    if newest is None:
        raise InputRejected(
            f"{path} bears no date from which its publication could be told.", hint="Give --published DATE."
        )
    return date.fromisoformat(newest)


def _differences(store: Store, before: ListVersion | None, rows: ListRows) -> tuple[int, int, int]:
    """Count the rows that only the new version has, those that only the old one had, and among these the pairs that
    are one person's row, changed."""
    if before is None:
        return len(rows), 0, 0
    added, removed = store.list_differences(before, rows.digests)
    return len(added), len(removed), _changed(store.list_entries_at(before, removed), rows.entries(added))


def _changed(removed: Iterable[ListEntry], added: Iterable[ListEntry]) -> int:
    """Count removed rows that came back changed: the same names with the same date of birth, or the same NPI or
    reference."""
    left = Counter(_identities(entry) for entry in removed)
    by_key: dict[object, list[frozenset[object]]] = {}
    for identities in left:
        for key in identities:
            by_key.setdefault(key, []).append(identities)
    changed = 0
    for entry in added:
        same = (keys for key in _identities(entry) for keys in by_key.get(key, ()) if left[keys])
        found = next(same, None)
        if found is not None:
            left[found] -= 1
            changed += 1
    return changed


def _identities(entry: ListEntry) -> frozenset[object]:
    keys: set[object] = set()
    names = (entry.last_name, entry.first_name, entry.middle_name, entry.business_name)
    if any(names):
        keys.add((*names, entry.date_of_birth))
    if entry.npi:
        keys.add(("npi", entry.npi))
    if entry.reference:
        keys.add(("reference", entry.reference))
    return frozenset(keys)
