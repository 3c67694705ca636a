"""Who is ready for the committee on a day: files to be decided, and approved ones whose other states may now join."""

from dataclasses import dataclass

from credkit.committee.gate import met_states
from credkit.status.assess import Assessment, Stage


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """One file before the committee. `states` are those that may be approved; `reasons` say what there is to weigh."""

    assessment: Assessment
    states: tuple[str, ...]
    reasons: tuple[str, ...]


def agenda_line(assessment: Assessment) -> AgendaLine | None:
    """Return a file's line on the agenda, or None where there is nothing to decide."""
    may = met_states(assessment.file.provider.states_of_practice, assessment.requirements)
    approved = assessment.standing.approvals
    joins = tuple(state for state in may if approved and state not in approved)
    if assessment.stage is not Stage.COMMITTEE and not joins:
        return None
    return AgendaLine(assessment, joins or may, (*assessment.track.reasons, *(f"adds {state}" for state in joins)))
