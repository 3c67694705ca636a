"""`credkit roster`: what payers get of who is in their networks, and what they think of it."""

from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from credkit.commands.items.rosters import RosterDifferenceItem, RosterFaultItem, RosterItem
from credkit.commands.options import ExitZero, read_date, read_npi, read_text
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, InputRejected, UsageError
from credkit.network.counting import same_payer
from credkit.records import Payer, Roster
from credkit.render.listing import Column, Listing

HELP = "Build, check and reconcile the rosters of payers."

app = typer.Typer(help=HELP, no_args_is_help=True)

ROSTERS = (
    Column[RosterItem]("Roster", lambda item: item.id),
    Column[RosterItem]("Payer", lambda item: item.payer),
    Column[RosterItem]("Built", lambda item: item.built_on.isoformat()),
    Column[RosterItem]("Against", lambda item: item.base or ""),
    Column[RosterItem]("Members", lambda item: str(item.members), justify="right"),
    Column[RosterItem]("Add", lambda item: str(item.adds), justify="right"),
    Column[RosterItem]("Change", lambda item: str(item.changes), justify="right"),
    Column[RosterItem]("Terminate", lambda item: str(item.terminates), justify="right"),
    Column[RosterItem]("Sent", lambda item: item.sent_on.isoformat() if item.sent_on else ""),
    Column[RosterItem]("Accepted", lambda item: item.accepted_on.isoformat() if item.accepted_on else ""),
    Column[RosterItem]("File", lambda item: item.file),
)
FAULTS = (
    Column[RosterFaultItem]("NPI", lambda item: item.npi),
    Column[RosterFaultItem]("Name", lambda item: item.name),
    Column[RosterFaultItem]("Sheet", lambda item: item.sheet),
    Column[RosterFaultItem]("Column", lambda item: item.column),
    Column[RosterFaultItem]("Rule", lambda item: item.rule),
    Column[RosterFaultItem]("What", lambda item: item.says),
)
DIFFERENCES = (
    Column[RosterDifferenceItem]("Row", lambda item: str(item.row) if item.row else "", justify="right"),
    Column[RosterDifferenceItem]("NPI", lambda item: item.npi or ""),
    Column[RosterDifferenceItem]("Name", lambda item: item.name or ""),
    Column[RosterDifferenceItem]("State", lambda item: item.state or ""),
    Column[RosterDifferenceItem]("Kind", lambda item: item.kind),
    Column[RosterDifferenceItem]("They say", lambda item: item.theirs),
    Column[RosterDifferenceItem]("We say", lambda item: item.ours),
)

PayerName = Annotated[str, typer.Argument(metavar="PAYER", help="The payer's name or an alias.")]
TemplateName = Annotated[
    str | None, typer.Option("--template", help="A shipped template, or a TOML file; the payer's.", metavar="NAME|FILE")
]
RosterId = Annotated[str | None, typer.Option("--roster", help="Which one, such as L3; the last.", metavar="ID")]
Delta = Annotated[bool, typer.Option("--delta", help="Only what differs from the last one marked as sent.")]


@app.command()
def build(
    ctx: typer.Context,
    payer: PayerName,
    out: Annotated[Path, typer.Option(help="The file to write: .xlsx, .csv or .txt.", metavar="FILE")],
    delta: Delta = False,
    template: TemplateName = None,
    sheet: Annotated[
        str | None, typer.Option(help="The sheet that a CSV or text file has; the first.", metavar="NAME")
    ] = None,
) -> None:
    """Write the roster of a payer: who is added, changed and terminated since the last one marked as sent.

    It is checked first, and not written with a fault in it (exit 5). All cells are text: leading zeros stay.

    credkit roster build "Aspen Health" --delta --out aspen-2026-12.xlsx
    """
    from credkit.network.roster_step import build as build_roster
    from credkit.network.roster_step import kind_of, prepare

    session: Session = ctx.obj
    kind = kind_of(out)
    session.refuse_unwritable(out)
    with session.store() as store:
        policy = session.policy_on(session.today)
        organization = session.settings.organization
        prepared = prepare(store, payer, template, organization, policy, session.today, kind=kind, delta=delta)
        with store.batch():
            roster, content = build_roster(store, prepared, out, delta=delta, sheet=sheet, on=session.today)
            session.write_bytes(content, out)
        warnings = [f"Left out: {one.npi} {one.name}, {one.state}: {one.why}." for one in prepared.left_out]
        warnings.extend(
            f"The template is another than that of {one.id}: whatever its columns say is a change."
            for one in prepared.against
            if one.template_sha256 != prepared.template.sha256
        )
        if len(prepared.against) > 1:
            payers = store.payers()
            each = " and ".join(f"{one.id} ({payers[one.payer_id].name})" for one in prepared.against)
            warnings.append(f"After the merger it is against what each was sent last: {each}.")
        if kind != "xlsx" and len(prepared.template.sheets) > 1:
            written = sheet or prepared.template.sheets[0].name
            warnings.append(f"Only the sheet {written} is in a .{kind} file; an .xlsx file has all of them.")
        _show(session, [roster], store.payers(), warnings)


@app.command()
def check(
    ctx: typer.Context,
    payer: PayerName,
    delta: Delta = False,
    template: TemplateName = None,
    as_: Annotated[str, typer.Option("--as", help="xlsx, csv or txt.", metavar="KIND")] = "xlsx",
    exit_zero: ExitZero = False,
) -> None:
    """Check a payer's roster as it would be built: every fault with provider, column and rule (exit 10 where there is one)."""
    from credkit.network.roster_step import KINDS, prepare

    session: Session = ctx.obj
    if as_ not in KINDS.values():
        raise UsageError(f"There is no roster as {as_!r}.", hint="--as " + ", ".join(KINDS.values()))
    with session.store() as store:
        organization = session.settings.organization
        prepared = prepare(store, payer, template, organization, session.policy, session.on, kind=as_, delta=delta)
    session.present(
        Listing(
            schema="credkit.roster_fault/1",
            items=(RosterFaultItem.model_validate(fault) for fault in prepared.faults),
            columns=FAULTS,
            counts={
                "members": len(prepared.members),
                "faults": len(prepared.faults),
                "left_out": len(prepared.left_out),
            },
            warnings=[f"Left out: {one.npi} {one.name}, {one.state}: {one.why}." for one in prepared.left_out],
            on=session.on,
            policy=session.policy,
            empty="No fault.",
        )
    )
    if prepared.faults and not exit_zero:
        raise typer.Exit(FOUND_SOMETHING)


@app.command()
def sent(
    ctx: typer.Context,
    payer: PayerName,
    roster: RosterId = None,
    on_day: Annotated[str | None, typer.Option("--sent", help="The day; today by default.", metavar="DATE")] = None,
) -> None:
    """Mark the roster built last as sent: the next one is against it."""
    from credkit.network.roster_step import mark_sent

    session: Session = ctx.obj
    with session.store() as store:
        day = read_date(on_day) if on_day else session.today
        marked = mark_sent(store, payer, roster, sent_on=day, today=session.today)
        _show(session, [marked], store.payers())


@app.command()
def accepted(
    ctx: typer.Context,
    payer: PayerName,
    roster: RosterId = None,
    on_day: Annotated[str | None, typer.Option("--accepted", help="The day; today by default.", metavar="DATE")] = None,
    effective: Annotated[
        str | None, typer.Option(help="From which day, where not from the committee's decision.", metavar="DATE")
    ] = None,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", help="Whom the payer did not take. Repeat it.", metavar="NPI", parser=read_npi),
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="The payer's reference.", metavar="TEXT", parser=read_text)
    ] = None,
) -> None:
    """Mark the roster sent last as accepted. With a delegated payer, those on it become active by the committee's decision."""
    from credkit.network.roster_step import mark_accepted

    session: Session = ctx.obj
    with session.store() as store:
        found = mark_accepted(
            store,
            payer,
            roster,
            accepted_on=read_date(on_day) if on_day else session.today,
            effective_on=read_date(effective) if effective else None,
            without=frozenset(without or ()),
            reference=reference,
            policy=session.policy_on(session.today),
            today=session.today,
        )
        warnings = [f"Not active: {one.npi} in {one.state}: {why}." for one, why in found.not_active]
        _show(session, [found.roster], store.payers(), warnings)
    session.say(f"{len(found.active)} enrollments became active.")


@app.command("list")
def list_rosters(
    ctx: typer.Context, payer: Annotated[str | None, typer.Argument(metavar="PAYER", help="By default all.")] = None
) -> None:
    """List the rosters that were built, and which were sent and accepted."""
    session: Session = ctx.obj
    with session.store() as store:
        payers = store.payers()
        ids = sorted(same_payer(store.payer(payer), payers)) if payer else None
        _show(session, store.rosters(ids), payers)


@app.command()
def reconcile(
    ctx: typer.Context,
    payer: PayerName,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The payer's list: CSV or XLSX.")],
    map_path: Annotated[
        Path | None, typer.Option("--map", help="Which of its columns is what.", metavar="MAP.toml")
    ] = None,
    exit_zero: ExitZero = False,
) -> None:
    """Hold a payer's own list against ours: whom they have and we have not, and whom we have and they have not (exit 10).

    Changes nothing. A map's [columns] are npi, state, effective_on, ended_on and last_name; usual headers need none.
    """
    from credkit.network.reconcile import COLUMNS, read_rows, usual_map
    from credkit.network.reconcile import reconcile as differences
    from credkit.tables.maps import ColumnMap
    from credkit.tables.reading import open_sheet

    session: Session = ctx.obj
    column_map = ColumnMap.load(map_path) if map_path else None
    if column_map and (strange := [name for name in column_map.columns if name not in COLUMNS]):
        raise UsageError(f"{strange[0]} is not a column of a payer's list.", hint="Columns: " + ", ".join(COLUMNS))
    named = dict.fromkeys(one.column for one in column_map.columns.values()) if column_map else ()
    with session.store() as store:
        payers = store.payers()
        ids = frozenset(same_payer(store.payer(payer), payers))
        columns = "The payer's list has a row for each provider, and a column of NPIs at the least."
        with open_sheet(file, header_of=tuple(named), if_empty=columns) as sheet:
            by = column_map or usual_map(sheet.header)
            if "npi" not in by.columns:
                raise InputRejected(
                    f"{sheet.source}: there is no column of NPIs.", hint='Say which it is with --map: npi = "HEADER".'
                )
            by.check_headers(sheet.header, source=sheet.source)
            rows = list(read_rows(sheet.rows, by))
        npis = {row.npi for row in rows if row.npi} | set(store.enrolled_with(sorted(ids)))
        files = {one.provider.npi: one for one in store.provider_files(npis)}
    found = list(differences(rows, files, ids, session.on))
    nameless = sum(row.problem is not None and not row.npi for row in rows)
    warnings = []
    if nameless:
        of = "1 row names" if nameless == 1 else f"{nameless} rows name"
        warnings.append(f"{of} nobody who can be read: who is said not to be on the list may be there.")
    counts: Counter[str] = Counter({"rows": len(rows), "differences": len(found)})
    counts.update(one.kind.value for one in found)
    session.present(
        Listing(
            schema="credkit.roster_difference/1",
            items=(RosterDifferenceItem.model_validate(one) for one in found),
            columns=DIFFERENCES,
            counts=counts,
            warnings=warnings,
            on=session.on,
            empty="They think what we think.",
        )
    )
    if counts["unreadable"]:
        raise typer.Exit(InputRejected.exit_code)
    if found and not exit_zero:
        raise typer.Exit(FOUND_SOMETHING)


@app.command()
def template(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="generic-delegated or minimal.")] = "generic-delegated",
    fields: Annotated[bool, typer.Option("--fields", help="List what a column's value can be.")] = False,
) -> None:
    """Print a shipped roster template, to be copied and changed for a payer."""
    from credkit.network.roster_fields import FIELDS
    from credkit.network.roster_template import template_text

    session: Session = ctx.obj
    session.write_text("".join(f"{field}\n" for field in FIELDS) if fields else template_text(name))


def _show(
    session: Session, rosters: Iterable[Roster], payers: Mapping[str, Payer], warnings: Iterable[str] = ()
) -> None:
    items = [
        RosterItem(
            id=one.id,
            payer=payers[one.payer_id].name,
            built_on=one.built_on,
            delta=one.delta,
            base=one.base_id,
            template=one.template,
            file=one.file_name,
            sha256=one.file_sha256,
            members=one.members,
            adds=one.adds,
            changes=one.changes,
            terminates=one.terminates,
            sent_on=one.sent_on,
            accepted_on=one.accepted_on,
            reference=one.reference,
        )
        for one in rosters
    ]
    session.present(
        Listing(
            schema="credkit.roster/1",
            items=items,
            columns=ROSTERS,
            counts={"rosters": len(items)},
            warnings=list(warnings),
            empty="No roster yet: `credkit roster build PAYER --out FILE.xlsx`.",
        )
    )
