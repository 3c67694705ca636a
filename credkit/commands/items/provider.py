"""credkit.provider/1."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class CredentialItem(PublishedItem):
    """Something the provider holds, as claimed."""

    kind: str
    jurisdiction: str | None
    number: str | None
    issuer: str | None
    issued_on: date | None
    effective_on: date | None
    expires_on: date | None
    details: dict[str, Any]


class WorkItem(PublishedItem):
    """One position, or one gap."""

    kind: str
    started_on: date
    ended_on: date | None
    employer: str | None
    role: str | None
    explanation: str | None


class ProviderItem(PublishedItem):
    """One provider. Credentials and work history are filled by `provider show`; a date of birth is never given."""

    npi: str
    name: str
    former_names: list[str]
    profession: str | None
    specialty: str | None
    taxonomy: str | None
    email: str | None
    phone: str | None
    address: list[str]
    states_of_practice: list[str]
    signed_on: Annotated[date | None, Field(description="The signature of the application in force.")]
    credentials: list[CredentialItem]
    work_history: list[WorkItem]
    aliases: Annotated[
        list[str], Field(description="NPIs whose files were merged into this one; filled by `provider show`.")
    ]
    rounds: Annotated[
        list[str],
        Field(description="Every round of credentialing, and every leave, in words; filled by `provider show`."),
    ]
