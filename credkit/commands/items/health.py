"""credkit.health/1."""

from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class HealthItem(PublishedItem):
    """One thing that the doctor looked at."""

    about: Annotated[
        str, Field(description="credkit, python, sqlite, place, store, log, permissions, documents or leftovers.")
    ]
    state: Annotated[
        Literal["ok", "note", "leftover", "fault"],
        Field(description="A leftover can be mended; a fault means that integrity fails."),
    ]
    detail: str
    mended: Annotated[str | None, Field(description="What `--mend` did about it.")]
