"""What one list says of one person: every row that may be theirs, what we make of it and why, and the outcome.

OIG's special advisory bulletin (2013) asks for current and former names, and that a hit on a name be confirmed before
anybody acts on it. So a match needs the NPI and the name, or a person's ruling; everything else that is likely enough is
possible, and a person decides.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from credkit.records import ListEntry, ListVersion, Resolution, Ruling, entry_digest
from credkit.screening.identity import Identity, Person, of_entry
from credkit.screening.names import NO_NAMES, person_name
from credkit.screening.score import Likeness, compare, weights

Outcome = Literal["clear", "possible", "match", "insufficient_data", "not_screened"]
Verdict = Literal["match", "possible", "unlikely", "folded"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row that resembles a person: how much, what we make of it, and why. `reasons` never hold a date of birth.

    `folded`: the row repeats one of the LEIE, and is worked there.
    """

    entry: ListEntry
    score: float
    verdict: Verdict
    reasons: tuple[str, ...]
    resolution: Resolution | None = None

    @property
    def reason(self) -> str:
        """The reasons in one line."""
        return "; ".join(self.reasons)


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """What one list says of one person. `candidates` stand likeliest first, the unlikely ones too; `reasons` say in words
    why the outcome is what it is."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()


def screen(
    person: Person,
    identity: Identity,
    entries: Iterable[ListEntry],
    on: date,
    *,
    practice: Sequence[str] = (),
    resolutions: Mapping[str, Resolution] | None = None,
    folded: Mapping[int, int] | None = None,
) -> ScreeningResult:
    """Say whether a person is on a list that may be screened by, from the rows that might be theirs, on the day `on`.

    `practice` are the states in which they see clients, for waivers; `resolutions` what people ruled, by the entry's
    digest; `folded` the rows that repeat a row of the LEIE, by number. Without a date of birth, or a first name longer
    than an initial, an empty result proves nothing.
    """
    found = []
    for entry in entries:
        resolution = resolutions.get(entry_digest(entry)) if resolutions else None
        one = weigh(identity, entry, on, practice, resolution)
        if folded and entry.row_number in folded:
            words = f"repeats row {folded[entry.row_number]} of the leie, and is worked there"
            one = replace(one, verdict="folded", reasons=(*one.reasons, words))
        found.append(one)
    candidates = sorted(
        (one for one in found if one.score >= weights().shown or one.verdict != "unlikely"),
        key=lambda one: (-_RANK[one.verdict], -one.score, one.entry.row_number),
    )
    return ScreeningResult(*_outcome(person, candidates), tuple(candidates))


def nothing_found(person: Person) -> ScreeningResult:
    """Return what it means that no row resembles a person: nothing, where their record lacks what it takes."""
    return ScreeningResult(*_outcome(person, ())) if _lacking(person) else _CLEAR


_CLEAR = ScreeningResult("clear")


_RANK: dict[Verdict, int] = {"match": 3, "possible": 2, "folded": 1, "unlikely": 0}


def unusable(version: ListVersion | None, max_age_days: int, on: date) -> str:
    """Say why nobody can be screened by a version on a day; "" where everybody can (42 CFR 455.436: monthly)."""
    if version is None:
        return "the list is not loaded"
    age = (on - version.published_on).days
    if age > max_age_days:
        return f"the list was published {age} days ago, the policy allows {max_age_days}"
    if age < 0:
        return f"the list was published on {version.published_on}, after the day asked about"
    return ""


def weigh(
    identity: Identity, entry: ListEntry, on: date, practice: Sequence[str] = (), resolution: Resolution | None = None
) -> Candidate:
    """Weigh one row against one person: what agrees, what the row says of itself, what somebody ruled."""
    likeness = compare(identity, of_entry(entry))
    verdict = _verdict(likeness)
    said = [*likeness.reasons, *_what_the_row_says(entry, on)]
    if _over(entry, on):
        verdict = "unlikely"
    elif verdict == "match" and _waived(entry, on, practice):
        verdict = "possible"
    if resolution is not None:
        said.append(f"{_RULED[resolution.ruling]} by {resolution.actor} on {resolution.resolved_on}")
        if resolution.ruling is Ruling.NO_MATCH:
            verdict = "unlikely"
        elif resolution.ruling is Ruling.MATCH and not _over(entry, on):
            verdict = "match"
    return Candidate(entry, likeness.score, verdict, tuple(said), resolution)


_RULED = {
    Ruling.NO_MATCH: "ruled to be another person",
    Ruling.MATCH: "confirmed to be this person",
    Ruling.UNDETERMINED: "could not be told apart",
}


def _verdict(likeness: Likeness) -> Verdict:
    """An NPI with a name that is not another one matches. An NPI alone, and a last name with a date of birth, are
    possible whatever else differs: no table of short forms has every name that somebody goes by."""
    if likeness.levels["npi"] == "same":
        return "possible" if likeness.other_name else "match"
    if likeness.same_last_name and likeness.levels["date_of_birth"] == "same":
        return "possible"
    return "possible" if likeness.score >= 0 else "unlikely"


def _outcome(person: Person, candidates: Sequence[Candidate]) -> tuple[Outcome, tuple[str, ...]]:
    reasons = {
        verdict: tuple(f"row {one.entry.row_number}: {one.reason}" for one in candidates if one.verdict == verdict)
        for verdict in _RANK
    }
    if reasons["match"]:
        return "match", reasons["match"] + reasons["possible"]
    if reasons["possible"]:
        return "possible", reasons["possible"]
    if lacking := _lacking(person):
        return "insufficient_data", (lacking,)
    return "clear", reasons["folded"] + reasons["unlikely"]


def _lacking(person: Person) -> str:
    """Say what a person's record lacks for an empty answer to prove something."""
    if (
        person.date_of_birth is not None
        and len(person.first_name) > 1
        and person.first_name.isalpha()
        and person.last_name[:1].isalpha()
        and NO_NAMES.isdisjoint((person.first_name.lower(), person.last_name.lower()))
    ):
        return ""  # as nearly everybody
    name = person_name(person.first_name, person.last_name, person.middle_name)
    if not name.last:
        return "no last name"
    if person.date_of_birth is None:
        return "no date of birth to compare"
    if not name.first:
        return "no first name"
    initials = all(len(word) == 1 for word in name.first.split())
    return "the first name is an initial" if initials and len(name.middle) < 2 else ""


def _over(entry: ListEntry, on: date) -> bool:
    """Say whether the row no longer excludes: its end has passed, or it was reinstated and not excluded again since."""
    if entry.ends_on is not None and entry.ends_on < on:
        return True
    if entry.reinstated_on is None or entry.reinstated_on > on:
        return False
    return entry.excluded_on is None or entry.excluded_on <= entry.reinstated_on


def _waived(entry: ListEntry, on: date, practice: Sequence[str]) -> bool:
    """Say whether the exclusion is waived wherever the person practices: a waiver is for one state (42 CFR 1001.1801)."""
    if not entry.waiver_state or (entry.waiver_on is not None and entry.waiver_on > on):
        return False
    return bool(practice) and set(practice) <= {entry.waiver_state}


def _what_the_row_says(entry: ListEntry, on: date) -> list[str]:
    said: list[str] = []
    if entry.excluded_on is not None:
        tense = "to be excluded from" if entry.excluded_on > on else "excluded on"
        kind = f" ({entry.exclusion_type})" if entry.exclusion_type else ""
        said.append(f"{tense} {entry.excluded_on}{kind}")
    if entry.reinstated_on is not None:
        said.append(f"reinstated on {entry.reinstated_on}")
    if entry.ends_on is not None:
        said.append(f"{'ended' if entry.ends_on < on else 'ends'} on {entry.ends_on}")
    if entry.waiver_on is not None or entry.waiver_state:
        state = f" for {entry.waiver_state}" if entry.waiver_state else ""
        since = f" since {entry.waiver_on}" if entry.waiver_on else ""
        said.append(f"waiver{state}{since}")
    return said
