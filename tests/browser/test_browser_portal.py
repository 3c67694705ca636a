"""The portal in a browser, by keyboard alone, on a phone's width and in dark: from the link to a form that is taken in.

With CREDKIT_PICTURES naming a folder, the pages are kept there as pictures.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from factories import NPI, policy
from pages import browser as browser  # noqa: PLC0414 - a fixture
from pages import violations
from papers import pdf
from portals import BORN, Site

CLEO = "1000000020"
#: What is typed, by column, page by page.
ANSWERS = {
    "person": {
        "npi": CLEO, "first_name": "Cleo", "last_name": "Strand", "date_of_birth": BORN, "phone": "303-555-0123",
    },
    "practice": {},
    "license": {"license_1_number": "0012345", "license_1_issued_on": "2015-04-01", "license_1_expires_on": "2027-03-31"},
    "board": {},
    "malpractice": {
        "malpractice_carrier": "Prairie Mutual", "malpractice_policy_number": "MP-1",
        "malpractice_insured_name": "Cleo Strand", "malpractice_effective_on": "2025-09-01",
        "malpractice_expires_on": "2026-09-01", "malpractice_per_claim": "1M / 3M",
    },
    "caqh": {"caqh_id": "10000001"},
    "education": {"degree": "MSW", "school": "Plains University", "graduated_on": "2012-05"},
    "work": {"work_1_employer": "Aspen Clinic", "work_1_role": "therapist", "work_1_started_on": "2015-05"},
}  # fmt: skip


class Keyboard:
    """A page that is only ever typed on. `looked` is every page that was judged."""

    def __init__(self, page: Any, base: str) -> None:
        self.page = page
        self.base = base
        self.said: list[str] = []
        self.asked: list[str] = []
        self.looked: list[str] = []
        page.on("console", lambda message: self.said.append(message.text))
        page.on("pageerror", lambda error: self.said.append(str(error)))
        page.on("request", lambda request: self.asked.append(request.url))

    def look(self, name: str) -> None:
        """Judge the page as it stands, and keep its picture where one is wanted."""
        assert violations(self.page) == [], name
        assert self.page.evaluate("document.documentElement.scrollWidth") <= self.page.viewport_size["width"], name
        self.looked.append(name)
        if folder := os.environ.get("CREDKIT_PICTURES"):
            scheme = "dark" if self.page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
            path = Path(folder) / f"portal-{name}-{scheme}.png"
            self.page.screenshot(path=str(path), full_page=True, clip={"x": 0, "y": 0, "width": 320, "height": 860})

    def reach(self, selector: str) -> None:
        """Press Tab until something has the focus, and see that the focus shows."""
        for _ in range(200):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("s => document.activeElement.matches(s)", selector):
                shown = self.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
                assert shown == "solid", selector
                return
        pytest.fail(f"the keyboard does not reach {selector}")

    def write(self, name: str, text: str) -> None:
        self.reach(f"[name='{name}']")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def press(self, selector: str) -> None:
        self.reach(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, name: str, value: str) -> None:
        """Choose one of two answers, as a keyboard does: the arrow goes from one to the next."""
        self.reach(f"[name='{name}']")
        self.page.keyboard.press("Space")
        if value == "no":
            self.page.keyboard.press("ArrowDown")
        assert self.page.evaluate("n => document.querySelector(`[name='${n}']:checked`).value", name) == value


@pytest.fixture(params=["light", "dark"])
def keyboard(request: pytest.FixtureRequest, site: Site, browser: Any) -> Iterator[Keyboard]:
    """Return an empty page on a phone, in light or in dark, without JavaScript of its own to run."""
    # axe is put into the page from outside, which its policy forbids everybody else.
    page = browser.new_page(viewport={"width": 320, "height": 640}, color_scheme=request.param, bypass_csp=True)
    made = Keyboard(page, site.base)
    yield made
    # Of a form that must be mended (422) the browser makes a note of its own.
    assert [words for words in made.said if "status of 422" not in words] == []
    assert {url.partition("/")[2].split("/")[1] for url in made.asked} == {site.base.partition("//")[2]}
    page.close()


def test_a_provider_comes_in_reads_and_sends_a_paper(site: Site, keyboard: Keyboard, tmp_path: Path) -> None:
    site.desk.take_in({**_form(), "license_1_expires_on": "2026-02-28"}, name="late.csv")
    site.desk.load_leie()
    site.desk.run("verify", "run", NPI)
    page = keyboard.page
    page.goto(site.base + site.link())
    keyboard.look("sign-in")
    keyboard.write("date_of_birth", "1985-01-01")
    keyboard.press("main button")
    keyboard.look("wrong-date")
    keyboard.write("date_of_birth", BORN)
    keyboard.press("main button")
    assert page.title().startswith("Your credentialing")
    keyboard.look("status")
    keyboard.press("a[href^='/paper/']")
    keyboard.look("paper")
    paper = tmp_path / "license.pdf"
    paper.write_bytes(pdf())
    keyboard.reach("input[type=file]")
    page.set_input_files("input[type=file]", str(paper))
    keyboard.press("main button")
    assert "We have received it" in page.inner_text("main")
    keyboard.press("main a.button")
    assert "You sent something on March 2, 2026" in page.inner_text("main")
    keyboard.press("a[href='/facts']")
    keyboard.look("facts")
    keyboard.press("a[href='/status']")
    page.goto(site.base + "/sign")
    keyboard.look("sign")
    page.emulate_media(media="print")
    page.goto(site.base + "/status")
    assert not page.is_visible("header.top form")
    page.emulate_media(media="screen")
    keyboard.press("header.top button")
    assert page.title().startswith("You are signed out")
    keyboard.look("signed-out")
    assert [one["file_name"] for one in site.desk.items("document", "list", NPI)] == ["license.pdf"]


def test_the_form_from_its_first_page_to_the_file(site: Site, keyboard: Keyboard) -> None:
    page = keyboard.page
    page.goto(site.base + site.invite())
    keyboard.look("begin")
    keyboard.press("main button")
    for topic, given in ANSWERS.items():
        assert f"/form/{topic}" in page.url, page.inner_text("main")
        for name, text in given.items():
            keyboard.write(name, text)
        if topic == "malpractice":
            keyboard.reach("[name='malpractice_basis']")
            page.keyboard.type("Occ")
        keyboard.look(f"form-{topic}")
        keyboard.press("button[value='next']")
    # Sent empty first: what is wrong is said at its question.
    keyboard.press("button[value='next']")
    keyboard.look("form-mend")
    assert page.get_by_role("alert").count() == 1
    for key in policy().disclosures:
        keyboard.choose(f"disclosure_{key}", "no")
    keyboard.press("button[value='next']")
    assert "/review" in page.url, page.inner_text("main")
    keyboard.look("review")
    keyboard.write("signed_name", "Cleo Strand")
    keyboard.press("main form button")
    assert "Your application is sent" in page.inner_text("main")
    keyboard.look("sent")
    (waiting,) = site.desk.items("intake", "list")
    site.desk.ok("intake", "accept", waiting["submission_id"])
    assert site.desk.item("provider", "show", CLEO)["name"] == "Cleo Strand"


def test_the_pages_need_no_script(site: Site, browser: Any) -> None:
    """With JavaScript off, and the site's own policy in force, the whole of it works."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(site.base + site.link())
    page.fill("[name=date_of_birth]", BORN)
    page.click("main button")
    assert "Ana Marsh" in page.inner_text("main")
    assert said == []
    context.close()


def _form() -> dict[str, str]:
    from desk import form

    return form(signed_on="2026-02-25")
