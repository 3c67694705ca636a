"""`credkit enroll due|contact|aging`: whom to ask today, what they said, and how long they take."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated

import typer

from credkit import clock
from credkit.commands.items.network import AgingItem, ContactItem, FollowUpItem
from credkit.commands.options import FailOn, StateOption, read_date, read_text
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, UsageError, did_you_mean
from credkit.network.aging import Aging, aging, waited
from credkit.network.counting import payer_on, same_payer
from credkit.network.follow_ups import Blocking, FollowUp, blocking, follow_up
from credkit.network.history import left_the_payer
from credkit.network.step import contact
from credkit.records import Channel, Enrollment, ProviderFile
from credkit.render.listing import Column, Listing
from credkit.store import Store

DUE = (
    Column[FollowUpItem]("Id", lambda item: item.id),
    Column[FollowUpItem]("NPI", lambda item: item.npi),
    Column[FollowUpItem]("Name", lambda item: item.name),
    Column[FollowUpItem]("Payer", lambda item: item.payer),
    Column[FollowUpItem]("State", lambda item: item.state),
    Column[FollowUpItem]("Status", lambda item: item.status),
    Column[FollowUpItem]("Due", lambda item: item.due_on.isoformat()),
    Column[FollowUpItem]("Overdue", lambda item: str(item.days_overdue), justify="right"),
    Column[FollowUpItem]("Ask", lambda item: item.ask),
    Column[FollowUpItem]("Blocks", lambda item: item.blocks),
    Column[FollowUpItem]("Reference", lambda item: item.reference or ""),
    Column[FollowUpItem](
        "Last said", lambda item: f"{item.last_contact_on}: {item.last_said}" if item.last_contact_on else ""
    ),
)
CONTACT = (
    Column[ContactItem]("Enrollment", lambda item: item.enrollment),
    Column[ContactItem]("NPI", lambda item: item.npi),
    Column[ContactItem]("Payer", lambda item: item.payer),
    Column[ContactItem]("On", lambda item: item.contacted_on.isoformat()),
    Column[ContactItem]("By", lambda item: item.channel),
    Column[ContactItem]("With", lambda item: item.who),
    Column[ContactItem]("Said", lambda item: item.said),
    Column[ContactItem]("Next", lambda item: item.next_on.isoformat()),
)
AGING = (
    Column[AgingItem]("Payer", lambda item: item.payer),
    Column[AgingItem]("State", lambda item: item.state),
    Column[AgingItem]("Decided", lambda item: str(item.decided), justify="right"),
    Column[AgingItem]("Median", lambda item: str(item.median_days) if item.decided else "", justify="right"),
    Column[AgingItem]("90th", lambda item: str(item.p90_days) if item.decided else "", justify="right"),
    Column[AgingItem]("Waiting", lambda item: str(item.waiting), justify="right"),
    Column[AgingItem]("Oldest", lambda item: str(item.oldest_days) if item.waiting else "", justify="right"),
    Column[AgingItem]("Limit", lambda item: str(item.limit_days), justify="right"),
    Column[AgingItem]("By", lambda item: item.limit_by),
    Column[AgingItem]("Stuck", lambda item: "; ".join(item.stuck)),
)


def due_command(
    ctx: typer.Context,
    owner: Annotated[str | None, typer.Option(help="Only what this person follows up.", metavar="NAME")] = None,
    payer: Annotated[str | None, typer.Option(help="Only this payer.", metavar="PAYER")] = None,
    state: StateOption = None,
    ahead: Annotated[int, typer.Option(min=0, help="Also what is due within so many days.", metavar="DAYS")] = 0,
    limit: Annotated[int | None, typer.Option(min=1, help="So many at the most.", metavar="N")] = None,
    fail_on: FailOn = None,
) -> None:
    """Say whom to ask today: what holds up most first, and of that what is overdue the longest.

    What is due stays so until `credkit enroll contact` says that somebody asked, or the payer decided: sending it again, other
    dates, another rhythm of the payer's and its merger move no due date.
    """
    session: Session = ctx.obj
    with session.store() as store:
        payers, last, policy = store.payers(), store.last_contacts(), session.policy
        meant = same_payer(store.payer(payer), payers) if payer else None
        found: dict[str, list[FollowUp]] = {}
        for enrollment in store.open_enrollments():
            if owner and (enrollment.owner or "").casefold() != owner.casefold():
                continue
            if state not in {None, enrollment.state} or (meant is not None and enrollment.payer_id not in meant):
                continue
            with_ = payer_on(enrollment.payer_id, payers, session.on)
            one = follow_up(enrollment, with_, last.get(enrollment.id), policy.network, session.on)
            if one is not None and (one.due_on - session.on).days <= ahead:
                found.setdefault(enrollment.npi, []).append(one)
        ranked: list[tuple[Blocking, FollowUp, ProviderFile]] = [
            (blocking(file, one.enrollment, payers, policy, session.on), one, file)
            for file in store.provider_files(found)
            for one in found[file.provider.npi]
        ]
    ranked.sort(key=lambda three: (three[0], three[1].due_on, three[1].enrollment.npi, three[1].enrollment.id))
    items = [
        FollowUpItem(
            id=one.enrollment.id,
            npi=one.enrollment.npi,
            name=file.provider.name,
            payer=payer_on(one.enrollment.payer_id, payers, session.on).name,
            line=one.enrollment.line,
            state=one.enrollment.state,
            status=one.enrollment.status,
            due_on=one.due_on,
            days_overdue=max(0, (session.on - one.due_on).days),
            ask=one.ask,
            blocks=rank.words,
            reference=one.enrollment.reference,
            owner=one.enrollment.owner,
            last_contact_on=one.last.contacted_on if one.last else None,
            last_said=one.last.said if one.last else None,
        )
        for rank, one, file in ranked
    ]
    overdue = sum(item.days_overdue > 0 for item in items)
    session.present(
        Listing(
            schema="credkit.follow_up/1",
            items=items[:limit],
            columns=DUE,
            counts={"due": len(items), "overdue": overdue},
            on=session.on,
            policy=session.policy,
            empty="Nobody is to be asked.",
        )
    )
    if overdue:
        stay = "1 is overdue, and stays" if overdue == 1 else f"{overdue} are overdue, and stay"
        session.say(f"{stay} so until `credkit enroll contact ID` says that somebody asked: no other date moves it.")
    if (fail_on in {"due", "any"} and items) or (fail_on == "overdue" and overdue):
        raise typer.Exit(FOUND_SOMETHING)


def contact_command(
    ctx: typer.Context,
    enrollment: Annotated[str, typer.Argument(metavar="ID", help="The enrollment, such as E12.")],
    channel: Annotated[str | None, typer.Option(help=", ".join(Channel) + ".", metavar="CHANNEL")] = None,
    who: Annotated[
        str | None, typer.Option(help="Who answered, or the portal's name.", metavar="NAME", parser=read_text)
    ] = None,
    said: Annotated[str | None, typer.Option(help="What they said.", metavar="TEXT", parser=read_text)] = None,
    reference: Annotated[
        str | None, typer.Option(help="Their reference for the contact.", metavar="TEXT", parser=read_text)
    ] = None,
    contacted: Annotated[str | None, typer.Option(help="The day; today by default.", metavar="DATE")] = None,
    next_: Annotated[
        str | None,
        typer.Option("--next", help="When to ask again; after the payer's rhythm by default.", metavar="DATE"),
    ] = None,
) -> None:
    """Record that a payer was asked about an enrollment, what they said, and when to ask again.

    credkit enroll contact E12 --channel phone --who "Sam" --said "in committee on the 4th" --next 2026-12-05
    """
    session: Session = ctx.obj
    if channel is not None and channel not in set(Channel):
        raise UsageError(
            f"There is no channel {channel!r}.{did_you_mean(channel, list(Channel))}", hint=", ".join(Channel)
        )
    with session.store() as store:
        made = contact(
            store,
            enrollment,
            channel=Channel(channel) if channel else None,
            who=who,
            said=said,
            reference=reference,
            contacted_on=read_date(contacted) if contacted else None,
            next_on=read_date(next_) if next_ else None,
            policy=session.policy_on(session.today),
            today=session.today,
        )
        payers = store.payers()
        payer = payer_on(store.enrollment(made.enrollment_id).payer_id, payers, session.today)
    item = ContactItem(
        id=made.id,
        enrollment=made.enrollment_id,
        npi=made.npi,
        payer=payer.name,
        contacted_on=made.contacted_on,
        channel=made.channel,
        who=made.who,
        said=made.said,
        reference=made.reference,
        next_on=made.next_on,
        actor=made.actor,
    )
    session.present(Listing(schema="credkit.contact/1", items=[item], columns=CONTACT))


def aging_command(
    ctx: typer.Context,
    payer: Annotated[str | None, typer.Option(help="Only this payer.", metavar="PAYER")] = None,
    state: StateOption = None,
    stuck: Annotated[bool, typer.Option("--stuck", help="Only where something is stuck.")] = False,
    fail_on: FailOn = None,
) -> None:
    """Say how long each payer takes in each state, and which applications wait for longer than it usually does.

    The median and the 90th percentile are of the payer's own decisions there, from submission to decision.
    """
    session: Session = ctx.obj
    with session.store() as store:
        payers, enrollments = store.payers(), store.enrollments()
        wanted = store.payer(payer) if payer else None
        left = _left(store, session, enrollments) if session.on < session.today else {}
        found = [
            one
            for one in aging(enrollments, payers, session.policy.network, session.on, left)
            if (wanted is None or one.payer.id == wanted.id) and state in {None, one.state} and (one.stuck or not stuck)
        ]
    total = sum(len(one.stuck) for one in found)
    session.present(
        Listing(
            schema="credkit.aging/1",
            items=map(_aging_item, found),
            columns=AGING,
            counts={"waiting": sum(one.waiting for one in found), "stuck": total},
            on=session.on,
            policy=session.policy,
            empty="Nothing waits, and nothing was decided yet.",
        )
    )
    if total and fail_on:
        raise typer.Exit(FOUND_SOMETHING)


def _left(store: Store, session: Session, enrollments: Iterable[Enrollment]) -> dict[str, date]:
    """Return when enrollments that wait no more left the payer, where only the log knows."""
    zone = session.settings.organization.time_zone
    npis = dict.fromkeys(one.npi for one in enrollments if waited(one, session.on))
    found: dict[str, date] = {}
    for npi in npis:
        found |= left_the_payer(store.events(npi), lambda at: clock.day_of(at, zone))
    return found


def _aging_item(one: Aging) -> AgingItem:
    return AgingItem(
        payer=one.payer.name,
        state=one.state,
        decided=one.decided,
        median_days=one.median_days,
        p90_days=one.p90_days,
        waiting=one.waiting,
        oldest_days=one.oldest_days,
        limit_days=one.limit_days,
        limit_by=one.limit_by,
        stuck=[f"{enrollment.id} {enrollment.npi} {days} days" for enrollment, days in one.stuck],
    )
