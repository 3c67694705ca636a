"""Which approvals stand on a day, and what ended the others."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from credkit.policy import Policy
from credkit.records import Decision, ProviderFile
from credkit.verify.cycles import due_by, effective_by, ended


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the committee's word leaves a provider on a day.

    `approvals` maps each state to the decision that approved it; they are in force through `recredential_by`, the end of
    the month 36 months after the cycle's first approval, a leave counted (NCQA CR 4), or of a provisional approval its last day. `ended` is the denial, withdrawal or termination
    that stands, None while none does.
    """

    approvals: Mapping[str, Decision] = field(default_factory=dict)
    recredential_by: date | None = None
    ended: Decision | None = None

    def approved(self, on: date) -> bool:
        """Say whether any approval is in force on a day."""
        return bool(self.approvals) and self.recredential_by is not None and on <= self.recredential_by

    def lapsed(self, on: date) -> bool:
        """Say whether approvals were given and have lapsed for want of recredentialing."""
        return bool(self.approvals) and not self.approved(on)


def standing(file: ProviderFile, policy: Policy, on: date) -> Standing:
    """Read the decisions up to a day, in the order of their dates. A recredentialing approves anew: states that it does not
    name are no longer approved. A provisional approval lapses by its own day, and what is approved after it in full counts
    from that decision."""
    approvals: dict[str, Decision] = {}
    first_of_cycle: Decision | None = None
    for decision in effective_by(file, on):
        if decision.outcome.approves:
            provisional = first_of_cycle is not None and first_of_cycle.provisional_until is not None
            if first_of_cycle is None or provisional or decision.cycle_id != first_of_cycle.cycle_id:
                first_of_cycle, approvals = decision, {}
            approvals |= dict.fromkeys(decision.states, decision)
        elif decision.outcome.ends:
            approvals, first_of_cycle = {}, None
    return Standing(approvals, due_by(file, policy, on), ended(file, on))
