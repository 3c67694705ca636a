"""How likely it is that two records are one person: the weights of what agrees and what does not, added up.

A score is the logarithm (base 2) of the odds, by the weights of weights.toml; it depends on the two records alone, so a
row that is added to a list never hides another, and a pair scores the same in every run.
"""

import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from credkit.reference.name_frequency import given_name_bits, surname_bits
from credkit.screening import features
from credkit.screening.identity import Identity, Reading

#: The levels at which a name agrees so far that its rarity counts: whole, or the share `near`.
AGREES = frozenset({"same", "half", "part"})
AGREES_NEARLY = frozenset({"near", "alike", "half_near", "short_form"})

_WORDS = {
    ("last_name", "same"): "same last name",
    ("last_name", "half"): "one half of a double last name agrees",
    ("last_name", "near"): "last name differs by a letter or two",
    ("last_name", "alike"): "last name sounds alike",
    ("last_name", "half_near"): "one half of a double last name nearly agrees",
    ("last_name", "different"): "another last name",
    ("last_name", "missing"): "no last name to compare",
    ("first_name", "same"): "same first name",
    ("first_name", "part"): "part of the first name agrees",
    ("first_name", "short_form"): "first name is a short form",
    ("first_name", "initial"): "first name is an initial that agrees",
    ("first_name", "near"): "first name differs by a letter or two",
    ("first_name", "alike"): "first name sounds alike",
    ("first_name", "different"): "another first name",
    ("first_name", "missing"): "no first name to compare",
    ("middle_name", "same"): "same middle name",
    ("middle_name", "initial"): "middle initial agrees",
    ("middle_name", "near"): "middle name differs by a letter",
    ("middle_name", "different"): "another middle name",
    ("generation", "same"): "same suffix",
    ("generation", "different"): "another suffix",
    ("generation", "father_and_son"): "a suffix on one side, born a generation apart",
    ("date_of_birth", "same"): "same date of birth",
    ("date_of_birth", "transposed"): "date of birth with two digits transposed",
    ("date_of_birth", "day_month"): "date of birth with day and month swapped",
    ("date_of_birth", "digit"): "date of birth differs by a digit",
    ("date_of_birth", "different"): "other date of birth",
    ("date_of_birth", "unknown"): "no date of birth to compare",
    ("npi", "same"): "same NPI",
    ("npi", "different"): "other NPI",
    ("npi", "unknown"): "no NPI to compare",
    ("license", "same"): "same license number",
    ("license", "different"): "other license number",
    ("place", "same_address"): "same address",
    ("place", "same_zip"): "same ZIP",
    ("place", "same_city"): "same city",
    ("place", "same_state"): "same state",
    ("place", "other_state"): "state differs",
    ("how", "former"): "under a former name",
    ("how", "alias"): "under another name that the list gives",
    ("how", "swapped"): "first and last name swapped",
    ("how", "middle_first"): "middle name used as first name",
}


@dataclass(frozen=True, slots=True)
class Weights:
    """The numbers of weights.toml: bits for each level of each feature, and how much of a name's rarity counts."""

    version: str
    prior: float
    shown: float
    levels: Mapping[str, Mapping[str, float]]
    last_rarity: float
    first_rarity: float
    near_rarity: float

    def last_bits(self, level: str, name: str) -> float:
        """Return what a last name adds at a level, by how rare the name is that agrees."""
        return self.levels["last_name"][level] + self._rarity(level, surname_bits, name) * self.last_rarity

    def first_bits(self, level: str, name: str) -> float:
        """Return what a first name adds at a level."""
        return self.levels["first_name"][level] + self._rarity(level, given_name_bits, name) * self.first_rarity

    def most(self, feature: str, levels: Iterable[str]) -> float:
        """Return the most that a name can add at any of these levels: that of the rarest name."""
        add = self.last_bits if feature == "last_name" else self.first_bits
        return max(add(level, "") for level in levels)

    def _rarity(self, level: str, bits: Callable[[str], float], name: str) -> float:
        if level in AGREES:
            return bits(name)
        return bits(name) * self.near_rarity if level in AGREES_NEARLY else 0.0


@cache
def weights() -> Weights:
    """Return the weights that ship with credkit, which the matcher's version names."""
    table = tomllib.loads(resources.files("credkit.screening").joinpath("weights.toml").read_text(encoding="utf-8"))
    rarity = table.pop("rarity")
    version, prior, shown = table.pop("version"), table.pop("prior"), table.pop("shown")
    return Weights(version, prior, shown, table, rarity["last_name"], rarity["first_name"], rarity["near"])


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two records compared: the score in bits, and the level of each feature under the reading that fits best."""

    score: float
    levels: Mapping[str, str]

    @property
    def reasons(self) -> tuple[str, ...]:
        """What agrees and what does not, in words: never a date, a number or a name."""
        return tuple(_WORDS[level] for level in self.levels.items() if level in _WORDS)

    @property
    def same_name(self) -> bool:
        """Whether first and last name are equal, in their own columns, under the current name or another known one."""
        return (
            self.levels.get("last_name") == "same"
            and self.levels.get("first_name") == "same"
            and self.levels.get("how") in {"current", "former", "alias"}
        )

    @property
    def same_last_name(self) -> bool:
        """Whether the last name is equal, in its own column, under the current name or another known one."""
        return self.levels.get("last_name") == "same" and self.levels.get("how") in {"current", "former", "alias"}

    @property
    def other_name(self) -> bool:
        """Whether the first or the last name is another one altogether, or is not there."""
        return self.levels.get("last_name", "missing") in {"different", "missing"} or self.levels.get(
            "first_name", "missing"
        ) in {"different", "missing"}


def compare(ours: Identity, theirs: Identity) -> Likeness:
    """Compare a person with a row of a list, under every reading of both names; the best one counts."""
    weigh = weights()
    levels = weigh.levels
    facts = {
        "date_of_birth": features.date_of_birth(ours.born, theirs.born),
        "npi": features.npi(ours.npi, theirs.npi),
        "license": features.license_number(ours, theirs),
        "place": features.place(ours, theirs),
    }
    score = weigh.prior + sum(levels[feature][level] for feature, level in facts.items())
    best: tuple[float, tuple[str, ...]] | None = None
    for mine in ours.readings:
        for other in theirs.readings:
            one = _names(mine, other, ours.born, theirs.born)
            if best is None or one[0] > best[0]:
                best = one
    if best is None:
        missing = {"last_name": "missing", "first_name": "missing"}
        bits = sum(levels[feature][level] for feature, level in missing.items())
        return Likeness(round(score + bits, 2), missing | facts)
    bits, named = best
    return Likeness(round(score + bits, 2), dict(zip(_NAMED, named, strict=True)) | facts)


_NAMED = ("last_name", "first_name", "middle_name", "generation", "how")


def _names(mine: Reading, other: Reading, born: int, born_theirs: int) -> tuple[float, tuple[str, ...]]:
    """Return what two readings of names add, and the levels of _NAMED."""
    levels = weights().levels
    last, last_bits = _last_name(mine.lasts, other.lasts)
    first, first_bits = _first_name(mine.firsts, other.firsts)
    middle = features.middle_name(mine.middle, other.middle)
    generation = features.generation(mine.generation, other.generation, born, born_theirs)
    how = (mine.how if mine.how != "current" else other.how).value
    rest = levels["middle_name"][middle] + levels["generation"][generation] + levels["how"][how]
    return last_bits + first_bits + rest, (last, first, middle, generation, how)


@lru_cache(maxsize=131_072)
def _last_name(ours: features.Parts, theirs: features.Parts) -> tuple[str, float]:
    level, agreed = features.last_name(ours, theirs)
    return level, weights().last_bits(level, agreed)


@lru_cache(maxsize=131_072)
def _first_name(ours: features.Parts, theirs: features.Parts) -> tuple[str, float]:
    level, agreed = features.first_name(ours, theirs)
    return level, weights().first_bits(level, agreed)
