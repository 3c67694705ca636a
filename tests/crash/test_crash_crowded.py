"""Several processes and one store: nobody's work is lost, nobody waits for ever, and nobody else may read it."""

import csv
import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import islice
from pathlib import Path

import pytest
from conftest import Run
from desk import form
from forms import applicant, unissued_npis

from credkit.records import Line, Payer
from credkit.store import Store, new_id

APPLICANTS = 400


@pytest.fixture
def db(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("CREDKIT_NOW", "2026-03-02")
    monkeypatch.setenv("CREDKIT_DB", str(tmp_path / "store.db"))
    assert run("init").code == 0
    return tmp_path / "store.db"


def forms(path: Path, first: int, last: int) -> Path:
    people = [applicant(number, npi) for number, npi in enumerate(islice(unissued_npis(), last))][first:]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(people[0]))
        writer.writeheader()
        writer.writerows(people)
    return path


def one(path: Path) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(form()))
        writer.writeheader()
        writer.writerow(form())
    return path


@contextmanager
def held(db: Path, how: str) -> Iterator[None]:
    """Hold the store as another process would."""
    with closing(sqlite3.connect(db, isolation_level=None)) as connection:
        connection.execute(f"BEGIN {how}")
        try:
            yield
        finally:
            connection.execute("ROLLBACK")


def test_two_imports_at_once_lose_nothing(run: Run, db: Path, tmp_path: Path) -> None:
    """Half of the people are in both files; whoever comes second finds them there."""
    files = [forms(tmp_path / "a.csv", 0, 300), forms(tmp_path / "b.csv", 100, APPLICANTS)]
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "credkit", "intake", "import", str(path)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for path in files
    ]
    ended = [(process.communicate(timeout=120), process.returncode) for process in processes]
    for path, ((_, err), code) in zip(files, ended, strict=True):
        assert code in {0, 7}, err
        if code == 7:
            assert "Another process holds the store" in err
            assert run("intake", "import", path).code == 0
    assert run("provider", "list", "--json").json()["counts"] == {"providers": APPLICANTS}
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute("SELECT COUNT(*) FROM applications").fetchone() == (APPLICANTS,)
    assert run("audit", "verify").code == 0


@pytest.mark.parametrize("how", ["IMMEDIATE", "EXCLUSIVE"])
def test_a_held_store_is_waited_for_as_long_as_the_settings_say(run: Run, db: Path, tmp_path: Path, how: str) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text("[store]\nbusy_seconds = 0.05\n", encoding="utf-8")
    path = one(tmp_path / "form.csv")
    with held(db, how):
        ran = run("intake", "import", path, "--config", settings)
        assert ran.code == 7
        assert ran.out == ""
        assert f"Another process holds the store {db}" in ran.err
        assert "run the command again" in ran.err
        assert run("provider", "list", "--config", settings).code == (0 if how == "IMMEDIATE" else 7)
    assert run("provider", "list", "--json").json()["counts"] == {"providers": 0}
    assert run("intake", "import", path, "--config", settings).code == 0


def test_the_wait_ends_when_the_other_is_done(db: Path, tmp_path: Path) -> None:
    path = one(tmp_path / "form.csv")
    with held(db, "IMMEDIATE"):
        process = subprocess.Popen([sys.executable, "-m", "credkit", "intake", "import", str(path)])
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=1)
    assert process.wait(timeout=60) == 0


def test_a_store_of_a_newer_credkit_is_left_alone(run: Run, db: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('credkit', 'of_tomorrow', '')"
        )
    before = db.read_bytes()
    for arguments in (("intake", "import", one(tmp_path / "form.csv")), ("status",), ("audit", "verify")):
        ran = run(*arguments)
        assert ran.code == 6
        assert "written by a newer credkit (it has of_tomorrow)" in ran.err
    assert db.read_bytes() == before


def test_every_file_of_a_store_is_for_its_owner_alone_also_while_it_is_written(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        with Store.create(tmp_path / "store" / "credkit.db", actor="a", command="c") as store:
            with store.batch():
                store.add_payer(Payer(new_id(), "Aspen Health", Line.COMMERCIAL))
                names = {path.name: stat.S_IMODE(path.stat().st_mode) for path in store.path.parent.iterdir()}
            assert store.path.with_name("credkit.db-journal").name in names or "credkit.db-wal" in names
            folder = names.pop("credkit.db.files")
            assert (folder, set(names.values())) == (0o700, {0o600})
            assert stat.S_IMODE(store.path.parent.stat().st_mode) == 0o700
    finally:
        os.umask(umask)
