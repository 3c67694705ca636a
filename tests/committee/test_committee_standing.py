"""Which approvals stand on a day, until when, and what ended the others."""

from dataclasses import replace
from datetime import date

import pytest
from factories import policy
from hypothesis import given
from hypothesis import strategies as st
from lives import active, applied, approved, cycle, decided, decision, on

from credkit.committee.standing import standing
from credkit.records import ProviderFile
from credkit.verify.cycles import approvals
from credkit.verify.requirements import month_end

RULES = policy()

BY = [
    ("36 months later, by the month's end", "2026-03-09", "2029-03-31"),
    ("also from the first of a month", "2026-03-01", "2029-03-31"),
    ("and from its last", "2026-03-31", "2029-03-31"),
    ("from a leap day", "2028-02-29", "2031-02-28"),
    ("to a leap year", "2025-02-10", "2028-02-29"),
    ("from December", "2026-12-31", "2029-12-31"),
]


@pytest.mark.parametrize(("decided_on", "by"), [row[1:] for row in BY], ids=[row[0] for row in BY])
def test_recredentialing_is_due(decided_on: str, by: str) -> None:
    file = decided(applied(), decision(when=decided_on))
    found = standing(file, RULES, on(decided_on))
    assert found.recredential_by == on(by)
    assert standing(file, RULES, on(by)).approved(on(by))
    after = on(by).fromordinal(on(by).toordinal() + 1)
    assert not standing(file, RULES, after).approved(after)
    assert standing(file, RULES, after).lapsed(after)


def test_not_before_the_decision() -> None:
    found = standing(approved(), RULES, on("2026-03-08"))
    assert (found.approvals, found.recredential_by, found.ended) == ({}, None, None)
    assert not found.approved(on("2026-03-08"))
    assert not found.lapsed(on("2026-03-08"))


def test_a_state_that_joins_keeps_the_date_of_the_cycle() -> None:
    file = decided(approved(), decision(when="2026-09-14", states=("KS",)))
    found = standing(file, RULES, on("2026-09-14"))
    assert found.recredential_by == on("2029-03-31")
    assert {state: one.decided_on for state, one in found.approvals.items()} == {
        "CO": on("2026-03-09"),
        "KS": on("2026-09-14"),
    }


def test_a_recredentialing_begins_the_months_anew() -> None:
    file = replace(approved(), cycles=(*approved().cycles, cycle("2028-10-01", kind="recredentialing", id="cycle-2")))
    file = decided(file, decision(when="2029-01-15", cycle_id="cycle-2"))
    assert standing(file, RULES, on("2029-01-14")).recredential_by == on("2029-03-31")
    assert standing(file, RULES, on("2029-01-15")).recredential_by == on("2032-01-31")


@pytest.mark.parametrize("outcome", ["denied", "withdrawn", "terminated"])
def test_an_ending_takes_every_approval(outcome: str) -> None:
    file = decided(active(), decision(outcome, "2026-06-01"))
    assert standing(file, RULES, on("2026-05-31")).approvals.keys() == {"CO"}
    found = standing(file, RULES, on("2026-06-01"))
    assert (found.approvals, found.recredential_by) == ({}, None)
    assert found.ended == file.decisions[-1]


@pytest.mark.parametrize("outcome", ["deferred", "tabled"])
def test_a_postponement_changes_nothing(outcome: str) -> None:
    found = standing(decided(approved(), decision(outcome, "2026-06-01")), RULES, on("2026-06-01"))
    assert (set(found.approvals), found.ended) == ({"CO"}, None)


def test_a_new_cycle_lifts_the_ending_and_gives_nothing_back() -> None:
    file = decided(active(), decision("terminated", "2026-06-01"))
    file = replace(file, cycles=(*file.cycles, cycle("2026-08-01", id="cycle-2")))
    found = standing(file, RULES, on("2026-08-01"))
    assert (found.approvals, found.ended) == ({}, None)


def appealed(outcome: str, when: str, second: str | None = None) -> ProviderFile:
    """Return a file whose first application was denied and appealed, with a second one from June on, decided or not; the
    panel's word on the first comes on `when`."""
    file = decided(applied(), decision("denied", "2026-05-01"))
    file = replace(file, cycles=(*file.cycles, cycle("2026-06-01", id="cycle-2")))
    if second:
        file = decided(file, decision(second, "2026-06-10", cycle_id="cycle-2"))
    return decided(file, decision(outcome, when, appeal_id="appeal-1"))


@pytest.mark.parametrize("outcome", ["denied", "terminated"])
def test_an_appeal_that_is_lost_ends_no_newer_application(outcome: str) -> None:
    found = standing(appealed(outcome, "2026-06-15"), RULES, on("2026-06-15"))
    assert (found.approvals, found.ended) == ({}, None)
    file = appealed(outcome, "2026-06-15", "approved")
    found = standing(file, RULES, on("2026-06-15"))
    assert (set(found.approvals), found.ended) == ({"CO"}, None)
    assert set(approvals(file, on("2026-06-15"))) == {"CO"}


def test_an_appeal_that_is_won_changes_nothing_of_what_was_decided_since() -> None:
    file = appealed("approved", "2026-06-15", "denied")
    found = standing(file, RULES, on("2026-06-15"))
    assert (found.approvals, found.ended) == ({}, file.decisions[1])
    assert approvals(file, on("2026-06-15")) == {}
    assert set(standing(appealed("approved", "2026-06-15"), RULES, on("2026-06-15")).approvals) == {"CO"}


@given(day=st.dates(date(2020, 1, 1), date(2035, 12, 31)), months=st.integers(1, 120))
def test_the_month_s_end_so_many_months_later(day: date, months: int) -> None:
    file = decided(applied(), decision(when=day.isoformat()))
    by = standing(file, policy(windows={"recredentialing_months": months}), day).recredential_by
    assert by is not None
    assert by == month_end(by)
    assert (by.year * 12 + by.month) - (day.year * 12 + day.month) == months
