"""credkit.docket/1, credkit.decision/1 and the committee's other items."""

from datetime import date
from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class DocketItem(PublishedItem):
    """One file that is ready for the committee, or stands on its closed docket."""

    npi: str
    name: str
    profession: str | None
    cycle: str
    track: str
    states: Annotated[list[str], Field(description="The states all of whose lines are met.")]
    reasons: Annotated[list[str], Field(description="What makes it an exception.")]
    sha256: Annotated[str, Field(description="Of what the committee sees of it.")]
    pulled_because: Annotated[str | None, Field(description="Why it was pulled from the closed docket.")]


class DecisionItem(PublishedItem):
    """One decision."""

    id: str
    npi: str
    name: str
    decision: str
    decided_on: date
    decided_by: Annotated[str, Field(description="committee, medical_director, provider, staff, or before credkit.")]
    states: list[str]
    conditions: list[str]
    reason: str | None
    override: str | None
    track: str
    tally: Annotated[dict[str, int], Field(description="Votes by their word; empty where no votes are kept.")]
    waits_for_second: Annotated[bool, Field(description="It counts when another person confirms it.")]
    provisional_until: date | None
    legacy: Annotated[bool, Field(description="Taken before credkit: it passed no gate here.")]


class MemberItem(PublishedItem):
    """Somebody on the committee."""

    name: str
    role: str
    votes: bool
    specialty: str | None
    login: str | None
    since: date
    until: date | None


class MeetingItem(PublishedItem):
    """A meeting of the committee."""

    held_on: date
    status: str
    mode: str | None
    panel: str | None
    present: list[str]
    quorum_needed: int
    quorum_counted: Annotated[int, Field(description="Voting members who were there.")]
    docket_sha256: str | None
    decisions: int
    attested_by: str | None
    minutes_sha256: str | None


class BallotItem(PublishedItem):
    """What was moved on one file at a meeting, and what became of it."""

    npi: str
    motion: str
    tally: dict[str, int]
    quorum_needed: int
    quorum_counted: int
    recused: list[str]
    carried: bool


class LegacyItem(PublishedItem):
    """One decision that was taken before credkit, and whether it was taken in."""

    row: int
    npi: str | None
    outcome: str
    decision: str | None
    decided_on: date | None
    states: list[str]
    detail: str


class ConditionItem(PublishedItem):
    """A condition of an approval."""

    id: str
    npi: str
    text: str
    owner: str
    due_on: date
    met_on: date | None
    met_how: str | None


class AppealItem(PublishedItem):
    """An appeal against a decision."""

    id: str
    npi: str
    decision_id: str
    opened_on: date
    hear_by: date
    grounds: str
    closed_on: date | None


class LetterItem(PublishedItem):
    """A letter that a decision owes a provider."""

    id: Annotated[str | None, Field(description="None until it is made.")]
    npi: str
    name: str
    kind: str
    decided_on: date | None
    due_on: date
    made_on: date | None
    sent_on: date | None
    sent_how: str | None
    overdue: bool
