"""Real answers and real lists through the whole of it: an intake row made from each recorded answer, imported, verified by
the real client against a local server that gives the answer as it is; and lists loaded whole by the command.

Recorded answers name real people, so they live outside the project: CREDKIT_RECORDED names their folder. CREDKIT_SCREENING
names a folder with a generated exclusion list (UPDATED.csv), or with the generator that writes one (generate.py).
"""

import csv
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, form

from credkit.reference.professions import families_of_taxonomy
from credkit.store import Store

_RECORDED = os.environ.get("CREDKIT_RECORDED", "")
_SCREENING = os.environ.get("CREDKIT_SCREENING", "")
needs_recorded = pytest.mark.skipif(
    not _RECORDED,
    reason="CREDKIT_RECORDED names no folder of recorded answers (they name real people and are not shipped)",
)
needs_screening = pytest.mark.skipif(
    not _SCREENING, reason="CREDKIT_SCREENING names no folder with UPDATED.csv or its generate.py (not shipped)"
)
ANSWERS = ("nppes_v21_single_lcsw.json", "nppes_v21_npi1_older_number_as_int.json", "nppes_v21_behavioral_subset.json")
UNISSUED = "1000000038"


def _records() -> list[tuple[str, bytes, Any]]:
    """Every recorded person: a name for the test that names nobody, the answer as served, and its record.

    An answer of one record is served byte for byte; one of several, a search, as one answer a record.
    """
    found = []
    for name in ANSWERS if _RECORDED else ():
        body = (Path(_RECORDED) / name).read_bytes()
        records = json.loads(body)["results"]
        for n, record in enumerate(records):
            alone = body if len(records) == 1 else json.dumps({"result_count": 1, "results": [record]}).encode()
            found.append((f"{name}-{n}", alone, record))
    return found


RECORDS = _records()
each_record = pytest.mark.parametrize(("body", "record"), [one[1:] for one in RECORDS], ids=[one[0] for one in RECORDS])


def row_of(record: Any) -> dict[str, str]:
    """Make the form that this person would have filled in: what the record leaves open stays blank."""
    basic = record["basic"]
    (primary,) = [line for line in record["taxonomies"] if line["primary"]]
    families = families_of_taxonomy(primary["code"])
    licenses = {line["state"]: line["license"] for line in record["taxonomies"] if line["state"] and line["license"]}
    row = {name: value for name, value in form().items() if not name.startswith("license_")}
    row |= {
        "npi": str(record["number"]),
        "first_name": basic["first_name"],
        "middle_name": basic.get("middle_name", ""),
        "last_name": basic["last_name"],
        "profession": families[0].family if len(families) == 1 else "",
        "taxonomy": primary["code"],
        "states_of_practice": ";".join(licenses) or primary["state"] or "",
    }
    for place, (state, number) in enumerate(licenses.items(), 1):
        row |= {f"license_{place}_state": state, f"license_{place}_number": number}
    return row


def verified(desk: Desk, body: bytes, row: dict[str, str]) -> Any:
    """Import a row, verify its NPI against the recorded answer, and return the finding."""
    desk.registry.raw[row["npi"]] = body
    desk.take_in(row)
    ran = desk.run("verify", "run", row["npi"], "--check", "npi", "--json")
    (finding,) = ran.json()["items"]
    assert ran.code == {"pass": 0, "review": 10, "fail": 10, "unavailable": 4}[finding["result"]]
    return finding


@needs_recorded
def test_there_are_records() -> None:
    assert len(RECORDS) >= len(ANSWERS)


@needs_recorded
@each_record
def test_a_row_made_from_a_record_passes_or_says_what_the_record_leaves_open(
    desk: Desk, body: bytes, record: Any
) -> None:
    row = row_of(record)
    finding = verified(desk, body, row)
    stateless = any(line["license"] and not line["state"] for line in record["taxonomies"])
    if row["profession"] and not stateless:
        assert finding["result"] == "pass", [one["field"] for one in finding["comparisons"] if not one["agrees"]]
    elif finding["result"] != "pass":
        assert finding["result"] == "review"
        said = "profession not stated" in finding["summary"].lower() or "state left open" in finding["summary"]
        assert said, [one["field"] for one in finding["comparisons"] if not one["agrees"]]
    if not row["profession"]:
        assert finding["result"] == "review"


@needs_recorded
@each_record
@pytest.mark.parametrize("part", ["first_name", "last_name"])
def test_with_another_name_it_never_passes(desk: Desk, body: bytes, record: Any, part: str) -> None:
    finding = verified(desk, body, row_of(record) | {part: "Zzyzxova"})
    assert finding["result"] == "review"
    assert "NPPES knows this NPI as" in finding["summary"]


@needs_recorded
@each_record
def test_with_another_npi_it_never_passes(desk: Desk, body: bytes, record: Any) -> None:
    finding = verified(desk, body, row_of(record) | {"npi": UNISSUED})
    assert finding["result"] == "unavailable"
    assert "the record of another number than the one asked for" in finding["summary"]


@needs_recorded
@each_record
def test_with_another_license_number_it_never_passes(desk: Desk, body: bytes, record: Any) -> None:
    row = row_of(record)
    if "license_1_number" not in row:
        pytest.skip("the record lists no license with its state")
    finding = verified(desk, body, row | {"license_1_number": "ZZ-000001"})
    assert finding["result"] == "review"
    assert "NPPES lists another license for" in finding["summary"]


# --- lists ----------------------------------------------------------------------------------------------------------


def loads_whole(desk: Desk, path: Path) -> Any:
    """Load a list by the command; hold its receipt and the store against the file, read by another reader."""
    with path.open(encoding="latin-1", newline="") as text:
        rows = [row for row in csv.reader(text) if row][1:]
    receipt = desk.item("lists", "load", "leie", path)
    assert receipt["rows"] == len(rows)
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store:
        version = store.list_version("leie")
        assert version
        kept = list(store.list_entries(version))
    assert len(kept) == len(rows)
    assert sum(entry.warning is not None for entry in kept) == receipt["warnings"]
    for entry, row in zip(kept, rows, strict=True):
        last, first, middle, business = (cell.strip() or None for cell in row[:4])
        assert (entry.last_name, entry.first_name, entry.middle_name, entry.business_name) == (
            last, first, middle, business
        )  # fmt: skip
        if row[7].strip("0") and entry.npi is None:
            assert entry.warning, "a number that is none is said"
    return receipt


@needs_recorded
def test_the_recorded_rows_of_the_leie_load_whole(desk: Desk) -> None:
    assert loads_whole(desk, Path(_RECORDED) / "leie_head.csv")["warnings"] == 0


@needs_screening
def test_the_generated_list_loads_whole(desk: Desk, tmp_path: Path) -> None:
    path = Path(_SCREENING) / "UPDATED.csv"
    if not path.exists():
        out = tmp_path / "generated"
        words = ["--out", str(out), "--roster", "2000", "--tp", "100", "--sam", "1000"]
        subprocess.run(
            [sys.executable, str(Path(_SCREENING) / "generate.py"), *words],
            check=True,
            capture_output=True,
            timeout=120,
        )
        path = out / "UPDATED.csv"
    assert loads_whole(desk, path)["rows"] == 82_714
    # The very same file again changes nothing.
    again = desk.run("lists", "load", "leie", path)
    assert (again.code, "nothing changed" in again.err) == (0, True)
