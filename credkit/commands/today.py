"""`credkit today`: one ranked list of what there is to do."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.maintenance import TodayItem
from credkit.commands.options import FailOn
from credkit.commands.session import Session
from credkit.committee.appeals import open_appeals
from credkit.committee.letters import owed
from credkit.errors import FOUND_SOMETHING
from credkit.maintenance import today as day
from credkit.records import MonitoringEvent
from credkit.render.listing import Column, Listing
from credkit.status.assess import assess
from credkit.verify.cycles import decisions_by

if TYPE_CHECKING:
    from credkit.store import Store

HELP = "Start the day: what to do first, and what to type."

_UNASSIGNED = "nobody"

COLUMNS = (
    Column[TodayItem]("", lambda item: item.rank),
    Column[TodayItem]("NPI", lambda item: item.npi or ""),
    Column[TodayItem]("Name", lambda item: item.name),
    Column[TodayItem]("Owner", lambda item: item.owner or ""),
    Column[TodayItem]("What", lambda item: item.what),
    Column[TodayItem]("By", lambda item: str(item.due_on or "")),
    Column[TodayItem]("Stops", lambda item: "; ".join(item.stops)),
    Column[TodayItem]("Type", lambda item: item.command),
)


def command(
    ctx: typer.Context,
    owner: Annotated[str | None, typer.Option(help="Only the files of this person.", metavar="NAME")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only so many lines.", metavar="LINES")] = None,
    fail_on: FailOn = None,
) -> None:
    """List what there is to do, the most pressing first, each with the command to type.

    First what endangers patients or payment now; then dates by nearness, and by what they would stop; then what waits on
    us, on providers, payers, the committee. Files are given to people with `credkit provider assign`.

    Example: credkit today --owner maria
    """
    session: Session = ctx.obj
    with session.store() as store:
        owners = store.owners()
        found = [
            line
            for line in _lines(session, store, owners)
            if owner is None or (line.owner or _UNASSIGNED).casefold() == owner.casefold()
        ]
    found.sort(key=lambda line: line.order)
    counts: Counter[str] = Counter(line.owner or _UNASSIGNED for line in found)
    session.present(
        Listing(
            schema="credkit.today/1",
            items=map(_item, found[:limit]),
            columns=COLUMNS,
            counts=counts,
            on=session.on,
            policy=session.policy,
            empty="Nothing to do." if owner is None else f"Nothing to do for {owner}.",
            count_in_words=lambda name, count: f"{count} unassigned" if name == _UNASSIGNED else f"{count} of {name}",
        )
    )
    overdue = any(line.rank is day.Rank.DANGER or (line.due_on and line.due_on < session.on) for line in found)
    if fail_on and (overdue if fail_on == "overdue" else bool(found)):
        raise typer.Exit(FOUND_SOMETHING)


def _lines(session: Session, store: "Store", owners: dict[str, str]) -> Iterator[day.Line]:
    policy, checks, payers, on = session.policy, all_checks(), store.payers(), session.on
    letters = {(one.decision_id, one.kind): one for one in store.letters()}
    appeals = {one.npi: one for one in open_appeals(store, on)}
    events: dict[str, list[MonitoringEvent]] = {}
    for one in store.monitoring_events():
        if one.settled_on is None:
            events.setdefault(one.npi, []).append(one)
    for sent in store.submissions():
        known = store.provider(sent.npi)
        name = known.name if known else f"{sent.cells.get('first_name', '')} {sent.cells.get('last_name', '')}".strip()
        days = (on - date.fromisoformat(sent.received_at[:10])).days
        yield day.submission_line(sent, name, owners.get(sent.npi), days)
    for file in store.provider_files():
        npi, name = file.provider.npi, file.provider.name
        owner = owners.get(npi)
        yield from day.lines(assess(file, policy, on, checks, payers), policy, checks, payers, owner, on)
        for condition in file.conditions:
            if condition.met_on is None and condition.due_on - on <= day.NEAR:
                yield day.condition_line(condition, name, owner)
        for decision in decisions_by(file, on):
            due = owed(decision, file, session.policy_on(decision.decided_on))
            made = letters.get((decision.id, due.kind)) if due else None
            if due and (made is None or made.sent_on is None):
                yield day.letter_line(due.due_on, due.kind, npi, name, owner, made)
        if npi in appeals:
            yield day.appeal_line(appeals[npi], name, owner, on)
        for event in events.get(npi, ()):
            yield day.event_line(event, name, owner)


def _item(line: day.Line) -> TodayItem:
    return TodayItem(
        rank=line.rank.name.lower(),
        npi=line.npi,
        name=line.name,
        owner=line.owner,
        what=line.what,
        why=line.why,
        who=line.who,
        due_on=line.due_on,
        stops=list(line.stops),
        command=line.command,
    )
