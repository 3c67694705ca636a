"""Tables for people."""

from collections.abc import Sequence
from io import StringIO
from itertools import chain, islice
from typing import IO, Any

from credkit.render.listing import Listing
from credkit.render.text import clean, one_line

#: rich lays out some 1,600 rows a second and needs them all at once; longer reports are aligned by hand, page by page.
MOST_ROWS = 300
BETWEEN = "   "
#: How far what stands beneath a row is set in.
INDENT = 4
#: Cells of at most so many characters are not wrapped.
MOST_WHOLE = 12
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
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    rows = [[clean(column.value(item)) for column in listing.columns] for item in items]
    # A column in which nothing stands only takes room from the others.
    shown = [n for n in range(len(listing.columns)) if any(row[n] for row in rows)]
    titles = [listing.columns[n].title for n in range(len(listing.columns))]
    cells = [[row[n] for row in rows] for n in range(len(listing.columns))]
    beside, beneath = _placed(shown, titles, cells, width)
    widths = _widths([titles[n] for n in beside], [cells[n] for n in beside], width)
    style = "bold" if color else ""

    def laid_out(some: Sequence[Sequence[str]], *, header: bool) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style=style, show_header=header)
        for n, allotted in zip(beside, widths, strict=True):
            table.add_column(titles[n], justify=listing.columns[n].justify, overflow="fold", width=allotted)
        for row in some:
            table.add_row(*(Text(row[n]) for n in beside))
        return table

    page = StringIO()
    console = Console(
        file=page,
        width=max(width, sum(widths) + len(BETWEEN) * (len(widths) - 1)),
        force_terminal=color,
        no_color=not color,
        highlight=False,
        markup=False,
        emoji=False,
    )
    if not beneath:
        console.print(laid_out(rows, header=True))
    else:
        indent = (0, 0, 0, INDENT if width > MOST_WORD else 0)
        # The rule under the titles comes with the first row, so that row is laid out with them and parted again.
        with console.capture() as captured:
            console.print(laid_out([[""] * len(titles)], header=True))
        head, rule, _blank = captured.get().rstrip("\n").rsplit("\n", 2)
        page.write(head + "\n")
        for n in beneath:
            console.print(Padding(Text(titles[n], style=style, overflow="fold"), indent))
        page.write(rule + "\n")
        for row in rows:
            console.print(laid_out([row], header=False))
            for n in beneath:
                if row[n]:
                    console.print(Padding(Text(row[n], overflow="fold"), indent))
    to.writelines(line.rstrip() + "\n" for line in page.getvalue().splitlines())


def _placed(
    shown: Sequence[int], titles: Sequence[str], cells: Sequence[Sequence[str]], width: int
) -> tuple[list[int], list[int]]:
    """Say which columns stand beside one another, and which go beneath their row on lines of their own.

    While the line is too narrow for every word, the last of the columns with long cells goes beneath: words and
    numbers stay whole, to be read and copied.
    """
    beside, beneath = list(shown), []
    while len(beside) > 2:
        words = sum(_longest_word([titles[n], *cells[n]]) for n in beside)
        if words + len(BETWEEN) * (len(beside) - 1) <= width:
            break
        # The first column says whom a row is about.
        lengths = {n: max(map(_longest_line, cells[n])) for n in beside[1:]}
        moved = max([n for n in lengths if lengths[n] > MOST_WHOLE] or lengths)
        beside.remove(moved)
        beneath.append(moved)
    return beside, sorted(beneath)


def _longest_word(texts: Sequence[str]) -> int:
    return max((len(word) for text in texts for word in text.split()), default=1)


def _longest_line(text: str) -> int:
    return max(map(len, text.split("\n")))


def _widths(titles: Sequence[str], cells: Sequence[Sequence[str]], width: int) -> list[int]:
    """Share a line among columns: each gets what it must have, and what is left goes evenly to those that want more.

    What it must have is its short cells whole and its words unbroken; where the line is too narrow for that, its words;
    and where it is too narrow for those, three characters.
    """
    room = width - len(BETWEEN) * (len(titles) - 1)
    wanted = [max(map(_longest_line, (title, *column))) for title, column in zip(titles, cells, strict=True)]
    unbroken = [min(MOST_WORD, _longest_word([title, *column])) for title, column in zip(titles, cells, strict=True)]
    whole = [
        max(least, len(title), longest if longest <= MOST_WHOLE else 0)
        for title, column, least in zip(titles, cells, unbroken, strict=True)
        for longest in [max(map(_longest_line, column))]
    ]
    bare = [min(3, least) for least in wanted]
    widths = next((least for least in (whole, unbroken) if sum(least) <= room), bare)
    while (spare := room - sum(widths)) > 0 and (hungry := [n for n, w in enumerate(widths) if w < wanted[n]]):
        for n in hungry[:spare]:
            widths[n] = min(wanted[n], widths[n] + max(1, spare // len(hungry)))
    return widths


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
