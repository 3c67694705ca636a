"""What every test stands on: a home of its own, no way out of this machine, and commands run as a person runs them."""

import io
import json
import os
import re
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from credkit.cli import main

pytest_plugins = ["stores", "desk", "killed", "portals"]

# How long an example takes says nothing where machines are shared; and the same examples each time make a failure one
# that can be run again.
hypothesis.settings.register_profile(
    "ours", deadline=None, derandomize=True, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("ours")


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code, standard output and standard error."""

    code: int
    out: str
    err: str

    def json(self) -> Any:
        """Return standard output as JSON."""
        return json.loads(self.out)

    @property
    def said(self) -> str:
        """All it wrote, for what must not be in it."""
        return without_digests(self.out + self.err)


def without_digests(text: str) -> str:
    """Return a text without its hashes, drawn ids and form tokens: any four digits may turn up in those, on one day in ten."""
    return re.sub(r"[0-9a-f]{12,}", "", text)


Run = Callable[..., Ran]
Put = Callable[..., Path]


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give each test an empty home: the real one is never read or written."""
    home = tmp_path_factory.mktemp("home")
    for name in [name for name in os.environ if name.startswith(("CREDKIT_", "XDG_"))]:
        if name not in {"CREDKIT_RECORDED", "CREDKIT_TESTED", "CREDKIT_PICTURES"}:
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    for name in ("NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(autouse=True)
def _no_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test that reaches for any address but this machine's own."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in {socket.AF_INET, socket.AF_INET6} and address[0] not in {"127.0.0.1", "::1", "localhost"}:
            pytest.fail(f"a test tried to reach {address[0]}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command in this process: `run("status", "--json")`. `input` is standard input, as bytes or text."""

    def ran(*arguments: str | Path, input: str | bytes = b"") -> Ran:
        given = input.encode() if isinstance(input, str) else input
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(given), encoding="utf-8"))
        capsys.readouterr()
        code = main([str(argument) for argument in arguments])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return ran


@pytest.fixture
def run_process(tmp_path: Path) -> Run:
    """Run a command in a process of its own."""

    def ran(*arguments: str | Path, input: str | bytes = b"", env: dict[str, str] | None = None) -> Ran:
        given = input.encode() if isinstance(input, str) else input
        done = subprocess.run(
            [sys.executable, "-m", "credkit", *map(str, arguments)],
            input=given,
            capture_output=True,
            timeout=120,
            cwd=tmp_path,
            env=os.environ | (env or {}),
            check=False,
        )
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return ran


@pytest.fixture
def put(tmp_path: Path) -> Put:
    """Write a file into the test's own folder, and return its path."""

    def write(content: bytes | str, name: str = "form.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write
