"""What all published items share."""

from pydantic import BaseModel, ConfigDict


class PublishedItem(BaseModel):
    """An item of a report. A field is never left out: what is not known is null."""

    # A model is built when its first item is made: of a room's items a command makes one or two.
    model_config = ConfigDict(
        defer_build=True, extra="forbid", from_attributes=True, frozen=True, hide_input_in_errors=True
    )
