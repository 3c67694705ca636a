"""`credkit screen show` and `credkit screen receipts`: what was screened, when, and against what."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.commands.options import NpiArgument, read_month
from credkit.commands.screen_review import ruling_item
from credkit.commands.session import Session
from credkit.records import ListVersion, ProviderFile, Screening
from credkit.render.listing import Column, Listing
from credkit.store import Store

if TYPE_CHECKING:
    from credkit.commands.items.monitoring import ReceiptItem, ScreeningItem

MonthOption = Annotated[
    str | None, typer.Option("--month", metavar="YYYY-MM", help="The month; by default the present one.")
]


def show(ctx: typer.Context, npi: NpiArgument) -> None:
    """Show how a provider stands on each list, newest first: outcome, day, version, names tried, and every ruling."""
    session: Session = ctx.obj
    with session.store() as store:
        file = store.provider_file(npi)
        items = list(_screenings(store, file, session))
    session.present(
        Listing(
            schema="credkit.screening/1",
            items=items,
            columns=_columns_of_screenings(),
            on=session.on,
            policy=session.policy,
        )
    )


def receipts_command(
    ctx: typer.Context,
    month: Annotated[str | None, typer.Option(metavar="YYYY-MM", help="Only this month's.")] = None,
    name: Annotated[str | None, typer.Option("--list", metavar="NAME", help="Only this list's.")] = None,
) -> None:
    """List the receipts of screenings, newest first: who was held against which version, and what was found."""
    session: Session = ctx.obj
    first = read_month(month) if month else None
    with session.store() as store:
        versions = {version.id: version for version in store.list_versions()}
        kept = [one for one in store.screenings(name) if first is None or one.ran_on.replace(day=1) == first]
    session.present(
        Listing(
            schema="credkit.screening_receipt/1",
            items=[_receipt(one, versions.get(one.list_id or "")) for one in reversed(kept)],
            columns=_columns_of_receipts(),
            empty="Nobody was screened." if first is None else f"Nobody was screened in {month}.",
        )
    )


def _columns_of_screenings() -> "tuple[Column[ScreeningItem], ...]":
    return (
        Column("List", lambda item: item.list),
        Column("Outcome", lambda item: item.outcome.replace("_", " ")),
        Column("Found", lambda item: str(item.found_on or "")),
        Column("Screened", lambda item: str(item.screened_on or "")),
        Column("Published", lambda item: str(item.published_on or "")),
        Column("Names tried", lambda item: ", ".join(item.names_tried)),
        Column("Summary", lambda item: item.summary),
        Column(
            "Rulings",
            lambda item: "; ".join(
                f"row {hit.row_number}: {ruling.ruling} by {ruling.actor} on {ruling.resolved_on}"
                + (f", confirmed by {ruling.confirmed_by} on {ruling.confirmed_on}" if ruling.confirmed_by else "")
                + ("" if ruling.counts else ", does not count")
                + f": {ruling.reason}"
                for hit in item.hits
                for ruling in hit.rulings
            ),
        ),
    )


def _columns_of_receipts() -> "tuple[Column[ReceiptItem], ...]":
    return (
        Column("Receipt", lambda item: item.id),
        Column("Ran on", lambda item: item.ran_on.isoformat()),
        Column("By", lambda item: item.actor),
        Column("Who", lambda item: item.source_file or item.scope),
        Column("List", lambda item: item.list),
        Column("Published", lambda item: str(item.published_on or "")),
        Column("Rows", lambda item: "" if item.rows is None else f"{item.rows:,}", justify="right"),
        Column("SHA-256", lambda item: (item.sha256 or "")[:12]),
        Column(
            "What was done",
            lambda item: (
                item.problem
                or f"matcher {item.matcher}; people: {item.people:,}; names tried: {item.names:,}; "
                + ", ".join(f"{count:,} {word.replace('_', ' ')}" for word, count in item.counts.items() if count)
            ),
        ),
    )


def _receipt(one: Screening, version: ListVersion | None) -> "ReceiptItem":
    from credkit.commands.items.monitoring import ReceiptItem

    own = {name: getattr(one, name) for name in ReceiptItem.model_fields if hasattr(one, name)}
    return ReceiptItem(
        **own,
        list_version=one.address,
        acquired_on=version.acquired_on if version else None,
    )


def _screenings(store: Store, file: ProviderFile, session: Session) -> "Iterator[ScreeningItem]":
    from credkit.checks.exclusions import compared_with
    from credkit.commands.items.monitoring import RuledHitItem, ScreeningItem
    from credkit.maintenance.monitoring import Receipts, every_screening

    provider = file.provider
    receipts = Receipts.of(store.list_versions(), store.screenings())
    confirmed = store.confirmations(provider.npi)
    counting = {one.id for one in file.rulings}
    hits = [
        (
            compared_with(hit.list, hit.entry),
            RuledHitItem(
                id=hit.id,
                found_on=hit.found_on,
                row_number=hit.row_number,
                score=hit.score,
                reasons=hit.reasons,
                rulings=tuple(
                    ruling_item(one, confirmed.get(one.id), counts=one.id in counting)
                    for one in store.resolutions(provider.npi)
                    if one.hit_id == hit.id
                ),
            ),
        )
        for hit in store.hits(provider.npi)
    ]
    looked_at = {one.subject: None for one in file.verifications if one.check == "exclusions"}
    for name in dict.fromkeys((*session.policy.exclusions.lists, *looked_at)):
        found = every_screening(file, name, receipts, session.on)
        if not found:
            yield ScreeningItem(
                npi=provider.npi,
                name=provider.name,
                list=name,
                latest=True,
                outcome="not_screened",
                found_on=None,
                screened_on=None,
                list_version=None,
                published_on=None,
                names_tried=(),
                summary="Never screened against it.",
                hits=(),
                receipt_id=None,
                verification_id=None,
            )
        for place, one in enumerate(found):
            weighed = {comparison.field for comparison in one.finding.comparisons}
            yield ScreeningItem(
                npi=provider.npi,
                name=provider.name,
                list=name,
                latest=place == 0,
                outcome=one.outcome,
                found_on=one.finding.verified_on,
                screened_on=one.on if one.outcome != "not_screened" else None,
                list_version=one.address,
                published_on=one.version.published_on if one.version else None,
                names_tried=_names_tried(one.finding.claims) if one.outcome != "not_screened" else (),
                summary=one.finding.summary,
                hits=tuple(hit for row, hit in hits if row in weighed),
                receipt_id=one.receipt.id if one.receipt else None,
                verification_id=one.finding.id,
            )


def _names_tried(claims: Mapping[str, str | None]) -> tuple[str, ...]:
    """Return every name that a screening looked up: those that the provider had on that day."""
    parts = (claims.get(name) for name in ("first_name", "middle_name", "last_name", "suffix"))
    former = (claims.get("former_names") or "").split("; ")
    return tuple(filter(None, (" ".join(filter(None, parts)), *former)))
