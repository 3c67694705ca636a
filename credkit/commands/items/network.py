"""credkit.payer/1, credkit.enrollment/1 and what follows them: contacts, follow-ups, aging, trackers, terminations."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class PayerNamesItem(PublishedItem):
    """How a payer was called, and the company it belonged to, up to the day before `until`."""

    until: date
    name: str
    parent: str | None
    aliases: list[str]


class PayerItem(PublishedItem):
    """An insurer."""

    id: str
    name: str
    line: str
    parent: str | None
    aliases: list[str]
    states: Annotated[list[str], Field(description="Where it does business; none named: everywhere.")]
    delegated: Annotated[bool, Field(description="Whether it leaves credentialing to the organization.")]
    template: Annotated[str | None, Field(description="The template of the roster it wants.")]
    follow_up_days: Annotated[int | None, Field(description="Null: the policy's.")]
    usual_days: Annotated[int | None, Field(description="How long it usually takes to decide.")]
    merged_into: Annotated[str | None, Field(description="The payer that it is from merged_on.")]
    merged_on: date | None
    formerly: Annotated[
        list[PayerNamesItem], Field(description="How it was called, and whose it was, until a day; oldest first.")
    ]


class EnrollmentItem(PublishedItem):
    """One provider's enrollment with a payer in a state."""

    id: str
    npi: str
    name: str
    payer: str
    line: str
    state: str
    tax_id: str | None
    status: str
    status_reason: str | None
    opened_on: date | None
    submitted_on: date | None
    received_on: date | None
    decided_on: date | None
    effective_on: date | None
    billable_from: Annotated[
        date | None, Field(description="The effective date, or as far back as its line lets one bill.")
    ]
    loaded_on: Annotated[date | None, Field(description="When it was seen in the payer's system.")]
    ended_on: Annotated[date | None, Field(description="The first day on which it no longer holds.")]
    revalidate_on: Annotated[date | None, Field(description="The last day of its revalidation.")]
    reference: str | None
    owner: str | None
    in_network: Annotated[bool, Field(description="On the day of the report.")]
    counts: Annotated[bool, Field(description="Whether the payer counts towards being ready, by the policy.")]


class WantedItem(PublishedItem):
    """One enrollment that the policy says a provider should have."""

    npi: str
    payer: str
    line: Annotated[str | None, Field(description="Null of a payer that nobody knows, unless the policy says it.")]
    state: str
    id: Annotated[str | None, Field(description="The enrollment that was opened.")]
    why_not: Annotated[str | None, Field(description="Why none was opened.")]


class ContactItem(PublishedItem):
    """One follow-up with a payer."""

    id: str
    enrollment: str
    npi: str
    payer: str
    contacted_on: date
    channel: str
    who: str
    said: str
    reference: str | None
    next_on: date
    actor: str


class HistoryItem(PublishedItem):
    """One thing that happened to an enrollment, as the log has it."""

    enrollment: str
    at: Annotated[str, Field(description="UTC, to the microsecond.")]
    actor: str
    what: Annotated[str, Field(description="The log's verb: enrollment.submitted, payer.contacted, ...")]
    status: Annotated[str | None, Field(description="Where it stood after; null of a contact.")]
    changes: list[str]
    reason: str | None


class FollowUpItem(PublishedItem):
    """One enrollment that somebody must ask about."""

    id: Annotated[str, Field(description="The enrollment.")]
    npi: str
    name: str
    payer: str
    line: str
    state: str
    status: str
    due_on: date
    days_overdue: int
    ask: Annotated[str, Field(description="What to ask, or to do.")]
    blocks: Annotated[str, Field(description="What it holds up, in words.")]
    reference: str | None
    owner: str | None
    last_contact_on: date | None
    last_said: str | None


class AgingItem(PublishedItem):
    """How long one payer takes in one state, and which applications wait for longer."""

    payer: str
    state: str
    decided: Annotated[int, Field(description="Decisions whose submission and decision days are known.")]
    median_days: int | None
    p90_days: int | None
    waiting: int
    oldest_days: int | None
    limit_days: int
    limit_by: Annotated[str, Field(description="Whose number the limit is.")]
    stuck: Annotated[list[str], Field(description="Enrollments that wait for longer, each with its NPI and days.")]


class TrackedItem(PublishedItem):
    """One enrollment that a row of a tracker speaks of, and what became of it."""

    file: str
    row: Annotated[int, Field(description="The row's number as a spreadsheet counts.")]
    npi: str | None
    payer: str | None
    state: str | None
    outcome: Literal["new", "changed", "unchanged", "conflict", "rejected"]
    id: Annotated[str | None, Field(description="The enrollment; null where there is none yet.")]
    changes: list[str]
    errors: list[str]


class RevalidationItem(PublishedItem):
    """What a list of revalidations came to for one enrollment, or for an NPI and state without one."""

    file: str
    row: Annotated[int, Field(description="The row's number as a spreadsheet counts; of several, the one that counts.")]
    npi: str | None
    name: str | None
    state: str | None
    outcome: Literal["set", "unchanged", "no_date", "not_begun", "no_enrollment", "other_state", "unreadable"]
    id: Annotated[str | None, Field(description="The enrollment.")]
    payer: str | None
    before: Annotated[date | None, Field(description="The last day of its revalidation as it was.")]
    after: Annotated[date | None, Field(description="As it is now; of a dry run, as it would be.")]
    why: Annotated[str | None, Field(description="What is to be looked at.")]


class TerminationItem(PublishedItem):
    """One enrollment that ended with many."""

    id: str
    npi: str
    payer: str
    line: str
    state: str
    was: str
    status: str
    ended_on: date | None
    reason: str | None
