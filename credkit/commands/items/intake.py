"""credkit.intake/1 and credkit.reject/1."""

from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class ChangeItem(PublishedItem):
    """One fact, as it was and as the row has it. A date of birth is withheld."""

    field: str
    before: str | None
    after: str | None


class ErrorItem(PublishedItem):
    """One thing wrong with a row."""

    column: Annotated[str, Field(description="The column's header in the file; empty for the row as a whole.")]
    reason: str


class IntakeItem(PublishedItem):
    """One row of a form, and what became of it."""

    file: str
    row: Annotated[int, Field(description="The row's number as a spreadsheet counts: the header is row 1.")]
    npi: str | None
    outcome: Literal["new", "changed", "unchanged", "conflict", "rejected"]
    changes: list[ChangeItem]
    errors: list[ErrorItem]
    reject_id: Annotated[str | None, Field(description="Names the row among the rejects.")]


class RejectItem(PublishedItem):
    """A row that was set aside. Its cells are in the file that `intake rejects --out` writes, and nowhere else: they may
    hold a date of birth."""

    reject_id: str
    file: str
    row: int
    npi: str | None
    outcome: Literal["conflict", "rejected"]
    errors: list[ErrorItem]
    recorded_at: str
