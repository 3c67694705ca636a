"""The states of an enrollment, the moves between them, when it is in-network, and which payers count."""

from datetime import date, timedelta
from typing import Any

import pytest
from factories import policy
from hypothesis import given
from hypothesis import strategies as st
from lives import enrollment, on

from credkit.errors import Refused, UsageError
from credkit.network.enrollments import MOVES, does_not_count, in_network, move, why_not_in_network
from credkit.records import Enrollment, EnrollmentStatus, Line, Payer

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
    "denied": "preparing submitted",
    "withdrawn": "preparing submitted",
    "panel_closed": "preparing submitted",
    "terminated": "preparing submitted",
}


def standing_at(status: str) -> Enrollment:
    held = {"active": {"effective": "2026-04-01"}, "terminated": {"effective": "2026-04-01", "ended_on": "2026-12-01"}}
    given: dict[str, Any] = {"effective": None} | held.get(status, {})
    return enrollment(status=status, status_reason="network full" if status == "denied" else None, **given)


@pytest.mark.parametrize("to", STATUSES)
@pytest.mark.parametrize("start", STATUSES)
def test_moves(start: str, to: str) -> None:
    if to == start or to in ALLOWED[start].split():
        moved = move(standing_at(start), EnrollmentStatus(to), at=AT, **NEEDS.get(to, {}))
        assert (moved.status, moved.updated_at) == (to, AT)
        return
    with pytest.raises(Refused) as raised:
        move(standing_at(start), EnrollmentStatus(to), at=AT, **NEEDS.get(to, {}))
    assert raised.value.hint
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
        move(standing_at(start), EnrollmentStatus(to), at=AT, **given)


def test_an_approval_from_a_day_is_ended_and_not_withdrawn() -> None:
    held = enrollment(status="approved", effective="2026-04-01")
    with pytest.raises(UsageError, match="end it as terminated"):
        move(held, EnrollmentStatus.WITHDRAWN, at=AT)
    never = move(held, EnrollmentStatus.TERMINATED, ended_on=date(2026, 4, 1), at=AT)
    assert not any(in_network(never, date(2026, 3, 1) + timedelta(days=n)) for n in range(400))
    assert move(standing_at("approved"), EnrollmentStatus.WITHDRAWN, at=AT).status == "withdrawn"


def test_a_correction_keeps_what_it_does_not_name() -> None:
    held = enrollment(status="active", reference="A-1", status_reason="by fax", decided_on="2026-03-12")
    moved = move(held, EnrollmentStatus.ACTIVE, effective_on=date(2026, 5, 1), at=AT)
    assert (moved.effective_on, moved.reference, moved.status_reason) == (date(2026, 5, 1), "A-1", "by fax")
    assert moved.decided_on == on("2026-03-12")


def test_a_reason_belongs_to_its_state() -> None:
    held = enrollment(status="info_requested", effective=None, status_reason="the license")
    assert move(held, EnrollmentStatus.IN_REVIEW, at=AT).status_reason is None
    assert move(held, EnrollmentStatus.DENIED, reason="no license", at=AT).status_reason == "no license"


def test_what_begins_again_has_nothing_of_the_last_time() -> None:
    held = enrollment(status="terminated", ended_on="2026-12-01", reference="A-1", decided_on="2026-03-12")
    again = move(held, EnrollmentStatus.SUBMITTED, submitted_on=date(2027, 1, 5), at=AT)
    assert (again.effective_on, again.ended_on, again.reference, again.decided_on) == (None, None, None, None)
    assert again.submitted_on == date(2027, 1, 5)


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


# --- who counts -----------------------------------------------------------------------------------------------------

COUNTS = [
    ("a commercial payer", Payer("1", "Aspen Health", Line.COMMERCIAL), None),
    ("Humana", Payer("1", "Humana", Line.COMMERCIAL), "Humana does not count"),
    ("whatever the case", Payer("1", "HUMANA", Line.COMMERCIAL), "Humana does not count"),
    ("by an alias", Payer("1", "Aspen Health", Line.COMMERCIAL, aliases=("humana",)), "Humana does not count"),
    ("by its parent", Payer("1", "Aspen Health", Line.COMMERCIAL, parent="Humana"), "Humana does not count"),
    ("by a plan's name", Payer("1", "Humana Gold Plus (HMO)", Line.COMMERCIAL), "Humana does not count"),
    (
        "by an alias with more words",
        Payer("1", "Aspen", Line.COMMERCIAL, aliases=("Humana Medicare Advantage",)),
        "Humana does not count",
    ),
    (
        "by a parent with more words",
        Payer("1", "Aspen", Line.COMMERCIAL, parent="Humana, Inc."),
        "Humana does not count",
    ),
    ("another name with the same letters", Payer("1", "Humanagement Health", Line.COMMERCIAL), None),
    ("Medicaid", Payer("1", "State", Line.MEDICAID), "medicaid does not count"),
    ("managed Medicaid", Payer("1", "State", Line.MANAGED_MEDICAID), "managed_medicaid does not count"),
    ("Medicare", Payer("1", "State", Line.MEDICARE), "medicare does not count"),
    ("Medicare Advantage", Payer("1", "State", Line.MEDICARE_ADVANTAGE), "medicare_advantage does not count"),
    ("Tricare", Payer("1", "Tricare", Line.TRICARE), None),
    ("an employee program", Payer("1", "Aspen", Line.EAP), None),
]


@pytest.mark.parametrize(("payer", "why"), [row[1:] for row in COUNTS], ids=[row[0] for row in COUNTS])
def test_who_counts(payer: Payer, why: str | None) -> None:
    assert does_not_count(enrollment(payer_id="1", line=payer.line), payer, {}, policy()) == why


def test_the_line_is_the_enrollment_s_own() -> None:
    payer = Payer("1", "Aspen Health", Line.COMMERCIAL)
    assert (
        does_not_count(enrollment(line=Line.MEDICARE_ADVANTAGE), payer, {}, policy())
        == "medicare_advantage does not count"
    )


def test_the_policy_says_who_does_not_count() -> None:
    everyone = policy(network={"excluded_lines": (), "excluded_payers": ()})
    assert does_not_count(enrollment(line=Line.MEDICAID), Payer("1", "Humana", Line.MEDICAID), {}, everyone) is None
    several = policy(network={"excluded_payers": ("Blue Birch",)})
    assert does_not_count(enrollment(), Payer("1", "Blue-Birch of Texas", Line.COMMERCIAL), {}, several)
    assert does_not_count(enrollment(), Payer("1", "Birch Blue", Line.COMMERCIAL), {}, several) is None


def test_a_company_is_known_through_all_it_belongs_to() -> None:
    payers = {
        "1": Payer("1", "Leaf", Line.COMMERCIAL, parent="Mid"),
        "2": Payer("2", "Mid", Line.COMMERCIAL, parent="the holding"),
        "3": Payer("3", "Top", Line.COMMERCIAL, aliases=("The Holding", "Humana")),
        "4": Payer("4", "Snake", Line.COMMERCIAL, parent="Snake"),
    }
    assert does_not_count(enrollment(), payers["1"], payers, policy())
    assert does_not_count(enrollment(), payers["4"], payers, policy()) is None
