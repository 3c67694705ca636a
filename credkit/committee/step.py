"""Decisions put on record, and the second person's word on an approval past the gate.

Each reads what it judges in the transaction that writes: nobody else can write between the two.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date, timedelta

from credkit import clock
from credkit.checks.interface import Check
from credkit.committee.appeals import appealed, open_appeal_of, took_part
from credkit.committee.convening import attend, meeting_of, refuse_attested, room, without_titles
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
from credkit.committee.standing import standing
from credkit.committee.voting import Quorum, Room, carried, moved_by_recused, voted
from credkit.errors import Refused, UsageError
from credkit.lists.actors import same_actor, same_person
from credkit.policy import Policy
from credkit.records import (
    Appeal,
    Condition,
    Confirmation,
    Cycle,
    Decision,
    DocketEntry,
    Meeting,
    MeetingStatus,
    Outcome,
    ProviderFile,
    Refusal,
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
    seats = _seats(store, file, policy, proposal, appeal)
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
        _closed_by(decision, cycle, open_round=open_round),
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


def _closed_by(decision: Decision, cycle: Cycle, *, open_round: bool, on: date | None = None) -> Sequence[Cycle]:
    """Return the cycle as a decision closes it: not while it waits for a second person, nor by a provisional approval."""
    if not open_round or decision.outcome.postpones or decision.provisional_until or cycle.id != decision.cycle_id:
        return ()
    if decision.needs_second and on is None:
        return ()
    return (replace(cycle, closed_on=on or decision.decided_on),)


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
        closes = _closed_by(decision, round_.cycle, open_round=round_.open, on=today) if round_.cycle else ()
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
        _counted(there, decision.npi, decision.outcome, meeting, policy)
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


def _as_seen(requirement: dict[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in requirement.items()
        if value is not None
    }


@dataclass(frozen=True, slots=True)
class _Seats:
    """Who decided: the meeting (None: the medical director alone), the names that count, the votes by their word, and what
    the meeting's closed docket says of the file (None while it is open)."""

    meeting: Meeting | None = None
    present: tuple[str, ...] = ()
    tally: Mapping[str, int] = field(default_factory=dict)
    entry: DocketEntry | None = None


def _seats(store: Store, file: ProviderFile, policy: Policy, proposal: Proposal, appeal: Appeal | None) -> _Seats:
    if proposal.meeting_on is None:
        return _Seats()
    meeting = meeting_of(store, proposal.meeting_on)
    refuse_attested(meeting)
    if meeting.status is MeetingStatus.CANCELLED:
        raise Refused(f"The meeting of {meeting.held_on} was cancelled.")
    if (meeting.panel == "appeal") != proposal.on_appeal:
        what = "hears appeals alone" if meeting.panel else "hears no appeals"
        raise Refused(f"The meeting of {meeting.held_on} {what}.", hint="Schedule an appeal with --panel appeal.")
    entry = _docketed(store, meeting, file.provider.npi)
    if not store.members():
        seats = _named(policy, proposal, meeting, appealed(file, appeal).present if appeal else ())
    else:
        seats = _voted(store, file, policy, proposal, meeting, appeal)
    return replace(seats, entry=entry)


def _docketed(store: Store, meeting: Meeting, npi: str) -> DocketEntry | None:
    """Return what the closed docket of a meeting says of a file, None while it is open. Raises Refused where the file is not
    on it, or was pulled."""
    if not meeting.closed_at:
        return None
    entry = next((one for one in store.docket(meeting.id) if one.npi == npi), None)
    if entry is None or entry.pulled_at:
        why = f"was pulled: {entry.pulled_because}" if entry else "is not on the docket, which is closed"
        raise Refused(f"{npi} {why}.", hint="It goes to the next meeting.")
    return entry


def _named(policy: Policy, proposal: Proposal, meeting: Meeting, before: Sequence[str]) -> _Seats:
    """Count the names that were given, as long as the store knows no committee; not, on appeal, those of who decided
    `before`."""
    again = {without_titles(name) for name in before}
    if sat := [name for name in proposal.present if without_titles(name) in again]:
        raise Refused(
            f"{', '.join(sat)} sat in the meeting that decided what is appealed against.",
            hint="The panel is another one: name those who heard the appeal.",
        )
    present = {without_titles(name) for name in proposal.present}
    if len(present) < policy.committee.quorum:
        raise Refused(
            f"No quorum: {len(present)} present, {policy.committee.quorum} needed.",
            hint="Name everybody who was there, each with --present NAME.",
        )
    return _Seats(meeting, proposal.present)


def _voted(
    store: Store, file: ProviderFile, policy: Policy, proposal: Proposal, meeting: Meeting, appeal: Appeal | None
) -> _Seats:
    """Count the votes of the committee that the store knows: a quorum without the recused, and a motion that carried."""
    npi = file.provider.npi
    if proposal.present:
        if store.attendance(meeting.id):
            raise UsageError(f"Attendance of {meeting.held_on} is kept: `credkit committee attend` changes it.")
        meeting, _ = attend(store, meeting.held_on, proposal.present, today=meeting.held_on)
    # An approval past the gate that was refused is on record here too, and a conflict declared since counts for this one.
    there = room(store, meeting, with_all_conflicts=True)
    if appeal:
        there = replace(there, conflicts=(*there.conflicts, *took_part(store, appeal)))
    return _counted(there, npi, proposal.outcome, meeting, policy)


def _counted(there: Room, npi: str, outcome: Outcome, meeting: Meeting, policy: Policy) -> _Seats:
    """Count the votes on one file, and return who counts for it. Raises Refused without a quorum, of those who are there
    and of those who voted, and where no such motion carried."""
    quorum = there.quorum(npi, policy.committee.quorum)
    if not quorum.met:
        raise _no_quorum(quorum, meeting)
    motion = there.motions.get(npi)
    if motion is None:
        raise Refused(
            f"No vote on {npi} is recorded at the meeting of {meeting.held_on}.",
            hint=f"credkit committee vote {meeting.held_on} {npi} --motion {outcome} ...",
        )
    if motion.outcome is not outcome:
        raise Refused(f"The motion on {npi} was {motion.outcome}, not {outcome}.")
    if recused := moved_by_recused(there, motion):
        raise Refused(
            f"The motion on {npi} does not stand: {' and '.join(recused)} put it, and is recused.",
            hint="It goes to the next meeting.",
        )
    tally = there.tally(npi)
    if (cast := voted(tally)) < policy.committee.quorum:
        raise Refused(
            f"{cast} voted on {npi}, and {policy.committee.quorum} are needed: a quorum is of those who vote.",
            hint=f"credkit committee vote {meeting.held_on} {npi} --for NAME, --against NAME or --abstain NAME",
        )
    if not carried(tally):
        said = ", ".join(f"{count} {word}" for word, count in tally.items()) or "nobody voted"
        raise Refused(
            f"The motion on {npi} did not carry: {said}.",
            hint="Whoever has not voted may still; else the file stays undecided, and goes to the next meeting.",
        )
    return _Seats(meeting, quorum.counted, tally)


def _no_quorum(quorum: Quorum, meeting: Meeting) -> Refused:
    return Refused(
        f"No quorum at the meeting of {meeting.held_on}: {quorum.words}.",
        hint=f"`credkit committee attend {meeting.held_on} --present NAME...` records who was there.",
    )


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


def _on_docket(seats: _Seats, proposal: Proposal, seen: Gate, states: tuple[str, ...]) -> tuple[str, ...]:
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
