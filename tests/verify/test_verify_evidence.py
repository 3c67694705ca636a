"""What sources said is kept and shown; another policy judges it again, and nobody is asked."""

import hashlib
import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from desk import Desk, form
from factories import NPI

from credkit.demo.boards import BoardServer
from credkit.demo.servers import RegistryEntry
from credkit.policy import shipped_text
from credkit.records import Comparison, Result, Verification
from credkit.verify.changes import changes, finding_before


def test_evidence_is_shown_with_where_and_when_it_is_from(desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.ok("verify", "run", NPI)
    shown = {one["source"]: one for one in desk.items("verify", "show", NPI, "--evidence")}
    nppes = shown["nppes"]
    assert nppes["address"] == f"{desk.registry.url}?version=2.1&number={NPI}"
    assert (nppes["fetched_at"][:10], nppes["stated_on"]) == ("2026-03-02", "2024-02-19")
    assert json.loads(nppes["body"])["results"][0]["number"] == NPI
    assert shown["list"]["stated_on"] is not None
    page = desk.ok("verify", "show", NPI, "--evidence").out
    assert "dated 2024-02-19 by the source" in page
    assert nppes["sha256"] in page
    raw = desk.ok("verify", "show", NPI, nppes["id"], "--evidence").out
    assert hashlib.sha256(raw.encode()).hexdigest() == nppes["sha256"]
    assert desk.run("verify", "show", NPI, "ffff", "--evidence").code == 2
    assert desk.run("verify", "show", NPI, nppes["id"]).code == 2


def test_a_verification_says_how_it_differs_from_the_one_before(desk: Desk) -> None:
    desk.take_in(form())
    desk.ok("verify", "run", NPI, "--check", "npi")
    desk.live_on("2026-03-20")
    desk.registry.records[NPI] = RegistryEntry("Ana", "Marsh", licenses=(("CO", "99999"),), state="CO")
    ran = desk.run("verify", "run", NPI, "--check", "npi", "--again")
    assert "result pass -> review" in ran.out
    assert "license CO 12345 (CO) -> 99999 (CO)" in ran.out
    newest, oldest = desk.items("verify", "show", NPI)
    assert newest["changes"] == ["result pass -> review", "license CO 12345 (CO) -> 99999 (CO)"]
    assert oldest["changes"] == []


def test_discipline_that_has_come_is_a_difference(desk: Desk) -> None:
    desk.take_in(form(license_1_number="CSW.0012345"))
    row = {
        "lastname": "MARSH", "firstname": "ANA", "licensetype": "CSW", "licensenumber": "12345",
        "licenseexpirationdate": "2027-03-31T00:00:00.000", "licensestatusdescription": "Active",
    }  # fmt: skip
    with BoardServer({"7s5z-vewr": [row]}) as boards:
        config = desk.folder / "config.toml"
        config.write_text(config.read_text().replace("[sources.boards]\nstates = []\n", boards.toml("CO")))
        desk.ok("verify", "run", NPI, "--check", "license")
        boards.rows["7s5z-vewr"] = [row | {"programaction": "Probation", "casenumber": "2026-7"}]
        made = desk.item("verify", "run", NPI, "--check", "license", "--again", "--refresh", code=10)
    assert made["changes"] == ["result pass -> review", "discipline nothing -> Probation (case 2026-7)"]


def verification(**changed: object) -> Verification:
    facts: dict[str, object] = {
        "id": "v-1", "npi": NPI, "check": "license", "subject": "CO", "result": Result.PASS, "summary": "",
        "verified_on": date(2026, 3, 2), "recorded_at": "", "actor": "kim", "method": "source", "source": "board",
        "comparisons": (Comparison("status", "active", "ACTIVE", agrees=True),), "expires_on": date(2027, 3, 31),
    }  # fmt: skip
    return Verification(**(facts | changed))  # type: ignore[arg-type]


def test_changes_are_of_the_result_the_fields_and_the_expiry() -> None:
    before = verification()
    probation = (Comparison("status", "active", "PROBATION", agrees=False),)
    after = verification(id="v-2", result=Result.REVIEW, comparisons=probation, expires_on=None)
    assert changes(before, before) == ()
    assert changes(before, after) == (
        "result pass -> review", "status ACTIVE -> PROBATION", "expires 2027-03-31 -> never"
    )  # fmt: skip
    silent = verification(id="v-3", result=Result.UNAVAILABLE, comparisons=())
    assert changes(before, silent) == ()
    assert finding_before([before, silent, after], after) == before, "no answer is no finding to differ from"
    assert finding_before([before], verification(id="v-9", subject="WA")) is None


# --- another policy -------------------------------------------------------------------------------------------------


@pytest.fixture
def stricter(tmp_path: Path) -> Path:
    path = tmp_path / "stricter.toml"
    text = shipped_text().replace("verification_days = 120", "verification_days = 90")
    assert text != shipped_text()
    path.write_text(text.replace("per_claim = 1_000_000", "per_claim = 2_000_000", 1), encoding="utf-8")
    return path


def test_another_policy_judges_what_is_kept_and_nothing_is_written(desk: Desk, stricter: Path) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.registry.received.clear()
    head = desk.item("audit", "verify")["head"]
    found = {one["check"]: one for one in desk.items("verify", "rejudge", "--with", stricter, "--all")}
    assert set(found) == {"malpractice"}, "all else holds by both"
    assert (found["malpractice"]["before"], found["malpractice"]["after"]) == ("met", "failed")
    assert found["malpractice"]["changes"][0] == "result pass -> fail"
    assert desk.item("audit", "verify")["head"] == head
    assert desk.registry.received == []


@pytest.mark.parametrize(("age", "differ"), [(90, False), (91, True), (120, True), (121, False)])
def test_ninety_days_instead_of_120_change_what_is_91_to_120_days_old(
    desk: Desk, tmp_path: Path, age: int, differ: bool
) -> None:
    ninety = tmp_path / "ninety.toml"
    ninety.write_text(shipped_text().replace("verification_days = 120", "verification_days = 90"), encoding="utf-8")
    desk.take_in(form())
    desk.ok("verify", "run", NPI, "--check", "npi")
    day = date(2026, 3, 2) + timedelta(days=age)
    found = desk.items("verify", "rejudge", NPI, "--with", ninety, "--on", day.isoformat())
    assert [(one["check"], one["before"], one["after"]) for one in found] == (
        [("npi", "met", "stale")] if differ else []
    )


def test_what_cannot_be_judged_again(desk: Desk, tmp_path: Path, stricter: Path) -> None:
    desk.take_in(form())
    assert desk.run("verify", "rejudge", "--with", stricter).code == 2
    assert desk.run("verify", "rejudge", NPI, "--all", "--with", stricter).code == 2
    assert desk.run("verify", "rejudge", NPI, "--with", tmp_path / "none.toml").code == 2
    assert (
        "nothing would be otherwise" in desk.ok("verify", "rejudge", NPI, "--with", stricter, "--format", "table").out
    )
