"""Rows of somebody's own tracker, read strictly: what each says of which enrollments, or what is wrong with it.

A map is a TOML file:

    [columns]
    npi = "NPI"
    payer = "Insurance"
    state = "State(s)"                 # "TX, NM" is two enrollments
    status = "Participation"
    effective_on = { column = "Eff. date", format = "%m/%d/%y" }

    [statuses]                         # beside the words that credkit knows
    "Pending" = "submitted"

    [payers]                           # the tracker's names that are no alias of ours
    "BCBS" = "Aspen Health"

    [constants]                        # what is the same for the whole file
    line = "commercial"
"""

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
from typing import Annotated

from pydantic import AfterValidator, Field

from credkit.errors import UsageError, did_you_mean
from credkit.network.enrollments import Word
from credkit.records import EnrollmentStatus, Line, Payer
from credkit.reference.identifiers import npi_is_valid, tax_id_in
from credkit.reference.states import state_code
from credkit.tables.cells import clean_text
from credkit.tables.dates import NotADate, read_date
from credkit.tables.maps import ColumnMap

DATES = (
    "submitted_on",
    "received_on",
    "decided_on",
    "effective_on",
    "loaded_on",
    "ended_on",
    "revalidate_on",
)
#: What a tracker's column can be.
COLUMNS = ("npi", "payer", "state", "status", "line", "tax_id", *DATES, "reference", "reason", "owner")
#: The lines of public insurance.
PUBLIC = frozenset({Line.MEDICARE, Line.MEDICARE_ADVANTAGE, Line.MEDICAID, Line.MANAGED_MEDICAID})
_NEEDED = ("npi", "payer", "state", "status")
#: What people write where there is nothing to write.
_NOTHING = {"", "n/a", "na", "none", "tbd", "tba", "-", "--", "pending", "unknown", "?"}
_BETWEEN = re.compile(r"[,;/&|+]|\band\b|\s{2,}|\n", re.IGNORECASE)


def _known_status(text: str) -> str:
    if text not in set(EnrollmentStatus):
        raise ValueError(f"{text!r} is not a status.{did_you_mean(text, list(EnrollmentStatus))}")
    return text


class TrackerMap(ColumnMap):
    """A tracker's own headers, column by column of ours, and its own words for statuses and payers."""

    statuses: dict[str, Annotated[str, AfterValidator(_known_status)]] = Field(default_factory=dict)
    payers: dict[str, Annotated[str, Field(min_length=1)]] = Field(default_factory=dict)
    constants: dict[str, str] = Field(default_factory=dict)

    def check_columns(self) -> None:
        """Raise UsageError for a column that no tracker has, and for one that is needed and comes from nowhere."""
        given = [*self.columns, *self.constants]
        faults = [
            f"{name} is not a column of a tracker.{did_you_mean(name, COLUMNS)}"
            for name in given
            if name not in COLUMNS
        ]
        faults += [f"{name} comes from no column and no constant." for name in _NEEDED if name not in given]
        if faults:
            raise UsageError("The map does not fit a tracker.", hint="Columns: " + ", ".join(COLUMNS), details=faults)


#: Provider, payer, line, state and tax id: one enrollment at a time.
Key = tuple[str, str, Line, str, str]


@dataclass(frozen=True, slots=True)
class TrackerRow:
    """What one row says: the same word of one enrollment in each of `states`."""

    npi: str
    payer: Payer
    line: Line
    states: tuple[str, ...]
    tax_id: str
    word: Word

    @property
    def keys(self) -> tuple[Key, ...]:
        """What it speaks of: in each of its states one enrollment."""
        return tuple((self.npi, self.payer.id, self.line, state, self.tax_id) for state in self.states)


def contradict(one: Word, other: Word) -> bool:
    """Say whether two words about one provider, payer, line, state and tax id cannot both be so.

    They can where they are the same, or tell of two periods, the one over before the other began: what ended by the day on
    which it ended, what came to nothing by the day of its decision, or else of its submission.
    """
    return one != other and not _over_before(one, other) and not _over_before(other, one)


def _over_before(one: Word, other: Word) -> bool:
    begun = other.submitted_on or other.received_on or other.effective_on
    if begun is None or one.status is None or not one.status.closed:
        return False
    if one.status is EnrollmentStatus.TERMINATED:
        began = other.effective_on or begun
        return one.ended_on is not None and one.ended_on <= began
    if one.decided_on:
        return one.decided_on <= begun
    sent = one.submitted_on or one.received_on
    return sent is not None and sent < begun


@dataclass(frozen=True, slots=True)
class RowFault:
    """One thing wrong with a row: the column of ours it is in ("" for the row as a whole), and why."""

    column: str
    reason: str


class TrackerReader:
    """Reads rows by a map; `payers` are those of the store, `tax_id` is what a row without one is under."""

    def __init__(self, tracker_map: TrackerMap, payers: Mapping[str, Payer], tax_id: str) -> None:
        self._map = tracker_map
        self._tax_id = tax_id
        self.payers = payers
        self._by_name = {name.casefold(): payer for payer in payers.values() for name in (payer.name, *payer.aliases)}
        self._named = {_plain(said): meant for said, meant in tracker_map.payers.items()}
        for said, meant in tracker_map.payers.items():
            if meant.casefold() not in self._by_name:
                raise UsageError(
                    f"[payers] of the map: {said!r} is {meant!r}, and there is no such payer."
                    + did_you_mean(meant, [payer.name for payer in payers.values()]),
                    hint="`credkit payer add NAME --line LINE` makes one.",
                )
        self._statuses = _shipped() | {
            _plain(said): EnrollmentStatus(meant) for said, meant in tracker_map.statuses.items()
        }

    def read(self, cells: Mapping[str, str]) -> TrackerRow | tuple[RowFault, ...]:
        """Return what a row says, or everything that is wrong with it."""
        faults: list[RowFault] = []
        given: dict[str, str] = dict(self._map.constants)
        for name, mapped in self._map.columns.items():
            try:
                translate = mapped.translation()
                text = cells.get(mapped.column, "")
                if name in DATES and clean_text(text).casefold() in _NOTHING:
                    continue  # no date, whatever form dates have here
                given[name] = text.strip() if name == "state" else clean_text(translate(text) if translate else text)
            except ValueError as error:
                faults.append(RowFault(name, str(error)))
        npi = given.get("npi", "")
        if not npi_is_valid(npi):
            faults.append(RowFault("npi", f"{npi[:40]!r} is not an NPI." if npi else "There is no NPI."))
        payer = self._payer(given.get("payer", ""), faults)
        states = tuple(_states(given.get("state", ""), faults))
        line = self._line(given.get("line", ""), faults) or (payer.line if payer else None)
        if payer and line and "line" not in self._map.columns and payer.line in PUBLIC and line not in PUBLIC:
            # One line for a whole file would make of Medicaid a payer that counts towards being ready.
            says = f"{payer.name} is {payer.line}, and the map says {line} of every row: map a column of lines, or take it out."
            faults.append(RowFault("line", says))
        status = self._status(given.get("status", ""), faults)
        dates = {name: self._date(name, given.get(name, ""), faults) for name in DATES}
        tax_id = self._under(given.get("tax_id", ""), faults)
        if faults or payer is None or line is None or status is None:
            return tuple(faults)
        word = Word(
            status=status,
            reference=_stated(given.get("reference", "")),
            reason=_stated(given.get("reason", "")),
            owner=_stated(given.get("owner", "")),
            **dates,
        )
        return TrackerRow(npi, payer, line, states, tax_id, word)

    def _payer(self, text: str, faults: list[RowFault]) -> Payer | None:
        name = self._named.get(_plain(text), text)
        payer = self._by_name.get(" ".join(name.casefold().split()))
        if payer is None:
            near = did_you_mean(name, [one.name for one in self.payers.values()])
            faults.append(
                RowFault("payer", f"There is no payer {name[:60]!r}.{near}" if name else "There is no payer.")
            )
            return None
        while payer.merged_into:
            payer = self.payers[payer.merged_into]
        return payer

    def _under(self, text: str, faults: list[RowFault]) -> str:
        if text.casefold() in _NOTHING:
            return self._tax_id
        tax_id = tax_id_in(text.removesuffix(".0"))
        if not tax_id:
            # Not repeated: who works alone may have written a social security number.
            faults.append(RowFault("tax_id", "It is not the nine digits of a tax id, such as 12-3456789."))
        return tax_id

    def _line(self, text: str, faults: list[RowFault]) -> Line | None:
        name = _plain(text).replace(" ", "_")
        if not name or name in set(Line):
            return Line(name) if name else None
        faults.append(RowFault("line", f"There is no line of business {text[:40]!r}.{did_you_mean(name, list(Line))}"))
        return None

    def _status(self, text: str, faults: list[RowFault]) -> EnrollmentStatus | None:
        status = self._statuses.get(_plain(text))
        if status is None:
            said = f"The status {text[:60]!r} is not known: say in [statuses] of the map what it means."
            faults.append(RowFault("status", said if text else "There is no status."))
        return status

    def _date(self, name: str, text: str, faults: list[RowFault]) -> date | None:
        if text.casefold() in _NOTHING:
            return None
        try:
            return read_date(text)
        except NotADate as error:
            faults.append(RowFault(name, str(error)))
            return None


def _states(text: str, faults: list[RowFault]) -> Iterator[str]:
    """Read a cell that may name several states: "TX, NM", "TX/NM", "Texas and New Mexico"."""
    parts = [part for part in (clean_text(part) for part in _BETWEEN.split(text)) if part]
    if not parts:
        faults.append(RowFault("state", "There is no state."))
    for part in dict.fromkeys(parts):
        code = state_code(part)
        if code is None:
            faults.append(RowFault("state", f"{part[:40]!r} is not a state."))
        else:
            yield code


def _stated(text: str) -> str | None:
    return None if text.casefold() in _NOTHING else text


def _plain(text: str) -> str:
    """Return a word or name without case, punctuation and needless blanks."""
    return " ".join(re.findall(r"[^\W_]+", text.replace("'", "").casefold()))


@cache
def _shipped() -> dict[str, EnrollmentStatus]:
    text = resources.files("credkit.network").joinpath("statuses.toml").read_text(encoding="utf-8")
    found = {_plain(word): EnrollmentStatus(status) for status, words in tomllib.loads(text).items() for word in words}
    return found | {_plain(status): status for status in EnrollmentStatus}
