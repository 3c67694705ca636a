"""What the dates of an enrollment can be, by its line of business, and when it is to be revalidated."""

from datetime import date
from typing import Any

import pytest
from factories import policy
from hypothesis import given
from hypothesis import strategies as st
from lives import enrollment, on

from credkit.network.dates import billable_from, date_faults, date_warnings, with_revalidation
from credkit.records import Line, Payer

RULES = policy().network
TODAY = date(2026, 6, 1)
HAD = {"submitted_on": "2026-03-10", "received_on": "2026-03-12", "decided_on": "2026-04-20"}
BEFORE = "2026-03-11"


def payer(line: Line = Line.COMMERCIAL, *, delegated: bool = False) -> Payer:
    return Payer("p", "Aspen Health", line, delegated=delegated)


FAULTS: list[tuple[str, Line, dict[str, Any], str]] = [
    ("all in order", Line.COMMERCIAL, {"effective": "2026-05-01"}, ""),
    ("commercial before it was received", Line.COMMERCIAL, {"effective": BEFORE}, "cannot be effective on 2026-03-11"),
    ("Tricare too", Line.TRICARE, {"effective": BEFORE}, "before the payer had it on 2026-03-12"),
    ("commercial before the decision is unusual only", Line.COMMERCIAL, {"effective": "2026-04-01"}, ""),
    ("Medicare from its filing date", Line.MEDICARE, {"effective": "2026-03-12"}, ""),
    ("Medicare no day before", Line.MEDICARE, {"effective": BEFORE}, "filing date (2026-03-12) at the earliest"),
    ("Medicaid reaches back", Line.MEDICAID, {"effective": "2025-12-01"}, ""),
    ("so does managed Medicaid", Line.MANAGED_MEDICAID, {"effective": "2025-12-01"}, ""),
    ("without a receipt the submission counts", Line.EAP, {"effective": "2026-03-09", "received_on": None}, "2026-03-10"),
    ("received before it was sent", Line.EAP, {"received_on": "2026-03-09"}, "before it was submitted on 2026-03-10"),
    ("decided before it was had", Line.EAP, {"decided_on": "2026-03-11"}, "before the payer had it on 2026-03-12"),
    ("a submission to come", Line.EAP, {"submitted_on": "2026-06-02", "received_on": None, "decided_on": None}, "future"),
    ("a decision to come", Line.EAP, {"decided_on": "2026-06-02"}, "decision 2026-06-02 is in the future"),
    ("a loading to come", Line.EAP, {"loaded_on": "2026-06-02"}, "loading 2026-06-02 is in the future"),
    ("an effective date to come is none", Line.EAP, {"effective": "2027-01-01"}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("line", "given", "says"), [row[1:] for row in FAULTS], ids=[row[0] for row in FAULTS])
def test_what_a_date_cannot_be(line: Line, given: dict[str, Any], says: str) -> None:
    held = enrollment(line=line, **({"effective": "2026-07-01"} | HAD | given))
    faults = list(date_faults(held, payer(line), RULES, TODAY))
    assert bool(faults) is bool(says), faults
    assert says in " ".join(faults)


def test_a_delegated_payer_s_date_is_the_committee_s() -> None:
    held = enrollment(effective="2026-03-09", **HAD)
    assert list(date_faults(held, payer(delegated=True), RULES, TODAY)) == []
    assert list(date_warnings(held, payer(delegated=True), RULES)) == []


@pytest.mark.parametrize(
    ("line", "warns"),
    [(Line.COMMERCIAL, True), (Line.EAP, True), (Line.TRICARE, True), (Line.MEDICARE, False), (Line.MEDICAID, False)],
)
def test_before_the_decision_is_a_warning(line: Line, warns: bool) -> None:
    held = enrollment(line=line, effective="2026-04-01", **HAD)
    assert [("before it was decided" in text) for text in date_warnings(held, payer(line), RULES)] == [True] * warns


def test_medicare_bills_thirty_days_further_back() -> None:
    assert billable_from(enrollment(line=Line.MEDICARE, effective="2026-03-31"), RULES) == on("2026-03-01")
    assert billable_from(enrollment(effective="2026-03-31"), RULES) == on("2026-03-31")
    assert billable_from(enrollment(effective=None), RULES) is None


REVALIDATED = [
    ("Medicare, five years to the month's end", Line.MEDICARE, "2026-02-10", "2031-02-28"),
    ("in a leap year", Line.MEDICARE, "2027-02-01", "2032-02-29"),
    ("Medicaid", Line.MEDICAID, "2026-04-30", "2031-04-30"),
    ("commercial has none", Line.COMMERCIAL, "2026-04-30", None),
]


@pytest.mark.parametrize(
    ("line", "effective", "last"), [row[1:] for row in REVALIDATED], ids=[row[0] for row in REVALIDATED]
)
def test_revalidation(line: Line, effective: str, last: str | None) -> None:
    made = with_revalidation(None, enrollment(line=line, effective=effective), RULES)
    assert made.revalidate_on == (on(last) if last else None)


def test_a_revalidation_that_somebody_gave_stays_and_a_counted_one_follows_its_date() -> None:
    before = with_revalidation(None, enrollment(line=Line.MEDICARE, effective="2026-03-31"), RULES)
    moved = enrollment(line=Line.MEDICARE, effective="2026-05-31", revalidate_on=before.revalidate_on)
    assert with_revalidation(before, moved, RULES).revalidate_on == on("2031-05-31")
    given = enrollment(line=Line.MEDICARE, effective="2026-05-31", revalidate_on="2029-01-31")
    assert with_revalidation(before, given, RULES).revalidate_on == on("2029-01-31")


DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@given(line=st.sampled_from(Line), effective=DAYS, submitted=DAYS, received=st.none() | DAYS)
def test_only_a_retroactive_line_is_effective_before_the_payer_had_it(
    line: Line, effective: date, submitted: date, received: date | None
) -> None:
    held = enrollment(line=line, effective=effective.isoformat(), submitted_on=submitted, received_on=received)
    faults = list(date_faults(held, payer(line), RULES, date(2027, 1, 1)))
    if not faults and line not in {Line.MEDICAID, Line.MANAGED_MEDICAID}:
        assert effective >= (received or submitted)
