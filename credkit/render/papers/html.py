"""A paper as one HTML file: no script, no address outside, readable on a screen, on paper, and by a screen reader."""

from functools import cache
from typing import Any

from credkit.records.paper import Bullets, Facts, Grid, Heading, Paper, Paragraph
from credkit.render.text import clean


def html(paper: Paper) -> str:
    """Return the paper's HTML text."""
    page: str = _template().render(as_values(paper))
    return page


def as_values(paper: Paper) -> dict[str, Any]:
    """Return a paper as the plain values that templates take, its text free of control characters."""
    return {
        "title": clean(paper.title),
        "mark": clean(paper.mark),
        "foot": clean(paper.foot),
        "blocks": [_block(block) for block in paper.blocks],
    }


@cache
def _template() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("credkit.render.papers"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("paper.html")


def _block(block: object) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "level": block.level, "text": clean(block.text)}
        case Paragraph():
            return {"kind": "note" if block.note else "paragraph", "text": clean(block.text)}
        case Facts():
            return {"kind": "facts", "rows": [(clean(name), clean(value)) for name, value in block.rows]}
        case Bullets():
            return {"kind": "bullets", "lines": [clean(item) for item in block.items]}
        case Grid():
            return {
                "kind": "grid",
                "caption": clean(block.caption),
                "header": [clean(cell) for cell in block.header],
                "rows": [[clean(cell) for cell in row] for row in block.rows],
            }
        case _:
            raise AssertionError(f"{block!r} is no block of a paper")
