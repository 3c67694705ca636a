"""`credkit monitor`: that everyone was screened each month, shown; and who was missed."""

from collections import Counter
from typing import Annotated

import typer

from credkit.commands import monitor_events
from credkit.commands.items.monitoring import MonitoringItem
from credkit.commands.options import NpisArgument, read_month
from credkit.commands.screen_show import MonthOption
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, UsageError
from credkit.maintenance.monitoring import Month, Receipts, State, Watched, monitored, what_to_do
from credkit.policy import Policy
from credkit.render.listing import Column, Listing

HELP = "Prove that everyone was screened; keep what came up."

app = typer.Typer(help=HELP, no_args_is_help=True)

app.command("event")(monitor_events.event)
app.command("settle")(monitor_events.settle)

PROOF = (
    Column[MonitoringItem]("NPI", lambda item: item.npi),
    Column[MonitoringItem]("Name", lambda item: item.name),
    Column[MonitoringItem]("List", lambda item: item.list),
    Column[MonitoringItem]("State", lambda item: item.state.replace("_", " ")),
    Column[MonitoringItem]("Screened", lambda item: str(item.screened_on or "")),
    Column[MonitoringItem]("Outcome", lambda item: (item.outcome or "").replace("_", " ")),
    Column[MonitoringItem](
        "Published", lambda item: f"{item.published_on or ''}{' (too old then)' if item.fresh is False else ''}"
    ),
    Column[MonitoringItem](
        "Shown by",
        lambda item: f"receipt {item.receipt_id}" if item.receipt_id else _finding(item.verification_id),
    ),
    Column[MonitoringItem]("Note", lambda item: item.why_not_owed or ""),
)
GAPS = (
    *PROOF[:4],
    Column[MonitoringItem]("Due by", lambda item: item.due_by.isoformat()),
    Column[MonitoringItem]("What to do", lambda item: item.advice or ""),
)


def _finding(verification_id: str | None) -> str:
    return f"finding {verification_id}" if verification_id else ""


@app.command()
def proof(ctx: typer.Context, npis: NpisArgument = None, month: MonthOption = None) -> None:
    """Show for every provider and list that they were screened in a month: when, by which version, and the receipt.

    Owed it is by whoever was approved before the month began. Others are shown as not owed, with why.
    """
    _show(ctx.obj, npis, month, PROOF, ("screened", "due", "missed", "not_owed"), "There is no provider.")


@app.command()
def gaps(
    ctx: typer.Context,
    npis: NpisArgument = None,
    month: MonthOption = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End 0 also when somebody was missed.")] = False,
) -> None:
    """Show who is owed a screening in a month and has none, list by list, with what to do.

    Until the month has ended it is due by its last day, and the command ends 0; then it is missed, and it ends 10.
    """
    found = _show(ctx.obj, npis, month, GAPS, ("due", "missed"), "Nobody is without a screening.")
    if found["missed"] and not exit_zero:
        raise typer.Exit(FOUND_SOMETHING)


def _show(
    session: Session,
    npis: list[str] | None,
    month: str | None,
    columns: tuple[Column[MonitoringItem], ...],
    states: tuple[State, ...],
    empty: str,
) -> Counter[str]:
    """Show providers and lists in some states of monitoring, and return how many there are in each."""
    asked = Month(read_month(month) if month else session.on.replace(day=1))
    if asked.first > session.on:
        raise UsageError(f"{asked} has not begun.")
    counts: Counter[str] = Counter(dict.fromkeys(states, 0))
    with session.store() as store:
        for npi in npis or ():
            store.provider_file(npi)
        receipts = Receipts.of(store.list_versions(), store.screenings())
        # Who was owed what is for the policy to say that was in force then.
        policy = session.policy_on(min(asked.last, session.on))
        items = []
        for file in store.provider_files(npis):
            for one in monitored(file, policy, asked, receipts, session.on):
                if one.state in states:
                    counts[one.state] += 1
                    items.append(_item(one, asked, policy))
    session.present(
        Listing(
            schema="credkit.monitoring/1",
            items=items,
            columns=columns,
            counts=counts,
            on=session.on,
            policy=policy,
            empty=empty,
            count_in_words=lambda name, count: f"{count:,} {name.replace('_', ' ')}",
        )
    )
    return counts


def _item(one: Watched, month: Month, policy: Policy) -> MonitoringItem:
    covered = one.covered
    version = covered.version if covered else None
    return MonitoringItem(
        npi=one.provider.npi,
        name=one.provider.name,
        list=one.list,
        month=str(month),
        state=one.state,
        owed=not one.why,
        why_not_owed=one.why or None,
        outcome=covered.outcome if covered else None,
        screened_on=covered.on if covered else None,
        list_version=covered.address if covered else None,
        published_on=version.published_on if version else None,
        sha256=version.sha256 if version else None,
        fresh=covered.fresh(policy) if covered else None,
        receipt_id=covered.receipt.id if covered and covered.receipt else None,
        verification_id=covered.finding.id if covered else None,
        due_by=one.due_by,
        advice=what_to_do(one),
    )
