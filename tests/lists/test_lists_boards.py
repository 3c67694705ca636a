"""A license board's downloaded file: loaded like any list, and a source for the license check."""

import io
import zipfile
from collections.abc import Callable

import pytest
from conftest import Put
from desk import Desk, form
from factories import NPI, board_record, license
from openpyxl import Workbook

from credkit.demo.boards import BoardFault, BoardServer
from credkit.errors import UsageError
from credkit.lists.columnmap import ListMap
from credkit.lists.known import board_state, known_list

FL_HEADER = "License-Number|Last-Name|First-Name|Middle-Name|Profession-Name|License-Status-Description|Expire-Date|Board-Action-Indicator"
FL_ROWS = (
    "SW 12345|MARSH|ANA||Licensed Clinical Social Worker|CLEAR|03/31/2027|N",
    "MH12345|OTHERLY|ZEPHYRINE||Licensed Mental Health Counselor|CLEAR|03/31/2027|N",
    "SW 12346|OTHERLY|ZEPHYRINE||Licensed Clinical Social Worker|CLEAR|03/31/2027|N",
    "SW 777|QUILLON|VESPER||Licensed Clinical Social Worker|PROBATION|03/31/2027|Y",
)
MAP = """
title = "Nebraska licenses"

[columns]
number = "Lic No"
name = "Name"
type = "Type"
status = "Status"
expires_on = "Expires"
issued_on = "Issued"
discipline = "Discipline"
link = "Page"
"""
NE = "Lic No,Name,Type,Status,Expires,Issued,Discipline,Page\n0012345,ANA L MARSH,Clinical Social Worker,Active,2027-03-31,2015-04-01,{},https://example.org/1\n"


def florida(*rows: str) -> str:
    return "\n".join((FL_HEADER, *(rows or FL_ROWS))) + "\n"


def of(state: str, **changes: str) -> dict[str, str]:
    number = {"license_1_state": state, "license_1_number": "12345", "states_of_practice": state}
    return form(**(number | changes))


def judged(desk: Desk, code: int = 0) -> dict[str, str]:
    item = desk.item("verify", "run", NPI, "--check", "license", "--again", "--refresh", code=code)
    assert isinstance(item, dict)
    return item


def test_floridas_file_verifies_a_license(desk: Desk, put: Put) -> None:
    desk.take_in(of("FL"))
    assert judged(desk)["result"] == "unavailable"
    loaded = desk.item("lists", "load", "board:fl", put(florida(), "PROF_ALL.txt"), "--published", "2026-02-20")
    assert (loaded["name"], loaded["rows"], loaded["fresh"]) == ("board:FL", 4, True)
    item = judged(desk)
    assert item["result"] == "pass", item["summary"]
    # The day that the file speaks of is the one that windows count from.
    assert (item["verified_on"], item["expires_on"]) == ("2026-02-20", "2027-03-31")
    assert "board:FL list published 2026-02-20" in item["source"]
    assert "of ANA MARSH as CLEAR until 2027-03-31" in item["summary"]


def test_it_is_recorded_once_until_a_newer_file_is_loaded(desk: Desk, put: Put) -> None:
    desk.take_in(of("FL"))
    desk.ok("lists", "load", "board:FL", put(florida(), "PROF_ALL.txt"), "--published", "2026-02-20")
    judged(desk)
    judged(desk)
    assert len(desk.items("verify", "show", NPI)) == 1
    newer = florida(*FL_ROWS, "SW 9|NEW|PERSON||Licensed Clinical Social Worker|CLEAR|03/31/2027|N")
    desk.ok("lists", "load", "board:FL", put(newer, "NEWER.txt"), "--published", "2026-03-01")
    assert judged(desk)["verified_on"] == "2026-03-01"
    assert len(desk.items("verify", "show", NPI)) == 2


def test_a_file_older_than_the_window_proves_nothing(desk: Desk, put: Put) -> None:
    desk.take_in(of("FL"))
    path = put(florida(), "PROF_ALL.txt")
    loaded = desk.item("lists", "load", "board:FL", path, "--published", "2025-11-01")
    assert loaded["fresh"] is False
    item = judged(desk, code=4)
    assert item["result"] == "unavailable"
    assert "published on 2025-11-01, 121 days ago, and 120 are allowed" in item["summary"]
    assert "credkit lists load board:FL FILE" in item["advice"]


@pytest.mark.parametrize(
    ("row", "result", "says"),
    [
        ("SW 12345|MARSH|ANA||Licensed Clinical Social Worker|CLEAR|03/31/2027|Y", "review", "board action: Y"),
        ("SW 12345|MARSH|ANA||Licensed Clinical Social Worker|DELINQUENT|03/31/2027|N", "fail", "as DELINQUENT"),
        ("SW 12345|MARSH|ANA||Licensed Clinical Social Worker|SHINY|03/31/2027|N", "review", "that we do not know"),
        (
            "SW 12345|MARSH|ANA||Licensed Clinical Social Worker|CLEAR|03/2027|N",
            "review",
            "expires_on '03/2027' is not a date",
        ),
        ("SW 12345|MARSH|ANA||Licensed Clinical Social Worker|CLEAR||N", "review", "the date of expiry is blank"),
        (
            "SW 12345|OTHERLY|ZEPHYRINE||Licensed Clinical Social Worker|CLEAR|03/31/2027|N",
            "fail",
            "belongs to someone else",
        ),
        ("SW 99|MARSH|ANA||Licensed Clinical Social Worker|CLEAR|03/31/2027|N", "fail", "has no license 12345"),
    ],
)
def test_what_a_row_means(desk: Desk, put: Put, row: str, result: str, says: str) -> None:
    desk.take_in(of("FL"))
    desk.ok("lists", "load", "board:FL", put(florida(row), "PROF_ALL.txt"), "--published", "2026-02-20")
    item = judged(desk, code=10)
    assert item["result"] == result
    assert says in item["summary"]


def zipped(text: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("PROF_ALL.txt", text)
    return out.getvalue()


def workbook(text: str) -> bytes:
    out, book = io.BytesIO(), Workbook()
    for line in text.splitlines():
        book.active.append(line.split("|"))
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (zipped, "PROF_ALL.zip"),
        (workbook, "PROF_ALL.xlsx"),
        (lambda text: text.replace("|", ",").encode(), "PROF_ALL.csv"),
    ],
)
def test_as_a_zip_a_workbook_or_with_commas(desk: Desk, put: Put, make: Callable[[str], bytes], name: str) -> None:
    desk.take_in(of("FL"))
    desk.ok("lists", "load", "board:FL", put(make(florida()), name), "--published", "2026-02-20")
    assert judged(desk)["result"] == "pass"


def test_any_board_by_a_map(desk: Desk, put: Put) -> None:
    desk.take_in(of("NE"))
    told = put(MAP, "M.toml")
    ran = desk.ok("lists", "load", "board:NE", put(NE.format("None"), "ne.csv"), "--map", told)
    assert "by its newest license" in ran.err
    desk.ok("lists", "load", "board:NE", put(NE.format(""), "ne.csv"), "--map", told, "--published", "2026-03-01")
    assert judged(desk)["result"] == "pass"
    desk.ok(
        "lists",
        "load",
        "board:NE",
        put(NE.format("Reprimand 2019"), "n2.csv"),
        "--map",
        told,
        "--published",
        "2026-03-02",
    )
    item = judged(desk, code=10)
    assert item["result"] == "review"
    assert "discipline on the record: Reprimand 2019, see https://example.org/1" in item["summary"].replace(
        "Discipline", "discipline"
    )


def test_a_renamed_column_is_named_in_the_maps_own_words(desk: Desk, put: Put) -> None:
    ran = desk.run(
        "lists", "load", "board:FL", put(florida().replace("Expire-Date", "Ends"), "f.txt"), "--published", "2026-02-20"
    )
    assert ran.code != 0
    assert "missing: expires_on (Expire-Date)" in ran.err


def test_without_a_day_it_must_be_said(desk: Desk, put: Put) -> None:
    ran = desk.run("lists", "load", "board:FL", put(florida(), "f.txt"))
    assert ran.code != 0
    assert "Give --published DATE" in ran.err


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (MAP.replace('status = "Status"\n', ""), "columns.status is missing."),
        (
            MAP.replace('number = "Lic No"', 'license_number = "Lic No"'),
            "columns.license_number is number in a board's map.",
        ),
        ('optional = ["expires_on"]\n' + MAP, "columns.expires_on is missing."),
        ("title = 3\n", "columns.number is missing."),
        (MAP + 'nmae = "x"\n', "nmae is not known there"),
    ],
)
def test_a_map_that_cannot_prove_a_license_is_refused(text: str, says: str) -> None:
    with pytest.raises(UsageError) as refused:
        ListMap.parse(text, board=True)
    assert says in " ".join((refused.value.message, *refused.value.details))


def test_a_board_is_named_by_its_state() -> None:
    assert board_state("board:florida") == "FL"
    assert board_state("leie") is None
    assert known_list("Board:fl").name == "board:FL"
    with pytest.raises(UsageError, match="names no state"):
        board_state("board:XX")
    with pytest.raises(UsageError, match="There is no list named"):
        known_list("board:NE")


# --- and the boards that are asked ----------------------------------------------------------------------------------


def test_a_run_asks_the_board_and_keeps_what_it_said(desk: Desk) -> None:
    row = {
        "lastname": "MARSH",
        "firstname": "ANA",
        "licensetype": "CSW",
        "licensenumber": "12345",
        "licenseexpirationdate": "2027-03-31T00:00:00.000",
        "licensestatusdescription": "Active",
    }
    desk.take_in(form(license_1_number="CSW.0012345"))
    with BoardServer({"7s5z-vewr": [row]}) as server:
        config = desk.folder / "config.toml"
        config.write_text(config.read_text().replace("[sources.boards]\nstates = []\n", server.toml("CO")))
        item = judged(desk)
        assert item["result"] == "pass", item["summary"]
        assert item["verified_on"] == "2026-03-02"
        assert len(item["evidence"]) == 2
        server.fail("7s5z-vewr", BoardFault.SERVER_ERROR)
        item = judged(desk, code=4)
        assert item["result"] == "unavailable"
        assert "gave no answer: it answered HTTP 500" in item["summary"]
    # What could not be asked leaves what was found standing.
    assert {one["state"] for one in desk.status()["requirements"] if one["check"] == "license"} == {"met"}
    assert (board_record().number, license().number) == ("12345", "0012345")
