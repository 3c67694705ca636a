"""Whether a provider may see clients in a state on a day, with every reason for a no."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from credkit.checks import essential_checks
from credkit.checks.interface import Check
from credkit.committee.standing import Standing, standing
from credkit.network.counting import days_of, does_not_count, payer_on, same_payer
from credkit.network.enrollments import in_network, telling, why_not_in_network
from credkit.policy import Policy
from credkit.records import CredentialKind, Payer, ProviderFile, Requirement, RequirementState
from credkit.verify.requirements import changes_by_itself
from credkit.verify.requirements import requirements as judged_by


@dataclass(frozen=True, slots=True)
class Readiness:
    """One state: the payers that count with whom the provider is in-network there, and what is in the way.

    `warnings` are what must be acted on and does not end readiness yet. `lapsed` says that an approval stands there, and
    something that suspends has failed since.
    """

    state: str
    payers: tuple[str, ...]
    reasons: tuple[str, ...]
    lapsed: bool
    warnings: tuple[str, ...] = ()

    @property
    def ready(self) -> bool:
        """Whether clients may be seen there."""
        return not self.reasons


def readiness(
    file: ProviderFile,
    requirements: Sequence[Requirement],
    standing: Standing,
    policy: Policy,
    payers: Mapping[str, Payer],
    on: date,
    state: str,
    *,
    payer: Payer | None = None,
) -> Readiness:
    """Judge one state on a day; with `payer`, ask for that payer too, beside one that counts.

    Ready is: an approval in force that names the state, a license active there, malpractice in force, no exclusion
    match, and in-network there with a payer that counts. What the policy does not ask, or does not say suspends, nobody
    watches: that is a no as well. A possible exclusion or an overdue monthly check is a warning;
    the latter ends readiness only after the policy's days.
    """
    reasons: list[str] = []
    warnings: list[str] = []
    decision = standing.approvals.get(state)
    if standing.ended and decision is None:
        reasons.append(f"{standing.ended.outcome} on {standing.ended.decided_on}")
    elif decision is None:
        reasons.append(f"not approved by the committee for {state}")
    elif not standing.approved(on):
        reasons.append(f"the approval lapsed on {standing.recredential_by}, its recredentialing not decided")
    reasons.extend(
        f"on {leave.kind} leave since {leave.started_on}, back on {leave.returns_on or 'no known day'}"
        for leave in file.leaves
        if leave.covers(on)
    )
    if state not in file.provider.states_of_practice:
        # No line of the policy is asked for such a state, so nothing is known of a license there.
        reasons.append(f"{state} is not among the states of practice")
    else:
        asked = {one.check for one in requirements if one.suspends and one.jurisdiction in {None, state}}
        unasked = (check for check in essential_checks() if check not in asked)
        reasons.extend(f"the policy has no line for {check} that suspends" for check in unasked)
    suspended = [one for one in file.suspensions if one.stands(on)]
    reasons.extend(f"suspended since {one.since}: {one.reason}" for one in suspended)
    lapsed = decision is not None and (bool(suspended) or not standing.approved(on))
    for requirement in requirements:
        if not requirement.suspends or requirement.jurisdiction not in {None, state}:
            continue
        end, warning = ends_readiness(requirement, policy, on)
        if end:
            reasons.append(end)
            lapsed = lapsed or decision is not None
        if warning:
            warnings.append(warning)
    counting, others = _in_network(file, policy, payers, on, state, None)
    if not counting:
        reasons.extend(others or (f"no enrollment with any payer in {state}",))
    if payer is not None:
        counting, others = _in_network(file, policy, payers, on, state, payer)
        if not counting:
            reasons.extend(
                why for why in others or (f"no enrollment with {payer.name} in {state}",) if why not in reasons
            )
    return Readiness(
        state=state,
        payers=tuple(counting),
        reasons=tuple(reasons),
        lapsed=lapsed,
        warnings=tuple(warnings),
    )


def ready_states(
    file: ProviderFile,
    standing: Standing,
    policy: Policy,
    on: date,
    checks: Mapping[str, Check],
    payers: Mapping[str, Payer],
) -> dict[str, list[str]]:
    """Return each state in which clients may be seen, with the payers that count: what an assessment says too, for those
    who need nothing else of it. Only lines that suspend are judged, and none where the answer is no without them."""
    if not standing.approved(on):
        return {}
    states = [
        state
        for state in dict.fromkeys((*file.provider.states_of_practice, *standing.approvals))
        if state in standing.approvals and _in_network(file, policy, payers, on, state, None)[0]
    ]
    if not states:
        return {}
    judged = judged_by(file, policy.suspending, on, checks)
    found = [readiness(file, judged, standing, policy, payers, on, state) for state in states]
    return {one.state: list(one.payers) for one in found if one.ready}


def ends_readiness(requirement: Requirement, policy: Policy, on: date) -> tuple[str | None, str | None]:
    """Return why a suspending requirement ends readiness, and what it warns of; None for neither.

    A claim that changed since it was verified ends it only where it is another credential altogether; a screening that
    is not settled, or not repeated, warns until somebody finds a match.
    """
    words = f"{requirement.name}: {requirement.detail}"
    overdue = None
    if requirement.overdue_since:
        overdue = f"{requirement.name}: monthly check overdue since {requirement.overdue_since}"
        if (on - requirement.overdue_since).days > policy.monitoring.overdue_suspends_after_days:
            return overdue, None
    match requirement.state:
        case RequirementState.MET:
            return None, overdue
        case RequirementState.FAILED | RequirementState.EXPIRED:
            return words, None
        case RequirementState.MISSING:
            return words, None
        case RequirementState.PENDING if requirement.decisive and requirement.check != "exclusions":
            return words, None
        case RequirementState.NOT_APPLICABLE:
            return None, None
        case _:
            return None, words


def asked(
    file: ProviderFile,
    policy: Policy,
    on: date,
    checks: Mapping[str, Check],
    payers: Mapping[str, Payer],
    state: str,
    payer: Payer | None = None,
) -> tuple[Readiness, date | None]:
    """Judge one state on a day, and nothing else of the file: what an assessment says of it too. Return with a yes the last
    day through which it holds as things stand, None where nothing in the file ends it."""
    spans, until = yes_from(file, policy, on, checks, payers, state, payer)
    return spans[0][1], until


def yes_from(
    file: ProviderFile,
    policy: Policy,
    on: date,
    checks: Mapping[str, Check],
    payers: Mapping[str, Payer],
    state: str,
    payer: Payer | None = None,
) -> tuple[list[tuple[date, Readiness]], date | None]:
    """Return what is said of one state from a day on, for as long as it is a yes: each answer with the first day on which it
    is given, and the last day of the yes (None: nothing ends it). A no is one answer, for its day alone.

    A day on which something ends by itself, or which a fact is dated, is asked about again, until the answer is no.
    """
    day = on
    spans: list[tuple[date, Readiness]] = []
    dated: list[date] = []
    while True:
        judged = judged_by(file, policy.suspending, day, checks)
        stands = standing(file, policy, day)
        said = readiness(file, judged, stands, policy, payers, day, state, payer=payer)
        if not said.ready:
            return (spans, day - timedelta(days=1)) if spans else ([(day, said)], None)
        if not spans:
            dated = sorted({*dated_ahead(file), *days_of(payers.values())})
        spans.append((day, said))
        coming = [one for one in changes_by_itself(file, policy.suspending, day, checks, judged) if one > day]
        coming += [one for one in dated if one > day]
        if stands.recredential_by and stands.recredential_by >= day:
            coming.append(stands.recredential_by + timedelta(days=1))
        if not coming:
            return spans, None
        day = min(coming)


def dated_ahead(file: ProviderFile) -> Iterator[date]:
    """Return every day that something in a file is dated, and from which an answer may be another."""
    yield from (cover.effective_on for cover in file.held(CredentialKind.MALPRACTICE) if cover.effective_on)
    for enrollment in file.enrollments:
        yield from (day for day in (enrollment.effective_on, enrollment.ended_on) if day)
    yield from (verification.verified_on for verification in file.verifications)
    yield from (acceptance.accepted_on for acceptance in file.acceptances)
    yield from (decision.decided_on for decision in file.decisions)
    yield from (confirmation.confirmed_on for confirmation in file.confirmations.values())
    for leave in file.leaves:
        yield from (day for day in (leave.started_on, leave.returns_on) if day)
    for suspension in file.suspensions:
        yield from (day for day in (suspension.since, suspension.lifted_on) if day)
    for cycle in file.cycles:
        yield from (day for day in (cycle.opened_on, cycle.closed_on) if day)


def _in_network(
    file: ProviderFile,
    policy: Policy,
    payers: Mapping[str, Payer],
    on: date,
    state: str,
    wanted: Payer | None,
) -> tuple[list[str], list[str]]:
    """Return the payers that count with whom the provider is in-network, and why the others do not."""
    counting: list[str] = []
    others: list[str] = []
    meant = same_payer(wanted, payers, on) if wanted is not None else set()
    there = [
        enrollment
        for enrollment in file.enrollments
        if enrollment.state == state and (wanted is None or enrollment.payer_id in meant)
    ]
    for enrollment in telling(there):
        payer = payer_on(enrollment.payer_id, payers, on)
        if not in_network(enrollment, on):
            others.append(f"{payer.name} ({enrollment.line}): {why_not_in_network(enrollment, on)}")
            continue
        excluded = None if wanted else does_not_count(enrollment, payers, policy, on)
        if excluded:
            others.append(f"{payer.name} ({enrollment.line}): in-network, but {excluded}")
            continue
        if payer.name not in counting:
            counting.append(payer.name)
    return sorted(counting), others
