"""`credkit init` does all or nothing; and a disk without room is said to be full, not to be a bug."""

import os
import signal
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from conftest import Run
from desk import Desk

import credkit.store.door as the_door


def test_an_init_that_is_refused_writes_no_settings(run: Run, tmp_path: Path) -> None:
    path, settings = tmp_path / "credkit.db", tmp_path / "config.toml"
    path.write_text("somebody's notes")
    ran = run("init", "--db", path, "--config", settings)
    assert (ran.code, "already a file" in ran.err) == (2, True)
    assert not settings.exists()
    assert path.read_text() == "somebody's notes"


def test_an_init_whose_settings_cannot_be_written_makes_no_store(run: Run, tmp_path: Path) -> None:
    no_folder = tmp_path / "notes.txt"
    no_folder.write_text("somebody's notes")
    path = tmp_path / "credkit.db"
    ran = run("init", "--db", path, "--config", no_folder / "config.toml")
    assert (ran.code, "cannot be written" in ran.err) == (2, True)
    assert run("init", "--db", path, "--config", tmp_path / "config.toml").code == 0
    assert run("policy", "show", "--db", path).code == 0


def test_a_settings_file_that_is_there_is_obeyed_and_kept(run: Run, tmp_path: Path) -> None:
    settings = tmp_path / "config.toml"
    settings.write_text("[store]\nbusy_seconds = 1\n")
    ran = run("init", "--db", tmp_path / "credkit.db", "--config", settings)
    assert (ran.code, "Wrote" in ran.err) == (0, False)
    assert settings.read_text() == "[store]\nbusy_seconds = 1\n"


def init(tmp_path: Path, at: int) -> int:
    environment = os.environ | {"DOOMED_AT": str(at), "DOOMED_SEEN": str(tmp_path / "seen.txt")}
    doomed = Path(__file__).parent.parent / "doomed.py"
    command: list[str | Path] = [sys.executable, doomed, "init"]
    command += ["--db", tmp_path / "credkit.db", "--config", tmp_path / "config.toml"]
    return subprocess.run(command, env=environment, capture_output=True, check=False).returncode


def test_an_init_that_was_killed_is_made_good_by_the_next(tmp_path: Path) -> None:
    assert init(tmp_path, 0) == 0
    statements = len((tmp_path / "seen.txt").read_text().splitlines())
    for at in (*range(1, statements, 12), statements):
        for name in ("credkit.db", "config.toml"):
            (tmp_path / name).unlink()
        assert init(tmp_path, at) == -signal.SIGKILL
        assert init(tmp_path, 0) == 0, at
        with closing(sqlite3.connect(tmp_path / "credkit.db")) as connection:
            assert connection.execute("SELECT verb FROM events").fetchall() == [("policy.adopted",)]
        assert stat.S_IMODE((tmp_path / "credkit.db").stat().st_mode) == 0o600
        assert (tmp_path / "config.toml").exists()


def test_a_disk_without_room_is_said_to_be_full(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    connect = the_door._connect

    def full(path: Path, busy_seconds: float) -> sqlite3.Connection:
        connection = connect(path, busy_seconds)
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        connection.execute(f"PRAGMA max_page_count = {pages}")
        return connection

    monkeypatch.setattr(the_door, "_connect", full)
    ran = desk.run("payer", "add", "x" * 50_000, "--line", "commercial")
    assert ran.code == 1
    assert "Error: The disk is full; nothing of this step was written" in ran.err
    assert "Hint: Make room on that disk" in ran.err
    assert "Internal error" not in ran.err
    assert desk.items("payer", "list") == []
