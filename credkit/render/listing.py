"""The one value that every report hands over, whatever it will be written as."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Generic, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from pydantic import BaseModel

Item = TypeVar("Item", bound="BaseModel")


class NamedPolicy(Protocol):
    """The policy a report was judged by."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def sha256(self) -> str:
        """The SHA-256 of its text."""


@dataclass(frozen=True)  # slots and Column[Item](...) do not go together
class Column(Generic[Item]):
    """One column of a table: its title, and an item's text under it."""

    title: str
    value: Callable[[Item], str]
    justify: Literal["left", "right"] = "left"


def in_words(name: str, count: int) -> str:
    """Return a count as a table's last line says it: "1 reject", "2 rejects", "1 pass"."""
    one = name.removesuffix("s") if count == 1 and not name.endswith("ss") else name
    return f"{count} {one.replace('_', ' ')}"


@dataclass(slots=True)
class Listing(Generic[Item]):
    """A report: items that stream, and what stands around them.

    `counts` and `warnings` may be filled while the items are read; they are written after. `empty` is what a table says
    when there is no item; `count_in_words` is how its last line says one of the counts.
    """

    schema: str
    items: Iterable[Item]
    columns: tuple[Column[Item], ...]
    counts: Mapping[str, int] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)
    on: date | None = None
    policy: NamedPolicy | None = None
    empty: str = "Nothing to show."
    count_in_words: Callable[[str, int], str] = in_words
