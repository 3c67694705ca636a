"""What outside sources answer, each in its own words."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class NppesName:
    """A name under which NPPES knows somebody; `kind` is "current" or the registry's own word ("Former Name")."""

    first: str
    last: str
    middle: str = ""
    kind: str = "current"


@dataclass(frozen=True, slots=True)
class NppesTaxonomy:
    """One taxonomy line of an NPPES record, with the license number that the provider gave there."""

    code: str
    description: str
    primary: bool
    state: str | None
    license: str | None


@dataclass(frozen=True, slots=True)
class NppesRecord:
    """What NPPES says of one NPI. `state` is "active", "deactivated" or "unknown" (the registry has no such number).
    `updated_on` is the day of the record's last update; `deactivated_on` is known from the registry's files alone."""

    npi: str
    state: str
    individual: bool = True
    organization: str = ""
    names: tuple[NppesName, ...] = ()
    taxonomies: tuple[NppesTaxonomy, ...] = ()
    updated_on: date | None = None
    deactivated_on: date | None = None


@dataclass(frozen=True, slots=True)
class NppesFile:
    """The receipt of a file of the registry. `kind` is "full", "weekly" or "deactivated" (the monthly report).

    `rows` counts the file's records, `sought` our providers when it was loaded, `kept` those of them whom it has.
    `rows_digest` is over what was kept.
    """

    id: str
    kind: str
    source_file: str
    sha256: str
    published_on: date
    acquired_on: date
    rows: int
    sought: int
    kept: int
    rows_digest: str
    recorded_at: str
    actor: str

    @property
    def address(self) -> str:
        """The very file, in the words that a verification keeps as its source."""
        what = "deactivation report" if self.kind == "deactivated" else f"{self.kind} file"
        return f"NPPES {what} of {self.published_on}, {self.source_file} (SHA-256 {self.sha256[:12]})"


@dataclass(frozen=True, slots=True)
class BoardName:
    """A name as a board writes it: in parts, or, where the board has one column for it, `whole`."""

    first: str = ""
    last: str = ""
    middle: str = ""
    suffix: str = ""
    whole: str = ""

    @property
    def text(self) -> str:
        """The name in one line."""
        return self.whole or " ".join(part for part in (self.first, self.middle, self.last, self.suffix) if part)


@dataclass(frozen=True, slots=True)
class BoardRecord:
    """One license as a board has it. `license_type` and `status` are the board's own words.

    `discipline` is every action on it in the board's own words, () where the board says that there is none; `link` is
    where a person can read it. `doubts` are what stands in the record and cannot be read, or should stand there and does
    not: a person must look.
    """

    number: str
    names: tuple[BoardName, ...]
    license_type: str
    status: str
    expires_on: date | None = None
    issued_on: date | None = None
    discipline: tuple[str, ...] = ()
    link: str = ""
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoardAnswer:
    """Every license that a state's boards have under one number: () where they have none. Several professions, or
    several rows of one license, may share a number.

    `as_of` is the day that the records speak of, where it is not the day of asking: a file's publication. `complete` is
    False where the boards publish only who is licensed now, so that a missing number may also be a license that ended.
    """

    state: str
    records: tuple[BoardRecord, ...] = ()
    as_of: date | None = None
    complete: bool = True
