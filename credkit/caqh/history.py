"""A profile's own story: work history and its gaps, education, and the disclosure questions."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from credkit.caqh.differences import Difference, Severity
from credkit.caqh.profile import Position, Profile
from credkit.checks.work_history import WorkHistory
from credkit.policy import Policy
from credkit.records import CredentialKind, ProviderFile, WorkEntry
from credkit.screening.names import fold

_EMPLOYMENT = "Employment Information"
_EDUCATION = "Education and Professional Training"
_DISCLOSURE = "Disclosure"


def work(file: ProviderFile, profile: Profile, policy: Policy, on: date) -> Iterator[Difference]:
    """Find the gaps in the profile's work history that nobody explained there, by the policy's own rule."""
    ours = any(entry.kind == "position" for entry in file.work_history)
    if not any(one.started_on for one in profile.positions):
        if ours:
            fix = f"In CAQH, {_EMPLOYMENT}: enter the positions of the last {policy.work_history.years} years."
            why = "the form on file has a work history"
            yield Difference("work history", Severity.BLOCKS, None, "on file", "file", "file", why, fix)
        return
    entries = [
        *_entries(file.provider.npi, "position", profile.positions),
        *_entries(file.provider.npi, "gap", profile.gaps),
    ]
    # Attesting now means a history to this day.
    as_in_caqh = replace(file, work_history=tuple(entries), application=None)
    check = WorkHistory()
    (subject,) = check.subjects(as_in_caqh, policy, ())
    for gap in check.judge(subject, as_in_caqh, {}, policy, on).comparisons:
        if gap.agrees:
            continue
        told = "our file explains it" if _explained_by(file, policy, gap.field, on) else "nobody has explained it to us"
        fix = f"In CAQH, {_EMPLOYMENT}: add the position held then, or explain the {gap.field} in writing."
        yield Difference(gap.field, Severity.BLOCKS, gap.claimed, "an explanation", "file", "nobody", told, fix)


def _explained_by(file: ProviderFile, policy: Policy, gap: str, on: date) -> bool:
    """Say whether our own file has no such gap open."""
    check = WorkHistory()
    now = replace(file, application=None)
    (subject,) = check.subjects(now, policy, ())
    if subject.missing:
        return False
    return all(one.agrees or one.field != gap for one in check.judge(subject, now, {}, policy, on).comparisons)


def _entries(npi: str, kind: str, positions: tuple[Position, ...]) -> Iterator[WorkEntry]:
    for one in positions:
        if one.started_on:
            ended_on = None if one.current else one.ended_on
            yield WorkEntry("", npi, kind, one.started_on, ended_on, one.employer, explanation=one.explanation)


def education(file: ProviderFile, profile: Profile) -> Iterator[Difference]:
    """Hold degree and graduation against the file; both are known to the month."""
    held = next(iter(file.held(CredentialKind.EDUCATION)), None)
    if held is None:
        return
    degree = str(held.details.get("degree") or "")
    why = "the form on file was given to us"
    if degree and profile.degree and fold(degree).replace(" ", "") != fold(profile.degree).replace(" ", ""):
        fix = f"In CAQH, {_EDUCATION}: enter the {degree}, or tell us if it is not so."
        yield Difference("degree", Severity.SOON, profile.degree, degree, "file", "file", why, fix)
    theirs, ours = profile.graduated_on, held.issued_on
    if theirs and ours and (theirs.year, theirs.month) != (ours.year, ours.month):
        fix = f"In CAQH, {_EDUCATION}: change the month of graduation to {ours:%Y-%m}, or tell us if it is not so."
        yield Difference("graduated", Severity.SOON, f"{theirs:%Y-%m}", f"{ours:%Y-%m}", "file", "nobody", why, fix)


def disclosures(file: ProviderFile, profile: Profile, policy: Policy) -> Iterator[Difference]:
    """Find questions that are not answered in CAQH, and answers that are others than those on file."""
    asked = {fold(question): key for key, question in policy.disclosures.items()}
    answers = file.application.disclosures if file.application else {}
    for one in profile.answers:
        if one.answer is None:
            fix = f"In CAQH, {_DISCLOSURE}: answer the question."
            why = "CAQH takes no attestation over an open question"
            yield Difference(
                f"question: {one.question}", Severity.BLOCKS, None, "an answer", "caqh", "nobody", why, fix
            )
            continue
        told = answers.get(asked.get(fold(one.question), ""))
        if told is None or told.answer is None or told.answer == one.answer:
            continue
        said, here = ("yes" if answer else "no" for answer in (one.answer, told.answer))
        fix = f"Ask the provider which answer is true; correct it in CAQH, {_DISCLOSURE}, or sign the form anew."
        why = "two signed answers contradict each other"
        yield Difference(f"question: {one.question}", Severity.BLOCKS, said, here, "file", "nobody", why, fix)
