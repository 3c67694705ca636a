"""What CAQH's files say, laid over the file: and what is not taken."""

from pathlib import Path
from typing import Any

import pytest
from caqh_files import CAQH_ID, STATUS_HEADER, exception_row, piped, profile, profile_file, status_file, status_row
from desk import Desk, form
from factories import NPI, OTHER_NPI

from credkit.tables.writing import OutSheet, xlsx_bytes

BARE = {"caqh_id": "", "caqh_attested_on": "", "caqh_status": "", "caqh_authorized": "", "caqh_roster_status": ""}


@pytest.fixture
def ours(desk: Desk) -> Desk:
    """Return the practice with its organization id in the settings, and Ana Marsh's form without CAQH."""
    settings = desk.folder / "config.toml"
    settings.write_text(settings.read_text().replace("tax_ids", 'caqh_organization_id = "1234"\ntax_ids'))
    desk.take_in(form(**BARE))
    return desk


def caqh_of(desk: Desk, npi: str = NPI) -> Any:
    """Return what is on file of the CAQH profile."""
    shown = desk.item("provider", "show", npi)
    return next((one for one in shown["credentials"] if one["kind"] == "caqh"), None)


def check_of(desk: Desk) -> Any:
    """Run the checks, and return the state of the caqh requirement."""
    desk.run("verify", "run", NPI)
    return next(one for one in desk.status()["requirements"] if one["check"] == "caqh")


def loaded(desk: Desk, path: Path, code: int = 0) -> Any:
    """Load a file of one row, and return its item."""
    return desk.item("caqh", "load", path, code=code)


@pytest.mark.parametrize("kind", ["pipe", "csv", "xlsx"])
def test_a_return_roster_makes_a_profile_usable(ours: Desk, kind: str) -> None:
    path = status_file(ours.folder)
    if kind == "csv":
        path = ours.folder / "status.csv"
        row = status_row()
        path.write_text(",".join(row) + "\n" + ",".join(row.values()) + "\n", encoding="utf-8")
    elif kind == "xlsx":
        row = status_row()
        path = ours.folder / "status.xlsx"
        path.write_bytes(xlsx_bytes([OutSheet("Roster", list(row), [list(row.values())])]))
    assert loaded(ours, path)["outcome"] == "changed"
    kept = caqh_of(ours)
    assert (kept["number"], kept["issued_on"]) == (CAQH_ID, "2026-02-10")
    assert kept["details"] == {
        "status": "Re-Attestation",
        "status_on": "2026-02-10",
        "authorized": True,
        "roster_status": "ACTIVE",
        "practice_state": "CO",
        "attested_per_caqh": "2026-02-10",
    }
    assert check_of(ours)["state"] == "met"
    assert loaded(ours, path)["outcome"] == "unchanged"
    ours.ok("audit", "verify")


@pytest.mark.parametrize(
    ("changes", "state", "says"),
    [
        ({"Provider_Status": "Expired Attestation"}, "missing", "no day of CAQH attestation"),
        ({"Provider_Status": "Half Baked"}, "missing", "no day of CAQH attestation"),
        ({"Authorization_Flag": "N"}, "failed", "not authorized"),
        ({"Authorization_Flag": "maybe"}, "review", "not stated"),
        ({"Roster_Status": "INACTIVE"}, "failed", "INACTIVE"),
        ({"Roster_Status": "NOT ON ROSTER"}, "failed", "NOT ON ROSTER"),
        ({"Provider_Status_Date": "20251101"}, "failed", "more than 120 days ago"),
        ({"Provider_Status_Date": "20251101", "Provider_Practice_State": "IL"}, "met", ""),
        ({"Provider_Status_Date": "20250801", "Provider_Practice_State": "IL"}, "failed", "more than 180 days ago"),
    ],
)
def test_usable_is_complete_and_authorized_and_active_and_attested(
    ours: Desk, changes: dict[str, str], state: str, says: str
) -> None:
    loaded(ours, status_file(ours.folder, status_row(**changes)))
    found = check_of(ours)
    assert (found["state"], says in found["detail"]) == (state, True), found


def test_an_unknown_status_is_kept_as_it_is_and_the_policy_may_know_it(ours: Desk) -> None:
    loaded(
        ours, status_file(ours.folder, status_row(Provider_Status="Fully Baked", Last_Attestation_Date="02/10/2026"))
    )
    assert caqh_of(ours)["details"]["status"] == "Fully Baked"
    assert check_of(ours)["state"] == "review"
    text = ours.ok("policy", "show").out.replace("statuses = {}", 'statuses = { "Fully Baked" = "usable" }')
    (ours.folder / "ours.toml").write_text(text.replace("effective_from = 2025-07-01", "effective_from = 2026-01-01"))
    ours.ok("policy", "adopt", ours.folder / "ours.toml")
    assert check_of(ours)["state"] == "met"


def test_what_caqh_tells_goes_before_what_the_form_claimed(ours: Desk) -> None:
    ours.ok(
        "provider",
        "edit",
        NPI,
        "--set",
        f"caqh_id={CAQH_ID}",
        "--set",
        "caqh_attested_on=2026-03-01",
        "--reason",
        "said so",
    )
    loaded(ours, status_file(ours.folder))
    assert caqh_of(ours)["issued_on"] == "2026-02-10"


def test_an_older_file_takes_nothing_back(ours: Desk) -> None:
    loaded(ours, status_file(ours.folder))
    older = status_row(Provider_Status="Expired Attestation", Provider_Status_Date="20260101")
    assert loaded(ours, status_file(ours.folder, older, name="older.txt"))["outcome"] == "older"
    assert caqh_of(ours)["details"]["status"] == "Re-Attestation"


@pytest.mark.parametrize(
    ("changes", "outcome", "says"),
    [
        ({"CAQH_Provider_ID": "10000002"}, "conflict", "the file 10000001"),
        ({"Provider_NPI": OTHER_NPI, "PO_Provider_ID": "", "CAQH_Provider_ID": "10000009"}, "nobody", OTHER_NPI),
        ({"Provider_NPI": OTHER_NPI, "PO_Provider_ID": ""}, "conflict", f"is also that of {NPI}"),
        ({"Provider_NPI": "", "PO_Provider_ID": "", "CAQH_Provider_ID": ""}, "rejected", "names no provider"),
        ({"Provider_NPI": "1234567890"}, "rejected", "holds no NPI"),
        ({"CAQH_Provider_ID": "77"}, "rejected", "eight to ten digits"),
        ({"Provider_Found_Flag": "N"}, "rejected", "did not find"),
        ({"Provider_Status_Date": "20260399"}, "rejected", "Provider_Status_Date"),
        ({"Provider_Status_Date": "20260401"}, "rejected", "yet to come"),
        ({"Provider_Practice_State": "Nowhere"}, "rejected", "not a state"),
        ({"Provider_First_Name": "BEN", "Provider_Last_Name": "QUILL"}, "conflict", "BEN QUILL"),
        ({"Provider_First_Name": "BOB"}, "conflict", "BOB MARSH"),
    ],
)
def test_rows_that_are_not_taken(ours: Desk, changes: dict[str, str], outcome: str, says: str) -> None:
    loaded(ours, status_file(ours.folder))
    before = caqh_of(ours)
    item = loaded(ours, status_file(ours.folder, status_row(**changes), name="second.txt"), code=3)
    assert (item["outcome"], says in item["detail"]) == (outcome, True), item
    assert caqh_of(ours) == before


def test_two_caqh_ids_for_one_npi_in_one_file(ours: Desk) -> None:
    path = status_file(ours.folder, status_row(), status_row(CAQH_Provider_ID="10000002"))
    items = ours.items("caqh", "load", path, code=3)
    assert [item["outcome"] for item in items] == ["conflict", "conflict"]
    assert caqh_of(ours) is None


def test_a_caqh_id_that_is_somebody_elses(ours: Desk) -> None:
    ours.take_in(form(npi=OTHER_NPI, first_name="Ben", last_name="Quill", caqh_id="10000002"), name="other.csv")
    item = loaded(ours, status_file(ours.folder, status_row(CAQH_Provider_ID="10000002")), code=3)
    assert (item["outcome"], OTHER_NPI in item["detail"]) == ("conflict", True)


def test_another_organizations_file_is_refused_whole(ours: Desk) -> None:
    other = status_file(ours.folder, status_row(), status_row(Organization_ID="9999"), name="other.txt")
    ran = ours.run("caqh", "load", other)
    assert ran.code == 3
    assert "organization 9999, and yours is 1234" in ran.err
    assert caqh_of(ours) is None


def test_a_file_that_names_an_organization_needs_ours_in_the_settings(desk: Desk) -> None:
    desk.take_in(form(**BARE))
    ran = desk.run("caqh", "load", status_file(desk.folder))
    assert (ran.code, "caqh_organization_id" in ran.err) == (2, True)


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (status_row(), "has the same column more than once"),
        (status_row(PO_Provider_ID="", Provider_Found_Flag=""), "line 1 is not the header of a CAQH file"),
    ],
)
def test_a_missing_header_line(ours: Desk, row: dict[str, str], says: str) -> None:
    path = ours.folder / "headless.txt"
    path.write_text(piped([row, row], STATUS_HEADER).split("\r\n", 1)[1], encoding="utf-8")
    ran = ours.run("caqh", "load", path)
    assert (ran.code, says in ran.err) == (3, True), ran.err


def test_an_exception_lands_as_an_action_until_a_status_settles_it(ours: Desk) -> None:
    loaded(ours, status_file(ours.folder))
    row = exception_row("Required Field missing/invalid: Provider_Address1", Action_Flag="U")
    item = loaded(ours, status_file(ours.folder, row, name="exceptions.txt"))
    assert item["outcome"] == "refused"
    found = check_of(ours)
    assert (found["state"], "Provider_Address1" in found["detail"]) == ("review", True)
    actions = [one["what"] for one in ours.status()["actions"]]
    assert any("Give it in the provider's file, then send the row again." in one for one in actions), actions
    due = ours.item("caqh", "due", "--days", "1")
    assert "CAQH refused our roster row" in due["fix_first"][0]
    loaded(ours, status_file(ours.folder, status_row(Provider_Status_Date="20260228"), name="next.txt"))
    assert check_of(ours)["state"] == "met"
    assert ours.items("caqh", "due", "--days", "1") == []


def test_what_caqh_refused_is_work_at_once_and_done_when_a_status_settles_it(ours: Desk) -> None:
    loaded(ours, status_file(ours.folder, exception_row("Add Failed: more than one match"), name="exceptions.txt"))
    (line,) = [one for one in ours.items("today") if "CAQH refused" in one["what"]]
    assert (line["rank"], "Add Failed: more than one match" in line["what"]) == ("us", True)
    assert any("CAQH refused" in one["what"] for one in ours.status()["actions"])
    loaded(ours, status_file(ours.folder))
    assert not [one for one in ours.items("today") if "CAQH refused" in one["what"]]


def test_an_exception_of_somebody_without_a_caqh_id_is_an_action_too(ours: Desk) -> None:
    loaded(ours, status_file(ours.folder, exception_row("Add Failed: more than one match"), name="exceptions.txt"))
    found = check_of(ours)
    assert (found["state"], "more than one match" in found["detail"]) == ("missing", True)


def test_an_exception_for_nobody(ours: Desk) -> None:
    row = exception_row("Add Failed", Provider_NPI=OTHER_NPI, PO_Provider_ID="")
    assert loaded(ours, status_file(ours.folder, row), code=3)["outcome"] == "nobody"


def test_already_on_the_roster_asks_for_nothing(ours: Desk) -> None:
    loaded(ours, status_file(ours.folder))
    loaded(ours, status_file(ours.folder, exception_row("Add Failed - already on roster"), name="exceptions.txt"))
    assert check_of(ours)["state"] == "met"


def test_a_dry_run_writes_nothing(ours: Desk) -> None:
    before = ours.ok("audit", "verify").out
    assert ours.item("caqh", "load", status_file(ours.folder), "--dry-run")["outcome"] == "changed"
    assert ours.item("caqh", "load", profile_file(ours.folder), "-n")["outcome"] == "changed"
    assert ours.ok("audit", "verify").out == before


def test_due_goes_by_nearness_and_says_what_to_fix_first(ours: Desk) -> None:
    ours.take_in(
        form(npi=OTHER_NPI, first_name="Ben", last_name="Quill", caqh_id="10000002", caqh_attested_on="2025-11-05"),
        form(
            npi="1000000020", first_name="Cleo", last_name="Strand", caqh_id="10000003", caqh_attested_on="2025-10-01"
        ),
        form(
            npi="1000000038", first_name="Dario", last_name="Vance", caqh_id="10000004", caqh_attested_on="2026-02-20"
        ),
        name="more.csv",
    )
    tree = profile(
        **{
            "@ProviderID": "10000002",
            "NPI": OTHER_NPI,
            "FirstName": "Ben",
            "LastName": "Quill",
            "@AttestDate": "2025-11-05",
        }
    )
    tree["Insurance"]["EndDate"] = "02/28/2026"
    ours.ok("caqh", "load", profile_file(ours.folder, tree))
    found = ours.items("caqh", "due", "--days", "30")
    assert [(one["npi"], one["days_left"]) for one in found] == [("1000000020", -32), (NPI, None), (OTHER_NPI, 3)]
    assert found[2]["compared"]
    assert "Professional Liability Insurance" in found[2]["fix_first"][0]
    assert "Ask the provider for the CAQH id." in found[1]["fix_first"]
    assert ours.run("caqh", "due", "--fail-on", "overdue").code == 10
    assert ours.run("caqh", "due", OTHER_NPI, "--fail-on", "overdue").code == 0
    table = ours.ok("caqh", "due", "--format", "table").out
    assert "1 overdue" in table


def test_one_caqh_id_for_two_in_one_file_is_nobodys(ours: Desk) -> None:
    ours.take_in(form(**BARE, npi=OTHER_NPI, first_name="Ben", last_name="Quill"), name="other.csv")
    other = status_row(Provider_NPI=OTHER_NPI, PO_Provider_ID=OTHER_NPI, Provider_First_Name="Ben", Provider_Last_Name="Quill")  # fmt: skip
    items = ours.items("caqh", "load", status_file(ours.folder, status_row(), other), code=3)
    assert [item["outcome"] for item in items] == ["conflict", "conflict"]
    assert caqh_of(ours) is None


def test_a_row_without_a_date_takes_back_no_dated_one(ours: Desk) -> None:
    loaded(
        ours,
        status_file(ours.folder, status_row(Provider_Status="Expired Attestation", Provider_Status_Date="20260226")),
    )
    for day in ("", "00000000"):
        item = loaded(ours, status_file(ours.folder, status_row(Provider_Status_Date=day), name="undated.txt"), code=3)
        assert (item["outcome"], "has no date" in item["detail"]) == ("conflict", True)
    assert caqh_of(ours)["details"]["status"] == "Expired Attestation"
    assert caqh_of(ours)["details"]["status_on"] == "2026-02-26"


def test_two_states_of_one_day_are_a_conflict(ours: Desk) -> None:
    path = status_file(ours.folder, status_row(Authorization_Flag="N"), status_row())
    assert [item["outcome"] for item in ours.items("caqh", "load", path, code=3)] == ["conflict", "conflict"]
    same = status_file(ours.folder, status_row(), status_row(), name="twice.txt")
    assert [item["outcome"] for item in ours.items("caqh", "load", same)] == ["changed", "unchanged"]


def test_a_blank_under_its_column_is_not_yesterdays_answer(ours: Desk) -> None:
    loaded(ours, status_file(ours.folder))
    blank = status_row(Provider_Status_Date="20260228", Authorization_Flag="", Roster_Status="")
    loaded(ours, status_file(ours.folder, blank, name="blank.txt"))
    assert check_of(ours)["state"] == "review"


def test_of_two_files_neither_is_loaded_when_one_is_anothers(ours: Desk) -> None:
    good = status_file(ours.folder)
    other = status_file(ours.folder, status_row(Organization_ID="9999"), name="other.txt")
    ran = ours.run("caqh", "load", good, other)
    assert (ran.code, "nothing was loaded" in ran.err) == (3, True)
    assert caqh_of(ours) is None


def test_a_status_with_a_time_and_from_standard_input(ours: Desk) -> None:
    row = status_row(Provider_Status_Date="2026-02-26 10:00:00")
    ran = ours.run("caqh", "load", "-", "--json", input=piped([row]))
    assert ran.code == 0, ran.err
    assert ran.json()["items"][0]["outcome"] == "changed"
    assert caqh_of(ours)["issued_on"] == "2026-02-26"


def test_no_secret_in_an_exceptions_text_is_kept(ours: Desk) -> None:
    loaded(ours, status_file(ours.folder))
    row = exception_row("Add Failed: more than one match SSN 900-12-3456 DOB 06/07/1985")
    ran = ours.run("caqh", "load", status_file(ours.folder, row, name="ex.txt"))
    assert "900-12" not in ran.said
    assert b"900-12-3456" not in (ours.folder / "credkit.db").read_bytes()
    due = ours.item("caqh", "due", "--days", "1")
    assert (due["usable"], any("more than one match" in why for why in due["why_not"])) == (False, True)


def test_an_undated_profile_is_not_taken(ours: Desk) -> None:
    tree = profile()
    del tree["@AttestDate"]
    item = loaded(ours, profile_file(ours.folder, tree), code=3)
    assert (item["outcome"], "no day of attestation" in item["detail"]) == ("rejected", True)


def test_a_form_does_not_go_before_what_caqh_told(ours: Desk) -> None:
    """CAQH says expired; the form that comes after it claims a fresh attestation."""
    loaded(ours, status_file(ours.folder, status_row(Provider_Status="Expired Attestation", Authorization_Flag="N")))
    kept = caqh_of(ours)
    ours.take_in(
        form(
            caqh_status="Re-Attestation",
            caqh_authorized="yes",
            caqh_attested_on="2026-02-28",
            caqh_roster_status="ACTIVE",
        ),
        name="later.csv",
    )
    assert caqh_of(ours) == kept
    assert check_of(ours)["state"] != "met"


@pytest.mark.parametrize("better", [{"Roster_Status": "ACTIVE"}, {"Authorization_Flag": "Y"}])
def test_an_undated_row_gives_nothing_back_that_a_dated_one_took(ours: Desk, better: dict[str, str]) -> None:
    """An export of some day says active; CAQH has since taken the provider off our roster."""
    taken = {"Roster_Status": "INACTIVE", "Authorization_Flag": "N"}
    loaded(ours, status_file(ours.folder, status_row(**taken)))
    kept = caqh_of(ours)
    undated = status_row(**taken | better, Provider_Status_Date="")
    item = loaded(ours, status_file(ours.folder, undated, name="undated.txt"), code=3)
    assert (item["outcome"], "the row has no date" in item["detail"]) == ("conflict", True)
    assert caqh_of(ours) == kept
    assert loaded(ours, status_file(ours.folder, status_row(), name="dated.txt"))["outcome"] == "changed"


def test_what_an_undated_row_makes_worse_is_taken(ours: Desk) -> None:
    loaded(ours, status_file(ours.folder))
    undated = status_row(Roster_Status="INACTIVE", Provider_Status_Date="")
    assert loaded(ours, status_file(ours.folder, undated, name="undated.txt"))["outcome"] == "changed"
    assert check_of(ours)["state"] == "failed"


def test_two_columns_of_one_meaning_must_say_one_thing(ours: Desk) -> None:
    row = status_row() | {"Profile_Status": "Opt Out"}
    item = loaded(ours, status_file(ours.folder, row), code=3)
    assert (item["outcome"], item["detail"]) == (
        "rejected",
        "Provider_Status and Profile_Status say two things: leave one of the columns out",
    )
    assert caqh_of(ours) is None
    row = status_row(Provider_Status="") | {"Profile_Status": "RE-ATTESTATION"}
    assert loaded(ours, status_file(ours.folder, row, name="second.txt"))["outcome"] == "changed"
    assert caqh_of(ours)["details"]["status"] == "RE-ATTESTATION"


# --- another profile --------------------------------------------------------------------------------------------------


def test_nothing_of_one_profile_is_known_of_another(ours: Desk) -> None:
    """The status, the authorization and the attestation are those of the profile with the old number."""
    loaded(ours, status_file(ours.folder))
    assert check_of(ours)["state"] == "met"
    ours.ok("provider", "edit", NPI, "--set", "caqh_id=10000009", "--reason", "the provider's other profile")
    kept = caqh_of(ours)
    assert (kept["number"], kept["issued_on"], kept["details"]) == ("10000009", None, {})
    assert check_of(ours)["state"] == "missing"


def test_why_caqh_refused_our_row_stays_when_the_number_is_corrected(ours: Desk) -> None:
    loaded(ours, status_file(ours.folder))
    loaded(ours, status_file(ours.folder, exception_row("Add Failed: CAQH ID not found"), name="ex.txt"))
    ours.ok("provider", "edit", NPI, "--set", "caqh_id=10000009", "--reason", "the provider told us")
    assert caqh_of(ours)["details"] == {"roster_exception": "Add Failed: CAQH ID not found"}


def test_a_form_of_another_profile_than_caqh_told_of_is_a_conflict(ours: Desk) -> None:
    loaded(ours, status_file(ours.folder, status_row(Provider_Status="Opt Out")))
    kept = caqh_of(ours)
    later = form(caqh_id="10000009", caqh_attested_on="2026-02-28", signed_on="2026-02-28")
    item = ours.item("intake", "import", ours.form_file(later, name="later.csv"), code=3)
    assert (item["outcome"], "ask the provider which it is" in str(item)) == ("conflict", True)
    assert caqh_of(ours) == kept
