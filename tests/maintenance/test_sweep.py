"""The night's sweep: what changed, told once; alone, resumable, and changing nothing but its own record."""

import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from desk import Desk, form
from factories import NPI, OTHER_NPI
from killed import Victim, sound


def sweep(desk: Desk, code: int) -> list[Any]:
    """Sweep, and return what was told."""
    return desk.items("sweep", code=code)


@pytest.fixture
def practice(desk: Desk) -> Desk:
    """Return a practice with Ana Marsh seeing clients, swept."""
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    desk.ok("committee", "letters", "--out", desk.folder / "letters")
    desk.ok("committee", "letters", "--mark-sent", NPI)
    desk.enroll(effective="2026-04-01")
    desk.run("sweep")
    return desk


def test_a_night_without_news_is_quiet(practice: Desk) -> None:
    ran = practice.run("sweep")
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert practice.run("sweep", "--json").json()["counts"] == {"judged": 0}


def test_who_changed_stage_and_why_is_told_once(practice: Desk) -> None:
    practice.live_on("2026-04-01")
    practice.load_leie("2026-03-30")
    practice.run("screen", "run", "--all")
    told = sweep(practice, code=10)
    (stage,) = [one for one in told if one["kind"] == "stage"]
    assert (stage["npi"], "network -> active" in stage["what"]) == (NPI, True)
    assert sweep(practice, code=0) == []
    practice.live_on("2026-09-02")
    told = sweep(practice, code=10)
    assert any("active -> suspended" in one["what"] and "malpractice" in one["what"] for one in told), told


def test_what_comes_nearer_is_told_in_each_band_once(practice: Desk) -> None:
    seen: list[tuple[str, str]] = []
    for day in ("2026-05-05", "2026-06-05", "2026-06-11", "2026-08-05", "2026-08-27", "2026-09-01"):
        practice.live_on(day)
        seen += [
            (day, one["what"])
            for one in practice.run("sweep", "--json").json()["items"]
            if one["kind"] in {"expiry", "caqh"}
        ]
    ana = "Ana Marsh: "
    assert seen == [
        ("2026-05-05", f"{ana}malpractice ends on 2026-09-01"),
        ("2026-06-05", f"{ana}CAQH is to be attested by 2026-06-10"),
        ("2026-06-05", f"{ana}malpractice ends on 2026-09-01"),
        ("2026-06-11", f"{ana}CAQH was to be attested by 2026-06-10"),
        ("2026-08-05", f"{ana}malpractice ends on 2026-09-01"),
        ("2026-08-27", f"{ana}malpractice ends on 2026-09-01"),
        ("2026-09-01", f"{ana}malpractice ended on 2026-09-01"),
    ]


def test_a_license_that_ended_is_told_after_a_sweep_on_its_last_day(desk: Desk) -> None:
    desk.take_in(form(license_1_expires_on="2026-04-30"))
    desk.run("sweep")
    seen = []
    for day in ("2026-04-29", "2026-04-30", "2026-05-01", "2026-05-02"):
        desk.live_on(day)
        desk.ok("provider", "note", NPI, "so that every night's sweep has something to record")
        told = desk.run("sweep", "--json").json()["items"]
        seen += [(day, one["what"]) for one in told if one["kind"] == "expiry"]
    assert seen == [
        ("2026-04-29", "Ana Marsh: license CO ends on 2026-04-30"),
        ("2026-05-01", "Ana Marsh: license CO ended on 2026-04-30"),
    ]


def test_lists_and_letters_and_recredentialing(practice: Desk) -> None:
    practice.take_in(form(npi=OTHER_NPI, first_name="Ben", last_name="Quill", caqh_id="10000002", license_1_number="77"), name="other.csv")  # fmt: skip
    practice.registry.records[OTHER_NPI] = practice.registry.records[NPI]
    practice.live_on("2026-04-03")
    kinds = {one["kind"]: one["what"] for one in sweep(practice, code=10)}
    assert "the list leie of 2026-03-01 is too old" in kinds["list"]
    practice.live_on("2028-10-05")
    kinds = {one["kind"]: one["what"] for one in sweep(practice, code=10)}
    assert "due by 2029-03-31" in kinds["recredential"]


def test_it_changes_nothing_but_its_own_record(practice: Desk) -> None:
    before = practice.items("audit", "log")
    practice.live_on("2026-09-02")
    practice.run("sweep")
    after = practice.items("audit", "log")
    assert [event["verb"] for event in after[len(before) :]] == ["store.swept"]
    practice.ok("audit", "verify")


def test_dropping_the_cache_changes_no_answer(practice: Desk) -> None:
    import sqlite3

    with sqlite3.connect(practice.folder / "credkit.db") as connection:
        connection.execute("DELETE FROM swept")
    assert practice.run("sweep").code == 0
    practice.live_on("2026-09-02")
    assert any("-> suspended" in one["what"] for one in sweep(practice, code=10))


def test_one_at_a_time(practice: Desk) -> None:
    code = (
        "import sys, time; from pathlib import Path; from credkit.store.locks import alone\n"
        "with alone(Path(sys.argv[1]), 'sweep'):\n    print('held', flush=True); time.sleep(30)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(practice.folder / "credkit.db")], stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        ran = practice.run("sweep")
        assert (ran.code, "Another sweep of this store is running" in ran.err) == (7, True)
        other.kill()
    assert practice.run("sweep").code == 0


def test_a_killed_sweep_leaves_what_it_found_to_the_next(
    practice: Desk, run: Run, victim: Victim, tmp_path: Path
) -> None:
    practice.live_on("2026-09-02")
    whole = shutil.copy(practice.folder / "credkit.db", tmp_path / "whole.db")
    assert victim.run(0, "--db", whole, "sweep", "--json") == 10
    steps = len(victim.statements())
    path = shutil.copy(practice.folder / "credkit.db", tmp_path / "again.db")
    expected = {one["what"] for one in run("sweep", "--db", path, "--json").json()["items"]}
    assert expected
    for at in range(8, steps + 1, 9):
        path = shutil.copy(practice.folder / "credkit.db", tmp_path / f"killed-{at}.db")
        assert victim.run(at, "--db", path, "sweep", "--json") == -signal.SIGKILL
        assert sound(run, Path(path))
        told = {one["what"] for one in run("sweep", "--db", path, "--json").json()["items"]}
        assert told in (expected, set()), at
        if told == set():
            # Only where the sweep was whole, and died before it ended.
            assert at > steps - 9
