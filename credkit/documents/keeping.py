"""A paper's content coming in: counted, hashed and told on the way, and in its place before any record names it.

The order is the promise. First the content, under a name of its own among what is coming in, whole and on disk; then, in the
transaction that records it, its place under its SHA-256; the record last. A kill at any moment leaves either nothing, or a
file that belongs to no record, which `credkit doctor --mend` moves aside; never a record without its file.
"""

import errno
import hashlib
import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from credkit import clock
from credkit.documents.telling import ENDINGS, media_type_of
from credkit.errors import DiskFull, InputRejected
from credkit.harmless import clean
from credkit.records import Document
from credkit.store import Store, new_id
from credkit.store.documents import content_fault, settle
from credkit.store.locks import lock_file

_CHUNK = 1 << 20
_LONGEST_NAME = 120


@dataclass(slots=True)
class Received:
    """A paper that has come in and is evidence of nothing yet: `path` is where its content waits."""

    path: Path
    sha256: str
    size: int
    file_name: str
    media_type: str


def safe_name(name: str, media_type: str = "") -> str:
    """Return the last part of a file's name, without anything a terminal or a file system would make more of."""
    last = re.split(r"[\\/]", name)[-1]
    cleaned = re.sub(r'[\x00-\x1f<>:"|?*]', "", clean(last)).strip().lstrip(".-").strip()
    stem, dot, ending = cleaned.rpartition(".")
    if len(cleaned) > _LONGEST_NAME:
        cleaned = f"{stem[: _LONGEST_NAME - 10]}.{ending[:9]}" if dot else cleaned[:_LONGEST_NAME]
    return cleaned or f"paper{ENDINGS.get(media_type, '')}"


@contextmanager
def receive(
    store: Store, path: Path | None, most_bytes: int, stdin: BinaryIO | None = None, name: str = ""
) -> Iterator[Received]:
    """Let a paper come in (None: from standard input, under a `name`), and forget it at the end of the block unless it was
    kept.

    Raises InputRejected for what is no readable, non-empty file, is larger than `most_bytes` (a file is refused by its size
    before it is read, a pipe when it has given more), or is of a kind that is not taken in.
    """
    given = path.name if path else safe_name(name) if name else ""
    name = (given or "standard input") if path is None else str(path)
    with _opened(path, name, most_bytes, stdin) as source:
        # The lock lives as long as this process: what is in this folder without one is a dead process's.
        waiting, handle = _new_file(store)
        try:
            digest, size = _copied(source, handle, name, most_bytes)
            media_type = media_type_of(waiting, safe_name(name))
            yield Received(waiting, digest, size, safe_name(given, media_type), media_type)
        finally:
            os.close(handle)
            with suppress(OSError):
                waiting.unlink(missing_ok=True)


def keep(store: Store, npi: str, received: Received) -> Document:
    """Put a paper's content in its place, and return its record, to be written in the same transaction.

    Content that is there already stays as it is; where it was changed by others it is moved aside for the right one.
    """
    kept = store.paper(received.sha256)
    try:
        _folder(kept.parent)
        if kept.exists() and content_fault(kept, received.sha256):
            _folder(store.aside)
            kept.replace(store.aside / f"{kept.name}-{new_id()}")
        if not kept.exists():
            received.path.replace(kept)
            settle(kept.parent)
    except OSError as error:
        raise _not_written(store, error) from error
    return Document(received.sha256, npi, received.file_name, received.size, clock.stamp(clock.now()), store.actor)


@contextmanager
def _opened(path: Path | None, name: str, most_bytes: int, stdin: BinaryIO | None) -> Iterator[BinaryIO]:
    if path is None:
        if stdin is None:
            raise InputRejected("-: there is no standard input.", hint="Name a file.")
        yield stdin
        return
    try:
        found = path.stat()
        if stat.S_ISDIR(found.st_mode):
            raise InputRejected(f"{name} is a folder, not a document.")
        if found.st_size > most_bytes:
            raise _too_large(name, most_bytes)
        file = path.open("rb")
    except OSError as error:
        raise InputRejected(f"The document {name} cannot be read: {error.strerror}.") from error
    with file:
        yield file


def _new_file(store: Store) -> tuple[Path, int]:
    try:
        _folder(store.incoming)
        waiting = store.incoming / new_id()
        handle = os.open(waiting, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600)
    except OSError as error:
        raise _not_written(store, error) from error
    lock_file(handle)
    return waiting, handle


def _copied(source: BinaryIO, handle: int, name: str, most_bytes: int) -> tuple[str, int]:
    """Copy a paper, and return its SHA-256 and size; all of it is on disk then."""
    digest, size = hashlib.sha256(), 0
    while True:
        try:
            chunk = source.read(_CHUNK)
        except OSError as error:
            raise InputRejected(f"The document {name} cannot be read: {error.strerror}.") from error
        if not chunk:
            break
        size += len(chunk)
        if size > most_bytes:
            raise _too_large(name, most_bytes)
        digest.update(chunk)
        try:
            _write(handle, chunk)
        except OSError as error:
            raise _full(error) from error
    if not size:
        raise InputRejected(f"The document {name} is empty.")
    try:
        os.fsync(handle)
    except OSError as error:
        raise _full(error) from error
    return digest.hexdigest(), size


def _write(handle: int, chunk: bytes) -> None:
    left = memoryview(chunk)
    while left:
        left = left[os.write(handle, left) :]


def _folder(folder: Path) -> None:
    if not folder.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        settle(folder.parent)


def _too_large(name: str, most_bytes: int) -> InputRejected:
    return InputRejected(
        f"{name} is larger than {most_bytes // 2**20:,} MB.",
        hint="Ask for a smaller scan; the policy's [papers] max_megabytes says how large one may be.",
    )


def _full(error: OSError) -> DiskFull | InputRejected:
    if error.errno == errno.ENOSPC:
        return DiskFull("The disk is full; the document was not taken in.", hint="Make room, then add it again.")
    return InputRejected(f"The document cannot be copied: {error.strerror}.")


def _not_written(store: Store, error: OSError) -> DiskFull | InputRejected:
    if error.errno == errno.ENOSPC:
        return _full(error)
    return InputRejected(
        f"No document can be kept in {store.files}: {error.strerror}.", hint="`credkit doctor` looks at the folder."
    )
