"""Every line of the policy, judged on one file on one day."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import factories
import pytest
from factories import TODAY, policy, provider
from hypothesis import given
from hypothesis import strategies as st
from lives import (
    CHECKS,
    accepted,
    active,
    applied,
    approved,
    cycle,
    decided,
    decision,
    judged,
    on,
    subjects,
    verification,
    verified,
)

from credkit.policy import RequirementLine
from credkit.records import CredentialKind, ProviderFile, Result
from credkit.records import RequirementState as State
from credkit.verify.plan import due
from credkit.verify.requirements import last_good_day, month_after, month_end, requirements

EDUCATED = factories.education()


def renewed(file: ProviderFile, kind: CredentialKind, expires: str, **changes: Any) -> ProviderFile:
    """Return the file with a later date of expiry claimed, which nobody verified."""
    held = tuple(
        replace(one, expires_on=on(expires), **changes) if one.kind is kind else one for one in file.credentials
    )
    return replace(file, credentials=held)


def test_the_shipped_policy_asks_these_of_a_clinical_social_worker() -> None:
    assert list(judged(applied())) == [
        "npi",
        "license CO",
        "malpractice",
        "exclusions leie",
        "caqh",
        "disclosures",
        "attestation",
        "work_history",
        "education",
        "claims_history",
        "medicare_opt_out",
    ]


STATES: list[tuple[str, Callable[[], ProviderFile], str, str, State, str]] = [
    ("nobody looked: pending", applied, "npi", "2026-03-02", State.PENDING, "Not verified yet."),
    ("a pass is met", lambda: verified(applied()), "npi", "2026-03-02", State.MET, "npi pass."),
    (
        "no claim is missing, never vacuously met",
        lambda: verified(applied(factories.caqh())),
        "malpractice",
        "2026-03-02",
        State.MISSING,
        "no malpractice insurance on file",
    ),
    (
        "a state of practice without a license there is missing",
        lambda: verified(applied(who=provider(states_of_practice=("CO", "TX")))),
        "license TX",
        "2026-03-02",
        State.MISSING,
        "no license for TX on file",
    ),
    (
        "a fail is failed",
        lambda: verified(applied(), results={"npi": "fail"}),
        "npi",
        "2026-03-02",
        State.FAILED,
        "npi fail.",
    ),
    (
        "a review waits for a person",
        lambda: verified(applied(), results={"npi": "review"}),
        "npi",
        "2026-03-02",
        State.REVIEW,
        "npi review.",
    ),
    (
        "an accepted review is met",
        lambda: accepted(verified(applied(), results={"npi": "review"}), "npi"),
        "npi",
        "2026-03-02",
        State.MET,
        "npi review. Accepted by kim on 2026-03-02: seen",
    ),
    (
        "an acceptance holds from its day on, not before",
        lambda: accepted(verified(applied(), results={"npi": "review"}), "npi", "2026-03-05"),
        "npi",
        "2026-03-04",
        State.REVIEW,
        "npi review.",
    ),
    (
        "an acceptance is of one review: a later one waits again",
        lambda: verified(
            accepted(verified(applied(), results={"npi": "review"}), "npi"), "2026-03-05", results={"npi": "review"}
        ),
        "npi",
        "2026-03-05",
        State.REVIEW,
        "npi review.",
    ),
    (
        "unavailable is no finding",
        lambda: verified(applied(), results={"npi": "unavailable"}),
        "npi",
        "2026-03-02",
        State.PENDING,
        "npi unavailable.",
    ),
    (
        "unavailable overwrites no pass",
        lambda: verified(verified(applied()), "2026-03-05", results={"npi": "unavailable"}),
        "npi",
        "2026-03-05",
        State.MET,
        "npi pass. A later attempt on 2026-03-05 got no answer: npi unavailable.",
    ),
    (
        "a day before that attempt knows nothing of it",
        lambda: verified(verified(applied()), "2026-03-05", results={"npi": "unavailable"}),
        "npi",
        "2026-03-04",
        State.MET,
        "npi pass.",
    ),
    (
        "an answer after it has the last word",
        lambda: verified(verified(applied(), results={"npi": "unavailable"}), "2026-03-05"),
        "npi",
        "2026-03-05",
        State.MET,
        "npi pass.",
    ),
    (
        "what stands while no answer comes grows stale all the same",
        lambda: verified(verified(applied()), "2026-06-30", results={"npi": "unavailable"}),
        "npi",
        "2026-07-01",
        State.STALE,
        (
            "Verified on 2026-03-02, more than 120 days ago. npi pass. "
            "A later attempt on 2026-06-30 got no answer: npi unavailable."
        ),
    ),
    (
        "unavailable overwrites no fail either",
        lambda: verified(verified(applied(), results={"npi": "fail"}), "2026-03-05", results={"npi": "unavailable"}),
        "npi",
        "2026-03-05",
        State.FAILED,
        "npi fail. A later attempt on 2026-03-05 got no answer: npi unavailable.",
    ),
    (
        "a later fail overwrites a pass",
        lambda: verified(verified(applied()), "2026-03-05", results={"npi": "fail"}),
        "npi",
        "2026-03-05",
        State.FAILED,
        "npi fail.",
    ),
    (
        "a day before the verification knows nothing of it",
        lambda: verified(applied()),
        "npi",
        "2026-03-01",
        State.PENDING,
        "Not verified yet.",
    ),
    (
        "the last day of the window is within it",
        lambda: verified(applied()),
        "npi",
        "2026-06-30",
        State.MET,
        "npi pass.",
    ),
    (
        "the day after is not",
        lambda: verified(applied()),
        "npi",
        "2026-07-01",
        State.STALE,
        "Verified on 2026-03-02, more than 120 days ago. npi pass.",
    ),
    (
        "education does not age",
        lambda: verified(applied()),
        "education",
        "2028-03-02",
        State.MET,
        "education pass.",
    ),
    (
        "a license is good through its last day",
        lambda: verified(applied(factories.license(expires="2026-04-15"))),
        "license CO",
        "2026-04-15",
        State.MET,
        "license pass.",
    ),
    (
        "and not the day after",
        lambda: verified(applied(factories.license(expires="2026-04-15"))),
        "license CO",
        "2026-04-16",
        State.EXPIRED,
        "Held through 2026-04-15, and no longer.",
    ),
    (
        "a malpractice policy covers until the day before its last",
        lambda: verified(applied(factories.malpractice(expires="2026-04-15"))),
        "malpractice",
        "2026-04-14",
        State.MET,
        "malpractice pass.",
    ),
    (
        "and ends at 12:01 a.m. of its last day",
        lambda: verified(applied(factories.malpractice(expires="2026-04-15"))),
        "malpractice",
        "2026-04-15",
        State.EXPIRED,
        "Held through 2026-04-14, and no longer.",
    ),
    (
        "a signature is good for 120 days while a decision is to come",
        lambda: verified(applied()),
        "attestation",
        "2026-06-20",
        State.MET,
        "attestation pass.",
    ),
    (
        "and not for 121",
        lambda: verified(applied()),
        "attestation",
        "2026-06-21",
        State.EXPIRED,
        "Held through 2026-06-20, and no longer.",
    ),
    (
        "after the decision a signature has done its work",
        approved,
        "attestation",
        "2027-06-21",
        State.MET,
        "attestation pass.",
    ),
    ("after the decision nothing is stale", approved, "npi", "2027-06-21", State.MET, "npi pass."),
    (
        "after the decision a license still lapses",
        approved,
        "license CO",
        "2027-04-01",
        State.EXPIRED,
        "Held through 2027-03-31, and no longer.",
    ),
    (
        "a changed claim is pending again, and says what changed",
        lambda: replace(verified(applied()), provider=replace(provider(), last_name="Vale")),
        "npi",
        "2026-03-02",
        State.PENDING,
        "Changed since it was verified on 2026-03-02: last_name.",
    ),
    (
        "a date of birth that changed is named, not shown",
        lambda: replace(verified(applied()), provider=replace(provider(), date_of_birth=date(1986, 6, 7))),
        "exclusions leie",
        "2026-03-02",
        State.PENDING,
        "Changed since it was verified on 2026-03-02: date_of_birth.",
    ),
    (
        "a renewal that nobody verified leaves the old date standing",
        lambda: renewed(verified(applied()), CredentialKind.LICENSE, "2029-03-31"),
        "license CO",
        "2026-03-02",
        State.MET,
        "license pass. Claimed until 2029-03-31, verified until 2027-03-31.",
    ),
    (
        "and extends nothing",
        lambda: renewed(approved(), CredentialKind.LICENSE, "2029-03-31"),
        "license CO",
        "2027-04-01",
        State.EXPIRED,
        "Held through 2027-03-31, and no longer. Claimed until 2029-03-31, verified until 2027-03-31.",
    ),
    (
        "an earlier date claimed since shortens what was verified",
        lambda: renewed(approved(), CredentialKind.LICENSE, "2026-05-31"),
        "license CO",
        "2026-06-01",
        State.EXPIRED,
        "Held through 2026-05-31, and no longer.",
    ),
]


@pytest.mark.parametrize(
    ("make", "name", "when", "state", "detail"), [row[1:] for row in STATES], ids=[row[0] for row in STATES]
)
def test_states(make: Callable[[], ProviderFile], name: str, when: str, state: State, detail: str) -> None:
    found = judged(make(), when)[name]
    assert (found.state, found.detail) == (state, detail)


@pytest.mark.parametrize(
    ("change", "decisive"),
    [
        ({"number": "0099999"}, True),
        ({"details": {"type": "Clinical Social Worker"}}, False),
    ],
    ids=["another number is another license", "another type is the same license, written otherwise"],
)
def test_what_changed_may_be_another_credential(change: dict[str, Any], decisive: bool) -> None:
    file = verified(applied())
    held = tuple(replace(one, **change) if one.kind is CredentialKind.LICENSE else one for one in file.credentials)
    found = judged(replace(file, credentials=held))["license CO"]
    assert (found.state, found.decisive) == (State.PENDING, decisive)


def test_an_attempt_that_asked_nobody_is_not_told_of_what_stands() -> None:
    file = verified(applied())
    looked = verification(subjects(file)["education"], "2026-03-05", "unavailable", method="file")
    assert judged(replace(file, verifications=(*file.verifications, looked)), "2026-03-05")["education"].detail == (
        "education pass."
    )


def test_what_was_never_verified_is_decisive() -> None:
    assert judged(applied())["license CO"].decisive


def test_what_failed_and_changed_is_decisive() -> None:
    failed = verified(applied(), results={"license CO": "fail"})
    moved = replace(failed, provider=replace(provider(), last_name="Vale"))
    assert judged(moved)["license CO"].decisive


def test_of_one_day_the_finding_recorded_last_counts() -> None:
    file = verified(verified(applied()), results={"npi": "fail"})
    assert judged(file)["npi"].state is State.FAILED


def test_a_report_of_an_earlier_day_does_not_overwrite_a_later_one() -> None:
    file = verified(applied(), "2026-03-02")
    old = verification(subjects(file)["npi"], "2026-02-01", "fail")
    assert judged(replace(file, verifications=(*file.verifications, old)))["npi"].state is State.MET


@pytest.mark.parametrize(
    ("rule", "asked"),
    [
        ({}, ["npi"]),
        ({"professions": ("LCSW",)}, ["npi"]),
        ({"professions": ("LMFT", "NP")}, []),
        ({"states": ("CO",)}, ["npi"]),
        ({"states": ("TX",)}, []),
        ({"cycles": ("recredentialing",)}, []),
        ({"check": "license"}, ["license CO", "license KS"]),
        ({"check": "license", "states": ("KS", "TX")}, ["license KS"]),
        ({"check": "dea"}, []),
        ({"check": "board_certification"}, []),
    ],
)
def test_whom_a_line_of_the_policy_asks(rule: dict[str, Any], asked: list[str]) -> None:
    own = policy(requirements=(RequirementLine.model_validate({"check": "npi"} | rule),))
    file = applied(who=provider(states_of_practice=("CO", "KS")))
    assert list(judged(file, policy=own)) == asked


def test_a_profession_that_nobody_knows_is_asked_what_all_are_asked() -> None:
    file = applied(who=provider(profession="wizard"))
    assert "npi" in judged(file)


def test_recredentialing_asks_for_less() -> None:
    file = replace(approved(), cycles=(cycle(closed="2026-03-09"), cycle("2028-10-01", kind="recredentialing", id="2")))
    asked = judged(file, "2028-11-01")
    assert {"work_history", "education"}.isdisjoint(asked)
    assert asked["npi"].state is State.STALE, "a decision is to come again"
    assert asked["license CO"].state is State.EXPIRED
    assert "work_history" in judged(file, "2028-09-30"), "the day before it was still the first cycle"


# --- monitoring -----------------------------------------------------------------------------------------------------

MONTHS = [
    ("the month after the approval is owed by its end", "2026-04-30", None),
    ("on the next day it is overdue", "2026-05-01", "2026-05-01"),
    ("and stays overdue since then", "2026-08-15", "2026-05-01"),
]


@pytest.mark.parametrize(("when", "since"), [row[1:] for row in MONTHS], ids=[row[0] for row in MONTHS])
@pytest.mark.parametrize("name", ["license CO", "exclusions leie"])
def test_a_missed_month(name: str, when: str, since: str | None) -> None:
    found = judged(approved(), when)[name]
    assert found.state is State.MET
    assert found.overdue_since == (on(since) if since else None)


def test_a_check_in_each_month_is_never_overdue() -> None:
    file = verified(verified(approved(), "2026-04-30"), "2026-05-31")
    for when in ("2026-04-30", "2026-05-01", "2026-05-31", "2026-06-30"):
        assert judged(file, when)["exclusions leie"].overdue_since is None
    assert judged(file, "2026-07-01")["exclusions leie"].overdue_since == on("2026-07-01")


def test_a_screening_older_than_the_approval_is_owed_from_the_approval_on() -> None:
    file = decided(verified(applied(), "2026-01-31"), decision(when="2026-03-09"))
    assert judged(file, "2026-04-30")["exclusions leie"].overdue_since is None
    assert judged(file, "2026-05-01")["exclusions leie"].overdue_since == on("2026-05-01")


def test_what_is_not_monitored_is_never_overdue() -> None:
    assert judged(approved(), "2027-01-01")["npi"].overdue_since is None


def test_nothing_is_owed_each_month_before_an_approval() -> None:
    assert judged(verified(applied()), "2026-06-15")["exclusions leie"].overdue_since is None


def test_a_state_that_joined_later_is_owed_from_its_own_approval() -> None:
    both = applied(
        factories.license(), factories.license("KS"), factories.malpractice(), factories.caqh(), EDUCATED,
        who=provider(states_of_practice=("CO", "KS")),
    )  # fmt: skip
    file = decided(verified(both), decision(), decision(when="2026-06-08", states=("KS",), id="d2"))
    assert judged(file, "2026-07-31")["license CO"].overdue_since == on("2026-05-01")
    assert judged(file, "2026-07-31")["license KS"].overdue_since is None
    assert judged(file, "2026-08-01")["license KS"].overdue_since == on("2026-08-01")


def test_the_month_is_owed_while_recredentialing_is_open_too() -> None:
    """An approval is in force until it is replaced: an open cycle is no holiday from screening."""
    file = replace(approved(), cycles=(cycle(closed="2026-03-09"), cycle("2026-04-15", kind="recredentialing", id="2")))
    assert judged(file, "2026-04-30")["exclusions leie"].overdue_since is None
    assert judged(file, "2026-05-01")["exclusions leie"].overdue_since == on("2026-05-01")


def test_nothing_is_owed_of_an_approval_that_was_ended() -> None:
    ended = decided(active(), decision("terminated", "2026-04-10"))
    again = replace(ended, cycles=(*ended.cycles, cycle("2026-04-20", id="2")))
    assert judged(again, "2026-06-15")["exclusions leie"].overdue_since is None


# --- properties -----------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2024, 1, 1), date(2031, 12, 31))


@given(verified_on=DAYS, days=st.integers(-400, 400), window=st.integers(0, 366))
def test_a_window_is_met_when_so_many_days_have_passed_and_no_more(verified_on: date, days: int, window: int) -> None:
    own = policy(
        windows={"verification_days": window},
        requirements=(RequirementLine.model_validate({"check": "claims_history"}),),
    )
    file = verified(applied(), verified_on, policy=own)
    found = judged(file, verified_on + timedelta(days=days), own)["claims_history"]
    within = 0 <= days <= window
    expected = State.MET if within else State.PENDING if days < 0 else State.STALE
    assert found.state is expected
    if days >= 0:
        assert found.valid_until == verified_on + timedelta(days=window)


@given(verified_on=DAYS, expires_on=DAYS, claimed=st.none() | DAYS, last_day=st.booleans())
def test_a_claim_holds_through_the_earlier_of_the_verified_and_the_claimed_day(
    verified_on: date, expires_on: date, claimed: date | None, last_day: bool
) -> None:
    own = policy(malpractice={"last_day_covered": last_day})
    file = applied()
    for name in ("license CO", "malpractice"):
        subject = replace(subjects(file)[name], expires_on=claimed)
        finding = verification(subject, verified_on, expires_on=expires_on)
        end = min(expires_on, claimed) if claimed else expires_on
        short = name == "malpractice" and not last_day
        assert last_good_day(subject, finding, own) == end - timedelta(days=short)


def test_what_has_no_date_has_no_last_day() -> None:
    subject = replace(subjects(applied())["license CO"], expires_on=None)
    assert last_good_day(subject, verification(subject, expires_on=None), policy()) is None


@given(day=DAYS)
def test_months(day: date) -> None:
    end = month_end(day)
    assert (end.year, end.month) == (day.year, day.month)
    assert end >= day
    assert month_after(day) == end + timedelta(days=1)
    assert month_after(day).day == 1


def test_the_leap_day_ends_february() -> None:
    assert month_end(date(2028, 2, 3)) == date(2028, 2, 29)
    assert month_end(date(2027, 2, 3)) == date(2027, 2, 28)
    assert month_after(date(2027, 12, 31)) == date(2028, 1, 1)


@given(
    results=st.lists(st.tuples(st.sampled_from([result.value for result in Result]), st.integers(0, 200)), max_size=6),
    day=st.integers(0, 400),
)
def test_never_met_without_a_pass_or_an_acceptance(results: list[tuple[str, int]], day: int) -> None:
    """Whatever was found in whatever order: met means that the latest finding by then was a pass."""
    file = applied()
    start = on("2026-01-01")
    subject = subjects(file)["npi"]
    made = tuple(
        verification(subject, start + timedelta(days=at), result, id=str(n)) for n, (result, at) in enumerate(results)
    )
    when = start + timedelta(days=day)
    found = judged(replace(file, verifications=made), when)["npi"]
    told = [
        (one.verified_on, n, one)
        for n, one in enumerate(made)
        if one.verified_on <= when and one.result != "unavailable"
    ]
    if found.state is State.MET:
        assert max(told)[2].result is Result.PASS
        assert (when - max(told)[0]).days <= 120
    if not told:
        assert found.state is State.PENDING


def test_the_gate_judges_windows_also_where_the_cycle_is_closed() -> None:
    file = approved()
    when = on("2026-07-01")
    between = {one.name: one for one in requirements(file, policy(), when, CHECKS)}
    deciding = {one.name: one for one in requirements(file, policy(), when, CHECKS, deciding=True)}
    assert (between["npi"].state, deciding["npi"].state) == (State.MET, State.STALE)


def test_a_stricter_policy_undoes_what_another_found_good_in_the_file() -> None:
    rules = policy(malpractice={"per_claim": 2_000_000}).model_copy(update={"sha256": "f" * 64})
    found = judged(verified(applied()), policy=rules)["malpractice"]
    assert found.state is State.FAILED
    assert "under the $2,000,000 that the policy asks" in found.detail
    kept = judged(verified(applied()), policy=policy().model_copy(update={"sha256": "f" * 64}))["malpractice"]
    assert kept.state is State.MET


def test_a_decision_needs_a_screening_against_the_list_in_force() -> None:
    file = verified(applied())
    screened = factories.list_version(sha256="ab" * 32)
    seen = replace(
        file,
        verifications=tuple(
            replace(one, source=screened.address) if one.check == "exclusions" else one for one in file.verifications
        ),
    )
    newer = factories.list_version(sha256="cd" * 32)
    assert judged(replace(seen, lists={"leie": screened}))["exclusions leie"].state is State.MET
    stale = judged(replace(seen, lists={"leie": newer}))["exclusions leie"]
    assert (stale.state, "another version of the list" in stale.detail) == (State.STALE, True)
    due_now = {one.check.name: one.why for one in due(replace(seen, lists={"leie": newer}), policy(), TODAY, CHECKS)}
    assert due_now["exclusions"] == "verified too long ago"
    approved_then = decided(replace(seen, lists={"leie": newer}), decision())
    later = on("2026-03-20")
    due_later = {one.check.name: one.why for one in due(approved_then, policy(), later, CHECKS)}
    assert due_later["exclusions"] == "another version of the list was loaded"


def test_a_review_that_expired_is_expired() -> None:
    file = verified(applied(factories.malpractice(expires="2026-04-15")), results={"malpractice": "review"})
    assert judged(file, "2026-04-14")["malpractice"].state is State.REVIEW
    assert judged(file, "2026-04-15")["malpractice"].state is State.EXPIRED


#: Of a roster: how many days ago each of its requirements was verified, by name.
ROSTER = st.lists(st.fixed_dictionaries(dict.fromkeys(judged(applied()), st.integers(0, 200))), min_size=1, max_size=8)


@given(roster=ROSTER, decided_on=st.dates(date(2026, 1, 1), date(2031, 12, 31)) | st.just(date(2028, 2, 29)))
def test_a_shorter_window_changes_exactly_what_is_of_an_age_between_the_two(
    roster: list[dict[str, int]], decided_on: date
) -> None:
    """A CVO is held to 90 days where a plan is held to 120 (NCQA CR 3): what is 91 to 120 days old, and nothing else."""
    # What is claimed outlasts the day, and so do signature and CAQH attestation, so that age alone is judged.
    later = decided_on + timedelta(days=400)
    far = policy(windows={"attestation_days": 999, "caqh_attestation_days": 999, "exclusion_list_max_age_days": 999})
    stricter = far.model_copy(update={"windows": far.windows.model_copy(update={"verification_days": 90})})
    changed, of_that_age = set(), set()
    for place, ages in enumerate(roster):
        file = applied(
            factories.license(expires=str(later)),
            factories.malpractice(expires=str(later)),
            factories.caqh(attested=str(decided_on - timedelta(days=200))),
            factories.education(),
            application=factories.application(signed_on=str(decided_on - timedelta(days=200))),
            cycles=(cycle(str(decided_on - timedelta(days=200))),),
        )
        named = subjects(file, far, decided_on)
        made = tuple(verification(named[name], decided_on - timedelta(days=age)) for name, age in ages.items())
        file = replace(file, verifications=made)
        plan, cvo = judged(file, decided_on, far), judged(file, decided_on, stricter)
        changed |= {(place, name) for name in plan if plan[name].state is not cvo[name].state}
        of_that_age |= {(place, name) for name, age in ages.items() if 91 <= age <= 120 and name != "education"}
        assert all(
            (plan[name].state, cvo[name].state) == (State.MET, State.STALE) for at, name in changed if at == place
        )
    assert changed == of_that_age


@given(approved_on=DAYS | st.just(date(2028, 2, 29)), months=st.integers(1, 120))
def test_an_approval_lasts_to_the_end_of_its_month(approved_on: date, months: int) -> None:
    ends_on = policy(windows={"recredentialing_months": months}).windows.recredential_by(approved_on)
    whole = approved_on.year * 12 + approved_on.month + months
    assert ends_on.year * 12 + ends_on.month == whole
    assert (ends_on + timedelta(days=1)).day == 1
