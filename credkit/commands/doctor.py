"""`credkit doctor`: the store and its papers looked over."""

from collections import Counter
from typing import Annotated

import typer

from credkit.commands.items.health import HealthItem
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, IntegrityError
from credkit.render.listing import Column, Listing
from credkit.safekeeping.doctor import FAULT, LEFTOVER, Sign, look_over

HELP = "Look over the store and its papers; move leftovers aside."

COLUMNS = (
    Column[HealthItem]("About", lambda item: item.about),
    Column[HealthItem]("State", lambda item: item.state),
    Column[HealthItem]("What", lambda item: item.detail + (f"; {item.mended}" if item.mended else "")),
)


def command(
    ctx: typer.Context,
    mend: Annotated[
        bool, typer.Option("--mend", help="Move leftovers aside, and close what others may read. Nothing is deleted.")
    ] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End 0 also when leftovers were found.")] = False,
) -> None:
    """Look over the store and its papers: versions and journal, permissions, SQLite's own check, papers that are gone or
    changed, and files that belong to no record (a kill between a file and its record leaves one).

    credkit doctor --mend

    Ends 6 when integrity fails, 10 when leftovers were found and not mended, else 0. `credkit audit verify` verifies the log.
    """
    session: Session = ctx.obj
    signs: list[Sign] = []
    try:
        with session.store() as store:
            signs += look_over(store, mend=mend)
    except IntegrityError as error:
        signs.append(Sign("store", FAULT, error.message))
    states = Counter(sign.state for sign in signs)
    session.present(
        Listing(
            schema="credkit.health/1",
            items=[HealthItem.model_validate(sign) for sign in signs],
            columns=COLUMNS,
            counts=states,
        )
    )
    if states[FAULT]:
        raise typer.Exit(IntegrityError.exit_code)
    if not exit_zero and any(sign.state == LEFTOVER and not sign.mended for sign in signs):
        raise typer.Exit(FOUND_SOMETHING)
