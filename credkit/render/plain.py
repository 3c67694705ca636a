"""Plain lines for pipes: the columns of the table, a line an item, tab-separated, uncut and without a header."""

from typing import IO, Any

from credkit.render.listing import Listing
from credkit.render.text import one_line


def write_plain(listing: Listing[Any], to: IO[str]) -> None:
    """Write a line an item; a tab or newline inside a cell becomes a space."""
    to.writelines(
        "\t".join(one_line(column.value(item)) for column in listing.columns) + "\n" for item in listing.items
    )
