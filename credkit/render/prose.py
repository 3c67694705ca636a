"""Paragraphs and labelled lines, wrapped to the reader's width."""

from collections.abc import Iterable, Sequence
from textwrap import fill

from credkit.render.text import clean, one_line


def paragraph(text: str, width: int) -> str:
    """Return a wrapped paragraph with its newline."""
    return fill(one_line(text), width=width) + "\n"


def bullets(lines: Iterable[str], width: int) -> str:
    """Return a line an item, each with a dash and wrapped under itself."""
    return "".join(
        fill(one_line(line), width=width, initial_indent="  - ", subsequent_indent="    ") + "\n" for line in lines
    )


def labelled(pairs: Sequence[tuple[str, str]], width: int, indent: str = "  ") -> str:
    """Return (label, text) pairs as a definition list; pairs without text are left out."""
    longest = max((len(label) for label, text in pairs if text), default=0)
    hang = indent + " " * (longest + 2)
    return "".join(
        fill(one_line(text), width=width, initial_indent=f"{indent}{clean(label):<{longest}}  ", subsequent_indent=hang)
        + "\n"
        for label, text in pairs
        if text
    )
