"""`credkit lists`: the exclusion lists that everyone is held against."""

from pathlib import Path
from typing import Annotated

import typer

from credkit.commands.items.lists import ListItem
from credkit.commands.options import read_date
from credkit.commands.session import Session
from credkit.lists.known import LISTS
from credkit.lists.step import load
from credkit.records import ListVersion
from credkit.render.listing import Column, Listing
from credkit.screening.verdict import unusable

HELP = "Load the exclusion lists; show which are in force."

app = typer.Typer(help=HELP, no_args_is_help=True)

COLUMNS = (
    Column[ListItem]("List", lambda item: item.name),
    Column[ListItem]("Published", lambda item: f"{item.published_on}{'' if item.published_stated else ' (estimated)'}"),
    Column[ListItem]("Acquired", lambda item: item.acquired_on.isoformat()),
    Column[ListItem]("Rows", lambda item: f"{item.rows:,}", justify="right"),
    Column[ListItem]("Added", lambda item: f"{item.added:,}", justify="right"),
    Column[ListItem]("Removed", lambda item: f"{item.removed:,}", justify="right"),
    Column[ListItem]("With warnings", lambda item: f"{item.warnings:,}", justify="right"),
    Column[ListItem]("Fresh", lambda item: "yes" if item.fresh else "no"),
    Column[ListItem]("SHA-256", lambda item: item.sha256[:12]),
)


@app.command("load")
def load_command(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="LIST", help="The list: " + ", ".join(LISTS))],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Its file, as published: CSV, zipped or not.")],
    published: Annotated[str | None, typer.Option(help="The day it was published.", metavar="DATE")] = None,
) -> None:
    """Load a list as published. It is put in force whole, or the version in force stays.

    Without --published the day is estimated from the newest exclusion in it, which may make it look older than it is.
    """
    session: Session = ctx.obj
    with session.store() as store:
        loaded = load(
            store,
            name,
            path,
            session.policy,
            published_on=read_date(published) if published else None,
            today=session.today,
        )
        version, new = loaded.version, loaded.new
        if not new:
            session.say(f"{path} is the {name} in force already: nothing changed.")
        elif not version.published_stated:
            session.say(f"Published on {version.published_on} by its newest exclusion; give --published to say better.")
        _show(session, [version])


@app.command("show")
def show(ctx: typer.Context) -> None:
    """Show the version in force of each list, and whether it is fresh enough to screen by."""
    session: Session = ctx.obj
    with session.store() as store:
        names = dict.fromkeys((*session.policy.exclusions.lists, *(one.name for one in store.list_versions())))
        versions = {name: store.list_version(name) for name in names}
    for name, version in versions.items():
        if version is None:
            session.warn(f"{name} is not loaded: nobody can be screened against it.")
    _show(session, [version for version in versions.values() if version])


def _show(session: Session, versions: list[ListVersion]) -> None:
    oldest = session.policy.windows.exclusion_list_max_age_days
    session.present(
        Listing(
            schema="credkit.list/1",
            items=(
                ListItem.model_validate(
                    {
                        "id": version.id,
                        "name": version.name,
                        "source_file": version.source_file,
                        "sha256": version.sha256,
                        "published_on": version.published_on,
                        "published_stated": version.published_stated,
                        "acquired_on": version.acquired_on,
                        "rows": version.rows,
                        "added": version.added,
                        "removed": version.removed,
                        "warnings": version.warnings,
                        "fresh": not unusable(version, oldest, session.on),
                    }
                )
                for version in versions
            ),
            columns=COLUMNS,
            on=session.on,
            policy=session.policy,
            empty="No list is loaded: `credkit lists load leie UPDATED.csv`.",
        )
    )
