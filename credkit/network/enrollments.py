"""The states of an enrollment, the moves between them, and when it makes a provider in-network."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from credkit.errors import Refused, UsageError
from credkit.records import Enrollment, EnrollmentStatus
from credkit.reference.identifiers import plain_tax_id

_S = EnrollmentStatus

#: From each state, the states it may move to. A correction of dates within one state is always allowed; what is closed moves
#: no more, and who applies again begins another enrollment.
MOVES: dict[EnrollmentStatus, frozenset[EnrollmentStatus]] = {
    _S.NOT_STARTED: frozenset({_S.PREPARING, _S.SUBMITTED, _S.WITHDRAWN, _S.PANEL_CLOSED}),
    _S.PREPARING: frozenset({_S.SUBMITTED, _S.WITHDRAWN, _S.PANEL_CLOSED}),
    _S.SUBMITTED: frozenset(
        {_S.IN_REVIEW, _S.INFO_REQUESTED, _S.APPROVED, _S.ACTIVE, _S.DENIED, _S.WITHDRAWN, _S.PANEL_CLOSED}
    ),
    _S.IN_REVIEW: frozenset({_S.INFO_REQUESTED, _S.APPROVED, _S.ACTIVE, _S.DENIED, _S.WITHDRAWN, _S.PANEL_CLOSED}),
    _S.INFO_REQUESTED: frozenset({_S.IN_REVIEW, _S.APPROVED, _S.ACTIVE, _S.DENIED, _S.WITHDRAWN, _S.PANEL_CLOSED}),
    _S.APPROVED: frozenset({_S.ACTIVE, _S.TERMINATED, _S.WITHDRAWN}),
    _S.ACTIVE: frozenset({_S.TERMINATED}),
    _S.DENIED: frozenset(),
    _S.WITHDRAWN: frozenset(),
    _S.PANEL_CLOSED: frozenset(),
    _S.TERMINATED: frozenset(),
}

#: The first and the last day that a date of an enrollment can be: before and after, it is a typing error or a placeholder
#: (9999-12-31 for "no end").
EARLIEST, LATEST = date(1980, 1, 1), date(2099, 12, 31)
#: Each date of an enrollment, as people call it.
DATED = {
    "submitted_on": "day of submission",
    "received_on": "day of receipt",
    "decided_on": "day of decision",
    "effective_on": "effective date",
    "loaded_on": "day of loading",
    "ended_on": "end",
    "revalidate_on": "day of revalidation",
}
#: The states before the payer's decision.
_UNDECIDED = frozenset({_S.NOT_STARTED, _S.PREPARING, _S.SUBMITTED, _S.IN_REVIEW, _S.INFO_REQUESTED})

#: The states in which the dates of an enrollment say when it held.
BEGUN = frozenset({_S.APPROVED, _S.ACTIVE, _S.TERMINATED})


@dataclass(frozen=True, slots=True)
class Word:
    """What is known anew of an enrollment, most often by the payer's word. What is None stays as it was."""

    status: EnrollmentStatus | None = None
    submitted_on: date | None = None
    received_on: date | None = None
    decided_on: date | None = None
    effective_on: date | None = None
    loaded_on: date | None = None
    ended_on: date | None = None
    revalidate_on: date | None = None
    reference: str | None = None
    reason: str | None = None
    owner: str | None = None


def move(enrollment: Enrollment, word: Word, *, at: str) -> Enrollment:
    """Return the enrollment as it stands after a move, or a correction within its state; `at` is the moment, as UTC text.

    Raises Refused for a move that is not allowed, UsageError where the new state lacks what it needs: an active
    enrollment its effective date, an ended one the day it ended, a denied one its reason.
    """
    status = word.status or enrollment.status
    if status is not enrollment.status and status not in MOVES[enrollment.status]:
        allowed = ", ".join(sorted(MOVES[enrollment.status]))
        raise Refused(
            f"An enrollment that is {enrollment.status} cannot become {status}.",
            hint=f"It may become: {allowed}."
            if allowed
            else "It is over. `credkit enroll submit` begins another, and this one stays on record.",
        )
    moved = replace(
        enrollment,
        status=status,
        tax_id=plain_tax_id(enrollment.tax_id),
        submitted_on=word.submitted_on or enrollment.submitted_on,
        received_on=word.received_on or enrollment.received_on,
        decided_on=word.decided_on or enrollment.decided_on,
        effective_on=word.effective_on or enrollment.effective_on,
        loaded_on=word.loaded_on or enrollment.loaded_on,
        ended_on=word.ended_on or enrollment.ended_on,
        revalidate_on=word.revalidate_on or enrollment.revalidate_on,
        reference=word.reference or enrollment.reference,
        status_reason=word.reason or (enrollment.status_reason if status is enrollment.status else None),
        owner=word.owner or enrollment.owner,
        updated_at=at,
    )
    check_needs(moved)
    return moved


def refuse_revival(before: Enrollment, after: Enrollment, today: date) -> None:
    """Raise Refused where what has ended would hold again, or for longer: from its end on, another enrollment begins."""
    if before.ended_on is None or before.ended_on > today or after.ended_on is None:
        return
    if after.ended_on > before.ended_on:
        raise Refused(
            f"{before.id} ended on {before.ended_on}, and does not go on until {after.ended_on}.",
            hint="`credkit enroll submit` begins another, with the dates that were meant.",
        )


def check_needs(enrollment: Enrollment) -> None:
    """Raise UsageError where an enrollment lacks what its state needs, has what its state cannot have yet, or has a date
    that no enrollment can have."""
    for name, words in DATED.items():
        refuse_unlikely(getattr(enrollment, name), f"The {words}")
    if enrollment.status is _S.ACTIVE and enrollment.effective_on is None:
        raise UsageError("An active enrollment has an effective date: --effective DATE.")
    if enrollment.status is _S.TERMINATED and enrollment.ended_on is None:
        raise UsageError("A terminated enrollment has an end: --ended DATE, the first day on which it no longer holds.")
    if enrollment.status is _S.DENIED and not enrollment.status_reason:
        raise UsageError("A denied enrollment has the payer's reason: --reason TEXT.")
    if enrollment.effective_on and enrollment.status is _S.WITHDRAWN:
        raise UsageError(
            f"It was approved with the effective date {enrollment.effective_on}: end it as terminated, with --ended DATE.",
            hint="The effective date itself, where it never began.",
        )
    if enrollment.effective_on and enrollment.status not in BEGUN:
        raise UsageError(f"An enrollment that is {enrollment.status} has no effective date yet.")
    for day, words in ((enrollment.loaded_on, "loaded"), (enrollment.revalidate_on, "to be revalidated")):
        if day and enrollment.status in _UNDECIDED:
            raise UsageError(
                f"An enrollment that is {enrollment.status} is not {words} yet.",
                hint="Say first that the payer took it: --status approved, with --effective DATE.",
            )
    if enrollment.ended_on and enrollment.status not in BEGUN:
        raise UsageError(f"An enrollment that is {enrollment.status} has not begun, and so has no end.")
    if enrollment.ended_on and enrollment.effective_on and enrollment.ended_on < enrollment.effective_on:
        raise UsageError(
            f"It cannot end on {enrollment.ended_on}, before its effective date {enrollment.effective_on}."
        )


def refuse_unlikely(day: date | None, what: str) -> None:
    """Raise UsageError for a day outside of what dates in this work can be; `what` begins the sentence."""
    if day and not EARLIEST <= day <= LATEST:
        raise UsageError(
            f"{what} {day} is not between {EARLIEST} and {LATEST}.",
            hint="Look at the year; leave a day out where none is known.",
        )


def is_over(enrollment: Enrollment, on: date) -> bool:
    """Say whether nothing of an enrollment is open on a day: it is closed, or the end that was announced has come."""
    return enrollment.status.closed or (enrollment.ended_on is not None and enrollment.ended_on <= on)


def in_network(enrollment: Enrollment, on: date) -> bool:
    """Say whether an enrollment puts its provider in-network on a day: approved or active, its effective date come, and
    not ended. One that was terminated since still was in-network on the days before its end."""
    if enrollment.status not in BEGUN or enrollment.effective_on is None:
        return False
    return enrollment.effective_on <= on and (enrollment.ended_on is None or on < enrollment.ended_on)


def why_not_in_network(enrollment: Enrollment, on: date) -> str:
    """Say in words why an enrollment does not put its provider in-network on a day."""
    if enrollment.ended_on and on >= enrollment.ended_on:
        return f"ended on {enrollment.ended_on}"
    if enrollment.status in BEGUN:
        if enrollment.effective_on is None:
            return f"{enrollment.status}, without an effective date"
        return f"{enrollment.status}, effective only from {enrollment.effective_on}"
    words = str(enrollment.status).replace("_", " ")
    return f"{words} ({enrollment.status_reason})" if enrollment.status_reason else words


def telling(enrollments: Iterable[Enrollment]) -> list[Enrollment]:
    """Leave out what says nothing any more: an application that came to nothing, where another of its key followed."""
    given = list(enrollments)
    last = {enrollment.key: enrollment.id for enrollment in given}
    return [
        enrollment
        for enrollment in given
        if last[enrollment.key] == enrollment.id or not enrollment.status.closed or enrollment.status in BEGUN
    ]
