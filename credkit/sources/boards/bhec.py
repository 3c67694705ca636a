"""Texas Behavioral Health Executive Council: four files, written anew each day, of everybody who is licensed now.

LPC, SW (social workers), MFT and PSY. They are downloaded once for all look-ups of a run, and searched. Of a file what is
kept as evidence is its SHA-256, its header and the rows of the number.
"""

import csv
import hashlib
import io
import threading
from dataclasses import dataclass, field

from credkit.reference.license_numbers import keys, same_number
from credkit.sources.boards.parts import Part, UnreadableAnswer
from credkit.sources.client import Client, SourceUnavailable

FILES = ("LPC", "SW", "MFT", "PSY")
_COLUMNS = (
    "LIC_TYPE", "RANK", "LIC_NBR", "LAST_NME", "FIRST_NME", "MIDDLE_NME", "SFX_NME", "LIC_STATUS", "LIC_EXPR_DTE",
    "RANK_EFCT_DTE", "DISCPL_ACTN",
)  # fmt: skip

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class _File:
    """A downloaded file: its header, its rows by every key of their license number, and those whose cells cannot be told
    apart."""

    address: str
    sha256: str
    header: list[str]
    rows: dict[str, list[list[str]]] = field(repr=False)
    odd: list[list[str]] = field(repr=False)


class BhecFile:
    """One of the files. Asked by several threads; a download that failed is not tried again by the same run."""

    def __init__(self, name: str, client: Client) -> None:
        self.name = name
        self._client = client
        self._lock = threading.Lock()
        self._file: _File | None = None
        self._problem: Exception | None = None

    @property
    def place(self) -> str:
        """Where the file is."""
        return self._client.address({})

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    def find(self, number: str) -> Part:
        """Return the rows of a license number. Raises SourceUnavailable or UnreadableAnswer."""
        file = self._whole()
        if any(same_number(number, cell) for row in file.odd for cell in row):
            raise UnreadableAnswer(f"its file {self.name}.csv has a row for the number that cannot be read")
        found: list[list[str]] = []
        for key in sorted(keys(number)):
            found += [row for row in file.rows.get(key, ()) if row not in found]
        out = io.StringIO()
        csv.writer(out).writerows([file.header, *(row for row in found if same_number(number, _number(file, row)))])
        return Part(self.name, file.address, out.getvalue().encode(), file.sha256)

    def _whole(self) -> _File:
        with self._lock:
            if self._problem is not None:
                raise self._problem
            if self._file is None:
                try:
                    self._file = self._download()
                except (SourceUnavailable, UnreadableAnswer) as problem:
                    self._problem = problem
                    raise
            return self._file

    def _download(self) -> _File:
        into = io.BytesIO()
        got = self._client.download(into)
        body = into.getvalue()
        table = _table(body, self.name)
        header = table[0]
        by_key: dict[str, list[list[str]]] = {}
        place = [cell.strip().upper() for cell in header].index("LIC_NBR")
        for row in table[1:]:
            for key in keys(row[place]) if len(row) == len(header) else ():
                by_key.setdefault(key, []).append(row)
        odd = [row for row in table[1:] if row and len(row) != len(header)]
        return _File(got.address, hashlib.sha256(body).hexdigest(), header, by_key, odd)


def _number(file: _File, row: list[str]) -> str:
    return row[[cell.strip().upper() for cell in file.header].index("LIC_NBR")]


def _table(body: bytes, name: str) -> list[list[str]]:
    """Return the records of a file, its header first. Raises UnreadableAnswer for what is not such a file."""
    text = body.decode("utf-8-sig", errors="replace")
    if not text.strip():
        raise UnreadableAnswer(f"its file {name}.csv is empty")
    if text.lstrip()[:1] == "<":
        raise UnreadableAnswer(f"its file {name}.csv is a web page, not CSV")
    try:
        table = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        raise UnreadableAnswer(f"its file {name}.csv is not CSV, or not all of it") from error
    header = {cell.strip().upper() for cell in table[0]}
    gone = [column for column in _COLUMNS if column not in header]
    if gone:
        what = f"column {gone[0]}" if len(gone) == 1 else f"columns {', '.join(gone)}"
        raise UnreadableAnswer(f"its file {name}.csv has no {what} any more: renamed or removed")
    if table[-1] and len(table[-1]) != len(table[0]):
        raise UnreadableAnswer(f"its file {name}.csv is cut off in its last row")
    return table


def rows_of(part: Part) -> list[Row]:
    """Return the rows of a part that `find` made, by column."""
    table = _table(part.body, part.dataset)
    header = [cell.strip().upper() for cell in table[0]]
    return [dict(zip(header, (" ".join(cell.split()) for cell in row), strict=True)) for row in table[1:] if any(row)]
