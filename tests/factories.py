"""Small makers of records: every field has a plain default, a test names only what it is about.

Dates may be given as ISO text. People are invented, their NPIs unissued.
"""

# ruff: noqa: A001 - a license is called a license

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from pydantic import BaseModel

from credkit.checks import check_names
from credkit.policy import Policy, shipped_text
from credkit.records import (
    Application,
    BoardAnswer,
    BoardName,
    BoardRecord,
    Credential,
    CredentialKind,
    Disclosure,
    Evidence,
    ListEntry,
    ListScreening,
    ListVersion,
    NppesName,
    NppesRecord,
    NppesTaxonomy,
    Provider,
    ProviderFile,
    SourceRef,
    WorkEntry,
)

NPI = "1000000004"
OTHER_NPI = "1000000012"
ORGANIZATION_NPI = "2000000002"
TODAY = date(2026, 3, 2)


def day(value: date | str | None) -> date | None:
    """Return a date from a date or its ISO text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def policy(**changes: Any) -> Policy:
    """Return the shipped policy, its sections changed as given: `policy(malpractice={"last_day_covered": True})`."""
    shipped = Policy.parse(shipped_text(), check_names())
    sections = {
        name: section.model_copy(update=changes[name]) if isinstance(section, BaseModel) else changes[name]
        for name in changes
        for section in [getattr(shipped, name)]
    }
    return shipped.model_copy(update=sections)


def provider(**changes: Any) -> Provider:
    """Return Ana Marsh, a clinical social worker who sees clients in Colorado."""
    plain = Provider(
        npi=NPI,
        first_name="Ana",
        last_name="Marsh",
        date_of_birth=date(1985, 6, 7),
        profession="LCSW",
        taxonomy="1041C0700X",
        states_of_practice=("CO",),
    )
    if "date_of_birth" in changes:
        changes["date_of_birth"] = day(changes["date_of_birth"])
    return replace(plain, **changes)


def _credential(kind: CredentialKind, *, details: Mapping[str, Any] | None = None, **columns: Any) -> Credential:
    dated: dict[str, Any] = {name: day(value) if name.endswith("_on") else value for name, value in columns.items()}
    key = "-".join(str(columns.get(name) or "") for name in ("jurisdiction", "number", "issuer"))
    return Credential(id=f"{kind}-{key}", npi=NPI, kind=kind, details=details or {}, **dated)


def license(
    state: str = "CO",
    number: str | None = "0012345",
    expires: str | None = "2027-03-31",
    issued: str | None = "2015-04-01",
    type: str | None = "LCSW",
) -> Credential:
    """Return a license."""
    return _credential(
        CredentialKind.LICENSE,
        jurisdiction=state,
        number=number,
        issued_on=issued,
        expires_on=expires,
        details={"type": type},
    )


def malpractice(
    number: str | None = "MP-1",
    effective: str | None = "2025-09-01",
    expires: str | None = "2026-09-01",
    issuer: str = "Prairie Mutual",
    **details: Any,
) -> Credential:
    """Return an occurrence policy of $1M / $3M for Ana Marsh."""
    told = {"insured_name": "Ana Marsh", "per_claim": 1_000_000, "aggregate": 3_000_000, "basis": "occurrence"}
    return _credential(
        CredentialKind.MALPRACTICE,
        issuer=issuer,
        number=number,
        effective_on=effective,
        expires_on=expires,
        details=told | details,
    )


def caqh(number: str | None = "10000001", attested: str | None = "2026-01-15", **details: Any) -> Credential:
    """Return a usable CAQH profile."""
    told = {"status": "Re-Attestation", "authorized": True, "roster_status": "ACTIVE"}
    return _credential(CredentialKind.CAQH, number=number, issued_on=attested, details=told | details)


def education(
    graduated: str | None = "2012-05-20", issuer: str | None = "Plains University", degree: str | None = "MSW"
) -> Credential:
    """Return a degree."""
    return _credential(CredentialKind.EDUCATION, issuer=issuer, issued_on=graduated, details={"degree": degree})


def registration(
    kind: CredentialKind, state: str = "CO", number: str | None = "AM1234563", expires: str | None = "2027-01-31"
) -> Credential:
    """Return a DEA or CDS registration."""
    return _credential(kind, jurisdiction=state, number=number, expires_on=expires)


def board(
    issuer: str | None = "ANCC", specialty: str | None = "PMHNP", expires: str | None = "2028-06-30"
) -> Credential:
    """Return a board certification."""
    return _credential(
        CredentialKind.BOARD_CERTIFICATION, issuer=issuer, expires_on=expires, details={"specialty": specialty}
    )


def position(started: str = "2015-05-01", ended: str | None = None, employer: str = "Aspen Clinic") -> WorkEntry:
    """Return a position; without an end it lasts to this day."""
    return WorkEntry(
        f"position-{started}", NPI, "position", date.fromisoformat(started), day(ended), employer, "therapist"
    )


def gap(started: str, ended: str | None, explanation: str | None = "cared for a parent") -> WorkEntry:
    """Return a gap, explained unless told otherwise."""
    return WorkEntry(f"gap-{started}", NPI, "gap", date.fromisoformat(started), day(ended), explanation=explanation)


def application(
    signed_name: str | None = "Ana Marsh",
    signed_on: str | None = "2026-02-20",
    disclosures: Mapping[str, Disclosure] | None = None,
) -> Application:
    """Return an application with every question of the shipped policy answered no."""
    answers = dict.fromkeys(policy().disclosures, Disclosure(answer=False))
    return Application(
        id="application-1",
        npi=NPI,
        signed_name=signed_name,
        signed_on=day(signed_on),
        received_at="2026-02-21T09:00:00.000000Z",
        source_file="form.csv",
        source_sha256="0" * 64,
        row_number=2,
        disclosures=answers if disclosures is None else disclosures,
    )


def file(
    *credentials: Credential,
    who: Provider | None = None,
    application: Application | None = None,
    work: Iterable[WorkEntry] = (),
    **changes: Any,
) -> ProviderFile:
    """Return a file of one provider, by default Ana Marsh, with what is given and nothing else."""
    return ProviderFile(
        provider=who or provider(),
        application=application,
        credentials=credentials,
        work_history=tuple(work),
        **changes,
    )


def taxonomy(
    code: str = "1041C0700X", state: str | None = "CO", license: str | None = "12345", *, primary: bool = True
) -> NppesTaxonomy:
    """Return a taxonomy line with the license number given in NPPES."""
    return NppesTaxonomy(code, "Social Worker, Clinical", primary, state, license)


def nppes_record(**changes: Any) -> NppesRecord:
    """Return NPPES's record of Ana Marsh."""
    plain = NppesRecord(NPI, "active", names=(NppesName("ANA", "MARSH"),), taxonomies=(taxonomy(),))
    return replace(plain, **changes)


def evidence(source: SourceRef, facts: Any = None, **changes: Any) -> dict[SourceRef, Evidence]:
    """Return what one source said, keyed as a check wants it."""
    return {source: Evidence(source, "https://example.org/", "2026-03-02T08:00:00.000000Z", facts=facts, **changes)}


def nppes_says(facts: Any = None, npi: str = NPI, **changes: Any) -> dict[SourceRef, Evidence]:
    """Return NPPES's answer about one NPI."""
    return evidence(SourceRef("nppes", npi), facts, **changes)


def board_record(first: str = "ANA", last: str = "MARSH", **changes: Any) -> BoardRecord:
    """Return Colorado's record of Ana Marsh's license, in agreement with `license()`."""
    plain = BoardRecord(
        number="12345",
        names=(BoardName(first, last),),
        license_type="CSW",
        status="Active",
        expires_on=date(2027, 3, 31),
        issued_on=date(2015, 4, 1),
        link="https://data.colorado.gov/d/7s5z-vewr",
    )
    dated: dict[str, Any] = {name: day(value) if name.endswith("_on") else value for name, value in changes.items()}
    return replace(plain, **dated)


def board_says(
    *records: BoardRecord, state: str = "CO", number: str = "0012345", as_of: str | None = None, **changes: Any
) -> dict[SourceRef, Evidence]:
    """Return a board's answer about one license number."""
    answer = BoardAnswer(state, records, day(as_of))
    return evidence(SourceRef(f"board:{state}", number), answer, **changes)


def list_entry(**changes: Any) -> ListEntry:
    """Return the LEIE row of an excluded Ana Marsh, without an NPI."""
    columns: dict[str, Any] = dict.fromkeys(ListEntry.__slots__) | {"aliases": ()}
    columns |= {
        "row_number": 2,
        "last_name": "MARSH",
        "first_name": "ANA",
        "date_of_birth": date(1985, 6, 7),
        "exclusion_type": "1128a1",
        "excluded_on": date(2020, 5, 20),
    }
    columns |= {name: day(value) if name.endswith("_on") else value for name, value in changes.items()}
    columns["date_of_birth"] = day(columns["date_of_birth"])
    return ListEntry(**columns)


def list_version(**changes: Any) -> ListVersion:
    """Return the receipt of a LEIE file published yesterday."""
    plain = ListVersion(
        id="list-1",
        name="leie",
        source_file="UPDATED.csv",
        sha256="ab" * 32,
        published_on=date(2026, 3, 1),
        published_stated=True,
        acquired_on=TODAY,
        rows=82_714,
        added=0,
        removed=0,
        warnings=0,
        recorded_at="2026-03-02T08:00:00.000000Z",
        actor="kim",
    )
    dated: dict[str, Any] = {name: day(value) if name.endswith("_on") else value for name, value in changes.items()}
    return replace(plain, **dated)


def list_says(*rows: ListEntry, version: ListVersion | None = None, name: str = "leie") -> dict[SourceRef, Evidence]:
    """Return the rows that a list holds for somebody, with its receipt."""
    return evidence(SourceRef("list", name), ListScreening(version or list_version(name=name), rows))
