"""credkit.list/1."""

from datetime import date
from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


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
    fresh: Annotated[bool, Field(description="Young enough, by the policy, to screen by.")]
