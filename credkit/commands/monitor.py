"""`credkit monitor`: what is watched each month, made and shown; and who was missed."""

from collections import Counter
from typing import Annotated

import typer

from credkit.checks import all_checks
from credkit.commands import monitor_events, monitor_run
from credkit.commands.items.monitoring import MonitoringItem
from credkit.commands.options import NpisArgument, read_month
from credkit.commands.screen_show import MonthOption
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, UsageError, did_you_mean
from credkit.maintenance.monitoring import Month, Receipts, State, Watched, monitored, what_to_do
from credkit.policy import Policy
from credkit.render.listing import Column, Listing

HELP = "Watch everyone monthly, prove it, keep what came up."

app = typer.Typer(help=HELP, no_args_is_help=True)

app.command("run")(monitor_run.run_command)
app.command("event")(monitor_events.event)
app.command("settle")(monitor_events.settle)

CheckOption = Annotated[
    list[str] | None, typer.Option("--check", help="Only this check; may be repeated.", metavar="NAME")
]

PROOF = (
    Column[MonitoringItem]("NPI", lambda item: item.npi),
    Column[MonitoringItem]("Name", lambda item: item.name),
    Column[MonitoringItem]("Check", lambda item: f"{item.check} {item.subject}".rstrip()),
    Column[MonitoringItem]("State", lambda item: item.state.replace("_", " ")),
    Column[MonitoringItem]("Made", lambda item: str(item.screened_on or "")),
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
def proof(ctx: typer.Context, npis: NpisArgument = None, month: MonthOption = None, check: CheckOption = None) -> None:
    """Show of every provider that they were screened in a month, list by list: when, by which version, and the receipt;
    and that each other check was made which the policy watches monthly, as of licenses.

    Owed it is by whoever was approved before the month began. Others are shown as not owed, with why.
    """
    states: tuple[State, ...] = ("screened", "checked", "due", "missed", "not_owed")
    _show(ctx.obj, npis, month, check, PROOF, states, "There is no provider.")


@app.command()
def gaps(
    ctx: typer.Context,
    npis: NpisArgument = None,
    month: MonthOption = None,
    check: CheckOption = None,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End 0 also when somebody was missed.")] = False,
) -> None:
    """Show who is owed a screening, or another check that is watched monthly, in a month and has none, with what to do.

    Until the month has ended it is due by its last day, and the command ends 0; then it is missed, and it ends 10.
    """
    found = _show(ctx.obj, npis, month, check, GAPS, ("due", "missed"), "Nobody was missed.")
    if found["missed"] and not exit_zero:
        raise typer.Exit(FOUND_SOMETHING)


def _show(
    session: Session,
    npis: list[str] | None,
    month: str | None,
    only: list[str] | None,
    columns: tuple[Column[MonitoringItem], ...],
    states: tuple[State, ...],
    empty: str,
) -> Counter[str]:
    """Show providers and lists in some states of monitoring, and return how many there are in each."""
    asked = Month(read_month(month) if month else session.on.replace(day=1))
    if asked.first > session.on:
        raise UsageError(f"{asked} has not begun.")
    checks = all_checks()
    for name in only or ():
        if name not in checks:
            raise UsageError(f"There is no check named {name!r}.{did_you_mean(name, checks)}")
    counts: Counter[str] = Counter(dict.fromkeys(states, 0))
    with session.store() as store:
        for npi in npis or ():
            store.provider_file(npi)
        receipts = Receipts.of(store.list_versions(), store.screenings())
        # Who was owed what is for the policy to say that was in force then.
        policy = session.policy_on(min(asked.last, session.on))
        items = []
        for file in store.provider_files(npis):
            for one in monitored(file, policy, asked, receipts, session.on, checks, only or ()):
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
        check=one.check,
        subject=one.subject,
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
