"""A map proposed for a form with headers of its own: what is certain, what is likely, and what could not be placed."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from credkit.intake.form import MOST_REPEATS, OBLIGATORY, USUAL_REPEATS, Column, Kind, columns, find_column
from credkit.intake.synonyms import FILLERS, SYNONYMS, WHOLE_NAMES
from credkit.intake.values import read_value
from credkit.policy import Policy
from credkit.tables.cells import clean_text
from credkit.tables.maps import fingerprint, is_ours

_WORD = re.compile(r"[a-z]+|[0-9]+")
#: Kinds whose cells prove nothing: any text is one.
_ANY_TEXT = frozenset({Kind.TEXT, Kind.NAMES, Kind.LIST, Kind.GENDER, Kind.REGISTRATION})
_DAYS = frozenset({Kind.DATE, Kind.BIRTH_DATE, Kind.MONTH_START, Kind.MONTH_END})
_FORMATS = ("%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%Y-%m-%d %H:%M:%S", "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%y", "%d-%m-%Y")
_DAY_AND_MONTH_TOLD = frozenset({"%Y-%m-%d %H:%M:%S"})
_SURE, _LIKELY = 3, 2


@dataclass(frozen=True, slots=True)
class Placement:
    """One canonical column placed at one header. `doubt` is why a person must look; then the map has it commented out."""

    column: str
    header: str
    doubt: str | None = None
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A proposed map: its TOML text, what it places, and what it could not place: headers with why, and columns."""

    toml: str
    placements: tuple[Placement, ...]
    unplaced_headers: tuple[tuple[str, str], ...]
    unplaced_columns: tuple[str, ...]


def propose(header: Sequence[str], samples: Sequence[Mapping[str, str]], policy: Policy) -> Proposal:
    """Place the canonical columns by the words of the headers, and by what the samples hold under them."""
    own = [name for name in header if not is_ours(name)]
    canonical = {name for name in own if find_column(name, policy)}
    rest = [name for name in own if name not in canonical]
    claims = {name: _claims(name, policy) for name in rest}
    placements: list[Placement] = []
    wanted: dict[str, list[tuple[int, str]]] = {}
    for name in rest:
        best = max((score for score, _ in claims[name]), default=0)
        for score, claimed in claims[name]:
            if score == best and claimed not in canonical:
                wanted.setdefault(claimed, []).append((score, name))
    placed_headers: set[str] = set()
    for column_name, claimants in wanted.items():
        top = max(score for score, _ in claimants)
        first = [name for score, name in claimants if score == top]
        for name in first:
            if name in placed_headers:
                continue
            rivals = [other for other in first if other != name]
            others = [other for score, other in claims[name] if score == top and other != column_name]
            column = find_column(column_name, policy)
            if column is None:
                continue
            placed_headers.add(name)
            placements.append(_judged(column, name, top, rivals, others, [row.get(name, "") for row in samples]))
    placements += _by_sample([name for name in rest if name not in placed_headers], placements, canonical, samples)
    placed_headers |= {placement.header for placement in placements}
    left = [(name, _why_left(name, claims[name])) for name in rest if name not in placed_headers]
    order = {name: place for place, name in enumerate(own)}
    placements.sort(key=lambda placement: order[placement.header])
    sure = canonical | {placement.column for placement in placements if placement.doubt is None}
    missing = tuple(
        column.name for column in columns(policy, dict.fromkeys(USUAL_REPEATS, 1)) if column.name not in sure
    )
    toml = _toml(own, placements, left, [name for name in OBLIGATORY if name not in sure])
    return Proposal(toml, tuple(placements), tuple(left), missing)


def _words(text: str) -> tuple[list[str], int | None]:
    """Return the words of a header that say something, and the number that it bears (License 2 Number)."""
    found = _WORD.findall(
        re.sub(r"['\u2019]s?\b", "", text.lower()).replace("licence", "license").replace("licensure", "license")
    )
    words = [word for word in found if word not in FILLERS]
    numbers = [int(word) for word in words if word.isdigit()]
    # Address 1 and type 1 are names, not numbers of a group.
    return words, numbers[0] if len(numbers) == 1 and 1 <= numbers[0] <= MOST_REPEATS else None


def _claims(header: str, policy: Policy) -> list[tuple[int, str]]:
    """Return every canonical column that a header may be, with how surely: its very words, or words among others."""
    words, number = _words(header)
    if " ".join(words) in WHOLE_NAMES:
        return []
    claims = [
        (score, f"disclosure_{key}")
        for key, question in policy.disclosures.items()
        if (score := _same(words, question))
    ]
    if claims:
        return claims
    bare = [word for word in words if not word.isdigit()]
    likely: list[tuple[int, str]] = []
    for key, phrases in SYNONYMS.items():
        group, _, part = key.partition(".")
        said = bare if part else words
        name = f"{group}_{number or 1}_{part}" if part else key
        for phrase in phrases:
            wanted = _words(phrase)[0]
            if said == wanted:
                claims.append((_SURE, name))
                break
            if _contains(said, wanted):
                likely.append((len(wanted), name))
    if claims:
        return claims
    # Of phrases inside a longer header, the longest says the most ("license expiration date" more than "license").
    longest = max((length for length, _ in likely), default=0)
    return [(_LIKELY, name) for name in dict.fromkeys(name for length, name in likely if length == longest)]


def _contains(words: Sequence[str], wanted: Sequence[str]) -> bool:
    return bool(wanted) and any(
        list(words[start : start + len(wanted)]) == list(wanted) for start in range(len(words) - len(wanted) + 1)
    )


def _same(words: Sequence[str], question: str) -> int:
    asked, said = set(_words(question)[0]), set(words)
    if len(said) < 4:
        return 0
    share = len(asked & said) / len(asked | said)
    return _SURE if share == 1 else _LIKELY if share >= 0.6 else 0


def _judged(
    column: Column, header: str, score: int, rivals: Sequence[str], others: Sequence[str], cells: Iterable[str]
) -> Placement:
    """Hold a placement against the samples, and say what makes it doubtful."""
    filled = [clean_text(cell) for cell in cells if clean_text(cell)]
    form, told = (None, True)
    fits = _readable(column, filled)
    # One 13/05/2026 among dates that can be read either way tells how all of them are meant.
    if column.kind in _DAYS and not all(_reads(column.kind, cell) for cell in filled):
        form = next((form for form in _FORMATS if all(_has_format(cell, form) for cell in filled)), None)
        if form:
            fits, told = True, form in _DAY_AND_MONTH_TOLD or _only_one_way(filled, form)
    doubt = None
    if rivals:
        doubt = f"{', '.join(map(repr, rivals))} may be it too"
    elif others:
        doubt = f"it may also be {', '.join(others)}"
    elif filled and not fits:
        doubt = f"what stands under it does not read as {column.kind.value.replace('_', ' ')}"
    elif form and not told:
        doubt = "the samples do not tell the day from the month, or the century"
    elif score < _SURE:
        # "Group NPI" and "Spouse's date of birth" hold what reads well, and is somebody else's.
        doubt = "only some of its words agree" + (
            "" if column.kind in _ANY_TEXT or not filled else ", though the samples fit"
        )
    return Placement(column.name, header, doubt, form)


def _readable(column: Column, cells: Sequence[str]) -> bool:
    """Say whether most of the samples can be read as this column; one provider's slip must not hide a column."""
    readable = 0
    for cell in cells:
        try:
            read_value(column.kind, cell)
        except ValueError:
            continue
        readable += 1
    return readable * 3 >= len(cells) * 2


def _has_format(cell: str, form: str) -> bool:
    try:
        datetime.strptime(cell, form)  # noqa: DTZ007 - a day, no moment
    except ValueError:
        return False
    return True


def _only_one_way(cells: Sequence[str], form: str) -> bool:
    """Say whether the samples cannot be read with day and month changed about; a two-digit year is never told."""
    if "%y" in form:
        return False
    turned = form.replace("%m", "%_").replace("%d", "%m").replace("%_", "%d")
    return not all(_has_format(cell, turned) for cell in cells)


def _by_sample(
    rest: Sequence[str], placements: Sequence[Placement], canonical: Iterable[str], samples: Sequence[Mapping[str, str]]
) -> list[Placement]:
    """Offer, with a doubt, a column full of NPIs or e-mail addresses whose header says nothing."""
    taken = {placement.column for placement in placements} | set(canonical)
    found = []
    for name in rest:
        cells = [cell for row in samples if (cell := clean_text(row.get(name, "")))]
        for column, kind in (("npi", Kind.NPI), ("email", Kind.EMAIL)):
            if column not in taken and cells and all(_reads(kind, cell) for cell in cells):
                found.append(Placement(column, name, f"its header does not say so, but every sample reads as {column}"))
                taken.add(column)
                break
    return found


def _reads(kind: Kind, cell: str) -> bool:
    try:
        return read_value(kind, cell) is not None
    except ValueError:
        return False


def _why_left(header: str, claims: Sequence[tuple[int, str]]) -> str:
    if " ".join(_words(header)[0]) in WHOLE_NAMES:
        return "it holds a whole name; the form needs first_name and last_name in columns of their own"
    if claims:
        return f"another header fits {', '.join(name for _, name in claims)} better"
    return "no column of the form is called so"


def _toml(
    header: Sequence[str], placements: Sequence[Placement], left: Sequence[tuple[str, str]], missing: Sequence[str]
) -> str:
    """Write the map; what is doubtful stands in it as a comment with its reason, for a person to take or leave."""
    lines = [
        "# A column map for `credkit intake import FILE --map FORM.toml`. Lines that begin with # are not in force:",
        "# take the # away where the placement is right.",
        *(f"# {name} is obligatory and not placed yet." for name in missing),
        f"fingerprint = {_quoted(fingerprint(header))}",
        "headers = [",
        *(f"  {_quoted(name)}," for name in header),
        "]",
        "",
        "[columns]",
    ]
    for placement in placements:
        value = _quoted(placement.header)
        if placement.format:
            value = f"{{ column = {value}, format = {_quoted(placement.format)} }}"
        line = f"{placement.column} = {value}"
        lines.append(f"# {line}   # {placement.doubt}" if placement.doubt else line)
    if left:
        lines += ["", "# Not placed:", *(f"#   {_quoted(name)}: {why}" for name, why in left)]
    return "\n".join(lines) + "\n"


def _quoted(text: str) -> str:
    """Write a TOML string. JSON's quoting is TOML's too, once the header is free of control characters."""
    return json.dumps(clean_text(text), ensure_ascii=False)
