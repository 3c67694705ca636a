"""Many enrollments ended at once: of a provider, with a payer, or under one of the organization's tax ids."""

from dataclasses import dataclass
from datetime import date

from credkit import clock
from credkit.errors import UsageError
from credkit.network.counting import same_payer
from credkit.network.enrollments import BEGUN, Word, move, refuse_unlikely
from credkit.records import Enrollment, EnrollmentStatus
from credkit.reference.identifiers import plain_tax_id
from credkit.store import Store


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose enrollments end: all that fit every part that is given."""

    npi: str | None = None
    payer: str | None = None
    tax_id: str | None = None
    state: str | None = None

    @property
    def words(self) -> str:
        """Its parts, as they are typed."""
        parts = (("--provider", self.npi), ("--payer", self.payer), ("--tax-id", self.tax_id), ("--state", self.state))
        return " ".join(f"{option} {given}" for option, given in parts if given)


def terminate(
    store: Store, scope: Scope, *, ended_on: date, reason: str, dry_run: bool
) -> list[tuple[Enrollment, Enrollment]]:
    """End every open enrollment in a scope, and sooner those whose end was announced for a later day, and return each as it was and as it is then.

    What was approved or active is terminated from `ended_on`, or from its effective date where that comes later and it never
    began. An application that has not been decided is withdrawn. Rosters name them at their next build. Raises UsageError
    where no enrollment fits at all: an end that ended nothing would be believed. Where all have ended already, none is returned.
    """
    if not (scope.npi or scope.payer or scope.tax_id):
        raise UsageError("Say whose enrollments end: --provider NPI, --payer NAME or --tax-id TAXID.")
    refuse_unlikely(ended_on, "The end")
    with store.batch():
        if scope.npi:
            store.provider_file(scope.npi)  # one that is not there is said
        ids = same_payer(store.payer(scope.payer), store.payers()) if scope.payer else None
        at = clock.stamp(clock.now())
        plan = [
            (enrollment, move(enrollment, _last_word(enrollment, ended_on, reason), at=at))
            for enrollment in (*store.open_enrollments(), *_ending_later(store, ended_on))
            if _is_meant(enrollment, scope, ids)
        ]
        if not plan and not any(_is_meant(enrollment, scope, ids) for enrollment in store.enrollments()):
            raise UsageError(
                f"There is no enrollment that fits {scope.words}, so nothing ends.",
                hint="`credkit enroll list` shows every enrollment, with its state; `--json` its tax id too.",
            )
        if not dry_run:
            for _, ended in plan:
                store.record_enrollment(ended, verb="enrollment.terminated", reason=reason)
    return plan


def _ending_later(store: Store, ended_on: date) -> list[Enrollment]:
    return [
        one
        for one in store.enrollments()
        if one.status is EnrollmentStatus.TERMINATED
        and one.ended_on
        and one.ended_on > ended_on
        and (one.effective_on is None or one.effective_on < one.ended_on)
    ]


def _is_meant(enrollment: Enrollment, scope: Scope, payer_ids: set[str] | None) -> bool:
    return (
        scope.npi in {None, enrollment.npi}
        and (payer_ids is None or enrollment.payer_id in payer_ids)
        and (scope.tax_id is None or plain_tax_id(scope.tax_id) == plain_tax_id(enrollment.tax_id))
        and scope.state in {None, enrollment.state}
    )


def _last_word(enrollment: Enrollment, ended_on: date, reason: str) -> Word:
    if enrollment.status not in BEGUN:
        return Word(EnrollmentStatus.WITHDRAWN, reason=reason)
    end = max(ended_on, enrollment.effective_on or ended_on)
    if enrollment.ended_on:
        end = min(end, enrollment.ended_on)
    return Word(EnrollmentStatus.TERMINATED, ended_on=end, reason=reason)
