"""credkit.document/1 and credkit.filed/1."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class DocumentItem(PublishedItem):
    """One paper filed under one provider, as it stands."""

    id: str
    npi: str
    name: str
    kind: Annotated[
        str,
        Field(
            description="coi, license, dea, cds, diploma, board_certificate, w9, cv, attestation, explanation, letter, other."
        ),
    ]
    credential: Annotated[str | None, Field(description="The credential that it is of: kind, state or issuer, number.")]
    state: Literal["received", "accepted", "rejected"]
    counts: Annotated[bool, Field(description="Whether it is the newest accepted one of its kind and credential.")]
    issued_on: date | None
    expires_on: date | None
    received_from: str | None
    received_on: date
    filed_by: str
    filed_at: str
    reviewed_by: str | None
    reviewed_on: date | None
    reason: Annotated[str | None, Field(description="Why it was accepted or rejected.")]
    file_name: str
    media_type: Annotated[str, Field(description="What it is, told by its content.")]
    sha256: str
    fields: Annotated[dict[str, Any], Field(description="What a certificate of insurance says.")]
    new: Annotated[bool, Field(description="False where `document add` found it filed already.")]
    result: Annotated[str | None, Field(description="Of a certificate just added or accepted: what the check finds.")]
    summary: Annotated[str | None, Field(description="The same in a sentence.")]
    advice: Annotated[str | None, Field(description="What to send instead, in one sentence.")]


class FiledItem(PublishedItem):
    """One row of a list of papers, and what became of it."""

    row: Annotated[int, Field(description="As a spreadsheet counts it: the header is row 1.")]
    npi: str
    file: str
    kind: str
    outcome: Annotated[
        Literal["filed", "already", "rejected"], Field(description="already: the same paper is filed as the same.")
    ]
    reason: str | None
    document_id: str | None
    result: Annotated[str | None, Field(description="Of a certificate of insurance: what the check would find.")]
    advice: Annotated[str | None, Field(description="What to send instead, in one sentence.")]
