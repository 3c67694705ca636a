"""`credkit expiry`: what lapses when, and what would stop with it."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.expiry import ExpiryItem
from credkit.commands.options import FailOn
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING
from credkit.render.listing import Column, Listing
from credkit.status.expiry import expiries

HELP = "List what expires, and what would stop with it."

COLUMNS = (
    Column[ExpiryItem]("NPI", lambda item: item.npi),
    Column[ExpiryItem]("Name", lambda item: item.name),
    Column[ExpiryItem]("Kind", lambda item: item.kind),
    Column[ExpiryItem]("State", lambda item: item.jurisdiction or ""),
    Column[ExpiryItem]("Number", lambda item: item.number or ""),
    Column[ExpiryItem]("Expires", lambda item: item.expires_on.isoformat()),
    Column[ExpiryItem]("Days", lambda item: str(item.days_left), justify="right"),
    Column[ExpiryItem]("Stops", lambda item: "; ".join(item.affects)),
)


def command(
    ctx: typer.Context,
    within: Annotated[
        int | None, typer.Option(min=0, help="Days ahead to look; by default the policy's widest band.", metavar="DAYS")
    ] = None,
    expired: Annotated[bool, typer.Option("--expired", help="Only what has expired.")] = False,
    fail_on: FailOn = None,
) -> None:
    """List what expires, soonest first, and which states and payers would stop with it."""
    session: Session = ctx.obj
    counts: Counter[str] = Counter()
    with session.store() as store:
        policy, payers = session.policy, store.payers()
        days = within if within is not None else max(policy.expiry.bands, default=120)
        npis = store.expiring_before(session.on, days, policy.shortest_caqh_days)
        found = sorted(
            expiries(
                store.provider_files(npis),
                policy,
                session.on,
                all_checks(),
                payers,
                within=days,
                only_expired=expired,
            ),
            key=lambda one: (one.expires_on, one.npi, one.kind, one.jurisdiction or "", one.number or ""),
        )

        def band_in_words(band: str, count: int) -> str:
            return f"{count} within {band} days" if band.isdigit() else f"{count} {band}"

        def items() -> Iterator[ExpiryItem]:
            for one in found:
                counts[one.band or "later"] += 1
                yield ExpiryItem.model_validate(one)

        session.present(
            Listing(
                schema="credkit.expiry/1",
                items=items(),
                columns=COLUMNS,
                counts=counts,
                on=session.on,
                policy=policy,
                count_in_words=band_in_words,
                empty=f"Nothing expires within {days} days." if not expired else "Nothing has expired.",
            )
        )
    overdue = any(one.band == "expired" for one in found)
    if fail_on and (overdue if fail_on == "overdue" else bool(found)):
        raise typer.Exit(FOUND_SOMETHING)
