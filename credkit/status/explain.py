"""One assessment in words: what blocks, by which rule, on which fact, from which source, and who must act."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from credkit.checks.interface import Check
from credkit.committee.gate import is_met
from credkit.records import ProviderFile, Requirement, RequirementState
from credkit.status.assess import Assessment
from credkit.verify.cycles import decisions_by


@dataclass(frozen=True, slots=True)
class Block:
    """One thing in the way: its title, and (label, sentence) pairs."""

    title: str
    lines: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The whole answer: a first sentence, what is in the way, what is well, every round of credentialing, and who acts
    next."""

    opening: str
    blocks: tuple[Block, ...]
    met: tuple[str, ...]
    actions: tuple[str, ...]
    rounds: tuple[str, ...] = ()


READY = (
    "ready = approved for the state, license active there, malpractice in force, no exclusion match, in-network there "
    "with a payer that counts"
)

_ROLES = frozenset({"committee", "medical_director"})

_ACTS = {
    RequirementState.MISSING: "provider",
    RequirementState.EXPIRED: "provider",
}


def explain(assessment: Assessment, checks: Mapping[str, Check]) -> Explanation:
    """Put an assessment in words."""
    file, on = assessment.file, assessment.on
    return Explanation(
        opening=_opening(assessment),
        blocks=tuple(_blocks(assessment, checks)),
        met=tuple(_unusual(assessment))
        + tuple(
            f"{requirement.name}: verified on {requirement.verified_on}"
            + (f", holds through {requirement.valid_until}" if requirement.valid_until else "")
            + (f". {requirement.attempt}" if requirement.attempt else "")
            for requirement in assessment.requirements
            if requirement.state is RequirementState.MET and not requirement.overdue_since
        ),
        actions=tuple(
            f"{action.who}: {action.what}" + (f" (by {action.due_on})" if action.due_on else "")
            for action in assessment.actions
        )
        or (f"nobody: {file.provider.name} has nothing open on {on}",),
        rounds=tuple(rounds(file, on)),
    )


def rounds(file: ProviderFile, on: date) -> Iterator[str]:
    """Say of every round of credentialing when it was opened, what was decided in it, and when it was closed; of every leave
    how long it is, and of every suspension who lifted it."""
    for cycle in file.cycles:
        if cycle.opened_on > on:
            continue
        decided = [
            f"{decision.outcome.replace('_', ' ')} on {decision.decided_on}"
            + (f" for {', '.join(decision.states)}" if decision.states else "")
            + f" by {'the ' if decision.decided_by in _ROLES else ''}{decision.decided_by.replace('_', ' ')}"
            for decision in decisions_by(file, on)
            if decision.cycle_id == cycle.id
        ]
        closed = cycle.closed_on is not None and cycle.closed_on <= on
        ending = f"closed on {cycle.closed_on}" if closed else "open"
        yield "; ".join([f"{cycle.kind}: opened on {cycle.opened_on}", *decided, ending])
    for leave in file.leaves:
        if leave.returns_on:
            yield f"{leave.kind} leave from {leave.started_on}, back on {leave.returns_on}: {leave.reason}"
    for one in file.suspensions:
        lifted = f"; lifted on {one.lifted_on} by {one.lift_asked_by} and {one.lifted_by}: {one.lift_reason}"
        yield f"suspended on {one.since} by {one.actor}: {one.reason}{lifted if one.lifted_on else ''}"


def _unusual(assessment: Assessment) -> Iterator[str]:
    """Name the approvals that passed no gate, or hold for a while only."""
    for state, decision in assessment.standing.approvals.items():
        if decision.legacy:
            yield f"{state}: approved before credkit, on {decision.decided_on}; it passed no gate here"
        elif decision.override:
            yield f"{state}: approved past the gate on {decision.decided_on}: {decision.override}"
        elif decision.provisional_until:
            yield f"{state}: approved provisionally, through {decision.provisional_until}"


def _opening(assessment: Assessment) -> str:
    provider = assessment.file.provider
    ready = assessment.ready
    where = f"may see clients in {', '.join(ready)}" if ready else "may not see clients anywhere"
    return (
        f"{provider.name} ({provider.npi}), {provider.profession or 'profession not given'}, is at the stage "
        f"{assessment.stage} on {assessment.on} and {where}. The file is on the {assessment.track.name} track."
    )


def _blocks(assessment: Assessment, checks: Mapping[str, Check]) -> Iterator[Block]:
    for requirement in assessment.requirements:
        if not is_met(requirement) or requirement.overdue_since or requirement.accepted:
            yield _requirement(assessment, requirement, checks.get(requirement.check))
    for state in assessment.states:
        if not state.ready:
            lines = tuple(("fact", reason) for reason in state.reasons)
            rule = ("rule", READY)
            yield Block(f"Not ready in {state.state}", (rule, *lines))


def _requirement(assessment: Assessment, requirement: Requirement, check: Check | None) -> Block:
    verification = next((v for v in assessment.file.verifications if v.id == requirement.verification_id), None)
    # A paper is asked for by the organization alone.
    standard, title = (check.standard, check.title) if check else ("its [[documents]]", requirement.check)
    lines = [("rule", f"the policy asks for {requirement.name} ({standard})"), ("fact", requirement.detail)]
    if verification:
        seen = f"{verification.source}, verified on {verification.verified_on} by {verification.actor}"
        lines.append(("source", seen))
        for comparison in verification.comparisons:
            if not comparison.agrees:
                ours, theirs = comparison.claimed or "nothing", comparison.found or "nothing"
                lines.append(("differs", f"{comparison.field}: we have {ours}, the source has {theirs}"))
    if requirement.advice:
        lines.append(("next", requirement.advice))
    lines.append(("who acts", "staff" if requirement.advice else _ACTS.get(requirement.state, "staff")))
    return Block(_title(requirement, title), tuple(lines))


def _title(requirement: Requirement, title: str) -> str:
    what = f"{title} ({requirement.subject})" if requirement.subject else title
    if requirement.overdue_since:
        return f"{what} is overdue since {requirement.overdue_since}"
    if requirement.accepted and is_met(requirement):
        return f"{what} is met by an accepted review"
    return f"{what} is {requirement.state}"
