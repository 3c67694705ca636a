"""Take the pictures of README's story: the demo's practice on its last day, its commands and its pages, in a browser.

Needs the browser that the tests use (`make browser`, and Chromium from the system). The people are the demo's, all invented.
"""

import csv
import html
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
PICTURES = ROOT / "docs" / "images"
FIRST_DAY, LAST_DAY = "2026-03-03", "2026-06-02"
#: Name, and the command typed for it.
FORM = "demo-1-form"
TERMINALS = {
    FORM: "intake import credkit-demo/forms-march.csv",
    "demo-2-why-not": "explain 1000000319",
    "demo-4-ready": "ready 1000000251",
    "demo-6-today": "today --limit 4",
}
AGENDA = "demo-3-committee"
PAGE = "demo-5-portal"
#: Who seeks their page in the portal.
VISITOR = "1000000251"
_LINES = 24
_STYLE = """
body { margin: 0; background: #1b1f24 }
pre { margin: 0; padding: 16px; font: 13px/1.35 "DejaVu Sans Mono", monospace; color: #d7dde3; white-space: pre }
b { color: #8ecb8e; font-weight: normal }
"""


def main() -> None:
    """Run the demo, and take every picture."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as home, sync_playwright() as play:
        folder = Path(home)
        run(folder, "demo", now=None)
        chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
        browser = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        run(folder, "--db", "first.db", "init", now=FIRST_DAY)
        for name, command in TERMINALS.items():
            if name == FORM:  # as it was on the first day, in an empty store
                terminal(
                    browser,
                    name,
                    command,
                    run(folder, "--db", "first.db", *command.split(), "--format", "table", now=FIRST_DAY),
                )
            else:
                terminal(browser, name, command, run(folder, *command.split(), "--format", "table"))
        run(folder, "committee", "agenda", "2026-06-09", "--as", "html", "--out", "agenda.html")
        page = browser.new_page(viewport={"width": 900, "height": 640})
        page.goto((folder / "agenda.html").as_uri())
        page.screenshot(path=PICTURES / f"{AGENDA}.png")
        with portal(folder) as address:
            own_page(browser, folder, address)
        browser.close()


def run(folder: Path, *arguments: str, now: str | None = LAST_DAY) -> str:
    """Run a command in the demo's practice, and return what it printed."""
    done = subprocess.run(
        [sys.executable, "-m", "credkit", *arguments],
        cwd=folder,
        env=environment(folder, now),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Error" not in done.stderr, done.stderr
    return done.stdout


def environment(folder: Path, now: str | None) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CREDKIT_")}
    own = {"HOME": str(folder), "COLUMNS": "104", "NO_COLOR": "1"}
    if now is None:
        return kept | own
    demo = folder / "credkit-demo"
    settings = {"DB": demo / "credkit.db", "CONFIG": demo / "settings.toml", "NOW": now, "ACTOR": "kim"}
    return kept | own | {f"CREDKIT_{name}": str(value) for name, value in settings.items()}


def terminal(browser: Any, name: str, command: str, printed: str) -> None:
    """Take a picture of a command and what it prints: the beginning, and the end where it is long."""
    lines = printed.splitlines()
    shown = lines if len(lines) <= _LINES else [*lines[: _LINES // 3], "...", *lines[-_LINES * 2 // 3 :]]
    text = f"<b>$ credkit {html.escape(command)}</b>\n" + html.escape("\n".join(shown))
    page = browser.new_page(viewport={"width": 880, "height": 100})
    page.set_content(f"<style>{_STYLE}</style><pre>{text}</pre>")
    page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
    page.close()


@contextmanager
def portal(folder: Path) -> Iterator[str]:
    """Serve the portal, and give its address."""
    with subprocess.Popen(
        [sys.executable, "-m", "credkit", "portal", "serve", "--port", "0"],
        cwd=folder,
        env=environment(folder, LAST_DAY),
        stderr=subprocess.PIPE,
        text=True,
    ) as server:
        assert server.stderr
        found = re.search(r"http://\S+", server.stderr.readline())
        assert found
        try:
            yield found[0]
        finally:
            server.terminate()


def own_page(browser: Any, folder: Path, address: str) -> None:
    """Take a picture of a provider's own page, on a phone."""
    link = re.search(r"/link/\S+", run(folder, "portal", "link", VISITOR))
    assert link
    page = browser.new_page(viewport={"width": 360, "height": 900})
    page.goto(address + link[0])
    page.fill("[name=date_of_birth]", date_of_birth(folder))
    page.click("main button")
    page.screenshot(path=PICTURES / f"{PAGE}.png")
    page.close()


def date_of_birth(folder: Path) -> str:
    """Return the visitor's date of birth, which only they know: from the form that they filled in."""
    for path in sorted((folder / "credkit-demo").glob("forms-*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if row.get("npi") == VISITOR:
                    return row["date_of_birth"]
    raise AssertionError(f"no form of {VISITOR}")


if __name__ == "__main__":
    main()
