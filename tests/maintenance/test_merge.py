"""Two files of one person made one: what moves, what stays under its own NPI, and what is refused."""

from typing import Any

import pytest
from desk import LEIE, Desk, form
from factories import NPI, OTHER_NPI
from forms import unissued_npis

ROW = "MARSH,ANA,,,IND- LIC HC SERV PRO,SOCIAL WORKER,,0000000000,19850607,1 ELM ST,DENVER,CO,80201,1128a1,20190718,00000000,00000000,\r\n"
MERGE = ("provider", "merge", OTHER_NPI, "--into", NPI, "--reason", "Typed wrong on the form")
TWICE = {"npi": OTHER_NPI, "signed_on": "2026-02-18", "work_2_employer": "Birch House", "work_2_started_on": "2013-01-07", "work_2_ended_on": "2015-04-15"}  # fmt: skip


@pytest.fixture
def twice(desk: Desk) -> Desk:
    """Return Ana Marsh on file twice: once approved, once by a wrong NPI, with more on it."""
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    desk.enroll(effective="2026-03-02")
    desk.take_in(
        form(**TWICE, dea_1_number="AM1234563", dea_1_state="CO", dea_1_expires_on="2028-01-31"), name="again.csv"
    )
    (desk.folder / "letter.txt").write_text("A letter.", encoding="utf-8")
    filed = desk.item("document", "add", OTHER_NPI, desk.folder / "letter.txt", "--kind", "letter")
    desk.ok("document", "review", filed["id"], "accept")
    desk.ok("provider", "note", OTHER_NPI, "Prefers mornings")
    desk.ok("provider", "assign", OTHER_NPI, "--owner", "maria")
    desk.item("monitor", "event", OTHER_NPI, "--kind", "complaint", "--text", "Late notes", "--source", "clinic")
    return desk


def shown(desk: Desk, npi: str = NPI) -> Any:
    return desk.item("provider", "show", npi)


def test_what_the_duplicate_held_moves_and_its_npi_is_an_alias(twice: Desk) -> None:
    before = shown(twice)
    look = twice.ok(*MERGE, "--dry-run")
    assert "would be merged into" in look.err
    assert shown(twice) == before
    assert twice.run(*MERGE).code == 2  # a merger is not undone, and nobody can be asked
    ran = twice.ok(*MERGE, "--yes")
    assert "1 papers, 1 notes, 1 events" in ran.err
    after = shown(twice)
    assert after["aliases"] == [OTHER_NPI]
    kinds = [one["kind"] for one in after["credentials"]]
    assert kinds.count("license") == 1
    assert kinds.count("caqh") == 1
    assert "dea" in kinds
    assert "Birch House" in [one["employer"] for one in after["work_history"]]
    assert [one["text"] for one in twice.items("provider", "note", NPI)] == ["Prefers mornings"]
    assert [one["text"] for one in twice.items("monitor", "event", NPI)] == ["Late notes"]
    (paper,) = twice.items("document", "list", NPI)
    assert (paper["npi"], paper["kind"], paper["state"]) == (NPI, "letter", "accepted")
    # What was decided of the one that stays stands.
    assert twice.status()["stage"] == "active"
    assert [one["npi"] for one in twice.items("provider", "list")] == [NPI]
    assert [one["npi"] for one in twice.items("status")] == [NPI]
    assert {one["owner"] for one in twice.items("today")} <= {"maria"}
    twice.ok("audit", "verify")
    twice.run("sweep")
    assert twice.run("sweep").code == 0


def test_nothing_is_lost(twice: Desk) -> None:
    before = twice.items("audit", "log", OTHER_NPI)
    twice.ok(*MERGE, "--yes")
    assert twice.items("audit", "log", OTHER_NPI)[: len(before)] == before
    last = twice.items("audit", "log", NPI)[-1]
    assert (last["verb"], last["reason"]) == ("provider.merged", "Typed wrong on the form")


def test_the_alias_is_named_wherever_it_is_asked_for(twice: Desk) -> None:
    twice.ok(*MERGE, "--yes")
    ran = twice.run("provider", "show", OTHER_NPI)
    assert (ran.code, "Ana Marsh (1000000004)" in ran.out, "was merged into 1000000004" in ran.err) == (0, True, True)
    for words in (("explain", OTHER_NPI), ("ready", OTHER_NPI), ("status", OTHER_NPI), ("verify", "run", OTHER_NPI), ("provider", "suspend", OTHER_NPI, "--reason", "x"), MERGE):  # fmt: skip
        refused = twice.run(*words)
        assert refused.code == 2, words
        assert f"{OTHER_NPI} was merged into {NPI} on 2026-03-02" in refused.err, words


def test_a_form_by_the_alias_is_set_aside(twice: Desk) -> None:
    twice.ok(*MERGE, "--yes")
    ran = twice.run("intake", "import", twice.form_file(form(npi=OTHER_NPI, signed_on="2026-03-01"), name="third.csv"))
    assert ran.code == 3
    (reject,) = twice.items("intake", "rejects")
    assert f"was merged into {NPI}" in reject["errors"][0]["reason"]
    assert twice.run("provider", "add", OTHER_NPI, "--set", "first_name=Ana", "--set", "last_name=Marsh").code == 2
    assert twice.items("provider", "list")[0]["npi"] == NPI


def test_everyone_is_screened_but_the_alias(twice: Desk) -> None:
    twice.ok(*MERGE, "--yes")
    twice.live_on("2026-04-10")
    twice.load_leie("2026-04-09")
    screened = twice.items("screen", "run", "--all")
    assert [one["npi"] for one in screened] == [NPI]
    assert twice.run("verify", "run", "--all").code in {0, 4, 10}
    assert {one["npi"] for one in twice.items("verify", "due")} <= {NPI}


def refused(desk: Desk, says: str, *words: str) -> None:
    before = desk.items("audit", "log")
    ran = desk.run(*(words or MERGE), "--yes")
    assert (ran.code, says in ran.err) == (5, True), ran.err
    assert desk.items("audit", "log") == before


def test_an_approved_file_is_no_duplicate(twice: Desk) -> None:
    refused(twice, f"{NPI} is approved: merge {OTHER_NPI} into it", "provider", "merge", NPI, "--into", OTHER_NPI, "--reason", "x")  # fmt: skip


def test_two_people_are_not_merged(desk: Desk) -> None:
    desk.take_in(form(), form(npi=OTHER_NPI, first_name="Ben", last_name="Quill", license_1_number="77", caqh_id="10000002"))  # fmt: skip
    refused(desk, "their names differ: Ben Quill, Ana Marsh")


def test_another_date_of_birth_is_another_person(desk: Desk) -> None:
    desk.take_in(form(), form(npi=OTHER_NPI, date_of_birth="1985-07-06"))
    refused(desk, "their dates of birth differ")


def test_a_newer_application_is_taken_in_first(desk: Desk) -> None:
    desk.take_in(form(), form(npi=OTHER_NPI, signed_on="2026-02-25"))
    refused(desk, "signed on 2026-02-25, is the newer one")


def test_open_enrollments_and_unsettled_rows_are_settled_first(twice: Desk) -> None:
    twice.ok("enroll", "submit", OTHER_NPI, "Aspen Health", "--state", "CO")
    refused(twice, f"1 enrollments of {OTHER_NPI} are open")
    twice.ok("enroll", "terminate", "--provider", OTHER_NPI, "--ended", "2026-03-02", "--reason", "x", "--yes")
    twice.live_on("2026-03-03")
    twice.load_leie("2026-03-02", LEIE + ROW)
    twice.run("screen", "run", OTHER_NPI)
    refused(twice, f"{OTHER_NPI} may be on the list leie")


def test_what_the_committee_denied_stays_by_itself(twice: Desk) -> None:
    twice.ok("committee", "schedule", "2026-03-02")
    meeting = ("--meeting", "2026-03-02", "--present", "Dr Ash", "Dr Birch", "Dr Cedar")
    twice.ok("committee", "decide", OTHER_NPI, "--decision", "denied", "--reason", "x", *meeting)
    refused(twice, f"{OTHER_NPI} was denied by the committee on 2026-03-02")


def test_a_former_name_goes_along(desk: Desk) -> None:
    desk.take_in(form(), form(npi=OTHER_NPI, last_name="Vale", former_names="Marsh", signed_on="2026-02-18"))
    desk.ok(*MERGE, "--yes")
    assert shown(desk)["former_names"] == ["Vale"]
    assert desk.run(*MERGE, "--yes").code == 2
    assert desk.run("provider", "merge", NPI, "--into", NPI, "--reason", "x", "--yes").code == 2


@pytest.mark.parametrize(
    ("check", "named"), [("license", "license CO"), ("medicare_opt_out", "medicare_opt_out"), ("npdb", "npdb")]
)
def test_a_finding_against_the_duplicate_is_looked_at_under_the_npi_that_stays(
    twice: Desk, check: str, named: str
) -> None:
    twice.live_on("2026-03-03")
    twice.ok("verify", "record", OTHER_NPI, check, "--result", "fail", "--source", "by telephone")
    refused(twice, f"{named} of {OTHER_NPI} ended in fail on 2026-03-03: verify it anew under {NPI} first")
    twice.live_on("2026-03-04")
    twice.ok("verify", "record", NPI, check, "--result", "fail", "--source", "by telephone")
    twice.ok(*MERGE, "--yes")
    if check == "license":
        assert twice.run("ready", NPI).code == 5


def test_a_source_that_was_not_asked_takes_no_finding_back(twice: Desk) -> None:
    twice.ok("verify", "record", OTHER_NPI, "license", "--result", "fail", "--source", "by telephone")
    twice.live_on("2026-03-03")
    twice.run("verify", "run", OTHER_NPI, "--check", "license", "--force")
    refused(twice, f"license CO of {OTHER_NPI} ended in fail")


def test_a_leave_that_is_not_over_moves(desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    leave = ("recredential", "extend", NPI, "--leave", "military", "--reason", "Orders")
    desk.ok(*leave, "--from", "2026-03-02", "--returns", "2029-09-01")
    desk.ok("provider", "withdraw", NPI, "--reason", "Wrong NPI")
    desk.take_in(form(npi=OTHER_NPI, signed_on="2026-03-01"), name="again.csv")
    ran = desk.ok("provider", "merge", NPI, "--into", OTHER_NPI, "--reason", "x", "--yes")
    assert "1 leaves" in ran.err
    assert any("military leave from 2026-03-02" in one for one in shown(desk, OTHER_NPI)["rounds"])
    assert "on military leave since 2026-03-02" in desk.run("ready", OTHER_NPI).out
    desk.ok("audit", "verify")


def test_an_alias_is_followed_through_a_second_merger(desk: Desk) -> None:
    third = next(npi for npi in unissued_npis() if npi not in {NPI, OTHER_NPI})
    desk.take_in(form(), form(npi=OTHER_NPI, signed_on="2026-02-10"), form(npi=third, signed_on="2026-02-01"))
    desk.ok("provider", "merge", third, "--into", OTHER_NPI, "--reason", "x", "--yes")
    desk.ok(*MERGE, "--yes")
    found = shown(desk, third)
    assert (found["npi"], found["aliases"]) == (NPI, [OTHER_NPI, third])
    refused = desk.run("status", third)
    assert (refused.code, f"{third} was merged into {NPI}" in refused.err) == (2, True)


def test_a_yes_of_the_older_form_is_brought_before_the_committee(desk: Desk) -> None:
    explained = {"disclosure_felony": "yes", "disclosure_felony_explanation": "Dismissed in 2009."}
    desk.take_in(form(), form(npi=OTHER_NPI, signed_on="2026-02-10", **explained))
    ran = desk.ok(*MERGE, "--yes")
    assert "1 events" in ran.err
    (event,) = desk.items("monitor", "event", NPI)
    assert (event["waits_on"], event["source"]) == (
        "committee",
        f"the application of {OTHER_NPI}, signed on 2026-02-10",
    )
    assert event["text"].endswith("answered yes where this one does not: felony (Dismissed in 2009.)")
    desk.ok("audit", "verify")


def test_a_yes_that_both_forms_gave_is_told_already(desk: Desk) -> None:
    yes = {"disclosure_felony": "yes", "disclosure_felony_explanation": "Dismissed in 2009."}
    desk.take_in(form(**yes), form(npi=OTHER_NPI, signed_on="2026-02-10", **yes))
    desk.ok(*MERGE, "--yes")
    assert desk.items("monitor", "event", NPI) == []
