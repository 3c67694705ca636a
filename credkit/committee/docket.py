"""Who may be decided, and which files are clean: nothing in them for the committee to weigh."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from credkit.checks.claims_history import paid
from credkit.policy import Policy
from credkit.records import ProviderFile, Requirement, RequirementState, Result, Verification
from credkit.verify.cycles import decisions_by, round_on

CLEAN = "clean"
EXCEPTION = "exception"


@dataclass(frozen=True, slots=True)
class Track:
    """Clean or exception, and every reason for an exception, in words."""

    name: str
    reasons: tuple[str, ...]


def track(file: ProviderFile, requirements: Sequence[Requirement], policy: Policy, on: date) -> Track:
    """Say whether a file is clean, by the reasons that the policy names in `exceptions_when`. What failed is a reason
    whatever the policy says; so is what the committee put off, until it decides, and for ever an approval past the
    gate."""
    reasons = [
        words for reason in policy.committee.exceptions_when for words in _reasons(reason, file, requirements, policy)
    ]
    reasons += [
        f"{one.name}: failed"
        for one in requirements
        if one.state is RequirementState.FAILED and not any(one.name in words for words in reasons)
    ]
    cycle = round_on(file, on)
    reasons += [
        f"{decision.outcome} on {decision.decided_on}: {decision.reason}"
        for decision in decisions_by(file, on)
        if decision.outcome.postpones and cycle.open and cycle.cycle is not None and decision.cycle_id == cycle.cycle.id
    ]
    reasons += [
        f"approved past the gate on {decision.decided_on}: {decision.override}"
        for decision in decisions_by(file, on)
        if decision.override
    ]
    return Track(EXCEPTION if reasons else CLEAN, tuple(reasons))


def _reasons(reason: str, file: ProviderFile, requirements: Sequence[Requirement], policy: Policy) -> list[str]:
    if reason == "disclosure_yes":
        answers = file.application.disclosures if file.application else {}
        return [f"disclosure answered yes: {key}" for key, disclosure in answers.items() if disclosure.answer]
    if reason == "check_review":
        return [
            f"{requirement.name}: {'review accepted' if requirement.accepted else 'under review'}"
            for requirement in requirements
            if requirement.accepted or requirement.state is RequirementState.REVIEW
        ]
    counted = {requirement.verification_id for requirement in requirements}
    if reason == "claims_over_250000":
        return [
            words
            for verification in file.verifications
            if verification.check == "claims_history" and verification.id in counted
            for words in _claims(verification, policy)
        ]
    # Until boards are read as data, a person's "review" is what says that there is something on the record.
    # That a license lapsed is no discipline; a check that failed is named as such.
    check, words, results = {
        "license_restricted": ("license", "restriction or discipline on the license", {Result.REVIEW}),
        "gap_unexplained": ("work_history", "gap in the work history", {Result.REVIEW, Result.FAIL}),
    }[reason]
    weighed = {
        verification.subject
        for verification in file.verifications
        if verification.check == check and verification.result in results and verification.id in counted
    }
    return [f"{words}: {check} {subject}".rstrip() for subject in sorted(weighed)]


def _claims(verification: Verification, policy: Policy) -> list[str]:
    """Say which claims the committee must weigh: those over the amount, whatever was made of them. A review or a failure
    that tells no amount may be of any."""
    told = paid(verification, policy)
    over = [one for one in told if one.amount > 250_000]
    if over:
        return [f"malpractice claims over $250,000: {', '.join(map(str, over))}"]
    if not told and verification.result in {Result.REVIEW, Result.FAIL}:
        return ["malpractice claims to weigh: claims_history"]
    return []
