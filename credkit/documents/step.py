"""Taking a paper in: its bytes go to the folder beside the store, under their own SHA-256."""

import hashlib
import os
from pathlib import Path

from credkit import clock
from credkit.errors import InputRejected
from credkit.records import Document
from credkit.store import Store

#: Larger than any certificate or board letter; a mistaken file is refused rather than copied.
MOST_BYTES = 50 * 1024 * 1024


def keep(store: Store, npi: str, path: Path) -> Document:
    """Copy a paper into the store's folder, readable by its owner alone, and return its record (not yet written).

    The same paper twice is one file. Raises InputRejected where it is not a readable, non-empty file of at most 50 MB.
    """
    try:
        if path.is_dir():
            raise InputRejected(f"{path} is a folder, not a document.")
        if path.stat().st_size > MOST_BYTES:
            raise InputRejected(f"{path} is larger than 50 MB.")
        content = path.read_bytes()
    except OSError as error:
        raise InputRejected(f"The document {path} cannot be read: {error.strerror}.") from error
    if not content:
        raise InputRejected(f"The document {path} is empty.")
    digest = hashlib.sha256(content).hexdigest()
    shelf = store.files / digest[:2]
    shelf.mkdir(parents=True, exist_ok=True, mode=0o700)
    kept = shelf / digest
    if not kept.exists():
        half = shelf / f"{digest}.part"
        with os.fdopen(os.open(half, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        half.rename(kept)
    return Document(digest, npi, path.name, len(content), clock.stamp(clock.now()), store.actor)
