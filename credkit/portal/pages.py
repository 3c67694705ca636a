"""Pages as HTML: every text that is not ours is escaped, and free of control characters."""

from functools import cache
from typing import Any

from starlette.responses import HTMLResponse, Response

from credkit.harmless import clean
from credkit.portal.guard import Sentence


def html(template: str, *, status: int = 200, **values: Any) -> Response:
    """Return a page."""
    values.setdefault("inside", False)
    values.setdefault("problems", ())
    return HTMLResponse(_templates().get_template(template).render(**values), status_code=status)


def said(one: Sentence, organization: str) -> Response:
    """Return the page of a sentence."""
    return html("say.html", status=one.status, organization=organization, title=one.title, says=one.says, next=None)


@cache
def _templates() -> Any:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("credkit.portal"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: clean(value) if isinstance(value, str) and type(value) is str else value,
    )


@cache
def static(name: str) -> bytes:
    """Return a file that every page uses."""
    from importlib import resources

    return resources.files("credkit.portal").joinpath("static", name).read_bytes()
