"""What a board said, kept whole: every answer that one look-up took, each with its address, in one body.

A state may have several datasets, and a dataset a second one for discipline. Stored evidence must be judged again without
the network, so the body holds all of them: JSON, {"parts": [{"dataset", "address", "sha256", "text"}, ...]}.
"""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

from credkit.canonical import canonical


class UnreadableAnswer(Exception):
    """What came back is not an answer to the question; the message says why, as the end of "WA gave no answer: ..."."""


@dataclass(frozen=True, slots=True)
class Part:
    """One answer: of which dataset, from where, and its bytes. `sha256` is of what was received, which for a downloaded
    file is the whole file, while `body` holds its header and the rows that matter."""

    dataset: str
    address: str
    body: bytes = field(repr=False)
    sha256: str = ""

    @property
    def has_rows(self) -> bool:
        """Whether anything was found: JSON that is not an empty array, CSV with more than its header."""
        text = self.body.strip()
        return text != b"[]" if text[:1] in {b"[", b"{"} else b"\n" in text


def packed(parts: list[Part]) -> bytes:
    """Return the parts as one body."""
    return canonical({"parts": [_written(part) for part in parts]}).encode()


def _written(part: Part) -> dict[str, str]:
    digest = part.sha256 or hashlib.sha256(part.body).hexdigest()
    written = {"dataset": part.dataset, "address": part.address, "sha256": digest}
    try:
        return written | {"text": part.body.decode()}
    except UnicodeDecodeError:
        return written | {"base64": base64.b64encode(part.body).decode()}


def unpacked(body: bytes) -> list[Part]:
    """Return the parts of a body that `packed` made. Raises UnreadableAnswer for any other."""
    try:
        return [_read(part) for part in json.loads(body)["parts"]]
    except (ValueError, KeyError, TypeError) as error:
        raise UnreadableAnswer("the evidence kept of it is not what credkit writes") from error


def _read(part: dict[str, Any]) -> Part:
    body = base64.b64decode(part["base64"]) if "base64" in part else part["text"].encode()
    return Part(part["dataset"], part["address"], body, part["sha256"])
