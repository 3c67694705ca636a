"""The page about the checks, held against the checks."""

import re
from pathlib import Path

import pytest

from credkit.checks import CHECKS

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "checks.md"
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))
#: The lines of every section, in this order.
LINES = ["Standard", "Source", "Passes", "Fails", "Reviewed", "Offline", "Window", "Next"]


def test_the_page_is_of_the_checks_and_of_nothing_else() -> None:
    assert list(SECTIONS) == [name for name in SECTIONS if name in CHECKS]
    assert set(SECTIONS) == set(CHECKS)


@pytest.mark.parametrize("name", CHECKS)
def test_every_section_has_the_same_lines(name: str) -> None:
    assert re.findall(r"^- (\w+): \S", SECTIONS[name], re.MULTILINE) == LINES


@pytest.mark.parametrize("name", CHECKS)
def test_the_page_names_the_standard_and_the_window_of_the_check(name: str) -> None:
    check = CHECKS[name]
    for line, said in (("Standard", check.standard), ("Window", check.window.words)):
        (written,) = re.findall(rf"^- {line}: (.*)$", SECTIONS[name], re.MULTILINE)
        assert re.match(re.escape(said) + r"(?!\w)", written), written


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_has_a_file_of_its_own_and_one_of_tests(name: str) -> None:
    code = Path(__file__).parents[2] / "credkit" / "checks" / f"{name}.py"
    # Tested against the wheel there is no checkout beside the tests.
    assert code.exists() or not code.parents[1].exists()
    assert (HERE / f"test_check_{name}.py").exists()
