"""`credkit recredential`: approvals come round again, before they lapse."""

from collections import Counter
from collections.abc import Iterable
from typing import Annotated, Any

import typer

from credkit.checks import all_checks
from credkit.commands.items.recredentialing import RecredentialingItem
from credkit.commands.options import DryRun, FailOn, NpiArgument, NpisArgument, read_date, read_text
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, UsageError
from credkit.maintenance import recredentialing as again
from credkit.records import LeaveKind
from credkit.render.listing import Column, Listing

HELP = "Bring approvals round again before they lapse."

app = typer.Typer(help=HELP, no_args_is_help=True)

COLUMNS = (
    Column[RecredentialingItem]("NPI", lambda item: item.npi),
    Column[RecredentialingItem]("Name", lambda item: item.name),
    Column[RecredentialingItem]("Due", lambda item: item.due_on.isoformat()),
    Column[RecredentialingItem]("Days", lambda item: str(item.days_left), justify="right"),
    Column[RecredentialingItem]("State", lambda item: (item.outcome or item.state).replace("_", " ")),
    Column[RecredentialingItem]("Open", lambda item: ", ".join(item.open)),
    Column[RecredentialingItem]("Stands", lambda item: ", ".join(item.stands)),
    Column[RecredentialingItem]("What to do", lambda item: item.advice),
)


@app.command()
def due(
    ctx: typer.Context,
    within: Annotated[
        int | None,
        typer.Option(min=0, max=36_500, help="Days ahead to look; by default the policy's lead.", metavar="DAYS"),
    ] = None,
    fail_on: FailOn = None,
) -> None:
    """List whose approval lapses next, or has lapsed: soonest first, with what must be done anew and what stands.

    An approval is due 36 months after its decision, by the month's end, or on the return from a leave. There is no grace:
    after that day nobody may see clients. Decided within 30 days more it is still a recredentialing, and late; after that
    everything is asked as of a new applicant. The policy has the numbers.

    Example: credkit recredential due --within 90
    """
    session: Session = ctx.obj
    days = session.policy.windows.recredentialing_lead_days if within is None else within
    with session.store() as store:
        found = sorted(
            again.due(store, session.policy, all_checks(), within=days, on=session.on),
            key=lambda one: (one.due_on, one.file.provider.npi),
        )
    _show(session, [_item(one, session) for one in found], f"No approval lapses within {days} days.")
    overdue = any(one.due_on < session.on for one in found)
    if fail_on and (overdue if fail_on == "overdue" else bool(found)):
        raise typer.Exit(FOUND_SOMETHING)


@app.command("open")
def open_(
    ctx: typer.Context,
    npis: NpisArgument = None,
    due_within: Annotated[
        int | None,
        typer.Option(min=0, max=36_500, help="Everybody whose approval lapses within so many days.", metavar="DAYS"),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Open the next round of credentialing: the file is carried forward, and what must be done anew is open in it.

    The application is signed anew (also through the portal), what is too old is verified again; what does not change, as a
    degree, stands. The approval goes on until its last day, and a decision closes the round. A round that is open stays as
    it is. A newly signed form opens it too.

    Example: credkit recredential open --due-within 120
    """
    session: Session = ctx.obj
    if bool(npis) == (due_within is not None):
        raise UsageError("Name providers by NPI, or everybody who is due with --due-within DAYS.")
    policy, today = session.policy_on(session.today), session.today
    lead = policy.windows.recredentialing_lead_days
    if due_within is not None and due_within > lead:
        raise UsageError(f"The policy opens a round at most {lead} days before it is due.", hint=f"--due-within {lead}")
    with session.store() as store, session.worked("files") as (progress, report):
        chosen = list(npis or ())
        if due_within is not None:
            lapsing = again.due(store, policy, all_checks(), within=due_within, on=today)
            chosen = [one.file.provider.npi for one in lapsing]
        done = again.open_rounds(store, policy, all_checks(), chosen, today=today, dry_run=dry_run, progress=progress)
        opened = "would_open" if dry_run else "opened"
        items = [_item(one.coming, session, opened if one.anew else "already_open") for one in done]
        report(_listing(session, items, "Nobody is due."))


@app.command()
def extend(
    ctx: typer.Context,
    npi: NpiArgument,
    leave: Annotated[LeaveKind, typer.Option(help="The kind of leave.")],
    since: Annotated[str, typer.Option("--from", help="Its first day.", metavar="DATE")],
    returns: Annotated[str, typer.Option(help="The first day back.", metavar="DATE")],
    reason: Annotated[str, typer.Option(help="Why; kept in the log.", metavar="TEXT", parser=read_text)],
) -> None:
    """Extend a cycle for a military or medical leave: recredentialing is due when they are back. NCQA allows no other.

    The leave begins before the approval lapses and lasts beyond that. While it lasts nobody sees clients. A leave whose
    return changes is given again, with the same --from.

    Example: credkit recredential extend 1000000004 --leave military --from 2029-01-10 --returns 2029-09-01 --reason "Orders"
    """
    session: Session = ctx.obj
    policy = session.policy_on(session.today)
    with session.store() as store:
        file, _leave, changed = again.extend(
            store,
            npi,
            policy,
            leave,
            started_on=read_date(since),
            returns_on=read_date(returns),
            reason=reason,
            today=session.today,
        )
    one = again.coming(file, policy, session.today, all_checks())
    if one is not None:
        _show(session, [_item(one, session, "extended" if changed else "unchanged")], "")


def _item(one: again.Coming, session: Session, outcome: Any = None) -> RecredentialingItem:
    day = session.on if outcome is None else session.today
    return RecredentialingItem(
        npi=one.file.provider.npi,
        name=one.file.provider.name,
        state=one.state.value,
        outcome=outcome,
        approved_on=one.approved_on,
        due_on=one.due_on,
        without_leave=one.without_leave,
        days_left=(one.due_on - day).days,
        begins_on=one.begins_on,
        late_until=one.late_until,
        leave=one.leave.kind if one.leave else None,
        returns_on=one.leave.returns_on if one.leave else None,
        opened_on=one.round.opened_on if one.round else None,
        open=list(one.open),
        stands=list(one.stands),
        advice=again.advice(one),
    )


def _show(session: Session, items: list[RecredentialingItem], empty: str) -> None:
    session.present(_listing(session, items, empty))


def _listing(session: Session, items: Iterable[RecredentialingItem], empty: str) -> Listing[RecredentialingItem]:
    told = list(items)
    return Listing(
        schema="credkit.recredentialing/1",
        items=told,
        columns=COLUMNS,
        counts=Counter(one.outcome or one.state for one in told),
        on=session.on,
        policy=session.policy,
        empty=empty,
        count_in_words=lambda name, count: f"{count} {name.replace('_', ' ')}",
    )
