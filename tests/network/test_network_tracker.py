"""A tracker imported: banner rows, many words for one status, several states in a cell, planned, applied, mended."""

import csv
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI
from forms import unissued_npis
from settled import settle

from credkit.network.tracker import TrackerMap, TrackerReader, TrackerRow
from credkit.records import EnrollmentStatus, Line, Payer
from credkit.store import Store

MAP = """
[columns]
npi = "NPI #"
payer = "Insurance"
state = "State(s)"
status = "Participation"
submitted_on = "Sent"
effective_on = { column = "Eff. Date", format = "%m/%d/%y" }
ended_on = "Term Date"
reason = "Comments"

[statuses]
"pending" = "submitted"
"with the plan" = "in_review"

[payers]
"BCBS" = "Aspen Health"
"""
PAYERS = {
    "aspen": Payer("aspen", "Aspen Health", Line.COMMERCIAL, aliases=("AH",)),
    "state": Payer("state", "State Plan", Line.MEDICAID),
    "old": Payer("old", "Old Mutual", Line.COMMERCIAL, merged_into="aspen"),
}
HEADER = ("NPI #", "Name", "Insurance", "State(s)", "Participation", "Sent", "Eff. Date", "Term Date", "Comments")


def reader(text: str = MAP) -> TrackerReader:
    return TrackerReader(TrackerMap.parse(text), PAYERS, "00-0000000")


def read(**cells: str) -> Any:
    usual = {
        "NPI #": NPI,
        "Insurance": "Aspen Health",
        "State(s)": "CO",
        "Participation": "par",
        "Eff. Date": "04/01/26",
    }
    return reader().read(usual | {name.replace("_", " "): cell for name, cell in cells.items()})


def said(**cells: str) -> TrackerRow:
    row = read(**cells)
    assert isinstance(row, TrackerRow), row
    return row


STATUSES = [
    ("par", "active"), ("PAR", "active"), ("INN", "active"), ("In-Network", "active"), ("in network", "active"),
    ("Participating", "active"), ("ACTIVE", "active"), ("enrolled", "active"), ("Loaded", "active"),
    ("approved", "approved"), ("Approved - not loaded", "approved"), ("with payer", "submitted"),
    ("With Payer", "submitted"), ("sent", "submitted"), ("App submitted", "submitted"), ("pending", "submitted"),
    ("in process", "in_review"), ("In  Review", "in_review"), ("WITH THE PLAN", "in_review"),
    ("credentialing", "in_review"), ("RFI", "info_requested"), ("Missing info", "info_requested"),
    ("More info needed!", "info_requested"), ("denied", "denied"), ("REJECTED", "denied"),
    ("closed panel", "panel_closed"), ("Panel Closed", "panel_closed"), ("network full", "panel_closed"),
    ("termed", "terminated"), ("Term'd", "terminated"), ("withdrawn", "withdrawn"), ("cancelled", "withdrawn"),
    ("not submitted", "not_started"), ("To Do", "not_started"), ("drafting", "preparing"), ("onboarding", "preparing"),
    ("info_requested", "info_requested"), ("Not Started", "not_started"), ("Disenrolled", "terminated"),
    ("not accepting new providers", "panel_closed"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "status"), STATUSES)
def test_many_words_for_one_status(word: str, status: str) -> None:
    assert said(Participation=word).word.status == status


@pytest.mark.parametrize("word", ["closed", "inactive", "non-par", "on hold", "yes", "N/A", "parr", "not par", "?"])
def test_an_unknown_status_is_refused_by_name(word: str) -> None:
    (fault,) = read(Participation=word)
    assert fault.column == "status"
    assert repr(word) in fault.reason


def test_what_the_words_of_our_own_mean_is_every_status() -> None:
    assert {status for _, status in STATUSES} == set(EnrollmentStatus)


STATES = [
    ("TX, NM", ("TX", "NM")), ("TX/NM", ("TX", "NM")), ("Texas and New Mexico", ("TX", "NM")), ("TX;NM;TX", ("TX", "NM")),
    ("TX\nNM", ("TX", "NM")), ("tx", ("TX",)), ("TX  NM", ("TX", "NM")), ("TX & NM", ("TX", "NM")),
]  # fmt: skip


@pytest.mark.parametrize(("cell", "states"), STATES)
def test_a_cell_of_several_states(cell: str, states: tuple[str, ...]) -> None:
    assert said(**{"State(s)": cell}).states == states


FAULTS = [
    ({"NPI_#": "1000000005"}, "npi", "is not an NPI"),
    ({"NPI_#": " "}, "npi", "There is no NPI"),
    ({"Insurance": "Aspen Helth"}, "payer", "Did you mean Aspen Health?"),
    ({"Insurance": ""}, "payer", "There is no payer"),
    ({"State(s)": "TX, ZZ"}, "state", "'ZZ' is not a state"),
    ({"State(s)": ""}, "state", "There is no state"),
    ({"Participation": ""}, "status", "There is no status"),
    ({"Eff._Date": "2026"}, "effective_on", "not a date of the form %m/%d/%y"),
    ({"Sent": "31/12/2026"}, "submitted_on", "the day stands first"),
]


@pytest.mark.parametrize(("cells", "column", "says"), FAULTS)
def test_what_is_wrong_with_a_row(cells: dict[str, str], column: str, says: str) -> None:
    (fault,) = read(**cells)
    assert (fault.column, says in fault.reason) == (column, True), fault


def test_everything_wrong_is_said_at_once() -> None:
    faults = read(**{"NPI_#": "1", "Insurance": "x", "State(s)": "y", "Participation": "z"})
    assert [fault.column for fault in faults] == ["npi", "payer", "state", "status"]


def test_payers_by_the_tracker_s_names_and_after_a_merger() -> None:
    assert [said(Insurance=name).payer.id for name in ("bcbs", "AH", "Old Mutual", "aspen  health")] == ["aspen"] * 4
    assert said(Insurance="State Plan").line is Line.MEDICAID


@pytest.mark.parametrize(("line", "taken"), [("commercial", False), ("eap", False), ("managed_medicaid", True)])
def test_one_line_for_the_whole_file_makes_no_medicaid_commercial(line: str, taken: bool) -> None:
    row = {"NPI #": NPI, "Insurance": "State Plan", "State(s)": "CO", "Participation": "sent"}
    said = reader(f'{MAP}\n[constants]\nline = "{line}"').read(row)
    if taken:
        assert isinstance(said, TrackerRow)
        assert said.line == line
    else:
        assert isinstance(said, tuple)
        assert [(fault.column, "State Plan is medicaid" in fault.reason) for fault in said] == [("line", True)]
    # Of a commercial payer it is what the file says.
    assert isinstance(reader(f'{MAP}\n[constants]\nline = "{line}"').read(row | {"Insurance": "AH"}), TrackerRow)


def test_what_stands_for_nothing_is_no_date() -> None:
    assert [
        said(Participation="sent", **{"Eff._Date": ""}, Sent=cell).word.submitted_on for cell in ("TBD", "n/a", "-")
    ] == [None] * 3


MAPS = [
    ('[columns]\nnpi = "NPI"\nwho = "x"', "who is not a column of a tracker"),
    ('[columns]\nnpi = "NPI"', "status comes from no column and no constant"),
    ('[columns]\nnpi = "NPI"\nstatuss = "S"', "Did you mean status?"),
    (MAP.replace('"submitted"', '"submited"'), "Did you mean submitted?"),
    (MAP.replace("Aspen Health", "Aspen Helth"), "Did you mean Aspen Health?"),
    (MAP.replace('"NPI #"', '"NPI"'), "'NPI' is not in the file"),
    (MAP + "[colums]\n", "Did you mean columns?"),
]


@pytest.mark.parametrize(("text", "says"), MAPS, ids=[says for _, says in MAPS])
def test_a_map_that_does_not_fit_is_refused(desk: Desk, text: str, says: str) -> None:
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial")
    path, tracker = desk.folder / "map.toml", desk.folder / "tracker.csv"
    path.write_text(text, encoding="utf-8")
    tracker.write_text(",".join(HEADER) + f"\n{NPI},,,,,,,,\n", encoding="utf-8")
    ran = desk.run("enroll", "import", tracker, "--map", path)
    assert (ran.code in {2, 3}, says in ran.err) == (True, True), ran.err


# --- as typed -------------------------------------------------------------------------------------------------------


@pytest.fixture
def tracked(desk: Desk) -> Desk:
    desk.take_in(
        form(states_of_practice="CO, NM", license_2_state="NM", license_2_number="N-1"),
        form(npi=OTHER_NPI, first_name="Ben", last_name="Alder", email="ben@example.org"),
    )
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial", "--alias", "AH")
    (desk.folder / "map.toml").write_text(MAP, encoding="utf-8")
    desk.live_on("2026-06-01")
    return desk


def tracker(desk: Desk, *rows: str, name: str = "tracker.csv") -> Path:
    path = desk.folder / name
    banner = ["Payer enrollments - Example Practice", "as of June,,,", ""]
    path.write_text("\n".join([*banner, ",".join(HEADER), *rows]) + "\n", encoding="utf-8")
    return path


def imported(desk: Desk, path: Path, *options: str | Path) -> tuple[int, dict[str, int], list[Any]]:
    ran = desk.run("enroll", "import", path, "--map", desk.folder / "map.toml", *options, "--json")
    document = ran.json()
    assert sum(document["counts"].values()) - document["counts"]["rows"] == len(document["items"])
    return ran.code, {name: count for name, count in document["counts"].items() if count}, document["items"]


def test_planned_applied_and_the_same_again(tracked: Desk) -> None:
    path = tracker(
        tracked, f'{NPI},Ana,AH,"CO, NM",par,2026-03-02,04/01/26,,', f"{OTHER_NPI},Ben,BCBS,CO,with payer,3/2/2026,,,"
    )
    planned = imported(tracked, path, "--dry-run")
    assert planned[:2] == (0, {"rows": 2, "new": 3})
    assert tracked.items("enroll", "list") == []
    done = imported(tracked, path)
    assert done[:2] == planned[:2]
    assert [one["changes"] for one in done[2]] == [one["changes"] for one in planned[2]]
    listed = [(one["state"], one["status"], one["effective_on"]) for one in tracked.items("enroll", "list")]
    assert listed == [("CO", "active", "2026-04-01"), ("NM", "active", "2026-04-01"), ("CO", "submitted", None)]
    assert imported(tracked, path)[:2] == (0, {"rows": 2, "unchanged": 3})
    assert tracked.run("audit", "verify").code == 0


def test_a_later_tracker_moves_what_may_move(tracked: Desk) -> None:
    imported(
        tracked,
        tracker(tracked, f"{NPI},Ana,AH,CO,sent,2026-03-02,,,", f"{OTHER_NPI},Ben,AH,CO,denied,2026-03-02,,,full"),
    )
    later = tracker(
        tracked,
        f"{NPI},Ana,AH,CO,par,2026-03-02,04/01/26,,",
        f"{OTHER_NPI},Ben,AH,CO,par,2026-05-02,05/10/26,,",
        name="later.csv",
    )
    code, counts, items = imported(tracked, later)
    # What was denied stays on record, and the tracker's word begins another.
    assert (code, counts) == (0, {"rows": 2, "new": 1, "changed": 1})
    assert items[0]["changes"] == ["status: submitted -> active", "effective_on: nothing -> 2026-04-01"]
    assert [one["status"] for one in tracked.items("enroll", "list", OTHER_NPI)] == ["denied", "active"]
    back = tracker(tracked, f"{NPI},Ana,AH,CO,sent,2026-03-02,,,", name="back.csv")
    code, counts, items = imported(tracked, back)
    assert (code, counts) == (3, {"rows": 1, "conflict": 1})
    assert "that is active cannot become submitted" in items[0]["errors"][0]


def test_rows_that_cannot_be_are_rejected_whole(tracked: Desk) -> None:
    path = tracker(
        tracked,
        f'{NPI},Ana,AH,"CO, TX",par,2026-03-02,04/01/26,,',
        f"{NPI},Ana,AH,CO,sent,2026-03-02,04/01/26,,",
        f"{NPI},Ana,AH,CO,par,2026-03-02,,,",
        f"{NPI},Ana,AH,CO,par,2026-05-02,04/01/26,,",
        f"{NPI},Ana,AH,CO,termed,2026-03-02,04/01/26,2026-03-01,",
        "1000000103,Cid,AH,CO,par,2026-03-02,04/01/26,,",
    )
    code, counts, items = imported(tracked, path)
    assert (code, counts) == (3, {"rows": 6, "rejected": 6})
    for item, says in zip(
        items,
        (
            "does not practice in TX",
            "has no effective date yet",
            "has an effective date",
            "cannot be effective on 2026-04-01",
            "cannot end on 2026-03-01",
            "no provider 1000000103",
        ),
        strict=True,
    ):
        assert says in " ".join(item["errors"])
    assert tracked.items("enroll", "list") == []


def test_two_rows_that_say_the_same_are_one(tracked: Desk) -> None:
    row = f"{NPI},Ana,AH,CO,par,2026-03-02,04/01/26,,"
    assert imported(tracked, tracker(tracked, row, row))[:2] == (0, {"rows": 2, "new": 1, "unchanged": 1})


ROW = f"{NPI},Ana,AH,CO,par,2026-03-02,04/01/26,,"
CONTRADICTIONS = [
    ("in-network and ended", f"{NPI},Ana,AH,CO,termed,2026-03-02,04/01/26,2026-05-01,"),
    ("another effective date", f"{NPI},Ana,AH,CO,par,2026-03-02,05/01/26,,"),
    ("still in review", f"{NPI},Ana,AH,CO,in review,2026-03-02,,,"),
    ("denied", f"{NPI},Ana,AH,CO,denied,2026-03-02,,,full"),
    ("denied on no day", f"{NPI},Ana,AH,CO,denied,,,,full"),
    ("ended after the other began", f"{NPI},Ana,AH,CO,termed,2026-01-02,01/10/26,2026-04-02,"),
    ("by an alias, in another spelling", f"{NPI},Ana,bcbs,Colorado,termed,2026-03-02,04/01/26,2026-05-01,"),
]


@pytest.mark.parametrize("other", [row[1] for row in CONTRADICTIONS], ids=[row[0] for row in CONTRADICTIONS])
@pytest.mark.parametrize("first", [True, False])
def test_of_two_rows_that_contradict_each_other_neither_is_taken(tracked: Desk, other: str, first: bool) -> None:
    rows = (ROW, other) if first else (other, ROW)
    again = f"{OTHER_NPI},Ben,AH,CO,par,2026-03-02,04/01/26,,"
    path, rejects = tracker(tracked, rows[0], again, rows[1]), tracked.folder / "rejects.csv"
    assert imported(tracked, path, "--dry-run")[:2] == (3, {"rows": 3, "new": 1, "conflict": 2})
    code, counts, items = imported(tracked, path, "--rejects", rejects)
    assert (code, counts) == (3, {"rows": 3, "new": 1, "conflict": 2})
    (of_first,), (of_third,) = items[0]["errors"], items[2]["errors"]
    assert of_first.startswith("Row 7 speaks of the same enrollment")
    assert of_third.startswith("Row 5 speaks of the same enrollment")
    assert tracked.items("enroll", "list", NPI) == []
    with rejects.open(encoding="utf-8", newline="") as file:
        assert [row["reject_row"] for row in csv.DictReader(file)] == ["5", "7"]


def test_rows_that_contradict_each_other_are_far_apart_in_a_long_tracker(tracked: Desk) -> None:
    """Neither is taken, however many rows were taken between the two."""
    filler = [f"{OTHER_NPI},Ben,AH,CO,par,2026-03-02,04/01/26,,"] * 600
    code, counts, _ = imported(tracked, tracker(tracked, ROW, *filler, ROW.replace("04/01/26", "05/01/26")))
    assert (code, counts) == (3, {"rows": 602, "new": 1, "unchanged": 599, "conflict": 2})
    assert tracked.items("enroll", "list", NPI) == []


def test_what_several_states_of_a_row_say_is_taken_where_nothing_contradicts_it(tracked: Desk) -> None:
    path = tracker(tracked, ROW.replace(",CO,", ',"CO, NM",'), ROW.replace("04/01/26", "05/01/26"))
    code, counts, _ = imported(tracked, path)
    assert (code, counts) == (3, {"rows": 2, "new": 1, "conflict": 2})
    assert [one["state"] for one in tracked.items("enroll", "list")] == ["NM"]


def test_two_ended_periods_are_two(tracked: Desk) -> None:
    first = f"{NPI},Ana,AH,CO,termed,2025-01-02,01/10/25,2025-03-01,moved"
    second = f"{NPI},Ana,AH,CO,termed,2025-05-02,06/10/25,2026-03-01,left"
    path = tracker(tracked, first, second)
    assert imported(tracked, path)[:2] == (0, {"rows": 2, "new": 2})
    assert imported(tracked, path)[:2] == (0, {"rows": 2, "unchanged": 2})
    assert [one["ended_on"] for one in tracked.items("enroll", "list")] == ["2025-03-01", "2026-03-01"]


def test_an_ended_period_and_the_one_after_it(tracked: Desk) -> None:
    path = tracker(
        tracked,
        f"{NPI},Ana,AH,CO,termed,2026-01-02,01/10/26,2026-03-01,moved",
        f"{NPI},Ana,AH,CO,par,2026-03-02,04/01/26,,",
    )
    for counts in ({"rows": 2, "new": 2}, {"rows": 2, "unchanged": 2}):
        assert imported(tracked, path)[:2] == (0, counts)
    days = {
        day: [one["in_network"] for one in tracked.items("enroll", "list", "--on", day)]
        for day in ("2026-02-28", "2026-03-15", "2026-04-01")
    }
    assert days == {"2026-02-28": [True, False], "2026-03-15": [False, False], "2026-04-01": [False, True]}


def test_a_row_of_an_ended_period_does_not_end_the_one_that_is_open(tracked: Desk) -> None:
    imported(tracked, tracker(tracked, f"{NPI},Ana,AH,CO,par,2026-03-02,04/01/26,,"))
    stale = tracker(tracked, f"{NPI},Ana,AH,CO,termed,2026-01-02,01/10/26,2026-03-01,moved", name="stale.csv")
    code, counts, items = imported(tracked, stale)
    assert (code, counts) == (3, {"rows": 1, "conflict": 1})
    assert "E1 is open and effective from 2026-04-01" in items[0]["errors"][0]
    assert tracked.item("enroll", "list")["status"] == "active"


def test_a_delegated_payer_s_enrollment_does_not_begin_by_a_tracker(tracked: Desk) -> None:
    tracked.ok("payer", "edit", "AH", "--delegated")
    tracked.ok("enroll", "submit", NPI, "AH", "--state", "CO", "--submitted", "2026-03-02")
    code, counts, items = imported(tracked, tracker(tracked, f"{NPI},Ana,AH,CO,par,2026-03-02,04/01/26,,"))
    assert (code, counts) == (3, {"rows": 1, "conflict": 1})
    assert "is delegated" in items[0]["errors"][0]
    tracked.ok("payer", "edit", "AH", "--state", "CO")
    text = tracked.ok("policy", "show").out.replace("[expiry]", '[[network.enroll]]\npayer = "AH"\n[expiry]')
    (tracked.folder / "ours.toml").write_text(
        text.replace("effective_from = 2025-07-01", "effective_from = 2026-06-01")
    )
    tracked.ok("policy", "adopt", tracked.folder / "ours.toml")
    tracked.ok("enroll", "submit", OTHER_NPI, "--all-payers")
    # Nor does one that has not gone out yet, and the reason is the same.
    _, _, items = imported(tracked, tracker(tracked, f"{OTHER_NPI},Ben,AH,CO,par,2026-03-02,04/01/26,,"))
    assert "is delegated" in items[0]["errors"][0]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("par,2026-03-02,04/01/26,,", 3),
        ("approved,2026-03-02,04/01/26,,", 3),
        ("approved,2026-03-02,,,", 3),
        ("termed,2026-03-02,04/01/26,2026-05-01,", 3),
        ("sent,2026-03-02,,,", 0),
        ("denied,2026-03-02,,,full", 0),
    ],
)
@pytest.mark.parametrize("options", [("--dry-run",), ()])
def test_nor_does_a_new_one_of_a_delegated_payer(tracked: Desk, row: str, code: int, options: tuple[str, ...]) -> None:
    """Not even one that has ended since: on the days before it would have been in-network by a spreadsheet's word."""
    tracked.ok("payer", "edit", "AH", "--delegated")
    said, _, items = imported(tracked, tracker(tracked, f"{NPI},Ana,AH,CO,{row}"), *options)
    assert said == code
    assert ("Aspen Health is delegated" in " ".join(items[0]["errors"])) == (code == 3)
    assert len(tracked.items("enroll", "list")) == (0 if code or options else 1)


@pytest.mark.parametrize(
    ("cell", "tax_id"), [("123456789", "12-3456789"), ("12-3456789", "12-3456789"), ("n/a", "00-0000000")]
)
def test_a_tax_id_is_one_however_it_is_written(cell: str, tax_id: str) -> None:
    under = reader(MAP.replace("[statuses]", 'tax_id = "TIN"\n\n[statuses]'))
    row = under.read({"NPI #": NPI, "Insurance": "AH", "State(s)": "CO", "Participation": "sent", "TIN": cell})
    assert isinstance(row, TrackerRow)
    assert row.tax_id == tax_id


@pytest.mark.parametrize("cell", ["12345678", "1234567890", "98-765432", "123-45-6789", "twelve"])
def test_a_tax_id_of_another_length_is_refused(cell: str) -> None:
    under = reader(MAP.replace("[statuses]", 'tax_id = "TIN"\n\n[statuses]'))
    faults = under.read({"NPI #": NPI, "Insurance": "AH", "State(s)": "CO", "Participation": "sent", "TIN": cell})
    assert isinstance(faults, tuple)
    (fault,) = faults
    assert (fault.column, cell in fault.reason) == ("tax_id", False)


def test_a_file_of_rejects_is_looked_for_before_anything_is_taken(tracked: Desk) -> None:
    path = tracker(tracked, ROW, ROW.replace(NPI, "1000000103"))
    there = tracked.folder / "there.csv"
    there.write_text("mine", encoding="utf-8")
    for rejects, says in ((there, "already a file"), (tracked.folder / "nowhere" / "r.csv", "There is no folder")):
        ran = tracked.run("enroll", "import", path, "--map", tracked.folder / "map.toml", "--rejects", rejects)
        assert (ran.code, says in ran.err) == (2, True)
    assert tracked.items("enroll", "list") == []
    assert there.read_text(encoding="utf-8") == "mine"


def test_an_empty_tracker_says_which_columns_it_needs(tracked: Desk) -> None:
    empty = tracked.folder / "empty.csv"
    for text in ("", ",".join(HEADER) + "\n"):
        empty.write_text(text, encoding="utf-8")
        ran = tracked.run("enroll", "import", empty, "--map", tracked.folder / "map.toml")
        assert (ran.code, "NPI #, Insurance, State(s), Participation" in ran.err) == (3, True), ran.err


LATE = [
    ("an end that nobody knows", "par,2026-03-02,04/01/26,12/31/9999,", "9999"),
    ("over, and said to be par", "par,2026-03-02,04/01/26,2026-05-01,", "and so is terminated, not active"),
    ("sent before there was anything", "sent,01/01/1900,,,", "day of submission 1900-01-01 is not between"),
]


@pytest.mark.parametrize(("row", "says"), [row[1:] for row in LATE], ids=[row[0] for row in LATE])
def test_dates_of_a_tracker_that_no_enrollment_has(tracked: Desk, row: str, says: str) -> None:
    code, counts, items = imported(tracked, tracker(tracked, f"{NPI},Ana,AH,CO,{row}"))
    assert (code, counts) == (3, {"rows": 1, "rejected": 1})
    assert says in " ".join(items[0]["errors"])


def test_what_ended_with_a_payer_that_was_merged_since_is_found(tracked: Desk) -> None:
    tracked.ok("payer", "add", "Birch Mutual", "--line", "commercial")
    ended = f"{NPI},Ana,Birch Mutual,CO,termed,2026-01-02,01/10/26,2026-03-01,moved"
    imported(tracked, tracker(tracked, ended))
    tracked.ok("payer", "merge", "Birch Mutual", "AH", "--reason", "acquired")
    assert imported(tracked, tracker(tracked, ended, name="again.csv"))[:2] == (0, {"rows": 1, "unchanged": 1})
    stale = tracker(tracked, f"{NPI},Ana,AH,CO,par,2026-01-02,01/10/26,,", name="stale.csv")
    code, counts, items = imported(tracked, stale)
    assert (code, counts) == (3, {"rows": 1, "conflict": 1})
    assert "E1 ended on 2026-03-01; the row says that it goes on" in items[0]["errors"][0]


# --- five hundred messy rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Messy:
    """A row as it stands, the states it is of once mended, and what mends it: column to cell."""

    cells: dict[str, Any]
    states: tuple[str, ...]
    mends: dict[str, str]
    repeats: bool = False


CELLS = (
    ("CO", ("CO",)),
    ("TX, NM", ("TX", "NM")),
    ("Colorado", ("CO",)),
    ("CO/TX/NM", ("CO", "TX", "NM")),
    ("NM and CO", ("NM", "CO")),
)
NAMES = ("Aspen Health", "aspen health", "AH", "BCBS", "Birch Mutual", "BIRCH MUTUAL", "State Plan", "Dogwood")


def messy_rows(npis: list[str]) -> Iterator[Messy]:
    """Five hundred rows over 125 providers and four payers each, of which every kind of fault is there ten times or more."""
    dated = {"active", "approved", "terminated"}
    before: Messy | None = None
    for place in range(500):
        words, status = STATUSES[place % len(STATUSES)]
        cell, states = CELLS[place % len(CELLS)]
        name = (NAMES[place % 4], *NAMES[4:6], "State Plan", "Dogwood")[(place % 4) and (place % 4) + 1]
        cells: dict[str, Any] = {
            "NPI #": npis[place // 4] if place % 3 else int(npis[place // 4]),
            "Name": ("=cmd|' /C calc'!A0", "Marsh, Ana", "  Ana\u00a0Marsh", "@SUM(1)")[place % 4],
            "Insurance": name,
            "State(s)": cell,
            "Participation": words,
            "Sent": ("2026-03-02", "3/2/2026", "03/02/2026", "March 2, 2026", "2 Mar 2026")[place % 5],
            "Eff. Date": "04/01/26" if status in dated else ("", "TBD", "n/a")[place % 3],
            "Term Date": "2026-05-01" if status == "terminated" else "",
            "Comments": "network full" if status == "denied" else "",
        }
        fault: dict[str, Any] = {
            3: {"Participation": "in limbo"},
            7: {"NPI #": "1000000005"},
            11: {"Insurance": "Aspen Helth"},
            19: {"Sent": "02.03.2026"},
            23: {"State(s)": "WY"},
            31: {"Participation": "sent", "Eff. Date": "04/01/26"},
            37: {"Participation": "par", "Eff. Date": "02/01/26", "Insurance": "Aspen Health", "Term Date": ""},
        }.get(place % 50, {})
        repeats = place % 50 == 41 and before is not None and not before.mends
        if repeats:
            assert before is not None
            before = Messy(before.cells, before.states, {}, repeats=True)
        else:
            before = Messy(cells | fault, states, {key: str(cells[key]) for key in fault})
        if place % 50 == 37:
            before = Messy(
                before.cells,
                before.states,
                before.mends
                | {"Eff. Date": "04/01/26"}
                | ({"Participation": "par", "Insurance": name, "Term Date": ""}),
            )
        yield before


def test_five_hundred_messy_rows_imported_mended_and_imported_again(desk: Desk, tmp_path: Path) -> None:
    npis = list(islice(unissued_npis(), 125))
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store, store.batch():
        for payer in (
            *PAYERS.values(),
            Payer("birch", "Birch Mutual", Line.COMMERCIAL),
            Payer("dog", "Dogwood", Line.EAP),
        ):
            if payer.id != "old":
                store.add_payer(payer)
        for npi in npis:
            settle(store, npi, states_of_practice=("CO", "TX", "NM"))
    desk.live_on("2026-06-01")
    (desk.folder / "map.toml").write_text(MAP, encoding="utf-8")
    rows = list(messy_rows(npis))
    book = openpyxl.Workbook()
    page = book.active
    page.append(["EXAMPLE PRACTICE - PAYER TRACKER"])
    page.merge_cells("A1:I1")
    page.append(["updated by Kim", None, "legend: par = in network"])
    page.append([])
    page.append(list(HEADER))
    for place, row in enumerate(rows):
        page.append([row.cells[name] for name in HEADER])
        page.cell(page.max_row, 2).data_type = "s"  # a formula in a name is text, and stays it
        if place % 100 == 99:
            page.append([])
    book.save(tmp_path / "tracker.xlsx")

    good = [row for row in rows if not row.mends and not row.repeats]
    again = sum(len(row.states) for row in rows if row.repeats)
    bad = [row for row in rows if row.mends]
    assert (len(rows), len(bad) >= 60, again > 0) == (500, True, True)
    expected = Counter(rows=500, new=sum(len(row.states) for row in good), unchanged=again, rejected=len(bad))
    rejects = tmp_path / "rejects.csv"
    assert imported(desk, tmp_path / "tracker.xlsx", "--dry-run")[:2] == (3, dict(expected))
    code, counts, items = imported(desk, tmp_path / "tracker.xlsx", "--rejects", rejects)
    assert (code, counts) == (3, dict(expected))
    limbo = [one for one in items if any("'in limbo'" in error for error in one["errors"])]
    assert len(limbo) == 10
    assert len(desk.items("enroll", "list")) == expected["new"]

    # Mended by hand in the file of rejects, and imported by the same map.
    with rejects.open(encoding="utf-8", newline="") as file:
        given = list(csv.DictReader(file))
    assert len(given) == len(bad)
    assert all(one["reject_reasons"] for one in given)
    assert any(one["Name"].startswith("'@SUM") for one in given), "guarded against formulas"
    given = [one | mended.mends for one, mended in zip(given, bad, strict=True)]
    with rejects.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(given[0]))
        writer.writeheader()
        writer.writerows(given)
    after = sum(len(row.states) for row in bad)
    assert imported(desk, rejects)[:2] == (0, {"rows": len(bad), "new": after})
    total = expected["new"] + after
    assert len(desk.items("enroll", "list")) == total
    # And everything again changes nothing.
    assert imported(desk, rejects)[:2] == (0, {"rows": len(bad), "unchanged": after})
    assert imported(desk, tmp_path / "tracker.xlsx")[1] == {
        "rows": 500,
        "unchanged": expected["new"] + again,
        "rejected": len(bad),
    }
    statuses = Counter(one["status"] for one in desk.items("enroll", "list"))
    assert statuses.keys() == set(EnrollmentStatus)
    assert desk.run("audit", "verify").code == 0


def test_what_ended_is_not_brought_back_by_the_same_tracker(desk: Desk) -> None:
    """The row was right when it was written; it ended since."""
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store, store.batch():
        store.add_payer(Payer("aspen", "Aspen Health", Line.COMMERCIAL))
        settle(store, NPI)
    mapped, tracker = desk.folder / "map.toml", desk.folder / "tracker.csv"
    mapped.write_text(MAP.replace('"BCBS" = "Aspen Health"\n', ""), encoding="utf-8")
    tracker.write_text(
        ",".join(HEADER) + f"\n{NPI},Ana Marsh,Aspen Health,CO,par,2026-01-02,02/01/26,,\n", encoding="utf-8"
    )
    desk.live_on("2026-03-10")
    desk.ok("enroll", "import", tracker, "--map", mapped)
    desk.ok("enroll", "terminate", "--provider", NPI, "--ended", "2026-03-05", "--reason", "left", "--yes")
    before = desk.items("enroll", "list")
    (row,) = desk.items("enroll", "import", tracker, "--map", mapped, code=3)
    assert row["outcome"] == "conflict"
    assert desk.items("enroll", "list") == before
