"""What happened to one enrollment, read from the log."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from credkit.records import EnrollmentStatus, Event

_SHOWN = (
    "status",
    "submitted_on",
    "received_on",
    "decided_on",
    "effective_on",
    "loaded_on",
    "ended_on",
    "revalidate_on",
    "reference",
    "owner",
    "overdue_since",
)


@dataclass(frozen=True, slots=True)
class Happening:
    """One event of an enrollment: its status after (None of a contact), and what changed, in words."""

    at: str
    actor: str
    verb: str
    status: str | None
    changes: tuple[str, ...]
    reason: str | None


def happenings(events: Iterable[Event], enrollment_id: str) -> Iterator[Happening]:
    """Return every move, correction and contact of an enrollment, oldest first; `events` are its provider's."""
    for event in events:
        if event.record != f"enrollment {enrollment_id}":
            continue
        before, after = json.loads(event.before), json.loads(event.after)
        if contacts := after.get("contacts"):
            (contact,) = contacts
            said = f"{contact['channel']} with {contact['who']}: {contact['said']}"
            changes = (said, f"next {contact['next_on']}")
            yield Happening(event.at, event.actor, event.verb, None, changes, contact["reference"])
            continue
        was: dict[str, Any] = (before.get("enrollments") or [{}])[0]
        now: dict[str, Any] = after["enrollments"][0]
        changed = tuple(
            f"{name.removesuffix('_on')} {was.get(name) or 'nothing'} -> {now[name]}"
            for name in _SHOWN
            if now.get(name) != was.get(name) and now.get(name) is not None
        )
        yield Happening(event.at, event.actor, event.verb, now["status"], changed, now.get("status_reason"))


def left_the_payer(events: Iterable[Event], day_of: Callable[[str], date]) -> dict[str, date]:
    """Return, of each enrollment in the log that was with its payer and is no more, the day on which that was recorded; `day_of`
    reads a moment as the log has it. One that was over when it came into the log is not among them."""
    was: dict[str, bool] = {}
    left: dict[str, date] = {}
    for event in events:
        for row in json.loads(event.after).get("enrollments", ()):
            with_payer = EnrollmentStatus(row["status"]).with_payer
            if with_payer:
                left.pop(row["id"], None)
            elif was.get(row["id"]):
                left[row["id"]] = day_of(event.at)
            was[row["id"]] = with_payer
    return left
