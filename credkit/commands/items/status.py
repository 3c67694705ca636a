"""credkit.status/1."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem

StageName = Literal[
    "withdrawn", "terminated", "denied", "suspended", "active", "network", "committee", "verification", "intake"
]
StateName = Literal["met", "missing", "pending", "failed", "review", "stale", "expired", "not_applicable"]


class RequirementItem(PublishedItem):
    """One line of the policy, judged on this file."""

    check: Annotated[str, Field(description="The check that judges it; document for a paper that the policy asks for.")]
    subject: Annotated[str, Field(description="Which one: a state, a list, a board; empty for the file as a whole.")]
    state: StateName
    verified_on: Annotated[date | None, Field(description="The day of the finding that counts.")]
    valid_until: Annotated[date | None, Field(description="The last day on which it holds as things stand.")]
    detail: Annotated[str, Field(description="Why, in a sentence.")]


class ActionItem(PublishedItem):
    """What must happen next."""

    who: Literal["provider", "staff", "committee", "payer"]
    what: str
    due_on: date | None


class StatusItem(PublishedItem):
    """Where one provider stands on the day of the report."""

    npi: str
    name: str
    profession: str | None
    stage: StageName
    track: Literal["clean", "exception"]
    reasons: Annotated[list[str], Field(description="Why the file is at this stage and no further.")]
    requirements: list[RequirementItem]
    actions: Annotated[list[ActionItem], Field(description="The most pressing first.")]
    ready: Annotated[
        dict[str, list[str]], Field(description="Each state in which clients may be seen, with the payers that count.")
    ]
    recredential_by: Annotated[date | None, Field(description="The last day of the approval.")]
    next_change_on: Annotated[date | None, Field(description="The next day on which time alone changes the answer.")]
