"""Opt-out affidavits: from the loaded list, by NPI; or by hand."""

from typing import Any

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI, TODAY, evidence, file, list_entry, list_says, list_version, policy, provider
from hand import OUTCOMES, recorded

from credkit.checks.medicare_opt_out import MedicareOptOut
from credkit.records import Evidence, Finding, ListEntry, ListScreening, Result, SourceRef
from credkit.store import Store

CHECK = MedicareOptOut()
LIST = SourceRef("list", "optout")


def judged(said: dict[SourceRef, Evidence], **who: Any) -> Finding:
    of = file(who=provider(**who))
    (subject,) = CHECK.subjects(of, policy(), ("CO",))
    assert CHECK.needs(subject, of, policy()) == (LIST,)
    return CHECK.judge(subject, of, said, policy(), TODAY)


def affidavit(**changes: Any) -> ListEntry:
    """Return Ana Marsh's, in force from 2024-06-01 to 2026-05-31."""
    told = {"npi": NPI, "date_of_birth": None, "excluded_on": "2024-06-01", "ends_on": "2026-05-31", "agency": "CMS"}
    return list_entry(**told | {"exclusion_type": "opt-out"} | changes)


ROWS: list[tuple[str, tuple[ListEntry, ...], str, str]] = [
    ("nobody", (), "pass", "Not opted out by optout, published 2026-03-01"),
    ("an affidavit in force", (affidavit(),), "review", "since 2024-06-01, until 2026-05-31"),
    ("on its last day", (affidavit(ends_on="2026-03-02"),), "review", "until 2026-03-02"),
    ("without an end", (affidavit(ends_on=None),), "review", "since 2024-06-01."),
    ("one to come", (affidavit(excluded_on="2026-04-01", ends_on="2028-03-31"),), "review", "from 2026-04-01 on"),
    ("one that had ended", (affidavit(ends_on="2026-02-28"),), "pass", "an affidavit ended on 2026-02-28"),
    ("one that ended since the list came out", (affidavit(ends_on="2026-03-01"),), "review", "renew themselves"),
    ("the NPI under another name", (affidavit(last_name="REED", first_name="JO"),), "review", "another name, JO REED"),
    ("a former name", (affidavit(last_name="VALE"),), "review", "Opted out of Medicare since"),
    ("somebody of the same name", (affidavit(npi=OTHER_NPI),), "pass", "Not opted out"),
    ("somebody without an NPI", (affidavit(npi=None, date_of_birth="1985-06-07"),), "pass", "Not opted out"),
    ("an old one and a new one", (affidavit(ends_on="2022-01-01"), affidavit()), "review", "until 2026-05-31"),
]


@pytest.mark.parametrize(("rows", "result", "says"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_what_a_row_means(rows: tuple[ListEntry, ...], result: str, says: str) -> None:
    version = list_version(name="optout", published_on="2026-03-01" if "renew" not in says else "2026-02-27")
    finding = judged(list_says(*rows, version=version, name="optout"), former_names=("Vale",))
    assert (finding.result, says in finding.summary) == (Result(result), True), finding.summary


def test_the_row_is_shown_and_what_follows_is_said() -> None:
    finding = judged(list_says(affidavit(), name="optout"))
    (row,) = finding.comparisons
    assert (row.claimed, row.agrees) == ("Ana Marsh", False)
    assert row.found == "ANA MARSH: opted out of Medicare since 2024-06-01, until 2026-05-31, by NPI and name"
    assert "No enrollment with Medicare or a Medicare Advantage plan" in (finding.advice or "")
    assert "1985" not in str(finding)


UNAVAILABLE: list[tuple[str, dict[SourceRef, Evidence], str]] = [
    ("not asked", {}, "the list was not asked"),
    (
        "not loaded",
        evidence(LIST, ListScreening(None), problem="the list optout is not loaded", configured=False),
        "the list optout is not loaded",
    ),
    (
        "too old",
        list_says(version=list_version(name="optout", published_on="2026-01-29"), name="optout"),
        "published 32 days ago, the policy allows 31",
    ),
    (
        "of a day to come",
        list_says(version=list_version(name="optout", published_on="2026-03-03"), name="optout"),
        "after the day asked about",
    ),
    ("another list", list_says(version=list_version(name="leie"), name="optout"), "these rows are of leie"),
    ("no rows", evidence(LIST, "rows"), "the list was not asked"),
]


@pytest.mark.parametrize(("said", "why"), [row[1:] for row in UNAVAILABLE], ids=[row[0] for row in UNAVAILABLE])
def test_what_proves_nothing(said: dict[SourceRef, Evidence], why: str) -> None:
    finding = judged(said)
    assert (finding.result, why in finding.summary) == (Result.UNAVAILABLE, True), finding.summary
    assert "credkit lists load optout FILE" in (finding.advice or "")
    assert f"verify record {NPI} medicare_opt_out" in (finding.advice or "")


def test_the_last_day_of_a_list_is_the_policys() -> None:
    said = list_says(version=list_version(name="optout", published_on="2026-01-30"), name="optout")
    assert judged(said).result is Result.PASS


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("medicare_opt_out", result).state == state


HEADER = (
    "First Name,Last Name,NPI,Specialty,Optout Effective Date,Optout End Date,First Line Street Address,"
    "Second Line Street Address,City Name,State Code,Zip code,Eligible to Order and Refer,Last updated\n"
)


def load(desk: Desk, *rows: str, published: str = "2026-03-01") -> None:
    path = desk.folder / "optout.csv"
    path.write_text(HEADER + "".join(f"{row}\n" for row in rows), encoding="utf-8")
    desk.ok("lists", "load", "optout", path, "--published", published)


def test_a_run_holds_everybody_against_the_loaded_list(desk: Desk) -> None:
    desk.take_in(form(), form(npi=OTHER_NPI, first_name="Bo", last_name="Reed", caqh_id="10000002", license_1_number="2", malpractice_insured_name="Bo Reed", signed_name="Bo Reed"))  # fmt: skip
    ran = ("verify", "run", "--all", "--check", "medicare_opt_out")
    before = desk.run(*ran)
    assert before.code == 0, "a list that may be looked up by hand instead is no trouble while it is not loaded"
    row = "Ana,Marsh,1000000004,Clinical Social Worker,06/01/2024,05/31/2026,1 Test St,,Sampleton,CO,80000,Y,02/15/2026"
    load(desk, row)
    found = {one["npi"]: one for one in desk.items(*ran, code=10)}
    assert {npi: one["result"] for npi, one in found.items()} == {NPI: "review", OTHER_NPI: "pass"}
    assert found[NPI]["evidence"], "the list's receipt and the row are kept"
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store:
        assert list(store.hits()) == [], "what is accepted is no hit to resolve"
    desk.ok("verify", "accept", NPI, "medicare_opt_out", "--reason", "sees no Medicare clients")
    (line,) = [one for one in desk.status(NPI)["requirements"] if one["check"] == "medicare_opt_out"]
    assert (line["state"], desk.status(NPI)["track"]) == ("met", "exception")


def test_a_list_that_is_loaded_and_too_old_leaves_the_run_incomplete(desk: Desk) -> None:
    desk.take_in(form())
    load(desk, "Jo,Reed,1000000103,Psychologist,06/01/2024,05/31/2026,,,Sampleton,CO,80000,Y,02/15/2026", published="2026-01-15")  # fmt: skip
    ran = desk.run("verify", "run", NPI, "--check", "medicare_opt_out")
    assert (ran.code, "published 46 days ago, the policy allows 31" in ran.err) == (4, True)
