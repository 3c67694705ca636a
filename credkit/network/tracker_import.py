"""A tracker laid over the store: each row planned against what is there and, unless it is only a plan, applied.

A batch of rows is one transaction: a kill costs the last batch, and importing the file again completes it, because what is
there already is unchanged.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import islice

from credkit import clock
from credkit.errors import CredkitError, Refused
from credkit.harmless import unguard
from credkit.network.dates import date_faults, date_warnings, with_revalidation
from credkit.network.enrollments import Word, check_needs, move
from credkit.network.step import open_one, refuse_delegated
from credkit.network.tracker import DATES, RowFault, TrackerReader, TrackerRow
from credkit.policy import Policy
from credkit.records import Enrollment, EnrollmentStatus, ProviderFile
from credkit.store import Store
from credkit.tables.maps import is_ours
from credkit.tables.reading import Sheet, SheetRow
from credkit.tables.writing import csv_bytes

#: Rows a transaction.
BATCH = 500


class TrackerOutcome(StrEnum):
    """What became of one enrollment that a row speaks of."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Tracked:
    """One row and one of its states, and what became, or would become, of the enrollment. A row that is rejected is one of
    these, without a state."""

    row: int
    npi: str | None
    payer: str | None
    state: str | None
    outcome: TrackerOutcome
    enrollment_id: str | None = None
    changes: tuple[str, ...] = ()
    faults: tuple[RowFault, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class TrackerImport:
    """One tracker on its way in. `not_taken` are the rows to be mended, each with its reasons."""

    store: Store
    sheet: Sheet
    reader: TrackerReader
    policy: Policy
    today: date
    dry_run: bool
    not_taken: list[tuple[SheetRow, str]] = field(default_factory=list)
    #: Each enrollment's key to the row that spoke of it, and what it said.
    seen: dict[tuple[str, ...], tuple[int, Word]] = field(default_factory=dict)
    planned: int = 0

    def work(self, progress: Callable[[int], None] = lambda _done: None) -> Iterator[Tracked]:
        """Plan each row and, unless it is a dry run, apply it; yield what became of each, in the file's order."""
        rows = iter(self.sheet.rows)
        done = 0
        while batch := list(islice(rows, BATCH)):
            with nullcontext() if self.dry_run else self.store.batch():
                found = list(self._taken(batch))
            yield from found
            done += len(batch)
            progress(done)

    def rejects_csv(self) -> bytes:
        """Return the rows that were not taken, whole, each with its number and its reasons: mended, they are a tracker of the
        same map."""
        header = [name for name in self.sheet.header if not is_ours(name)]
        rows = [[*(self._cells(row)[name] for name in header), str(row.number), why] for row, why in self.not_taken]
        return csv_bytes([*header, "reject_row", "reject_reasons"], rows)

    def _cells(self, row: SheetRow) -> Mapping[str, str]:
        # A file of rejects was guarded against formulas as it was written.
        if "reject_reasons" not in self.sheet.header:
            return row.cells
        return {name: unguard(cell) for name, cell in row.cells.items()}

    def _taken(self, batch: Iterable[SheetRow]) -> Iterator[Tracked]:
        read: list[tuple[SheetRow, TrackerRow | tuple[RowFault, ...]]] = []
        for row in batch:
            said = (RowFault("", row.problem),) if row.problem else self.reader.read(self._cells(row))
            read.append((row, said))
        npis = [said.npi for _, said in read if isinstance(said, TrackerRow)]
        files = {file.provider.npi: file for file in self.store.provider_files(npis)}
        for row, said in read:
            found = list(self._row(row, said, files))
            yield from found
            if reasons := [
                " ".join(
                    part
                    for part in (one.state and f"{one.state}:", fault.column and f"{fault.column}:", fault.reason)
                    if part
                )
                for one in found
                for fault in one.faults
            ]:
                self.not_taken.append((row, " ".join(reasons)))

    def _row(
        self, row: SheetRow, said: TrackerRow | tuple[RowFault, ...], files: dict[str, ProviderFile]
    ) -> Iterator[Tracked]:
        if not isinstance(said, TrackerRow):
            yield Tracked(row.number, None, None, None, TrackerOutcome.REJECTED, faults=said)
            return
        file = files.get(said.npi)
        faults = list(self._misfits(said, file))
        if file is None or faults:
            yield Tracked(row.number, said.npi, said.payer.name, None, TrackerOutcome.REJECTED, faults=tuple(faults))
            return
        for state in said.states:
            one, after = self._state(row, said, files[said.npi], state)
            if after is not None:
                file = files[said.npi]
                others = tuple(old for old in file.enrollments if old.id != after.id)
                files[said.npi] = replace(file, enrollments=(*others, after))
            yield one

    def _misfits(self, said: TrackerRow, file: ProviderFile | None) -> Iterator[RowFault]:
        """Say what of a row does not fit the provider or the payer, or can be of no enrollment at all."""
        if file is None:
            yield RowFault("npi", f"There is no provider {said.npi} in the store.")
            return
        for state in said.states:
            if state not in file.provider.states_of_practice:
                yield RowFault("state", f"{said.npi} does not practice in {state}.")
            if said.payer.states and state not in said.payer.states:
                yield RowFault("state", f"{said.payer.name} does no business in {state}.")
        imagined = self._begun(said, said.states[0], "")
        try:
            check_needs(imagined)
        except CredkitError as error:
            yield RowFault("status", error.message)
        for fault in date_faults(imagined, said.payer, self.policy.network, self.today):
            yield RowFault("", f"{fault[:1].upper()}{fault[1:]}.")

    def _begun(self, said: TrackerRow, state: str, id_: str) -> Enrollment:
        word = said.word
        assert word.status is not None
        reason = word.reason
        if word.status is EnrollmentStatus.DENIED and not reason:
            reason = f"not given in {self.sheet.source}"
        return Enrollment(
            id=id_,
            npi=said.npi,
            payer_id=said.payer.id,
            line=said.line,
            state=state,
            tax_id=said.tax_id,
            status=word.status,
            status_reason=reason,
            reference=word.reference,
            updated_at=clock.stamp(clock.now()),
            opened_on=word.submitted_on or self.today,
            owner=word.owner,
            **{name: getattr(word, name) for name in DATES},
        )

    def _state(
        self, row: SheetRow, said: TrackerRow, file: ProviderFile, state: str
    ) -> tuple[Tracked, Enrollment | None]:
        """Return what becomes of one state of a row, and the enrollment as it then stands where it was written or planned."""
        tracked = Tracked(row.number, said.npi, said.payer.name, state, TrackerOutcome.UNCHANGED)
        key = (said.npi, said.payer.id, said.line, state, said.tax_id)
        if key in self.seen:
            number, word = self.seen[key]
            if word == said.word:
                return tracked, None
            if word.status is None or not word.status.closed:
                fault = RowFault("", f"Row {number} speaks of the same enrollment, and says something else.")
                return replace(tracked, outcome=TrackerOutcome.CONFLICT, faults=(fault,)), None
        before = None
        try:
            before = self._before(said, file, state)
            after = self._after(said, state, before)
        except CredkitError as error:
            fault = RowFault("status", error.message)
            return replace(
                tracked, outcome=TrackerOutcome.CONFLICT, faults=(fault,), enrollment_id=before.id if before else None
            ), None
        self.seen[key] = (row.number, said.word)
        if before is not None and replace(after, updated_at=before.updated_at) == before:
            return replace(tracked, enrollment_id=before.id), None
        if not self.dry_run:
            self.store.record_enrollment(
                after, verb="enrollment.imported", reason=f"row {row.number} of {self.sheet.source}"
            )
        return (
            replace(
                tracked,
                outcome=TrackerOutcome.CHANGED if before else TrackerOutcome.NEW,
                enrollment_id=None if self.dry_run and not before else after.id,
                changes=tuple(_changes(before, after)),
                warnings=tuple(date_warnings(after, said.payer, self.policy.network)),
            ),
            after,
        )

    def _before(self, said: TrackerRow, file: ProviderFile, state: str) -> Enrollment | None:
        """Return the enrollment that a row speaks of: of one that is over, the one that ended as the row says; else the one
        that is open. Raises Refused where a row ends an enrollment that began on another day than it says."""
        payers, word = self.reader.payers, said.word
        open_ = open_one(file.enrollments, said.payer, payers, said.line, state, said.tax_id)
        if word.status is None or not word.status.closed:
            if open_ is None:
                self._refuse_what_is_over(said, file, state)
            return open_
        key = (said.npi, said.payer.id, said.line, state, said.tax_id)
        over = [one for one in file.enrollments if one.key == key and one.status is word.status]
        for one in reversed(over):
            if all(getattr(word, name) in {None, getattr(one, name)} for name in DATES):
                return one
        if open_ and open_.effective_on and word.effective_on not in {None, open_.effective_on}:
            raise Refused(
                f"{open_.id} is open and effective from {open_.effective_on}; the row ends one that was from "
                f"{word.effective_on}."
            )
        return open_ or (over[-1] if over else None)

    def _refuse_what_is_over(self, said: TrackerRow, file: ProviderFile, state: str) -> None:
        """Refuse a row that would begin again what is on record as ended: from a day on which it held or had held."""
        key = (said.npi, said.payer.id, said.line, state, said.tax_id)
        begins = said.word.effective_on or said.word.submitted_on
        for one in file.enrollments:
            if one.key != key or one.status is not EnrollmentStatus.TERMINATED or one.ended_on is None:
                continue
            if begins is None or begins < one.ended_on:
                raise Refused(
                    f"{one.id} ended on {one.ended_on}; the row says that it goes on. `credkit enroll submit` begins another."
                )

    def _after(self, said: TrackerRow, state: str, before: Enrollment | None) -> Enrollment:
        if before is None:
            self.planned += 1
            id_ = f"planned {self.planned}" if self.dry_run else self.store.next_enrollment_id()
            return with_revalidation(None, self._begun(said, state, id_), self.policy.network)
        word = said.word
        refuse_delegated(before, said.payer, word.status)
        if word.status is EnrollmentStatus.DENIED and not word.reason and before.status is not EnrollmentStatus.DENIED:
            word = replace(word, reason=f"not given in {self.sheet.source}")
        moved = with_revalidation(before, move(before, word, at=clock.stamp(clock.now())), self.policy.network)
        faults = list(date_faults(moved, said.payer, self.policy.network, self.today))
        if faults:
            raise Refused("; ".join(faults))
        return moved


def _changes(before: Enrollment | None, after: Enrollment) -> Sequence[str]:
    names = ("status", *DATES, "reference", "status_reason", "owner")
    return [
        f"{name}: {getattr(before, name, None) or 'nothing'} -> {getattr(after, name)}"
        for name in names
        if getattr(after, name) != getattr(before, name, None)
    ]
