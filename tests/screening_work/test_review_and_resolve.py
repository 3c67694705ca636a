"""The loop of each month: fetch, screen, review, resolve; what was ruled is remembered as long as both sides stay."""

import csv
from pathlib import Path
from typing import Any

import pytest
from desk import LEIE, Desk, form
from factories import NPI, OTHER_NPI

from credkit.demo.servers import RegistryEntry

COLUMNS = next(csv.reader([LEIE.splitlines()[0]]))
RUN = ("screen", "run", "--all")


def row(**changes: str) -> str:
    """Return the row of an Ana Marsh of the same date of birth, without an NPI: possible, and no more."""
    facts = {
        "LASTNAME": "MARSH",
        "FIRSTNAME": "ANA",
        "GENERAL": "IND- LIC HC SERV PRO",
        "SPECIALTY": "SOCIAL WORKER",
        "NPI": "0000000000",
        "DOB": "19850607",
        "CITY": "DENVER",
        "STATE": "CO",
        "ZIP": "80201",
        "EXCLTYPE": "1128a1",
        "EXCLDATE": "20190718",
        "REINDATE": "00000000",
        "WAIVERDATE": "00000000",
    } | changes
    return ",".join(facts.get(column, "") for column in COLUMNS) + "\r\n"


#: Somebody whom nobody here resembles.
OTHER = row(LASTNAME="OTHERTON", FIRSTNAME="SAM", DOB="19500505")


def load(desk: Desk, published: str, *rows: str) -> None:
    desk.load_leie(published, LEIE + "".join(rows))


@pytest.fixture
def found(desk: Desk) -> Desk:
    """Ana Marsh screened, and possibly on the list."""
    desk.take_in(form(city="Denver", state="CO", former_names="Ana Vale"))
    load(desk, "2026-03-01", row())
    assert desk.run(*RUN).code == 10
    return desk


def hit(desk: Desk, *options: str) -> Any:
    return desk.item("screen", "review", *options)


def resolve(desk: Desk, ruling: str, *options: str | Path, actor: str = "kim", code: int = 0) -> Any:
    words = ("screen", "resolve", hit(desk)["short"], ruling, "--reason", "other license", "--actor", actor, *options)
    return desk.item(*words, code=code)


def outcome(desk: Desk) -> str:
    (one,) = [one for one in desk.items("screen", "show", NPI) if one["latest"]]
    return str(one["outcome"])


def requirement(desk: Desk) -> Any:
    return next(one for one in desk.status()["requirements"] if one["check"] == "exclusions")


# --- the queue ------------------------------------------------------------------------------------------------------


def test_both_records_stand_side_by_side(found: Desk) -> None:
    one = hit(found)
    assert one["id"].startswith(one["short"])
    assert len(one["short"]) == 6
    assert (one["npi"], one["list"], one["verdict"], one["found_on"]) == (NPI, "leie", "possible", "2026-03-02")
    assert one["provider"] == {
        "npi": NPI,
        "name": "Ana Marsh",
        "former_names": ["Ana Vale"],
        "city": "Denver",
        "state": "CO",
        "licenses": [{"state": "CO", "number": "0012345"}],
    }
    theirs = one["row"]
    assert (theirs["name"], theirs["npi"], theirs["city"], theirs["row_number"]) == ("ANA MARSH", None, "DENVER", 4)
    assert (theirs["exclusion_type"], theirs["excluded_on"], theirs["reinstated_on"]) == ("1128a1", "2019-07-18", None)
    assert one["date_of_birth"] == "agrees"
    assert (one["asked"], one["undetermined"]) == (None, None)


@pytest.mark.parametrize("format_", ["table", "plain", "json", "ndjson", "csv"])
def test_no_date_of_birth_is_ever_shown(found: Desk, format_: str) -> None:
    for words in (("screen", "review"), ("screen", "show", NPI), ("screen", "receipts"), ("monitor", "proof")):
        shown = found.ok(*words, "--format", format_).said
        assert "1985-06" not in shown
        assert "19850607" not in shown


def test_the_table_fits_a_narrow_terminal_and_plain_is_a_line_a_hit(
    found: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    table = found.ok("screen", "review", "--format", "table").out
    assert max(map(len, table.splitlines())) <= 80
    assert "date of birth" in table
    (line,) = found.ok("screen", "review").out.splitlines()
    assert line.split("\t")[:3] == [hit(found)["short"], "leie", "possible"]
    assert "Ana Marsh; formerly Ana Vale; NPI 1000000004" in line


def test_the_strongest_of_a_day_stands_first(desk: Desk) -> None:
    desk.take_in(form(), form(npi=OTHER_NPI, first_name="Ben", last_name="Alder", date_of_birth="1971-02-03"))
    load(desk, "2026-03-01", row(), row(LASTNAME="ALDER", FIRSTNAME="BEN", DOB="19600101", NPI=OTHER_NPI))
    assert desk.run(*RUN).code == 10
    assert [(one["npi"], one["verdict"]) for one in desk.items("screen", "review")] == [
        (OTHER_NPI, "match"),
        (NPI, "possible"),
    ]
    assert [one["npi"] for one in desk.items("screen", "review", NPI)] == [NPI]
    desk.live_on("2026-03-09")
    load(
        desk,
        "2026-03-08",
        row(),
        row(CITY="PUEBLO"),
        row(LASTNAME="ALDER", FIRSTNAME="BEN", DOB="19600101", NPI=OTHER_NPI),
    )
    assert desk.run(*RUN).code == 10
    assert [one["found_on"] for one in desk.items("screen", "review")] == ["2026-03-09", "2026-03-02", "2026-03-02"]


def test_a_list_that_is_not_there_is_a_mistake(found: Desk) -> None:
    ran = found.run("screen", "review", "--list", "liee")
    assert (ran.code, "Did you mean leie?" in ran.err) == (2, True)
    assert found.run("screen", "review", OTHER_NPI).code == 2


def test_two_rows_that_say_the_same_are_one_hit(desk: Desk) -> None:
    desk.take_in(form())
    load(desk, "2026-03-01", row(), row())
    desk.run("verify", "run", NPI)
    assert len(desk.items("screen", "review")) == 1
    assert desk.run(*RUN).code == 10
    assert len(desk.items("screen", "review")) == 1


# --- rulings --------------------------------------------------------------------------------------------------------


def test_another_person_is_clear_and_says_by_whose_word(found: Desk) -> None:
    ruled = resolve(found, "no-match")
    assert (ruled["counts"], ruled["finding"], ruled["actor"]) == (True, "pass", "kim")
    assert "ruled to be another person by kim on 2026-03-02" in ruled["summary"]
    assert found.items("screen", "review") == []
    assert outcome(found) == "clear"


def test_a_match_ends_readiness_at_once_and_says_who_must_be_told(desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    desk.enroll(effective="2026-03-02")
    assert desk.status()["stage"] == "active"
    load(desk, "2026-03-02", row())
    assert desk.run(*RUN).code == 10
    assert desk.status()["stage"] == "active"  # nobody is suspended on a name alone
    ruled = resolve(desk, "match")
    assert ruled["finding"] == "fail"
    assert "tell the medical director and the compliance officer" in ruled["advice"]
    assert "within 60 days" in ruled["advice"]
    status = desk.status()
    assert status["stage"] == "suspended"
    assert [one["reasons"] for one in desk.items("ready", NPI, code=5)] != [[]]
    assert any("exclusions leie" in action["what"] for action in status["actions"])
    assert desk.items("screen", "review") == []


def test_undetermined_stays_in_the_queue_and_says_so(found: Desk) -> None:
    assert resolve(found, "undetermined")["finding"] == "review"
    one = hit(found)
    assert (one["undetermined"]["ruling"], one["undetermined"]["actor"]) == ("undetermined", "kim")
    assert "could not be told apart by kim on 2026-03-02" in one["reasons"]
    assert found.items("screen", "review", "--new") == []
    assert requirement(found)["state"] == "review"


def test_a_later_ruling_takes_the_place_of_an_earlier_one(found: Desk) -> None:
    short = hit(found)["short"]
    rule = ("screen", "resolve", short)
    found.ok(*rule, "no-match", "--reason", "other license")
    assert found.item(*rule, "match", "--reason", "the board says so")["finding"] == "fail"
    assert outcome(found) == "match"
    found.ok(*rule, "undetermined", "--reason", "the board took it back")
    assert outcome(found) == "possible"
    last = found.items("screen", "show", NPI)[0]["hits"][0]["rulings"]
    assert [(one["ruling"], one["counts"]) for one in last] == [
        ("no-match", False),
        ("match", False),
        ("undetermined", True),
    ]


def test_npi_and_name_agree_and_a_person_may_still_say_no(desk: Desk) -> None:
    desk.take_in(form())
    load(desk, "2026-03-01", row(NPI=NPI))
    assert desk.run(*RUN).code == 10
    assert (hit(desk)["verdict"], outcome(desk)) == ("match", "match")
    assert resolve(desk, "no-match")["finding"] == "pass"


def test_the_paper_is_kept(found: Desk) -> None:
    paper = found.folder / "letter.txt"
    paper.write_text("The board's letter.", encoding="utf-8")
    ruled = resolve(found, "no-match", "--document", paper)
    (kept,) = found.folder.rglob(ruled["document"])
    assert kept.read_text(encoding="utf-8") == "The board's letter."
    assert found.ok("audit", "verify").code == 0


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("ffffff", "no-match", "--reason", "x"), 2, "no hit that begins"),
        (("", "no-match", "--reason", "x"), 2, "too short"),
        (("ID", "no-match", "--reason", "  "), 2, "blank"),
        (("ID", "nomatch", "--reason", "x"), 2, "Did you mean no-match?"),
        (("ID", "no-match", "--reason", "x", "--document", "nowhere.pdf"), 3, "cannot be read"),
        (("ID", "no-match", "--reason", "x", "--policy", "own.toml"), 2, "--policy has no place here"),
    ],
)
def test_what_is_no_ruling_changes_nothing(found: Desk, words: tuple[str, ...], code: int, says: str) -> None:
    short = hit(found)["short"]
    before = found.items("audit", "log")
    ran = found.run("screen", "resolve", *(short if word == "ID" else word for word in words))
    assert (ran.code, says in ran.err) == (code, True), ran.err
    assert found.items("audit", "log") == before


def test_a_review_of_a_screening_is_not_accepted_away(found: Desk) -> None:
    ran = found.run("verify", "accept", NPI, "exclusions", "--reason", "x")
    assert (ran.code, "credkit screen resolve" in ran.err) == (5, True)


# --- what is remembered ---------------------------------------------------------------------------------------------


def test_next_month_the_same_row_is_not_raised_again(found: Desk) -> None:
    resolve(found, "no-match")
    found.live_on("2026-04-02")
    # The row stands elsewhere in the file now, and says the same.
    load(found, "2026-04-01", OTHER, row())
    ran = found.ok(*RUN, "--json")
    assert [one["outcome"] for one in ran.json()["items"]] == ["clear"]
    assert found.items("screen", "review") == []
    found.ok("screen", "run", NPI)
    assert outcome(found) == "clear"


def test_it_comes_back_when_the_row_changes(found: Desk) -> None:
    old = hit(found)["short"]
    resolve(found, "no-match")
    found.live_on("2026-04-02")
    load(found, "2026-04-01", row(CITY="PUEBLO"))
    assert found.run(*RUN).code == 10
    again = hit(found)
    assert (again["short"] != old, again["row"]["city"]) == (True, "PUEBLO")
    ran = found.run("screen", "resolve", old, "match", "--reason", "x")
    assert (ran.code, "does not stand in the leie list that is in force" in ran.err) == (5, True)


def test_it_comes_back_when_the_person_changes(found: Desk) -> None:
    old = hit(found)["short"]
    resolve(found, "no-match")
    found.ok("provider", "edit", NPI, "--set", "middle_name=Rose", "--reason", "the passport says so")
    assert found.items("screen", "review") == []  # nobody has screened the new name yet
    assert found.run(*RUN, "--since", "last").code == 10
    assert hit(found)["short"] != old
    ran = found.run("screen", "resolve", old, "no-match", "--reason", "x")
    assert (ran.code, "has changed since this hit was found" in ran.err) == (5, True)


def test_a_row_that_left_the_list_is_no_work_any_more(found: Desk) -> None:
    found.live_on("2026-04-02")
    load(found, "2026-04-01", OTHER)
    assert found.items("screen", "review") == []
    found.ok(*RUN)
    assert outcome(found) == "clear"


def test_a_match_is_a_match_also_on_a_list_too_old_to_clear_anybody(found: Desk) -> None:
    found.live_on("2026-05-20")
    short = hit(found)["short"]
    ran = found.run("screen", "resolve", short, "no-match", "--reason", "x", "--json")
    assert (ran.code, ran.json()["items"][0]["finding"]) == (4, None)
    assert "was not screened again against leie: the list was published 80 days ago" in ran.err
    assert outcome(found) == "possible"
    assert found.item("screen", "resolve", short, "match", "--reason", "x")["finding"] == "fail"
    assert outcome(found) == "match"


# --- the committee --------------------------------------------------------------------------------------------------


def test_a_file_whose_hit_was_ruled_away_stays_an_exception(desk: Desk) -> None:
    desk.take_in(form())
    load(desk, "2026-03-01", row())
    desk.run("verify", "run", NPI)
    desk.look_up_by_hand(NPI)
    resolve(desk, "no-match")
    for _again in range(2):
        item = desk.status()
        assert (item["stage"], item["track"]) == ("committee", "exception")
        assert item["reasons"] == ["exception: exclusions leie: review accepted"]
        desk.ok("screen", "run", NPI)  # a new finding, which rests on the same ruling
    ran = desk.run("committee", "decide", NPI, "--decision", "approved", "--by", "medical_director")
    assert ran.code == 5
    desk.live_on("2026-03-09")
    load(desk, "2026-03-08", OTHER)
    desk.ok("screen", "run", NPI)
    assert desk.status()["track"] == "clean"  # the row has left the list, and nothing rests on the ruling


def test_a_list_that_no_policy_names_can_be_screened_by_too(desk: Desk) -> None:
    desk.take_in(form())
    path = desk.folder / "state.csv"
    path.write_text("Last Name,First Name,Birth Date\nMarsh,Ana,1985-06-07\n", encoding="utf-8")
    columns = desk.folder / "state.toml"
    columns.write_text(
        '[columns]\nlast_name = "Last Name"\nfirst_name = "First Name"\ndate_of_birth = "Birth Date"\n',
        encoding="utf-8",
    )
    desk.ok("lists", "load", "state", path, "--map", columns, "--published", "2026-03-01")
    assert desk.run(*RUN, "--list", "state").code == 10
    assert resolve(desk, "no-match")["finding"] == "pass"
    desk.registry.records[NPI] = RegistryEntry("Ana", "Marsh")
    assert {one["list"] for one in desk.items("screen", "show", NPI)} == {"leie", "state"}
