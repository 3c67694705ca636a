"""Whom to ask today: what each open enrollment waits for, since when it is due, and what it holds up."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import IntEnum

from credkit.committee.standing import standing
from credkit.network.counting import does_not_count, payer_on
from credkit.network.enrollments import BEGUN, in_network, is_over
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
    or was opened. A question of the payer's is due at once, a revalidation so many days before its last. What was due when
    the enrollment was written anew stays due since then (`with_overdue`), until a contact.
    """
    if is_over(enrollment, on):
        return None
    found, since = _waits_for(enrollment, payer, last, rules, on), enrollment.overdue_since
    if since is None or since > on or (last and last.contacted_on >= since):
        return found
    if found is None:
        by = f" by {enrollment.revalidate_on}" if enrollment.revalidate_on else ""
        return FollowUp(enrollment, since, f"say what the payer said of its revalidation{by}", last)
    return replace(found, due_on=min(found.due_on, since))


def with_overdue(
    before: Enrollment,
    after: Enrollment,
    payers: Mapping[str, Payer],
    last: Contact | None,
    rules: NetworkRules,
    on: date,
) -> Enrollment:
    """Return an enrollment that is about to be written with the day since which it is due, where it was due before and what
    is written of it is no answer: another day of submission or a move within the payer's work moves no due date.

    `before` is how it stood, judged by the payer it was with; `on` is today. Only a contact, a decision, or doing what was
    due ends it: to send what had not gone out, to learn both of the dates that an approval lacked.
    """
    was = follow_up(before, payer_on(before.payer_id, payers, on), last, rules, on)
    if was is None or was.due_on > on or _answered(before, after):
        return answered(after)
    return replace(after, overdue_since=was.due_on)


def answered(enrollment: Enrollment) -> Enrollment:
    """Return an enrollment as no longer due: what was to be done is done, or the payer has decided."""
    return replace(enrollment, overdue_since=None)


def _answered(before: Enrollment, after: Enrollment) -> bool:
    if after.status.closed:
        return True
    if before.status in {_S.NOT_STARTED, _S.PREPARING}:
        return after.status.with_payer
    if before.status not in BEGUN:
        return after.status in BEGUN
    waited = before.status is _S.APPROVED and (before.effective_on is None or before.loaded_on is None)
    return waited and (after.status is _S.ACTIVE or None not in {after.effective_on, after.loaded_on})


def _waits_for(
    enrollment: Enrollment, payer: Payer, last: Contact | None, rules: NetworkRules, on: date
) -> FollowUp | None:
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
