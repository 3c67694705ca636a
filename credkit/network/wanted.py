"""Which enrollments a provider should have, by the policy's `[[network.enroll]]`."""

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from credkit.network.counting import same_payer
from credkit.policy import Policy, WantedEnrollment
from credkit.records import Line, Payer, ProviderFile
from credkit.reference.professions import profession_of


@dataclass(frozen=True, slots=True)
class Wanted:
    """One payer in one state that the policy wants, and why none is to be opened there; None where one is."""

    payer: Payer
    line: Line
    state: str
    why_not: str | None


def wanted(file: ProviderFile, policy: Policy, payers: Mapping[str, Payer], *, opted_out: bool) -> tuple[Wanted, ...]:
    """Return each line of the policy that is for this provider's profession, state by state, with what stands in its way: an
    enrollment that is there, a conflict, an end or a denial that a person should look at, Medicare where they opted out."""
    family = profession_of(file.provider.profession)
    taken: set[tuple[str, str, Line]] = set()
    found: list[Wanted] = []
    for entry in policy.network.enroll:
        if entry.professions and (family is None or family.family not in entry.professions):
            continue
        payer = _named(entry.payer, payers)
        for state in file.provider.states_of_practice:
            if (entry.states and state not in entry.states) or (payer.states and state not in payer.states):
                continue
            line = entry.line or payer.line
            why_not = next(_in_the_way(file, entry, payer, line, state, payers, taken, opted_out=opted_out), None)
            found.append(Wanted(payer, line, state, why_not))
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
    *,
    opted_out: bool,
) -> Iterator[str]:
    if opted_out and line in {Line.MEDICARE, Line.MEDICARE_ADVANTAGE}:
        yield "opted out of Medicare"
    there = [one for one in file.enrollments if one.state == state]
    own = [one for one in there if one.payer_id in same_payer(payer, payers) and one.line is line]
    for enrollment in own:
        if not enrollment.status.closed:
            yield f"already {enrollment.status} ({enrollment.id})"
    if own:
        # Whether to try again is for a person: `credkit enroll submit NPI PAYER` does.
        yield f"{own[-1].status} before ({own[-1].id})"
    if (payer.id, state, line) in taken:
        yield "named twice by the policy"
    for name in entry.not_with:
        other = _named(name, payers)
        ids = same_payer(other, payers)
        if any((id_, place) == (other.id, state) for id_, place, _ in taken) or any(
            one.payer_id in ids and not one.status.closed for one in there
        ):
            yield f"not with {other.name}"


def _named(name: str, payers: Mapping[str, Payer]) -> Payer:
    wanted_name = " ".join(name.casefold().split())
    found = next(
        one
        for one in payers.values()
        if wanted_name in {one.name.casefold(), *(alias.casefold() for alias in one.aliases)}
    )
    while found.merged_into:
        found = payers[found.merged_into]
    return found
