"""Decisions taken before credkit: an office with a thousand approved providers can start."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from credkit import clock
from credkit.errors import InputRejected, did_you_mean
from credkit.records import Cycle, CycleKind, Decision, Outcome, ProviderFile
from credkit.reference.identifiers import npi_in
from credkit.reference.states import state_code
from credkit.store import Store, new_id
from credkit.tables.dates import NotADate, read_date
from credkit.tables.sheet import Sheet

#: Who decided, in place of a role: it passed no gate here.
BEFORE_CREDKIT = "before credkit"
COLUMNS = ("npi", "states", "decided_on", "decision")
_TAKEN = (Outcome.APPROVED, Outcome.DENIED, Outcome.TERMINATED, Outcome.WITHDRAWN)


class LegacyOutcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class LegacyRow:
    """One decision of a file, and what became of it."""

    number: int
    npi: str | None
    outcome: LegacyOutcome
    decision: Decision | None
    detail: str


def import_decisions(store: Store, sheet: Sheet, *, today: date, dry_run: bool = False) -> Iterator[LegacyRow]:
    """Record decisions that were taken before credkit, marked as such: they are shown, their recredentialing clocks run, and
    they passed no gate.

    Columns: npi, states, decided_on, decision (approved where there is no such column), reason. A row is rejected that
    names nobody here, a day to come or on which the provider
    was with us already, or a provider whom credkit's own committee decided. Raises InputRejected where a
    column is not there.
    """
    missing = [name for name in COLUMNS[:3] if name not in sheet.header]
    if missing:
        raise InputRejected(
            f"{sheet.source}: there is no column {', '.join(missing)}.", hint="Columns: " + ", ".join(COLUMNS)
        )
    with store.batch():
        rows = list(sheet.rows)
        files = {file.provider.npi: file for file in store.provider_files({npi_in(row.cells["npi"]) for row in rows})}
        made = []
        for row in rows:
            npi = npi_in(row.cells["npi"]) or None
            try:
                if row.problem:
                    raise ValueError(row.problem)  # noqa: TRY301 - one place says what is wrong with a row
                decision, cycle, known = _read(store, row.cells, files.get(npi or ""), today)
            except ValueError as error:
                made.append(LegacyRow(row.number, npi, LegacyOutcome.REJECTED, None, str(error)))
                continue
            if known:
                told = f"on file since {decision.recorded_at[:10]}"
                made.append(LegacyRow(row.number, npi, LegacyOutcome.UNCHANGED, decision, told))
                continue
            file = files[decision.npi]
            if not dry_run:
                store.record_decision(decision, (cycle,))
            files[decision.npi] = replace(
                file,
                decisions=(*file.decisions, decision),
                cycles=(*(one for one in file.cycles if one.id != cycle.id), cycle),
            )
            made.append(LegacyRow(row.number, npi, LegacyOutcome.NEW, decision, ""))
    yield from made


def _read(
    store: Store, cells: Mapping[str, str], file: ProviderFile | None, today: date
) -> tuple[Decision, Cycle, bool]:
    """Return the decision of a row, the cycle that it closed, and whether it is on file already."""
    if file is None:
        raise ValueError("nobody here has this NPI: import the provider's form first")
    outcome = _outcome(cells.get("decision", ""))
    states = _states(cells["states"])
    if outcome.approves and not states:
        raise ValueError("an approval names its states")
    try:
        decided_on = read_date(cells["decided_on"])
    except NotADate as error:
        raise ValueError(f"decided_on: {error}") from error
    if decided_on > today:
        raise ValueError(f"decided_on: {decided_on} is yet to come")
    # What is on file already is so whatever happened since.
    for one in file.decisions:
        if (one.outcome, one.decided_on, set(one.states)) == (outcome, decided_on, set(states)):
            return one, file.cycles[-1], True
    own = [one for one in file.decisions if not one.legacy]
    if own:
        raise ValueError(f"decided here on {own[0].decided_on}: what was before is history")
    begun = [one for one in file.cycles if one.closed_on is None and one.opened_on <= decided_on]
    if begun:
        raise ValueError(
            f"the application of {begun[0].opened_on} was with us by {decided_on}: `credkit committee decide` decides it"
        )
    since = min(store.known_since(file.provider.npi) or today, today)
    if decided_on >= since:
        raise ValueError(
            f"decided_on: the provider is with us since {since}, and what is decided from then on passes the gate: "
            "`credkit committee decide`"
        )
    for one in file.decisions:
        if one.decided_on >= decided_on:
            raise ValueError(f"a decision of {one.decided_on} is on file: import them in the order of their days")
    stamp = clock.stamp(clock.now())
    cycle = _cycle(file, decided_on)
    decision = Decision(
        id=new_id(),
        npi=file.provider.npi,
        cycle_id=cycle.id,
        outcome=outcome,
        decided_on=decided_on,
        decided_by=BEFORE_CREDKIT,
        meeting_id=None,
        present=(),
        states=states if outcome.approves else (),
        conditions=(),
        reason=cells.get("reason", "").strip() or None,
        override=None,
        track="legacy",
        track_reasons=("decided before credkit",),
        revisit_on=None,
        policy_sha256="",
        gate=(),
        recorded_at=stamp,
        actor=store.actor,
        legacy=True,
    )
    return decision, cycle, False


def _cycle(file: ProviderFile, decided_on: date) -> Cycle:
    """Return the cycle that the decision closed: the file's open one, begun no later than that day, or one of its own."""
    current = file.cycles[-1] if file.cycles else None
    if current is not None and current.closed_on is None:
        return replace(current, opened_on=min(current.opened_on, decided_on), closed_on=decided_on)
    kind = CycleKind.RECREDENTIALING if file.decisions else CycleKind.INITIAL
    return Cycle(new_id(), file.provider.npi, kind, decided_on, decided_on)


def _outcome(text: str) -> Outcome:
    word = text.strip().lower() or Outcome.APPROVED
    if word not in {outcome.value for outcome in _TAKEN}:
        raise ValueError(f"decision: {text!r} is none.{did_you_mean(text, [outcome.value for outcome in _TAKEN])}")
    return Outcome(word)


def _states(text: str) -> tuple[str, ...]:
    codes = []
    for part in text.replace(";", ",").replace("/", ",").split(","):
        if not part.strip():
            continue
        code = state_code(part.strip())
        if code is None:
            raise ValueError(f"states: {part.strip()!r} is not a state")
        codes.append(code)
    return tuple(dict.fromkeys(codes))
