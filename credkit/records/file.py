"""The whole credentialing file, and the lines of the policy judged on it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from credkit.records.committee import Condition, Cycle, Decision
from credkit.records.lists import ListVersion
from credkit.records.maintenance import DutyDone, Leave, Suspension
from credkit.records.network import Enrollment
from credkit.records.papers import Filing, FilingReview
from credkit.records.provider import Application, Credential, CredentialKind, Provider, WorkEntry
from credkit.records.screening import Confirmation, Resolution, Screening
from credkit.records.verification import Acceptance, Verification


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """All that is held on one provider. `application` is the one in force: signed last, then received last. `rulings` are
    those that count, the last on each hit; `confirmations` second persons' words, by the record that they are on;
    `refused` the ids of decisions that are never to be confirmed. The same for everybody: `lists`, the versions in force of the exclusion lists, and `screenings` of everyone, by list, oldest
    first."""

    provider: Provider
    application: Application | None = None
    credentials: tuple[Credential, ...] = ()
    work_history: tuple[WorkEntry, ...] = ()
    verifications: tuple[Verification, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    confirmations: Mapping[str, Confirmation] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    cycles: tuple[Cycle, ...] = ()
    decisions: tuple[Decision, ...] = ()
    conditions: tuple[Condition, ...] = ()
    enrollments: tuple[Enrollment, ...] = ()
    lists: Mapping[str, ListVersion] = field(default_factory=dict)
    screenings: Mapping[str, tuple[Screening, ...]] = field(default_factory=dict)
    rulings: tuple[Resolution, ...] = ()
    filings: tuple[Filing, ...] = ()
    filing_reviews: tuple[FilingReview, ...] = ()
    leaves: tuple[Leave, ...] = ()
    suspensions: tuple[Suspension, ...] = ()
    duties: tuple[DutyDone, ...] = ()

    def held(self, kind: CredentialKind) -> tuple[Credential, ...]:
        """Return the credentials of one kind, in their stored order."""
        return tuple(credential for credential in self.credentials if credential.kind is kind)


class RequirementState(StrEnum):
    """One line of the policy, judged on one file."""

    MET = "met"
    MISSING = "missing"
    PENDING = "pending"
    FAILED = "failed"
    REVIEW = "review"
    STALE = "stale"
    EXPIRED = "expired"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One line of the policy applied to one file on one day.

    `accepted` is True when it is met only because a person accepted its review. `decisive` is True when what is pending
    is another credential altogether. `overdue_since` is the first day a missed monthly check was overdue. `valid_until`
    is the last day on which the requirement holds as things stand. `attempt` says that a later attempt got no answer, and
    why ("" where there was none); `detail` says it too.
    """

    check: str
    subject: str
    state: RequirementState
    detail: str
    jurisdiction: str | None = None
    suspends: bool = False
    verified_on: date | None = None
    valid_until: date | None = None
    verification_id: str | None = None
    accepted: bool = False
    decisive: bool = False
    overdue_since: date | None = None
    advice: str | None = None
    attempt: str = ""

    @property
    def name(self) -> str:
        """The requirement as people name it: check, and subject where there is one ("license TX")."""
        return f"{self.check} {self.subject}".rstrip()
