"""Lists of people, version by version and row by row."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from hashlib import blake2b

from credkit.canonical import canonical


@dataclass(frozen=True, slots=True)
class ListVersion:
    """One loaded version of an exclusion list: its receipt.

    `published_on` is as stated, or estimated from the newest exclusion date in the file (`published_stated` False).
    `added` and `removed` count rows against the version before; `changed` are those among them which are one person's
    row before and after. `set_aside` counts rows that could not be used, `set_aside_rows` says which and why of the
    first fifty. `rows_digest` is over the digests of all its rows in order, "" where the version is from before these
    were kept. `fetched_from`, `etag` and `last_modified` are what the publisher's server said.
    """

    id: str
    name: str
    source_file: str
    sha256: str
    published_on: date
    published_stated: bool
    acquired_on: date
    rows: int
    added: int
    removed: int
    warnings: int
    recorded_at: str
    actor: str
    changed: int = 0
    set_aside: int = 0
    set_aside_rows: tuple[tuple[int, str], ...] = ()
    rows_digest: str = ""
    fetched_from: str | None = None
    etag: str | None = None
    last_modified: str | None = None

    @property
    def address(self) -> str:
        """The very version, in the words that a verification keeps as its source."""
        return f"{self.name} list published {self.published_on} (SHA-256 {self.sha256[:12]})"


@dataclass(frozen=True, slots=True)
class ListCheck:
    """One time when the publisher was asked for a newer version of a list, and had none."""

    id: str
    list_id: str
    name: str
    checked_on: date
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class ListEntry:
    """One row of an exclusion list; zeros and blanks in the file are None. `npi` is None where the file has none.

    `aliases` are other names that the list gives, as written ("First Last" or "Last, First"). `agency` is who excluded
    (SAM). `ends_on` is the day on which it ends, None where it is open ("Indefinite"). `reference` is the list's own
    number of the record. All fields but `row_number` and `warning` are the entry's facts.
    """

    row_number: int
    last_name: str | None
    first_name: str | None
    middle_name: str | None
    business_name: str | None
    npi: str | None
    date_of_birth: date | None = field(repr=False)
    address: str | None
    city: str | None
    state: str | None
    zip: str | None
    general: str | None
    specialty: str | None
    upin: str | None
    exclusion_type: str | None
    excluded_on: date | None
    reinstated_on: date | None
    waiver_on: date | None
    waiver_state: str | None
    suffix: str | None = None
    aliases: tuple[str, ...] = ()
    license_number: str | None = None
    agency: str | None = None
    ends_on: date | None = None
    reference: str | None = None
    warning: str | None = None


#: What a row says of somebody, and by which it is the same row in another version: all but its place and our warning.
ENTRY_FACTS: tuple[str, ...] = tuple(
    field.name for field in fields(ListEntry) if field.name not in {"row_number", "warning"}
)


_ALIASES = ENTRY_FACTS.index("aliases")


def facts_digest(facts: Iterable[str | None]) -> str:
    """Return the identity of a row from its facts as text, in the order of ENTRY_FACTS: BLAKE2b, sixteen bytes in hex.

    Nothing at the end adds nothing, so that a fact which later versions of credkit add leaves older identities alone.
    """
    # No aliases are an empty array; only there is "[]" nothing.
    known = ["" if fact is None or (fact == "[]" and place == _ALIASES) else fact for place, fact in enumerate(facts)]
    joined = "\x1f".join(known)
    return blake2b(joined.rstrip("\x1f").encode(), digest_size=16).hexdigest()


def facts_digests(columns: Sequence[Sequence[str]]) -> list[str]:
    """Return `facts_digest` of many rows, given a column at a time with "" for nothing; columns at the end that hold
    nothing may be left out."""
    return [
        blake2b(joined.rstrip("\x1f").encode(), digest_size=16).hexdigest()
        for joined in map("\x1f".join, zip(*columns, strict=True))
    ]


def entry_digest(entry: ListEntry) -> str:
    """Return the identity of a row: the same for two rows, of one version or of several, that say the same."""
    return facts_digest(as_text(getattr(entry, name)) for name in ENTRY_FACTS)


def as_text(fact: str | date | tuple[str, ...] | None) -> str:
    """Write a fact of an entry as text: days in ISO, several as a JSON array, nothing as ""."""
    if not fact:
        return ""
    if isinstance(fact, date):
        return fact.isoformat()
    return canonical(fact) if isinstance(fact, tuple) else fact
