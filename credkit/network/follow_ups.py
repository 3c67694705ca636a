"""Whom to ask today: what each open enrollment waits for, since when it is due, and what it holds up."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

from credkit.committee.standing import standing
from credkit.network.counting import does_not_count
from credkit.network.enrollments import in_network
from credkit.policy import NetworkRules, Policy
from credkit.records import Contact, Enrollment, EnrollmentStatus, Payer, ProviderFile

_S = EnrollmentStatus


@dataclass(frozen=True, slots=True)
class FollowUp:
    """What an enrollment waits for, and the day on which somebody must ask; past it, it is overdue until a contact says
    that somebody did."""

    enrollment: Enrollment
    due_on: date
    ask: str
    last: Contact | None


class Blocking(IntEnum):
    """What waits for an enrollment, the worst first."""

    EVERYTHING = 0
    ONE_MORE_PAYER = 1
    NOTHING_YET = 2

    @property
    def words(self) -> str:
        """What it holds up, in words."""
        return {
            Blocking.EVERYTHING: "approved, and no payer that counts in this state",
            Blocking.ONE_MORE_PAYER: "one more payer",
            Blocking.NOTHING_YET: "not approved by the committee yet",
        }[self]


def follow_up(
    enrollment: Enrollment, payer: Payer, last: Contact | None, rules: NetworkRules, on: date
) -> FollowUp | None:
    """Return what an enrollment waits for as of a day, None where it waits for nothing.

    The day is the one that the last contact named; without a contact, the payer's rhythm after the application went out,
    or was opened. A question of the payer's is due at once, a revalidation so many days before its last.
    """
    if enrollment.status.closed or (enrollment.ended_on and enrollment.ended_on <= on):
        return None
    rhythm = timedelta(days=payer.follow_up_days or rules.follow_up_days)
    touched = date.fromisoformat(enrollment.updated_at[:10]) if enrollment.updated_at else None
    opened = enrollment.opened_on or touched or on
    sent = enrollment.submitted_on or opened
    asked_again = last.next_on if last else None
    match enrollment.status:
        case _S.NOT_STARTED | _S.PREPARING:
            ask = "put on the next roster" if payer.delegated else "send the application"
            return FollowUp(enrollment, asked_again or opened + rhythm, ask, last)
        case _S.INFO_REQUESTED:
            ask = f"answer: {enrollment.status_reason}" if enrollment.status_reason else "answer what the payer asked"
            if last is None or (touched and last.contacted_on < touched):
                asked_again = touched or sent
            return FollowUp(enrollment, asked_again or sent, ask, last)
        case _S.SUBMITTED | _S.IN_REVIEW:
            ask = "ask whether the roster was accepted" if payer.delegated else "ask where it stands"
            return FollowUp(enrollment, asked_again or sent + rhythm, ask, last)
        case _S.APPROVED if enrollment.effective_on is None:
            return FollowUp(
                enrollment, asked_again or (enrollment.decided_on or sent) + rhythm, "ask for the effective date", last
            )
        case _S.APPROVED if enrollment.loaded_on is None:
            since = enrollment.decided_on or sent
            return FollowUp(enrollment, asked_again or since + rhythm, "ask whether it is loaded", last)
        case _:
            return _revalidation(enrollment, last, rules, on)


def _revalidation(enrollment: Enrollment, last: Contact | None, rules: NetworkRules, on: date) -> FollowUp | None:
    if enrollment.revalidate_on is None:
        return None
    starts = enrollment.revalidate_on - timedelta(days=rules.revalidation_lead_days)
    if on < starts:
        return None
    due_on = last.next_on if last and last.contacted_on >= starts else starts
    return FollowUp(enrollment, due_on, f"revalidate by {enrollment.revalidate_on}", last)


def blocking(
    file: ProviderFile, enrollment: Enrollment, payers: Mapping[str, Payer], policy: Policy, on: date
) -> Blocking:
    """Say what an enrollment holds up: the whole state, where the committee approved the provider for it and nobody that
    counts has them in-network."""
    stands = standing(file, policy, on)
    if not stands.approved(on) or enrollment.state not in stands.approvals:
        return Blocking.NOTHING_YET
    if does_not_count(enrollment, payers, policy, on) is not None:
        return Blocking.ONE_MORE_PAYER
    served = any(
        other.state == enrollment.state and in_network(other, on) and does_not_count(other, payers, policy, on) is None
        for other in file.enrollments
    )
    return Blocking.ONE_MORE_PAYER if served else Blocking.EVERYTHING
