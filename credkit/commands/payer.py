"""`credkit payer`: the insurers."""

from typing import Annotated

import typer

from credkit.commands.items.network import PayerItem
from credkit.commands.options import MoreNames, every_name, read_line
from credkit.commands.session import Session
from credkit.network.step import add_payer
from credkit.records import Line, Payer
from credkit.render.listing import Column, Listing

HELP = "Keep the payers that providers are enrolled with."

app = typer.Typer(help=HELP, no_args_is_help=True)

COLUMNS = (
    Column[PayerItem]("Payer", lambda item: item.name),
    Column[PayerItem]("Line", lambda item: item.line),
    Column[PayerItem]("Parent", lambda item: item.parent or ""),
    Column[PayerItem]("Aliases", lambda item: ", ".join(item.aliases)),
)


def _item(payer: Payer) -> PayerItem:
    return PayerItem(id=payer.id, name=payer.name, line=payer.line, parent=payer.parent, aliases=list(payer.aliases))


@app.command()
def add(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME")],
    line: Annotated[str, typer.Option(help=f"Line of business: {', '.join(Line)}.", metavar="LINE")],
    parent: Annotated[str | None, typer.Option(help="The company it belongs to.", metavar="NAME")] = None,
    alias: Annotated[
        list[str] | None, typer.Option(help="What else it is called: one name or more.", metavar="NAME...")
    ] = None,
    more_aliases: MoreNames = None,
) -> None:
    """Add a payer; its line is what enrollments with it are for unless they say otherwise."""
    session: Session = ctx.obj
    with session.store() as store:
        payer = add_payer(store, name, read_line(line), parent, every_name(alias, more_aliases, "--alias"))
    session.present(Listing(schema="credkit.payer/1", items=[_item(payer)], columns=COLUMNS))


@app.command("list")
def list_payers(ctx: typer.Context) -> None:
    """List the payers, by name."""
    session: Session = ctx.obj
    with session.store() as store:
        payers = store.payers()
    session.present(
        Listing(
            schema="credkit.payer/1",
            items=map(_item, payers.values()),
            columns=COLUMNS,
            counts={"payers": len(payers)},
            empty="No payers yet: `credkit payer add NAME --line commercial`.",
        )
    )
