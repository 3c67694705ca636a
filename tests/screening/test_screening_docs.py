"""docs/screening.md says what the matcher does."""

from pathlib import Path
from typing import get_args

from credkit.screening import score
from credkit.screening.score import weights
from credkit.screening.verdict import Outcome

PAGE = (Path(__file__).parents[2] / "docs" / "screening.md").read_text(encoding="utf-8")
README = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")


def table(heading: str) -> list[list[str]]:
    lines = PAGE[PAGE.index(heading) :].splitlines()
    rows = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return [[cell.strip("` ") for cell in row] for row in rows]


def test_the_table_of_weights_is_the_file() -> None:
    written = [tuple(row) for row in table("| feature | level")[1:] if len(row) == 4]
    assert written == [
        (feature, level, f"{bits:+.1f}", score._WORDS.get((feature, level), "(not said)"))
        for feature, levels in weights().levels.items()
        for level, bits in levels.items()
    ]


def test_the_other_numbers_are_those_of_the_file() -> None:
    weigh = weights()
    for said in (
        f"from a start of {weigh.prior} bits",
        f"From {weigh.shown:.0f} to 0 it is shown",
        f"counts {weigh.last_rarity} for a last name and {weigh.first_rarity} for a first",
        f"nearly agrees, {weigh.near_rarity} of that",
        f"matcher\nversion {weigh.version}.",
    ):
        assert said in PAGE


def test_every_outcome_stands_there() -> None:
    assert {row[0] for row in table("| outcome |")[1:6]} == set(get_args(Outcome))


def test_readme_links_it() -> None:
    assert "(docs/screening.md)" in README
