"""Votes put on record: one by one, or from a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from credkit import clock
from credkit.committee.appeals import open_appeal_of, took_part
from credkit.committee.convening import member_of, open_meeting, room
from credkit.committee.docket import CLEAN
from credkit.committee.voting import Quorum, Room, carried, voted, why_not_move, why_not_vote
from credkit.errors import CredkitError, InputRejected, Refused, UsageError, did_you_mean
from credkit.policy import Policy
from credkit.records import Meeting, Motion, Outcome, Vote, Word
from credkit.store import Store, new_id
from credkit.tables.sheet import Sheet

#: In a file of votes: every clean file of the docket, ratified as one.
ALL_CLEAN = "clean"
_COLUMNS = ("npi", "motion", "moved_by", "seconded_by", "member", "vote", "reason")


@dataclass(frozen=True, slots=True)
class Ballot:
    """What was moved on one file, and how each member voted: names, as they were written."""

    npi: str
    motion: Outcome | None = None
    moved_by: str | None = None
    seconded_by: str | None = None
    votes: tuple[tuple[str, Word, str | None], ...] = ()


@dataclass(frozen=True, slots=True)
class Balloted:
    """What became of a ballot."""

    npi: str
    motion: Outcome
    tally: Mapping[str, int]
    quorum: Quorum
    carried: bool


def record_ballot(store: Store, held_on: date, ballot: Ballot, policy: Policy, *, today: date) -> Balloted:
    """Put the motion and the votes on one file on record, all or nothing.

    Raises UsageError for unknown members and providers, Refused for a vote or motion that cannot be, with every reason, or
    where there is no quorum without the recused.
    """
    with store.batch():
        meeting = open_meeting(store, held_on, today, what="votes are recorded")
        return _recorded(store, meeting, ballot, policy)


def record_ballots(
    store: Store, held_on: date, ballots: Sequence[Ballot], policy: Policy, *, today: date
) -> list[Balloted]:
    """Put the votes of a whole file on record, all or nothing. Raises InputRejected with every reason, by provider."""
    problems: list[str] = []
    found: list[Balloted] = []
    with store.batch():
        meeting = open_meeting(store, held_on, today, what="votes are recorded")
        for ballot in ballots:
            try:
                found.append(_recorded(store, meeting, ballot, policy))
            except (UsageError, Refused) as error:
                problems += _said(ballot, error)
        if problems:
            raise InputRejected(
                f"The votes of {held_on} were not recorded: nothing of the file was.",
                details=problems,
                hint="Mend the file, and record it again.",
            )
    return found


def _said(ballot: Ballot, error: CredkitError) -> list[str]:
    return [f"{ballot.npi}: {detail}" for detail in (error.details or (error.message,))]


def _recorded(store: Store, meeting: Meeting, ballot: Ballot, policy: Policy) -> Balloted:
    file = store.provider_file(ballot.npi)
    there = room(store, meeting)
    if not there.attendance:
        raise Refused(
            f"Nobody is recorded as present on {meeting.held_on}.",
            hint=f"credkit committee attend {meeting.held_on} --present NAME...",
        )
    if meeting.panel == "appeal":
        appeal = open_appeal_of(store, ballot.npi, meeting.held_on)
        there = replace(there, conflicts=(*there.conflicts, *took_part(store, appeal)))
    _refuse_off_docket(store, meeting, ballot.npi)
    if any(one.npi == ballot.npi for one in store.decisions_of(meeting.id)):
        raise Refused(f"{ballot.npi} was decided at this meeting already.")
    stamp = clock.stamp(clock.now())
    members = list(there.members.values())
    problems: list[str] = []
    votes: list[Vote] = []
    seen = there
    for name, word, reason in ballot.votes:
        try:
            member = member_of(members, name, meeting.held_on)
        except UsageError as error:
            problems.append(error.message)
            continue
        if why := why_not_vote(seen, member, ballot.npi, word, reason):
            problems.append(f"{why}.")
            continue
        votes.append(Vote(new_id(), meeting.id, ballot.npi, member.id, word, reason, stamp, store.actor))
        seen = replace(there, votes=(*there.votes, *votes))
    motion = _motion(store, seen, meeting, ballot, stamp, problems)
    if problems:
        raise Refused(f"The votes on {ballot.npi} {file.provider.name} cannot be recorded.", details=problems)
    quorum = seen.quorum(ballot.npi, policy.committee.quorum)
    if not quorum.met and not there.motions.get(ballot.npi):
        raise Refused(f"No quorum for {ballot.npi}: {quorum.words}.", details=(f"No quorum: {quorum.words}.",))
    store.record_votes(meeting, ballot.npi, motion if ballot.npi not in there.motions else None, votes)
    tally = seen.tally(ballot.npi)
    enough = voted(tally) >= policy.committee.quorum
    return Balloted(ballot.npi, motion.outcome, tally, quorum, enough and carried(tally))


def _motion(store: Store, there: Room, meeting: Meeting, ballot: Ballot, stamp: str, problems: list[str]) -> Motion:
    """Return the motion on a file: the one on record, or the one that this ballot makes."""
    known = there.motions.get(ballot.npi)
    if known:
        if ballot.motion not in {None, known.outcome}:
            problems.append(f"The motion on {ballot.npi} is {known.outcome}, not {ballot.motion}.")
        problems += _other_movers(there, known, ballot, meeting)
        return known
    if ballot.motion is None or not ballot.moved_by or not ballot.seconded_by:
        raise UsageError(
            f"No motion on {ballot.npi} is on record.",
            hint="Say what was moved, by whom, and who seconded it: --motion approved --moved-by NAME --second NAME",
        )
    members = list(there.members.values())
    motion = Motion(
        new_id(),
        meeting.id,
        ballot.npi,
        ballot.motion,
        member_of(members, ballot.moved_by, meeting.held_on).id,
        member_of(members, ballot.seconded_by, meeting.held_on).id,
        stamp,
        store.actor,
    )
    if why := why_not_move(there, motion):
        problems.append(f"{why}.")
    return motion


def _other_movers(there: Room, known: Motion, ballot: Ballot, meeting: Meeting) -> list[str]:
    """Say where a ballot names others than moved and seconded the motion on record: it is that motion which is voted on."""
    members = list(there.members.values())
    problems = []
    for name, who, what in (
        (ballot.moved_by, known.moved_by, "moved"),
        (ballot.seconded_by, known.seconded_by, "seconded"),
    ):
        if name and member_of(members, name, meeting.held_on).id != who:
            problems.append(f"The motion on {ballot.npi} was {what} by {there.members[who].name}, not by {name}.")
    return problems


def _refuse_off_docket(store: Store, meeting: Meeting, npi: str) -> None:
    if not meeting.closed_at:
        return
    entry = next((one for one in store.docket(meeting.id) if one.npi == npi), None)
    if entry is None:
        raise Refused(f"{npi} is not on the docket of {meeting.held_on}, which is closed.")
    if entry.pulled_at:
        raise Refused(f"{npi} was pulled from the docket of {meeting.held_on}: {entry.pulled_because}.")


def read_ballots(store: Store, held_on: date, sheet: Sheet) -> list[Ballot]:
    """Read a file of votes: a line a member and file, with the columns npi, motion, moved_by, seconded_by, member, vote,
    reason. "clean" for an NPI is every clean file of the closed docket.

    Raises InputRejected, with every line that cannot be read.
    """
    missing = [name for name in ("npi", "member", "vote") if name not in sheet.header]
    if missing:
        raise InputRejected(
            f"{sheet.source}: there is no column {', '.join(missing)}.", hint="Columns: " + ", ".join(_COLUMNS)
        )
    problems: list[str] = []
    gathered: dict[str, Ballot] = {}
    for row in sheet.rows:
        cells = {name: row.cells.get(name, "").strip() for name in _COLUMNS}
        try:
            if row.problem:
                raise ValueError(row.problem)  # noqa: TRY301 - one place says what is wrong with a row
            word, motion = _word(cells["vote"]), _outcome(cells["motion"])
        except ValueError as error:
            problems.append(f"row {row.number}: {error}")
            continue
        npi = cells["npi"]
        ballot = gathered.get(npi, Ballot(npi))
        gathered[npi] = Ballot(
            npi,
            ballot.motion or motion,
            ballot.moved_by or cells["moved_by"] or None,
            ballot.seconded_by or cells["seconded_by"] or None,
            (*ballot.votes, (cells["member"], word, cells["reason"] or None)),
        )
        if motion and ballot.motion and motion is not ballot.motion:
            problems.append(f"row {row.number}: two motions on {npi}, {ballot.motion} and {motion}.")
    if problems:
        raise InputRejected(f"{sheet.source}: the votes cannot be read.", details=problems, hint="Mend the rows.")
    return _spread(store, held_on, gathered)


def _spread(store: Store, held_on: date, gathered: Mapping[str, Ballot]) -> list[Ballot]:
    """Let the ballot on the clean list stand for each of its files that has none of its own."""
    common = gathered.get(ALL_CLEAN)
    ballots = [ballot for npi, ballot in gathered.items() if npi != ALL_CLEAN]
    if common is None:
        return ballots
    meeting = store.meeting(held_on)
    clean = [
        entry.npi
        for entry in (store.docket(meeting.id) if meeting else ())
        if entry.track == CLEAN and not entry.pulled_at and entry.npi not in gathered
    ]
    if not clean:
        raise InputRejected(
            f"The docket of {held_on} has no clean files to ratify.",
            hint=f"credkit committee agenda {held_on} --close freezes it before the meeting.",
        )
    return [*ballots, *(replace(common, npi=npi) for npi in clean)]


def _word(text: str) -> Word:
    if text.lower() not in set(Word):
        raise ValueError(f"{text!r} is no vote.{did_you_mean(text, list(Word))} Write {', '.join(Word)}.")
    return Word(text.lower())


def _outcome(text: str) -> Outcome | None:
    if not text:
        return None
    if text.lower() not in set(Outcome):
        raise ValueError(f"{text!r} is no motion.{did_you_mean(text, list(Outcome))} Write {', '.join(Outcome)}.")
    return Outcome(text.lower())
