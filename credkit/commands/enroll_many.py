"""`credkit enroll import|revalidations|terminate`: many enrollments at once."""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from credkit.commands.items.network import RevalidationItem, TerminationItem, TrackedItem
from credkit.commands.options import (
    DryRun,
    StateOption,
    our_tax_id,
    read_date,
    read_line,
    read_npi,
    read_tax_id,
    read_text,
)
from credkit.commands.session import Session
from credkit.errors import InputRejected, UsageError
from credkit.network.counting import payer_on
from credkit.render.listing import Column, Listing

TRACKED = (
    Column[TrackedItem]("Row", lambda item: str(item.row), justify="right"),
    Column[TrackedItem]("NPI", lambda item: item.npi or ""),
    Column[TrackedItem]("Payer", lambda item: item.payer or ""),
    Column[TrackedItem]("State", lambda item: item.state or ""),
    Column[TrackedItem]("Outcome", lambda item: item.outcome),
    Column[TrackedItem]("Id", lambda item: item.id or ""),
    Column[TrackedItem]("What", lambda item: "; ".join(item.errors or item.changes)),
)


def _moved(item: RevalidationItem) -> str:
    if item.outcome == "set":
        return f"{item.before or 'no date'} -> {item.after}"
    return str(item.after or "")


#: So many enrollments are named in a warning.
_NAMED = 10
REVALIDATED = (
    Column[RevalidationItem]("Row", lambda item: str(item.row), justify="right"),
    Column[RevalidationItem]("NPI", lambda item: item.npi or ""),
    Column[RevalidationItem]("Name", lambda item: item.name or ""),
    Column[RevalidationItem]("State", lambda item: item.state or ""),
    Column[RevalidationItem]("Outcome", lambda item: item.outcome.replace("_", " ")),
    Column[RevalidationItem]("Id", lambda item: item.id or ""),
    Column[RevalidationItem]("Payer", lambda item: item.payer or ""),
    Column[RevalidationItem]("Revalidate by", _moved),
    Column[RevalidationItem]("Look at", lambda item: item.why or ""),
)
TERMINATED = (
    Column[TerminationItem]("Id", lambda item: item.id),
    Column[TerminationItem]("NPI", lambda item: item.npi),
    Column[TerminationItem]("Payer", lambda item: item.payer),
    Column[TerminationItem]("State", lambda item: item.state),
    Column[TerminationItem]("Was", lambda item: item.was),
    Column[TerminationItem]("Is", lambda item: item.status),
    Column[TerminationItem]("Ended", lambda item: item.ended_on.isoformat() if item.ended_on else ""),
)


def import_command(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV, XLSX, JSON or NDJSON; - is standard input.")],
    map_path: Annotated[Path, typer.Option("--map", help="Which of its columns is what.", metavar="MAP.toml")],
    rejects: Annotated[
        Path | None,
        typer.Option(help="Write the rows that were not taken there, to mend and import again.", metavar="FILE"),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Take in a tracker of enrollments: new, changed, unchanged, in conflict, or rejected (exit 3).

    What stands above the header is passed over; "TX, NM" is two enrollments; a status that no table knows is refused by name.
    """
    from credkit.network.tracker import TrackerMap, TrackerReader
    from credkit.network.tracker_import import Tracked, TrackerImport, TrackerOutcome
    from credkit.tables.reading import open_sheet

    session: Session = ctx.obj
    if rejects is not None:
        session.refuse_unwritable(rejects)
    tracker_map = TrackerMap.load(map_path)
    tracker_map.check_columns()
    counts: Counter[str] = Counter({"rows": 0} | {outcome.value: 0 for outcome in TrackerOutcome})
    headers = dict.fromkeys(mapped.column for mapped in tracker_map.columns.values())
    path, stdin = (None, sys.stdin.buffer) if file == "-" else (Path(file), None)
    with session.store() as store, session.worked("rows") as (progress, report):
        reader = TrackerReader(tracker_map, store.payers(), our_tax_id(session.settings.organization.tax_ids))
        columns = f"A row for each enrollment, under the headers that {map_path} names: {', '.join(headers)}."
        with open_sheet(path, stdin=stdin, header_of=tuple(headers), if_empty=columns) as sheet:
            tracker_map.check_headers(sheet.header, source=sheet.source)
            work = TrackerImport(store, sheet, reader, session.policy_on(session.today), session.today, dry_run=dry_run)
            listing: Listing[TrackedItem]
            numbers: set[int] = set()

            def items() -> Iterator[TrackedItem]:
                listing.warnings.extend(sheet.warnings)
                for one in work.work(progress):
                    numbers.add(one.row)
                    counts["rows"] = len(numbers)
                    counts[one.outcome] += 1
                    listing.warnings.extend(f"Row {one.row}: {warning}" for warning in one.warnings)
                    if session.for_programs or one.outcome is not TrackerOutcome.UNCHANGED:
                        yield _tracked(one)

            def _tracked(one: Tracked) -> TrackedItem:
                return TrackedItem(
                    file=sheet.source,
                    row=one.row,
                    npi=one.npi,
                    payer=one.payer,
                    state=one.state,
                    outcome=one.outcome.value,
                    id=one.enrollment_id,
                    changes=list(one.changes),
                    errors=[f"{fault.column}: {fault.reason}".removeprefix(": ") for fault in one.faults],
                )

            listing = Listing(
                schema="credkit.tracked/1",
                items=items(),
                columns=TRACKED,
                counts=counts,
                on=session.today,
                empty="Nothing changed.",
            )
            report(listing)
    in_words = ", ".join(f"{counts[outcome]} {outcome}" for outcome in TrackerOutcome)
    session.say(f"{'Would take in' if dry_run else 'Took in'} of {counts['rows']} rows: {in_words}.")
    if work.not_taken:
        if rejects is not None:
            session.write_bytes(work.rejects_csv(), rejects)
            session.say(f"Mend {rejects}, and `credkit enroll import {rejects} --map {map_path}`.")
        else:
            session.say("With --rejects FILE the rows that were not taken are given back, to mend and import again.")
        raise typer.Exit(InputRejected.exit_code)


def revalidations_command(
    ctx: typer.Context,
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV or XLSX; - is standard input.")],
    line: Annotated[
        str, typer.Option("--line", help="Whose list it is: a line of business, such as medicaid.", metavar="LINE")
    ] = "medicare",
    map_path: Annotated[
        Path | None,
        typer.Option("--map", help="Which column is what, of a list that is not CMS's.", metavar="MAP.toml"),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Take the days of revalidation from CMS's Revalidation Due Date List, by NPI and state, for all open Medicare
    enrollments at once; what cannot be read of our people is named, and the rest is taken (exit 3).

    The list's date counts, adjusted before first, whether earlier or later than ours. "TBD" moves nothing. People who are
    not ours are only counted.

    Example: credkit enroll revalidations Revalidation_Due_Date_List.csv --dry-run
    """
    from credkit.network.revalidations import DueList, DueListMap, Outcome, read_rows, take
    from credkit.tables.reading import open_sheet

    session: Session = ctx.obj
    of_line = read_line(line)
    column_map = DueListMap.load(map_path) if map_path else None
    if column_map:
        column_map.check_columns()
    headers = tuple(dict.fromkeys(mapped.column for mapped in column_map.columns.values())) if column_map else ()
    path, stdin = (None, sys.stdin.buffer) if file == "-" else (Path(file), None)
    due_list = DueList()
    with session.store() as store, session.worked("rows") as (progress, report):
        names = {one.npi: one.name for one in store.providers()}
        if_empty = "It is to have a row for each enrollment: download the list again."
        with open_sheet(path, stdin=stdin, header_of=headers, if_empty=if_empty) as sheet:
            warnings, source = sheet.warnings, sheet.source
            if column_map:
                column_map.check_headers(sheet.header, source=source)
            for done in read_rows(
                sheet.rows, column_map or DueListMap.of_cms(sheet.header, source=source), names, due_list
            ):
                progress(done)
        policy = session.policy_on(session.today)
        taken = take(store, due_list, of_line, source=source, policy=policy, today=session.today, dry_run=dry_run)
        payers = store.payers()
        counts = Counter({"rows": due_list.rows, "not_ours": due_list.others} | {word.value: 0 for word in Outcome})
        counts.update(one.outcome for one in taken.found)
        if taken.not_named:
            ids = ", ".join(f"{one.id} ({one.npi} {one.state})" for one in taken.not_named[:_NAMED])
            more = f" and {len(taken.not_named) - _NAMED} more" if len(taken.not_named) > _NAMED else ""
            warnings.append(
                f"Not on the list at all: {ids}{more}. If the list is whole, ask whether they are enrolled."
            )
        report(
            Listing(
                schema="credkit.revalidation/1",
                items=[
                    RevalidationItem(
                        file=source,
                        row=one.row,
                        npi=one.npi,
                        name=names.get(one.npi or ""),
                        state=one.state,
                        outcome=one.outcome.value,
                        id=one.enrollment.id if one.enrollment else None,
                        payer=payer_on(one.enrollment.payer_id, payers, session.today).name if one.enrollment else None,
                        before=one.before,
                        after=one.after,
                        why=one.why or None,
                    )
                    for one in taken.found
                ],
                columns=REVALIDATED,
                counts=counts,
                warnings=warnings,
                on=session.today,
                empty="The list names none of our people.",
            )
        )
    would = "Would set" if dry_run else "Set"
    session.say(
        f"{would} the day of {counts[Outcome.SET]} enrollments; of {due_list.rows} rows {due_list.others} are not of our people."
    )
    if counts[Outcome.UNREADABLE]:
        session.say(
            f"{counts[Outcome.UNREADABLE]} could not be read: look them up, and `credkit enroll update ... --revalidate DATE`."
        )
        raise typer.Exit(InputRejected.exit_code)


def terminate_command(
    ctx: typer.Context,
    ended: Annotated[str, typer.Option(help="The first day on which they no longer hold.", metavar="DATE")],
    reason: Annotated[str, typer.Option(help="Why.", metavar="TEXT", parser=read_text)],
    provider: Annotated[str | None, typer.Option(help="Of this provider.", metavar="NPI", parser=read_npi)] = None,
    payer: Annotated[str | None, typer.Option(help="With this payer.", metavar="PAYER")] = None,
    tax_id: Annotated[
        str | None,
        typer.Option(help="Of the organization under this tax id.", metavar="TAXID", parser=read_tax_id),
    ] = None,
    state: StateOption = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do it without asking.")] = False,
    dry_run: DryRun = False,
) -> None:
    """End every open enrollment of a provider, with a payer, or of an organization; applications are withdrawn.

    credkit enroll terminate --provider 1000010011 --ended 2026-06-30 --reason "left the practice" --dry-run
    """
    from credkit.network.terminations import Scope, terminate

    session: Session = ctx.obj
    scope = Scope(provider, payer, tax_id, state)
    day = read_date(ended)
    with session.store() as store:
        plan = terminate(store, scope, ended_on=day, reason=reason, dry_run=True)
        if plan and not dry_run:
            if not yes:
                if not sys.stdin.isatty():
                    raise UsageError(
                        f"{len(plan)} enrollments would end.", hint="Look with --dry-run, then give --yes."
                    )
                typer.confirm(f"End {len(plan)} enrollments?", abort=True, err=True)
            plan = terminate(store, scope, ended_on=day, reason=reason, dry_run=False)
        payers = store.payers()
    session.present(
        Listing(
            schema="credkit.termination/1",
            items=[
                TerminationItem(
                    id=after.id,
                    npi=after.npi,
                    payer=payer_on(after.payer_id, payers, session.today).name,
                    line=after.line,
                    state=after.state,
                    was=before.status,
                    status=after.status,
                    ended_on=after.ended_on,
                    reason=after.status_reason,
                )
                for before, after in plan
            ],
            columns=TERMINATED,
            counts={"would_end" if dry_run else "ended": len(plan)},
            on=session.today,
        )
    )
    if not plan:
        session.say("Nothing ends: every enrollment that fits has ended already.")
