"""A roster checked before it is written: every fault with the provider, the column and the rule."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from credkit.harmless import CONTROLS
from credkit.network.roster_members import Member
from credkit.network.roster_template import RosterTemplate, TemplateColumn, TemplateSheet
from credkit.tables.writing import LONGEST_XLSX_CELL

#: What payers refuse in a cell that should be blank.
_NOTHING = re.compile(r"n\.?/?a\.?|none|null|nil|pending|tbd|tba|unknown|not applicable|-+|\?+", re.IGNORECASE)


class Rule(StrEnum):
    """What a cell can break."""

    REQUIRED = "required"
    LEAVE_BLANK = "leave blank"
    CODE = "code table"
    PATTERN = "pattern"
    LENGTH = "length"
    SEPARATOR = "separator"
    CONTROL = "control character"
    TWICE = "same row twice"


@dataclass(frozen=True, slots=True)
class RosterFault:
    """One thing wrong with one cell. `says` repeats no value but one that has no code: a cell may be a date of birth."""

    npi: str
    name: str
    sheet: str
    column: str
    rule: Rule
    says: str


def check(
    members: Iterable[Member], template: RosterTemplate, *, delimiter: str | None = None
) -> Iterator[RosterFault]:
    """Yield every fault of a roster's rows. With a `delimiter` (of text without quotation marks) no cell may hold it."""
    for sheet in template.sheets:
        patterns = {column.header: re.compile(column.pattern) for column in sheet.columns if column.pattern}
        yield from _sheet_faults(members, sheet, patterns, delimiter)


def _sheet_faults(
    members: Iterable[Member], sheet: TemplateSheet, patterns: dict[str, re.Pattern[str]], delimiter: str | None
) -> Iterator[RosterFault]:
    seen: set[tuple[str, ...]] = set()
    for member in members:
        if member.action not in sheet.actions:
            continue
        for row in member.rows[sheet.name]:
            if row in seen:
                yield RosterFault(member.npi, member.name, sheet.name, "", Rule.TWICE, "another row says the very same")
            seen.add(row)
            for column, cell in zip(sheet.columns, row, strict=True):
                for rule, says in _cell_faults(member, column, cell, patterns.get(column.header), delimiter):
                    yield RosterFault(member.npi, member.name, sheet.name, column.header, rule, says)


def _cell_faults(
    member: Member, column: TemplateColumn, cell: str, pattern: re.Pattern[str] | None, delimiter: str | None
) -> Iterator[tuple[Rule, str]]:
    if column.value == "action":
        return  # the template's own word
    if not cell:
        if column.is_required(member.action):
            yield Rule.REQUIRED, f"{column.value or 'it'} is blank, and required to {member.action}"
        return
    if _NOTHING.fullmatch(cell):
        yield Rule.LEAVE_BLANK, "words for nothing are refused by payers: empty the field"
    if column.codes and cell not in column.codes.values():
        yield Rule.CODE, f"{cell[:40]!r} has no code in the template"
    if pattern and not pattern.fullmatch(cell):
        yield Rule.PATTERN, f"it is not of the form {column.pattern}"
    longest = column.max_length or LONGEST_XLSX_CELL
    if len(cell) > longest:
        yield Rule.LENGTH, f"{len(cell)} characters, and {longest} are allowed"
    if delimiter and delimiter in cell:
        yield Rule.SEPARATOR, f"it holds {delimiter!r}, which parts the columns"
    if CONTROLS.search(cell) or "\n" in cell or "\t" in cell:
        yield Rule.CONTROL, "it holds a line end, a tab or another control character"
