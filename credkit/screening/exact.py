"""One provider held against one list: NPI, name and date of birth compared as they stand, with every reason in words.

OIG's special advisory bulletin (2013) asks for current and former names, and that a hit on a name be confirmed before
anybody acts on it. So a match needs NPI and name; a name with a date of birth is possible, and a person decides.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from credkit.records import ListEntry, ListScreening, ListVersion, Provider
from credkit.screening.index import entry_name
from credkit.screening.names import ClaimedNames, Likeness, claimed_names, same_person_name

Outcome = Literal["clear", "possible", "match", "insufficient_data", "not_screened"]
Verdict = Literal["match", "possible", "unlikely"]
_Agreement = Literal["agrees", "contradicts", "unknown"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """One row that resembles the provider, what we make of it, and why. `reason` never holds a date of birth."""

    entry: ListEntry
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True)
class ScreeningResult:
    """What one list says of one provider. `candidates` holds the unlikely rows too; `tried` the names looked for."""

    outcome: Outcome
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    tried: tuple[str, ...] = ()


def screen(provider: Provider, screening: ListScreening, max_age_days: int, on: date) -> ScreeningResult:
    """Say whether a provider is on a list, from the rows that might be theirs, on the day `on`.

    Without a list, or with one older than the policy allows, nobody is screened (42 CFR 455.436: monthly). Without a
    date of birth, or a first name longer than an initial, an empty result proves nothing: `insufficient_data`.
    """
    tried = tuple(dict.fromkeys((provider.name, *provider.former_names)))
    if why := unusable(screening.version, max_age_days, on):
        return ScreeningResult("not_screened", (why,), (), tried)
    claimed = claimed_names(provider)
    found = [_weigh(provider, claimed, entry, on) for entry in screening.candidates]
    candidates = tuple(candidate for candidate in found if candidate is not None)
    return ScreeningResult(*_outcome(provider, claimed, candidates), candidates, tried)


def unusable(version: ListVersion | None, max_age_days: int, on: date) -> str:
    """Say why nobody can be screened by a version on a day; "" where everybody can."""
    if version is None:
        return "the list is not loaded"
    age = (on - version.published_on).days
    if age > max_age_days:
        return f"the list was published {age} days ago, the policy allows {max_age_days}"
    if age < 0:
        return f"the list was published on {version.published_on}, after the day asked about"
    return ""


def _outcome(
    provider: Provider, claimed: ClaimedNames, candidates: tuple[Candidate, ...]
) -> tuple[Outcome, tuple[str, ...]]:
    verdicts: tuple[Literal["match", "possible"], ...] = ("match", "possible")
    for verdict in verdicts:
        if _reasons(candidates, verdict):
            return verdict, _reasons(candidates, "match") + _reasons(candidates, "possible")
    if provider.date_of_birth is None:
        return "insufficient_data", ("no date of birth to compare",)
    if len(claimed.current.first) < 2 and len(claimed.current.middle) < 2:
        return "insufficient_data", ("the first name is an initial",)
    return "clear", _reasons(candidates, "unlikely")


def _reasons(candidates: Iterable[Candidate], verdict: Verdict) -> tuple[str, ...]:
    return tuple(f"row {one.entry.row_number}: {one.reason}" for one in candidates if one.verdict == verdict)


def _weigh(provider: Provider, claimed: ClaimedNames, entry: ListEntry, on: date) -> Candidate | None:
    name = entry_name(entry)
    likeness = same_person_name(claimed, [name] if name else [])
    npi = _agreement(provider.npi, entry.npi)
    birth = _agreement(provider.date_of_birth, entry.date_of_birth)
    if likeness.level == "different" and npi != "agrees":
        return None
    verdict = "unlikely" if _reinstated(entry, on) else _verdict(likeness, npi, birth)
    return Candidate(entry, verdict, "; ".join([*_what_agrees(likeness, npi, birth), *_what_the_row_says(entry, on)]))


def _verdict(likeness: Likeness, npi: _Agreement, birth: _Agreement) -> Verdict:
    """Weigh what agrees: NPI and name match; a name alone is possible until a date of birth or an NPI contradicts."""
    if npi == "agrees":
        return "possible" if likeness.level == "different" else "match"
    if birth == "agrees":
        return "possible"
    return "unlikely" if "contradicts" in {npi, birth} else "possible"


def _agreement(ours: object, theirs: object) -> _Agreement:
    if not ours or not theirs:
        return "unknown"
    return "agrees" if ours == theirs else "contradicts"


def _reinstated(entry: ListEntry, on: date) -> bool:
    """Say whether the row no longer excludes: reinstated by `on`, and not excluded again since."""
    if entry.reinstated_on is None or entry.reinstated_on > on:
        return False
    return entry.excluded_on is None or entry.excluded_on <= entry.reinstated_on


def _what_agrees(likeness: Likeness, npi: _Agreement, birth: _Agreement) -> list[str]:
    name = {"same": "same name", "variant": f"name variant ({likeness.how})", "different": "another name"}
    said = {"agrees": "same NPI", "contradicts": "other NPI", "unknown": "no NPI to compare"}
    born = {
        "agrees": "same date of birth",
        "contradicts": "other date of birth",
        "unknown": "no date of birth to compare",
    }
    return [name[likeness.level], born[birth], said[npi]]


def _what_the_row_says(entry: ListEntry, on: date) -> list[str]:
    said: list[str] = []
    if entry.excluded_on is not None:
        tense = "to be excluded from" if entry.excluded_on > on else "excluded on"
        kind = f" ({entry.exclusion_type})" if entry.exclusion_type else ""
        said.append(f"{tense} {entry.excluded_on}{kind}")
    if entry.reinstated_on is not None:
        said.append(f"reinstated on {entry.reinstated_on}")
    if entry.waiver_on is not None or entry.waiver_state:
        state = f" for {entry.waiver_state}" if entry.waiver_state else ""
        since = f" since {entry.waiver_on}" if entry.waiver_on else ""
        said.append(f"waiver{state}{since}")
    return said
