"""credkit.hit/1, credkit.resolution/1 and credkit.request/1."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem

RulingWord = Literal["no-match", "match", "undetermined"]


class RulingItem(PublishedItem):
    """What a person ruled of a hit."""

    id: str
    ruling: RulingWord
    reason: str
    resolved_on: date
    actor: str
    document: Annotated[str | None, Field(description="SHA-256 of the paper that shows it.")]
    needs_second: Annotated[bool, Field(description="Whether it counts only when another person confirms it.")]
    confirmed_on: date | None
    confirmed_by: str | None
    counts: Annotated[bool, Field(description="False while it waits, and where a later ruling took its place.")]


class HeldLicenseItem(PublishedItem):
    """A license that the provider holds."""

    state: str | None
    number: str | None


class OurSideItem(PublishedItem):
    """The provider, as a person compares them."""

    npi: str
    name: str
    former_names: tuple[str, ...]
    city: str | None
    state: str | None
    licenses: tuple[HeldLicenseItem, ...]


class TheirSideItem(PublishedItem):
    """The row of the list, as it stands in the version in force."""

    row_number: Annotated[int, Field(description="The row as a spreadsheet counts it: the header is row 1.")]
    name: str
    aliases: tuple[str, ...]
    business_name: str | None
    npi: str | None
    city: str | None
    state: str | None
    license_number: str | None
    specialty: str | None
    agency: str | None
    reference: str | None
    exclusion_type: str | None
    excluded_on: date | None
    ends_on: date | None
    reinstated_on: date | None
    waiver_on: date | None
    waiver_state: str | None


class HitItem(PublishedItem):
    """A row of a list that may be a provider, and that nobody has settled."""

    id: str
    short: Annotated[
        str, Field(description="The shortest beginning of the id that names it: `screen resolve` takes it.")
    ]
    npi: str
    name: str
    list: str
    list_version: str
    published_on: date
    verdict: Literal["match", "possible"]
    score: Annotated[float, Field(description="Bits: the odds that it is this person double with each.")]
    reasons: tuple[str, ...]
    date_of_birth: Annotated[
        Literal["agrees", "nearly", "differs", "unknown"],
        Field(description="How the dates of birth compare; neither is ever shown."),
    ]
    found_on: date
    provider: OurSideItem
    row: TheirSideItem
    undetermined: Annotated[RulingItem | None, Field(description="The ruling after which it stays open.")]
    asked: Annotated[RulingItem | None, Field(description="The ruling that waits for a second person.")]


class ResolutionItem(RulingItem):
    """A ruling just made or confirmed, and what screening the provider again found."""

    hit_id: str
    short: str
    npi: str
    name: str
    list: str
    finding: Annotated[
        Literal["pass", "fail", "review"] | None, Field(description="Null while nobody was screened again.")
    ]
    summary: str | None
    advice: str | None
    verification_id: str | None


class RequestItem(PublishedItem):
    """What one person asked for and another has to confirm."""

    id: str
    kind: Annotated[
        Literal["resolution", "acceptance", "decision", "reinstatement"],
        Field(description="A ruling on a hit, an accepted review, an approval past the gate, or a suspension to lift."),
    ]
    hit_id: str | None
    short: Annotated[str, Field(description="What `credkit confirm` takes.")]
    npi: str
    name: str
    about: Annotated[str, Field(description="The list, the check and its subject, or the suspension.")]
    ruling: Annotated[RulingWord | None, Field(description="Of a hit.")]
    reason: str
    asked_on: date
    asked_by: str
