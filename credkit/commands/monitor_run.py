"""`credkit monitor run`: what is watched, looked at once in the month."""

from contextlib import ExitStack
from typing import Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.monitoring import MonitorRunItem
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, Incomplete
from credkit.render.listing import Column, Listing

COLUMNS = (
    Column[MonitorRunItem]("Check", lambda item: f"{item.check} {item.list or ''}".rstrip()),
    Column[MonitorRunItem]("Due", lambda item: str(item.due), justify="right"),
    Column[MonitorRunItem]("Made", lambda item: str(item.made), justify="right"),
    Column[MonitorRunItem]("Needs somebody", lambda item: str(item.needs_somebody or ""), justify="right"),
    Column[MonitorRunItem]("No answer", lambda item: str(item.no_answer or ""), justify="right"),
    Column[MonitorRunItem]("By hand", lambda item: str(item.by_hand or ""), justify="right"),
)


def run_command(
    ctx: typer.Context,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End 0 also when something was found.")] = False,
) -> None:
    """Look at everything that the policy watches of approved providers and nobody looked at this month: everyone against the
    exclusion lists, and licenses and the like with their sources, as `screen run` and `verify run` do.

    Once a month is enough: what was made in the month is not made again. Ends 4 when a list or a source failed it (run it
    again), 10 when a finding needs somebody or only a person can look something up, else 0. `credkit monitor gaps` names
    who is left.
    """
    from credkit.commands.verifying.running import open_sources
    from credkit.lists.receipts import Tally
    from credkit.maintenance.watching import plan, screen_month, verify_month
    from credkit.store.locks import alone
    from credkit.verify.gathering import Manner
    from credkit.verify.step import Run

    session: Session = ctx.obj
    tally, outcome = Tally(), Run()
    policy, checks, today = session.policy_on(session.today), all_checks(), session.today
    manner = Manner(time_zone=session.settings.organization.time_zone)
    with (
        ExitStack() as opened,
        session.store() as store,
        alone(store.path, "monitor"),
        session.worked("providers") as (progress, report),
    ):
        owed = plan(store, policy, checks, today)
        made = screen_month(store, policy, owed, today=today, tally=tally, progress=progress)
        sources, askings = open_sources(session.settings, opened) if owed.npis else ({}, {})
        made += verify_month(
            store, policy, checks, owed, sources, askings, manner, today=today, outcome=outcome, progress=progress
        )
        report(
            Listing(
                schema="credkit.monitor_run/1",
                items=map(MonitorRunItem.model_validate, made),
                columns=COLUMNS,
                counts={
                    "due": sum(one.due for one in made),
                    "made": sum(one.made for one in made),
                    "needs_somebody": sum(one.needs_somebody for one in made),
                    "by_hand": sum(one.by_hand for one in made),
                },
                warnings=[*tally.troubles, *outcome.troubles],
                on=today,
                policy=policy,
                empty=f"Nothing is left to do in {today:%Y-%m}.",
                count_in_words=lambda name, count: f"{count:,} {name.replace('_', ' ')}",
            )
        )
    if tally.troubles or outcome.troubles or outcome.left or any(one.no_answer for one in made):
        raise typer.Exit(Incomplete.exit_code)
    if any(one.needs_somebody or one.by_hand for one in made) and not exit_zero:
        raise typer.Exit(FOUND_SOMETHING)
