"""Two hundred forms with everything wrong in them that people get wrong, through the real commands, until all are in."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from forms import BAD_CELLS, LONG_CELLS, Batch, two_hundred

SHORT, LONG, UNCLOSED = 120, 121, 199


@pytest.fixture(autouse=True)
def _practice(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDKIT_NOW", "2026-03-02")
    assert run("init").code == 0


def cells_of(batch: Batch) -> list[list[str]]:
    """Return the rows as cells, two of them ragged."""
    rows = [[row[name] for name in batch.header] for row in batch.rows]
    rows[SHORT] = rows[SHORT][:20]
    rows[LONG] = [*rows[LONG], "left", "over"]
    return rows


def delimited(batch: Batch, *, delimiter: str = ",", encoding: str = "utf-8") -> bytes:
    """Write the rows as CSV. The last one's last cell opens a quotation mark and never closes it."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter)
    rows = cells_of(batch)
    writer.writerows([batch.header, *rows[:-1]])
    writer.writerow(rows[-1][:-1])
    return (text.getvalue().removesuffix("\r\n") + f'{delimiter}"2026-02-20\r\n').encode(encoding)


def items(plan: Any, *fields: str) -> list[dict[str, Any]]:
    return [{name: item[name] for name in fields} for item in plan["items"]]


def mend(path: Path, batch: Batch, mended: Path) -> None:
    """Put right, in the file that was given back, the cells that were wrong, and nothing else."""
    lines = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))
    for line in lines:
        place = int(line["reject_row"]) - 2
        wrong = batch.header if place in {SHORT, LONG, UNCLOSED} else batch.spoilt[place]
        line.update({name: batch.right[place][name] for name in wrong})
        line.update({name: "" for name in line if name.startswith("extra_")})
    with mended.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(lines[0]))
        writer.writeheader()
        writer.writerows(lines)


def head(run: Run) -> Any:
    ran = run("audit", "verify", "--json")
    assert ran.code == 0
    (item,) = ran.json()["items"]
    return item["events"], item["head"]


def test_every_one_of_the_two_hundred_is_in_after_mending(run: Run, tmp_path: Path) -> None:
    batch = two_hundred()
    path, back, mended = tmp_path / "forms.csv", tmp_path / "rejects.csv", tmp_path / "mended.csv"
    path.write_bytes(delimited(batch))

    took = run("intake", "import", path, "--json")
    assert took.code == 3
    plan = took.json()
    rejected = len(BAD_CELLS) + len(LONG_CELLS) + 3
    assert plan["counts"] == {
        "new": 200 - rejected - 3,
        "changed": 0,
        "unchanged": 0,
        "conflict": 3,
        "rejected": rejected,
    }
    assert sum(plan["counts"].values()) == len(plan["items"]) == 200
    assert [item["row"] for item in plan["items"]] == list(range(2, 202))
    by_place = dict(enumerate(plan["items"]))
    for place, (column, _, says) in enumerate(BAD_CELLS + LONG_CELLS, 10):
        said = {error["column"]: error["reason"] for error in by_place[place]["errors"]}
        assert says in " ".join(said.values()), (column, said)
        assert by_place[place]["outcome"] == "rejected"
    assert {place for place, item in by_place.items() if item["outcome"] == "conflict"} == batch.conflicts
    assert "20 cells" in by_place[SHORT]["errors"][0]["reason"]
    assert "an unquoted separator" in by_place[LONG]["errors"][0]["reason"]
    assert "never closed" in by_place[UNCLOSED]["errors"][0]["reason"]
    for item in plan["items"]:
        assert (item["reject_id"] is None) == (item["outcome"] == "new")
        assert bool(item["errors"]) == (item["outcome"] in {"rejected", "conflict"})

    waiting = run("intake", "rejects", "--json").json()
    assert waiting["counts"] == {"rejects": rejected + 3}
    assert {item["reject_id"] for item in waiting["items"]} == {
        item["reject_id"] for item in plan["items"] if item["reject_id"]
    }
    assert run("intake", "rejects", "--out", back).code == 0
    unmended = head(run)
    assert run("intake", "import", back).code == 3
    assert head(run) == unmended

    mend(back, batch, mended)
    second = run("intake", "import", mended, "--json")
    assert second.code == 0, second.err
    assert second.json()["counts"]["new"] == rejected + 3
    assert run("intake", "rejects", "--json").json()["counts"] == {"rejects": 0}
    assert run("provider", "list", "--json").json()["counts"] == {"providers": 200}

    # All are in: every one of the two hundred as it should have been says nothing that is not on file.
    right = tmp_path / "right.csv"
    with right.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, batch.header)
        writer.writeheader()
        writer.writerows(batch.right)
    settled = head(run)
    assert run("intake", "import", right, "--json").json()["counts"]["unchanged"] == 200

    assert run("intake", "import", path).code == 3
    assert run("intake", "import", mended).code == 0
    assert run("intake", "rejects", "--json").json()["counts"] == {"rejects": 0}
    assert head(run) == settled


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8-sig"), (",", "utf-16"), (",", "cp1252"), (";", "utf-8"), ("\t", "utf-8"), (";", "cp1252")],
)
def test_every_csv_that_a_spreadsheet_saves_gives_the_same_plan(
    run: Run, tmp_path: Path, delimiter: str, encoding: str
) -> None:
    batch = two_hundred()
    plain, other = tmp_path / "plain.csv", tmp_path / "other.csv"
    plain.write_bytes(delimited(batch))
    other.write_bytes(delimited(batch, delimiter=delimiter, encoding=encoding))
    plans = [run("intake", "import", path, "--dry-run", "--json").json() for path in (plain, other)]
    assert plans[0]["counts"] == plans[1]["counts"]
    fields = ("row", "npi", "outcome", "changes", "errors", "reject_id")
    assert items(plans[0], *fields) == items(plans[1], *fields)


def write_workbook(path: Path, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    for number, row in enumerate([header, *rows], 1):
        for place, value in enumerate(row, 1):
            cell = page.cell(number, place, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a formula that somebody typed into a web form arrives as text
    book.save(path)


def write_rows(path: Path, batch: Batch) -> None:
    rows: list[Mapping[str, str]] = list(batch.rows)
    match path.suffix:
        case ".xlsx":
            write_workbook(path, batch.header, [[row[name] for name in batch.header] for row in rows])
        case ".json":
            path.write_text(json.dumps(rows), encoding="utf-8")
        case ".ndjson":
            path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
        case _:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = csv.DictWriter(file, batch.header)
                writer.writeheader()
                writer.writerows(rows)


@pytest.mark.parametrize(("suffix", "first_row"), [(".xlsx", 2), (".json", 1), (".ndjson", 1)])
def test_a_workbook_and_json_give_the_same_plan(run: Run, tmp_path: Path, suffix: str, first_row: int) -> None:
    batch = two_hundred(long=False)
    plain, other = tmp_path / "forms.csv", tmp_path / f"forms{suffix}"
    write_rows(plain, batch)
    write_rows(other, batch)
    expected = run("intake", "import", plain, "--dry-run", "--json").json()
    plan = run("intake", "import", other, "--dry-run", "--json").json()
    assert plan["counts"] == expected["counts"]
    # A message that names another row counts as its own file does.
    fields = ("npi", "outcome", "reject_id")
    assert items(plan, *fields) == items(expected, *fields)
    assert [item["row"] for item in plan["items"]] == list(range(first_row, first_row + 200))
    for ours, theirs in zip(plan["items"], expected["items"], strict=True):
        if ours["outcome"] == "rejected":
            assert ours["errors"] == theirs["errors"]


def test_a_workbook_of_numbers_and_dates_is_the_same_as_its_text(run: Run, tmp_path: Path) -> None:
    batch = two_hundred()
    batch.spoilt.clear()

    def typed(name: str, cell: str) -> Any:
        if name in {"npi", "caqh_id", "zip"}:
            return int(cell)
        if name in {"date_of_birth", "signed_on", "license_1_expires_on"}:
            return date.fromisoformat(cell)
        return 3_000_000 if name == "malpractice_aggregate" else cell == "yes" if name == "caqh_authorized" else cell

    path, text = tmp_path / "forms.xlsx", tmp_path / "forms.csv"
    write_workbook(path, batch.header, [[typed(name, cell) for name, cell in row.items()] for row in batch.right])
    write_rows(text, batch)
    assert run("intake", "import", path, "--json").json()["counts"]["new"] == 200
    assert run("intake", "import", text, "--json").json()["counts"]["unchanged"] == 200
