"""Ways to a wrong yes that were thought of: each ends in a no, a question, or a refusal."""

import pytest
from desk import LEIE, Desk, form
from factories import NPI

ANA_EXCLUDED = (
    f"MARSH,ANA,,,IND- LIC HC SERV PRO,NURSE/NURSES AIDE,,{NPI},19850607,1 TEST ST,SAMPLETON,CO,80000,"
    "1128b4,20260219,00000000,00000000,\r\n"
)
DECIDE = ("committee", "decide", NPI, "--decision")


def verified(desk: Desk, **changes: str) -> None:
    desk.take_in(form(**changes))
    desk.load_leie()
    desk.verify_all()


def active(desk: Desk, **changes: str) -> None:
    verified(desk, **changes)
    desk.approve()
    desk.enroll(effective="2026-03-02")
    assert desk.status()["stage"] == "active"


def states(desk: Desk) -> dict[str, str]:
    return {f"{one['check']} {one['subject']}".rstrip(): one["state"] for one in desk.status()["requirements"]}


def test_a_list_loaded_since_is_screened_against_before_anybody_is_approved(desk: Desk) -> None:
    verified(desk)
    desk.load_leie("2026-03-02", LEIE + ANA_EXCLUDED)
    assert states(desk)["exclusions leie"] == "stale"
    assert desk.run(*DECIDE, "approved", "--by", "medical_director").code == 5
    assert desk.run("verify", "run", NPI).code == 10
    assert states(desk)["exclusions leie"] == "failed"


def test_a_list_loaded_since_is_due_at_once_for_who_sees_clients(desk: Desk) -> None:
    active(desk)
    desk.load_leie("2026-03-02", LEIE + ANA_EXCLUDED)
    assert [one["why"] for one in desk.items("verify", "due", NPI)] == ["another version of the list was loaded"]
    assert desk.run("verify", "run", "--all").code == 10
    assert desk.status()["stage"] == "suspended"


def test_an_older_list_replaces_no_newer_one(desk: Desk) -> None:
    desk.load_leie("2026-03-01", LEIE + ANA_EXCLUDED)
    path = desk.folder / "old.csv"
    path.write_text(LEIE, encoding="utf-8", newline="")
    for published in ("2026-02-01", "2026-02-28"):
        ran = desk.run("lists", "load", "leie", path, "--published", published)
        assert (ran.code, "before the leie in force" in ran.err) == (5, True)
    again = desk.run("lists", "load", "leie", desk.folder / "UPDATED-2026-03-01.csv", "--published", "2026-03-02")
    assert (again.code, "the very file" in again.err) == (5, True)


def test_a_stricter_policy_closes_the_gate(desk: Desk) -> None:
    verified(desk)
    ours = desk.folder / "ours.toml"
    text = desk.ok("policy", "show").out.replace("per_claim = 1_000_000 ", "per_claim = 2_000_000 ", 1)
    text = text.replace("effective_from = 2025-07-01", "effective_from = 2026-03-01")
    ours.write_text(text, encoding="utf-8")
    desk.ok("policy", "adopt", ours)
    refused = desk.run(*DECIDE, "approved", "--by", "medical_director")
    assert (refused.code, "malpractice: failed - By the policy in force: " in refused.err) == (5, True)
    assert desk.run("verify", "run", NPI).code == 10


def test_a_license_of_another_profession_is_none(desk: Desk) -> None:
    nurse = {
        "license_2_state": "CO",
        "license_2_number": "RN9",
        "license_2_type": "RN",
        "license_2_expires_on": "2030-03-05",
    }
    desk.take_in(form(license_1_expires_on="2026-03-10", **nurse))
    desk.load_leie()
    desk.run("verify", "run", NPI)
    desk.ok("verify", "accept", NPI, "npi", "--reason", "NPPES does not list the nurse's license")
    desk.look_up_by_hand()
    desk.ok("committee", "schedule", "2026-03-02")
    meeting = ("--meeting", "2026-03-02", "--present", "Dr Ash", "Dr Birch", "Dr Cedar")
    desk.ok(*DECIDE, "approved", *meeting)
    desk.enroll(effective="2026-03-02")
    assert desk.status(NPI, "--on", "2026-03-10")["stage"] == "active"
    item = desk.status(NPI, "--on", "2026-03-11")
    assert item["stage"] == "suspended"
    assert any("license CO" in reason for reason in item["reasons"])


def test_nobody_of_another_name_takes_a_file_over(desk: Desk) -> None:
    active(desk, former_names="Ana Delgado")
    anew = form(signed_on="2026-03-01", first_name="Bob", former_names="Ana Delgado", date_of_birth="")
    for changes in ({}, {"last_name": "Zed"}):
        ran = desk.run("intake", "import", desk.form_file(anew | changes, name="bob.csv"), "--json")
        assert (ran.code, ran.json()["counts"]["conflict"]) == (3, 1)
    assert desk.status()["name"] == "Ana Marsh"


def test_a_first_name_given_up_is_screened_on(desk: Desk) -> None:
    desk.take_in(form())
    desk.take_in(form(signed_on="2026-03-01", first_name="Roberta"), name="anew.csv")
    assert desk.item("provider", "show", NPI)["former_names"] == ["Ana Marsh"]
    desk.load_leie("2026-03-01", LEIE + ANA_EXCLUDED.replace(NPI, "0000000000"))
    desk.run("verify", "run", NPI, "--check", "exclusions")
    assert states(desk)["exclusions leie"] in {"review", "failed"}


def test_less_cover_ends_it(desk: Desk) -> None:
    active(desk)
    less = ["malpractice_policy_number=MP-1", "malpractice_per_claim=1000", "malpractice_aggregate=3000"]
    desk.ok("provider", "edit", NPI, "--reason", "typed", *[part for fact in less for part in ("--set", fact)])
    assert desk.status()["stage"] == "suspended"


def test_a_renewal_that_comes_early_suspends_nobody(desk: Desk) -> None:
    active(desk)
    renewal = {
        "malpractice_effective_on": "2026-09-01",
        "malpractice_expires_on": "2027-09-01",
        "signed_on": "2026-03-01",
    }
    desk.take_in(form(**renewal), name="anew.csv")
    desk.run("verify", "run", NPI)
    assert desk.status()["stage"] == "active"
    found = desk.status(NPI, "--on", "2026-09-01")
    assert any("malpractice: Held through 2026-08-31" in reason for reason in found["reasons"])


def test_cover_that_begins_later_passes_no_applicant(desk: Desk) -> None:
    desk.take_in(form(malpractice_effective_on="2026-09-01", malpractice_expires_on="2027-09-01"))
    desk.load_leie()
    assert desk.run("verify", "run", NPI).code == 10
    assert states(desk)["malpractice"] == "failed"


def test_one_payer_that_does_not_count_is_no_yes(desk: Desk) -> None:
    verified(desk)
    desk.approve()
    desk.enroll("Humana", effective="2026-03-02")
    assert desk.run("ready", NPI, "--payer", "Humana").code == 5
    desk.enroll(effective="2026-03-02")
    assert desk.run("ready", NPI, "--payer", "Humana").code == 0


def test_what_the_committee_put_off_is_no_clean_file(desk: Desk) -> None:
    verified(desk)
    desk.ok("committee", "schedule", "2026-03-02")
    meeting = ("--meeting", "2026-03-02", "--present", "Dr Ash", "Dr Birch", "Dr Cedar")
    desk.ok(*DECIDE, "deferred", "--reason", "a reference is awaited", "--revisit", "2026-04-01", *meeting)
    (line,) = desk.items("committee", "agenda")
    assert (line["track"], line["reasons"]) == ("exception", ["deferred on 2026-03-02: a reference is awaited"])
    assert desk.run(*DECIDE, "approved", "--by", "medical_director").code == 5
    desk.ok(*DECIDE, "approved", *meeting)


@pytest.mark.parametrize("broken", ["lists = []", 'excluded_payers = [""]'])
def test_a_policy_that_turns_a_safeguard_off_is_none(desk: Desk, broken: str) -> None:
    name = broken.partition(" =")[0]
    lines = [broken if line.startswith(f"{name} =") else line for line in desk.ok("policy", "show").out.splitlines()]
    ours = desk.folder / "ours.toml"
    ours.write_text("\n".join(lines), encoding="utf-8")
    assert desk.run("policy", "check", ours).code == 2
