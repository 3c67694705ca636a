"""Which enrollments a provider should have, by the policy's `[[network.enroll]]`."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from credkit.errors import did_you_mean
from credkit.network.counting import same_payer
from credkit.network.enrollments import is_over
from credkit.policy import Policy, WantedEnrollment
from credkit.records import Line, Payer, ProviderFile
from credkit.reference.professions import profession_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """One payer in one state that the policy wants, and why none is to be opened there; None where one is. A payer that the
    policy names and nobody knows is None, and its line too unless the policy says it; `unknown` is what there is no payer of."""

    name: str
    payer: Payer | None
    line: Line | None
    state: str
    why_not: str | None
    unknown: str | None = None


def unknown_payers(policy: Policy, payers: Mapping[str, Payer]) -> str | None:
    """Return the first payer that the policy wants where all that it wants are unknown, None where one is known."""
    names = [entry.payer for entry in policy.network.enroll]
    return names[0] if names and not any(_named(name, payers) for name in names) else None


def wanted(
    file: ProviderFile, policy: Policy, payers: Mapping[str, Payer], on: date, *, opted_out: bool
) -> tuple[Wanted, ...]:
    """Return each line of the policy that is for this provider's profession, state by state, with what stands in its way: an
    enrollment that is there, a conflict, an end or a denial that a person should look at, Medicare where they opted out, a
    payer that the policy names and nobody knows."""
    family = profession_of(file.provider.profession)
    taken: set[tuple[str, str, Line]] = set()
    found: list[Wanted] = []
    for entry in policy.network.enroll:
        if entry.professions and (family is None or family.family not in entry.professions):
            continue
        payer = _named(entry.payer, payers)
        unknown = next((name for name in (entry.payer, *entry.not_with) if _named(name, payers) is None), None)
        for state in file.provider.states_of_practice:
            if (entry.states and state not in entry.states) or (payer and payer.states and state not in payer.states):
                continue
            line = entry.line or (payer.line if payer else None)
            if payer is None or line is None or unknown is not None:
                # Of one that may not stand beside it nothing is known: then it is not opened either.
                near = did_you_mean(unknown or "", [one.name for one in payers.values()])
                why = f"there is no payer {unknown!r}, which the policy names.{near}"
                found.append(Wanted(entry.payer, payer, line, state, why, unknown))
                continue
            why_not = next(_in_the_way(file, entry, payer, line, state, payers, taken, on, opted_out=opted_out), None)
            found.append(Wanted(payer.name, payer, line, state, why_not))
            if why_not is None:
                taken.add((payer.id, state, line))
    return tuple(found)


def _in_the_way(
    file: ProviderFile,
    entry: WantedEnrollment,
    payer: Payer,
    line: Line,
    state: str,
    payers: Mapping[str, Payer],
    taken: AbstractSet[tuple[str, str, Line]],
    on: date,
    *,
    opted_out: bool,
) -> Iterator[str]:
    if opted_out and line in {Line.MEDICARE, Line.MEDICARE_ADVANTAGE}:
        yield "opted out of Medicare"
    there = [one for one in file.enrollments if one.state == state]
    own = [one for one in there if one.payer_id in same_payer(payer, payers) and one.line is line]
    for enrollment in own:
        if not is_over(enrollment, on):
            yield f"already {enrollment.status} ({enrollment.id})"
    if own:
        # Whether to try again is for a person: `credkit enroll submit NPI PAYER` does.
        yield f"{own[-1].status if own[-1].status.closed else 'ended'} before ({own[-1].id})"
    if (payer.id, state, line) in taken:
        yield "named twice by the policy"
    for name in entry.not_with:
        other = _named(name, payers)
        assert other is not None
        ids = same_payer(other, payers)
        if any((id_, place) == (other.id, state) for id_, place, _ in taken) or any(
            one.payer_id in ids and not is_over(one, on) for one in there
        ):
            yield f"not with {other.name}"


def _named(name: str, payers: Mapping[str, Payer]) -> Payer | None:
    wanted_name = " ".join(name.casefold().split())
    known = (
        one
        for one in payers.values()
        if wanted_name in {one.name.casefold(), *(alias.casefold() for alias in one.aliases)}
    )
    found = next(known, None)
    while found is not None and found.merged_into:
        found = payers[found.merged_into]
    return found
