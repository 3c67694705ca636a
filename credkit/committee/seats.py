"""Who decides a file: the names and votes that count, by the meeting or by what was written down of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from credkit.committee.appeals import appealed, took_part
from credkit.committee.convening import attend, meeting_of, refuse_attested, room, without_titles
from credkit.committee.proposal import Proposal
from credkit.committee.voting import Quorum, Room, carried, moved_by_recused, voted
from credkit.errors import Refused, UsageError
from credkit.policy import Policy
from credkit.records import Appeal, DocketEntry, Meeting, MeetingStatus, Outcome, ProviderFile
from credkit.store import Store


@dataclass(frozen=True, slots=True)
class Seats:
    """Who decided: the meeting (None: the medical director alone), the names that count, the votes by their word, and what
    the meeting's closed docket says of the file (None while it is open)."""

    meeting: Meeting | None = None
    present: tuple[str, ...] = ()
    tally: Mapping[str, int] = field(default_factory=dict)
    entry: DocketEntry | None = None


def seats_of(store: Store, file: ProviderFile, policy: Policy, proposal: Proposal, appeal: Appeal | None) -> Seats:
    """Return who decides a proposal. Raises Refused where the meeting cannot decide this file, has no quorum, or carried no
    such motion."""
    if proposal.meeting_on is None:
        return Seats()
    meeting = meeting_of(store, proposal.meeting_on)
    refuse_attested(meeting)
    if meeting.status is MeetingStatus.CANCELLED:
        raise Refused(f"The meeting of {meeting.held_on} was cancelled.")
    if (meeting.panel == "appeal") != proposal.on_appeal:
        what = "hears appeals alone" if meeting.panel else "hears no appeals"
        raise Refused(f"The meeting of {meeting.held_on} {what}.", hint="Schedule an appeal with --panel appeal.")
    entry = _docketed(store, meeting, file.provider.npi)
    if not store.members():
        seats = _named(policy, proposal, meeting, appealed(file, appeal).present if appeal else ())
    else:
        seats = _voted(store, file, policy, proposal, meeting, appeal)
    return replace(seats, entry=entry)


def _docketed(store: Store, meeting: Meeting, npi: str) -> DocketEntry | None:
    """Return what the closed docket of a meeting says of a file, None while it is open. Raises Refused where the file is not
    on it, or was pulled."""
    if not meeting.closed_at:
        return None
    entry = next((one for one in store.docket(meeting.id) if one.npi == npi), None)
    if entry is None or entry.pulled_at:
        why = f"was pulled: {entry.pulled_because}" if entry else "is not on the docket, which is closed"
        raise Refused(f"{npi} {why}.", hint="It goes to the next meeting.")
    return entry


def _named(policy: Policy, proposal: Proposal, meeting: Meeting, before: Sequence[str]) -> Seats:
    """Count the names that were given, as long as the store knows no committee; not, on appeal, those of who decided
    `before`."""
    again = {without_titles(name) for name in before}
    if sat := [name for name in proposal.present if without_titles(name) in again]:
        raise Refused(
            f"{', '.join(sat)} sat in the meeting that decided what is appealed against.",
            hint="The panel is another one: name those who heard the appeal.",
        )
    present = {without_titles(name) for name in proposal.present}
    if len(present) < policy.committee.quorum:
        raise Refused(
            f"No quorum: {len(present)} present, {policy.committee.quorum} needed.",
            hint="Name everybody who was there, each with --present NAME.",
        )
    return Seats(meeting, proposal.present)


def _voted(
    store: Store, file: ProviderFile, policy: Policy, proposal: Proposal, meeting: Meeting, appeal: Appeal | None
) -> Seats:
    """Count the votes of the committee that the store knows: a quorum without the recused, and a motion that carried."""
    npi = file.provider.npi
    if proposal.present:
        if store.attendance(meeting.id):
            raise UsageError(f"Attendance of {meeting.held_on} is kept: `credkit committee attend` changes it.")
        meeting, _ = attend(store, meeting.held_on, proposal.present, today=meeting.held_on)
    # An approval past the gate that was refused is on record here too, and a conflict declared since counts for this one.
    there = room(store, meeting, with_all_conflicts=True)
    if appeal:
        there = replace(there, conflicts=(*there.conflicts, *took_part(store, appeal)))
    return seats_by_vote(there, npi, proposal.outcome, meeting, policy)


def seats_by_vote(there: Room, npi: str, outcome: Outcome, meeting: Meeting, policy: Policy) -> Seats:
    """Count the votes on one file, and return who counts for it. Raises Refused without a quorum, of those who are there
    and of those who voted, and where no such motion carried."""
    quorum = there.quorum(npi, policy.committee.quorum)
    if not quorum.met:
        raise _no_quorum(quorum, meeting)
    motion = there.motions.get(npi)
    if motion is None:
        raise Refused(
            f"No vote on {npi} is recorded at the meeting of {meeting.held_on}.",
            hint=f"credkit committee vote {meeting.held_on} {npi} --motion {outcome} ...",
        )
    if motion.outcome is not outcome:
        raise Refused(f"The motion on {npi} was {motion.outcome}, not {outcome}.")
    if recused := moved_by_recused(there, motion):
        raise Refused(
            f"The motion on {npi} does not stand: {' and '.join(recused)} put it, and is recused.",
            hint="It goes to the next meeting.",
        )
    tally = there.tally(npi)
    if (cast := voted(tally)) < policy.committee.quorum:
        raise Refused(
            f"{cast} voted on {npi}, and {policy.committee.quorum} are needed: a quorum is of those who vote.",
            hint=f"credkit committee vote {meeting.held_on} {npi} --for NAME, --against NAME or --abstain NAME",
        )
    if not carried(tally):
        said = ", ".join(f"{count} {word}" for word, count in tally.items()) or "nobody voted"
        raise Refused(
            f"The motion on {npi} did not carry: {said}.",
            hint="Whoever has not voted may still; else the file stays undecided, and goes to the next meeting.",
        )
    return Seats(meeting, quorum.counted, tally)


def _no_quorum(quorum: Quorum, meeting: Meeting) -> Refused:
    return Refused(
        f"No quorum at the meeting of {meeting.held_on}: {quorum.words}.",
        hint=f"`credkit committee attend {meeting.held_on} --present NAME...` records who was there.",
    )
