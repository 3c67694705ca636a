"""The records that every room shares: frozen values and the words for their states.

Dates are `datetime.date` in the organization's time zone, moments are UTC text to the microsecond (see `clock.stamp`),
money is whole dollars, and what is not known is None. Records know nothing of SQL, files or the network.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from hashlib import blake2b
from typing import Any

from credkit.canonical import canonical

# --- what a provider is, claims and holds ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Provider:
    """The person being credentialed, named by NPI everywhere."""

    npi: str
    first_name: str
    last_name: str
    middle_name: str | None = None
    suffix: str | None = None
    former_names: tuple[str, ...] = ()
    date_of_birth: date | None = field(default=None, repr=False)
    gender: str | None = None
    email: str | None = None
    phone: str | None = None
    address_1: str | None = None
    address_2: str | None = None
    city: str | None = None
    state: str | None = None
    zip: str | None = None
    profession: str | None = None
    taxonomy: str | None = None
    specialty: str | None = None
    supervisor_npi: str | None = None
    languages: tuple[str, ...] = ()
    states_of_practice: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The name as people write it: first, middle, last, suffix."""
        return " ".join(part for part in (self.first_name, self.middle_name, self.last_name, self.suffix) if part)


class CredentialKind(StrEnum):
    """What a provider can hold that is verified and may expire."""

    LICENSE = "license"
    DEA = "dea"
    CDS = "cds"
    BOARD_CERTIFICATION = "board_certification"
    MALPRACTICE = "malpractice"
    CAQH = "caqh"
    EDUCATION = "education"


@dataclass(frozen=True, slots=True)
class Credential:
    """Something the provider holds. What each column means, by kind, and what `details` holds:

    license              jurisdiction (state), number, issued_on, expires_on; type
    dea, cds             jurisdiction (state), number, expires_on; schedules (dea)
    board_certification  issuer (board), issued_on (certified), expires_on; specialty
    malpractice          issuer (carrier), number (policy), effective_on, expires_on; insured_name, per_claim, aggregate,
                         basis (claims_made or occurrence), retroactive_on
    caqh                 number (CAQH id), issued_on (last attested); status, authorized, roster_status
    education            issuer (school), issued_on (graduated); degree

    `details` is JSON: text, whole numbers, booleans; dates in it are ISO text.
    """

    id: str
    npi: str
    kind: CredentialKind
    jurisdiction: str | None = None
    number: str | None = None
    issuer: str | None = None
    issued_on: date | None = None
    effective_on: date | None = None
    expires_on: date | None = None
    details: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class WorkEntry:
    """One position, or one gap that the provider explained, of the work history.

    `kind` is "position" (employer, role) or "gap" (explanation). `ended_on` None means: to this day.
    """

    id: str
    npi: str
    kind: str
    started_on: date
    ended_on: date | None = None
    employer: str | None = None
    role: str | None = None
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One answer to one of the policy's questions; None where the form left it blank."""

    answer: bool | None
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class Application:
    """One signed intake form. `disclosures` maps a question's key to its answer; `source_sha256` is the file's. The form
    exactly as received is a `ReceivedForm` of the same id, apart, because only an audit reads it."""

    id: str
    npi: str
    signed_name: str | None
    signed_on: date | None
    received_at: str
    source_file: str
    source_sha256: str
    row_number: int
    disclosures: Mapping[str, Disclosure] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ReceivedForm:
    """A form as it came in: the file's own column headers, and the cells as they stood."""

    application_id: str
    npi: str
    cells: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Reject:
    """A row of a form that was set aside whole: `outcome` is "rejected" (it cannot be read) or "conflict" (it can, and
    contradicts the store or its own file). `errors` are (column, reason) pairs; `cells` is header to cell, as received."""

    id: str
    source_file: str
    source_sha256: str
    row_number: int
    outcome: str
    npi: str | None
    cells: Mapping[str, str] = field(repr=False)
    errors: tuple[tuple[str, str], ...]
    recorded_at: str
    closed_at: str | None = None
    closed_by: str | None = None


# --- verification ---------------------------------------------------------------------------------------------------


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


# --- answers of sources ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NppesName:
    """A name under which NPPES knows somebody; `kind` is "current" or the registry's own word ("Former Name")."""

    first: str
    last: str
    middle: str = ""
    kind: str = "current"


@dataclass(frozen=True, slots=True)
class NppesTaxonomy:
    """One taxonomy line of an NPPES record, with the license number that the provider gave there."""

    code: str
    description: str
    primary: bool
    state: str | None
    license: str | None


@dataclass(frozen=True, slots=True)
class NppesRecord:
    """What NPPES says of one NPI. `state` is "active", "deactivated" or "unknown" (the registry has no such number).
    `updated_on` is the day of the record's last update; `deactivated_on` is known from the registry's files alone."""

    npi: str
    state: str
    individual: bool = True
    organization: str = ""
    names: tuple[NppesName, ...] = ()
    taxonomies: tuple[NppesTaxonomy, ...] = ()
    updated_on: date | None = None
    deactivated_on: date | None = None


@dataclass(frozen=True, slots=True)
class NppesFile:
    """The receipt of a file of the registry. `kind` is "full", "weekly" or "deactivated" (the monthly report).

    `rows` counts the file's records, `sought` our providers when it was loaded, `kept` those of them whom it has.
    `rows_digest` is over what was kept.
    """

    id: str
    kind: str
    source_file: str
    sha256: str
    published_on: date
    acquired_on: date
    rows: int
    sought: int
    kept: int
    rows_digest: str
    recorded_at: str
    actor: str

    @property
    def address(self) -> str:
        """The very file, in the words that a verification keeps as its source."""
        what = "deactivation report" if self.kind == "deactivated" else f"{self.kind} file"
        return f"NPPES {what} of {self.published_on}, {self.source_file} (SHA-256 {self.sha256[:12]})"


@dataclass(frozen=True, slots=True)
class BoardName:
    """A name as a board writes it: in parts, or, where the board has one column for it, `whole`."""

    first: str = ""
    last: str = ""
    middle: str = ""
    suffix: str = ""
    whole: str = ""

    @property
    def text(self) -> str:
        """The name in one line."""
        return self.whole or " ".join(part for part in (self.first, self.middle, self.last, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class BoardRecord:
    """One license as a board has it. `license_type` and `status` are the board's own words.

    `discipline` is every action on it in the board's own words, () where the board says that there is none; `link` is
    where a person can read it. `doubts` are what stands in the record and cannot be read, or should stand there and does
    not: a person must look.
    """

    number: str
    names: tuple[BoardName, ...]
    license_type: str
    status: str
    expires_on: date | None = None
    issued_on: date | None = None
    discipline: tuple[str, ...] = ()
    link: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardAnswer:
    """Every license that a state's boards have under one number: () where they have none. Several professions, or
    several rows of one license, may share a number.

    `as_of` is the day that the records speak of, where it is not the day of asking: a file's publication. `complete` is
    False where the boards publish only who is licensed now, so that a missing number may also be a license that ended.
    """

    state: str
    records: tuple[BoardRecord, ...] = ()
    as_of: date | None = None
    complete: bool = True


@dataclass(frozen=True, slots=True)
class ListVersion:
    """One loaded version of an exclusion list: its receipt.

    `published_on` is as stated, or estimated from the newest exclusion date in the file (`published_stated` False).
    `added` and `removed` count rows against the version before; `changed` are those among them which are one person's
    row before and after. `set_aside` counts rows that could not be used, `set_aside_rows` says which and why of the
    first fifty. `rows_digest` is over the digests of all its rows in order, "" where the version is from before these
    were kept. `fetched_from`, `etag` and `last_modified` are what the publisher's server said.
    """

    id: str
    name: str
    source_file: str
    sha256: str
    published_on: date
    published_stated: bool
    acquired_on: date
    rows: int
    added: int
    removed: int
    warnings: int
    recorded_at: str
    actor: str
    changed: int = 0
    set_aside: int = 0
    set_aside_rows: tuple[tuple[int, str], ...] = ()
    rows_digest: str = ""
    fetched_from: str | None = None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def address(self) -> str:
        """The very version, in the words that a verification keeps as its source."""
        return f"{self.name} list published {self.published_on} (SHA-256 {self.sha256[:12]})"


@dataclass(frozen=True, slots=True)
class ListCheck:
    """One time when the publisher was asked for a newer version of a list, and had none."""

    id: str
    list_id: str
    name: str
    checked_on: date
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row of an exclusion list; zeros and blanks in the file are None. `npi` is None where the file has none.

    `aliases` are other names that the list gives, as written ("First Last" or "Last, First"). `agency` is who excluded
    (SAM). `ends_on` is the day on which it ends, None where it is open ("Indefinite"). `reference` is the list's own
    number of the record. All fields but `row_number` and `warning` are the entry's facts.
    """

    row_number: int
    last_name: str | None
    first_name: str | None
    middle_name: str | None
    business_name: str | None
    npi: str | None
    date_of_birth: date | None = field(repr=False)
    address: str | None
    city: str | None
    state: str | None
    zip: str | None
    general: str | None
    specialty: str | None
    upin: str | None
    exclusion_type: str | None
    excluded_on: date | None
    reinstated_on: date | None
    waiver_on: date | None
    waiver_state: str | None
    suffix: str | None = None
    aliases: tuple[str, ...] = ()
    license_number: str | None = None
    agency: str | None = None
    ends_on: date | None = None
    reference: str | None = None
    warning: str | None = None


#: What a row says of somebody, and by which it is the same row in another version: all but its place and our warning.
ENTRY_FACTS: tuple[str, ...] = tuple(
    field.name for field in fields(ListEntry) if field.name not in {"row_number", "warning"}
)


_ALIASES = ENTRY_FACTS.index("aliases")


def facts_digest(facts: Iterable[str | None]) -> str:
    """Return the identity of a row from its facts as text, in the order of ENTRY_FACTS: BLAKE2b, sixteen bytes in hex.

    Nothing at the end adds nothing, so that a fact which later versions of credkit add leaves older identities alone.
    """
    # No aliases are an empty array; only there is "[]" nothing.
    known = ["" if fact is None or (fact == "[]" and place == _ALIASES) else fact for place, fact in enumerate(facts)]
    joined = "\x1f".join(known)
    return blake2b(joined.rstrip("\x1f").encode(), digest_size=16).hexdigest()


def facts_digests(columns: Sequence[Sequence[str]]) -> list[str]:
    """Return `facts_digest` of many rows, given a column at a time with "" for nothing; columns at the end that hold
    nothing may be left out."""
    return [
        blake2b(joined.rstrip("\x1f").encode(), digest_size=16).hexdigest()
        for joined in map("\x1f".join, zip(*columns, strict=True))
    ]


def entry_digest(entry: ListEntry) -> str:
    """Return the identity of a row: the same for two rows, of one version or of several, that say the same."""
    return facts_digest(as_text(getattr(entry, name)) for name in ENTRY_FACTS)


def as_text(fact: str | date | tuple[str, ...] | None) -> str:
    """Write a fact of an entry as text: days in ISO, several as a JSON array, nothing as ""."""
    if not fact:
        return ""
    if isinstance(fact, date):
        return fact.isoformat()
    return canonical(fact) if isinstance(fact, tuple) else fact


class Ruling(StrEnum):
    """What a person found out about a row that resembles a provider."""

    NO_MATCH = "no-match"
    MATCH = "match"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Hit:
    """A row of a list that may be a provider: something for a person to work.

    `entry` is the identity of the row (`entry_digest`) and `person` that of the provider: when either changes, it is
    another hit. `list_id` and `row_number` say where the row stood when it was first met; `score` is in bits.
    """

    id: str
    npi: str
    list: str
    entry: str
    person: str
    list_id: str
    row_number: int
    verdict: str
    score: float
    reasons: tuple[str, ...]
    found_on: date
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """A person's ruling on a hit, with the reason. Where the policy asks for a second person (`needs_second`), it counts
    from another's confirmation on. A later ruling on the same hit takes its place."""

    id: str
    hit_id: str
    npi: str
    list: str
    entry: str
    person: str
    ruling: Ruling
    reason: str
    document: str | None
    needs_second: bool
    resolved_on: date
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A second person's word on what another asked for. `kind` says which table `record_id` is of ("resolution",
    "acceptance")."""

    id: str
    kind: str
    record_id: str
    npi: str
    confirmed_on: date
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Screening:
    """The receipt of holding people against one version of one list.

    `scope` is "everyone" (all providers in the store), "some", or "file" (people who are not in the store; then
    `source_file` and `source_sha256` say which). `list_id` is None for a version that the store does not hold; `sha256`,
    `published_on` and `rows` say of any which it was. `since` is the screening whose answers stand for whatever is new on
    neither side. `after_event` is the log's last event before it. `names` counts the names tried, former ones included;
    `counts` people by outcome. With a `problem` nobody was screened.
    """

    id: str
    run_id: str
    list: str
    list_id: str | None
    address: str
    scope: str
    since: str | None
    after_event: int
    ran_on: date
    began_at: str
    recorded_at: str
    actor: str
    matcher: str
    policy_sha256: str
    people: int
    names: int
    with_date_of_birth: int
    with_npi: int
    counts: Mapping[str, int]
    sha256: str | None = None
    published_on: date | None = None
    rows: int | None = None
    source_file: str | None = None
    source_sha256: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ListScreening:
    """One person held against one list version: the receipt, the rows that might be this person, what people ruled of
    them, by the row's digest, and which of them repeat a row of the LEIE, by row number. `version` is None when the list
    is not loaded."""

    version: ListVersion | None
    candidates: tuple[ListEntry, ...] = ()
    resolutions: Mapping[str, Resolution] = field(default_factory=dict)
    folded: Mapping[int, int] = field(default_factory=dict)


# --- the committee --------------------------------------------------------------------------------------------------


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


# --- the insurance network ------------------------------------------------------------------------------------------


class Line(StrEnum):
    """A line of business; it belongs to the enrollment."""

    COMMERCIAL = "commercial"
    MEDICARE = "medicare"
    MEDICARE_ADVANTAGE = "medicare_advantage"
    MEDICAID = "medicaid"
    MANAGED_MEDICAID = "managed_medicaid"
    TRICARE = "tricare"
    EAP = "eap"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Payer:
    """An insurer. `line` is what its enrollments are for unless they say otherwise."""

    id: str
    name: str
    line: Line
    parent: str | None = None
    aliases: tuple[str, ...] = ()


class EnrollmentStatus(StrEnum):
    """Where an enrollment stands with the payer."""

    NOT_STARTED = "not_started"
    PREPARING = "preparing"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    INFO_REQUESTED = "info_requested"
    APPROVED = "approved"
    ACTIVE = "active"
    DENIED = "denied"
    WITHDRAWN = "withdrawn"
    PANEL_CLOSED = "panel_closed"
    TERMINATED = "terminated"


@dataclass(frozen=True, slots=True)
class Enrollment:
    """One provider's enrollment with one payer, line and state, under one tax id.

    `ended_on` is the first day on which it no longer holds.
    """

    id: str
    npi: str
    payer_id: str
    line: Line
    state: str
    tax_id: str
    status: EnrollmentStatus
    status_reason: str | None = None
    submitted_on: date | None = None
    decided_on: date | None = None
    effective_on: date | None = None
    ended_on: date | None = None
    reference: str | None = None
    updated_at: str = ""


# --- the whole file -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ProviderFile:
    """All that is held on one provider. `application` is the one in force: signed last, then received last. `rulings` are
    those that count, the last on each hit; `confirmations` second persons' words, by the record that they are on. The same
    for everybody: `lists`, the versions in force of the exclusion lists, and `screenings` of everyone, by list, oldest
    first."""

    provider: Provider
    application: Application | None = None
    credentials: tuple[Credential, ...] = ()
    work_history: tuple[WorkEntry, ...] = ()
    verifications: tuple[Verification, ...] = ()
    acceptances: tuple[Acceptance, ...] = ()
    confirmations: Mapping[str, Confirmation] = field(default_factory=dict)
    cycles: tuple[Cycle, ...] = ()
    decisions: tuple[Decision, ...] = ()
    enrollments: tuple[Enrollment, ...] = ()
    lists: Mapping[str, ListVersion] = field(default_factory=dict)
    screenings: Mapping[str, tuple[Screening, ...]] = field(default_factory=dict)
    rulings: tuple[Resolution, ...] = ()

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


@dataclass(frozen=True, slots=True)
class AdoptedPolicy:
    """A policy's whole text, put in force from a day."""

    sha256: str
    name: str
    effective_from: date
    text: str
    adopted_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Event:
    """One change, in the append-only, hash-chained log. `before` and `after` are canonical JSON: table to its rows."""

    seq: int
    at: str
    actor: str
    command: str
    verb: str
    npi: str | None
    record: str
    reason: str | None
    simulated: bool
    before: str
    after: str
    previous_hash: str
    hash: str
