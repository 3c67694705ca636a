"""A row of the registry's own files (format V2: 330 columns, read by their names), as the record that it is.

The body that is kept of one is JSON: the receipt of the file, and the row's cells that hold something.
"""

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from credkit.records import Evidence, NppesFile, NppesName, NppesRecord, NppesTaxonomy, SourceRef
from credkit.tables.dates import NotADate, read_date

#: How the body of a row begins.
_MARK = b'{"nppes_file":'
_TAXONOMIES = range(1, 16)
_OTHER_NAMES = {"1": "Former Name", "2": "Professional Name", "5": "Other Name"}

NPI = "NPI"
ENTITY = "Entity Type Code"
ORGANIZATION = "Provider Organization Name (Legal Business Name)"
LAST, FIRST, MIDDLE = "Provider Last Name (Legal Name)", "Provider First Name", "Provider Middle Name"
OTHER_LAST, OTHER_FIRST = "Provider Other Last Name", "Provider Other First Name"
OTHER_MIDDLE, OTHER_KIND = "Provider Other Middle Name", "Provider Other Last Name Type Code"
UPDATED, DEACTIVATED, REACTIVATED = "Last Update Date", "NPI Deactivation Date", "NPI Reactivation Date"
TAXONOMY = "Healthcare Provider Taxonomy Code_{}"
LICENSE = "Provider License Number_{}"
LICENSE_STATE = "Provider License Number State Code_{}"
PRIMARY = "Healthcare Provider Primary Taxonomy Switch_{}"
#: The columns that a file must have, or it is not the registry's.
NEEDED = (
    NPI, ENTITY, ORGANIZATION, LAST, FIRST, MIDDLE, OTHER_LAST, OTHER_FIRST, OTHER_MIDDLE, OTHER_KIND, UPDATED,
    DEACTIVATED, REACTIVATED,
    *(column.format(number) for number in _TAXONOMIES for column in (TAXONOMY, LICENSE, LICENSE_STATE, PRIMARY)),
)  # fmt: skip
#: Where the report of deactivated numbers keeps its day.
REPORTED = "NPPES Deactivation Date"
#: Where the names of organizations from the othername file are put, beside the row's own columns.
OTHER_NAMES = "Other Names"


def row_body(file: NppesFile, row: Mapping[str, str] | None) -> bytes:
    """Return the body of evidence: which file, and its row (None: it has none)."""
    receipt = {
        "kind": file.kind, "source_file": file.source_file, "sha256": file.sha256,
        "published_on": file.published_on.isoformat(),
    }  # fmt: skip
    return json.dumps({"nppes_file": receipt, "row": row}, ensure_ascii=False, separators=(",", ":")).encode()


def is_row(body: bytes) -> bool:
    """Say whether a body is of a file's row."""
    return body.startswith(_MARK)


def evidence_from_row(body: bytes, npi: str, address: str, fetched_at: str) -> Evidence:
    """Judge the body of a row as the answer to `npi`. It is good for the day on which its file was published.

    In the full file, no row is a number that the registry does not have; a weekly file has only what changed.
    """
    facts, problem, published = None, None, None
    try:
        told = json.loads(body)
        receipt, row = told["nppes_file"], told["row"]
        published = date.fromisoformat(receipt["published_on"])
        if row is not None:
            facts = _deactivated(row) if receipt["kind"] == "deactivated" else record_from_row(row)
            if facts.npi != npi:
                facts, problem = None, "the row is of another number than the one asked for"
        elif receipt["kind"] == "full":
            facts = NppesRecord(npi, "unknown")
        else:
            problem = f"not in the file of {published}"
    except (ValueError, KeyError, TypeError, NotADate) as error:
        problem = f"the row of its file cannot be read ({type(error).__name__})"
    return Evidence(
        SourceRef("nppes", npi),
        address,
        fetched_at,
        body=body,
        sha256=hashlib.sha256(body).hexdigest(),
        facts=facts,
        problem=problem,
        stated_on=(facts and (facts.updated_on or facts.deactivated_on)) or published,
        speaks_of=published,
    )


def record_from_row(row: Mapping[str, Any]) -> NppesRecord:
    """Read a row's cells, by the names of their columns. Raises ValueError where it is neither a person's nor an
    organization's, or has no name."""

    def text(column: str) -> str:
        cell = str(row.get(column) or "").strip()
        return "" if cell in {"--", "<UNAVAIL>"} else cell

    npi = text(NPI)
    deactivated, reactivated = _day(text(DEACTIVATED)), _day(text(REACTIVATED))
    if deactivated and not (reactivated and reactivated >= deactivated):
        return NppesRecord(npi, "deactivated", deactivated_on=deactivated)
    kind = text(ENTITY)
    if kind not in {"1", "2"}:
        raise ValueError("a row of no kind")
    individual = kind == "1"
    names = []
    if individual:
        if not (text(FIRST) and text(LAST)):
            raise ValueError("a row without a name")
        names.append(NppesName(text(FIRST), text(LAST), text(MIDDLE)))
        if text(OTHER_LAST) or text(OTHER_FIRST):
            other = _OTHER_NAMES.get(text(OTHER_KIND), "Other Name")
            names.append(NppesName(text(OTHER_FIRST), text(OTHER_LAST), text(OTHER_MIDDLE), other))
    elif not text(ORGANIZATION):
        raise ValueError("a row without a name")
    return NppesRecord(
        npi,
        "active",
        individual=individual,
        organization="" if individual else text(ORGANIZATION),
        names=tuple(names),
        taxonomies=tuple(
            NppesTaxonomy(
                code=text(TAXONOMY.format(number)),
                description="",
                primary=text(PRIMARY.format(number)) == "Y",
                state=text(LICENSE_STATE.format(number)) or None,
                license=text(LICENSE.format(number)) or None,
            )
            for number in _TAXONOMIES
            if text(TAXONOMY.format(number))
        ),
        updated_on=_day(text(UPDATED)),
    )


def _deactivated(row: Mapping[str, Any]) -> NppesRecord:
    return NppesRecord(str(row[NPI]), "deactivated", deactivated_on=read_date(str(row[REPORTED])))


def _day(text: str) -> date | None:
    return read_date(text) if text else None
