"""Column maps of lists: a TOML file that says which of a list's own columns is which fact.

title = "Georgia Medicaid exclusions"
source = "https://dch.georgia.gov/..."     # where it is published
person_or_business = ["last_name"]         # columns that hold either; credkit decides, and in doubt keeps both readings
name_order = "last first"                  # of `name` without a comma; or "first last"
date_formats = ["%m/%d/%y"]                # beside 2026-03-31, 03/31/2026 and the like; "excel" for day numbers in a CSV
optional = ["npi"]                         # a file without these columns is read all the same

[columns]
last_name = "LAST NAME"                    # case, spaces and punctuation do not count; a * stands for any ending
npi = ["NPI", "National Provider ID"]      # the first of these that the file has
address = { join = ["Address 1", "Address 2"] }

[constants]
exclusion_type = "Georgia Medicaid"
"""

import tomllib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from credkit.errors import UsageError, did_you_mean
from credkit.records import ENTRY_FACTS

#: What a column may be besides a fact of an entry: a whole name, "City, ST 12345", an NPI or another number.
COMBINED = ("name", "city_state_zip", "npi_or_reference")
COLUMNS = (*ENTRY_FACTS, *COMBINED)
_NAMES = frozenset({"name", "last_name", "business_name"})
_CONSTANT = frozenset({"exclusion_type", "agency", "general", "specialty", "state"})
#: What the columns of a board's file are called in a map, and the fact of an entry in which each is kept.
BOARD_WORDS = {
    "number": "license_number",
    "type": "general",
    "status": "exclusion_type",
    "expires_on": "ends_on",
    "issued_on": "excluded_on",
    "discipline": "specialty",
    "link": "reference",
}
#: A board's file without one of these proves nothing.
_BOARD_NEEDS = ("number", "type", "status", "expires_on")


def slug(header: str) -> str:
    """Return a header without case, spaces and punctuation: "Address(es)" and "address_es" are one."""
    return "".join(character for character in header.casefold() if character.isalnum())


def _as_table(value: object) -> object:
    if isinstance(value, str):
        return {"headers": [value]}
    return {"headers": value} if isinstance(value, list) else value


def _date_format(text: str) -> str:
    # Tried once when the map is read, so that a wrong one is named at once and not in every row.
    if text != "excel":
        try:
            datetime.strptime(datetime(2026, 3, 31).strftime(text), text)  # noqa: DTZ001, DTZ007 - a day, no moment
        except ValueError as error:
            raise ValueError(f"it is not a date format ({error}); write one such as %m/%d/%y") from error
    return text


class ListColumn(BaseModel):
    """Where one fact comes from: the first of `headers` that the file has, or all of `join`, one after another."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    headers: tuple[Annotated[str, Field(min_length=1)], ...] = ()
    join: tuple[Annotated[str, Field(min_length=1)], ...] = ()

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if bool(self.headers) == bool(self.join):
            raise ValueError('write a header, a list of headers to choose from, or { join = ["...", "..."] }')
        return self

    def places(self, header: Sequence[str]) -> list[int] | None:
        """Return where in a header, given as slugs, the column stands; None where it does not."""
        if self.join:
            found = [_place(name, header) for name in self.join]
            return None if None in found else [place for place in found if place is not None]
        first = next((place for name in self.headers if (place := _place(name, header)) is not None), None)
        return None if first is None else [first]


def _place(name: str, header: Sequence[str]) -> int | None:
    wanted = slug(name)
    for place, other in enumerate(header):
        if other == wanted or (name.endswith("*") and wanted and other.startswith(wanted)):
            return place
    return None


class ListMap(BaseModel):
    """A list's own columns, fact by fact."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    title: str = ""
    source: str = ""
    person_or_business: tuple[Literal["name", "last_name", "business_name"], ...] = ()
    name_order: Literal["last first", "first last"] = "first last"
    date_formats: tuple[Annotated[str, BeforeValidator(_date_format)], ...] = ()
    optional: tuple[str, ...] = ()
    columns: dict[str, Annotated[ListColumn, BeforeValidator(_as_table)]]
    constants: dict[str, str] = {}
    #: Whether it is a board's, in whose words its problems are told.
    board: bool = False

    def word(self, fact: str) -> str:
        """Return what a fact is called in the map."""
        return next((word for word, kept in BOARD_WORDS.items() if self.board and kept == fact), fact)

    @model_validator(mode="after")
    def _names_are_known(self) -> Self:
        for key, names, known in (
            ("columns", self.columns, COLUMNS),
            ("optional", self.optional, tuple(self.columns)),
            ("person_or_business", self.person_or_business, tuple(self.columns)),
            ("constants", self.constants, tuple(sorted(_CONSTANT))),
        ):
            for name in names:
                if name not in known:
                    what = "a column that this map has" if key in {"optional", "person_or_business"} else "known there"
                    raise ValueError(f"{key}: {name} is not {what}.{did_you_mean(name, known)}")
        if not _NAMES & set(self.columns):
            raise ValueError("columns: one of name, last_name and business_name must be there")
        if _NAMES & set(self.columns) <= set(self.optional):
            raise ValueError("optional: not every column of names can be")
        return self

    @classmethod
    def load(cls, path: Path, *, board: bool = False) -> Self:
        """Read a map from its file. `board`: of a board's file, whose columns have words of their own."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"The map {path} cannot be read.", hint="docs/lists.md shows one.") from error
        return cls.parse(text, origin=str(path), board=board)

    @classmethod
    def parse(cls, text: str, *, origin: str = "map", board: bool = False) -> Self:
        """Read a map from its text; every problem names its key."""
        try:
            given = tomllib.loads(text)
            return cls.model_validate(_of_board(given, origin) if board else given)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{origin} is not a TOML file: {error}") from error
        except ValidationError as error:
            raise UsageError(
                f"{origin} is not a map of a list that credkit can use.",
                hint='A map has a table [columns] with lines such as last_name = "Last Name". docs/lists.md shows one.',
                details=[_problem(problem) for problem in error.errors(include_input=False, include_url=False)],
            ) from error


def _of_board(given: dict[str, Any], origin: str) -> dict[str, Any]:
    """Return a board's map in the words of an entry. Raises UsageError where a column is missing that proves a license."""
    columns = given.get("columns")
    columns = columns if isinstance(columns, dict) else {}
    constants = given.get("constants", {})
    optional = given.get("optional", [])
    missing = [word for word in _BOARD_NEEDS if (word not in columns and word not in constants) or word in optional]
    if missing or any(word in columns for word in BOARD_WORDS.values()):
        raise UsageError(
            f"{origin} is not a map of a board's file that credkit can use.",
            hint="A board's map has number, type, status, expires_on, and names. docs/boards.md shows one.",
            details=[f"columns.{word} is missing." for word in missing]
            + [f"columns.{fact} is {word} in a board's map." for word, fact in BOARD_WORDS.items() if fact in columns],
        )
    told = given | {"board": True}
    for table in ("columns", "constants"):
        if isinstance(given.get(table), dict):
            told[table] = {BOARD_WORDS.get(word, word): what for word, what in given[table].items()}
    if isinstance(optional, list):
        told["optional"] = [BOARD_WORDS.get(word, word) if isinstance(word, str) else word for word in optional]
    return told


def _problem(problem: Mapping[str, Any]) -> str:
    key = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{key} is not a key of a map.{did_you_mean(key, ListMap.model_fields)}"
    if problem["type"] == "missing":
        return f"{key} is missing."
    words = str(problem["msg"]).removeprefix("Value error, ")
    return f"{key}: {words}" if key else words
