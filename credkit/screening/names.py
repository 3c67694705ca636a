"""Names of people as registries write them: folded, their suffixes found, and two of them compared.

A registry writes "OBRIEN", "GARCIA-LOPEZ", "THOMAS JR" in the middle name's column; a form writes "O'Brien", "Garcia
Lopez", "Thomas, Jr.". Nothing is guessed here: short forms are `nicknames`, slips and sounds `features`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

from credkit.records import Provider
from credkit.reference.professions import abbreviations

Level = Literal["same", "variant", "different"]

#: Suffixes that tell a parent from a child.
GENERATIONS = frozenset({"jr", "sr", "ii", "iii", "iv", "2nd", "3rd"})
#: Suffixes that say what somebody studied. "DO", "MA" and "PA" are not here: they are last names too.
DEGREES = frozenset({"md", "phd", "psyd", "edd", "dnp", "esq"})
_SUFFIXES = GENERATIONS | DEGREES
TITLES = frozenset({"dr", "mr", "mrs", "ms", "miss", "prof"})
#: What stands in a column for a name that nobody knows, or that somebody does not have ("first name unknown").
NO_NAMES = frozenset({"fnu", "lnu", "nfn", "nln", "nmn", "nmi", "unknown", "n a"})
#: Words of a last name that are nobody's last name alone.
PARTICLES = frozenset(
    {
        "al", "bin", "da", "de", "del", "della", "den", "der", "di", "dos", "du", "el", "ibn", "la", "las", "le",
        "los", "mac", "mc", "san", "santa", "st", "ten", "ter", "van", "von",
    }
)  # fmt: skip

#: `Likeness.how` of a name which the provider gave as a former one.
FORMER_NAME = "former name"

_APOSTROPHES = re.compile("['`\u2018\u2019\u02bb\u02bc]")
#: All that is neither a letter nor a digit.
_DIVIDING = re.compile(r"[\W_]+")
_UNDECOMPOSED = str.maketrans(
    {"\u0142": "l", "\u00f8": "o", "\u0111": "d", "\u00f0": "d", "\u00e6": "ae", "\u0153": "oe", "\u0131": "i"}
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """One name of one person, folded. `suffix` is the generation alone; degrees and titles are left out."""

    first: str
    last: str
    middle: str = ""
    suffix: str = ""


@dataclass(frozen=True, slots=True)
class ClaimedNames:
    """The name a provider goes by, and every reading of the former names they gave."""

    current: PersonName
    former: tuple[PersonName, ...] = ()


@dataclass(frozen=True, slots=True)
class Likeness:
    """How alike two names are, and in words what separates them ("" when nothing does)."""

    level: Level
    how: str = ""


_DIFFERENT = Likeness("different", "another name")


def fold(text: str | None) -> str:
    """Return text in lower case without accents, its punctuation and hyphens as single spaces.

    Apostrophes join ("O'Brien" is "obrien"); every other mark divides.
    """
    if not text:
        return ""
    if text.isascii() and text.isalnum():
        return text.lower()  # most names of a list are one plain word
    joined = _APOSTROPHES.sub("", text)
    plain = joined.lower() if joined.isascii() else _without_accents(joined)
    return _DIVIDING.sub(" ", plain).strip()


def _without_accents(text: str) -> str:
    for _ in range(2):  # folding the case of a letter may bring out another accent
        text = unicodedata.normalize("NFKD", text)
        text = "".join(sign for sign in text if not unicodedata.combining(sign)).casefold()
    return text.translate(_UNDECOMPOSED)


def tokens(text: str | None) -> tuple[str, ...]:
    """Return the folded words of a text."""
    return tuple(fold(text).split())


def person_name(
    first: str | None, last: str | None, middle: str | None = None, suffix: str | None = None
) -> PersonName:
    """Return a folded name, with its suffix taken from whichever column it hides in.

    A first or last name keeps its only word, even one that looks like a suffix.
    """
    first_words, from_first = name_part(first, given=True)
    last_words, from_last = name_part(last)
    middle_words, from_middle = name_part(middle, keep_one=False)
    generations = [word for word in tokens(suffix) if word in GENERATIONS] + [*from_last, *from_middle, *from_first]
    return PersonName(
        first=first_words, last=last_words, middle=middle_words, suffix=generations[0] if generations else ""
    )


def name_part(text: str | None, *, keep_one: bool = True, given: bool = False) -> tuple[str, tuple[str, ...]]:
    """Return one column of a name folded, and the generations that hid in it. `keep_one`: its only word stays, even one
    that looks like a suffix. `given`: it holds the first name, and a title before it ("Dr. Ana") is left out."""
    if text and text.isascii() and text.isalpha() and (word := text.lower()) not in _SUFFIXES:
        return ("" if word in NO_NAMES else word), ()  # most names are one plain word
    words = tokens(text)
    if " ".join(words) in NO_NAMES:
        return "", ()
    kept, generations = _split_suffix(_untitled(words) if given else words, keep_one=keep_one)
    return " ".join(kept), generations


def _untitled(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 1 and words[0] in TITLES:
        words = words[1:]
    return words


def initials_apart(first: str, middle: str) -> tuple[str, str] | None:
    """Return the first and the middle name of a folded first name that begins with an initial ("j robert", "j r"): the
    initial, and the rest with the middle name; None for any other."""
    if first[1:2] != " ":
        return None
    return first[0], f"{first[2:]} {middle}".rstrip()


def _split_suffix(words: tuple[str, ...], *, keep_one: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if _SUFFIXES.isdisjoint(words):
        return words, ()
    kept = tuple(word for word in words if word not in _SUFFIXES)
    if not kept and keep_one:
        return words, ()
    return kept, tuple(word for word in words if word in GENERATIONS)


def readings(text: str | None, first: str | None = None) -> tuple[PersonName, ...]:
    """Return every way in which a name written in one line can be read, the likeliest first.

    "Ana M. Perez, LCSW" and "Perez, Ana" are read; "Ana Garcia Lopez" may have one last name or two. With `first`, the
    text may also be a last name alone, as former names often are.
    """
    parts = [words for part in (text or "").split(",") if (words := _name_words(part))]
    found: list[PersonName] = []
    if len(parts) > 1:
        last, given = parts[0], parts[1]
        found.append(person_name(given[0], " ".join(last), " ".join(given[1:])))
    elif parts:
        found += _in_order(parts[0])
        found += _in_order(_without_letters(parts[0]))
        if first and (len(parts[0]) == 1 or parts[0][0] != fold(first).split(" ")[0]):
            found.append(person_name(first, " ".join(parts[0])))
    return tuple(dict.fromkeys(found))


def _name_words(part: str) -> tuple[str, ...]:
    words = _untitled(tokens(part))
    return () if all(word in GENERATIONS or word in _letters() for word in words) else words


def _without_letters(words: tuple[str, ...]) -> tuple[str, ...]:
    while len(words) > 2 and words[-1] in _letters():
        words = words[:-1]
    return words


def _in_order(words: tuple[str, ...]) -> list[PersonName]:
    kept, generations = _split_suffix(words, keep_one=True)
    suffix = generations[0] if generations else None
    cuts = range(len(kept) - 1, 0, -1)
    return [person_name(kept[0], " ".join(kept[cut:]), " ".join(kept[1:cut]), suffix) for cut in cuts]


@cache
def _letters() -> frozenset[str]:
    """The words which people put after their names: degrees, and every profession's abbreviations."""
    return DEGREES | {word for abbreviation in abbreviations() for word in tokens(abbreviation) if len(word) > 1}


def claimed_names(provider: Provider) -> ClaimedNames:
    """Return the provider's own name and every reading of their former names ("First Last", or a last name alone)."""
    current = person_name(provider.first_name, provider.last_name, provider.middle_name, provider.suffix)
    former = [reading for text in provider.former_names for reading in readings(text, provider.first_name)]
    return ClaimedNames(current, tuple(name for name in dict.fromkeys(former) if name != current))


def halves(last: str) -> tuple[str, ...]:
    """Return the parts of a double last name ("garcia lopez": both), without particles; () for a single one."""
    words = last.split()
    if len(words) < 2:
        return ()
    return tuple(word for word in words if len(word) > 1 and word not in PARTICLES)


def compare(claimed: PersonName, found: PersonName) -> Likeness:
    """Say whether two names are the same, variants of one name, or different.

    The same: first and last name equal, no middle name or suffix that contradicts. A variant: an initial or the middle
    name in place of the first, one half of a double last name, first and last swapped, another middle name or suffix.
    """
    last = _last_names(claimed, found)
    first = _first_names(claimed, found)
    if last is None or first is None:
        swapped = _equal(claimed.first, found.last) and _equal(claimed.last, found.first)
        return Likeness("variant", "first and last name swapped") if swapped else _DIFFERENT
    notes = [note for note in (last, first, _middle_names(claimed, found), _suffixes(claimed, found)) if note]
    return Likeness("variant", ", ".join(notes)) if notes else Likeness("same")


def same_person_name(claimed: ClaimedNames, found: Iterable[PersonName]) -> Likeness:
    """Return the closest likeness between a provider's names and those a registry gives for one record.

    A name that agrees with a former one only is a variant, `how` then begins with FORMER_NAME.
    """
    best = _DIFFERENT
    for name in found:
        likenesses = [compare(claimed.current, name)]
        likenesses += [_as_former(compare(former, name)) for former in claimed.former]
        best = min([best, *likenesses], key=_rank)
    return best


def _as_former(likeness: Likeness) -> Likeness:
    if likeness.level == "different":
        return likeness
    return Likeness("variant", ", ".join(part for part in (FORMER_NAME, likeness.how) if part))


def _rank(likeness: Likeness) -> int:
    if likeness.level == "variant":
        return 1 if likeness.how == FORMER_NAME else 2
    return 0 if likeness.level == "same" else 3


def _equal(one: str, other: str) -> bool:
    return bool(one) and one.replace(" ", "") == other.replace(" ", "")


def _last_names(claimed: PersonName, found: PersonName) -> str | None:
    if _equal(claimed.last, found.last):
        return ""
    ours = {claimed.last.replace(" ", ""), *halves(claimed.last)}
    theirs = {found.last.replace(" ", ""), *halves(found.last)}
    return "one half of a double last name" if (ours & theirs) - {""} else None


def _first_names(claimed: PersonName, found: PersonName) -> str | None:
    if _equal(claimed.first, found.first) or _equal(_given(claimed), _given(found)):
        return ""
    if not claimed.first or not found.first:
        return "no first name"
    if _initial(claimed.first, found.first):
        return "an initial for the first name"
    if _equal(claimed.middle, found.first) or _equal(claimed.first, found.middle):
        return "middle name used as first name"
    ours, theirs = claimed.first.split(), found.first.split()
    if len(ours) != len(theirs) and ours[0] == theirs[0]:
        return "part of the first name"
    return None


def _given(name: PersonName) -> str:
    return f"{name.first} {name.middle}" if name.first and name.middle else name.first


def _initial(one: str, other: str) -> bool:
    return min(len(one), len(other)) == 1 and one[0] == other[0]


def _middle_names(claimed: PersonName, found: PersonName) -> str:
    if not (claimed.middle and found.middle) or not _equal(claimed.first, found.first):
        return ""
    ours, theirs = claimed.middle.split(), found.middle.split()
    alike = _equal(claimed.middle, found.middle) or _initial(ours[0], theirs[0]) or set(ours) & set(theirs)
    return "" if alike else "another middle name"


def _suffixes(claimed: PersonName, found: PersonName) -> str:
    return "another suffix" if claimed.suffix and found.suffix and claimed.suffix != found.suffix else ""
