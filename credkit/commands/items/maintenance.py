"""credkit.reminder/1, credkit.today/1, credkit.sweep/1 and the other items of maintenance."""

from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class ReminderItem(PublishedItem):
    """One mail to one provider, and what became of it."""

    npi: str
    name: str
    address: str | None
    about: Annotated[list[str], Field(description="What each item is, and its band of days.")]
    outcome: Annotated[
        str, Field(description="would send, sent, made (it goes out with the next run), refused, dropped.")
    ]
    trouble: str | None
    message_id: str
    attempts: int
