"""The committee's papers in a browser: nothing fetched, no error, accessible, no wider than a phone."""

import re
from pathlib import Path
from typing import Any

import pytest
from committees import VOTERS, ready_files, seat, unanimous, votes_file
from desk import Desk
from pages import browser as browser  # noqa: PLC0414 - a fixture
from pages import violations

HELD = "2026-03-10"


@pytest.fixture
def papers(desk: Desk, tmp_path: Path) -> dict[str, Path]:
    """Return an agenda, a packet and minutes as HTML."""
    seat(desk)
    npis = ready_files(desk, 3, exceptions=(1,))
    desk.ok("committee", "schedule", HELD, "--mode", "video")
    desk.ok("committee", "packet", HELD, "--npi", npis[1], "--out", tmp_path / "packets")
    desk.ok("committee", "agenda", HELD, "--as", "html", "--out", tmp_path / "agenda.html")
    desk.live_on(HELD)
    desk.ok("committee", "attend", HELD, "--present", *VOTERS[:3])
    desk.items("committee", "vote", HELD, "--from", votes_file(desk, *unanimous(npis[1])))
    desk.ok("committee", "decide", npis[1], "--decision", "approved", "--meeting", HELD)
    desk.ok("committee", "minutes", HELD, "--as", "html", "--out", tmp_path / "minutes.html")
    (packet,) = (tmp_path / "packets").iterdir()
    return {"agenda": tmp_path / "agenda.html", "packet": packet, "minutes": tmp_path / "minutes.html"}


def test_papers_are_accessible_and_fetch_nothing(papers: dict[str, Path], browser: Any) -> None:
    for name, path in papers.items():
        page = browser.new_page(viewport={"width": 320, "height": 800})
        asked: list[str] = []
        said: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.on("console", lambda message, said=said: said.append(message.text))
        page.goto(path.as_uri())
        assert violations(page) == [], name
        assert asked == [path.as_uri()], name
        assert said == [], name
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, name
        assert re.search("confidential peer review", page.inner_text("body"), re.IGNORECASE), name
        page.close()
