"""The rows that were set aside, given back as a file to mend."""

from collections.abc import Sequence

from credkit.records import Reject
from credkit.tables.writing import csv_bytes

_ABOUT = ("reject_id", "reject_reasons", "reject_file", "reject_row")


def ragged(reject: Reject) -> bool:
    """Say whether a row was set aside for its shape: its cells may stand under the wrong headers."""
    return any(not column for column, _ in reject.errors)


def rejects_csv(rejects: Sequence[Reject]) -> bytes:
    """Write a line a reject: its id, its reasons, where it came from, and its cells as they were received.

    The header is every column that any of the rows has, in the order of their forms.
    """
    columns = list(dict.fromkeys(name for reject in rejects for name in reject.cells))
    lines = [
        [
            reject.id,
            "; ".join(f"{column}: {reason}".removeprefix(": ") for column, reason in reject.errors),
            reject.source_file,
            str(reject.row_number),
            *(reject.cells.get(name, "") for name in columns),
        ]
        for reject in rejects
    ]
    return csv_bytes([*_ABOUT, *columns], lines)
