"""Play README's examples: run every command of its console blocks, and write what they really print beneath them."""

import os
import re
import struct
import subprocess
import sys
import tempfile
from fcntl import ioctl
from pathlib import Path
from pty import openpty
from shutil import copytree
from termios import TIOCSWINSZ

ROOT = Path(__file__).parents[2]
COLUMNS = 100
_BLOCK = re.compile(r"^```console\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_MARK = "\x1e"


def played(readme: str, folder: Path) -> str:
    """Return README's text with each command's output as a terminal shows it, the commands run in order in a folder."""
    copytree(ROOT / "docs" / "tour", folder / "docs" / "tour")
    commands = [line[2:] for block in _BLOCK.findall(readme) for line in block.splitlines() if line.startswith("$ ")]
    script = "\n".join(f"{command}\nprintf '\\036'" for command in commands)
    outputs = iter(_on_a_terminal(script, folder).split(_MARK))

    def again(block: re.Match[str]) -> str:
        asked = [line for line in block[1].splitlines() if line.startswith("$ ")]
        return "```console\n" + "\n".join(f"{line}\n{next(outputs)}" for line in asked) + "```"

    return _BLOCK.sub(again, readme)


def _on_a_terminal(script: str, folder: Path) -> str:
    """Run a script on a terminal without colors or moving parts, and return what it shows."""
    ours, theirs = openpty()
    ioctl(theirs, TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    process = subprocess.Popen(
        ["bash", "-c", script],
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # how Linux says that nobody holds the other end any more
            break
        if not read:
            break
        shown += read
    os.close(ours)
    process.wait()
    return shown.decode().replace("\r\n", "\n")


def _environment(folder: Path) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CREDKIT_", "COLUMNS"))}
    return kept | {
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(folder),
        "TERM": "dumb",
        "NO_COLOR": "1",
        "CREDKIT_DB": "tour.db",
        "CREDKIT_CONFIG": "tour.toml",
        "CREDKIT_ACTOR": "kim",
        "CREDKIT_NOW": "2026-03-02",
    }


if __name__ == "__main__":
    readme = ROOT / "README.md"
    with tempfile.TemporaryDirectory() as home:
        readme.write_text(played(readme.read_text(encoding="utf-8"), Path(home)), encoding="utf-8")
