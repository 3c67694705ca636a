"""A file, or standard input, opened as a sheet: which kind it is, how it is encoded, and what it may not be."""

import codecs
import hashlib
import re
import stat
from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import ExitStack
from itertools import chain
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

from credkit.errors import EmptyInput, InputRejected
from credkit.tables.delimited import read_delimited
from credkit.tables.objects import read_objects
from credkit.tables.pdf import MARK, read_pdf_form
from credkit.tables.sheet import Sheet, SheetRow
from credkit.tables.trees import LARGEST, Tree, is_tree, read_json, read_xml
from credkit.tables.workbook import read_workbook, refuse_other_archives

__all__ = ["AsCells", "Sheet", "SheetRow", "open_sheet"]

#: What makes a document (XML, or JSON of its shape) one row: header to cell.
AsCells = Callable[[Tree], Mapping[str, str]]

_CHUNK = 1 << 20
_HEAD = 8_192
_MANY_CONTROLS = 8
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16: its mark begins with the same two bytes
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DOCUMENT = re.compile(rb'\s*\{\s*"(?:\w+:)?Provider"\s*:\s*\{')
_TEXT_SUFFIXES = {".csv", ".tsv", ".txt", ".tab"}
_LINE_SUFFIXES = {".ndjson", ".jsonl"}
_SAVE_AS_CSV = 'Save it from the spreadsheet program as "CSV UTF-8" or as .xlsx.'


def open_sheet(
    path: Path | None,
    *,
    stdin: BinaryIO | None = None,
    document: AsCells | None = None,
    header_of: Collection[str] = (),
    if_empty: str | None = None,
) -> Sheet:
    """Open a CSV, XLSX, JSON or NDJSON file, or a fillable PDF form (None: standard input), and return its header and its
    rows.

    The kind is told by the content first and by the name second. `document` makes a document about one person a sheet
    of one row; without it, such a document is refused. With `header_of` the header is the first row that holds all these
    names, and what stands above it is a banner. `if_empty` is the hint where there is nothing in the file, which by default is
    a form. Raises `InputRejected` for what is no such file, for
    one that is empty, and for one with a header and no rows.
    """
    source = "-" if path is None else str(path)
    with ExitStack() as stack:
        try:
            file = stack.enter_context(_opened(path, stdin))
            sha256, encoding = _inspected(file, source)
            file.seek(0)
            head = file.read(_HEAD)
            file.seek(0)
            warnings: list[str] = []
            if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
                refuse_other_archives(file, source)
                header, rows, warnings = read_workbook(file, source, header_of)
            elif head.startswith(MARK):
                header, rows = read_pdf_form(file, source)
            elif document and (tree := _document(file, source, head)):
                file.close()
                header, rows = _one_row(tree, document)
            else:
                _refuse_foreign(head, source)
                header, rows = _text_rows(file, source, head, encoding, header_of)
        except OSError as error:
            raise _not_there(source, path, error) from error
        except EmptyInput as error:
            raise EmptyInput(error.message, hint=if_empty or error.hint) from error
        first = next(rows, None)
        if first is None:
            raise EmptyInput(
                f"{source} has a header and no rows under it.",
                hint=if_empty or "Fill in a row for each provider, and import again.",
            )
        stack.pop_all()
    return Sheet(source, sha256, header, chain((first,), rows), warnings, rows)


def _document(file: BinaryIO, source: str, head: bytes) -> Tree | None:
    """Return the document that a file is, None where it is none."""
    if is_tree(head):
        return read_xml(file, source)
    if not _DOCUMENT.match(head):
        return None
    tree = read_json(file.read(LARGEST + 1), source)
    file.seek(0)
    return tree


def _one_row(tree: Tree, document: AsCells) -> tuple[tuple[str, ...], Generator[SheetRow, None, None]]:
    cells = dict(document(tree))

    def rows() -> Generator[SheetRow, None, None]:
        yield SheetRow(1, None, cells)

    return tuple(cells), rows()


def _opened(path: Path | None, stdin: BinaryIO | None) -> BinaryIO:
    """Open the file so that it can be read twice: a pipe is copied to a temporary file first."""
    if path is not None:
        file: BinaryIO = path.open("rb")
        if stat.S_ISREG(path.stat().st_mode):
            return file
    elif stdin is not None:
        file = stdin
    else:
        raise InputRejected("-: there is no standard input.", hint="Name a file.")
    copy = TemporaryFile()  # noqa: SIM115 - the sheet closes it
    while chunk := file.read(_CHUNK):
        copy.write(chunk)
    if path is not None:
        file.close()
    copy.seek(0)
    return copy


def _inspected(file: BinaryIO, source: str) -> tuple[str, str]:
    """Return the SHA-256 of the bytes and the encoding in which all of them can be read."""
    digest = hashlib.sha256()
    head = file.read(4)
    if not head:
        raise EmptyInput(f"{source} is empty (0 bytes).", hint="`credkit intake template` writes a form.")
    encoding = next((name for mark, name in _BOMS if head.startswith(mark)), "utf-8")
    decoder = codecs.getincrementaldecoder(encoding)()
    readable = True
    file.seek(0)
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
        if readable:
            readable = _decodes(decoder, chunk)
    if readable and _decodes(decoder, b"", final=True):
        return digest.hexdigest(), encoding
    return digest.hexdigest(), "cp1252" if encoding == "utf-8" else f"broken {encoding}"


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError:
        return False
    return True


def _text_rows(
    file: BinaryIO, source: str, head: bytes, encoding: str, header_of: Collection[str]
) -> tuple[tuple[str, ...], Generator[SheetRow, None, None]]:
    if encoding.startswith("broken"):
        raise InputRejected(
            f"{source} begins like {encoding.removeprefix('broken ').removesuffix('-sig').upper()} text and is not: it is "
            "cut off or damaged.",
            hint=_SAVE_AS_CSV,
        )
    if encoding == "cp1252":
        _refuse_unless_windows_1252(file, source)
    text = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    suffix = Path(source).suffix.lower()
    if suffix in _LINE_SUFFIXES or suffix == ".json" or (text[:1] in {"{", "["} and suffix not in _TEXT_SUFFIXES):
        return read_objects(file, source, encoding, lines=suffix in _LINE_SUFFIXES)
    return read_delimited(file, source, encoding, header_of)


def _refuse_unless_windows_1252(file: BinaryIO, source: str) -> None:
    """Refuse a file that is no text at all: five bytes have no meaning in Windows-1252."""
    file.seek(0)
    line = 1
    while chunk := file.read(_CHUNK):
        try:
            chunk.decode("cp1252")
        except UnicodeDecodeError as error:
            line += chunk.count(b"\n", 0, error.start)
            raise InputRejected(
                f"{source}: line {line} is neither UTF-8, UTF-16 nor Windows-1252 text.", hint=_SAVE_AS_CSV
            ) from error
        line += chunk.count(b"\n")
    file.seek(0)


def _refuse_foreign(head: bytes, source: str) -> None:
    """Refuse, with its name, a file that holds no table."""
    if head.startswith(_OLE):
        raise InputRejected(
            f"{source} is an old Excel file (.xls), or a workbook that is protected with a password.",
            hint="Open it in the spreadsheet program and save it as .xlsx without a password.",
        )
    if is_tree(head):
        raise InputRejected(f"{source} is XML, and holds no table.", hint=_SAVE_AS_CSV)
    if head.startswith(b"\x1f\x8b"):
        raise InputRejected(f"{source} is compressed (gzip).", hint="Unpack it, and name the file inside it.")
    if any(head.startswith(mark) for mark, _ in _BOMS):
        return
    controls = sum(byte < 0x20 and byte not in b"\t\n\r\x0b\x0c\x1a" for byte in head)
    # A stray NUL is removed from its cell later; where one byte in twenty is a control, nothing here is text.
    if controls >= _MANY_CONTROLS and controls * 20 > len(head):
        raise InputRejected(f"{source} is not a text file, and not an XLSX workbook.", hint=_SAVE_AS_CSV)


def _not_there(source: str, path: Path | None, error: OSError) -> InputRejected:
    if isinstance(error, FileNotFoundError):
        return InputRejected(f"{source}: there is no such file.", hint="Look at its name and folder.")
    # Windows says of a folder that it may not be read.
    if isinstance(error, IsADirectoryError) or (
        isinstance(error, PermissionError) and path is not None and path.is_dir()
    ):
        return InputRejected(f"{source} is a folder.", hint="Name the file in it.")
    if isinstance(error, PermissionError):
        return InputRejected(f"{source}: you may not read this file.", hint="Ask its owner, or copy it to your folder.")
    return InputRejected(f"{source} cannot be read ({error.strerror}).", hint="Look at its name and where it lies.")
