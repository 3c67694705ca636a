"""A PDF opened as far as it can be: refused where it is encrypted, cut off or damaged; its form's fields as one row.

Only what the file says of its form is read. Nothing in it is run.
"""

import logging
from collections.abc import Generator, Mapping
from io import SEEK_END
from typing import TYPE_CHECKING, Any, BinaryIO

from credkit.errors import InputRejected
from credkit.tables.cells import clean_text
from credkit.tables.sheet import SheetRow, long_cell, read_header

if TYPE_CHECKING:
    from pypdf import PdfReader

MARK = b"%PDF-"
_TAIL = 2_048
#: A reader keeps what it looks at in memory.
_LARGEST = 200 * 1024 * 1024
_OFF = frozenset({"", "off"})
#: What an empty box says: no answer, unless the map of a form says that it is one (`values = { "not ticked" = "no" }`).
NOT_TICKED = "not ticked"
#: Names under which forms keep a yes and a no; any other choice of a group is given by its own name.
_YES = frozenset({"yes", "y", "on", "true"})
_NO = frozenset({"no", "n", "false"})
#: No form has groups in groups so many times.
_DEEPEST = 50
_RADIO, _PUSH_BUTTON = 1 << 15, 1 << 16


def open_pdf(file: BinaryIO, source: str) -> "PdfReader":
    """Open a PDF. Raises InputRejected, with what to ask for, where it is cut off, needs a password, or cannot be read."""
    size = file.seek(0, SEEK_END)
    if size > _LARGEST:
        raise InputRejected(f"{source} is a PDF of {size // 2**20:,} MB: more than any form or certificate has.")
    file.seek(max(0, size - _TAIL))
    if b"%%EOF" not in file.read():
        raise InputRejected(
            f"{source} is a PDF that is cut off: its end is missing.", hint="Ask for the whole file again."
        )
    file.seek(0)
    # What it would say of a file's small faults goes nowhere: a fault that matters is told by us.
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    from pypdf import PdfReader

    try:
        reader = PdfReader(file)
        encrypted = reader.is_encrypted
        pages = 0 if encrypted else len(reader.pages)
    except Exception as error:  # a hostile or broken file can fail the reader in any way
        raise _damaged(source) from error
    if encrypted:
        raise InputRejected(
            f"{source} is encrypted.",
            hint="Ask for it without a password and without restrictions: opened and printed to a new PDF, say.",
        )
    if not pages:
        raise InputRejected(f"{source} is a PDF without a page.", hint="Ask for the whole file again.")
    return reader


def read_pdf_form(file: BinaryIO, source: str) -> tuple[tuple[str, ...], Generator[SheetRow, None, None]]:
    """Return the names of a fillable form's fields, and the one row of what was filled in. The row closes the file."""
    reader = open_pdf(file, source)
    try:
        cells = _cells(reader)
    except InputRejected:
        raise
    except Exception as error:
        raise _damaged(source) from error
    if not cells:
        raise InputRejected(
            f"{source} is a PDF without fields that could be read: a scan, a print, or a form of another kind (XFA).",
            hint="Import the form's own export, as CSV or XLSX; keep this paper with `credkit document add`.",
        )
    header = read_header(tuple(cells), source, 1)
    row = dict(zip(header, cells.values(), strict=True))
    return header, _one(SheetRow(1, None, row, (), long_cell(header, row.values())), file)


def _one(row: SheetRow, file: BinaryIO) -> Generator[SheetRow, None, None]:
    with file:
        yield row


def _cells(reader: "PdfReader") -> dict[str, str]:
    """Return each field's whole name and what was filled in: of a box yes or not ticked, of a group of buttons the one chosen."""
    cells: dict[str, str] = {}
    for name, field in (reader.get_fields() or {}).items():
        kind, flags = str(_inherited(field, "/FT") or ""), int(_inherited(field, "/Ff") or 0)
        if kind not in {"/Tx", "/Ch", "/Btn"} or (kind == "/Btn" and flags & _PUSH_BUTTON):
            continue  # a signature, or a button that does something
        if any("/T" in kid for kid in _kids(field)):
            continue  # only the name of a group
        cells[clean_text(str(name))] = _button(field, flags) if kind == "/Btn" else _text(_inherited(field, "/V"))
    return cells


def _inherited(field: Mapping[str, Any], key: str) -> Any:
    """Return what a field says, or the group that it is in says for all of its fields."""
    node: Any = field
    for _ in range(_DEEPEST):
        if node is None or key in node:
            break
        above = node.get("/Parent")
        node = above.get_object() if above is not None else None
    return node.get(key) if node is not None else None


def _kids(field: Mapping[str, Any]) -> list[Any]:
    return [kid.get_object() for kid in field.get("/Kids", ())]


def _button(field: Mapping[str, Any], flags: int) -> str:
    value = _inherited(field, "/V")
    said = field.get("/AS") if value is None else value
    chosen = "" if said is None else str(said).removeprefix("/")
    if chosen.casefold() in _OFF:
        # An empty box says no more than that it is not ticked: somebody may not have come to it. A group, or several boxes of
        # one name (Yes and No), of which none is chosen say nothing.
        return "" if flags & _RADIO or len(_choices(field)) > 1 else NOT_TICKED
    if not flags & _RADIO and len(_choices(field)) <= 1:
        return "yes"
    if chosen.casefold() in _YES:
        return "yes"
    return "no" if chosen.casefold() in _NO else clean_text(chosen)


def _choices(field: Mapping[str, Any]) -> set[str]:
    """Return the names under which a box, or one of several of the same name, is ticked."""
    names: set[str] = set()
    for looks in (one.get("/AP") for one in (field, *_kids(field))):
        normal = looks.get_object().get("/N") if looks is not None else None
        names |= {str(name).removeprefix("/") for name in (normal.get_object() if normal is not None else ())}
    return {name for name in names if name.casefold() not in _OFF}


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "; ".join(map(_text, value))
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _damaged(source: str) -> InputRejected:
    return InputRejected(f"{source} is a PDF that cannot be read: it is damaged.", hint="Ask for the whole file again.")
