"""The formats a report can be written in, and the one function that writes them."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import StrEnum
from typing import IO, Any, assert_never

from credkit.render.listing import Listing

#: Characters of a report that are kept in memory before it is whole; beyond that it waits in a temporary file.
IN_MEMORY = 4_000_000


class Format(StrEnum):
    """How a report is written: a table for people, plain lines for pipes, the others for programs."""

    TABLE = "table"
    PLAIN = "plain"
    JSON = "json"
    NDJSON = "ndjson"
    CSV = "csv"


def write(
    listing: Listing[Any],
    to: IO[str],
    *,
    as_: Format,
    width: int,
    color: bool,
    generated_at: datetime,
    fields: Callable[[str], Sequence[str]],
) -> None:
    """Write a report. `width` (columns) and `color` matter to tables alone, `generated_at` (UTC) to JSON, and `fields`,
    which gives the names of a schema's fields, to CSV."""
    match as_:
        case Format.TABLE:
            from credkit.render.table import write_table

            write_table(listing, to, width=width, color=color)
        case Format.PLAIN:
            from credkit.render.plain import write_plain

            write_plain(listing, to)
        case Format.JSON:
            from credkit.render.documents import write_json

            write_json(listing, to, generated_at, in_memory=IN_MEMORY)
        case Format.NDJSON:
            from credkit.render.documents import write_ndjson

            write_ndjson(listing, to)
        case Format.CSV:
            from credkit.render.documents import write_csv

            write_csv(listing, to, fields(listing.schema))
        case _:
            assert_never(as_)
