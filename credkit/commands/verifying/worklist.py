"""The worklist of what people look up: written to fill in, and taken back."""

from collections.abc import Iterable
from pathlib import Path

import typer

from credkit.checks import all_checks
from credkit.commands.items.verification import RecordedItem
from credkit.commands.session import Session
from credkit.errors import InputRejected
from credkit.render.listing import Column, Listing
from credkit.verify.plan import Due
from credkit.verify.worklist import Taken, read_rows, take_in, worklist_csv

RECORDED = (
    Column[RecordedItem]("Row", lambda item: str(item.row), justify="right"),
    Column[RecordedItem]("NPI", lambda item: item.npi),
    Column[RecordedItem]("Check", lambda item: f"{item.check} {item.subject}".rstrip()),
    Column[RecordedItem]("Outcome", lambda item: item.outcome),
    Column[RecordedItem]("Why", lambda item: item.reason or ""),
)


def write_worklist(session: Session, dues: Iterable[Due], out: Path) -> None:
    """Write what is due by hand as CSV to fill in."""
    session.write_bytes(worklist_csv(dues, min(session.on, session.today)), None if str(out) == "-" else out)
    if str(out) != "-":
        session.say(f"Fill in result and source in {out}, then: credkit verify record --from {out}")


def record_from(session: Session, path: Path, *, dry_run: bool) -> None:
    """Record every row of a filled-in worklist that may be recorded, and say which may not, and why."""
    source = None if str(path) == "-" else path
    rows = read_rows(source)
    counts = dict.fromkeys(("recorded", "already", "blank", "rejected"), 0)
    with session.store() as store:
        # The policy is read in the transaction that judges by it.
        with store.batch():
            taken = list(
                take_in(
                    store,
                    rows,
                    session.policy_on(session.today),
                    all_checks(),
                    beside=source.parent if source else Path(),
                    today=session.today,
                    dry_run=dry_run,
                )
            )
        for one in taken:
            counts[one.outcome] += 1
        session.present(
            Listing(
                schema="credkit.recorded/1",
                items=map(_item, taken),
                columns=RECORDED,
                counts=counts,
                on=session.today,
                empty="No row is filled in.",
            )
        )
    if dry_run:
        session.say("Nothing was changed.")
    if counts["rejected"]:
        session.say(f"{counts['rejected']} rows were not taken. Mend them, and give the file again.")
        raise typer.Exit(InputRejected.exit_code)


def _item(one: Taken) -> RecordedItem:
    return RecordedItem(
        row=one.row.number,
        npi=one.row["npi"],
        check=one.row["check"],
        subject=one.verification.subject if one.verification else one.row["subject"],
        outcome=one.outcome,
        reason=one.reason,
        verification_id=one.verification.id if one.verification else None,
    )
