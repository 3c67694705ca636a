"""What a screening's results are worth, held against the truth.

Results are NDJSON, a line a person: `{"id", "result", "candidates": [{"list", "row", "score", "reasons"}]}`, with `row`
the 0-based row of the list and a higher score for a likelier match. An alert is a `possible` or a `match`. A true match
is found when its own row is among the candidates: an alert for another row would be resolved as nobody's.
"""

import csv
import json
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from bench.screening import HARD, LIST, ROSTER, TRUTH

#: False alerts per 1,000 clean people that somebody could work through.
BUDGETS = (5, 1, 20)
_ALERTS = frozenset({"possible", "match"})
ORDINARY = "ordinary"


@dataclass(frozen=True, slots=True)
class Work:
    """Who was screened, and who of them is on the list.

    `row` and `corruption` are by the id of a true match, `looks_like` by that of a clean person made to resemble an
    entry. `sure` are the true matches that no tool may miss: the NPI is the entry's, or both names and the date of birth
    are, letter for letter.
    """

    people: frozenset[str]
    row: dict[str, int]
    corruption: dict[str, str]
    looks_like: dict[str, str]
    sure: frozenset[str]

    @property
    def clean(self) -> int:
        """How many of the people are not on the list."""
        return len(self.people) - len(self.row)


@dataclass(frozen=True, slots=True)
class Hits:
    """What a tool said: the best score of anybody's candidates, and of each true match's own row."""

    answered: frozenset[str]
    alerted: frozenset[str]
    best: dict[str, float]
    own: dict[str, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """How much is found and how much is stopped for nothing, by the tool's decision or by a threshold on its scores."""

    recall: float
    false_alerts: float  # per 1,000 clean people
    precision: float
    threshold: float | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The figures of one tool. A budget is None when no threshold keeps within it.

    `unanswered` people have no line of their own: nobody knows about them. `found_by` and `stopped_by` count, by kind,
    what was found of how many, and false alerts, both by the tool's own decision.
    """

    own: Figures
    at: dict[int, Figures | None]
    sure: tuple[int, int]
    unanswered: int
    found_by: dict[str, tuple[int, int]]
    stopped_by: dict[str, int]


def read_work(folder: Path) -> Work:
    """Read a work folder; of the roster and the list only what the true matches need is kept."""
    truth = {row["provider_id"]: row for row in _rows(folder / TRUTH)}
    row = {person: int(true["leie_row"]) for person, true in truth.items()}
    wanted = frozenset(row.values())
    entries = {place: entry for place, entry in enumerate(_rows(folder / LIST, encoding="latin-1")) if place in wanted}
    people: set[str] = set()
    sure: set[str] = set()
    for person in _rows(folder / ROSTER):
        name = person["provider_id"]
        people.add(name)
        if name in row and is_sure(person, entries[row[name]]):
            sure.add(name)
    return Work(
        people=frozenset(people),
        row=row,
        corruption={person: true["kind"] for person, true in truth.items()},
        looks_like={one["provider_id"]: one["kind"] for one in _rows(folder / HARD)},
        sure=frozenset(sure),
    )


def is_sure(person: dict[str, str], entry: dict[str, str]) -> bool:
    """Say whether a person and an entry have the same NPI, or the same names and date of birth as they are written."""
    if person["npi"] and person["npi"] == entry["NPI"]:
        return True
    born = person["dob"].replace("-", "")
    names = person["last_name"] == entry["LASTNAME"] and person["first_name"] == entry["FIRSTNAME"].strip()
    return names and bool(born) and born == entry["DOB"]


def read_hits(lines: Iterable[str], work: Work) -> Hits:
    """Read a tool's results; a line without an id (what the run was) is passed over."""
    answered: set[str] = set()
    alerted: set[str] = set()
    best: dict[str, float] = {}
    own: dict[str, float] = {}
    for line in lines:
        said: dict[str, Any] = json.loads(line)
        person = said.get("id")
        if person is None:
            continue
        answered.add(person)
        if said.get("result") in _ALERTS:
            alerted.add(person)
        for candidate in said.get("candidates") or ():
            score = float(candidate["score"])
            best[person] = max(score, best.get(person, score))
            if work.row.get(person) == int(candidate["row"]):
                own[person] = max(score, own.get(person, score))
    return Hits(frozenset(answered), frozenset(alerted), best, own)


def judge(work: Work, hits: Hits, budgets: Iterable[int] = BUDGETS) -> Verdict:
    """Judge a tool by its own decision, and by the threshold that finds most within each budget."""
    found = {person for person in work.row if person in hits.alerted and person in hits.own}
    stopped = [person for person in hits.alerted if person in work.people and person not in work.row]
    kinds = Counter(work.corruption.values())
    found_of = Counter(work.corruption[person] for person in found)
    return Verdict(
        own=_figures(work, len(found), len(stopped)),
        at={budget: _within(work, hits, budget) for budget in budgets},
        sure=(len(work.sure & found), len(work.sure)),
        unanswered=len(work.people - hits.answered),
        found_by={kind: (found_of[kind], of) for kind, of in sorted(kinds.items())},
        stopped_by=dict(Counter(work.looks_like.get(person, ORDINARY) for person in stopped).most_common()),
    )


def judge_file(work: Work, path: Path) -> Verdict:
    """Judge a file of results."""
    with path.open(encoding="utf-8") as lines:
        return judge(work, read_hits(lines, work))


def _within(work: Work, hits: Hits, budget: int) -> Figures | None:
    """Take the lowest score at which false alerts are within a budget: the lower it is, the more is found."""
    clean = sorted(score for person, score in hits.best.items() if person not in work.row)
    own = sorted(hits.own.values())
    allowed = budget * work.clean // 1000
    at_least = _counting(clean)
    threshold = next((score for score in sorted({*clean, *own}) if at_least(score) <= allowed), None)
    if threshold is None:
        return None
    return _figures(work, _counting(own)(threshold), at_least(threshold), threshold)


def _counting(scores: list[float]) -> Callable[[float], int]:
    return lambda threshold: len(scores) - bisect_left(scores, threshold)


def _figures(work: Work, found: int, stopped: int, threshold: float | None = None) -> Figures:
    return Figures(
        recall=found / max(1, len(work.row)),
        false_alerts=1000 * stopped / max(1, work.clean),
        precision=found / max(1, found + stopped),
        threshold=threshold,
    )


def _rows(path: Path, encoding: str = "utf-8-sig") -> Iterator[dict[str, str]]:
    with path.open(encoding=encoding, newline="") as file:
        yield from csv.DictReader(file)


def kinds_of(verdicts: Iterable[Verdict]) -> tuple[list[str], list[str]]:
    """Return the kinds of corruption and the kinds of false alert that any verdict knows, in order."""
    known = list(verdicts)
    return (
        sorted(set(chain.from_iterable(verdict.found_by for verdict in known))),
        sorted(set(chain.from_iterable(verdict.stopped_by for verdict in known))),
    )
