"""Column maps: a TOML file that says which of a form's own headers is which canonical column.

fingerprint = "sha256:..."                 # optional: of the headers it was made for
headers = ["Timestamp", "Your NPI?"]       # optional: those headers, so that a change can be named exactly

[columns]
npi = "What is your NPI?"
signed_on = { column = "Timestamp", format = "%m/%d/%Y %H:%M:%S" }
languages = { column = "Which languages?", split = ", " }
profession = { column = "License type", values = { "Clinical social worker" = "LCSW" } }
"""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from credkit.errors import InputRejected, UsageError, did_you_mean
from credkit.tables.cells import clean_text

#: Columns that credkit itself adds when it gives rejected rows back; they never count as the form's own.
REJECT_COLUMNS = frozenset({"reject_id", "reject_reasons", "reject_file", "reject_row"})
_EXTRA = re.compile(r"extra_[0-9]+")
_ISO = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

Translation = Callable[[str], str]


def is_ours(header: str) -> bool:
    """Say whether a column was added by credkit to a rejects file."""
    return header in REJECT_COLUMNS or _EXTRA.fullmatch(header) is not None


def fingerprint(headers: Iterable[str]) -> str:
    """Return the SHA-256 of a form's headers, in whatever order they stand."""
    own = sorted(clean_text(header) for header in headers if not is_ours(header))
    return "sha256:" + hashlib.sha256("\n".join(own).encode()).hexdigest()


def strftime_format(text: str) -> str:
    """Return a date format such as %m/%d/%Y; raise ValueError for a text that is none."""
    # A format is tried once when the map is read, so that a wrong one is named at once and not in every row.
    try:
        datetime.strptime(datetime(2026, 3, 31).strftime(text), text)  # noqa: DTZ001, DTZ007 - a day, no moment
    except ValueError as error:
        raise ValueError(f"it is not a date format ({error}); write one such as %m/%d/%Y") from error
    return text


class MappedColumn(BaseModel):
    """Where one canonical column comes from, and what is done to its cells on the way."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    column: Annotated[str, BeforeValidator(lambda text: clean_text(text) if isinstance(text, str) else text)] = Field(
        min_length=1
    )
    format: Annotated[str, BeforeValidator(strftime_format)] | None = None
    split: Annotated[str, Field(min_length=1)] | None = None
    values: dict[str, str] = {}

    def translation(self) -> Translation | None:
        """Return what is done to a cell's text, None where nothing is.

        It raises `ValueError` for a date of another format.
        """
        if self.format is None and self.split is None and not self.values:
            return None
        known = {clean_text(said).casefold(): meant for said, meant in self.values.items()}
        form, split = self.format, self.split

        def one(text: str) -> str:
            cleaned = clean_text(text)
            meant = known.get(cleaned.casefold())
            if meant is not None:
                return meant
            # What the format cannot read is an error and not left to another reader: 05/04/2026 has two meanings.
            if form is None or not cleaned or _ISO.fullmatch(cleaned):
                return text
            try:
                return datetime.strptime(cleaned, form).date().isoformat()  # noqa: DTZ007 - a day, no moment
            except ValueError:
                raise ValueError(f"This is not a date of the form {form}, which the map states.") from None

        def whole(text: str) -> str:
            if split is None or split not in text:
                return one(text)
            return "; ".join(part for part in (one(part).strip() for part in text.split(split)) if part)

        return whole


def _as_table(value: object) -> object:
    return {"column": value} if isinstance(value, str) else value


class ColumnMap(BaseModel):
    """A form's own headers, column by canonical column."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    fingerprint: Annotated[str, Field(pattern=r"^sha256:[0-9a-f]{64}$")] | None = None
    headers: tuple[str, ...] = ()
    columns: dict[str, Annotated[MappedColumn, BeforeValidator(_as_table)]]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a map from its file."""
        try:
            text = path.read_text(encoding="utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(
                f"The map {path} cannot be read.", hint="`credkit intake map FILE` proposes a map for a form."
            ) from error
        return cls.parse(text, origin=str(path))

    @classmethod
    def parse(cls, text: str, *, origin: str = "map") -> Self:
        """Read a map from its text; every problem names its key."""
        try:
            content = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise UsageError(f"{origin} is not a TOML file: {error}") from error
        try:
            column_map = cls.model_validate(content)
        except ValidationError as error:
            raise UsageError(
                f"{origin} is not a column map that credkit can use.",
                hint='A map is a table [columns] with lines such as npi = "What is your NPI?".',
                details=[_problem(problem) for problem in error.errors(include_input=False, include_url=False)],
            ) from error
        if column_map.headers and column_map.fingerprint not in {None, fingerprint(column_map.headers)}:
            raise UsageError(
                f"{origin}: fingerprint is not that of its headers.",
                hint="Remove both, or let `credkit intake map FILE` write them.",
            )
        return column_map

    def check_headers(self, headers: Iterable[str], *, source: str = "the file") -> None:
        """Refuse headers that are not those the map was made for, and list what was added and what is missing."""
        present = [header for header in headers if not is_ours(header)]
        stated = self.fingerprint or (fingerprint(self.headers) if self.headers else None)
        missing = [mapped.column for mapped in self.columns.values() if mapped.column not in present]
        if stated is not None and stated != fingerprint(present):
            known = {clean_text(header) for header in self.headers}
            named = known or {mapped.column for mapped in self.columns.values()}
            gone = [header for header in named if header not in present]
            added = [header for header in present if header not in named]
            raise InputRejected(
                f"{source}: the headers have changed since the map was made.",
                hint="Look at the map; then `credkit intake map FILE` proposes a new one with its fingerprint.",
                details=[f"missing: {name}{did_you_mean(name, present)}" for name in sorted(gone)]
                + [f"added{'' if known else ' or never mapped'}: {name}" for name in added],
            )
        if missing:
            raise InputRejected(
                f"{source}: the map names columns that the file does not have.",
                hint="Mend the map: a column's name must be the header's text, letter for letter.",
                details=[
                    f"{name!r} is not in the file.{did_you_mean(name, present)}" for name in dict.fromkeys(missing)
                ],
            )

    def apply(self, cells: Mapping[str, str]) -> dict[str, str]:
        """Return canonical column to text, for the columns that the map names and the row has."""
        named = {}
        for canonical, mapped in self.columns.items():
            if mapped.column in cells:
                text = cells[mapped.column]
                translate = mapped.translation()
                named[canonical] = translate(text) if translate else text
        return named


def _problem(problem: Mapping[str, Any]) -> str:
    where = [str(part) for part in problem["loc"]]
    key = ".".join(where)
    if problem["type"] == "extra_forbidden":
        model: type[BaseModel] = ColumnMap if len(where) == 1 else MappedColumn
        return f"{key} is not a key of a map.{did_you_mean(where[-1], model.model_fields)}"
    if problem["type"] == "missing":
        return f"{key} is missing."
    if problem["type"] == "model_type":
        return f"{key}: write a header's text, or {{column = ..., format = ...}}."
    return f"{key}: {str(problem['msg']).removeprefix('Value error, ')}"
