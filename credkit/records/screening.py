"""People held against lists: hits, rulings, and receipts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from credkit.records.lists import ListEntry, ListVersion


class Ruling(StrEnum):
    """What a person found out about a row that resembles a provider."""

    NO_MATCH = "no-match"
    MATCH = "match"
    UNDETERMINED = "undetermined"


@dataclass(frozen=True, slots=True)
class Hit:
    """A row of a list that may be a provider: something for a person to work.

    `entry` is the identity of the row (`entry_digest`) and `person` that of the provider: when either changes, it is
    another hit. `list_id` and `row_number` say where the row stood when it was first met; `score` is in bits.
    """

    id: str
    npi: str
    list: str
    entry: str
    person: str
    list_id: str
    row_number: int
    verdict: str
    score: float
    reasons: tuple[str, ...]
    found_on: date
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Resolution:
    """A person's ruling on a hit, with the reason. Where the policy asks for a second person (`needs_second`), it counts
    from another's confirmation on. A later ruling on the same hit takes its place."""

    id: str
    hit_id: str
    npi: str
    list: str
    entry: str
    person: str
    ruling: Ruling
    reason: str
    document: str | None
    needs_second: bool
    resolved_on: date
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A second person's word on what another asked for. `kind` says which table `record_id` is of ("resolution",
    "acceptance")."""

    id: str
    kind: str
    record_id: str
    npi: str
    confirmed_on: date
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Screening:
    """The receipt of holding people against one version of one list.

    `scope` is "everyone" (all providers in the store), "some", or "file" (people who are not in the store; then
    `source_file` and `source_sha256` say which). `list_id` is None for a version that the store does not hold; `sha256`,
    `published_on` and `rows` say of any which it was. `since` is the screening whose answers stand for whatever is new on
    neither side. `after_event` is the log's last event before it. `names` counts the names tried, former ones included;
    `counts` people by outcome. With a `problem` nobody was screened.
    """

    id: str
    run_id: str
    list: str
    list_id: str | None
    address: str
    scope: str
    since: str | None
    after_event: int
    ran_on: date
    began_at: str
    recorded_at: str
    actor: str
    matcher: str
    policy_sha256: str
    people: int
    names: int
    with_date_of_birth: int
    with_npi: int
    counts: Mapping[str, int]
    sha256: str | None = None
    published_on: date | None = None
    rows: int | None = None
    source_file: str | None = None
    source_sha256: str | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class ListScreening:
    """One person held against one list version: the receipt, the rows that might be this person, what people ruled of
    them, by the row's digest, and which of them repeat a row of the LEIE, by row number. `version` is None when the list
    is not loaded."""

    version: ListVersion | None
    candidates: tuple[ListEntry, ...] = ()
    resolutions: Mapping[str, Resolution] = field(default_factory=dict)
    folded: Mapping[int, int] = field(default_factory=dict)
