"""`credkit confirm`: a second person's word on what another asked for."""

from typing import TYPE_CHECKING, Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.hits import RequestItem
from credkit.commands.options import read_text
from credkit.commands.screen_review import refuse_a_policy, show_ruled
from credkit.commands.session import Session
from credkit.errors import UsageError
from credkit.render.listing import Column, Listing
from credkit.verify.by_hand import confirm_acceptance, unconfirmed

if TYPE_CHECKING:
    from datetime import date

    from credkit.records import Acceptance, Decision, Provider, Resolution, Suspension

HELP = "Confirm what another person asked for."

COLUMNS = (
    Column[RequestItem]("Id", lambda item: item.short),
    Column[RequestItem]("NPI", lambda item: item.npi),
    Column[RequestItem]("Name", lambda item: item.name),
    Column[RequestItem]("About", lambda item: item.about),
    Column[RequestItem](
        "Asked",
        lambda item: (
            item.ruling or {"acceptance": "accept the review", "reinstatement": "lift"}.get(item.kind, "approve")
        ),
    ),
    Column[RequestItem]("By", lambda item: item.asked_by),
    Column[RequestItem]("On", lambda item: item.asked_on.isoformat()),
    Column[RequestItem]("Reason", lambda item: item.reason),
)


def command(
    ctx: typer.Context,
    asked: Annotated[
        str | None, typer.Argument(metavar="ID", help="The request's id, or its hit's.", parser=read_text)
    ] = None,
    refuse: Annotated[
        str | None,
        typer.Option(
            "--refuse",
            help="End an approval past the gate that is not to be confirmed: why.",
            metavar="REASON",
            parser=read_text,
        ),
    ] = None,
) -> None:
    """Confirm what another person asked for, so that it counts; without an ID, list what waits.

    These are rulings on hits (`credkit screen resolve`) and accepted reviews (`credkit verify accept`), where the policy
    asks for a second person; every approval past the gate (`credkit committee decide --override`), and every suspension that
    is to be lifted (`credkit provider reinstate`). Nobody confirms what they asked for themselves. What is not to be confirmed
    is refused, for good (--refuse): an approval past the gate then never counts.
    """
    session: Session = ctx.obj
    if asked is None:
        if refuse is not None:
            raise UsageError("Say what is refused: its ID.", hint="`credkit confirm` lists what waits.")
        _list(session)
        return
    refuse_a_policy(session)
    if refuse is not None:
        _refuse(session, asked.strip().lower(), refuse)
        return
    # The policy is read in the transaction that judges by it.
    with session.store() as store, store.batch():
        if any(one.id.startswith(asked.strip().lower()) for one in store.unconfirmed_acceptances()):
            acceptance, _confirmation = confirm_acceptance(store, asked.strip().lower(), today=session.today)
            about = f"{acceptance.check} {acceptance.subject}".rstrip()
            session.say(f"Confirmed: {acceptance.actor} accepted {about} of {acceptance.npi}: {acceptance.reason}")
            return
        if any(one.id.startswith(asked.strip().lower()) for one in store.unconfirmed_decisions()):
            from credkit.committee.second_person import confirm_decision

            decision, file = confirm_decision(
                store, asked.strip().lower(), session.policy_on, all_checks(), today=session.today
            )
            states = ", ".join(decision.states)
            session.say(f"Confirmed: {file.provider.name} is {decision.outcome} for {states}, past the gate.")
            return
        from credkit.maintenance.leaving import asked_to_lift, lift

        if asked_to_lift(store, asked.strip().lower()):
            lifted = lift(store, asked.strip().lower(), today=session.today)
            session.say(f"Confirmed: the suspension of {lifted.npi} is lifted from {lifted.lifted_on} on.")
            return
        from credkit.lists.rulings import confirm

        ruled = confirm(store, session.policy_on(session.today), asked, today=session.today)
        everyone = [one.id for one in store.hits()]
    show_ruled(session, ruled, everyone)


def _refuse(session: Session, asked: str, reason: str) -> None:
    from credkit.committee.second_person import refuse_decision

    with session.store() as store:
        if any(one.id.startswith(asked) for one in store.unconfirmed_acceptances()):
            raise UsageError(
                "An accepted review is not refused: it counts for nothing until somebody confirms it.",
                hint="`credkit verify record` says what was found instead.",
            )
        decision, file = refuse_decision(store, asked, reason, today=session.today)
    session.say(f"Refused: {file.provider.name} is not {decision.outcome} past the gate. {reason}")


def _list(session: Session) -> None:
    from credkit.lists.rulings import requests, shortest
    from credkit.maintenance.leaving import asked_to_lift

    with session.store() as store:
        names = shortest(hit.id for hit in store.hits())
        waiting = requests(store)
        accepted = list(unconfirmed(store, session.policy_on(session.today), all_checks(), session.today))
        past_the_gate = [(one, store.provider_file(one.npi).provider) for one in store.unconfirmed_decisions()]
        to_lift = [(one, store.provider_file(one.npi).provider) for one in asked_to_lift(store)]
    items = [
        _item(
            "resolution",
            one,
            provider,
            about=one.list,
            reason=one.reason,
            asked=(one.resolved_on, one.actor),
            hit_id=one.hit_id,
            short=names[one.hit_id],
            ruling=one.ruling.value,
        )
        for one, provider in waiting
    ]
    items += [
        _item(
            "acceptance",
            one,
            provider,
            about=f"{one.check} {one.subject}".rstrip(),
            reason=one.reason,
            asked=(one.accepted_on, one.actor),
        )
        for one, provider in accepted
    ]
    items += [
        _item(
            "decision",
            one,
            provider,
            about=f"{one.outcome.replace('_', ' ')} for {', '.join(one.states)}, past the gate",
            reason=one.override or "",
            asked=(one.decided_on, one.actor),
        )
        for one, provider in past_the_gate
    ]
    items += [
        _item(
            "reinstatement",
            one,
            provider,
            about=f"suspension of {one.since}: {one.reason}",
            reason=one.lift_reason or "",
            asked=(one.lift_asked_on or one.since, one.lift_asked_by or ""),
        )
        for one, provider in to_lift
    ]
    session.present(
        Listing(
            schema="credkit.request/1",
            items=items,
            columns=COLUMNS,
            empty="Nothing waits for a second person.",
        )
    )


def _item(
    kind: str,
    one: "Resolution | Acceptance | Decision | Suspension",
    provider: "Provider",
    *,
    about: str,
    reason: str,
    asked: "tuple[date, str]",
    hit_id: str | None = None,
    short: str = "",
    ruling: str | None = None,
) -> RequestItem:
    """Return a request: what it is about, why, and on which day who asked. `short` is what is typed for it; its id by
    default."""
    asked_on, asked_by = asked
    return RequestItem(
        id=one.id,
        kind=kind,
        hit_id=hit_id,
        short=short or one.id,
        npi=one.npi,
        name=provider.name,
        about=about,
        ruling=ruling,
        reason=reason,
        asked_on=asked_on,
        asked_by=asked_by,
    )
