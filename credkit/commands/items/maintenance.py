"""credkit.reminder/1, credkit.today/1, credkit.sweep/1 and the other items of maintenance."""

from datetime import date
from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem
from credkit.records import EventKind


class ReminderItem(PublishedItem):
    """One mail to one provider, and what became of it."""

    npi: str
    name: str
    address: str | None
    about: Annotated[list[str], Field(description="What each item is, and its band of days.")]
    outcome: Annotated[
        str, Field(description="would send, sent, made (it goes out with the next run), refused, dropped.")
    ]
    trouble: str | None
    message_id: str
    attempts: int


class TodayItem(PublishedItem):
    """One thing to do."""

    rank: Annotated[str, Field(description="danger, date, us, provider, payer, committee: in this order.")]
    npi: str
    name: str
    owner: Annotated[str | None, Field(description="Who of the staff looks after the file.")]
    what: str
    why: str
    who: Annotated[str, Field(description="Who must act: provider, staff, committee, payer.")]
    due_on: date | None
    stops: Annotated[list[str], Field(description="States, and payers in them, that it stops or would stop.")]
    command: Annotated[str, Field(description="What to type.")]


class NoteItem(PublishedItem):
    """A note about a provider. Internal."""

    npi: str
    text: str
    actor: str
    recorded_at: str


class DutyItem(PublishedItem):
    """One duty of the policy's that a provider has, and when it was done last."""

    npi: str
    name: str
    duty: str
    who: Annotated[str, Field(description="Who does it: provider, staff.")]
    what: Annotated[str, Field(description="What to do, as the policy says it.")]
    done_on: Annotated[date | None, Field(description="Null where nothing is on record.")]
    until_on: Annotated[date | None, Field(description="Its own last day, where it has one.")]
    due_on: Annotated[date | None, Field(description="The last day by which it is to be done again.")]
    days_left: Annotated[int | None, Field(description="Days to that day; below 0 it is past.")]
    actor: Annotated[str | None, Field(description="Who recorded it.")]
    recorded_at: str | None


class MonitoringEventItem(PublishedItem):
    """Something that came up about a provider between two decisions."""

    event_id: str
    npi: str
    name: str
    kind: EventKind
    happened_on: date
    text: str
    source: str
    waits_on: Annotated[str | None, Field(description="committee or staff; null once it is settled.")]
    settled_on: date | None
    settled_how: str | None


class SweepItem(PublishedItem):
    """One thing that is new since the last sweep."""

    kind: Annotated[
        str, Field(description="stage, expiry, caqh, stale, list, letter, appeal, condition, recredential.")
    ]
    npi: str | None
    what: str
    due_on: date | None
    found_on: date
