"""A schedule of visits asked about, row by row: may this provider see this client there, on that day?"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from credkit.checks.interface import Check
from credkit.policy import Policy
from credkit.records import Payer, ProviderFile
from credkit.reference.identifiers import npi_is_valid
from credkit.reference.states import state_code
from credkit.status.readiness import Readiness, asked
from credkit.tables.cells import clean_text
from credkit.tables.dates import NotADate, read_date
from credkit.tables.sheet import SheetRow

#: The columns of a schedule; whatever else it has is passed over. `state`, `payer` and `date` may be left out or blank.
COLUMNS = ("npi", "state", "payer", "date")


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


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of one visit: its provider's name, the state answered for, and of a yes through when it holds (None:
    nothing ends it)."""

    visit: Visit
    name: str
    state: str
    readiness: Readiness
    until: date | None


def read_visits(
    rows: Iterable[SheetRow], header: Sequence[str], find_payer: Callable[[str], Payer | None], today: date
) -> Iterator[Visit]:
    """Read a schedule strictly; a blank date is today. What cannot be read is said of the row, and never taken for a yes."""
    places = {name.casefold(): name for name in header}
    payers: dict[str, Payer | None] = {}

    def cell(row: SheetRow, name: str) -> str:
        return clean_text(row.cells.get(places.get(name, ""), ""))

    for row in rows:
        npi, state, payer_name, day = (cell(row, name) for name in COLUMNS)
        code = state_code(state) if state else None
        if payer_name and payer_name not in payers:
            payers[payer_name] = find_payer(payer_name)
        payer = payers.get(payer_name)
        on, problem = today, row.problem
        if not problem and not npi_is_valid(npi):
            problem = f"{npi[:40]!r} is not an NPI" if npi else "there is no NPI"
        if not problem and state and code is None:
            problem = f"{state[:40]!r} is not a state"
        if not problem and payer_name and payer is None:
            problem = f"there is no payer {payer_name[:60]!r}"
        try:
            on = read_date(day) if day else today
        except NotADate as error:
            problem = problem or str(error).rstrip(".")
        yield Visit(row.number, npi, code, payer, on, problem)


def answers(
    visits: Iterable[Visit],
    files: Iterable[ProviderFile],
    policy_on: Callable[[date], Policy],
    checks: Mapping[str, Check],
    payers: Mapping[str, Payer],
) -> dict[int, Answer]:
    """Answer the visits of these providers, by their row. Each is judged by the policy in force on its day.

    A yes that was found to hold until a day is the answer for every visit of the same provider, state and payer until then.
    """
    of_npi: dict[str, list[Visit]] = defaultdict(list)
    for visit in visits:
        if visit.problem is None:
            of_npi[visit.npi].append(visit)
    found: dict[int, Answer] = {}
    for file in files:
        held: dict[tuple[str, str | None], Answer] = {}
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
    held: dict[tuple[str, str | None], Answer],
    no: dict[tuple[str, str | None, date], Readiness],
) -> Answer:
    """Answer one visit; without a state, for the first in which clients may be seen, else the first there is."""
    payer_id = visit.payer.id if visit.payer else None
    first: Answer | None = None
    for state in (visit.state,) if visit.state else file.provider.states_of_practice:
        before = held.get((state, payer_id))
        if before and before.visit.on <= visit.on and (before.until is None or visit.on <= before.until):
            return Answer(visit, before.name, state, before.readiness, before.until)
        said = no.get((state, payer_id, visit.on))
        if said is None:
            said, until = asked(file, policy, visit.on, checks, payers, state, visit.payer)
            if said.ready:
                held[state, payer_id] = Answer(visit, file.provider.name, state, said, until)
                return held[state, payer_id]
            no[state, payer_id, visit.on] = said
        first = first or Answer(visit, file.provider.name, state, said, None)
    nowhere = Readiness("", (), ("no state of practice on file",), lapsed=False)
    return first or Answer(visit, file.provider.name, "", nowhere, None)
