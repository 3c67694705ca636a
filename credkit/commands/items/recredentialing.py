"""credkit.recredentialing/1."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class RecredentialingItem(PublishedItem):
    """One approval that comes round again."""

    npi: str
    name: str
    state: Annotated[
        Literal["not_yet", "to_open", "open", "on_leave", "late", "too_late"],
        Field(description="late: lapsed, and still a recredentialing until late_until; too_late: all is asked anew."),
    ]
    outcome: Annotated[
        Literal["opened", "would_open", "already_open", "extended", "unchanged"] | None,
        Field(description="What the command did; null where it only lists."),
    ]
    approved_on: date
    due_on: Annotated[date, Field(description="The last day of the approval, with leaves counted.")]
    without_leave: Annotated[date, Field(description="What it would be without a leave.")]
    days_left: int
    begins_on: Annotated[date, Field(description="The first day on which it can be opened.")]
    late_until: Annotated[date, Field(description="The last day on which a late one is still a recredentialing.")]
    leave: Annotated[str | None, Field(description="military or medical, while they are away.")]
    returns_on: date | None
    opened_on: date | None
    open: Annotated[list[str], Field(description="What must be given, signed and verified anew.")]
    stands: Annotated[list[str], Field(description="What is good as it is.")]
    advice: str
