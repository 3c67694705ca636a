"""People held against a loaded list that is no exclusion list: what the checks of such lists share.

The opt-out list, a plan's preclusion list and the death file are loaded as the exclusion lists are (`credkit lists load`).
Here a row is somebody's by NPI, or by name and date of birth; a name alone says nothing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from credkit.checks.by_hand import to_record
from credkit.checks.exclusions import compared_with
from credkit.checks.interface import unavailable
from credkit.policy import Policy
from credkit.records import (
    Comparison,
    Evidence,
    Finding,
    ListEntry,
    ListScreening,
    ListVersion,
    ProviderFile,
    SourceRef,
    Subject,
    entry_digest,
)
from credkit.screening.names import claimed_names, person_name, same_person_name
from credkit.screening.verdict import unusable

By = Literal["NPI and name", "NPI", "name and date of birth"]


@dataclass(frozen=True, slots=True)
class Row:
    """One row that is, or may be, about this provider, and by what."""

    entry: ListEntry
    by: By

    @property
    def who(self) -> str:
        """The name as the list has it."""
        parts = (self.entry.first_name, self.entry.middle_name, self.entry.last_name)
        return " ".join(part for part in parts if part) or self.entry.business_name or "no name"

    @property
    def is_over(self) -> bool:
        """Whether the row says that somebody was reinstated, and not listed again since."""
        row = self.entry
        return row.reinstated_on is not None and (row.excluded_on is None or row.excluded_on <= row.reinstated_on)

    def compared(self, list_name: str, provider_name: str, words: str, *, agrees: bool = False) -> Comparison:
        """Return the row as a comparison, named by what it says and not by the place that another month moves."""
        return Comparison(
            compared_with(list_name, entry_digest(self.entry)),
            provider_name,
            f"{self.who}: {words}, by {self.by}",
            agrees=agrees,
        )


def version_in(
    list_name: str,
    check: str,
    subject: Subject,
    file: ProviderFile,
    evidence: Mapping[SourceRef, Evidence],
    policy: Policy,
    on: date,
) -> tuple[ListVersion, ListScreening] | Finding:
    """Return the version in force of a list, with the rows it holds for a provider; else the finding that nothing may be
    concluded: it is not loaded, or older than the policy allows (`windows.other_list_max_age_days`)."""
    load = f"Load it: credkit lists load {list_name} FILE. {to_record(check, subject, file)}"
    answer = evidence.get(SourceRef("list", list_name))
    if answer is None or answer.problem or not isinstance(answer.facts, ListScreening):
        why = answer.problem if answer and answer.problem else "the list was not asked"
        return unavailable(f"not held against the {list_name} list: {why}", load)
    version = answer.facts.version
    if version is not None and version.name != list_name:
        return unavailable(f"not held against the {list_name} list: these rows are of {version.name}", load)
    if why := unusable(version, policy.windows.other_list_max_age_days, on):
        return unavailable(f"not held against the {list_name} list: {why}", load)
    assert version is not None
    return version, answer.facts


def rows_about(file: ProviderFile, screening: ListScreening) -> Iterator[Row]:
    """Return the rows that are about a provider, or may be, in the list's order."""
    provider, claimed = file.provider, claimed_names(file.provider)
    for entry in screening.candidates:
        named = person_name(entry.first_name or "", entry.last_name or "", entry.middle_name or "")
        same_name = same_person_name(claimed, [named]).level != "different"
        if entry.npi == provider.npi:
            yield Row(entry, "NPI and name" if same_name else "NPI")
        elif (
            entry.npi is None
            and same_name
            and entry.date_of_birth is not None
            and entry.date_of_birth == provider.date_of_birth
        ):
            yield Row(entry, "name and date of birth")
