"""How long payers take, each against its own history, and which applications are stuck."""

from datetime import date, timedelta

import pytest
from desk import Desk, form
from factories import NPI, policy
from hypothesis import given
from hypothesis import strategies as st
from lives import PAYERS, enrollment

from credkit.network.aging import aging, percentile
from credkit.records import Enrollment, Line, Payer

RULES = policy().network
DAY = date(2026, 9, 1)


def took(days: int, number: int = 0, **changes: str) -> Enrollment:
    sent = date(2026, 1, 5)
    facts = {"decided_on": (sent + timedelta(days=days)).isoformat(), "submitted_on": sent.isoformat()} | changes
    return enrollment(id=f"took-{days}-{number}", status="active", **facts)


def waits(days: int, **changes: str) -> Enrollment:
    sent = (DAY - timedelta(days=days)).isoformat()
    return enrollment(id=f"waits-{days}", status="submitted", effective=None, submitted_on=sent, **changes)


def test_a_payer_is_measured_by_its_own_decisions() -> None:
    (one,) = aging([*map(took, (10, 20, 30, 40, 50)), waits(50), waits(51), waits(90)], PAYERS, RULES, DAY)
    assert (one.decided, one.median_days, one.p90_days) == (5, 30, 50)
    assert (one.limit_days, one.limit_by) == (50, "its own 90th percentile")
    assert (one.waiting, one.oldest_days) == (3, 90)
    assert [(held.id, days) for held, days in one.stuck] == [("waits-90", 90), ("waits-51", 51)]


def test_few_decisions_make_no_history() -> None:
    (one,) = aging([*map(took, (10, 20, 30, 40)), waits(91)], PAYERS, RULES, DAY)
    assert (one.limit_days, one.limit_by, len(one.stuck)) == (90, "the policy's usual days", 1)
    slow = {"aspen": Payer("aspen", "Aspen Health", Line.COMMERCIAL, usual_days=120)}
    (one,) = aging([waits(91)], slow, RULES, DAY)
    assert (one.limit_days, one.limit_by, one.stuck) == (120, "the payer's usual days", ())
    assert (one.median_days, one.p90_days) == (None, None)


def test_each_state_and_each_payer_by_itself() -> None:
    found = aging(
        [
            took(10),
            took(90, state="TX"),
            waits(30, state="TX"),
            enrollment("birch", status="in_review", effective=None),
        ],
        PAYERS,
        RULES,
        DAY,
    )
    assert [(one.payer.name, one.state, one.decided, one.waiting) for one in found] == [
        ("Aspen Health", "CO", 1, 0),
        ("Aspen Health", "TX", 1, 1),
        ("Birch Health", "CO", 0, 1),
    ]


def test_what_was_decided_after_the_day_still_waited_and_what_was_not_sent_does_not() -> None:
    late = enrollment(status="in_review", effective=None, submitted_on="2026-08-01", decided_on="2026-09-02")
    unsent = enrollment(status="preparing", effective=None, submitted_on=None)
    withdrawn = enrollment(status="withdrawn", effective=None)
    (one,) = aging([late, unsent, withdrawn], PAYERS, RULES, DAY)
    assert (one.decided, one.waiting, one.oldest_days) == (0, 1, 31)


@given(st.lists(st.integers(0, 400), min_size=1), st.floats(0.01, 1.0))
def test_a_percentile_is_the_smallest_value_that_the_share_does_not_exceed(values: list[int], share: float) -> None:
    found = percentile(values, share)
    assert found in values
    assert sum(value <= found for value in values) >= share * len(values) - 1e-9
    assert sum(value < found for value in values) < max(1, share * len(values))


@given(st.lists(st.integers(0, 400), max_size=30), st.lists(st.integers(0, 400), max_size=10))
def test_nothing_is_lost_and_stuck_is_over_the_limit(decided: list[int], waiting: list[int]) -> None:
    found = aging(
        [*(took(days, n) for n, days in enumerate(decided) if days < 230), *map(waits, waiting)], PAYERS, RULES, DAY
    )
    assert sum(one.decided for one in found) == sum(days < 230 for days in decided)
    assert sum(one.waiting for one in found) == len(waiting)
    for one in found:
        assert all(days > one.limit_days for _, days in one.stuck)
        assert len(one.stuck) == sum(days > one.limit_days for days in waiting)


@pytest.fixture
def waiting(desk: Desk) -> Desk:
    desk.take_in(form())
    desk.ok("payer", "add", "Aspen Health", "--line", "commercial", "--usual-days", "30")
    desk.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO")
    return desk


def test_as_typed(waiting: Desk) -> None:
    waiting.live_on("2026-04-01")
    one = waiting.item("enroll", "aging")
    assert (one["payer"], one["state"], one["waiting"], one["oldest_days"], one["stuck"]) == (
        "Aspen Health", "CO", 1, 30, [],
    )  # fmt: skip
    assert waiting.items("enroll", "aging", "--stuck") == []
    waiting.live_on("2026-04-02")
    assert waiting.item("enroll", "aging", "--payer", "aspen health", "--stuck")["stuck"] == [f"E1 {NPI} 31 days"]
    assert waiting.run("enroll", "aging", "--fail-on", "any").code == 10
    assert waiting.items("enroll", "aging", "--state", "TX") == []


def test_an_earlier_day_is_answered_as_it_was(waiting: Desk) -> None:
    """What was denied, withdrawn or approved since waited then, also where nobody recorded the day of the decision."""
    update = ("enroll", "update", NPI, "Aspen Health", "--state", "CO", "--status")
    waiting.ok("payer", "edit", "Aspen Health", "--usual-days", "10")
    waiting.live_on("2026-03-20")
    waiting.ok(*update, "in_review")
    for day, words in (("2026-04-10", ("denied", "--reason", "full")), ("2026-06-10", ("withdrawn",))):
        waiting.live_on(day)
        waiting.ok(*update, *words)
        waiting.live_on("2026-05-01" if day < "2026-05-01" else "2026-07-01")
        if day < "2026-05-01":
            waiting.ok("enroll", "submit", NPI, "Aspen Health", "--state", "CO")
    said = {
        day: [(one["waiting"], one["stuck"]) for one in waiting.items("enroll", "aging", "--on", day)]
        for day in ("2026-03-01", "2026-04-09", "2026-04-10", "2026-05-05", "2026-06-09", "2026-06-10", "2026-07-01")
    }
    assert said == {
        "2026-03-01": [],
        "2026-04-09": [(1, [f"E1 {NPI} 38 days"])],
        "2026-04-10": [],
        "2026-05-05": [(1, [])],
        "2026-06-09": [(1, [f"E2 {NPI} 39 days"])],
        "2026-06-10": [],
        "2026-07-01": [],
    }


def test_what_was_decided_later_waited_whatever_it_is_now() -> None:
    one = enrollment(status="active", submitted_on="2026-08-01", decided_on="2026-09-02")
    (found,) = aging([one], PAYERS, RULES, DAY)
    assert (found.decided, found.waiting, found.oldest_days) == (0, 1, 31)
    (found,) = aging([one], PAYERS, RULES, DAY + timedelta(days=1))
    assert (found.decided, found.waiting) == (1, 0)


def test_a_delegated_payer_takes_until_it_accepts() -> None:
    """The decision is the committee's, and lies before anything was sent."""
    one = enrollment(status="active", submitted_on="2026-04-10", decided_on="2026-03-09", loaded_on="2026-04-15")
    (found,) = aging([one], PAYERS, RULES, DAY)
    assert (found.decided, found.median_days, found.p90_days) == (1, 5, 5)
