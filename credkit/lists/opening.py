"""A list's file, taken in whole: what kind it is, what it may not be, and the table that is inside it.

The file is what counts as evidence, so its bytes are hashed and kept as given. What is read from them is bounded: a zip
may say anything of its own size, and it may hold one list and nothing that lies outside of it.
"""

import hashlib
import io
import re
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from credkit.errors import InputRejected
from credkit.records import ListEntry
from credkit.store.lists import ListRows

#: The largest list, SAM's, is some 60 MB; a file of more than this many bytes is something else.
MOST_BYTES = 250_000_000
_AGAIN = "Download the list again, and give it as it is."
_TABLES = (".csv", ".xlsx")
_TEXTS = (".txt", ".tsv", ".tab")
_OUTSIDE = re.compile(r"^([/\\]|[A-Za-z]:)|(^|[/\\])\.\.([/\\]|$)")
# All control characters but tab and line ends. No list has them for a reason; NUL bytes come from broken exports.
_CONTROLS = bytes(set(range(0x20)) - set(b"\t\n\r") | {0x7F})
_FOREIGN = (
    (b"%PDF", "a PDF", "Save its table as CSV or XLSX, and give that."),
    (b"\x1f\x8b", "compressed with gzip", "Unpack it, and name the file inside it."),
    (bytes.fromhex("d0cf11e0a1b11ae1"), "an old Excel file (.xls)", "Save it as .xlsx or CSV."),
)


@dataclass(frozen=True, slots=True)
class RawFile:
    """A file as given, and the one table in it: `body` is the table's bytes, `workbook` says that they are XLSX.

    `packed` says that the file as given is compressed already (a zip, a workbook). `notes` are sentences for whoever
    loads it.
    """

    path: Path
    content: bytes = field(repr=False)
    sha256: str
    packed: bool
    workbook: bool
    body: bytes = field(repr=False)
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListFile:
    """A list's file, read whole. `sha256` is of the file as given (of the zip, if it is one).

    `rows` counts the rows that can be used, `warnings` those of them that carry one. `set_aside` are the others, each
    with its row number and the reason.
    """

    path: Path
    sha256: str
    table: ListRows = field(repr=False)
    set_aside: tuple[tuple[int, str], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def rows(self) -> int:
        """How many rows can be used."""
        return len(self.table)

    @property
    def warnings(self) -> int:
        """How many of them carry a warning."""
        return len(self.table.warnings)

    @property
    def entries(self) -> tuple[ListEntry, ...]:
        """The rows as entries."""
        return tuple(self.table.entries())


def take_in(path: Path, hint: str = _AGAIN) -> RawFile:
    """Read a file whole, unpacking it where it is a zip. Raises InputRejected for what cannot be a list."""
    content = _content(path, hint)
    digest = hashlib.sha256(content).hexdigest()
    name, body, packed = str(path), content, False
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        packed = True
        if not _is_workbook(content):
            member, body = _unzip(path, content, hint)
            name = f"{path} ({member})"
    for mark, what, advice in _FOREIGN:
        if body.startswith(mark):
            raise InputRejected(f"{name} is {what}, not a list that can be read.", hint=advice)
    if body.startswith(b"PK\x03\x04") and _is_workbook(body):
        return RawFile(path, content, digest, packed, workbook=True, body=body)
    body, notes = _text(name, body, hint)
    return RawFile(path, content, digest, packed, workbook=False, body=body, notes=notes)


def _content(path: Path, hint: str) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(MOST_BYTES + 1)
    except IsADirectoryError as error:
        raise InputRejected(f"{path} is a folder, not a file.", hint=hint) from error
    except FileNotFoundError as error:
        raise InputRejected(f"There is no file {path}.", hint=hint) from error
    except OSError as error:
        raise InputRejected(f"{path} cannot be read: {error.strerror}.") from error
    if len(content) > MOST_BYTES:
        raise InputRejected(f"{path} is larger than {MOST_BYTES:,} bytes; no list is.", hint=hint)
    if not content or content.isspace():
        raise InputRejected(f"{path} is empty.", hint=hint)
    return content


def _is_workbook(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return False


def _unzip(path: Path, content: bytes, hint: str) -> tuple[str, bytes]:
    """Return the one list of a zip, and its name in it; how large it says it is is not believed."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = [name for name in archive.namelist() if not name.endswith("/")]
            if outside := [name for name in names if _OUTSIDE.search(name)]:
                raise InputRejected(f"{path} is a zip with a path outside of it: {outside[0][:60]!r}.", hint=hint)
            names = [name for name in names if not name.startswith("__MACOSX/")]
            found = [name for name in names if name.lower().endswith(_TABLES)]
            found = found or [name for name in names if name.lower().endswith(_TEXTS)]
            if len(found) != 1:
                raise InputRejected(
                    f"{path} is a zip of {len(found)} CSV files or workbooks; it must hold one.",
                    hint="Unpack it, and name the file that is the list.",
                    details=found[:10],
                )
            with archive.open(found[0]) as member:
                unpacked = member.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError) as error:
        raise InputRejected(f"{path} is a damaged zip.", hint="Download it again.") from error
    except (RuntimeError, NotImplementedError) as error:
        raise InputRejected(f"{path} is a zip with a password or a packing that credkit cannot read.") from error
    if len(unpacked) > MOST_BYTES:
        raise InputRejected(f"{path} unpacks to more than {MOST_BYTES:,} bytes; no list does.", hint=hint)
    if not unpacked.strip():
        raise InputRejected(f"{path} holds an empty file.", hint=hint)
    return found[0], unpacked


def _text(name: str, body: bytes, hint: str) -> tuple[bytes, tuple[str, ...]]:
    """Return text without what no list has for a reason; refuse a web page."""
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            body = body.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            raise InputRejected(f"{name} begins like UTF-16 text and is not.", hint=hint) from error
    head = body[:2_000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if head.startswith(b"<") and (b"<html" in head or b"<!doctype" in head or b"<head" in head):
        raise InputRejected(
            f"{name} is a web page, not a list: most likely an error page, saved under the list's name.", hint=hint
        )
    kept = body.translate(None, _CONTROLS)
    if not kept or kept.isspace():
        raise InputRejected(f"{name} is empty: it holds no text.", hint=hint)
    if len(kept) == len(body):
        return body, ()
    return kept, (f"{name}: {len(body) - len(kept):,} control characters (NUL bytes and the like) were left out.",)


def decoded(body: bytes) -> str:
    """Return the text: UTF-8 if all of it is that, else Windows-1252."""
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Five byte values mean nothing in Windows-1252; they must not cost a row.
        return body.decode("cp1252", errors="replace")


def as_lines(body: bytes) -> io.TextIOWrapper:
    """Return the same text, to be read a line at a time: as one string a large list would fill the memory."""
    try:
        body.decode("utf-8-sig")
        encoding = "utf-8-sig"
    except UnicodeDecodeError:
        encoding = "cp1252"
    return io.TextIOWrapper(io.BytesIO(body), encoding=encoding, errors="replace", newline="")
