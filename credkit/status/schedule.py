"""A schedule of visits asked about, row by row: may this provider see this client there, on that day?"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches

from credkit.checks.interface import Check
from credkit.policy import Policy
from credkit.records import Payer, ProviderFile
from credkit.reference.identifiers import npi_is_valid
from credkit.reference.states import state_code
from credkit.status.readiness import Readiness, yes_from
from credkit.tables.cells import clean_text
from credkit.tables.dates import NotADate, read_date
from credkit.tables.sheet import SheetRow

#: The columns of a schedule; whatever else it has is passed over. `state`, `payer` and `date` may be left out or blank.
COLUMNS = ("npi", "state", "payer", "date")


#: Other words for the columns; one of these where its column is not there would be a cell that nobody reads.
_MEANT = {
    "state": ("jurisdiction", "location", "st"),
    "payer": ("payor", "insurer", "insurance", "carrier", "plan", "health plan"),
    "date": ("day", "on", "dos", "visit date", "date of service", "service date", "appointment date"),
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One row: who, where (None: anywhere they practice), with which payer (None: any that counts), and when; or what is
    wrong with the row."""

    row: int
    npi: str
    state: str | None
    payer: Payer | None
    on: date
    problem: str | None = None


#: A yes: what is said from each day on, and the last day of it (None: nothing ends it).
_Yes = tuple[Sequence[tuple[date, Readiness]], date | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one visit: its provider's name, the state answered for, and of a yes through when it holds (None:
    nothing ends it)."""

    visit: Visit
    name: str
    state: str
    readiness: Readiness
    until: date | None


def misnamed(header: Iterable[str]) -> dict[str, str]:
    """Return the columns that look like one of a schedule's that is not there, with the name they should have: `dat`,
    `insurer`. To pass those over would answer for another day or any payer."""
    names = [clean_text(name) for name in header if clean_text(name)]
    there = {name.casefold() for name in names}
    found = {}
    for column in COLUMNS:
        if column in there:
            continue
        words = (column, *_MEANT.get(column, ()))
        for name in names:
            plain = " ".join(name.casefold().replace("_", " ").split())
            if plain not in COLUMNS and get_close_matches(plain, words, n=1, cutoff=0.75):
                found[name] = column
    return found


def read_visits(
    rows: Iterable[SheetRow], header: Sequence[str], find_payer: Callable[[str, date], Payer | None], today: date
) -> Iterator[Visit]:
    """Read a schedule strictly; a blank date is today. What cannot be read is said of the row, and never taken for a yes."""
    places = {name.casefold(): name for name in header}
    payers: dict[tuple[str, date], Payer | None] = {}

    def cell(row: SheetRow, name: str) -> str:
        return clean_text(row.cells.get(places.get(name, ""), ""))

    for row in rows:
        npi, state, payer_name, day = (cell(row, name) for name in COLUMNS)
        code = state_code(state) if state else None
        on, problem = today, row.problem
        if not problem and not npi_is_valid(npi):
            problem = f"{npi[:40]!r} is not an NPI" if npi else "there is no NPI"
        if not problem and state and code is None:
            problem = f"{state[:40]!r} is not a state"
        try:
            on = read_date(day) if day else today
        except NotADate as error:
            problem = problem or str(error).rstrip(".")
        if payer_name and (payer_name, on) not in payers:
            payers[payer_name, on] = find_payer(payer_name, on)
        payer = payers.get((payer_name, on))
        if not problem and payer_name and payer is None:
            problem = f"there is no payer {payer_name[:60]!r}"
        yield Visit(row.number, npi, code, payer, on, problem)


def answers(
    visits: Iterable[Visit],
    files: Iterable[ProviderFile],
    policy_on: Callable[[date], Policy],
    checks: Mapping[str, Check],
    payers: Mapping[str, Payer],
) -> dict[int, Answer]:
    """Answer the visits of these providers, by their row. Each is judged by the policy in force on its day.

    A yes that was found to hold until a day is the answer for every visit of the same provider, state and payer until then,
    as long as the same policy is in force.
    """
    of_npi: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.problem is None:
            of_npi[visit.npi].append(visit)
    found: dict[int, Answer] = {}
    for file in files:
        held: dict[tuple[str, str | None, str], _Yes] = {}
        no: dict[tuple[str, str | None, date], Readiness] = {}
        for visit in sorted(of_npi.get(file.provider.npi, ()), key=lambda one: (one.on, one.row)):
            found[visit.row] = _answer(visit, file, policy_on(visit.on), checks, payers, held, no)
    return found


def _answer(
    visit: Visit,
    file: ProviderFile,
    policy: Policy,
    checks: Mapping[str, Check],
    payers: Mapping[str, Payer],
    held: dict[tuple[str, str | None, str], _Yes],
    no: dict[tuple[str, str | None, date], Readiness],
) -> Answer:
    """Answer one visit; without a state, for the first in which clients may be seen, else the first there is."""
    payer_id = visit.payer.id if visit.payer else None
    first: Answer | None = None
    for state in (visit.state,) if visit.state else file.provider.states_of_practice:
        spans, until = held.get((state, payer_id, policy.sha256), ((), None))
        if spans and (until is None or visit.on <= until):
            said = next(told for since, told in reversed(spans) if since <= visit.on)
            return Answer(visit, file.provider.name, state, said, until)
        refused = no.get((state, payer_id, visit.on))
        if refused is None:
            spans, until = yes_from(file, policy, visit.on, checks, payers, state, visit.payer)
            refused = spans[0][1]
            if refused.ready:
                held[state, payer_id, policy.sha256] = spans, until
                return Answer(visit, file.provider.name, state, refused, until)
            no[state, payer_id, visit.on] = refused
        first = first or Answer(visit, file.provider.name, state, refused, None)
    nowhere = Readiness("", (), ("no state of practice on file",), lapsed=False)
    return first or Answer(visit, file.provider.name, "", nowhere, None)
