"""Papers filed under a provider: what each is, of which credential, from whom, and what a person made of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from credkit.records.provider import Credential, CredentialKind


class PaperKind(StrEnum):
    """What a paper is."""

    COI = "coi"
    LICENSE = "license"
    DEA = "dea"
    CDS = "cds"
    DIPLOMA = "diploma"
    BOARD_CERTIFICATE = "board_certificate"
    W9 = "w9"
    CV = "cv"
    ATTESTATION = "attestation"
    EXPLANATION = "explanation"
    LETTER = "letter"
    OTHER = "other"


#: Of which kind of credential a paper of each kind is; the other kinds may be of any, or of none.
CREDENTIAL_OF = {
    PaperKind.COI: CredentialKind.MALPRACTICE,
    PaperKind.LICENSE: CredentialKind.LICENSE,
    PaperKind.DEA: CredentialKind.DEA,
    PaperKind.CDS: CredentialKind.CDS,
    PaperKind.DIPLOMA: CredentialKind.EDUCATION,
    PaperKind.BOARD_CERTIFICATE: CredentialKind.BOARD_CERTIFICATION,
}


@dataclass(frozen=True, slots=True)
class Filing:
    """One paper filed under one provider: append-only.

    `sha256` names its content (a `Document`). `credential` is the credential that it is of, as `credential_key` writes it.
    `received_from` and `received_on` say from whom and when the organization got it, `filed_at` and `actor` who filed it
    and when. `media_type` was told by the content. `fields` is what the paper says, as somebody read it: of a certificate of
    insurance insured, carrier, policy_number, effective_on, per_claim, aggregate, basis, ... (dates in it are ISO text).
    """

    id: str
    npi: str
    sha256: str
    kind: PaperKind
    credential: str | None
    issued_on: date | None
    expires_on: date | None
    received_from: str | None
    received_on: date
    file_name: str
    media_type: str
    filed_at: str
    actor: str
    fields: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FilingReview:
    """What a person made of a paper: append-only, the last one counts."""

    id: str
    filing_id: str
    npi: str
    accepted: bool
    reason: str | None
    reviewed_on: date
    recorded_at: str
    actor: str


def credential_key(credential: Credential) -> str:
    """Return a credential as a paper names it: "license CO 0012345". Another number is another credential."""
    of = credential.jurisdiction or credential.issuer
    parts = (credential.kind.value, of, credential.details.get("specialty"), credential.number)
    return " ".join(str(part) for part in parts if part)
