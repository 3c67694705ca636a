"""Appeals: who may ask for one until when, and who may not sit on its panel."""

from collections.abc import Sequence
from datetime import date, timedelta

from credkit import clock
from credkit.errors import Refused, UsageError
from credkit.policy import Policy
from credkit.records import Appeal, Conflict, Decision, Outcome
from credkit.store import Store, new_id
from credkit.verify.cycles import decisions_by

#: What can be appealed against.
ADVERSE = frozenset({Outcome.DENIED, Outcome.TERMINATED})


def open_appeal(store: Store, npi: str, policy: Policy, grounds: str, *, asked_on: date, today: date) -> Appeal:
    """Open an appeal against a provider's last decision, if it was adverse and is not too long ago.

    The days to ask run from the letter that told of it, or, while no letter is marked as sent, do not end. Raises Refused
    where there is nothing to appeal against, an appeal is open, was decided already, or comes too late.
    """
    with store.batch():
        file = store.provider_file(npi)
        taken = decisions_by(file, today)
        if not taken or taken[-1].outcome not in ADVERSE:
            raise Refused(f"{npi} has no denial or termination that stands, and so nothing to appeal against.")
        decision = taken[-1]
        if asked_on < decision.decided_on or asked_on > today:
            raise UsageError(
                f"The appeal was asked for between {decision.decided_on}, the day of the decision, and today."
            )
        for one in store.appeals(npi):
            if one.closed_on is None:
                raise Refused(f"An appeal of {npi} is open since {one.opened_on}.")
            if one.outcome_id == decision.id:
                raise Refused(f"The decision of {decision.decided_on} is itself an appeal's, and is final.")
        told = [one.sent_on for one in store.letters() if one.decision_id == decision.id and one.sent_on is not None]
        if told and asked_on > (last := min(told) + timedelta(days=policy.committee.appeal_days)):
            raise Refused(f"The appeal comes too late: it was to be asked for by {last}.")
        appeal = Appeal(
            new_id(), npi, decision.id, asked_on, asked_on + timedelta(days=policy.committee.hearing_days), grounds
        )
        store.open_appeal(appeal)
    return appeal


def open_appeal_of(store: Store, npi: str, on: date) -> Appeal:
    """Return a provider's open appeal. Raises UsageError where there is none."""
    found = next((one for one in store.appeals(npi) if one.closed_on is None and one.opened_on <= on), None)
    if found is None:
        raise UsageError(f"{npi} has no open appeal.", hint=f"credkit committee appeal {npi} --grounds TEXT opens one.")
    return found


def took_part(store: Store, appeal: Appeal) -> Sequence[Conflict]:
    """Return those who decided what is appealed against, each in conflict: the panel is another one."""
    decision = _decision(store, appeal)
    if decision is None or decision.meeting_id is None:
        return ()
    words = "decided what is appealed against"
    stamp = clock.stamp(clock.now())
    return tuple(
        Conflict("", vote.member_id, appeal.npi, words, decision.decided_on, stamp, store.actor)
        for vote in store.votes(decision.meeting_id)
        if vote.npi == appeal.npi
    )


def _decision(store: Store, appeal: Appeal) -> Decision | None:
    file = store.provider_file(appeal.npi)
    return next((one for one in file.decisions if one.id == appeal.decision_id), None)
