"""Who leaves, and who is kept from clients for a while: withdrawn, terminated, suspended, and reinstated by two people.

None of it is the committee's decision: a provider gives back what they asked for or have, or the organization's tie with them
ends. A termination for cause is the committee's (`credkit committee decide`), with its letter and appeal.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from credkit import clock
from credkit.committee.docket import CLEAN
from credkit.committee.standing import Standing, standing
from credkit.errors import Refused, UsageError
from credkit.lists.actors import same_actor
from credkit.policy import Policy
from credkit.records import Cycle, Decision, Outcome, ProviderFile, Suspension
from credkit.store import Store, new_id
from credkit.verify.cycles import round_on

_BY = {Outcome.WITHDRAWN: "provider", Outcome.TERMINATED: "staff"}


def leave(
    store: Store, npi: str, policy: Policy, outcome: Outcome, *, day: date, reason: str, today: date
) -> tuple[Decision, ProviderFile]:
    """Put on record that a provider withdrew (an application, or an approval), or that the organization ended an approval;
    return it, and the file as it was.

    Raises UsageError where the day lies ahead; Refused where there is nothing to end, or it was decided after the day.
    """
    _refuse_ahead(day, today)
    with store.batch():
        file = store.provider_file(npi)
        stands = standing(file, policy, today)
        round_ = round_on(file, today)
        _refuse_leaving(file, stands, outcome, day, open_round=round_.open and round_.cycle is not None)
        assert round_.cycle is not None
        decision = Decision(
            id=new_id(),
            npi=npi,
            cycle_id=round_.cycle.id,
            outcome=outcome,
            decided_on=day,
            decided_by=_BY[outcome],
            meeting_id=None,
            present=(),
            states=(),
            conditions=(),
            reason=reason,
            override=None,
            track=CLEAN,
            track_reasons=(),
            revisit_on=None,
            policy_sha256=policy.sha256,
            gate=(),
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
        )
        store.record_decision(decision, _closed(round_.cycle, day))
    return decision, file


def _closed(cycle: Cycle, day: date) -> Sequence[Cycle]:
    return (replace(cycle, closed_on=max(day, cycle.opened_on)),) if cycle.closed_on is None else ()


def _refuse_leaving(file: ProviderFile, stands: Standing, outcome: Outcome, day: date, *, open_round: bool) -> None:
    npi = file.provider.npi
    if stands.ended:
        raise Refused(f"{npi} was {stands.ended.outcome} on {stands.ended.decided_on} already.")
    if outcome is Outcome.TERMINATED and not stands.approvals:
        raise Refused(
            f"{npi} is not approved: there is nothing to terminate.",
            hint=f"An application is given back with `credkit provider withdraw {npi}`.",
        )
    if not (open_round or stands.approvals):
        raise Refused(f"{npi} has no application and no approval to withdraw.")
    later = [one for one in file.decisions if one.decided_on > day]
    if later:
        raise Refused(f"{npi} was decided on {later[-1].decided_on}, after {day}: nothing is backdated.")
    if not stands.approvals and file.cycles and day < file.cycles[-1].opened_on:
        raise Refused(f"{npi} applied on {file.cycles[-1].opened_on}, after {day}.")


def suspend(store: Store, npi: str, policy: Policy, *, since: date, reason: str, today: date) -> Suspension:
    """Keep an approved provider from clients from a day on, until it is lifted.

    Raises UsageError where the day lies ahead; Refused where they have no approval, or are suspended already.
    """
    _refuse_ahead(since, today)
    with store.batch():
        file = store.provider_file(npi)
        if not standing(file, policy, today).approvals:
            raise Refused(f"{npi} is not approved, and sees nobody: there is nothing to suspend.")
        if standing_one := _standing(file, today):
            raise Refused(f"{npi} is suspended since {standing_one.since}: {standing_one.reason}.")
        suspension = Suspension(new_id(), npi, since, reason, clock.stamp(clock.now()), store.actor)
        store.keep_suspension(suspension, verb="suspension.begun")
    return suspension


def ask_to_lift(store: Store, npi: str, policy: Policy, *, reason: str, today: date) -> Suspension:
    """Ask that a suspension be lifted: it stands until somebody else confirms.

    Raises Refused where there is none, or where it is asked already; who withdrew or was terminated applies anew.
    """
    with store.batch():
        file = store.provider_file(npi)
        if over := standing(file, policy, today).ended:
            raise Refused(
                f"{npi} was {over.outcome} on {over.decided_on}: that is not lifted.",
                hint="A newly signed application opens a new cycle.",
            )
        suspension = _standing(file, today)
        if suspension is None:
            raise Refused(
                f"Nobody suspended {npi}.", hint=f"`credkit explain {npi}` says what keeps them from seeing clients."
            )
        if suspension.lift_asked_by:
            raise Refused(
                f"{suspension.lift_asked_by} asked for it on {suspension.lift_asked_on}: a second person confirms.",
                hint=f"credkit confirm {suspension.id}",
            )
        asked = replace(suspension, lift_asked_on=today, lift_asked_by=store.actor, lift_reason=reason)
        store.keep_suspension(asked, verb="suspension.lift_asked")
    return asked


def asked_to_lift(store: Store, beginning: str = "") -> list[Suspension]:
    """Return the suspensions that somebody asked to lift, and nobody confirmed yet; `beginning` is of their ids."""
    return [
        one
        for one in store.suspensions()
        if one.lift_asked_by and one.lifted_on is None and one.id.startswith(beginning)
    ]


def lift(store: Store, beginning: str, *, today: date) -> Suspension:
    """Lift a suspension, as a second person: from today on it stands no more.

    Raises UsageError where more than one is meant; Refused where it is the person who asked.
    """
    with store.batch():
        found = asked_to_lift(store, beginning)
        if len(found) != 1:
            raise UsageError(
                f"Not one suspension is named by {beginning!r}.", hint="`credkit confirm` lists what waits."
            )
        (suspension,) = found
        if same_actor(store, suspension.lift_asked_by or "", store.actor):
            raise Refused(
                f"{store.actor} asked for it: a second person must confirm.",
                hint="Let somebody else run the command, with their own --actor.",
            )
        lifted = replace(suspension, lifted_on=today, lifted_by=store.actor)
        store.keep_suspension(lifted, verb="suspension.lifted")
    return lifted


def _standing(file: ProviderFile, on: date) -> Suspension | None:
    return next((one for one in file.suspensions if one.stands(on)), None)


def _refuse_ahead(day: date, today: date) -> None:
    if day > today:
        raise UsageError(f"{day} lies ahead: write it down when it has come.")
