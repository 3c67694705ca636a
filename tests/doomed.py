"""A command of credkit in a process of its own that is killed (SIGKILL) just before its n-th step: an SQL statement, or
with DOOMED_FILES what is done to files too (a folder made, bytes written, forced to disk, a name given).

Nobody could time such a kill from outside. DOOMED_AT is the step's number, 0 lets the command end; DOOMED_SEEN
names a file for the steps that were taken. Imports here take twenty rows a batch, so that few rows are many.
"""

import os
import signal
import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from credkit.cli import main
from credkit.intake import step
from credkit.network import tracker_import
from credkit.verify import step as running


def _noting(does: Callable[..., Any], name: str, noted: Callable[[str], None]) -> Callable[..., Any]:
    def watched(*arguments: Any, **named: Any) -> Any:
        noted(f"file: {name}")
        return does(*arguments, **named)

    return watched


def run() -> int:
    """Run the command line, or die on the way."""
    at, seen = int(os.environ["DOOMED_AT"]), []
    connect = sqlite3.connect

    def noted(statement: str) -> None:
        seen.append(statement)
        if len(seen) == at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(*arguments: Any, **named: Any) -> sqlite3.Connection:
        connection: sqlite3.Connection = connect(*arguments, **named)
        connection.set_trace_callback(noted)
        return connection

    step.BATCH = tracker_import.BATCH = 20
    for name in ("mkdir", "write", "fsync", "replace") if "DOOMED_FILES" in os.environ else ():
        setattr(os, name, _noting(getattr(os, name), name, noted))
    running.TOGETHER = 2
    sqlite3.connect = watched  # type: ignore[assignment]
    code = main(sys.argv[1:])
    if at > len(seen):
        os.kill(os.getpid(), signal.SIGKILL)
    Path(os.environ["DOOMED_SEEN"]).write_text("\n".join(line.split("\n")[0] for line in seen), encoding="utf-8")
    return code


if __name__ == "__main__":
    sys.exit(run())
