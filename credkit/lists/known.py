"""The lists that credkit knows by name, a license board's file, and any other by a column map."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from credkit.errors import UsageError, did_you_mean
from credkit.lists import leie
from credkit.lists.opening import ListFile, RawFile
from credkit.reference.states import state_code

if TYPE_CHECKING:
    from credkit.lists.columnmap import ListMap
    from credkit.policy import Policy

#: Every list that is read without a map of one's own, by the name that a policy gives it.
LISTS = (
    "leie", "sam", "optout", "medicaid:AR", "medicaid:CA", "medicaid:KY", "medicaid:LA", "medicaid:MD", "medicaid:MO",
    "medicaid:NY", "medicaid:OH", "medicaid:PA", "medicaid:TX", "medicaid:WA",
)  # fmt: skip
#: Lists by which checks of their own look, and that exclude nobody from federal programs by themselves.
OTHERS = frozenset({"optout", "preclusion", "death"})
#: Boards whose downloaded file is read without a map of one's own.
BOARDS = ("board:FL",)
#: Those of them that `lists fetch` can fetch.
FETCHED = ("leie", "sam", "optout")

_MAPS = Path(__file__).parent / "maps"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,39}")


@dataclass(frozen=True, slots=True)
class KnownList:
    """One list: its name, where its file is had, and how it is read."""

    name: str
    hint: str
    parse: Callable[[RawFile], ListFile]


def board_state(name: str) -> str | None:
    """Return the state whose license board a list is of ("board:FL"), None for every other list. Raises UsageError
    where it is of no state's."""
    kind, colon, state = name.partition(":")
    if kind.casefold() != "board" or not colon:
        return None
    code = state_code(state)
    if code is None:
        raise UsageError(
            f"{name[:40]!r} names no state.", hint="Write board: and a state's two letters, such as board:FL."
        )
    return code


def known_list(name: str, column_map: "ListMap | None" = None) -> KnownList:
    """Return how a list is read: by the map that is given, else as credkit knows it. Raises UsageError for a name that
    it does not know, or that is none."""
    name = next((known for known in LISTS if known.casefold() == name.casefold()), name)
    if state := board_state(name):
        name = f"board:{state}"
    if column_map is None and name == "leie":
        return KnownList(name, leie.HINT, leie.parse)
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"{name[:40]!r} is no name of a list.",
            hint="Write letters, digits, and : . _ - between, such as medicaid:GA.",
        )
    if column_map is None:
        if name not in (*LISTS, *BOARDS):
            raise UsageError(
                f"There is no list named {name!r}.{did_you_mean(name, LISTS)}",
                hint="Lists: " + ", ".join((*LISTS, *BOARDS)) + ". Any other needs a map of its columns: --map M.toml.",
            )
        column_map = shipped_map(name)
    from credkit.lists.mapped import parse

    chosen = column_map
    hint = f"The list is published at {chosen.source}." if chosen.source else "Give the list's file as it is published."
    return KnownList(name, hint, lambda raw: parse(raw, chosen, hint))


def max_age_days(name: str, policy: "Policy") -> int:
    """Return how old a list may be to be used: by the license check, by its own check, or to screen by."""
    if board_state(name):
        return policy.windows.verification_days
    if name in OTHERS and name not in policy.exclusions.lists:
        return policy.windows.other_list_max_age_days
    return policy.windows.exclusion_list_max_age_days


def to_screen_by(names: Iterable[str], policy: "Policy", loaded: Collection[str]) -> tuple[str, ...]:
    """Return the lists that are meant, each by its own name. Raises UsageError for one that nobody is excluded by (who
    stands in a board's file has a license, who opted out bills nobody), for one that is named twice, and for a name that
    no list has."""
    known = dict.fromkeys((*policy.exclusions.lists, *loaded, *LISTS))
    found: list[str] = []
    for name in names:
        own = next((one for one in known if one.casefold() == name.casefold()), None)
        if board_state(name):
            raise UsageError(
                f"{name} is a board's file, and nobody is screened by it.",
                hint="`credkit verify run NPI --check license` holds licenses against it.",
            )
        if own == "optout":
            raise UsageError(
                "Who opted out of Medicare is excluded from nothing, and nobody is screened by that list.",
                hint="`credkit verify run NPI --check medicare_opt_out` holds providers against it.",
            )
        if own is None:
            raise UsageError(
                f"There is no list named {name!r}.{did_you_mean(name, known)}", hint="`credkit lists show`"
            )
        if own in found:
            raise UsageError(f"The list {own} is named twice.", hint="Name each once: by its name, or as NAME=FILE.")
        found.append(own)
    return tuple(found)


def shipped_map(name: str) -> "ListMap":
    """Return the map that credkit ships for a list."""
    from credkit.lists.columnmap import ListMap

    path = _MAPS / f"{name.replace(':', '-')}.toml"
    return ListMap.parse(path.read_text(encoding="utf-8"), origin=path.name, board=name in BOARDS)
