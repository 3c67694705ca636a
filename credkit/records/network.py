"""The insurance network: payers, enrollments, what was heard of them, and the rosters sent."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from credkit.reference.identifiers import plain_tax_id


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
class PayerNames:
    """How a payer was called, and the company it belonged to, up to the day before `until`."""

    until: date
    name: str
    parent: str | None
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Payer:
    """An insurer. `line` is what its enrollments are for unless they say otherwise; without `states` it does business
    everywhere.

    A `delegated` payer leaves credentialing to the organization: its enrollments become active by the committee's decision
    and a roster that it accepted. It is asked again every `follow_up_days`, and usually decides within `usual_days`; None
    leaves both to the policy. `template` names the roster it wants. From `merged_on` it is the payer `merged_into`.
    `formerly` is how it was called, and whose it was, until days that have passed: oldest first.
    """

    id: str
    name: str
    line: Line
    parent: str | None = None
    aliases: tuple[str, ...] = ()
    states: tuple[str, ...] = ()
    delegated: bool = False
    template: str | None = None
    follow_up_days: int | None = None
    usual_days: int | None = None
    merged_into: str | None = None
    merged_on: date | None = None
    formerly: tuple[PayerNames, ...] = ()

    def names_on(self, on: date) -> PayerNames:
        """Return how it was called, and whose it was, on a day."""
        for names in self.formerly:
            if on < names.until:
                return names
        return PayerNames(date.max, self.name, self.parent, self.aliases)


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

    @property
    def closed(self) -> bool:
        """Whether nothing follows: who applies again begins another enrollment."""
        return self in _CLOSED

    @property
    def with_payer(self) -> bool:
        """Whether the payer has the application and has not decided."""
        return self in _WITH_PAYER


_CLOSED = {
    EnrollmentStatus.DENIED,
    EnrollmentStatus.WITHDRAWN,
    EnrollmentStatus.PANEL_CLOSED,
    EnrollmentStatus.TERMINATED,
}
_WITH_PAYER = {EnrollmentStatus.SUBMITTED, EnrollmentStatus.IN_REVIEW, EnrollmentStatus.INFO_REQUESTED}


@dataclass(frozen=True, slots=True)
class Enrollment:
    """One provider's enrollment with one payer, line and state, under one tax id, from its opening to its end. Of one key at
    most one is open; who applies again after an end, a denial or a withdrawal begins another.

    `received_on` is the payer's day of receipt (Medicare's filing date), `loaded_on` the day it was seen in the payer's
    system, `ended_on` the first day on which it no longer holds, `revalidate_on` the last day of its revalidation. `owner`
    is who follows it up. `overdue_since` is the day from which somebody should have asked, kept when it was written anew
    while overdue: it holds until a contact of that day or later.
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
    opened_on: date | None = None
    received_on: date | None = None
    loaded_on: date | None = None
    revalidate_on: date | None = None
    owner: str | None = None
    overdue_since: date | None = None

    @property
    def key(self) -> tuple[str, str, Line, str, str]:
        """What it is of: provider, payer, line, state, tax id."""
        return (self.npi, self.payer_id, self.line, self.state, plain_tax_id(self.tax_id))


class Channel(StrEnum):
    """How a payer was asked."""

    PHONE = "phone"
    PORTAL = "portal"
    MAIL = "mail"
    FAX = "fax"


@dataclass(frozen=True, slots=True)
class Contact:
    """One follow-up with a payer on one enrollment: whom, what they said, their reference for it, and the day on which they
    are to be asked again."""

    id: str
    enrollment_id: str
    npi: str
    contacted_on: date
    channel: Channel
    who: str
    said: str
    reference: str | None
    next_on: date
    recorded_at: str
    actor: str


class RosterAction(StrEnum):
    """What a roster asks of the payer for one row."""

    ADD = "add"
    CHANGE = "change"
    TERMINATE = "terminate"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Roster:
    """One roster that was built for a payer. `base_id` is the one marked sent before it, which its actions are against.

    `members_digest` is over its members in their order (`RosterMember`): the whole standing, also where the file has only what
    differs. It stands as sent from `sent_on`, and as accepted from `accepted_on`.
    """

    id: str
    payer_id: str
    built_on: date
    delta: bool
    base_id: str | None
    template: str
    template_sha256: str
    file_name: str
    file_sha256: str
    members: int
    adds: int
    changes: int
    terminates: int
    members_digest: str
    recorded_at: str
    actor: str
    sent_on: date | None = None
    accepted_on: date | None = None
    reference: str | None = None


@dataclass(frozen=True, slots=True)
class RosterMember:
    """One enrollment on a roster, in the order of the roster's rows. `digest` is over the cells that the payer gets of it,
    whatever the action; who is terminated is a member no more."""

    roster_id: str
    place: int
    npi: str
    enrollment_id: str
    action: RosterAction
    digest: str


def members_digest(members: Iterable[RosterMember]) -> str:
    """Return the digest over the members of a roster in their order, by which the log holds them."""
    digest = hashlib.sha256()
    for member in members:
        digest.update(f"{member.npi} {member.enrollment_id} {member.action} {member.digest}\n".encode())
    return digest.hexdigest()
