"""Meetings put on the calendar, and decisions put on record.

Each reads what it judges in the transaction that writes: nobody else can write between the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date

from credkit import clock
from credkit.checks.interface import Check
from credkit.committee.docket import CLEAN, EXCEPTION, Track, track
from credkit.committee.gate import Gate, gate
from credkit.committee.standing import Standing, standing
from credkit.errors import Refused, UsageError
from credkit.policy import Policy
from credkit.records import Cycle, Decision, Meeting, Outcome, ProviderFile
from credkit.store import Store, new_id
from credkit.verify.cycles import round_on


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody asks to put on record: the outcome, and who decided when."""

    outcome: Outcome
    states: tuple[str, ...] = ()
    conditions: tuple[str, ...] = ()
    reason: str | None = None
    meeting_on: date | None = None
    present: tuple[str, ...] = ()
    by_medical_director: bool = False
    override: str | None = None
    revisit_on: date | None = None


def schedule(store: Store, held_on: date) -> Meeting:
    """Put a meeting on the calendar. Raises UsageError where one is there already."""
    with store.batch():
        if store.meeting(held_on):
            raise UsageError(f"There is already a meeting on {held_on}.")
        meeting = Meeting(new_id(), held_on, "scheduled", clock.stamp(clock.now()))
        store.schedule_meeting(meeting)
    return meeting


def decision_day(proposal: Proposal, today: date) -> date:
    """Return the day a proposal decides on: the meeting's, or the medical director's sign-off, which is today.

    A decision is never backdated (NCQA: the decision date is the committee's, or the medical director's for clean files).
    """
    if proposal.by_medical_director == (proposal.meeting_on is not None):
        raise UsageError("Say who decided: --meeting DATE with --present NAME..., or --by medical_director.")
    if proposal.meeting_on is None:
        return today
    if proposal.meeting_on > today:
        raise UsageError(f"The meeting of {proposal.meeting_on} has not been held yet.")
    return proposal.meeting_on


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
    meeting = _meeting(store, policy, proposal)
    round_ = round_on(file, on)
    standing_now = standing(file, policy, on)
    _refuse_after_later_decision(file, on)
    _check_words(proposal)
    _check_outcome_fits(file, proposal, standing_now, on, open_round=round_.open)
    seen = gate(file, policy, checks, on, proposal.states)
    on_track = _track(file, seen, policy, proposal, on)
    if proposal.outcome.approves:
        _refuse_unmet(file, seen, proposal)
        if proposal.by_medical_director and not (
            on_track.name == CLEAN and policy.committee.clean_files_by == "medical_director"
        ):
            raise Refused(
                f"The medical director may approve clean files; {file.provider.npi} is for the committee.",
                details=on_track.reasons or ("the policy leaves clean files to the committee",),
                hint="Decide it in a meeting: --meeting DATE --present NAME...",
            )
    elif proposal.by_medical_director:
        raise Refused(
            f"The medical director approves clean files; {proposal.outcome} is for the committee.",
            hint="Decide it in a meeting: --meeting DATE --present NAME...",
        )
    cycle = round_.cycle
    if cycle is None:
        raise Refused(f"{file.provider.npi} has no application to decide on.", hint="Import the provider's form first.")
    states = _states(proposal, seen, standing_now.approvals)
    if proposal.outcome.approves and not round_.open and set(states) <= set(standing_now.approvals):
        raise Refused(f"{file.provider.npi} is already approved for {', '.join(states)}: there is nothing to decide.")
    decision = Decision(
        id=new_id(),
        npi=file.provider.npi,
        cycle_id=cycle.id,
        outcome=proposal.outcome,
        decided_on=on,
        decided_by="medical_director" if proposal.by_medical_director else "committee",
        meeting_id=meeting.id if meeting else None,
        present=proposal.present,
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
    )
    closes: Sequence[Cycle] = ()
    if round_.open and not proposal.outcome.postpones:
        closes = (replace(cycle, closed_on=on),)
    held = replace(meeting, status="in_progress") if meeting and meeting.status == "scheduled" else None
    store.record_decision(decision, closes, held)
    return decision


def _as_seen(requirement: dict[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in requirement.items()
        if value is not None
    }


def _meeting(store: Store, policy: Policy, proposal: Proposal) -> Meeting | None:
    if proposal.meeting_on is None:
        return None
    meeting = store.meeting(proposal.meeting_on)
    if meeting is None:
        raise UsageError(
            f"There is no meeting on {proposal.meeting_on}.",
            hint=f"Put it on the calendar first: credkit committee schedule {proposal.meeting_on}",
        )
    present = {" ".join(name.casefold().split()) for name in proposal.present}
    if len(present) < policy.committee.quorum:
        raise Refused(
            f"No quorum: {len(present)} present, {policy.committee.quorum} needed.",
            hint="Name everybody who was there, each with --present NAME.",
        )
    return meeting


def _refuse_after_later_decision(file: ProviderFile, on: date) -> None:
    later = [decision for decision in file.decisions if decision.decided_on > on]
    if later:
        raise Refused(f"{file.provider.npi} was decided on {later[-1].decided_on}, after {on}: nothing is backdated.")


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


def _check_words(proposal: Proposal) -> None:
    if proposal.outcome is Outcome.APPROVED_WITH_CONDITIONS and not proposal.conditions:
        raise UsageError("An approval with conditions names them: --condition TEXT.")
    if proposal.outcome is not Outcome.APPROVED_WITH_CONDITIONS and proposal.conditions:
        raise UsageError(f"Conditions belong to approved_with_conditions, not to {proposal.outcome}.")
    reasoned = {Outcome.DENIED, Outcome.DEFERRED, Outcome.TABLED, Outcome.WITHDRAWN, Outcome.TERMINATED}
    if proposal.outcome in reasoned and not proposal.reason:
        raise UsageError(f"{proposal.outcome} needs its reason: --reason TEXT.")
    if proposal.outcome is Outcome.DEFERRED and proposal.revisit_on is None:
        raise UsageError("A deferred file comes back on a day: --revisit DATE.")
    if proposal.states and not proposal.outcome.approves:
        raise UsageError(
            f"{proposal.outcome} is of the whole file, not of {', '.join(proposal.states)}.",
            hint="A state that is given up leaves the file by `credkit provider edit --set states_of_practice=...`.",
        )
    if proposal.override and not proposal.outcome.approves:
        raise UsageError("There is nothing to override: only approvals pass the gate.")
    if proposal.override and not proposal.states:
        raise UsageError("With --override, name the states: --state ST.")


def _check_outcome_fits(
    file: ProviderFile, proposal: Proposal, standing_now: Standing, on: date, *, open_round: bool
) -> None:
    """Refuse an outcome that has nothing to speak of: every cycle is decided once, and what ended is over."""
    # An approval that lapsed can still be terminated or given back.
    approved = bool(standing_now.approvals)
    if proposal.outcome is Outcome.TERMINATED and not approved:
        raise Refused("Nobody is terminated who is not approved: deny or withdraw the application instead.")
    if open_round or (approved and proposal.outcome in {Outcome.TERMINATED, Outcome.WITHDRAWN}):
        return
    if not proposal.outcome.approves:
        raise Refused(f"The cycle is closed: {proposal.outcome} has no open application to speak of.")
    if standing_now.ended:
        ended = standing_now.ended
        raise Refused(
            f"{file.provider.npi} was {ended.outcome} on {ended.decided_on}: there is no open application to approve.",
            hint="A newly signed application opens a new cycle.",
        )
    if not standing_now.approved(on):
        raise Refused(
            f"The approval of {file.provider.npi} lapsed on {standing_now.recredential_by}: "
            "it takes a recredentialing to approve anew.",
            hint="A newly signed application opens it.",
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
