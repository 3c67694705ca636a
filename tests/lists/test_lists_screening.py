"""Everyone held against the lists in force: what is recorded, what a receipt renews, and what is compared since the last."""

import random
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
from factories import NPI, OTHER_NPI, TODAY, license, list_entry, policy, provider
from listed import put_list, put_provider

from credkit.checks import CHECKS
from credkit.lists.receipts import Tally
from credkit.lists.screening import Screened, screen_everyone
from credkit.records import (
    Evidence,
    ListEntry,
    ListVersion,
    Provider,
    RequirementState,
    Resolution,
    Result,
    Ruling,
    Screening,
    SourceRef,
    entry_digest,
)
from credkit.store import Store, new_id
from credkit.verify.requirements import requirements

THIRD_NPI = "1000000020"
OTHERS = [
    list_entry(row_number=number, last_name=f"OTHER{'ABCDEFG'[number]}", first_name="ZELDA", date_of_birth="1950-01-01")
    for number in range(2, 6)
]
ROBERT = provider(npi=OTHER_NPI, first_name="Robert", last_name="Reed", date_of_birth="1961-11-30")
POLICY = policy()


@dataclass
class Done:
    """What a run did."""

    found: list[Screened]
    tally: Tally

    @property
    def outcomes(self) -> dict[str, str]:
        return {one.provider.npi: one.result.outcome for one in self.found}

    @property
    def receipt(self) -> Screening:
        (receipt,) = self.tally.receipts
        return receipt


def screened(store: Store, *, names: tuple[str, ...] = ("leie",), today: date = TODAY, **options: Any) -> Done:
    tally = Tally()
    return Done(list(screen_everyone(store, POLICY, names, today=today, tally=tally, **options)), tally)


def standing(store: Store) -> dict[str, tuple[Any, ...]]:
    """Return what stands for each provider: the result, and every row that resembles them."""
    return {
        npi: (finding.result, finding.claims, {(one.field, one.found, one.agrees) for one in finding.comparisons})
        for npi, finding in store.latest_findings("exclusions", "leie").items()
    }


def rows(*entries: ListEntry) -> list[ListEntry]:
    return [replace(entry, row_number=number) for number, entry in enumerate([*entries, *OTHERS], 2)]


def requirement(store: Store, npi: str, on: date) -> Any:
    judged = requirements(store.provider_file(npi), POLICY, on, CHECKS, deciding=True)
    (found,) = (one for one in judged if one.check == "exclusions")
    return found


def test_a_second_run_records_only_what_changed_and_its_receipt_renews_the_rest(store: Store) -> None:
    put_provider(store, provider())
    put_provider(store, ROBERT)
    put_list(store, "one", rows())
    first = screened(store)
    assert first.outcomes == {NPI: "clear", OTHER_NPI: "clear"}
    assert (first.tally.recorded, first.receipt.people, first.receipt.counts) == (2, 2, {"clear": 2})
    later = TODAY + timedelta(days=29)
    put_list(store, "two", rows(list_entry()), published_on=later, acquired_on=later)
    assert requirement(store, OTHER_NPI, later).state is RequirementState.STALE
    second = screened(store, today=later)
    assert second.outcomes == {NPI: "possible", OTHER_NPI: "clear"}
    assert [one.provider.npi for one in second.found if one.recorded] == [NPI]
    assert second.tally.recorded == 1
    renewed = requirement(store, OTHER_NPI, later)
    assert (renewed.state, renewed.verified_on) == (RequirementState.MET, later)
    assert f"Found again on {later}" in renewed.detail
    assert requirement(store, NPI, later).state is RequirementState.REVIEW


def test_a_run_over_some_records_each_and_renews_nobody_else(store: Store) -> None:
    put_provider(store, provider())
    put_provider(store, ROBERT)
    put_list(store, "one", rows())
    screened(store)
    later = TODAY + timedelta(days=29)
    put_list(
        store, "two", rows(list_entry(last_name="QUINTER", first_name="LARK")), published_on=later, acquired_on=later
    )
    some = screened(store, npis=[NPI], today=later)
    assert [(one.provider.npi, one.recorded) for one in some.found] == [(NPI, True)]
    assert some.receipt.scope == "some"
    assert requirement(store, NPI, later).state is RequirementState.MET
    assert requirement(store, OTHER_NPI, later).state is RequirementState.STALE


def test_the_receipt_says_what_was_tried(store: Store) -> None:
    put_provider(store, provider(former_names=("Vale", "Ruth Vale")))
    put_provider(store, replace(ROBERT, date_of_birth=None))
    version = put_list(store, "one", rows())
    receipt = screened(store).receipt
    assert (receipt.list_id, receipt.address, receipt.scope) == (version.id, version.address, "everyone")
    assert (receipt.people, receipt.names, receipt.with_date_of_birth, receipt.with_npi) == (2, 4, 1, 2)
    assert receipt.counts == {"clear": 1, "insufficient_data": 1}
    assert receipt.problem is None
    assert store.screenings("leie") == [receipt]


@pytest.mark.parametrize("published", [None, TODAY - timedelta(days=32), TODAY + timedelta(days=5)])
def test_without_a_list_that_may_be_used_the_receipt_says_so_and_renews_nothing(
    store: Store, published: date | None
) -> None:
    put_provider(store, provider())
    if published is not None:
        put_list(store, "one", rows(list_entry(npi=NPI)), published_on=published, acquired_on=TODAY)
    done = screened(store)
    assert done.found == []
    assert done.receipt.counts == {"not_screened": 1}
    assert done.receipt.problem is not None
    assert done.receipt.problem.startswith("nobody was screened against leie: the list ")
    assert done.receipt.list_id is None
    assert done.tally.troubles == [done.receipt.problem]
    assert store.provider_file(NPI).screenings == {}
    assert requirement(store, NPI, TODAY).state is RequirementState.PENDING


def test_a_hit_is_found_once(store: Store) -> None:
    put_provider(store, provider())
    put_list(store, "one", rows(list_entry()))
    for _ in range(2):
        screened(store)
    put_list(store, "two", [*rows(list_entry()), list_entry(row_number=20, last_name="MARSCH")])
    screened(store)
    assert sorted(hit.row_number for hit in store.hits()) == [2, 20]
    assert {hit.verdict for hit in store.hits()} == {"possible"}


def rule(store: Store, said: Ruling, **changes: Any) -> None:
    hit = store.hits()[-1]
    ruling = Resolution(
        id=new_id(), hit_id=hit.id, npi=hit.npi, list=hit.list, entry=hit.entry, person=hit.person, ruling=said,
        reason="the birthplace differs", document=None, needs_second=False, resolved_on=TODAY,
        recorded_at="2026-03-02T09:00:00.000000Z", actor="kim",
    )  # fmt: skip
    store.resolve_hit(replace(ruling, **changes))


@pytest.mark.parametrize("since_last", [False, True])
def test_a_ruling_is_taken_up_by_the_next_run_and_outlives_the_month(store: Store, since_last: bool) -> None:
    put_provider(store, provider())
    put_list(store, "one", rows(list_entry()))
    screened(store)
    rule(store, Ruling.NO_MATCH)
    assert screened(store, since_last=since_last).outcomes == {NPI: "clear"}
    put_list(store, "two", [OTHERS[0], list_entry(row_number=9)])
    assert screened(store, since_last=since_last).outcomes == {NPI: "clear"}
    assert len(store.hits()) == 1
    put_list(store, "three", rows(list_entry(excluded_on="2025-05-05")))
    assert screened(store, since_last=since_last).outcomes == {NPI: "possible"}
    put_provider(store, provider(middle_name="Ruth"))
    put_list(store, "four", rows(list_entry()))
    assert screened(store, since_last=since_last).outcomes == {NPI: "possible"}


def test_a_ruling_that_waits_for_a_second_person_does_not_count(store: Store) -> None:
    put_provider(store, provider())
    put_list(store, "one", rows(list_entry()))
    screened(store)
    rule(store, Ruling.NO_MATCH, needs_second=True)
    assert screened(store).outcomes == {NPI: "possible"}


# --- since the last -------------------------------------------------------------------------------------------------


def test_since_last_compares_only_what_is_new(store: Store) -> None:
    put_provider(store, provider())
    put_provider(store, ROBERT)
    put_list(store, "one", rows())
    first = screened(store)
    nothing = screened(store, since_last=True)
    assert nothing.found == []
    assert nothing.receipt.since == first.receipt.id
    assert nothing.receipt.counts == {"unchanged": 2}
    put_list(store, "two", rows(list_entry(last_name="REED", first_name="BOB", date_of_birth="1961-11-30")))
    assert screened(store, since_last=True).outcomes == {OTHER_NPI: "possible"}
    put_provider(store, provider(last_name="Vale"))
    assert screened(store, since_last=True).outcomes == {NPI: "clear", OTHER_NPI: "possible"}


def test_since_last_of_nothing_is_everyone(store: Store) -> None:
    put_provider(store, provider())
    put_list(store, "one", rows())
    done = screened(store, since_last=True)
    assert done.outcomes == {NPI: "clear"}
    assert done.receipt.since is None


def test_since_last_skips_a_run_that_screened_nobody(store: Store) -> None:
    put_provider(store, provider())
    screened(store)
    put_list(store, "one", rows(list_entry()))
    assert screened(store, since_last=True).outcomes == {NPI: "possible"}


def test_another_matcher_compares_everything_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    from credkit.lists import screening

    put_provider(store, provider())
    put_list(store, "one", rows())
    screened(store)
    monkeypatch.setattr(screening, "matcher", lambda: "another")
    assert screened(store, since_last=True).outcomes == {NPI: "clear"}


def unavailable(store: Store, npi: str) -> None:
    """Record what `verify run` records where the list cannot be used that day."""
    from credkit.checks.exclusions import Exclusions
    from credkit.checks.interface import as_verification

    check = Exclusions()
    file = store.provider_file(npi)
    (subject,) = check.subjects(file, POLICY, ())
    source = SourceRef("list", "leie")
    answer: dict[SourceRef, Evidence] = {}
    finding = check.judge(subject, file, answer, POLICY, TODAY)
    assert finding.result is Result.UNAVAILABLE, source
    store.record_verification(
        as_verification(
            finding, subject, id=new_id(), npi=npi, on=TODAY, recorded_at="2026-03-02T10:00:00.000000Z", actor="kim",
            evidence=(), policy_sha256=POLICY.sha256,
        ),
        [],
    )  # fmt: skip


def test_since_last_looks_again_at_whoever_could_not_be_screened_meanwhile(store: Store) -> None:
    put_provider(store, provider())
    put_list(store, "one", rows(list_entry()))
    screened(store)
    unavailable(store, NPI)
    put_list(store, "two", rows())
    assert screened(store, since_last=True).outcomes == {NPI: "clear"}
    assert standing(store)[NPI][0] is Result.PASS


LASTS = ("Marsh", "Reed", "Vale", "Marsh-Vale", "Quillonby")
FIRSTS = ("Ana", "Robert", "Bob", "A", "Vesper")
DAYS = ("1985-06-07", "1985-07-06", "1961-11-30", None)
NPIS = (NPI, OTHER_NPI, THIRD_NPI)


def _somebody(chance: random.Random, npi: str) -> Provider:
    return provider(
        npi=npi,
        last_name=chance.choice(LASTS),
        first_name=chance.choice(FIRSTS),
        date_of_birth=chance.choice(DAYS),
        former_names=chance.choice([(), ("Vale",)]),
        states_of_practice=chance.choice([("CO",), ("CO", "WY")]),
    )


def _row(chance: random.Random) -> ListEntry:
    return list_entry(
        last_name=chance.choice(LASTS).upper(),
        first_name=chance.choice(FIRSTS).upper(),
        date_of_birth=chance.choice(DAYS),
        npi=chance.choice([None, None, *NPIS]),
        ends_on=chance.choice([None, None, TODAY + timedelta(days=chance.randint(0, 3))]),
        waiver_state=chance.choice([None, "CO"]),
    )


@pytest.mark.parametrize("seed", range(8))
def test_since_last_says_what_a_whole_run_says(tmp_path: Any, seed: int) -> None:
    """Two stores live through the same days: one compares what is new, the other everything."""
    chance = random.Random(seed)
    with (
        Store.create(tmp_path / "new" / "credkit.db", actor="kim", command="test") as new,
        Store.create(tmp_path / "whole" / "credkit.db", actor="kim", command="test") as whole,
    ):
        entries = [_row(chance) for _ in range(2)]
        for day in range(6):
            today = TODAY + timedelta(days=day)
            for npi in NPIS:
                if day == 0 or chance.random() < 0.3:
                    who = _somebody(chance, npi)
                    for store in (new, whole):
                        put_provider(store, who, license())
            if day == 0 or chance.random() < 0.6:
                entries = [one for one in entries if chance.random() > 0.3] + [_row(chance)]
                unique = list({entry_digest(one): one for one in entries}.values())
                for store in (new, whole):
                    put_list(store, f"day-{day}", rows(*unique), published_on=today, acquired_on=today)
            for store in (new, whole):
                if store.hits() and seed % 2:
                    known = {(one.entry, one.person) for one in store.resolutions()}
                    hit = min(store.hits(), key=lambda one: (one.npi, one.entry, one.person))
                    if (hit.entry, hit.person) not in known:
                        said = Ruling.MATCH if seed % 4 == 1 else Ruling.NO_MATCH
                        rule(store, said, hit_id=hit.id, npi=hit.npi, entry=hit.entry, person=hit.person)
            screened(new, since_last=True, today=today)
            screened(whole, today=today)
            assert standing(new) == standing(whole)
            assert {(one.npi, one.entry, one.person, one.verdict) for one in new.hits()} == {
                (one.npi, one.entry, one.person, one.verdict) for one in whole.hits()
            }
            for npi in NPIS:
                judged = [requirement(store, npi, today) for store in (new, whole)]
                assert judged[0].state == judged[1].state
                assert judged[0].verified_on == judged[1].verified_on


# --- SAM beside the LEIE --------------------------------------------------------------------------------------------


def _sam(store: Store, **changes: Any) -> ListVersion:
    return put_list(store, "sam", [list_entry(**({"agency": "HHS"} | changes))], name="sam")


@pytest.mark.parametrize(
    ("leie", "sam", "outcome"),
    [
        (rows(list_entry()), {}, "clear"),
        (rows(list_entry()), {"agency": "DOJ"}, "possible"),
        (rows(list_entry()), {"excluded_on": "2019-01-01"}, "possible"),
        (rows(list_entry(date_of_birth="1950-12-31")), {"npi": NPI}, "match"),
        (rows(list_entry(npi=OTHER_NPI)), {"npi": NPI}, "match"),
        (rows(list_entry(npi=NPI)), {"npi": NPI}, "clear"),
        (rows(), {}, "possible"),
        (None, {}, "possible"),
    ],
)
def test_a_row_of_sam_folds_only_into_a_row_that_is_there(
    store: Store, leie: list[ListEntry] | None, sam: dict[str, Any], outcome: str
) -> None:
    put_provider(store, provider())
    rules = policy(exclusions={"lists": ("leie", "sam")})
    if leie is not None:
        put_list(store, "one", leie)
    _sam(store, **sam)
    tally = Tally()
    (one,) = screen_everyone(store, rules, ["sam"], today=TODAY, tally=tally)
    assert one.result.outcome == outcome
    assert one.result.candidates, "it is shown, folded or not"


def test_nor_into_a_leie_that_is_too_old_to_be_worked(store: Store) -> None:
    put_provider(store, provider())
    put_list(store, "one", rows(list_entry()), published_on=TODAY - timedelta(days=40))
    _sam(store)
    (one,) = screen_everyone(store, policy(exclusions={"lists": ("leie", "sam")}), ["sam"], today=TODAY, tally=Tally())
    assert one.result.outcome == "possible"
