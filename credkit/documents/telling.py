"""What a paper is, told by its content: its name says nothing, since anybody can write any name.

What a viewer shows and no machine runs is taken: PDF, pictures, plain text, Word and Excel files without macros, and
archives of such. Programs, scripts, web pages and drawings that can hold scripts (HTML, SVG) are refused, as is a PDF that
nobody could read later: encrypted, cut off or damaged.
"""

import codecs
import re
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from credkit.errors import InputRejected
from credkit.tables.pdf import MARK, open_pdf

_HEAD = 8_192
_CHUNK = 1 << 20
PDF, TEXT, ZIP = "application/pdf", "text/plain", "application/zip"
#: Each kind that is taken in, and the ending of its name when a copy is given out.
ENDINGS = {
    PDF: ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/tiff": ".tif",
    "image/heic": ".heic",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ".xlsx",
    ZIP: ".zip",
    TEXT: ".txt",
}
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_HEIC = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_PROGRAMS = (
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a program"),
    (b"\xca\xfe\xba\xbe", "a program"),
    (b"\xcf\xfa\xed\xfe", "a program"),
    (b"\xce\xfa\xed\xfe", "a program"),
    (b"\xfe\xed\xfa", "a program"),
    (b"#!", "a script"),
    (b"\xd0\xcf\x11\xe0", "an old Office file, an e-mail or an installer, which can hold macros"),
    (b"{\\rtf", "an RTF file, which can hold other files"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "a shortcut to a program"),
)
_RUN = frozenset(
    {
        ".app", ".bat", ".cmd", ".com", ".cpl", ".dll", ".exe", ".hta", ".htm", ".html", ".jar", ".js", ".jse", ".lnk",
        ".msi", ".ps1", ".py", ".scr", ".sh", ".svg", ".vbe", ".vbs", ".wsf", ".xhtml",
    }
)  # fmt: skip
#: What a text is no more when it begins so, after blanks and comments' marks.
_MARKUP = (
    ("<!doctype html", "a web page"), ("<html", "a web page"), ("<script", "a script"), ("<svg", "an SVG drawing"),
    ("<!doctype svg", "an SVG drawing"), ("<?xml", "an XML file"), ("<head", "a web page"), ("<body", "a web page"),
    ("@echo off", "a script"), ("mime-version:", "an e-mail or a saved web page"),
)  # fmt: skip
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f]")
_PRINT_IT = "Print it to a PDF, and add that."


def media_type_of(path: Path, name: str) -> str:
    """Return what a file is, by its content. `name` is the name it was given, for messages; a script is also told by it.

    Raises InputRejected for what is not taken in, with what to do instead.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
        if not head:
            raise InputRejected(f"The document {name} is empty.")
        if head.lstrip(b"\xef\xbb\xbf\x00\t\n\r ").startswith(MARK):
            open_pdf(file, name)
            return PDF
        for mark, media_type in _PICTURES:
            if head.startswith(mark):
                return media_type
        if head[4:8] == b"ftyp" and head[8:12] in _HEIC:
            return "image/heic"
        for mark, what in _PROGRAMS:
            if head.startswith(mark):
                raise _not_a_paper(name, what)
        if head.startswith(b"PK\x03\x04"):
            return _archive(file, name)
        return _text(file, head, name)


def _archive(file: BinaryIO, name: str) -> str:
    """Tell a Word or Excel file from a plain archive, by the names in its list; nothing is unpacked."""
    from zipfile import BadZipFile, ZipFile

    file.seek(0)
    try:
        with ZipFile(file) as archive:
            names = [entry.filename for entry in archive.infolist()]
    except (BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise InputRejected(
            f"{name} is an archive that cannot be read: it is cut off or damaged.", hint="Ask for the whole file again."
        ) from error
    for inside in names:
        last = PurePosixPath(inside.replace("\\", "/")).name.lower()
        if last == "vbaproject.bin":
            raise _not_a_paper(name, "an Office file with macros")
        if PurePosixPath(last).suffix in _RUN:
            raise _not_a_paper(name, f"an archive that holds {last}")
    return next((office for part, office in _OFFICE.items() if part in names), ZIP)


def _text(file: BinaryIO, head: bytes, name: str) -> str:
    utf_16 = head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if utf_16 else "utf-8-sig"
    beginning = head.decode(encoding, "ignore").lstrip("\ufeff \t\r\n").lower()
    for mark, what in _MARKUP:
        if beginning.startswith(mark):
            raise _not_a_paper(name, what)
    if "<script" in beginning or "<svg" in beginning or "<html" in beginning:
        raise _not_a_paper(name, "a web page or a drawing with scripts")
    if PurePosixPath(name.lower()).suffix in _RUN:
        raise _not_a_paper(name, f"a script, by its name ({PurePosixPath(name.lower()).suffix})")
    if not (_reads(file, encoding) or (not utf_16 and _reads(file, "cp1252"))):
        raise InputRejected(
            f"{name} is no kind of file that credkit takes in.",
            hint="PDF, PNG, JPEG, TIFF, HEIC, Word, Excel, zip and plain text are taken. " + _PRINT_IT,
        )
    return TEXT


def _reads(file: BinaryIO, encoding: str) -> bool:
    """Say whether a whole file is text in an encoding, with next to no control characters."""
    file.seek(0)
    decoder = codecs.getincrementaldecoder(encoding)()
    controls = total = 0
    try:
        while chunk := file.read(_CHUNK):
            text = decoder.decode(chunk)
            total += len(text)
            controls += len(_CONTROLS.findall(text))
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return total > 0 and controls * 1_000 <= total


def _not_a_paper(name: str, what: str) -> InputRejected:
    return InputRejected(f"{name} is {what}: it is not taken in.", hint=_PRINT_IT)
