"""Every line of the policy, judged on one file on one day.

Nothing here runs a check: it reads what was recorded. A claim that nobody verified is pending, one that changed since is
pending again, and silence is never a pass.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial

from credkit.checks.cover import begun_on
from credkit.checks.exclusions import rests_on_a_ruling
from credkit.checks.interface import Check
from credkit.documents.papers import DOCUMENT, asked_for
from credkit.policy import Policy, RequirementLine
from credkit.records import (
    Acceptance,
    ProviderFile,
    Requirement,
    RequirementState,
    Result,
    Screening,
    Subject,
    Verification,
)
from credkit.reference.professions import profession_of
from credkit.verify.cycles import approvals, asked_as, round_on

_VERIFY = "Verify the renewal."


@dataclass(frozen=True, slots=True)
class Line:
    """One subject of one line of the policy, with the check that judges it."""

    rule: RequirementLine
    check: Check
    subject: Subject


def lines(file: ProviderFile, policy: Policy, on: date, checks: Mapping[str, Check]) -> Iterator[Line]:
    """Return each subject that the policy asks of this file in the round it is in on a day."""
    kind = asked_as(file, policy, on)
    family = profession_of(file.provider.profession)
    file = begun_on(file, on)
    for rule in policy.requirements:
        if kind not in rule.cycles:
            continue
        if rule.professions and (family is None or family.family not in rule.professions):
            continue
        states = file.provider.states_of_practice
        if rule.states:
            states = tuple(state for state in states if state in rule.states)
            if not states:
                continue
        check = checks[rule.check]
        for subject in check.subjects(file, policy, states):
            yield Line(rule, check, subject)


def requirements(
    file: ProviderFile, policy: Policy, on: date, checks: Mapping[str, Check], *, deciding: bool | None = None
) -> tuple[Requirement, ...]:
    """Judge every line of the policy on this file as of a day.

    While a decision is to come (`deciding`; by default: while the cycle is open) verifications age by the policy's
    window; between decisions they do not. Lines that are monitored are owed once each calendar month from the approval
    on, also while recredentialing is open.
    """
    now = round_on(file, on)
    deciding = now.open if deciding is None else deciding
    history: dict[tuple[str, str], list[Verification]] = {}
    for verification in file.verifications:
        if verification.verified_on <= on:
            history.setdefault((verification.check, verification.subject), []).append(verification)
    accepted = {
        acceptance.verification_id: acceptance for acceptance in file.acceptances if acceptance.accepted_on <= on
    }
    approved_on = approvals(file, on)
    return tuple(
        _judge(
            line,
            file,
            policy,
            on,
            history.get((line.check.name, line.subject.key), ()),
            accepted,
            deciding=deciding,
            approved_on=approved_on,
        )
        for line in lines(file, policy, on, checks)
    )


def everything_asked(
    file: ProviderFile, policy: Policy, on: date, checks: Mapping[str, Check], *, deciding: bool | None = None
) -> tuple[Requirement, ...]:
    """Judge every line of the policy on this file as of a day, and every paper that it asks for: what a decision needs."""
    judged = requirements(file, policy, on, checks, deciding=deciding)
    return (*judged, *asked_for(file, policy, on, asked_as(file, policy, on))) if policy.documents else judged


def changes_by_itself(
    file: ProviderFile, policy: Policy, on: date, checks: Mapping[str, Check], judged: Sequence[Requirement]
) -> Iterator[date]:
    """Return the coming days on which requirements, as `everything_asked` judged them on a day, change with time alone."""
    for requirement in judged:
        if requirement.valid_until and requirement.valid_until >= on:
            yield requirement.valid_until + timedelta(days=1)
        if requirement.suspends and requirement.overdue_since:
            yield requirement.overdue_since + timedelta(days=policy.monitoring.overdue_suspends_after_days + 1)
    if any(requirement.state is RequirementState.STALE for requirement in judged):
        # What is stale may also expire, which is another thing to ask for.
        findings = {verification.id: verification for verification in file.verifications}
        checked = [requirement for requirement in judged if requirement.check != DOCUMENT]
        for line, requirement in zip(lines(file, policy, on, checks), checked, strict=True):
            if requirement.state is RequirementState.STALE and requirement.verification_id:
                last_good = last_good_day(line.subject, findings[requirement.verification_id], policy)
                if last_good:
                    yield last_good + timedelta(days=1)


def latest_finding(history: Sequence[Verification], subject: Subject) -> Verification | None:
    """Return the finding that counts for a subject as it is claimed now: the newest by the day that its source speaks
    of, and of one day the one recorded last. `unavailable` is no finding, and overwrites none."""
    found = None
    for verification in history:
        if verification.result is Result.UNAVAILABLE or verification.claims != subject.claims:
            continue
        if found is None or verification.verified_on >= found.verified_on:
            found = verification
    return found


def screened_by_another(finding: Verification, file: ProviderFile, subject: Subject, on: date) -> bool:
    """Say whether another version of an exclusion list was loaded since a finding screened against it."""
    version = file.lists.get(subject.key) if subject.check == "exclusions" else None
    return version is not None and version.acquired_on <= on and version.address not in finding.source


def renewed_by(
    finding: Verification, history: Sequence[Verification], screenings: Sequence[Screening], on: date
) -> Screening | None:
    """Return the screening of everyone that renews a finding as of a day: it found the same again, or it would have
    recorded another.

    The last one counts that came before the next finding on the subject, whatever that was. `history` holds the findings
    on the subject, `screenings` the receipts of everyone against its list, both oldest first.
    """
    place = next(n for n, one in enumerate(history) if one.id == finding.id)
    later = min((one.recorded_at for one in history[place + 1 :]), default=None)
    for screening in reversed(screenings):
        if screening.recorded_at < finding.recorded_at:
            break
        if screening.ran_on > on or (later is not None and screening.recorded_at >= later):
            continue
        if screening.began_at < finding.recorded_at:
            continue  # it may have come to this provider before the finding, and found otherwise
        if screening.ran_on <= finding.verified_on and screening.address in finding.source:
            break  # the run that found it
        return screening
    return None


def _renewed(
    finding: Verification, history: Sequence[Verification], screenings: Sequence[Screening], on: date
) -> Verification:
    """Return a finding as the screenings of everyone since then renew it."""
    screening = renewed_by(finding, history, screenings, on)
    if screening is None:
        return finding
    return replace(
        finding,
        verified_on=max(finding.verified_on, screening.ran_on),
        summary=f"{finding.summary} Found again on {screening.ran_on}, against {screening.address}.",
        source=f"{finding.source}, {screening.address}",
    )


def _later_attempt(finding: Verification, history: Sequence[Verification], subject: Subject) -> str:
    """Say of the last attempt since a finding that it got no answer, and why: the finding stands while it is fresh.

    Where only the file was looked at, nobody was asked.
    """
    for attempt in reversed(history):
        if attempt.id == finding.id:
            return ""
        if (
            attempt.result is Result.UNAVAILABLE
            and attempt.method == "source"
            and attempt.verified_on >= finding.verified_on
            and attempt.claims == subject.claims
        ):
            return f" A later attempt on {attempt.verified_on} got no answer: {attempt.summary}"
    return ""


def _by_this_policy(finding: Verification, line: Line, file: ProviderFile, policy: Policy) -> Verification:
    """Judge again, on its own day, what another policy found good in the file itself: a stricter rule undoes it."""
    if not line.check.from_file or finding.policy_sha256 == policy.sha256 or finding.result is Result.FAIL:
        return finding
    again = line.check.judge(line.subject, file, {}, policy, finding.verified_on)
    if again.result not in {Result.FAIL, Result.REVIEW} or again.result is finding.result:
        return finding
    return replace(
        finding, result=again.result, summary=f"By the policy in force: {again.summary}", advice=again.advice
    )


def _judge(
    line: Line,
    file: ProviderFile,
    policy: Policy,
    on: date,
    history: Sequence[Verification],
    accepted: Mapping[str, Acceptance],
    *,
    deciding: bool,
    approved_on: Mapping[str, date],
) -> Requirement:
    subject, rule = line.subject, line.rule
    # A roster is hundreds of thousands of these; each is made once, when all of it is known.
    asked = partial(Requirement, subject.check, subject.key, jurisdiction=subject.jurisdiction, suspends=rule.suspends)
    finding = latest_finding(history, subject)
    if finding is not None and subject.check == "exclusions":
        finding = _renewed(finding, history, file.screenings.get(subject.key, ()), on)
    if subject.missing and (finding is None or finding.result is not Result.FAIL):
        return asked(RequirementState.MISSING, subject.missing, decisive=True)
    if finding is None:
        return _pending(asked, subject, history)
    finding = _by_this_policy(finding, line, file, policy)
    attempt = _later_attempt(finding, history, subject)
    judged = partial(asked, verified_on=finding.verified_on, verification_id=finding.id, attempt=attempt.strip())
    if finding.result is Result.FAIL:
        return judged(RequirementState.FAILED, finding.summary + attempt, advice=finding.advice)
    # Between decisions a credential still lapses and a watched line is still watched; a signature has done its work.
    watched = deciding or rule.suspends or rule.monitor is not None or line.check.held
    last_good = last_good_day(subject, finding, policy) if watched else None
    renewal = _renewal(subject, finding)
    if last_good is not None and on > last_good:
        return judged(
            RequirementState.EXPIRED,
            f"Held through {last_good}, and no longer. {renewal or ''}".rstrip() + attempt,
            valid_until=last_good,
            advice=_VERIFY if renewal else None,
        )
    ends = [last_good] if last_good else []
    overdue_since = None
    since = _approval_day(subject, approved_on) if rule.monitor == "monthly" else None
    if since is not None:
        owed_by = month_end(month_after(max(finding.verified_on, since)))
        if on > owed_by:
            overdue_since = owed_by + timedelta(days=1)
        else:
            ends.append(owed_by)
    judged = partial(judged, overdue_since=overdue_since)
    acceptance = accepted.get(finding.id)
    second = file.confirmations.get(acceptance.id) if acceptance else None
    if second and second.confirmed_on > on:
        second = None
    if finding.result is Result.REVIEW and acceptance is None:
        return judged(RequirementState.REVIEW, finding.summary + attempt, advice=finding.advice)
    if finding.result is Result.REVIEW and acceptance and policy.committee.second_person_accepts and second is None:
        return judged(
            RequirementState.REVIEW,
            f"{finding.summary} {acceptance.actor} accepted it on {acceptance.accepted_on}; a second person must confirm.",
            advice=f"Another person confirms: credkit confirm {acceptance.id}",
        )

    detail = finding.summary + attempt
    if acceptance is not None:
        detail = f"{finding.summary} Accepted by {acceptance.actor} on {acceptance.accepted_on}: {acceptance.reason}"
        if second is not None:
            detail += f" Confirmed by {second.actor} on {second.confirmed_on}."
        detail += attempt
    if deciding and line.check.window.days is not None:
        if screened_by_another(finding, file, subject, on):
            return judged(
                RequirementState.STALE,
                f"Screened on {finding.verified_on} against another version of the list than is in force. {detail}",
            )
        window = line.check.window.days(policy)
        stale_after = finding.verified_on + timedelta(days=window)
        if on > stale_after:
            return judged(
                RequirementState.STALE,
                f"Verified on {finding.verified_on}, more than {window} days ago. {detail}",
                valid_until=stale_after,
            )
        ends.append(stale_after)
    if overdue_since:
        detail = f"Not checked since {finding.verified_on}: a check a month is owed. {detail}"
    return judged(
        RequirementState.MET,
        f"{detail} {renewal}" if renewal else detail,
        valid_until=min(ends, default=None),
        # A row that a person ruled to be somebody else is for the committee to see, like any review that was accepted.
        accepted=acceptance is not None or (subject.check == "exclusions" and rests_on_a_ruling(finding, file, on)),
        advice=_VERIFY if renewal else None,
    )


def _pending(asked: Callable[..., Requirement], subject: Subject, history: Sequence[Verification]) -> Requirement:
    """Say why nothing holds yet: the claim changed, a source did not answer, or nobody has looked."""
    judged = [verification for verification in history if verification.result is not Result.UNAVAILABLE]
    if judged:
        before = max(judged, key=lambda verification: verification.verified_on)
        changed = sorted(
            name
            for name in subject.claims.keys() | before.claims.keys()
            if subject.claims.get(name) != before.claims.get(name)
        )
        return asked(
            RequirementState.PENDING,
            # Names of fields only: what they held may be a date of birth.
            f"Changed since it was verified on {before.verified_on}: {', '.join(changed)}.",
            decisive=before.result is not Result.PASS or bool(subject.decisive.intersection(changed)),
        )
    tried = [verification for verification in history if verification.claims == subject.claims]
    if tried:
        return asked(RequirementState.PENDING, tried[-1].summary, advice=tried[-1].advice, decisive=True)
    return asked(RequirementState.PENDING, "Not verified yet.", decisive=True)


def last_good_day(subject: Subject, finding: Verification, policy: Policy) -> date | None:
    """Return the last day on which a verified claim holds, None where it does not expire.

    The earlier of what was verified and what is claimed now: an unverified renewal extends nothing. A malpractice
    policy ends at 12:01 a.m. of its last day, unless the policy says that day is covered.
    """
    ends = [day for day in (finding.expires_on, subject.expires_on) if day is not None]
    if not ends:
        return None
    end = min(ends)
    return policy.malpractice.last_day(end) if subject.check == "malpractice" else end


def _renewal(subject: Subject, finding: Verification) -> str | None:
    if subject.expires_on and finding.expires_on and subject.expires_on > finding.expires_on:
        return f"Claimed until {subject.expires_on}, verified until {finding.expires_on}."
    return None


def _approval_day(subject: Subject, approved_on: Mapping[str, date]) -> date | None:
    if subject.jurisdiction is not None:
        return approved_on.get(subject.jurisdiction)
    return min(approved_on.values(), default=None)


def month_after(day: date) -> date:
    """Return the first day of the next month."""
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def month_end(day: date) -> date:
    """Return the last day of a day's month."""
    return month_after(day) - timedelta(days=1)
