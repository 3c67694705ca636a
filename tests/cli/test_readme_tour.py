"""README's tour, played: every command of it, and every line that it says they print."""

import importlib.util
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_command_of_readme_prints_what_readme_says(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("play", ROOT / "docs" / "tour" / "play.py")
    assert spec
    assert spec.loader
    play = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(play)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.count("\n$ credkit ") > 20
    assert _without_hashes(play.played(readme, tmp_path)) == _without_hashes(readme)


def _without_hashes(text: str) -> str:
    """The log's head holds ids that are drawn anew each time."""
    return re.sub(r"\b[0-9a-f]{64}\b", "HASH", text)
