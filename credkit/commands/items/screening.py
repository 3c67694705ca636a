"""credkit.screened_person/1 and credkit.screened/1."""

from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem

Outcome = Literal["clear", "possible", "match", "insufficient_data", "not_screened"]


class CandidateItem(PublishedItem):
    """A row of a list that resembles a person."""

    list: str
    row: Annotated[int, Field(description="The row's place among the file's data rows, from 0.")]
    row_number: Annotated[int, Field(description="The row as a spreadsheet counts it: the header is row 1.")]
    record: Annotated[
        str, Field(description="The identity of what the row says, the same in every version that has it.")
    ]
    score: Annotated[
        float,
        Field(description="Bits: the odds that it is this person double with each. 0 is where a person should look."),
    ]
    verdict: Literal["match", "possible", "unlikely", "folded"]
    name: str
    reasons: tuple[str, ...]


class ScreenedPersonItem(PublishedItem):
    """A person of a file, held against lists. `result` is the gravest of the lists' outcomes."""

    id: str
    result: Outcome
    lists: Annotated[dict[str, Outcome], Field(description="Each list's own outcome.")]
    reasons: Annotated[tuple[str, ...], Field(description="What kept the answer from being whole, and cells not used.")]
    candidates: tuple[CandidateItem, ...]


class ScreenedItem(PublishedItem):
    """A provider held against a list."""

    npi: str
    name: str
    list: str
    outcome: Outcome
    reasons: tuple[str, ...]
    candidates: tuple[CandidateItem, ...]
    verification_id: Annotated[str, Field(description="The finding that stands for it.")]
    recorded: Annotated[bool, Field(description="False where it is what was found before: the receipt renews it.")]
