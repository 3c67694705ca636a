"""credkit.docket/1 and credkit.decision/1."""

from datetime import date
from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class DocketItem(PublishedItem):
    """One file that is ready for the committee."""

    npi: str
    name: str
    profession: str | None
    cycle: str
    track: str
    states: Annotated[list[str], Field(description="The states all of whose lines are met.")]
    reasons: Annotated[list[str], Field(description="What makes it an exception.")]


class DecisionItem(PublishedItem):
    """One decision."""

    id: str
    npi: str
    name: str
    decision: str
    decided_on: date
    decided_by: Annotated[str, Field(description="committee or medical_director.")]
    states: list[str]
    conditions: list[str]
    reason: str | None
    override: str | None
    track: str
