from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from factories import TODAY, application, file, malpractice, policy, provider
from hypothesis import given
from hypothesis import strategies as st

from credkit.checks.cover import begun_on, uncovered_days
from credkit.checks.malpractice import Malpractice
from credkit.policy import FundRule, Policy
from credkit.records import Credential, Finding, Provider, Result

CHECK = Malpractice()


def judged(
    *held: Credential, who: Provider | None = None, signed_on: str = "2026-02-20", rules: Policy | None = None
) -> Finding:
    held_file = file(*held, who=who, application=application(signed_on=signed_on))
    (subject,) = CHECK.subjects(held_file, policy(), ("CO",))
    return CHECK.judge(subject, held_file, {}, rules or policy(), TODAY)


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


@pytest.mark.parametrize(
    ("changes", "advice"),
    [
        (
            {"insured_name": "Marsh Counseling LLC", "expires": "2026-03-01", "per_claim": 500_000},
            "Send a certificate that names Ana Marsh, in force from 2026-03-01, with at least $1,000,000 per claim.",
        ),
        ({"expires": "2026-03-01"}, "Send a certificate in force from 2026-03-01."),
        ({"effective": "2026-04-01", "expires": "2027-04-01"}, "Send a certificate in force from 2026-03-02."),
        (
            {"per_claim": 200_000, "aggregate": 600_000},
            "Send a certificate with at least $1,000,000 per claim and $3,000,000 in aggregate.",
        ),
        ({"expires": "2026-04-20"}, "Send a certificate in force until 2026-04-21 or later."),
        ({"shared": True}, "Send a certificate with limits that nobody else shares."),
        ({"basis": None}, "Send a certificate that states whether it is claims-made or occurrence."),
        ({"basis": "claims_made"}, "Send a certificate that states its retroactive date."),
        (
            {"basis": "claims_made", "retroactive_on": "2025-10-01"},
            "Send a certificate with a retroactive date of 2025-09-01 or earlier.",
        ),
        ({"effective": None, "expires": None}, "Send a certificate that states its first day, its last day."),
    ],
)
def test_one_sentence_says_what_to_send_instead(changes: dict[str, Any], advice: str) -> None:
    assert judged(malpractice(**changes)).advice == advice


def test_a_certificate_that_will_do_asks_for_nothing() -> None:
    assert judged(malpractice(shared=False, tail=True)).advice is None


def test_limits_that_are_shared_are_for_a_person_unless_the_policy_lets_them_be() -> None:
    assert judged(malpractice(shared=True)).result is Result.REVIEW
    assert judged(malpractice(shared=True), rules=policy(malpractice={"shared_limits": "accept"})).result is Result.PASS


@pytest.mark.parametrize(
    ("insured", "owner", "result"),
    [
        ("Marsh Counseling LLC", "Ana Marsh", "pass"),
        ("Marsh Counseling LLC", "Marsh, Ana R.", "pass"),
        ("Marsh Counseling LLC", "Ben Alder", "review"),
        ("Marsh Counseling LLC", None, "review"),
        ("Aspen Group PLLC; Ana Marsh; Ben Alder", None, "pass"),
        ("Aspen Group PLLC; Ben Alder", None, "review"),
    ],
)
def test_a_business_is_the_providers_where_its_owner_is_recorded(insured: str, owner: str | None, result: str) -> None:
    assert judged(malpractice(insured_name=insured, owner=owner)).result == result


def test_a_policy_may_want_the_providers_own_name() -> None:
    held = malpractice(insured_name="Marsh Counseling LLC", owner="Ana Marsh")
    assert "as the owner of Marsh Counseling LLC" in judged(held).summary
    assert "owner" not in judged(malpractice(owner="Ana Marsh")).summary
    assert judged(held, rules=policy(malpractice={"owner_insured": False})).result is Result.REVIEW


FUNDS = (FundRule(state="IN", per_claim=500_000, aggregate=1_500_000), FundRule(state="PA"))


@pytest.mark.parametrize(
    ("states", "fund", "limits", "result"),
    [
        (("IN",), ["IN"], (500_000, 1_500_000), "pass"),
        (("IN",), ["IN"], (400_000, 1_500_000), "fail"),
        (("IN",), [], (500_000, 1_500_000), "fail"),
        (("IN",), None, (500_000, 1_500_000), "fail"),
        (("IN", "CO"), ["IN"], (500_000, 1_500_000), "fail"),
        (("CO",), ["IN"], (500_000, 1_500_000), "fail"),
        (("PA",), ["PA"], (500_000, 1_500_000), "review"),
        (("PA",), ["PA"], (1_000_000, 3_000_000), "pass"),
        (("CO",), ["CO"], (500_000, 1_500_000), "review"),
    ],
)
def test_a_compensation_fund_fills_up_what_the_policy_says_it_does(
    states: tuple[str, ...], fund: list[str] | None, limits: tuple[int, int], result: str
) -> None:
    who = provider(states_of_practice=states)
    held = malpractice(per_claim=limits[0], aggregate=limits[1], fund=fund)
    finding = judged(held, who=who, rules=policy(malpractice={"funds": FUNDS}))
    assert finding.result == result, finding.summary


def claims_made(number: str, effective: str, expires: str, since: str, **details: Any) -> Credential:
    return malpractice(number, effective, expires, basis="claims_made", retroactive_on=since, **details)


@pytest.mark.parametrize(
    ("held", "says", "advice"),
    [
        (  # each begins on the day the other ends
            [claims_made("A", "2024-09-01", "2025-09-01", "2020-01-01"), claims_made("B", "2025-09-01", "2026-09-01", "2020-01-01")],
            None,
            None,
        ),
        (
            [claims_made("A", "2024-06-01", "2025-06-01", "2020-01-01"), claims_made("B", "2025-09-01", "2026-09-01", "2020-01-01")],
            "no policy on file covers 2025-06-01 to 2025-09-01",
            "Send a certificate that covers 2025-06-01 to 2025-09-01.",
        ),
        (  # the gap between the first two is covered by a third
            [
                claims_made("A", "2023-06-01", "2024-06-01", "2020-01-01"),
                malpractice("X", "2024-05-01", "2025-09-01"),
                claims_made("B", "2025-09-01", "2026-09-01", "2020-01-01"),
            ],
            None,
            None,
        ),
        (  # longer ago than claims are weighed
            [malpractice("A", "2015-01-01", "2016-01-01"), malpractice("B", "2020-09-01", "2026-09-01")],
            None,
            None,
        ),
        (
            [claims_made("A", "2024-09-01", "2025-09-01", "2020-01-01"), claims_made("B", "2025-09-01", "2026-09-01", "2024-09-01")],
            "an earlier policy began, on 2020-01-01: ask for its tail",
            "Send a certificate with a retroactive date of 2020-01-01 or earlier, or with the tail of policy A.",
        ),
        (
            [
                claims_made("A", "2024-09-01", "2025-09-01", "2020-01-01", tail=True),
                claims_made("B", "2025-09-01", "2026-09-01", "2024-09-01"),
            ],
            None,
            None,
        ),
        (
            [claims_made("A", "2024-09-01", "2025-09-01", "2020-01-01"), malpractice("B", "2025-09-01", "2026-09-01")],
            "policy A was claims-made since 2020-01-01, and no tail of it is known",
            "Send a certificate with the tail of policy A.",
        ),
        (  # occurrence policies answer for their own days for ever
            [malpractice("A", "2024-09-01", "2025-09-01"), claims_made("B", "2025-09-01", "2026-09-01", "2025-09-01")],
            None,
            None,
        ),
    ],
)  # fmt: skip
def test_cover_is_continuous_across_policies(held: list[Credential], says: str | None, advice: str | None) -> None:
    finding = judged(*held)
    assert finding.result is (Result.REVIEW if says else Result.PASS), finding.summary
    assert says is None or says.lower() in finding.summary.lower()
    assert finding.advice == advice


@pytest.mark.parametrize(("begins", "counts"), [("2026-03-02", "NEXT"), ("2026-03-03", "MP-1"), ("2026-09-01", "MP-1")])
def test_until_a_renewal_begins_the_policy_before_it_counts(begins: str, counts: str) -> None:
    seen = begun_on(file(malpractice(), malpractice("NEXT", begins, "2027-09-01")), TODAY)
    (subject,) = CHECK.subjects(seen, policy(), ("CO",))
    assert subject.claims["number"] == counts


@given(st.lists(st.tuples(st.dates(date(2018, 1, 1), date(2026, 1, 1)), st.integers(1, 500)), min_size=1, max_size=5))
def test_days_between_policies_are_those_on_which_none_is_in_force(terms: list[tuple[date, int]]) -> None:
    held = [
        replace(malpractice(f"P{n}"), id=str(n), effective_on=begins, expires_on=begins + timedelta(days=length))
        for n, (begins, length) in enumerate(terms)
    ]
    cover = max(held, key=lambda one: (one.effective_on or date.min, one.expires_on or date.min))
    assert cover.effective_on is not None
    first = min(begins for begins, _ in terms)
    bare = {
        first + timedelta(days=n)
        for n in range((cover.effective_on - first).days)
        if not any(begins <= first + timedelta(days=n) < begins + timedelta(days=length) for begins, length in terms)
    }
    found = {
        gap.since + timedelta(days=n)
        for gap in uncovered_days(cover, held, last_day_covered=False, since=date(2000, 1, 1))
        for n in range((gap.until - gap.since).days)
    }
    assert found == bare


def test_what_only_a_certificate_states_is_a_claim_where_it_is_stated() -> None:
    """Otherwise all that was verified before would have changed."""
    (plain,) = CHECK.subjects(file(malpractice()), policy(), ())
    (stated,) = CHECK.subjects(file(malpractice(shared=False, fund=["IN"], tail=True, owner="Ana Marsh")), policy(), ())
    assert set(stated.claims) - set(plain.claims) == {"shared", "fund", "tail", "owner"}
    assert stated.claims["fund"] == "IN"
    (earlier,) = CHECK.subjects(file(malpractice("A", "2020-09-01", "2025-09-01"), malpractice()), policy(), ())
    assert earlier.claims == plain.claims
