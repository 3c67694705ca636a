"""The day's list: what comes first, whose it is, and what to type."""

import shlex

from desk import Desk, form
from factories import NPI, OTHER_NPI


def approved(desk: Desk) -> None:
    """Bring Ana Marsh to seeing clients."""
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    desk.ok("committee", "letters", "--out", desk.folder / "letters")
    desk.ok("committee", "letters", "--mark-sent", NPI)
    desk.enroll(effective="2026-03-02")


def test_danger_comes_first_then_dates_then_who_is_waited_for(desk: Desk) -> None:
    approved(desk)
    desk.take_in(form(npi=OTHER_NPI, first_name="Ben", last_name="Quill", caqh_id="10000002", signed_on="", signed_name=""), name="other.csv")  # fmt: skip
    desk.live_on("2026-09-02")
    found = desk.items("today")
    ranks = [item["rank"] for item in found]
    order = ["danger", "date", "us", "provider", "payer", "committee"]
    assert ranks == sorted(ranks, key=order.index)
    first = found[0]
    assert (first["npi"], first["what"], first["stops"]) == (NPI, "malpractice is expired", ["CO"])
    overdue = [item for item in found if "monthly check is overdue" in item["what"]]
    assert {(item["rank"], item["npi"]) for item in overdue} == {("date", NPI)}
    assert {item["due_on"] for item in overdue} == {"2026-05-01"}
    assert {"provider"} <= {item["rank"] for item in found if item["npi"] == OTHER_NPI}
    for item in found:
        assert item["command"].startswith("credkit "), item
        assert item["what"], item
    assert len({(item["npi"], item["what"]) for item in found}) == len(found), "each thing once"
    assert desk.run("today", "--fail-on", "overdue").code == 10


def test_owners_are_assigned_and_each_has_a_day(desk: Desk) -> None:
    approved(desk)
    desk.take_in(form(npi=OTHER_NPI, first_name="Ben", last_name="Quill", caqh_id="10000002"), name="other.csv")
    path = desk.folder / "hers.csv"
    path.write_text(f"npi\n{OTHER_NPI}\n", encoding="utf-8")
    desk.ok("provider", "assign", "--owner", "maria", "--from", path)
    desk.ok("provider", "assign", "--owner", "lee", NPI)
    desk.live_on("2026-09-02")
    assert {item["npi"] for item in desk.items("today", "--owner", "Maria")} == {OTHER_NPI}
    ran = desk.run("today", "--json").json()
    assert set(ran["counts"]) == {"maria", "lee"}
    assert sum(ran["counts"].values()) == len(ran["items"])
    path.write_text(f"npi\n{OTHER_NPI}\n1234567893\n", encoding="utf-8")
    ran = desk.run("provider", "assign", "--owner", "kim", "--from", path)
    assert (ran.code, "row 3: '1234567893' is nobody here" in ran.err) == (3, True)
    assert len(desk.items("today", "--limit", "2")) == 2


def test_what_is_owed_by_the_committee_stands_in_it(desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    letter = next(item for item in desk.items("today") if "letter" in item["what"])
    assert (letter["due_on"], letter["rank"]) == ("2026-04-01", "date")
    desk.ok("committee", "letters", "--out", desk.folder / "letters")
    desk.ok("committee", "letters", "--mark-sent", NPI)
    assert not any("letter" in item["what"] for item in desk.items("today"))


def test_notes_are_kept_and_shown(desk: Desk) -> None:
    desk.take_in(form())
    desk.ok("provider", "note", NPI, "Called about the new certificate.")
    (note,) = desk.items("provider", "note", NPI)
    assert (note["text"], note["actor"]) == ("Called about the new certificate.", "kim")
    desk.ok("audit", "verify")


def test_what_failed_is_said_also_where_the_policy_does_not_ask_for_it(desk: Desk) -> None:
    approved(desk)
    desk.ok("verify", "record", NPI, "npdb", "--result", "fail", "--source", "a query")
    (line,) = [line for line in desk.items("today") if "npdb" in line["what"]]
    assert (line["who"], line["command"]) == ("staff", f"credkit verify show {NPI}")
    assert any("npdb failed" in one["what"] for one in desk.status()["actions"])


def test_what_a_person_looks_up_is_not_said_to_be_run(desk: Desk) -> None:
    approved(desk)
    desk.live_on("2026-05-02")
    overdue = {line["what"].partition(":")[0]: line["command"] for line in desk.items("today") if "overdue" in line["what"]}  # fmt: skip
    record = f"credkit verify record {NPI} license --subject CO --result ... --source ..."
    assert overdue == {"exclusions leie": f"credkit verify run {NPI}", "license CO": record}


def test_what_was_verified_too_long_ago_has_its_own_command(desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.live_on("2026-08-20")
    again = {line["what"].partition(" again:")[0]: line["command"] for line in desk.items("today") if " again:" in line["what"]}  # fmt: skip
    assert again["verify exclusions leie"] == f"credkit verify run {NPI}"
    assert again["verify license CO"].startswith(f"credkit verify record {NPI} license --subject CO")


def test_what_to_type_when_a_renewal_has_come_and_then_to_verify_it(desk: Desk) -> None:
    approved(desk)
    desk.live_on("2027-05-01")
    lines = {line["what"]: line for line in desk.items("today") if line["rank"] == "danger"}
    assert lines["malpractice is expired"]["command"] == f"credkit document add {NPI} FILE --kind coi"
    renewed = lines["license CO is expired"]["command"]
    assert renewed.endswith(" --set license_1_expires_on=DATE --reason renewed")
    desk.ok(*shlex.split(renewed.replace("DATE", "2029-03-31"))[1:])
    (line,) = [line for line in desk.items("today") if line["what"] == "license CO is expired"]
    assert line["command"].startswith(f"credkit verify record {NPI} license --subject CO")
    assert {"who": "staff", "what": "verify the renewal of license CO", "due_on": line["due_on"]} in desk.status()[
        "actions"
    ]
    words = desk.ok("explain", NPI).out
    assert "Verify the renewal." in words
    assert "renew license CO" not in words
