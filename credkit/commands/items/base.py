"""What all published items share."""

from pydantic import BaseModel, ConfigDict


class PublishedItem(BaseModel):
    """An item of a report. A field is never left out: what is not known is null."""

    model_config = ConfigDict(extra="forbid", from_attributes=True, frozen=True, hide_input_in_errors=True)
