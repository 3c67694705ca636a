"""Words of CAQH's files (caqh.toml): what a profile's status means, what a refused roster row asks for, and which provider
type a profession is."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Literal

Usability = Literal["usable", "unusable", "unknown"]

_MARKS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class StatusMeaning:
    """What a status text means; `advice` says what the provider must do, "" where nothing."""

    usability: Usability
    advice: str = ""


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files("credkit.reference").joinpath("caqh.toml").read_text(encoding="utf-8"))


def words(text: str | None) -> str:
    """Return a text of CAQH's in small letters, its words apart: "Re-Attestation" is "re attestation"."""
    return " ".join(_MARKS.sub(" ", (text or "").lower()).split())


def status_meaning(text: str | None, own: Mapping[str, Usability] | None = None) -> StatusMeaning:
    """Return what a status text means; `own` are the policy's texts, which go first."""
    said = words(text)
    for known, usability in (own or {}).items():
        if words(known) == said:
            return StatusMeaning(usability, "" if usability == "usable" else "look through the profile and attest")
    statuses = _data()["statuses"]
    if said in statuses["usable"]:
        return StatusMeaning("usable")
    if said in statuses["unusable"]:
        return StatusMeaning("unusable", statuses["unusable"][said])
    return StatusMeaning("unknown", "look the status up in CAQH")


@cache
def columns() -> dict[str, str]:
    """Return which of our names each known header of a status file has, by the header's words."""
    return {header: name for name, headers in _data()["columns"].items() for header in headers}


def exception_advice(text: str) -> str:
    """Return what staff must do about a roster row that CAQH refused with this text."""
    said = words(text)
    fitting = [beginning for beginning in _data()["exceptions"] if said.startswith(beginning)]
    if not fitting:
        return "look the provider up in CAQH"
    return str(_data()["exceptions"][max(fitting, key=len)])


def is_harmless(text: str) -> bool:
    """Say whether a refused row asks for nothing: who is on the roster already is on it."""
    return "already" in words(text).split()


def provider_type(family: str | None) -> str | None:
    """Return CAQH's abbreviation for a profession's family, None where it has none that we know."""
    found: str | None = _data()["provider_types"].get(family or "")
    return found


def family_of_type(abbreviation: str | None) -> str | None:
    """Return the profession's family that one of CAQH's abbreviations stands for, None where we know none."""
    said = (abbreviation or "").strip().upper()
    return next((family for family, known in _data()["provider_types"].items() if known == said), None)
