from datetime import date
from typing import Any

import pytest
from factories import TODAY, application, file, malpractice, policy, provider

from credkit.checks.malpractice import Malpractice
from credkit.policy import Policy
from credkit.records import Credential, Finding, Provider, Result

CHECK = Malpractice()


def judged(
    *held: Credential, who: Provider | None = None, signed_on: str = "2026-02-20", rules: Policy | None = None
) -> Finding:
    given = file(*held, who=who, application=application(signed_on=signed_on))
    (subject,) = CHECK.subjects(given, policy(), ("CO",))
    return CHECK.judge(subject, given, {}, rules or policy(), TODAY)


@pytest.mark.parametrize(
    ("changes", "result", "says"),
    [
        ({}, "pass", "until 2026-09-01 for $1,000,000 per claim"),
        ({"expires": "2026-03-03"}, "review", "days of cover were left"),
        ({"expires": "2026-03-02"}, "fail", "ended on 2026-03-02"),
        ({"expires": "2026-02-01"}, "fail", "ended on 2026-02-01"),
        ({"expires": None}, "fail", "last day of cover is not stated"),
        ({"effective": None}, "fail", "first day of cover is not stated"),
        ({"effective": "2026-03-03"}, "fail", "begins on 2026-03-03"),
        ({"effective": "2026-03-02"}, "pass", ""),
        ({"expires": "2025-09-01"}, "fail", "cover ends on 2025-09-01, and begins on 2025-09-01"),
        ({"per_claim": 4_000_000}, "review", "$3,000,000 in aggregate is under $4,000,000 per claim"),
        ({"basis": "claims_made", "retroactive_on": "2025-09-02"}, "review", "after the first day of cover"),
        ({"basis": "claims_made", "retroactive_on": "2025-09-01"}, "pass", ""),
        ({"expires": "2026-04-20"}, "review", "59 days"),
        ({"expires": "2026-04-21"}, "pass", ""),
        ({"per_claim": 999_999}, "fail", "$999,999 per claim is under the $1,000,000"),
        ({"aggregate": 1_000_000}, "fail", "in aggregate is under the $3,000,000"),
        ({"per_claim": None}, "review", "per claim cannot be read"),
        ({"aggregate": "3M"}, "review", "in aggregate cannot be read"),
        ({"aggregate": True}, "review", "in aggregate cannot be read"),
        ({"insured_name": "MARSH, ANA R., LCSW"}, "pass", ""),
        ({"insured_name": "Marsh Counseling LLC"}, "review", "named insured is Marsh Counseling LLC"),
        ({"insured_name": "Ana Reed"}, "review", "named insured is Ana Reed"),
        ({"insured_name": None}, "review", "no named insured"),
        ({"basis": None}, "review", "neither claims-made nor occurrence"),
        ({"basis": "Shared"}, "review", "neither claims-made nor occurrence"),
        ({"basis": "claims_made"}, "review", "without a retroactive date"),
        ({"basis": "Claims-Made", "retroactive_on": "2020-01-01"}, "pass", ""),
        ({"basis": "claims_made", "retroactive_on": "2027-01-01"}, "review", "yet to come"),
        ({"basis": "claims_made", "retroactive_on": "none"}, "review", "cannot be read"),
    ],
)
def test_what_a_certificate_means(changes: dict[str, Any], result: str, says: str) -> None:
    finding = judged(malpractice(**changes))
    assert (finding.result, says.lower() in finding.summary.lower()) == (Result(result), True), finding.summary


def test_the_last_day_may_be_covered_by_policy() -> None:
    rules = policy(malpractice={"last_day_covered": True})
    assert judged(malpractice(expires=str(TODAY)), signed_on="2025-10-01", rules=rules).result is Result.PASS
    assert judged(malpractice(expires=str(TODAY)), signed_on="2025-10-01").result is Result.FAIL


@pytest.mark.parametrize(
    ("profession", "states", "result"),
    [
        ("PMHNP", ("CA",), "pass"),
        ("PMHNP", ("CA", "FL"), "pass"),
        ("PMHNP", ("CA", "IN"), "fail"),
        ("PMHNP", ("CA", "CO"), "fail"),
        ("PMHNP", (), "fail"),
        ("LCSW", ("CA",), "fail"),
        (None, ("CA",), "fail"),
    ],
)
def test_limits_are_those_of_the_profession_and_its_states(
    profession: str | None, states: tuple[str, ...], result: str
) -> None:
    who = provider(profession=profession, states_of_practice=states)
    assert judged(malpractice(per_claim=100_000, aggregate=300_000), who=who).result == result


def test_a_former_name_on_the_certificate_is_the_providers() -> None:
    who = provider(last_name="Vale", former_names=("Marsh",))
    assert judged(malpractice(), who=who).result is Result.PASS


def test_the_end_is_kept_as_the_certificate_states_it() -> None:
    assert judged(malpractice()).expires_on == date(2026, 9, 1)


def test_without_a_policy_it_is_missing() -> None:
    (subject,) = CHECK.subjects(file(), policy(), ("CO",))
    assert subject.missing == "no malpractice insurance on file"


def test_a_renewal_of_one_policy_leaves_the_claims_as_they_were() -> None:
    old = CHECK.subjects(file(malpractice()), policy(), ())[0]
    new = CHECK.subjects(file(malpractice(effective="2026-09-01", expires="2027-09-01")), policy(), ())[0]
    assert old.claims == new.claims
    assert (old.decisive, new.expires_on) == (
        frozenset({"carrier", "number", "per_claim", "aggregate"}),
        date(2027, 9, 1),
    )


def test_of_several_policies_the_one_that_ends_last_counts() -> None:
    finding = judged(malpractice(number="OLD", expires="2025-09-01"), malpractice(number="NEW"))
    assert finding.expires_on == date(2026, 9, 1)


@pytest.mark.parametrize(
    ("earlier", "retroactive", "result"),
    [
        ("2019-09-01", "2019-09-01", "pass"),
        ("2019-09-01", "2019-09-02", "review"),
        ("2021-09-01", "2019-09-02", "pass"),
    ],
)
def test_what_an_earlier_claims_made_policy_covered_stays_covered(earlier: str, retroactive: str, result: str) -> None:
    before = malpractice("MP-0", earlier, "2025-09-01", basis="claims_made", retroactive_on=earlier)
    finding = judged(before, malpractice(basis="claims_made", retroactive_on=retroactive))
    assert (finding.result, "ask for its tail" in finding.summary) == (result, result == "review")
