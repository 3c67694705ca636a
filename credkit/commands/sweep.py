"""`credkit sweep`: what changed overnight, and what came nearer."""

from typing import Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.maintenance import SweepItem
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING
from credkit.render.listing import Column, Listing

HELP = "Say each night what changed, and what came nearer."

COLUMNS = (
    Column[SweepItem]("Kind", lambda item: item.kind),
    Column[SweepItem]("NPI", lambda item: item.npi or ""),
    Column[SweepItem]("What", lambda item: item.what),
    Column[SweepItem]("By", lambda item: str(item.due_on or "")),
)


def command(
    ctx: typer.Context,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End 0 also when something was found.")] = False,
) -> None:
    """Say what is new since the last sweep: who changed stage and why, what ends by the policy's bands, CAQH attestations,
    verifications that will be stale before the next meeting, lists too old, letters and conditions overdue,
    recredentialing to open.

    For cron, every night: it changes nothing but its own record, runs alone (exit 7 while another does), goes on where a
    killed one stopped, tells each thing once, and is quiet when there is nothing (exit 0; else 10).
    """
    from credkit.maintenance.sweeping import sweep
    from credkit.store.locks import alone

    session: Session = ctx.obj
    with session.store() as store, alone(store.path, "sweep"), session.worked("files") as (progress, report):
        told = sweep(
            store,
            session.policy_on(session.today),
            session.policy_on,
            all_checks(),
            on=session.today,
            progress=progress,
        )
        counts: dict[str, int] = {"judged": told.judged}
        for one in told.told:
            counts[one.kind] = counts.get(one.kind, 0) + 1
        if told.told or session.for_programs:
            report(
                Listing(
                    schema="credkit.sweep/1",
                    items=map(SweepItem.model_validate, told.told),
                    columns=COLUMNS,
                    counts=counts,
                    on=session.today,
                    policy=session.policy_on(session.today),
                    count_in_words=lambda name, count: f"{count} {name.replace('_', ' ')}",
                )
            )
    if told.told and not exit_zero:
        raise typer.Exit(FOUND_SOMETHING)
