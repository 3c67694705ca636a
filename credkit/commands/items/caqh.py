"""credkit.caqh_load/1, credkit.caqh_due/1, credkit.caqh_difference/1 and credkit.caqh_roster/1."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class CaqhLoadItem(PublishedItem):
    """One row of a file of CAQH's, and what became of it."""

    file: str
    kind: Annotated[str, Field(description="status, exceptions or profile.")]
    row: int
    npi: str | None
    caqh_id: str | None
    outcome: Annotated[
        Literal["changed", "unchanged", "refused", "older", "conflict", "nobody", "rejected"],
        Field(description="refused: CAQH did not take our roster row. conflict, nobody, rejected: not taken."),
    ]
    detail: str


class CaqhDueItem(PublishedItem):
    """One provider's CAQH attestation."""

    npi: str
    name: str
    caqh_id: str | None
    status: Annotated[str | None, Field(description="In CAQH's words.")]
    attested_on: date | None
    due_on: Annotated[date | None, Field(description="The last day of the attestation in force.")]
    days_left: Annotated[int | None, Field(description="Below 0: overdue.")]
    usable: Annotated[bool, Field(description="Payers can read it: complete, authorized, active, attested in time.")]
    why_not: list[str]
    fix_first: Annotated[list[str], Field(description="What to put right before attesting, the gravest first.")]
    compared: Annotated[bool, Field(description="Whether the profile was there to be looked through.")]


class CaqhDifferenceItem(PublishedItem):
    """One field in which a CAQH profile disagrees with what else is known. Dates of birth are withheld."""

    npi: str
    name: str
    field: str
    severity: Literal["blocks_attesting", "correct_soon", "cosmetic"]
    caqh: str | None
    other: str | None
    source: Annotated[str, Field(description="Whose word `other` is: file, board, nppes, certificate, caqh.")]
    likely: Annotated[str, Field(description="Who is likely right; nobody where it cannot be told.")]
    why: str
    fix: str


class CaqhRosterItem(PublishedItem):
    """One provider's row of a roster file, or why there is none (`column` and `rule`)."""

    npi: str
    name: str
    action: Annotated[Literal["A", "U", "D"] | None, Field(description="None: left out, because of a fault.")]
    changed: Annotated[list[str], Field(description="The columns that differ from the row that was sent last.")]
    column: str | None
    rule: str | None
