"""`credkit confirm`: a second person's word on what another asked for."""

from typing import Annotated

import typer

from credkit.commands.items.hits import RequestItem
from credkit.commands.screen_review import refuse_a_policy, show_ruled
from credkit.commands.session import Session
from credkit.render.listing import Column, Listing

HELP = "Confirm what another person asked for."

COLUMNS = (
    Column[RequestItem]("Id", lambda item: item.short),
    Column[RequestItem]("NPI", lambda item: item.npi),
    Column[RequestItem]("Name", lambda item: item.name),
    Column[RequestItem]("List", lambda item: item.list),
    Column[RequestItem]("Ruling", lambda item: item.ruling),
    Column[RequestItem]("By", lambda item: item.asked_by),
    Column[RequestItem]("On", lambda item: item.asked_on.isoformat()),
    Column[RequestItem]("Reason", lambda item: item.reason),
)


def command(
    ctx: typer.Context,
    asked: Annotated[str | None, typer.Argument(metavar="ID", help="The request's id, or its hit's.")] = None,
) -> None:
    """Confirm what another person asked for, so that it counts; without an ID, list what waits.

    Today these are rulings on hits (`credkit screen resolve`), where the policy asks for a second person. Nobody confirms
    what they asked for themselves.
    """
    from credkit.lists.rulings import confirm, requests, shortest

    session: Session = ctx.obj
    if asked is not None:
        refuse_a_policy(session)
        # The policy is read in the transaction that judges by it.
        with session.store() as store, store.batch():
            ruled = confirm(store, session.policy_on(session.today), asked, today=session.today)
            everyone = [one.id for one in store.hits()]
        show_ruled(session, ruled, everyone)
        return
    with session.store() as store:
        names = shortest(hit.id for hit in store.hits())
        waiting = requests(store)
    session.present(
        Listing(
            schema="credkit.request/1",
            items=[
                RequestItem(
                    id=one.id,
                    kind="resolution",
                    hit_id=one.hit_id,
                    short=names[one.hit_id],
                    npi=one.npi,
                    name=provider.name,
                    list=one.list,
                    ruling=one.ruling.value,
                    reason=one.reason,
                    asked_on=one.resolved_on,
                    asked_by=one.actor,
                )
                for one, provider in waiting
            ],
            columns=COLUMNS,
            empty="Nothing waits for a second person.",
        )
    )
