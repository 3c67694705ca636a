"""credkit.roster/1, credkit.roster_fault/1 and credkit.roster_difference/1."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class RosterItem(PublishedItem):
    """A roster that was built for a payer."""

    id: str
    payer: str
    built_on: date
    delta: Annotated[bool, Field(description="Whether its file has only what differs from the one sent before.")]
    base: Annotated[
        str | None, Field(description="The roster marked as sent before it, which its actions are against.")
    ]
    template: str
    file: str
    sha256: Annotated[str, Field(description="Of the file.")]
    members: int
    adds: int
    changes: int
    terminates: int
    sent_on: date | None
    accepted_on: date | None
    reference: str | None


class RosterFaultItem(PublishedItem):
    """One thing wrong with one cell of a roster."""

    npi: str
    name: str
    sheet: str
    column: Annotated[str, Field(description="Empty for the row as a whole.")]
    rule: str
    says: str


class RosterDifferenceItem(PublishedItem):
    """How a payer's list and ours differ on somebody."""

    npi: str | None
    name: str | None
    state: str | None
    kind: Literal["they_have_not", "they_ended", "we_have_not", "loaded", "effective_differs", "unknown", "unreadable"]
    theirs: str
    ours: str
    row: Annotated[int | None, Field(description="The row of the payer's list; null where they have none.")]
