"""A list of papers, filed row by row."""

from pathlib import Path

import typer

from credkit.commands.items.document import FiledItem
from credkit.commands.session import Session
from credkit.documents.listed import Taken, file_all, read_list
from credkit.errors import InputRejected
from credkit.render.listing import Column, Listing

FILED = (
    Column[FiledItem]("Row", lambda item: str(item.row), justify="right"),
    Column[FiledItem]("NPI", lambda item: item.npi),
    Column[FiledItem]("Kind", lambda item: item.kind),
    Column[FiledItem]("File", lambda item: item.file),
    Column[FiledItem]("Outcome", lambda item: item.outcome),
    Column[FiledItem]("ID", lambda item: item.document_id or ""),
    Column[FiledItem]("What", lambda item: item.reason or item.advice or ""),
)


def add_from(session: Session, path: Path, *, dry_run: bool) -> None:
    """File every paper of a list that can be filed, and say which cannot, and why. Ends 3 where one cannot."""
    source = None if str(path) == "-" else path
    lines = read_list(source)
    counts = dict.fromkeys(("filed", "already", "rejected"), 0)
    with session.store() as store, session.worked("papers", len(lines)) as (progress, report):

        def items() -> list[FiledItem]:
            found = []
            beside = source.parent if source else Path()
            for one in file_all(store, lines, session.policy, beside=beside, today=session.today, dry_run=dry_run):
                counts[one.outcome] += 1
                found.append(_item(one))
                progress(len(found))
            return found

        report(
            Listing(
                schema="credkit.filed/1",
                items=items(),
                columns=FILED,
                counts=counts,
                on=session.today,
                empty="The list names no paper.",
            )
        )
    if dry_run:
        session.say("Nothing was changed.")
    if counts["rejected"]:
        session.say(f"{counts['rejected']} papers were not filed. Mend their rows, and give the list again.")
        raise typer.Exit(InputRejected.exit_code)


def _item(one: Taken) -> FiledItem:
    finding = one.filed.finding if one.filed else None
    return FiledItem(
        row=one.line.number,
        npi=one.line.cells["npi"],
        file=one.line.cells["file"],
        kind=one.line.cells["kind"],
        outcome=one.outcome,
        reason=one.reason,
        document_id=one.filed.paper.filing.id if one.filed else None,
        result=finding.result.value if finding else None,
        advice=finding.advice if finding else None,
    )
