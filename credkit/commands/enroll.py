"""`credkit enroll`: each enrollment followed to its effective date."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated

import typer

from credkit.commands.items.network import EnrollmentItem
from credkit.commands.options import NpiArgument, OneOrAll, StateName, read_date, read_line, read_text
from credkit.commands.session import Session
from credkit.errors import UsageError, did_you_mean
from credkit.network.enrollments import does_not_count, in_network
from credkit.network.step import submit, update
from credkit.records import Enrollment, EnrollmentStatus, Line, Payer, ProviderFile
from credkit.render.listing import Column, Listing

HELP = "Follow each enrollment to its effective date."

app = typer.Typer(help=HELP, no_args_is_help=True)

COLUMNS = (
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

PayerName = Annotated[str, typer.Argument(metavar="PAYER", help="The payer's name or an alias.")]
LineName = Annotated[
    str | None,
    typer.Option("--line", help=f"Line of business, by default the payer's: {', '.join(Line)}.", metavar="LINE"),
]


def _items(
    session: Session, files: Iterable[ProviderFile], payers: Mapping[str, Payer], only: Enrollment | None = None
) -> Iterator[EnrollmentItem]:
    for file in files:
        for enrollment in file.enrollments:
            if only is not None and enrollment.id != only.id:
                continue
            payer = payers[enrollment.payer_id]
            yield EnrollmentItem(
                id=enrollment.id,
                npi=file.provider.npi,
                name=file.provider.name,
                payer=payer.name,
                line=enrollment.line,
                state=enrollment.state,
                tax_id=enrollment.tax_id or None,
                status=enrollment.status,
                status_reason=enrollment.status_reason,
                submitted_on=enrollment.submitted_on,
                decided_on=enrollment.decided_on,
                effective_on=enrollment.effective_on,
                ended_on=enrollment.ended_on,
                reference=enrollment.reference,
                in_network=in_network(enrollment, session.on),
                counts=does_not_count(enrollment, payer, payers, session.policy) is None,
            )


@app.command("submit")
def submit_command(
    ctx: typer.Context,
    npi: NpiArgument,
    payer: PayerName,
    state: StateName,
    submitted: Annotated[
        str | None, typer.Option(help="The day it went out; today by default.", metavar="DATE")
    ] = None,
    line: LineName = None,
    tax_id: Annotated[
        str | None, typer.Option(help="Our tax id it is under; by default the first of the settings.", metavar="TAXID")
    ] = None,
    reference: Annotated[
        str | None, typer.Option(help="The payer's reference.", metavar="TEXT", parser=read_text)
    ] = None,
) -> None:
    """Record that an application went to a payer."""
    session: Session = ctx.obj
    ours = session.settings.organization.tax_ids
    with session.store() as store:
        enrollment = submit(
            store,
            npi,
            payer,
            state=state,
            line=read_line(line) if line else None,
            tax_id=tax_id or (ours[0] if ours else ""),
            submitted_on=read_date(submitted) if submitted else session.today,
            today=session.today,
            reference=reference,
        )
        _show(session, list(_items(session, [store.provider_file(npi)], store.payers(), enrollment)))


@app.command("update")
def update_command(
    ctx: typer.Context,
    npi: NpiArgument,
    payer: PayerName,
    state: StateName,
    status: Annotated[str, typer.Option(help=", ".join(EnrollmentStatus), metavar="STATUS")],
    effective: Annotated[str | None, typer.Option(help="The day from which it holds.", metavar="DATE")] = None,
    ended: Annotated[
        str | None, typer.Option(help="The first day on which it no longer holds.", metavar="DATE")
    ] = None,
    decided: Annotated[str | None, typer.Option(help="The day the payer decided.", metavar="DATE")] = None,
    line: LineName = None,
    reference: Annotated[
        str | None, typer.Option(help="The payer's reference.", metavar="TEXT", parser=read_text)
    ] = None,
    reason: Annotated[str | None, typer.Option(help="The payer's reason.", metavar="TEXT", parser=read_text)] = None,
) -> None:
    """Move an enrollment by the payer's word. Approved without an effective date is not in-network."""
    session: Session = ctx.obj
    if status not in set(EnrollmentStatus):
        raise UsageError(
            f"There is no enrollment status {status!r}.{did_you_mean(status, list(EnrollmentStatus))}",
            hint=", ".join(EnrollmentStatus),
        )
    with session.store() as store:
        enrollment = update(
            store,
            npi,
            payer,
            state=state,
            line=read_line(line) if line else None,
            status=EnrollmentStatus(status),
            effective_on=read_date(effective) if effective else None,
            ended_on=read_date(ended) if ended else None,
            decided_on=read_date(decided) if decided else None,
            reference=reference,
            reason=reason,
        )
        _show(session, list(_items(session, [store.provider_file(npi)], store.payers(), enrollment)))


@app.command("list")
def list_enrollments(ctx: typer.Context, npi: OneOrAll = None) -> None:
    """List enrollments, of one provider or of all, and whether each puts its provider in-network."""
    session: Session = ctx.obj
    with session.store() as store:
        files = [store.provider_file(npi)] if npi else store.provider_files()
        _show(session, _items(session, files, store.payers()))


def _show(session: Session, items: Iterable[EnrollmentItem]) -> None:
    session.present(
        Listing(
            schema="credkit.enrollment/1",
            items=items,
            columns=COLUMNS,
            on=session.on,
            policy=session.policy,
            empty="No enrollments yet: `credkit enroll submit NPI PAYER --state ST`.",
        )
    )
