"""How much an XLSX file holds, found out a piece at a time before anything is asked to hold it.

The reader of workbooks makes room for every cell from the first to the farthest, and when there is none it takes the
whole process with it. So a file of 5 KB with one cell in the last corner must be refused before it is opened.
"""

import posixpath
import zlib
from collections.abc import Callable
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile, ZipInfo

from credkit.errors import InputRejected

#: Rows times columns of one sheet; a form of 20,000 providers and 250 columns.
MOST_CELLS = 5_000_000
#: Bytes of all that is in the archive, unpacked.
MOST_UNPACKED = 300_000_000
#: What a ZIP that is broken raises; the last is for an entry with a password.
DAMAGED = (BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, RuntimeError)
#: What XML that is broken raises.
MALFORMED = expat.ExpatError

_CHUNK = 1 << 20
_WORKBOOK = "xl/workbook.xml"
_PARTS = "xl/_rels/workbook.xml.rels"
_LETTERS_IN_COLUMN = 3

_OnElement = Callable[[str, dict[str, str]], object]


class _Extent:
    """How far the cells of one sheet reach, as the reader of workbooks will see them.

    A row or cell may leave out its place: it then follows the one before it. Cells that hold nothing, as those that are
    only colored, take no room.
    """

    def __init__(self) -> None:
        self.lowest = (0, 0)
        self.rightmost = (0, 0)
        self._row = self._column = 0
        self._cell = (0, 0)
        self._columns: dict[str, int] = {}

    def element(self, name: str, attributes: dict[str, str]) -> None:
        """Take note of an element that begins."""
        if name in {"v", "is"}:
            row, column = self._cell
            if row > self.lowest[0]:
                self.lowest = self._cell
            if column > self.rightmost[1]:
                self.rightmost = self._cell
        elif name == "c":
            place = attributes.get("r")
            self._cell = (self._row, self._column + 1) if place is None else self._place(place)
            self._column = self._cell[1]
        elif name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif ":" in name:
            self.element(name.rpartition(":")[2], attributes)

    def _place(self, place: str) -> tuple[int, int]:
        letters = place.rstrip("0123456789")
        column = self._columns.get(letters)
        if column is None:
            column = self._columns[letters] = _column(letters)
        return int(place[len(letters) :]), column


def refuse_oversized(archive: ZipFile, source: str) -> None:
    """Refuse a workbook that unpacks to too much, or a sheet of which reaches too far.

    Sizes are counted, since an archive may say anything of its own. Raises one of `DAMAGED` for what cannot be unpacked,
    and `MALFORMED` for sheets that are not sound XML.
    """
    left = MOST_UNPACKED
    entries = {entry.filename.casefold(): entry for entry in archive.infolist()}
    sheets = _sheets(archive, entries)
    for entry in archive.infolist():
        name = sheets.get(posixpath.basename(entry.filename).casefold())
        extent = _Extent()
        left = _unpack(archive, entry, None if name is None else extent.element, left)
        if left < 0:
            raise InputRejected(
                f"{source} would unpack to more than {MOST_UNPACKED // 1_000_000} MB, the most that is read.",
                hint="Save the sheet with the form as CSV.",
            )
        if extent.lowest[0] * extent.rightmost[1] > MOST_CELLS:
            raise InputRejected(
                f"{source}: the sheet {name!r} reaches down to cell {_name(extent.lowest)} and right to cell "
                f"{_name(extent.rightmost)}; that is more than {MOST_CELLS:,} cells, the most that is read.",
                hint="Delete the rows below the form and the columns right of it, and save; or save the sheet as CSV.",
            )


def _sheets(archive: ZipFile, entries: dict[str, ZipInfo]) -> dict[str, str]:
    """Return the parts of the workbook that may be sheets, by the last piece of their path, each with its title.

    The whole path may be written in several ways; its last piece is enough, and a part too many does no harm.
    """
    titles: dict[str, str] = {}
    parts: dict[str, str] = {}

    def sheet(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "sheet":
            titles.update(
                {value: attributes.get("name", value) for key, value in attributes.items() if key.endswith(":id")}
            )

    def part(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            base = attributes.get("Target", "").replace("\\", "/").rpartition("/")[2]
            parts[base.casefold()] = titles.get(attributes.get("Id", ""), base)

    for path, handler in ((_WORKBOOK, sheet), (_PARTS, part)):
        if path in entries:
            _unpack(archive, entries[path], handler, MOST_UNPACKED)
    return parts


def _unpack(archive: ZipFile, entry: ZipInfo, handler: _OnElement | None, left: int) -> int:
    """Unpack an entry, telling the handler of its elements, and return what is left of the bytes allowed."""
    parser = None
    if handler is not None:
        # Nothing is built of the XML, and no entity unfolds: a document type, which would declare it, is refused.
        parser = expat.ParserCreate()
        parser.StartElementHandler = handler
        parser.StartDoctypeDeclHandler = _refuse_document_type
    # Python stops at the size that the archive claims; another reader may not. The checksum at the end still counts, so
    # that end lies beyond where the count stops.
    entry.file_size = left + 2 * _CHUNK
    with archive.open(entry) as packed:
        while left >= 0 and (chunk := packed.read(_CHUNK)):
            left -= len(chunk)
            if parser is not None:
                parser.Parse(chunk)
    if parser is not None and left >= 0:
        parser.Parse(b"", True)
    return left


def _refuse_document_type(*_declared: object) -> None:
    raise ValueError("a part of a workbook has no document type")


def _column(letters: str) -> int:
    if not (letters.isascii() and letters.isalpha() and len(letters) <= _LETTERS_IN_COLUMN):
        raise ValueError("a cell has no column")
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _name(cell: tuple[int, int]) -> str:
    row, column = cell
    letters = ""
    while column:
        column, letter = divmod(column - 1, 26)
        letters = chr(ord("A") + letter) + letters
    return f"{letters}{row}"
