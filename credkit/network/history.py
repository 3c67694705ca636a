"""What happened to one enrollment, read from the log."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from credkit.records import Event

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
