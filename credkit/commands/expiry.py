"""`credkit expiry`: what lapses when, and what would stop with it."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.expiry import ExpiryItem, ForecastItem
from credkit.commands.options import FailOn, read_weeks
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, UsageError
from credkit.render.formats import Format
from credkit.render.listing import Column, Listing
from credkit.status.expiry import Expiry, expiries

if TYPE_CHECKING:
    from credkit.store import Store

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
    Column[ExpiryItem]("Last day", lambda item: str(item.last_day or "")),
)

#: How many characters the longest bar of a forecast has.
_BAR = 32


def command(
    ctx: typer.Context,
    within: Annotated[
        int | None, typer.Option(min=0, help="Days ahead to look; by default the policy's widest band.", metavar="DAYS")
    ] = None,
    expired: Annotated[bool, typer.Option("--expired", help="Only what has expired.")] = False,
    forecast: Annotated[
        int | None,
        typer.Option(help="Count what comes by week and by who looks after it.", metavar="WEEKS", parser=read_weeks),
    ] = None,
    fail_on: FailOn = None,
) -> None:
    """List what expires, soonest first, which states and payers would stop with it, and the last day to see clients there.

    With --forecast 12w, count it by week and by who looks after the files, as bars on a terminal: what would stop somebody
    is drawn dark.

    Example: credkit expiry --forecast 12w
    """
    session: Session = ctx.obj
    weeks = forecast
    if weeks and (within is not None or expired):
        raise UsageError("--forecast looks at whole weeks to come: leave out --within and --expired.")
    with session.store() as store:
        if weeks:
            from credkit.status.forecast import last_day_of

            days = (last_day_of(weeks, session.on) - session.on).days
        else:
            days = within if within is not None else max(session.policy.expiry.bands, default=120)
        found = _found(session, store, days, expired=expired)
        if weeks:
            _show_forecast(session, store, found, weeks)
        else:
            _show(session, found, f"Nothing expires within {days} days." if not expired else "Nothing has expired.")
    overdue = any(one.band == "expired" for one in found)
    if fail_on and (overdue if fail_on == "overdue" else bool(found)):
        raise typer.Exit(FOUND_SOMETHING)


def _found(session: Session, store: "Store", days: int, *, expired: bool) -> list[Expiry]:
    policy = session.policy
    npis = store.expiring_before(session.on, days, policy.shortest_caqh_days, policy.shortest_duty_days)
    return sorted(
        expiries(
            store.provider_files(npis),
            policy,
            session.on,
            all_checks(),
            store.payers(),
            within=days,
            only_expired=expired,
        ),
        key=lambda one: (one.expires_on, one.npi, one.kind, one.jurisdiction or "", one.number or ""),
    )


def _show(session: Session, found: Sequence[Expiry], empty: str) -> None:
    counts: Counter[str] = Counter()

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
            policy=session.policy,
            count_in_words=lambda band, count: f"{count} within {band} days" if band.isdigit() else f"{count} {band}",
            empty=empty,
        )
    )


def _show_forecast(session: Session, store: "Store", found: Sequence[Expiry], weeks: int) -> None:
    from credkit.status.forecast import forecast

    told = list(forecast(found, store.owners(), weeks, session.on))
    most = max((one.lapses for one in told), default=0)
    past = sum(one.band == "expired" for one in found)
    columns = (
        Column[ForecastItem]("Week of", lambda item: item.week_of.isoformat()),
        Column[ForecastItem]("Owner", lambda item: item.owner or ("nobody" if item.lapses else "")),
        Column[ForecastItem]("Ends", lambda item: str(item.lapses), justify="right"),
        Column[ForecastItem]("Stops", lambda item: str(item.stops or ""), justify="right"),
    )
    bars = (Column[ForecastItem]("", lambda item: bar(item.lapses, item.stops, most)),)
    session.present(
        Listing(
            schema="credkit.forecast/1",
            items=[
                ForecastItem(
                    week_of=one.monday,
                    owner=one.owner,
                    lapses=one.lapses,
                    stops=one.stops,
                    providers=list(one.providers),
                )
                for one in told
            ],
            columns=(*columns, *bars) if session.format is Format.TABLE else columns,
            counts={"end": sum(one.lapses for one in told), "stop": sum(one.stops for one in told)},
            warnings=[f"{past} ended before: `credkit expiry --expired` lists them."] if past else [],
            on=session.on,
            policy=session.policy,
            count_in_words=lambda name, count: (
                f"{count} {name if count != 1 else name + 's'}" + (" somebody" if name == "stop" else "")
            ),
        )
    )


def bar(lapses: int, stops: int, most: int) -> str:
    """Draw a bar to the scale of the longest: dark for what would stop somebody, light for the rest. What is there at all
    is at least one character long."""
    scale = min(1.0, _BAR / most) if most else 0.0
    dark = max(round(stops * scale), 1 if stops else 0)
    light = max(round(lapses * scale) - dark, 1 if lapses > stops else 0)
    return "█" * dark + "░" * light
