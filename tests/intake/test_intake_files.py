"""Files that cannot be taken, through the real command: what is said, how it ends, and that nothing is half-written."""

import csv
import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any

import pytest
from conftest import Put, Ran, Run
from desk import form
from factories import NPI, OTHER_NPI, policy
from forms import two_hundred

from credkit.commands.items.intake import IntakeItem
from credkit.intake.form import columns

HEADER = "npi,first_name,last_name,signed_on\n"
ANA = f"{NPI},Ana,Marsh,2026-02-20\n"
BEN = f"{OTHER_NPI},Ben,Okafor,2026-02-20\n"


@pytest.fixture(autouse=True)
def _practice(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CREDKIT_NOW", "2026-03-02")
    monkeypatch.setenv("CREDKIT_DB", str(tmp_path / "store.db"))
    assert run("init").code == 0


def store_bytes(tmp_path: Path) -> bytes:
    return (tmp_path / "store.db").read_bytes()


def workbook() -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    page = book.active
    for line in (HEADER + ANA + BEN).splitlines():
        page.append(line.split(","))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(**files: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, text in files.items():
            packed.writestr(name.replace("__", "/").replace("_", "."), text)
    return out.getvalue()


OLE = bytes.fromhex("d0cf11e0a1b11ae1") + b"\x00" * 2_000


@pytest.mark.parametrize(
    ("name", "content", "says", "advises"),
    [
        ("form.csv", b"", "is empty", "intake template"),
        ("form.csv", b"\xef\xbb\xbf", "is empty", "intake template"),
        ("form.csv", b"\n\n ,,\n", "is empty", "intake template"),
        ("form.csv", HEADER, "has a header and no rows", "Fill in a row for each provider"),
        ("form.csv", HEADER + "\n , ,\n", "has a header and no rows", "Fill in a row for each provider"),
        ("form.csv", HEADER.replace("last_name", "npi") + ANA, "the same column more than once", "Rename or remove"),
        ("form.csv", '"npi,first_name\n1,2\n', "row 1", "Close it"),
        ("form.csv", "npi,first_name\n1,2\n", "there is no column for last_name", "intake map"),
        ("form.csv", ANA + BEN, "there is no column for npi, first_name, last_name", "intake map"),
        ("form.csv", (HEADER + ANA).encode() + b"\x81\x8d\n", "line 3 is neither UTF-8", "CSV UTF-8"),
        ("form.csv", "\ufeff".encode("utf-16-le") + b"n\x00p\x00i", "cut off or damaged", "CSV UTF-8"),
        ("form.csv", bytes(range(32)) * 40, "is not a text file", "CSV UTF-8"),
        ("form.xlsx", archive(a_txt="x"), "ZIP archive, and not an XLSX", "Unpack it"),
        ("form.xlsx", archive(word__document_xml="x"), "Word document", "spreadsheet"),
        ("form.xlsx", archive(xl__workbook_bin="x"), "binary Excel workbook", "Save it as .xlsx"),
        ("form.ods", archive(content_xml="x"), "OpenDocument", "Save it as .xlsx"),
        ("form.xlsx", archive(xl__workbook_xml="<x"), "cannot be read as an XLSX workbook", "save it again"),
        ("form.xlsx", workbook()[: len(workbook()) // 2], "damaged XLSX or ZIP", "save it again"),
        ("form.xls", OLE, "old Excel file (.xls), or a workbook that is protected", "without a password"),
        ("form.xlsx", OLE, "protected with a password", "without a password"),
        ("form.pdf", b"%PDF-1.7 " + b"x" * 100, "is a PDF that is cut off", "whole file"),
        ("form.csv.gz", b"\x1f\x8b\x08" + b"x" * 100, "gzip", "Unpack it"),
        ("form.json", '{"npi": "1"', "line 1 is not valid JSON", "array of objects"),
        ("form.json", '"a text"', "neither an array nor an object with items", "array of objects"),
        ("form.json", '{"rows": [1]}', "there is no column for npi", "intake map"),
        ("form.json", "[1, 2]", "item 1 is not an object", "array of objects"),
        ("form.json", "[]", "holds no items", "array of objects"),
        ("form.ndjson", json.dumps(form()) + '\n{"npi": \n', "line 2 is not valid JSON", "one object a line"),
        ("form.ndjson", json.dumps(form()) + "\n[1]\n", "line 2 is not an object", "one object a line"),
    ],
)
def test_a_file_that_is_no_form(
    run: Run, put: Put, tmp_path: Path, name: str, content: bytes | str, says: str, advises: str
) -> None:
    path = put(content, name)
    before = store_bytes(tmp_path)
    for arguments in (("intake", "import", path), ("intake", "import", path, "--json")):
        ran = run(*arguments)
        assert ran.code == 3, ran.err
        assert ran.out == ""
        error, *rest = ran.err.splitlines()
        assert error.startswith(f"Error: {path}")
        assert says in error
        assert advises in rest[-1]
        assert "Traceback" not in ran.err
    assert store_bytes(tmp_path) == before


def test_a_file_that_is_not_there_or_is_a_folder(run: Run, tmp_path: Path) -> None:
    for path, says in ((tmp_path / "none.csv", "there is no such file"), (tmp_path, "is a folder")):
        ran = run("intake", "import", path)
        assert ran.code == 3
        assert says in ran.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(run: Run, put: Put) -> None:
    path = put(HEADER + ANA)
    path.chmod(0)
    ran = run("intake", "import", path)
    assert ran.code == 3
    assert "you may not read this file" in ran.err


def test_content_decides_and_not_the_name(run: Run, put: Put) -> None:
    assert run("intake", "import", put(HEADER + ANA, "form.export")).code == 0
    assert run("intake", "import", put(workbook(), "form.csv"), "--json").json()["counts"]["unchanged"] == 1
    assert run("intake", "import", put(json.dumps([form()]), "form")).code == 0


def test_standard_input_is_a_file(run: Run, put: Put) -> None:
    assert (
        run(
            "intake",
            "import",
            "-",
            input=HEADER + ANA,
        ).code
        == 0
    )
    ran = run("intake", "import", "-", put(HEADER + BEN), "--json", input=HEADER + ANA)
    assert [(item["file"], item["outcome"]) for item in ran.json()["items"]] == [
        ("-", "unchanged"),
        (str(put(HEADER + BEN)), "new"),
    ]
    ran = run("intake", "import", "-", input=b"")
    assert (ran.code, "-: " in ran.err or "- is empty" in ran.err) == (3, True)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_one_bad_file_of_several_and_none_is_taken(run: Run, put: Put, tmp_path: Path, order: tuple[int, int]) -> None:
    files = (put(HEADER + ANA, "good.csv"), put("", "empty.csv"))
    before = store_bytes(tmp_path)
    ran = run("intake", "import", *(files[place] for place in order))
    assert ran.code == 3
    assert "empty.csv is empty" in ran.err
    assert store_bytes(tmp_path) == before
    ran = run("intake", "import", put(HEADER + ANA, "good.csv"), "-", input=b"")
    assert ran.code == 3
    assert store_bytes(tmp_path) == before


def test_several_files_are_one_report(run: Run, put: Put) -> None:
    plan = run("intake", "import", put(HEADER + ANA, "a.csv"), put(HEADER + BEN + ANA, "b.csv"), "--json").json()
    assert plan["counts"] == {"new": 2, "changed": 0, "unchanged": 1, "conflict": 0, "rejected": 0}
    assert [Path(item["file"]).name for item in plan["items"]] == ["a.csv", "b.csv", "b.csv"]


def test_a_file_that_spoils_on_the_way_says_what_is_in(run: Run, put: Put, monkeypatch: pytest.MonkeyPatch) -> None:
    from credkit.intake import step

    monkeypatch.setattr(step, "BATCH", 1)
    path = put(HEADER + ANA + BEN + '1000000020,"' + "x" * 10_000_100 + "\n")
    ran = run("intake", "import", path, "--json")
    assert ran.code == 3
    assert ran.out == ""
    assert "the row that starts on line 4 cannot be read" in ran.err
    assert "Before that, 2 new" in ran.err
    path.write_text(HEADER + ANA + BEN + "1000000020,Cleo,Vance,2026-02-20\n", encoding="utf-8")
    assert run("intake", "import", path, "--json").json()["counts"] == {
        "new": 1,
        "changed": 0,
        "unchanged": 2,
        "conflict": 0,
        "rejected": 0,
    }


def test_a_dry_run_writes_nothing_at_all(run: Run, put: Put, tmp_path: Path) -> None:
    batch = two_hundred()
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, batch.header)
    writer.writeheader()
    writer.writerows(batch.rows)
    path = put(text.getvalue())
    before, files = store_bytes(tmp_path), sorted(tmp_path.rglob("*"))
    planned = run("intake", "import", path, "--dry-run", "--json")
    assert planned.code == 3
    assert store_bytes(tmp_path) == before
    assert sorted(tmp_path.rglob("*")) == files
    plan, took = planned.json(), run("intake", "import", path, "--json").json()
    assert (plan["counts"], plan["items"]) == (took["counts"], took["items"])
    assert plan["counts"]["new"] + plan["counts"]["rejected"] + plan["counts"]["conflict"] == 200


def test_the_report_is_what_its_schema_says(run: Run, put: Put) -> None:
    first = put(HEADER + ANA + ANA + BEN.replace("Okafor", "Okafor-Li") + f"{NPI},Cleo,Vance,2026-02-20\n1,A,B,\n")
    plan = run("intake", "import", first, "--json").json()
    assert plan["schema"] == "credkit.intake/1"
    assert plan["on"] == "2026-03-02"
    assert plan["policy"]["name"] == "group-practice"
    assert plan["counts"] == {"new": 2, "changed": 0, "unchanged": 1, "conflict": 1, "rejected": 1}
    assert [item["outcome"] for item in plan["items"]] == ["new", "unchanged", "new", "conflict", "rejected"]
    for item in plan["items"]:
        IntakeItem.model_validate(item)
    conflict, rejected = plan["items"][3:]
    assert (conflict["npi"], [error["column"] for error in conflict["errors"]]) == (NPI, ["npi"])
    assert (rejected["npi"], [error["column"] for error in rejected["errors"]]) == (None, ["npi"])
    changed = run(
        "intake",
        "import",
        put(HEADER.replace("\n", ",phone,date_of_birth\n") + ANA.replace("\n", ",303-555-0100,1985-06-07\n")),
        "--json",
    ).json()
    (item,) = changed["items"]
    assert item["outcome"] == "changed"
    assert item["changes"] == [
        {"field": "date_of_birth", "before": None, "after": "withheld"},
        {"field": "phone", "before": None, "after": "303-555-0100"},
    ]
    assert "1985" not in json.dumps(changed)


def test_no_message_repeats_a_date_of_birth(run: Run, put: Put) -> None:
    path = put(
        HEADER.replace("\n", ",date_of_birth\n") + ANA.replace("\n", ",31.12.1985\n") + BEN.replace("\n", ",1985\n")
    )
    for format_ in ("json", "table", "plain", "ndjson", "csv"):
        ran = run("intake", "import", path, "--format", format_)
        assert ran.code == 3
        assert "1985" not in ran.said
        waiting = run("intake", "rejects", "--format", format_)
        assert "1985" not in waiting.said


def test_columns_that_nothing_maps_are_named_and_the_rest_is_taken(run: Run, put: Put) -> None:
    ran = run("intake", "import", put(HEADER.replace("\n", ",Favorite color\n") + ANA.replace("\n", ",blue\n")))
    assert ran.code == 0
    assert "nothing maps Favorite color" in ran.err


# --- maps -----------------------------------------------------------------------------------------------------------

QUESTIONS = "What is your NPI?,First name,Last name,Date signed\n"


def test_a_proposed_map_works_at_once(run: Run, put: Put, tmp_path: Path) -> None:
    path, where = put(QUESTIONS + ANA), tmp_path / "form.toml"
    assert run("intake", "import", path).code == 3
    ran = run("intake", "map", path, "--out", where)
    assert ran.code == 0
    took = run("intake", "import", path, "--map", where, "--json")
    assert took.code == 0, took.err
    assert took.json()["counts"]["new"] == 1


def test_the_rows_of_a_mapped_form_are_mended_by_the_same_map(run: Run, put: Put, tmp_path: Path) -> None:
    path, where, back = put(QUESTIONS + ANA.replace(NPI, "12") + BEN), tmp_path / "form.toml", tmp_path / "back.csv"
    run("intake", "map", put(QUESTIONS + BEN, "sample.csv"), "--out", where)
    assert run("intake", "import", path, "--map", where).code == 3
    ran = run("intake", "rejects", "--out", back)
    assert "--map FORM.toml" in ran.err
    back.write_text(back.read_text(encoding="utf-8").replace(",12,", f",{NPI},"), encoding="utf-8")
    assert back.read_text(encoding="utf-8").splitlines()[0].endswith(",reject_row," + QUESTIONS.strip())
    assert run("intake", "import", back, "--map", where, "--json").json()["counts"]["new"] == 1
    assert run("intake", "rejects", "--json").json()["counts"] == {"rejects": 0}


def test_the_rejects_of_one_form_are_given_back_alone(run: Run, put: Put, tmp_path: Path) -> None:
    for name, row in (("one.csv", ANA), ("two.csv", BEN)):
        assert run("intake", "import", put(HEADER + row.replace("02-20", "02-30"), name)).code == 3
    assert run("intake", "rejects", "--json").json()["counts"] == {"rejects": 2}
    back = tmp_path / "back.csv"
    ran = run("intake", "rejects", "--from", tmp_path / "two.csv", "--out", back)
    assert (ran.code, "Wrote 1 row." in ran.err) == (0, True)
    assert OTHER_NPI in back.read_text(encoding="utf-8")
    assert NPI not in back.read_text(encoding="utf-8")
    unknown = run("intake", "rejects", "--from", tmp_path / "tow.csv")
    assert (unknown.code, "Did you mean" in unknown.err) == (2, True)


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ('[columns]\nnpy = "What is your NPI?"\n', 2, "columns.npy is not a column of the form. Did you mean npi?"),
        ('[columns]\nnpi = "Your NPI"\n', 3, "'Your NPI' is not in the file. Did you mean What is your NPI?"),
        ("[columns\n", 2, "is not a TOML file"),
        ('[column]\nnpi = "x"\n', 2, "column is not a key of a map. Did you mean columns?"),
        ('[columns]\nnpi = {column = "What is your NPI?", form = "x"}\n', 2, "Did you mean format?"),
    ],
)
def test_a_map_that_does_not_fit(run: Run, put: Put, tmp_path: Path, text: str, code: int, says: str) -> None:
    before = store_bytes(tmp_path)
    ran = run("intake", "import", put(QUESTIONS + ANA), "--map", put(text, "form.toml"))
    assert ran.code == code
    assert says in ran.err
    assert store_bytes(tmp_path) == before


def test_a_map_that_is_not_there(run: Run, put: Put, tmp_path: Path) -> None:
    ran = run("intake", "import", put(QUESTIONS + ANA), "--map", tmp_path / "none.toml")
    assert ran.code == 2
    assert "intake map" in ran.err


def test_changed_headers_are_listed(run: Run, put: Put, tmp_path: Path) -> None:
    where = tmp_path / "form.toml"
    run("intake", "map", put(QUESTIONS + ANA), "--out", where)
    ran = run("intake", "import", put(QUESTIONS.replace("Date signed", "Signature date") + ANA), "--map", where)
    assert ran.code == 3
    assert "the headers have changed since the map was made" in ran.err
    assert "missing: Date signed" in ran.err
    assert "added: Signature date" in ran.err


# --- the template ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_template_filled_in_is_imported(run: Run, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"form.{kind}"
    assert run("intake", "template", "--as", kind, "--out", path).code == 0
    blank = path.read_bytes()
    assert not blank.startswith(b"\xef\xbb\xbf")
    assert path.stat().st_mode & 0o777 == 0o600
    ran = run("intake", "import", path)
    assert ran.code == 3
    assert "no rows" in ran.err
    fill(path, kind, form())
    took = run("intake", "import", path, "--json")
    assert took.code == 0, took.err
    assert took.json()["counts"]["new"] == 1
    assert took.json()["warnings"] == []
    assert run("intake", "template", "--as", kind, "--out", path).code == 2, "a filled form is never written over"


def fill(path: Path, kind: str, row: dict[str, str]) -> None:
    names = [column.name for column in columns(policy())]
    assert set(row) <= set(names)
    if kind == "csv":
        assert path.read_text(encoding="utf-8").strip().split(",") == names
        with path.open("a", encoding="utf-8", newline="") as file:
            csv.DictWriter(file, names, restval="").writerow(row)
    elif kind == "json":
        (blank,) = json.loads(path.read_text(encoding="utf-8"))
        assert list(blank) == names
        path.write_text(json.dumps([blank | row]), encoding="utf-8")
    else:
        from openpyxl import load_workbook

        book = load_workbook(path)
        page: Any = book["form"]
        assert [cell.value for cell in page[1]] == names
        page.append([row.get(name) for name in names])
        book.save(path)


def test_the_template_goes_to_a_pipe(run: Run) -> None:
    assert run("intake", "template").out.startswith("npi,first_name,")
    assert run("intake", "template", "--as", "docx").code == 2


def test_what_is_written_back_is_for_its_owner_alone(run: Run, put: Put, tmp_path: Path) -> None:
    run("intake", "import", put(HEADER + "12,Ana,Marsh,\n"))
    back = tmp_path / "back.csv"
    assert run("intake", "rejects", "--out", back).code == 0
    assert back.stat().st_mode & 0o777 == 0o600
    again = run("intake", "rejects", "--out", back)
    assert again.code == 2
    assert "already a file" in again.err
    assert run("intake", "rejects", "--out", "-").out == back.read_bytes().decode()


def test_a_store_that_is_not_there(run: Run, put: Put, tmp_path: Path) -> None:
    ran: Ran = run("intake", "import", put(HEADER + ANA), "--db", tmp_path / "other.db")
    assert ran.code == 2
    assert "credkit init" in ran.err
