"""Profiles in XML and JSON: read safely, kept without what nobody needs, taken in as any form."""

import json
from pathlib import Path
from typing import Any

import pytest
from caqh_files import CAQH_ID, RACE, SSN, profile, profile_file, status_file, status_row, xml
from desk import Desk, form
from factories import NPI, OTHER_NPI

from credkit.caqh.profile import KEPT, facts_of, read_profile
from credkit.tables.trees import Tree

_LOLS = [f"&lol{n};" * 10 for n in range(9)]
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol0 "lol">'
    + "".join(f'<!ENTITY lol{n + 1} "{lols}">' for n, lols in enumerate(_LOLS))
    + ']><Provider ProviderID="10000001"><LastName>&lol9;</LastName></Provider>'
)
FETCHING = '<!DOCTYPE Provider SYSTEM "http://127.0.0.1:9/x.dtd"><Provider ProviderID="10000001"/>'


def stored(desk: Desk) -> bytes:
    """Return every byte of the store and its files."""
    return b"".join(path.read_bytes() for path in desk.folder.glob("credkit.db*") if path.is_file())


@pytest.mark.parametrize("name", ["profile.xml", "profile.json"])
def test_a_profile_starts_an_application(desk: Desk, name: str) -> None:
    item = desk.item("intake", "import", profile_file(desk.folder, name=name))
    assert (item["npi"], item["outcome"]) == (NPI, "new")
    shown = desk.item("provider", "show", NPI)
    assert (shown["name"], shown["profession"], shown["states_of_practice"]) == ("Ana Marsh", "LCSW", ["CO"])
    kinds = {one["kind"]: one for one in shown["credentials"]}
    assert kinds["license"]["number"] == "12345"
    assert kinds["malpractice"]["details"]["per_claim"] == 1_000_000
    assert kinds["caqh"]["number"] == CAQH_ID
    desk.run("verify", "run", NPI)
    found = {one["check"]: one["state"] for one in desk.status()["requirements"]}
    assert (found["disclosures"], found["work_history"], found["attestation"]) == ("met", "met", "met")
    assert desk.item("intake", "import", profile_file(desk.folder, name=name))["outcome"] == "unchanged"
    assert desk.items("caqh", "compare", NPI) == []
    desk.ok("audit", "verify")


def test_xml_and_json_say_the_same(desk: Desk) -> None:
    one = desk.item("intake", "import", profile_file(desk.folder, name="a.xml"), "--dry-run")
    other = desk.item("intake", "import", profile_file(desk.folder, name="b.json"), "--dry-run")
    assert (one["changes"], one["outcome"]) == (other["changes"], other["outcome"])


def test_a_profile_updates_an_application_and_leaves_ours_to_us(desk: Desk) -> None:
    desk.take_in(form(signed_on="2026-01-05", states_of_practice="CO; NM", work_1_employer="Aspen Clinic"))
    tree = profile(EmailAddress="new@example.org", PrimaryPracticeState="TX")
    item = desk.item("intake", "import", profile_file(desk.folder, tree))
    assert item["outcome"] == "changed"
    shown = desk.item("provider", "show", NPI)
    assert (shown["email"], shown["states_of_practice"]) == ("new@example.org", ["CO", "NM"])


def test_a_profile_that_writes_the_same_otherwise_changes_nothing_that_was_verified(desk: Desk) -> None:
    desk.take_in(form(signed_on="2026-02-01"))
    desk.load_leie()
    desk.verify_all()
    item = desk.item("intake", "import", profile_file(desk.folder))
    changed = {one["field"] for one in item["changes"]}
    assert not {name for name in changed if name.startswith(("license", "malpractice", "education"))}, changed
    met = {one["check"]: one["state"] for one in desk.status()["requirements"]}
    assert (met["license"], met["malpractice"], met["education"]) == ("met", "met", "met")


def test_no_social_security_number_and_no_race_gets_into_the_store(desk: Desk) -> None:
    desk.ok("intake", "import", profile_file(desk.folder))
    desk.ok("caqh", "load", profile_file(desk.folder, profile(**{"@AttestDate": "2026-02-11"}), "again.xml"))
    content = stored(desk)
    assert b"Plains University" in content
    for secret in (SSN, SSN.replace("-", ""), RACE):
        assert secret.encode() not in content


def test_a_sole_practice_s_tax_id_is_not_kept() -> None:
    tree = Tree("x", "0", "Provider", profile(Practice={"PracticeName": "Marsh", "Tax": {"TaxID": SSN}}))
    assert SSN not in json.dumps(facts_of(tree))
    assert "SSN" not in KEPT


def test_what_the_questions_do_not_map_is_said_and_a_map_places_it(desk: Desk) -> None:
    tree = profile()
    tree["Disclosure"][3]["DisclosureQuestion"]["DisclosureSummary"] = "Any felony?"
    path = profile_file(desk.folder, tree)
    ran = desk.run("intake", "import", path, "--dry-run")
    assert "nothing maps CAQH: Any felony?" in ran.err
    column_map = desk.folder / "caqh.toml"
    column_map.write_text('[columns]\ndisclosure_felony = "CAQH: Any felony?"\n', encoding="utf-8")
    desk.ok("intake", "import", path, "--map", column_map)
    desk.run("verify", "run", NPI)
    assert next(one for one in desk.status()["requirements"] if one["check"] == "disclosures")["state"] == "met"


def test_an_unmapped_yes_is_never_a_no(desk: Desk) -> None:
    tree = profile()
    tree["Disclosure"][3] |= {"DisclosureAnswerFlag": "Y", "DisclosureExplanation": "In 2001"}
    tree["Disclosure"][3]["DisclosureQuestion"]["DisclosureSummary"] = "Any felony?"
    desk.run("intake", "import", profile_file(desk.folder, tree))
    desk.run("verify", "run", NPI)
    found = next(one for one in desk.status()["requirements"] if one["check"] == "disclosures")
    assert found["state"] != "met"


def _deep(levels: int) -> str:
    return '<Provider ProviderID="10000001">' + "<A>" * levels + "</A>" * levels + "</Provider>"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (BOMB, "document type"),
        (FETCHING, "document type"),
        (xml(profile())[:-200], "cut off"),
        (xml(profile(), root="Practitioner"), "its root is 'Practitioner'"),
        (xml({"LastName": "Marsh"}), "no ProviderID"),
        (_deep(5_000), "nested too deeply"),
        ("<html><body>Sign in</body></html>", "its root is 'html'"),
        ("<", "no sound XML"),
        ('{"Provider": {"@ProviderID": "1", "a": ' + "[" * 200 + "]" * 200 + "}}", "nested too deeply"),
    ],
)
@pytest.mark.parametrize("command", [("intake", "import"), ("caqh", "load")])
def test_a_document_that_is_no_profile(desk: Desk, command: tuple[str, str], content: str, says: str) -> None:
    path = desk.folder / ("bad.json" if content.startswith("{") else "bad.xml")
    path.write_text(content, encoding="utf-8")
    ran = desk.run(*command, path)
    assert (ran.code, says in ran.err) == (3, True), ran.err


def test_a_file_that_is_too_large(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.write(b"<Provider>")
        file.truncate(21_000_000)
    ran = desk.run("caqh", "load", path)
    assert (ran.code, "larger than 20 MB" in ran.err) == (3, True)


def test_a_day_that_nobody_wrote_is_not_made_up(desk: Desk) -> None:
    """A month is told as a month, and is no day of a form's that asks for one."""
    tree = profile()
    tree["Insurance"] |= {"EndDate": "09/2026"}
    tree["ProviderLicense"][0] |= {"ExpirationDate": "02/2026"}
    ran = desk.run("intake", "import", profile_file(desk.folder, tree))
    assert "malpractice_expires_on is left out: the profile has its month alone" in ran.err
    (cover,) = [one for one in desk.item("provider", "show", NPI)["credentials"] if one["kind"] == "malpractice"]
    assert cover["expires_on"] is None
    license_ = {"state": "CO", "number": "12345", "expires_on": "2026-04-30"}
    said = [word for name, told in license_.items() for word in ("--set", f"license_1_{name}={told}")]
    desk.ok("provider", "edit", NPI, *said, "--reason", "asked")
    (one,) = [one for one in desk.items("caqh", "compare", NPI, code=10) if one["field"].startswith("license")]
    assert (one["caqh"], "from 2026-02 to 2026-04-30" in one["fix"]) == ("2026-02", True)


@pytest.mark.parametrize("element", ["@AttestDate", "BirthDate"])
def test_a_day_that_must_be_whole_is_not_taken_as_a_month(element: str) -> None:
    read = read_profile(facts_of(Tree("x", "0", "Provider", profile(**{element: "2026-02"}))))
    assert (read.attested_on if element == "@AttestDate" else read.date_of_birth) is None
    assert read.unread == (f"{element} has no day",)


def test_a_status_of_before_does_not_set_back_the_day_of_a_profile(desk: Desk) -> None:
    desk.ok("intake", "import", profile_file(desk.folder))
    row = status_row(Provider_Status_Date="20260115", Provider_Last_Attestation_Date="20260115")
    settings = desk.folder / "config.toml"
    settings.write_text(settings.read_text().replace("tax_ids", 'caqh_organization_id = "1234"\ntax_ids'))
    desk.run("caqh", "load", status_file(desk.folder, row))
    (held,) = [one for one in desk.item("provider", "show", NPI)["credentials"] if one["kind"] == "caqh"]
    assert held["issued_on"] == "2026-02-10"


def test_a_profile_from_standard_input(desk: Desk) -> None:
    ran = desk.run("intake", "import", "-", input=xml(profile()))
    assert ran.code == 0, ran.err


@pytest.mark.parametrize("npi", ["", "1234567890", "12"])
def test_a_profile_without_an_npi_that_could_be(desk: Desk, npi: str) -> None:
    ran = desk.run("intake", "import", profile_file(desk.folder, profile(NPI=npi)))
    assert (ran.code, "corrected in CAQH" in ran.err) == (3, True)


def test_a_profile_of_another_provider(desk: Desk) -> None:
    desk.take_in(form())
    tree = profile(LastName="Quill", FirstName="Ben", BirthDate="01/02/1970")
    ran = desk.run("intake", "import", profile_file(desk.folder, tree), "--json")
    assert ran.code == 3
    assert ran.json()["items"][0]["outcome"] == "conflict"
    assert desk.item("provider", "show", NPI)["name"] == "Ana Marsh"
    ran = desk.run("caqh", "load", profile_file(desk.folder, profile(NPI=OTHER_NPI)), "--json")
    assert (ran.code, ran.json()["items"][0]["outcome"]) == (3, "nobody")


def test_what_cannot_be_read_is_named_and_left_out() -> None:
    tree: dict[str, Any] = profile()
    tree["ProviderLicense"][0]["ExpirationDate"] = "13/13/2027"
    tree["Insurance"]["CoverageAmountOccurrence"] = "a million"
    read = read_profile(facts_of(Tree("x", "0", "Provider", tree)))
    assert read.licenses[0].expires_on is None
    assert read.insurance[0].per_claim is None
    assert read.unread == ("ExpirationDate is no date", "CoverageAmountOccurrence is no amount of whole dollars")


def test_the_policy_in_force_is_taken_not_the_one_to_come(desk: Desk) -> None:
    tree = profile()
    now = tree["Insurance"]
    tree["Insurance"] = [now, now | {"PolicyNumber": "MP9", "StartDate": "09/01/2026", "EndDate": "09/01/2027"}]
    desk.ok("intake", "import", profile_file(desk.folder, tree))
    (cover,) = (one for one in desk.item("provider", "show", NPI)["credentials"] if one["kind"] == "malpractice")
    assert (cover["number"], cover["expires_on"]) == ("MP1", "2026-09-01")


def test_a_number_that_somebody_wrote_into_an_explanation_is_withheld(desk: Desk) -> None:
    tree = profile()
    tree["Disclosure"][0] |= {"DisclosureAnswerFlag": "Y", "DisclosureExplanation": f"See {SSN}."}
    desk.ok("intake", "import", profile_file(desk.folder, tree))
    assert SSN.encode() not in stored(desk)


def test_a_profile_with_another_id_than_the_file_is_no_form_of_it(desk: Desk) -> None:
    """Two CAQH ids for one NPI: loading says so, and so does taking it in."""
    desk.take_in(form())
    tree = profile(**{"@ProviderID": "10000009", "@AttestDate": "2026-02-28"})
    item = desk.item("intake", "import", profile_file(desk.folder, tree), code=3)
    assert (item["outcome"], "10000009" in str(item), CAQH_ID in str(item)) == ("conflict", True, True)
    assert desk.item("caqh", "load", profile_file(desk.folder, tree), code=3)["outcome"] == "conflict"
    shown = desk.item("provider", "show", NPI)
    assert next(one["number"] for one in shown["credentials"] if one["kind"] == "caqh") == CAQH_ID
