"""Which rows of a list might be a person: an index over the keys that both sides make alike, and a bound on the score.

A pair of readings meets when it shares the NPI; a license; the date of birth with an initial; the sound of the last name with the
first name in full, or with an initial and the year, or the month and day; the last name with the sound of the first; and,
where one side has no date of birth or only an initial, what is left of the last name when its end, its beginning or the
order of its letters is not trusted. Then a bound on the score, made of whole columns at a time, leaves out the pairs that
cannot reach the score from which a candidate is shown, but for those of one NPI. `score.compare` alone says what the others are worth.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import OSA
from rapidfuzz.process import cpdist

from credkit.errors import InputRejected
from credkit.screening import features
from credkit.screening.columns import Bits, Flags, Forms, Records, Whole, distinct, expand, hashed
from credkit.screening.score import Weights, weights

Keys = npt.NDArray[np.uint64]

#: A key is 40 bits of a hash above 24 bits for the reading's place. A stray collision costs one needless comparison.
_PLACE_BITS = np.uint64(24)
#: How many readings a list may have for its places to fit.
MOST_READINGS = 1 << 24
_PLACE = np.uint64(MOST_READINGS - 1)

_NPI, _BORN, _YEAR, _MONTH_DAY, _FULL, _FIRST_SOUND, _LICENSE, _LOOSE_ROW, _LOOSE_PERSON = 1, 2, 3, 4, 5, 6, 7, 10, 20

_MOST_SLIPS = 2

#: What of a last name is trusted where little else is known.
_REMNANTS: tuple[Callable[[str], str], ...] = (
    lambda last: last[:3],
    lambda last: last[-3:],
    lambda last: "".join(sorted(last)),
)


@dataclass(frozen=True, slots=True)
class Index:
    """A list's rows, found by what they might share with a person."""

    rows: Records
    keys: Keys

    @classmethod
    def of(cls, rows: Records) -> Self:
        """Index the rows of a list. Raises InputRejected where there are so many that some could not be found."""
        if len(rows.owner) > MOST_READINGS:
            raise InputRejected(
                f"A list of {len(rows.owner):,} names cannot be screened by: {MOST_READINGS:,} are the most.",
                hint="Split it, and load its parts under names of their own.",
            )
        keys, readings = _keys(rows, listed=True)
        packed = keys | readings.astype(np.uint64)
        packed.sort()
        return cls(rows, packed)

    def candidates(self, people: Records) -> tuple[Whole, Whole]:
        """Return the places (person, row) of every pair that may reach the score from which a candidate is shown, once
        each, by person and then by row."""
        if people.held and len(self.rows.licensed):
            people = people.with_licenses()
        mine, theirs = self._meeting(people)
        owners, rows = people.owner[mine], self.rows.owner[theirs]
        promising = _bound(people, self.rows, mine, theirs, owners, rows) >= weights().shown
        # An NPI is one person's: whatever else contradicts, somebody looks.
        promising |= (people.npi[owners] == self.rows.npi[rows]) & (people.npi[owners] != 0)
        # So it is with a last name and a date of birth: people go by first names that no table knows.
        born, last = people.born[owners], people.lasts.hashes[people.last[mine]]
        same_last = (last == self.rows.lasts.hashes[self.rows.last[theirs]]) & (
            people.lasts.lengths[people.last[mine]] > 0
        )
        promising |= (born == self.rows.born[rows]) & (born != 0) & same_last
        both = distinct(owners[promising] << 32 | rows[promising])
        return both >> 32, both & 0xFFFFFFFF

    def _meeting(self, people: Records) -> tuple[Whole, Whole]:
        """Return the readings (of people, of rows) that share a key, once each."""
        keys, readings = _keys(people, listed=False)
        order = np.argsort(keys)
        keys, readings = keys[order], readings[order]
        begins = np.searchsorted(self.keys, keys, side="left")
        counts = np.searchsorted(self.keys, keys | _PLACE, side="right") - begins
        mine = np.repeat(readings, counts)
        within = np.arange(len(mine)) - np.repeat(np.cumsum(counts) - counts, counts)
        theirs = (self.keys[np.repeat(begins, counts) + within] & _PLACE).astype(np.int64)
        both = distinct(mine << 32 | theirs)
        return both >> 32, both & 0xFFFFFFFF


def _keys(of: Records, *, listed: bool) -> tuple[Keys, Whole]:
    """Return the keys of every reading, and beside each the reading's place. `listed`: of rows, to stand in the index."""
    found: list[tuple[Keys, Whole]] = []

    def add(kind: int, places: Whole, *columns: Whole) -> None:
        found.append((_mixed(kind, *columns), places))

    npi, born = of.npi[of.owner], of.born[of.owner]
    first_initial, last_initial = of.firsts.initials[of.first], of.lasts.initials[of.last]
    if len(of.licensed):
        # A license is of the record, and so of each of its readings: any of them may be the one that agrees.
        by_owner = np.argsort(of.owner, kind="stable")
        begins = np.searchsorted(of.owner[by_owner], np.arange(len(of) + 1))
        within, its_readings = expand(of.licensed, by_owner, begins)
        add(_LICENSE, its_readings, of.licenses[within])
    numbered, dated = np.flatnonzero(npi), np.flatnonzero(born)
    add(_NPI, numbered, npi[numbered])
    for letters in (first_initial, last_initial, *(() if listed else (of.middle,))):
        some = dated[letters[dated] != 0]
        add(_BORN, some, born[some], letters[some])

    places, sounds = expand(of.last, of.lasts.form_sounds, of.lasts.form_sounds_from)
    some = np.flatnonzero(born[places])
    with_date, its_sound = places[some], sounds[some]
    add(_YEAR, with_date, its_sound, first_initial[with_date], born[with_date] // 10_000)
    add(_MONTH_DAY, with_date, its_sound, first_initial[with_date], born[with_date] % 10_000)
    within, fulls = expand(of.first[places], of.firsts.fulls, of.firsts.fulls_from)
    add(_FULL, places[within], sounds[within], fulls)

    places, forms = expand(of.last, of.lasts.forms, of.lasts.forms_from)
    within, first_sounds = expand(of.first[places], of.firsts.form_sounds, of.firsts.form_sounds_from)
    add(_FIRST_SOUND, places[within], forms[within], first_sounds)

    every = np.arange(len(of.owner))
    vague = np.flatnonzero((born == 0) | (of.firsts.lengths[of.first] == 1))
    for number, remnant in enumerate(_REMNANTS):
        remnants = np.array([hashed(remnant(last)) if last else 0 for last in of.lasts.whole], dtype=np.int64)
        for kind, some in (
            (_LOOSE_PERSON + number, every if listed else vague),
            (_LOOSE_ROW + number, vague if listed else every),
        ):
            add(kind, some, remnants[of.last[some]], first_initial[some])
    return np.concatenate([keys for keys, _ in found]), np.concatenate([places for _, places in found])


def _mixed(kind: int, *columns: Whole) -> Keys:
    mixed = np.full(len(columns[0]), kind, dtype=np.uint64)
    for column in columns:
        mixed = (mixed ^ column.astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        mixed ^= mixed >> np.uint64(29)
    return mixed >> _PLACE_BITS << _PLACE_BITS


def _bound(people: Records, listed: Records, mine: Whole, theirs: Whole, owners: Whole, rows: Whole) -> Bits:
    """Return, for each pair of readings, a number that its score does not exceed.

    The facts are compared as they are; of the names, what a look at whole columns cannot settle is taken for the best.
    First names are looked at where they matter: of a pair that the best of them would not show, the best is taken.
    """
    weigh = weights()
    levels = weigh.levels
    bits = (
        weigh.prior
        + 1e-6  # what sums differ by that are added up in another order
        + max(levels["how"].values())
        + max(levels["generation"].values())
        + np.where(_licensed(people)[owners] & _licensed(listed)[rows], max(levels["license"].values()), 0.0)
        + _born(weigh, people.born[owners], listed.born[rows])
        + _equal(people.npi[owners], listed.npi[rows], levels["npi"])
        + _place(weigh, people, listed, owners, rows)
        + _middle(weigh, people.middle[mine], listed.middle[theirs])
        + _last(weigh, people.lasts, listed.lasts, people.last[mine], listed.last[theirs])
    )
    found = bits + weigh.most("first_name", levels["first_name"])
    shown = np.flatnonzero(found >= weigh.shown)
    found[shown] = bits[shown] + _first(weigh, people, listed, people.first[mine[shown]], listed.first[theirs[shown]])
    return found


def _licensed(of: Records) -> Flags:
    """Say of each record whether it has a license that counts."""
    found = np.zeros(len(of), dtype=bool)
    found[of.licensed] = True
    return found


def _equal(ours: Whole, theirs: Whole, levels: Mapping[str, float]) -> Bits:
    known = (ours != 0) & (theirs != 0)
    return np.where(known, np.where(ours == theirs, levels["same"], levels["different"]), levels["unknown"])


def _born(weigh: Weights, ours: Whole, theirs: Whole) -> Bits:
    """Two digits that differ may be transposed; day and month in each other's place are up to four."""
    levels = weigh.levels["date_of_birth"]
    bits = np.full(len(ours), levels["unknown"])
    bits[(ours == theirs) & (ours != 0)] = levels["same"]
    other = np.flatnonzero((ours != theirs) & (ours != 0) & (theirs != 0))
    mine, its = ours[other], theirs[other]
    swapped = (mine % 100 == its // 100 % 100) & (mine // 100 % 100 == its % 100) & (mine // 10_000 == its // 10_000)
    differing = np.zeros(len(other), dtype=np.int64)
    for _ in range(8):
        differing += mine % 10 != its % 10
        mine, its = mine // 10, its // 10
    differ = np.full(len(other), levels["different"])
    differ[differing == 2] = levels["transposed"]
    differ[differing == 1] = levels["digit"]
    differ[swapped] = max(levels["day_month"], levels["transposed"])
    bits[other] = differ
    return bits


def _place(weigh: Weights, people: Records, listed: Records, owners: Whole, rows: Whole) -> Bits:
    levels = weigh.levels["place"]
    state, its_state = people.state[owners], listed.state[rows]
    zip_code, its_zip = people.zip[owners], listed.zip[rows]
    bits = np.full(len(owners), max(levels["same_city"], levels["same_state"]))
    bits[(zip_code == its_zip) & (zip_code != 0)] = max(levels["same_zip"], levels["same_address"])
    bits[state != its_state] = levels["other_state"]
    bits[(state == 0) | (its_state == 0)] = levels["unknown"]
    return bits


def _middle(weigh: Weights, ours: Whole, theirs: Whole) -> Bits:
    levels = weigh.levels["middle_name"]
    bits = np.full(len(ours), levels["different"])
    bits[ours == theirs] = max(levels["same"], levels["initial"], levels["near"])
    bits[(ours == 0) | (theirs == 0)] = levels["unknown"]
    return bits


def _last(weigh: Weights, people: Forms, listed: Forms, ours: Whole, theirs: Whole) -> Bits:
    levels = weigh.levels["last_name"]
    bits = np.full(len(ours), levels["different"])
    bits[people.sounds[ours] == listed.sounds[theirs]] = weigh.most("last_name", ("alike",))
    bits[_near(people, listed, ours, theirs, 8)] = weigh.most("last_name", ("near", "alike"))
    bits[people.double[ours] | listed.double[theirs]] = weigh.most("last_name", ("half", "near", "alike", "half_near"))
    return _settled(bits, people, listed, ours, theirs, levels["missing"])


def _first(weigh: Weights, people: Records, listed: Records, ours: Whole, theirs: Whole) -> Bits:
    levels = weigh.levels["first_name"]
    mine, its = people.firsts, listed.firsts
    bits = np.full(len(ours), levels["different"])
    bits[mine.sounds[ours] == its.sounds[theirs]] = weigh.most("first_name", ("alike",))
    bits[_short_forms(mine, its, ours, theirs)] = weigh.most("first_name", ("alike", "short_form"))
    bits[_near(mine, its, ours, theirs, 7)] = weigh.most("first_name", ("near", "alike", "short_form"))
    bits[mine.double[ours] | its.double[theirs]] = weigh.most("first_name", ("part", "near", "alike", "short_form"))
    letter = (mine.lengths[ours] == 1) | (its.lengths[theirs] == 1)
    agrees = mine.initials[ours] == its.initials[theirs]
    bits[letter] = np.where(agrees[letter], levels["initial"], levels["different"])
    return _settled(bits, mine, its, ours, theirs, levels["missing"])


def _short_forms(people: Forms, listed: Forms, ours: Whole, theirs: Whole) -> Flags:
    """Say which first names may be short for the same one. Of distinct pairs of names there are few."""
    maybe = np.flatnonzero(people.short[ours] & listed.short[theirs] & (people.hashes[ours] != listed.hashes[theirs]))
    pairs = ours[maybe] << 32 | theirs[maybe]
    both = distinct(pairs)
    mine, its = people.full_sets(ours[maybe]), listed.full_sets(theirs[maybe])
    meet = [not mine[pair >> 32].isdisjoint(its[pair & 0xFFFFFFFF]) for pair in both.tolist()]
    found = np.zeros(len(ours), dtype=bool)
    found[maybe] = np.array(meet, dtype=bool)[np.searchsorted(both, pairs)]
    return found


def _settled(bits: Bits, people: Forms, listed: Forms, ours: Whole, theirs: Whole, missing: float) -> Bits:
    same = people.hashes[ours] == listed.hashes[theirs]
    bits[same] = listed.bits[theirs[same]]
    bits[(people.lengths[ours] == 0) | (listed.lengths[theirs] == 0)] = missing
    return bits


def _near(people: Forms, listed: Forms, ours: Whole, theirs: Whole, long: int) -> Flags:
    """Say which names may be slips of one another: other names, of lengths that no more than two slips could make."""
    lengths, its_lengths = people.lengths[ours], listed.lengths[theirs]
    maybe = np.flatnonzero(
        (people.hashes[ours] != listed.hashes[theirs]) & (np.abs(lengths - its_lengths) <= _MOST_SLIPS)
    )
    mine, its = people.whole, listed.whole
    apart = cpdist(
        [mine[number] for number in ours[maybe].tolist()],
        [its[number] for number in theirs[maybe].tolist()],
        scorer=OSA.distance,
        score_cutoff=_MOST_SLIPS,
        dtype=np.uint8,
    )
    found = np.zeros(len(ours), dtype=bool)
    found[maybe] = features.near(apart, np.minimum(lengths[maybe], its_lengths[maybe]), long)
    return found
