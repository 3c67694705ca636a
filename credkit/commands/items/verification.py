"""credkit.verification/1 and credkit.verification_due/1."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class ComparisonItem(PublishedItem):
    """One field held against the source."""

    field: str
    claimed: str | None
    found: str | None
    agrees: bool


class VerificationItem(PublishedItem):
    """A finding, recorded."""

    id: str
    npi: str
    check: str
    subject: Annotated[str, Field(description="Which one: a state, a list, a board; empty for the file as a whole.")]
    result: Literal["pass", "fail", "review", "unavailable"]
    summary: str
    verified_on: Annotated[date, Field(description="The day that counts for windows.")]
    recorded_at: Annotated[str, Field(description="UTC, to the microsecond.")]
    actor: str
    method: Annotated[str, Field(description="source, file (the application alone) or hand.")]
    source: str
    expires_on: Annotated[date | None, Field(description="The date of validity that was verified.")]
    comparisons: list[ComparisonItem]
    evidence: Annotated[list[str], Field(description="Ids of the evidence it rests on.")]
    document: Annotated[str | None, Field(description="SHA-256 of the paper that proves it.")]
    note: str | None
    advice: Annotated[str | None, Field(description="What to do next when it is not a pass.")]
    changes: Annotated[
        list[str], Field(description="What was found otherwise than the time before: status ACTIVE -> PROBATION.")
    ]


class DueItem(PublishedItem):
    """One check that is due."""

    npi: str
    name: str
    check: str
    subject: str
    why: str
    how: Annotated[Literal["run", "by hand"], Field(description="Whether a run can settle it, or only a person.")]
    advice: str | None
    where: Annotated[str | None, Field(description="By hand: the address to go to, or whom to ask.")]
    record: Annotated[str | None, Field(description="By hand: what to record.")]


class RecordedItem(PublishedItem):
    """One row of a filled-in worklist, and what became of it."""

    row: Annotated[int, Field(description="As a spreadsheet counts it: the header is row 1.")]
    npi: str
    check: str
    subject: str
    outcome: Annotated[
        Literal["recorded", "already", "blank", "rejected"],
        Field(description="already: the same words of the same claims are on record."),
    ]
    reason: str | None
    verification_id: str | None
