"""A file that a command of the committee reads, or standard input."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from credkit.tables.sheet import Sheet

STDIN = "-"


def sheet_of(path: Path, if_empty: str) -> "Sheet":
    """Open a file as a sheet; "-" is standard input. `if_empty` is the hint where there is nothing in it."""
    from credkit.tables.reading import open_sheet

    if str(path) == STDIN:
        return open_sheet(None, stdin=sys.stdin.buffer, if_empty=if_empty)
    return open_sheet(path, if_empty=if_empty)
