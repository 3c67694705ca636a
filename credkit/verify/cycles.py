"""Which round of credentialing a file is in on a day."""

from dataclasses import dataclass
from datetime import date

from credkit.records import Cycle, CycleKind, ProviderFile


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


def approvals(file: ProviderFile, on: date) -> dict[str, date]:
    """Return, for each state that an approval had named by a day, the day of the latest one. What ended an approval is
    the committee's to say (`committee.standing`); monitoring only needs to know since when it is owed."""
    return {
        state: decision.decided_on
        for decision in file.decisions
        if decision.outcome.approves and decision.decided_on <= on
        for state in decision.states
    }
