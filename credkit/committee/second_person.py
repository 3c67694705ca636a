"""The second person's word on an approval past the gate: confirmed, or refused for good.

Each reads what it judges in the transaction that writes: nobody else can write between the two.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from credkit import clock
from credkit.checks.interface import Check
from credkit.committee.appeals import took_part
from credkit.committee.convening import room
from credkit.committee.gate import Gate, gate
from credkit.committee.seats import seats_by_vote
from credkit.committee.step import closed_by
from credkit.errors import Refused, UsageError
from credkit.lists.actors import same_actor
from credkit.policy import Policy
from credkit.records import Confirmation, Decision, ProviderFile, Refusal, RequirementState
from credkit.store import Store, new_id
from credkit.verify.cycles import round_on


def confirm_decision(
    store: Store,
    beginning: str,
    policy_on: Callable[[date], Policy],
    checks: Mapping[str, Check],
    *,
    today: date,
) -> tuple[Decision, ProviderFile]:
    """Let a second person confirm an approval past the gate: it counts from today on. `beginning` is of its id.

    Raises Refused where it is the same person, or the file was decided again since; and where the vote no longer stands,
    as somebody who made the quorum or moved it has declared a conflict, or a check has gone wrong that was not wrong when
    it was decided: nobody has weighed that. A later decision ends what waits in vain.
    """
    with store.batch():
        decision = _waiting(store, beginning)
        if same_actor(store, decision.actor, store.actor):
            raise Refused(
                f"{decision.actor} recorded it: a second person must confirm an approval past the gate.",
                hint="Let somebody else run the command, with their own --actor.",
            )
        file = store.provider_file(decision.npi)
        _refuse_vote_that_fell(store, decision, policy_on(decision.decided_on))
        _refuse_worse(decision, gate(file, policy_on(today), checks, today, decision.states))
        round_ = round_on(file, today)
        closes = closed_by(decision, round_.cycle, open_round=round_.open, on=today) if round_.cycle else ()
        store.confirm_decision(
            Confirmation(new_id(), "decision", decision.id, decision.npi, today, clock.stamp(clock.now()), store.actor),
            closes,
        )
    return decision, file


def refuse_decision(store: Store, beginning: str, reason: str, *, today: date) -> tuple[Decision, ProviderFile]:
    """Put on record that an approval past the gate is not confirmed, for good: it never counts, and nothing waits for it any
    more. Anybody may say so, also who asked for it. `beginning` is of its id; raises UsageError where it names none."""
    with store.batch():
        decision = _waiting(store, beginning)
        file = store.provider_file(decision.npi)
        store.refuse_decision(
            Refusal(new_id(), decision.id, decision.npi, reason, today, clock.stamp(clock.now()), store.actor)
        )
    return decision, file


def _waiting(store: Store, beginning: str) -> Decision:
    """Return the approval past the gate that waits, and that the beginning of an id names."""
    found = [one for one in store.unconfirmed_decisions() if one.id.startswith(beginning)]
    if len(found) != 1:
        raise UsageError(
            f"{'More than one decision' if found else 'No decision'} that waits is named by {beginning!r}.",
            hint="`credkit confirm` lists what waits.",
        )
    return found[0]


def _refuse_vote_that_fell(store: Store, decision: Decision, policy: Policy) -> None:
    """Refuse to confirm a decision whose vote would not carry today, with every conflict that was declared since."""
    meeting = next((one for one in store.meetings() if one.id == decision.meeting_id), None)
    if meeting is None or not store.members():
        return
    there = room(store, meeting, with_all_conflicts=True)
    if decision.appeal_id:
        appeal = next(one for one in store.appeals() if one.id == decision.appeal_id)
        there = replace(there, conflicts=(*there.conflicts, *took_part(store, appeal)))
    try:
        seats_by_vote(there, decision.npi, decision.outcome, meeting, policy)
    except Refused as error:
        raise Refused(
            f"The vote on {decision.npi} of {meeting.held_on} does not stand any more. {error.message}",
            hint=f"`credkit confirm {decision.id} --refuse REASON` ends it; the file goes to the next meeting.",
        ) from error


def _refuse_worse(decision: Decision, now: Gate) -> None:
    """Refuse to confirm a decision where a check has failed, or come to be reviewed, since it was recorded: what was weighed
    is what the gate showed then."""
    then = {(one["check"], one["subject"], one.get("jurisdiction")): one["state"] for one in decision.gate}
    wrong = (RequirementState.FAILED, RequirementState.REVIEW)
    worse = [
        f"{one.name}: {one.state} - {one.detail}"
        for one in now.unmet
        if one.state in wrong
        and then.get((one.check, one.subject, one.jurisdiction)) not in {one.state.value, RequirementState.FAILED.value}
    ]
    if worse:
        raise Refused(
            f"There is more to weigh on {decision.npi} than when it was decided on {decision.decided_on}.",
            details=worse,
            hint=f"`credkit confirm {decision.id} --refuse REASON` ends it; the file goes to the next meeting.",
        )
