"""`credkit monitor event|settle`: what came up about a provider between two decisions."""

from typing import TYPE_CHECKING, Annotated

import typer

from credkit.commands.items.maintenance import MonitoringEventItem
from credkit.commands.options import read_date, read_npi, read_text
from credkit.commands.session import Session
from credkit.errors import UsageError
from credkit.records import EventKind
from credkit.render.listing import Column, Listing

if TYPE_CHECKING:
    from credkit.records import MonitoringEvent

COLUMNS = (
    Column[MonitoringEventItem]("Event", lambda item: item.event_id[:8]),
    Column[MonitoringEventItem]("NPI", lambda item: item.npi),
    Column[MonitoringEventItem]("Name", lambda item: item.name),
    Column[MonitoringEventItem]("Kind", lambda item: item.kind.replace("_", " ")),
    Column[MonitoringEventItem]("Happened", lambda item: item.happened_on.isoformat()),
    Column[MonitoringEventItem]("What", lambda item: item.text),
    Column[MonitoringEventItem]("Source", lambda item: item.source),
    Column[MonitoringEventItem]("Waits on", lambda item: item.waits_on or ""),
    Column[MonitoringEventItem](
        "Settled", lambda item: f"{item.settled_on}: {item.settled_how}" if item.settled_on else ""
    ),
)


def event(
    ctx: typer.Context,
    npi: Annotated[
        str | None, typer.Argument(metavar="NPI", help="Whom it is about; by default all, to list.", parser=read_npi)
    ] = None,
    kind: Annotated[EventKind | None, typer.Option(help="What it is; without it, list.")] = None,
    happened: Annotated[str | None, typer.Option(help="The day it happened; today by default.", metavar="DATE")] = None,
    text: Annotated[str | None, typer.Option(help="What happened, in words.", metavar="TEXT")] = None,
    source: Annotated[str | None, typer.Option(help="Who said so.", metavar="TEXT")] = None,
    for_committee: Annotated[
        bool, typer.Option("--for-committee", help="The committee must hear of it, not staff alone.")
    ] = False,
    settled: Annotated[bool, typer.Option("--settled", help="List also what was settled.")] = False,
) -> None:
    """Write down what came up about a provider between two decisions, or list what waits.

    It stands in `credkit today` until `credkit monitor settle` says how it was dealt with. NCQA CR 5 asks for sanctions,
    complaints and adverse events to be looked at as they come. The policy says of which the committee hears
    (`[monitoring]`): they stand on the agenda of its next meeting until they are settled.

    Example: credkit monitor event 1000000004 --kind complaint --text "Late notes" --source "clinic manager"
    """
    from credkit.maintenance.events import record_event

    session: Session = ctx.obj
    if kind is None and (text or source or happened or for_committee):
        raise UsageError("Say what it is with --kind.")
    if kind is not None and not (npi and text and source):
        raise UsageError("An event has an NPI, --text and --source.")
    with session.store() as store:
        if kind is not None and npi and text and source:
            day = read_date(happened) if happened else session.on
            told = [
                record_event(
                    store,
                    npi,
                    kind,
                    happened_on=day,
                    text=read_text(text),
                    source=read_text(source),
                    for_committee=for_committee,
                    policy=session.policy_on(session.today),
                    today=session.on,
                )
            ]
        else:
            if npi:
                store.provider_file(npi)
            told = [one for one in store.monitoring_events(npi) if settled or one.settled_on is None]
        items = [_item(one, store.provider_file(one.npi).provider.name) for one in told]
    _show(session, items)


def settle(
    ctx: typer.Context,
    event_id: Annotated[str, typer.Argument(metavar="EVENT", help="The event's id, or its first characters.")],
    how: Annotated[str, typer.Option(help="How it was dealt with.", metavar="TEXT", parser=read_text)],
) -> None:
    """Say how an event was dealt with; it leaves the day's list and stays on record.

    Example: credkit monitor settle 4f1c09aa --how "Talked it over; no pattern"
    """
    from credkit.maintenance.events import settle_event

    session: Session = ctx.obj
    with session.store() as store:
        one = settle_event(store, event_id, how, today=session.on)
        items = [_item(one, store.provider_file(one.npi).provider.name)]
    _show(session, items)


def _item(one: "MonitoringEvent", name: str) -> MonitoringEventItem:
    return MonitoringEventItem(
        event_id=one.id,
        npi=one.npi,
        name=name,
        kind=one.kind,
        happened_on=one.happened_on,
        text=one.text,
        source=one.source,
        waits_on=None if one.settled_on else "committee" if one.for_committee else "staff",
        settled_on=one.settled_on,
        settled_how=one.settled_how,
    )


def _show(session: Session, items: list[MonitoringEventItem]) -> None:
    session.present(
        Listing(
            schema="credkit.monitoring_event/1",
            items=items,
            columns=COLUMNS,
            counts={"events": len(items), "waiting": sum(one.waits_on is not None for one in items)},
            on=session.on,
            empty="Nothing waits.",
        )
    )
