"""Enrollments through any life at all: every history is a path of allowed moves, ready is never yes without its facts, and
what was said of a past day can be asked again."""

import json
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any

import hypothesis
import pytest
from factories import NPI, policy
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from lives import CHECKS
from settled import ORGANIZATION_TAX_ID, settle
from test_network_enrollments import ALLOWED

from credkit.committee.standing import standing
from credkit.errors import CredkitError
from credkit.network.enrollments import Word
from credkit.network.payers import PayerFacts, add_payer, edit_payer, merge_payers, rename_payer
from credkit.network.step import contact, submit, update
from credkit.network.terminations import Scope, terminate
from credkit.records import Channel, EnrollmentStatus, Line, Outcome, RequirementState
from credkit.status.readiness import asked
from credkit.store import Store
from credkit.store.replay import differences
from credkit.verify.requirements import requirements

#: Nobody looks again at a license in these lives; what that does is another test's.
POLICY = policy(monitoring={"overdue_suspends_after_days": 36_500})
FIRST = date(2026, 3, 10)
NAMES = ("Aspen", "Birch", "Humana", "State Plan", "Medicare")
LINES = (Line.COMMERCIAL, Line.COMMERCIAL, Line.COMMERCIAL, Line.MEDICAID, Line.MEDICARE)
PAYER = st.sampled_from(NAMES)
SOME_DAYS = st.none() | st.integers(-60, 90)
CLOSED = ("denied", "withdrawn", "panel_closed", "terminated")


class Lives(RuleBasedStateMachine):
    """One approved provider, five payers, and days that pass. What a command refuses changes nothing, and that is held too."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(mkdtemp(prefix="credkit-life-"))
        self.store = Store.create(self.folder / "credkit.db", actor="kim", command="test")
        self.day = FIRST
        #: Each payer to the days from which it belonged to one that does not count, or no more.
        self.owned: dict[str, dict[date, bool]] = {}

    def teardown(self) -> None:
        # The log alone rebuilds the tables, whatever happened.
        assert list(differences(self.store)) == []
        self.store.close()
        rmtree(self.folder)

    @initialize()
    def begin(self) -> None:
        settle(self.store, NPI)
        for name, line in zip(NAMES, LINES, strict=True):
            add_payer(self.store, name, line, PayerFacts(aliases=(f"{name} Inc",)))

    def tried(self, act: Any) -> None:
        """Do something that may be refused: then nothing of it is kept."""
        before = self.store.log_head()
        try:
            act()
        except CredkitError:
            assert self.store.log_head() == before

    def on(self, days: int | None) -> date | None:
        return None if days is None else self.day + timedelta(days=days)

    @rule(days=st.integers(1, 14))
    def days_pass(self, days: int) -> None:
        self.day += timedelta(days=days)

    @rule(name=PAYER, ago=st.integers(0, 30))
    def submitted(self, name: str, ago: int) -> None:
        self.tried(
            lambda: submit(
                self.store,
                NPI,
                name,
                state="CO",
                line=None,
                tax_id=ORGANIZATION_TAX_ID,
                submitted_on=self.day - timedelta(days=ago),
                policy=POLICY,
                today=self.day,
            )
        )

    @rule(
        name=PAYER,
        status=st.none() | st.sampled_from(EnrollmentStatus),
        received=SOME_DAYS,
        decided=SOME_DAYS,
        effective=SOME_DAYS,
        ended=SOME_DAYS,
        reason=st.none() | st.just("because"),
    )
    def moved(
        self,
        name: str,
        status: EnrollmentStatus | None,
        received: int | None,
        decided: int | None,
        effective: int | None,
        ended: int | None,
        reason: str | None,
    ) -> None:
        word = Word(
            status,
            received_on=self.on(received),
            decided_on=self.on(decided),
            effective_on=self.on(effective),
            ended_on=self.on(ended),
            reason=reason,
        )
        self.tried(lambda: update(self.store, NPI, name, word, state="CO", line=None, policy=POLICY, today=self.day))

    @rule(name=st.sampled_from(("Aspen", "Birch", "Humana")), days=st.integers(0, 12))
    def joins(self, name: str, days: int) -> None:
        self.submitted(name, 0)
        word = Word(EnrollmentStatus.ACTIVE, decided_on=self.day, effective_on=self.day + timedelta(days=days))
        self.tried(lambda: update(self.store, NPI, name, word, state="CO", line=None, policy=POLICY, today=self.day))

    @rule(days=st.integers(-5, 12))
    def leaves(self, days: int) -> None:
        """End what holds, by the payer's word: what ended stays known."""
        for enrollment in self.store.open_enrollments():
            if enrollment.status is EnrollmentStatus.ACTIVE:
                name = self.store.payers()[enrollment.payer_id].name
                word = Word(EnrollmentStatus.TERMINATED, ended_on=self.day + timedelta(days=days))
                self.tried(
                    lambda word=word, name=name: update(
                        self.store, NPI, name, word, state="CO", line=None, policy=POLICY, today=self.day
                    )
                )

    @rule(place=st.integers(0, 3), to=st.integers(0, 6), days=st.integers(0, 12))
    def goes_on(self, place: int, to: int, days: int) -> None:
        """Move an open enrollment to a state that may follow, with what the state needs: what most of life is."""
        open_ = self.store.open_enrollments()
        if not open_:
            return
        enrollment = open_[place % len(open_)]
        follow = ALLOWED[enrollment.status].split()
        status = EnrollmentStatus(follow[to % len(follow)])
        begins = status in {EnrollmentStatus.APPROVED, EnrollmentStatus.ACTIVE} and not enrollment.effective_on
        word = Word(
            status,
            decided_on=self.day if begins else None,
            effective_on=self.day + timedelta(days=days) if begins else None,
            ended_on=self.day + timedelta(days=days) if status is EnrollmentStatus.TERMINATED else None,
            reason="because",
        )
        name = self.store.payers()[enrollment.payer_id].name
        self.tried(
            lambda: update(self.store, NPI, name, word, state="CO", line=enrollment.line, policy=POLICY, today=self.day)
        )

    @rule(name=PAYER, days=st.integers(-10, 30))
    @precondition(lambda self: any(one.effective_on for one in self.store.open_enrollments()))
    def ended(self, name: str, days: int) -> None:
        ended_on = self.day + timedelta(days=days)
        self.tried(
            lambda: terminate(self.store, Scope(payer=name), ended_on=ended_on, reason="contract", dry_run=False)
        )

    @rule(gone=PAYER, stays=PAYER)
    @precondition(lambda self: self.day > FIRST + timedelta(days=20))
    def merged(self, gone: str, stays: str) -> None:
        self.tried(
            lambda: merge_payers(
                self.store, gone, stays, merged_on=self.day, today=self.day, reason="acquired", rules=POLICY.network
            )
        )

    @rule(name=PAYER)
    def renamed(self, name: str) -> None:
        self.tried(lambda: rename_payer(self.store, name, f"{name} of {self.day}", today=self.day))

    @rule(name=PAYER, excluded=st.booleans())
    def belongs(self, name: str, excluded: bool) -> None:
        """Let a payer belong to one that does not count, or to nobody, from today: no day before is answered otherwise."""
        facts = PayerFacts(parent="Humana Group") if excluded else PayerFacts(no_parent=True)
        before = {day: self.says(day) for day in self.days_before()}
        head = self.store.log_head()
        self.tried(lambda: edit_payer(self.store, name, facts, since=self.day, today=self.day, rules=POLICY.network))
        if self.store.log_head() != head:
            self.owned.setdefault(self.store.payer(name).id, {})[self.day] = excluded
        assert before == {day: self.says(day) for day in self.days_before()}

    def days_before(self) -> list[date]:
        return [self.day - timedelta(days=days) for days in (1, 2, 7, 30)]

    def says(self, day: date) -> bool:
        return asked(self.store.provider_file(NPI), POLICY, day, CHECKS, self.store.payers(), "CO")[0].ready

    @rule(days=st.none() | st.integers(-5, 30))
    def asked_payer(self, days: int | None) -> None:
        for enrollment in self.store.open_enrollments():
            before = self.store.enrollment(enrollment.id)
            self.tried(
                lambda enrollment=enrollment: contact(
                    self.store,
                    enrollment.id,
                    channel=Channel.PHONE,
                    who="Sam",
                    said="soon",
                    reference=None,
                    contacted_on=None,
                    next_on=self.on(days),
                    policy=POLICY,
                    today=self.day,
                )
            )
            assert self.store.enrollment(enrollment.id) == before, "a contact moves no enrollment"

    # --- what holds ---------------------------------------------------------------------------------------------------

    def histories(self) -> dict[str, list[dict[str, Any]]]:
        """Return each enrollment's rows, one after another, as the log alone has them."""
        found: dict[str, list[dict[str, Any]]] = {}
        for event in self.store.events():
            for row in json.loads(event.after).get("enrollments", ()):
                found.setdefault(row["id"], []).append(row)
        return found

    @invariant()
    def every_history_is_a_path_of_allowed_moves(self) -> None:
        for rows in self.histories().values():
            statuses = [EnrollmentStatus(row["status"]) for row in rows]
            assert statuses[0] is EnrollmentStatus.SUBMITTED
            for was, now in pairwise(statuses):
                assert now is was or now in ALLOWED[was].split(), (was, now)

    @invariant()
    def of_one_key_one_is_open(self) -> None:
        keys = [
            (row["payer_id"], row["line"], row["state"], row["tax_id"])
            for rows in self.histories().values()
            for row in rows[-1:]
            if row["status"] not in CLOSED
        ]
        assert len(keys) == len(set(keys))

    @invariant()
    def dates_are_in_order(self) -> None:
        for rows in self.histories().values():
            row = rows[-1]
            had = row["received_on"] or row["submitted_on"]
            assert not row["ended_on"] or not row["effective_on"] or row["effective_on"] <= row["ended_on"]
            assert row["line"] == "medicaid" or not row["effective_on"] or row["effective_on"] >= had

    @invariant()
    def ready_is_never_yes_without_its_facts_on_any_day(self) -> None:
        if not self.store.provider(NPI):
            return
        file, payers = self.store.provider_file(NPI), self.store.payers()
        latest = [rows[-1] for rows in self.histories().values()]
        told = [row[name] for row in latest for name in ("effective_on", "ended_on") if row[name]]
        turns = {date.fromisoformat(day) + timedelta(days=days) for day in told for days in (-1, 0)}
        for on in sorted(turns | {self.day, self.day + timedelta(days=120)}):
            said, until = asked(file, POLICY, on, CHECKS, payers, "CO")
            paid = [row for row in latest if _pays(row, on, payers, self.owned)]
            approved = [one for one in file.decisions if one.outcome is Outcome.APPROVED and one.decided_on <= on]
            watched = requirements(file, POLICY.suspending, on, CHECKS)
            broken = [one for one in watched if one.state in {RequirementState.FAILED, RequirementState.EXPIRED}]
            assert not said.ready or (paid and approved and not broken), (on, said)
            assert said.ready or said.reasons
            # And a no has one of them missing: the log alone gives the same answer.
            held = standing(file, POLICY, on).approved(on) and not broken
            pending = [one for one in watched if one.state in {RequirementState.MISSING, RequirementState.PENDING}]
            if paid and approved and held and not pending:
                assert said.ready, (on, said.reasons)
            assert until is None or (said.ready and until >= on)


def _pays(row: dict[str, Any], on: date, payers: Any, owned: dict[str, dict[date, bool]]) -> bool:
    """Say, of a row of the log, whether a payer that counts had the provider in-network on a day: told another way."""
    if row["status"] not in {"approved", "active", "terminated"} or not row["effective_on"]:
        return False
    if not row["effective_on"] <= on.isoformat() < (row["ended_on"] or "9999"):
        return False
    payer = payers[row["payer_id"]]
    chain = [payer]
    while chain[-1].merged_into and chain[-1].merged_on <= on:
        chain.append(payers[chain[-1].merged_into])
    for one in chain:
        since = [day for day in owned.get(one.id, {}) if day <= on]
        if since and owned[one.id][max(since)]:
            return False
    return row["line"] == "commercial" and not any(
        "humana" in " ".join((one.name, *one.aliases)).lower() for one in chain
    )


Lives.TestCase.settings = hypothesis.settings(
    hypothesis.settings.get_profile("ours"), max_examples=30, stateful_step_count=30
)
test_any_life = Lives.TestCase


@pytest.fixture(autouse=True)
def _at_noon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDKIT_NOW", "2026-03-10")
