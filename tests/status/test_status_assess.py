"""The file judged by a policy on a day: its stage, whether clients may be seen, and who must act."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import factories
import pytest
from factories import policy, provider
from hypothesis import given, settings
from hypothesis import strategies as st
from lives import (
    CHECKS,
    PAYERS,
    accepted,
    active,
    applied,
    approved,
    assessed,
    cycle,
    decided,
    decision,
    enrollment,
    on,
    subjects,
    verification,
    verified,
)

from credkit.checks import essential_checks
from credkit.policy import Policy, RequirementLine
from credkit.records import Credential, CredentialKind, Enrollment, ProviderFile, RequirementState
from credkit.status.assess import Action, Assessment, assess
from credkit.status.readiness import ready_states

BOTH_STATES = provider(states_of_practice=("CO", "KS"))
OTHERS = (factories.malpractice(), factories.caqh(attested="2026-02-10"), factories.education())


def two_states(**kansas: Any) -> ProviderFile:
    """A provider in Colorado and Kansas; without `kansas`, there is no license for it."""
    licenses = (factories.license(), *((factories.license("KS", **kansas),) if kansas else ()))
    return applied(*licenses, *OTHERS, who=BOTH_STATES)


def expiring(kind: CredentialKind, day: str, file: ProviderFile | None = None) -> ProviderFile:
    """A file whose one credential of a kind ends on a day."""
    file = file or applied()
    held = tuple(replace(one, expires_on=on(day)) if one.kind is kind else one for one in file.credentials)
    return replace(file, credentials=held)


def ended(outcome: str) -> ProviderFile:
    return decided(active(), decision(outcome, "2026-05-11"))


def monitored() -> ProviderFile:
    """Active for three years, everything renewed and looked at each month."""
    file = applied(
        factories.license(expires="2031-03-31"),
        factories.malpractice(expires="2031-09-01"),
        factories.caqh(attested="2026-02-10"),
        factories.education(),
    )
    file = active(file=approved(file))
    for months in range(1, 38):
        year, month = divmod(2 + months, 12)
        day = date(2026 + year, month + 1, 10).isoformat()
        file = verified(
            file, day, but=[name for name in subjects(file) if name not in {"license CO", "exclusions leie"}]
        )
    return file


STAGES: list[tuple[str, Callable[[], ProviderFile], str, str]] = [
    ("no application: intake", lambda: applied(application=None), "2026-03-02", "intake"),
    (
        "not signed: intake",
        lambda: applied(application=factories.application(signed_on=None)),
        "2026-03-02",
        "intake",
    ),
    ("no e-mail address: intake", lambda: replace(applied(), provider=provider()), "2026-03-02", "intake"),
    ("no malpractice insurance: intake", lambda: applied(factories.license(), *OTHERS[1:]), "2026-03-02", "intake"),
    ("no license for any state: intake", lambda: applied(*OTHERS), "2026-03-02", "intake"),
    ("complete and signed: verification", applied, "2026-03-02", "verification"),
    (
        "a state without a license does not hold up the other",
        two_states,
        "2026-03-02",
        "verification",
    ),
    ("all verified: committee", lambda: verified(applied()), "2026-03-02", "committee"),
    (
        "reviews are for the committee to see",
        lambda: verified(applied(), results={"npi": "review"}),
        "2026-03-02",
        "committee",
    ),
    ("a fail is not", lambda: verified(applied(), results={"npi": "fail"}), "2026-03-02", "verification"),
    ("nor what is stale", lambda: verified(applied()), "2026-07-01", "verification"),
    (
        "nor a pending license of the only state",
        lambda: verified(applied(), but=["license CO"]),
        "2026-03-02",
        "verification",
    ),
    (
        "the other state may go on without it",
        lambda: verified(two_states(expires="2027-05-31"), but=["license KS"]),
        "2026-03-02",
        "committee",
    ),
    ("the day before the decision: committee", approved, "2026-03-08", "committee"),
    ("approved: network", approved, "2026-03-09", "network"),
    ("the day before the payer's date: network", active, "2026-03-31", "network"),
    ("in-network: active", active, "2026-04-01", "active"),
    ("with a payer that does not count: network", lambda: active(enrollment("humana")), "2026-04-01", "network"),
    (
        "malpractice ended: suspended",
        lambda: active(file=approved(expiring(CredentialKind.MALPRACTICE, "2026-04-15"))),
        "2026-04-15",
        "suspended",
    ),
    (
        "the day before: active",
        lambda: active(file=approved(expiring(CredentialKind.MALPRACTICE, "2026-04-15"))),
        "2026-04-14",
        "active",
    ),
    (
        "suspended also where no payer ever took them",
        lambda: approved(expiring(CredentialKind.MALPRACTICE, "2026-04-15")),
        "2026-04-15",
        "suspended",
    ),
    (
        "the only license lapsed: suspended",
        lambda: active(file=approved(expiring(CredentialKind.LICENSE, "2026-04-15"))),
        "2026-04-16",
        "suspended",
    ),
    (
        "one license of two: active in the other",
        lambda: active(
            file=decided(verified(two_states(expires="2026-04-15")), decision(states=("CO", "KS"))),
        ),
        "2026-04-16",
        "active",
    ),
    (
        "an exclusion match: suspended",
        lambda: active(file=verified(approved(), "2026-04-10", results={"exclusions leie": "fail"})),
        "2026-04-10",
        "suspended",
    ),
    (
        "a possible exclusion: a warning",
        lambda: active(file=verified(approved(), "2026-04-10", results={"exclusions leie": "review"})),
        "2026-04-10",
        "active",
    ),
    ("the last day of the approval: not lapsed", monitored, "2029-03-31", "active"),
    ("the day after: suspended", monitored, "2029-04-01", "suspended"),
    ("denied", lambda: decided(verified(applied()), decision("denied")), "2026-03-09", "denied"),
    ("terminated", lambda: ended("terminated"), "2026-05-11", "terminated"),
    ("the day before: active", lambda: ended("terminated"), "2026-05-10", "active"),
    ("withdrawn", lambda: ended("withdrawn"), "2026-05-11", "withdrawn"),
    (
        "deferred: the committee's still",
        lambda: decided(verified(applied()), decision("deferred")),
        "2026-03-09",
        "committee",
    ),
    (
        "applied anew: from the beginning",
        lambda: replace(ended("terminated"), cycles=(*ended("terminated").cycles, cycle("2026-08-03", id="cycle-2"))),
        "2026-08-03",
        "verification",
    ),
    (
        "approved for a state, practicing in another: not yet ready",
        lambda: active(file=replace(approved(), provider=replace(approved().provider, states_of_practice=("KS",)))),
        "2026-04-01",
        "network",
    ),
    (
        "a state given up does not hide that the other lapsed",
        lambda: active(
            file=replace(
                decided(verified(two_states(expires="2027-05-31")), decision(states=("CO", "KS"))),
                credentials=(factories.license(expires="2026-04-15"), *OTHERS),
                provider=replace(BOTH_STATES, states_of_practice=("CO",)),
            )
        ),
        "2026-04-16",
        "suspended",
    ),
]


@pytest.mark.parametrize(("make", "when", "stage"), [row[1:] for row in STAGES], ids=[row[0] for row in STAGES])
def test_stages(make: Callable[[], ProviderFile], when: str, stage: str) -> None:
    found = assessed(make(), when)
    assert found.stage == stage, found.reasons
    if stage != "active":
        assert found.ready == {}


# --- ready ----------------------------------------------------------------------------------------------------------


def reasons(file: ProviderFile, when: str, state: str = "CO", rules: Policy | None = None) -> tuple[str, ...]:
    (one,) = [one for one in assessed(file, when, rules).states if one.state == state]
    assert one.ready == (not one.reasons)
    return one.reasons


READY: list[tuple[str, Callable[[], ProviderFile], str, tuple[str, ...]]] = [
    ("all that it takes", active, "2026-04-01", ()),
    (
        "the payer's date is to come",
        active,
        "2026-03-31",
        ("Aspen Health (commercial): approved, effective only from 2026-04-01",),
    ),
    ("no payer at all", approved, "2026-04-01", ("no enrollment with any payer in CO",)),
    (
        "not approved",
        lambda: active(file=verified(applied())),
        "2026-04-01",
        ("not approved by the committee for CO",),
    ),
    (
        "every reason is named",
        lambda: active(
            enrollment("humana"),
            enrollment("medicare"),
            enrollment("birch", None, "submitted"),
            file=verified(applied()),
        ),
        "2026-04-01",
        (
            "not approved by the committee for CO",
            "Humana (commercial): in-network, but Humana does not count",
            "Medicare (medicare): in-network, but medicare does not count",
            "Birch Health (commercial): submitted",
        ),
    ),
    ("terminated", lambda: ended("terminated"), "2026-05-11", ("terminated on 2026-05-11",)),
    (
        "the payer ended",
        lambda: active(enrollment(status="terminated", ended_on="2026-06-01")),
        "2026-06-01",
        ("Aspen Health (commercial): ended on 2026-06-01",),
    ),
    (
        "malpractice ended",
        lambda: active(file=approved(expiring(CredentialKind.MALPRACTICE, "2026-04-15"))),
        "2026-04-15",
        ("malpractice: Held through 2026-04-14, and no longer.",),
    ),
    (
        "another license number, not verified",
        lambda: changed_license(active(), number="99999"),
        "2026-04-01",
        ("license CO: Changed since it was verified on 2026-03-02: number.",),
    ),
    (
        "another type of license warns",
        lambda: changed_license(active(), details={"type": "Clinical Social Worker"}),
        "2026-04-01",
        (),
    ),
    (
        "a license taken out",
        lambda: replace(active(), credentials=OTHERS),
        "2026-04-01",
        ("license CO: no license for CO on file",),
    ),
    (
        "the license failed",
        lambda: active(file=verified(approved(), "2026-04-01", results={"license CO": "fail"})),
        "2026-04-01",
        ("license CO: license fail.",),
    ),
    (
        "a lapsed CAQH attestation does not end it",
        lambda: active(file=verified(approved(), "2026-06-01")),
        "2026-06-20",
        (),
    ),
    (
        "nor does a month that was missed, for sixty days",
        active,
        "2026-06-30",
        (),
    ),
    (
        "and then it does",
        active,
        "2026-07-01",
        (
            "license CO: monthly check overdue since 2026-05-01",
            "exclusions leie: monthly check overdue since 2026-05-01",
        ),
    ),
    (
        "the approval lapsed",
        monitored,
        "2029-04-01",
        ("the approval lapsed on 2029-03-31, its recredentialing not decided",),
    ),
    (
        "a state given up, in which no license is asked for any more",
        lambda: active(file=replace(approved(), provider=replace(approved().provider, states_of_practice=("KS",)))),
        "2026-04-01",
        ("CO is not among the states of practice",),
    ),
]


def changed_license(file: ProviderFile, **changes: Any) -> ProviderFile:
    held: tuple[Credential, ...] = tuple(
        replace(one, **changes) if one.kind is CredentialKind.LICENSE else one for one in file.credentials
    )
    return replace(file, credentials=held)


@pytest.mark.parametrize(("make", "when", "why_not"), [row[1:] for row in READY], ids=[row[0] for row in READY])
def test_ready(make: Callable[[], ProviderFile], when: str, why_not: tuple[str, ...]) -> None:
    assert reasons(make(), when) == why_not


@pytest.mark.parametrize("check", ["license", "malpractice", "exclusions"])
@pytest.mark.parametrize(
    "unwatched", [lambda line: None, lambda line: line.model_copy(update={"suspends": False})], ids=["left out", "kept"]
)
def test_nobody_is_ready_by_a_policy_that_does_not_watch_what_it_takes(
    check: str, unwatched: Callable[[RequirementLine], RequirementLine | None]
) -> None:
    shipped = factories.policy()
    kept = [unwatched(line) if line.check == check else line for line in shipped.requirements]
    rules = shipped.model_copy(update={"requirements": tuple(line for line in kept if line)})
    assert rules.unwatched(essential_checks()) == (check,)
    found = assess(active(), rules, on("2026-04-01"), CHECKS, PAYERS)
    assert found.ready == {}
    assert f"CO: the policy has no line for {check} that suspends" in found.reasons
    assert shipped.unwatched(essential_checks()) == ()
    assert assess(active(), shipped, on("2026-04-01"), CHECKS, PAYERS).ready == {"CO": ["Aspen Health"]}


WARNINGS: list[tuple[str, Callable[[], ProviderFile], str, str, str]] = [
    (
        "a missed month",
        active,
        "2026-05-01",
        "exclusions leie: monthly check overdue since 2026-05-01",
        "verify license CO: the monthly check is overdue",
    ),
    (
        "a possible exclusion",
        lambda: active(file=verified(approved(), "2026-04-10", results={"exclusions leie": "review"})),
        "2026-04-10",
        "exclusions leie: exclusions review.",
        "review exclusions leie: ",
    ),
    (
        "a new name, under which nobody was screened",
        lambda: replace(active(), provider=replace(active().provider, last_name="Vale")),
        "2026-04-10",
        "exclusions leie: Changed since it was verified on 2026-03-02: last_name.",
        "verify npi",
    ),
]


@pytest.mark.parametrize(
    ("make", "when", "warning", "top"), [row[1:] for row in WARNINGS], ids=[row[0] for row in WARNINGS]
)
def test_what_warns_does_not_end_readiness_and_is_acted_on_first(
    make: Callable[[], ProviderFile], when: str, warning: str, top: str
) -> None:
    found = assessed(make(), when)
    assert found.ready == {"CO": ["Aspen Health"]}
    assert warning in found.warnings
    assert found.actions[0].what.startswith(top)


def test_the_policy_says_how_long_a_missed_month_may_be() -> None:
    at_once = policy(monitoring={"overdue_suspends_after_days": 0})
    assert reasons(active(), "2026-05-01", rules=at_once) == ()
    assert len(reasons(active(), "2026-05-02", rules=at_once)) == 2


def test_two_states_are_ready_apart() -> None:
    file = decided(verified(two_states(expires="2027-05-31")), decision(states=("CO", "KS")))
    file = active(enrollment(), enrollment("birch", "2026-05-01", state="KS"), file=file)
    assert assessed(file, "2026-04-01").ready == {"CO": ["Aspen Health"]}
    assert assessed(file, "2026-05-01").ready == {"CO": ["Aspen Health"], "KS": ["Birch Health"]}


# --- actions --------------------------------------------------------------------------------------------------------


def actions(file: ProviderFile, when: str) -> list[Action]:
    return list(assessed(file, when).actions)


@pytest.mark.parametrize(
    ("enrollments", "when", "asked"),
    [
        ((), "2026-04-01", ["staff: enroll with a payer that counts in CO"]),
        ((enrollment("humana"),), "2026-04-01", ["staff: enroll with a payer that counts in CO"]),
        (
            (enrollment("humana", None, "submitted"),),
            "2026-04-01",
            ["payer: decide Humana CO (submitted 2026-03-10)", "staff: enroll with a payer that counts in CO"],
        ),
        (
            (enrollment(effective=None, status="in_review"),),
            "2026-04-01",
            ["payer: decide Aspen Health CO (submitted 2026-03-10)"],
        ),
        (
            (enrollment(effective=None, status="info_requested"),),
            "2026-04-01",
            ["staff: answer the questions of Aspen Health CO"],
        ),
        ((enrollment(effective=None),), "2026-04-01", ["payer: give the effective date of Aspen Health CO"]),
        ((enrollment(),), "2026-03-31", []),
        ((enrollment(),), "2026-04-01", []),
        (
            (enrollment(status="terminated", ended_on="2026-06-01"),),
            "2026-06-01",
            ["staff: enroll with a payer that counts in CO"],
        ),
        (
            (enrollment(effective=None, status="denied", status_reason="full"),),
            "2026-04-01",
            ["staff: enroll with a payer that counts in CO"],
        ),
    ],
    ids=[
        "nobody yet",
        "Humana does not count",
        "nor is it waited for",
        "it is with the payer",
        "it is with us",
        "it lacks its date",
        "its day will come",
        "it has come",
        "it ended",
        "it was denied",
    ],
)
def test_who_acts_in_the_network(enrollments: tuple[Enrollment, ...], when: str, asked: list[str]) -> None:
    file = verified(verified(approved(), "2026-04-30"), "2026-05-31")  # so that no month is missed
    found = actions(replace(file, enrollments=enrollments), when)
    assert [f"{one.who}: {one.what}" for one in found] == asked


def test_who_acts_on_requirements() -> None:
    file = verified(
        applied(factories.license(), *OTHERS[1:]),
        results={"npi": "fail", "caqh": "review", "exclusions leie": "unavailable"},
        but=["education"],
    )
    found = {one.what.partition(":")[0]: (one.who, one.due_on) for one in actions(file, "2026-03-04")}
    assert found == {
        "settle npi": ("staff", on("2026-03-02")),
        "give malpractice": ("provider", None),
        "verify exclusions leie": ("staff", None),
        "review caqh": ("staff", on("2026-03-02")),
        "verify education": ("staff", None),
    }


def test_what_ends_readiness_comes_first_then_what_is_overdue() -> None:
    file = active(file=approved(expiring(CredentialKind.MALPRACTICE, "2026-04-15")))
    assert [one.what for one in actions(file, "2026-06-20")] == [
        "renew malpractice",
        "verify license CO: the monthly check is overdue",
        "verify exclusions leie: the monthly check is overdue",
        "renew caqh",
    ]


def test_recredentialing_is_asked_for_half_a_year_ahead() -> None:
    file = monitored()
    assert not [one for one in actions(file, "2028-10-01") if "recredentialing" in one.what]
    (one,) = [one for one in actions(file, "2028-10-02") if "recredentialing" in one.what]
    assert (one.who, one.due_on) == ("provider", on("2029-03-31"))


@pytest.mark.parametrize("outcome", ["terminated", "withdrawn", "denied"])
def test_nobody_acts_on_what_is_over(outcome: str) -> None:
    assert actions(ended(outcome), "2026-08-01") == []


def test_a_renewal_is_to_be_verified_by_the_old_date() -> None:
    file = expiring(CredentialKind.LICENSE, "2029-03-31", active(file=verified(approved(), "2027-03-01")))
    found = [one for one in actions(file, "2027-03-02") if "renewal" in one.what]
    assert [(one.what, one.due_on) for one in found] == [("verify the renewal of license CO", on("2027-03-31"))]


def test_the_committee_decides_the_states_that_are_met() -> None:
    file = verified(two_states(expires="2027-05-31"), but=["license KS"])
    assert Action("committee", "decide the file (CO)") in actions(file, "2026-03-02")


# --- reasons and track ----------------------------------------------------------------------------------------------


def test_reasons_of_a_file_on_its_way() -> None:
    file = verified(applied(), results={"npi": "review"}, but=["education"])
    assert assessed(file, "2026-03-02").reasons == ("npi: review", "education: pending", "exception: npi: under review")
    assert assessed(accepted(file, "npi"), "2026-03-02").track.name == "exception"


def test_reasons_of_what_is_over() -> None:
    assert assessed(ended("terminated"), "2026-05-11").reasons == ("terminated on 2026-05-11: for a reason",)


# --- time alone -----------------------------------------------------------------------------------------------------


def answer(found: Assessment) -> Assessment:
    return replace(found, on=date.min, next_change_on=None)


NEXT: list[tuple[str, Callable[[], ProviderFile], str, str | None]] = [
    ("nothing verified: nothing changes by itself", applied, "2026-03-02", None),
    ("the screening is the first to grow old", lambda: verified(applied()), "2026-03-02", "2026-04-03"),
    ("the payer's date comes", active, "2026-03-09", "2026-04-01"),
    ("then a month is missed", active, "2026-04-01", "2026-05-01"),
    ("then CAQH lapses", active, "2026-05-01", "2026-06-11"),
    ("then the missed month ends readiness", active, "2026-06-11", "2026-07-01"),
    ("then malpractice ends", active, "2026-07-01", "2026-09-01"),
    ("then the license", active, "2026-09-01", "2027-04-01"),
    ("then recredentialing begins", active, "2027-04-01", "2028-10-02"),
    ("then the approval lapses", active, "2028-10-02", "2029-04-01"),
    ("and then nothing", active, "2029-04-01", None),
    (
        "an enrollment that changes nothing is no change",
        lambda: active(enrollment(), enrollment("humana", "2026-04-10"), enrollment("birch", "2026-04-20", state="TX")),
        "2026-04-01",
        "2026-05-01",
    ),
    (
        "a second payer is",
        lambda: active(enrollment(), enrollment("birch", "2026-04-20")),
        "2026-04-01",
        "2026-04-20",
    ),
    ("what is over still ages", lambda: ended("denied"), "2026-05-11", "2026-06-11"),
    ("seen from an earlier day, the verification is to come", active, "2026-03-01", "2026-03-02"),
    ("and then the decision", active, "2026-03-02", "2026-03-09"),
    (
        "what is stale may also expire",
        lambda: verified(applied(factories.license(expires="2026-08-31"), *OTHERS)),
        "2026-07-01",
        "2026-09-01",
    ),
]


@pytest.mark.parametrize(("make", "when", "next"), [row[1:] for row in NEXT], ids=[row[0] for row in NEXT])
def test_next_change(make: Callable[[], ProviderFile], when: str, next: str | None) -> None:
    found = assessed(make(), when)
    assert found.next_change_on == (on(next) if next else None)


DAYS = st.dates(date(2026, 2, 1), date(2026, 12, 31))
RESULTS = st.sampled_from(["pass", "pass", "pass", "fail", "review", "unavailable"])


@st.composite
def files(draw: st.DrawFn) -> ProviderFile:
    """Any life: what was verified when, decided when, and taken by whom from when."""

    def text(day: date) -> str:
        return day.isoformat()

    file = applied(
        factories.license(expires=text(draw(DAYS))),
        factories.malpractice(expires=text(draw(DAYS))),
        factories.caqh(attested="2026-02-10"),
        factories.education(),
    )
    asked = subjects(file)
    made = [
        verification(asked[name], text(draw(DAYS)), draw(RESULTS), id=f"{name}-{n}")
        for name in asked
        for n in range(draw(st.integers(1, 2)))
    ]
    file = replace(file, verifications=tuple(made))
    if draw(st.booleans()):
        file = accepted(file, draw(st.sampled_from(["npi", "caqh", "exclusions leie"])), text(draw(DAYS)))
    outcomes = draw(st.lists(st.sampled_from(["approved", "deferred", "terminated"]), max_size=2))
    days = sorted(text(draw(DAYS)) for _ in outcomes)
    file = decided(file, *[decision(outcome, day) for outcome, day in zip(outcomes, days, strict=True)])
    taken = [
        enrollment(payer, text(day), ended_on=draw(st.none() | st.just(day + timedelta(days=40))))
        for payer in draw(st.sets(st.sampled_from(["aspen", "birch", "humana"])))
        for day in [draw(DAYS)]
    ]
    return replace(file, enrollments=tuple(taken))


@settings(max_examples=40)
@given(file=files(), when=DAYS)
def test_the_next_change_is_the_first_day_on_which_anything_changes(file: ProviderFile, when: date) -> None:
    found = assessed(file, when)
    then = found.next_change_on
    assert then is None or then > when
    until = then or when + timedelta(days=500)
    for days in range(1, (until - when).days):
        assert answer(assessed(file, when + timedelta(days=days))) == answer(found)
    if then:
        assert answer(assessed(file, then)) != answer(found)


@settings(max_examples=150)
@given(file=files(), when=DAYS)
def test_never_ready_without_all_that_it_takes(file: ProviderFile, when: date) -> None:
    found = assessed(file, when)
    # The shorter way to the same answer, which the expiry report takes.
    assert ready_states(file, found.standing, policy(), when, CHECKS, PAYERS) == found.ready
    if "CO" not in found.ready:
        return
    held = {one.name: one for one in found.requirements}
    assert [one.outcome for one in file.decisions if one.decided_on <= when][-1:] != ["terminated"]
    assert any(one.outcome.approves and one.decided_on <= when for one in file.decisions)
    assert held["license CO"].state not in {RequirementState.EXPIRED, RequirementState.FAILED, RequirementState.PENDING}
    assert held["malpractice"].state not in {
        RequirementState.EXPIRED,
        RequirementState.FAILED,
        RequirementState.PENDING,
    }
    assert held["exclusions leie"].state is not RequirementState.FAILED
    license_, malpractice = file.credentials[0], file.credentials[1]
    assert license_.expires_on
    assert malpractice.expires_on
    assert when <= license_.expires_on
    assert when < malpractice.expires_on
    assert set(found.ready["CO"]) <= {"Aspen Health", "Birch Health"}
    assert any(
        one.payer_id in {"aspen", "birch"} and one.effective_on and one.effective_on <= when
        and (one.ended_on is None or when < one.ended_on)
        for one in file.enrollments
    )  # fmt: skip
    assert found.stage == "active"


@settings(max_examples=60)
@given(file=files(), when=DAYS)
def test_a_past_day_is_judged_by_what_is_dated_until_then(file: ProviderFile, when: date) -> None:
    """What was recorded of later days changes nothing about an earlier one."""
    known = replace(
        file,
        verifications=tuple(one for one in file.verifications if one.verified_on <= when),
        acceptances=tuple(one for one in file.acceptances if one.accepted_on <= when),
        decisions=tuple(one for one in file.decisions if one.decided_on <= when),
    )
    one, other = assessed(file, when), assessed(known, when)
    assert (one.stage, one.ready, one.requirements, one.actions) == (
        other.stage, other.ready, other.requirements, other.actions
    )  # fmt: skip
