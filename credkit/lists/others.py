"""Screening people who are not in the store: each held against every list that was named, each with an answer."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path

from credkit import clock
from credkit.errors import InputRejected
from credkit.lists.elsewhere import ListElsewhere, can_fork
from credkit.lists.known import known_list
from credkit.lists.opening import take_in
from credkit.lists.people import People, Read
from credkit.lists.ready import FileList, ReadyList, StoredList, repeated, rows_of
from credkit.lists.receipts import FILE, Receipt, Tally
from credkit.lists.step import estimated_day
from credkit.policy import Policy
from credkit.records import ListEntry, ListVersion
from credkit.screening.columns import Records, of_people
from credkit.screening.identity import of_person
from credkit.screening.verdict import ScreeningResult, nothing_found, screen, unusable
from credkit.store import Store, new_id

_CHUNK = 5_000
#: So many chunks of people are read ahead of a list that is still being read.
_AHEAD = 8
Rows = Mapping[int, Sequence[ListEntry]]
#: What a person's outcome is of several lists': the first of these that any of them says.
_GRAVITY = {word: n for n, word in enumerate(("match", "possible", "not_screened", "insufficient_data", "clear"))}


@dataclass(frozen=True, slots=True)
class ScreenedPerson:
    """One person of a file: the outcome of all lists together, each list's own, and what could not be used."""

    read: Read
    outcome: str
    results: dict[str, ScreeningResult]


@dataclass(frozen=True, slots=True)
class NamedList:
    """A list to hold people against: in force in the store, or straight from a file."""

    name: str
    path: Path | None = None


def list_from_file(name: str, path: Path, published_on: date | None, today: date, actor: str) -> FileList:
    """Read a list from its file without loading it. Raises InputRejected for what is not the list."""
    known = known_list(name)
    file = known.parse(take_in(path, known.hint))
    if not file.rows:
        raise InputRejected(f"{path}: none of its {len(file.set_aside):,} rows can be used.", hint=known.hint)
    version = ListVersion(
        id=new_id(),
        name=known.name,
        source_file=path.name,
        sha256=file.sha256,
        published_on=published_on or estimated_day(path, file.table, today),
        published_stated=published_on is not None,
        acquired_on=today,
        rows=file.rows,
        added=0,
        removed=0,
        warnings=file.warnings,
        recorded_at=clock.stamp(clock.now()),
        actor=actor,
        set_aside=len(file.set_aside),
    )
    return FileList(version, file.table)


def screen_people(
    store: Store,
    policy: Policy,
    people: People,
    named: Sequence[NamedList],
    *,
    published_on: date | None,
    today: date,
    tally: Tally,
    progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[ScreenedPerson]:
    """Hold the people of a file against lists, in the file's order, and keep a receipt for each list.

    Against a list that is not loaded, or too old, nobody is screened; a row that cannot be trusted is not screened
    either.
    """
    run = new_id()
    with ExitStack() as open_lists:
        lists = [(one, _opened(store, one, published_on, today, open_lists)) for one in named]
        chunks = ((chunk, of_people([read.person for read in chunk])) for chunk in people.in_chunks(_CHUNK))
        waiting = deque([next(chunks)])
        # While another process reads a list, the people are read ahead of it.
        elsewhere = [listed for _one, listed in lists if isinstance(listed, ListElsewhere)]
        while len(waiting) < _AHEAD and not all(listed.is_ready() for listed in elsewhere):
            waiting.extend(islice(chunks, 1))
            if sum(len(chunk) for chunk, _records in waiting) < len(waiting) * _CHUNK:
                break  # that was the last
        ready: dict[str, ReadyList] = {}
        receipts: dict[str, Receipt] = {}
        for one, listed in lists:
            version = listed.version if listed else None
            name = version.name if version else one.name
            receipt = Receipt(run, name, version, FILE, store.log_head()[0], today, clock.stamp(clock.now()))
            receipt.source_file, receipt.source_sha256 = Path(people.source).name, people.sha256
            receipt.stored = one.path is None
            receipts[name] = receipt
            tally.counts[name] = receipt.counts
            why = unusable(version, policy.windows.exclusion_list_max_age_days, today)
            if listed is None or why:
                receipt.problem = f"nobody was screened against {name}: {why}"
                tally.troubles.append(receipt.problem)
            else:
                ready[name] = listed
        done = 0
        asked = {name: _Asked(listed) for name, listed in ready.items()}
        for asking in asked.values():
            asking.ask(waiting[0][1])
        while waiting:
            chunk, _records = waiting.popleft()
            rows = {name: asking.answer() for name, asking in asked.items()}
            folded = _folded(rows, ready)
            waiting.extend(islice(chunks, 0 if waiting else 1))
            for asking in asked.values() if waiting else ():
                asking.ask(waiting[0][1])  # a list elsewhere looks for them while these are compared
            for read, by_list in zip(chunk, _screened(chunk, rows, folded, receipts, today), strict=True):
                outcome = min((one.outcome for one in by_list.values()), key=_GRAVITY.__getitem__)
                yield ScreenedPerson(read, outcome, by_list)
            done += len(chunk)
            progress(done)
    for receipt in receipts.values():
        receipt.record(store, policy.sha256, tally)


def _opened(
    store: Store, one: NamedList, published_on: date | None, today: date, open_lists: ExitStack
) -> ReadyList | None:
    """Return a list from its file, or the version in force in the store; None where it is not loaded."""
    if one.path is not None:
        make = partial(list_from_file, one.name, one.path, published_on, today, store.actor)
        if not can_fork():
            return make()
        elsewhere = ListElsewhere(make)
        open_lists.callback(elsewhere.close)
        return elsewhere
    version = store.list_version(one.name)
    return StoredList(store, version) if version else None


class _Asked:
    """A list that was asked for the rows which may be some people: one elsewhere looks at once, one here when the answer
    is wanted."""

    def __init__(self, ready: ReadyList) -> None:
        self._ready = ready
        self._people: Records | None = None

    def ask(self, people: Records) -> None:
        if isinstance(self._ready, ListElsewhere):
            self._ready.ask(people)
        self._people = people

    def answer(self) -> Mapping[int, Sequence[ListEntry]]:
        assert self._people is not None
        return self._ready.answer() if isinstance(self._ready, ListElsewhere) else rows_of(self._people, self._ready)


def _folded(rows: Mapping[str, Rows], ready: Mapping[str, ReadyList]) -> dict[str, dict[int, int]]:
    """Return, for each list but the LEIE, which of its rows repeat a row of the LEIE that is asked too."""
    if "leie" not in ready:
        return {}
    return {
        name: repeated([entry for entries in found.values() for entry in entries], ready["leie"])
        for name, found in rows.items()
        if name != "leie"
    }


def _screened(
    chunk: Sequence[Read],
    rows: Mapping[str, Rows],
    folded: Mapping[str, Mapping[int, int]],
    receipts: Mapping[str, Receipt],
    today: date,
) -> list[dict[str, ScreeningResult]]:
    people = [read.person for read in chunk]
    found: list[dict[str, ScreeningResult]] = [{} for _ in chunk]
    for name, receipt in receipts.items():
        receipt.tried(people)
        held = rows.get(name)
        for place, read in enumerate(chunk):
            if read.problem is not None:
                result = ScreeningResult("not_screened", (read.problem,))
            elif held is None:
                result = ScreeningResult("not_screened", (receipt.problem or "",))
            elif entries := held.get(place):
                practice = (read.person.state,) if read.person.state else ()
                identity = of_person(read.person)
                result = screen(read.person, identity, entries, today, practice=practice, folded=folded.get(name))
            else:
                result = nothing_found(read.person)
            found[place][name] = result
            receipt.counts[result.outcome] += 1
    return found
