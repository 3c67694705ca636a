"""Putting a new version of an exclusion list in force: all of it, or the old one stays."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields
from datetime import date
from pathlib import Path

from credkit import clock
from credkit.errors import InputRejected, Refused, UsageError, did_you_mean
from credkit.lists import leie
from credkit.policy import Policy
from credkit.records import ListEntry, ListVersion
from credkit.screening.index import entry_keys
from credkit.store import Store, new_id

#: The lists that credkit can read, by the name that a policy gives them.
LISTS = ("leie",)

_FACTS = tuple(field.name for field in fields(ListEntry) if field.name not in {"row_number", "warning"})


def load(
    store: Store, name: str, path: Path, policy: Policy, *, published_on: date | None, today: date
) -> tuple[ListVersion, bool]:
    """Load a file as the version in force of a list; return its receipt, and whether it is new.

    The very file that is in force changes nothing. Raises InputRejected for a file that is not the list, or that lost
    more rows than the policy's `max_shrink` allows: then the version in force stays.
    """
    if name not in LISTS:
        raise UsageError(
            f"There is no list named {name!r}.{did_you_mean(name, LISTS)}", hint="Lists: " + ", ".join(LISTS)
        )
    if published_on and published_on > today:
        raise UsageError(f"The publication date {published_on} is in the future.")
    file = leie.read(path)
    published = published_on or _estimated(path, file.entries, today)
    before = store.list_version(name)
    if before and before.sha256 == file.sha256 and published_on in {None, before.published_on}:
        return before, False
    if before and published < before.published_on:
        raise Refused(
            f"{path} was published on {published}, before the {name} in force ({before.published_on}).",
            hint="The version in force stays. Where the day is wrong, give it: --published DATE.",
        )
    if before and before.sha256 == file.sha256 and before.published_stated:
        raise Refused(
            f"{path} is the very file that is in force, published on {before.published_on}: it cannot be newer.",
            hint="Fetch the list again.",
        )
    if before and file.rows < before.rows * (1 - policy.exclusions.max_shrink):
        raise InputRejected(
            f"{path} has {file.rows:,} rows, the {name} in force {before.rows:,}: too many are gone.",
            hint=f"The policy allows to lose {policy.exclusions.max_shrink:.0%}. The version in force stays.",
        )
    added, removed = _differences(store, before, file.entries)
    version = ListVersion(
        id=new_id(),
        name=name,
        source_file=path.name,
        sha256=file.sha256,
        published_on=published,
        published_stated=published_on is not None,
        acquired_on=today,
        rows=file.rows,
        added=added,
        removed=removed,
        warnings=file.warnings,
        recorded_at=clock.stamp(clock.now()),
        actor=store.actor,
    )
    store.load_list(version, _keyed(file.entries))
    return version, True


def _estimated(path: Path, entries: Sequence[ListEntry], today: date) -> date:
    """Return the newest exclusion that has come: a list cannot be older than what it says. Rows dated ahead prove
    nothing, so the estimate errs towards too old, which blocks, and never towards fresh."""
    newest = max(
        (entry.excluded_on for entry in entries if entry.excluded_on and entry.excluded_on <= today), default=None
    )
    if newest is None:
        raise InputRejected(
            f"{path} bears no date from which its publication could be told.", hint="Give --published DATE."
        )
    return newest


def _keyed(entries: Sequence[ListEntry]) -> Iterator[tuple[ListEntry, tuple[str, ...]]]:
    for entry in entries:
        yield entry, entry_keys(entry)


def _differences(store: Store, before: ListVersion | None, entries: Sequence[ListEntry]) -> tuple[int, int]:
    """Count the rows that one version has and the other has not, whatever their order."""
    if before is None:
        return len(entries), 0
    were = Counter(hash(_facts(entry)) for entry in store.list_entries(before))
    now = Counter(hash(_facts(entry)) for entry in entries)
    return (now - were).total(), (were - now).total()


def _facts(entry: ListEntry) -> tuple[object, ...]:
    return tuple(getattr(entry, name) for name in _FACTS)
