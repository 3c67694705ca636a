"""`credkit committee import|condition|appeal`: decisions from before, conditions followed, appeals opened."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer

from credkit.commands.committee.sheets import sheet_of
from credkit.commands.items.committee import AppealItem, ConditionItem, LegacyItem
from credkit.commands.options import DryRun, NpiArgument, OneOrAll, read_date, read_text
from credkit.commands.session import Session
from credkit.errors import InputRejected
from credkit.records import Condition
from credkit.render.listing import Column, Listing

condition_app = typer.Typer(help="Follow the conditions of approvals until they are met.", no_args_is_help=True)

LEGACY = (
    Column[LegacyItem]("Row", lambda item: str(item.row), justify="right"),
    Column[LegacyItem]("NPI", lambda item: item.npi or ""),
    Column[LegacyItem]("Outcome", lambda item: item.outcome),
    Column[LegacyItem]("Decision", lambda item: item.decision or ""),
    Column[LegacyItem]("Decided on", lambda item: str(item.decided_on or "")),
    Column[LegacyItem]("States", lambda item: ", ".join(item.states)),
    Column[LegacyItem]("Why", lambda item: item.detail),
)
CONDITIONS = (
    Column[ConditionItem]("Id", lambda item: item.id),
    Column[ConditionItem]("NPI", lambda item: item.npi),
    Column[ConditionItem]("Condition", lambda item: item.text),
    Column[ConditionItem]("Owner", lambda item: item.owner),
    Column[ConditionItem]("Due", lambda item: str(item.due_on)),
    Column[ConditionItem]("Met", lambda item: f"{item.met_on}: {item.met_how}" if item.met_on else "open"),
)
APPEALS = (
    Column[AppealItem]("Id", lambda item: item.id),
    Column[AppealItem]("NPI", lambda item: item.npi),
    Column[AppealItem]("Opened", lambda item: str(item.opened_on)),
    Column[AppealItem]("Hear by", lambda item: str(item.hear_by)),
    Column[AppealItem]("Grounds", lambda item: item.grounds),
)


def import_command(
    ctx: typer.Context,
    path: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="Columns npi, states, decided_on; decision, reason. - is standard input."),
    ],
    dry_run: DryRun = False,
) -> None:
    """Take in decisions from before credkit, so that an office with a thousand approved providers can start.

    They are marked legacy wherever they are shown, passed no gate here, and their recredentialing clocks run from their
    own days. Each row is listed: new, unchanged where the decision is on file already, or rejected with why (exit 3).
    """
    from credkit.committee.legacy import LegacyOutcome, import_decisions

    session: Session = ctx.obj
    counts: Counter[str] = Counter(dict.fromkeys((one.value for one in LegacyOutcome), 0))
    items = []
    with session.store() as store, sheet_of(path, "Columns: npi, states, decided_on; decision, reason.") as sheet:
        for row in import_decisions(store, sheet, today=session.today, dry_run=dry_run):
            counts[row.outcome] += 1
            made = row.decision
            items.append(
                LegacyItem(
                    row=row.number,
                    npi=row.npi,
                    outcome=row.outcome,
                    decision=made.outcome if made else None,
                    decided_on=made.decided_on if made else None,
                    states=list(made.states) if made else [],
                    detail=row.detail,
                )
            )
    session.present(
        Listing(
            schema="credkit.legacy/1", items=items, columns=LEGACY, counts=counts, on=session.today,
            count_in_words=lambda name, count: f"{count} {name}",
        )
    )  # fmt: skip
    if counts[LegacyOutcome.REJECTED]:
        raise typer.Exit(InputRejected.exit_code)


@condition_app.command("list")
def list_conditions(ctx: typer.Context, npi: OneOrAll = None) -> None:
    """List the conditions of approvals, the open ones first, by the day they are due."""
    session: Session = ctx.obj
    with session.store() as store:
        found = sorted(store.conditions(npi), key=lambda one: (one.met_on is not None, one.due_on, one.npi))
    session.present(
        Listing(
            schema="credkit.condition/1",
            items=map(_condition, found),
            columns=CONDITIONS,
            counts={"open": sum(one.met_on is None for one in found), "met": sum(one.met_on is not None for one in found)},
            empty="No approval has conditions.",
            count_in_words=lambda name, count: f"{count} {name}",
        )
    )  # fmt: skip


@condition_app.command()
def met(
    ctx: typer.Context,
    condition_id: Annotated[str, typer.Argument(metavar="ID", help="The condition's id, or its beginning.")],
    how: Annotated[str, typer.Option(help="How it shows.", metavar="TEXT", parser=read_text)],
    met_on: Annotated[str | None, typer.Option("--met-on", help="The day; today if not given.", metavar="DATE")] = None,
) -> None:
    """Record that a condition was met, and how it shows."""
    from credkit.committee.after import meet_condition

    session: Session = ctx.obj
    with session.store() as store:
        day = read_date(met_on) if met_on else session.today
        one = meet_condition(store, condition_id, how, met_on=day, today=session.today)
    session.present(Listing(schema="credkit.condition/1", items=[_condition(one)], columns=CONDITIONS))


def _condition(one: Condition) -> ConditionItem:
    return ConditionItem.model_validate(one)


def appeal_command(
    ctx: typer.Context,
    npi: NpiArgument,
    grounds: Annotated[str, typer.Option(help="What the provider says.", metavar="TEXT", parser=read_text)],
    asked_on: Annotated[
        str | None, typer.Option("--asked-on", help="The day it was asked for; today if not given.", metavar="DATE")
    ] = None,
) -> None:
    """Open an appeal against a denial or a termination.

    A panel hears it (`credkit committee schedule DATE --panel appeal`) on which nobody votes who decided before; its
    decision is a new one: `credkit committee decide NPI --appeal --meeting DATE`.
    """
    from credkit.committee.appeals import open_appeal

    session: Session = ctx.obj
    with session.store() as store:
        asked = read_date(asked_on) if asked_on else session.today
        one = open_appeal(store, npi, session.policy_on(session.today), grounds, asked_on=asked, today=session.today)
    session.present(
        Listing(schema="credkit.appeal/1", items=[AppealItem.model_validate(one)], columns=APPEALS, on=session.today)
    )
