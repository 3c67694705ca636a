"""`credkit audit`: who did what, when and why; and that the log was not touched."""

import json
from pathlib import Path
from typing import Annotated

import typer

from credkit.commands.items.audit import EventItem, IntegrityItem
from credkit.commands.options import OneOrAll
from credkit.commands.session import Session
from credkit.errors import IntegrityError
from credkit.render.listing import Column, Listing
from credkit.safekeeping.verify_log import Anchor, read_anchor, verify

HELP = "Show who did what; verify that the log is whole."

app = typer.Typer(help=HELP, no_args_is_help=True)

LOG = (
    Column[EventItem]("Event", lambda item: str(item.seq), justify="right"),
    Column[EventItem]("At", lambda item: f"{item.at[:19]}Z"),
    Column[EventItem]("Actor", lambda item: item.actor),
    Column[EventItem]("What", lambda item: item.verb),
    Column[EventItem]("Provider", lambda item: item.npi or ""),
    Column[EventItem]("Record", lambda item: item.record.partition(" ")[0]),
    Column[EventItem]("Reason", lambda item: item.reason or ""),
)

INTEGRITY = (
    Column[IntegrityItem]("Events", lambda item: str(item.events), justify="right"),
    Column[IntegrityItem]("Head", lambda item: item.head),
    Column[IntegrityItem]("Sound", lambda item: "yes" if item.sound else "no"),
    Column[IntegrityItem]("Problems", lambda item: "; ".join(item.problems)),
)


@app.command()
def log(ctx: typer.Context, npi: OneOrAll = None) -> None:
    """Show the log, of one provider or of all, oldest first."""
    session: Session = ctx.obj
    with session.store() as store:
        session.present(
            Listing(
                schema="credkit.event/1",
                items=(
                    EventItem(
                        seq=event.seq,
                        at=event.at,
                        actor=event.actor,
                        command=event.command,
                        verb=event.verb,
                        npi=event.npi,
                        record=event.record,
                        reason=event.reason,
                        simulated=event.simulated,
                        tables=sorted({*json.loads(event.before), *json.loads(event.after)} - {"counted"}),
                        hash=event.hash,
                    )
                    for event in store.events(npi)
                ),
                columns=LOG,
                empty="Nothing has happened yet.",
            )
        )


@app.command("verify")
def verify_command(
    ctx: typer.Context,
    anchor: Annotated[
        Path | None, typer.Option(help="An anchor kept elsewhere, to catch a log cut off or rewritten.", metavar="FILE")
    ] = None,
) -> None:
    """Verify that no event was edited, deleted, inserted, reordered or cut off, and that the tables say what it says."""
    session: Session = ctx.obj
    with session.store() as store:
        found = verify(store, read_anchor(anchor) if anchor else None)
    session.present(
        Listing(
            schema="credkit.integrity/1",
            items=[
                IntegrityItem(
                    events=found.events, head=found.head.hash, sound=not found.problems, problems=found.problems
                )
            ],
            columns=INTEGRITY,
        )
    )
    if found.problems:
        raise typer.Exit(IntegrityError.exit_code)


@app.command("anchor")
def anchor_command(ctx: typer.Context) -> None:
    """Print the head of the log, to be kept elsewhere: `credkit audit anchor > anchor.json`."""
    session: Session = ctx.obj
    with session.store() as store:
        session.write_text(Anchor(*store.log_head()).text() + "\n")
