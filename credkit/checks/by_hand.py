"""What no source answers: a person looks it up, and records what they found with where, when and who (NCQA CR 3)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from credkit.checks.interface import all_names_claims, sentence, unavailable
from credkit.checks.window import VERIFICATION, Window
from credkit.policy import Policy
from credkit.records import Comparison, Evidence, Finding, ProviderFile, Result, SourceRef, Subject

Subjects = Callable[[str, ProviderFile, Policy, tuple[str, ...]], tuple[Subject, ...]]


@dataclass(frozen=True, slots=True)
class ByHand:
    """A check that is never run: it says what must be verified, and a person records it with its source."""

    name: str
    title: str
    standard: str
    finds: Subjects
    by_hand: bool = True
    from_file: bool = False
    automatic: bool = False
    window: Window = VERIFICATION
    held: bool = False
    must_expire: bool = False
    essential: bool = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return what there is to verify; () where the check does not apply to this provider."""
        return self.finds(self.name, file, policy, states)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: there is no source to ask."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Return unavailable: only a person's record counts."""
        return unavailable(f"{self.title} is recorded by hand", to_record(self.name, subject, file))


def whole_file(check: str, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
    """Return one subject: this person, under every name."""
    return (Subject(check, claims=all_names_claims(file.provider) | {"npi": file.provider.npi}),)


def to_record(check: str, subject: Subject, file: ProviderFile, where: str = "") -> str:
    """Return what to do next: look it up (`where`), and the command that records it."""
    key = f' --subject "{subject.key}"' if subject.key else ""
    at = f" {where}" if where else ""
    return (
        f"Look it up{at} and record it: "
        f'credkit verify record {file.provider.npi} {check}{key} --result pass --source "..."'
    )


def left_to_a_person(
    check: str,
    title: str,
    subject: Subject,
    file: ProviderFile,
    found: Iterable[str],
    *,
    looks: Iterable[str] = (),
    comparisons: Iterable[Comparison] = (),
    where: str = "",
) -> Finding:
    """Return that the file alone proves nothing, with what it shows: `found` agrees, `looks` deserve a second look.

    It is no review: an accepted review is met, and nobody would have looked anything up.
    """
    found, looks = list(found), list(looks)
    words = f"{title} is recorded by hand"
    if found:
        words += f"; {', '.join(found)}"
    if looks:
        words += f"; look closer: {'; '.join(looks)}"
    return Finding(
        Result.UNAVAILABLE, sentence(words), tuple(comparisons), advice=to_record(check, subject, file, where)
    )
