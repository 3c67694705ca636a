"""The crontab and the systemd units that we give away: each line is tried, and says what README says."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from desk import Desk, form

ROOT = Path(__file__).parents[2]
CONTRIB = ROOT / "contrib"
LINES = [
    line for line in (CONTRIB / "crontab").read_text(encoding="utf-8").splitlines() if line and line[0] in "0123456789*"
]
FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))


def test_readme_has_the_same_lines() -> None:
    (block,) = re.findall(r"```cron\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert block == (CONTRIB / "crontab").read_text(encoding="utf-8")


@pytest.mark.parametrize("line", LINES)
def test_cron_can_read_the_line(line: str) -> None:
    *times, command = line.split(None, 5)
    for told, (low, high) in zip(times, FIELDS, strict=True):
        assert told == "*" or all(low <= int(one) <= high for one in told.split("-")), told
    # To cron a bare percent sign ends the command.
    assert not re.search(r"(?<!\\)%", command)


@pytest.mark.parametrize("line", LINES)
def test_the_command_of_the_line_runs(desk: Desk, line: str) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    desk.approve()
    desk.live_on("2026-04-01")
    # Nothing leaves this machine: lists and mail are sought on a port where nobody listens.
    config = desk.folder / "config.toml"
    config.write_text(config.read_text() + '\n[sources.leie]\nurl = "http://127.0.0.1:9/UPDATED.csv"\nattempts = 1\n[mail]\nhost = "127.0.0.1"\nport = 9\nsecurity = "none"\nsender = "a@example.org"\n')  # fmt: skip
    command = line.split(None, 5)[5].replace("\\%", "%").replace("/mnt/elsewhere", str(desk.folder))
    command = command.replace("date -d yesterday", "date -d '2026-04-01 -1 day'")  # the clock of this test
    told = os.environ | {
        "HOME": str(desk.folder),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CREDKIT_ACTOR": "nightly",
    }
    ran = subprocess.run(["/bin/sh", "-c", command], env=told, capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode in {0, 4, 10}, (ran.returncode, ran.stderr)


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
@pytest.mark.parametrize("unit", ["credkit-sweep", "credkit-portal"])
def test_systemd_takes_the_units(unit: str, tmp_path: Path) -> None:
    """They are verified as they are, but for the path of the command, which is where this credkit is."""
    here = Path(sys.executable).parent / "credkit"
    for path in CONTRIB.glob(f"{unit}.*"):
        text = path.read_text(encoding="utf-8").replace("/usr/local/bin/credkit", str(here))
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    units = sorted(map(str, tmp_path.iterdir()))
    ran = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="there is no systemd here")
def test_the_timer_names_a_time_of_night() -> None:
    (when,) = re.findall(r"OnCalendar=(.*)", (CONTRIB / "credkit-sweep.timer").read_text(encoding="utf-8"))
    ran = subprocess.run(["systemd-analyze", "calendar", when], capture_output=True, text=True, timeout=60, check=False)
    assert (ran.returncode, "02:45:00" in ran.stdout) == (0, True)


def test_a_sweep_that_found_something_is_no_failure() -> None:
    from credkit.errors import FOUND_SOMETHING

    text = (CONTRIB / "credkit-sweep.service").read_text(encoding="utf-8")
    assert f"SuccessExitStatus={FOUND_SOMETHING}" in text
