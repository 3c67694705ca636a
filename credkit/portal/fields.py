"""The fields of the portal's forms, made from the canonical columns. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from credkit.intake.form import Column, Kind
from credkit.reference.states import STATES

#: What a browser may fill in by itself.
_AUTOCOMPLETE = {
    "first_name": "given-name", "middle_name": "additional-name", "last_name": "family-name", "date_of_birth": "bday",
    "email": "email", "phone": "tel", "address_1": "address-line1", "address_2": "address-line2",
    "city": "address-level2", "state": "address-level1", "zip": "postal-code", "signed_name": "name",
}  # fmt: skip
_NUMERIC = frozenset({Kind.NPI, Kind.ZIP, Kind.CAQH_ID})
_HINTS = {
    Kind.DATE: "Year, month, day: 2026-03-31",
    Kind.BIRTH_DATE: "Year, month, day: 1980-03-31",
    Kind.MONTH_START: "Year and month: 2019-05",
    Kind.MONTH_END: "Year and month: 2019-05. Leave it empty where it goes on",
    Kind.LIMITS: "In dollars: 1,000,000",
}
_LONG = frozenset({"explanation"})
_GROUPS = {
    "license": "License", "dea": "DEA registration", "cds": "State controlled-substance registration",
    "board": "Board certification", "work": "Position", "gap": "Gap",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Field:
    """One question: `shape` is "line", "area", "yes_no" or "choice"; `options` are what a choice may be."""

    name: str
    label: str
    hint: str
    shape: str
    value: str = ""
    error: str = ""
    autocomplete: str = ""
    numeric: bool = False
    options: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under a heading ("License 1"); "" where the page's own heading says it."""

    title: str
    fields: tuple[Field, ...]


def groups(columns: Iterable[Column], cells: Mapping[str, str], errors: Mapping[str, str]) -> tuple[Group, ...]:
    """Return the fields of columns, those of one numbered group together."""
    return tuple(
        Group(
            f"{_GROUPS.get(group, group.capitalize())} {number}" if number else "",
            tuple(_field(column, cells, errors) for column in together),
        )
        for (group, number), together in groupby(columns, key=lambda column: (column.group, column.number))
    )


def named(problems: Iterable[tuple[str, str]], shown: Iterable[Group]) -> list[tuple[str, str]]:
    """Return problems with the question that each is about, as they stand at the head of a page."""
    labels = {
        one.name: f"{group.title}, {one.label}" if group.title else one.label for group in shown for one in group.fields
    }
    return [(name, f"{labels[name]}: {says}" if name in labels else says) for name, says in problems]


def _field(column: Column, cells: Mapping[str, str], errors: Mapping[str, str]) -> Field:
    label, hint = _words(column)
    shape = "line"
    options: tuple[tuple[str, str], ...] = ()
    if column.kind is Kind.YES_NO:
        shape = "yes_no"
    elif column.kind is Kind.STATE:
        shape, options = "choice", tuple(STATES.items())
    elif column.kind is Kind.BASIS:
        shape, options = "choice", (("claims_made", "Claims made"), ("occurrence", "Occurrence"))
    elif column.part in _LONG or column.name.endswith("_explanation"):
        shape = "area"
    return Field(
        column.name,
        label,
        hint,
        shape,
        cells.get(column.name, ""),
        errors.get(column.name, ""),
        _AUTOCOMPLETE.get(column.name, ""),
        column.kind in _NUMERIC,
        options,
    )


def _words(column: Column) -> tuple[str, str]:
    """Split a column's description into what is asked, and how it is written."""
    text = column.description.replace(" (obligatory)", "").replace(" (yes or no)", "").replace(": yes or no", "")
    for mark in (", such as ", "; ", ", separated ", ", ten ", ", eight ", ", five "):
        label, found, rest = text.partition(mark)
        if found:
            hint = f"{mark.strip(', ;')} {rest}".strip()
            return label, _HINTS.get(column.kind) or hint[:1].upper() + hint[1:]
    return text, _HINTS.get(column.kind, "")
