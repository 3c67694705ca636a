"""What was verified: evidence, findings, and what a person made of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


class Result(StrEnum):
    """What a check, or a person, found."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    REVIEW = "review"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class SourceRef:
    """A source that a check needs: `name` is "nppes", "list" or "board:TX"; `key` says which one of its records (an NPI, a
    list's name, a license number as claimed)."""

    name: str
    key: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a source said, or that it did not answer.

    `facts` is the source's answer in its own dataclass (`NppesRecord`, `BoardAnswer`, `ListScreening`), None when the source has no
    such record. `problem` is why there is no answer; then nothing may be concluded. `configured` is False where the
    organization has not set the source up, which is not the source's failure. `stated_on` is the source's own date of
    what it says, where it states one. `speaks_of` is the day that the answer is good for, where that is not the day on
    which it was fetched (a file that was published earlier). `kept_as` is the id under which it is in the store already.
    """

    source: SourceRef
    address: str
    fetched_at: str
    body: bytes = field(default=b"", repr=False)
    sha256: str = ""
    facts: Any = None
    problem: str | None = None
    configured: bool = True
    stated_on: date | None = None
    speaks_of: date | None = None
    kept_as: str | None = None


@dataclass(frozen=True, slots=True)
class EvidenceRecord:
    """Evidence as the store keeps it. `sha256` names the body, which is kept once however often it was received.
    `stated_on` is the source's own date, where it states one."""

    id: str
    npi: str
    source: str
    key: str
    address: str
    fetched_at: str
    sha256: str
    problem: str | None = None
    stated_on: date | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A paper that proves a claim, kept by content in the folder beside the store. `size` is in bytes."""

    sha256: str
    npi: str
    file_name: str
    size: int
    added_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Comparison:
    """One field held against one source: what we claim, what the source says, and whether they agree."""

    field: str
    claimed: str | None
    found: str | None
    agrees: bool


@dataclass(frozen=True, slots=True)
class Finding:
    """A check's outcome.

    `expires_on` is the last date of validity that was verified, where the claim has one. `advice` says what to do next
    when the result is not a pass. `as_of` is the day that the source's own report bears, where that is not today: windows
    count from it.
    """

    result: Result
    summary: str
    comparisons: tuple[Comparison, ...] = ()
    expires_on: date | None = None
    advice: str | None = None
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What one check is about in one file: a license in a state, a list, or the whole file (key "").

    `claims` are the claimed facts the check judges, as text; when one changes, an earlier verification no longer holds.
    `decisive` names those which, changed, mean another credential altogether (its number, say). `missing` says what the
    provider has not given us at all; then there is nothing to verify. `expires_on` is claimed, and verified apart, so
    that a renewal leaves the old verification standing until the old date.
    """

    check: str
    key: str = ""
    jurisdiction: str | None = None
    claims: Mapping[str, str | None] = field(default_factory=dict)
    decisive: frozenset[str] = frozenset()
    expires_on: date | None = None
    missing: str | None = None


@dataclass(frozen=True, slots=True)
class Verification:
    """A finding, recorded: append-only. `verified_on` is the day that counts for windows: the source's own report date
    where it printed one. `method` is "source", "file" (judged from the application alone) or "hand"."""

    id: str
    npi: str
    check: str
    subject: str
    result: Result
    summary: str
    verified_on: date
    recorded_at: str
    actor: str
    method: str
    source: str
    claims: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    comparisons: tuple[Comparison, ...] = ()
    expires_on: date | None = None
    advice: str | None = None
    evidence: tuple[str, ...] = ()
    document: str | None = None
    note: str | None = None
    policy_sha256: str = ""


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A person's word that a review may stand. The file stays an exception."""

    id: str
    npi: str
    verification_id: str
    check: str
    subject: str
    reason: str
    accepted_on: date
    recorded_at: str
    actor: str
