"""Professions, the abbreviations that boards use for them, and the taxonomy codes that fit them (professions.toml).

Sources: NUCC's code set as NPPES and the HL7 Plan-Net value sets show it. LMHC, LPC, LPCC and LCPC are one profession
under several names, as are LCSW and LICSW.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Profession:
    """One family of abbreviations: what a policy's `professions` names."""

    family: str
    title: str
    prescribes: bool
    abbreviations: tuple[str, ...]
    taxonomies: tuple[str, ...]

    def fits(self, taxonomy: str) -> bool:
        """Say whether a NUCC code belongs to this profession."""
        return any(
            taxonomy.startswith(pattern[:-1]) if pattern.endswith("*") else taxonomy == pattern
            for pattern in self.taxonomies
        )


@cache
def professions() -> dict[str, Profession]:
    """Return every family by its name."""
    text = resources.files("credkit.reference").joinpath("professions.toml").read_text(encoding="utf-8")
    return {
        family: Profession(
            family=family,
            title=entry["title"],
            prescribes=entry["prescribes"],
            abbreviations=tuple(entry["abbreviations"]),
            taxonomies=tuple(entry["taxonomies"]),
        )
        for family, entry in tomllib.loads(text).items()
    }


@cache
def abbreviations() -> dict[str, Profession]:
    """Return every family by each of its abbreviations, in capitals."""
    return {abbreviation: family for family in professions().values() for abbreviation in family.abbreviations}


def profession_of(text: str | None) -> Profession | None:
    """Return the profession that an abbreviation names, whatever its case and dots, else None."""
    if not text:
        return None
    return abbreviations().get(text.strip().upper().replace(".", ""))


def families_of_taxonomy(taxonomy: str) -> tuple[Profession, ...]:
    """Return every profession that a NUCC code fits: none for a student, two for a physician's."""
    return tuple(family for family in professions().values() if family.fits(taxonomy))
