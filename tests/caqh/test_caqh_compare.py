"""Thirty profiles with one disagreement each, and thirty that only write things differently."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice
from typing import Any

import pytest
from caqh_files import profile, profile_file, profile_of
from desk import Desk, form
from factories import NPI
from forms import applicant, unissued_npis

Tree = dict[str, Any]


@dataclass(frozen=True)
class Plant:
    """One disagreement: what it does to a profile, and how it must be found."""

    change: Callable[[Tree], None]
    field: str
    severity: str
    likely: str
    fix: str


def _set(path: tuple[str | int, ...], value: Any) -> Callable[[Tree], None]:
    def change(tree: Tree) -> None:
        inside: Any = tree
        for part in path[:-1]:
            inside = inside[part]
        inside[path[-1]] = value

    return change


def _drop(*path: str | int) -> Callable[[Tree], None]:
    def change(tree: Tree) -> None:
        inside: Any = tree
        for part in path[:-1]:
            inside = inside[part]
        del inside[path[-1]]

    return change


LICENSE = ("ProviderLicense", 0)
ADDRESS = ("ProviderAddress", 0)
PLANTS = (
    Plant(_set(("LastName",), "Brandt"), "name", "blocks_attesting", "nobody", "Ask the provider which name"),
    Plant(_set(("FirstName",), "Q"), "name", "blocks_attesting", "nobody", "Ask the provider which name"),
    Plant(_set(("NPI",), "1000000103"), "NPI", "", "", ""),
    Plant(_set(("BirthDate",), "1970-01-02"), "date of birth", "", "", ""),
    Plant(_set((*LICENSE, "LicenseNumber"), "ZZ-1"), "license {home} number", "blocks_attesting", "file", "change the number"),
    Plant(_set((*LICENSE, "ExpirationDate"), "{expires-1}"), "license {home} expires", "correct_soon", "file", "change the date"),
    Plant(_set((*LICENSE, "ExpirationDate"), "{expires+1}"), "license {home} expires", "correct_soon", "file", "change the date"),
    Plant(_set((*LICENSE, "ExpirationDate"), "2026-02-01"), "license {home} expires", "blocks_attesting", "file", "change the date"),
    Plant(_set((*LICENSE, "ExpirationDate"), "2031-12-31"), "license {home} expires", "blocks_attesting", "file", "change the date"),
    Plant(_drop(*LICENSE), "license {home}", "blocks_attesting", "file", "add the license"),
    Plant(_set(("Insurance", "CoverageAmountOccurrence"), "500000"), "malpractice limit per claim", "blocks_attesting", "certificate", "$1,000,000"),
    Plant(_set(("Insurance", "CoverageAmountAggregate"), "1000000"), "malpractice limit in aggregate", "blocks_attesting", "certificate", "$3,000,000"),
    Plant(_set(("Insurance", "PolicyNumber"), "OLD-9"), "malpractice policy number", "blocks_attesting", "certificate", "change the policy number"),
    Plant(_set(("Insurance", "EndDate"), "2026-02-01"), "malpractice ends", "blocks_attesting", "certificate", "2026-09-01"),
    Plant(_set(("Insurance", "EndDate"), "2026-08-31"), "malpractice ends", "correct_soon", "certificate", "2026-09-01"),
    Plant(_set(("Insurance", "InsuranceCarrierName"), "Other Casualty"), "malpractice carrier", "correct_soon", "certificate", "Prairie Mutual"),
    Plant(_drop("Insurance"), "malpractice", "blocks_attesting", "certificate", "add the policy"),
    Plant(_set((*ADDRESS, "Address"), "900 Elsewhere Ave"), "address", "correct_soon", "file", "change the address"),
    Plant(_set((*ADDRESS, "PostalCode"), "99999"), "address", "correct_soon", "file", "change the address"),
    Plant(_set((*ADDRESS, "PhoneNumber"), "512-555-0199"), "telephone", "correct_soon", "file", "telephone"),
    Plant(_set(("EmailAddress",), "other@example.org"), "e-mail", "cosmetic", "nobody", "other@example.org"),
    Plant(_set(("PrimaryPracticeState",), "OR"), "practice state", "correct_soon", "file", "from OR to"),
    Plant(_set(("ProviderType", "ProviderTypeAbbreviation"), "MFT"), "provider type", "blocks_attesting", "file", "provider type"),
    Plant(_drop("WorkHistory", 2), "gap", "blocks_attesting", "nobody", "explain the gap"),
    Plant(_drop("WorkHistory"), "work history", "blocks_attesting", "file", "enter the positions"),
    Plant(_set(("Education", 0, "CompletionDate"), "06/2013"), "graduated", "correct_soon", "nobody", "2012-05"),
    Plant(_set(("Education", 0, "Degree", "DegreeAbbreviation"), "PhD"), "degree", "correct_soon", "file", "MSW"),
    Plant(_set(("Disclosure", 3, "DisclosureAnswerFlag"), "Y"), "question", "blocks_attesting", "nobody", "which answer is true"),
    Plant(_set(("Disclosure", 3, "DisclosureAnswerFlag"), ""), "question", "blocks_attesting", "nobody", "answer the question"),
    Plant(_set((*LICENSE, "IssueDate"), "2001-01-01"), "license {home} issued", "cosmetic", "file", "issued"),
    Plant(_set((*LICENSE, "IssueDate"), "13/45/2015"), "IssueDate", "correct_soon", "nobody", "Look at it in CAQH"),
)  # fmt: skip
#: An NPI or a date of birth of another person: the row is refused at the door, and never compared.
REFUSED = ("NPI", "date of birth")


def _practice(desk: Desk, count: int) -> list[dict[str, str]]:
    rows = [applicant(number, npi) for number, npi in enumerate(islice(unissued_npis(), 200, 200 + count))]
    desk.take_in(*rows)
    return rows


def test_thirty_planted_are_found_each_with_its_severity(desk: Desk) -> None:
    plants = [plant for plant in PLANTS if plant.field not in REFUSED]
    assert len(plants) >= 29
    rows = _practice(desk, len(plants))
    for row, plant in zip(rows, plants, strict=True):
        tree = profile_of(row)
        plant.change(tree)
        license_ = tree["ProviderLicense"][0]
        if license_.get("ExpirationDate", "").startswith("{expires"):
            until = row["license_1_expires_on"]
            day = int(until[8:]) + int(license_["ExpirationDate"][8:-1])
            license_["ExpirationDate"] = f"{until[:8]}{day:02d}" if 1 <= day <= 31 else until
            assert license_["ExpirationDate"] != until
        desk.ok("caqh", "load", profile_file(desk.folder, tree, f"{row['npi']}.xml"))
    found = desk.items("caqh", "compare", "--all", code=10)
    by_npi: dict[str, list[Any]] = {}
    for one in found:
        by_npi.setdefault(one["npi"], []).append(one)
    for row, plant in zip(rows, plants, strict=True):
        wanted = plant.field.replace("{home}", row["license_1_state"])
        mine = by_npi.pop(row["npi"], [])
        assert len(mine) == 1, (plant.field, mine)
        assert mine[0]["field"].startswith(wanted), mine
        assert (mine[0]["severity"], mine[0]["likely"]) == (plant.severity, plant.likely), mine
        assert plant.fix in mine[0]["fix"], mine
        assert mine[0]["why"]
    assert not by_npi


def test_thirty_clean_ones_raise_nothing_however_they_are_written(desk: Desk) -> None:
    rows = _practice(desk, 30)
    for place, row in enumerate(rows):
        tree = profile_of(row, written_otherwise=place % 2 == 1)
        desk.ok("caqh", "load", profile_file(desk.folder, tree, f"{row['npi']}.xml"))
    assert desk.items("caqh", "compare", "--all") == []
    ran = desk.run("caqh", "compare", "--all", "--format", "table")
    assert "30 profiles compared" in ran.out


@pytest.mark.parametrize("plant", [plant for plant in PLANTS if plant.field in REFUSED], ids=lambda plant: plant.field)
def test_a_profile_of_somebody_else_is_not_taken(desk: Desk, plant: Plant) -> None:
    (row,) = _practice(desk, 1)
    tree = profile_of(row)
    plant.change(tree)
    ran = desk.run("caqh", "load", profile_file(desk.folder, tree), "--json")
    assert ran.code == 3
    (item,) = ran.json()["items"]
    assert item["outcome"] in {"conflict", "nobody"}
    assert desk.run("caqh", "compare", row["npi"]).code == 4
    assert "1970" not in ran.out + ran.err


def test_the_board_goes_before_the_file_and_caqh(desk: Desk) -> None:
    desk.take_in(form())
    desk.look_up_by_hand(NPI, "license")
    tree = profile()
    tree["ProviderLicense"][0]["ExpirationDate"] = "2029-03-31"
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    one = desk.item("caqh", "compare", NPI, code=10)
    assert (one["source"], one["likely"], one["other"]) == ("board", "board", "2027-03-31")
    assert "verified on 2026-03-02" in one["why"]


def test_a_renewal_that_caqh_has_first_is_for_our_file(desk: Desk) -> None:
    desk.take_in(form(signed_on="2026-01-20"))
    tree = profile()
    tree["ProviderLicense"][0]["ExpirationDate"] = "2029-03-31"
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    one = desk.item("caqh", "compare", NPI)
    assert (one["severity"], one["likely"]) == ("correct_soon", "caqh")
    assert "correct our file" in one["fix"]


def test_nppes_tells_whose_name_is_right_and_which_taxonomy(desk: Desk) -> None:
    desk.take_in(form())
    desk.ask_the_registry()
    desk.run("verify", "run", NPI)
    tree = profile(LastName="Brandt", ProviderType={"ProviderTypeAbbreviation": "CSW"})
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    one = desk.item("caqh", "compare", NPI, code=10)
    assert (one["field"], one["likely"]) == ("name", "file")
    assert "NPPES has ANA MARSH" in one["why"]
    assert "In CAQH, Personal Information: change the name to Ana Marsh" in one["fix"]


def test_a_taxonomy_of_another_profession(desk: Desk) -> None:
    desk.take_in(form(taxonomy="103T00000X"))
    desk.ok("caqh", "load", profile_file(desk.folder))
    one = desk.item("caqh", "compare", NPI)
    assert (one["field"], one["severity"], one["likely"]) == ("taxonomy", "correct_soon", "caqh")
    assert "103T00000X" in one["other"]


def test_a_middle_name_is_no_matter_and_another_is_a_variant(desk: Desk) -> None:
    desk.take_in(form(middle_name="Maria"))
    desk.ok("caqh", "load", profile_file(desk.folder, profile(MiddleName="M.")))
    assert desk.items("caqh", "compare", NPI) == []
    desk.ok("caqh", "load", profile_file(desk.folder, profile(MiddleName="Zoe")))
    assert desk.item("caqh", "compare", NPI)["severity"] == "cosmetic"


def test_a_nickname_is_cosmetic_and_no_other_person(desk: Desk) -> None:
    desk.take_in(form(first_name="Benedict", signed_name="Benedict Marsh"))
    desk.ok("caqh", "load", profile_file(desk.folder, profile(FirstName="Ben", BirthDate=None)))
    one = desk.item("caqh", "compare", NPI)
    assert (one["field"], one["severity"], one["why"]) == ("name", "cosmetic", "a short form of the first name")
