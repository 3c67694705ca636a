"""How long payers take: each payer and state against its own history, and which applications are stuck."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from math import ceil
from statistics import median

from credkit.network.counting import payer_on
from credkit.policy import NetworkRules
from credkit.records import Enrollment, Payer


@dataclass(frozen=True, slots=True)
class Aging:
    """One payer in one state. `decided` counts its decisions with both of their dates; `median_days` and `p90_days` are from
    submission to decision, None without any. `limit_days` is what waiting is measured by, and `limit_by` says whose number
    it is. `stuck` are the applications that wait for longer, the longest first, each with its days."""

    payer: Payer
    state: str
    decided: int
    median_days: int | None
    p90_days: int | None
    limit_days: int
    limit_by: str
    waiting: int
    oldest_days: int | None
    stuck: tuple[tuple[Enrollment, int], ...]


def aging(
    enrollments: Iterable[Enrollment],
    payers: Mapping[str, Payer],
    rules: NetworkRules,
    on: date,
    left: Mapping[str, date] | None = None,
) -> list[Aging]:
    """Return every payer and state in which something was decided or waits on a day, by payer and state.

    What waits no more waited until the day of its decision, or, where nobody recorded that, until the day it `left` the
    payer by the log (of each enrollment by its id): asked about an earlier day, it still waits.

    The measure is the payer's own 90th percentile there, of as many decisions as the policy needs; else what the payer
    says it usually takes; else what the policy says.
    """
    groups: dict[tuple[str, str], list[Enrollment]] = defaultdict(list)
    for enrollment in enrollments:
        groups[payer_on(enrollment.payer_id, payers, on).id, enrollment.state].append(enrollment)
    found = [_one(payers[payer_id], state, of, rules, on, left or {}) for (payer_id, state), of in groups.items()]
    return sorted(
        (one for one in found if one.decided or one.waiting), key=lambda one: (one.payer.name.casefold(), one.state)
    )


def waited(enrollment: Enrollment, on: date) -> bool:
    """Say whether only the log knows if an enrollment still waited on a day: it was sent by then, and is with the payer no
    more, and no day of a decision is on record."""
    sent = enrollment.submitted_on is not None and enrollment.submitted_on <= on
    return sent and not enrollment.status.with_payer and enrollment.decided_on is None


def _one(
    payer: Payer,
    state: str,
    enrollments: Iterable[Enrollment],
    rules: NetworkRules,
    on: date,
    left: Mapping[str, date],
) -> Aging:
    took: list[int] = []
    waits: list[tuple[Enrollment, int]] = []
    for enrollment in enrollments:
        sent, decided = enrollment.submitted_on, enrollment.decided_on
        if sent is None or sent > on:
            continue
        if decided is not None and decided < sent:
            decided = enrollment.loaded_on  # the committee's decision, of a delegated payer: its own is the acceptance
        if decided is not None and decided <= on:
            took.append((decided - sent).days)
        elif enrollment.status.with_payer or on < (decided or left.get(enrollment.id, on)):
            waits.append((enrollment, (on - sent).days))
    p90 = percentile(took, 0.9) if took else None
    if p90 is not None and len(took) >= rules.decisions_needed:
        limit, by = p90, "its own 90th percentile"
    elif payer.usual_days is not None:
        limit, by = payer.usual_days, "the payer's usual days"
    else:
        limit, by = rules.usual_days, "the policy's usual days"
    stuck = sorted((one for one in waits if one[1] > limit), key=lambda one: (-one[1], one[0].npi))
    return Aging(
        payer=payer,
        state=state,
        decided=len(took),
        median_days=round(median(took)) if took else None,
        p90_days=p90,
        limit_days=limit,
        limit_by=by,
        waiting=len(waits),
        oldest_days=max((days for _, days in waits), default=None),
        stuck=tuple(stuck),
    )


def percentile(values: Iterable[int], share: float) -> int:
    """Return the smallest value that so great a share of the values does not exceed (the nearest rank)."""
    ordered = sorted(values)
    return ordered[max(1, ceil(share * len(ordered))) - 1]
