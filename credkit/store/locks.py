"""A lock on a file, which the operating system takes away when the process that holds it ends, however it ends."""

import sys

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
