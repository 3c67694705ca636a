"""XML and JSON documents as trees of plain values, read so that no document can do harm.

An element is an object of its children by name, with its attributes under "@NAME"; children of one name are a list; an
element that holds text alone is that text. No entity is unfolded, no document type is allowed, nothing is fetched.
"""

import hashlib
import json
from dataclasses import dataclass
from typing import Any, BinaryIO

from credkit.errors import InputRejected
from credkit.tables.cells import clean_text

#: No honest profile is larger, in bytes.
LARGEST = 20_000_000
#: No honest profile has elements in elements so deep.
DEEPEST = 50

_EXPORT_AGAIN = "Export it again, and do not open it in another program before."


@dataclass(frozen=True, slots=True)
class Tree:
    """A document: its file as named, the SHA-256 of its bytes, its root's name, and what the root holds."""

    source: str
    sha256: str
    root: str
    content: Any


def is_tree(head: bytes) -> bool:
    """Say whether a file that begins so is an XML document, in any of Unicode's encodings."""
    return head.lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n").startswith(b"<")


def read_xml(file: BinaryIO, source: str) -> Tree:
    """Read an XML document. Raises InputRejected where it is cut off, not XML, too large, too deep, or has a document
    type."""
    from xml.etree.ElementTree import ParseError

    from defusedxml import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    content = _whole(file, source)
    try:
        root = fromstring(content, forbid_dtd=True)
    except DefusedXmlException as error:
        raise InputRejected(
            f"{source} has a document type or entities of its own, which no profile has: it is not read.",
            hint=_EXPORT_AGAIN,
        ) from error
    except (ParseError, LookupError, ValueError) as error:
        line = f" (line {error.position[0]})" if isinstance(error, ParseError) else ""
        raise InputRejected(f"{source} is no sound XML, or is cut off{line}.", hint=_EXPORT_AGAIN) from error
    return Tree(source, hashlib.sha256(content).hexdigest(), _local(root.tag), _value(root, source, 0))


def read_json(content: bytes, source: str) -> Tree | None:
    """Read the JSON form of such a document: an object with one key, its root. None where it is another JSON."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or len(document) != 1:
        return None
    ((root, inside),) = document.items()
    if not isinstance(inside, dict):
        return None
    return Tree(source, hashlib.sha256(content).hexdigest(), _local(root), _plain(inside, source, 0))


def _whole(file: BinaryIO, source: str) -> bytes:
    content = file.read(LARGEST + 1)
    if len(content) > LARGEST:
        raise InputRejected(f"{source} is larger than {LARGEST // 1_000_000} MB: no profile is.", hint=_EXPORT_AGAIN)
    return content


def _value(element: Any, source: str, depth: int) -> Any:
    if depth > DEEPEST:
        raise InputRejected(f"{source} is nested too deeply for a profile.", hint=_EXPORT_AGAIN)
    inside: dict[str, Any] = {f"@{_local(name)}": clean_text(value) for name, value in element.attrib.items()}
    for child in element:
        if isinstance(child.tag, str):  # comments have none
            _put(inside, _local(child.tag), _value(child, source, depth + 1))
    text = clean_text(element.text or "")
    if not inside:
        return text
    return inside | {"#text": text} if text else inside


def _put(inside: dict[str, Any], name: str, value: Any) -> None:
    if name not in inside:
        inside[name] = value
    elif isinstance(inside[name], list):
        inside[name].append(value)
    else:
        inside[name] = [inside[name], value]


def _plain(value: Any, source: str, depth: int) -> Any:
    """Return a JSON value as an XML document's would be: text at the ends, and nothing for null."""
    if depth > DEEPEST:
        raise InputRejected(f"{source} is nested too deeply for a profile.", hint=_EXPORT_AGAIN)
    if isinstance(value, dict):
        return {_local(name): _plain(inside, source, depth + 1) for name, inside in value.items()}
    if isinstance(value, list):
        return [_plain(inside, source, depth + 1) for inside in value]
    if isinstance(value, bool):
        return "Y" if value else "N"
    return "" if value is None else clean_text(str(value))


def _local(name: str) -> str:
    """Return a name without its namespace."""
    return name.rpartition("}")[2]
