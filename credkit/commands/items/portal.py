"""credkit.portal_link/1 and credkit.submission/1."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem
from credkit.commands.items.intake import ChangeItem, ErrorItem


class LinkItem(PublishedItem):
    """A personal link to the portal."""

    link_id: str
    kind: Annotated[Literal["page", "form"], Field(description="A provider's own page, or the onboarding form.")]
    npi: str | None
    email: Annotated[str | None, Field(description="Of who is invited to the form.")]
    profession: str | None
    states: list[str]
    state: Literal["good", "locked", "expired", "revoked"]
    made_at: str
    made_by: str
    expires_on: Annotated[date, Field(description="The last day on which it is good.")]
    used_at: Annotated[str | None, Field(description="When it let somebody in last.")]
    url: Annotated[str | None, Field(description="Its address; only as it is made.")]


class CellItem(PublishedItem):
    """One answer, as it was written. A date of birth is withheld."""

    column: str
    text: str


class SubmissionItem(PublishedItem):
    """What somebody sent by the portal, and what became of it."""

    submission_id: str
    kind: Literal["form", "correction", "attestation"]
    npi: str
    name: str
    received_at: str
    state: Literal["waiting", "accepted", "rejected"]
    decided_by: str | None
    decided_at: str | None
    reason: str | None
    outcome: Annotated[
        Literal["new", "changed", "unchanged", "conflict", "rejected"] | None,
        Field(description="What accepting it would do, or did."),
    ]
    changes: list[ChangeItem]
    cells: list[CellItem]
    errors: Annotated[list[ErrorItem], Field(description="Why it cannot be taken as it stands.")]
