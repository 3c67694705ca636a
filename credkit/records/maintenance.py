"""What keeps files in order over the years: owners, notes, reminders, events, leaves, duties, and the night's sweeps."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Owner:
    """Who of the staff looks after a provider's file."""

    npi: str
    owner: str
    assigned_on: date
    actor: str


@dataclass(frozen=True, slots=True)
class Note:
    """What somebody wrote down about a provider. Internal: no provider ever sees it."""

    id: str
    npi: str
    text: str
    recorded_at: str
    actor: str


class ReminderState(StrEnum):
    """How far a reminder is. One that is `made` goes out with the next run; what was renewed meanwhile is `dropped`."""

    MADE = "made"
    SENT = "sent"
    REFUSED = "refused"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One mail to one provider. `items` are (item, band) pairs, each of which is reminded of once for ever. `message_id` is
    the mail's own, the same however often it had to be tried. `answer` is the mail server's last word."""

    id: str
    npi: str
    address: str
    subject: str
    text: str = field(repr=False)
    items: tuple[tuple[str, str], ...]
    message_id: str
    made_on: date
    state: ReminderState
    attempts: int = 0
    sent_at: str | None = None
    answer: str | None = None


class EventKind(StrEnum):
    """What monitoring can bring up between two decisions."""

    COMPLAINT = "complaint"
    BOARD_ACTION = "board_action"
    EXCLUSION = "exclusion"
    CLAIM = "claim"
    ADVERSE_EVENT = "adverse_event"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class MonitoringEvent:
    """Something that came up about a provider. `for_committee` says that the policy brings it there; `settled_on` that it
    has been dealt with, and how."""

    id: str
    npi: str
    kind: EventKind
    happened_on: date
    text: str
    source: str
    for_committee: bool
    recorded_at: str
    actor: str
    settled_on: date | None = None
    settled_how: str | None = None


class LeaveKind(StrEnum):
    """The leaves for which a cycle may be extended (NCQA CR 4)."""

    MILITARY = "military"
    MEDICAL = "medical"


@dataclass(frozen=True, slots=True)
class Leave:
    """A military or medical leave: the cycle is extended, and recredentialing is due when they are back (NCQA CR 4).
    `returns_on` is the first day back."""

    id: str
    npi: str
    kind: LeaveKind
    started_on: date
    returns_on: date | None
    reason: str
    recorded_at: str
    actor: str

    def covers(self, day: date) -> bool:
        """Say whether they are away on a day."""
        return self.started_on <= day and (self.returns_on is None or day < self.returns_on)


@dataclass(frozen=True, slots=True)
class Alias:
    """An NPI under which somebody had a second file, which was merged into another: it names that one now."""

    npi: str
    merged_into: str
    merged_on: date
    reason: str
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Suspension:
    """Somebody's word that an approved provider sees no clients, until two people lift it: one asks (`lift_asked_by`, with
    the reason), another confirms (`lifted_by`), and from that day on it stands no more."""

    id: str
    npi: str
    since: date
    reason: str
    recorded_at: str
    actor: str
    lift_asked_on: date | None = None
    lift_asked_by: str | None = None
    lift_reason: str | None = None
    lifted_on: date | None = None
    lifted_by: str | None = None

    def stands(self, day: date) -> bool:
        """Say whether it stands on a day."""
        return self.since <= day and (self.lifted_on is None or day < self.lifted_on)


@dataclass(frozen=True, slots=True)
class DutyDone:
    """Somebody's word that a duty of the policy's (by its `name`) was done on a day; `until_on` is the last day on which it
    holds, where it says one itself. Never changed: what was recorded last counts."""

    id: str
    npi: str
    name: str
    done_on: date
    until_on: date | None
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Sweep:
    """The record of one night's sweep: the day, the last event that it saw, and what it found, by kind."""

    id: str
    swept_on: date
    after_event: int
    judged: int
    counts: Mapping[str, int]
    recorded_at: str
    actor: str
