"""Which checks are due, and why."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from credkit.checks.interface import Check
from credkit.policy import Policy
from credkit.records import ProviderFile, Requirement, RequirementState, SourceRef, Subject
from credkit.verify.cycles import approvals, ended
from credkit.verify.requirements import Line, latest_finding, lines, requirements, screened_by_another


@dataclass(frozen=True, slots=True)
class Due:
    """One check that is due. `by_hand` says that no source answers it: a person must look it up and record it.
    `monthly` says that it is due because a month began: what was found in another month does not settle it."""

    npi: str
    name: str
    check: Check
    subject: Subject
    needs: tuple[SourceRef, ...]
    requirement: Requirement
    why: str
    by_hand: bool
    monthly: bool = False


def due(
    file: ProviderFile,
    policy: Policy,
    on: date,
    checks: Mapping[str, Check],
    *,
    only: Collection[str] = (),
    again: bool = False,
) -> Iterator[Due]:
    """Return what must be verified in a file on a day, in the order of the policy.

    What was found today on the same claims is not due again (so an interrupted run goes on where it stopped), unless
    `again` asks for it. What is missing cannot be verified; it waits for the provider. Of somebody who was denied,
    withdrew or was terminated nothing is due until they apply anew.
    """
    if ended(file, on):
        return
    judged = requirements(file, policy, on, checks)
    watched = bool(approvals(file, on))
    for line, requirement in zip(lines(file, policy, on, checks), judged, strict=True):
        if (only and line.check.name not in only) or requirement.state is RequirementState.MISSING:
            continue
        why = _why(line, requirement, file, policy, on, watched=watched, again=again)
        if why:
            yield Due(
                npi=file.provider.npi,
                name=file.provider.name,
                check=line.check,
                subject=line.subject,
                needs=line.check.needs(line.subject, file, policy),
                requirement=requirement,
                why=why,
                by_hand=_is_for_a_person(line, requirement, file, policy),
                monthly=why.startswith("monthly"),
            )


def _why(
    line: Line, requirement: Requirement, file: ProviderFile, policy: Policy, on: date, *, watched: bool, again: bool
) -> str | None:
    state = requirement.state
    if again:
        return "asked for again"
    # What was found today against another version of a list, or by another policy, is due all the same.
    found_today = state is not RequirementState.STALE and _found_on(line, file, policy, on)
    if state is RequirementState.MET:
        if requirement.overdue_since:
            return f"monthly check overdue since {requirement.overdue_since}"
        if requirement.advice:
            return "a renewal is claimed"
        monthly = line.rule.monitor == "monthly" and watched
        if monthly and requirement.verified_on and not _same_month(requirement.verified_on, on):
            return "monthly check"
        finding = next((one for one in file.verifications if one.id == requirement.verification_id), None)
        if finding and screened_by_another(finding, file, line.subject, on):
            return "another version of the list was loaded"
        return None
    if found_today:
        return None
    return {
        RequirementState.PENDING: "not verified",
        RequirementState.STALE: "verified too long ago",
        RequirementState.EXPIRED: "expired",
        RequirementState.FAILED: "failed before",
        RequirementState.REVIEW: "under review",
    }.get(state)


def _is_for_a_person(line: Line, requirement: Requirement, file: ProviderFile, policy: Policy) -> bool:
    """Say whether a person must settle it: a run would judge no more than the file, or it waits for one."""
    if line.check.by_hand and not line.check.needs(line.subject, file, policy):
        return True
    return waits_for_a_person(line.check, requirement, file)


def waits_for_a_person(check: Check, requirement: Requirement, file: ProviderFile) -> bool:
    """Say whether a run would leave a requirement to a person, as far as what was found before tells: no run judges the
    check, or one did and had no source to ask, or a person settled it the last time."""
    if not check.automatic:
        return True
    tried = requirement.state is RequirementState.PENDING and requirement.advice is not None
    settled = next((one for one in file.verifications if one.id == requirement.verification_id), None)
    return check.by_hand and (tried or (settled is not None and settled.method == "hand"))


def _found_on(line: Line, file: ProviderFile, policy: Policy, on: date) -> bool:
    history = [
        verification
        for verification in file.verifications
        if verification.check == line.check.name and verification.subject == line.subject.key
    ]
    finding = latest_finding(history, line.subject)
    if finding is None or finding.verified_on != on:
        return False
    if line.check.from_file and finding.policy_sha256 != policy.sha256:
        return False
    # A renewal claimed since then is another question.
    return line.subject.expires_on is None or finding.expires_on == line.subject.expires_on


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)
