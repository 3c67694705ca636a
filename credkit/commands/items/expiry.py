"""credkit.expiry/1."""

from datetime import date
from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class ExpiryItem(PublishedItem):
    """One date of one credential."""

    npi: str
    name: str
    kind: Annotated[
        str, Field(description='license, dea, cds, board_certification, malpractice, caqh; or "document" and its kind.')
    ]
    jurisdiction: str | None
    number: str | None
    expires_on: Annotated[date, Field(description="The date it bears; for CAQH the day by which to attest again.")]
    days_left: Annotated[int, Field(description="Days to that date; below 0 it is past.")]
    band: Annotated[str | None, Field(description="expired, or the policy's smallest band of days it is within.")]
    affects: Annotated[
        list[str], Field(description="States where clients could not be seen any more, with the payers.")
    ]
