"""`credkit lists`: the exclusion lists that everyone is held against."""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from credkit.commands.items.lists import ListItem, SetAsideItem
from credkit.commands.options import read_date
from credkit.commands.session import Session
from credkit.commands.verifying.nppes_files import NPPES_NAMES, load_nppes
from credkit.errors import UsageError, did_you_mean
from credkit.lists.known import BOARDS, FETCHED, LISTS, board_state, max_age_days
from credkit.lists.step import Loaded, load
from credkit.records import ListVersion
from credkit.render.listing import Column, Listing
from credkit.screening.verdict import unusable
from credkit.store import Store

HELP = "Load, fetch and show the exclusion lists."

app = typer.Typer(help=HELP, no_args_is_help=True)

COLUMNS = (
    Column[ListItem]("List", lambda item: item.name),
    Column[ListItem]("Published", lambda item: f"{item.published_on}{'' if item.published_stated else ' (estimated)'}"),
    Column[ListItem]("Rows", lambda item: f"{item.rows:,}", justify="right"),
    Column[ListItem]("Added", lambda item: f"{item.added:,}", justify="right"),
    Column[ListItem]("Removed", lambda item: f"{item.removed:,}", justify="right"),
    Column[ListItem]("Changed", lambda item: f"{item.changed:,}", justify="right"),
    Column[ListItem]("Aside", lambda item: f"{item.set_aside:,}", justify="right"),
    Column[ListItem]("Warned", lambda item: f"{item.warnings:,}", justify="right"),
    Column[ListItem]("Fresh", lambda item: "yes" if item.fresh else "no"),
    Column[ListItem]("SHA-256", lambda item: item.sha256[:12]),
)
ARCHIVE = (
    Column[ListItem]("Version", lambda item: item.id),
    *COLUMNS[:2],
    Column[ListItem]("Acquired", lambda item: item.acquired_on.isoformat()),
    *COLUMNS[2:5],
    Column[ListItem]("In force", lambda item: "yes" if item.in_force else ""),
    COLUMNS[-1],
)

_DRY_RUN = typer.Option("--dry-run", help="Read and compare it, and change nothing.")


@app.command("load")
def load_command(
    ctx: typer.Context,
    name: Annotated[
        str, typer.Argument(metavar="LIST", help="The list: " + ", ".join((*LISTS, *BOARDS)) + ", or any with --map")
    ],
    path: Annotated[Path, typer.Argument(metavar="FILE", help="Its file, as published: CSV or XLSX, zipped or not.")],
    column_map: Annotated[
        Path | None, typer.Option("--map", help="Which of its columns is what, as TOML.", metavar="M.toml")
    ] = None,
    published: Annotated[str | None, typer.Option(help="The day it was published.", metavar="DATE")] = None,
    only_ours: Annotated[
        bool, typer.Option("--only-ours", help="Of the NPI registry's file (nppes): keep our own providers' rows.")
    ] = False,
    dry_run: Annotated[bool, _DRY_RUN] = False,
) -> None:
    """Load an exclusion list, or a license board's file, as published. It is put in force whole, or the version in force stays.

    Without --published the day is estimated from the newest exclusion in it, which may make it look older than it is.
    A row that cannot be used is set aside and named; no other is lost. docs/lists.md has each list, and how to write a
    map. nppes and nppes-deactivated are the NPI registry's own files, which the check npi uses offline.
    """
    session: Session = ctx.obj
    if name in NPPES_NAMES:
        load_nppes(
            session, name, path, read_date(published) if published else None, only_ours=only_ours, dry_run=dry_run
        )
        return
    if only_ours:
        raise UsageError("--only-ours goes with the registry's file: credkit lists load nppes FILE.zip --only-ours")
    chosen = None
    if column_map is not None:
        from credkit.lists.columnmap import ListMap

        chosen = ListMap.load(column_map, board=board_state(name) is not None)
    with session.store() as store:
        loaded = load(
            store,
            name,
            path,
            session.policy,
            published_on=read_date(published) if published else None,
            today=session.today,
            column_map=chosen,
            dry_run=dry_run,
        )
        _tell(session, loaded, str(path), dry_run=dry_run)
        _show(session, store, [loaded.version])


@app.command("fetch")
def fetch_command(
    ctx: typer.Context,
    names: Annotated[list[str], typer.Argument(metavar="LIST...", help="The lists: " + ", ".join(FETCHED))],
    dry_run: Annotated[bool, _DRY_RUN] = False,
) -> None:
    """Fetch lists from their publishers and load them, as `lists load` does.

    A list that has not changed since is not loaded again; that it was asked for is recorded. When a publisher cannot be
    reached the version in force stays, and the command ends with 4. The addresses are in the settings.
    """
    from credkit.errors import Incomplete
    from credkit.lists.fetch import Unchanged, fetch

    session: Session = ctx.obj
    for name in names:
        if name not in FETCHED:
            raise UsageError(
                f"The list {name!r} cannot be fetched.{did_you_mean(name, FETCHED)}",
                hint=f"Fetched are {', '.join(FETCHED)}; load any other from its file: credkit lists load.",
            )
    failed: list[Incomplete] = []
    shown: list[ListVersion] = []
    with session.store() as store:
        for name in dict.fromkeys(names):
            try:
                found = fetch(
                    store,
                    name,
                    getattr(session.settings.sources, name),
                    session.policy,
                    today=session.today,
                    time_zone=session.settings.organization.time_zone,
                    dry_run=dry_run,
                )
            except Incomplete as error:
                failed.append(error)
                continue
            shown.append(found.version)
            if isinstance(found, Unchanged):
                session.say(f"{name} has not changed since it was loaded: the version in force stays.")
            else:
                _tell(session, found, f"What {name} gave", dry_run=dry_run)
        _show(session, store, shown)
    if failed:
        first, *more = failed
        raise Incomplete(
            first.message, hint=first.hint, details=[*first.details, *(other.message for other in more)]
        ) from first


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
        _show(session, store, [version for version in versions.values() if version])


@app.command("archive")
def archive(
    ctx: typer.Context,
    name: Annotated[str | None, typer.Argument(metavar="LIST", help="One list; without it, all.")] = None,
    version: Annotated[
        str | None, typer.Option("--version", help="Give back the file of this version.", metavar="ID")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Where to write it; - is standard output.", metavar="FILE", allow_dash=True)
    ] = None,
) -> None:
    """Show every version that was ever in force, newest last; with --version, give one's file back as it was loaded.

    The file is the very bytes that were loaded, so that its SHA-256 is the one in the receipt.
    """
    session: Session = ctx.obj
    if (version is None) != (out is None):
        raise UsageError("--version and --out go together.", hint="credkit lists archive --version ID --out FILE")
    with session.store() as store:
        versions = store.list_versions()
        if version is None:
            if name is not None and name not in {one.name for one in versions}:
                raise UsageError(
                    f"No version of a list named {name!r} is held.{did_you_mean(name, {one.name for one in versions})}"
                )
            chosen = [one for one in versions if name in {None, one.name}]
            _show(session, store, chosen, columns=ARCHIVE)
            return
        found = [one for one in versions if one.id == version and name in {None, one.name}]
        if not found:
            raise UsageError(f"There is no version {version!r}.", hint="`credkit lists archive` shows them.")
        content = store.list_file(found[0].sha256)
        if content is None:
            raise UsageError(
                f"The file of version {version} was not kept: it was loaded before credkit kept files.",
                hint="Its rows are in the store all the same.",
            )
        session.write_bytes(content, None if str(out) == "-" else out)


def _tell(session: Session, loaded: Loaded, what: str, *, dry_run: bool) -> None:
    version = loaded.version
    for note in loaded.notes:
        session.warn(note)
    if not loaded.new:
        session.say(f"{what} is the {version.name} in force already: nothing changed.")
        return
    if dry_run:
        session.say(f"{what} would be put in force; nothing was changed.")
    if version.set_aside:
        session.warn(f"{version.set_aside:,} rows cannot be used and were set aside:")
        for row, reason in version.set_aside_rows[:10]:
            session.say(f"  row {row}: {reason}")
    if not version.published_stated:
        newest = "license" if board_state(version.name) else "exclusion"
        session.say(f"Published on {version.published_on} by its newest {newest}; give --published to say better.")


def _show(
    session: Session,
    store: Store,
    versions: Iterable[ListVersion],
    columns: tuple[Column[ListItem], ...] = COLUMNS,
) -> None:
    versions = list(versions)
    session.present(
        Listing(
            schema="credkit.list/1",
            items=tuple(_item(session, store, version) for version in versions),
            columns=columns,
            on=session.on,
            policy=session.policy,
            empty="No list is loaded: `credkit lists load leie UPDATED.csv`.",
        )
    )


def _item(session: Session, store: Store, version: ListVersion) -> ListItem:
    current = store.list_version(version.name)
    checks = store.list_checks(version)
    return ListItem(
        id=version.id,
        name=version.name,
        source_file=version.source_file,
        sha256=version.sha256,
        published_on=version.published_on,
        published_stated=version.published_stated,
        acquired_on=version.acquired_on,
        rows=version.rows,
        added=version.added,
        removed=version.removed,
        warnings=version.warnings,
        changed=version.changed,
        set_aside=version.set_aside,
        set_aside_rows=tuple(SetAsideItem(row=row, reason=reason) for row, reason in version.set_aside_rows),
        fetched_from=version.fetched_from,
        checked_on=checks[-1].checked_on if checks else None,
        in_force=current is not None and current.id == version.id,
        fresh=not unusable(version, max_age_days(version.name, session.policy), session.on),
    )
