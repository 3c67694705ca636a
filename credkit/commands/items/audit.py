"""credkit.event/1 and credkit.integrity/1."""

from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class EventItem(PublishedItem):
    """One change, as the log has it. What changed is in the store's log itself, which may hold a date of birth."""

    seq: int
    at: str
    actor: str
    command: str
    verb: str
    npi: str | None
    record: str
    reason: str | None
    simulated: Annotated[bool, Field(description="Whether CREDKIT_NOW stood in for the clock.")]
    tables: Annotated[list[str], Field(description="The tables it wrote to.")]
    hash: str


class IntegrityItem(PublishedItem):
    """What verifying the log found."""

    events: int
    head: str
    sound: bool
    problems: list[str]
