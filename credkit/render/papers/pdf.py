"""A paper as PDF, by the extra `pdf` (typst): tagged for screen readers, and the same bytes for the same paper."""

import json
import re
from datetime import UTC, datetime
from importlib import resources
from typing import Any

from credkit.errors import UsageError
from credkit.records.paper import Paper
from credkit.render.papers.html import as_values

_LONG = re.compile(r"\S{40,}")
_SHORT = 12
#: Stands in every file for the moment of its making, which would make each another one.
_MADE = datetime(2000, 1, 1, tzinfo=UTC)


def pdf(paper: Paper) -> bytes:
    """Return the paper's bytes.

    Raises UsageError where the extra is not installed. Letters that the built-in fonts do not have are looked for in the
    system's, without the promise of a tagged file.
    """
    try:
        import typst
    except ImportError as error:
        raise UsageError(
            "PDF needs credkit's extra `pdf`, which is not installed.",
            hint="pip install 'credkit-cli[pdf]', or write it as html and print it from a browser.",
        ) from error
    template = resources.files("credkit.render.papers").joinpath("templates/paper.typ").read_bytes()
    given = {"paper": json.dumps(_fitting(as_values(paper)))}
    try:
        made = typst.compile(
            template, format="pdf", sys_inputs=given, ignore_system_fonts=True, pdf_standards="ua-1", timestamp=_MADE
        )
    except typst.TypstError:
        made = typst.compile(template, format="pdf", sys_inputs=given, timestamp=_MADE)
    assert isinstance(made, bytes)
    return made


def _fitting(value: Any) -> Any:
    """Let long words (a hash, an address) break, and give each column its share of the width."""
    if isinstance(value, str):
        return _LONG.sub(lambda word: "\u200b".join(word[0][n : n + 8] for n in range(0, len(word[0]), 8)), value)
    if isinstance(value, list | tuple):
        return [_fitting(one) for one in value]
    if isinstance(value, dict):
        fitted = {name: _fitting(one) for name, one in value.items()}
        if value.get("kind") == "grid":
            columns = list(zip(value["header"], *value["rows"], strict=True))
            longest = [max(map(len, cells)) for cells in columns]
            # A column of short cells (dates, names) is as wide as they are; the others share what is left.
            fitted["widths"] = [0 if length <= _SHORT else min(40, length) for length in longest]
        return fitted
    return value
