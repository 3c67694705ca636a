"""Dated duties of the policy's own (`[[duties]]`): who has them, when each was done last, and by when it is due again.

Pure. A duty is a date that is watched: it makes nobody ready, and keeps nobody from being ready.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from credkit.committee.standing import Standing
from credkit.policy import DutyLine, Policy
from credkit.records import DutyDone, ProviderFile
from credkit.reference.professions import profession_of

#: What a duty is called among what expires.
DUTY = "duty"


@dataclass(frozen=True, slots=True)
class Duty:
    """One duty of one provider on a day: when it was done last, and the last day by which it is due again; both None where
    nothing is on record."""

    line: DutyLine
    last: DutyDone | None
    due_on: date | None

    @property
    def is_providers(self) -> bool:
        """Whether the provider does it, and not the staff."""
        return self.line.who == "provider"


def is_asked(line: DutyLine, file: ProviderFile) -> bool:
    """Say whether the policy has a duty for somebody of this profession, in a state where they practice."""
    family = profession_of(file.provider.profession)
    if line.professions and (family is None or family.family not in line.professions):
        return False
    return not line.states or any(state in line.states for state in file.provider.states_of_practice)


def duties(file: ProviderFile, policy: Policy, stands: Standing, on: date) -> Iterator[Duty]:
    """Return the duties that somebody has on a day, in the policy's order: from their approval on, until it ends."""
    if not stands.approvals:
        return
    for line in policy.duties:
        if is_asked(line, file):
            last = last_done(file, line, on)
            yield Duty(line, last, line.due_on(last.done_on, last.until_on) if last else None)


def last_done(file: ProviderFile, line: DutyLine, on: date) -> DutyDone | None:
    """Return what counts of a duty on a day: of what had been done by then, what was recorded last (of one moment, in the order of the log)."""
    done = [one for one in file.duties if one.name.casefold() == line.name.casefold() and one.done_on <= on]
    return max(reversed(done), key=lambda one: one.recorded_at, default=None)


def open_duties(file: ProviderFile, policy: Policy, stands: Standing, on: date) -> Iterator[Duty]:
    """Return the duties that somebody must do something about: nothing is on record, or it is due soon, or was due."""
    for duty in duties(file, policy, stands, on):
        if duty.due_on is None or on >= _asked_from(duty.line, duty.due_on):
            yield duty


def days_of_duties(file: ProviderFile, policy: Policy) -> Iterator[date]:
    """Return the days on which what is said of somebody's duties may change."""
    lines = {line.name.casefold(): line for line in policy.duties}
    for one in file.duties:
        yield one.done_on
        if line := lines.get(one.name.casefold()):
            yield _asked_from(line, line.due_on(one.done_on, one.until_on))


def _asked_from(line: DutyLine, due_on: date) -> date:
    return due_on - timedelta(days=line.lead_days)
