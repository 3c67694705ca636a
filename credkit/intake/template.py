"""The blank canonical form, for a practice that starts from nothing."""

import json
from collections.abc import Sequence
from typing import Literal

from credkit.intake.form import OBLIGATORY, Column, Kind, columns
from credkit.policy import Policy
from credkit.tables.workbook import EXPLANATION
from credkit.tables.writing import OutSheet, csv_bytes, xlsx_bytes

_WRITTEN_AS = {
    Kind.NPI: "ten digits",
    Kind.DATE: "2026-03-31 or 03/31/2026",
    Kind.BIRTH_DATE: "2026-03-31 or 03/31/2026",
    Kind.MONTH_START: "2019-05, or a day such as 2019-05-31",
    Kind.MONTH_END: "2019-05, or a day such as 2019-05-31",
    Kind.STATE: "postal code, such as TX",
    Kind.STATES: "TX; NM",
    Kind.NAMES: "separated by semicolons",
    Kind.LIST: "separated by semicolons",
    Kind.EMAIL: "name@example.org",
    Kind.PHONE: "512-555-0100",
    Kind.ZIP: "00501 or 00501-0001",
    Kind.LIMITS: "1,000,000 or 1M",
    Kind.YES_NO: "yes or no",
    Kind.BASIS: "claims_made or occurrence",
}


def template(policy: Policy, as_: Literal["csv", "xlsx", "json"]) -> bytes:
    """Return the blank form: a header of the usual columns, and in XLSX a second sheet that explains each.

    JSON is an array with one object of empty texts. There is no byte-order mark.
    """
    form = columns(policy)
    names = [column.name for column in form]
    if as_ == "csv":
        return csv_bytes(names, ())
    if as_ == "json":
        return (json.dumps([dict.fromkeys(names, "")], indent=2) + "\n").encode()
    widths = [max(12, len(name) + 2) for name in names]
    explained = OutSheet(
        EXPLANATION,
        ("column", "group", "what it holds", "how to write it", "needed"),
        _explained(form),
        (36, 14, 90, 36, 12),
    )
    return xlsx_bytes([OutSheet("form", names, (), widths), explained])


def _explained(form: Sequence[Column]) -> list[tuple[str, str, str, str, str]]:
    return [
        (
            column.name,
            column.group,
            column.description,
            _WRITTEN_AS.get(column.kind, "text"),
            "obligatory" if column.name in OBLIGATORY else "",
        )
        for column in form
    ]
