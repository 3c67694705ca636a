"""Screening: everyone, or some, held against the lists in force; what changed is recorded, and every run has its receipt.

A run over everyone records a finding only where it is not what was found the last time. Its receipt renews all the
others: who was held against which version of which list, by which matcher. So a month in which nothing changed costs a
receipt, and `--since last` compares only what is new on either side.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Any

from credkit import clock
from credkit.canonical import canonical
from credkit.checks.exclusions import Exclusions, screened
from credkit.checks.interface import as_verification
from credkit.lists.elsewhere import AskedList, ListHere, Rows, make_stored
from credkit.lists.hits import KnownHits, hits_of, rulings_in_force
from credkit.lists.ready import FileList, StoredList, repeated, rows_of
from credkit.lists.receipts import EVERYONE, SOME, Receipt, Tally, matcher
from credkit.policy import Policy
from credkit.records import (
    Credential,
    CredentialKind,
    EvidenceRecord,
    Finding,
    Hit,
    ListEntry,
    ListScreening,
    ListVersion,
    Provider,
    ProviderFile,
    Screening,
    Verification,
    entry_digest,
)
from credkit.screening.columns import of_people
from credkit.screening.identity import Person, person_digest, person_of
from credkit.screening.verdict import ScreeningResult, unusable
from credkit.store import Store, new_id
from credkit.store.lists import ListRows

_CHECK = Exclusions()
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Screened:
    """One provider held against one list: the outcome, and the finding that stands for it."""

    provider: Provider
    list: str
    result: ScreeningResult
    verification: Verification
    recorded: bool


class Screener:
    """Lists of a store, each made ready when it is first asked for, and what people ruled of their rows."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._ready: dict[str, StoredList] = {}

    def ready(self, version: ListVersion) -> StoredList:
        """Return a version of a list, ready to hold people against."""
        if version.id not in self._ready:
            self._ready[version.id] = StoredList(self._store, version)
        return self._ready[version.id]

    def screenings(
        self, providers: Sequence[tuple[Provider, Sequence[Credential]]], version: ListVersion, policy: Policy, on: date
    ) -> list[ListScreening]:
        """Hold providers, each with the licenses they hold, against a version: for each, the rows that may be theirs."""
        people = [person_of(provider, licenses) for provider, licenses in providers]
        return self.weighed(people, rows_of(of_people(people), self.ready(version)), version, policy, on)

    def weighed(
        self, people: Sequence[Person], held: Rows, version: ListVersion, policy: Policy, on: date
    ) -> list[ListScreening]:
        """Return, for each person, the rows of a version that may be theirs, which were found by the person's place, with
        what was ruled of them."""
        rulings = rulings_in_force(self._store, [person.id for person in people])
        every = {entry.row_number: entry for entries in held.values() for entry in entries}
        folded = self._folded(version, list(every.values()), policy, on)
        return [
            ListScreening(
                version,
                tuple(held.get(place, ())),
                {
                    entry: ruling
                    for (npi, name, entry, digest), ruling in rulings.items()
                    if (npi, name, digest) == (person.id, version.name, person_digest(person))
                }
                if rulings
                else {},
                {one.row_number: folded[one.row_number] for one in held.get(place, ()) if one.row_number in folded},
            )
            for place, person in enumerate(people)
        ]

    def _folded(self, version: ListVersion, entries: list[ListEntry], policy: Policy, on: date) -> dict[int, int]:
        """Rows of SAM that repeat the LEIE, where the policy has everyone held against a LEIE that is fresh."""
        if version.name == "leie" or "leie" not in policy.exclusions.lists or not any(one.agency for one in entries):
            return {}
        leie = self._store.list_version("leie")
        if leie is None or unusable(leie, policy.windows.exclusion_list_max_age_days, on):
            return {}
        return repeated(entries, self.ready(leie))


def screen_everyone(
    store: Store,
    policy: Policy,
    names: Iterable[str],
    *,
    npis: Collection[str] | None = None,
    since_last: bool = False,
    today: date,
    tally: Tally,
    asked: AskedList[Any] | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[Screened]:
    """Hold every provider (or those of some NPIs) against these lists, one after the other, recording what is new.
    `asked` is where the lists are made ready.

    With `since_last` only what changed since the last screening of everyone is compared: providers who changed with the
    whole list, everybody with the rows that are new. A list that may not be screened by leaves a receipt that says so,
    and `tally.troubles`.
    """
    screener = Screener(store)
    asked = asked or ListHere()
    run = new_id()
    scope = EVERYONE if npis is None else SOME
    for name in names:
        version = store.list_version(name)
        receipt = Receipt(run, name, version, scope, store.log_head()[0], today, clock.stamp(clock.now()))
        tally.counts.setdefault(name, receipt.counts)
        why = unusable(version, policy.windows.exclusion_list_max_age_days, today)
        if version is None or why:
            receipt.problem = f"nobody was screened against {name}: {why}"
            receipt.people = receipt.counts["not_screened"] = store.provider_count() if npis is None else len(set(npis))
            tally.troubles.append(receipt.problem)
        else:
            base = _last_of_everyone(store, name) if since_last and npis is None else None
            some: Collection[str] | None = npis
            if base is not None:
                receipt.since = base.id
                some = _concerned(store, base, version, receipt)
            known = KnownHits(store)
            for screened in _hold(store, policy, screener, asked, version, some, known, receipt, today, progress):
                tally.recorded += screened.recorded
                yield screened
            if base is not None:
                receipt.counts["unchanged"] = receipt.people - receipt.counts.total()
        receipt.record(store, policy.sha256, tally)


def _last_of_everyone(store: Store, name: str) -> Screening | None:
    """Return the last whole screening of everyone against a list by this very matcher, whose answers can be kept."""
    whole = [one for one in store.screenings(name) if one.scope == EVERYONE and one.problem is None]
    return whole[-1] if whole and whole[-1].matcher == matcher() else None


def _concerned(store: Store, base: Screening, version: ListVersion, receipt: Receipt) -> set[str]:
    """Return the NPIs of whoever may be found otherwise than the last time: who changed since, whom a row that is new
    might be, of whom there was something to say, since rows also go, end and are ruled on, and who could not be screened
    meanwhile."""
    found = set(store.changed_after(base.after_event))
    said = store.findings_with_something_to_say("exclusions", receipt.name)
    found |= {npi for npi, something in said.items() if something}
    before = next((one for one in store.list_versions() if one.id == base.list_id), None)
    new = [] if base.list_id == version.id else store.list_new_entries(version, before)
    fresh = FileList(ListRows.of(new)) if new else None
    for chunk in with_licenses(store, None, licensed=fresh is not None and fresh.licensed):
        people = [person_of(provider, licenses) for provider, licenses in chunk]
        receipt.tried(people)
        found |= {person.id for person in people if person.id not in said}
        if fresh is not None:
            places, _rows = fresh.candidates(of_people(people))
            found |= {people[place].id for place in set(places.tolist())}
    return found


def with_licenses(
    store: Store, npis: Collection[str] | None, *, licensed: bool = True
) -> Iterator[list[tuple[Provider, list[Credential]]]]:
    """Return providers, `licensed` with the licenses they hold, some thousands at a time."""
    providers = store.providers() if npis is None else iter(store.some_providers(npis))
    while chunk := list(islice(providers, _CHUNK)):
        licenses: dict[str, list[Credential]] = {provider.npi: [] for provider in chunk}
        for npi, state, number in store.licenses(chunk[0].npi, chunk[-1].npi) if licensed else ():
            if npi in licenses:
                licenses[npi].append(Credential("", npi, CredentialKind.LICENSE, state, number))
        yield [(provider, licenses[provider.npi]) for provider in chunk]


def _hold(
    store: Store,
    policy: Policy,
    screener: Screener,
    asked: AskedList[Any],
    version: ListVersion,
    npis: Collection[str] | None,
    hits: KnownHits,
    receipt: Receipt,
    today: date,
    progress: Callable[[int], None],
) -> Iterator[Screened]:
    make_stored(asked, store, version)
    done = 0
    for chunk, people, held in _looked_for(asked, with_licenses(store, npis, licensed=asked.licensed)):
        if receipt.since is None:
            receipt.tried(people)
        last = store.latest_findings("exclusions", version.name, [person.id for person in people])
        screenings = screener.weighed(people, held, version, policy, today)
        found = []
        with store.batch():
            for (provider, licenses), screening in zip(chunk, screenings, strict=True):
                file = ProviderFile(provider, credentials=tuple(licenses))
                one = _screen(store, policy, file, screening, last.get(provider.npi), hits, receipt, today)
                receipt.counts[one.result.outcome] += 1
                found.append(one)
        yield from found
        done += len(chunk)
        progress(done)


_Chunk = Sequence[tuple[Provider, Sequence[Credential]]]


def _looked_for(asked: AskedList[Any], chunks: Iterable[_Chunk]) -> Iterator[tuple[_Chunk, list[Person], Rows]]:
    """Return chunks of providers with the rows that may be theirs. A list elsewhere looks for the next chunk's while one
    is worked; it is never waited for within a transaction, which might hold it up."""
    before: tuple[_Chunk, list[Person]] | None = None
    for chunk in chunks:
        people = [person_of(provider, licenses) for provider, licenses in chunk]
        records = of_people(people)
        held = asked.answer() if before else {}
        asked.ask(records)
        if before:
            yield *before, held
        before = chunk, people
    if before:
        yield *before, asked.answer()


def _screen(
    store: Store,
    policy: Policy,
    file: ProviderFile,
    screening: ListScreening,
    last: Verification | None,
    hits: KnownHits,
    receipt: Receipt,
    today: date,
) -> Screened:
    """Judge one provider against one version, and record the finding unless the receipt will renew the last one."""
    version = screening.version
    assert version is not None
    subject = _CHECK.subject(file.provider, version.name)
    result, finding = screened(file, screening, version, today)
    renews = receipt.scope == EVERYONE and last is not None and _same(last, subject.claims, finding)
    if renews and last is not None:
        return Screened(file.provider, version.name, result, last, recorded=False)
    new = [hit for hit in hits_of(file, screening, result, today, store.actor) if hits.new(hit)]
    verification = record_finding(store, policy, file.provider, screening, version, finding, today, new)
    return Screened(file.provider, version.name, result, verification, recorded=True)


def record_finding(
    store: Store,
    policy: Policy,
    provider: Provider,
    screening: ListScreening,
    version: ListVersion,
    finding: Finding,
    today: date,
    hits: Sequence[Hit] = (),
) -> Verification:
    """Record what a screening found, with its evidence and the hits that are new."""
    evidence, body = list_evidence(provider.npi, screening, version)
    verification = as_verification(
        finding,
        _CHECK.subject(provider, version.name),
        id=new_id(),
        npi=provider.npi,
        on=today,
        recorded_at=clock.stamp(clock.now()),
        actor=store.actor,
        evidence=(evidence,),
        policy_sha256=policy.sha256,
    )
    store.record_verification(verification, [(evidence, body)], hits=hits)
    return verification


def _same(last: Verification, claims: Mapping[str, str | None], finding: Finding) -> bool:
    return (last.result, last.claims, last.comparisons) == (finding.result, claims, finding.comparisons)


def list_evidence(npi: str, screening: ListScreening, version: ListVersion) -> tuple[EvidenceRecord, bytes]:
    """Return the evidence that a screening rests on: the list's receipt, the matcher, and the rows that were weighed.
    The names that were tried stand in the finding. Everybody whom no row resembles shares one body."""
    receipt = {
        "list": version,
        "matcher": matcher(),
        "candidates": [{"row": entry.row_number, "record": entry_digest(entry)} for entry in screening.candidates],
    }
    body = canonical(receipt).encode()
    at = clock.stamp(clock.now())
    return EvidenceRecord(new_id(), npi, "list", version.name, version.address, at, sha256(body).hexdigest()), body
