"""Where a person looks something up, and what they record of it. The data are in look_up.toml."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from credkit.reference.states import STATES


@dataclass(frozen=True, slots=True)
class LookUp:
    """Where to look, and what to record."""

    where: str
    record: str


@cache
def _known() -> dict[str, dict[str, str]]:
    text = resources.files("credkit.reference").joinpath("look_up.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def look_up(check: str, subject: str, state: str | None) -> LookUp:
    """Return where a person looks up a check's subject; of a check that we know nothing of, that the organization says."""
    known = _known().get(check)
    if known is None:
        return LookUp("where your organization says", "Result, source, and the day that the report bears.")
    named = {"state": STATES.get(state or "", state or "the state"), "subject": subject or "the certifying board"}
    return LookUp(known["where"].format_map(named), known["record"].format_map(named))
