"""What a paper is, told by its content."""

from pathlib import Path

import pytest
from conftest import Put
from hypothesis import given
from hypothesis import strategies as st
from papers import PNG, archive, by_words, endless_tree, pdf, pdf_form

from credkit.documents.keeping import safe_name
from credkit.documents.telling import ENDINGS, TEXT, media_type_of
from credkit.errors import InputRejected

WORD = archive("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (pdf(), "application/pdf"),
        (b"\r\n" + pdf(), "application/pdf"),
        (pdf_form({"npi": "1"}), "application/pdf"),
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + b"\x01" * 50, "image/jpeg"),
        (b"II*\x00\x08\x00\x00\x00", "image/tiff"),
        (b"MM\x00*\x00\x00\x00\x08", "image/tiff"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1", "image/heic"),
        (WORD, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        (archive("[Content_Types].xml", "xl/workbook.xml"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive("scan-1.jpg", "scan-2.jpg"), "application/zip"),
        (b"A letter to the committee.\r\n", TEXT),
        ("Fr\u00e4ulein Vale".encode("cp1252"), TEXT),
        ("A letter".encode("utf-16"), TEXT),
    ],
    ids=by_words,
)  # fmt: skip
@pytest.mark.parametrize("name", ["paper.doc", "paper.pdf", "paper"])
def test_a_paper_is_told_by_its_content_whatever_its_name(content: bytes, told: str, name: str, put: Put) -> None:
    assert media_type_of(put(content, name), name) == told
    assert told in ENDINGS


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"MZ\x90\x00\x03" + b"\x00" * 100, "license.pdf", "a Windows program"),
        (b"\x7fELF\x02\x01", "license.pdf", "a program"),
        (b"#!/bin/sh\necho hello\n", "letter.txt", "a script"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 100, "cv.doc", "an old Office file"),
        (b"{\\rtf1 hello}", "cv.rtf", "an RTF file"),
        (b"<!DOCTYPE html><html></html>", "board.txt", "a web page"),
        (b"\xef\xbb\xbf  <HTML>", "board.txt", "a web page"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "scan.png", "an SVG drawing"),
        (b"<?xml version='1.0'?><svg/>", "scan.png", "an XML file"),
        (b"<!-- hello --><script>alert(1)</script>", "scan.txt", "a web page or a drawing with scripts"),
        (b"WScript.Echo 1\r\n", "letter.vbs", "a script, by its name (.vbs)"),
        (archive("word/document.xml", "word/vbaProject.bin"), "cv.docm", "an Office file with macros"),
        (archive("scan.jpg", "run/setup.EXE"), "scans.zip", "an archive that holds setup.exe"),
        (archive("a.txt")[:40], "scans.zip", "cut off or damaged"),
        (b"", "license.pdf", "is empty"),
        (bytes(range(256)) * 4, "license.pdf", "no kind of file"),
        (b"\x00" * 500, "license.pdf", "no kind of file"),
        (pdf()[:200], "license.pdf", "is cut off"),
        (pdf(password="open sesame"), "license.pdf", "is encrypted"),
        (pdf(password=""), "license.pdf", "is encrypted"),
        (b"%PDF-1.7\n" + b"nothing at all\n" * 40 + b"%%EOF", "license.pdf", "damaged"),
        (endless_tree(), "license.pdf", "damaged"),
    ],
    ids=by_words,
)  # fmt: skip
def test_what_is_not_taken_in_is_said_to_be_what_it_is(content: bytes, name: str, says: str, put: Put) -> None:
    with pytest.raises(InputRejected, match="(?s).*") as refused:
        media_type_of(put(content, name), name)
    assert says in refused.value.message
    assert refused.value.exit_code == 3


def test_for_what_is_encrypted_it_says_what_to_ask_the_provider(put: Put) -> None:
    with pytest.raises(InputRejected) as refused:
        media_type_of(put(pdf(password="x"), "coi.pdf"), "coi.pdf")
    assert "without a password" in (refused.value.hint or "")


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\ana\\license.pdf", "license.pdf"),
        ("/license.pdf", "license.pdf"),
        ("..", "paper.pdf"),
        (".hidden", "hidden"),
        ("-rf", "rf"),
        ("a\x1b[31mb\x00.pdf", "ab.pdf"),
        ("", "paper.pdf"),
        ("x" * 300 + ".pdf", "x" * 110 + ".pdf"),
    ],
)
def test_a_name_is_the_last_part_of_it(given_name: str, kept: str) -> None:
    assert safe_name(given_name, "application/pdf") == kept


@given(st.text(max_size=300))
def test_a_name_names_no_other_place(name: str) -> None:
    kept = safe_name(name)
    assert kept
    assert len(kept) <= 120
    assert not {"/", "\\", "\x00", "\n", "\x1b"} & set(kept)
    assert Path(kept).name == kept
    assert kept not in {".", ".."}
