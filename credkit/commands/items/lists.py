"""credkit.list/1."""

from datetime import date
from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class SetAsideItem(PublishedItem):
    """A row of the file that could not be used."""

    row: Annotated[int, Field(description="As a spreadsheet counts it; the header is a row too.")]
    reason: str


class ListItem(PublishedItem):
    """The receipt of one loaded version of an exclusion list."""

    id: str
    name: str
    source_file: str
    sha256: str
    published_on: date
    published_stated: Annotated[bool, Field(description="False where it is estimated from the newest exclusion.")]
    acquired_on: date
    rows: int
    added: Annotated[int, Field(description="Rows that the version before had not.")]
    removed: Annotated[int, Field(description="Rows that the version before had.")]
    warnings: Annotated[int, Field(description="Rows with a cell that could not be read; they are kept.")]
    changed: Annotated[int, Field(description="Of the rows added and removed, the pairs that are one person's row.")]
    set_aside: Annotated[int, Field(description="Rows that could not be used.")]
    set_aside_rows: Annotated[tuple[SetAsideItem, ...], Field(description="The first fifty of them.")]
    fetched_from: Annotated[str | None, Field(description="Null where it was loaded from a file.")]
    checked_on: Annotated[date | None, Field(description="When the publisher last had nothing newer.")]
    in_force: bool
    fresh: Annotated[bool, Field(description="Young enough, by the policy, to screen by.")]


class NppesFileItem(PublishedItem):
    """The receipt of one of the NPI registry's own files."""

    id: str
    kind: Annotated[str, Field(description="full, weekly, or deactivated (the monthly report).")]
    source_file: str
    sha256: str
    published_on: date
    acquired_on: date
    rows: Annotated[int, Field(description="Records in the file.")]
    sought: Annotated[int, Field(description="Our providers when it was loaded.")]
    kept: Annotated[int, Field(description="Those of them whom it has.")]
