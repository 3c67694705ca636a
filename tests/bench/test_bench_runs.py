"""The bench runs for real, on few rows: every measurement is there, with its peers. How quick it was is nobody's test."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from credkit.reference.identifiers import npi_is_valid

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    os.environ.get("CREDKIT_TESTED") == "wheel", reason="the bench is part of the source, not of the wheel"
)


def bench(work: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench", "--work", str(work), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    ran = bench(tmp_path_factory.mktemp("bench"), "--rows", "60", "--rounds", "1", "--json")
    assert ran.returncode == 0, ran.stderr
    return {one["name"]: one for one in json.loads(ran.stdout)["measurements"]}


def test_every_measurement_is_there(measured: dict[str, Any]) -> None:
    assert list(measured) == [
        "import",
        "status",
        "expiry",
        "today",
        "sweep",
        "ready",
        "roster",
        "verify",
        "verify-rate",
        "verify-grown",
        "lists",
        "packet",
        "portal",
        "startup",
    ]


def test_each_contender_has_its_time_its_rate_and_its_memory(measured: dict[str, Any]) -> None:
    for one in measured.values():
        assert len(one["contenders"]) >= 2
        for contender in one["contenders"]:
            assert len(contender["seconds"]) == 1
            assert contender["rows_per_second"] == pytest.approx(one["rows"] / contender["best_seconds"])
            assert contender["peak_bytes"] > 1_000_000


def test_we_are_held_against_every_peer(measured: dict[str, Any]) -> None:
    peers = {name: {ratio["to"] for ratio in one["ratios"]} for name, one in measured.items()}
    assert peers == {
        "import": {"csv + executemany"},
        "status": {"sqlite3 + json.dumps", "sqlite3 into tuples"},
        "expiry": {"indexed query + json.dumps"},
        "today": {"indexed query + json.dumps"},
        "sweep": {"indexed query + json.dumps"},
        "ready": {"indexed query + json.dumps"},
        "roster": {"xlsxwriter", "openpyxl"},
        "verify": {"bare httpx", "the bound of workers and latency"},
        "verify-rate": {"the bound of rate and latency"},
        "verify-grown": {"credkit, 10 providers"},
        "lists": {"csv + executemany"},
        "packet": {"sqlite3 + jinja2"},
        "portal": {"a constant page, same framework"},
        "startup": {"python -c pass", "python -c 'import typer'"},
    }
    assert all(ratio["wall"] > 0 and ratio["memory"] > 0 for one in measured.values() for ratio in one["ratios"])


@pytest.mark.parametrize("command", ["today", "sweep"])
def test_how_a_report_grows_is_measured_where_it_is_named(tmp_path: Path, command: str) -> None:
    ran = bench(tmp_path, f"{command}-grown", "--rows", "20", "--rounds", "1", "--json")
    assert ran.returncode == 0, ran.stderr
    (one,) = json.loads(ran.stdout)["measurements"]
    turns = ("the first, ", "nothing changed, ", "the next night, ") if command == "sweep" else ("",)
    ours = [f"credkit, {turn}{providers}" for providers in (100, 10) for turn in turns]
    assert [contender["name"] for contender in one["contenders"]] == [*ours, "indexed query + json.dumps"]


def test_a_measurement_alone_as_a_table(tmp_path: Path) -> None:
    ran = bench(tmp_path, "lists", "--rows", "60", "--rounds", "1")
    assert ran.returncode == 0, ran.stderr
    assert "lists: lists load leie FILE.csv, 248 list rows" in ran.stdout
    assert "credkit : csv + executemany = " in ran.stdout


def test_an_unknown_name_is_a_usage_error(tmp_path: Path) -> None:
    ran = bench(tmp_path, "ligts")
    assert ran.returncode == 2
    assert "nothing is called ligts" in ran.stderr


def test_the_same_people_each_time_and_nobody_real(tmp_path: Path) -> None:
    for name in ("one.csv", "two.csv"):
        arguments = [sys.executable, "-m", "bench.people", "form", "50", str(tmp_path / name)]
        subprocess.run(arguments, cwd=ROOT, check=True)
    first = (tmp_path / "one.csv").read_bytes()
    assert first == (tmp_path / "two.csv").read_bytes()
    npis = [line.split(",")[0] for line in first.decode().splitlines()[1:]]
    assert len(set(npis)) == 50
    assert all(npi_is_valid(npi) and npi < "1003000000" for npi in npis)
