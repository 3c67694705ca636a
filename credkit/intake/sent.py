"""What came by the portal, accepted or rejected by staff: a form goes through the same plan as a file's row, a correction through
the same as an edit by hand."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from credkit import clock
from credkit.canonical import canonical
from credkit.errors import Refused
from credkit.intake.clean import Cleaner, CleanForm, FieldError, clean
from credkit.intake.plan import Change, RowOutcome, merge
from credkit.intake.reading import FormRow, FormSheet
from credkit.intake.step import edit, import_form
from credkit.policy import Policy
from credkit.records import Submission, SubmissionKind
from credkit.store import Store, new_id
from credkit.tables.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Weighed:
    """Something that was sent, and what accepting it would do, or did."""

    submission: Submission
    outcome: RowOutcome | None = None
    changes: tuple[Change, ...] = ()
    errors: tuple[FieldError, ...] = ()


def weigh(store: Store, submission: Submission, policy: Policy, today: date) -> Weighed:
    """Say what accepting something would do, and do nothing."""
    if submission.accepted is not None:
        return Weighed(submission)
    if submission.kind is not SubmissionKind.CORRECTION:
        (planned,) = import_form(store, _sheet(submission, policy, today), policy, today=today, dry_run=True)
        return Weighed(submission, planned.outcome, planned.changes, planned.errors)
    file = store.provider_file(submission.npi)
    names = {"npi": submission.npi, "first_name": file.provider.first_name, "last_name": file.provider.last_name}
    form = clean({**names, **submission.cells}, policy, today)
    if not isinstance(form, CleanForm):
        return Weighed(submission, RowOutcome.REJECTED, errors=form)
    changes = merge(form, file, new_id).changes
    return Weighed(submission, RowOutcome.CHANGED if changes else RowOutcome.UNCHANGED, changes)


def accept(store: Store, beginning: str, policy: Policy, *, reason: str | None, today: date) -> Weighed:
    """Take what was sent into the file. Raises Refused where it contradicts what is on file, cannot be read by today's policy, or
    was decided on already. Nothing is changed then."""
    with store.batch():
        submission = _waiting(store, beginning)
        found = _taken(store, submission, policy, today, reason or "sent by the provider, by the portal")
        if found.outcome in {RowOutcome.CONFLICT, RowOutcome.REJECTED}:
            words = [f"{error.column}: {error.reason}".removeprefix(": ") for error in found.errors]
            raise Refused(
                f"{submission.id} cannot be taken as it stands.",
                details=words,
                hint=f"credkit intake reject {submission.id} --reason TEXT, which the provider reads",
            )
        decided = _decided(store, submission, accepted=True, reason=reason)
    return replace(found, submission=decided)


def reject(store: Store, beginning: str, reason: str) -> Weighed:
    """Let what was sent change nothing. The provider reads the reason, word for word."""
    with store.batch():
        return Weighed(_decided(store, _waiting(store, beginning), accepted=False, reason=reason))


def _waiting(store: Store, beginning: str) -> Submission:
    submission = store.submission(beginning)
    if submission.accepted is not None:
        word = "accepted" if submission.accepted else "rejected"
        raise Refused(f"{submission.decided_by} {word} it already, on {(submission.decided_at or '')[:10]}.")
    return submission


def _decided(store: Store, submission: Submission, *, accepted: bool, reason: str | None) -> Submission:
    decided = replace(
        submission,
        accepted=accepted,
        reason=reason,
        decided_at=clock.stamp(clock.now()),
        decided_by=store.actor,
    )
    store.decide_submission(decided)
    return decided


def _taken(store: Store, submission: Submission, policy: Policy, today: date, reason: str) -> Weighed:
    if submission.kind is SubmissionKind.CORRECTION:
        found = weigh(store, submission, policy, today)
        if found.outcome is not RowOutcome.CHANGED:  # also where the provider says that all of it is right
            return found
        given = {name: text for name, text in submission.cells.items() if name != "npi"}
        return replace(found, changes=edit(store, submission.npi, given, policy, reason, today=today))
    (planned,) = import_form(store, _sheet(submission, policy, today), policy, today=today)
    return Weighed(submission, planned.outcome, planned.changes, planned.errors)


def _sheet(submission: Submission, policy: Policy, today: date) -> FormSheet:
    """Return what was sent as a form of one row."""
    cells = dict(submission.cells)
    cleaner = Cleaner(cells, policy, today)
    digest = sha256(canonical(cells).encode()).hexdigest()
    source = f"portal {submission.id}"

    def rows() -> Iterator[FormRow]:
        yield FormRow(1, cells, None, cleaner(cells))

    sheet = Sheet(source, digest, tuple(cells), iter(()), [], None)
    return FormSheet(source, digest, tuple(cells), (), [], rows(), cleaner, sheet)
