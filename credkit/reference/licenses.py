"""What boards' own words mean: the status of a license, its kind, and who the board of a state is (three TOML files).

What is not in the data means nothing: the caller leaves it to a person.
"""

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

from credkit.reference.professions import abbreviations
from credkit.reference.states import STATES

Status = Literal["active", "expired", "restricted", "other", "unknown"]
Level = Literal["independent", "dependent", "unknown"]

_PRIVILEGE = re.compile(r"\bprivilege\b|\bcompact\b(?!.*\blicen[sc]e\b)", re.IGNORECASE)
_LICENSE = re.compile(r"[\s-]+licen[sc]e$")


@dataclass(frozen=True, slots=True)
class LicenseKind:
    """A kind of license in one state: the abbreviation people use ("" where it is not known), the families of
    professions it is of, and whether it may be practiced under independently."""

    abbreviation: str
    families: frozenset[str]
    level: Level


@dataclass(frozen=True, slots=True)
class BoardPlace:
    """Whom to ask in a state, and where; `address` is "" where none is known."""

    name: str
    address: str = ""


@cache
def _data(name: str) -> dict[str, Any]:
    text = resources.files("credkit.reference").joinpath(f"{name}.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def _words(text: str) -> str:
    return " ".join(text.casefold().split())


@cache
def _statuses(state: str) -> dict[str, Status]:
    found: dict[str, Status] = {}
    for section in ("any", state):
        for meaning, texts in _data("license_statuses").get(section, {}).items():
            found |= {_words(text): meaning for text in texts}
    return found


def license_status(state: str, text: str) -> Status:
    """Return what a board's own word for a status means: "unknown" for every word that the data does not have."""
    return _statuses(state).get(_words(text), "unknown")


@cache
def _types(state: str) -> dict[str, str]:
    types = _data("license_types")["types"]
    return {_type_words(text): what for section in ("any", state) for text, what in types.get(section, {}).items()}


def _type_words(text: str) -> str:
    return _LICENSE.sub("", _words(text))


def license_kind(state: str, text: str | None) -> LicenseKind:
    """Return what kind of license a board's words, or an abbreviation, mean in a state."""
    words = _type_words(text or "")
    abbreviation = _types(state).get(words) or words.upper().replace(".", "")
    families = _families(state, abbreviation)
    return LicenseKind(abbreviation if families else "", families, independence(state, abbreviation))


def _families(state: str, abbreviation: str) -> frozenset[str]:
    table = _data("license_types")["families"]
    found = table.get(state, {}).get(abbreviation) or table.get(abbreviation)
    if isinstance(found, list):
        return frozenset(found)
    profession = abbreviations().get(abbreviation)
    return frozenset({profession.family}) if profession else frozenset()


def independence(state: str, abbreviation: str) -> Level:
    """Say whether an abbreviation may practice independently in a state, as far as the data says."""
    data = _data("license_types")
    for table in (data["states"].get(state, {}), data["levels"]):
        for level in ("independent", "dependent"):
            if abbreviation in table.get(level, ()):
                return "independent" if level == "independent" else "dependent"
    return "unknown"


def is_privilege(text: str | None) -> bool:
    """Say whether words name a privilege to practice under a compact, which is not a license."""
    return bool(text and _PRIVILEGE.search(text))


def board_of(state: str, family: str | None = None) -> BoardPlace:
    """Return the board of a state, or of one profession there where they have several; a plain name is always given."""
    entry = _data("boards").get(state, {})
    own = entry.get("professions", {}).get(family or "", {})
    name = own.get("name") or entry.get("name") or f"{STATES.get(state, state)} licensing board"
    return BoardPlace(name, own.get("address") or entry.get("address", ""))
