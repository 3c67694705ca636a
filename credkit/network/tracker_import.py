"""A tracker laid over the store: each row planned against what is there and, unless it is only a plan, applied.

A batch of rows is one transaction: a kill costs the last batch, and importing the file again completes it, because what is
there already is unchanged.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from itertools import combinations, islice

from credkit import clock
from credkit.errors import CredkitError, Refused
from credkit.harmless import unguard
from credkit.network.counting import same_payer
from credkit.network.dates import date_faults, date_warnings, with_revalidation
from credkit.network.enrollments import Word, check_needs, move, refuse_revival
from credkit.network.follow_ups import with_overdue
from credkit.network.step import open_one, refuse_backdating, refuse_beginning
from credkit.network.tracker import DATES, Key, RowFault, TrackerReader, TrackerRow, contradict
from credkit.policy import Policy
from credkit.records import Enrollment, EnrollmentStatus, ProviderFile
from credkit.store import Store
from credkit.tables.maps import is_ours
from credkit.tables.reading import Sheet, SheetRow
from credkit.tables.writing import csv_bytes

#: Rows a transaction.
BATCH = 500
#: How an enrollment is called that a dry run would open.
PLANNED = "planned "


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
    #: What was said of which enrollment and taken: a second row that says it changes nothing.
    seen: set[tuple[Key, Word]] = field(default_factory=set)
    #: The rows that contradict each other, by the enrollment they speak of.
    against: dict[Key, tuple[int, ...]] = field(default_factory=dict)
    planned: int = 0

    def work(self, progress: Callable[[int], None] = lambda _done: None) -> Iterator[Tracked]:
        """Plan each row and, unless it is a dry run, apply it; yield what became of each, in the file's order.

        The whole file is read before anything of it is taken: of two rows that contradict each other neither is.
        """
        whole = list(self.sheet.rows)
        self.against = self._contradictions(whole)
        rows = iter(whole)
        done = 0
        while batch := list(islice(rows, BATCH)):
            with nullcontext() if self.dry_run else self.store.batch():
                found = list(self._taken(batch))
            yield from found
            done += len(batch)
            progress(done)

    def _contradictions(self, rows: Iterable[SheetRow]) -> dict[Key, tuple[int, ...]]:
        said: dict[Key, dict[Word, list[int]]] = defaultdict(lambda: defaultdict(list))
        for row in rows:
            read = self._read(row)
            # What can be of no enrollment at all is rejected, and hinders no other row.
            if isinstance(read, TrackerRow) and not any(self._cannot_be(read)):
                for key in read.keys:
                    said[key][read.word].append(row.number)
        return {
            key: tuple(sorted(number for numbers in words.values() for number in numbers))
            for key, words in said.items()
            if any(contradict(one, other) for one, other in combinations(words, 2))
        }

    def _read(self, row: SheetRow) -> TrackerRow | tuple[RowFault, ...]:
        return (RowFault("", row.problem),) if row.problem else self.reader.read(self._cells(row))

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
        read = [(row, self._read(row)) for row in batch]
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
        yield from self._cannot_be(said)

    def _cannot_be(self, said: TrackerRow) -> Iterator[RowFault]:
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
        if others := [str(number) for number in self.against.get(key, ()) if number != row.number]:
            rows = f"Row {others[0]} speaks" if len(others) == 1 else f"Rows {', '.join(others)} speak"
            fault = RowFault("", f"{rows} of the same enrollment, and not all of it can be so: none is taken.")
            return replace(tracked, outcome=TrackerOutcome.CONFLICT, faults=(fault,)), None
        if (key, said.word) in self.seen:
            return tracked, None
        before = None
        try:
            before = self._before(said, file, state)
            after = self._after(said, file, state, before)
        except CredkitError as error:
            fault = RowFault("status", error.message)
            return replace(
                tracked, outcome=TrackerOutcome.CONFLICT, faults=(fault,), enrollment_id=before.id if before else None
            ), None
        self.seen.add((key, said.word))
        if before is not None and after == replace(
            before, updated_at=after.updated_at, overdue_since=after.overdue_since
        ):
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
        over = [one for one in self._of(said, file, state) if one.status is word.status]
        for one in reversed(over):
            if all(getattr(word, name) in {None, getattr(one, name)} for name in DATES):
                return one
        if open_ is None:
            # Of another period it is no correction: it stands beside it.
            return next((one for one in reversed(over) if contradict(_told(one), word)), None)
        if open_.effective_on and word.effective_on not in {None, open_.effective_on}:
            raise Refused(
                f"{open_.id} is open and effective from {open_.effective_on}; the row ends one that was from "
                f"{word.effective_on}."
            )
        return open_

    def _of(self, said: TrackerRow, file: ProviderFile, state: str) -> list[Enrollment]:
        """Return every enrollment, open or over, of what a row speaks of; those with a payer that was merged into its own too."""
        ids, key = same_payer(said.payer, self.reader.payers), (said.line, state, said.tax_id)
        return [one for one in file.enrollments if one.payer_id in ids and one.key[2:] == key]

    def _refuse_what_is_over(self, said: TrackerRow, file: ProviderFile, state: str) -> None:
        """Refuse a row that would begin again what is on record as ended: from a day on which it held or had held."""
        begins = said.word.effective_on or said.word.submitted_on
        for one in self._of(said, file, state):
            if one.status is not EnrollmentStatus.TERMINATED or one.ended_on is None:
                continue
            if begins is None or begins < one.ended_on:
                raise Refused(
                    f"{one.id} ended on {one.ended_on}; the row says that it goes on. `credkit enroll submit` begins another."
                )

    def _after(self, said: TrackerRow, file: ProviderFile, state: str, before: Enrollment | None) -> Enrollment:
        refuse_beginning(before, said.word.status, said.payer)
        if before is None:
            refuse_backdating(None, self._begun(said, state, ""), said.payer, file)
            self.planned += 1
            id_ = f"{PLANNED}{self.planned}" if self.dry_run else self.store.next_enrollment_id()
            return with_revalidation(None, self._begun(said, state, id_), self.policy.network)
        word = said.word
        if word.status is EnrollmentStatus.DENIED and not word.reason and before.status is not EnrollmentStatus.DENIED:
            word = replace(word, reason=f"not given in {self.sheet.source}")
        moved = with_revalidation(before, move(before, word, at=clock.stamp(clock.now())), self.policy.network)
        refuse_revival(before, moved, self.today)
        refuse_backdating(before, moved, said.payer, file)
        faults = list(date_faults(moved, said.payer, self.policy.network, self.today))
        if faults:
            raise Refused("; ".join(faults))
        # What is only planned was never contacted about.
        last = None if before.id.startswith(PLANNED) else self.store.last_contact(before.id)
        return with_overdue(before, moved, self.reader.payers, last, self.policy.network, self.today)


def _told(enrollment: Enrollment) -> Word:
    """Return an enrollment's state and dates as a row would tell them."""
    return Word(enrollment.status, **{name: getattr(enrollment, name) for name in DATES})


def _changes(before: Enrollment | None, after: Enrollment) -> Sequence[str]:
    names = ("status", *DATES, "reference", "status_reason", "owner")
    return [
        f"{name}: {getattr(before, name, None) or 'nothing'} -> {getattr(after, name)}"
        for name in names
        if getattr(after, name) != getattr(before, name, None)
    ]
