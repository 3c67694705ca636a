"""Kill -9 while a tracker is imported and while a roster is marked: nothing is half-written, and the same command completes
it."""

import shutil
import sqlite3
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from conftest import Run
from factories import day
from forms import unissued_npis
from killed import Victim, sound
from settled import enroll, settle

from credkit.records import EnrollmentStatus, Line, Payer
from credkit.store import Store

NPIS = list(islice(unissued_npis(), 45))
MAP = '[columns]\nnpi = "NPI"\nstatus = "Status"\neffective_on = "From"\n[constants]\npayer = "Aspen Health"\nstate = "CO"\n'


@pytest.fixture
def settled(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("CREDKIT_NOW", "2026-04-10")
    db = tmp_path / "settled.db"
    assert run("init", "--db", db).code == 0
    with Store.open(db, actor="kim", command="test") as store, store.batch():
        store.add_payer(Payer("aspen", "Aspen Health", Line.COMMERCIAL, template="minimal"))
        store.add_payer(Payer("birch", "Birch Mutual", Line.COMMERCIAL, template="minimal", delegated=True))
        for npi in NPIS:
            settle(store, npi)
        for npi in NPIS[:5]:
            waits = {"status": EnrollmentStatus.NOT_STARTED, "submitted_on": None, "effective_on": None}
            enroll(store, npi, "birch", opened_on=day("2026-04-01"), **waits)
    (tmp_path / "map.toml").write_text(MAP, encoding="utf-8")
    rows = "".join(f"{npi},par,2026-04-01\n" for npi in NPIS)
    (tmp_path / "tracker.csv").write_text(f"NPI,Status,From\n{rows}", encoding="utf-8")
    return db


@pytest.fixture
def victim(tmp_path: Path) -> Victim:
    return Victim(tmp_path)


def enrollments(db: Path) -> list[tuple[str, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(
            "SELECT npi, payer_id, status, effective_on FROM enrollments ORDER BY npi, payer_id"
        ).fetchall()


def spread(statements: int, deaths: int) -> list[int]:
    return sorted({1 + place * (statements - 1) // (deaths - 1) for place in range(deaths)})


def test_a_tracker_s_import(settled: Path, victim: Victim, run: Run, tmp_path: Path) -> None:
    words = ("enroll", "import", tmp_path / "tracker.csv", "--map", tmp_path / "map.toml")
    whole = tmp_path / "whole.db"
    shutil.copyfile(settled, whole)
    assert victim.run(0, *words, "--db", whole) == 0
    expected, statements = enrollments(whole), len(victim.statements())
    assert len(expected) == 50
    kept = set()
    for at in spread(statements, 9):
        db = tmp_path / f"died-{at}.db"
        shutil.copyfile(settled, db)
        assert victim.run(at, *words, "--db", db) == -9
        assert sound(run, db)
        kept.add(len(enrollments(db)) - 5)
        assert run(*words, "--db", db).code == 0
        assert enrollments(db) == expected
        assert sound(run, db)
    assert kept <= {0, 20, 40, 45}
    assert len(kept) >= 3


def test_a_roster_built_sent_and_accepted(settled: Path, victim: Victim, run: Run, tmp_path: Path) -> None:
    for words in (("roster", "sent", "Birch Mutual"), ("roster", "accepted", "Birch Mutual")):
        if words[1] == "sent":
            assert run("roster", "build", "Birch Mutual", "--out", tmp_path / "r.csv", "--db", settled).code == 0
        before = enrollments(settled)
        whole = tmp_path / f"{words[1]}.db"
        shutil.copyfile(settled, whole)
        assert victim.run(0, *words, "--db", whole) == 0
        expected = enrollments(whole)
        assert expected != before
        for at in spread(len(victim.statements()), 5):
            db = tmp_path / f"{words[1]}-{at}.db"
            shutil.copyfile(settled, db)
            assert victim.run(at, *words, "--db", db) == -9
            assert sound(run, db)
            assert enrollments(db) in (before, expected), "all of it, or nothing"
            if enrollments(db) == before:
                assert run(*words, "--db", db).code == 0
            assert enrollments(db) == expected
        shutil.copyfile(whole, settled)
