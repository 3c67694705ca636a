"""The demo's end in the portal: a provider's page and the onboarding form, open in a browser until Ctrl-C."""

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from credkit import clock
from credkit.demo import practice
from credkit.demo.flow import TODAY, Telling
from credkit.demo.practice import Story

_INVITED = "wren.ashby@example.org"


def open_portal(folder: Path, main: Callable[[Sequence[str]], int], tell: Telling) -> int:
    """Make a link to the page of somebody who must act, invite somebody to the form, and serve both. Returns how the last
    command ended."""
    lapsed = practice.of(Story.UNINSURED)[0]
    here = ["--db", str(folder / "credkit.db"), "--config", str(folder / "settings.toml"), "--actor", "Dana Whitfield"]
    tell.title("The portal")
    with _on_the_last_day():
        tell.say(
            f"{lapsed.name} may not see clients since the insurance lapsed. Open this link in a browser; it asks for the date of"
            f" birth, which is {lapsed.cells['date_of_birth']}."
        )
        ended = main([*here, "portal", "link", lapsed.npi, "--format", "plain", "--quiet"])
        if ended:
            return ended
        tell.say(
            "And this is the onboarding form, for somebody who is invited. What is sent waits in `credkit intake list`."
        )
        ended = main(
            [
                *here,
                "portal",
                "invite",
                _INVITED,
                "--profession",
                "LCSW",
                "--states",
                "CO",
                "--format",
                "plain",
                "--quiet",
            ]
        )
        if ended:
            return ended
        return main([*here, "portal", "serve"])


@contextmanager
def _on_the_last_day() -> Iterator[None]:
    before = os.environ.get(clock.VARIABLE)
    os.environ[clock.VARIABLE] = TODAY.isoformat()
    try:
        yield
    finally:
        if before is None:
            del os.environ[clock.VARIABLE]
        else:
            os.environ[clock.VARIABLE] = before
