"""The insurance network: payers and enrollments."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


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
