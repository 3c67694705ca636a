"""The NPI registry's own files, loaded by `credkit lists load nppes`."""

from datetime import date
from pathlib import Path

from credkit.commands.items.lists import NppesFileItem
from credkit.commands.session import Session
from credkit.errors import UsageError
from credkit.lists.nppes_file import FULL, load
from credkit.lists.nppes_file import NAMES as NPPES_NAMES
from credkit.render.listing import Column, Listing

__all__ = ["NPPES_NAMES", "load_nppes"]

COLUMNS = (
    Column[NppesFileItem]("File", lambda item: item.source_file),
    Column[NppesFileItem]("Kind", lambda item: item.kind),
    Column[NppesFileItem]("Published", lambda item: item.published_on.isoformat()),
    Column[NppesFileItem]("Rows", lambda item: f"{item.rows:,}", justify="right"),
    Column[NppesFileItem]("Sought", lambda item: f"{item.sought:,}", justify="right"),
    Column[NppesFileItem]("Kept", lambda item: f"{item.kept:,}", justify="right"),
    Column[NppesFileItem]("SHA-256", lambda item: item.sha256[:12]),
)


def load_nppes(
    session: Session, name: str, path: Path, published: date | None, *, only_ours: bool, dry_run: bool
) -> None:
    """Load one of the registry's files for our own providers, and show its receipt."""
    if name == FULL and not only_ours:
        raise UsageError(
            "Of the registry only our own providers are kept.", hint=f"credkit lists load nppes {path} --only-ours"
        )
    with session.store() as store, session.worked("rows of the registry read") as (progress, report):
        file = load(store, name, path, published_on=published, today=session.today, dry_run=dry_run, progress=progress)
        report(
            Listing(
                schema="credkit.nppes_file/1",
                items=[
                    NppesFileItem.model_validate({name: getattr(file, name) for name in NppesFileItem.model_fields})
                ],
                columns=COLUMNS,
                on=session.today,
            )
        )
    if dry_run:
        session.say("It would be loaded; nothing was changed.")
