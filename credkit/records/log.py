"""The policies that were adopted, and the log of every change."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AdoptedPolicy:
    """A policy's whole text, put in force from a day."""

    sha256: str
    name: str
    effective_from: date
    text: str
    adopted_at: str
    actor: str


@dataclass(frozen=True, slots=True)
class Event:
    """One change, in the append-only, hash-chained log. `before` and `after` are canonical JSON: table to its rows."""

    seq: int
    at: str
    actor: str
    command: str
    verb: str
    npi: str | None
    record: str
    reason: str | None
    simulated: bool
    before: str
    after: str
    previous_hash: str
    hash: str
