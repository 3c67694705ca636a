"""Who was held against which exclusion list in a month, and who should have been and was not.

Whoever is approved is screened at least once each calendar month (42 CFR 455.436; NCQA CR 5 A). It is shown by a finding
of that month, or by the receipt of a screening of everyone that found the same again.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from credkit.checks.exclusions import outcome_of
from credkit.policy import Policy
from credkit.records import ListVersion, Provider, ProviderFile, Result, Screening, Verification
from credkit.screening.verdict import unusable
from credkit.store import drawn_together
from credkit.verify.cycles import approvals, ended
from credkit.verify.requirements import month_end, renewed_by

State = Literal["screened", "due", "missed", "not_owed"]


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month."""

    first: date

    @property
    def last(self) -> date:
        """Its last day."""
        return month_end(self.first)

    def __str__(self) -> str:
        return self.first.strftime("%Y-%m")


@dataclass(frozen=True, slots=True)
class Receipts:
    """What is kept of lists and screenings, for everybody alike: versions by their address, and receipts by list, oldest
    first."""

    versions: Mapping[str, ListVersion]
    screenings: Mapping[str, Sequence[Screening]]

    @classmethod
    def of(cls, versions: Sequence[ListVersion], screenings: Sequence[Screening]) -> "Receipts":
        """Return versions and receipts, sorted."""
        by_list: dict[str, list[Screening]] = {}
        for one in screenings:
            by_list.setdefault(one.list, []).append(one)
        return cls({one.address: one for one in versions}, by_list)


@dataclass(frozen=True, slots=True)
class Covered:
    """The last screening of a provider against a list by a day: the finding that stood, the day on which it was made or
    last renewed, and the version that it was made against then. `receipt` is that of the run; a check that `verify run`
    made alone has none, and stands on its finding's evidence."""

    finding: Verification
    on: date
    address: str
    version: ListVersion | None
    receipt: Screening | None

    @property
    def outcome(self) -> str:
        """What was found, in the matcher's words."""
        return outcome_of(self.finding)

    def fresh(self, policy: Policy) -> bool:
        """Say whether the list was fresh on that day, by the policy."""
        return self.version is not None and not unusable(
            self.version, policy.windows.exclusion_list_max_age_days, self.on
        )


@dataclass(frozen=True, slots=True)
class Watched:
    """One provider and one list in one month. `why` says why nothing was owed."""

    provider: Provider
    list: str
    state: State
    covered: Covered | None
    due_by: date
    why: str = ""


def screened_by(file: ProviderFile, name: str, receipts: Receipts, until: date) -> Covered | None:
    """Return the last screening of a provider against a list by a day, under whatever name they had then; None where
    there was none. That nobody could be screened is no screening."""
    history = _history(file, name, until)
    found = [one for one in history if one.result is not Result.UNAVAILABLE]
    return covered(found[-1], history, file, receipts, until) if found else None


def covered(
    finding: Verification, history: Sequence[Verification], file: ProviderFile, receipts: Receipts, until: date
) -> Covered:
    """Return a finding as the screening that it stands on by a day."""
    name = finding.subject
    again = renewed_by(finding, history, file.screenings.get(name, ()), until)
    if again is not None:
        on, address = max(finding.verified_on, again.ran_on), again.address
    else:
        on, address = finding.verified_on, finding.source
        again = next((one for one in receipts.screenings.get(name, ()) if _found_in(finding, one)), None)
    return Covered(finding, on, address, receipts.versions.get(address), again)


def every_screening(file: ProviderFile, name: str, receipts: Receipts, until: date) -> list[Covered]:
    """Return the findings of a provider against a list by a day, newest first, each with its last renewal; also those
    which say that nobody could be screened."""
    history = _history(file, name, until)
    return [covered(one, history, file, receipts, until) for one in reversed(history)]


def monitored(file: ProviderFile, policy: Policy, month: Month, receipts: Receipts, today: date) -> Iterator[Watched]:
    """Say for each list of the policy whether a provider was screened in a month, as of today.

    Owed is it from whoever was approved before the month began and still is. It is missed once the month has ended, and
    until then due.
    """
    until = min(month.last, today)
    why = _not_owed(file, month, until)
    for name in dict.fromkeys(policy.exclusions.lists):
        last = screened_by(file, name, receipts, until)
        if last is not None and last.on < month.first:
            last = None
        if last is not None:
            state: State = "screened"
        elif why:
            state = "not_owed"
        else:
            state = "missed" if today > month.last else "due"
        yield Watched(file.provider, name, state, last, month.last, why)


def what_to_do(one: Watched) -> str | None:
    """Say what a gap asks for, None where there is none."""
    npi = one.provider.npi
    if one.state == "missed":
        return (
            f"`credkit screen run {npi} --list {one.list}` today, and note for the compliance officer why the month was "
            "missed."
        )
    if one.state == "due":
        return f"`credkit screen run --all --list {one.list}` by {one.due_by}."
    return None


def _not_owed(file: ProviderFile, month: Month, until: date) -> str:
    before = approvals(file, date.fromordinal(month.first.toordinal() - 1))
    if not before:
        return f"not approved before {month.first}"
    if not approvals(file, until):
        decision = ended(file, until)
        return f"{decision.outcome} on {decision.decided_on}" if decision else "no longer approved"
    return ""


def _history(file: ProviderFile, name: str, until: date) -> list[Verification]:
    return [
        one
        for one in file.verifications
        if one.check == "exclusions" and one.subject == name and one.verified_on <= until
    ]


def _found_in(finding: Verification, screening: Screening) -> bool:
    """Say whether a run made a finding: against the same version, by the same command, while the run went on. The time
    alone would not do: somebody else may screen others meanwhile."""
    return (
        screening.problem is None
        and screening.address == finding.source
        and drawn_together(finding.id, screening.id)
        and finding.id < screening.id
        and screening.began_at <= finding.recorded_at <= screening.recorded_at
    )
