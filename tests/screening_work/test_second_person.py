"""Where the policy asks for two, no ruling counts by one person's word."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import product
from typing import Any

import pytest
from desk import LEIE, Desk, form
from factories import NPI, TODAY, policy
from hypothesis import given
from hypothesis import strategies as st

from credkit.errors import Refused, UsageError
from credkit.lists.hits import rulings_in_force
from credkit.lists.rulings import confirm, resolve, shortest
from credkit.records import Hit, Ruling
from credkit.store import Store

ROW = "MARSH,ANA,,,IND- LIC HC SERV PRO,SOCIAL WORKER,,0000000000,19850607,1 ELM ST,DENVER,CO,80201,1128a1,20190718,00000000,00000000,\r\n"


@pytest.fixture
def two(desk: Desk) -> Desk:
    """A practice whose policy asks for a second person, and Ana Marsh possibly on the list."""
    text = desk.ok("policy", "show").out.replace("second_person = []", 'second_person = ["no-match", "match"]')
    text = text.replace('name = "group-practice"', 'name = "ours"').replace("2025-07-01  ", "2026-01-01  ")
    path = desk.folder / "ours.toml"
    path.write_text(text, encoding="utf-8")
    desk.ok("policy", "adopt", path)
    desk.take_in(form())
    desk.load_leie("2026-03-01", LEIE + ROW)
    assert desk.run("screen", "run", "--all").code == 10
    return desk


def ask(desk: Desk, ruling: str = "no-match", actor: str = "kim") -> Any:
    short = desk.item("screen", "review")["short"]
    return desk.item("screen", "resolve", short, ruling, "--reason", "other license", "--actor", actor)


def outcome(desk: Desk) -> Any:
    return desk.items("screen", "show", NPI)[0]["outcome"]


def test_a_ruling_waits_and_says_so(two: Desk) -> None:
    asked = ask(two)
    assert (asked["counts"], asked["needs_second"], asked["finding"]) == (False, True, None)
    assert outcome(two) == "possible"
    one = two.item("screen", "review")
    assert (one["asked"]["ruling"], one["asked"]["actor"]) == ("no-match", "kim")
    assert "waits for another's `credkit confirm" in two.ok("screen", "review").out
    assert two.items("screen", "review", "--new") == []
    (waits,) = two.items("confirm")
    assert (waits["hit_id"], waits["asked_by"], waits["ruling"]) == (one["id"], "kim", "no-match")


@pytest.mark.parametrize("by", ["id", "short", "hit_id"])
def test_another_s_word_makes_it_count_and_both_are_named(two: Desk, by: str) -> None:
    ask(two)
    (waits,) = two.items("confirm")
    done = two.item("confirm", waits[by], "--actor", "lee")
    assert (done["counts"], done["confirmed_by"], done["finding"]) == (True, "lee", "pass")
    assert "ruled to be another person by kim and lee on 2026-03-02" in done["summary"]
    assert outcome(two) == "clear"
    assert two.items("confirm") == []
    events = [(one["verb"], one["actor"]) for one in two.items("audit", "log")]
    assert [one for one in events if one[0].startswith("hit.")] == [("hit.resolved", "kim"), ("hit.confirmed", "lee")]
    assert two.ok("audit", "verify").code == 0


@pytest.mark.parametrize("actor", ["kim", "Kim", " KIM "])
def test_one_s_own_word_is_no_second_one(two: Desk, actor: str) -> None:
    ask(two)
    (waits,) = two.items("confirm")
    ran = two.run("confirm", waits["short"], "--actor", actor)
    assert (ran.code, "another person has to confirm it" in ran.err) == (5, True)
    assert outcome(two) == "possible"


def test_a_match_by_two_suspends(two: Desk) -> None:
    ask(two, "match")
    assert outcome(two) == "possible"
    assert two.item("confirm", two.items("confirm")[0]["short"], "--actor", "lee")["finding"] == "fail"
    assert outcome(two) == "match"


def test_nobody_confirms_what_counts_already_or_was_overruled(two: Desk) -> None:
    first = ask(two)
    ask(two, "match", actor="lee")
    ran = two.run("confirm", first["id"], "--actor", "ash")
    assert (ran.code, "took its place" in ran.err) == (5, True)
    short = two.items("confirm")[0]["short"]
    two.ok("confirm", short)
    ran = two.run("confirm", short, "--actor", "ash")
    assert (ran.code, "counts already" in ran.err) == (5, True)
    assert two.run("confirm", "ffffff").code == 2
    assert two.run("confirm", "").code == 2


def test_undetermined_asks_nobody_else(two: Desk) -> None:
    assert ask(two, "undetermined")["counts"] is True


def test_a_policy_file_of_one_s_own_asks_nobody_less(two: Desk) -> None:
    path = two.folder / "lax.toml"
    path.write_text(two.ok("policy", "show").out.replace('["no-match", "match"]', "[]"), encoding="utf-8")
    short = two.item("screen", "review")["short"]
    assert two.run("screen", "resolve", short, "no-match", "--reason", "x", "--policy", path).code == 2
    ask(two)
    assert two.run("confirm", short, "--actor", "lee", "--policy", path).code == 2


def test_what_changed_meanwhile_is_not_confirmed(two: Desk) -> None:
    short = ask(two)["short"]
    two.ok("provider", "edit", NPI, "--set", "middle_name=Rose", "--reason", "the passport says so")
    ran = two.run("confirm", short, "--actor", "lee")
    assert (ran.code, "has changed since this hit was found" in ran.err) == (5, True)
    assert two.items("confirm") == []


def test_a_policy_that_asks_for_what_is_no_ruling(two: Desk) -> None:
    path = two.folder / "wrong.toml"
    path.write_text(two.ok("policy", "show").out.replace('["no-match", "match"]', '["nomatch"]'), encoding="utf-8")
    ran = two.run("policy", "check", path)
    assert (ran.code, "exclusions.second_person" in ran.err) == (2, True)


# --- every sequence -------------------------------------------------------------------------------------------------

ASKING = policy(exclusions={"second_person": (Ruling.NO_MATCH, Ruling.MATCH)})
ACTS = (*Ruling, "confirm")


class TakenBack(Exception):
    """What undoes a sequence, so that the next begins where it did."""


def settled(store: Store, hit: Hit, acts: Sequence[tuple[str, str]]) -> set[Ruling]:
    """Do these acts, each by its actor, and return the rulings that count afterwards; the store stays as it was."""
    found: set[Ruling] = set()
    with suppress(TakenBack), store.batch():
        for actor, act in acts:
            store.actor = actor
            with suppress(Refused, UsageError):
                if act == "confirm":
                    confirm(store, ASKING, hit.id, today=TODAY)
                else:
                    resolve(store, ASKING, hit.id, Ruling(act), "a reason", today=TODAY)
        found = {one.ruling for one in rulings_in_force(store, [NPI]).values()}
        said = {"pass": Ruling.NO_MATCH, "fail": Ruling.MATCH}.get(
            store.latest_findings("exclusions", "leie")[NPI].result
        )
        # The finding never says more than the rulings do.
        assert said is None or said in found
        raise TakenBack
    return found


@pytest.fixture
def open_store(two: Desk) -> Iterator[Store]:
    with Store.open(two.folder / "credkit.db", actor="kim", command="test") as store:
        yield store


def test_no_sequence_of_one_person_s_acts_settles_a_hit(open_store: Store) -> None:
    (hit,) = open_store.hits()
    for length in range(1, 5):
        for acts in product(ACTS, repeat=length):
            assert settled(open_store, hit, [("kim", act) for act in acts]) <= {Ruling.UNDETERMINED}, acts


def test_two_people_settle_it_by_one_asking_and_the_other_confirming(open_store: Store) -> None:
    """So that the test above can fail; and whatever two do, each ruling that counts was asked for and confirmed last."""
    (hit,) = open_store.hits()
    who_does_what = list(product(("kim", "lee"), ACTS))
    settling = 0
    for acts in product(who_does_what, repeat=3):
        asked: tuple[str, str] | None = None
        expected: set[Ruling] = set()
        for actor, act in acts:
            if act == "confirm":
                if asked and asked[0] != actor:
                    expected, asked = {Ruling(asked[1])}, None
            elif act == Ruling.UNDETERMINED:
                expected, asked = {Ruling.UNDETERMINED}, None
            else:
                asked = actor, act
        assert settled(open_store, hit, acts) == expected, acts
        settling += bool(expected - {Ruling.UNDETERMINED})
    assert settling > 0


@given(st.sets(st.text("0123456789abcdef", min_size=20, max_size=20), min_size=1, max_size=50))
def test_the_shortest_beginning_names_one(ids: set[str]) -> None:
    for one, beginning in shortest(ids).items():
        assert len(beginning) >= 6
        assert [other for other in ids if other.startswith(beginning)] == [one]
        assert len(beginning) == 6 or sum(other.startswith(beginning[:-1]) for other in ids) > 1
