"""Each month's screening, shown; and who was missed."""

from typing import Any

import pytest
from desk import LEIE, Desk, form
from factories import NPI, OTHER_NPI

from credkit.demo.servers import RegistryEntry

#: Screening alone, of all that is watched.
SCREENED = ("--check", "exclusions")
ROW = "MARSH,ANA,,,IND- LIC HC SERV PRO,SOCIAL WORKER,,0000000000,19850607,1 ELM ST,DENVER,CO,80201,1128a1,20190718,00000000,00000000,\r\n"


@pytest.fixture
def watched(desk: Desk) -> Desk:
    """Ana Marsh, approved on the second of March; Ben Alder, who never was."""
    desk.take_in(form(), form(npi=OTHER_NPI, first_name="Ben", last_name="Alder", email="ben@example.org"))
    desk.registry.records[OTHER_NPI] = RegistryEntry("Ben", "Alder")
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    return desk


def screen_all(desk: Desk, day: str, published: str | None = None, text: str = LEIE) -> str:
    """Load a list and screen everyone on a day; return the receipt's id."""
    desk.live_on(day)
    if published:
        desk.load_leie(published, text)
    assert desk.run("screen", "run", "--all").code in {0, 10}
    return str(desk.items("screen", "receipts")[0]["id"])


def proof(desk: Desk, month: str, npi: str = NPI) -> Any:
    return desk.item("monitor", "proof", npi, "--month", month, *SCREENED)


def test_a_screening_of_everyone_is_shown_by_its_receipt(watched: Desk) -> None:
    receipt = screen_all(watched, "2026-04-10", "2026-04-08")
    one = proof(watched, "2026-04")
    assert (one["state"], one["owed"], one["outcome"]) == ("screened", True, "clear")
    assert (one["screened_on"], one["published_on"], one["fresh"]) == ("2026-04-10", "2026-04-08", True)
    assert one["receipt_id"] == receipt
    assert len(one["sha256"]) == 64
    assert one["sha256"][:12] in one["list_version"]
    # It renewed the finding of March, which is the one that stands.
    (found,) = [one for one in watched.items("screen", "show", NPI) if one["latest"]]
    assert (found["found_on"], found["screened_on"]) == ("2026-03-02", "2026-04-10")


def test_the_last_one_in_the_month_counts_and_none_of_another(watched: Desk) -> None:
    first = screen_all(watched, "2026-04-10", "2026-04-08")
    last = screen_all(watched, "2026-04-20")
    screen_all(watched, "2026-05-05")
    one = proof(watched, "2026-04")
    assert (one["screened_on"], one["receipt_id"]) == ("2026-04-20", last)
    assert first != last
    assert proof(watched, "2026-05")["screened_on"] == "2026-05-05"


def test_a_check_of_one_is_shown_by_its_finding(watched: Desk) -> None:
    one = proof(watched, "2026-03")
    assert (one["state"], one["screened_on"], one["receipt_id"]) == ("screened", "2026-03-02", None)
    (made,) = [one for one in watched.items("verify", "show", NPI) if one["check"] == "exclusions"]
    assert one["verification_id"] == made["id"]


def test_who_was_not_approved_before_the_month_is_owed_nothing(watched: Desk) -> None:
    assert (proof(watched, "2026-03")["owed"], proof(watched, "2026-03")["why_not_owed"]) == (
        False,
        "not approved before 2026-03-01",
    )
    watched.live_on("2026-05-02")
    ben = proof(watched, "2026-04", OTHER_NPI)
    assert (ben["state"], ben["owed"], ben["outcome"], ben["advice"]) == ("not_owed", False, None, None)
    assert [one["npi"] for one in watched.items("monitor", "gaps", *SCREENED, "--month", "2026-04", code=10)] == [NPI]


def test_who_was_terminated_in_the_month_is_owed_nothing(watched: Desk) -> None:
    watched.live_on("2026-04-10")
    watched.ok("committee", "schedule", "2026-04-10")
    meeting = ("--meeting", "2026-04-10", "--present", "Dr Ash", "Dr Birch", "Dr Cedar")
    watched.ok("committee", "decide", NPI, "--decision", "terminated", "--reason", "left", *meeting)
    one = proof(watched, "2026-04")
    assert (one["state"], one["why_not_owed"]) == ("not_owed", "terminated on 2026-04-10")
    assert watched.items("monitor", "gaps", *SCREENED, "--month", "2026-04") == []


def test_a_gap_is_due_until_the_month_has_ended(watched: Desk) -> None:
    watched.live_on("2026-04-30")
    one = watched.item("monitor", "gaps", *SCREENED)
    assert (one["npi"], one["state"], one["due_by"], one["month"]) == (NPI, "due", "2026-04-30", "2026-04")
    assert "credkit screen run --all --list leie` by 2026-04-30" in one["advice"]
    watched.live_on("2026-05-01")
    missed = watched.item("monitor", "gaps", *SCREENED, "--month", "2026-04", code=10)
    assert (missed["state"], f"credkit screen run {NPI} --list leie" in missed["advice"]) == ("missed", True)
    watched.item("monitor", "gaps", *SCREENED, "--month", "2026-04", "--exit-zero")
    # What is done in May does not mend April.
    screen_all(watched, "2026-05-02", "2026-05-01")
    watched.item("monitor", "gaps", *SCREENED, "--month", "2026-04", code=10)
    assert watched.items("monitor", "gaps", *SCREENED) == []


def test_a_list_that_was_too_old_screened_nobody(watched: Desk) -> None:
    watched.live_on("2026-04-20")
    assert watched.run("screen", "run", "--all").code == 4
    assert watched.item("monitor", "gaps", *SCREENED)["state"] == "due"
    (receipt,) = watched.items("screen", "receipts", "--month", "2026-04")
    assert (receipt["people"], receipt["counts"]) == (2, {"not_screened": 2})
    assert "published 50 days ago" in receipt["problem"]


def test_a_name_that_changed_later_takes_nothing_from_the_month(watched: Desk) -> None:
    screen_all(watched, "2026-04-10", "2026-04-08")
    watched.live_on("2026-04-20")
    watched.ok("provider", "edit", NPI, "--set", "last_name=Vale", "--reason", "married")
    assert proof(watched, "2026-04")["screened_on"] == "2026-04-10"
    screen_all(watched, "2026-05-02", "2026-05-01")
    assert proof(watched, "2026-04")["screened_on"] == "2026-04-10"
    assert [one["names_tried"] for one in watched.items("screen", "show", NPI)] == [
        ["Ana Vale", "Marsh"],
        ["Ana Marsh"],
    ]


def test_what_was_found_is_told_as_it_stood_at_the_month_s_end(watched: Desk) -> None:
    screen_all(watched, "2026-04-10", "2026-04-08", LEIE + ROW)
    watched.live_on("2026-05-03")
    short = watched.item("screen", "review")["short"]
    watched.ok("screen", "resolve", short, "no-match", "--reason", "other license")
    assert proof(watched, "2026-04")["outcome"] == "possible"
    one = proof(watched, "2026-05")
    assert (one["outcome"], one["screened_on"]) == ("clear", "2026-05-03")
    assert one["receipt_id"] == watched.items("screen", "receipts")[0]["id"]


def test_receipts_say_against_what(watched: Desk) -> None:
    screen_all(watched, "2026-04-10", "2026-04-08")
    (one,) = watched.items("screen", "receipts", "--month", "2026-04", "--list", "leie")
    assert (one["scope"], one["people"], one["names"], one["with_date_of_birth"], one["with_npi"]) == (
        "everyone",
        2,
        2,
        2,
        2,
    )
    assert (one["rows"], one["published_on"], one["acquired_on"]) == (3, "2026-04-08", "2026-04-10")
    assert watched.items("screen", "receipts", "--month", "2026-03") == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--month", "2026-13"), "'2026-13' is not a month."),
        (("--month", "november"), "is not a month."),
        (("--month", "2026-04"), "2026-04 has not begun."),
        (("1000000020",), "There is no provider 1000000020"),
    ],
)
def test_what_is_no_month(watched: Desk, words: tuple[str, ...], says: str) -> None:
    for command in ("proof", "gaps"):
        ran = watched.run("monitor", command, *words)
        assert (ran.code, says in ran.err) == (2, True), ran.err


@pytest.mark.parametrize(("check", "what"), [("exclusions", "exclusions leie"), ("license", "license CO")])
def test_proof_agrees_with_the_requirement_on_what_is_overdue(watched: Desk, check: str, what: str) -> None:
    """One rule says what was made: whoever has a gap of an ended month is overdue, and the other way round."""
    screen_all(watched, "2026-04-10", "2026-04-08")
    seen = []
    for day, month in (("2026-05-01", "2026-04"), ("2026-06-01", "2026-05"), ("2026-07-01", "2026-06")):
        watched.live_on(day)
        if day == "2026-06-01":
            watched.ok("verify", "record", NPI, "license", "--result", "pass", "--source", "the board")
        missed = bool(watched.items("monitor", "gaps", "--check", check, "--month", month, "--exit-zero"))
        actions = watched.status()["actions"]
        overdue = any(f"{what}: the monthly check is overdue" in action["what"] for action in actions)
        # What is done in June does not mend May, and nothing is overdue any more.
        assert missed == overdue or (check, day) == ("license", "2026-06-01"), (day, actions)
        seen.append(missed)
    assert seen == ([False, True, True] if check == "exclusions" else [True, True, False])
