"""Payers added, enrollments opened and moved.

Each reads what it judges in the transaction that writes: nobody else can write between the two.
"""

from datetime import date

from credkit import clock
from credkit.errors import Refused, UsageError, did_you_mean
from credkit.network.enrollments import move
from credkit.records import Enrollment, EnrollmentStatus, Line, Payer, ProviderFile, Result
from credkit.store import Store, new_id


def add_payer(store: Store, name: str, line: Line, parent: str | None, aliases: tuple[str, ...]) -> Payer:
    """Keep a payer. Raises UsageError where its name or an alias is another's."""
    name = " ".join(name.split())
    if not name:
        raise UsageError("A payer needs a name.")
    parent = " ".join((parent or "").split()) or None
    aliases = tuple(dict.fromkeys(" ".join(alias.split()) for alias in aliases if alias.strip()))
    with store.batch():
        known = store.payers().values()
        taken = {word.casefold(): payer.name for payer in known for word in (payer.name, *payer.aliases)}
        for word in (name, *aliases):
            if word.casefold() in taken:
                raise UsageError(f"{word!r} is already the payer {taken[word.casefold()]}.")
        payer = Payer(new_id(), name, line, parent, aliases)
        store.add_payer(payer)
    return payer


def submit(
    store: Store,
    npi: str,
    payer_name: str,
    *,
    state: str,
    line: Line | None,
    tax_id: str,
    submitted_on: date,
    today: date,
    reference: str | None = None,
) -> Enrollment:
    """Record that an application went to a payer; an earlier one that was denied, withdrawn or ended begins anew."""
    if submitted_on > today:
        raise UsageError(f"The submission date {submitted_on} is in the future.")
    with store.batch():
        file, payer = store.provider_file(npi), store.payer(payer_name)
        if state not in file.provider.states_of_practice:
            raise Refused(
                f"{npi} does not practice in {state}.",
                hint="Its states of practice are " + (", ".join(file.provider.states_of_practice) or "not given") + ".",
            )
        at = clock.stamp(clock.now())
        wanted = line or payer.line
        if wanted in _MEDICARE and (opted_out := _opted_out(file)):
            raise Refused(
                f"{npi} cannot be enrolled with {wanted}: {opted_out}",
                hint="Verify it again when the affidavit has ended: credkit verify run NPI --check medicare_opt_out.",
            )
        meant = (payer.id, wanted, state, tax_id)
        found = [e for e in file.enrollments if (e.payer_id, e.line, e.state, e.tax_id) == meant]
        if found:
            enrollment = move(
                found[0], EnrollmentStatus.SUBMITTED, submitted_on=submitted_on, reference=reference, at=at
            )
        else:
            enrollment = Enrollment(
                id=new_id(),
                npi=npi,
                payer_id=payer.id,
                line=wanted,
                state=state,
                tax_id=tax_id,
                status=EnrollmentStatus.SUBMITTED,
                submitted_on=submitted_on,
                reference=reference,
                updated_at=at,
            )
        store.record_enrollment(enrollment, verb="enrollment.submitted")
    return enrollment


#: The lines of business that pay nobody who opted out (42 CFR 422.204).
_MEDICARE = frozenset({Line.MEDICARE, Line.MEDICARE_ADVANTAGE})


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
    *,
    state: str,
    line: Line | None,
    status: EnrollmentStatus,
    effective_on: date | None,
    ended_on: date | None,
    decided_on: date | None,
    reference: str | None,
    reason: str | None,
) -> Enrollment:
    """Move the one enrollment that is meant, by the payer's word."""
    with store.batch():
        enrollment = find(store.provider_file(npi), store.payer(payer_name), state, line)
        moved = move(
            enrollment,
            status,
            effective_on=effective_on,
            ended_on=ended_on,
            decided_on=decided_on,
            reference=reference,
            reason=reason,
            at=clock.stamp(clock.now()),
        )
        store.record_enrollment(moved, verb="enrollment.updated", reason=reason)
    return moved


def find(file: ProviderFile, payer: Payer, state: str, line: Line | None) -> Enrollment:
    """Return the enrollment of a provider with a payer in a state. Raises UsageError where there is none, or several
    lines of business and none was named."""
    of_payer = [enrollment for enrollment in file.enrollments if enrollment.payer_id == payer.id]
    found = [e for e in of_payer if e.state == state and line in {None, e.line}]
    if not found:
        states = sorted({enrollment.state for enrollment in of_payer})
        advice = f" There is one in {', '.join(states)}.{did_you_mean(state, states)}" if states else ""
        raise UsageError(
            f"{file.provider.npi} has no enrollment with {payer.name} in {state}.{advice}",
            hint=f'`credkit enroll submit {file.provider.npi} "{payer.name}" --state {state}` opens one.',
        )
    if len(found) > 1:
        raise UsageError(
            f"{file.provider.npi} has several enrollments with {payer.name} in {state}.",
            hint="Name one with --line: " + ", ".join(enrollment.line for enrollment in found) + ".",
        )
    return found[0]
