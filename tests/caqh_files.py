"""Makers of what CAQH gives out, in the shapes of its own data: profiles in XML and JSON, status and exception files.

The profile is Ana Marsh's (see desk.form), and agrees with her form.
"""

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from factories import NPI, policy

NAMESPACE = "http://proview.caqh.org/provider"
CAQH_ID = "10000001"

#: What a profile holds and the store must never.
SSN = "900-12-3456"
RACE = "RACE-WITHHELD"


def profile(**changes: Any) -> dict[str, Any]:
    """Return the tree of Ana Marsh's profile; a change names an element of the top level."""
    tree: dict[str, Any] = {
        "@ProviderID": CAQH_ID,
        "@ProviderAttestID": "555001",
        "@AttestDate": "2026-02-10T10:11:12",
        "LastName": "Marsh",
        "FirstName": "Ana",
        "PrimaryPracticeState": "CO",
        "BirthDate": "06/07/1985",
        "SSN": SSN,
        "NPI": NPI,
        "EmailAddress": "ana.marsh@example.org",
        "DEAFlag": "N",
        "WorkHistoryGapFlag": "N",
        "Race_Ethnicity": RACE,
        "ProviderType": {"ProviderTypeAbbreviation": "CSW"},
        "Gender": {"GenderDescription": "Female"},
        "Language": [{"@ID": "1", "Language": {"LanguageName": "English"}}],
        "ProviderLicense": [
            {
                "@ID": "1",
                "LicenseNumber": "12345",
                "State": "CO",
                "CurrentlyPracticingFlag": "Y",
                "ExpirationDate": "03/31/2027",
                "LicenseType": "LCSW",
                "IssueDate": "2015-04-01",
                "LicenseStatus": {"LicenseStatusDescription": "Active"},
            }
        ],
        "Education": [
            {
                "@ID": "1",
                "InstitutionName": "Plains University",
                "CompletionDate": "05/2012",
                "Degree": {"DegreeAbbreviation": "MSW"},
            }
        ],
        "Insurance": {
            "@ID": "1",
            "InsuranceCarrierName": "Prairie Mutual",
            "StartDate": "09/01/2025",
            "EndDate": "09/01/2026",
            "PolicyNumber": "MP1",
            "CoverageAmountOccurrence": "1,000,000.00",
            "CoverageAmountAggregate": "3000000",
            "InsuranceCoverageType": {"InsuranceCoverageTypeDescription": "Occurrence"},
        },
        "WorkHistory": [
            {"@ID": "1", "EmployerName": "Aspen Clinic", "StartDate": "05/2015", "CurrentEmployerFlag": "Y"},
        ],
        "Disclosure": [
            {"@ID": str(place), "DisclosureAnswerFlag": "N", "DisclosureQuestion": {"DisclosureSummary": question}}
            for place, question in enumerate(policy().disclosures.values(), 1)
        ],
    }
    tree |= changes
    return {name: value for name, value in tree.items() if value is not None}


def xml(tree: Mapping[str, Any], root: str = "Provider") -> str:
    """Return a tree as XML, in CAQH's namespace."""
    return f'<?xml version="1.0" encoding="utf-8"?>\n{_element(root, {"@xmlns": NAMESPACE} | dict(tree))}'


def _element(name: str, value: Any) -> str:
    if isinstance(value, list):
        return "".join(_element(name, one) for one in value)
    if not isinstance(value, Mapping):
        return f"<{name}>{escape(str(value))}</{name}>"
    attributes = "".join(f" {key[1:]}={quoteattr(str(one))}" for key, one in value.items() if key.startswith("@"))
    inside = "".join(_element(key, one) for key, one in value.items() if not key.startswith("@"))
    return f"<{name}{attributes}>{inside}</{name}>"


def profile_file(folder: Path, tree: Mapping[str, Any] | None = None, name: str = "profile.xml") -> Path:
    """Write a profile as XML, or as JSON where the name says so."""
    content = dict(tree) if tree is not None else profile()
    path = folder / name
    path.write_text(json.dumps({"Provider": content}) if name.endswith(".json") else xml(content), encoding="utf-8")
    return path


def without(tree: Mapping[str, Any], *path: str) -> dict[str, Any]:
    """Return a tree without one of its elements."""
    changed = deepcopy(dict(tree))
    inside: Any = changed
    for part in path[:-1]:
        inside = inside[part]
    del inside[path[-1]]
    return changed


STATUS_HEADER = (
    "Organization_ID", "CAQH_Provider_ID", "Provider_First_Name", "Provider_Last_Name", "Provider_NPI",
    "Provider_Status", "Provider_Status_Date", "Roster_Status", "Authorization_Flag", "Provider_Practice_State",
    "Provider_Found_Flag", "PO_Provider_ID",
)  # fmt: skip


def status_row(**changes: str) -> dict[str, str]:
    """Return Ana Marsh's row of a return roster."""
    row = dict(
        zip(
            STATUS_HEADER,
            ("1234", CAQH_ID, "ANA", "MARSH", NPI, "Re-Attestation", "20260210", "ACTIVE", "Y", "CO", "Y", NPI),
            strict=True,
        )
    )
    return row | changes


def piped(rows: Sequence[Mapping[str, str]], header: Sequence[str] | None = None) -> str:
    """Return rows as CAQH's pipe-delimited text."""
    names = header or list(dict.fromkeys(name for row in rows for name in row))
    return "".join(
        "|".join(line) + "\r\n" for line in (names, *([row.get(name, "") for name in names] for row in rows))
    )


def status_file(folder: Path, *rows: Mapping[str, str], name: str = "return_roster.txt") -> Path:
    """Write a return roster."""
    path = folder / name
    path.write_text(piped(rows or (status_row(),)), encoding="utf-8", newline="")
    return path


def exception_row(description: str, **changes: str) -> dict[str, str]:
    """Return Ana Marsh's row of a roster exception file."""
    row = {
        "Action_Flag": "A",
        "Organization_ID": "1234",
        "Provider_First_Name": "ANA",
        "Provider_Last_Name": "MARSH",
        "Provider_NPI": NPI,
        "PO_Provider_ID": NPI,
        "Exception_Description": description,
    }
    return row | changes


def profile_of(row: Mapping[str, str], *, written_otherwise: bool = False) -> dict[str, Any]:
    """Return the profile that agrees with an applicant's form (see forms.applicant); `written_otherwise` writes the same
    with other hyphens, capitals, suites, telephone formats, and dates with their month alone."""

    def said(text: str) -> str:
        return text.upper().replace("'", "").replace(".", "") if written_otherwise else text

    def month(text: str) -> str:
        return f"{text[:2]}/{text[6:]}" if written_otherwise else text

    policy_number = row["malpractice_policy_number"]
    digits = row["phone"].replace("-", "")
    return profile(
        **{
            "@ProviderID": row["caqh_id"],
            "@AttestDate": "2026-01-15",
            "LastName": said(row["last_name"]),
            "FirstName": said(row["first_name"]),
            "PrimaryPracticeState": row["states_of_practice"].split("; ")[0],
            "BirthDate": row["date_of_birth"],
            "NPI": row["npi"],
            "EmailAddress": row["email"].upper() if written_otherwise else row["email"],
            "ProviderAddress": [
                {
                    "AddressType": {"AddressTypeDescription": "Home"},
                    "Address": f"{row['address_1'].split()[0]} SAMPLE ST." if written_otherwise else row["address_1"],
                    "Address2": "Suite 4" if written_otherwise else "",
                    "City": said(row["city"]),
                    "State": row["state"],
                    "PostalCode": f"{row['zip']}-1234" if written_otherwise else row["zip"],
                    "PhoneNumber": f"({digits[:3]}) {digits[3:6]}-{digits[6:]}" if written_otherwise else row["phone"],
                }
            ],
            "ProviderLicense": [
                {
                    "LicenseNumber": row[f"license_{place}_number"].replace("-", " " if written_otherwise else "-"),
                    "State": row[f"license_{place}_state"],
                    "LicenseType": row[f"license_{place}_type"],
                    "IssueDate": month(row.get(f"license_{place}_issued_on", "")),
                    "ExpirationDate": row[f"license_{place}_expires_on"],
                    "CurrentlyPracticingFlag": "Y",
                }
                for place in (1, 2)
            ],
            "Insurance": {
                "InsuranceCarrierName": "PRAIRIE MUTUAL INSURANCE CO." if written_otherwise else "Prairie Mutual",
                "StartDate": row["malpractice_effective_on"],
                "EndDate": row["malpractice_expires_on"],
                "PolicyNumber": policy_number.replace("-", "") if written_otherwise else policy_number,
                "CoverageAmountOccurrence": "1000000",
                "CoverageAmountAggregate": "3000000",
            },
            "WorkHistory": [
                {
                    "EmployerName": row[f"work_{place}_employer"],
                    "StartDate": row[f"work_{place}_started_on"],
                    "EndDate": row[f"work_{place}_ended_on"].replace("present", ""),
                    "CurrentEmployerFlag": "Y" if row[f"work_{place}_ended_on"] == "present" else "N",
                }
                for place in (1, 2, 3)
            ],
        }
    )
