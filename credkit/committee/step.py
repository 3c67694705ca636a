"""Decisions put on record.

What is judged is read in the transaction that writes: nobody else can write between the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta

from credkit import clock
from credkit.checks.interface import Check
from credkit.committee.appeals import appealed, open_appeal_of
from credkit.committee.docket import CLEAN, EXCEPTION, Track, track
from credkit.committee.gate import Gate, gate
from credkit.committee.proposal import (
    Proposal,
    check_days,
    check_outcome_fits,
    check_provisional,
    check_words,
    decision_day,
)
from credkit.committee.seats import Seats, seats_of
from credkit.committee.standing import standing
from credkit.errors import Refused, UsageError
from credkit.lists.actors import same_person
from credkit.policy import Policy
from credkit.records import (
    Appeal,
    Condition,
    Cycle,
    Decision,
    Meeting,
    MeetingStatus,
    Outcome,
    ProviderFile,
    RequirementState,
    Role,
)
from credkit.store import Store, new_id
from credkit.verify.cycles import round_on, waiting


def decide(
    store: Store,
    npi: str,
    policy: Policy,
    checks: Mapping[str, Check],
    proposal: Proposal,
    *,
    today: date,
) -> tuple[Decision, ProviderFile]:
    """Put a decision on record, judged by the policy in force on its day; return it, and the file as it was judged.

    Raises Refused, with every reason, where the gate or the committee's own rules say no; UsageError where the proposal
    is not one that can be recorded.
    """
    on = decision_day(proposal, today)
    with store.batch():
        file = store.provider_file(npi)
        return _decided(store, file, policy, checks, proposal, on), file


def _decided(
    store: Store, file: ProviderFile, policy: Policy, checks: Mapping[str, Check], proposal: Proposal, on: date
) -> Decision:
    check_words(proposal)
    check_days(proposal, on)
    round_ = round_on(file, on)
    appeal = open_appeal_of(store, file.provider.npi, on) if proposal.on_appeal else None
    seats = seats_of(store, file, policy, proposal, appeal)
    standing_now = standing(file, policy, on)
    _refuse_after_later_decision(file, on)
    _refuse_put_off_twice(file, proposal, seats.meeting)
    if proposal.outcome.approves and (pending := waiting(file)):
        raise Refused(
            f"An approval of {file.provider.npi} past the gate waits for a second person.",
            hint=f"credkit confirm {pending[-1].id}, or --refuse REASON",
        )
    check_outcome_fits(file, proposal, standing_now, on, open_round=round_.open)
    check_provisional(file, proposal, round_.kind, open_round=round_.open)
    only = policy.committee.provisional_checks if proposal.provisional else None
    seen = gate(file, policy, checks, on, proposal.states, only=only)
    # What a provisional approval does not ask for is still there to be weighed.
    whole = gate(file, policy, checks, on, proposal.states) if only else seen
    on_track = _track(file, whole, policy, proposal, on)
    if proposal.outcome.approves:
        _refuse_unmet(file, seen, proposal)
    if proposal.provisional:
        _refuse_failed(file, whole)
    if proposal.by_medical_director:
        _refuse_medical_director(store, file, policy, proposal, on_track, on)
        _refuse_what_is_the_committees(store, file, whole, round_.cycle)
    if proposal.outcome.approves or proposal.outcome is Outcome.DENIED:
        _refuse_before_last_verification(file, on)
    cycle = _cycle(file, round_.cycle, appeal)
    # An appeal is of the application that was decided, which is closed, whatever the provider applied for since.
    open_round = round_.open and appeal is None
    states = _on_docket(seats, proposal, seen, _states(proposal, seen, standing_now.approvals))
    already = set(states) <= set(standing_now.approvals) and not appeal
    if proposal.outcome.approves and not open_round and already:
        raise Refused(f"{file.provider.npi} is already approved for {', '.join(states)}: there is nothing to decide.")
    decision = Decision(
        id=new_id(),
        npi=file.provider.npi,
        cycle_id=cycle.id,
        outcome=proposal.outcome,
        decided_on=on,
        decided_by="medical_director" if proposal.by_medical_director else "committee",
        meeting_id=seats.meeting.id if seats.meeting else None,
        present=seats.present,
        states=states,
        conditions=proposal.conditions,
        reason=proposal.reason,
        override=proposal.override,
        track=on_track.name,
        track_reasons=on_track.reasons,
        revisit_on=proposal.revisit_on,
        policy_sha256=policy.sha256,
        gate=tuple(_as_seen(asdict(requirement)) for requirement in seen.requirements),
        recorded_at=clock.stamp(clock.now()),
        actor=store.actor,
        tally=seats.tally,
        needs_second=proposal.override is not None,
        provisional_until=on + timedelta(days=policy.committee.provisional_days) if proposal.provisional else None,
        appeal_id=appeal.id if appeal else None,
    )
    held = seats.meeting
    store.record_decision(
        decision,
        closed_by(decision, cycle, open_round=open_round),
        replace(held, status=MeetingStatus.IN_PROGRESS) if held and held.status is MeetingStatus.SCHEDULED else None,
        [
            Condition(new_id(), decision.id, decision.npi, text, proposal.owner, proposal.due_on)
            for text in proposal.conditions
            if proposal.due_on
        ],
        replace(appeal, closed_on=on, outcome_id=decision.id) if appeal else None,
    )
    return decision


def _cycle(file: ProviderFile, current: Cycle | None, appeal: Appeal | None) -> Cycle:
    """Return the round that a decision is of: the one that was appealed, else the file's own of that day."""
    found = current
    if appeal:
        of = appealed(file, appeal).cycle_id
        found = next((one for one in file.cycles if one.id == of), None)
    if found is None:
        raise Refused(f"{file.provider.npi} has no application to decide on.", hint="Import the provider's form first.")
    return found


def closed_by(decision: Decision, cycle: Cycle, *, open_round: bool, on: date | None = None) -> Sequence[Cycle]:
    """Return the cycle as a decision closes it: not while it waits for a second person, nor by a provisional approval."""
    if not open_round or decision.outcome.postpones or decision.provisional_until or cycle.id != decision.cycle_id:
        return ()
    if decision.needs_second and on is None:
        return ()
    return (replace(cycle, closed_on=on or decision.decided_on),)


def _as_seen(requirement: dict[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in requirement.items()
        if value is not None
    }


def _refuse_medical_director(
    store: Store, file: ProviderFile, policy: Policy, proposal: Proposal, on_track: Track, on: date
) -> None:
    if not proposal.outcome.approves:
        raise Refused(
            f"The medical director approves clean files; {proposal.outcome} is for the committee.",
            hint="Decide it in a meeting: --meeting DATE --present NAME...",
        )
    if not (on_track.name == CLEAN and policy.committee.clean_files_by == "medical_director"):
        raise Refused(
            f"The medical director may approve clean files; {file.provider.npi} is for the committee.",
            details=on_track.reasons or ("the policy leaves clean files to the committee",),
            hint="Decide it in a meeting: --meeting DATE --present NAME...",
        )
    logins = [
        one.login for one in store.members() if one.role is Role.MEDICAL_DIRECTOR and one.serves(on) and one.login
    ]
    if logins and not any(same_person(login, store.actor) for login in logins):
        raise Refused(
            f"The medical director signs off alone, as {' or '.join(logins)}; you are {store.actor}.",
            hint="Let the medical director run the command, with their own --actor.",
        )


def _refuse_what_is_the_committees(store: Store, file: ProviderFile, whole: Gate, cycle: Cycle | None) -> None:
    """Refuse what the medical director has no say in: a provider they are in conflict with, a file with a check that
    failed, also where a provisional approval does not ask for it, and a file that a meeting has voted on."""
    npi = file.provider.npi
    mine = {
        one.id
        for one in store.members()
        if any(same_person(name, store.actor) for name in (one.name, one.login or one.name))
    }
    conflict = next((one for one in store.conflicts() if one.npi == npi and one.member_id in mine), None)
    if conflict:
        raise Refused(
            f"{store.actor} declared a conflict with {npi} on {conflict.declared_on}: {conflict.reason}.",
            hint="Decide it in a meeting: --meeting DATE.",
        )
    failed = [one for one in whole.requirements if one.state is RequirementState.FAILED]
    if failed:
        raise Refused(
            f"{npi} has checks that failed, and is for the committee.",
            details=[f"{one.name}: {one.detail}" for one in failed],
            hint="Decide it in a meeting: --meeting DATE.",
        )
    for meeting in store.meetings():
        motion = store.motions(meeting.id).get(npi)
        if motion and not motion.outcome.postpones and (cycle is None or meeting.held_on >= cycle.opened_on):
            raise Refused(
                f"The meeting of {meeting.held_on} voted on {npi} ({motion.outcome}): it is the committee's.",
                hint=f"credkit committee decide {npi} --meeting {meeting.held_on} ...",
            )


def _refuse_before_last_verification(file: ProviderFile, on: date) -> None:
    last = max((one.verified_on for one in file.verifications), default=on)
    if last > on:
        raise UsageError(
            f"{file.provider.npi} was verified again on {last}, after {on}: a decision knows every finding.",
            hint="Decide it in a meeting on or after that day.",
        )


def _refuse_after_later_decision(file: ProviderFile, on: date) -> None:
    later = [decision for decision in file.decisions if decision.decided_on > on]
    if later:
        raise Refused(f"{file.provider.npi} was decided on {later[-1].decided_on}, after {on}: nothing is backdated.")


def _refuse_put_off_twice(file: ProviderFile, proposal: Proposal, meeting: Meeting | None) -> None:
    """Refuse to put a file off again at the meeting that did: one decision would owe two letters, with two days."""
    if meeting is None or not proposal.outcome.postpones:
        return
    for decision in file.decisions:
        if decision.meeting_id == meeting.id and decision.outcome.postpones:
            back = f" until {decision.revisit_on}" if decision.revisit_on else ""
            raise Refused(
                f"The meeting of {meeting.held_on} put {file.provider.npi} off already: {decision.outcome}{back}.",
                hint="The next meeting decides it again: credkit committee schedule DATE",
            )


def _refuse_unmet(file: ProviderFile, seen: Gate, proposal: Proposal) -> None:
    stranger = [state for state in proposal.states if state not in file.provider.states_of_practice]
    if stranger:
        raise UsageError(
            f"{file.provider.npi} does not practice in {', '.join(stranger)}.",
            hint="Its states of practice are " + (", ".join(file.provider.states_of_practice) or "not given") + ".",
        )
    if seen.opens or (proposal.override and proposal.states):
        return
    reasons = [f"{requirement.name}: {requirement.state} - {requirement.detail}" for requirement in seen.unmet]
    if not seen.requirements:
        reasons = ["the policy asks for nothing, and so approves nobody"]
    elif not reasons:
        reasons = ["no state of practice has all of its requirements met"]
    raise Refused(
        f"{file.provider.npi} {file.provider.name} cannot be approved.",
        details=reasons,
        hint=f"`credkit explain {file.provider.npi}` says who must do what.",
    )


def _refuse_failed(file: ProviderFile, whole: Gate) -> None:
    """Refuse a provisional approval of a file with a check that failed, also one that it does not ask for: what is not
    verified yet may wait, what is known to be wrong may not."""
    failed = [
        one
        for one in whole.requirements
        if one.state is RequirementState.FAILED and (one.jurisdiction is None or one.jurisdiction in whole.states)
    ]
    failed += [one for one in whole.unmet if one.state is RequirementState.FAILED and one not in failed]
    if failed:
        raise Refused(
            f"{file.provider.npi} has checks that failed, and is not approved provisionally.",
            details=[f"{one.name}: failed - {one.detail}" for one in failed],
            hint=f"`credkit explain {file.provider.npi}` says who must do what.",
        )


def _track(file: ProviderFile, seen: Gate, policy: Policy, proposal: Proposal, on: date) -> Track:
    """Return the track of a file as it is to be decided: to pass the gate by an override is an exception by itself."""
    found = track(file, seen.requirements, policy, on)
    if not proposal.override:
        return found
    return Track(EXCEPTION, (*found.reasons, f"approved past the gate on {on}: {proposal.override}"))


def _states(proposal: Proposal, seen: Gate, approved: Mapping[str, Decision]) -> tuple[str, ...]:
    if not proposal.outcome.approves:
        return ()
    if proposal.override:
        return proposal.states
    if not proposal.states:
        # A later decision without --state adds the states that have since been met, and repeats none.
        added = tuple(state for state in seen.states if state not in approved)
        return added or seen.states
    return seen.states


def _on_docket(seats: Seats, proposal: Proposal, seen: Gate, states: tuple[str, ...]) -> tuple[str, ...]:
    """Return the states of an approval that were before the meeting: those on its closed docket, and those that had only a
    review in the way which was accepted since. One that became ready later was not seen, and goes to the next meeting.

    Raises Refused where one of the others is named, or none is left. What goes past the gate names its states itself; a
    panel's are those of the appeal.
    """
    entry = seats.entry
    if entry is None or not proposal.outcome.approves or proposal.override or proposal.on_appeal:
        return states
    reviewed = {one.jurisdiction for one in seen.requirements if one.accepted}
    there = tuple(state for state in states if state in entry.states or state in reviewed)
    if not there or (proposal.states and there != states):
        raise Refused(
            f"{', '.join(state for state in states if state not in there)} of {entry.npi} was not on the docket, which is "
            f"closed for {', '.join(entry.states) or 'no state'}.",
            hint="It goes to the next meeting.",
        )
    return there
