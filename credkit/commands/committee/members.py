"""`credkit committee member` and `conflict`: who is on the committee, and what stands between them and a provider."""

from datetime import date
from typing import Annotated

import typer

from credkit.commands.items.committee import MemberItem
from credkit.commands.options import NpiArgument, read_date, read_text
from credkit.commands.session import Session
from credkit.committee.convening import add_member, declare_conflict, end_member
from credkit.errors import UsageError, did_you_mean
from credkit.records import Member, Role
from credkit.render.listing import Column, Listing
from credkit.store import new_id

app = typer.Typer(help="Keep the members of the committee.", no_args_is_help=True)

COLUMNS = (
    Column[MemberItem]("Name", lambda item: item.name),
    Column[MemberItem]("Role", lambda item: item.role.replace("_", " ")),
    Column[MemberItem]("Votes", lambda item: "yes" if item.votes else "no"),
    Column[MemberItem]("Specialty", lambda item: item.specialty or ""),
    Column[MemberItem]("Acts as", lambda item: item.login or ""),
    Column[MemberItem]("Since", lambda item: str(item.since)),
    Column[MemberItem]("Until", lambda item: str(item.until or "")),
)
NameArgument = Annotated[str, typer.Argument(metavar="NAME", parser=read_text)]


@app.command()
def add(
    ctx: typer.Context,
    name: NameArgument,
    role: Annotated[str, typer.Option(help=", ".join(Role), metavar="ROLE")] = Role.MEMBER,
    votes: Annotated[
        bool | None, typer.Option("--votes/--no-votes", help="Whether they vote; staff do not, everybody else does.")
    ] = None,
    specialty: Annotated[str | None, typer.Option(help="Their field.", metavar="TEXT", parser=read_text)] = None,
    login: Annotated[
        str | None,
        typer.Option(help="The name under which they act here (--actor): a chair attests by it.", metavar="ACTOR"),
    ] = None,
    since: Annotated[str | None, typer.Option(help="Their first day; today if not given.", metavar="DATE")] = None,
) -> None:
    """Put somebody on the committee.

    Example: credkit committee member add "Dr Ash" --role chair --specialty psychiatry --login ash
    """
    session: Session = ctx.obj
    if role not in set(Role):
        raise UsageError(f"There is no role {role!r}.{did_you_mean(role, list(Role))}", hint=", ".join(Role))
    kind = Role(role)
    member = Member(
        new_id(),
        name,
        kind,
        kind is not Role.STAFF if votes is None else votes,
        read_date(since) if since else session.today,
        specialty=specialty,
        login=login,
    )
    with session.store() as store:
        added = add_member(store, member)
    session.present(Listing(schema="credkit.member/1", items=[_item(added)], columns=COLUMNS))


@app.command("list")
def list_command(ctx: typer.Context) -> None:
    """List who is, and who was, on the committee."""
    session: Session = ctx.obj
    with session.store() as store:
        members = store.members()
    session.present(
        Listing(
            schema="credkit.member/1",
            items=map(_item, members),
            columns=COLUMNS,
            counts={"members": len(members)},
            empty='Nobody is on the committee yet: `credkit committee member add "NAME" --role chair`.',
        )
    )


@app.command()
def end(
    ctx: typer.Context,
    name: NameArgument,
    until: Annotated[str | None, typer.Option(help="Their last day; today if not given.", metavar="DATE")] = None,
) -> None:
    """Let somebody leave the committee."""
    session: Session = ctx.obj
    day: date = read_date(until) if until else session.today
    with session.store() as store:
        member = end_member(store, name, day)
    session.say(f"{member.name} is on the committee until {member.until}.")


def conflict(
    ctx: typer.Context,
    name: NameArgument,
    npi: NpiArgument,
    reason: Annotated[str, typer.Option(help="What it is.", metavar="TEXT", parser=read_text)],
) -> None:
    """Declare a member's conflict of interest in a provider: they leave the count when that file is voted on.

    Example: credkit committee conflict "Dr Ash" 1000000004 --reason "same practice"
    """
    session: Session = ctx.obj
    with session.store() as store:
        declare_conflict(store, name, npi, reason, today=session.today)
    session.say(f"{name} is recused from {npi}: {reason}.")


def _item(member: Member) -> MemberItem:
    return MemberItem(
        name=member.name,
        role=member.role,
        votes=member.votes,
        specialty=member.specialty,
        login=member.login,
        since=member.since,
        until=member.until,
    )
