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
        str,
        Field(
            description='license, dea, cds, board_certification, malpractice, caqh, duty; or "document" and its kind.'
        ),
    ]
    jurisdiction: str | None
    number: Annotated[str | None, Field(description="The credential's number, the paper's file, or the duty's name.")]
    expires_on: Annotated[date, Field(description="The date it bears; for CAQH the day by which to attest again.")]
    days_left: Annotated[int, Field(description="Days to that date; below 0 it is past.")]
    band: Annotated[str | None, Field(description="expired, or the policy's smallest band of days it is within.")]
    affects: Annotated[
        list[str],
        Field(
            description="States where clients could not be seen any more, or are not since it ended, with the payers."
        ),
    ]
    last_day: Annotated[
        date | None,
        Field(description="The last day to see clients there, as far as this lapse goes; null where it stops nothing."),
    ]


class ForecastItem(PublishedItem):
    """What ends in one week of the files of one person; a week in which nothing does has one item, with 0."""

    week_of: Annotated[date, Field(description="The week's Monday.")]
    owner: Annotated[str | None, Field(description="Who looks after the files; null where nobody does.")]
    lapses: Annotated[int, Field(description="Dates that come in the week.")]
    stops: Annotated[int, Field(description="Those of them that would stop somebody from seeing clients.")]
    providers: Annotated[list[str], Field(description="The NPIs of those whom one of these would stop.")]
