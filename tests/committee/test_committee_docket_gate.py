"""The gate, and which files are clean."""

from collections.abc import Callable
from dataclasses import replace

import factories
import pytest
from factories import policy, provider
from hypothesis import given
from hypothesis import strategies as st
from lives import CHECKS, accepted, applied, approved, assessed, decided, decision, judged, on, subjects, verified

from credkit.committee.docket import track
from credkit.committee.gate import Gate, gate, is_met, met_states
from credkit.policy import Policy
from credkit.records import Disclosure, ProviderFile, Requirement, RequirementState
from credkit.status.agenda import agenda_line
from credkit.status.assess import assess

BOTH_STATES = provider(states_of_practice=("CO", "KS"))


def two_states(*, kansas: bool = True) -> ProviderFile:
    licenses = (factories.license(), *((factories.license("KS", "77"),) if kansas else ()))
    others = (factories.malpractice(), factories.caqh(attested="2026-02-10"), factories.education())
    return applied(*licenses, *others, who=BOTH_STATES)


def seen(file: ProviderFile, when: str = "2026-03-09", *states: str, rules: Policy | None = None) -> Gate:
    return gate(file, rules or policy(), CHECKS, on(when), states)


GATES: list[tuple[str, Callable[[], Gate], bool, tuple[str, ...], set[str]]] = [
    ("everything met opens it", lambda: seen(verified(applied())), True, ("CO",), set()),
    (
        "nothing verified: every requirement is named",
        lambda: seen(applied()),
        False,
        (),
        set(subjects(applied())),
    ),
    (
        "one missing check keeps it shut",
        lambda: seen(verified(applied(), but=["claims_history"])),
        False,
        ("CO",),
        {"claims_history"},
    ),
    (
        "a review keeps it shut",
        lambda: seen(verified(applied(), results={"npi": "review"})),
        False,
        ("CO",),
        {"npi"},
    ),
    (
        "an accepted review does not",
        lambda: seen(accepted(verified(applied(), results={"npi": "review"}), "npi")),
        True,
        ("CO",),
        set(),
    ),
    ("it is open on the last good day of all", lambda: seen(verified(applied()), "2026-04-02"), True, ("CO",), set()),
    (
        "a screening counts no longer than a list",
        lambda: seen(verified(applied()), "2026-04-03"),
        False,
        ("CO",),
        {"exclusions leie"},
    ),
    (
        "on the next the CAQH attestation is too old",
        lambda: seen(verified(applied()), "2026-06-11"),
        False,
        ("CO",),
        {"caqh", "exclusions leie"},
    ),
    (
        "a verification of a later day does not count",
        lambda: seen(verified(applied(), "2026-03-10")),
        False,
        (),
        set(subjects(applied())),
    ),
    (
        "without a state, every state whose lines are met",
        lambda: seen(verified(two_states(), but=["license KS"])),
        True,
        ("CO",),
        set(),
    ),
    ("both where both are", lambda: seen(verified(two_states())), True, ("CO", "KS"), set()),
    (
        "a named state has its lines asked for",
        lambda: seen(verified(two_states(), but=["license KS"]), "2026-03-09", "CO", "KS"),
        False,
        ("CO",),
        {"license KS"},
    ),
    (
        "and only its own",
        lambda: seen(verified(two_states(), but=["license KS"]), "2026-03-09", "CO"),
        True,
        ("CO",),
        set(),
    ),
    (
        "no state is met: each one's lines are named",
        lambda: seen(verified(two_states(kansas=False), but=["license CO"])),
        False,
        (),
        {"license CO", "license KS"},
    ),
    (
        "a state where the provider does not practice is none",
        lambda: seen(verified(applied()), "2026-03-09", "TX"),
        False,
        (),
        set(),
    ),
    (
        "a policy without requirements approves nobody",
        lambda: seen(verified(applied()), rules=policy(requirements=())),
        False,
        (),
        set(),
    ),
    (
        "and not by name either",
        lambda: seen(verified(applied()), "2026-03-09", "CO", rules=policy(requirements=())),
        False,
        (),
        set(),
    ),
    (
        "nor somebody without a state of practice",
        lambda: seen(verified(applied(who=provider(states_of_practice=())))),
        False,
        (),
        {"license"},
    ),
]


@pytest.mark.parametrize(
    ("made", "opens", "states", "unmet"), [row[1:] for row in GATES], ids=[row[0] for row in GATES]
)
def test_the_gate(made: Callable[[], Gate], opens: bool, states: tuple[str, ...], unmet: set[str]) -> None:
    found = made()
    assert (found.opens, found.states, {one.name for one in found.unmet}) == (opens, states, unmet)


@given(lacking=st.sets(st.sampled_from(sorted(subjects(two_states())))), asked=st.sets(st.sampled_from(["CO", "KS"])))
def test_it_never_opens_for_a_state_with_anything_unmet(lacking: set[str], asked: set[str]) -> None:
    file = verified(two_states(), but=lacking)
    found = gate(file, policy(), CHECKS, on("2026-03-09"), tuple(sorted(asked)))
    if found.opens:
        assert found.states
        for name, requirement in judged(file, "2026-03-09").items():
            if requirement.jurisdiction in {None, *found.states}:
                assert requirement.state is RequirementState.MET, name
        assert lacking <= {"license CO", "license KS"}
    else:
        named = {one.name for one in found.unmet}
        assert named
        assert named <= lacking


def test_what_does_not_apply_stands_in_nobody_s_way() -> None:
    line = Requirement("dea", "", RequirementState.NOT_APPLICABLE, "does not prescribe")
    assert is_met(line)
    assert met_states(("CO",), [line]) == ("CO",)


# --- clean or exception ---------------------------------------------------------------------------------------------


def yes(*keys: str) -> ProviderFile:
    answers = {key: Disclosure(key in keys, "long ago" if key in keys else None) for key in policy().disclosures}
    return applied(application=factories.application(disclosures=answers))


TRACKS: list[tuple[str, Callable[[], ProviderFile], list[str]]] = [
    ("everything passed: clean", lambda: verified(applied()), []),
    ("nothing verified yet: nothing to weigh either", applied, []),
    (
        "a yes is to be weighed, also when it is accepted",
        lambda: accepted(verified(yes("felony"), results={"disclosures": "review"}), "disclosures"),
        ["disclosure answered yes: felony", "disclosures: review accepted"],
    ),
    (
        "a review that waits",
        lambda: verified(applied(), results={"npi": "review"}),
        ["npi: under review"],
    ),
    (
        "something on the license",
        lambda: accepted(verified(applied(), results={"license CO": "review"}), "license CO"),
        ["restriction or discipline on the license: license CO", "license CO: review accepted"],
    ),
    (
        "claims",
        lambda: accepted(verified(applied(), results={"claims_history": "review"}), "claims_history"),
        ["malpractice claims to weigh: claims_history", "claims_history: review accepted"],
    ),
    (
        "a gap",
        lambda: verified(applied(), results={"work_history": "fail"}),
        ["gap in the work history: work_history"],
    ),
    (
        "what failed",
        lambda: verified(applied(), results={"npi": "fail"}),
        ["npi: failed"],
    ),
    (
        "an approval past the gate, for ever",
        lambda: decided(applied(), decision(override="needed at once")),
        ["approved past the gate on 2026-03-09: needed at once"],
    ),
]


@pytest.mark.parametrize(("make", "reasons"), [row[1:] for row in TRACKS], ids=[row[0] for row in TRACKS])
def test_tracks(make: Callable[[], ProviderFile], reasons: list[str]) -> None:
    file = make()
    day = on("2026-03-09")
    found = track(file, list(judged(file, day).values()), policy(), day)
    assert list(found.reasons) == reasons
    assert found.name == ("exception" if reasons else "clean")


def test_an_override_is_no_reason_before_its_day() -> None:
    file = decided(applied(), decision(override="needed at once"))
    assert assessed(file, "2026-03-08").track.name == "clean"
    assert assessed(file, "2030-03-08").track.name == "exception"


@pytest.mark.parametrize("reason", ["disclosure_yes", "check_review"])
def test_the_policy_says_what_is_weighed(reason: str) -> None:
    rules = policy(committee={"exceptions_when": (reason,)})
    file = accepted(verified(yes("felony"), results={"disclosures": "review"}), "disclosures")
    found = track(file, list(judged(file).values()), rules, on("2026-03-09"))
    assert len(found.reasons) == 1
    none = policy(committee={"exceptions_when": ()})
    assert track(file, list(judged(file).values()), none, on("2026-03-09")).name == "clean"


# --- the agenda -----------------------------------------------------------------------------------------------------


def states_on_the_agenda(file: ProviderFile, when: str) -> tuple[str, ...] | None:
    line = agenda_line(assess(file, policy(), on(when), CHECKS, {}), policy(), CHECKS)
    return line.states if line else None


def test_who_is_on_the_agenda() -> None:
    assert states_on_the_agenda(applied(), "2026-03-09") is None
    assert states_on_the_agenda(verified(applied()), "2026-03-09") == ("CO",)
    assert states_on_the_agenda(verified(two_states(), but=["license KS"]), "2026-03-09") == ("CO",)
    assert states_on_the_agenda(approved(), "2026-03-09") is None
    assert states_on_the_agenda(verified(applied(), results={"npi": "review"}), "2026-03-09") == ("CO",)
    assert states_on_the_agenda(verified(applied(), results={"npi": "fail"}), "2026-03-09") is None


def test_a_state_that_may_join_is_on_the_agenda_while_the_gate_would_let_it() -> None:
    file = decided(verified(two_states(), but=["license KS"]), decision())
    assert states_on_the_agenda(file, "2026-03-20") is None
    later = verified(file, "2026-04-01", but=[name for name in subjects(file) if name != "license KS"])
    assert states_on_the_agenda(later, "2026-04-01") == ("KS",)
    # In July the first verifications are too old to decide by, and the gate would refuse.
    assert not gate(later, policy(), CHECKS, on("2026-07-20"), ("KS",)).opens
    assert states_on_the_agenda(later, "2026-07-20") is None


def test_nobody_joins_after_the_end() -> None:
    file = decided(verified(two_states(), but=["license KS"]), decision(), decision("terminated", "2026-04-01"))
    later = verified(file, "2026-04-02", but=[name for name in subjects(file) if name != "license KS"])
    assert states_on_the_agenda(later, "2026-04-02") is None
    assert states_on_the_agenda(replace(later, decisions=()), "2026-04-02") is not None
