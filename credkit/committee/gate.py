"""The gate: nobody is approved while a requirement of theirs is not met, on the decision's own day."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credkit.checks.interface import Check
from credkit.policy import Policy
from credkit.records import ProviderFile, Requirement, RequirementState
from credkit.verify.requirements import everything_asked


@dataclass(frozen=True, slots=True)
class Gate:
    """What the gate saw: the states that may be approved, and every requirement in the way of those asked for."""

    states: tuple[str, ...]
    unmet: tuple[Requirement, ...]
    requirements: tuple[Requirement, ...]

    @property
    def opens(self) -> bool:
        """Whether the approval may be given."""
        return bool(self.states) and not self.unmet


def is_met(requirement: Requirement) -> bool:
    """Say whether a requirement stands in nobody's way."""
    return requirement.state in {RequirementState.MET, RequirementState.NOT_APPLICABLE}


def met_states(states: Collection[str], requirements: Sequence[Requirement]) -> tuple[str, ...]:
    """Return the states all of whose own lines are met."""
    return tuple(
        state
        for state in states
        if all(is_met(requirement) for requirement in requirements if requirement.jurisdiction == state)
    )


def gate(
    file: ProviderFile,
    policy: Policy,
    checks: Mapping[str, Check],
    on: date,
    states: Collection[str] = (),
    *,
    only: Collection[str] | None = None,
) -> Gate:
    """Judge whether a file may be approved on a day for these states (none named: every state whose lines are met).

    Every line that is not by state, and every line of each state, must be met. A policy without requirements approves
    nobody: no rule would be silence taken for consent. Nor is anybody approved for a state where they do not practice,
    for which no line was asked. `only` names the checks that count, for a provisional approval.
    """
    judged = everything_asked(file, policy, on, checks, deciding=True)
    if only is not None:
        judged = tuple(requirement for requirement in judged if requirement.check in only)
    practiced = file.provider.states_of_practice
    strangers = [state for state in states if state not in practiced]
    may = met_states(states or practiced, judged) if judged and not strangers else ()
    wanted = set(states) if states else set(may)
    unmet = tuple(
        requirement
        for requirement in judged
        if not is_met(requirement)
        and (requirement.jurisdiction is None or requirement.jurisdiction in wanted or not wanted)
    )
    if states:
        may = tuple(state for state in states if state in may)
    return Gate(may, unmet, judged)
