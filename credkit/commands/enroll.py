"""`credkit enroll`: each enrollment followed to its effective date."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Annotated

import typer

from credkit.commands.enroll_follow import aging_command, contact_command, due_command
from credkit.commands.enroll_many import import_command, revalidations_command, terminate_command
from credkit.commands.items.network import EnrollmentItem, HistoryItem, WantedItem
from credkit.commands.options import (
    NpiArgument,
    OneOrAll,
    StateName,
    StateOption,
    our_tax_id,
    read_date,
    read_line,
    read_tax_id,
    read_text,
)
from credkit.commands.session import Session
from credkit.errors import InputRejected, UsageError, did_you_mean
from credkit.network.counting import does_not_count, payer_on
from credkit.network.dates import billable_from
from credkit.network.enrollments import Word, in_network
from credkit.network.history import happenings
from credkit.network.step import submit, submit_wanted, update
from credkit.policy import Policy
from credkit.records import Enrollment, EnrollmentStatus, Line, Payer, Provider
from credkit.render.listing import Column, Listing
from credkit.store import Store

HELP = "Follow each enrollment to its effective date."

app = typer.Typer(help=HELP, no_args_is_help=True)

COLUMNS = (
    Column[EnrollmentItem]("Id", lambda item: item.id),
    Column[EnrollmentItem]("NPI", lambda item: item.npi),
    Column[EnrollmentItem]("Name", lambda item: item.name),
    Column[EnrollmentItem]("Payer", lambda item: item.payer),
    Column[EnrollmentItem]("Line", lambda item: item.line),
    Column[EnrollmentItem]("State", lambda item: item.state),
    Column[EnrollmentItem]("Status", lambda item: item.status),
    Column[EnrollmentItem]("Effective", lambda item: item.effective_on.isoformat() if item.effective_on else ""),
    Column[EnrollmentItem]("In-network", lambda item: "yes" if item.in_network else "no"),
    Column[EnrollmentItem]("Counts", lambda item: "yes" if item.counts else "no"),
)
WANTED = (
    Column[WantedItem]("Payer", lambda item: item.payer),
    Column[WantedItem]("Line", lambda item: item.line or ""),
    Column[WantedItem]("State", lambda item: item.state),
    Column[WantedItem]("Opened", lambda item: item.id or ""),
    Column[WantedItem]("Why not", lambda item: item.why_not or ""),
)
HISTORY = (
    Column[HistoryItem]("At", lambda item: item.at[:16].replace("T", " ")),
    Column[HistoryItem]("Who", lambda item: item.actor),
    Column[HistoryItem]("What", lambda item: item.what),
    Column[HistoryItem]("Status", lambda item: item.status or ""),
    Column[HistoryItem]("Changes", lambda item: "; ".join(item.changes)),
    Column[HistoryItem]("Reason", lambda item: item.reason or ""),
)

PayerName = Annotated[str, typer.Argument(metavar="PAYER", help="The payer's name or an alias.")]
PayerOrAll = Annotated[
    str | None, typer.Argument(metavar="PAYER", help="The payer's name or an alias; not with --all-payers.")
]
LineName = Annotated[
    str | None,
    typer.Option("--line", help=f"Line of business, by default the payer's: {', '.join(Line)}.", metavar="LINE"),
]
TaxId = Annotated[
    str | None,
    typer.Option(
        help="Our tax id it is under; by default the first of the settings.", metavar="TAXID", parser=read_tax_id
    ),
]
Reference = Annotated[str | None, typer.Option(help="The payer's reference.", metavar="TEXT", parser=read_text)]
Owner = Annotated[str | None, typer.Option(help="Who follows it up.", metavar="NAME", parser=read_text)]


def _items(
    held: Iterable[tuple[Provider, Sequence[Enrollment]]],
    payers: Mapping[str, Payer],
    policy: Policy,
    session: Session,
    only: frozenset[str] | None = None,
) -> Iterator[EnrollmentItem]:
    on = session.on
    for provider, enrollments in held:
        for enrollment in enrollments:
            if only is not None and enrollment.id not in only:
                continue
            yield EnrollmentItem(
                id=enrollment.id,
                npi=provider.npi,
                name=provider.name,
                payer=payer_on(enrollment.payer_id, payers, on).name,
                line=enrollment.line,
                state=enrollment.state,
                tax_id=enrollment.tax_id or None,
                status=enrollment.status,
                status_reason=enrollment.status_reason,
                opened_on=enrollment.opened_on,
                submitted_on=enrollment.submitted_on,
                received_on=enrollment.received_on,
                decided_on=enrollment.decided_on,
                effective_on=enrollment.effective_on,
                billable_from=billable_from(enrollment, policy.network),
                loaded_on=enrollment.loaded_on,
                ended_on=enrollment.ended_on,
                revalidate_on=enrollment.revalidate_on,
                reference=enrollment.reference,
                owner=enrollment.owner,
                in_network=in_network(enrollment, on),
                counts=does_not_count(enrollment, payers, policy, on) is None,
            )


@app.command("submit")
def submit_command(
    ctx: typer.Context,
    npi: NpiArgument,
    payer: PayerOrAll = None,
    state: StateOption = None,
    all_payers: Annotated[
        bool, typer.Option("--all-payers", help="Open every enrollment that the policy says this provider should have.")
    ] = False,
    submitted: Annotated[
        str | None,
        typer.Option(help="The day it went out; today by default, with --all-payers not yet.", metavar="DATE"),
    ] = None,
    line: LineName = None,
    tax_id: TaxId = None,
    reference: Reference = None,
    owner: Owner = None,
) -> None:
    """Record that an application went to a payer, or open all that the policy's [[network.enroll]] names; a payer that it
    names and nobody knows is said, and the others are opened (exit 3).

    credkit enroll submit 1000010011 "Aspen Health" --state CO --submitted 2026-03-02 --reference A-20931
    """
    session: Session = ctx.obj
    under = tax_id or our_tax_id(session.settings.organization.tax_ids)
    day = read_date(submitted) if submitted else None
    with session.store() as store:
        policy = session.policy_on(session.today)
        if all_payers:
            if payer or state or line or reference:
                raise UsageError("--all-payers takes neither a payer nor --state, --line or --reference.")
            _submit_all(session, store, npi, under, day, owner)
            return
        if not payer or not state:
            raise UsageError("Name the payer and its --state, or give --all-payers.")
        enrollment = submit(
            store,
            npi,
            payer,
            state=state,
            line=read_line(line) if line else None,
            tax_id=under,
            submitted_on=day or session.today,
            policy=policy,
            today=session.today,
            reference=reference,
            owner=owner,
        )
        _show_one(session, store, enrollment)


def _submit_all(
    session: Session, store: Store, npi: str, tax_id: str, submitted_on: date | None, owner: str | None
) -> None:
    policy = session.policy_on(session.today)
    if not policy.network.enroll:
        raise UsageError(
            f"The policy {policy.name} names no payers that providers should be enrolled with.",
            hint="Add [[network.enroll]] entries, each with its payer, and adopt it: `credkit policy adopt FILE`.",
        )
    opened, lines = submit_wanted(
        store, npi, tax_id=tax_id, submitted_on=submitted_on, policy=policy, today=session.today, owner=owner
    )
    ids = iter(opened)
    items = [
        WantedItem(
            npi=npi,
            payer=line.name,
            line=line.line,
            state=line.state,
            id=next(ids).id if line.why_not is None else None,
            why_not=line.why_not,
        )
        for line in lines
    ]
    unknown = dict.fromkeys(line.why_not for line in lines if line.unknown)
    session.present(
        Listing(
            schema="credkit.wanted/1",
            items=items,
            columns=WANTED,
            counts={"opened": len(opened), "not_opened": len(items) - len(opened)},
            warnings=[f"Not all is opened: {why}" for why in unknown],
            on=session.today,
            policy=policy,
            empty="The policy names no payer for this profession in these states.",
        )
    )
    if unknown:
        raise typer.Exit(InputRejected.exit_code)


@app.command("update")
def update_command(
    ctx: typer.Context,
    npi: NpiArgument,
    payer: PayerName,
    state: StateName,
    status: Annotated[
        str | None, typer.Option(help="; ".join(EnrollmentStatus) + ". By default as it was.", metavar="STATUS")
    ] = None,
    received: Annotated[str | None, typer.Option(help="The day the payer had it.", metavar="DATE")] = None,
    decided: Annotated[str | None, typer.Option(help="The day the payer decided.", metavar="DATE")] = None,
    effective: Annotated[str | None, typer.Option(help="The day from which it holds.", metavar="DATE")] = None,
    loaded: Annotated[
        str | None, typer.Option(help="The day it was seen in the payer's system.", metavar="DATE")
    ] = None,
    ended: Annotated[
        str | None, typer.Option(help="The first day on which it no longer holds.", metavar="DATE")
    ] = None,
    revalidate: Annotated[str | None, typer.Option(help="The last day of its revalidation.", metavar="DATE")] = None,
    submitted: Annotated[str | None, typer.Option(help="The day it went out.", metavar="DATE")] = None,
    line: LineName = None,
    tax_id: Annotated[
        str | None, typer.Option(help="Our tax id it is under.", metavar="TAXID", parser=read_tax_id)
    ] = None,
    reference: Reference = None,
    reason: Annotated[str | None, typer.Option(help="The payer's reason.", metavar="TEXT", parser=read_text)] = None,
    owner: Owner = None,
) -> None:
    """Move an enrollment by the payer's word, or correct its dates. Approved without an effective date is not in-network.

    credkit enroll update 1000010011 PHP --state CO --status approved --decided 2026-03-05 --effective 2026-03-09
    """
    session: Session = ctx.obj
    if status is not None and status not in set(EnrollmentStatus):
        raise UsageError(
            f"There is no enrollment status {status!r}.{did_you_mean(status, list(EnrollmentStatus))}",
            hint=", ".join(EnrollmentStatus),
        )
    word = Word(
        status=EnrollmentStatus(status) if status else None,
        submitted_on=read_date(submitted) if submitted else None,
        received_on=read_date(received) if received else None,
        decided_on=read_date(decided) if decided else None,
        effective_on=read_date(effective) if effective else None,
        loaded_on=read_date(loaded) if loaded else None,
        ended_on=read_date(ended) if ended else None,
        revalidate_on=read_date(revalidate) if revalidate else None,
        reference=reference,
        reason=reason,
        owner=owner,
    )
    if word == Word():
        raise UsageError("Nothing to change: give --status, a date, --reference, --reason or --owner.")
    with session.store() as store:
        enrollment, warnings = update(
            store,
            npi,
            payer,
            word,
            state=state,
            line=read_line(line) if line else None,
            tax_id=tax_id,
            policy=session.policy_on(session.today),
            today=session.today,
        )
        _show_one(session, store, enrollment, warnings)


@app.command("list")
def list_enrollments(ctx: typer.Context, npi: OneOrAll = None) -> None:
    """List enrollments, of one provider or of all, and whether each puts its provider in-network."""
    session: Session = ctx.obj
    with session.store() as store:
        held = [_of(store, npi)] if npi else _of_all(store)
        _show(session, _items(held, store.payers(), session.policy, session))


@app.command("show")
def show_command(
    ctx: typer.Context, enrollment: Annotated[str, typer.Argument(metavar="ID", help="The enrollment, such as E12.")]
) -> None:
    """Show what happened to one enrollment: every move, correction and contact, with who and when."""
    session: Session = ctx.obj
    with session.store() as store:
        found = store.enrollment(enrollment)
        items = [
            HistoryItem(
                enrollment=found.id,
                at=one.at,
                actor=one.actor,
                what=one.verb,
                status=one.status,
                changes=list(one.changes),
                reason=one.reason,
            )
            for one in happenings(store.events(found.npi), found.id)
        ]
    session.present(Listing(schema="credkit.enrollment_history/1", items=items, columns=HISTORY))


def _of(store: Store, npi: str) -> tuple[Provider, Sequence[Enrollment]]:
    file = store.provider_file(npi)
    return file.provider, file.enrollments


def _of_all(store: Store) -> Iterator[tuple[Provider, Sequence[Enrollment]]]:
    """Return everybody's enrollments without reading their whole files."""
    of_npi: dict[str, list[Enrollment]] = {}
    for enrollment in store.enrollments():
        of_npi.setdefault(enrollment.npi, []).append(enrollment)
    for provider in store.providers():
        yield provider, of_npi.get(provider.npi, ())


def _show_one(session: Session, store: Store, enrollment: Enrollment, warnings: Iterable[str] = ()) -> None:
    items = _items([_of(store, enrollment.npi)], store.payers(), session.policy, session, frozenset({enrollment.id}))
    payer, excluded = store.payers()[enrollment.payer_id], session.policy.network.excluded_lines
    if payer.line in excluded and enrollment.line not in excluded:
        meant = (
            f"{payer.name} is {payer.line}, and {enrollment.id} is {enrollment.line}, which counts towards being ready."
        )
        warnings = [*warnings, f"{meant} If that is not meant, withdraw or end it, and submit it without --line."]
    if enrollment.overdue_since:
        due = f"{enrollment.id} is due since {enrollment.overdue_since}, and stays so until a contact is logged: "
        warnings = [
            *warnings,
            f"{due}`credkit enroll contact {enrollment.id} --channel CHANNEL --who NAME --said TEXT`.",
        ]
    _show(session, items, warnings)


def _show(session: Session, items: Iterable[EnrollmentItem], warnings: Iterable[str] = ()) -> None:
    session.present(
        Listing(
            schema="credkit.enrollment/1",
            items=items,
            columns=COLUMNS,
            warnings=list(warnings),
            on=session.on,
            policy=session.policy,
            empty="No enrollments yet: `credkit enroll submit NPI PAYER --state ST`.",
        )
    )


app.command("due")(due_command)
app.command("contact")(contact_command)
app.command("aging")(aging_command)
app.command("import")(import_command)
app.command("revalidations")(revalidations_command)
app.command("terminate")(terminate_command)
