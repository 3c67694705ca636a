"""The committee: cycles, meetings, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any


class CycleKind(StrEnum):
    """Which round of credentialing."""

    INITIAL = "initial"
    RECREDENTIALING = "recredentialing"


@dataclass(frozen=True, slots=True)
class Cycle:
    """One round of credentialing of one provider. Open until a final decision closes it."""

    id: str
    npi: str
    kind: CycleKind
    opened_on: date
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of the credentialing committee. `status` is scheduled, in_progress, completed or cancelled."""

    id: str
    held_on: date
    status: str
    recorded_at: str


class Outcome(StrEnum):
    """What a committee, or its medical director, can decide."""

    APPROVED = "approved"
    APPROVED_WITH_CONDITIONS = "approved_with_conditions"
    DENIED = "denied"
    DEFERRED = "deferred"
    TABLED = "tabled"
    WITHDRAWN = "withdrawn"
    TERMINATED = "terminated"

    @property
    def approves(self) -> bool:
        """Whether the provider is approved by it."""
        return self in {Outcome.APPROVED, Outcome.APPROVED_WITH_CONDITIONS}

    @property
    def ends(self) -> bool:
        """Whether it ends what the provider asked for, or had."""
        return self in {Outcome.DENIED, Outcome.WITHDRAWN, Outcome.TERMINATED}

    @property
    def postpones(self) -> bool:
        """Whether the file comes back, so that the cycle stays open."""
        return self in {Outcome.DEFERRED, Outcome.TABLED}


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision on one file. `states` are those it is for. `gate` is every requirement as it stood, for the record;
    `decided_by` is "committee" or "medical_director" (a role; `actor` is who typed it)."""

    id: str
    npi: str
    cycle_id: str
    outcome: Outcome
    decided_on: date
    decided_by: str
    meeting_id: str | None
    present: tuple[str, ...]
    states: tuple[str, ...]
    conditions: tuple[str, ...]
    reason: str | None
    override: str | None
    track: str
    track_reasons: tuple[str, ...]
    revisit_on: date | None
    policy_sha256: str
    gate: tuple[Mapping[str, Any], ...]
    recorded_at: str
    actor: str
