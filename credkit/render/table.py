"""Tables for people."""

from io import StringIO
from itertools import chain, islice
from typing import IO, Any

from credkit.render.listing import Listing
from credkit.render.text import clean, one_line

#: rich lays out some 1,600 rows a second and needs them all at once; longer reports are aligned by hand, page by page.
MOST_ROWS = 300
#: Longer words than this are broken rather than push the other columns together.
MOST_WORD = 18


def write_table(listing: Listing[Any], to: IO[str], *, width: int, color: bool) -> None:
    """Write a table of at most `width` columns: cells wrap, nothing is cut. Values are text, never markup."""
    items = iter(listing.items)
    first = list(islice(items, MOST_ROWS + 1))
    if not first:
        to.write(clean(listing.empty) + "\n")
    elif len(first) <= MOST_ROWS:
        _write_rich(listing, first, to, width=width, color=color)
    else:
        _write_aligned(listing, chain(first, items), to)
    _write_notes(listing, to)


def _write_rich(listing: Listing[Any], items: list[Any], to: IO[str], *, width: int, color: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    page = StringIO()
    console = Console(
        file=page, width=width, force_terminal=color, no_color=not color, highlight=False, markup=False, emoji=False
    )
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold" if color else "")
    rows = [[clean(column.value(item)) for column in listing.columns] for item in items]
    # A column in which nothing stands only takes room from the others.
    shown = [n for n in range(len(listing.columns)) if any(row[n] for row in rows)]
    for n in shown:
        column = listing.columns[n]
        longest = max(len(row[n]) for row in rows)
        # Short cells (an NPI, a date) stay whole; long ones share what is left and wrap, between words where they can.
        word = max((len(word) for row in rows for word in row[n].split()), default=0)
        table.add_column(
            column.title,
            justify=column.justify,
            overflow="fold",
            no_wrap=longest <= 12,
            min_width=min(word, MOST_WORD),
        )
    for row in rows:
        table.add_row(*(Text(row[n]) for n in shown))
    console.print(table)
    to.writelines(line.rstrip() + "\n" for line in page.getvalue().splitlines())


def _write_aligned(listing: Listing[Any], items: Any, to: IO[str]) -> None:
    page = list(islice(items, MOST_ROWS))
    while page:
        rows = [[one_line(column.value(item)) for column in listing.columns] for item in page]
        titles = [column.title for column in listing.columns]
        widths = [max(map(len, cells)) for cells in zip(titles, *rows, strict=True)]
        to.writelines(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n"
            for row in (titles, *rows)
        )
        page = list(islice(items, MOST_ROWS))
        if page:
            to.write("\n")


def _write_notes(listing: Listing[Any], to: IO[str]) -> None:
    if counted := [listing.count_in_words(name, count) for name, count in listing.counts.items() if count]:
        to.write("\n" + ", ".join(counted) + (f", on {listing.on}" if listing.on else "") + "\n")
