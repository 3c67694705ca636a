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
from papers import pdf

from credkit.demo.servers import RegistryEntry

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
    Plant(_set(("Insurance", "CoverageAmountOccurrence"), "500000"), "malpractice limit per claim", "blocks_attesting", "file", "$1,000,000"),
    Plant(_set(("Insurance", "CoverageAmountAggregate"), "1000000"), "malpractice limit in aggregate", "blocks_attesting", "file", "$3,000,000"),
    Plant(_set(("Insurance", "PolicyNumber"), "OLD-9"), "malpractice policy number", "blocks_attesting", "file", "change the policy number"),
    Plant(_set(("Insurance", "EndDate"), "2026-02-01"), "malpractice ends", "blocks_attesting", "file", "2026-09-01"),
    Plant(_set(("Insurance", "EndDate"), "2026-08-31"), "malpractice ends", "correct_soon", "file", "2026-09-01"),
    Plant(_set(("Insurance", "InsuranceCarrierName"), "Other Casualty"), "malpractice carrier", "correct_soon", "file", "Prairie Mutual"),
    Plant(_drop("Insurance"), "malpractice", "blocks_attesting", "file", "add the policy"),
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
    assert "1970" not in ran.said


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


def test_an_old_license_in_our_file_changes_nothing(desk: Desk) -> None:
    desk.take_in(form(license_2_state="CO", license_2_number="OLD1", license_2_expires_on="2014-03-31"))
    desk.ok("caqh", "load", profile_file(desk.folder))
    assert desk.items("caqh", "compare", NPI) == []
    tree = profile(**{"@AttestDate": "2026-02-11"})
    tree["ProviderLicense"].append(
        tree["ProviderLicense"][0] | {"LicenseNumber": "OLD1", "ExpirationDate": "2014-03-31"}
    )
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    assert desk.items("caqh", "compare", NPI) == []


def test_terms_of_one_number_may_stand_in_any_order(desk: Desk) -> None:
    desk.take_in(form())
    for day, turn in (("2026-02-11", 1), ("2026-02-12", -1)):
        tree = profile(**{"@AttestDate": day})
        now = tree["Insurance"]
        tree["Insurance"] = [now | {"StartDate": "09/01/2024", "EndDate": "09/01/2025"}, now][::turn]
        license_ = tree["ProviderLicense"][0]
        tree["ProviderLicense"] = [license_ | {"ExpirationDate": "03/31/2025"}, license_][::turn]
        desk.ok("caqh", "load", profile_file(desk.folder, tree, f"{day}.xml"))
        assert desk.items("caqh", "compare", NPI) == [], day


@pytest.mark.parametrize("status", ["Suspended", "Revoked", "Surrendered", "Expired", "Inactive", "Probation"])
def test_what_caqh_itself_says_of_a_license(desk: Desk, status: str) -> None:
    desk.take_in(form())
    tree = profile()
    tree["ProviderLicense"][0]["LicenseStatus"] = {"LicenseStatusDescription": status}
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    one = desk.item("caqh", "compare", NPI, code=10)
    assert (one["field"], one["caqh"], one["severity"]) == ("license CO status", status, "blocks_attesting")


def test_nppes_tells_whose_license_number_is_right(desk: Desk) -> None:
    desk.registry.records[NPI] = RegistryEntry("Ana", "Marsh", licenses=(("CO", "99999"),), state="CO")
    desk.take_in(form())
    desk.run("verify", "run", NPI)
    tree = profile()
    tree["ProviderLicense"][0]["LicenseNumber"] = "99999"
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    one = desk.item("caqh", "compare", NPI, code=10)
    assert (one["field"], one["likely"], one["why"]) == ("license CO number", "caqh", "NPPES has 99999, as CAQH")


def test_an_accepted_certificate_is_a_word_of_its_own(desk: Desk) -> None:
    desk.take_in(form())
    paper = desk.folder / "coi.pdf"
    paper.write_bytes(pdf())
    item = desk.item(
        "document", "add", NPI, paper, "--kind", "coi", "--insured", "Ana Marsh", "--carrier", "Prairie Mutual",
        "--policy-number", "MP-1", "--effective", "2025-09-01", "--expires", "2026-09-01", "--per-claim", "1M/3M",
        "--basis", "occurrence",
    )  # fmt: skip
    desk.ok("document", "review", item["id"], "accept")
    tree = profile()
    tree["Insurance"]["CoverageAmountAggregate"] = "2M"
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    one = desk.item("caqh", "compare", NPI, code=10)
    assert (one["caqh"], one["other"], one["likely"]) == ("$2,000,000", "$3,000,000", "certificate")


def test_a_certificate_speaks_for_its_own_policy_and_no_other(desk: Desk) -> None:
    """One of years past is no word on the policy of today; and one of a renewal that is yet to begin changes nothing yet."""
    desk.take_in(form())
    for number, begins, ends in (("OLD-1", "2024-09-01", "2025-09-01"), ("NEW-2", "2026-09-01", "2027-09-01")):
        paper = desk.folder / f"{number}.pdf"
        paper.write_bytes(pdf(number))
        item = desk.item(
            "document", "add", NPI, paper, "--kind", "coi", "--insured", "Ana Marsh", "--carrier", "Prairie Mutual",
            "--policy-number", number, "--effective", begins, "--expires", ends, "--per-claim", "1M/3M",
            "--basis", "occurrence",
        )  # fmt: skip
        desk.ok("document", "review", item["id"], "accept")
    tree = profile()
    tree["Insurance"]["CoverageAmountAggregate"] = "2M"
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    one = desk.item("caqh", "compare", NPI, code=10)
    assert (one["field"], one["other"], one["likely"]) == ("malpractice limit in aggregate", "$3,000,000", "file")


def test_what_is_not_compared_is_not_called_different(desk: Desk) -> None:
    desk.take_in(form())
    tree = profile()
    tree["Insurance"] |= {"CoverageAmountOccurrence": "a million", "EndDate": "sometime"}
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    found = desk.items("caqh", "compare", NPI)
    assert sorted(one["field"] for one in found) == ["CoverageAmountOccurrence", "EndDate"]
    assert {one["severity"] for one in found} == {"correct_soon"}


def test_an_open_question_and_a_yes_without_words_block(desk: Desk) -> None:
    desk.take_in(form())
    desk.ok("caqh", "load", profile_file(desk.folder, profile(Disclosure=None)))
    assert desk.item("caqh", "compare", NPI, code=10)["field"] == "disclosure questions"
    tree = profile(**{"@AttestDate": "2026-02-11"})
    tree["Disclosure"].append({"DisclosureAnswerFlag": "Y", "DisclosureQuestion": {"DisclosureSummary": "Another?"}})
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    assert desk.item("caqh", "compare", NPI, code=10)["field"] == "explanation: Another?"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda tree: tree["ProviderLicense"][0].update(LicenseNumber="12345-LCSW"), None),
        (lambda tree: tree["Insurance"].update(PolicyNumber="MP-0001"), None),
        (lambda tree: tree["Education"][0].update(Degree={"DegreeAbbreviation": "Master of Social Work"}), None),
        (lambda tree: tree["ProviderLicense"][0].update(CurrentlyPracticingFlag="N"), "license CO in use"),
        (lambda tree: tree["Insurance"].update(CoverageAmountOccurrence="", UnlimitedCoverageFlag="Y"), None),
    ],
)
def test_ways_of_writing_and_ways_of_being(desk: Desk, change: Callable[[Tree], None], field: str | None) -> None:
    desk.take_in(form())
    tree = profile()
    change(tree)
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    assert [one["field"] for one in desk.items("caqh", "compare", NPI)] == ([field] if field else [])


@pytest.mark.parametrize(
    ("since", "severity"),
    [("01/01/2018", "blocks_attesting"), ("01/01/2022", "correct_soon"), ("06/15/2020", None), ("06/2020", None)],
)
def test_a_retroactive_date_is_compared(desk: Desk, since: str, severity: str | None) -> None:
    """An earlier one tells payers of cover that the policy does not give."""
    desk.take_in(form(malpractice_basis="claims_made", malpractice_retroactive_on="2020-06-15"))
    tree = profile()
    tree["Insurance"] |= {
        "RetroactiveDate": since,
        "InsuranceCoverageType": {"InsuranceCoverageTypeDescription": "Claims Made"},
    }
    desk.ok("caqh", "load", profile_file(desk.folder, tree))
    ran = desk.run("caqh", "compare", NPI, "--json")
    found = {one["field"]: one["severity"] for one in ran.json()["items"]}
    assert found == ({"malpractice retroactive date": severity} if severity else {})
