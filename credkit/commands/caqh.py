"""`credkit caqh`: the state of each profile, what to correct before attesting, and the roster."""

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from credkit.commands import caqh_roster
from credkit.commands.items.caqh import CaqhDifferenceItem, CaqhDueItem, CaqhLoadItem
from credkit.commands.options import DryRun, FailOn, NpisArgument, read_npi
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, Incomplete, InputRejected, UsageError
from credkit.render.listing import Column, Listing

HELP = "Keep CAQH profiles straight: status, differences, roster."

app = typer.Typer(help=HELP, no_args_is_help=True)
app.add_typer(caqh_roster.app, name="roster")

STDIN = "-"

LOADED = (
    Column[CaqhLoadItem]("File", lambda item: item.file),
    Column[CaqhLoadItem]("Row", lambda item: str(item.row), justify="right"),
    Column[CaqhLoadItem]("NPI", lambda item: item.npi or ""),
    Column[CaqhLoadItem]("CAQH id", lambda item: item.caqh_id or ""),
    Column[CaqhLoadItem]("Outcome", lambda item: item.outcome),
    Column[CaqhLoadItem]("What", lambda item: item.detail),
)
DUE = (
    Column[CaqhDueItem]("NPI", lambda item: item.npi),
    Column[CaqhDueItem]("Name", lambda item: item.name),
    Column[CaqhDueItem]("CAQH id", lambda item: item.caqh_id or ""),
    Column[CaqhDueItem]("Attested", lambda item: str(item.attested_on or "")),
    Column[CaqhDueItem]("Due", lambda item: str(item.due_on or "")),
    Column[CaqhDueItem]("Days", lambda item: "" if item.days_left is None else str(item.days_left), justify="right"),
    Column[CaqhDueItem]("Status", lambda item: item.status or ""),
    Column[CaqhDueItem]("Payers can read it", lambda item: "yes" if item.usable else f"no: {'; '.join(item.why_not)}"),
    Column[CaqhDueItem]("Fix first", lambda item: " ".join(item.fix_first)),
)
DIFFERENCES = (
    Column[CaqhDifferenceItem]("NPI", lambda item: item.npi),
    Column[CaqhDifferenceItem]("Severity", lambda item: item.severity.replace("_", " ")),
    Column[CaqhDifferenceItem]("Field", lambda item: item.field),
    Column[CaqhDifferenceItem]("CAQH", lambda item: item.caqh or "nothing"),
    Column[CaqhDifferenceItem]("Other", lambda item: f"{item.source}: {item.other or 'nothing'}"),
    Column[CaqhDifferenceItem]("Likely right", lambda item: f"{item.likely} ({item.why})"),
    Column[CaqhDifferenceItem]("What to do", lambda item: item.fix),
)


@app.command()
def load(
    ctx: typer.Context,
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE", help="A status export, return roster, exception file or profile; - is standard input."
        ),
    ],
    dry_run: DryRun = False,
) -> None:
    """Load what CAQH says: a status export or return roster, the exceptions to our roster, or a provider's profile.

    Pipe-delimited text, CSV or XLSX, its columns by the names in the header; a profile is CAQH's XML, or its JSON form.
    Rows that contradict the file, or name nobody here, are listed and not taken (exit 3). A profile is kept for `credkit
    caqh compare`; `credkit intake import` takes one in as a form.

    Example: credkit caqh load return_roster.txt profile.xml
    """
    from credkit.caqh.profile import facts_of
    from credkit.caqh.status import Planned
    from credkit.caqh.step import SET_ASIDE, Loading, load_profile
    from credkit.caqh.step import load as load_rows
    from credkit.tables.reading import open_sheet
    from credkit.tables.trees import Tree

    session: Session = ctx.obj
    counts: Counter[str] = Counter()
    listing: Listing[CaqhLoadItem]
    with session.store() as store, ExitStack() as held, session.worked("rows") as (progress, report):
        # Every file is read before any is laid over the store, so that one that is refused means that nothing was loaded.
        read: list[tuple[str, Loading | Tree]] = []
        warnings: list[str] = []
        for name in files:
            trees: list[Tree] = []

            def keep(tree: Tree, trees: list[Tree] = trees) -> dict[str, str]:
                facts_of(tree)
                trees.append(tree)
                return {"profile": tree.root}

            stdin = sys.stdin.buffer if name == STDIN else None
            sheet = held.enter_context(open_sheet(None if name == STDIN else Path(name), stdin=stdin, document=keep))
            warnings += sheet.warnings
            read.append(
                (
                    name,
                    trees[0]
                    if trees
                    else load_rows(
                        store,
                        sheet,
                        session.policy,
                        organization_id=session.settings.organization.caqh_organization_id,
                        today=session.today,
                        dry_run=dry_run,
                        progress=progress,
                    ),
                )
            )

        def items() -> Iterator[CaqhLoadItem]:
            for name, one in read:
                rows: Iterator[Planned]
                if isinstance(one, Tree):
                    planned, profile = load_profile(store, one, session.policy, today=session.today, dry_run=dry_run)
                    listing.warnings.extend(f"{name}: {problem}." for problem in profile.unread)
                    kind, rows = "profile", iter((planned,))
                else:
                    kind, rows = one.kind, one.rows
                for row in rows:
                    counts[row.outcome] += 1
                    if session.for_programs or row.outcome != "unchanged":
                        yield CaqhLoadItem(
                            file=name,
                            kind=kind,
                            row=row.row.number,
                            npi=row.npi,
                            caqh_id=row.row.caqh_id,
                            outcome=row.outcome.value,
                            detail=row.detail,
                        )

        listing = Listing(
            schema="credkit.caqh_load/1",
            items=items(),
            columns=LOADED,
            counts=counts,
            warnings=warnings,
            on=session.today,
            policy=session.policy,
            empty="Nothing changed.",
            count_in_words=lambda name, count: f"{count} {name}",
        )
        report(listing)
    said = ", ".join(f"{count} {name}" for name, count in counts.items())
    session.say(f"{'Would load' if dry_run else 'Loaded'}: {said}. `credkit verify run` judges them.")
    if any(counts[outcome] for outcome in SET_ASIDE):
        raise typer.Exit(InputRejected.exit_code)


@app.command()
def due(
    ctx: typer.Context,
    npis: NpisArgument = None,
    days: Annotated[int, typer.Option(min=0, help="Days ahead to look.", metavar="DAYS")] = 30,
    fail_on: FailOn = None,
) -> None:
    """List who must attest CAQH again within so many days, the nearest first, and what to put right before.

    Also whoever's profile payers cannot read: not complete, not authorized, not active on our roster, refused, unknown.
    """
    from credkit.caqh.due import attestation, is_due, order
    from credkit.caqh.profile import read_profile
    from credkit.committee.standing import standing

    session: Session = ctx.obj
    on = session.on
    counts: Counter[str] = Counter({"overdue": 0, "due": 0, "not_usable": 0})
    with session.store() as store:
        policy = session.policy
        found = []
        for npi in npis or ():
            store.provider_file(npi)
        for file in store.provider_files(npis):
            if standing(file, policy, on).ended or not is_due(file, policy, on, days):
                continue
            kept = store.caqh_profile(file.provider.npi)
            found.append(attestation(file, read_profile(kept.facts) if kept else None, policy, on))
    found.sort(key=lambda one: order(one, on))
    for one in found:
        counts[
            "overdue" if one.overdue else "due" if one.days_left is not None and one.days_left <= days else "not_usable"
        ] += 1
    session.present(
        Listing(
            schema="credkit.caqh_due/1",
            items=map(CaqhDueItem.model_validate, found),
            columns=DUE,
            counts=counts,
            on=on,
            policy=policy,
            empty=f"Nobody must attest within {days} days.",
            count_in_words=lambda name, count: f"{count} {name.replace('_', ' ')}",
        )
    )
    if fail_on and (counts["overdue"] if fail_on == "overdue" else found):
        raise typer.Exit(FOUND_SOMETHING)


@app.command()
def compare(
    ctx: typer.Context,
    npis: Annotated[
        list[str] | None, typer.Argument(metavar="NPI", help="Providers by NPI; or all with --all.", parser=read_npi)
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Everybody whose profile was loaded.")] = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End 0 also when something blocks attesting.")] = False,
) -> None:
    """Hold CAQH profiles against the file, NPPES, the boards and the certificate of insurance, field by field.

    Each disagreement says how grave it is, who is likely right and why, and what to change where. Ends 10 when one
    blocks attesting, 4 when a provider who was named has no profile loaded (`credkit caqh load PROFILE.xml`).
    """
    from credkit.caqh.compare import compare as compared
    from credkit.caqh.profile import read_profile

    session: Session = ctx.obj
    if bool(npis) == everyone:
        raise UsageError("Name providers by NPI, or say --all.", hint="credkit caqh compare --all")
    counts: Counter[str] = Counter({"blocks_attesting": 0, "correct_soon": 0, "cosmetic": 0, "providers": 0})
    without: list[str] = []
    items: list[CaqhDifferenceItem] = []
    with session.store() as store:
        policy = session.policy
        for npi in npis or ():
            store.provider_file(npi)
        for file in store.provider_files(npis):
            kept = store.caqh_profile(file.provider.npi)
            if kept is None:
                without.append(file.provider.npi)
                continue
            counts["providers"] += 1
            for one in compared(file, read_profile(kept.facts), policy, session.on):
                counts[one.severity] += 1
                items.append(
                    CaqhDifferenceItem(
                        npi=file.provider.npi,
                        name=file.provider.name,
                        field=one.field,
                        severity=one.severity.value,
                        caqh=one.caqh,
                        other=one.other,
                        source=one.source,
                        likely=one.likely,
                        why=one.why,
                        fix=one.fix,
                    )
                )
    warnings = [f"{npi} has no CAQH profile loaded: `credkit caqh load PROFILE.xml`." for npi in without[:5]]
    if len(without) > 5:
        warnings.append(f"{len(without) - 5} more have none.")
    session.present(
        Listing(
            schema="credkit.caqh_difference/1",
            items=items,
            columns=DIFFERENCES,
            counts=counts,
            warnings=warnings,
            on=session.on,
            policy=policy,
            empty="No profile disagrees." if counts["providers"] else "No profile was loaded to compare.",
            count_in_words=_in_words,
        )
    )
    if without and (npis or not counts["providers"]):
        raise typer.Exit(Incomplete.exit_code)
    if counts["blocks_attesting"] and not exit_zero:
        raise typer.Exit(FOUND_SOMETHING)


def _in_words(name: str, count: int) -> str:
    match name:
        case "blocks_attesting":
            return f"{count} that block attesting"
        case "correct_soon":
            return f"{count} to correct soon"
        case "providers":
            return f"{count} profile{'' if count == 1 else 's'} compared"
        case _:
            return f"{count} {name}"
