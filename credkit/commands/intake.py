"""`credkit intake`: onboarding forms, taken in row by row."""

import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from itertools import islice
from pathlib import Path
from typing import Annotated

import typer

from credkit.commands.intake_sent import accept_command, list_command, reject_command
from credkit.commands.items.intake import ErrorItem, IntakeItem, RejectItem
from credkit.commands.options import DryRun
from credkit.commands.session import Session
from credkit.errors import InputRejected, UsageError, did_you_mean
from credkit.intake.form import OBLIGATORY
from credkit.intake.plan import RowOutcome
from credkit.intake.step import PlannedRow, import_form
from credkit.records import Reject
from credkit.render.listing import Column, Listing, in_words

HELP = "Take in onboarding forms; mend the rows set aside."

app = typer.Typer(help=HELP, no_args_is_help=True)
app.command("list")(list_command)
app.command("accept")(accept_command)
app.command("reject")(reject_command)


def _sentences(errors: Sequence[ErrorItem]) -> str:
    ended = (reason if reason.endswith((".", "?")) else f"{reason}." for reason in (error.reason for error in errors))
    return " ".join(f"{error.column}: {words}".removeprefix(": ") for error, words in zip(errors, ended, strict=True))


COLUMNS = (
    Column[IntakeItem]("File", lambda item: item.file),
    Column[IntakeItem]("Row", lambda item: str(item.row), justify="right"),
    Column[IntakeItem]("NPI", lambda item: item.npi or ""),
    Column[IntakeItem]("Outcome", lambda item: item.outcome),
    Column[IntakeItem](
        "What",
        lambda item: (
            _sentences(item.errors)
            or "; ".join(
                f"{change.field}: {change.before or 'nothing'} -> {change.after or 'nothing'}"
                for change in item.changes
            )
        ),
    ),
)

REJECTS = (
    Column[RejectItem]("Reject", lambda item: item.reject_id),
    Column[RejectItem]("File", lambda item: item.file),
    Column[RejectItem]("Row", lambda item: str(item.row), justify="right"),
    Column[RejectItem]("Outcome", lambda item: item.outcome),
    Column[RejectItem]("Why", lambda item: _sentences(item.errors)),
)

STDIN = "-"

TEMPLATES = ("csv", "xlsx", "json")


@app.command("import")
def import_command(
    ctx: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE", help="CSV, XLSX, JSON, NDJSON, a PDF form or CAQH profile; - is standard input."
        ),
    ],
    map_path: Annotated[
        Path | None, typer.Option("--map", help="The map of a form with headers of its own.", metavar="FORM.toml")
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Take in the rows of a form: new, changed, unchanged, in conflict, or rejected.

    Rows that cannot be taken are kept whole with their reasons (exit 3): `credkit intake rejects` gives them back.
    """
    from credkit.intake.reading import FormSheet, read_form
    from credkit.tables.maps import ColumnMap

    session: Session = ctx.obj
    column_map = ColumnMap.load(map_path) if map_path else None
    counts: Counter[str] = Counter({outcome.value: 0 for outcome in RowOutcome})
    listing: Listing[IntakeItem]

    def opened(name: str) -> FormSheet:
        stdin = sys.stdin.buffer if name == STDIN else None
        path = None if name == STDIN else Path(name)
        return read_form(path, stdin, column_map, policy=session.policy, on=session.today)

    with session.store() as store, ExitStack() as held, session.worked("rows") as (progress, report):
        piped = held.enter_context(opened(STDIN)) if STDIN in files else None
        if len(files) > 1:
            # A file that cannot be read is said before any other is in.
            for name in files:
                if name != STDIN:
                    opened(name).close()

        def items() -> Iterator[IntakeItem]:
            for name in files:
                with piped if name == STDIN and piped else opened(name) as sheet:
                    listing.warnings.extend(sheet.warnings)
                    if sheet.unmapped:
                        listing.warnings.append(
                            f"{sheet.source}: nothing maps {', '.join(sheet.unmapped)}; kept as received, not read."
                        )
                    for planned in import_form(
                        store, sheet, session.policy, today=session.today, dry_run=dry_run, progress=progress
                    ):
                        counts[planned.outcome] += 1
                        if session.for_programs or planned.outcome is not RowOutcome.UNCHANGED:
                            yield _item(planned)

        listing = Listing(
            schema="credkit.intake/1",
            items=items(),
            columns=COLUMNS,
            counts=counts,
            on=session.today,
            policy=session.policy,
            empty="Nothing changed.",
        )
        try:
            report(listing)
        except InputRejected as error:
            if not counts.total() or dry_run:
                raise
            so_far = f"Before that, {_in_words(counts)} were taken in; importing again doubles nothing."
            raise InputRejected(error.message, hint=error.hint, details=(*error.details, so_far)) from error
    session.say(f"{'Would take in' if dry_run else 'Took in'}: {_in_words(counts)}.")
    if counts[RowOutcome.REJECTED] or counts[RowOutcome.CONFLICT]:
        if not dry_run:
            session.say(
                "`credkit intake rejects --out rejects.csv` gives the rows back to mend; then import that file."
            )
        raise typer.Exit(InputRejected.exit_code)


def _in_words(counts: Counter[str]) -> str:
    return ", ".join(f"{counts[outcome]} {outcome}" for outcome in RowOutcome)


def _item(planned: PlannedRow) -> IntakeItem:
    return IntakeItem.model_validate(
        {
            "file": planned.file,
            "row": planned.row,
            "npi": planned.npi,
            "outcome": planned.outcome,
            "changes": [
                {"field": change.field, "before": change.before, "after": change.after} for change in planned.changes
            ],
            "errors": [{"column": error.column, "reason": error.reason} for error in planned.errors],
            "reject_id": planned.reject_id,
        }
    )


@app.command()
def template(
    ctx: typer.Context,
    as_: Annotated[str, typer.Option("--as", help="csv, xlsx or json.", metavar="KIND")] = "csv",
    out: Annotated[
        Path | None, typer.Option(help="Write it there instead of to standard output.", metavar="FILE")
    ] = None,
) -> None:
    """Write the canonical form, empty: every column that an import understands, with the policy's questions."""
    from credkit.intake.template import template as made

    session: Session = ctx.obj
    if as_ not in TEMPLATES:
        raise UsageError(f"There is no template as {as_!r}.", hint="--as " + ", ".join(TEMPLATES))
    if as_ == "xlsx" and out is None and sys.stdout.isatty():
        raise UsageError("A workbook is not for a terminal.", hint="credkit intake template --as xlsx --out form.xlsx")
    kinds = {"csv": "csv", "xlsx": "xlsx", "json": "json"}
    session.write_bytes(made(session.policy_or_shipped, kinds[as_]), out)  # type: ignore[arg-type]


@app.command("map")
def map_command(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE")],
    out: Annotated[
        Path | None, typer.Option(help="Write the map there instead of to standard output.", metavar="FORM.toml")
    ] = None,
) -> None:
    """Propose a map for a form with headers of its own, from its headers and first rows; say what could not be placed."""
    from credkit.intake.proposing import propose
    from credkit.tables.reading import open_sheet

    session: Session = ctx.obj
    with open_sheet(path) as sheet:
        proposal = propose(sheet.header, [row.cells for row in islice(sheet.rows, 50)], session.policy_or_shipped)
    session.write_bytes(proposal.toml.encode(), out)
    for header, why in proposal.unplaced_headers:
        session.say(f"Not placed: {header!r} ({why})")
    if proposal.unplaced_columns:
        session.say("Without a column in the file: " + ", ".join(proposal.unplaced_columns))


@app.command()
def rejects(
    ctx: typer.Context,
    out: Annotated[
        Path | None, typer.Option(help="Write the rows there as CSV, to mend and import again.", metavar="FILE")
    ] = None,
    source: Annotated[
        str | None, typer.Option("--from", help="Only the rows of this form, as it was named then.", metavar="FORM")
    ] = None,
) -> None:
    """List the rows that were set aside; with --out, give them back whole, a line each with its reject_id."""
    session: Session = ctx.obj
    with session.store() as store:
        waiting = store.rejects()
    if source is not None:
        named = sorted({reject.source_file for reject in waiting})
        waiting = [reject for reject in waiting if reject.source_file == source]
        if not waiting:
            raise UsageError(f"No row of {source} waits.{did_you_mean(source, named)}", hint="`credkit intake rejects`")
    if out is not None:
        from credkit.intake.rejects import ragged, rejects_csv

        session.write_bytes(rejects_csv(waiting), None if str(out) == "-" else out)
        by_map = "" if all(name in reject.cells for reject in waiting for name in OBLIGATORY) else " --map FORM.toml"
        session.say(f"Wrote {in_words('rows', len(waiting))}. Mend them, and `credkit intake import {out}{by_map}`.")
        if any(reject.outcome == RowOutcome.CONFLICT or ragged(reject) for reject in waiting):
            session.say("Where a row in conflict, or a ragged one, is right as it stands, clear its reject_reasons.")
        return
    session.present(
        Listing(
            schema="credkit.reject/1",
            items=map(_reject, waiting),
            columns=REJECTS,
            counts={"rejects": len(waiting)},
            empty="No row waits to be mended.",
        )
    )


def _reject(reject: Reject) -> RejectItem:
    return RejectItem.model_validate(
        {
            "reject_id": reject.id,
            "file": reject.source_file,
            "row": reject.row_number,
            "npi": reject.npi,
            "outcome": reject.outcome,
            "errors": [{"column": column, "reason": reason} for column, reason in reject.errors],
            "recorded_at": reject.recorded_at,
        }
    )
