"""Members, meetings, who was there, and what stands between a member and a provider."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from credkit import clock
from credkit.committee.voting import Room
from credkit.errors import Refused, UsageError, did_you_mean
from credkit.lists.actors import plain
from credkit.records import Attendance, Conflict, Meeting, MeetingStatus, Member, Mode, Role
from credkit.store import Store, new_id

#: What stands before and behind a name, and tells nobody apart.
_TITLES = frozenset({"dr", "doctor", "prof", "professor", "mr", "mrs", "ms", "mx", "md", "phd", "psyd"})


def schedule(
    store: Store,
    held_on: date,
    *,
    today: date,
    mode: Mode | None = None,
    panel: str | None = None,
    late: str | None = None,
) -> Meeting:
    """Put a meeting on the calendar. `late` says why one of a past day is put on record only now: its minutes show it.

    Raises UsageError where one is there already, and for a past day without `late`: its decisions would be backdated.
    """
    if held_on < today and not late:
        raise UsageError(
            f"{held_on} is past: a meeting is on the calendar before it is held.",
            hint="One that was held and forgotten: --late REASON, which its minutes show. Decisions from before credkit: "
            "`credkit committee import FILE`.",
        )
    if held_on >= today and late:
        raise UsageError(f"{held_on} is not past: --late has no place here.")
    note = f"on {today}, after it was held: {late}" if late else None
    with store.batch():
        known = store.meeting(held_on)
        if known and known.status is MeetingStatus.CANCELLED:
            return _held_after_all(store, known, mode, panel, note)
        if known:
            raise UsageError(f"There is already a meeting on {held_on}.")
        stamp = clock.stamp(clock.now())
        meeting = Meeting(new_id(), held_on, MeetingStatus.SCHEDULED, stamp, mode=mode, panel=panel, note=note)
        store.schedule_meeting(meeting)
    return meeting


def _held_after_all(
    store: Store, cancelled: Meeting, mode: Mode | None, panel: str | None, note: str | None
) -> Meeting:
    """Put a meeting that was cancelled on the calendar again; a docket that was closed stays what it was. Whoever was put
    down as present before it was cancelled was at no meeting."""
    if cancelled.closed_at and panel != cancelled.panel:
        raise Refused(f"The docket of {cancelled.held_on} was closed for another panel: choose another day.")
    if absent := [replace(one, present=False) for one in store.attendance(cancelled.id)]:
        store.record_attendance(cancelled, absent)
    meeting = replace(cancelled, status=MeetingStatus.SCHEDULED, note=note, mode=mode or cancelled.mode, panel=panel)
    store.keep_meeting(meeting, verb="meeting.scheduled")
    _pull_what_went_elsewhere(store, meeting)
    return meeting


def _pull_what_went_elsewhere(store: Store, meeting: Meeting) -> None:
    """Pull from the docket of a meeting that came back what another closed docket took meanwhile: no file is on two."""
    elsewhere = {
        entry.npi: other.held_on
        for other in store.meetings()
        if other.id != meeting.id and other.panel == meeting.panel and other.status is not MeetingStatus.CANCELLED
        if other.closed_at and meeting.closed_at and other.closed_at >= meeting.closed_at
        for entry in store.docket(other.id)
        if not entry.pulled_at
    }
    for entry in store.docket(meeting.id):
        if entry.npi in elsewhere and not entry.pulled_at:
            why = f"it went to the meeting of {elsewhere[entry.npi]} while this one was cancelled"
            store.pull_file(replace(entry, pulled_at=clock.stamp(clock.now()), pulled_because=why))


def meeting_of(store: Store, held_on: date) -> Meeting:
    """Return the meeting of a day. Raises UsageError where there is none."""
    meeting = store.meeting(held_on)
    if meeting is None:
        raise UsageError(
            f"There is no meeting on {held_on}.",
            hint=f"Put it on the calendar first: credkit committee schedule {held_on}",
        )
    return meeting


def open_meeting(store: Store, held_on: date, today: date, *, what: str) -> Meeting:
    """Return a meeting at which something may still be recorded.

    Raises UsageError where there is none or it has not been held yet, Refused where it was cancelled or its minutes are
    attested.
    """
    meeting = meeting_of(store, held_on)
    if held_on > today:
        raise UsageError(f"The meeting of {held_on} has not been held yet: {what} after it.")
    if meeting.status is MeetingStatus.CANCELLED:
        raise Refused(f"The meeting of {held_on} was cancelled.")
    refuse_attested(meeting)
    return meeting


def refuse_attested(meeting: Meeting) -> None:
    """Refuse to change a meeting whose minutes are attested."""
    if meeting.attested_at:
        raise Refused(
            f"The minutes of {meeting.held_on} are attested by {meeting.attested_by}: nothing of the meeting changes.",
            hint=f"A correction is an addendum: credkit committee minutes {meeting.held_on} --addendum TEXT",
        )


def cancel(store: Store, held_on: date, reason: str) -> Meeting:
    """Cancel a meeting. Raises Refused where it decided something already."""
    with store.batch():
        meeting = meeting_of(store, held_on)
        refuse_attested(meeting)
        if store.decisions_of(meeting.id) or store.votes(meeting.id):
            raise Refused(f"The meeting of {held_on} voted or decided already, and cannot be cancelled.")
        cancelled = replace(meeting, status=MeetingStatus.CANCELLED, note=reason)
        store.keep_meeting(cancelled, verb="meeting.cancelled", reason=reason)
    return cancelled


def add_member(store: Store, member: Member) -> Member:
    """Put somebody on the committee. Raises UsageError where somebody of that name, or login, is there already."""
    with store.batch():
        for other in store.members():
            if other.until is not None and other.until < member.since:
                continue
            if without_titles(other.name) == without_titles(member.name):
                raise UsageError(
                    f"{other.name} is on the committee already.",
                    hint="Somebody else of that name is told apart by more of it, as a first name.",
                )
            if member.login and other.login and folded(other.login) == folded(member.login):
                raise UsageError(f"{other.name} acts as {other.login} already.")
        if member.votes and member.role is Role.STAFF:
            raise UsageError("Staff have no vote on the committee.", hint="Add them without --votes, or as a member.")
        store.keep_member(member, verb="member.added")
    return member


def end_member(store: Store, name: str, until: date) -> Member:
    """Let a member leave: `until` is their last day. Raises UsageError where there is none of that name, Refused where they
    were at a later meeting: who takes their name since would be there beside them."""
    with store.batch():
        member = member_of(store.members(), name, until)
        for meeting in store.meetings():
            if meeting.held_on > until and any(
                one.present and one.member_id == member.id for one in store.attendance(meeting.id)
            ):
                raise Refused(
                    f"{member.name} was at the meeting of {meeting.held_on}, after {until}.",
                    hint="The last day is that of their last meeting, or later.",
                )
        ended = replace(member, until=until)
        store.keep_member(ended, verb="member.ended")
    return ended


def member_of(members: Sequence[Member], name: str, on: date) -> Member:
    """Return the member of a name, or login, on a day, however it is written. Raises UsageError where there is none, or
    where it may be either of two."""
    serving = [member for member in members if member.serves(on)]
    exact = [member for member in serving if name.strip() in {member.name, member.login}]
    found = (
        exact
        or [one for one in serving if folded(name) in {folded(one.name), folded(one.login or one.name)}]
        or [one for one in serving if without_titles(name) == without_titles(one.name)]
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(
            f"{name} may be {' or '.join(member.name for member in found)} on {on}.",
            hint="Write the name as `credkit committee member list` has it.",
        )
    raise UsageError(
        f"{name} is not on the committee on {on}.{did_you_mean(name, [member.name for member in serving])}",
        hint=f"credkit committee member add {name!r} --role member",
    )


def attend(
    store: Store, held_on: date, present: Sequence[str], *, today: date, mode: Mode | None = None
) -> tuple[Meeting, list[Attendance]]:
    """Record who was at a meeting: these, and of everybody else on the committee that day that they were not.

    Raises UsageError for a name that is not on the committee, Refused where somebody who voted would not have been there.
    """
    with store.batch():
        meeting = open_meeting(store, held_on, today, what="attendance is taken")
        members = store.members()
        there = {member_of(members, name, held_on).id for name in present}
        voted = {vote.member_id for vote in store.votes(meeting.id)} - there
        if voted:
            names = [member.name for member in members if member.id in voted]
            raise Refused(f"{', '.join(names)} voted at this meeting, and must have been there.")
        attendance = [
            Attendance(meeting.id, member.id, member.id in there, member.votes)
            for member in members
            if member.serves(held_on)
        ]
        status = MeetingStatus.IN_PROGRESS if meeting.status is MeetingStatus.SCHEDULED else meeting.status
        meeting = replace(meeting, status=status, mode=mode or meeting.mode)
        store.record_attendance(meeting, attendance)
    return meeting, attendance


def declare_conflict(store: Store, name: str, npi: str, reason: str, *, today: date) -> Conflict:
    """Record a member's conflict of interest in a provider, for good; a vote that they cast on a file that is not decided
    counts as recused from then on. Raises Refused where it is known."""
    with store.batch():
        member = member_of(store.members(), name, today)
        store.provider_file(npi)
        known = next((one for one in store.conflicts() if (one.member_id, one.npi) == (member.id, npi)), None)
        if known:
            raise Refused(f"{member.name} declared a conflict with {npi} on {known.declared_on}.")
        conflict = Conflict(new_id(), member.id, npi, reason, today, clock.stamp(clock.now()), store.actor)
        store.declare_conflict(conflict)
    return conflict


def room(store: Store, meeting: Meeting, *, with_all_conflicts: bool = False) -> Room:
    """Return everybody who was at a meeting, with every conflict and the votes so far. A conflict declared after a file was
    decided there, or after the minutes were attested, changes nothing of what is on record (`with_all_conflicts` has these
    too)."""
    decided = {one.npi: one.recorded_at for one in store.decisions_of(meeting.id)}

    def too_late(conflict: Conflict) -> bool:
        ends = [moment for moment in (decided.get(conflict.npi), meeting.attested_at) if moment]
        return any(moment < conflict.recorded_at for moment in ends)

    return Room(
        {member.id: member for member in store.members()},
        store.attendance(meeting.id),
        [one for one in store.conflicts() if with_all_conflicts or not too_late(one)],
        store.votes(meeting.id),
        store.motions(meeting.id),
    )


def folded(name: str) -> str:
    """Return a name as members' names are compared: whatever its case, spaces, accents and punctuation ("Dr. Ash" is Dr
    Ash)."""
    return " ".join(re.sub(r"[^\w]+", " ", plain(name)).split())


def without_titles(name: str) -> str:
    """Return a name as `folded` does, and without titles: "Ash" and "Dr. Ash, MD" are one where names are all there is."""
    words = folded(name).split()
    return " ".join([word for word in words if word not in _TITLES] or words)
