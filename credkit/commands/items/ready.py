"""credkit.ready/1."""

from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class ReadyItem(PublishedItem):
    """Whether one provider may see clients in one state."""

    npi: str
    name: str
    state: str
    ready: bool
    payers: Annotated[list[str], Field(description="In-network there, and they count.")]
    reasons: Annotated[list[str], Field(description="Every reason for a no.")]
    warnings: list[str]
