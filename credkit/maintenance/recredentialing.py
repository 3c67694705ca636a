"""Approvals that come round again: who is due, the file carried forward as a new round, and leaves that extend one.

Recredentialing is due 36 months after the decision, by the month's end, with no grace (NCQA CR 4; the policy has the
numbers). What must be attested and verified anew is open in the new round, what does not change stands.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from credkit import clock
from credkit.checks.interface import Check
from credkit.committee.gate import is_met
from credkit.errors import Refused, UsageError
from credkit.policy import Policy
from credkit.records import Cycle, CycleKind, Leave, LeaveKind, ProviderFile
from credkit.store import Store, new_id
from credkit.verify.cycles import due_by, first_of_round, round_on
from credkit.verify.requirements import everything_asked

BATCH = 500


class State(StrEnum):
    """How an approval stands that will lapse: too early to be opened, to be opened, in its new round, on leave and
    too early to be opened, late (lapsed, and still decided as a recredentialing), too late (everything is asked anew)."""

    NOT_YET = "not_yet"
    TO_OPEN = "to_open"
    OPEN = "open"
    ON_LEAVE = "on_leave"
    LATE = "late"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True)
class Coming:
    """One approval that comes round again. `due_on` is its last day, `without_leave` what that would be without a leave;
    `late_until` is the last day on which a late one is still a recredentialing. `round` is the open round, None while it is
    not opened. `open` are what must be given, signed and verified anew, `stands` what is good as it is."""

    file: ProviderFile
    state: State
    approved_on: date
    due_on: date
    without_leave: date
    begins_on: date
    late_until: date
    leave: Leave | None
    round: Cycle | None
    open: tuple[str, ...]
    stands: tuple[str, ...]


def coming(file: ProviderFile, policy: Policy, on: date, checks: Mapping[str, Check]) -> Coming | None:
    """Say how the approval of a file comes round again; None where it has none, or one that is only provisional."""
    first = first_of_round(file, on)
    due_on = due_by(file, policy, on)
    if first is None or due_on is None or first.provisional_until:
        return None
    now = round_on(file, on)
    opened = now.cycle if now.open and now.cycle and now.cycle.id != first.cycle_id else None
    windows = policy.windows
    begins_on, late_until = windows.recredentialing_starts(due_on), windows.late_until(due_on)
    leave = next((one for one in file.leaves if one.covers(on)), None)
    as_opened = file if opened else replace(file, cycles=(*file.cycles, _round(file, on)))
    judged = everything_asked(as_opened, policy, on, checks, deciding=True)
    asked = {one.check for one in judged}
    known = {one.check for one in file.verifications}
    lasting = (rule.check for rule in policy.requirements if rule.check not in asked and rule.check in known)
    return Coming(
        file=file,
        state=_state(on, due_on, begins_on, late_until, opened=opened is not None, on_leave=leave is not None),
        approved_on=first.decided_on,
        due_on=due_on,
        without_leave=windows.recredential_by(first.decided_on),
        begins_on=begins_on,
        late_until=late_until,
        leave=leave,
        round=opened,
        open=tuple(one.name for one in judged if not is_met(one)),
        stands=(*(one.name for one in judged if is_met(one)), *dict.fromkeys(lasting)),
    )


def _state(on: date, due_on: date, begins_on: date, late_until: date, *, opened: bool, on_leave: bool) -> State:
    if on > late_until:
        return State.TOO_LATE
    if on > due_on:
        return State.LATE
    if opened:
        return State.OPEN
    if on >= begins_on:
        return State.TO_OPEN
    return State.ON_LEAVE if on_leave else State.NOT_YET


def _round(file: ProviderFile, on: date) -> Cycle:
    return Cycle(new_id(), file.provider.npi, CycleKind.RECREDENTIALING, on)


def advice(one: Coming) -> str:
    """Say what is to be done about an approval that comes round again, and by when."""
    npi = one.file.provider.npi
    match one.state:
        case State.NOT_YET:
            return f"Nothing before {one.begins_on}."
        case State.ON_LEAVE if one.leave:
            return f"On {one.leave.kind} leave; it is due by {one.due_on}, when they are back."
        case State.LATE:
            opens = "" if one.round else f" `credkit recredential open {npi}` opens it."
            return (
                f"Lapsed on {one.due_on}: there is no grace. Decided by {one.late_until} it is still a recredentialing, "
                f"and late; after that everything is asked as of a new applicant (NCQA CR 4).{opens}"
            )
        case State.TOO_LATE:
            opens = "" if one.round else f" `credkit recredential open {npi}` opens it."
            return (
                f"Lapsed on {one.due_on}, more than {(one.late_until - one.due_on).days} days ago: everything is asked as "
                f"of a new applicant (NCQA CR 4).{opens}"
            )
        case State.TO_OPEN:
            return f"`credkit recredential open {npi}`, and decide it by {one.due_on}."
    return f"Decide it by {one.due_on}." if not one.open else f"{len(one.open)} are open; decide it by {one.due_on}."


def due(store: Store, policy: Policy, checks: Mapping[str, Check], *, within: int, on: date) -> Iterator[Coming]:
    """Return whose approval lapses within so many days, or has lapsed, by NPI. An index answers whose it could be."""
    # One month less: the 29th of February has no day of its own 36 months later.
    latest = on + timedelta(days=within) - relativedelta(months=policy.windows.recredentialing_months - 1)
    for file in store.provider_files(store.approved_by(latest)):
        one = coming(file, policy, on, checks)
        if one and (one.due_on - on).days <= within:
            yield one


@dataclass(frozen=True, slots=True)
class Opened:
    """What became of one file that was to be opened: opened, or already open."""

    coming: Coming
    anew: bool


def open_rounds(
    store: Store,
    policy: Policy,
    checks: Mapping[str, Check],
    npis: Sequence[str],
    *,
    today: date,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[Opened]:
    """Open the next round of these files, which are carried forward as they stand; one that is open already stays as it is.

    Raises Refused, before anything is written, where one of them has no approval that could be due.
    """
    _refuse(store, policy, checks, npis, today)
    for start in range(0, len(npis), BATCH):
        some = npis[start : start + BATCH]
        with store.batch():
            done = [_opened(store, file, policy, checks, today, dry_run=dry_run) for file in store.provider_files(some)]
        yield from (one for one in done if one)
        progress(start + len(some))


def _opened(
    store: Store, file: ProviderFile, policy: Policy, checks: Mapping[str, Check], today: date, *, dry_run: bool
) -> Opened | None:
    before = coming(file, policy, today, checks)
    if before is not None and before.round is not None:
        return Opened(before, anew=False)
    if before is None or before.state in {State.NOT_YET, State.ON_LEAVE}:
        return None  # somebody else decided it since it was looked at
    opens = _round(file, today)
    if not dry_run:
        store.open_cycle(opens)
    after = coming(replace(file, cycles=(*file.cycles, opens)), policy, today, checks)
    return Opened(after, anew=True) if after else None


def _refuse(store: Store, policy: Policy, checks: Mapping[str, Check], npis: Iterable[str], today: date) -> None:
    wrong = []
    here = {file.provider.npi: file for file in store.provider_files(npis)}
    for npi in dict.fromkeys(npis):
        file = here.get(npi) or store.provider_file(npi)
        one = coming(file, policy, today, checks)
        if one is None:
            wrong.append(f"{npi} {file.provider.name} has no approval that could come round again")
        elif one.state in {State.NOT_YET, State.ON_LEAVE} and one.round is None:
            wrong.append(f"{npi} {file.provider.name} is due by {one.due_on}; it is opened from {one.begins_on} on")
    if wrong:
        raise Refused("Nothing was opened.", details=wrong, hint="`credkit recredential due` lists who is due.")


def extend(
    store: Store,
    npi: str,
    policy: Policy,
    kind: LeaveKind,
    *,
    started_on: date,
    returns_on: date,
    reason: str,
    today: date,
) -> tuple[ProviderFile, Leave, bool]:
    """Keep a leave that extends a cycle, or change the return of one (named by its kind and first day); return the file
    with it, the leave, and whether anything changed.

    Raises UsageError where the return is not after its beginning; Refused where there is no approval, another leave falls
    on the same days, the leave extends nothing (it ends before recredentialing is due, or began after), or a later return
    is told when the approval has lapsed.
    """
    if returns_on <= started_on:
        raise UsageError(f"A leave from {started_on} cannot end by {returns_on}: --returns is the first day back.")
    with store.batch():
        file = store.provider_file(npi)
        was = next((one for one in file.leaves if one.kind == kind and one.started_on == started_on), None)
        others = tuple(one for one in file.leaves if one is not was)
        leave = Leave(
            id=was.id if was else new_id(),
            npi=npi,
            kind=kind,
            started_on=started_on,
            returns_on=returns_on,
            reason=reason,
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
        )
        if was and (was.returns_on, was.reason) == (returns_on, reason):
            return file, was, False
        lapsed_on = due_by(file, policy, today)
        if was and was.returns_on and returns_on > was.returns_on and lapsed_on and today > lapsed_on:
            raise Refused(
                f"The approval of {npi} lapsed on {lapsed_on}, with the return that was told: a later one revives nothing.",
                hint=f"`credkit recredential open {npi}` opens the next round; the committee decides it.",
            )
        _refuse_leave(replace(file, leaves=others), policy, leave, changes=was is not None, today=today)
        store.keep_leave(leave, verb="leave.changed" if was else "leave.begun")
    return replace(file, leaves=(*others, leave)), leave, True


def _refuse_leave(without: ProviderFile, policy: Policy, leave: Leave, *, changes: bool, today: date) -> None:
    """Refuse a leave that extends nothing; one that is changed may come to that, where they are back early."""
    for other in without.leaves:
        if leave.covers(other.started_on) or other.covers(leave.started_on):
            raise Refused(
                f"{leave.npi} is on {other.kind} leave from {other.started_on} to {other.returns_on} already.",
                hint=f"Its return changes by --leave {other.kind} --from {other.started_on} --returns DATE.",
            )
    due_on = due_by(without, policy, today)
    first = first_of_round(without, today)
    if due_on is None or first is None or first.provisional_until:
        raise Refused(f"{leave.npi} has no approval that a leave could extend.")
    if changes:
        return
    if leave.started_on > due_on:
        raise Refused(
            f"The approval of {leave.npi} lapsed on {due_on}, before the leave began: there is nothing to extend.",
            hint=f"`credkit recredential open {leave.npi}` opens the next round.",
        )
    if leave.returns_on is not None and leave.returns_on <= due_on:
        raise Refused(f"{leave.npi} is back on {leave.returns_on}, and due by {due_on}: nothing is extended.")
