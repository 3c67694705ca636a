"""Which round of credentialing a file is in on a day."""

from dataclasses import dataclass
from datetime import date

from credkit.policy import Policy
from credkit.records import Cycle, CycleKind, Decision, ProviderFile


@dataclass(frozen=True, slots=True)
class Round:
    """The round a file is in: its kind, and whether a decision is still to come (`open`)."""

    kind: CycleKind
    open: bool
    cycle: Cycle | None


def round_on(file: ProviderFile, on: date) -> Round:
    """Say which round the file was in on a day. A file without a cycle is at the start of its initial one."""
    begun = [cycle for cycle in file.cycles if cycle.opened_on <= on] or list(file.cycles[:1])
    if not begun:
        return Round(CycleKind.INITIAL, open=True, cycle=None)
    latest = begun[-1]
    return Round(latest.kind, open=latest.closed_on is None or on < latest.closed_on, cycle=latest)


def decisions_by(file: ProviderFile, on: date) -> list[Decision]:
    """Return the decisions that count by a day, in the order of their days."""
    taken = [decision for decision in file.decisions if decision.decided_on <= on and _counts(file, decision, on)]
    return sorted(taken, key=lambda decision: decision.decided_on)


def effective_by(file: ProviderFile, on: date) -> list[Decision]:
    """Return the decisions that say where a provider stands on a day, in the order of their days. An appeal's outcome is of
    the application that was appealed: where a later one has been decided by then, it changes nothing of that."""
    place = {cycle.id: number for number, cycle in enumerate(file.cycles)}
    latest = -1
    found = []
    for decision in decisions_by(file, on):
        its = place.get(decision.cycle_id, latest)
        if decision.appeal_id is not None and its < latest:
            continue
        found.append(decision)
        if not decision.outcome.postpones:
            latest = max(latest, its)
    return found


def _counts(file: ProviderFile, decision: Decision, on: date) -> bool:
    """Say whether a decision counts on a day: one that needs a second person does from the confirmation on."""
    if not decision.needs_second:
        return True
    confirmed = file.confirmations.get(decision.id)
    return confirmed is not None and confirmed.confirmed_on <= on


def waiting(file: ProviderFile) -> list[Decision]:
    """Return the decisions that nobody else has confirmed or refused yet, and that no later one made idle."""
    return [
        decision
        for place, decision in enumerate(file.decisions)
        if decision.needs_second
        and decision.id not in file.confirmations
        and decision.id not in file.refused
        and not file.decisions[place + 1 :]
    ]


def approvals(file: ProviderFile, on: date) -> dict[str, date]:
    """Return, for each state that is approved as of a day, the day of its latest approval: since then it is watched.
    A recredentialing approves anew, so that only the states it names go on. Whether the approval has lapsed since is the committee's to say (`committee.standing`)."""
    found: dict[str, date] = {}
    cycle = None
    for decision in effective_by(file, on):
        if decision.outcome.ends:
            found = {}
        elif decision.outcome.approves:
            if decision.cycle_id != cycle:
                found, cycle = {}, decision.cycle_id
            found |= dict.fromkeys(decision.states, decision.decided_on)
    return found


def first_of_round(file: ProviderFile, on: date) -> Decision | None:
    """Return the approval from which recredentialing counts as of a day: the first of its cycle. What is approved in full
    after a provisional approval counts from that decision."""
    first: Decision | None = None
    for decision in effective_by(file, on):
        if decision.outcome.ends:
            first = None
        elif decision.outcome.approves and (
            first is None or first.provisional_until or decision.cycle_id != first.cycle_id
        ):
            first = decision
    return first


def due_by(file: ProviderFile, policy: Policy, on: date) -> date | None:
    """Return the last day of the approval that a file has as of a day, its leaves counted; None where it has none."""
    first = first_of_round(file, on)
    if first is None:
        return None
    return first.provisional_until or policy.windows.recredential_by(first.decided_on, file.leaves)


def asked_as(file: ProviderFile, policy: Policy, on: date) -> CycleKind:
    """Say as which kind of round the policy's lines are asked on a day. A recredentialing that nobody decided within the
    policy's days after its due day is asked everything that a new applicant is (NCQA CR 4)."""
    round_ = round_on(file, on)
    if round_.open and round_.kind is CycleKind.RECREDENTIALING:
        due_on = due_by(file, policy, on)
        if due_on and on > policy.windows.late_until(due_on):
            return CycleKind.INITIAL
    return round_.kind


def ended(file: ProviderFile, on: date) -> Decision | None:
    """Return the denial, withdrawal or termination that stands on a day: no approval came after it, and no new cycle. An
    appeal's outcome ends the application that was appealed, and none that was begun since that was decided."""
    found: Decision | None = None
    for decision in effective_by(file, on):
        if decision.outcome.ends:
            found = decision
        elif decision.outcome.approves:
            found = None
    if found is None:
        return None
    since = found.decided_on
    if found.appeal_id is not None:
        since = min(one.decided_on for one in file.decisions if one.cycle_id == found.cycle_id and one.outcome.ends)
    if any(cycle.id != found.cycle_id and since <= cycle.opened_on <= on for cycle in file.cycles):
        return None  # the provider applied anew
    return found
