"""Processes timed from outside: wall time, processor time and the most memory each held.

Contenders for one piece of work run in turn, several rounds, and the best of each counts: a machine that others use only
ever makes a round slower.
"""

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
_LAUNCH = ROOT / "bench" / "launch.py"
#: What the installed command runs.
CREDKIT = ("-c", "from credkit.cli import run; run()")


class Failed(Exception):
    """A contender did not do its work; the message says which, and the end of what it wrote."""


@dataclass(frozen=True, slots=True)
class Contender:
    """One way to do a piece of work: the arguments to Python, and the environment to add.

    `before` makes its place ready, untimed, each round. `ends` are the exit codes with which it did its work, `says` a
    text that stands at the beginning of what it wrote.
    """

    name: str
    arguments: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    before: Callable[[], object] = lambda: None
    ends: tuple[int, ...] = (0,)
    says: str = ""


@dataclass(slots=True)
class Runs:
    """Every round of one contender."""

    seconds: list[float] = field(default_factory=list)
    processor_seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0

    @property
    def best(self) -> float:
        """The quickest round, in seconds."""
        return min(self.seconds)

    @property
    def median(self) -> float:
        """The round in the middle, in seconds."""
        return median(self.seconds)

    def add(self, seconds: float, processor_seconds: float, peak_bytes: int) -> None:
        """Take a round in; of its memory, the most that any round held."""
        self.seconds.append(seconds)
        self.processor_seconds.append(processor_seconds)
        self.peak_bytes = max(self.peak_bytes, peak_bytes)


def environment(work: Path, more: dict[str, str] | None = None) -> dict[str, str]:
    """Return what a measured process sees: a home of its own, and compiled modules kept, as an installation has them."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CREDKIT_", "XDG_", "PYTHON"))}
    own = {"HOME": str(work), "PYTHONPYCACHEPREFIX": str(work / "compiled"), "CREDKIT_ACTOR": "bench"}
    return kept | own | (more or {})


def prepare(work: Path, arguments: Sequence[str], more: dict[str, str] | None = None) -> None:
    """Run Python once, untimed."""
    once(Contender("preparation", tuple(arguments), more or {}), work)


def once(contender: Contender, work: Path) -> tuple[float, float, int]:
    """Run a contender once; return its wall seconds, processor seconds and peak bytes."""
    contender.before()
    said, complained, usage = work / "out.txt", work / "err.txt", work / "usage.txt"
    with said.open("wb") as out, complained.open("wb") as err:
        ended = subprocess.run(
            [sys.executable, "-S", str(_LAUNCH), str(usage), sys.executable, *contender.arguments],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=ROOT,
            env=environment(work, contender.environment),
            check=False,
        ).returncode
    with said.open(encoding="utf-8") as text:
        beginning = text.read(2_000)
    if ended not in contender.ends or contender.says not in beginning:
        words = complained.read_text(encoding="utf-8", errors="replace")[-2_000:]
        raise Failed(f"{contender.name} ended {ended}, having said {beginning[:500]!r}\n{words}")
    unit = 1 if sys.platform == "darwin" else 1024  # what ru_maxrss counts in
    seconds, processor_seconds, peak = usage.read_text(encoding="ascii").split()
    return float(seconds), float(processor_seconds), int(peak) * unit


def race(contenders: Sequence[Contender], rounds: int, work: Path) -> dict[str, Runs]:
    """Run the contenders in turn, so many rounds."""
    runs = {contender.name: Runs() for contender in contenders}
    for _ in range(rounds):
        for contender in contenders:
            runs[contender.name].add(*once(contender, work))
    return runs
