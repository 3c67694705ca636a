"""The file judged by a policy on a day: its stage, its requirements, and what must happen next.

Computed, never stored as truth: the same file, policy and day give the same assessment at any time.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from functools import partial

from credkit.checks.caqh import caqh_profile, roster_exception
from credkit.checks.interface import Check
from credkit.committee.docket import Track, track
from credkit.committee.gate import is_met, met_states
from credkit.committee.standing import Standing, standing
from credkit.documents.papers import DOCUMENT, dates_ahead, open_papers
from credkit.intake.completeness import missing_facts
from credkit.network.counting import days_of, does_not_count, payer_on
from credkit.policy import Policy
from credkit.records import (
    CycleKind,
    Enrollment,
    EnrollmentStatus,
    Outcome,
    Payer,
    ProviderFile,
    Requirement,
    RequirementState,
    Result,
)
from credkit.reference.caqh import exception_advice
from credkit.status.duties import days_of_duties, open_duties
from credkit.status.readiness import Readiness, dated_ahead, readiness
from credkit.verify.cycles import Round, round_on, waiting
from credkit.verify.requirements import changes_by_itself, everything_asked

#: Who can act; a condition may name a person, who is staff.
_WHO = frozenset({"provider", "staff", "committee", "payer"})
#: How the action begins that asks for a new signature.
SIGN_ANEW = "sign the application anew"
_TO_BE_SENT = frozenset({EnrollmentStatus.NOT_STARTED, EnrollmentStatus.PREPARING})


class Stage(StrEnum):
    """Where a file stands; the first of these that fits."""

    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"
    DENIED = "denied"
    SUSPENDED = "suspended"
    ACTIVE = "active"
    NETWORK = "network"
    COMMITTEE = "committee"
    VERIFICATION = "verification"
    INTAKE = "intake"


@dataclass(frozen=True, slots=True)
class Action:
    """What must happen next: by whom (provider, staff, committee, payer), what, and by when. `command` is what to type,
    where the words do not tell it; `requirement` is the line of the policy that it would meet, where it is about one."""

    who: str
    what: str
    due_on: date | None = None
    command: str = ""
    requirement: Requirement | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """One file on one day. `states` is each state's readiness; `decidable` says that the
    committee may decide it: an applicant's file, or one that comes round again; `next_change_on` is the next day on which the answer may
    change by itself."""

    file: ProviderFile
    on: date
    stage: Stage
    round: Round
    track: Track
    reasons: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    actions: tuple[Action, ...]
    states: tuple[Readiness, ...]
    standing: Standing
    decidable: bool
    warnings: tuple[str, ...]
    next_change_on: date | None = None

    @property
    def ready(self) -> dict[str, list[str]]:
        """Each state in which clients may be seen, with the payers that count."""
        return {state.state: list(state.payers) for state in self.states if state.ready}


def assess(
    file: ProviderFile, policy: Policy, on: date, checks: Mapping[str, Check], payers: Mapping[str, Payer]
) -> Assessment:
    """Judge a file by a policy on a day; `payers` are all payers by id."""
    found = _assess(file, policy, on, checks, payers)
    return replace(found, next_change_on=_next_change(found, policy, checks, payers))


def _assess(
    file: ProviderFile, policy: Policy, on: date, checks: Mapping[str, Check], payers: Mapping[str, Payer]
) -> Assessment:
    round_ = round_on(file, on)
    judged = everything_asked(file, policy, on, checks)
    stands = standing(file, policy, on)
    states = tuple(
        readiness(file, judged, stands, policy, payers, on, state)
        for state in dict.fromkeys((*file.provider.states_of_practice, *stands.approvals))
    )
    on_track = track(file, judged, policy, on)
    missing = missing_facts(file)
    stage = _stage(file, judged, stands, states, missing)
    recredentials = bool(stands.approvals) and round_.open and _decidable(file, judged)
    return Assessment(
        file=file,
        on=on,
        stage=stage,
        round=round_,
        track=on_track,
        reasons=tuple(_reasons(stage, judged, stands, states, missing, on_track)),
        requirements=judged,
        actions=tuple(
            _actions(
                file, judged, stands, states, missing, stage, round_, policy, payers, on, recredentials=recredentials
            )
        ),
        states=states,
        standing=stands,
        decidable=stage is Stage.COMMITTEE or recredentials,
        warnings=tuple(dict.fromkeys(warning for state in states for warning in state.warnings)),
    )


def _stage(
    file: ProviderFile,
    judged: Sequence[Requirement],
    stands: Standing,
    states: Sequence[Readiness],
    missing: Sequence[str],
) -> Stage:
    ended = {
        Outcome.WITHDRAWN: Stage.WITHDRAWN,
        Outcome.TERMINATED: Stage.TERMINATED,
        Outcome.DENIED: Stage.DENIED,
    }
    if stands.ended:
        return ended[stands.ended.outcome]
    if stands.approvals:
        approved = [state for state in states if state.state in stands.approvals]
        still = [state for state in approved if state.state in file.provider.states_of_practice]
        if all(state.lapsed for state in still or approved):
            return Stage.SUSPENDED
        return Stage.ACTIVE if any(state.ready for state in states) else Stage.NETWORK
    # A state whose own lines are not met waits for a later decision; it does not hold up the others.
    shared = [requirement for requirement in judged if requirement.jurisdiction is None]
    signed = file.application is not None and file.application.signed_on is not None
    if not signed or missing or any(requirement.state is RequirementState.MISSING for requirement in shared):
        return Stage.INTAKE
    practiced = file.provider.states_of_practice
    claimed = [state for state in practiced if not _misses(judged, state)]
    if not claimed:
        return Stage.INTAKE
    if _decidable(file, judged):
        return Stage.COMMITTEE
    return Stage.VERIFICATION


def _decidable(file: ProviderFile, judged: Sequence[Requirement]) -> bool:
    """Say whether nothing but reviews is in the way of a decision, for the file as a whole and for one state at least."""
    return all(_committee_may_see(requirement) for requirement in judged if requirement.jurisdiction is None) and any(
        all(_committee_may_see(requirement) for requirement in judged if requirement.jurisdiction == state)
        for state in file.provider.states_of_practice
    )


def _misses(judged: Sequence[Requirement], state: str) -> bool:
    return any(r.jurisdiction == state and r.state is RequirementState.MISSING for r in judged)


def _committee_may_see(requirement: Requirement) -> bool:
    return is_met(requirement) or requirement.state is RequirementState.REVIEW


def _reasons(
    stage: Stage,
    judged: Sequence[Requirement],
    stands: Standing,
    states: Sequence[Readiness],
    missing: Sequence[str],
    on_track: Track,
) -> Iterator[str]:
    """Say why the file is at this stage and no further."""
    if stage in {Stage.WITHDRAWN, Stage.TERMINATED, Stage.DENIED} and stands.ended:
        yield f"{stands.ended.outcome} on {stands.ended.decided_on}: {stands.ended.reason}"
    elif stage in {Stage.SUSPENDED, Stage.NETWORK, Stage.ACTIVE}:
        for state in states:
            yield from (f"{state.state}: {reason}" for reason in state.reasons)
    else:
        yield from (f"not given: {fact}" for fact in missing)
        yield from (f"{requirement.name}: {requirement.state}" for requirement in judged if not is_met(requirement))
        yield from (f"exception: {reason}" for reason in on_track.reasons)


def _actions(
    file: ProviderFile,
    judged: Sequence[Requirement],
    stands: Standing,
    states: Sequence[Readiness],
    missing: Sequence[str],
    stage: Stage,
    round_: Round,
    policy: Policy,
    payers: Mapping[str, Payer],
    on: date,
    *,
    recredentials: bool,
) -> Iterator[Action]:
    if stage in {Stage.WITHDRAWN, Stage.TERMINATED, Stage.DENIED}:
        return
    if missing:
        yield Action("provider", f"give {', '.join(missing)}")
    unsigned = file.application is None or file.application.signed_on is None
    anew = sign_anew_by(file, stands, round_, policy, on)
    if unsigned:
        yield Action("provider", "sign the application")
    for requirement in sorted(judged, key=lambda one: _urgency(one, approved=bool(stands.approvals))):
        if (unsigned or (anew and round_.open)) and requirement.check == "attestation":
            continue
        action = _action(requirement)
        if action:
            yield action
    papers = {requirement.subject: requirement for requirement in judged if requirement.check == DOCUMENT}
    for paper in open_papers(file, policy, on, papers):
        yield Action(paper.who, paper.what, paper.due_on)
    yield from _failed_unasked(file, judged, on)
    profile = caqh_profile(file)
    if profile and (refused := roster_exception(profile)):
        yield Action("staff", f"put right what CAQH refused on our roster ({refused}): {exception_advice(refused)}")
    for decision in waiting(file):
        yield Action("staff", f"confirm the approval past the gate, as a second person: credkit confirm {decision.id}")
    for suspension in file.suspensions:
        if stands.approvals and suspension.stands(on):
            words = f"lift the suspension of {suspension.since}, or end the approval"
            if suspension.lift_asked_by:
                words = f"confirm that the suspension is lifted, as a second person: credkit confirm {suspension.id}"
            yield Action("staff", words)
    if stands.approvals:
        for condition in file.conditions:
            if condition.met_on is None:
                who = condition.owner if condition.owner in _WHO else "staff"
                yield Action(who, f"meet the condition: {condition.text} ({condition.owner})", condition.due_on)
    if stage is Stage.COMMITTEE or recredentials:
        ready_for = ", ".join(met_states(file.provider.states_of_practice, judged)) or "after the reviews"
        yield Action("committee", f"decide the file ({ready_for})")
    if stage in {Stage.NETWORK, Stage.ACTIVE}:
        yield from _network_actions(file, stands, states, policy, payers, on)
    if anew:
        yield Action("provider", f"{SIGN_ANEW}: recredentialing is due", anew)
    yield from _duty_actions(file, stands, policy, on)


def _duty_actions(file: ProviderFile, stands: Standing, policy: Policy, on: date) -> Iterator[Action]:
    for duty in open_duties(file, policy, stands, on):
        verb, rest = ("renew", "") if duty.due_on else ("give", "nothing is on record")
        words = f"{verb} {duty.line.name}: {duty.line.what or rest}".removesuffix(": ")
        command = f'credkit provider duty {file.provider.npi} "{duty.line.name}" --done DATE'
        yield Action(duty.line.who, words, duty.due_on, command)


def sign_anew_by(file: ProviderFile, stands: Standing, round_: Round, policy: Policy, on: date) -> date | None:
    """Return the day by which the application is to be signed anew, None where it is not: its recredentialing has not
    begun, or it was signed since it could."""
    if stands.recredential_by is None:
        return None
    begins = policy.windows.recredentialing_starts(stands.recredential_by)
    if on < begins:
        return None
    if round_.open:
        signed_on = file.application.signed_on if file.application else None
        if round_.kind is not CycleKind.RECREDENTIALING or signed_on is None or signed_on >= begins:
            return None
    return stands.recredential_by


def _failed_unasked(file: ProviderFile, judged: Sequence[Requirement], on: date) -> Iterator[Action]:
    """Name what was found to fail though the policy does not ask for it: nobody else would say so."""
    asked = {(one.check, one.subject) for one in judged}
    last = {(one.check, one.subject): one for one in file.verifications if one.verified_on <= on}
    for (check, subject), found in last.items():
        if found.result is Result.FAIL and (check, subject) not in asked and not subject:
            what = f"look into what the policy does not ask for: {check} failed on {found.verified_on}: {found.summary}"
            yield Action("staff", what, found.verified_on, f"credkit verify show {file.provider.npi}")


def _urgency(requirement: Requirement, *, approved: bool) -> int:
    """Rank what is open: of an applicant what the provider has not given; then what ends readiness now, what is overdue,
    and what else could end it."""
    if not approved and requirement.state is RequirementState.MISSING:
        return -1
    if not requirement.suspends:
        return 3
    if not is_met(requirement):
        return 0 if requirement.state in {RequirementState.FAILED, RequirementState.EXPIRED} else 2
    return 1 if requirement.overdue_since else 3


def _action(requirement: Requirement) -> Action | None:
    name, action = requirement.name, partial(Action, requirement=requirement)
    match requirement.state:
        case RequirementState.MISSING:
            return action("provider", f"give {name}: {requirement.detail}")
        case RequirementState.PENDING if requirement.check == DOCUMENT:
            return action("staff", f"review {name}: {requirement.advice}")
        case RequirementState.PENDING:
            return action("staff", f"verify {name}")
        case RequirementState.STALE:
            return action("staff", f"verify {name} again: {requirement.detail}", requirement.valid_until)
        case RequirementState.EXPIRED if not requirement.advice:
            return action("provider", f"renew {name}", requirement.valid_until)
        case RequirementState.FAILED:
            return action(
                "staff", f"settle {name}: {requirement.advice or requirement.detail}", requirement.verified_on
            )
        case RequirementState.REVIEW:
            return action(
                "staff", f"review {name}: {requirement.advice or requirement.detail}", requirement.verified_on
            )
        case RequirementState.MET if requirement.overdue_since:
            return action("staff", f"verify {name}: the monthly check is overdue", requirement.overdue_since)
        case RequirementState.EXPIRED | RequirementState.MET if requirement.advice:
            return action("staff", f"verify the renewal of {name}", requirement.valid_until)
    return None


def _network_actions(
    file: ProviderFile,
    stands: Standing,
    states: Sequence[Readiness],
    policy: Policy,
    payers: Mapping[str, Payer],
    on: date,
) -> Iterator[Action]:
    for enrollment in file.enrollments:
        name = f"{payer_on(enrollment.payer_id, payers, on).name} {enrollment.state}"
        if enrollment.status is EnrollmentStatus.INFO_REQUESTED:
            yield Action("staff", f"answer the questions of {name}")
        elif enrollment.status in _TO_BE_SENT:
            yield Action("staff", f"send the application for {name}")
        elif enrollment.status.with_payer:
            since = f" (submitted {enrollment.submitted_on})" if enrollment.submitted_on else ""
            yield Action("payer", f"decide {name}{since}")
        elif enrollment.status is EnrollmentStatus.APPROVED and enrollment.effective_on is None:
            yield Action("payer", f"give the effective date of {name}")
    coming = {
        enrollment.state
        for enrollment in file.enrollments
        if _is_coming(enrollment, on) and not does_not_count(enrollment, payers, policy, on)
    }
    for state in states:
        wanted = state.state in stands.approvals and state.state in file.provider.states_of_practice
        if wanted and not state.payers and state.state not in coming:
            yield Action("staff", f"enroll with a payer that counts in {state.state}")


def _is_coming(enrollment: Enrollment, on: date) -> bool:
    """Say whether an enrollment is on its way to in-network: about to be sent, with the payer, or approved from a day to
    come."""
    if enrollment.status in _TO_BE_SENT or enrollment.status.with_payer:
        return True
    if enrollment.status not in {EnrollmentStatus.APPROVED, EnrollmentStatus.ACTIVE}:
        return False
    ended = enrollment.ended_on is not None and enrollment.ended_on <= on
    return not ended and (enrollment.effective_on is None or enrollment.effective_on > on)


def _next_change(
    now: Assessment, policy: Policy, checks: Mapping[str, Check], payers: Mapping[str, Payer]
) -> date | None:
    """Return the next day on which time alone changes the answer: a date passes, or comes."""
    file, on = now.file, now.on
    certain = set(changes_by_itself(file, policy, on, checks, now.requirements))
    if now.standing.recredential_by:
        certain.add(now.standing.recredential_by + timedelta(days=1))
        certain.add(policy.windows.recredentialing_starts(now.standing.recredential_by))
        if now.round.open and now.round.kind is CycleKind.RECREDENTIALING:
            certain.add(policy.windows.late_until(now.standing.recredential_by) + timedelta(days=1))
    first = min((day for day in certain if day > on), default=None)
    # What is dated ahead (an enrollment; seen from an earlier day, all that was recorded since) need not change anything.
    dated = {
        *dated_ahead(file),
        *dates_ahead(file, policy),
        *days_of_duties(file, policy),
        *days_of(payers.values()),
    }
    ahead = sorted(day for day in dated if day > on and (first is None or day < first))
    if not ahead:
        return first
    answer = _answer(now)
    return next((day for day in ahead if _answer(_assess(file, policy, day, checks, payers)) != answer), first)


def _answer(assessment: Assessment) -> Assessment:
    """Return an assessment without the days it is of, to be compared with another day's."""
    return replace(assessment, on=date.min, next_change_on=None)
