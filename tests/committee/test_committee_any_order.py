"""Whatever is done in whatever order: nobody is approved but by a recorded decision that passed the gate or by two people,
the recused never make a quorum, and what was attested stays as it was."""

import shutil
from contextlib import suppress
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import hypothesis
from committees import CHAIR, VOTERS, ready_files, seat
from desk import Desk, form
from factories import policy
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from credkit.checks import all_checks
from credkit.committee.after import attest
from credkit.committee.balloting import Ballot, record_ballot
from credkit.committee.closing import Ready, close, pull_changed
from credkit.committee.convening import attend, cancel, declare_conflict, room
from credkit.committee.proposal import Proposal
from credkit.committee.second_person import confirm_decision
from credkit.committee.standing import standing
from credkit.committee.step import decide
from credkit.errors import CredkitError
from credkit.records import Outcome, Role, Word
from credkit.store import Store

DAYS = (date(2026, 3, 10), date(2026, 3, 11))
TODAY = date(2026, 3, 12)
ACTORS = ("kim", "lee", "ash")
POLICY = policy()
CHECKS = all_checks()

npis_ = st.integers(0, 2)
days = st.sampled_from(DAYS)
actors = st.sampled_from(ACTORS)
outcomes = st.sampled_from((Outcome.APPROVED, Outcome.DENIED, Outcome.TABLED, Outcome.TERMINATED))
names = st.lists(st.sampled_from(VOTERS), min_size=1, max_size=5, unique=True)
votes = st.dictionaries(st.sampled_from(VOTERS), st.sampled_from(Word), min_size=1, max_size=5)


class Committee(RuleBasedStateMachine):
    """A committee that does anything, in any order; what is refused changes nothing."""

    base: Path
    npis: list[str]

    @initialize()
    def begin(self) -> None:
        self.folder = TemporaryDirectory()
        path = Path(self.folder.name) / "credkit.db"
        shutil.copy(self.base, path)
        self.path = path
        self.frozen: dict[str, Any] = {}

    def teardown(self) -> None:
        if hasattr(self, "folder"):
            self.folder.cleanup()

    def _as(self, actor: str) -> Store:
        return Store.open(self.path, actor=actor, command="test")

    @rule(actor=actors, day=days, present=names)
    def attend(self, actor: str, day: date, present: list[str]) -> None:
        with self._as(actor) as store, suppress(CredkitError):
            attend(store, day, present, today=TODAY)

    @rule(actor=actors, name=st.sampled_from(VOTERS), which=npis_)
    def conflict(self, actor: str, name: str, which: int) -> None:
        with self._as(actor) as store, suppress(CredkitError):
            declare_conflict(store, name, self.npis[which], "family", today=DAYS[0])

    @rule(actor=actors, day=days, which=npis_, motion=outcomes, cast=votes, movers=names)
    def vote(
        self, actor: str, day: date, which: int, motion: Outcome, cast: dict[str, Word], movers: list[str]
    ) -> None:
        ballot = Ballot(
            self.npis[which], motion, movers[0], movers[-1], tuple((name, word, "x") for name, word in cast.items())
        )
        with self._as(actor) as store, suppress(CredkitError):
            record_ballot(store, day, ballot, POLICY, today=TODAY)

    @rule(actor=actors, day=days, which=npis_)
    def all_for(self, actor: str, day: date, which: int) -> None:
        ballot = Ballot(
            self.npis[which],
            Outcome.APPROVED,
            VOTERS[0],
            VOTERS[1],
            tuple((name, Word.FOR, None) for name in VOTERS[:3]),
        )
        with self._as(actor) as store, suppress(CredkitError):
            attend(store, day, VOTERS[:3], today=TODAY)
            record_ballot(store, day, ballot, POLICY, today=TODAY)

    @rule(actor=actors, day=days, which=npis_, outcome=outcomes, override=st.booleans())
    def decide(self, actor: str, day: date, which: int, outcome: Outcome, override: bool) -> None:
        past = override and outcome is Outcome.APPROVED
        proposal = Proposal(
            outcome,
            states=("CO",) if past else (),
            reason=None if outcome is Outcome.APPROVED else "as voted",
            meeting_on=day,
            override="needed at once" if past else None,
        )
        with self._as(actor) as store, suppress(CredkitError):
            decide(store, self.npis[which], POLICY, CHECKS, proposal, today=TODAY)

    @rule(actor=actors, which=npis_)
    def director(self, actor: str, which: int) -> None:
        with self._as(actor) as store, suppress(CredkitError):
            proposal = Proposal(Outcome.APPROVED, by_medical_director=True)
            decide(store, self.npis[which], POLICY, CHECKS, proposal, today=TODAY)

    @rule(actor=actors)
    def confirm(self, actor: str) -> None:
        with self._as(actor) as store:
            for waiting in store.unconfirmed_decisions():
                with suppress(CredkitError):
                    confirm_decision(store, waiting.id, lambda _day: POLICY, CHECKS, today=TODAY)

    @rule(actor=actors, day=days)
    def close(self, actor: str, day: date) -> None:
        with self._as(actor) as store, suppress(CredkitError):
            ready = [Ready(npi, "initial", "clean", (), ("CO",), npi) for npi in self.npis]
            meeting, _ = close(store, day, ready, today=TODAY)
            pull_changed(store, meeting, POLICY, CHECKS)

    @rule(actor=actors, day=days)
    def attest(self, actor: str, day: date) -> None:
        with self._as(actor) as store:
            with suppress(CredkitError):
                attest(store, day, POLICY, today=TODAY)
            meeting = store.meeting(day)
            if meeting and meeting.attested_at and meeting.id not in self.frozen:
                chairs = [one for one in store.members() if one.role is Role.CHAIR]
                assert meeting.attested_by in {one.name for one in chairs}
                self.frozen[meeting.id] = self._held(store, meeting.id)

    @rule(actor=actors, day=days)
    def cancel(self, actor: str, day: date) -> None:
        with self._as(actor) as store, suppress(CredkitError):
            cancel(store, day, "snow")

    @staticmethod
    def _held(store: Store, meeting_id: str) -> Any:
        meeting = next(one for one in store.meetings() if one.id == meeting_id)
        return (
            meeting,
            store.attendance(meeting_id),
            store.votes(meeting_id),
            store.motions(meeting_id),
            store.docket(meeting_id),
            store.decisions_of(meeting_id),
        )

    @invariant()
    def approved_by_the_gate_or_by_two(self) -> None:
        if not hasattr(self, "path"):
            return
        with self._as("auditor") as store:
            for file in store.provider_files(self.npis):
                for state, decision in standing(file, POLICY, TODAY).approvals.items():
                    if decision.override is None:
                        asked = [one for one in decision.gate if one.get("jurisdiction") in {None, state}]
                        assert asked
                        assert all(one["state"] in {"met", "not_applicable"} for one in asked), asked
                    else:
                        assert file.confirmations[decision.id].actor != decision.actor

    @invariant()
    def the_recused_make_no_quorum(self) -> None:
        if not hasattr(self, "path"):
            return
        with self._as("auditor") as store:
            for meeting in store.meetings():
                there = room(store, meeting)
                for decision in store.decisions_of(meeting.id):
                    assert len(set(decision.present)) >= POLICY.committee.quorum
                    # A conflict that is declared later takes nothing back.
                    voted = {
                        one.member_id for one in there.votes if one.npi == decision.npi and one.word is Word.RECUSED
                    }
                    assert not {there.members[one].name for one in voted} & set(decision.present)
                    assert decision.tally.get("for", 0) > decision.tally.get("against", 0)

    @invariant()
    def what_is_attested_stays(self) -> None:
        if not hasattr(self, "path"):
            return
        with self._as("auditor") as store:
            for meeting_id, held in self.frozen.items():
                assert self._held(store, meeting_id) == held


def test_in_any_order(desk: Desk) -> None:
    seat(desk)
    npis = ready_files(desk, 2)
    desk.take_in(form())  # signed, and not verified: the gate is closed to her
    for day in DAYS:
        desk.ok("committee", "schedule", day.isoformat())
    desk.live_on(TODAY.isoformat())

    class Ours(Committee):
        pass

    Ours.base = desk.folder / "credkit.db"
    Ours.npis = [*npis, "1000000004"]
    run_state_machine_as_test(
        Ours, settings=hypothesis.settings(max_examples=25, stateful_step_count=25, deadline=None)
    )


def test_the_way_to_an_approval_is_open(desk: Desk) -> None:
    seat(desk)
    (npi,) = ready_files(desk, 1)
    desk.ok("committee", "schedule", DAYS[0].isoformat())
    desk.live_on(TODAY.isoformat())
    machine = type("Ours", (Committee,), {"base": desk.folder / "credkit.db", "npis": [npi] * 3})()
    machine.begin()
    machine.all_for("kim", DAYS[0], 0)
    machine.decide("kim", DAYS[0], 0, Outcome.APPROVED, override=False)
    machine.attest("ash", DAYS[0])
    with machine._as("kim") as store:
        (file,) = store.provider_files([npi])
        assert standing(file, POLICY, TODAY).approved(TODAY)
        assert store.meeting(DAYS[0]).attested_by == CHAIR
    for check in (
        machine.approved_by_the_gate_or_by_two,
        machine.the_recused_make_no_quorum,
        machine.what_is_attested_stays,
    ):
        check()
    machine.teardown()
