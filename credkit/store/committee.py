"""Meetings and decisions."""

from collections.abc import Sequence
from datetime import date

from credkit.records import Cycle, Decision, Meeting
from credkit.store import tables
from credkit.store.door import Door


class Committee(Door):
    """Verbs: schedule_meeting, record_decision. Nouns: meeting, meetings."""

    def schedule_meeting(self, meeting: Meeting) -> None:
        """Put a meeting on the calendar."""
        with self.act("meeting.scheduled", npi=None, record=f"meeting {meeting.held_on}") as act:
            act.add(tables.MEETINGS, meeting)

    def record_decision(self, decision: Decision, closes: Sequence[Cycle] = (), meeting: Meeting | None = None) -> None:
        """Keep a decision, the cycle as it leaves it, and the meeting as it stands after."""
        with self.act(
            "decision.recorded",
            npi=decision.npi,
            record=f"decision {decision.id}",
            reason=decision.override or decision.reason,
        ) as act:
            if meeting:
                act.put(tables.MEETINGS, meeting)
            for cycle in closes:
                act.put(tables.CYCLES, cycle)
            act.add(tables.DECISIONS, decision)

    def meeting(self, held_on: date) -> Meeting | None:
        """Return the meeting of a day, or None."""
        found = self.records(tables.MEETINGS, "WHERE held_on = ?", (held_on.isoformat(),))
        return found[0] if found else None

    def meetings(self) -> list[Meeting]:
        """Return every meeting, oldest first."""
        return self.records(tables.MEETINGS)
