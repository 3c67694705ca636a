"""`credkit provider duty`: what the policy asks of somebody by dates of its own, and that it was done."""

from typing import Annotated

import typer

from credkit.commands.items.maintenance import DutyItem
from credkit.commands.options import NpiArgument, read_date
from credkit.commands.session import Session
from credkit.errors import UsageError
from credkit.records import ProviderFile
from credkit.render.listing import Column, Listing

COLUMNS = (
    Column[DutyItem]("Duty", lambda item: item.duty),
    Column[DutyItem]("Who", lambda item: item.who),
    Column[DutyItem]("Done", lambda item: str(item.done_on or "never recorded")),
    Column[DutyItem]("Due by", lambda item: str(item.due_on or "")),
    Column[DutyItem]("Days", lambda item: "" if item.days_left is None else str(item.days_left), justify="right"),
    Column[DutyItem]("Recorded by", lambda item: item.actor or ""),
)


def duty(
    ctx: typer.Context,
    npi: NpiArgument,
    name: Annotated[
        str | None, typer.Argument(metavar="NAME", help="The duty, as the policy calls it; without it, show.")
    ] = None,
    done: Annotated[str | None, typer.Option("--done", help="The day it was done.", metavar="DATE")] = None,
    until: Annotated[
        str | None,
        typer.Option("--until", help="Where it holds no longer than a day: the last one.", metavar="DATE"),
    ] = None,
) -> None:
    """Write down that a duty of the policy's ([[duties]]: directory attestation, supervision plan) was done, or show which
    there are and by when each is due again.

    Nothing that was written is changed: what was recorded last counts, so a slip is put right by recording it again.

    Example: credkit provider duty 1000000004 "directory attestation" --done 2026-03-02
    """
    from credkit.committee.standing import standing
    from credkit.maintenance.duty import line_named, record_duty
    from credkit.status.duties import duties

    session: Session = ctx.obj
    if name is None and (done or until):
        raise UsageError("Name the duty that was done.", hint=f"`credkit provider duty {npi}` shows which there are.")
    if name is not None and not done:
        raise UsageError("Say on which day it was done: --done DATE.")
    with session.store() as store:
        if name is not None and done:
            policy = session.policy_on(session.today)
            line = line_named(policy, name)
            until_on = read_date(until) if until else None
            made, new = record_duty(store, npi, line, done_on=read_date(done), until_on=until_on, today=session.today)
            due_on = line.due_on(made.done_on, made.until_on)
            session.say(
                f"{line.name} of {npi}: {'done' if new else 'on record already as done'} on {made.done_on}; due again by "
                f"{due_on}."
            )
            if until_on and due_on < until_on:
                session.say(f"The policy asks for it {line.rhythm}, which is before {until_on}.")
        file = store.provider_file(npi)
    policy, on = session.policy, session.on
    stands = standing(file, policy, on)
    found = [
        DutyItem(
            npi=npi,
            name=file.provider.name,
            duty=one.line.name,
            who=one.line.who,
            what=one.line.what,
            done_on=one.last.done_on if one.last else None,
            until_on=one.last.until_on if one.last else None,
            due_on=one.due_on,
            days_left=(one.due_on - on).days if one.due_on else None,
            actor=one.last.actor if one.last else None,
            recorded_at=one.last.recorded_at if one.last else None,
        )
        for one in duties(file, policy, stands, on)
    ]
    _say_unwatched(session, file, name, found, approved=bool(stands.approvals))
    session.present(
        Listing(
            schema="credkit.duty/1",
            items=found,
            columns=COLUMNS,
            counts={"duties": len(found)},
            on=on,
            policy=policy,
            empty=f"The policy asks {file.provider.name} for no duty.",
        )
    )


def _say_unwatched(
    session: Session, file: ProviderFile, name: str | None, found: list[DutyItem], *, approved: bool
) -> None:
    """Say of what was recorded that nobody watches it (yet)."""
    if not approved and session.policy.duties:
        session.say(f"{file.provider.name} is not approved: duties are watched from the approval on.")
    elif name is not None and name.casefold() not in {one.duty.casefold() for one in found}:
        session.say(f"The policy does not ask {file.provider.name} for it: it is kept, and not watched.")
