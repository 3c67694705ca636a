"""Letters that decisions owe: which, by when, and their text from a template that an organization can change.

How templates are filled in, and what they may not, is `credkit.wording`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from pathlib import Path

from credkit.errors import UsageError, did_you_mean
from credkit.policy import Policy
from credkit.records import Decision, Outcome, ProviderFile
from credkit.verify.cycles import decisions_by

#: Which letter a decision owes; a withdrawal owes none.
OWED: Mapping[Outcome, str] = {
    Outcome.APPROVED: "approval",
    Outcome.APPROVED_WITH_CONDITIONS: "conditions",
    Outcome.DENIED: "denial",
    Outcome.TERMINATED: "termination",
    Outcome.DEFERRED: "deferral",
    Outcome.TABLED: "deferral",
}
DISCREPANCY = "discrepancy"
KINDS = (*dict.fromkeys(OWED.values()), DISCREPANCY)


@dataclass(frozen=True, slots=True)
class Owed:
    """A letter that one decision owes, and the last day to send it."""

    decision: Decision
    kind: str
    due_on: date


#: Who ends an approval or an application by themselves: nobody decided on it, and no letter is owed.
NOT_THE_COMMITTEE = frozenset({"provider", "staff"})


def owed(decision: Decision, file: ProviderFile, policy: Policy) -> Owed | None:
    """Return the letter that a decision on a file owes by the policy in force on its day; None for a withdrawal, for what the
    committee did not decide, for one that was taken before credkit, and while a second person must confirm it: its days run
    from when it counts."""
    kind = OWED.get(decision.outcome)
    if kind is None or decision.legacy or decision.decided_by in NOT_THE_COMMITTEE:
        return None
    if decision.needs_second and decision.id not in file.confirmations:
        return None
    if _overtaken(decision, file):
        return None
    return Owed(decision, kind, counts_from(decision, file) + timedelta(days=policy.windows.decision_notice_days))


def _overtaken(decision: Decision, file: ProviderFile) -> bool:
    """Say whether a later decision says the opposite: then a letter of the earlier one would tell what is not so."""
    taken = [one for one in decisions_by(file, date.max) if one.outcome is not Outcome.TABLED]
    place = next((number for number, one in enumerate(taken) if one.id == decision.id), len(taken))
    for later in taken[place + 1 :]:
        if later.outcome.ends and not decision.outcome.ends:
            return True
        if later.outcome.approves and not decision.outcome.approves:
            return True
    return False


def counts_from(decision: Decision, file: ProviderFile) -> date:
    """Return the day from which a decision on a file counts: its own, or that of the second person's word."""
    confirmed = file.confirmations.get(decision.id)
    return max(decision.decided_on, confirmed.confirmed_on) if confirmed else decision.decided_on


def template_text(kind: str, folder: Path | None) -> str:
    """Return a letter's template: the organization's own (KIND.txt in its folder), else the shipped one."""
    if kind not in KINDS:
        raise UsageError(f"There is no letter {kind!r}.{did_you_mean(kind, KINDS)}", hint=", ".join(KINDS))
    if folder is not None:
        own = folder / f"{kind}.txt"
        try:
            if own.exists():
                return own.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"The template {own} cannot be read.") from error
    return resources.files("credkit.committee").joinpath(f"templates/{kind}.txt").read_text(encoding="utf-8")
