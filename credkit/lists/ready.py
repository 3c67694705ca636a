"""Lists made ready to hold people against: the version in force, or a file that is not in the store.

The index over a stored list is kept in files beside the store, one for each stretch of records: a month's version indexes
only the records that are new. It is a cache. Its files are named after what they were made by, so that another credkit
makes its own, and after the version that was in force when they were made, which no other store has, so that one from
another store's past is never taken for this one's.
"""

import json
import os
import zlib
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol
from zipfile import BadZipFile

import numpy as np

from credkit.records import ListEntry, ListVersion
from credkit.screening.columns import Named, Records, Whole, of_people, of_rows
from credkit.screening.identity import Person, of_entry, of_person
from credkit.screening.index import Index
from credkit.screening.kept import from_bytes, made_by, to_bytes
from credkit.screening.score import compare
from credkit.store import Store
from credkit.store.lists import ListRows

#: What an index is made of.
FACTS = (
    "last_name", "first_name", "middle_name", "npi", "date_of_birth", "state", "zip", "aliases", "license_number",
)  # fmt: skip
#: So many kept stretches are made one again.
_MOST_STRETCHES = 12
#: The agencies whose rows in SAM repeat the LEIE: HHS by its exclusions, OPM by reciprocity.
_REPEATING = frozenset({"HHS", "OPM"})


class ReadyList(Protocol):
    """One version of a list, ready to hold people against. Its rows have numbers of its own."""

    @property
    def licensed(self) -> bool:
        """Whether any row gives a license number, so that people's own are worth reading."""
        ...

    def candidates(self, people: Records) -> tuple[Whole, Whole]:
        """Return (person's place, row) of every pair that is worth a comparison, by person."""
        ...

    def entries(self, rows: Iterable[int]) -> dict[int, ListEntry]:
        """Return rows as entries."""
        ...


class FileList:
    """The rows of a file."""

    def __init__(self, rows: ListRows) -> None:
        self._rows = rows
        self._index = Index.of(of_rows(_named([rows.column(fact) for fact in FACTS])))

    @property
    def licensed(self) -> bool:
        return len(self._index.rows.licensed) > 0

    def candidates(self, people: Records) -> tuple[Whole, Whole]:
        return self._index.candidates(people)

    def entries(self, rows: Iterable[int]) -> dict[int, ListEntry]:
        places = sorted(set(rows))
        return dict(zip(places, self._rows.entries(places), strict=True))


class StoredList:
    """The version of a list that is in force in a store. Its rows are numbered as the store's records are."""

    def __init__(self, store: Store, version: ListVersion) -> None:
        self._store = store
        self._records, self._rows = _placed(store.list_runs(version))
        self._stretches = _Stretches(store, version).all()

    @property
    def licensed(self) -> bool:
        """Whether any row gives a license number, also one that is not of this version."""
        return any(len(index.rows.licensed) for index, _numbers in self._stretches)

    def candidates(self, people: Records) -> tuple[Whole, Whole]:
        found = []
        for index, numbers in self._stretches:
            places, rows = index.candidates(people)
            records = numbers[rows]
            held = self._row_numbers(records) > 0
            found.append(places[held] << 32 | records[held])
        both = np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=np.int64)
        return both >> 32, both & 0xFFFFFFFF

    def entries(self, rows: Iterable[int]) -> dict[int, ListEntry]:
        records = np.array(sorted(set(rows)), dtype=np.int64)
        row_numbers = self._row_numbers(records).tolist()
        return dict(self._store.list_record_entries(dict(zip(records.tolist(), row_numbers, strict=True))))

    def _row_numbers(self, records: Whole) -> Whole:
        """Return on which row of the version each record stands (the first, where it stands on several), 0 for one that
        does not."""
        if not len(self._records):
            return np.zeros(len(records), dtype=np.int64)
        place = np.minimum(np.searchsorted(self._records, records), len(self._records) - 1)
        return np.where(self._records[place] == records, self._rows[place], 0)


def _placed(runs: Sequence[tuple[int, int, int]]) -> tuple[Whole, Whole]:
    """Return the records of runs (first row, last row, first record) in their order, and the first row of each. Runs may
    overlap: a row that stands twice is one record."""
    firsts, lasts, beginnings = np.array(runs, dtype=np.int64).reshape(-1, 3).T
    counts = lasts - firsts + 1
    within = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
    rows = np.repeat(firsts, counts) + within
    records = np.repeat(beginnings, counts) + within
    order = np.lexsort((rows, records))
    records, rows = records[order], rows[order]
    first = np.ones(len(records), dtype=bool)
    first[1:] = records[1:] != records[:-1]
    return records[first], rows[first]


class _Stretches:
    """The kept indexes over the records of a list, and a new one over those that none of them has."""

    def __init__(self, store: Store, version: ListVersion) -> None:
        self._store = store
        self._version = version
        self._folder = store.index_folder
        self._of_the_list = f"{''.join(sign if sign.isalnum() else '-' for sign in version.name)}."
        self._beginning = f"{self._of_the_list}{made_by()}."

    def all(self) -> list[tuple[Index, Whole]]:
        kept = self._kept()
        if len(kept) >= _MOST_STRETCHES:
            kept = []
        reached = int(kept[-1][1][-1]) if kept else 0
        new = self._store.list_records(self._version.name, reached, FACTS)
        if new:
            columns = list(zip(*new, strict=True))
            made = Index.of(of_rows(_named([[cell or "" for cell in column] for column in columns[1:]])))
            numbers = np.array(columns[0], dtype=np.int64)
            self._keep(made, numbers, reached)
            kept.append((made, numbers))
        return kept

    def _kept(self) -> list[tuple[Index, Whole]]:
        """Return what is kept and of this store, each stretch beginning where the one before it ends."""
        known = {version.id for version in self._store.list_versions() if version.name == self._version.name}
        found: dict[int, tuple[int, Path]] = {}
        for path in sorted(self._folder.glob(f"{self._beginning}*.npz")):
            made_by, _, ends = path.name.removeprefix(self._beginning).removesuffix(".npz").partition(".")
            after, _, last = ends.partition("-")
            if made_by in known and after.isdigit() and last.isdigit():
                found[int(after)] = max(found.get(int(after), (0, path)), (int(last), path))
        kept = []
        reached = 0
        while reached in found:
            upto, kept_at = found[reached]
            try:
                index, numbers = from_bytes(kept_at.read_bytes())
            except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error):
                break  # damaged or gone: it is made again
            if upto <= reached or not len(numbers) or numbers[-1] != upto:
                break
            kept.append((index, numbers))
            reached = upto
        return kept

    def _keep(self, index: Index, numbers: Whole, reached: int) -> None:
        path = self._folder / f"{self._beginning}{self._version.id}.{reached}-{int(numbers[-1])}.npz"
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            half = path.with_name(f"{path.name}.{os.getpid()}")
            half.write_bytes(to_bytes(index, numbers))
            half.chmod(0o600)
            half.replace(path)
            if not reached:  # it holds all that older ones do
                for older in self._folder.glob(f"{self._of_the_list}*"):
                    if older != path:
                        older.unlink(missing_ok=True)
        except OSError:
            return  # the next command makes it again


def _named(columns: Sequence[Sequence[str]]) -> Named:
    """Return the columns of FACTS, as a store or a file holds them, as an index is made of them."""
    last, first, middle, npi, born, state, zip_code, aliases, licenses = columns
    days = {day: int(day.replace("-", "") or 0) for day in set(born)}
    return Named(
        last=last,
        first=first,
        middle=middle,
        npi=npi,
        born=[days[day] for day in born],
        state=state,
        zip=zip_code,
        licenses=[(place, state[place], number) for place, number in enumerate(licenses) if number],
        others=[
            (place, alias, first[place])
            for place, text in enumerate(aliases)
            if text and text != "[]"
            for alias in json.loads(text)
        ],
    )


def rows_of(people: Records, ready: ReadyList) -> dict[int, list[ListEntry]]:
    """Return, by the place of each person whom any row of a list may be, those rows."""
    return {place: rows for place, rows in enumerate(held_against(people, ready)) if rows}


def held_against(people: Records, ready: ReadyList) -> list[list[ListEntry]]:
    """Return, for each person, the rows of a list that may be theirs, in the list's order."""
    places, rows = ready.candidates(people)
    entries = ready.entries(set(rows.tolist()))
    found: list[list[ListEntry]] = [[] for _ in range(len(people))]
    for place, row in zip(places.tolist(), rows.tolist(), strict=True):
        found[place].append(entries[row])
    for rows_of_one in found:
        rows_of_one.sort(key=lambda entry: entry.row_number)
    return found


def repeated(entries: Sequence[ListEntry], leie: ReadyList) -> dict[int, int]:
    """Return which rows of SAM, by number, repeat which row of the LEIE: excluded by HHS or OPM, of the same name, and of
    the same day or NPI. Where the LEIE has no such row, or has it without SAM's NPI, SAM's stands for itself."""
    some = [entry for entry in entries if (entry.agency or "").upper() in _REPEATING and entry.last_name]
    people = [
        Person(
            id=str(entry.row_number),
            last_name=entry.last_name or "",
            first_name=entry.first_name or "",
            middle_name=entry.middle_name or "",
            suffix=entry.suffix or "",
            npi=entry.npi or "",
            state=entry.state or "",
            zip=entry.zip or "",
        )
        for entry in some
    ]
    found: dict[int, int] = {}
    for entry, person, rows in zip(some, people, held_against(of_people(people), leie) if people else (), strict=True):
        for row in rows:
            if entry.npi is not None and row.npi != entry.npi:
                continue  # whoever bears this number is found by SAM's row alone
            if row.reinstated_on is not None:
                continue  # what SAM still holds does not end with it
            same_act = row.excluded_on is not None and row.excluded_on == entry.excluded_on
            same_npi = row.npi is not None and row.npi == entry.npi
            if (same_act or same_npi) and compare(of_person(person), of_entry(row)).same_name:
                found[entry.row_number] = row.row_number
                break
    return found
