"""What CAQH tells of providers, and what we told CAQH."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class CaqhFile:
    """The receipt of a status or exception file. `rows` counts what stood in it, `taken` the rows of our own providers
    (also those that changed nothing)."""

    id: str
    kind: str
    source_file: str
    sha256: str
    rows: int
    taken: int
    changed: int
    recorded_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class CaqhProfile:
    """One profile as it was read: `facts` are CAQH's own elements by their names, without the social security number and
    everything else that credentialing does not need. `sha256` is the file's."""

    id: str
    npi: str
    caqh_id: str
    attested_on: date | None
    source_file: str
    sha256: str
    recorded_at: str
    actor: str
    facts: Mapping[str, Any] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One row of a roster file that was sent to CAQH. `action` is A, U or D; `fields` are the file's columns that were
    filled, never a social security number."""

    id: str
    npi: str
    action: str
    sent_on: date
    source_file: str
    sha256: str
    recorded_at: str
    actor: str
    fields: Mapping[str, str] = field(default_factory=dict, repr=False)
