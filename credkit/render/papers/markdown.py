"""A paper as Markdown. Text from outside is escaped: no name is a link, and no note a heading."""

import re
from collections.abc import Iterator, Sequence

from credkit.records.paper import Bullets, Facts, Grid, Heading, Paper, Paragraph
from credkit.render.text import clean

_SPECIAL = re.compile(r"([\\`*_\[\]<>|#~])")
_LEADING = re.compile(r"^(\s*)([-+]|\d+[.)])(?=\s)")


def markdown(paper: Paper) -> str:
    """Return the paper's Markdown text."""
    return "\n\n".join(_parts(paper)) + "\n"


def _parts(paper: Paper) -> Iterator[str]:
    yield f"# {_safe(paper.title)}"
    if paper.mark:
        yield f"**{_safe(paper.mark)}**"
    for block in paper.blocks:
        match block:
            case Heading():
                yield f"{'#' * block.level} {_safe(block.text)}"
            case Paragraph():
                yield f"> {_safe(block.text)}" if block.note else _safe(block.text)
            case Facts():
                yield "\n".join(f"- **{_safe(name)}:** {_safe(value)}" for name, value in block.rows)
            case Bullets():
                yield "\n".join(f"- {_safe(item)}" for item in block.items)
            case Grid():
                table = [_row(block.header), _row(["---"] * len(block.header)), *map(_row, block.rows)]
                yield f"{_safe(block.caption)}:\n\n" + "\n".join(table)
    if paper.foot:
        yield f"---\n\n{_safe(paper.foot)}"


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell if cell == "---" else _safe(cell) for cell in cells) + " |"


def _safe(text: str) -> str:
    one_line = " ".join(clean(text).split())
    return _LEADING.sub(r"\1\\\2", _SPECIAL.sub(r"\\\1", one_line))
