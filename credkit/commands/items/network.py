"""credkit.payer/1 and credkit.enrollment/1."""

from datetime import date
from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class PayerItem(PublishedItem):
    """An insurer."""

    id: str
    name: str
    line: str
    parent: str | None
    aliases: list[str]


class EnrollmentItem(PublishedItem):
    """One provider's enrollment with a payer in a state."""

    id: str
    npi: str
    name: str
    payer: str
    line: str
    state: str
    tax_id: str | None
    status: str
    status_reason: str | None
    submitted_on: date | None
    decided_on: date | None
    effective_on: date | None
    ended_on: Annotated[date | None, Field(description="The first day on which it no longer holds.")]
    reference: str | None
    in_network: Annotated[bool, Field(description="On the day of the report.")]
    counts: Annotated[bool, Field(description="Whether the payer counts towards being ready, by the policy.")]
