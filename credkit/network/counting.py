"""Which payers count towards being ready, and which payer is meant after a merger."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache

from credkit.policy import Policy
from credkit.records import Enrollment, Payer


def does_not_count(enrollment: Enrollment, payers: Mapping[str, Payer], policy: Policy, on: date) -> str | None:
    """Say why an enrollment does not count towards being ready on a day (the policy's `[network]`), None where it does.

    An excluded payer is known by its whole words in the payer's names, those of the companies it belongs to, or those of
    the payer it was merged into by then, whatever the case: "Humana" is also in "Humana Gold Plus". So does an excluded line
    in the payer's own name: "Aspen Medicare" is none that counts, whatever line was typed. To leave one out too many blocks;
    one too few would say ready.
    """
    if enrollment.line in policy.network.excluded_lines:
        return f"{enrollment.line} does not count"
    own = _words(payers[enrollment.payer_id].names_on(on).name)
    for line in policy.network.excluded_lines:
        if _words(line.replace("_", " ")) in own:
            return f"{line} does not count, and its name says that it is"
    names = [_words(name) for name in _names(payers[enrollment.payer_id], payers, on)]
    for excluded in policy.network.excluded_payers:
        wanted = _words(excluded)
        if wanted.strip() and any(wanted in name for name in names):
            return f"{excluded} does not count"
    return None


def payer_on(payer_id: str, payers: Mapping[str, Payer], on: date) -> Payer:
    """Return the payer that an enrollment is with on a day: its own, or the one that this was merged into by then."""
    payer = payers[payer_id]
    while payer.merged_into and payer.merged_on and payer.merged_on <= on:
        payer = payers[payer.merged_into]
    return payer


def days_of(payers: Iterable[Payer]) -> Iterator[date]:
    """Yield every day from which a payer is another, is called otherwise, or belongs to somebody else."""
    for payer in payers:
        if payer.merged_on:
            yield payer.merged_on
        yield from (names.until for names in payer.formerly)


def same_payer(payer: Payer, payers: Mapping[str, Payer], on: date | None = None) -> set[str]:
    """Return the ids of a payer and of all that were merged into it, directly or not; with a day, merged by then."""
    merged = [one for one in payers.values() if on is None or (one.merged_on and one.merged_on <= on)]
    ids = {payer.id}
    while more := {one.id for one in merged if one.merged_into in ids} - ids:
        ids |= more
    return ids


@lru_cache(maxsize=4_096)
def _words(name: str) -> str:
    """Return the words of a name in lower case, each between spaces: full-width letters are letters, and characters that
    nobody sees (a soft hyphen, a space of no width) are not there."""
    seen = "".join(one for one in unicodedata.normalize("NFKC", name) if unicodedata.category(one) != "Cf")
    return " " + " ".join(re.findall(r"[^\W_]+", seen.casefold())) + " "


def _names(payer: Payer, payers: Mapping[str, Payer], on: date) -> set[str]:
    """Return every name that a payer, and those it belongs to, had on a day, as far up as they are known."""
    names: set[str] = set()
    waiting, seen = [payer], set()
    while waiting:
        one = waiting.pop()
        if one.id in seen:
            continue
        seen.add(one.id)
        its = one.names_on(on)
        names |= {its.name, *its.aliases}
        if one.merged_into and one.merged_on and one.merged_on <= on:
            waiting.append(payers[one.merged_into])
        if its.parent:
            names.add(its.parent)
            parent = its.parent.casefold()
            waiting += [other for other in payers.values() if parent in _called(other, on)]
    return names


def _called(payer: Payer, on: date) -> set[str]:
    names = payer.names_on(on)
    return {name.casefold() for name in (names.name, *names.aliases)}
