"""`credkit provider withdraw|terminate|suspend|reinstate|merge`: who leaves, who is kept from clients, two files made one."""

import sys
from typing import Annotated

import typer

from credkit.commands.options import DryRun, NpiArgument, read_date, read_npi, read_text
from credkit.commands.session import Session
from credkit.errors import UsageError
from credkit.records import Outcome, ProviderFile

Reason = Annotated[str, typer.Option(help="Why; kept in the log.", metavar="TEXT", parser=read_text)]
Day = Annotated[str | None, typer.Option(help="The day it holds from; today by default.", metavar="DATE")]


def withdraw(ctx: typer.Context, npi: NpiArgument, reason: Reason, day: Day = None) -> None:
    """Write down that a provider withdrew: gave back an application, or the approval they had. They see no clients from that
    day on; a newly signed application opens a new cycle.

    Example: credkit provider withdraw 1000000004 --reason "Moved out of state"
    """
    _leaves(ctx.obj, npi, Outcome.WITHDRAWN, reason, day)


def terminate(ctx: typer.Context, npi: NpiArgument, reason: Reason, day: Day = None) -> None:
    """Write down that the organization's tie with an approved provider ended, as employment does. They see no clients from
    that day on; a newly signed application opens a new cycle.

    A termination for cause is the committee's, with its letter and appeal: `credkit committee decide NPI --decision
    terminated`.

    Example: credkit provider terminate 1000000004 --reason "Left the practice" --day 2026-03-31
    """
    _leaves(ctx.obj, npi, Outcome.TERMINATED, reason, day)


def suspend(ctx: typer.Context, npi: NpiArgument, reason: Reason, day: Day = None) -> None:
    """Keep an approved provider from clients, at once, until two people lift it. The approval goes on beneath.

    Example: credkit provider suspend 1000000004 --reason "Board investigation"
    """
    from credkit.maintenance.leaving import suspend as suspended

    session: Session = ctx.obj
    with session.store() as store:
        policy = session.policy_on(session.today)
        since = read_date(day) if day else session.today
        one = suspended(store, npi, policy, since=since, reason=reason, today=session.today)
    session.say(
        f"{npi} is suspended since {one.since}: {one.reason}. `credkit provider reinstate {npi}` asks to lift it."
    )


def reinstate(ctx: typer.Context, npi: NpiArgument, reason: Reason) -> None:
    """Ask that a suspension be lifted, with the reason. It stands until somebody else confirms: `credkit confirm ID`.

    What a lapsed license or policy suspended is mended by its renewal, and needs nobody's word. Who withdrew or was
    terminated applies anew.

    Example: credkit provider reinstate 1000000004 --reason "Investigation closed without action"
    """
    from credkit.maintenance.leaving import ask_to_lift

    session: Session = ctx.obj
    with session.store() as store:
        asked = ask_to_lift(store, npi, session.policy_on(session.today), reason=reason, today=session.today)
    session.say(f"Asked. {npi} stays suspended until a second person confirms: credkit confirm {asked.id}")


def merge(
    ctx: typer.Context,
    npi: Annotated[str, typer.Argument(metavar="DUPLICATE", help="The NPI whose file goes.", parser=read_npi)],
    into: Annotated[str, typer.Option(help="The NPI whose file stays.", metavar="NPI", parser=read_npi)],
    reason: Reason,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Make two files of one person one. What the duplicate claims and holds moves: credentials, work, papers, notes, events,
    suspensions, leaves; its NPI is kept as an alias, and all that was recorded under it stays on record.

    What was verified and decided of the duplicate was of its NPI, and is not carried over. Refused where the two could be
    different people, and while something of the duplicate is open: an approval, an enrollment, a row of an exclusion list, a
    finding that speaks against them.

    Example: credkit provider merge 1000000012 --into 1000000004 --reason "Typed wrong on the form" --dry-run
    """
    from credkit.maintenance.merging import merge as merged

    session: Session = ctx.obj
    with session.store() as store:
        policy, today = session.policy_on(session.today), session.today
        moved = merged(store, npi, into, policy, reason=reason, today=today, dry_run=True)
        told = {
            "credentials": len(moved.credentials),
            "work history": len(moved.work_history),
            "papers": len(moved.filings),
            "notes": len(moved.notes),
            "duties": len(moved.duties),
            "events": len(moved.events),
            "suspensions": len(moved.suspensions),
            "leaves": len(moved.leaves),
        }
        words = ", ".join(f"{count} {what}" for what, count in told.items() if count) or "nothing that is not there"
        if dry_run:
            session.say(f"{npi} would be merged into {into} ({moved.provider.name}); to it would go: {words}.")
            return
        if not yes:
            if not sys.stdin.isatty():
                raise UsageError("A merger is not undone.", hint="Look with --dry-run, then give --yes.")
            typer.confirm(f"Merge {npi} into {into} ({words})? It is not undone.", abort=True, err=True)
        merged(store, npi, into, policy, reason=reason, today=today, dry_run=False)
    session.say(f"{npi} is merged into {into} ({moved.provider.name}); to it went: {words}.")


def _leaves(session: Session, npi: str, outcome: Outcome, reason: str, day: str | None) -> None:
    from credkit.maintenance.leaving import leave

    with session.store() as store:
        decision, file = leave(
            store,
            npi,
            session.policy_on(session.today),
            outcome,
            day=read_date(day) if day else session.today,
            reason=reason,
            today=session.today,
        )
    session.say(f"{file.provider.name} is {decision.outcome} on {decision.decided_on}: {reason}.")
    if open_ := _still_open(file):
        session.say(
            f"{open_} enrollments are still open: credkit enroll terminate --provider {npi} --ended "
            f"{decision.decided_on} --reason TEXT"
        )


def _still_open(file: ProviderFile) -> int:
    return sum(not one.status.closed for one in file.enrollments)
