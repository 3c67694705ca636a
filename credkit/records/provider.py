"""What a provider is, claims and holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any


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
                         basis (claims_made or occurrence), retroactive_on; of a certificate that was accepted also shared
                         (whether others share the limits), fund (states whose compensation fund fills them up), tail
                         (whether claims are covered after its end), owner (of the business that is insured)
    caqh                 number (CAQH id), issued_on (last attested); status, status_on, authorized, roster_status,
                         practice_state, attested_per_caqh (the last attestation that CAQH itself told), roster_exception (why
                         CAQH refused our roster row)
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
