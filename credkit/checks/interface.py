"""What a check is: one claim of a file, held against what a source said, and judged.

A check is pure. It never fetches, prints, stores or asks the time: the file, the evidence, the policy and the day are
given, and a bad provider is a value, never an exception.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Protocol, cast, runtime_checkable

from credkit.checks.window import VERIFICATION, Window
from credkit.policy import Policy
from credkit.records import (
    Comparison,
    Evidence,
    EvidenceRecord,
    Finding,
    Provider,
    ProviderFile,
    Result,
    SourceRef,
    Subject,
    Verification,
)


@runtime_checkable
class OwnCheck(Protocol):
    """The least that a check says of itself: what an organization's own must have. The rest has defaults (`complete`)."""

    @property
    def name(self) -> str:
        """The word that a policy's `check = ` names."""

    @property
    def title(self) -> str:
        """What it is called in a sentence."""

    @property
    def standard(self) -> str:
        """The rule that asks for it ("NCQA CR 3 A")."""

    @property
    def by_hand(self) -> bool:
        """Whether a person may look it up and record it."""

    @property
    def from_file(self) -> bool:
        """Whether it is judged from the provider's own file alone, with no source."""

    @property
    def automatic(self) -> bool:
        """Whether a run judges it. One that is not automatic is only ever recorded by hand."""

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return what there is to verify in this file, in the states asked about; () where the check does not apply."""

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return the sources whose evidence `judge` wants."""

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Judge one subject on a day, from the file and the evidence alone. Evidence with a problem proves nothing."""


@runtime_checkable
class Check(OwnCheck, Protocol):
    """One verification. Implementations are small classes without state, listed in `credkit.checks.CHECKS`."""

    @property
    def window(self) -> Window:
        """For how long a finding counts before a decision."""

    @property
    def held(self) -> bool:
        """Whether it is of something that the provider holds, which lapses between decisions too."""

    @property
    def must_expire(self) -> bool:
        """Whether a pass needs a date of expiry on file, as it would never lapse without one."""

    @property
    def essential(self) -> bool:
        """Whether nobody may see clients by a policy that does not watch it, whatever else the policy asks."""


#: What a check is that does not say otherwise: it ages by the policy's window, and nothing hangs on it alone.
DEFAULTS: Mapping[str, Any] = {"window": VERIFICATION, "held": False, "must_expire": False, "essential": False}


class _Completed:
    """An organization's own check, with the default of whatever it does not say of itself."""

    def __init__(self, own: OwnCheck) -> None:
        self._own = own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name, DEFAULTS[name]) if name in DEFAULTS else getattr(self._own, name)


def complete(own: OwnCheck) -> Check:
    """Return a check that says everything of itself: it as it is where it does, else with the defaults."""
    return own if isinstance(own, Check) else cast("Check", _Completed(own))


def name_claims(provider: Provider) -> dict[str, str | None]:
    """Return the name that a credential is verified under: change it, and the verification is of somebody else."""
    return {"last_name": provider.last_name, "first_name": provider.first_name}


def all_names_claims(provider: Provider) -> dict[str, str | None]:
    """Return every name of a provider, for the checks that compare them."""
    return name_claims(provider) | {
        "middle_name": provider.middle_name,
        "suffix": provider.suffix,
        "former_names": "; ".join(provider.former_names) or None,
    }


def as_text(value: Any) -> str | None:
    """Return a claimed value as text: dates in ISO form, yes and no in words, nothing as None."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value.isoformat() if isinstance(value, date) else str(value).strip()


def unavailable(why: str, advice: str | None = None) -> Finding:
    """Return the finding that nothing may be concluded. It never counts as a pass, and overwrites none."""
    return Finding(Result.UNAVAILABLE, sentence(why), advice=advice)


def concluded(
    fails: Iterable[str],
    reviews: Iterable[str],
    passed: str,
    *,
    comparisons: Iterable[Comparison] = (),
    expires_on: date | None = None,
    advice: str,
) -> Finding:
    """Weigh reasons: any to fail, fails; else any to look closer, review; else pass. Every reason is in the summary."""
    fails, reviews, comparisons = list(fails), list(reviews), tuple(comparisons)
    if not fails and not reviews:
        return Finding(Result.PASS, sentence(passed), comparisons, expires_on)
    result = Result.FAIL if fails else Result.REVIEW
    return Finding(result, sentence("; ".join(fails + reviews)), comparisons, expires_on, advice)


def sentence(text: str) -> str:
    """Return text as a sentence: its first letter in upper case, a full stop at its end."""
    text = text.strip()
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")


def as_verification(
    finding: Finding,
    subject: Subject,
    *,
    id: str,  # noqa: A002 - the record's own word
    npi: str,
    on: date,
    recorded_at: str,
    actor: str,
    evidence: Sequence[EvidenceRecord],
    policy_sha256: str,
) -> Verification:
    """Return a finding that a run made as a record, with the evidence it rests on (none: the file alone)."""
    return Verification(
        id=id,
        npi=npi,
        check=subject.check,
        subject=subject.key,
        result=finding.result,
        summary=finding.summary,
        verified_on=finding.as_of or on,
        recorded_at=recorded_at,
        actor=actor,
        method="source" if evidence else "file",
        source=", ".join(piece.address for piece in evidence) or "application",
        claims=dict(subject.claims),
        comparisons=finding.comparisons,
        expires_on=finding.expires_on or subject.expires_on,
        advice=finding.advice,
        evidence=tuple(piece.id for piece in evidence),
        policy_sha256=policy_sha256,
    )
