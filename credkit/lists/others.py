"""Screening people who are not in the store: each held against every list that was named, each with an answer."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from credkit import clock
from credkit.lists.elsewhere import AskedList, ListHere, asked_list, make_stored
from credkit.lists.ready import repeated
from credkit.lists.receipts import FILE, Receipt, Tally
from credkit.lists.unloaded import list_from_file
from credkit.records import ListEntry, ListVersion
from credkit.screening.columns import of_people
from credkit.screening.identity import of_person
from credkit.screening.verdict import ScreeningResult, nothing_found, screen, unusable
from credkit.store import Store, new_id

if TYPE_CHECKING:
    from credkit.lists.people import People, Read
    from credkit.policy import Policy

_CHUNK = 2_500
#: So many chunks of people are read ahead of a list that is still being read.
_AHEAD = 16
Rows = Mapping[int, Sequence[ListEntry]]
#: What a person's outcome is of several lists': the first of these that any of them says.
_GRAVITY = {word: n for n, word in enumerate(("match", "possible", "not_screened", "insufficient_data", "clear"))}


@dataclass(frozen=True, slots=True)
class ScreenedPerson:
    """One person of a file: the outcome of all lists together, each list's own, and what could not be used."""

    read: "Read"
    outcome: str
    results: dict[str, ScreeningResult]


@dataclass(frozen=True, slots=True)
class NamedList:
    """A list to hold people against, in force in the store or straight from a file, and where it is made ready."""

    name: str
    path: Path | None = None
    asked: AskedList[Any] = field(default_factory=ListHere)

    def begin(self) -> None:
        """Begin to read it, if it is in a file."""
        if self.path is not None:
            self.asked.make(partial(list_from_file, self.name, self.path))

    def known_as(self, name: str) -> "NamedList":
        """Return the same list by its own name; a file that was taken for another list's is read anew."""
        if name == self.name or self.path is None:
            return replace(self, name=name)
        other = NamedList(name, self.path)
        other.begin()
        return other


@contextmanager
def begun(given: Iterable[tuple[str, Path | None]]) -> Iterator[list[NamedList]]:
    """Begin to make lists ready, each by a process of its own where there can be one: those of files at once, those of
    a store when it is open. Use it before the store is opened."""
    with ExitStack() as opened:
        named = [NamedList(name, path, opened.enter_context(closing(asked_list()))) for name, path in given]
        for one in named:
            one.begin()
        yield named


def screen_people(
    store: Store,
    policy: "Policy",
    people: "People",
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
    lists = [(one, _in_force(store, one)) for one in named]
    chunks = ((chunk, of_people([read.person for read in chunk])) for chunk in people.in_chunks(_CHUNK))
    waiting = deque([next(chunks)])
    # While other processes make lists ready, the people are read ahead of them.
    made = [one.asked for one, version in lists if one.path or version]
    while len(waiting) < _AHEAD and not all(asked.is_ready() for asked in made):
        more = next(chunks, None)
        if more is None:
            break
        waiting.append(more)
    ready: dict[str, AskedList[Any]] = {}
    receipts: dict[str, Receipt] = {}
    for one, in_force in lists:
        version = one.asked.said.version(published_on, today, store.actor) if one.path else in_force
        name = version.name if version else one.name
        receipt = Receipt(run, name, version, FILE, store.log_head()[0], today, clock.stamp(clock.now()))
        receipt.source_file, receipt.source_sha256 = Path(people.source).name, people.sha256
        receipt.stored = one.path is None
        receipts[name] = receipt
        tally.counts[name] = receipt.counts
        why = unusable(version, policy.windows.exclusion_list_max_age_days, today)
        if why:
            receipt.problem = f"nobody was screened against {name}: {why}"
            tally.troubles.append(receipt.problem)
        else:
            ready[name] = one.asked
    done = 0
    for asked in ready.values():
        asked.ask(waiting[0][1])
    while waiting:
        chunk, _records = waiting.popleft()
        rows = {name: asked.answer() for name, asked in ready.items()}
        folded = _folded(rows, ready)
        waiting.extend(islice(chunks, 0 if waiting else 1))
        for asked in ready.values() if waiting else ():
            asked.ask(waiting[0][1])  # a list elsewhere looks for them while these are compared
        for read, by_list in zip(chunk, _screened(chunk, rows, folded, receipts, today), strict=True):
            outcome = min((one.outcome for one in by_list.values()), key=_GRAVITY.__getitem__)
            yield ScreenedPerson(read, outcome, by_list)
        done += len(chunk)
        progress(done)
    for receipt in receipts.values():
        receipt.record(store, policy.sha256, tally)


def _in_force(store: Store, one: NamedList) -> ListVersion | None:
    """Return the version in force of a list of the store, which begins to be made ready; None for any other."""
    version = None if one.path else store.list_version(one.name)
    if version is not None:
        make_stored(one.asked, store, version)
    return version


def _folded(rows: Mapping[str, Rows], ready: Mapping[str, AskedList[Any]]) -> dict[str, dict[int, int]]:
    """Return, for each list but the LEIE, which of its rows repeat a row of the LEIE that is asked too."""
    if "leie" not in ready:
        return {}
    return {
        name: repeated([entry for entries in found.values() for entry in entries], ready["leie"])
        for name, found in rows.items()
        if name != "leie"
    }


def _screened(
    chunk: Sequence["Read"],
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
