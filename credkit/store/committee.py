"""The committee: its members and meetings, what was moved and voted, decisions, and what they owe."""

from collections.abc import Iterable, Sequence
from datetime import date

from credkit.records import (
    Addendum,
    Appeal,
    Attendance,
    AttestedMinutes,
    Condition,
    Confirmation,
    Conflict,
    Cycle,
    Decision,
    DocketEntry,
    Letter,
    Meeting,
    Member,
    Motion,
    Refusal,
    Vote,
)
from credkit.store import tables
from credkit.store.door import Door


class Committee(Door):
    """Verbs: keep_member, schedule_meeting, keep_meeting, record_attendance, declare_conflict, close_docket, pull_file,
    record_votes, record_decision, confirm_decision, refuse_decision,
    keep_condition, open_appeal, keep_letter, attest_minutes,
    add_addendum.

    Nouns: members, meeting, meetings, attendance, conflicts, docket, motions, votes, decisions_of, unconfirmed_decisions,
    refusals, conditions, appeals, letters, attested_minutes, addenda.
    """

    # --- members and meetings ---------------------------------------------------------------------------------------

    def keep_member(self, member: Member, *, verb: str) -> None:
        """Keep a member as they now are; `verb` is "member.added" or "member.ended"."""
        with self.act(verb, npi=None, record=f"member {member.name}") as act:
            act.put(tables.MEMBERS, member)

    def schedule_meeting(self, meeting: Meeting) -> None:
        """Put a meeting on the calendar."""
        with self.act("meeting.scheduled", npi=None, record=f"meeting {meeting.held_on}") as act:
            act.add(tables.MEETINGS, meeting)

    def keep_meeting(self, meeting: Meeting, *, verb: str, reason: str | None = None) -> None:
        """Keep a meeting as it now is; `verb` is "meeting.cancelled", or "meeting.scheduled" for once more."""
        with self.act(verb, npi=None, record=f"meeting {meeting.held_on}", reason=reason) as act:
            act.put(tables.MEETINGS, meeting)

    def record_attendance(self, meeting: Meeting, attendance: Sequence[Attendance]) -> None:
        """Keep who was at a meeting."""
        with self.act("meeting.attended", npi=None, record=f"meeting {meeting.held_on}") as act:
            act.put(tables.MEETINGS, meeting)
            for one in attendance:
                act.put(tables.ATTENDANCE, one)

    def declare_conflict(self, conflict: Conflict) -> None:
        """Keep a member's conflict of interest in a provider."""
        with self.act(
            "conflict.declared", npi=conflict.npi, record=f"conflict {conflict.id}", reason=conflict.reason
        ) as act:
            act.add(tables.CONFLICTS, conflict)

    def members(self) -> list[Member]:
        """Return everybody who is or was on the committee, by name."""
        return self.records(tables.MEMBERS)

    def meeting(self, held_on: date) -> Meeting | None:
        """Return the meeting of a day, or None."""
        found = self.records(tables.MEETINGS, "WHERE held_on = ?", (held_on.isoformat(),))
        return found[0] if found else None

    def meetings(self) -> list[Meeting]:
        """Return every meeting, oldest first."""
        return self.records(tables.MEETINGS)

    def attendance(self, meeting_id: str) -> list[Attendance]:
        """Return who was, and who was not, at a meeting."""
        return self.records(tables.ATTENDANCE, "WHERE meeting_id = ?", (meeting_id,))

    def conflicts(self) -> list[Conflict]:
        """Return every conflict of interest, oldest first."""
        return self.records(tables.CONFLICTS)

    # --- the docket, motions and votes ------------------------------------------------------------------------------

    def close_docket(self, meeting: Meeting, entries: Sequence[DocketEntry]) -> None:
        """Freeze what a meeting decides, and what it sees of it."""
        with self.act("docket.closed", npi=None, record=f"meeting {meeting.held_on}") as act:
            act.put(tables.MEETINGS, meeting)
            for entry in entries:
                act.add(tables.DOCKET, entry)

    def pull_file(self, entry: DocketEntry) -> None:
        """Take a file off a docket, with the reason."""
        with self.act("docket.pulled", npi=entry.npi, record=f"docket {entry.id}", reason=entry.pulled_because) as act:
            act.put(tables.DOCKET, entry)

    def record_votes(self, meeting: Meeting, npi: str, motion: Motion | None, votes: Sequence[Vote]) -> None:
        """Keep what was moved on a file, and how members voted on it."""
        with self.act("votes.recorded", npi=npi, record=f"meeting {meeting.held_on}") as act:
            if motion:
                act.add(tables.MOTIONS, motion)
            for vote in votes:
                act.add(tables.VOTES, vote)

    def docket(self, meeting_id: str) -> list[DocketEntry]:
        """Return the closed docket of a meeting; empty while it is open."""
        return self.records(tables.DOCKET, "WHERE meeting_id = ?", (meeting_id,))

    def motions(self, meeting_id: str) -> dict[str, Motion]:
        """Return what was moved at a meeting, by NPI."""
        return {one.npi: one for one in self.records(tables.MOTIONS, "WHERE meeting_id = ?", (meeting_id,))}

    def votes(self, meeting_id: str) -> list[Vote]:
        """Return every vote of a meeting, in the order in which they were recorded."""
        return self.records(tables.VOTES, "WHERE meeting_id = ?", (meeting_id,))

    # --- decisions, and what follows from them ----------------------------------------------------------------------

    def record_decision(
        self,
        decision: Decision,
        closes: Sequence[Cycle] = (),
        meeting: Meeting | None = None,
        conditions: Sequence[Condition] = (),
        appeal: Appeal | None = None,
    ) -> None:
        """Keep a decision, the cycle as it leaves it, the meeting as it stands after, and its conditions. `appeal` is the
        one that it ends."""
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
            for condition in conditions:
                act.add(tables.CONDITIONS, condition)
            if appeal:
                act.put(tables.APPEALS, appeal)

    def confirm_decision(self, confirmation: Confirmation, closes: Sequence[Cycle]) -> None:
        """Keep a second person's word on an approval past the gate, and the cycle as it leaves it."""
        with self.act("decision.confirmed", npi=confirmation.npi, record=f"decision {confirmation.record_id}") as act:
            act.add(tables.CONFIRMATIONS, confirmation)
            for cycle in closes:
                act.put(tables.CYCLES, cycle)

    def refuse_decision(self, refusal: Refusal) -> None:
        """Keep that an approval past the gate is not confirmed: it never counts."""
        with self.act(
            "decision.refused", npi=refusal.npi, record=f"decision {refusal.decision_id}", reason=refusal.reason
        ) as act:
            act.add(tables.REFUSALS, refusal)

    def refusals(self, npis: Iterable[str]) -> list[Refusal]:
        """Return the approvals past the gate of these providers that were refused, oldest first."""
        wanted = set(npis)
        return [one for one in self.records(tables.REFUSALS) if one.npi in wanted]

    def keep_condition(self, condition: Condition) -> None:
        """Keep a condition as met."""
        with self.act(
            "condition.met", npi=condition.npi, record=f"condition {condition.id}", reason=condition.met_how
        ) as act:
            act.put(tables.CONDITIONS, condition)

    def open_appeal(self, appeal: Appeal) -> None:
        """Keep an appeal against a decision."""
        with self.act("appeal.opened", npi=appeal.npi, record=f"appeal {appeal.id}", reason=appeal.grounds) as act:
            act.add(tables.APPEALS, appeal)

    def keep_letter(self, letter: Letter, *, verb: str) -> None:
        """Keep a letter; `verb` is "letter.made" or "letter.sent"."""
        with self.act(verb, npi=letter.npi, record=f"letter {letter.id}") as act:
            act.put(tables.LETTERS, letter)

    def attest_minutes(self, meeting: Meeting, minutes: AttestedMinutes) -> None:
        """Keep the minutes as they were attested, and close the meeting to every change."""
        with self.act("meeting.attested", npi=None, record=f"meeting {meeting.held_on}") as act:
            act.add(tables.MINUTES, minutes)
            act.put(tables.MEETINGS, meeting)

    def attested_minutes(self, meeting_id: str) -> AttestedMinutes | None:
        """Return a meeting's minutes as they were attested."""
        found = self.records(tables.MINUTES, "WHERE meeting_id = ?", (meeting_id,))
        return found[0] if found else None

    def add_addendum(self, addendum: Addendum, held_on: date) -> None:
        """Keep a correction to attested minutes."""
        with self.act("minutes.corrected", npi=None, record=f"meeting {held_on}", reason=addendum.text) as act:
            act.add(tables.ADDENDA, addendum)

    def decisions_of(self, meeting_id: str) -> list[Decision]:
        """Return what a meeting decided, in the order in which it was recorded."""
        return self.records(tables.DECISIONS, "WHERE meeting_id = ?", (meeting_id,))

    def letters_open_since(self, day: date) -> list[str]:
        """Return of whom a decision of a day or later may owe a letter that was not sent, and that no sweep has told of."""
        found = self.rows(
            "SELECT DISTINCT npi FROM decisions AS taken WHERE decided_on >= ? AND legacy = 0"
            " AND NOT EXISTS (SELECT 1 FROM letters WHERE decision_id = taken.id AND sent_on IS NOT NULL)"
            " AND NOT EXISTS (SELECT 1 FROM sweep_found WHERE key = 'letter:' || taken.id)",
            (day.isoformat(),),
        )
        return [npi for (npi,) in found]

    def approved_by(self, day: date) -> list[str]:
        """Return whose files had been approved by a day, whatever came of it since."""
        found = self.rows(
            "SELECT DISTINCT npi FROM decisions WHERE decided_on <= ? AND outcome LIKE 'approved%'", (day.isoformat(),)
        )
        return [npi for (npi,) in found]

    def unconfirmed_decisions(self) -> list[Decision]:
        """Return the approvals past the gate on which nobody has given or refused their word, and that no later
        decision on the file has taken the place of."""
        return self.records(
            tables.DECISIONS,
            "WHERE needs_second = 1 AND id NOT IN (SELECT record_id FROM confirmations WHERE kind = 'decision')"
            " AND id NOT IN (SELECT decision_id FROM refusals)"
            " AND NOT EXISTS (SELECT 1 FROM decisions AS later"
            " WHERE later.npi = decisions.npi AND later.rowid > decisions.rowid)",
        )

    def conditions(self, npi: str | None = None) -> list[Condition]:
        """Return the conditions of everybody's approvals, or of one provider's."""
        return self.records(tables.CONDITIONS, "WHERE npi = ?", (npi,)) if npi else self.records(tables.CONDITIONS)

    def appeals(self, npi: str | None = None) -> list[Appeal]:
        """Return everybody's appeals, or one provider's."""
        return self.records(tables.APPEALS, "WHERE npi = ?", (npi,)) if npi else self.records(tables.APPEALS)

    def letters(self) -> list[Letter]:
        """Return every letter that was made, oldest first."""
        return self.records(tables.LETTERS)

    def addenda(self, meeting_id: str) -> list[Addendum]:
        """Return the corrections to a meeting's minutes, oldest first."""
        return self.records(tables.ADDENDA, "WHERE meeting_id = ?", (meeting_id,))
