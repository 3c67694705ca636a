"""Where a provider's application stands, in the steps that they know, in plain words and with dates. Pure.

What is said is chosen here, never passed through: no finding's words, no note, no list of candidates, no reason of the committee's
or a payer's, nobody else. A person would rather read "we are looking into it" than what is looked into.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from statistics import median

from credkit.checks.interface import Check
from credkit.committee.gate import is_met
from credkit.documents.papers import DOCUMENT, PaperState, papers
from credkit.network.enrollments import in_network
from credkit.policy import Policy
from credkit.portal.asking import NAMES, PAPERS, Task, called, tasks
from credkit.records import Enrollment, EnrollmentStatus, Outcome, Payer, ProviderFile, Requirement, Submission
from credkit.reference.states import STATES
from credkit.status.assess import Assessment, Stage
from credkit.status.duties import DUTY
from credkit.status.expiry import expiries

_S = EnrollmentStatus
_STATUS = {
    _S.NOT_STARTED: "We have not applied yet.",
    _S.PREPARING: "We are preparing the application.",
    _S.SUBMITTED: "We have applied.",
    _S.IN_REVIEW: "The plan is reviewing the application.",
    _S.INFO_REQUESTED: "The plan asked us a question, and we are answering it.",
    _S.APPROVED: "Approved.",
    _S.ACTIVE: "Approved.",
    _S.DENIED: "The plan did not accept the application. The office will talk to you about it.",
    _S.WITHDRAWN: "The application was withdrawn.",
    _S.PANEL_CLOSED: "The plan takes nobody new at present.",
    _S.TERMINATED: "Ended.",
}
_OPEN = frozenset({_S.NOT_STARTED, _S.PREPARING, _S.SUBMITTED, _S.IN_REVIEW, _S.INFO_REQUESTED})
_AT_THE_PAYER = frozenset({_S.SUBMITTED, _S.IN_REVIEW, _S.INFO_REQUESTED})
#: So many decisions of a payer must be known before a usual time is named.
_ENOUGH = 3
_WITHIN = 365
_KINDS = {
    "license": "License", "dea": "DEA registration", "cds": "Controlled-substance registration",
    "board_certification": "Board certification", "malpractice": "Malpractice insurance", "caqh": "CAQH attestation",
    "education": "Education",
}  # fmt: skip


class Mark(StrEnum):
    """How a step stands, in the words that are shown."""

    DONE = "Done"
    NOW = "In progress"
    YOURS = "Waiting for you"
    NEXT = "Not yet"
    STOPPED = "Stopped"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way: how it stands, in a sentence, and its parts where it has some."""

    title: str
    mark: Mark
    says: str
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """One enrollment with a payer: in which state, how it stands, and how long such a one usually takes."""

    payer: str
    state: str
    says: str
    usual: str
    active: bool


@dataclass(frozen=True, slots=True)
class Ending:
    """Something that ends: what, when, and whether it has."""

    what: str
    on: date
    past: bool


@dataclass(frozen=True, slots=True)
class Sent:
    """Something that the provider sent, and what became of it."""

    what: str
    on: date
    says: str


@dataclass(frozen=True, slots=True)
class Progress:
    """All that a provider's own page says."""

    name: str
    headline: str
    steps: tuple[Step, ...]
    tasks: tuple[Task, ...]
    plans: tuple[Plan, ...]
    endings: tuple[Ending, ...]
    sent: tuple[Sent, ...]


def progress(
    assessment: Assessment,
    policy: Policy,
    checks: Mapping[str, Check],
    payers: Mapping[str, Payer],
    usual: Mapping[str, Sequence[int]],
    submissions: Sequence[tuple[Submission, date, date | None]] = (),
) -> Progress:
    """Say all that a provider's page says. `usual` is, by payer, how many days each of its decisions took; `submissions` are
    theirs, each with the day it came and the day it was decided on."""
    asked = tasks(assessment, policy)
    plans = tuple(_plans(assessment.file, payers, usual, assessment.on))
    steps = tuple(_steps(assessment, asked, plans))
    return Progress(
        name=assessment.file.provider.name,
        headline=_headline(assessment, asked),
        steps=steps,
        tasks=asked,
        plans=plans,
        endings=tuple(_endings(assessment, policy, checks, payers)),
        sent=tuple(_sent(assessment.file, assessment.on, submissions)),
    )


def _headline(assessment: Assessment, asked: Sequence[Task]) -> str:
    ready = [STATES[state] for state in assessment.ready]
    if assessment.stage in {Stage.DENIED, Stage.WITHDRAWN, Stage.TERMINATED}:
        return "Your application is closed."
    if ready:
        return f"You may see clients in {_listed(ready)}."
    if asked and any(task.sent_on is None for task in asked):
        return "There is something for you to do."
    return "Nothing is needed from you now."


def _steps(assessment: Assessment, asked: Sequence[Task], plans: Sequence[Plan]) -> Iterator[Step]:
    file, on, stands = assessment.file, assessment.on, assessment.standing
    closed = assessment.stage in {Stage.DENIED, Stage.WITHDRAWN, Stage.TERMINATED}
    application = file.application
    if application and application.signed_on and assessment.stage is not Stage.INTAKE:
        yield Step("Your application", Mark.DONE, f"Signed on {_day(application.signed_on)}.")
    else:
        yield Step(
            "Your application",
            Mark.YOURS if asked else Mark.NOW,
            "Something is still missing; see what is asked below.",
        )
    yield _verification(assessment, asked, closed=closed)
    yield _caqh(assessment, asked, closed=closed)
    yield _committee(assessment)
    yield _network(assessment, plans, closed=closed)
    yield _clients(assessment, closed=closed)
    if closed or not stands.approvals or stands.recredential_by is None:
        yield Step("Staying credentialed", Mark.NEXT, "Begins with your approval.")
    elif on > stands.recredential_by:
        yield Step("Staying credentialed", Mark.YOURS, f"Your approval ended on {_day(stands.recredential_by)}.")
    else:
        mark = Mark.YOURS if any("recredentialing" in task.what for task in asked) else Mark.NOW
        yield Step(
            "Staying credentialed",
            mark,
            f"Your approval holds through {_day(stands.recredential_by)}; then it is renewed.",
        )


def _verification(assessment: Assessment, asked: Sequence[Task], *, closed: bool) -> Step:
    judged = [one for one in assessment.requirements if one.check != "caqh"]
    theirs = [one for one in judged if one.check in NAMES]
    rest = [one for one in judged if one.check not in NAMES and one.check != DOCUMENT]
    parts = [(_upper(called(one)), _verified(one, asked)) for one in theirs]
    if rest:
        parts.append(("Background checks", "Done." if all(map(is_met, rest)) else "We are working on it."))
    done = all(map(is_met, judged))
    if closed:
        return Step("Verification", Mark.STOPPED, "Your application is closed.")
    if done and judged:
        return Step("Verification", Mark.DONE, "Everything is verified.", tuple(parts))
    if assessment.stage is Stage.INTAKE:
        return Step("Verification", Mark.NEXT, "Begins when your application is complete.", tuple(parts))
    return Step("Verification", Mark.NOW, "We check what you gave us with those who issued it.", tuple(parts))


def _verified(requirement: Requirement, asked: Sequence[Task]) -> str:
    if is_met(requirement):
        return f"Verified on {_day(requirement.verified_on)}." if requirement.verified_on else "Done."
    name = called(requirement)
    return "Waiting for you." if any(name in task.what for task in asked) else "We are working on it."


def _caqh(assessment: Assessment, asked: Sequence[Task], *, closed: bool) -> Step:
    found = next((one for one in assessment.requirements if one.check == "caqh"), None)
    if closed:
        return Step("CAQH profile", Mark.STOPPED, "Your application is closed.")
    if found is None:
        return Step("CAQH profile", Mark.DONE, "Not needed for you.")
    if is_met(found):
        until = f" Attest it again by {_day(found.valid_until)}." if found.valid_until else ""
        return Step("CAQH profile", Mark.DONE, f"Complete and attested.{until}")
    if any("CAQH" in task.what for task in asked):
        return Step("CAQH profile", Mark.YOURS, "Your profile is needed; see what is asked below.")
    return Step("CAQH profile", Mark.NOW, "We are looking at your profile.")


def _committee(assessment: Assessment) -> Step:
    stands, title = assessment.standing, "Committee"
    if stands.ended:
        day = _day(stands.ended.decided_on)
        if stands.ended.outcome is Outcome.WITHDRAWN:
            return Step(title, Mark.STOPPED, f"The application was withdrawn on {day}.")
        return Step(
            title, Mark.STOPPED, f"A decision was made on {day}. You are told of it, and of your rights, by letter."
        )
    if stands.approvals:
        days: dict[date, list[str]] = {}
        for state, decision in stands.approvals.items():
            days.setdefault(decision.decided_on, []).append(STATES.get(state, state))
        words = "; ".join(f"for {_listed(states)} on {_day(day)}" for day, states in sorted(days.items()))
        return Step(title, Mark.DONE, f"Approved {words}.")
    if assessment.stage is Stage.COMMITTEE:
        return Step(title, Mark.NOW, "Your file is complete, and waits for the committee's decision.")
    return Step(title, Mark.NEXT, "The committee decides when everything is verified.")


def _network(assessment: Assessment, plans: Sequence[Plan], *, closed: bool) -> Step:
    title = "Insurance networks"
    if closed:
        return Step(title, Mark.STOPPED, "Your application is closed.")
    active = sum(plan.active for plan in plans)
    if active:
        more = " More are on their way." if len(plans) > active else ""
        return Step(title, Mark.DONE, f"You are in network with {active} {'plan' if active == 1 else 'plans'}.{more}")
    if plans:
        return Step(title, Mark.NOW, "We have begun to enroll you; see each plan below.")
    mark = Mark.NOW if assessment.standing.approvals else Mark.NEXT
    return Step(title, mark, "We enroll you with insurance plans after your approval.")


def _clients(assessment: Assessment, *, closed: bool) -> Step:
    title = "Seeing clients"
    if assessment.ready:
        words = "; ".join(f"in {STATES[state]} with {_listed(names)}" for state, names in assessment.ready.items())
        return Step(title, Mark.DONE, f"You may see clients {words}.")
    if closed or assessment.stage is Stage.SUSPENDED:
        return Step(title, Mark.STOPPED, "You may not see clients at present.")
    return Step(title, Mark.NEXT, "You may not see clients yet.")


def _plans(
    file: ProviderFile, payers: Mapping[str, Payer], usual: Mapping[str, Sequence[int]], on: date
) -> Iterator[Plan]:
    for enrollment in file.enrollments:
        took = usual.get(enrollment.payer_id, ())
        words = ""
        if enrollment.status in _OPEN and len(took) >= _ENOUGH:
            words = f"This plan usually takes about {round(median(took))} days from the application."
        active = in_network(enrollment, on)
        yield Plan(
            payer=payers[enrollment.payer_id].name,
            state=STATES.get(enrollment.state, enrollment.state),
            says=_enrolled(enrollment, on, active=active),
            usual=words,
            active=active,
        )


def _enrolled(enrollment: Enrollment, on: date, *, active: bool) -> str:
    if active:
        ends = f" It ends on {_day(enrollment.ended_on)}." if enrollment.ended_on else ""
        return f"In network since {_day(enrollment.effective_on)}.{ends}"
    if enrollment.ended_on and enrollment.ended_on <= on:
        return f"Ended on {_day(enrollment.ended_on)}."
    words = _STATUS[enrollment.status]
    if enrollment.status in {_S.APPROVED, _S.ACTIVE}:
        begins = f"In network from {_day(enrollment.effective_on)} on." if enrollment.effective_on else ""
        return f"{words} {begins or 'The plan has not named the first day yet.'}"
    if enrollment.status in _AT_THE_PAYER and enrollment.submitted_on:
        return f"{words} Sent on {_day(enrollment.submitted_on)}."
    return words


def _endings(
    assessment: Assessment, policy: Policy, checks: Mapping[str, Check], payers: Mapping[str, Payer]
) -> Iterator[Ending]:
    found = expiries([assessment.file], policy, assessment.on, checks, payers, within=_WITHIN)
    theirs = {line.name for line in policy.duties if line.who == "provider"}
    for one in sorted(found, key=lambda expiry: expiry.expires_on):
        if one.kind == DUTY:
            if one.number in theirs:
                yield Ending(_upper(one.number or ""), one.expires_on, one.band == "expired")
            continue
        kind = one.kind.removeprefix("document ")
        name = _KINDS.get(one.kind) or _upper(next((PAPERS[paper] for paper in PAPERS if paper == kind), "paper"))
        where = f" ({STATES.get(one.jurisdiction, one.jurisdiction)})" if one.jurisdiction else ""
        yield Ending(f"{name}{where}", one.expires_on, one.band == "expired")


def _sent(file: ProviderFile, on: date, submissions: Sequence[tuple[Submission, date, date | None]]) -> Iterator[Sent]:
    """Name what the provider sent in the last year, newest first; a rejection's reason is written for them."""
    found: list[Sent] = []
    words = {"correction": "Correction of your facts", "attestation": "Signed application", "form": "Onboarding form"}
    for submission, came, decided in submissions:
        says = "Received; the office will look at it."
        if submission.accepted is not None and decided:
            says = f"Accepted on {_day(decided)}."
            if not submission.accepted:
                says = f"Not taken on {_day(decided)}: {submission.reason}"
        found.append(Sent(words[submission.kind], came, says))
    for paper in papers(file, on):
        says = "Received; the office will look at it."
        if paper.review:
            says = f"Accepted on {_day(paper.review.reviewed_on)}."
            if paper.state is PaperState.REJECTED:
                says = f"Not taken on {_day(paper.review.reviewed_on)}: {paper.review.reason}"
        found.append(Sent(_upper(PAPERS[paper.filing.kind]), paper.filing.received_on, says))
    recent = [one for one in found if (on - one.on).days <= _WITHIN]
    yield from sorted(recent, key=lambda one: one.on, reverse=True)


def _day(day: date | None) -> str:
    """Write a day as people say it: March 31, 2026."""
    return f"{day:%B} {day.day}, {day.year}" if day else "a day not known"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _upper(text: str) -> str:
    text = text.removeprefix("your ")
    return text[:1].upper() + text[1:]
