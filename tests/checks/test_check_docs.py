"""The page about the checks, held against the checks."""

import re
from pathlib import Path

import pytest

from credkit.checks import CHECKS

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"
SECTIONS = dict(re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))


def test_every_check_has_its_section() -> None:
    assert set(CHECKS) <= set(SECTIONS)


@pytest.mark.parametrize("name", CHECKS)
def test_the_page_names_the_standard_of_the_check(name: str) -> None:
    (standard,) = re.findall(r"^- Standard: (.*)$", SECTIONS[name], re.MULTILINE)
    assert re.match(re.escape(CHECKS[name].standard) + r"(?!\w)", standard), standard
