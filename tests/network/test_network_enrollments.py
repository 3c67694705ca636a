"""The states of an enrollment, the moves between them, when it is in-network, and which payers count."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lives import enrollment, on

from credkit.errors import Refused, UsageError
from credkit.network.enrollments import MOVES, Word, in_network, move, telling, why_not_in_network
from credkit.records import Enrollment, EnrollmentStatus

AT = "2026-03-20T18:00:00.000000Z"
#: What a state needs to be entered.
NEEDS: dict[str, dict[str, Any]] = {
    "active": {"effective_on": date(2026, 4, 1)},
    "terminated": {"ended_on": date(2026, 12, 1)},
    "denied": {"reason": "network full"},
}
STATUSES = [status.value for status in EnrollmentStatus]

# From each state, in the order of a payer's own work: everything that it may become, and nothing else.
ALLOWED = {
    "not_started": "preparing submitted withdrawn panel_closed",
    "preparing": "submitted withdrawn panel_closed",
    "submitted": "in_review info_requested approved active denied withdrawn panel_closed",
    "in_review": "info_requested approved active denied withdrawn panel_closed",
    "info_requested": "in_review approved active denied withdrawn panel_closed",
    "approved": "active terminated withdrawn",
    "active": "terminated",
    "denied": "",
    "withdrawn": "",
    "panel_closed": "",
    "terminated": "",
}


def standing_at(status: str) -> Enrollment:
    held = {"active": {"effective": "2026-04-01"}, "terminated": {"effective": "2026-04-01", "ended_on": "2026-12-01"}}
    given: dict[str, Any] = {"effective": None} | held.get(status, {})
    return enrollment(status=status, status_reason="network full" if status == "denied" else None, **given)


@pytest.mark.parametrize("to", STATUSES)
@pytest.mark.parametrize("start", STATUSES)
def test_moves(start: str, to: str) -> None:
    if to == start or to in ALLOWED[start].split():
        moved = move(standing_at(start), Word(EnrollmentStatus(to), **NEEDS.get(to, {})), at=AT)
        assert (moved.status, moved.updated_at) == (to, AT)
        return
    with pytest.raises(Refused) as raised:
        move(standing_at(start), Word(EnrollmentStatus(to), **NEEDS.get(to, {})), at=AT)
    assert raised.value.hint
    if not ALLOWED[start]:
        assert "It is over" in raised.value.hint
        return
    named = raised.value.hint.removeprefix("It may become: ").rstrip(".").split(", ")
    assert set(named) == set(ALLOWED[start].split())


def test_every_state_has_its_moves() -> None:
    assert MOVES.keys() == set(EnrollmentStatus)


NEEDED = [
    ("active has an effective date", "approved", "active", {}, "has an effective date: --effective"),
    ("terminated has an end", "active", "terminated", {}, "has an end: --ended"),
    ("denied has the payer's reason", "submitted", "denied", {}, "has the payer's reason"),
    (
        "no effective date before the approval",
        "submitted",
        "in_review",
        {"effective_on": date(2026, 4, 1)},
        "in_review has no effective date yet",
    ),
    (
        "no end of what has not begun",
        "submitted",
        "in_review",
        {"ended_on": date(2026, 4, 1)},
        "has not begun, and so has no end",
    ),
    (
        "it does not end before it begins",
        "active",
        "terminated",
        {"ended_on": date(2026, 3, 31)},
        "It cannot end on 2026-03-31, before its effective date 2026-04-01",
    ),
]


@pytest.mark.parametrize(("start", "to", "given", "says"), [row[1:] for row in NEEDED], ids=[row[0] for row in NEEDED])
def test_what_a_state_needs(start: str, to: str, given: dict[str, Any], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        move(standing_at(start), Word(EnrollmentStatus(to), **given), at=AT)


def test_an_approval_from_a_day_is_ended_and_not_withdrawn() -> None:
    held = enrollment(status="approved", effective="2026-04-01")
    with pytest.raises(UsageError, match="end it as terminated"):
        move(held, Word(EnrollmentStatus.WITHDRAWN), at=AT)
    never = move(held, Word(EnrollmentStatus.TERMINATED, ended_on=date(2026, 4, 1)), at=AT)
    assert not any(in_network(never, date(2026, 3, 1) + timedelta(days=n)) for n in range(400))
    assert move(standing_at("approved"), Word(EnrollmentStatus.WITHDRAWN), at=AT).status == "withdrawn"


def test_a_correction_keeps_what_it_does_not_name() -> None:
    held = enrollment(status="active", reference="A-1", status_reason="by fax", decided_on="2026-03-12")
    moved = move(held, Word(EnrollmentStatus.ACTIVE, effective_on=date(2026, 5, 1)), at=AT)
    assert (moved.effective_on, moved.reference, moved.status_reason) == (date(2026, 5, 1), "A-1", "by fax")
    assert moved.decided_on == on("2026-03-12")


def test_a_reason_belongs_to_its_state() -> None:
    held = enrollment(status="info_requested", effective=None, status_reason="the license")
    assert move(held, Word(EnrollmentStatus.IN_REVIEW), at=AT).status_reason is None
    assert move(held, Word(EnrollmentStatus.DENIED, reason="no license"), at=AT).status_reason == "no license"


def test_what_came_to_nothing_says_nothing_once_another_followed() -> None:
    denied = enrollment(id="1", effective=None, status="denied", status_reason="network full")
    ended = enrollment(id="2", status="terminated", ended_on="2026-06-01")
    again = enrollment(id="3", effective=None, status="submitted")
    assert [one.id for one in telling([denied, ended, again])] == ["2", "3"]
    assert [one.id for one in telling([denied])] == ["1"]


# --- in-network -----------------------------------------------------------------------------------------------------

IN = [
    ("approved, from its effective date", {"effective": "2026-04-01"}, "2026-04-01", True, ""),
    (
        "not the day before",
        {"effective": "2026-04-01"},
        "2026-03-31",
        False,
        "approved, effective only from 2026-04-01",
    ),
    ("active", {"effective": "2026-04-01", "status": "active"}, "2026-05-01", True, ""),
    ("approved without a date", {"effective": None}, "2030-01-01", False, "approved, without an effective date"),
    (
        "until the day before its end",
        {"effective": "2026-04-01", "status": "terminated", "ended_on": "2026-12-01"},
        "2026-11-30",
        True,
        "",
    ),
    (
        "the end is the first day on which it no longer holds",
        {"effective": "2026-04-01", "status": "terminated", "ended_on": "2026-12-01"},
        "2026-12-01",
        False,
        "ended on 2026-12-01",
    ),
    (
        "active with an end that has come",
        {"effective": "2026-04-01", "status": "active", "ended_on": "2026-12-01"},
        "2026-12-01",
        False,
        "ended on 2026-12-01",
    ),
    ("with the payer", {"effective": None, "status": "in_review"}, "2030-01-01", False, "in review"),
    (
        "denied, with the reason",
        {"effective": None, "status": "denied", "status_reason": "network full"},
        "2030-01-01",
        False,
        "denied (network full)",
    ),
    ("a closed panel", {"effective": None, "status": "panel_closed"}, "2030-01-01", False, "panel closed"),
]


@pytest.mark.parametrize(("given", "when", "inside", "why"), [row[1:] for row in IN], ids=[row[0] for row in IN])
def test_in_network(given: dict[str, Any], when: str, inside: bool, why: str) -> None:
    held = enrollment(**given)
    assert in_network(held, on(when)) is inside
    if not inside:
        assert why_not_in_network(held, on(when)) == why


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(status=st.sampled_from(STATUSES), effective=st.none() | DAYS, ended=st.none() | DAYS, day=DAYS)
def test_in_network_is_approved_and_come_and_not_ended(
    status: str, effective: date | None, ended: date | None, day: date
) -> None:
    held = enrollment(status=status, effective=effective.isoformat() if effective else None, ended_on=ended)
    if in_network(held, day):
        assert status in {"approved", "active", "terminated"}
        assert effective
        assert effective <= day
        assert ended is None or day < ended
