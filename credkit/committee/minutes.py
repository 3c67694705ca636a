"""Minutes of a meeting, from the record: who was there, what was moved, how each voted, what was decided and why.

Pure: the same records give the same paper. What is attested is the hash of what it says; addenda stand after it.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from credkit.committee.docket import CLEAN
from credkit.committee.packet import CONFIDENTIAL, seen
from credkit.committee.voting import Room, carried, voted
from credkit.records import Addendum, Condition, Confirmation, Decision, DocketEntry, Meeting, Refusal, Word
from credkit.records.paper import Block, Bullets, Facts, Grid, Heading, Paper, Paragraph


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that was recorded of one meeting. `names` are providers' by NPI; `conditions` by decision; `attested` is the
    text that was attested, once it was; `confirmations` second persons' words by the record that they are on, `refusals`
    of those that are never to be confirmed, by decision."""

    meeting: Meeting
    room: Room
    quorum_needed: int
    docket: Sequence[DocketEntry]
    decisions: Sequence[Decision]
    conditions: Mapping[str, Sequence[Condition]]
    names: Mapping[str, str]
    addenda: Sequence[Addendum] = ()
    attested: str | None = None
    confirmations: Mapping[str, Confirmation] = field(default_factory=dict)
    refusals: Mapping[str, Refusal] = field(default_factory=dict)


def minutes(record: Record) -> Paper:
    """Return the minutes of a meeting, with its addenda and, once they are attested, who attested them."""
    paper = attested_part(record)
    blocks = list(paper.blocks)
    meeting = record.meeting
    if meeting.attested_at:
        blocks += [
            Heading("Attestation"),
            Paragraph(
                f"Attested by {meeting.attested_by} on {meeting.attested_at[:10]}. SHA-256 {meeting.minutes_sha256}"
            ),
        ]
        if not as_attested(record):
            blocks.append(Paragraph("The text above is not what was attested: its SHA-256 is another."))
    if record.addenda:
        blocks += [
            Heading("Addenda"),
            Grid(
                "Corrections, which change nothing above",
                ("On", "By", "Text"),
                [(one.recorded_at[:10], one.actor, one.text) for one in record.addenda],
            ),
        ]
    return replace(paper, blocks=blocks, foot=f"{CONFIDENTIAL}. What was recorded: SHA-256 {seen(paper)}")


def attested_part(record: Record) -> Paper:
    """Return what a chair attests: the minutes without attestation and addenda. Once they are attested it is what was read
    then, whatever names have changed since."""
    if record.attested is not None:
        return read_kept(record.attested)
    return Paper(f"Credentialing committee, minutes of {record.meeting.held_on}", list(_blocks(record)), CONFIDENTIAL)


def as_attested(record: Record) -> bool:
    """Say whether the minutes read as they did when they were attested, by the hash that was kept then; True while they are
    not attested."""
    return not record.meeting.attested_at or seen(attested_part(record)) == record.meeting.minutes_sha256


def kept_text(paper: Paper) -> str:
    """Return a paper as the JSON that is kept of it."""
    blocks = [[type(block).__name__, asdict(block)] for block in paper.blocks]
    return json.dumps({"title": paper.title, "mark": paper.mark, "blocks": blocks}, ensure_ascii=False)


def read_kept(text: str) -> Paper:
    """Return the paper that was kept."""
    said = json.loads(text)
    kinds: dict[str, type[Block]] = {kind.__name__: kind for kind in (Heading, Paragraph, Facts, Bullets, Grid)}
    return Paper(said["title"], [kinds[name](**fields) for name, fields in said["blocks"]], said["mark"])


def _blocks(record: Record) -> Iterator[Block]:
    meeting, room = record.meeting, record.room
    yield Facts(
        [
            ("Held on", str(meeting.held_on)),
            ("Held", (meeting.mode or "not stated").replace("_", " ")),
            *([("Panel", meeting.panel)] if meeting.panel else []),
            *([("Put on record", meeting.note)] if meeting.note and meeting.status != "cancelled" else []),
            *([("Docket", f"closed, SHA-256 {meeting.docket_sha256}")] if meeting.docket_sha256 else []),
        ]
    )
    yield Heading("Roll call and quorum")
    rows = [
        (
            room.members[one.member_id].name,
            room.members[one.member_id].role.replace("_", " "),
            room.members[one.member_id].specialty or "",
            "yes" if one.votes else "no",
            "present" if one.present else "absent",
        )
        for one in room.attendance
    ]
    if rows:
        yield Grid("Members", ("Name", "Role", "Specialty", "Votes", "Attendance"), rows)
    else:
        named = sorted({name for decision in record.decisions for name in decision.present})
        yield Paragraph(f"Present: {', '.join(named) or 'nobody is recorded'}.")
    quorum = room.quorum(None, record.quorum_needed)
    if rows:
        met = "A quorum was present" if quorum.met else "There was no quorum"
        yield Paragraph(f"{met}: {quorum.words}.")
    decided = {decision.npi for decision in record.decisions}
    before_it = decided | {entry.npi for entry in record.docket} | room.motions.keys()
    conflicts = [one for one in room.conflicts if one.npi in before_it]
    yield Heading("Conflicts of interest")
    if conflicts:
        yield Bullets(
            [f"{room.members[one.member_id].name}, about {_name(record, one.npi)}: {one.reason}" for one in conflicts]
        )
    else:
        yield Paragraph("None was declared.")
    yield from _files(record)
    yield from _undecided(record)
    pulled = [one for one in record.docket if one.pulled_at]
    if pulled:
        yield Heading("Pulled from the docket")
        yield Bullets([f"{_name(record, one.npi)}: {one.pulled_because}" for one in pulled])
    open_ = [one for one in record.docket if not one.pulled_at and one.npi not in decided]
    if open_:
        yield Heading("On the docket and not decided")
        yield Bullets([_name(record, one.npi) for one in open_])


def _files(record: Record) -> Iterator[Block]:
    exceptions = [one for one in record.decisions if one.track != CLEAN or one.outcome.value != "approved"]
    clean = [one for one in record.decisions if one not in exceptions]
    yield Heading("Files decided one by one")
    if not exceptions:
        yield Paragraph("None.")
    for decision in exceptions:
        yield from _one(record, decision)
    yield Heading("Clean files ratified")
    if not clean:
        yield Paragraph("None.")
        return
    yield Grid(
        "Approved without anything to weigh",
        ("Provider", "States", "Moved by", "Seconded by", "Votes"),
        [(_name(record, one.npi), ", ".join(one.states), *_movers(record, one.npi), _tally(one)) for one in clean],
    )


def _one(record: Record, decision: Decision) -> Iterator[Block]:
    yield Heading(_name(record, decision.npi), 3)
    if decision.track_reasons:
        yield Bullets(decision.track_reasons)
    moved, seconded = _movers(record, decision.npi)
    states = f" for {', '.join(decision.states)}" if decision.states else ""
    facts = [
        ("Decision", f"{decision.outcome.replace('_', ' ')}{states}"),
        ("Moved and seconded", f"{moved}; {seconded}" if moved else "not recorded"),
        ("Votes", _tally(decision)),
        ("Quorum for this file", record.room.quorum(decision.npi, record.quorum_needed).words),
        ("Reason", decision.reason or decision.override or ""),
        ("Past the gate", _override(record, decision)),
        ("Comes back on", str(decision.revisit_on or "")),
        ("Provisional until", str(decision.provisional_until or "")),
    ]
    yield Facts([(name, value) for name, value in facts if value])
    yield from _votes(record, decision.npi)
    conditions = record.conditions.get(decision.id, ())
    if conditions:
        yield Grid(
            "Conditions, and who follows them",
            ("Condition", "Owner", "Due"),
            [(one.text, one.owner, str(one.due_on)) for one in conditions],
        )


def _override(record: Record, decision: Decision) -> str:
    """Say that a decision went past the gate, and whose second word it has."""
    if not decision.override:
        return ""
    if refused := record.refusals.get(decision.id):
        return f"with an override, refused by {refused.actor} on {refused.refused_on}, and never in force: {refused.reason}"
    confirmed = record.confirmations.get(decision.id)
    if confirmed is None:
        return "with an override, which no second person has confirmed"
    return f"with an override, recorded by {decision.actor}, confirmed by {confirmed.actor} on {confirmed.confirmed_on}"


def _undecided(record: Record) -> Iterator[Block]:
    """Tell of the motions on which nothing was decided: that they failed, had no quorum, or carried and wait."""
    decided = {decision.npi for decision in record.decisions}
    left = [motion for npi, motion in record.room.motions.items() if npi not in decided]
    if not left:
        return
    yield Heading("Motions that led to no decision")
    for motion in sorted(left, key=lambda one: _name(record, one.npi)):
        yield Heading(_name(record, motion.npi), 3)
        moved, seconded = _movers(record, motion.npi)
        tally = record.room.tally(motion.npi)
        yield Facts(
            [
                ("Motion", motion.outcome.replace("_", " ")),
                ("Moved and seconded", f"{moved}; {seconded}"),
                ("Votes", _counts(tally) or "nobody voted"),
                ("Quorum for this file", record.room.quorum(motion.npi, record.quorum_needed).words),
                ("Result", _result(record, motion.npi, tally)),
            ]
        )
        yield from _votes(record, motion.npi)


def _result(record: Record, npi: str, tally: Mapping[str, int]) -> str:
    if not record.room.quorum(npi, record.quorum_needed).met or voted(tally) < record.quorum_needed:
        return "no quorum voted"
    return "carried, and no decision is recorded" if carried(tally) else "failed"


def _votes(record: Record, npi: str) -> Iterator[Block]:
    votes = [one for one in record.room.votes if one.npi == npi]
    if votes:
        members = record.room.members
        rows = [
            (members[one.member_id].name, _word(record, npi, one.member_id, one.word), one.reason or "")
            for one in votes
        ]
        yield Grid("How each voted", ("Member", "Vote", "Reason"), rows)


def _word(record: Record, npi: str, member_id: str, word: Word) -> str:
    return Word.RECUSED.value if member_id in record.room.recused(npi) else word.value


def _movers(record: Record, npi: str) -> tuple[str, str]:
    motion = record.room.motions.get(npi)
    if motion is None:
        return "", ""
    members = record.room.members
    return members[motion.moved_by].name, members[motion.seconded_by].name


def _tally(decision: Decision) -> str:
    return _counts(decision.tally) or f"{len(decision.present)} present"


def _counts(tally: Mapping[str, int]) -> str:
    return ", ".join(f"{tally[word]} {word}" for word in Word if tally.get(word))


def _name(record: Record, npi: str) -> str:
    return f"{record.names.get(npi, 'unknown')} ({npi})"
