"""Hits: the rows that a person has to work, each found once; and what people ruled of them."""

from collections.abc import Collection
from dataclasses import replace
from datetime import date
from hashlib import blake2b

from credkit import clock
from credkit.checks.exclusions import screened
from credkit.records import (
    Confirmation,
    Evidence,
    Hit,
    ListScreening,
    ProviderFile,
    Resolution,
    entry_digest,
)
from credkit.screening.identity import person_digest, person_of
from credkit.screening.verdict import ScreeningResult
from credkit.store import Store


def rulings_in_force(store: Store, npis: Collection[str]) -> dict[tuple[str, str, str, str], Resolution]:
    """Return the rulings that count, by provider, list, row and person; where a second person must confirm, those that
    were confirmed, in both persons' names. The last one on a pair counts."""
    one = next(iter(npis)) if len(npis) == 1 else None
    confirmed = store.confirmations(one)
    return {
        (ruling.npi, ruling.list, ruling.entry, ruling.person): _in_both_names(ruling, confirmed.get(ruling.id))
        for ruling in store.resolutions(one)
        if not ruling.needs_second or ruling.id in confirmed
    }


def _in_both_names(ruling: Resolution, confirmation: Confirmation | None) -> Resolution:
    if confirmation is None:
        return ruling
    return replace(ruling, actor=f"{ruling.actor} and {confirmation.actor}", resolved_on=confirmation.confirmed_on)


class KnownHits:
    """The hits that are known, so that one is not found twice."""

    def __init__(self, store: Store) -> None:
        self._known = {(hit.npi, hit.list, hit.entry, hit.person) for hit in store.hits()}

    def new(self, hit: Hit) -> bool:
        key = (hit.npi, hit.list, hit.entry, hit.person)
        if key in self._known:
            return False
        self._known.add(key)
        return True


def hits_of(file: ProviderFile, screening: ListScreening, result: ScreeningResult, on: date, actor: str) -> list[Hit]:
    """Return what a person has to work: the rows that are possible, and those that match. Two rows that say the same are
    one hit."""
    version = screening.version
    assert version is not None
    npi, person = file.provider.npi, person_digest(person_of(file.provider))
    found = {
        entry_digest(one.entry): one
        for one in reversed(result.candidates)  # of two that say the same, the first row
        if one.verdict in {"possible", "match"} and one.resolution is None
    }
    return [
        Hit(
            id=hit_id(npi, version.name, entry, person),
            npi=npi,
            list=version.name,
            entry=entry,
            person=person,
            list_id=version.id,
            row_number=one.entry.row_number,
            verdict=one.verdict,
            score=one.score,
            reasons=one.reasons,
            found_on=on,
            recorded_at=clock.stamp(clock.now()),
            actor=actor,
        )
        for entry, one in reversed(found.items())
    ]


def hit_id(npi: str, name: str, entry: str, person: str) -> str:
    """Return the name of a hit, which people type the beginning of: a digest, since names that are counted begin alike."""
    return blake2b(f"{npi}\x1f{name}\x1f{entry}\x1f{person}".encode(), digest_size=10).hexdigest()


def new_hits(store: Store, file: ProviderFile, evidence: Evidence, on: date) -> list[Hit]:
    """Return the hits of a screening that are not known yet."""
    screening = evidence.facts
    if not isinstance(screening, ListScreening) or screening.version is None or not screening.candidates:
        return []
    result, _finding = screened(file, screening, screening.version, on)
    known = {(hit.list, hit.entry, hit.person) for hit in store.hits(file.provider.npi)}
    found = hits_of(file, screening, result, on, store.actor)
    return [hit for hit in found if (hit.list, hit.entry, hit.person) not in known]
