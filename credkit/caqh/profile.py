"""A CAQH profile: its elements, and what they say of a provider.

Sections are those of CAQH's provider data (version 9): attributes of the root name the profile and the day it was
attested. What credentialing does not need (social security number, race, citizenship, spouse, tax ids, references) is
left out before anything is kept.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from credkit.caqh.likeness import RoughDate, without_time
from credkit.errors import InputRejected
from credkit.reference.caqh import family_of_type
from credkit.reference.identifiers import npi_is_valid
from credkit.reference.professions import profession_of
from credkit.reference.states import state_code
from credkit.tables.cover import read_money
from credkit.tables.dates import NotADate, read_date, read_month
from credkit.tables.trees import Tree

ROOT = "Provider"

#: What is kept of a profile: everything else stays outside the store.
KEPT = frozenset(
    {
        "@ProviderID", "@ProviderAttestID", "@AttestDate", "LastName", "FirstName", "MiddleName", "Suffix",
        "PrimaryPracticeState", "BirthDate", "NPI", "EmailAddress", "CellPhoneNumber", "DEAFlag", "CDSFlag",
        "MedicareProviderFlag", "MedicaidProviderFlag", "WorkHistoryGapFlag", "ProviderType", "OtherName", "Gender",
        "Language", "ProviderLicense", "ProviderDEA", "ProviderCDS", "Education", "Degree", "Specialty", "Practice",
        "Insurance", "WorkHistory", "TimeGap", "Disclosure", "ProviderAddress",
    }
)  # fmt: skip
#: Of the sections that are kept, what is not: a sole practice's tax id is its owner's social security number.
_NOT_KEPT = frozenset({"Tax", "SSN", "Associate", "Certification", "Patient", "PhoneCoverage", "ProgramDirector"})

_SSN = re.compile(r"\b\d{3}-\d{2}-\d{4}\b")


@dataclass(frozen=True, slots=True)
class License:
    """A license, DEA or CDS registration as the profile has it. `practicing` is None where it is not said."""

    state: str | None
    number: str | None
    issued_on: date | None = None
    expires_on: date | None = None
    kind: str | None = None
    status: str | None = None
    practicing: bool | None = None
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Insurance:
    """A malpractice policy as the profile has it; money in whole dollars. `unlimited` cover has no limits. `unread` names
    the elements that cannot be read, which are not blank."""

    carrier: str | None
    number: str | None
    starts_on: date | None
    ends_on: date | None
    per_claim: int | None
    aggregate: int | None
    retroactive_on: date | None = None
    basis: str | None = None
    unlimited: bool = False
    unread: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Certification:
    """A board certification as the profile has it."""

    board: str | None
    specialty: str | None
    certified_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class Address:
    """An address and its kind, in CAQH's words ("Home", "Primary practice")."""

    kind: str
    line_1: str | None
    line_2: str | None
    city: str | None
    state: str | None
    zip: str | None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class Position:
    """A position, or a gap that the provider explained (then `employer` is None). Days; an end that goes on is None."""

    started_on: date | None
    ended_on: date | None
    employer: str | None = None
    explanation: str | None = None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """One disclosure question in CAQH's words, and its answer; None where it is not answered."""

    question: str
    answer: bool | None
    explanation: str | None = None


@dataclass(frozen=True, slots=True)
class Profile:
    """What a profile says. `unread` names what stands in it and cannot be read, element by element."""

    caqh_id: str
    attested_on: date | None
    npi: str | None
    first_name: str
    last_name: str
    middle_name: str | None = None
    suffix: str | None = None
    other_names: tuple[str, ...] = ()
    date_of_birth: date | None = field(default=None, repr=False)
    gender: str | None = None
    email: str | None = None
    phone: str | None = None
    practice_state: str | None = None
    provider_type: str | None = None
    languages: tuple[str, ...] = ()
    licenses: tuple[License, ...] = ()
    dea: tuple[License, ...] = ()
    cds: tuple[License, ...] = ()
    insurance: tuple[Insurance, ...] = ()
    certifications: tuple[Certification, ...] = ()
    addresses: tuple[Address, ...] = ()
    degree: str | None = None
    school: str | None = None
    graduated_on: date | None = None
    positions: tuple[Position, ...] = ()
    gaps: tuple[Position, ...] = ()
    answers: tuple[Answer, ...] = ()
    unread: tuple[str, ...] = ()

    @property
    def family(self) -> str | None:
        """The family of the profession that CAQH's provider type names, None where we know none."""
        return family_of_type(self.provider_type) or (
            found.family if (found := profession_of(self.provider_type)) else None
        )

    @property
    def profession(self) -> str | None:
        """The profession as boards write it: the license's own abbreviation where it is one of the type's."""
        for one in self.licenses:
            known = profession_of(one.kind)
            if known and (self.family is None or known.family == self.family):
                return (one.kind or "").upper().replace(".", "")
        return self.family


def facts_of(tree: Tree) -> dict[str, Any]:
    """Return what is kept of a document. Raises InputRejected where it is no CAQH profile."""
    if tree.root != ROOT:
        raise InputRejected(
            f"{tree.source} is no CAQH profile: its root is {tree.root[:40]!r}, not {ROOT!r}.",
            hint="Export the provider's data from CAQH as XML.",
        )
    if not isinstance(tree.content, dict) or not tree.content.get("@ProviderID"):
        raise InputRejected(f"{tree.source} is no CAQH profile: it has no ProviderID.", hint="Export it again.")
    return {name: _pruned(value) for name, value in tree.content.items() if name in KEPT}


def _pruned(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _pruned(inside) for name, inside in value.items() if name not in _NOT_KEPT}
    if isinstance(value, list):
        return [_pruned(inside) for inside in value]
    # Somebody may have written it into an explanation.
    return _SSN.sub("[withheld]", value) if isinstance(value, str) else value


class _Reader:
    """Reads elements, and takes note of what cannot be read. No note repeats a date."""

    def __init__(self) -> None:
        self.unread: list[str] = []

    def since(self, before: int) -> frozenset[str]:
        """Return the names of the elements that could not be read since there were so many."""
        return frozenset(note.partition(" ")[0] for note in self.unread[before:])

    def day(self, element: Mapping[str, Any], name: str, *, end: bool = False) -> date | None:
        text = _text(element, name)
        if not text or not text.strip("0/- :T"):
            return None
        text = without_time(text)
        try:
            return read_date(text)
        except NotADate:
            pass
        try:
            return RoughDate.of(read_month(text, end=end))
        except NotADate:
            self.unread.append(f"{name} is no date")
            return None

    def whole_day(self, element: Mapping[str, Any], name: str) -> date | None:
        """Read a day of which the month alone is not enough."""
        day = self.day(element, name)
        if isinstance(day, RoughDate):
            self.unread.append(f"{name} has no day")
            return None
        return day

    def state(self, element: Mapping[str, Any], name: str) -> str | None:
        text = _text(element, name)
        if text is None:
            return None
        code = state_code(text)
        if code is None:
            self.unread.append(f"{name} is no state")
        return code

    def dollars(self, element: Mapping[str, Any], name: str) -> int | None:
        text = _text(element, name)
        if text is None:
            return None
        try:
            return read_money(text)
        except ValueError:
            self.unread.append(f"{name} is no amount of whole dollars")
            return None

    def flag(self, element: Mapping[str, Any], name: str) -> bool | None:
        text = (_text(element, name) or "").lower()
        if text in {"y", "yes", "true", "1"}:
            return True
        if text in {"n", "no", "false", "0"}:
            return False
        if text:
            self.unread.append(f"{name} is neither yes nor no")
        return None


def read_profile(facts: Mapping[str, Any]) -> Profile:
    """Read what was kept of a document. What cannot be read is named in `unread`, and None in its place."""
    reader = _Reader()
    schools = sorted(_each(facts, "Education"), key=lambda one: reader.day(one, "CompletionDate", end=True) or date.min)
    school = next((one for one in reversed(schools) if _text(one, "Degree", "DegreeAbbreviation")), None)
    npi = _text(facts, "NPI")
    if npi is not None and not npi_is_valid(npi):
        reader.unread.append("NPI is none")
    profile = Profile(
        caqh_id=str(_text(facts, "@ProviderID") or ""),
        attested_on=reader.whole_day(facts, "@AttestDate"),
        npi=npi if npi and npi_is_valid(npi) else None,
        first_name=_text(facts, "FirstName") or "",
        last_name=_text(facts, "LastName") or "",
        middle_name=_text(facts, "MiddleName"),
        suffix=_text(facts, "Suffix"),
        other_names=tuple(_names(facts)),
        date_of_birth=reader.whole_day(facts, "BirthDate"),
        gender=_text(facts, "Gender", "GenderDescription"),
        email=_text(facts, "EmailAddress"),
        phone=_text(facts, "CellPhoneNumber"),
        practice_state=reader.state(facts, "PrimaryPracticeState"),
        provider_type=_text(facts, "ProviderType", "ProviderTypeAbbreviation"),
        languages=tuple(
            language for one in _each(facts, "Language") if (language := _text(one, "Language", "LanguageName"))
        ),
        licenses=tuple(_license(reader, one, "License") for one in _each(facts, "ProviderLicense")),
        dea=tuple(_license(reader, one, "DEA") for one in _each(facts, "ProviderDEA")),
        cds=tuple(_license(reader, one, "CDS") for one in _each(facts, "ProviderCDS")),
        insurance=tuple(_insurance(reader, one) for one in _each(facts, "Insurance")),
        certifications=tuple(
            Certification(
                _text(one, "SpecialtyBoardName"),
                _text(one, "Specialty", "SpecialtyName"),
                reader.day(one, "CertificationDate"),
                reader.day(one, "ExpirationDate"),
            )
            for one in _each(facts, "Specialty")
            if reader.flag(one, "BoardCertifiedFlag")
        ),
        addresses=tuple(_addresses(reader, facts)),
        degree=_text(school, "Degree", "DegreeAbbreviation") if school else None,
        school=_text(school, "InstitutionName") if school else None,
        graduated_on=(
            reader.day(school, "CompletionDate", end=True) or reader.day(school, "EndDate", end=True)
            if school
            else None
        ),
        positions=tuple(
            Position(
                reader.day(one, "StartDate"),
                reader.day(one, "EndDate", end=True),
                _text(one, "EmployerName"),
                current=bool(reader.flag(one, "CurrentEmployerFlag")),
            )
            for one in _each(facts, "WorkHistory")
        ),
        gaps=tuple(
            Position(
                reader.day(one, "StartDate"),
                reader.day(one, "EndDate", end=True),
                explanation=_text(one, "GapExplanation") or _text(one, "GapDescription"),
            )
            for one in _each(facts, "TimeGap")
        ),
        answers=tuple(
            Answer(question, reader.flag(one, "DisclosureAnswerFlag"), _text(one, "DisclosureExplanation"))
            for one in _each(facts, "Disclosure")
            if (question := _text(one, "DisclosureQuestion", "DisclosureSummary"))
        ),
    )
    return replace(profile, unread=tuple(dict.fromkeys(reader.unread)))


def _each(facts: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """Return the elements of one name: none, one, or a list."""
    found = facts.get(name)
    elements: Iterable[Any] = found if isinstance(found, list) else [found]
    return [element for element in elements if isinstance(element, dict)]


def _text(element: Mapping[str, Any], *path: str) -> str | None:
    """Return the text at a path of names, None where it is blank or not there."""
    value: Any = element
    for name in path:
        if isinstance(value, list):
            value = value[0] if value else None
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    if isinstance(value, dict):
        value = value.get("#text")
    return (value.strip() or None) if isinstance(value, str) else None


def _names(facts: Mapping[str, Any]) -> Iterator[str]:
    for one in _each(facts, "OtherName"):
        parts = [_text(one, part) for part in ("FirstName", "MiddleName", "LastName", "Suffix")]
        if any(parts):
            yield " ".join(part for part in parts if part)


def _license(reader: _Reader, one: Mapping[str, Any], what: str) -> License:
    before = len(reader.unread)
    found = License(
        state=reader.state(one, "State"),
        number=_text(one, f"{what}Number"),
        issued_on=reader.day(one, "IssueDate"),
        expires_on=reader.day(one, "ExpirationDate", end=True),
        kind=_text(one, "LicenseType"),
        status=_text(one, "LicenseStatus", "LicenseStatusDescription") or _text(one, "CDSStatus"),
        practicing=reader.flag(one, "CurrentlyPracticingFlag"),
    )
    return replace(found, unread=reader.since(before))


def _insurance(reader: _Reader, one: Mapping[str, Any]) -> Insurance:
    kinds = [
        _text(one, "InsuranceCoverageType", "InsuranceCoverageTypeDescription"),
        _text(one, "InsuranceType", "InsuranceTypeDescription"),
    ]
    letters = " ".join(kind.lower() for kind in kinds if kind)
    basis = "claims_made" if "claim" in letters else "occurrence" if "occur" in letters else None
    before = len(reader.unread)
    found = Insurance(
        carrier=_text(one, "InsuranceCarrierName"),
        number=_text(one, "PolicyNumber"),
        starts_on=reader.day(one, "StartDate"),
        ends_on=reader.day(one, "EndDate", end=True),
        per_claim=reader.dollars(one, "CoverageAmountOccurrence"),
        aggregate=reader.dollars(one, "CoverageAmountAggregate"),
        retroactive_on=reader.day(one, "RetroactiveDate"),
        basis=basis,
        unlimited=bool(reader.flag(one, "UnlimitedCoverageFlag")),
    )
    return replace(found, unread=reader.since(before))


def _addresses(reader: _Reader, facts: Mapping[str, Any]) -> Iterator[Address]:
    for one in _each(facts, "ProviderAddress"):
        yield Address(
            _text(one, "AddressType", "AddressTypeDescription") or "Home",
            _text(one, "Address"),
            _text(one, "Address2"),
            _text(one, "City"),
            reader.state(one, "State"),
            _text(one, "PostalCode"),
            _text(one, "PhoneNumber"),
        )
    for one in _each(facts, "Practice"):
        yield Address(
            "Practice",
            _text(one, "Address"),
            _text(one, "Address2"),
            _text(one, "City"),
            reader.state(one, "State"),
            _text(one, "Zip"),
            _text(one, "PhoneNumber"),
        )
