"""What lets somebody into the portal, and what they sent from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class LinkKind(StrEnum):
    """What a link opens: a provider's own page, or the onboarding form of somebody who is invited."""

    PAGE = "page"
    FORM = "form"


@dataclass(frozen=True, slots=True)
class PortalLink:
    """A personal link: `npi` is whose page it opens; `email`, `profession` and `states` are of who is invited to the form.

    It holds through `expires_on`. `used_at` is when it let somebody in last.
    """

    id: str
    kind: LinkKind
    npi: str | None
    email: str | None
    profession: str | None
    states: tuple[str, ...]
    made_at: str
    expires_on: date
    actor: str
    revoked_at: str | None = None
    used_at: str | None = None

    @property
    def whose(self) -> str:
        """Whose tries of a date of birth are counted together: a provider's, on all links; or this invitation's."""
        return self.npi or self.id


@dataclass(frozen=True, slots=True)
class PortalLock:
    """Wrong dates of birth in a row, of a provider or an invitation (`PortalLink.whose`), and since when it is locked."""

    whose: str
    failures: int
    failed_at: str
    locked_at: str | None = None


class SubmissionKind(StrEnum):
    """What somebody sent: a first form; a correction of single facts; an application signed anew, with explanations."""

    FORM = "form"
    CORRECTION = "correction"
    ATTESTATION = "attestation"


@dataclass(frozen=True, slots=True)
class Submission:
    """What came by the portal and changes nothing until staff accept it. `cells` is column of the form to text.

    `npi` is the provider whose page it came from, or the one that the form names. `accepted` is None while it waits.
    """

    id: str
    kind: SubmissionKind
    npi: str
    link_id: str
    cells: Mapping[str, str] = field(repr=False)
    received_at: str
    accepted: bool | None = None
    reason: str | None = None
    decided_at: str | None = None
    decided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A form that is being filled in: nobody's claim until it is submitted, and so not in the log."""

    link_id: str
    cells: Mapping[str, str] = field(repr=False)
    saved_at: str
