"""Many records at once, as arrays: what the index and its bound need of each, worked out once for each distinct name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Self
from zlib import crc32

import numpy as np
import numpy.typing as npt

from credkit.reference.name_frequency import given_name_bits, surname_bits
from credkit.screening.features import sound
from credkit.screening.identity import (
    Person,
    as_number,
    first_forms,
    known_licenses,
    last_forms,
    with_stateless,
    zip_code,
)
from credkit.screening.names import initials_apart, name_part, readings
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
    def of_lasts(cls, words: Sequence[str], used: Whole) -> Self:
        """Work out those of the folded names that are last names."""
        weigh = weights()
        return cls._of(
            words, used, last_forms, surname_bits, weigh.levels["last_name"]["same"], weigh.last_rarity, first=False
        )

    @classmethod
    def of_firsts(cls, words: Sequence[str], used: Whole) -> Self:
        """Work out those of the folded names that are first names."""
        weigh = weights()
        return cls._of(
            words,
            used,
            first_forms,
            given_name_bits,
            weigh.levels["first_name"]["same"],
            weigh.first_rarity,
            first=True,
        )

    @classmethod
    def _of(
        cls,
        words: Sequence[str],
        used: Whole,
        make: Callable[[str], tuple[str, ...]],
        rarity: Callable[[str], float],
        same: float,
        share: float,
        *,
        first: bool,
    ) -> Self:
        """Work out names a column at a time: nearly all are one plain word, and have one form."""
        numbers = [number for number in used.tolist() if words[number]]
        some = [words[number] for number in numbers]
        several = {place: make(word) for place, word in enumerate(some) if " " in word}
        for place, many in several.items():
            some[place] = many[0]
        hashes = [crc32(word.encode()) for word in some]
        sounds = [crc32(sound(word).encode()) for word in some]
        forms, forms_from = _lists(
            len(words), numbers, hashes, {n: list(map(hashed, many)) for n, many in several.items()}
        )
        form_sounds, form_sounds_from = _lists(
            len(words), numbers, sounds, {n: [hashed(sound(form)) for form in many] for n, many in several.items()}
        )
        short = [place for place, word in enumerate(some) if first and has_other_forms(word)]
        short += [place for place, many in several.items() if first and any(map(has_other_forms, many))]
        fulls, fulls_from = _lists(
            len(words),
            numbers,
            hashes,
            {
                place: list({hashed(full) for form in several.get(place, (some[place],)) for full in full_forms(form)})
                for place in {*short, *several}
            },
        )

        def dense(values: Iterable[float], kind: type[np.generic]) -> npt.NDArray[Any]:
            made = np.zeros(len(words), dtype=kind)
            made[numbers] = np.fromiter(values, kind, len(numbers))
            return made

        whole = [""] * len(words)
        for number, word in zip(numbers, some, strict=True):
            whole[number] = word
        return cls(
            whole=whole,
            hashes=dense(hashes, np.int64),
            lengths=dense(map(len, some), np.int64),
            initials=dense((ord(word[0]) for word in some), np.int64),
            sounds=dense(sounds, np.int64),
            double=_flags(len(words), [numbers[place] for place, many in several.items() if len(many) > 1]),
            short=_flags(len(words), [numbers[place] for place in short]),
            bits=dense((same + rarity(word) * share for word in some), np.float64),
            forms=forms,
            forms_from=forms_from,
            form_sounds=form_sounds,
            form_sounds_from=form_sounds_from,
            fulls=fulls,
            fulls_from=fulls_from,
        )

    def full_sets(self, numbers: Whole) -> dict[int, frozenset[int]]:
        """Return, for each of some first names, the hashes of every name that it may be short for."""
        begins = self.fulls_from
        return {
            number: frozenset(self.fulls[begins[number] : begins[number + 1]].tolist())
            for number in distinct(numbers).tolist()
        }


@dataclass(frozen=True, slots=True)
class Records:
    """Records as arrays. A record has one reading or more: `owner` is the record of each reading, `last` and `first` its
    names by number, `middle` the initial of its middle name (0 for none). `licensed` is the record of each license; of people, `held` are
    their licenses as written, which few lists give and `with_licenses` reads."""

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
    held: tuple[tuple[int, str, str], ...] = ()

    def __len__(self) -> int:
        return len(self.npi)

    def with_licenses(self) -> "Records":
        """Return people with their licenses read."""
        licensed, licenses = _licenses(
            (place, *one) for place, state, number in self.held for one in with_stateless([(state, number)])
        )
        return replace(self, licensed=licensed, licenses=licenses, held=())


class _Names(dict[str, int]):
    """Raw text to the number of its folded form, so that a column is folded at the speed of a dictionary."""

    def __init__(self, numbers: dict[str, int], *, keep_one: bool = True, given: bool = False) -> None:
        super().__init__()
        self._numbers = numbers
        self._keep_one = keep_one
        self._given = given

    def __missing__(self, raw: str) -> int:
        folded, _ = name_part(raw, keep_one=self._keep_one, given=self._given)
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

    def add_all(self, owner: Sequence[int], last: Sequence[int], first: Sequence[int], middle: Sequence[int]) -> None:
        self.owner.extend(owner)
        self.last.extend(last)
        self.first.extend(first)
        self.middle.extend(middle)

    def add_apart(self, owner: int, last: int, first: str, middle: str) -> None:
        """Add the parts of a raw first name that begins with an initial, if this one does."""
        folded = name_part(first, given=True)[0]
        if apart := initials_apart(folded, name_part(middle, keep_one=False)[0]):
            self.add(owner, last, *(self.numbers.setdefault(part, len(self.numbers)) for part in apart))

    def others(self, named: Named) -> None:
        for place, text, given in named.others:
            for name in readings(text, given):
                number = [
                    self.numbers.setdefault(part, len(self.numbers)) for part in (name.last, name.first, name.middle)
                ]
                self.add(place, *number)

    def records(self, named: Named, held: tuple[tuple[int, str, str], ...] = ()) -> Records:
        words = list(self.numbers)
        count = len(named.last)
        last, first = np.array(self.last, dtype=np.int64), np.array(self.first, dtype=np.int64)
        initials = np.array([ord(word[0]) if word else 0 for word in words], dtype=np.int64)
        states, zips, npis = _Cached(_state), _Cached(_zip), _Cached(_npi)
        licensed, licenses = _licenses(named.licenses)
        return Records(
            owner=np.array(self.owner, dtype=np.int64),
            last=last,
            first=first,
            middle=initials[np.array(self.middle, dtype=np.int64)] if count else last,
            lasts=Forms.of_lasts(words, distinct(last)),
            firsts=Forms.of_firsts(words, distinct(first)),
            npi=np.fromiter(map(npis.__getitem__, named.npi), np.int64, count),
            born=np.array(named.born, dtype=np.int64),
            state=np.fromiter(map(states.__getitem__, named.state), np.int64, count),
            zip=np.fromiter(map(zips.__getitem__, named.zip), np.int64, count),
            licensed=licensed,
            licenses=licenses,
            held=held,
        )


def of_rows(named: Named) -> Records:
    """Return the rows of a list as arrays, with the readings of `identity.of_entry`."""
    found = _Readings()
    names, middles = _Names(found.numbers), _Names(found.numbers, keep_one=False)
    firsts = _Names(found.numbers, given=True)
    found.add_all(
        range(len(named.last)),
        list(map(names.__getitem__, named.last)),
        list(map(firsts.__getitem__, named.first)),
        list(map(middles.__getitem__, named.middle)),
    )
    for place, first in enumerate(named.first):
        if not first.isalpha():  # one plain word, as nearly all
            found.add_apart(place, found.last[place], first, named.middle[place])
    found.others(named)
    return found.records(named)


def of_people(people: Sequence[Person]) -> Records:
    """Return people as arrays, with the readings of `identity.of_person`."""
    found = _Readings()
    names, middles = _Names(found.numbers), _Names(found.numbers, keep_one=False)
    firsts = _Names(found.numbers, given=True)
    middles[""] = firsts[""] = nothing = names[""]
    lasts = [one.last_name for one in people]
    last, first = list(map(names.__getitem__, lasts)), [firsts[one.first_name] for one in people]
    middle = [middles[one.middle_name] for one in people]
    every = range(len(people))
    found.add_all(every, last, first, middle)
    for owner, one in enumerate(people):
        if not one.first_name.isalpha():
            found.add_apart(owner, last[owner], one.first_name, one.middle_name)
    with_middle = [owner for owner, one in enumerate(people) if len(one.middle_name) > 1 and middle[owner] != nothing]
    found.add_all(with_middle, *([column[owner] for owner in with_middle] for column in (last, middle, first)))
    swapped = [owner for owner in every if last[owner] != nothing and first[owner] != nothing]
    found.add_all(swapped, *([column[owner] for owner in swapped] for column in (first, last, middle)))
    named = Named(
        last=lasts,
        first=[],
        middle=[],
        npi=[one.npi for one in people],
        born=[as_number(one.date_of_birth) for one in people],
        state=[one.state for one in people],
        zip=[one.zip for one in people],
        others=[(place, text, one.first_name) for place, one in enumerate(people) for text in one.former_names],
    )
    found.others(named)
    held = tuple((place, state, number) for place, one in enumerate(people) for state, number in one.licenses)
    return found.records(named, held)


class _Cached(dict[str, int]):
    def __init__(self, make: Callable[[str], int]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, text: str) -> int:
        made = self[text] = self._make(text)
        return made


def _npi(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _state(text: str) -> int:
    code = text.strip().upper()
    return hashed(code) if code else 0


def _zip(text: str) -> int:
    digits = zip_code(text)
    if not digits:
        return 0
    return int(digits) if digits.isascii() and digits.isdigit() else hashed(digits)  # of another country


def _licenses(held: Iterable[tuple[int, str, str]]) -> tuple[Whole, Whole]:
    """Return whose each license is, and the hash of its state and digits."""
    known = [(place, state + number) for place, at, text in held for state, number in known_licenses([(at, text)])]
    return (
        np.array([place for place, _ in known], dtype=np.int64),
        np.array([hashed(number) for _, number in known], dtype=np.int64),
    )


def hashed(text: str) -> int:
    """Return 32 bits of a text, the same in every process."""
    return crc32(text.encode())


def _lists(
    count: int, numbers: Sequence[int], ones: Sequence[int], several: Mapping[int, Sequence[int]]
) -> tuple[Whole, Whole]:
    """Return lists of numbers as one, and where each begins (one more than there are lists): one value for each of these
    numbers, several for those at some places, none for any other."""
    sizes = np.zeros(count, dtype=np.int64)
    sizes[list(numbers)] = 1
    for place, values in several.items():
        sizes[numbers[place]] = len(values)
    begins = np.zeros(count + 1, dtype=np.int64)
    np.cumsum(sizes, out=begins[1:])
    made = np.zeros(int(begins[-1]), dtype=np.int64)
    made[begins[list(numbers)]] = ones
    for place, values in several.items():
        begin = begins[numbers[place]]
        made[begin : begin + len(values)] = values
    return made, begins


def _flags(count: int, numbers: Sequence[int]) -> Flags:
    made = np.zeros(count, dtype=bool)
    made[list(numbers)] = True
    return made


def distinct(numbers: Whole) -> Whole:
    """Return the numbers in order, each once. numpy's own `unique` imports its masked arrays first, which takes longer."""
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), dtype=bool)
    first[1:] = ordered[1:] != ordered[:-1]
    return ordered[first]


def expand(numbers: Whole, values: Whole, begins: Whole) -> tuple[Whole, Whole]:
    """Return, for each value of the list of each number, the number's place and the value."""
    counts = begins[numbers + 1] - begins[numbers]
    places = np.repeat(np.arange(len(numbers)), counts)
    within = np.arange(len(places)) - np.repeat(np.cumsum(counts) - counts, counts)
    return places, values[np.repeat(begins[numbers], counts) + within]
