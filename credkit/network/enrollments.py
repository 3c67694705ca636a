"""The states of an enrollment, the moves between them, and when it makes a provider in-network."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from credkit.errors import Refused, UsageError
from credkit.policy import Policy
from credkit.records import Enrollment, EnrollmentStatus, Payer

_S = EnrollmentStatus

#: From each state, the states it may move to. A correction of dates within one state is always allowed.
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
    _S.DENIED: frozenset({_S.PREPARING, _S.SUBMITTED}),
    _S.WITHDRAWN: frozenset({_S.PREPARING, _S.SUBMITTED}),
    _S.PANEL_CLOSED: frozenset({_S.PREPARING, _S.SUBMITTED}),
    _S.TERMINATED: frozenset({_S.PREPARING, _S.SUBMITTED}),
}

#: The states in which the dates of an enrollment say when it held.
_BEGUN = frozenset({_S.APPROVED, _S.ACTIVE, _S.TERMINATED})


def move(
    enrollment: Enrollment,
    status: EnrollmentStatus,
    *,
    effective_on: date | None = None,
    ended_on: date | None = None,
    decided_on: date | None = None,
    submitted_on: date | None = None,
    reference: str | None = None,
    reason: str | None = None,
    at: str,
) -> Enrollment:
    """Return the enrollment as it stands after a move; dates not given stay as they were.

    Raises Refused for a move that is not allowed, UsageError where the new state lacks what it needs: an active
    enrollment its effective date, an ended one the day it ended, a denied one its reason.
    """
    if status is not enrollment.status and status not in MOVES[enrollment.status]:
        allowed = ", ".join(sorted(MOVES[enrollment.status]))
        raise Refused(
            f"An enrollment that is {enrollment.status} cannot become {status}.", hint=f"It may become: {allowed}."
        )
    begun_again = status in {_S.PREPARING, _S.SUBMITTED} and enrollment.status in {
        _S.DENIED, _S.WITHDRAWN, _S.PANEL_CLOSED, _S.TERMINATED,
    }  # fmt: skip
    if begun_again:
        enrollment = replace(enrollment, decided_on=None, effective_on=None, ended_on=None, reference=None)
    moved = replace(
        enrollment,
        status=status,
        effective_on=effective_on or enrollment.effective_on,
        ended_on=ended_on or enrollment.ended_on,
        decided_on=decided_on or enrollment.decided_on,
        submitted_on=submitted_on or enrollment.submitted_on,
        reference=reference or enrollment.reference,
        status_reason=reason or (enrollment.status_reason if status is enrollment.status else None),
        updated_at=at,
    )
    _check(moved)
    return moved


def _check(enrollment: Enrollment) -> None:
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
    if enrollment.effective_on and enrollment.status not in _BEGUN:
        raise UsageError(f"An enrollment that is {enrollment.status} has no effective date yet.")
    if enrollment.ended_on and enrollment.status not in _BEGUN:
        raise UsageError(f"An enrollment that is {enrollment.status} has not begun, and so has no end.")
    if enrollment.ended_on and enrollment.effective_on and enrollment.ended_on < enrollment.effective_on:
        raise UsageError(
            f"It cannot end on {enrollment.ended_on}, before its effective date {enrollment.effective_on}."
        )


def in_network(enrollment: Enrollment, on: date) -> bool:
    """Say whether an enrollment puts its provider in-network on a day: approved or active, its effective date come, and
    not ended. One that was terminated since still was in-network on the days before its end."""
    if enrollment.status not in _BEGUN or enrollment.effective_on is None:
        return False
    return enrollment.effective_on <= on and (enrollment.ended_on is None or on < enrollment.ended_on)


def why_not_in_network(enrollment: Enrollment, on: date) -> str:
    """Say in words why an enrollment does not put its provider in-network on a day."""
    if enrollment.ended_on and on >= enrollment.ended_on:
        return f"ended on {enrollment.ended_on}"
    if enrollment.status in _BEGUN:
        if enrollment.effective_on is None:
            return f"{enrollment.status}, without an effective date"
        return f"{enrollment.status}, effective only from {enrollment.effective_on}"
    words = str(enrollment.status).replace("_", " ")
    return f"{words} ({enrollment.status_reason})" if enrollment.status_reason else words


def does_not_count(enrollment: Enrollment, payer: Payer, payers: Mapping[str, Payer], policy: Policy) -> str | None:
    """Say why a payer does not count towards being ready (the policy's `[network]`), None where it does.

    An excluded payer is known by its whole words in the payer's names or those of the companies it belongs to, whatever the case: "Humana" is
    also in "Humana Gold Plus". To leave one out too many blocks; one too few would say ready.
    """
    if enrollment.line in policy.network.excluded_lines:
        return f"{enrollment.line} does not count"
    names = [_words(name) for name in _names(payer, payers)]
    for excluded in policy.network.excluded_payers:
        wanted = _words(excluded)
        if wanted.strip() and any(wanted in name for name in names):
            return f"{excluded} does not count"
    return None


def _words(name: str) -> str:
    """Return the words of a name in lower case, each between spaces."""
    return " " + " ".join(re.findall(r"[^\W_]+", name.casefold())) + " "


def _names(payer: Payer, payers: Mapping[str, Payer]) -> set[str]:
    """Return every name of a payer and of those it belongs to, as far up as they are known."""
    names: set[str] = set()
    waiting = [payer]
    while waiting:
        one = waiting.pop()
        names |= {one.name, *one.aliases}
        if one.parent and one.parent not in names:
            names.add(one.parent)
            parent = one.parent.casefold()
            waiting += [
                other
                for other in payers.values()
                if parent in {name.casefold() for name in (other.name, *other.aliases)}
            ]
    return names
