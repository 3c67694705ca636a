"""Which round a file is in, which states are approved and watched, and what ended it all."""

from dataclasses import replace

import pytest
from factories import file
from lives import active, approved, cycle, decided, decision, on

from credkit.records import CycleKind, Decision, ProviderFile
from credkit.verify.cycles import approvals, ended, round_on

TWO_ROUNDS = (cycle("2026-02-21", "2026-03-09"), cycle("2028-10-01", kind="recredentialing", id="cycle-2"))


@pytest.mark.parametrize(
    ("cycles", "when", "kind", "open"),
    [
        ((), "2026-03-02", "initial", True),
        (TWO_ROUNDS, "2026-02-20", "initial", True),
        (TWO_ROUNDS, "2026-02-21", "initial", True),
        (TWO_ROUNDS, "2026-03-08", "initial", True),
        (TWO_ROUNDS, "2026-03-09", "initial", False),
        (TWO_ROUNDS, "2028-09-30", "initial", False),
        (TWO_ROUNDS, "2028-10-01", "recredentialing", True),
    ],
    ids=[
        "a file without a cycle is at the start of its first",
        "before its first cycle a file is in it",
        "open from its first day",
        "open until its last",
        "closed on the day of the decision",
        "between rounds it stays in the last",
        "the next round begins",
    ],
)
def test_rounds(cycles: tuple[object, ...], when: str, kind: str, open: bool) -> None:
    found = round_on(file(cycles=cycles), on(when))
    assert (found.kind, found.open) == (CycleKind(kind), open)


DECISIONS: list[tuple[str, tuple[Decision, ...], str, dict[str, str]]] = [
    ("nothing decided, nothing approved", (), "2026-03-09", {}),
    ("not before the day", (decision(),), "2026-03-08", {}),
    ("from the day on", (decision(),), "2026-03-09", {"CO": "2026-03-09"}),
    ("a deferral approves nothing", (decision("deferred"),), "2026-03-09", {}),
    (
        "with conditions is approved",
        (decision("approved_with_conditions", conditions=("x",)),),
        "2026-03-09",
        {"CO": "2026-03-09"},
    ),
    (
        "a state joins by a later decision",
        (decision(), decision(when="2026-05-11", states=("KS",))),
        "2026-05-11",
        {"CO": "2026-03-09", "KS": "2026-05-11"},
    ),
    (
        "a termination ends every state",
        (decision(states=("CO", "KS")), decision("terminated", "2026-06-01")),
        "2026-06-01",
        {},
    ),
    (
        "a withdrawal too, whatever the order in the store",
        (decision("withdrawn", "2026-06-01"), decision()),
        "2026-06-01",
        {},
    ),
    (
        "an approval after it counts alone",
        (decision(states=("CO", "KS")), decision("terminated", "2026-06-01"), decision(when="2026-09-14")),
        "2026-09-14",
        {"CO": "2026-09-14"},
    ),
]


@pytest.mark.parametrize(
    ("decisions", "when", "states"), [row[1:] for row in DECISIONS], ids=[row[0] for row in DECISIONS]
)
def test_approvals(decisions: tuple[Decision, ...], when: str, states: dict[str, str]) -> None:
    found = approvals(file(decisions=decisions), on(when))
    assert found == {state: on(day) for state, day in states.items()}


def _denied() -> ProviderFile:
    return decided(active(), decision("denied", "2026-03-09"))


@pytest.mark.parametrize("outcome", ["denied", "withdrawn", "terminated"])
def test_an_ending_stands_from_its_day_until_a_new_cycle(outcome: str) -> None:
    over = decided(approved(), decision(outcome, "2026-04-10"))
    assert ended(over, on("2026-04-09")) is None
    assert ended(over, on("2026-04-10")) == over.decisions[-1]
    assert ended(over, on("2030-01-01")) == over.decisions[-1]
    again = replace(over, cycles=(*over.cycles, cycle("2026-05-04", id="cycle-2")))
    assert ended(again, on("2026-05-03")) == over.decisions[-1]
    assert ended(again, on("2026-05-04")) is None


def test_an_older_cycle_does_not_lift_an_ending() -> None:
    over = replace(_denied(), cycles=(cycle("2024-01-01", "2024-02-01", id="cycle-0"), *_denied().cycles))
    assert ended(over, on("2026-03-10"))


def test_what_was_never_ended() -> None:
    assert ended(active(), on("2026-12-01")) is None
    assert ended(file(), on("2026-12-01")) is None
