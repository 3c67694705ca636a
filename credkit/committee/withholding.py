"""What a packet does not show: an age wherever a source wrote one, and, where the committee reads blind, every name.

Pure. Names are found in whatever spelling: with or without accents, by half of a double name, inside an e-mail address.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from credkit.records import Provider
from credkit.records.paper import Block, Bullets, Facts, Grid, Heading, Paper, Paragraph

BLINDED = "[name withheld]"
BORN = "[date withheld]"

_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH = "(?:" + "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS) + r")\.?"
_DATE = (
    r"(?:\d{1,4}[-/. ]\d{1,2}[-/. ]\d{1,4}(?!\d)|\d{8}(?!\d)"
    rf"|\d{{1,2}}[- .]{{1,2}}{_MONTH}[- .,]{{1,2}}\d{{2,4}}|{_MONTH}[ ]?\d{{1,2}}(?:st|nd|rd|th)?,?[ ]\d{{4}}"
    rf"|{_MONTH}[ ]\d{{4}}|\d{{4}}(?!\d))"
)
#: A birthday that says of itself that it is one, also somebody else's of the same name.
_SAID = re.compile(
    r"(?<!\w)((?:d\.?o\.?b\.?|date of birth|birth ?da(?:te|y)|birth year|year of birth|born)(?: (?:is|was|on|in|of))?[\s:=(,]*)"
    + _DATE,
    re.IGNORECASE,
)
_AGE = re.compile(r"(?<!\w)(?:aged?:? \d{2}(?!\d)|\d{2}[- ]years?[- ](?:old|of age)(?!\w))", re.IGNORECASE)
#: Names beside each other, with an initial or not, are one name.
_RUN = re.compile(r"\[name withheld\](?:[ ,.'\u2019\u2013-]*(?:\b\w\b[ ,.'\u2019-]*)?\[name withheld\])+")
#: It begins where a word does: looked for at each letter, a long text without one would take the square of its length.
_EMAIL = re.compile(r"(?<![^\s<>()\[\],;:\"])[^\s<>()\[\],;:\"]+@[^\s<>()\[\],;:\"]*\w")
#: Letters that are written as two where there is no key for them, and those that have no accent to take off.
_AS_TWO = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae", "œ": "oe", "þ": "th", "ð": "dh"}
_AS_ONE = str.maketrans("øłđðıħ", "olddih")


def ageless(paper: Paper, born: date | None) -> Paper:
    """Withhold the provider's date of birth in a paper, however it is written, and whatever is called one, or an age."""
    own = _written_days(born) if born else None

    def withheld(text: str) -> str:
        text = _AGE.sub("[age withheld]", _SAID.sub(rf"\1{BORN}", text))
        return own.sub(BORN, text) if own else text

    return _each(paper, withheld)


def nameless(paper: Paper, provider: Provider) -> Paper:
    """Withhold every name of a provider in a paper, wherever and however it stands."""
    names = [provider.first_name, provider.last_name, provider.middle_name, *provider.former_names]
    parts = {part for name in names if name for part in re.split(r"[^\w]+", name) if len(part) > 1}
    first, last = (re.sub(r"[\W_]+", "", name) for name in (provider.first_name, provider.last_name))
    joined = (first + last, last + first)
    words = {spelling for word in (*parts, *joined) for spelling in _spellings(word)}
    if not words:
        return paper
    alternatives = "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
    pattern = re.compile(rf"(?<![^\W\d_])(?:{alternatives})(?![^\W\d_])")
    within = [word for word in words if len(word) > 2]
    own = _folded(provider.email or "")

    def withheld(text: str) -> str:
        folded, places = _folded_places(text)
        spans = [match.span() for match in pattern.finditer(folded)]
        spans += [
            match.span()
            for match in _EMAIL.finditer(folded)
            if match.group() == own or any(word in match.group() for word in within)
        ]
        for first, after in sorted(_merged(spans), reverse=True):
            text = text[: places[first]] + BLINDED + text[places[after - 1] + 1 :]
        return _RUN.sub(BLINDED, text)

    return _each(paper, withheld)


def _written_days(born: date) -> "re.Pattern[str]":
    """Return what finds one day in the ways in which sources write one."""
    year, short = f"{born:%Y}", f"{born:%y}"
    month, day = f"0?{born.month}", f"0?{born.day}"
    name = f"(?:{_MONTHS[born.month - 1]}|{_MONTHS[born.month - 1][:3]}\\.?)"
    between = r"[-/. ]"
    ways = (
        rf"{year}{between}{month}{between}{day}",
        rf"{month}{between}{day}{between}(?:{year}|{short})",
        rf"{day}{between}{month}{between}(?:{year}|{short})",
        rf"{born:%Y%m%d}",
        rf"{born:%m%d%Y}",
        rf"{day}[- .]{{1,2}}{name}[- .,]{{1,2}}(?:{year}|{short})",
        rf"{name} ?{day}(?:st|nd|rd|th)?,? {year}",
    )
    return re.compile(rf"(?<!\w)(?:{'|'.join(ways)})(?!\d)", re.IGNORECASE)


def _spellings(word: str) -> Iterator[str]:
    """Return a name, folded, in the spellings in which others may have it: Müller, Muller, Mueller."""
    lower = unicodedata.normalize("NFC", word).casefold()
    plain = _folded(lower)
    yield plain
    yield _folded("".join(_AS_TWO.get(letter, letter) for letter in lower))
    for letter, two in (("a", "ae"), ("o", "oe"), ("u", "ue")):
        if two in plain and len(plain) > 4:
            yield plain.replace(two, letter)


def _folded(text: str) -> str:
    return _folded_places(text)[0]


def _folded_places(text: str) -> tuple[str, list[int]]:
    """Return a text without case and accents, and of each of its characters its place in what was given."""
    letters: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for letter in unicodedata.normalize("NFKD", character.casefold()).translate(_AS_ONE):
            if not unicodedata.combining(letter):
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans so that none overlaps another."""
    found: list[tuple[int, int]] = []
    for first, after in sorted(spans):
        if found and first < found[-1][1]:
            found[-1] = found[-1][0], max(after, found[-1][1])
        else:
            found.append((first, after))
    return found


def _each(paper: Paper, change: Callable[[str], str]) -> Paper:
    """Return a paper with every text in it changed."""

    def block(one: Block) -> Block:
        match one:
            case Heading() | Paragraph():
                return replace(one, text=change(one.text))
            case Facts():
                return replace(one, rows=[(name, change(value)) for name, value in one.rows])
            case Bullets():
                return replace(one, items=[change(item) for item in one.items])
            case Grid():
                return replace(one, rows=[[change(cell) for cell in row] for row in one.rows])

    return replace(paper, title=change(paper.title), blocks=[block(one) for one in paper.blocks])
