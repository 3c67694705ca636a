"""credkit.ready/1."""

from datetime import date
from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class ReadyItem(PublishedItem):
    """Whether one provider may see clients in one state on a day."""

    row: Annotated[int | None, Field(description="The row of the schedule; null where one provider was asked about.")]
    npi: str
    name: Annotated[str | None, Field(description="Null where nobody has this NPI.")]
    state: str | None
    payer: Annotated[str | None, Field(description="The payer that was asked about; null: any that counts.")]
    on: date
    ready: bool
    until: Annotated[date | None, Field(description="Through when a yes holds as things stand; null: nothing ends it.")]
    payers: Annotated[list[str], Field(description="In-network there, and they count.")]
    reasons: Annotated[list[str], Field(description="Every reason for a no.")]
    warnings: list[str]
