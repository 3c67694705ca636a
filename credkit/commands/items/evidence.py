"""credkit.evidence/1 and credkit.rejudged/1."""

from datetime import date
from typing import Annotated

from pydantic import Field

from credkit.commands.items.base import PublishedItem


class EvidenceItem(PublishedItem):
    """What a source said, as it was kept, and the verification that rests on it."""

    id: str
    npi: str
    check: str
    subject: str
    verification_id: str
    source: str
    key: str
    address: Annotated[str, Field(description="Where it was asked for; without any key.")]
    fetched_at: Annotated[str, Field(description="UTC, to the microsecond.")]
    stated_on: Annotated[date | None, Field(description="The source's own date of what it said, where it states one.")]
    sha256: Annotated[str, Field(description="Of the body as it was kept: whole, without keys and SSNs.")]
    size: Annotated[int, Field(description="Bytes of the body.")]
    problem: Annotated[str | None, Field(description="Why there was no answer.")]
    body: Annotated[str, Field(description="As text; JSON is set out. Cut where it is very long.")]
    whole: Annotated[bool, Field(description="Whether the body was not cut.")]


class RejudgedItem(PublishedItem):
    """One requirement that another policy judges otherwise, from the evidence that is kept."""

    npi: str
    name: str
    check: str
    subject: str
    before: Annotated[str | None, Field(description="Its state by the policy in force; null where it is not asked.")]
    after: Annotated[str | None, Field(description="Its state by the other policy; null where it is not asked.")]
    changes: Annotated[list[str], Field(description="What the finding itself would be.")]
    why: str
