"""A roster as the file that a payer gets: XLSX, CSV, or text parted by a character."""

from collections.abc import Sequence

from credkit.harmless import guard
from credkit.network.roster_members import Member
from credkit.network.roster_template import RosterTemplate, TemplateSheet
from credkit.records import RosterAction
from credkit.tables.writing import OutSheet, csv_bytes, xlsx_bytes


def sheet_rows(
    members: Sequence[Member], template: RosterTemplate, sheet: TemplateSheet, *, delta: bool
) -> list[tuple[str, ...]]:
    """Return the rows of a sheet, each with the payer's word for what it asks; in a delta, only of who differs."""
    asked = [column.value == "action" for column in sheet.columns]
    return [
        tuple(
            template.action_word(member.action) if is_word else cell for is_word, cell in zip(asked, row, strict=True)
        )
        for member in members
        if member.action in sheet.actions and not (delta and member.action is RosterAction.UNCHANGED)
        for row in member.rows[sheet.name]
    ]


def roster_bytes(
    members: Sequence[Member], template: RosterTemplate, kind: str, *, delta: bool, sheet: TemplateSheet
) -> bytes:
    """Return the file's content: `kind` is xlsx (every sheet, all cells text), csv, or txt (the one sheet)."""
    if kind == "xlsx":
        return xlsx_bytes(
            [
                OutSheet(
                    one.name, [column.header for column in one.columns], sheet_rows(members, template, one, delta=delta)
                )
                for one in template.sheets
            ]
        )
    header = [column.header for column in sheet.columns]
    rows = sheet_rows(members, template, sheet, delta=delta)
    if kind == "csv":
        return csv_bytes(header, rows)
    lines = [template.delimiter.join(map(guard, row)) for row in (header, *rows)]
    return "".join(f"{line}\r\n" for line in lines).encode()
