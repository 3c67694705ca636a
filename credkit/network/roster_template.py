"""What a payer wants of a roster: a TOML file of sheets, and of each its columns in their order.

title = "Example Health Plan, delegated roster"
date_format = "%m/%d/%Y"

[actions]                       # the payer's words for what a row asks
add = "A"
change = "C"
terminate = "T"
unchanged = ""

[[sheets]]
name = "Roster"
of = "members"                  # a row for each; or "licenses", a row for each license of each
actions = ["add", "change"]     # only these; all by default

[[sheets.columns]]
header = "NPI"
value = "npi"                   # credkit roster template --fields lists them
required = true                 # of all but who is terminated; "always"; or a list of actions
pattern = "[0-9]{10}"
max_length = 10

[[sheets.columns]]
header = "Degree"
value = "profession"
codes = { LCSW = "LCSW", PSYCHOLOGIST = "PSY" }     # a value that is not named here is a fault

[[sheets.columns]]
header = "Directory print"
constant = "Y"
"""

import hashlib
import re
import tomllib
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from credkit.errors import UsageError, did_you_mean
from credkit.network.roster_fields import FIELDS
from credkit.records import RosterAction
from credkit.tables.maps import strftime_format

#: The templates that ship with credkit.
SHIPPED = ("generic-delegated", "minimal")
#: Excel allows no longer name of a sheet, none of these characters in it, and keeps the name History for itself.
_LONGEST_SHEET_NAME = 31
_NOT_IN_SHEET_NAMES = "[]:*?/\\"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _field(name: str) -> str:
    if name not in FIELDS:
        raise ValueError(f"there is no value {name!r}.{did_you_mean(name, FIELDS)}")
    return name


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"it is not a pattern ({error})") from error
    return text


class TemplateColumn(_Part):
    """One column: where its cells come from, and what they must be."""

    header: Annotated[str, Field(min_length=1)]
    value: Annotated[str, AfterValidator(_field)] | None = None
    constant: str | None = None
    format: Annotated[str, BeforeValidator(strftime_format)] | None = None
    codes: dict[str, str] = Field(default_factory=dict)
    required: bool | Literal["always"] | tuple[RosterAction, ...] = False
    pattern: Annotated[str, AfterValidator(_pattern)] | None = None
    max_length: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.value is None) == (self.constant is None):
            raise ValueError("write either value or constant")
        if self.constant is not None and self.codes:
            raise ValueError("a constant has no codes")
        return self

    def is_required(self, action: RosterAction) -> bool:
        """Say whether a row that asks this may not leave the cell blank."""
        if isinstance(self.required, bool):
            return self.required and action is not RosterAction.TERMINATE
        return self.required == "always" or action in self.required


def _sheet_name(text: str) -> str:
    rule = f"Excel allows names of 1 to {_LONGEST_SHEET_NAME} characters, without any of {_NOT_IN_SHEET_NAMES}"
    if not 1 <= len(text) <= _LONGEST_SHEET_NAME or not text.strip():
        raise ValueError(f"{rule}; this has {len(text.strip())}")
    if wrong := sorted({sign for sign in text if sign in _NOT_IN_SHEET_NAMES or not sign.isprintable()}):
        raise ValueError(f"{rule}; this has {wrong[0]!r}")
    if text != text.strip("'") or text.casefold() == "history":
        raise ValueError("Excel allows no name that begins or ends with ', and not History")
    return text


class TemplateSheet(_Part):
    """One sheet, with its columns in the payer's order."""

    name: Annotated[str, AfterValidator(_sheet_name)]
    of: Literal["members", "licenses"] = "members"
    actions: tuple[RosterAction, ...] = tuple(RosterAction)
    columns: Annotated[tuple[TemplateColumn, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _headers_differ(self) -> Self:
        headers = [column.header for column in self.columns]
        if twice := {header for header in headers if headers.count(header) > 1}:
            raise ValueError(f"the column {min(twice)!r} stands twice")
        return self


class RosterTemplate(_Part):
    """A payer's whole roster. `sha256` is of the file's text."""

    title: str
    date_format: Annotated[str, BeforeValidator(strftime_format)] = "%m/%d/%Y"
    delimiter: Annotated[str, Field(min_length=1, max_length=1)] = "|"
    actions: dict[RosterAction, str] = Field(default_factory=dict)
    sheets: Annotated[tuple[TemplateSheet, ...], Field(min_length=1)]
    name: str = ""
    sha256: str = ""

    @model_validator(mode="after")
    def _sheets_differ(self) -> Self:
        names = [sheet.name.casefold() for sheet in self.sheets]
        if len(set(names)) < len(names):
            raise ValueError("two sheets have one name")
        return self

    def action_word(self, action: RosterAction) -> str:
        """Return the payer's word for what a row asks."""
        usual = {RosterAction.ADD: "A", RosterAction.CHANGE: "C", RosterAction.TERMINATE: "T"}
        return self.actions.get(action, usual.get(action, ""))


def template_text(name: str) -> str:
    """Return the text of a template: of a shipped one by its name, of another by its file."""
    if name in SHIPPED:
        return resources.files("credkit.network").joinpath("templates", f"{name}.toml").read_text(encoding="utf-8")
    try:
        return Path(name).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"There is no roster template {name!r}.{did_you_mean(name, SHIPPED)}",
            hint=f"Name a shipped one ({', '.join(SHIPPED)}) or a TOML file; `credkit roster template` prints one to copy.",
        ) from error


def load_template(name: str) -> RosterTemplate:
    """Read a template. Raises UsageError, with every problem by its key, for one that cannot be used."""
    text = template_text(name)
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{name} is not a TOML file: {error}") from error
    own = {"name": name, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    try:
        return RosterTemplate.model_validate({key: value for key, value in content.items() if key not in own} | own)
    except ValidationError as error:
        raise UsageError(
            f"{name} is not a roster template that credkit can use.",
            hint="`credkit roster template --fields` lists what a column's value can be.",
            details=[_problem(problem, content) for problem in error.errors(include_input=False, include_url=False)],
        ) from error


def _problem(problem: Mapping[str, Any], content: Mapping[str, Any]) -> str:
    """Say what is wrong with which column of which sheet."""
    where: Any = content
    path: list[str] = []
    for part in problem["loc"]:
        if isinstance(part, int) and isinstance(where, list):
            where = where[part]
            named = isinstance(where, dict) and (where.get("name") or where.get("header"))
            path[-1:] = [f"{path[-1]} {named!r}" if named else f"{path[-1]} {part + 1}"]
        else:
            where = where.get(part) if isinstance(where, dict) else None
            path.append(str(part))
    key = ", ".join(path) or "the template"
    if problem["type"] == "extra_forbidden":
        return f"{key} is not a key of a template."
    return f"{key}: {str(problem['msg']).removeprefix('Value error, ')}"
