"""The canonical form: every column that an intake form can have, what it means, and how its cells are read.

Names are snake_case. Groups that repeat are numbered from 1 (`license_1_state`, `license_2_state`). The disclosure
questions are the policy's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from credkit.policy import Policy

#: No file holds more of one group; a number above it is a mistyped column.
MOST_REPEATS = 30


class Kind(StrEnum):
    """How a cell is read."""

    TEXT = "text"
    NAMES = "names"
    LIST = "list"
    NPI = "npi"
    DATE = "date"
    BIRTH_DATE = "birth_date"
    MONTH_START = "month_start"
    MONTH_END = "month_end"
    STATE = "state"
    STATES = "states"
    EMAIL = "email"
    PHONE = "phone"
    ZIP = "zip"
    LIMITS = "limits"
    YES_NO = "yes_no"
    PROFESSION = "profession"
    GENDER = "gender"
    BASIS = "basis"
    TAXONOMY = "taxonomy"
    REGISTRATION = "registration"
    CAQH_ID = "caqh_id"


@dataclass(frozen=True, slots=True)
class Column:
    """One canonical column. In a group that repeats, `number` says which of the group's it is, and `part` is the name
    without group and number."""

    name: str
    group: str
    kind: Kind
    description: str
    part: str
    number: int | None = None


#: The columns that say who it is. Without them there is no provider to keep a row under.
OBLIGATORY = ("npi", "first_name", "last_name")

_K = Kind
# Groups that stand once: their columns carry the whole name.
_SINGLE: dict[str, tuple[tuple[str, Kind, str], ...]] = {
    "person": (
        ("npi", _K.NPI, "National Provider Identifier of the person, ten digits (obligatory)"),
        ("first_name", _K.TEXT, "First name as on the license (obligatory)"),
        ("middle_name", _K.TEXT, "Middle name or initial"),
        ("last_name", _K.TEXT, "Last name as on the license (obligatory)"),
        ("suffix", _K.TEXT, "Jr., Sr., III; no degrees"),
        ("former_names", _K.NAMES, "Names used before, separated by semicolons"),
        ("date_of_birth", _K.BIRTH_DATE, "Date of birth, such as 1980-03-31"),
        ("gender", _K.GENDER, "F, M or X, or the provider's own word"),
        ("email", _K.EMAIL, "E-mail address"),
        ("phone", _K.PHONE, "Telephone, such as 512-555-0100"),
        ("address_1", _K.TEXT, "Street and number"),
        ("address_2", _K.TEXT, "Suite, floor, unit"),
        ("city", _K.TEXT, "City"),
        ("state", _K.STATE, "State of the address, such as TX"),
        ("zip", _K.ZIP, "ZIP code, five or nine digits"),
    ),
    "practice": (
        ("profession", _K.PROFESSION, "License abbreviation, such as LCSW, LMHC, NP, PSYD, MD"),
        ("taxonomy", _K.TAXONOMY, "NUCC taxonomy code, ten characters, such as 1041C0700X"),
        ("specialty", _K.TEXT, "Specialty in words"),
        ("supervisor_npi", _K.NPI, "NPI of the supervisor, where the license needs one"),
        ("languages", _K.LIST, "Languages spoken with clients, separated by semicolons"),
        ("states_of_practice", _K.STATES, "States where clients will be seen, separated by semicolons"),
    ),
    "malpractice": (
        ("malpractice_carrier", _K.TEXT, "Insurer on the certificate of insurance"),
        ("malpractice_policy_number", _K.TEXT, "Policy number"),
        ("malpractice_insured_name", _K.TEXT, "Named insured on the certificate"),
        ("malpractice_effective_on", _K.DATE, "First day of the policy"),
        ("malpractice_expires_on", _K.DATE, "Last day of the policy"),
        ("malpractice_per_claim", _K.LIMITS, "Limit per claim in dollars; 1M/3M gives both limits"),
        ("malpractice_aggregate", _K.LIMITS, "Aggregate limit in dollars"),
        ("malpractice_basis", _K.BASIS, "claims_made or occurrence"),
        ("malpractice_retroactive_on", _K.DATE, "Retroactive date of a claims-made policy"),
    ),
    "caqh": (
        ("caqh_id", _K.CAQH_ID, "CAQH provider id, eight to ten digits"),
        ("caqh_attested_on", _K.DATE, "Day of the last CAQH attestation"),
        ("caqh_status", _K.TEXT, "CAQH profile status, such as Re-Attestation"),
        ("caqh_authorized", _K.YES_NO, "Whether we are authorized to see the CAQH profile: yes or no"),
        ("caqh_roster_status", _K.TEXT, "Status on our CAQH roster, such as ACTIVE"),
    ),
    "education": (
        ("degree", _K.TEXT, "Highest degree, such as MSW"),
        ("school", _K.TEXT, "School that gave it"),
        ("graduated_on", _K.MONTH_END, "Day or month of graduation"),
    ),
    "signature": (
        ("signed_name", _K.TEXT, "Name with which the provider signed the attestation"),
        ("signed_on", _K.DATE, "Day of the signature"),
    ),
}
_REPEATED: dict[str, tuple[tuple[str, Kind, str], ...]] = {
    "license": (
        ("state", _K.STATE, "State of the license"),
        ("number", _K.TEXT, "License number as the board writes it"),
        ("type", _K.TEXT, "Type of license, such as LCSW"),
        ("issued_on", _K.DATE, "Day it was issued"),
        ("expires_on", _K.DATE, "Day it expires"),
    ),
    "dea": (
        ("number", _K.REGISTRATION, "DEA registration number"),
        ("state", _K.STATE, "State of the registration"),
        ("schedules", _K.TEXT, "Schedules, such as 2, 2N, 3, 3N, 4, 5"),
        ("expires_on", _K.DATE, "Day it expires"),
    ),
    "cds": (
        ("number", _K.TEXT, "State controlled-substance registration number"),
        ("state", _K.STATE, "State of the registration"),
        ("expires_on", _K.DATE, "Day it expires"),
    ),
    "board": (
        ("name", _K.TEXT, "Certifying board, such as ANCC"),
        ("specialty", _K.TEXT, "Certified specialty"),
        ("certified_on", _K.DATE, "Day of certification"),
        ("expires_on", _K.DATE, "Day it expires"),
    ),
    "work": (
        ("employer", _K.TEXT, "Employer or practice"),
        ("role", _K.TEXT, "Position held"),
        ("started_on", _K.MONTH_START, "Day or month it began, such as 2019-05"),
        ("ended_on", _K.MONTH_END, "Day or month it ended; blank or present where it goes on"),
    ),
    "gap": (
        ("started_on", _K.MONTH_START, "Day or month a gap in work began"),
        ("ended_on", _K.MONTH_END, "Day or month it ended; blank or present where it goes on"),
        ("explanation", _K.TEXT, "What the provider did meanwhile"),
    ),
}
# The order of the template, which is that of the paper form.
_ORDER = (
    "person", "practice", "license", "dea", "cds", "board", "malpractice", "caqh", "education", "work", "gap",
    "disclosures", "signature",
)  # fmt: skip

REPEATING = tuple(_REPEATED)
#: How often the template repeats each group.
USUAL_REPEATS: Mapping[str, int] = {"license": 2, "dea": 1, "cds": 1, "board": 1, "work": 3, "gap": 1}

_PLAIN = {
    name: Column(name, group, kind, description, name)
    for group, columns_of_group in _SINGLE.items()
    for name, kind, description in columns_of_group
}
_PARTS = {
    (group, part): (kind, description)
    for group, parts_of_group in _REPEATED.items()
    for part, kind, description in parts_of_group
}
_NUMBERED = re.compile(rf"({'|'.join(_REPEATED)})_([1-9][0-9]?)_([a-z_]+)")


def find_column(name: str, policy: Policy) -> Column | None:
    """Return the canonical column of this name, None when there is none."""
    if plain := _PLAIN.get(name):
        return plain
    if found := _NUMBERED.fullmatch(name):
        group, number, part = found[1], int(found[2]), found[3]
        if number <= MOST_REPEATS and (group, part) in _PARTS:
            return _repeated(group, part, number)
        return None
    if name.startswith("disclosure_"):
        return _disclosure(name, policy)
    return None


def is_canonical(name: str, policy: Policy) -> bool:
    """Say whether a header is a column of the form and needs no line in a map."""
    return find_column(name, policy) is not None


def columns(policy: Policy, repeat: Mapping[str, int] = USUAL_REPEATS) -> tuple[Column, ...]:
    """Return the form's columns in order, each repeated group as often as `repeat` says."""
    form: list[Column] = []
    for group in _ORDER:
        if group in _SINGLE:
            form += [_PLAIN[name] for name, _, _ in _SINGLE[group]]
        elif group in _REPEATED:
            form += [
                _repeated(group, part, number)
                for number in range(1, repeat.get(group, 0) + 1)
                for part, _, _ in _REPEATED[group]
            ]
        else:
            for key, question in policy.disclosures.items():
                form.append(_answer(key, question))
                form.append(_explanation(key))
    return tuple(form)


def _repeated(group: str, part: str, number: int) -> Column:
    kind, description = _PARTS[group, part]
    return Column(f"{group}_{number}_{part}", group, kind, description, part, number)


def _disclosure(name: str, policy: Policy) -> Column | None:
    key = name.removeprefix("disclosure_")
    if key in policy.disclosures:
        return _answer(key, policy.disclosures[key])
    key = key.removesuffix("_explanation")
    if name.endswith("_explanation") and key in policy.disclosures:
        return _explanation(key)
    return None


def _answer(key: str, question: str) -> Column:
    return Column(f"disclosure_{key}", "disclosures", Kind.YES_NO, f"{question} (yes or no)", key)


def _explanation(key: str) -> Column:
    return Column(f"disclosure_{key}_explanation", "disclosures", Kind.TEXT, "Explanation of a yes", key)
