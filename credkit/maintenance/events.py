"""What monitoring brings up between two decisions, a complaint or a board's action: recorded, and settled."""

from dataclasses import replace
from datetime import date

from dateutil.relativedelta import relativedelta

from credkit import clock
from credkit.errors import Refused, UsageError
from credkit.policy import Policy
from credkit.records import EventKind, MonitoringEvent
from credkit.store import Store, new_id


def record_event(
    store: Store,
    npi: str,
    kind: EventKind,
    *,
    happened_on: date,
    text: str,
    source: str,
    for_committee: bool,
    policy: Policy,
    today: date,
) -> MonitoringEvent:
    """Keep something that came up about a provider; the committee hears of it by the policy's criteria, or where
    `for_committee` asks for it. Raises UsageError where there is no such provider, or the day lies
    ahead."""
    if happened_on > today:
        raise UsageError(f"{happened_on} lies ahead: an event is something that happened.")
    with store.batch():
        store.provider_file(npi)
        event = MonitoringEvent(
            id=new_id(),
            npi=npi,
            kind=kind,
            happened_on=happened_on,
            text=text,
            source=source,
            for_committee=for_committee or _is_the_committees(store, npi, kind, happened_on, policy),
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
        )
        store.keep_event(event, verb="event.recorded")
    return event


def _is_the_committees(store: Store, npi: str, kind: EventKind, happened_on: date, policy: Policy) -> bool:
    rules = policy.monitoring
    if kind is not EventKind.COMPLAINT:
        return kind in rules.committee_hears
    since = happened_on - relativedelta(months=rules.complaints_within_months)
    earlier = [
        one for one in store.monitoring_events(npi) if one.kind is kind and since < one.happened_on <= happened_on
    ]
    return kind in rules.committee_hears or len(earlier) + 1 >= rules.complaints_to_committee


def settle_event(store: Store, id_: str, how: str, *, today: date) -> MonitoringEvent:
    """Say how an event was dealt with; `id_` may be its first characters. Raises UsageError where there is none such, or
    more than one; Refused where it is settled."""
    with store.batch():
        found = [event for event in store.monitoring_events() if id_ and event.id.startswith(id_)]
        if len(found) != 1:
            raise UsageError(
                f"{len(found) or 'No'} event{'s' if len(found) != 1 else ''} with the id {id_!r}.",
                hint="`credkit monitor event` lists them with their ids.",
            )
        (event,) = found
        if event.settled_on:
            raise Refused(f"It was settled on {event.settled_on}: {event.settled_how}")
        settled = replace(event, settled_on=today, settled_how=how)
        store.keep_event(settled, verb="event.settled")
    return settled
