"""A paper to be read by people (an agenda, a packet, minutes): what it says, whatever it is written as."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Heading:
    """The beginning of a section; the paper's title is level 1, its sections are 2 and 3."""

    text: str
    level: int = 2


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Plain text. A `note` is set apart."""

    text: str
    note: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """Names and values, a line each."""

    rows: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list, an item a line."""

    items: Sequence[str]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with a header; every row has a cell a column."""

    caption: str
    header: Sequence[str]
    rows: Sequence[Sequence[str]]


Block = Heading | Paragraph | Facts | Bullets | Grid


@dataclass(frozen=True, slots=True)
class Paper:
    """A whole paper. `mark` stands on every page ("Confidential peer review"); `foot` at its end, small."""

    title: str
    blocks: Sequence[Block]
    mark: str = ""
    foot: str = ""
