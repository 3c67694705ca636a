"""A list of revalidations laid over the enrollments: CMS's Revalidation Due Date List, or another program's by a map.

The list names everybody who is enrolled, by NPI and state; what is not due in the coming months is "TBD" there. Of several
rows for one NPI and state (an enrollment for each specialty) the earliest date counts. Only our own people's rows matter:
the others are counted and no more. The map is a TOML file:

    [columns]
    npi = "Provider NPI"
    due_on = { column = "Revalidation date", format = "%m/%d/%y" }

    [constants]
    state = "CO"                       # of a state's own list, which names none
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Self

from pydantic import Field

from credkit import clock
from credkit.errors import CredkitError, InputRejected, UsageError, did_you_mean
from credkit.network.counting import payer_on
from credkit.network.dates import date_faults
from credkit.network.enrollments import BEGUN, Word, is_over, move
from credkit.network.follow_ups import with_overdue
from credkit.policy import NetworkRules, Policy
from credkit.records import Enrollment, Line, Payer, Provider
from credkit.reference.identifiers import npi_is_valid
from credkit.reference.states import state_code
from credkit.store import Store
from credkit.tables.cells import clean_text
from credkit.tables.dates import NotADate, read_date
from credkit.tables.maps import ColumnMap
from credkit.tables.sheet import SheetRow

#: Our columns, and the headers of CMS's list. An adjusted date stands in place of the first one.
CMS_HEADERS = {
    "npi": "National Provider Identifier",
    "state": "Enrollment State Code",
    "due_on": "Revalidation Due Date",
    "adjusted_on": "Adjusted Due Date",
    "last_name": "Last Name",
}
_NEEDED = ("npi", "state", "due_on")
#: What stands where there is no date yet.
_NO_DATE = frozenset({"", "tbd", "n/a", "none", "-"})


class DueListMap(ColumnMap):
    """Which header of a list is which column of ours, and what is the same for the whole list."""

    constants: dict[str, str] = Field(default_factory=dict)

    @classmethod
    def of_cms(cls, header: Iterable[str], *, source: str) -> Self:
        """Return the map of CMS's list, whatever the case of its headers. Raises InputRejected where it is another file."""
        there = {clean_text(name).casefold(): name for name in header}
        columns = {ours: there[name.casefold()] for ours, name in CMS_HEADERS.items() if name.casefold() in there}
        # Without the adjusted dates the first ones would be taken that they replace.
        missing = [CMS_HEADERS[name] for name in (*_NEEDED, "adjusted_on") if name not in columns]
        if missing:
            raise InputRejected(
                f"{source} is not CMS's Revalidation Due Date List: it has no column {', '.join(map(repr, missing))}.",
                hint="Download it from data.cms.gov as CSV; for another list give --map MAP.toml.",
            )
        return cls.model_validate({"columns": columns})

    def check_columns(self) -> None:
        """Raise UsageError for a column that no list has, and for one that is needed and comes from nowhere."""
        given = [*self.columns, *self.constants]
        faults = [
            f"{name} is not a column of such a list.{did_you_mean(name, CMS_HEADERS)}"
            for name in given
            if name not in CMS_HEADERS
        ]
        faults += [f"{name} is no constant: every row has its own." for name in self.constants if name != "state"]
        faults += [f"{name} comes from no column and no constant." for name in _NEEDED if name not in given]
        if faults:
            raise UsageError(
                "The map does not fit a list of revalidations.",
                hint="Columns: " + ", ".join(CMS_HEADERS),
                details=faults,
            )


@dataclass(frozen=True, slots=True)
class DueRow:
    """What a row says of one of our people: the day by which to revalidate in a state, None where none is set."""

    row: int
    npi: str
    state: str
    due_on: date | None
    last_name: str


@dataclass(frozen=True, slots=True)
class UnreadableRow:
    """A row that may be of one of our people, and why it could not be read."""

    row: int
    npi: str | None
    state: str | None
    why: str


@dataclass(slots=True)
class DueList:
    """A list as it was read: what it says of our people, what could not be read, how many rows there were, and how many of
    other people."""

    said: list[DueRow] = field(default_factory=list)
    unreadable: list[UnreadableRow] = field(default_factory=list)
    rows: int = 0
    others: int = 0


def read_rows(rows: Iterable[SheetRow], column_map: DueListMap, ours: Container[str], into: DueList) -> Iterator[int]:
    """Read a list strictly, and yield how many rows are read. Of other people's rows nothing but the NPI is looked at."""
    for row in rows:
        into.rows += 1
        found = _read(row, column_map, ours)
        if isinstance(found, DueRow):
            into.said.append(found)
        elif found is not None:
            into.unreadable.append(found)
        else:
            into.others += 1
        yield into.rows


def _read(row: SheetRow, column_map: DueListMap, ours: Container[str]) -> DueRow | UnreadableRow | None:
    if row.problem:
        return UnreadableRow(row.number, None, None, row.problem)

    def cell(name: str) -> str:
        mapped = column_map.columns.get(name)
        if mapped is None:
            return clean_text(column_map.constants.get(name, ""))
        translate = mapped.translation()
        text = clean_text(row.cells.get(mapped.column, ""))
        return clean_text(translate(text)) if translate and text.casefold() not in _NO_DATE else text

    npi = cell("npi")
    if not npi_is_valid(npi):
        return UnreadableRow(row.number, None, None, f"{npi[:40]!r} is not an NPI" if npi else "there is no NPI")
    if npi not in ours:
        return None
    state = state_code(cell("state"))
    if state is None:
        return UnreadableRow(row.number, npi, None, f"{cell('state')[:40]!r} is not a state")
    try:
        adjusted, due_on = (_day(cell(name)) for name in ("adjusted_on", "due_on"))
    except ValueError as error:
        return UnreadableRow(row.number, npi, state, str(error).rstrip("."))
    return DueRow(row.number, npi, state, adjusted or due_on, cell("last_name"))


def _day(text: str) -> date | None:
    """Read a date; raises ValueError for what is none."""
    if text.casefold() in _NO_DATE:
        return None
    try:
        return read_date(text)
    except NotADate as error:
        raise ValueError(f"the due date {text[:40]!r}: {error}") from error


class Outcome(StrEnum):
    """What a list came to for one enrollment, or for an NPI and state without one."""

    SET = "set"
    UNCHANGED = "unchanged"
    NO_DATE = "no_date"
    NOT_BEGUN = "not_begun"
    NO_ENROLLMENT = "no_enrollment"
    OTHER_STATE = "other_state"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Revalidation:
    """One outcome. `before` and `after` are the day by which to revalidate; `why` says in words what is to be looked at."""

    row: int
    npi: str | None
    state: str | None
    outcome: Outcome
    enrollment: Enrollment | None = None
    before: date | None = None
    after: date | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """What a whole list came to, in its order, and our enrollments of the line that it does not name."""

    found: Sequence[Revalidation]
    not_named: Sequence[Enrollment]


def take(
    store: Store,
    due_list: DueList,
    line: Line,
    *,
    source: str,
    policy: Policy,
    today: date,
    dry_run: bool,
) -> Taken:
    """Set the days of revalidation of our enrollments of a line of business, all in one transaction; return every outcome.

    The list's date is taken whether it is earlier or later than ours: it is the program's own word. A day that somebody was
    to ask about stays due until a contact (`with_overdue`).
    """
    by_place: dict[tuple[str, str], list[DueRow]] = defaultdict(list)
    for said in due_list.said:
        by_place[said.npi, said.state].append(said)
    npis = {npi for npi, _ in by_place}
    with nullcontext() if dry_run else store.batch():
        payers, last = store.payers(), store.last_contacts()
        ours: dict[str, list[Enrollment]] = defaultdict(list)
        for one in store.open_enrollments():
            if one.line is line and not is_over(one, today):
                ours[one.npi].append(one)
        providers = {one.npi: one for one in store.providers() if one.npi in npis}
        found = [
            Revalidation(one.row, one.npi, one.state, Outcome.UNREADABLE, why=one.why) for one in due_list.unreadable
        ]
        for (npi, state), rows in by_place.items():
            said = _earliest(rows)
            here = [one for one in ours[npi] if one.state == state]
            if not here:
                found.append(_nowhere(said, ours[npi], line))
            for before in here:
                payer = payer_on(before.payer_id, payers, today)
                becomes, after = _one(said, rows, before, payer, providers[npi], policy.network, today)
                found.append(becomes)
                if after is not None and not dry_run:
                    after = with_overdue(before, after, payers, last.get(before.id), policy.network, today)
                    store.record_enrollment(after, verb="enrollment.updated", reason=f"row {said.row} of {source}")
    named: set[tuple[str | None, str | None]] = {(one.npi, one.state) for one in due_list.said}
    named |= {(one.npi, one.state) for one in due_list.unreadable}
    not_named = [
        one
        for enrollments in ours.values()
        for one in enrollments
        if one.status in BEGUN and (one.npi, one.state) not in named and (one.npi, None) not in named
    ]
    return Taken(sorted(found, key=lambda one: one.row), not_named)


def _earliest(rows: Sequence[DueRow]) -> DueRow:
    """Return the row whose date counts: the earliest, and any date before none."""
    return min(rows, key=lambda one: (one.due_on or date.max, one.row))


def _nowhere(said: DueRow, elsewhere: Sequence[Enrollment], line: Line) -> Revalidation:
    day = f" (the list says {said.due_on})" if said.due_on else ""
    if elsewhere:
        ids = ", ".join(f"{one.id} in {one.state}" for one in elsewhere)
        why = f"the {line} enrollments here are {ids}{day}"
        return Revalidation(said.row, said.npi, said.state, Outcome.OTHER_STATE, after=None, why=why)
    why = f"no open {line} enrollment is on file{day}"
    return Revalidation(said.row, said.npi, said.state, Outcome.NO_ENROLLMENT, why=why)


def _one(
    said: DueRow,
    rows: Sequence[DueRow],
    before: Enrollment,
    payer: Payer,
    provider: Provider,
    rules: NetworkRules,
    today: date,
) -> tuple[Revalidation, Enrollment | None]:
    """Return what becomes of one enrollment, and how it would stand where that is another day."""
    was = before.revalidate_on

    def outcome(word: Outcome, why: str = "", after: date | None = None) -> Revalidation:
        return Revalidation(said.row, said.npi, said.state, word, before, was, after or was, why)

    if before.status not in BEGUN:
        day = f"; the list says {said.due_on}" if said.due_on else ""
        return outcome(Outcome.NOT_BEGUN, f"it is {before.status}, and has nothing to revalidate yet{day}"), None
    if said.due_on is None:
        return outcome(Outcome.NO_DATE), None
    why = "; ".join(_notes(said, rows, provider, today))
    if said.due_on == was:
        return outcome(Outcome.UNCHANGED, why), None
    try:
        after = move(before, Word(revalidate_on=said.due_on), at=clock.stamp(clock.now()))
    except CredkitError as error:
        return outcome(Outcome.UNREADABLE, error.message), None
    # What else is wrong with its dates was there before.
    known = set(date_faults(before, payer, rules, today))
    if faults := [fault for fault in date_faults(after, payer, rules, today) if fault not in known]:
        return outcome(Outcome.UNREADABLE, "; ".join(faults)), None
    return outcome(Outcome.SET, why, said.due_on), after


def _notes(said: DueRow, rows: Sequence[DueRow], provider: Provider, today: date) -> Iterator[str]:
    """Say what somebody should know of a date: that it has passed, that other rows have others, that the name is another."""
    if said.due_on is not None and said.due_on < today:
        yield "it has passed"
    others = sorted({one.due_on for one in rows if one.due_on and one.due_on != said.due_on})
    if others:
        yield f"the list also says {', '.join(map(str, others))}; the earliest counts"
    names = {_plain(name) for name in (provider.last_name, *provider.former_names)}
    listed = _plain(said.last_name)
    if listed and not any(listed in name or (name and name in listed) for name in names):
        yield f"the list's name is {said.last_name[:40]}, and ours {provider.last_name}"


def _plain(name: str) -> str:
    return "".join(letter for letter in name.casefold() if letter.isalnum())
