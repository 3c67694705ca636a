"""A command that dies on the way, and what must be true of the store it leaves."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import doomed
import pytest
from conftest import Run


@dataclass
class Victim:
    """Runs one command in a process that dies at a chosen statement."""

    folder: Path

    def run(self, at: int, *arguments: str | Path) -> int:
        paths = [str(Path(doomed.__file__).parent), *filter(None, (os.environ.get("PYTHONPATH"),))]
        told = {
            "DOOMED_AT": str(at),
            "DOOMED_FILES": "yes",
            "DOOMED_SEEN": str(self.folder / "seen"),
            "PYTHONPATH": os.pathsep.join([*paths, *map(os.path.abspath, filter(None, sys.path[:1]))]),
        }
        return subprocess.run(
            [sys.executable, doomed.__file__, *map(str, arguments)],
            env=os.environ | told,
            capture_output=True,
            timeout=120,
            check=False,
        ).returncode

    def statements(self) -> list[str]:
        return (self.folder / "seen").read_text(encoding="utf-8").splitlines()


@pytest.fixture
def victim(tmp_path: Path) -> Victim:
    return Victim(tmp_path)


def sound(run: Run, db: Path) -> bool:
    """Say whether the store opens, its log is whole, and no event or record stands without the other."""
    with closing(sqlite3.connect(db)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    return run("audit", "verify", "--db", db).code == 0
