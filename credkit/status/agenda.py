"""Who is ready for the committee on a day: files to be decided, and approved ones whose other states may now join."""

from collections.abc import Mapping
from dataclasses import dataclass

from credkit.checks.interface import Check
from credkit.committee.gate import gate, met_states
from credkit.policy import Policy
from credkit.records import RequirementState
from credkit.status.assess import Assessment


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One file before the committee. `states` are those that may be approved; `reasons` say what there is to weigh."""

    assessment: Assessment
    states: tuple[str, ...]
    reasons: tuple[str, ...]


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


def _may_join(assessment: Assessment, policy: Policy, checks: Mapping[str, Check], states: tuple[str, ...]) -> bool:
    """Say whether nothing but reviews is in the way of more states: between decisions verifications age unnoticed, and
    the gate will look at them again."""
    if not assessment.standing.approved(assessment.on):
        return False
    unmet = gate(assessment.file, policy, checks, assessment.on, states).unmet
    return all(requirement.state is RequirementState.REVIEW for requirement in unmet)
