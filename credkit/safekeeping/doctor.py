"""The store and its papers looked over: what they stand on, who may read them, whether all is there, and what was left over.

A file without a record is what a kill between file and record leaves. It is evidence of nothing, and is moved aside rather
than deleted, since only a person can say so for sure.
"""

import os
import re
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from credkit import clock, migrations
from credkit.store import Store
from credkit.store.door import network_file_system, wal_is_safe
from credkit.store.locks import lock_file
from credkit.version import __version__

_DIGEST = re.compile(r"[0-9a-f]{64}")
_SHELF = re.compile(r"[0-9a-f]{2}")
OK, NOTE, LEFTOVER, FAULT = "ok", "note", "leftover", "fault"


@dataclass(frozen=True, slots=True)
class Sign:
    """One thing looked at. `state` is ok, note (to know), leftover (can be mended) or fault (integrity fails). `mended` says
    what was done about it."""

    about: str
    state: str
    detail: str
    mended: str | None = None


def look_over(store: Store, *, mend: bool) -> Iterator[Sign]:
    """Look over an open store, and with `mend` put right what can be put right without losing anything."""
    yield Sign("credkit", OK, f"{__version__}, the store's shape is that of step {migrations.names()[-1]}")
    yield Sign("python", OK, f"{sys.version.split()[0]} on {sys.platform}")
    yield from _sqlite(store)
    if kind := network_file_system(store.path.parent):
        yield Sign(
            "place",
            FAULT,
            f"{store.path.parent} is on a network file system ({kind}), where SQLite's locks do not hold",
        )
    yield from _database(store)
    yield from _permissions(store, mend=mend)
    faults = list(store.document_faults())
    yield from (Sign("documents", FAULT, fault) for fault in faults)
    if not faults:
        count = len(store.papers())
        words = "1 paper, with" if count == 1 else f"{count} papers, each with"
        yield Sign("documents", OK, f"{words} the content that was received")
    yield from _leftovers(store, mend=mend)


def _sqlite(store: Store) -> Iterator[Sign]:
    journal = str(store.rows("PRAGMA journal_mode")[0][0]).upper()
    version = sqlite3.sqlite_version
    if wal_is_safe():
        yield Sign("sqlite", OK, f"{version}, journal {journal}; WAL is safe with this version")
    elif journal == "WAL":
        yield Sign(
            "sqlite",
            FAULT,
            f"{version}, journal WAL: this version can damage the store, and credkit does not write to it. Use a Python with "
            "SQLite 3.51.3 or newer",
        )
    else:
        yield Sign("sqlite", OK, f"{version}, journal {journal}; WAL is not safe with this version, and not used")


def _database(store: Store) -> Iterator[Sign]:
    said = [str(row[0]) for row in store.rows("PRAGMA integrity_check(20)")]
    broken = [] if said == ["ok"] else said
    broken += [
        f"a row of {table} refers to one of {parent} that is not there"
        for table, _row, parent, _key in store.rows("PRAGMA foreign_key_check")[:20]
    ]
    yield from (Sign("store", FAULT, words) for words in broken)
    last, digest = store.log_head()
    if store.log_end() != (last, digest):
        yield Sign("log", FAULT, f"it does not end at event {last}, as its head says: `credkit audit verify`")
    elif not broken:
        yield Sign(
            "store",
            OK,
            f"{store.path}: whole by SQLite's own check; {last} events (`credkit audit verify` verifies them)",
        )


def _permissions(store: Store, *, mend: bool) -> Iterator[Sign]:
    if os.name == "nt":
        yield Sign("permissions", NOTE, "this platform's permissions are not looked at")
        return
    wide = [(path, mode) for path in _all_files(store) if (mode := _mode(path)) & 0o077]
    for path, mode in wide:
        mended = None
        if mend and not path.is_symlink():
            path.chmod(0o700 if path.is_dir() else 0o600)
            mended = "its owner alone may read it now"
        yield Sign("permissions", LEFTOVER, f"others may read {path} (mode {mode:03o})", mended)
    if not wide:
        yield Sign("permissions", OK, "the store and its papers are for their owner alone")


def _mode(path: Path) -> int:
    """Return a file's permissions; none of one that another command has moved meanwhile."""
    try:
        return stat.S_IMODE(path.lstat().st_mode)
    except FileNotFoundError:
        return 0


def _all_files(store: Store) -> Iterator[Path]:
    yield store.path
    if store.files.is_dir():
        yield store.files
        yield from sorted(store.files.rglob("*"))


def _leftovers(store: Store, *, mend: bool) -> Iterator[Sign]:
    """Find files that belong to no record. While they are moved nobody can write: a paper between its file and its record is
    not taken for one that was left over."""
    if not mend:
        yield from (Sign("leftovers", LEFTOVER, words) for _path, words in _strays(store))
        return
    with store.batch():
        moved = 0
        for path, words in _strays(store):
            yield Sign("leftovers", LEFTOVER, words, f"moved to {_aside(store, path)}")
            moved += 1
        if moved:
            store.leftovers_moved(moved)


def _strays(store: Store) -> list[tuple[Path, str]]:
    known = store.papers()
    found: list[tuple[Path, str]] = []
    if not store.files.is_dir():
        return found
    for path in sorted(store.files.rglob("*")):
        place = path.relative_to(store.files).parts
        if place[0] in {store.aside.name, store.index_folder.name} or (path.is_dir() and not path.is_symlink()):
            continue
        if place[0] == store.incoming.name:
            if not _is_coming_in(path):
                found.append((path, f"{path.name} began to come in, and did not to its end"))
        elif _is_shelved(place) and path.name in known and not path.is_symlink():
            continue
        elif _is_shelved(place):
            found.append((path, f"{path.name[:12]} is a paper that no record names"))
        else:
            found.append((path, f"{'/'.join(place)} is no paper of this store"))
    return found


def _is_shelved(place: tuple[str, ...]) -> bool:
    return (
        len(place) == 2
        and _SHELF.fullmatch(place[0]) is not None
        and _DIGEST.fullmatch(place[1]) is not None
        and place[1].startswith(place[0])
    )


def _is_coming_in(path: Path) -> bool:
    """Say whether a living process is still writing a paper: it holds a lock on it."""
    try:
        handle = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        return not lock_file(handle)
    finally:
        os.close(handle)


def _aside(store: Store, path: Path) -> Path:
    store.aside.mkdir(mode=0o700, exist_ok=True)
    day = clock.stamp(clock.now())[:10]
    to = store.aside / f"{day}-{path.name}"
    more = 1
    while to.exists():
        more += 1
        to = store.aside / f"{day}-{path.name}-{more}"
    path.rename(to)
    if _SHELF.fullmatch(path.parent.name):
        with suppress(OSError):  # a shelf that is not empty stays
            path.parent.rmdir()
    return to
