"""`credkit payer`: the insurers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

import typer

from credkit.commands.items.network import PayerItem, PayerNamesItem
from credkit.commands.options import MoreNames, every_name, read_date, read_line, read_state, read_text
from credkit.commands.session import Session
from credkit.errors import UsageError
from credkit.network.payers import PayerFacts, add_payer, edit_payer, merge_payers, rename_payer
from credkit.records import Line, Payer
from credkit.render.listing import Column, Listing

HELP = "Keep the payers that providers are enrolled with."

app = typer.Typer(help=HELP, no_args_is_help=True)

COLUMNS = (
    Column[PayerItem]("Payer", lambda item: item.name),
    Column[PayerItem]("Line", lambda item: item.line),
    Column[PayerItem]("States", lambda item: ", ".join(item.states)),
    Column[PayerItem]("Delegated", lambda item: "yes" if item.delegated else ""),
    Column[PayerItem]("Template", lambda item: item.template or ""),
    Column[PayerItem]("Parent", lambda item: item.parent or ""),
    Column[PayerItem]("Aliases", lambda item: ", ".join(item.aliases)),
    Column[PayerItem](
        "Merged", lambda item: f"into {item.merged_into} on {item.merged_on}" if item.merged_into else ""
    ),
)

PayerName = Annotated[str, typer.Argument(metavar="NAME", help="The payer's name or an alias.")]
NoParent = Annotated[bool, typer.Option("--no-parent", help="It belongs to no other company any more.")]
Since = Annotated[
    str | None,
    typer.Option(
        "--from", help="From which day --parent, --no-parent and --alias hold; today by default.", metavar="DATE"
    ),
]
Parent = Annotated[str | None, typer.Option(help="The company it belongs to.", metavar="NAME")]
Aliases = Annotated[
    list[str] | None, typer.Option("--alias", help="What else it is called: one name or more.", metavar="NAME...")
]
States = Annotated[
    list[str] | None,
    typer.Option("--state", help="Where it does business; by default everywhere. Repeat it.", parser=read_state),
]
Delegated = Annotated[
    bool | None, typer.Option("--delegated/--direct", help="Whether it leaves credentialing to us.", show_default=False)
]
Template = Annotated[
    str | None, typer.Option(help="The roster it wants: a shipped template, or a TOML file.", metavar="NAME|FILE")
]
FollowUp = Annotated[int | None, typer.Option(max=3_650, help="It is asked again after so many days.", metavar="DAYS")]
Usual = Annotated[int | None, typer.Option(max=3_650, help="It usually decides within so many days.", metavar="DAYS")]


def _item(payer: Payer, payers: Mapping[str, Payer]) -> PayerItem:
    return PayerItem(
        id=payer.id,
        name=payer.name,
        line=payer.line,
        parent=payer.parent,
        aliases=list(payer.aliases),
        states=list(payer.states),
        delegated=payer.delegated,
        template=payer.template,
        follow_up_days=payer.follow_up_days,
        usual_days=payer.usual_days,
        merged_into=payers[payer.merged_into].name if payer.merged_into else None,
        merged_on=payer.merged_on,
        formerly=[PayerNamesItem.model_validate(names) for names in payer.formerly],
    )


@app.command()
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    line: Annotated[str, typer.Option(help=f"Line of business: {', '.join(Line)}.", metavar="LINE")],
    parent: Parent = None,
    alias: Aliases = None,
    state: States = None,
    delegated: Delegated = None,
    template: Template = None,
    follow_up_days: FollowUp = None,
    usual_days: Usual = None,
    more_aliases: MoreNames = None,
) -> None:
    """Add a payer; its line is what enrollments with it are for unless they say otherwise.

    credkit payer add "Aspen Health" --line commercial --state CO --delegated --template generic-delegated
    """
    session: Session = ctx.obj
    aliases = every_name(alias, more_aliases, "--alias")
    facts = _facts(line, parent, aliases, state, delegated, template, (follow_up_days, usual_days))
    with session.store() as store:
        _show(session, add_payer(store, name, read_line(line), facts), store.payers())


@app.command()
def edit(
    ctx: typer.Context,
    name: PayerName,
    line: Annotated[str | None, typer.Option(help=", ".join(Line) + ".", metavar="LINE")] = None,
    parent: Parent = None,
    no_parent: NoParent = False,
    alias: Aliases = None,
    state: States = None,
    delegated: Delegated = None,
    template: Template = None,
    follow_up_days: FollowUp = None,
    usual_days: Usual = None,
    since: Since = None,
    more_aliases: MoreNames = None,
) -> None:
    """Change what is known of a payer. Aliases are added to those it has; states are set anew.

    Whose it is and how it is called holds from --from on: what `ready --on` says of a day before stays as it was.

    credkit payer edit "Aspen Health" --follow-up-days 7 --usual-days 60
    """
    session: Session = ctx.obj
    aliases = every_name(alias, more_aliases, "--alias")
    facts = _facts(line, parent, aliases, state, delegated, template, (follow_up_days, usual_days))
    if since and not (parent or no_parent or aliases):
        raise UsageError("--from is the day of --parent, --no-parent or --alias: give one of them.")
    facts = replace(facts, no_parent=no_parent)
    with session.store() as store:
        rules = session.policy_on(session.today).network
        day = read_date(since) if since else session.today
        payer = edit_payer(store, name, facts, since=day, today=session.today, rules=rules)
        _show(session, payer, store.payers())


def _facts(
    line: str | None,
    parent: str | None,
    aliases: tuple[str, ...],
    states: list[str] | None,
    delegated: bool | None,
    template: str | None,
    days: tuple[int | None, int | None],
) -> PayerFacts:
    if template is not None:
        from credkit.network.roster_template import load_template

        load_template(template)
    return PayerFacts(
        line=read_line(line) if line else None,
        parent=parent,
        aliases=aliases,
        states=tuple(states or ()),
        delegated=delegated,
        template=template,
        follow_up_days=days[0],
        usual_days=days[1],
    )


@app.command()
def rename(
    ctx: typer.Context,
    name: PayerName,
    to: Annotated[str, typer.Argument(metavar="NEW_NAME", help="What it is called now.")],
) -> None:
    """Give a payer another name; the old one stays an alias.

    credkit payer rename "Aspen Health" "Aspen Health of Colorado"
    """
    session: Session = ctx.obj
    with session.store() as store:
        _show(session, rename_payer(store, name, to, today=session.today), store.payers())


@app.command()
def merge(
    ctx: typer.Context,
    name: PayerName,
    into: Annotated[str, typer.Argument(metavar="INTO", help="The payer that it is from then on.")],
    reason: Annotated[str, typer.Option(help="Why, for the log.", metavar="TEXT", parser=read_text)],
    merged: Annotated[
        str | None, typer.Option("--merged", help="The day of the merger; today by default.", metavar="DATE")
    ] = None,
) -> None:
    """Let one payer be another from a day on; its enrollments stay, and are the other's from then.

    credkit payer merge "Birch Mutual" "Aspen Health" --merged 2026-07-01 --reason "acquired"
    """
    session: Session = ctx.obj
    day = read_date(merged) if merged else session.today
    with session.store() as store:
        rules = session.policy_on(session.today).network
        payer = merge_payers(store, name, into, merged_on=day, today=session.today, reason=reason, rules=rules)
        _show(session, payer, store.payers())


@app.command("list")
def list_payers(ctx: typer.Context) -> None:
    """List the payers, by name."""
    session: Session = ctx.obj
    with session.store() as store:
        payers = store.payers()
    session.present(
        Listing(
            schema="credkit.payer/1",
            items=(_item(payer, payers) for payer in payers.values()),
            columns=COLUMNS,
            counts={"payers": len(payers)},
            empty="No payers yet: `credkit payer add NAME --line commercial`.",
        )
    )


def _show(session: Session, payer: Payer, payers: Mapping[str, Payer]) -> None:
    session.present(Listing(schema="credkit.payer/1", items=[_item(payer, payers)], columns=COLUMNS))
