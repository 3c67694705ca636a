"""The agenda of a meeting: roll call, prior minutes, the exceptions one by one, and what there is to ratify."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from credkit.committee.closing import Ready
from credkit.committee.docket import CLEAN
from credkit.committee.packet import CONFIDENTIAL
from credkit.records import CycleKind, Meeting, Member
from credkit.records.paper import Block, Bullets, Facts, Grid, Heading, Paper, Paragraph


@dataclass(frozen=True, slots=True)
class Item:
    """One file on an agenda: what is ready, whose it is, and the records that the reasons rest on."""

    ready: Ready
    name: str
    profession: str
    records: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Agenda:
    """What a meeting has before it. `prior` is the meeting before; `events` and `ended` are (name and NPI, words)."""

    meeting: Meeting
    members: Sequence[Member]
    quorum_needed: int
    items: Sequence[Item]
    prior: Meeting | None = None
    events: Sequence[tuple[str, str]] = ()
    ended: Sequence[tuple[str, str]] = ()


def agenda(of: Agenda) -> Paper:
    """Return the agenda as a paper, the exceptions before the clean list."""
    foot = f"{CONFIDENTIAL}."
    if of.meeting.docket_sha256:
        foot += f" The docket is closed: SHA-256 {of.meeting.docket_sha256}"
    return Paper(f"Credentialing committee, agenda of {of.meeting.held_on}", list(_blocks(of)), CONFIDENTIAL, foot)


def _blocks(of: Agenda) -> Iterator[Block]:
    yield Heading("1. Roll call and quorum")
    voters = [one for one in of.members if one.serves(of.meeting.held_on)]
    yield Paragraph(f"{of.quorum_needed} voting members are needed, without the recused.")
    if voters:
        yield Grid(
            "Members",
            ("Name", "Role", "Specialty", "Votes"),
            [
                (one.name, one.role.replace("_", " "), one.specialty or "", "yes" if one.votes else "no")
                for one in voters
            ],
        )
    yield Heading("2. Conflicts of interest")
    yield Paragraph("Members declare what stands between them and anybody below, and are recused.")
    yield Heading("3. Prior minutes")
    yield Paragraph(_prior(of.prior))
    panel = of.meeting.panel == "appeal"
    yield Heading("4. Appeals to hear" if panel else "4. Exceptions")
    exceptions = [one for one in of.items if one.ready.track != CLEAN]
    if not exceptions:
        yield Paragraph("None.")
    for one in exceptions:
        yield Heading(f"{one.name} ({one.ready.npi})", 3)
        yield Facts(
            [("Profession", one.profession), ("Cycle", one.ready.kind), ("States", ", ".join(one.ready.states))]
        )
        yield Bullets([*one.ready.reasons, *(f"record {record}" for record in one.records)])
    if panel:
        return  # it hears appeals alone
    initial = [one for one in of.items if one.ready.track == CLEAN and one.ready.kind != CycleKind.RECREDENTIALING]
    again = [one for one in of.items if one.ready.track == CLEAN and one.ready.kind == CycleKind.RECREDENTIALING]
    yield from _list("5. Clean files to ratify", initial)
    yield from _list("6. Recredentialing, clean", again)
    yield Heading("7. Monitoring events")
    yield from _words(of.events)
    yield Heading("8. Terminations since the last meeting")
    yield from _words(of.ended)


def _prior(prior: Meeting | None) -> str:
    if prior is None:
        return "There is no meeting before this one."
    if prior.attested_at:
        return f"The minutes of {prior.held_on} are attested by {prior.attested_by}."
    return f"The minutes of {prior.held_on} are not attested yet."


def _list(title: str, items: Sequence[Item]) -> Iterator[Block]:
    yield Heading(title)
    if not items:
        yield Paragraph("None.")
        return
    rows = [(one.name, one.ready.npi, one.profession, ", ".join(one.ready.states)) for one in items]
    yield Grid("Every requirement met, nothing to weigh", ("Provider", "NPI", "Profession", "States"), rows)


def _words(lines: Sequence[tuple[str, str]]) -> Iterator[Block]:
    yield Bullets([f"{who}: {words}" for who, words in lines]) if lines else Paragraph("None.")
