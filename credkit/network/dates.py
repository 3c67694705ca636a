"""What the dates of an enrollment can be, by its line of business."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

from credkit.network.enrollments import DATED, is_over
from credkit.policy import NetworkRules
from credkit.records import Enrollment, EnrollmentStatus, Line, Payer

#: No date of an enrollment lies further ahead: a revalidation is five years away.
YEARS_AHEAD = 10


def date_faults(enrollment: Enrollment, payer: Payer, rules: NetworkRules, today: date) -> Iterator[str]:
    """Say of each date what it cannot be.

    An effective date before the payer had the application is one, except of a line that is retroactive by the policy
    (Medicaid often is), and of a delegated payer, whose date is the committee's. Medicare's is the filing date at the
    earliest (42 CFR 424.520(d)).
    """
    known = {
        "submission": enrollment.submitted_on,
        "receipt": enrollment.received_on,
        "decision": enrollment.decided_on,
        "loading": enrollment.loaded_on,
    }
    for name, day in known.items():
        if day and day > today:
            yield f"the day of {name} {day} is in the future"
    for name in ("effective_on", "ended_on", "revalidate_on"):
        day = getattr(enrollment, name)
        if day and day.year > today.year + YEARS_AHEAD:
            yield f"the {DATED[name]} {day} is more than {YEARS_AHEAD} years away"
    if enrollment.status in {EnrollmentStatus.APPROVED, EnrollmentStatus.ACTIVE} and is_over(enrollment, today):
        yield f"it ended on {enrollment.ended_on}, and so is terminated, not {enrollment.status}"
    submitted, received, decided = enrollment.submitted_on, enrollment.received_on, enrollment.decided_on
    if submitted and received and received < submitted:
        yield f"it cannot be received on {received}, before it was submitted on {submitted}"
    had = received or submitted
    if had and decided and decided < had and not payer.delegated:
        yield f"it cannot be decided on {decided}, before the payer had it on {had}"
    effective = enrollment.effective_on
    if not (effective and had and effective < had) or payer.delegated or enrollment.line in rules.retroactive_lines:
        return
    if enrollment.line is Line.MEDICARE:
        yield (
            f"Medicare's effective date is the filing date ({had}) at the earliest, not {effective}; "
            f"billing reaches {rules.billing_days_back.get(Line.MEDICARE, 0)} days further back by itself"
        )
    else:
        yield f"it cannot be effective on {effective}, before the payer had it on {had}"


def date_warnings(enrollment: Enrollment, payer: Payer, rules: NetworkRules) -> Iterator[str]:
    """Say what is unusual: of a line that is not retroactive, an effective date before the payer decided."""
    effective, decided = enrollment.effective_on, enrollment.decided_on
    usual = payer.delegated or enrollment.line in rules.retroactive_lines or enrollment.line is Line.MEDICARE
    if effective and decided and effective < decided and not usual:
        yield (
            f"{payer.name} ({enrollment.line}): effective on {effective}, before it was decided on {decided}; "
            "payers of this line seldom date back, so have it in writing"
        )


def billable_from(enrollment: Enrollment, rules: NetworkRules) -> date | None:
    """Return the first day that can be billed: the effective date, or so many days before as the line allows."""
    if enrollment.effective_on is None:
        return None
    return enrollment.effective_on - timedelta(days=rules.billing_days_back.get(enrollment.line, 0))


def with_revalidation(before: Enrollment | None, enrollment: Enrollment, rules: NetworkRules) -> Enrollment:
    """Return the enrollment with the day of its revalidation, counted from its effective date, unless another was given."""
    if enrollment.effective_on is None:
        return enrollment
    counted = None
    if before is not None and before.effective_on is not None:
        counted = rules.revalidate_by(before.line, before.effective_on)
    if enrollment.revalidate_on not in {None, counted}:
        return enrollment
    return replace(enrollment, revalidate_on=rules.revalidate_by(enrollment.line, enrollment.effective_on))
