"""A lock on a file, which the operating system takes away when the process that holds it ends, however it ends."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from credkit.errors import StoreBusy

if sys.platform == "win32":
    import msvcrt

    def lock_file(file: int) -> bool:
        """Lock an open file, and say whether it was free."""
        try:
            msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def lock_file(file: int) -> bool:
        """Lock an open file, and say whether it was free."""
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True


@contextmanager
def alone(store: Path, what: str) -> Iterator[None]:
    """Hold the only place for a job over a store for the length of a block. Raises StoreBusy where another holds it."""
    handle = os.open(store.with_name(f"{store.name}.{what}.lock"), os.O_CREAT | os.O_RDWR, 0o600)
    try:
        if not lock_file(handle):
            raise StoreBusy(f"Another {what} of this store is running.", hint="Wait until it has ended.")
        yield
    finally:
        os.close(handle)
