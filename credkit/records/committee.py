"""The committee: cycles, meetings, decisions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
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


class Role(StrEnum):
    """What somebody is on the committee. Whether they vote is said apart."""

    CHAIR = "chair"
    MEDICAL_DIRECTOR = "medical_director"
    MEMBER = "member"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody on the committee, from a day on and until another (None: still). `login` is the name under which they act
    on the command line, where they do."""

    id: str
    name: str
    role: Role
    votes: bool
    since: date
    until: date | None = None
    specialty: str | None = None
    login: str | None = None

    def serves(self, on: date) -> bool:
        """Say whether they are on the committee on a day."""
        return self.since <= on and (self.until is None or on <= self.until)


class MeetingStatus(StrEnum):
    """How far a meeting is."""

    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Mode(StrEnum):
    """How a meeting is held; it is always in real time, never by mail."""

    IN_PERSON = "in_person"
    TELEPHONE = "telephone"
    VIDEO = "video"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting of the credentialing committee.

    `closed_at` is when its docket was closed, `docket_sha256` the hash of what the committee sees from then on.
    `attested_by` is the chair who attested the minutes, `minutes_sha256` the hash of their text: then nothing of the
    meeting changes any more. `panel` is "appeal" where it hears appeals.
    """

    id: str
    held_on: date
    status: MeetingStatus
    recorded_at: str
    mode: Mode | None = None
    panel: str | None = None
    closed_at: str | None = None
    docket_sha256: str | None = None
    attested_at: str | None = None
    attested_by: str | None = None
    minutes_sha256: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """One member at one meeting: whether they were there, and whether they had a vote that day."""

    meeting_id: str
    member_id: str
    present: bool
    votes: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A member's declared conflict of interest in one provider: they leave the count when that file is voted on."""

    id: str
    member_id: str
    npi: str
    reason: str
    declared_on: date
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class DocketEntry:
    """One file on a closed docket. `kind` is initial, recredentialing, event or termination; `sha256` is of what the
    committee sees of it, `claims_sha256` of what the provider claims. A file that stopped being what was seen is pulled,
    with the reason."""

    id: str
    meeting_id: str
    npi: str
    kind: str
    track: str
    reasons: tuple[str, ...]
    states: tuple[str, ...]
    sha256: str
    pulled_at: str | None = None
    pulled_because: str | None = None
    claims_sha256: str | None = None


class Word(StrEnum):
    """How a member votes."""

    FOR = "for"
    AGAINST = "against"
    ABSTAIN = "abstain"
    RECUSED = "recused"


@dataclass(frozen=True, slots=True)
class Motion:
    """What was moved on one file at one meeting, by whom, and who seconded it (members' ids)."""

    id: str
    meeting_id: str
    npi: str
    outcome: "Outcome"
    moved_by: str
    seconded_by: str
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Vote:
    """One member's vote on one file at one meeting; `reason` is needed of the recused."""

    id: str
    meeting_id: str
    npi: str
    member_id: str
    word: Word
    reason: str | None
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition of an approval, followed until it is met. `decision_id` is the approval's."""

    id: str
    decision_id: str
    npi: str
    text: str
    owner: str
    due_on: date
    met_on: date | None = None
    met_how: str | None = None


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal against one decision. `hear_by` is the last day for the panel; `outcome_id` is the decision that ended
    it."""

    id: str
    npi: str
    decision_id: str
    opened_on: date
    hear_by: date
    grounds: str
    closed_on: date | None = None
    outcome_id: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that a decision owes the provider; a notice of discrepancies has no decision. `text` is the letter as it was
    made; `due_on` is the last day of the policy's clock."""

    id: str
    npi: str
    decision_id: str | None
    kind: str
    due_on: date
    made_on: date
    sha256: str
    text: str = field(repr=False)
    sent_on: date | None = None
    sent_how: str | None = None


@dataclass(frozen=True, slots=True)
class AttestedMinutes:
    """The minutes of a meeting as a chair attested them: `paper` is the JSON of what they say, `sha256` its hash."""

    meeting_id: str
    paper: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Somebody's word that an approval past the gate is not confirmed: it never counts."""

    id: str
    decision_id: str
    npi: str
    reason: str
    refused_on: date
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Addendum:
    """A correction to attested minutes: a new record, never an edit."""

    id: str
    meeting_id: str
    text: str
    recorded_at: str
    actor: str


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
    `decided_by` is "committee" or "medical_director" (a role; `actor` is who typed it); "before credkit" of a legacy
    decision, which was taken elsewhere and passed no gate here. `tally` counts the votes by their word. One that
    `needs_second` (an approval past the gate) counts from another person's confirmation on. A provisional approval holds
    through `provisional_until`. `appeal_id` is the appeal that it ends."""

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
    tally: Mapping[str, int] = field(default_factory=dict)
    needs_second: bool = False
    provisional_until: date | None = None
    legacy: bool = False
    appeal_id: str | None = None
