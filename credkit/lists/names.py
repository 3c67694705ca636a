"""Names as state lists write them: a whole name in one cell, and a cell that holds a person or a business.

A person who is taken for a business is somebody whom nobody finds. So whoever is neither clearly the one nor the other
is kept as both: the business's name, and an alias under which a person is looked for.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

Kind = Literal["person", "business", "doubt"]

_WORD = re.compile(r"[^\s,;:/()]+")
_LEGAL = frozenset(
    {"INC", "INCORPORATED", "LLC", "LC", "CORP", "CORPORATION", "LTD", "LLP", "LP", "PC", "PLLC", "PLC", "CO", "COMPANY",
     "DBA"}
)  # fmt: skip
_TRADE = frozenset(
    {
        "ADULT", "AGENCY", "AIDE", "AMBULANCE", "AMBULETTE", "ASSISTED", "ASSOCIATES", "ASSOCIATION", "BEHAVIORAL", "CAB",
        "CARE", "CENTER", "CENTERS", "CENTRE", "CHIROPRACTIC", "CLINIC", "CLINICAL", "CLINICS", "COUNSELING", "DAYCARE",
        "DENTAL", "DIAGNOSTIC", "DIAGNOSTICS", "DME", "DRUG", "DRUGS", "ENTERPRISE", "ENTERPRISES", "EQUIPMENT",
        "FACILITY", "FAMILY", "FOUNDATION", "GROUP", "HEALTH", "HEALTHCARE", "HOME", "HOMECARE", "HOMES", "HOSPICE",
        "HOSPITAL", "IMAGING", "INSTITUTE", "LAB", "LABORATORIES", "LABORATORY", "LABS", "LIVERY", "LIVING", "MANAGEMENT",
        "MART", "MEDICAL", "MEDICINE", "MEDIVAN", "MENTAL", "NURSING", "OPTICAL", "ORTHOPEDIC", "PARTNERS", "PEDIATRICS",
        "PHARM", "PHARMACIES", "PHARMACY", "PHMCY", "PHYSICIANS", "PRACTICE", "PRODUCTS", "PROGRAM", "REHAB",
        "REHABILITATION", "RESIDENTIAL", "RX", "SCHOOL", "SERVICE", "SERVICES", "SHOP", "SOLUTIONS", "STAFFING", "STORE",
        "SUPPLIES", "SUPPLY", "SUPPORT", "SUPPORTS", "SURGERY", "SURGICAL", "SYSTEMS", "TAXI", "THERAPY", "TRANSPORT",
        "TRANSPORTATION", "TREATMENT", "UNIVERSITY", "VAN", "VISION", "WELLNESS",
    }
)  # fmt: skip
# "VAN" is a part of many last names; alone it says nothing.
_NAMES_TOO = frozenset({"VAN", "CARE", "HOME", "LAB", "CAB", "MART", "SHOP", "FAMILY", "CO"})
_SUFFIXES = frozenset({"JR", "SR", "II", "III", "IV", "V"})
# Not "DO", "MA" and "PA": they are last names too.
_DEGREES = frozenset(
    {"MD", "DDS", "DMD", "DPM", "DC", "OD", "PHD", "PSYD", "EDD", "RN", "LPN", "LVN", "NP", "APRN", "CNA", "LCSW", "LMFT",
     "LPC", "RPH", "PHARMD", "PT", "ESQ"}
)  # fmt: skip
_PARTICLES = frozenset({"DE", "DEL", "DELLA", "DA", "DI", "DU", "EL", "LA", "LE", "LOS", "MC", "MAC", "SAN", "ST", "VAN",
                        "VON", "DER", "DEN", "BIN"})  # fmt: skip
_ALIAS_PARTS = re.compile(
    r"\s*(?:;|\||\n|\(also\b|\b(?:a/?\.?k/?\.?a|d/?\.?b/?\.?a|f/?\.?k/?\.?a)\b\.?|\balso known as\b|\bdoing business as\b|"
    r"\bformerly\b)[:\s]*",
    re.IGNORECASE,
)
_NO_NAME = frozenset({"", "n/a", "na", "none", "null", "-", "--", "."})


@dataclass(frozen=True, slots=True)
class WholeName:
    """A whole name taken apart. `others` are other ways to read it, as "Last, First"."""

    last: str
    first: str = ""
    middle: str = ""
    suffix: str = ""
    others: tuple[str, ...] = ()


def _bare(word: str) -> str:
    return word.upper().replace(".", "").strip("'-")


@lru_cache(maxsize=4_096)
def kind_of(text: str) -> Kind:
    """Say whether a name is a person's or a business's, or cannot be told."""
    words = [_bare(word) for word in _WORD.findall(text)]
    words = [word for word in words if word]
    legal = [word for word in words if word in _LEGAL]
    trade = [word for word in words if word in _TRADE and word not in _NAMES_TOO]
    loose = [word for word in words if word in _NAMES_TOO]
    core = [word for word in words if word not in _LEGAL and word not in _DEGREES and word not in _SUFFIXES]
    lettered = all(word.replace("'", "").replace("-", "").isalpha() for word in core)
    person_like = lettered and 2 <= len(core) <= 5 and not {"OF", "THE", "AND"} & set(core)
    if trade:
        # "SUPPLY MARIA" may be somebody; three words with one of trade are a shop.
        return "doubt" if person_like and len(core) == 2 and not legal else "business"
    if legal:
        # A practice under its owner's name.
        return "doubt" if person_like and len(core) <= 3 else "business"
    if not person_like or (loose and "VAN" not in loose):
        return "doubt"
    return "person"


@lru_cache(maxsize=4_096)
def split_name(text: str, order: str) -> WholeName:
    """Take a person's whole name apart: "LAST, FIRST MIDDLE" by its comma, else in the order that the list has."""
    before, comma, after = text.partition(",")
    behind = [word for word in after.replace(",", " ").split() if _bare(word) not in _DEGREES]
    if comma and behind and not all(_bare(word) in _SUFFIXES for word in behind):
        given, suffix = _without_suffix(behind)
        last, more = _without_suffix([word for word in before.split() if _bare(word) not in _DEGREES])
        return WholeName(" ".join(last), given[0] if given else "", " ".join(given[1:]), suffix or more)
    words = [word for word in text.replace(",", " ").split() if _bare(word) not in _DEGREES]
    words, suffix = _without_suffix(words)
    if len(words) < 2:
        return WholeName(" ".join(words), suffix=suffix)
    if order == "last first":
        length = 1
        while length < len(words) - 1 and (_bare(words[length - 1]) in _PARTICLES or words[length - 1].endswith("'")):
            length += 1
        last, given = words[:length], words[length:]
        other = (words[: length + 1], words[length + 1 :])
    else:
        start = len(words) - 1
        while start > 1 and _bare(words[start - 1]) in _PARTICLES:
            start -= 1
        last, given = words[start:], words[:start]
        other = (words[start - 1 :], words[: start - 1])
    # Of three names and more, the last name may have one more part than was read.
    others = (f"{' '.join(other[0])}, {' '.join(other[1])}",) if len(given) > 1 and len(_bare(given[-1])) > 1 else ()
    return WholeName(" ".join(last), given[0], " ".join(given[1:]), suffix, others)


def _without_suffix(words: list[str]) -> tuple[list[str], str]:
    # A single V is an initial more often than a fifth.
    if len(words) > 1 and _bare(words[-1]) in _SUFFIXES - {"V"}:
        return words[:-1], words[-1]
    return words, ""


def names_in(text: str) -> list[str]:
    """Return the other names of a person in a cell that is for businesses: "aka: ...", "dba ..."; none else."""
    return split_aliases(text) if _ALIAS_PARTS.search(text) else []


def split_aliases(text: str) -> list[str]:
    """Return the names in a cell of other names: parted by semicolons, lines, "aka", "dba" and the like."""
    parts = (part.strip(" ,.)(") for part in _ALIAS_PARTS.split(text))
    return [part for part in parts if part.casefold() not in _NO_NAME]
