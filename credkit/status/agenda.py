"""Who is ready for the committee on a day: files to be decided, and approved ones whose other states may now join."""

from collections.abc import Mapping
from dataclasses import dataclass

from credkit.checks.interface import Check
from credkit.committee.appeals import appealed
from credkit.committee.docket import EXCEPTION
from credkit.committee.gate import gate, met_states
from credkit.policy import Policy
from credkit.records import Appeal, RequirementState
from credkit.status.assess import Assessment


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One file before the committee. `states` are those that may be approved; `reasons` say what there is to weigh; `appeal`
    where it is before a panel, which weighs every file."""

    assessment: Assessment
    states: tuple[str, ...]
    reasons: tuple[str, ...]
    appeal: bool = False

    @property
    def track(self) -> str:
        """Clean or exception. What is appealed is never ratified unseen."""
        return EXCEPTION if self.appeal else self.assessment.track.name


def agenda_line(assessment: Assessment, policy: Policy, checks: Mapping[str, Check]) -> AgendaLine | None:
    """Return a file's line on the agenda, or None where there is nothing to decide."""
    may = met_states(assessment.file.provider.states_of_practice, assessment.requirements)
    approved = assessment.standing.approvals
    round_open = assessment.round.open
    joins = tuple(state for state in may if approved and not round_open and state not in approved)
    if joins and not _may_join(assessment, policy, checks, joins):
        joins = ()
    if not assessment.decidable and not joins:
        return None
    return AgendaLine(assessment, joins or may, (*assessment.track.reasons, *(f"adds {state}" for state in joins)))


def appeal_line(assessment: Assessment, appeals: Mapping[str, Appeal]) -> AgendaLine | None:
    """Return a file's line on the agenda of an appeal panel, or None where none of the `appeals` (by NPI) is of it."""
    appeal = appeals.get(assessment.file.provider.npi)
    if appeal is None:
        return None
    decision = appealed(assessment.file, appeal)
    late = appeal.hear_by < assessment.on
    reasons = (
        f"appeals against: {decision.outcome} on {decision.decided_on}: {decision.reason or 'no reason given'}",
        f"grounds: {appeal.grounds}",
        f"asked for on {appeal.opened_on}, {'was' if late else 'is'} to be heard by {appeal.hear_by}",
    )
    may = met_states(assessment.file.provider.states_of_practice, assessment.requirements)
    return AgendaLine(assessment, may, (*reasons, *assessment.track.reasons), appeal=True)


def _may_join(assessment: Assessment, policy: Policy, checks: Mapping[str, Check], states: tuple[str, ...]) -> bool:
    """Say whether nothing but reviews is in the way of more states: between decisions verifications age unnoticed, and
    the gate will look at them again."""
    if not assessment.standing.approved(assessment.on):
        return False
    unmet = gate(assessment.file, policy, checks, assessment.on, states).unmet
    return all(requirement.state is RequirementState.REVIEW for requirement in unmet)
