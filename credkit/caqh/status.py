"""What a status export, a return roster or an exception file says of each provider, row by row, and what it would change.

Pure: a row and the file as it stands give the outcome. CAQH's columns are told by the words of their headers. The status
text is kept as it is; what it means is the check's to say.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any

from credkit.caqh.likeness import day_of, names_alike
from credkit.checks.caqh import caqh_profile, is_active
from credkit.errors import InputRejected
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, ProviderFile
from credkit.reference.caqh import columns, exception_advice, status_meaning, words
from credkit.reference.identifiers import npi_in, npi_is_valid
from credkit.reference.states import state_code
from credkit.screening.names import claimed_names, person_name
from credkit.tables.cells import clean_text
from credkit.tables.dates import NotADate

#: What names the provider of a row: one of these columns must be there.
_NAMING = ("npi", "caqh_id", "po_provider_id")
_SAID = ("status", "exception")
_CAQH_ID_DIGITS = range(8, 11)
_FLAGS = {"y": True, "yes": True, "true": True, "1": True, "n": False, "no": False, "false": False, "0": False}


#: What a free text may hold, and must not: social security numbers and dates of birth.
_SECRETS = re.compile(r"\b\d{3}-?\d{2}-?\d{4}\b|\b\d{1,2}/\d{1,2}/\d{4}\b|\b(?:19|20)\d{2}-?\d{2}-?\d{2}\b")


class Kind(StrEnum):
    """Which of CAQH's files it is."""

    STATUS = "status"
    EXCEPTIONS = "exceptions"


class RowOutcome(StrEnum):
    """What becomes of a row."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"  # by CAQH: our roster row was not taken
    OLDER = "older"
    CONFLICT = "conflict"
    NOBODY = "nobody"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One row, read. `state` is what goes into the profile's details; `problems` say what cannot be read."""

    number: int
    npi: str | None
    caqh_id: str | None
    organization_id: str | None
    first_name: str
    last_name: str
    date_of_birth: date | None = field(repr=False)
    status: str | None
    status_on: date | None
    attested_on: date | None
    state: Mapping[str, Any]
    exception: str | None
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Planned:
    """What a row does to a provider's file: `profile` is the credential as it would stand."""

    row: StatusRow
    outcome: RowOutcome
    npi: str | None
    detail: str
    profile: Credential | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Which header holds what, in one file; `again` are further headers of the same meaning."""

    places: Mapping[str, str]
    again: Mapping[str, str] = field(default_factory=dict)

    @property
    def kind(self) -> Kind:
        """Whether the file tells statuses, or which roster rows were refused."""
        return Kind.EXCEPTIONS if "exception" in self.places and "status" not in self.places else Kind.STATUS


def layout(header: Iterable[str], source: str) -> Layout:
    """Tell the columns of a file by the words of their headers.

    Raises InputRejected where none names a provider, or none says anything of one: most often the header is not there.
    """
    known = columns()
    places: dict[str, str] = {}
    again: dict[str, str] = {}
    for name in header:
        if ours := known.get(words(name)):
            if ours in places:
                again[name] = ours
            else:
                places[ours] = name
    if not any(name in places for name in _NAMING) or not any(name in places for name in (*_SAID, "roster_status")):
        raise InputRejected(
            f"{source}: line 1 is not the header of a CAQH file: it names no column that credkit knows.",
            hint="Put the line with the column names (Provider_NPI, Provider_Status, ...) back on top, or export again.",
            details=[
                "it has no column for an NPI, a CAQH provider id or a PO provider id"
                if not any(name in places for name in _NAMING)
                else "it has no column for a status, a roster status or an exception"
            ],
        )
    return Layout(places, again)


def read_row(number: int, cells: Mapping[str, str], found: Layout) -> StatusRow:
    """Read one row; what cannot be read stands in `problems`, which never repeat a date of birth."""
    told = {name: clean_text(cells.get(header, "")) for name, header in found.places.items()}
    problems: list[str] = []
    for header, name in found.again.items():
        said = clean_text(cells.get(header, ""))
        if said and told[name] and words(said) != words(told[name]):
            problems.append(f"{found.places[name]} and {header} say two things: leave one of the columns out")
        told[name] = told[name] or said

    def day(name: str) -> date | None:
        text = told.get(name, "")
        if not text or not text.strip("0/- :"):
            return None
        try:
            return day_of(text)
        except NotADate as error:
            problems.append(f"{found.places[name]}: {error.general if name == 'date_of_birth' else error}")
            return None

    npi = npi_in(told.get("npi", "")) or None
    if npi is None and told.get("npi"):
        problems.append(f"{found.places['npi']} holds no NPI")
    elif npi is None and npi_is_valid(told.get("po_provider_id", "")):
        npi = told["po_provider_id"]  # our own roster files give the NPI there
    caqh_id = "".join(sign for sign in told.get("caqh_id", "").removesuffix(".0") if sign.isdigit()) or None
    if caqh_id is not None and len(caqh_id) not in _CAQH_ID_DIGITS:
        problems.append(f"{found.places['caqh_id']} is not eight to ten digits")
    if told.get("found", "").lower() in {"n", "no"}:
        problems.append("CAQH did not find the provider (Provider_Found_Flag N)")
    status_on = day("status_on")
    state: dict[str, Any] = {}
    if "status" in found.places:
        state["status"] = told["status"] or None
        state["status_on"] = status_on.isoformat() if status_on else None
    # A blank under a column that is there says that CAQH has nothing: what was on file before does not stand for it.
    if "authorized" in found.places:
        state["authorized"] = _FLAGS.get(told["authorized"].lower(), told["authorized"] or None)
    if "roster_status" in found.places:
        state["roster_status"] = told["roster_status"] or None
    if practiced := told.get("practice_state"):
        code = state_code(practiced)
        state |= {"practice_state": code} if code else {}
        if code is None:
            problems.append(f"{found.places['practice_state']} is not a state")
    return StatusRow(
        number=number,
        npi=npi,
        caqh_id=caqh_id,
        organization_id=told.get("organization_id") or None,
        first_name=told.get("first_name", ""),
        last_name=told.get("last_name", ""),
        date_of_birth=day("date_of_birth"),
        status=told.get("status") or None,
        status_on=status_on,
        attested_on=day("attested_on"),
        state=state,
        exception=_SECRETS.sub("[withheld]", told.get("exception", "")) or None,
        problems=tuple(problems),
    )


def plan(row: StatusRow, file: ProviderFile | None, policy: Policy, today: date) -> Planned:
    """Say what a row does to the file of the provider whom it names (None: nobody here)."""
    if row.problems:
        return Planned(row, RowOutcome.REJECTED, row.npi, "; ".join(row.problems))
    if row.npi is None and row.caqh_id is None:
        return Planned(row, RowOutcome.REJECTED, None, "the row names no provider")
    if file is None:
        return Planned(row, RowOutcome.NOBODY, row.npi, f"nobody here has {row.npi or f'the CAQH id {row.caqh_id}'}")
    npi = file.provider.npi
    if contradiction := _contradiction(row, file):
        return Planned(row, RowOutcome.CONFLICT, npi, contradiction)
    if row.attested_on is not None and row.attested_on > today:
        return Planned(row, RowOutcome.REJECTED, npi, f"the attestation of {row.attested_on} is yet to come")
    if row.status_on is not None and row.status_on > today:
        return Planned(row, RowOutcome.REJECTED, npi, f"the status is of {row.status_on}, which is yet to come")
    was = caqh_profile(file)
    known_on = was.details.get("status_on") if was else None
    if row.status_on is not None and known_on and row.status_on.isoformat() < str(known_on):
        return Planned(row, RowOutcome.OLDER, npi, f"the status of {known_on} is on file already")
    if row.status is not None and row.status_on is None and known_on:
        if was and was.details.get("status") != row.status:
            said = f"the row has no date, and a status of {known_on} is on file: {was.details.get('status')}"
            return Planned(row, RowOutcome.CONFLICT, npi, said)
        row = replace(row, state={name: value for name, value in row.state.items() if name != "status_on"})
    if row.status_on is None and known_on and was and (better := _bettered(row, was)):
        said = f"the row has no date, and by the status of {known_on} it is otherwise: {better}"
        return Planned(row, RowOutcome.CONFLICT, npi, said)
    profile = _laid_over(row, was, npi, policy)
    if row.exception:
        advice = exception_advice(row.exception)
        return Planned(row, RowOutcome.REFUSED, npi, f"{row.exception}: {advice}", profile if profile != was else None)
    if profile == was:
        return Planned(row, RowOutcome.UNCHANGED, npi, "")
    return Planned(row, RowOutcome.CHANGED, npi, _changes(was, profile), profile)


def _bettered(row: StatusRow, was: Credential) -> str | None:
    """Name what a row would make better than it is on file: an old export must not give back what CAQH has since taken away.
    What it makes worse is taken."""
    before, after = was.details, row.state
    if after.get("authorized") is True and before.get("authorized") is not True:
        return f"authorized: {_text(before.get('authorized'))}"
    if is_active(after.get("roster_status")) and not is_active(before.get("roster_status")):
        return f"roster status: {_text(before.get('roster_status'))}"
    return None


def _contradiction(row: StatusRow, file: ProviderFile) -> str | None:
    """Say why a row cannot be about the provider whose number it bears."""
    was = caqh_profile(file)
    if was and was.number and row.caqh_id and was.number != row.caqh_id:
        return (
            f"the row has the CAQH id {row.caqh_id}, the file {was.number}: ask the provider which it is, and correct it "
            f"with `credkit provider edit {file.provider.npi} --set caqh_id=... --reason TEXT`"
        )
    born = file.provider.date_of_birth
    if row.date_of_birth and born and row.date_of_birth != born:
        return "the row has another date of birth than the file"
    if row.first_name and row.last_name and not (row.date_of_birth and born):
        theirs = person_name(row.first_name, row.last_name)
        if names_alike(claimed_names(file.provider), theirs).level == "different":
            return f"the row is of {row.first_name} {row.last_name}, the file of {file.provider.name}"
    return None


def _laid_over(row: StatusRow, was: Credential | None, npi: str, policy: Policy) -> Credential:
    """Return the profile with what the row says; what it does not say stays.

    The day of a status that says complete or re-attested is the day of the attestation, where none is stated. CAQH's word
    for that day goes before what a form claimed, also where it is an earlier one.
    """
    before = was or Credential(id="", npi=npi, kind=CredentialKind.CAQH)
    details = {name: value for name, value in before.details.items() if name not in row.state} | dict(row.state)
    if row.exception:
        details["roster_exception"] = row.exception
    elif "status" in row.state or "roster_status" in row.state:
        details.pop("roster_exception", None)
    attested_on = row.attested_on
    if attested_on is None and status_meaning(row.status, policy.caqh.statuses).usability == "usable":
        attested_on = row.status_on
    if attested_on is not None:
        told = before.details.get("attested_per_caqh")
        attested_on = max(attested_on, date.fromisoformat(told)) if told else attested_on
        details["attested_per_caqh"] = attested_on.isoformat()
    return replace(
        before,
        number=before.number or row.caqh_id,
        issued_on=attested_on or before.issued_on,
        details={name: value for name, value in details.items() if value is not None},
    )


def _changes(was: Credential | None, now: Credential) -> str:
    """Name what changed, as it was and as it is."""
    before, after = (
        {"caqh id": one.number, "attested": one.issued_on, **one.details} if one else {} for one in (was, now)
    )
    return "; ".join(
        f"{name.replace('_', ' ')}: {_text(before.get(name))} -> {_text(after.get(name))}"
        for name in sorted({*before, *after} - {"attested_per_caqh"})
        if before.get(name) != after.get(name)
    )


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value is None else str(value)
