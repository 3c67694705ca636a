"""Enrollments opened and moved, and every contact about one.

Each reads what it judges in the transaction that writes: nobody else can write between the two.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from credkit import clock
from credkit.errors import Refused, UsageError, did_you_mean
from credkit.network.counting import same_payer
from credkit.network.dates import date_faults, date_warnings, with_revalidation
from credkit.network.enrollments import BEGUN, Word, is_over, move, refuse_revival, refuse_unlikely
from credkit.network.follow_ups import with_overdue
from credkit.network.wanted import Wanted, unknown_payers, wanted
from credkit.policy import Policy
from credkit.records import (
    Channel,
    Contact,
    Enrollment,
    EnrollmentStatus,
    Line,
    Payer,
    ProviderFile,
    Result,
)
from credkit.reference.identifiers import plain_tax_id
from credkit.store import Store, new_id

#: No payer is asked again later than so many days from now.
FURTHEST_CONTACT = 366


@dataclass(frozen=True, slots=True)
class Application:
    """An application to a payer: for which state and line, under which tax id, and who follows it up. Without a day of
    submission it has not gone out yet."""

    payer: Payer
    state: str
    line: Line
    tax_id: str
    submitted_on: date | None
    owner: str
    reference: str | None = None


def submit(
    store: Store,
    npi: str,
    payer_name: str,
    *,
    state: str,
    line: Line | None,
    tax_id: str,
    submitted_on: date,
    policy: Policy,
    today: date,
    reference: str | None = None,
    owner: str | None = None,
) -> Enrollment:
    """Record that an application went to a payer: a new one, or one that was open. What was denied, withdrawn or ended stays
    on record as it was, and another enrollment begins beside it."""
    if submitted_on > today:
        raise UsageError(f"The submission date {submitted_on} is in the future.")
    with store.batch():
        file, payer = store.provider_file(npi), store.payer(payer_name)
        application = Application(
            payer, state, line or payer.line, tax_id, submitted_on, owner or store.actor, reference
        )
        return _opened(store, file, application, policy, today)


def submit_wanted(
    store: Store, npi: str, *, tax_id: str, submitted_on: date | None, policy: Policy, today: date, owner: str | None
) -> tuple[list[Enrollment], tuple[Wanted, ...]]:
    """Open every enrollment that the policy says the provider should have and has not; return them, and each line of the
    policy with what became of it. Without `submitted_on` they are not started yet. Raises UsageError where the policy names
    only payers that nobody knows."""
    if submitted_on and submitted_on > today:
        raise UsageError(f"The submission date {submitted_on} is in the future.")
    with store.batch():
        file, payers = store.provider_file(npi), store.payers()
        if lost := unknown_payers(policy, payers):
            store.payer(lost)
        lines = wanted(file, policy, payers, today, opted_out=_opted_out(file) is not None)
        opened = [
            _opened(
                store,
                file,
                Application(line.payer, line.state, line.line, tax_id, submitted_on, owner or store.actor),
                policy,
                today,
            )
            for line in lines
            if line.why_not is None and line.payer is not None and line.line is not None
        ]
    return opened, lines


def _opened(store: Store, file: ProviderFile, application: Application, policy: Policy, today: date) -> Enrollment:
    npi, payer, state = file.provider.npi, application.payer, application.state
    if state not in file.provider.states_of_practice:
        raise Refused(
            f"{npi} does not practice in {state}.",
            hint="Its states of practice are " + (", ".join(file.provider.states_of_practice) or "not given") + ".",
        )
    if payer.states and state not in payer.states:
        raise Refused(f"{payer.name} does no business in {state}.", hint=f"Its states are {', '.join(payer.states)}.")
    if application.line in MEDICARE and (opted_out := _opted_out(file)):
        raise Refused(
            f"{npi} cannot be enrolled with {application.line}: {opted_out}",
            hint="Verify it again when the affidavit has ended: credkit verify run NPI --check medicare_opt_out.",
        )
    at, payers = clock.stamp(clock.now()), store.payers()
    before = open_one(file.enrollments, payer, payers, application.line, state, application.tax_id)
    if before is not None and is_over(before, today):
        # Its end was announced, and has come: it is history, and what is sent now is another.
        ended = move(before, Word(EnrollmentStatus.TERMINATED, reason=before.status_reason), at=at)
        store.record_enrollment(ended, verb="enrollment.terminated", reason=f"its end came on {before.ended_on}")
        before = None
    if before is not None:
        word = Word(EnrollmentStatus.SUBMITTED, application.submitted_on, reference=application.reference)
        enrollment = move(before, word, at=at)
        last = store.last_contact(before.id)
        enrollment = with_overdue(before, enrollment, payers, last, policy.network, today)
    else:
        enrollment = Enrollment(
            id=store.next_enrollment_id(),
            npi=npi,
            payer_id=payer.id,
            line=application.line,
            state=state,
            tax_id=application.tax_id,
            status=EnrollmentStatus.SUBMITTED if application.submitted_on else EnrollmentStatus.NOT_STARTED,
            submitted_on=application.submitted_on,
            reference=application.reference,
            updated_at=at,
            opened_on=today,
            owner=application.owner,
        )
    refuse_faults(enrollment, payer, policy, today)
    verb = "enrollment.submitted" if application.submitted_on else "enrollment.opened"
    store.record_enrollment(enrollment, verb=verb)
    return enrollment


#: The lines of business that pay nobody who opted out (42 CFR 422.204).
MEDICARE = frozenset({Line.MEDICARE, Line.MEDICARE_ADVANTAGE})


def _opted_out(file: ProviderFile) -> str | None:
    """Return what the last answer about Medicare's opt-out list found against a provider, accepted for other lines of
    business or not."""
    answers = [
        verification
        for verification in file.verifications
        if verification.check == "medicare_opt_out" and verification.result is not Result.UNAVAILABLE
    ]
    if not answers:
        return None
    # Of one day, the one recorded last.
    last = max(reversed(answers), key=lambda verification: verification.verified_on)
    return None if last.result is Result.PASS else last.summary


def update(
    store: Store,
    npi: str,
    payer_name: str,
    word: Word,
    *,
    state: str,
    line: Line | None,
    tax_id: str | None = None,
    policy: Policy,
    today: date,
) -> tuple[Enrollment, list[str]]:
    """Move the one enrollment that is meant, by the payer's word; return it, and what is unusual in its dates."""
    with store.batch():
        payers, payer = store.payers(), store.payer(payer_name)
        file = store.provider_file(npi)
        enrollment = find(file, payer, payers, state, line, tax_id)
        refuse_beginning(enrollment, word.status, payer)
        moved = with_revalidation(enrollment, move(enrollment, word, at=clock.stamp(clock.now())), policy.network)
        refuse_revival(enrollment, moved, today)
        refuse_backdating(enrollment, moved, payer, file)
        refuse_faults(moved, payer, policy, today)
        moved = with_overdue(enrollment, moved, payers, store.last_contact(enrollment.id), policy.network, today)
        store.record_enrollment(moved, verb="enrollment.updated", reason=word.reason)
    return moved, list(date_warnings(moved, payer, policy.network))


def refuse_beginning(before: Enrollment | None, status: EnrollmentStatus | None, payer: Payer) -> None:
    """Raise Refused where a delegated payer's enrollment would begin by somebody's word (`before` is None of a new one)."""
    held = before is not None and before.status in BEGUN
    if payer.delegated and not held and status in {EnrollmentStatus.APPROVED, EnrollmentStatus.ACTIVE}:
        raise _only_by_a_roster(payer)


def refuse_backdating(before: Enrollment | None, after: Enrollment, payer: Payer, file: ProviderFile) -> None:
    """Raise Refused where a delegated payer's enrollment would get an effective date by somebody's word, also one that has
    ended since, or an effective date from before the committee first approved its state."""
    if not payer.delegated or after.effective_on is None:
        return
    if before is None or before.effective_on is None:
        raise _only_by_a_roster(payer)
    if after.effective_on == before.effective_on:
        return
    approvals = [one.decided_on for one in file.decisions if one.outcome.approves and after.state in one.states]
    if not approvals or after.effective_on < min(approvals):
        decided = f"decided on {min(approvals)}" if approvals else "has not approved it"
        raise Refused(
            f"It cannot be effective from {after.effective_on}: of {payer.name}, which is delegated, nothing is dated back "
            f"before the committee, which {decided}.",
        )


def _only_by_a_roster(payer: Payer) -> Refused:
    return Refused(
        f"{payer.name} is delegated: its enrollments become active by the committee's decision and a roster that it "
        "accepted.",
        hint=f'`credkit roster build "{payer.name}"`, then `credkit roster sent` and `credkit roster accepted`.',
    )


def refuse_faults(enrollment: Enrollment, payer: Payer, policy: Policy, today: date) -> None:
    """Raise UsageError, with all of them, where an enrollment's dates cannot be."""
    if faults := list(date_faults(enrollment, payer, policy.network, today)):
        raise UsageError(f"The dates of this enrollment with {payer.name} cannot be.", details=faults)


def open_one(
    enrollments: Sequence[Enrollment],
    payer: Payer,
    payers: Mapping[str, Payer],
    line: Line,
    state: str,
    tax_id: str,
) -> Enrollment | None:
    """Return the open enrollment of a provider's with a payer, or one that was merged into it, None where none is open."""
    ids = same_payer(payer, payers)
    wanted = (line, state, plain_tax_id(tax_id))
    for enrollment in enrollments:
        is_it = enrollment.payer_id in ids and enrollment.key[2:] == wanted
        if is_it and not enrollment.status.closed:
            return enrollment
    return None


def find(
    file: ProviderFile,
    payer: Payer,
    payers: Mapping[str, Payer],
    state: str,
    line: Line | None,
    tax_id: str | None = None,
) -> Enrollment:
    """Return the enrollment of a provider with a payer in a state: the open one, or else the one that closed last. Raises
    UsageError where there is none, or several lines of business or tax ids and none was named."""
    ids = same_payer(payer, payers)
    of_payer = [enrollment for enrollment in file.enrollments if enrollment.payer_id in ids]
    under = None if tax_id is None else plain_tax_id(tax_id)
    found = [e for e in of_payer if e.state == state and line in {None, e.line} and under in {None, e.key[-1]}]
    if not found:
        states = sorted({enrollment.state for enrollment in of_payer})
        advice = f" There is one in {', '.join(states)}.{did_you_mean(state, states)}" if states else ""
        raise UsageError(
            f"{file.provider.npi} has no enrollment with {payer.name} in {state}.{advice}",
            hint=f'`credkit enroll submit {file.provider.npi} "{payer.name}" --state {state}` opens one.',
        )
    for option, words in (
        ("--line", dict.fromkeys(enrollment.line for enrollment in found)),
        ("--tax-id", dict.fromkeys(enrollment.key[-1] for enrollment in found)),
    ):
        if len(words) > 1:
            raise UsageError(
                f"{file.provider.npi} has several enrollments with {payer.name} in {state}.",
                hint=f"Name one with {option}: " + ", ".join(words) + ".",
            )
    return next((enrollment for enrollment in found if not enrollment.status.closed), found[-1])


def contact(
    store: Store,
    enrollment_id: str,
    *,
    channel: Channel | None,
    who: str | None,
    said: str | None,
    reference: str | None,
    contacted_on: date | None,
    next_on: date | None,
    policy: Policy,
    today: date,
) -> Contact:
    """Record that a payer was asked about an enrollment, and when to ask again: by default after its rhythm.

    Raises Refused where nothing says that anybody was asked: a day alone moves nothing.
    """
    if channel is None or not who or not said:
        missing = [option for option, given in (("--channel", channel), ("--who", who), ("--said", said)) if not given]
        raise Refused(
            f"An enrollment is due until somebody asked: {', '.join(missing)} {'is' if len(missing) == 1 else 'are'} missing.",
            hint="Say how the payer was asked, whom, and what they said; --next alone moves no due date.",
        )
    day = contacted_on or today
    refuse_unlikely(day, "The day of the contact")
    if day > today:
        raise UsageError(f"The contact of {day} is in the future.")
    with store.batch():
        enrollment, payers = store.enrollment(enrollment_id), store.payers()
        if enrollment.status.closed:
            raise Refused(f"{enrollment.id} is {enrollment.status}: nothing of it is to be followed up.")
        begun = enrollment.submitted_on or enrollment.opened_on
        if begun and day < begun:
            raise UsageError(f"The contact of {day} lies before the enrollment began on {begun}.")
        payer = payers[enrollment.payer_id]
        asked_again = next_on or day + timedelta(days=payer.follow_up_days or policy.network.follow_up_days)
        if next_on and (next_on - today).days > FURTHEST_CONTACT:
            raise UsageError(
                f"The next contact, {next_on}, is more than a year away.", hint="Ask at least once a year."
            )
        if asked_again <= day:
            raise UsageError(f"The next contact, {asked_again}, must lie after this one, {day}.")
        made = Contact(
            id=new_id(),
            enrollment_id=enrollment.id,
            npi=enrollment.npi,
            contacted_on=day,
            channel=channel,
            who=who,
            said=said,
            reference=reference,
            next_on=asked_again,
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
        )
        store.record_contact(made)
    return made
