"""Forms laid over the store, a batch of rows at a time.

Each batch is one transaction with a savepoint a row: a kill costs the last batch, and importing the file again
completes it, because what is there already is unchanged.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, fields, replace
from datetime import date
from hashlib import sha256
from itertools import islice
from typing import Any

from credkit import clock
from credkit.canonical import canonical
from credkit.caqh.step import keep_profile
from credkit.errors import InputRejected, Refused, UsageError
from credkit.intake.clean import CleanForm, FieldError, clean
from credkit.intake.plan import Change, RowOutcome, conflict, first_cycle, merge, opens_cycle, provider_changes
from credkit.intake.profiles import without_caqhs, without_ours
from credkit.intake.reading import FormRow, FormSheet
from credkit.intake.rejects import ragged
from credkit.policy import Policy, Windows
from credkit.records import Application, Provider, ProviderFile, Reject
from credkit.store import Store, new_id
from credkit.tables.maps import is_ours

#: Rows a transaction: a commit waits for the disk, and one a row would take fifty times longer.
BATCH = 500


@dataclass(frozen=True, slots=True)
class PlannedRow:
    """One row of a file, and what became (or would become) of it."""

    file: str
    row: int
    npi: str | None
    outcome: RowOutcome
    changes: tuple[Change, ...] = ()
    errors: tuple[FieldError, ...] = ()
    reject_id: str | None = None


@dataclass(slots=True)
class _Import:
    """One file on its way in. `seen` maps each NPI to the row that brought it, and that row's cells as a hash."""

    store: Store
    sheet: FormSheet
    windows: Windows
    today: date
    dry_run: bool
    seen: dict[str, tuple[int, int]] = field(default_factory=dict)


def import_form(
    store: Store,
    sheet: FormSheet,
    policy: Policy,
    *,
    today: date,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[PlannedRow]:
    """Plan each row of a form and, unless `dry_run`, apply it; yield the rows in order, with what became of them."""
    work = _Import(store, sheet, policy.windows, today, dry_run)
    rows = iter(sheet.rows)
    done = 0
    while batch := list(islice(rows, BATCH)):
        with nullcontext() if dry_run else store.batch():
            planned = list(_planned(work, batch))
        yield from planned
        done += len(batch)
        progress(done)


def _planned(work: _Import, batch: Iterable[FormRow]) -> Iterator[PlannedRow]:
    rows = list(batch)
    npis = [row.outcome.npi for row in rows if isinstance(row.outcome, CleanForm)]
    files = {file.provider.npi: file for file in work.store.provider_files(npis)}
    for row in rows:
        yield _take(work, row, files)


def _take(work: _Import, row: FormRow, files: Mapping[str, ProviderFile]) -> PlannedRow:
    cells = row.received
    form = row.outcome
    mends = work.store.reject(row.reject_id) if row.reject_id else None
    if mends and _is_unmended(work, row, mends, files):
        errors = tuple(FieldError(column, reason) for column, reason in mends.errors)
        return _set_aside(work, row, cells, RowOutcome(mends.outcome), errors, npi=mends.npi, mends=mends)
    if not isinstance(form, CleanForm):
        return _set_aside(work, row, cells, RowOutcome.REJECTED, form, npi=None, mends=mends)
    if merged := work.store.alias(form.npi):
        said = f"the file of {form.npi} was merged into {merged.merged_into} on {merged.merged_on}: write that NPI"
        return _set_aside(work, row, cells, RowOutcome.CONFLICT, (FieldError("npi", said),), npi=form.npi, mends=mends)
    before = files.get(form.npi)
    form = without_caqhs(form, before) if work.sheet.facts is None else without_ours(form, before)
    marks = hash(tuple(cells.items()))
    earlier = work.seen.get(form.npi)
    if earlier:
        number, as_it_stood = earlier
        if as_it_stood == marks:
            _close(work, row, mends)
            return PlannedRow(work.sheet.source, row.number, form.npi, RowOutcome.UNCHANGED)
        error = FieldError(
            "npi",
            f"row {number} of this file has the same NPI, and says something else: write the NPI of the person it is, "
            "or change single facts of that file with `credkit provider edit`",
        )
        return _set_aside(work, row, cells, RowOutcome.CONFLICT, (error,), npi=form.npi, mends=mends)
    contradiction = conflict(form, before) if before else None
    if contradiction:
        return _set_aside(work, row, cells, RowOutcome.CONFLICT, (contradiction,), npi=form.npi, mends=mends)
    work.seen[form.npi] = (row.number, marks)
    planned = _apply(work, row, form, cells, before, mends)
    if work.sheet.facts is not None and not work.dry_run:
        keep_profile(work.store, form.npi, work.sheet.facts, source=work.sheet.source, sha256=work.sheet.sha256)
    return planned


def _is_unmended(work: _Import, row: FormRow, mends: Reject, files: Mapping[str, ProviderFile]) -> bool:
    """Say whether a row came back as it was, though only a person can tell what is right: it was ragged, and in the file
    of rejects it no longer is, or it contradicts another, which is not in that file.

    It is held against its meaning, since a spreadsheet rewrites dates as it saves. Clearing its reasons says that it is
    right as it stands; and a conflict that would change nothing any more has settled itself.
    """
    if mends.closed_at or row.right_as_it_stands:
        return False
    same = _filled(mends.cells) == _filled(row.received)
    if not isinstance(row.outcome, CleanForm):
        return same and ragged(mends)
    if not same and work.sheet.clean(mends.cells) != row.outcome:
        return False
    if mends.outcome == RowOutcome.CONFLICT:
        before = files.get(row.outcome.npi)
        return before is None or bool(merge(row.outcome, before, new_id).changes)
    # Where cells stood beyond the header, the row is only clean once they were cleared or moved.
    return ragged(mends) and not any(map(is_ours, _filled(mends.cells)))


def _apply(
    work: _Import,
    row: FormRow,
    form: CleanForm,
    cells: dict[str, str],
    before: ProviderFile | None,
    mends: Reject | None,
) -> PlannedRow:
    facts = merge(form, before, new_id)
    if before and not facts.changes:
        _close(work, row, mends)
        return PlannedRow(work.sheet.source, row.number, form.npi, RowOutcome.UNCHANGED)
    if not work.dry_run:
        on_file = before.application if before else None
        same_signature = on_file is not None and form.signed_on in {None, on_file.signed_on}
        application = Application(
            id=new_id(),
            npi=form.npi,
            signed_name=form.signed_name or (on_file.signed_name if on_file and same_signature else None),
            signed_on=form.signed_on or (on_file.signed_on if on_file else None),
            received_at=clock.stamp(clock.now()),
            source_file=work.sheet.source,
            source_sha256=work.sheet.sha256,
            row_number=row.number,
            disclosures=facts.disclosures,
        )
        work.store.record_application(
            application,
            cells,
            provider=facts.provider,
            credentials=facts.credentials,
            work_history=facts.work_history,
            before=before,
            opens=opens_cycle(form, before, work.windows, work.today, new_id),
            closes_reject=mends.id if mends else None,
        )
    outcome = RowOutcome.CHANGED if before else RowOutcome.NEW
    return PlannedRow(work.sheet.source, row.number, form.npi, outcome, changes=facts.changes)


def _close(work: _Import, row: FormRow, mends: Reject | None) -> None:
    if mends and not mends.closed_at and not work.dry_run:
        work.store.close_reject(mends.id, f"row {row.number} of {work.sheet.source}")


def _set_aside(
    work: _Import,
    row: FormRow,
    cells: dict[str, str],
    outcome: RowOutcome,
    errors: tuple[FieldError, ...],
    *,
    npi: str | None,
    mends: Reject | None,
) -> PlannedRow:
    """Keep a row that cannot be taken. The same row again is the same reject; one that was mended stays closed."""
    if mends and mends.closed_at and _filled(mends.cells) != _filled(cells):
        mends = None  # its row is in; what was made of it since, and cannot be taken, is a row of its own
    reject_id = mends.id if mends else "R" + sha256(canonical([work.sheet.header, cells]).encode()).hexdigest()[:12]
    reject = Reject(
        id=reject_id,
        source_file=mends.source_file if mends else work.sheet.source,
        source_sha256=mends.source_sha256 if mends else work.sheet.sha256,
        row_number=mends.row_number if mends else row.number,
        outcome=outcome,
        npi=npi,
        cells=cells,
        errors=tuple((error.column, error.reason) for error in errors),
        recorded_at=clock.stamp(clock.now()),
    )
    if not work.dry_run:
        there = mends or work.store.reject(reject_id)
        if there is None or (
            there.closed_at is None and (_filled(there.cells), there.errors) != (_filled(cells), reject.errors)
        ):
            work.store.set_aside(reject)
    return PlannedRow(work.sheet.source, row.number, npi, outcome, errors=errors, reject_id=reject_id)


def _filled(cells: Mapping[str, str]) -> dict[str, str]:
    """Return the cells that hold something: a file of rejects has the columns of every form in it."""
    return {name: cell for name, cell in cells.items() if cell}


def add_by_hand(store: Store, npi: str, given: Mapping[str, str], policy: Policy, *, today: date) -> None:
    """Open a file from facts typed by a person (column of the form to text), kept like a form whose row was typed at the
    keyboard.

    Raises UsageError where there is a file of that NPI, InputRejected where a fact cannot be taken.
    """
    cells = {"npi": npi, **given}
    form = _cleaned(cells, policy, today)
    facts = merge(form, None, new_id)
    application = Application(
        id=new_id(),
        npi=form.npi,
        signed_name=form.signed_name,
        signed_on=form.signed_on,
        received_at=clock.stamp(clock.now()),
        source_file="provider add",
        source_sha256=sha256(canonical(cells).encode()).hexdigest(),
        row_number=1,
        disclosures=facts.disclosures,
    )
    with store.batch():
        if merged := store.alias(form.npi):
            raise UsageError(f"{form.npi} was merged into {merged.merged_into} on {merged.merged_on}: name that one.")
        if store.provider(form.npi):
            raise UsageError(
                f"{form.npi} is already in the store.",
                hint=f"credkit provider edit {form.npi} --set COLUMN=VALUE --reason TEXT",
            )
        store.record_application(
            application,
            cells,
            provider=facts.provider,
            credentials=facts.credentials,
            work_history=facts.work_history,
            before=None,
            opens=first_cycle(form.npi, today, new_id),
        )


def edit(
    store: Store,
    npi: str,
    given: Mapping[str, str],
    policy: Policy,
    reason: str,
    *,
    clear: Iterable[str] = (),
    today: date,
) -> tuple[Change, ...]:
    """Change single facts of a file by hand (column of the form to text), and return the changes. `clear` names provider
    facts to empty.

    The file is read in the transaction that writes it, so that of two edits at once neither undoes the other. Raises
    Refused where nothing would change, InputRejected where a fact cannot be taken.
    """
    with store.batch():
        file = store.provider_file(npi)
        # One that says nothing of the name keeps it.
        names = {"first_name": file.provider.first_name, "last_name": file.provider.last_name}
        form = _cleaned({"npi": npi, **names, **given}, policy, today)
        return _edited(store, file, form, reason, clear)


def _cleaned(cells: Mapping[str, str], policy: Policy, today: date) -> CleanForm:
    form = clean(cells, policy, today)
    if isinstance(form, CleanForm):
        return form
    words = [f"{error.column}: {error.reason}".removeprefix(": ") for error in form]
    raise InputRejected(f"The facts of {cells['npi']} cannot be taken.", details=words)


def _edited(store: Store, file: ProviderFile, form: CleanForm, reason: str, clear: Iterable[str]) -> tuple[Change, ...]:
    facts = merge(form, file, new_id)
    by_hand: dict[str, Any] = {name: form.fields[name] for name in ("former_names",) if name in form.fields}
    by_hand |= {name: () if isinstance(getattr(facts.provider, name), tuple) else None for name in clear}
    provider = replace(facts.provider, **by_hand)
    own = {one.name for one in fields(Provider)}
    changes = (
        *provider_changes(file.provider, provider),
        *(change for change in facts.changes if change.field not in own),
    )
    if not changes:
        raise Refused(f"Nothing to change: {file.provider.npi} is already so.")
    store.correct_file(file, provider=provider, credentials=facts.credentials, reason=reason)
    return changes
