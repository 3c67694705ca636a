"""`credkit intake list|accept|reject`: what came by the portal, and waits for staff."""

from typing import TYPE_CHECKING, Annotated

import typer

from credkit.commands.items.portal import SubmissionItem
from credkit.commands.options import read_text
from credkit.commands.session import Session
from credkit.render.listing import Column, Listing
from credkit.render.text import clean

if TYPE_CHECKING:
    from credkit.intake.sent import Weighed

WITHHELD = "withheld"

COLUMNS = (
    Column[SubmissionItem]("Id", lambda item: item.submission_id),
    Column[SubmissionItem]("Kind", lambda item: item.kind),
    Column[SubmissionItem]("NPI", lambda item: item.npi),
    Column[SubmissionItem]("Name", lambda item: item.name),
    Column[SubmissionItem]("Received", lambda item: item.received_at[:10]),
    Column[SubmissionItem]("State", lambda item: item.state),
    Column[SubmissionItem]("Would be", lambda item: item.outcome or ""),
    Column[SubmissionItem](
        "What",
        lambda item: (
            "; ".join(f"{one.column}: {one.reason}".removeprefix(": ") for one in item.errors)
            or "; ".join(f"{one.field}: {one.before or 'nothing'} -> {one.after or 'nothing'}" for one in item.changes)
            or item.reason
            or ""
        ),
    ),
)

Id = Annotated[str, typer.Argument(metavar="ID", help="What was sent, as `intake list` names it.")]


def list_command(
    ctx: typer.Context,
    submission: Annotated[str | None, typer.Argument(metavar="ID", help="Only this one, with every answer.")] = None,
    all_: Annotated[bool, typer.Option("--all", help="Also what was accepted or rejected.")] = False,
) -> None:
    """List what came by the portal and waits: forms, corrections, applications signed anew; and what accepting would do.

    credkit intake list

    credkit intake list 6f2a9c1b0d4e --json
    """
    from credkit.intake.sent import weigh

    session: Session = ctx.obj
    with session.store() as store:
        sent = [store.submission(submission)] if submission else store.submissions(waiting=not all_)
        weighed = [weigh(store, one, session.policy, session.today) for one in sent]
        names = {one.npi: provider.name for one in sent if (provider := store.provider(one.npi))}
    _show(session, weighed, names)
    if submission and not session.for_programs:
        for one in weighed:
            for cell in _item(one, "").cells:
                session.write_text(clean(f"{cell.column}\t{cell.text}").replace("\n", " ") + "\n")


def accept_command(
    ctx: typer.Context,
    submission: Id,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="A word for the log.", parser=read_text)] = None,
) -> None:
    """Take what was sent into the file: a form by the same plan as a file's row, a correction as `provider edit` does.

    credkit intake accept 6f2a9c1b0d4e

    What contradicts the file is refused (exit 5) with the reasons, and still waits.
    """
    from credkit.intake.sent import accept

    session: Session = ctx.obj
    with session.store() as store:
        done = accept(store, submission, session.policy, reason=reason, today=session.today)
        provider = store.provider(done.submission.npi)
    _show(session, [done], {done.submission.npi: provider.name if provider else ""})
    session.say(f"Next: credkit verify run {done.submission.npi}")


def reject_command(
    ctx: typer.Context,
    submission: Id,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Why; the provider reads it.", parser=read_text)],
) -> None:
    """Let what was sent change nothing. The provider reads the reason, word for word, and may send it again.

    credkit intake reject 6f2a9c1b0d4e --reason "The license number is of another state."
    """
    from credkit.intake.sent import reject

    session: Session = ctx.obj
    with session.store() as store:
        done = reject(store, submission, reason)
        provider = store.provider(done.submission.npi)
    _show(session, [done], {done.submission.npi: provider.name if provider else ""})


def _show(session: Session, weighed: "list[Weighed]", names: dict[str, str]) -> None:
    items = [_item(one, names.get(one.submission.npi, "")) for one in weighed]
    session.present(
        Listing(
            schema="credkit.submission/1",
            items=items,
            columns=COLUMNS,
            counts={"submissions": len(items)},
            on=session.today,
            empty="Nothing waits.",
        )
    )


def _item(weighed: "Weighed", name: str) -> SubmissionItem:
    one = weighed.submission
    cells = dict(one.cells)
    if not name:  # nobody of that NPI is on file yet: the form says who it is
        name = " ".join(part for part in (cells.get("first_name"), cells.get("last_name")) if part)
    state = "waiting" if one.accepted is None else "accepted" if one.accepted else "rejected"
    return SubmissionItem.model_validate(
        {
            "submission_id": one.id,
            "kind": one.kind,
            "npi": one.npi,
            "name": name,
            "received_at": one.received_at,
            "state": state,
            "decided_by": one.decided_by,
            "decided_at": one.decided_at,
            "reason": one.reason,
            "outcome": weighed.outcome,
            "changes": [{"field": x.field, "before": x.before, "after": x.after} for x in weighed.changes],
            "cells": [
                {"column": column, "text": WITHHELD if column == "date_of_birth" else text}
                for column, text in cells.items()
            ],
            "errors": [{"column": x.column, "reason": x.reason} for x in weighed.errors],
        }
    )
