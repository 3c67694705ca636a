"""The roster file: whom we ask CAQH to show us, told by what changed since the last file that was sent.

Pipe-delimited text with a header; the columns and what is required of them are CAQH's (Roster API specification). A row
adds (A), updates (U) or deletes (D) a provider.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from credkit.checks.caqh import caqh_profile
from credkit.checks.interface import as_text
from credkit.errors import InputRejected
from credkit.records import CredentialKind, ProviderFile, RosterRow
from credkit.reference.caqh import columns, is_harmless, provider_type, words
from credkit.reference.identifiers import npi_is_valid
from credkit.reference.professions import profession_of
from credkit.tables.sheet import Sheet

ACTION = "Action_Flag"
#: The columns in their order. The order after the first is that of CAQH's interface; every reader goes by the header.
COLUMNS = (
    ACTION, "Provider_First_Name", "Provider_Middle_Name", "Provider_Last_Name", "Provider_Name_Suffix",
    "Provider_Gender", "Provider_Address1", "Provider_Address2", "Provider_Address_City", "Provider_Address_State",
    "Provider_Address_Zip", "Provider_Address_Zip_Extn", "Provider_Phone", "Provider_Fax", "Provider_Email",
    "Provider_Practice_State", "Provider_Birthdate", "Provider_SSN", "Provider_Short_SSN", "Provider_DEA",
    "Provider_UPIN", "Provider_Type", "Provider_Tax_ID", "Provider_NPI", "Provider_License_State",
    "Provider_License_Number", "CAQH_Provider_ID", "PO_Provider_ID", "Last_Recredential_Date",
    "Next_Recredential_Date", "Delegation_Flag", "Application_Type", "Affiliation_Flag", "Organization_ID",
    "Region_ID",
)  # fmt: skip
#: Required of a row; our own id, which CAQH requires too, is the settings'.
REQUIRED = (
    "Provider_First_Name", "Provider_Last_Name", "Provider_Address1", "Provider_Address_City",
    "Provider_Address_State", "Provider_Address_Zip", "Provider_Practice_State", "Provider_Birthdate", "Provider_Type",
)  # fmt: skip
#: Never kept: the store holds none, and a file that was made elsewhere may.
SECRET = frozenset({"Provider_SSN", "Provider_Short_SSN"})

LONGEST = 150
_GENDERS = {"M": "M", "F": "F"}
#: What mends each column, in words for a person.
_MENDS = {
    "Provider_Type": "give a profession that CAQH has a type for",
    "Provider_Birthdate": "give the date of birth",
    "Provider_Practice_State": "give a state of practice",
    "Provider_Address1": "give the street of the address",
    "Provider_Address_City": "give the city of the address",
    "Provider_Address_State": "give the state of the address",
    "Provider_Address_Zip": "give the ZIP code of the address",
}


@dataclass(frozen=True, slots=True)
class Organization:
    """How CAQH knows us: our id, our region's, and whether our payers delegate to us (Y, N or "" for not said)."""

    id: str
    region_id: str = ""
    delegation: str = ""
    tax_id: str = ""


@dataclass(frozen=True, slots=True)
class Member:
    """One provider as the roster needs them: the file, whether it has ended, and the committee's dates."""

    file: ProviderFile
    ended: bool = False
    participating: bool = False
    decided_on: date | None = None
    recredential_by: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A row to send: its action, and its columns that are filled."""

    npi: str
    action: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a provider cannot be sent: the column, and what to do."""

    npi: str
    name: str
    column: str
    rule: str


@dataclass(frozen=True, slots=True)
class Roster:
    """What to send, and whom not yet. `unchanged` counts those whom CAQH has as they are."""

    lines: tuple[Line, ...]
    faults: tuple[Fault, ...]
    unchanged: int


def build(
    members: Iterable[Member], sent: Mapping[str, RosterRow], organization: Organization, *, whole: bool = False
) -> Roster:
    """Say what to send: what differs from the rows that were sent last, or with `whole` every row anew.

    Somebody who has left is deleted where they were on the roster. A provider with a fault is left out, and named.
    """
    lines: list[Line] = []
    faults: list[Fault] = []
    unchanged = 0
    for member in members:
        provider = member.file.provider
        last = sent.get(provider.npi)
        on_roster = last is not None and last.action != "D"
        if member.ended:
            if on_roster and last is not None:
                lines.append(Line(provider.npi, "D", last.fields))
            continue
        fields = row_of(member, organization)
        refused = _refused(member.file)
        if on_roster and last is not None and dict(last.fields) == fields and not whole:
            unchanged += 1
            continue
        wrong = tuple(_faults(member.file, fields))
        faults += wrong
        if not wrong:
            lines.append(Line(provider.npi, "A" if not on_roster or refused else "U", fields))
    return Roster(tuple(lines), tuple(faults), unchanged)


def _refused(file: ProviderFile) -> bool:
    """Say whether CAQH did not take the provider onto the roster when we asked."""
    profile = caqh_profile(file)
    text = as_text(profile.details.get("roster_exception")) if profile else None
    return bool(text) and not words(text).startswith(("update failed", "delete failed")) and not is_harmless(text or "")


def row_of(member: Member, organization: Organization) -> dict[str, str]:
    """Return a provider's columns, those that are filled."""
    provider = member.file.provider
    profile = caqh_profile(member.file)
    profession = profession_of(provider.profession)
    in_caqh = as_text(profile.details.get("practice_state")) if profile else None
    # What CAQH has stays where it is one of ours; a state where nobody practices is not sent back as our own word.
    state = in_caqh if in_caqh in provider.states_of_practice else next(iter(provider.states_of_practice), "")
    held = [one for one in member.file.held(CredentialKind.LICENSE) if one.number and one.jurisdiction]
    license_ = next((one for one in held if one.jurisdiction == state), next(iter(held), None))
    dea = next((one.number for one in member.file.held(CredentialKind.DEA) if one.number), "")
    zip_, _, extension = (provider.zip or "").partition("-")
    number = "".join(sign for sign in (provider.phone or "").split(" x")[0] if sign.isdigit())
    row = {
        "Provider_First_Name": provider.first_name,
        "Provider_Middle_Name": provider.middle_name,
        "Provider_Last_Name": provider.last_name,
        "Provider_Name_Suffix": provider.suffix,
        "Provider_Gender": _GENDERS.get(provider.gender or ""),
        "Provider_Address1": provider.address_1,
        "Provider_Address2": provider.address_2,
        "Provider_Address_City": provider.city,
        "Provider_Address_State": provider.state,
        "Provider_Address_Zip": zip_,
        "Provider_Address_Zip_Extn": extension,
        "Provider_Phone": number,
        "Provider_Email": provider.email,
        "Provider_Practice_State": state,
        "Provider_Birthdate": _day(provider.date_of_birth),
        "Provider_DEA": dea,
        "Provider_Type": provider_type(profession.family if profession else None),
        "Provider_Tax_ID": organization.tax_id,
        "Provider_NPI": provider.npi,
        "Provider_License_State": license_.jurisdiction if license_ else None,
        "Provider_License_Number": license_.number if license_ else None,
        "CAQH_Provider_ID": profile.number if profile else None,
        "PO_Provider_ID": provider.npi,
        "Last_Recredential_Date": _day(member.decided_on),
        "Next_Recredential_Date": _day(member.recredential_by),
        "Delegation_Flag": organization.delegation,
        "Affiliation_Flag": "P" if member.participating else "NP",
        "Organization_ID": organization.id,
        "Region_ID": organization.region_id,
    }
    return {name: text for name, text in row.items() if text}


def _day(day: date | None) -> str | None:
    return f"{day:%Y%m%d}" if day else None


def _faults(file: ProviderFile, fields: Mapping[str, str]) -> Iterator[Fault]:
    provider = file.provider
    for name in REQUIRED:
        if name not in fields:
            what = name.removeprefix("Provider_").replace("_", " ").lower()
            yield Fault(provider.npi, provider.name, name, f"required: {_MENDS.get(name, f'give the {what}')}")
    for name, text in fields.items():
        if len(text) > LONGEST:
            yield Fault(provider.npi, provider.name, name, f"at most {LONGEST} characters: shorten it")
        if any(sign in text for sign in '|"\r\n'):
            yield Fault(provider.npi, provider.name, name, "no | and no quotation mark: write it without")


def text_of(lines: Iterable[Line]) -> str:
    """Return the file's text."""
    rows = [COLUMNS, *([line.action, *(line.fields.get(name, "") for name in COLUMNS[1:])] for line in lines)]
    return "".join("|".join(row) + "\r\n" for row in rows)


def read_roster(sheet: Sheet) -> list[Line]:
    """Read a roster file, ours or one that was made elsewhere, by the names in its header.

    Raises InputRejected where the header is not there, an action is none of A, U and D, or a row names nobody.
    """
    known = {words(name): name for name in COLUMNS}
    places = {header: known[words(header)] for header in sheet.header if words(header) in known}
    if ACTION not in places.values():
        raise InputRejected(
            f"{sheet.source}: line 1 is not the header of a roster file: it has no column {ACTION}.",
            hint="Put the line with the column names on top: " + "|".join(COLUMNS[:4]) + "|...",
        )
    if said := [header for header in sheet.header if columns().get(words(header)) == "exception"]:
        raise InputRejected(
            f"{sheet.source} is what CAQH answered, not a roster that was sent: it has a column {said[0]}.",
            hint=f"Load it: credkit caqh load {sheet.source}",
        )
    lines = []
    for row in sheet.rows:
        cells = {places[header]: cell.strip() for header, cell in row.cells.items() if header in places}
        action = cells.pop(ACTION).upper()
        npi = next(
            (cell for name in ("Provider_NPI", "PO_Provider_ID") if npi_is_valid(cell := cells.get(name, ""))), ""
        )
        problem = row.problem or (f"its action is {action!r}, not A, U or D" if action not in {"A", "U", "D"} else None)
        if problem or not npi:
            why = problem or "it names no NPI"
            raise InputRejected(f"{sheet.source}: row {row.number} cannot be read: {why}.", hint="Mend the row.")
        fields = {name: cell for name, cell in cells.items() if cell and name not in SECRET}
        lines.append(Line(npi, action, fields))
    return lines
