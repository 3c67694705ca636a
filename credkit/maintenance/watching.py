"""A month's monitoring, made: whatever is watched and was not looked at this month, with the screening and verifying steps.

Once a month is enough: what was made in the month is not made again. A list that may not be used and a source that gives no
answer leave it to the next run.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date

from credkit.checks.interface import Check
from credkit.lists.receipts import Tally
from credkit.lists.screening import screen_everyone
from credkit.maintenance.monitoring import EXCLUSIONS, Month, Receipts, monitored, still_owed
from credkit.policy import Policy
from credkit.records import Result
from credkit.store import Store
from credkit.verify.cycles import approvals
from credkit.verify.gathering import Asking, Manner, Source
from credkit.verify.step import Run, run

#: Outcomes of a screening that need somebody.
_TO_WORK = ("possible", "match", "insufficient_data")


@dataclass(slots=True)
class Plan:
    """What a month still asks: how many providers against each list, how many findings of each check, and how many of each
    only a person can look up. `npis` are those whose checks a run can make."""

    lists: dict[str, int] = field(default_factory=dict)
    checks: Counter[str] = field(default_factory=Counter)
    by_hand: Counter[str] = field(default_factory=Counter)
    npis: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Made:
    """What a run made of one check, or against one list."""

    check: str
    list: str | None
    due: int
    made: int
    needs_somebody: int
    no_answer: int
    by_hand: int


def plan(store: Store, policy: Policy, checks: Mapping[str, Check], today: date) -> Plan:
    """Return what is watched of approved providers and was not looked at in this month."""
    month = Month(today.replace(day=1))
    receipts = Receipts.of(store.list_versions(), store.screenings())
    found = Plan()
    for file in store.provider_files():
        if not approvals(file, today):
            continue
        for one in monitored(file, policy, month, receipts, today, checks, (EXCLUSIONS,)):
            if one.state == "due":
                found.lists[one.subject] = found.lists.get(one.subject, 0) + 1
        machine = False
        for owed in still_owed(file, policy, checks, today):
            (found.by_hand if owed.by_hand else found.checks)[owed.check.name] += 1
            machine = machine or not owed.by_hand
        if machine:
            found.npis.append(file.provider.npi)
    return found


def screen_month(
    store: Store, policy: Policy, owed: Plan, *, today: date, tally: Tally, progress: Callable[[int], None]
) -> list[Made]:
    """Hold everyone against the lists that somebody is owed this month. Only what is new on either side is compared, and the
    receipt stands for all."""
    made = []
    for name, due in owed.lists.items():
        for _ in screen_everyone(store, policy, [name], since_last=True, today=today, tally=tally, progress=progress):
            pass
        counts = tally.counts[name]
        not_screened = min(counts["not_screened"], due)
        to_work = sum(counts[word] for word in _TO_WORK)
        made.append(Made(EXCLUSIONS, name, due, due - not_screened, to_work, not_screened, 0))
    return made


def verify_month(
    store: Store,
    policy: Policy,
    checks: Mapping[str, Check],
    owed: Plan,
    sources: Mapping[str, Source],
    askings: Mapping[str, Asking],
    manner: Manner,
    *,
    today: date,
    outcome: Run,
    progress: Callable[[int], None],
) -> list[Made]:
    """Make the checks that are due this month of those whom a source can answer for; count what only a person can look up."""
    results: dict[str, Counter[Result]] = {name: Counter() for name in owed.checks}
    if owed.npis:
        for judged in run(
            store, policy, sources, checks, npis=owed.npis, on=today, only=set(owed.checks), askings=askings,
            manner=manner, outcome=outcome, progress=progress,
        ):  # fmt: skip
            # That nobody answers for what only a person can look up is no trouble.
            if not judged.due.by_hand:
                results[judged.due.check.name][judged.verification.result] += 1
    made = []
    for name in sorted({*owed.checks, *owed.by_hand}):
        found = results.get(name, Counter[Result]())
        no_answer = found[Result.UNAVAILABLE]
        made.append(
            Made(
                name,
                None,
                owed.checks[name] + owed.by_hand[name],
                found.total() - no_answer,
                found[Result.FAIL] + found[Result.REVIEW],
                no_answer,
                owed.by_hand[name],
            )
        )
    return made
