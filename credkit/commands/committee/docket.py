"""`credkit committee agenda|packet`: what a meeting has before it, frozen when the docket is closed."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.committee import DocketItem
from credkit.commands.options import read_date, read_npi
from credkit.commands.session import Session
from credkit.committee.appeals import open_appeals
from credkit.committee.closing import Ready, close
from credkit.committee.docket import CLEAN, Track
from credkit.committee.packet import order, packet, seen
from credkit.errors import Refused, UsageError
from credkit.records import DocketEntry, Meeting
from credkit.render.formats import Format
from credkit.render.listing import Column, Listing
from credkit.render.papers import Kind, written
from credkit.status.agenda import AgendaLine, agenda_line, appeal_line
from credkit.status.assess import Assessment, Stage, assess

if TYPE_CHECKING:
    from credkit.policy import Policy
    from credkit.records.paper import Paper
    from credkit.store import Store

DOCKET = (
    Column[DocketItem]("NPI", lambda item: item.npi),
    Column[DocketItem]("Name", lambda item: item.name),
    Column[DocketItem]("Profession", lambda item: item.profession or ""),
    Column[DocketItem]("Cycle", lambda item: item.cycle),
    Column[DocketItem]("Track", lambda item: item.track),
    Column[DocketItem]("States", lambda item: ", ".join(item.states)),
    Column[DocketItem](
        "Why", lambda item: f"pulled: {item.pulled_because}" if item.pulled_because else "; ".join(item.reasons)
    ),
)


@dataclass(frozen=True, slots=True)
class _Line:
    """One file before the committee, and the paper of it."""

    line: AgendaLine
    paper: "Paper"
    entry: DocketEntry | None

    @property
    def ready(self) -> Ready:
        assessment = self.line.assessment
        return Ready(
            assessment.file.provider.npi,
            assessment.round.kind,
            self.line.track,
            self.line.reasons,
            self.line.states,
            seen(self.paper),
        )


def agenda_command(
    ctx: typer.Context,
    held_on: Annotated[str | None, typer.Argument(metavar="DATE")] = None,
    as_: Annotated[
        str | None,
        typer.Option("--as", help="md, html or pdf: the agenda as a paper; json: its items.", metavar="KIND"),
    ] = None,
    out: Annotated[Path | None, typer.Option(help="Write the paper there.", metavar="FILE")] = None,
    close_: Annotated[
        bool, typer.Option("--close", help="Freeze the docket: the meeting decides these files and no others.")
    ] = False,
) -> None:
    """List who is ready for the committee: the clean files first, then the exceptions with why.

    Without a date, the next meeting on the calendar, else today. With --as it is the whole agenda: roll call, prior
    minutes, exceptions one by one, the clean list to ratify, monitoring events, terminations. Closing the docket keeps a
    hash of what the committee sees of each file.
    """
    session: Session = ctx.obj
    if as_ == Format.JSON:
        session.options = replace(session.options, format=Format.JSON)
        as_ = None
    kind = _kind(as_)
    if out is not None and kind is None:
        raise UsageError("--out goes with --as: md, html or pdf.")
    with session.store() as store:
        day = read_date(held_on) if held_on else _next(session, store)
        meeting = store.meeting(day)
        if meeting is None and (close_ or kind):
            raise UsageError(f"There is no meeting on {day}.", hint=f"credkit committee schedule {day}")
        if meeting is None and held_on:
            session.warn(f"There is no meeting on {day} yet: `credkit committee schedule {day}` puts it there.")
        lines, others = _lines(session, store, day, meeting)
        if close_:
            meeting, entries = close(store, day, [line.ready for line in lines], today=session.today)
            for npi in sorted({line.ready.npi for line in lines} - {entry.npi for entry in entries}):
                session.warn(f"{npi} is on the closed docket of another meeting, and not on this one.")
            session.say(f"The docket of {day} is closed: {len(entries)} files, SHA-256 {meeting.docket_sha256}.")
            lines, others = _lines(session, store, day, meeting)
        paper = _paper(session, store, meeting, lines, others) if kind and meeting else None
    if paper is not None and kind is not None:
        session.write_bytes(written(paper, kind), out)
        return
    items = [_item(line) for line in lines]
    items.sort(key=lambda item: (item.track != CLEAN, item.name, item.npi))
    clean = sum(item.track == CLEAN for item in items)
    session.present(
        Listing(
            schema="credkit.docket/1",
            items=items,
            columns=DOCKET,
            counts={"clean": clean, "exception": len(items) - clean},
            on=day,
            policy=session.policy_on(day),
            empty=f"Nobody is ready for the committee on {day}: `credkit verify due` says what is missing.",
        )
    )


def packet_command(
    ctx: typer.Context,
    held_on: Annotated[str, typer.Argument(metavar="DATE", help="The day of the meeting.")],
    out: Annotated[Path, typer.Option(help="Write a file a provider into this folder.", metavar="DIR")],
    npi: Annotated[str | None, typer.Option(help="Only this provider's.", metavar="NPI", parser=read_npi)] = None,
    as_: Annotated[str, typer.Option("--as", help="html, pdf or md.", metavar="KIND")] = "html",
    blind: Annotated[bool, typer.Option("--blind", help="Withhold the names.")] = False,
) -> None:
    """Write what the committee sees: a file a provider, the exceptions numbered first, marked confidential peer review.

    Who, what was verified, when, where and by whom; what differs, disclosures, claims, work history, screening. No date
    of birth, gender, language, race or ethnicity. The same records give the same bytes.
    """
    session: Session = ctx.obj
    kind = _kind(as_)
    assert kind is not None
    with session.store() as store:
        day = read_date(held_on)
        lines, _others = _lines(session, store, day, store.meeting(day), blind=blind)
    chosen = [line for line in lines if npi is None or line.ready.npi == npi]
    if not chosen:
        who = f"{npi} is not" if npi else "Nobody is"
        raise Refused(f"{who} before the committee on {day}.", hint=f"credkit committee agenda {day}")
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(f"The folder {out} cannot be made: {error.strerror}.") from error
    place = {line.ready.npi: number for number, line in enumerate(lines, 1)}
    for line in chosen:
        name = f"{place[line.ready.npi]:03d}-{line.ready.track}-{line.ready.npi}.{kind}"
        session.write_bytes(written(line.paper, kind), out / name)
    exceptions = sum(line.ready.track != CLEAN for line in chosen)
    session.say(f"Wrote {len(chosen)} packets into {out}, {exceptions} exceptions first.")


def _kind(text: str | None) -> Kind | None:
    if text is None:
        return None
    if text not in set(Kind):
        raise UsageError(f"A paper is not written as {text!r}.", hint="--as " + ", ".join(Kind))
    return Kind(text)


def _next(session: Session, store: "Store") -> date:
    coming = [one.held_on for one in store.meetings() if one.held_on >= session.on and one.status != "cancelled"]
    return coming[0] if coming else session.on


def _lines(
    session: Session, store: "Store", day: date, meeting: Meeting | None, *, blind: bool = False
) -> tuple[list[_Line], list[Assessment]]:
    """Return what is before the committee on a day, the exceptions first: of a closed docket its files, else whoever is
    ready; and everybody else's assessment."""
    policy, checks, payers = session.policy_on(day), all_checks(), store.payers()
    frozen = {entry.npi: entry for entry in store.docket(meeting.id)} if meeting and meeting.closed_at else None
    panel = meeting is not None and meeting.panel == "appeal"
    appeals = {one.npi: one for one in open_appeals(store, day)} if panel else {}
    lines, others = [], []
    for file in store.provider_files():
        found = assess(file, policy, day, checks, payers)
        entry = frozen.get(file.provider.npi) if frozen is not None else None
        line = appeal_line(found, appeals) if panel else agenda_line(found, policy, checks)
        if frozen is not None:
            line = AgendaLine(found, entry.states, entry.reasons, appeal=panel) if entry else None
        if line is None:
            others.append(found)
            continue
        weighed = Track(line.track, line.reasons) if panel else found.track
        paper = packet(
            file, policy, day, checks, found.requirements, weighed, line.states, found.round.kind, blind=blind
        )
        lines.append(_Line(line, paper, entry))
    lines.sort(key=lambda one: order(one.line.track, one.line.assessment.file.provider.name, one.ready.npi))
    return lines, others


def _item(line: _Line) -> DocketItem:
    provider = line.line.assessment.file.provider
    ready, entry = line.ready, line.entry
    return DocketItem(
        npi=provider.npi,
        name=provider.name,
        profession=provider.profession,
        cycle=ready.kind,
        track=entry.track if entry else ready.track,
        states=list(ready.states),
        reasons=list(ready.reasons),
        sha256=entry.sha256 if entry else ready.sha256,
        pulled_because=entry.pulled_because if entry else None,
    )


def _paper(session: Session, store: "Store", meeting: Meeting, lines: list[_Line], others: list[Assessment]) -> "Paper":
    from credkit.committee.agenda import Agenda, Item, agenda

    earlier = [one for one in store.meetings() if one.held_on < meeting.held_on and one.status != "cancelled"]
    prior = earlier[-1] if earlier else None
    policy: Policy = session.policy_on(meeting.held_on)
    items = [
        Item(
            line.ready,
            line.line.assessment.file.provider.name,
            line.line.assessment.file.provider.profession or "not stated",
            tuple(_records(line.line.assessment)),
        )
        for line in lines
        if not (line.entry and line.entry.pulled_at)
    ]
    return agenda(
        Agenda(
            meeting,
            store.members(),
            policy.committee.quorum,
            items,
            prior,
            [
                *((_who(one), "; ".join(one.reasons)) for one in others if one.stage is Stage.SUSPENDED),
                *_came_up(store, meeting),
            ],
            [(_who(one), _ended(one)) for one in others if _ended_since(one, prior)],
        )
    )


def _records(assessment: Assessment) -> Iterator[str]:
    """Name the findings that an exception rests on."""
    for one in assessment.requirements:
        if one.verification_id and (one.accepted or one.state in {"review", "failed"}):
            yield f"{one.name}: verification {one.verification_id}"


def _came_up(store: "Store", meeting: Meeting) -> Iterator[tuple[str, str]]:
    """Name what monitoring brought up for the committee, and nobody has settled."""
    for one in store.monitoring_events():
        if one.for_committee and one.settled_on is None and one.happened_on <= meeting.held_on:
            who = f"{store.provider_file(one.npi).provider.name} ({one.npi})"
            yield (
                who,
                f"{one.kind.replace('_', ' ')} of {one.happened_on}: {one.text} ({one.source}), event {one.id[:8]}",
            )


def _who(assessment: Assessment) -> str:
    provider = assessment.file.provider
    return f"{provider.name} ({provider.npi})"


def _ended(assessment: Assessment) -> str:
    over = assessment.standing.ended
    return f"{over.outcome} on {over.decided_on}: {over.reason}" if over else ""


def _ended_since(assessment: Assessment, prior: Meeting | None) -> bool:
    over = assessment.standing.ended
    return over is not None and (prior is None or over.decided_on >= prior.held_on)
