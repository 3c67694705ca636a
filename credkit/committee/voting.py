"""Quorum and votes: who counts for one file, and whether a motion carried.

Pure. A member counts who is present with a vote, and is neither recused nor in conflict with the provider: so the recused
never make a quorum.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from credkit.records import Attendance, Conflict, Member, Motion, Vote, Word


@dataclass(frozen=True, slots=True)
class Quorum:
    """Who counts for one file at one meeting, by name, against what the policy needs; `recused` are those who do not."""

    needed: int
    counted: tuple[str, ...]
    recused: tuple[str, ...] = ()

    @property
    def met(self) -> bool:
        """Whether enough are counted."""
        return len(self.counted) >= self.needed

    @property
    def words(self) -> str:
        """The quorum as minutes say it."""
        without = f" ({', '.join(self.recused)} recused)" if self.recused else ""
        return f"{len(self.counted)} of {self.needed} needed{without}"


@dataclass(frozen=True, slots=True)
class Room:
    """Everybody who was at one meeting, and what stands between them and each provider."""

    members: Mapping[str, Member]
    attendance: Sequence[Attendance]
    conflicts: Sequence[Conflict] = ()
    votes: Sequence[Vote] = ()
    motions: Mapping[str, Motion] = field(default_factory=dict)

    def voters(self) -> tuple[str, ...]:
        """Return the ids of those who are present with a vote."""
        return tuple(one.member_id for one in self.attendance if one.present and one.votes)

    def recused(self, npi: str) -> frozenset[str]:
        """Return the ids of those who leave the count for one provider: by a declared conflict, or by their vote."""
        declared = {one.member_id for one in self.conflicts if one.npi == npi}
        return frozenset(
            declared | {one.member_id for one in self.votes if one.npi == npi and one.word is Word.RECUSED}
        )

    def quorum(self, npi: str | None, needed: int) -> Quorum:
        """Count who is there for one provider's file, or (None) for the meeting as a whole."""
        out = self.recused(npi) if npi else frozenset()
        voters = self.voters()
        return Quorum(
            needed,
            tuple(self.members[one].name for one in voters if one not in out),
            tuple(self.members[one].name for one in voters if one in out),
        )

    def tally(self, npi: str) -> dict[str, int]:
        """Count the votes on one file by their word. A vote of somebody who is in conflict counts as recused."""
        out = self.recused(npi)
        words: Iterable[str] = (
            Word.RECUSED if one.member_id in out else one.word for one in self.votes if one.npi == npi
        )
        counted = Counter(words)
        return {word.value: counted[word] for word in Word if counted[word]}


def voted(tally: Mapping[str, int]) -> int:
    """Return how many took part in a vote: for it, against it, or abstaining. The recused did not."""
    return sum(tally.get(word, 0) for word in (Word.FOR, Word.AGAINST, Word.ABSTAIN))


def carried(tally: Mapping[str, int]) -> bool:
    """Say whether a motion carried: more votes for it than against. Abstentions and the recused count for neither."""
    return tally.get(Word.FOR, 0) > tally.get(Word.AGAINST, 0)


def moved_by_recused(room: Room, motion: Motion) -> tuple[str, ...]:
    """Return the names of those who moved or seconded a motion and are recused from it by now: it cannot carry."""
    out = room.recused(motion.npi)
    return tuple(room.members[one].name for one in (motion.moved_by, motion.seconded_by) if one in out)


def why_not_vote(room: Room, member: Member, npi: str, word: Word, reason: str | None) -> str | None:
    """Say why a member cannot cast this vote, None where they can."""
    if member.id not in {one.member_id for one in room.attendance if one.present}:
        return f"{member.name} was not there"
    if member.id not in room.voters():
        return f"{member.name} has no vote"
    if any(one.member_id == member.id and one.npi == npi for one in room.votes):
        return f"{member.name} has voted on {npi} already"
    conflict = next((one for one in room.conflicts if (one.member_id, one.npi) == (member.id, npi)), None)
    if conflict and word is not Word.RECUSED:
        return f"{member.name} declared a conflict with {npi} ({conflict.reason}), and is recused"
    if word is Word.RECUSED and not reason and not conflict:
        return f"{member.name} is recused without a reason"
    return None


def why_not_move(room: Room, motion: Motion) -> str | None:
    """Say why a motion cannot be put, None where it can: two voting members who are there and not recused."""
    if motion.moved_by == motion.seconded_by:
        return "a motion is seconded by another member than moved it"
    out = room.recused(motion.npi)
    for member_id, what in ((motion.moved_by, "move"), (motion.seconded_by, "second")):
        name = room.members[member_id].name
        if member_id not in room.voters():
            return f"{name} was not there with a vote, and cannot {what}"
        if member_id in out:
            return f"{name} is recused from {motion.npi}, and cannot {what}"
    return None
