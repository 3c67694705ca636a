"""Two people at one store: what a step judged cannot change before it has written, and nobody's work is lost."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, form
from factories import NPI, OTHER_NPI, policy
from lives import CHECKS

from credkit.committee.convening import schedule
from credkit.committee.proposal import Proposal
from credkit.committee.step import decide
from credkit.errors import CredkitError, Refused, StoreBusy, UsageError
from credkit.intake.step import add_by_hand, edit
from credkit.network.enrollments import Word
from credkit.network.payers import PayerFacts, add_payer
from credkit.network.step import submit, update
from credkit.records import EnrollmentStatus, Line, Outcome, Payer, Result
from credkit.store import Store, new_id
from credkit.verify.by_hand import Looked, accept, record

MEETING = date(2026, 3, 9)
POLICY = policy()
Step = Callable[[Store], object]


@pytest.fixture
def db(desk: Desk) -> Path:
    """A file that is ready for the committee with a review to accept, a meeting, and an enrollment that was submitted."""
    desk.take_in(form(disclosure_license_action="yes", disclosure_license_action_explanation="a fine, paid"))
    desk.load_leie()
    desk.run("verify", "run", NPI)
    desk.look_up_by_hand()
    desk.ok("committee", "schedule", MEETING.isoformat())
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial")
    desk.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO")
    desk.live_on(MEETING.isoformat())
    return desk.folder / "credkit.db"


@contextmanager
def opened(db: Path) -> Iterator[tuple[Store, Store]]:
    with (
        Store.open(db, actor="kim", command="test") as one,
        Store.open(db, actor="lee", command="test", busy_seconds=0) as other,
    ):
        yield one, other


def deciding(outcome: Outcome, *, override: str | None = None) -> Step:
    proposal = Proposal(
        outcome,
        states=("CO",) if outcome.approves else (),
        reason="for a reason",
        meeting_on=MEETING,
        present=("Dr Ash", "Dr Birch", "Dr Cedar"),
        override=override,
    )
    return lambda store: decide(store, NPI, POLICY, CHECKS, proposal, today=MEETING)


def scheduling(store: Store) -> object:
    return schedule(store, date(2026, 4, 13), today=date(2026, 3, 2))


def editing(**facts: str) -> Step:
    return lambda store: edit(store, NPI, facts, POLICY, "called", today=MEETING)


def adding(store: Store) -> None:
    add_by_hand(store, OTHER_NPI, {"first_name": "Bo", "last_name": "Reed"}, POLICY, today=MEETING)


def recording(store: Store) -> object:
    looked = Looked(Result.PASS, "the school")
    return record(
        store, NPI, POLICY, CHECKS, check="education", subject=None, looked=looked, document=None, today=MEETING
    )


def accepting(store: Store) -> object:
    return accept(store, NPI, POLICY, CHECKS, check="disclosures", subject=None, reason="seen", today=MEETING)


def submitting(line: Line) -> Step:
    return lambda store: submit(
        store,
        NPI,
        "Aspen Health",
        state="CO",
        line=line,
        tax_id="1",
        submitted_on=MEETING,
        policy=POLICY,
        today=MEETING,
    )


def moving(status: EnrollmentStatus, effective_on: date | None = None) -> Step:
    return lambda store: update(
        store,
        NPI,
        "Aspen Health",
        Word(status, effective_on=effective_on, reason="no room"),
        state="CO",
        line=None,
        policy=POLICY,
        today=MEETING,
    )


def paying(store: Store) -> object:
    return add_payer(store, "Birch Health", Line.COMMERCIAL, PayerFacts(aliases=("BH",)))


OVERRIDDEN = deciding(Outcome.APPROVED, override="needed at once")

STEPS: dict[str, Step] = {
    "decide": OVERRIDDEN,
    "schedule": scheduling,
    "edit": editing(phone="303-555-0100"),
    "add_by_hand": adding,
    "record": recording,
    "accept": accepting,
    "submit": submitting(Line.EAP),
    "update": moving(EnrollmentStatus.IN_REVIEW),
    "add_payer": paying,
}


@pytest.mark.parametrize("step", STEPS.values(), ids=STEPS)
def test_nobody_writes_between_what_a_step_reads_and_what_it_writes(
    db: Path, step: Step, monkeypatch: pytest.MonkeyPatch
) -> None:
    with opened(db) as (one, rival):
        reads = 0
        rows = one.rows

        def interrupted(sql: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
            nonlocal reads
            found = rows(sql, values)
            if sql.startswith("SELECT"):
                reads += 1
                with pytest.raises(StoreBusy):
                    rival.add_payer(Payer(new_id(), f"Payer {reads}", Line.COMMERCIAL))
            return found

        before = one.log_head()[0]
        monkeypatch.setattr(one, "rows", interrupted)
        step(one)
        assert reads
        monkeypatch.undo()
        assert one.log_head()[0] == before + 1


TWICE: list[tuple[str, Step, Step, type[CredkitError], str]] = [
    ("decisions", deciding(Outcome.DENIED), deciding(Outcome.DENIED), Refused, "The cycle is closed"),
    ("approvals past the gate", OVERRIDDEN, OVERRIDDEN, Refused, "waits for a second person"),
    ("meetings", scheduling, scheduling, UsageError, "already a meeting"),
    ("files", adding, adding, UsageError, "already in the store"),
    ("acceptances", accepting, accepting, Refused, "not under review"),
    (
        "moves",
        moving(EnrollmentStatus.DENIED),
        moving(EnrollmentStatus.ACTIVE, MEETING),
        Refused,
        "that is denied cannot become active",
    ),
    ("payers", paying, paying, UsageError, "already the payer Birch Health"),
]


@pytest.mark.parametrize(
    ("first", "second", "error", "says"), [row[1:] for row in TWICE], ids=[row[0] for row in TWICE]
)
def test_of_two_that_contradict_one_another_the_second_is_told(
    db: Path, first: Step, second: Step, error: type[CredkitError], says: str
) -> None:
    with opened(db) as (one, other):
        # Both have looked before either writes.
        assert one.provider_file(NPI) == other.provider_file(NPI)
        first(one)
        head = one.log_head()
        with pytest.raises(error, match=says):
            second(other)
        assert one.log_head() == head


def test_two_edits_are_both_kept(db: Path) -> None:
    with opened(db) as (one, other):
        assert one.provider_file(NPI) == other.provider_file(NPI)
        editing(phone="303-555-0100", last_name="Vale")(one)
        editing(city="Pueblo")(other)
        who = one.provider_file(NPI).provider
        assert (who.phone, who.last_name, who.city) == ("303-555-0100", "Vale", "Pueblo")


def test_two_submissions_of_one_application_are_one_enrollment(db: Path) -> None:
    with opened(db) as (one, other):
        submitting(Line.EAP)(one)
        submitting(Line.EAP)(other)
        assert len(one.provider_file(NPI).enrollments) == 2  # the one that was there, and this
