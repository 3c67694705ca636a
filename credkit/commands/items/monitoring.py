"""credkit.screening/1, credkit.screening_receipt/1 and credkit.monitoring/1."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from credkit.commands.items.base import PublishedItem
from credkit.commands.items.hits import RulingItem
from credkit.commands.items.screening import Outcome


class RuledHitItem(PublishedItem):
    """A row that a person had to work, with every ruling on it."""

    id: str
    found_on: date
    row_number: Annotated[int, Field(description="Where the row stood when it was first met.")]
    score: float
    reasons: tuple[str, ...]
    rulings: tuple[RulingItem, ...]


class ScreeningItem(PublishedItem):
    """A provider held against a list: what was found, until when it stood, and by which version."""

    npi: str
    name: str
    list: str
    latest: Annotated[bool, Field(description="Whether it is the last one on this list.")]
    outcome: Outcome
    found_on: date | None
    screened_on: Annotated[date | None, Field(description="The day of the last screening that found the same.")]
    list_version: str | None
    published_on: date | None
    names_tried: tuple[str, ...]
    summary: str
    hits: tuple[RuledHitItem, ...]
    receipt_id: str | None
    verification_id: str | None


class ReceiptItem(PublishedItem):
    """The receipt of holding people against one version of one list."""

    id: str
    run_id: str
    list: str
    list_version: str
    sha256: str | None
    published_on: date | None
    acquired_on: date | None
    rows: int | None
    scope: Literal["everyone", "some", "file"]
    since: Annotated[str | None, Field(description="The receipt whose answers stand for what is new on neither side.")]
    ran_on: date
    began_at: str
    recorded_at: str
    actor: str
    matcher: str
    people: int
    names: int
    with_date_of_birth: int
    with_npi: int
    counts: dict[str, int]
    source_file: Annotated[str | None, Field(description="Of people who are not in the store: their file.")]
    source_sha256: str | None
    problem: Annotated[str | None, Field(description="Why nobody was screened.")]


class MonitoringItem(PublishedItem):
    """A provider and a watched check, of exclusions against one list, in a month: whether it was made, and by what that is
    shown."""

    npi: str
    name: str
    check: Annotated[str, Field(description="exclusions, or another check that the policy watches monthly.")]
    subject: Annotated[str, Field(description="Which one: a list, a state.")]
    list: Annotated[str | None, Field(description="The exclusion list; null for any other check.")]
    month: str
    state: Literal["screened", "checked", "due", "missed", "not_owed"]
    owed: bool
    why_not_owed: str | None
    outcome: Annotated[
        Outcome | Literal["pass", "fail", "review"] | None,
        Field(description="What was found; of exclusions in the matcher's words."),
    ]
    screened_on: Annotated[date | None, Field(description="The day on which it was screened, or checked.")]
    list_version: str | None
    published_on: date | None
    sha256: str | None
    fresh: Annotated[bool | None, Field(description="Whether the list was fresh on that day, by the policy.")]
    receipt_id: Annotated[
        str | None, Field(description="The receipt of the run; a check made by `verify run` alone has none.")
    ]
    verification_id: str | None
    due_by: date
    advice: str | None


class MonitorRunItem(PublishedItem):
    """What a month's run did of one check, or of exclusions against one list."""

    check: str
    list: Annotated[str | None, Field(description="The exclusion list; null for any other check.")]
    due: Annotated[int, Field(description="How many were due: of exclusions providers, else findings.")]
    made: Annotated[int, Field(description="How many were made.")]
    needs_somebody: Annotated[int, Field(description="Findings that a person must look at.")]
    no_answer: Annotated[int, Field(description="Those whose source gave no answer, or whose list may not be used.")]
    by_hand: Annotated[int, Field(description="Those that only a person can look up.")]
