"""Many records at once, as arrays: what the index and its bound need of each, worked out once for each distinct name."""

import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, Self

import numpy as np
import numpy.typing as npt

from credkit.screening.features import sound
from credkit.screening.identity import Person, as_number, first_forms, known_licenses, last_forms, zip_code
from credkit.screening.names import name_part, readings
from credkit.screening.nicknames import full_forms, has_other_forms
from credkit.screening.score import weights

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Bits = npt.NDArray[np.float64]


class Named(NamedTuple):
    """The columns of many records: text each, "" for nothing; dates of birth as yyyymmdd, 0 for none. `others` are
    further names of some of them: (place, text, first name); `licenses` those that they hold: (place, state, number)."""

    last: Sequence[str]
    first: Sequence[str]
    middle: Sequence[str]
    npi: Sequence[str]
    born: Sequence[int]
    state: Sequence[str]
    zip: Sequence[str]
    licenses: Sequence[tuple[int, str, str]] = ()
    others: Sequence[tuple[int, str, str]] = ()


class _Worked(NamedTuple):
    """One name in one role, worked out. `fulls` are the hashes of every name it may be short for."""

    whole: str
    hash: int
    sound: int
    bits: float
    forms: tuple[int, ...]
    form_sounds: tuple[int, ...]
    fulls: tuple[int, ...]
    short: bool


_NOTHING = _Worked("", 0, 0, 0.0, (), (), (), short=False)


@lru_cache(maxsize=65_536)
def _last(word: str) -> _Worked:
    forms = last_forms(word)
    return _worked(forms, weights().last_bits("same", forms[0]), (), short=False) if forms else _NOTHING


@lru_cache(maxsize=65_536)
def _first(word: str) -> _Worked:
    forms = first_forms(word)
    if not forms:
        return _NOTHING
    fulls = {full for form in forms for full in full_forms(form)}
    short = any(map(has_other_forms, forms))
    return _worked(forms, weights().first_bits("same", forms[0]), fulls, short=short)


def _worked(forms: tuple[str, ...], bits: float, fulls: Iterable[str], *, short: bool) -> _Worked:
    sounds = [hashed(sound(form)) for form in forms]
    return _Worked(
        forms[0],
        hashed(forms[0]),
        sounds[0],
        bits,
        tuple(map(hashed, forms)),
        tuple(dict.fromkeys(sounds)),
        tuple(map(hashed, fulls)),
        short,
    )


@dataclass(frozen=True, slots=True)
class Forms:
    """Distinct names in one role, first or last, by number. `whole` is the name without spaces, `bits` what it adds to a
    score where it agrees. Lists of hashes (of all forms, of their sounds, of the names it may be short for) are flat: a
    name's own begin at its place in `..._from`."""

    whole: list[str]
    hashes: Whole
    lengths: Whole
    initials: Whole
    sounds: Whole
    double: Flags
    short: Flags
    bits: Bits
    forms: Whole
    forms_from: Whole
    form_sounds: Whole
    form_sounds_from: Whole
    fulls: Whole
    fulls_from: Whole

    @classmethod
    def of(cls, words: Sequence[str], used: Whole, work_out: Callable[[str], _Worked]) -> Self:
        """Work out those words that are used in this role."""
        made = [_NOTHING] * len(words)
        for number in used.tolist():
            made[number] = work_out(words[number])
        whole = [one.whole for one in made]
        forms, forms_from = flat([one.forms for one in made])
        form_sounds, form_sounds_from = flat([one.form_sounds for one in made])
        fulls, fulls_from = flat([one.fulls for one in made])
        return cls(
            whole=whole,
            hashes=np.array([one.hash for one in made], dtype=np.int64),
            lengths=np.array([len(name) for name in whole], dtype=np.int64),
            initials=np.array([ord(name[0]) if name else 0 for name in whole], dtype=np.int64),
            sounds=np.array([one.sound for one in made], dtype=np.int64),
            double=np.array([len(one.forms) > 1 for one in made], dtype=bool),
            short=np.array([one.short for one in made], dtype=bool),
            bits=np.array([one.bits for one in made], dtype=np.float64),
            forms=forms,
            forms_from=forms_from,
            form_sounds=form_sounds,
            form_sounds_from=form_sounds_from,
            fulls=fulls,
            fulls_from=fulls_from,
        )

    def full_set(self, number: int) -> frozenset[int]:
        """Return the hashes of every name that a first name may be short for."""
        return _as_set(tuple(self.fulls[self.fulls_from[number] : self.fulls_from[number + 1]].tolist()))


@dataclass(frozen=True, slots=True)
class Records:
    """Records as arrays. A record has one reading or more: `owner` is the record of each reading, `last` and `first` its
    names by number, `middle` the initial of its middle name (0 for none). `licensed` is the record of each license."""

    owner: Whole
    last: Whole
    first: Whole
    middle: Whole
    lasts: Forms
    firsts: Forms
    npi: Whole
    born: Whole
    state: Whole
    zip: Whole
    licensed: Whole
    licenses: Whole

    def __len__(self) -> int:
        return len(self.npi)


class _Names(dict[str, int]):
    """Raw text to the number of its folded form, so that a column is folded at the speed of a dictionary."""

    def __init__(self, numbers: dict[str, int], *, keep_one: bool = True) -> None:
        super().__init__()
        self._numbers = numbers
        self._keep_one = keep_one

    def __missing__(self, raw: str) -> int:
        folded, _ = name_part(raw, keep_one=self._keep_one)
        number = self[raw] = self._numbers.setdefault(folded, len(self._numbers))
        return number


@dataclass(slots=True)
class _Readings:
    """Readings being gathered. Names share one numbering, because a last name may be read as a first."""

    numbers: dict[str, int] = field(default_factory=dict)
    owner: list[int] = field(default_factory=list)
    last: list[int] = field(default_factory=list)
    first: list[int] = field(default_factory=list)
    middle: list[int] = field(default_factory=list)

    def add(self, owner: int, last: int, first: int, middle: int) -> None:
        self.owner.append(owner)
        self.last.append(last)
        self.first.append(first)
        self.middle.append(middle)

    def others(self, named: Named) -> None:
        for place, text, given in named.others:
            for name in readings(text, given):
                number = [
                    self.numbers.setdefault(part, len(self.numbers)) for part in (name.last, name.first, name.middle)
                ]
                self.add(place, *number)

    def records(self, named: Named) -> Records:
        words = list(self.numbers)
        count = len(named.last)
        last, first = np.array(self.last, dtype=np.int64), np.array(self.first, dtype=np.int64)
        initials = np.array([ord(word[0]) if word else 0 for word in words], dtype=np.int64)
        states, zips = _Cached(_state), _Cached(_zip)
        licenses = [
            (place, state + number)
            for place, at, text in named.licenses
            for state, number in known_licenses([(at, text)])
        ]
        return Records(
            owner=np.array(self.owner, dtype=np.int64),
            last=last,
            first=first,
            middle=initials[np.array(self.middle, dtype=np.int64)] if count else last,
            lasts=Forms.of(words, np.unique(last), _last),
            firsts=Forms.of(words, np.unique(first), _first),
            npi=np.array([int(npi) if npi.isdigit() else 0 for npi in named.npi], dtype=np.int64),
            born=np.array(named.born, dtype=np.int64),
            state=np.array([states[text] for text in named.state], dtype=np.int64),
            zip=np.array([zips[text] for text in named.zip], dtype=np.int64),
            licensed=np.array([place for place, _ in licenses], dtype=np.int64),
            licenses=np.array([hashed(number) for _, number in licenses], dtype=np.int64),
        )


def of_rows(named: Named) -> Records:
    """Return the rows of a list as arrays, with the readings of `identity.of_entry`."""
    found = _Readings()
    names, middles = _Names(found.numbers), _Names(found.numbers, keep_one=False)
    found.owner.extend(range(len(named.last)))
    found.last.extend(map(names.__getitem__, named.last))
    found.first.extend(map(names.__getitem__, named.first))
    found.middle.extend(map(middles.__getitem__, named.middle))
    found.others(named)
    return found.records(named)


def of_people(people: Sequence[Person]) -> Records:
    """Return people as arrays, with the readings of `identity.of_person`."""
    found = _Readings()
    names, middles = _Names(found.numbers), _Names(found.numbers, keep_one=False)
    middles[""] = nothing = names[""]
    for owner, one in enumerate(people):
        last, first, middle = names[one.last_name], names[one.first_name], middles[one.middle_name]
        found.add(owner, last, first, middle)
        if len(one.middle_name) > 1 and middle != nothing:
            found.add(owner, last, middle, first)
        if nothing not in {last, first}:
            found.add(owner, first, last, middle)
    named = Named(
        last=[one.last_name for one in people],
        first=[],
        middle=[],
        npi=[one.npi for one in people],
        born=[as_number(one.date_of_birth) for one in people],
        state=[one.state for one in people],
        zip=[one.zip for one in people],
        licenses=[(place, state, number) for place, one in enumerate(people) for state, number in one.licenses],
        others=[(place, text, one.first_name) for place, one in enumerate(people) for text in one.former_names],
    )
    found.others(named)
    return found.records(named)


@lru_cache(maxsize=65_536)
def _as_set(hashes: tuple[int, ...]) -> frozenset[int]:
    return frozenset(hashes)


class _Cached(dict[str, int]):
    def __init__(self, make: Callable[[str], int]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> int:
        made = self[text] = self._make(text)
        return made


def _state(text: str) -> int:
    code = text.strip().upper()
    return hashed(code) if code else 0


def _zip(text: str) -> int:
    digits = zip_code(text)
    if not digits:
        return 0
    return int(digits) if digits.isascii() and digits.isdigit() else hashed(digits)  # of another country


def hashed(text: str) -> int:
    """Return 32 bits of a text, the same in every process."""
    return zlib.crc32(text.encode())


def flat(lists: Iterable[Sequence[int]]) -> tuple[Whole, Whole]:
    """Return lists of numbers as one, and where each begins (one more than there are lists)."""
    lists = list(lists)
    begins = np.zeros(len(lists) + 1, dtype=np.int64)
    np.cumsum([len(one) for one in lists], out=begins[1:])
    return np.fromiter((value for one in lists for value in one), np.int64, int(begins[-1])), begins


def expand(numbers: Whole, values: Whole, begins: Whole) -> tuple[Whole, Whole]:
    """Return, for each value of the list of each number, the number's place and the value."""
    counts = begins[numbers + 1] - begins[numbers]
    places = np.repeat(np.arange(len(numbers)), counts)
    within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    return places, values[np.repeat(begins[numbers], counts) + within]
