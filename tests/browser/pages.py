"""Pages looked at in a headless browser (Chromium, driven by Playwright), and judged by axe for accessibility.

Skipped, with the reason, where the browser or its driver is not installed: `make browser` installs the driver, your system's
package manager Chromium.
"""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture
def browser() -> Iterator[Any]:
    """Return a headless browser."""
    driver = pytest.importorskip("playwright.sync_api", reason="the browser's driver is not installed: make browser")
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    with driver.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield opened
        opened.close()


def violations(page: Any) -> list[str]:
    """Return what axe finds wrong with a page, each with where."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {node['html'][:120]}" for one in found for node in one["nodes"]]
