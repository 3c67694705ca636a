"""`screen run --file`: people who are not in the store, each with one line, whatever the file is like."""

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest import Put, Ran
from desk import LEIE, Desk
from factories import NPI

from credkit.commands.items.screening import ScreenedPersonItem

HEADER = (
    "id,last_name,first_name,middle_name,suffix,former_names,date_of_birth,npi,license_number,license_state,state,zip"
)
SAMPLE = "1,Exampleton,Sample,,,,1960-02-29,,,,CO,80000"
NOBODY = "2,Quillonby,Vesper,,,,1985-06-07,,,,WY,"
#: An excluded person with an NPI.
NUMBERED = (
    f"VALE,PEGGY,,,IND- LIC HC SERV PRO,COUNSELOR,,{NPI},19720214,1 TEST ST,SAMPLETON,CO,80000,1128a1,20240320,"
    "00000000,00000000,\r\n"
)


def people(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows]) + "\n"


def screened(desk: Desk, path: Path | str, *options: str | Path) -> tuple[Ran, list[Any]]:
    """Run it to a file of lines, and hold every line against the published item."""
    out = desk.folder / "hits.ndjson"
    ran = desk.run("screen", "run", "--file", path, "--out", out, *options)
    lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()] if out.exists() else []
    for line in lines:
        ScreenedPersonItem.model_validate(line)
    return ran, lines


@pytest.fixture
def loaded(desk: Desk) -> Desk:
    desk.load_leie(text=LEIE + NUMBERED)
    return desk


def results(lines: Sequence[Any]) -> dict[str, str]:
    return {line["id"]: line["result"] for line in lines}


def test_every_person_has_one_line_in_the_order_of_the_file(loaded: Desk, put: Put) -> None:
    rows = [SAMPLE, NOBODY, SAMPLE.replace("1,", "3,", 1), "4,Vale,Peggy,,,,1972-02-14,1000000004,,,CO,"]
    ran, lines = screened(loaded, put(people(*rows)))
    assert ran.code == 10
    assert ran.out == ""
    assert [(line["id"], line["result"]) for line in lines] == [
        ("1", "possible"),
        ("2", "clear"),
        ("3", "possible"),
        ("4", "match"),
    ]
    (one, *_) = lines[0]["candidates"]
    assert (one["list"], one["row"], one["row_number"]) == ("leie", 0, 2)
    assert "same date of birth" in one["reasons"]
    assert lines[0]["lists"] == {"leie": "possible"}
    assert "4 people against" in ran.err
    assert "1960" not in ran.err + json.dumps([line["reasons"] for line in lines])


def test_nothing_to_work_ends_0(loaded: Desk, put: Put) -> None:
    ran, lines = screened(loaded, put(people(NOBODY)))
    assert (ran.code, results(lines)) == (0, {"2": "clear"})


def test_exit_zero_is_for_what_was_found_and_not_for_what_was_not_screened(desk: Desk, put: Put) -> None:
    path = put(people(SAMPLE))
    assert screened(desk, path, "--exit-zero")[0].code == 4
    desk.load_leie()
    assert screened(desk, path)[0].code == 10
    assert screened(desk, path, "--exit-zero")[0].code == 0


@pytest.mark.parametrize("published", [None, "2026-01-20"])
def test_no_list_and_an_old_one_screen_nobody(desk: Desk, put: Put, published: str | None) -> None:
    if published:
        desk.load_leie(published)
    ran, lines = screened(desk, put(people(SAMPLE, NOBODY)))
    assert ran.code == 4
    assert results(lines) == {"1": "not_screened", "2": "not_screened"}
    assert "obody was screened against leie" in ran.err
    assert "nobody was screened against leie" in lines[0]["reasons"][0]


def test_a_list_that_is_not_there_ends_4_also_where_nobody_is(desk: Desk) -> None:
    ran = desk.run("screen", "run", "--all")
    assert ran.code == 4
    assert "obody was screened against leie: the list is not loaded" in ran.err


def test_one_list_of_two_that_is_not_there_leaves_nobody_clear(loaded: Desk, put: Put) -> None:
    ran, lines = screened(loaded, put(people(SAMPLE, NOBODY)), "--list", "leie", "--list", "sam")
    assert ran.code == 4
    assert results(lines) == {"1": "possible", "2": "not_screened"}
    assert lines[1]["lists"] == {"leie": "clear", "sam": "not_screened"}


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Provider ID,Last,First,DOB,St,ZIP Code", "1,Exampleton,Sample,02/29/1960,Colorado,80000"),
        ("employee_id,SURNAME,Given Name,Birth-Date", "1,EXAMPLETON,SAMPLE,19600229"),
        ("dob,first_name,LastName,staff_id", "1960-02-29,Sample,Exampleton,1"),
        ("\ufeffid,last_name,first_name,date_of_birth", "1,Exampleton,Sample,1960-02-29"),
        ("id,last_name,first_name,date_of_birth,shoe size", "1,Exampleton,Sample,1960-02-29,9"),
        ("id,last_name,first_name,maiden_name,date_of_birth", "1,Quillonby,Sample,Exampleton,1960-02-29"),
    ],
)
def test_headers_as_people_write_them(loaded: Desk, put: Put, header: str, row: str) -> None:
    ran, lines = screened(loaded, put(people(row, header=header)))
    assert (ran.code, results(lines)) == (10, {"1": "possible"}), ran.err


def test_the_order_of_columns_changes_nothing(loaded: Desk, put: Put) -> None:
    records = list(csv.DictReader(io.StringIO(people(SAMPLE, NOBODY, "3,Vale,Meg,,,,1972-02-14,,,,CO,"))))
    whole = screened(loaded, put(people(SAMPLE, NOBODY, "3,Vale,Meg,,,,1972-02-14,,,,CO,")))[1]
    for header in (sorted(records[0]), sorted(records[0], reverse=True)):
        text = io.StringIO()
        writer = csv.DictWriter(text, header)
        writer.writeheader()
        writer.writerows(records)
        assert screened(loaded, put(text.getvalue(), "other.csv"))[1] == whole


def test_a_map_names_other_columns(loaded: Desk, put: Put) -> None:
    path = put(people("1,Exampleton,Sample,29.02.1960", header="nr,nach,vor,geb"))
    ran = loaded.run("screen", "run", "--file", path)
    assert ran.code == 3
    assert "no column id and no column last_name" in ran.err
    column_map = put(
        '[columns]\nid = "nr"\nlast_name = "nach"\nfirst_name = "vor"\n'
        'date_of_birth = { column = "geb", format = "%d.%m.%Y" }\n',
        "people.toml",
    )
    ran, lines = screened(loaded, path, "--map", column_map)
    assert (ran.code, results(lines)) == (10, {"1": "possible"}), ran.err
    wrong = put('[columns]\nid = "nr"\nlast_nam = "nach"\n', "wrong.toml")
    ran = loaded.run("screen", "run", "--file", path, "--map", wrong)
    assert ran.code == 2
    assert "last_name" in ran.err


@pytest.mark.parametrize(
    ("row", "result", "reason"),
    [
        ("1,Exampleton,Sample,,,,31/31/1960,,,,CO,80000", "possible", "the date of birth cannot be read"),
        ("1,Quillonby,Vesper,,,,2060-02-29,,,,CO,80000", "insufficient_data", "the date of birth is in the future"),
        ("1,Quillonby,Vesper,,,,soon,,,,CO,80000", "insufficient_data", "the date of birth cannot be read"),
        ("1,Quillonby,Vesper,,,,1985-06-07,1000000005,,,CO,80000", "clear", "the NPI is not one"),
        ("1,Quillonby,Vesper,,,,1985-06-07,0000000000,,,CO,80000", "clear", ""),
        ("1,Quillonby,Vesper,,,,1985-06-07,,,,CO,80000,more,and more", "not_screened", "The row has"),
        ("1,,,,,,1985-06-07,,,,CO,80000", "not_screened", "The row names nobody."),
        ("1,Cher,,,,,1946-05-20,,,,CO,80000", "insufficient_data", "no first name"),
        ("1,,Vesper,,,,1985-06-07,,,,,", "insufficient_data", "no last name"),
        ("1,Quillonby,V,,,,1985-06-07,,,,CO,80000", "insufficient_data", "the first name is an initial"),
        ("1,Quillonby,Vesper,,,,,,,,CO,80000", "insufficient_data", "no date of birth to compare"),
    ],
)
def test_a_row_that_is_not_all_there(loaded: Desk, put: Put, row: str, result: str, reason: str) -> None:
    _ran, lines = screened(loaded, put(people(row, NOBODY)))
    assert results(lines) == {"1": result, "2": "clear"}
    said = " ".join(lines[0]["reasons"])
    assert reason in said if reason else not said
    assert "1985" not in said


WAYS_TO_WRITE_AN_NPI = [
    NPI, f"{NPI}.0", f" {NPI} ", f"{NPI[:3]} {NPI[3:6]} {NPI[6:]}", f"{NPI[:4]}-{NPI[4:]}", f"NPI: {NPI}",
    f"{NPI[0]}.{NPI[1:]}E9", f"{NPI[0]}.{NPI[1:]}E+09",
]  # fmt: skip


@pytest.mark.parametrize("npi", WAYS_TO_WRITE_AN_NPI)
def test_an_npi_is_read_however_a_person_or_a_spreadsheet_writes_it(loaded: Desk, put: Put, npi: str) -> None:
    ran, lines = screened(loaded, put(people(f"1,Vale,Peggy,,,,,{npi},,,,")))
    assert (ran.code, results(lines)) == (10, {"1": "match"})


@pytest.mark.parametrize("last", ["O'Brien", "O\u2019Brien", "De La Cruz Garcia Lopez", "Obrien", '"O""Brien"'])
def test_names_with_apostrophes_and_four_parts(desk: Desk, put: Put, last: str) -> None:
    other = "DE LA CRUZ GARCIA-LOPEZ,LUZ,,,X,Y,,0000000000,19850607,1 TEST ST,SAMPLETON,CO,80000,1128b4,20200520,,,\r\n"
    desk.load_leie(text=LEIE + other + other.replace("DE LA CRUZ GARCIA-LOPEZ", "OBRIEN"))
    _ran, lines = screened(desk, put(people(f"1,{last},Luz,,,,1985-06-07,,,,,")))
    assert results(lines) == {"1": "possible"}


def test_standard_input_is_read(loaded: Desk) -> None:
    ran = loaded.run("screen", "run", "--file", "-", "--format", "ndjson", input=people(SAMPLE, NOBODY))
    assert ran.code == 10
    assert [json.loads(line)["id"] for line in ran.out.splitlines()] == ["1", "2"]


def test_on_a_terminal_only_what_needs_somebody_is_shown(loaded: Desk, put: Put) -> None:
    ran = loaded.run("screen", "run", "--file", put(people(SAMPLE, NOBODY)), "--format", "table")
    assert "EXAMPLETON" in ran.out
    assert "Quillonby" not in ran.out


def test_out_is_replaced_whole_or_not_at_all(loaded: Desk, put: Put) -> None:
    out = loaded.folder / "hits.ndjson"
    out.write_text("old\n" * 50)
    assert len(screened(loaded, put(people(SAMPLE)))[1]) == 1
    before = out.read_text()
    ran = loaded.run("screen", "run", "--file", put("id,first_name\n1,Ana\n"), "--out", out)
    assert ran.code == 3
    assert out.read_text() == before
    assert [path.name for path in loaded.folder.glob(".hits*")] == []
    assert loaded.run("screen", "run", "--file", put(people(SAMPLE)), "--out", loaded.folder / "no" / "x").code == 2


def test_a_list_straight_from_a_file_is_not_loaded(desk: Desk, put: Put) -> None:
    leie = put(LEIE, "UPDATED.csv")
    path = put(people(SAMPLE, NOBODY))
    ran, lines = screened(desk, path, "--list", f"leie={leie}", "--published", "2026-03-01")
    assert (ran.code, results(lines)) == (10, {"1": "possible", "2": "clear"})
    assert desk.run("lists", "show", "--json").json()["items"] == []
    ran, _lines = screened(desk, path, "--list", f"leie={leie}", "--published", "2025-12-01")
    assert ran.code == 4


def test_a_file_and_the_store_give_the_same_candidates(desk: Desk, put: Put) -> None:
    leie = put(LEIE + NUMBERED, "UPDATED.csv")
    path = put(people(SAMPLE, NOBODY, "3,Vale,Meg,,,,1972-02-14,,,,CO,"))
    from_file = screened(desk, path, "--list", f"leie={leie}", "--published", "2026-03-01")[1]
    desk.ok("lists", "load", "leie", leie, "--published", "2026-03-01")
    assert screened(desk, path)[1] == from_file


def test_people_of_a_file_renew_nobody_in_the_store(loaded: Desk, put: Put) -> None:
    screened(loaded, put(people(SAMPLE)))
    with loaded_store(loaded) as store:
        (receipt,) = store.screenings("leie")
        assert (receipt.scope, receipt.people, receipt.source_file) == ("file", 1, "form.csv")


def loaded_store(desk: Desk) -> Any:
    from credkit.store import Store

    return Store.open(desk.folder / "credkit.db", actor="kim", command="test")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--all", "--out", "x"), "--out goes with --file"),
        (("--all", "--since", "yesterday"), "not a word for --since"),
        ((NPI, "--all"), "Name the providers"),
        ((), "Name the providers"),
        ((NPI, "--since", "last"), "--since last is for everybody"),
        (("--all", "--list", "leie=x.csv"), "goes with --file"),
        (("--file", "x.csv", "--since", "last"), "--since last is for providers"),
        (("--all", "--list", "board:FL"), "nobody is screened by it"),
        (("--file", "x.csv", "--list", "Board:fl=x.txt"), "nobody is screened by it"),
    ],
)
def test_what_does_not_go_together(desk: Desk, words: tuple[str, ...], says: str) -> None:
    ran = desk.run("screen", "run", *words)
    assert ran.code == 2
    assert says in ran.err
