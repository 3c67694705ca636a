"""Owners and notes, reminders, what monitoring brings up, leaves, duties, and sweeps."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from credkit.records import (
    Alias,
    Credential,
    Cycle,
    DutyDone,
    Filing,
    FilingReview,
    Leave,
    MonitoringEvent,
    Note,
    Owner,
    Provider,
    Reminder,
    Suspension,
    Sweep,
    WorkEntry,
)
from credkit.store import tables
from credkit.store.door import Door


@dataclass(frozen=True, slots=True)
class Swept:
    """How the last sweep left one file. `context` names everything but the file that the judgment rests on (policy,
    payers, lists); `stale_on` is the first day on which a verification of an undecided file is out of its window."""

    npi: str
    context: str
    judged_on: date
    next_change_on: date | None
    stage: str
    ready: str
    recredential_by: date | None
    recredential_from: date | None
    stale_on: date | None


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a sweep found. `key` names it for ever, so that it is told once."""

    key: str
    kind: str
    npi: str | None
    what: str
    due_on: date | None
    found_on: date


@dataclass(frozen=True, slots=True)
class Moved:
    """What a merger moves: records as they are to stand, each under the NPI that stays; `provider` is that file's own."""

    alias: Alias
    provider: Provider
    credentials: Sequence[Credential]
    work_history: Sequence[WorkEntry]
    events: Sequence[MonitoringEvent]
    suspensions: Sequence[Suspension]
    leaves: Sequence[Leave]
    filings: Sequence[Filing]
    filing_reviews: Sequence[FilingReview]
    notes: Sequence[Note]
    duties: Sequence[DutyDone]
    owner: Owner | None


_SWEPT = "npi, context, judged_on, next_change_on, stage, ready, recredential_by, recredential_from, stale_on"


class Maintenance(Door):
    """Verbs: assign_owner, add_note, keep_reminder, keep_event, keep_leave, keep_suspension, record_duty, merge, open_cycle, record_sweep. Nouns: owners, notes, reminders,
    monitoring_events, leaves, suspensions, last_sweep, swept, swept_due, changed_since, expiring_between, duties_between, duties_until."""

    def assign_owner(self, owner: Owner) -> None:
        """Say who looks after a file."""
        with self.act("owner.assigned", npi=owner.npi, record=f"provider {owner.npi}") as act:
            act.put(tables.OWNERS, owner)

    def add_note(self, note: Note) -> None:
        """Keep a note."""
        with self.act("note.added", npi=note.npi, record=f"note {note.id}") as act:
            act.add(tables.NOTES, note)

    def keep_reminder(self, reminder: Reminder, *, verb: str) -> None:
        """Keep a reminder as it now is; `verb` is "reminder.made", ".sent", ".tried", ".refused" or ".dropped"."""
        with self.act(verb, npi=reminder.npi, record=f"reminder {reminder.id}") as act:
            act.put(tables.REMINDERS, reminder)

    def keep_event(self, event: MonitoringEvent, *, verb: str) -> None:
        """Keep what monitoring brought up; `verb` is "event.recorded" or "event.settled"."""
        with self.act(verb, npi=event.npi, record=f"event {event.id}", reason=event.settled_how) as act:
            act.put(tables.MONITORING_EVENTS, event)

    def keep_leave(self, leave: Leave, *, verb: str) -> None:
        """Keep a leave; `verb` is "leave.begun" or "leave.changed"."""
        with self.act(verb, npi=leave.npi, record=f"leave {leave.id}", reason=leave.reason) as act:
            act.put(tables.LEAVES, leave)

    def keep_suspension(self, suspension: Suspension, *, verb: str) -> None:
        """Keep a suspension as it now is; `verb` is "suspension.begun", ".lift_asked" or ".lifted"."""
        reason = suspension.reason if verb == "suspension.begun" else suspension.lift_reason
        with self.act(verb, npi=suspension.npi, record=f"suspension {suspension.id}", reason=reason) as act:
            act.put(tables.SUSPENSIONS, suspension)

    def record_duty(self, done: DutyDone) -> None:
        """Keep that a duty was done."""
        with self.act("duty.done", npi=done.npi, record=f"duty {done.id}") as act:
            act.add(tables.DUTIES, done)

    def merge(self, moved: Moved) -> None:
        """Move what a duplicate's file held to another's, and keep its NPI as an alias, as one event. What may never be
        changed is copied under the other NPI, and stays under its own too."""
        into = moved.alias.merged_into
        with self.act("provider.merged", npi=into, record=f"alias {moved.alias.npi}", reason=moved.alias.reason) as act:
            act.put(tables.PROVIDERS, moved.provider)
            for credential in moved.credentials:
                act.put(tables.CREDENTIALS, credential)
            for entry in moved.work_history:
                act.put(tables.WORK_HISTORY, entry)
            for event in moved.events:
                act.put(tables.MONITORING_EVENTS, event)
            for suspension in moved.suspensions:
                act.put(tables.SUSPENSIONS, suspension)
            for leave in moved.leaves:
                act.put(tables.LEAVES, leave)
            for reminder in self.records(tables.REMINDERS, "WHERE npi = ?", (moved.alias.npi,)):
                act.put(tables.REMINDERS, replace(reminder, npi=into))
            for document in self.records(tables.DOCUMENTS, "WHERE npi = ?", (moved.alias.npi,)):
                act.add_once(tables.DOCUMENTS, replace(document, npi=into))
            for filing in moved.filings:
                act.add(tables.FILINGS, filing)
            for review in moved.filing_reviews:
                act.add(tables.FILING_REVIEWS, review)
            for note in moved.notes:
                act.add(tables.NOTES, note)
            for duty in moved.duties:
                act.add(tables.DUTIES, duty)
            if moved.owner:
                act.put(tables.OWNERS, moved.owner)
            act.add(tables.ALIASES, moved.alias)
            self._connection.execute("DELETE FROM swept WHERE npi = ?", (moved.alias.npi,))

    def open_cycle(self, cycle: Cycle) -> None:
        """Open a round of credentialing: the file is carried forward, and the last round stays as it was decided."""
        with self.act("cycle.opened", npi=cycle.npi, record=f"cycle {cycle.id}") as act:
            act.add(tables.CYCLES, cycle)

    def record_sweep(self, sweep: Sweep) -> None:
        """Keep the record of a sweep."""
        with self.act("store.swept", npi=None, record=f"sweep {sweep.id}") as act:
            act.add(tables.SWEEPS, sweep)
            self._connection.execute("UPDATE sweep_found SET sweep_id = ? WHERE sweep_id IS NULL", (sweep.id,))

    def keep_swept(self, found: Iterable[Swept]) -> None:
        """Keep how a sweep left files: a cache, in no event."""
        self._connection.executemany(
            f"INSERT INTO swept ({_SWEPT}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (npi) DO UPDATE SET"
            " context = excluded.context, judged_on = excluded.judged_on, next_change_on = excluded.next_change_on,"
            " stage = excluded.stage, ready = excluded.ready, recredential_by = excluded.recredential_by,"
            " recredential_from = excluded.recredential_from, stale_on = excluded.stale_on",
            [
                (
                    one.npi,
                    one.context,
                    one.judged_on.isoformat(),
                    _text(one.next_change_on),
                    one.stage,
                    one.ready,
                    _text(one.recredential_by),
                    _text(one.recredential_from),
                    _text(one.stale_on),
                )
                for one in found
            ],
        )

    def keep_found(self, found: Iterable[Found]) -> None:
        """Keep what a sweep found, as not told yet; what was told before stays told."""
        self._connection.executemany(
            "INSERT INTO sweep_found (key, kind, npi, what, due_on, found_on) VALUES (?, ?, ?, ?, ?, ?)"
            " ON CONFLICT (key) DO NOTHING",
            [(one.key, one.kind, one.npi, one.what, _text(one.due_on), one.found_on.isoformat()) for one in found],
        )

    def untold(self) -> list[Found]:
        """Return what sweeps have found and not told, in the order of kind and day."""
        return [
            Found(key, kind, npi, what, date.fromisoformat(due_on) if due_on else None, date.fromisoformat(found_on))
            for key, kind, npi, what, due_on, found_on in self.rows(
                "SELECT key, kind, npi, what, due_on, found_on FROM sweep_found WHERE sweep_id IS NULL"
                " ORDER BY kind, COALESCE(due_on, '9999'), npi, key"
            )
        ]

    def owners(self) -> dict[str, str]:
        """Return who looks after each file that somebody does: the name by NPI."""
        return dict(self.rows("SELECT npi, owner FROM owners"))

    def notes(self, npi: str) -> list[Note]:
        """Return a provider's notes, oldest first."""
        return self.records(tables.NOTES, "WHERE npi = ?", (npi,))

    def reminders(self, *, made: bool = False) -> list[Reminder]:
        """Return every reminder, oldest first; or those that are made and not sent."""
        return self.records(tables.REMINDERS, "WHERE state = 'made'" if made else "")

    def reminded(self, npi: str) -> frozenset[tuple[str, str]]:
        """Return every (item, band) of which a provider was reminded, or is about to be."""
        found = self.records(tables.REMINDERS, "WHERE npi = ? AND state <> 'dropped'", (npi,))
        return frozenset(item for reminder in found for item in reminder.items)

    def monitoring_events(self, npi: str | None = None) -> list[MonitoringEvent]:
        """Return what monitoring brought up, about everybody or one provider, oldest first."""
        if npi:
            return self.records(tables.MONITORING_EVENTS, "WHERE npi = ?", (npi,))
        return self.records(tables.MONITORING_EVENTS)

    def leaves(self, npi: str | None = None) -> list[Leave]:
        """Return leaves, everybody's or one provider's."""
        return self.records(tables.LEAVES, "WHERE npi = ?", (npi,)) if npi else self.records(tables.LEAVES)

    def suspensions(self) -> list[Suspension]:
        """Return every suspension, lifted or not, by provider."""
        return self.records(tables.SUSPENSIONS)

    def last_sweep(self) -> Sweep | None:
        """Return the record of the last sweep."""
        found = self.records(tables.SWEEPS, "WHERE rowid = (SELECT MAX(rowid) FROM sweeps)")
        return found[0] if found else None

    def swept(self, npis: Sequence[str]) -> dict[str, Swept]:
        """Return how the last sweep left these files, by NPI."""
        found: dict[str, Swept] = {}
        for start in range(0, len(npis), 500):
            some = npis[start : start + 500]
            for row in self.rows(f"SELECT {_SWEPT} FROM swept WHERE npi IN ({','.join('?' * len(some))})", some):
                found[row[0]] = _read(row)
        return found

    def swept_stages(self) -> dict[str, int]:
        """Return how many files the last sweep left at each stage."""
        return dict(self.rows("SELECT stage, COUNT(*) FROM swept GROUP BY stage"))

    def swept_due(self, context: str, on: date) -> list[str]:
        """Return whose judgment does not hold on a day: time has changed it, or what it rests on, or it was of a later
        day."""
        found = self.rows(
            "SELECT npi FROM swept WHERE next_change_on <= ? UNION SELECT npi FROM swept WHERE context <> ? OR judged_on > ?",
            (on.isoformat(), context, on.isoformat()),
        )
        return [npi for (npi,) in found]

    def never_swept(self) -> list[str]:
        """Return the providers whom no sweep has judged."""
        found = self.rows(
            "SELECT npi FROM providers WHERE npi NOT IN (SELECT npi FROM swept)"
            " AND npi NOT IN (SELECT npi FROM aliases) ORDER BY npi"
        )
        return [npi for (npi,) in found]

    def changed_since(self, seq: int) -> list[str]:
        """Return whose files an event has touched since one of the log."""
        return [
            npi for (npi,) in self.rows("SELECT DISTINCT npi FROM events WHERE seq > ? AND npi IS NOT NULL", (seq,))
        ]

    def swept_where(self, column: str, until: date) -> Iterator[Swept]:
        """Return the files whose `recredential_from` or `stale_on` has come by a day, as the last sweep left them."""
        assert column in {"recredential_from", "stale_on"}
        for row in self.rows(f"SELECT {_SWEPT} FROM swept WHERE {column} <= ? ORDER BY npi", (until.isoformat(),)):
            yield _read(row)

    def expiring_between(self, after: date, until: date) -> list[str]:
        """Return whose credentials end after one day and by another, as they are claimed. The index answers it."""
        found = self.rows(
            "SELECT DISTINCT npi FROM credentials WHERE expires_on > ? AND expires_on <= ?",
            (after.isoformat(), until.isoformat()),
        )
        return [npi for (npi,) in found]

    def duties_between(self, name: str, after: date, until: date) -> list[str]:
        """Return who did a duty after one day and by another. The index answers it."""
        found = self.rows(
            "SELECT DISTINCT npi FROM duties WHERE done_on > ? AND done_on <= ? AND name = ? COLLATE NOCASE",
            (after.isoformat(), until.isoformat(), name),
        )
        return [npi for (npi,) in found]

    def duties_until(self, name: str, after: date, until: date) -> list[str]:
        """Return whose duty has an end of its own after one day and by another."""
        found = self.rows(
            "SELECT DISTINCT npi FROM duties WHERE until_on > ? AND until_on <= ? AND name = ? COLLATE NOCASE",
            (after.isoformat(), until.isoformat(), name),
        )
        return [npi for (npi,) in found]

    def attested_between(self, after: date, until: date) -> list[str]:
        """Return whose CAQH profile was attested after one day and by another."""
        found = self.rows(
            "SELECT DISTINCT npi FROM credentials WHERE kind = 'caqh' AND issued_on > ? AND issued_on <= ?",
            (after.isoformat(), until.isoformat()),
        )
        return [npi for (npi,) in found]


def _text(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read(row: Sequence[str | None]) -> Swept:
    def day(text: str | None) -> date | None:
        return date.fromisoformat(text) if text else None

    npi, context, judged_on, next_change_on, stage, ready, by, since, stale = row
    assert npi
    assert context
    assert judged_on
    assert stage
    assert ready is not None
    return Swept(
        npi, context, date.fromisoformat(judged_on), day(next_change_on), stage, ready, day(by), day(since), day(stale)
    )
