"""What a provider is asked to do, in plain words, with where on the portal it is done. Pure: of one assessment.

It follows the actions that `status` gives the provider, and adds what they alone can mend (an application signed too long ago, a
question not answered, a gap not explained). Of what is staff's, the committee's or a payer's nothing is said.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from hashlib import sha256

from credkit.committee.gate import is_met
from credkit.documents.papers import DOCUMENT, Open, PaperState, open_papers, papers
from credkit.intake.completeness import missing_facts
from credkit.policy import Policy
from credkit.records import (
    CREDENTIAL_OF,
    Credential,
    CredentialKind,
    Filing,
    PaperKind,
    ProviderFile,
    Requirement,
    RequirementState,
    credential_key,
)
from credkit.reference.states import STATES
from credkit.status.assess import Assessment, Stage
from credkit.status.duties import open_duties

#: What the checks are called on a provider's page. What is not here is the organization's own to look into.
NAMES = {
    "npi": "your NPI",
    "license": "your license",
    "malpractice": "your malpractice insurance",
    "dea": "your DEA registration",
    "cds": "your state controlled-substance registration",
    "board_certification": "your board certification",
    "education": "your education",
    "work_history": "your work history",
    "caqh": "your CAQH profile",
    "attestation": "your signed application",
    "disclosures": "the questions you answered",
}
PAPERS = {
    PaperKind.COI: "certificate of insurance",
    PaperKind.LICENSE: "license",
    PaperKind.DEA: "DEA registration",
    PaperKind.CDS: "controlled-substance registration",
    PaperKind.DIPLOMA: "diploma",
    PaperKind.BOARD_CERTIFICATE: "board certificate",
    PaperKind.W9: "form W-9",
    PaperKind.CV: "curriculum vitae",
    PaperKind.ATTESTATION: "signed attestation",
    PaperKind.EXPLANATION: "written explanation",
    PaperKind.LETTER: "letter",
    PaperKind.OTHER: "other paper",
}
_SIGNED = frozenset({"attestation", "disclosures", "work_history"})
_NOT_WELL = frozenset({RequirementState.MISSING, RequirementState.FAILED, RequirementState.EXPIRED})
_SEND = "Send it as a PDF or a photo."
_PAPER_OF = {kind: paper for paper, kind in CREDENTIAL_OF.items()}


class Where(StrEnum):
    """On which page of the portal a task is done; `elsewhere` is not on the portal."""

    PAPER = "paper"
    FACTS = "facts"
    SIGN = "sign"
    ELSEWHERE = "elsewhere"


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do. `key` names it in an address; `sent_on` is when something came for it that waits for staff."""

    key: str
    what: str
    how: str
    where: Where
    due_on: date | None = None
    paper: PaperKind | None = None
    credential: str | None = None
    sent_on: date | None = None


def tasks(assessment: Assessment, policy: Policy) -> tuple[Task, ...]:
    """Return what the provider is asked to do, each thing once; nothing after a denial, withdrawal or termination."""
    if assessment.stage in {Stage.WITHDRAWN, Stage.TERMINATED, Stage.DENIED}:
        return ()
    found: dict[tuple[str, str], Task] = {}
    for task in _all(assessment, policy):
        found.setdefault((task.where, task.what), task)
    return tuple(found.values())


def _all(assessment: Assessment, policy: Policy) -> Iterator[Task]:
    file, on, stands = assessment.file, assessment.on, assessment.standing
    if missing := missing_facts(file):
        yield _task(Where.FACTS, f"Give your {', '.join(missing)}", "Open your facts, and fill in what is not there.")
    signs = _must_sign(assessment, policy)
    if signs:
        yield signs
    waiting = {paper.about: paper.filing for paper in papers(file, on) if paper.state is PaperState.RECEIVED}
    for requirement in assessment.requirements:
        if requirement.check == DOCUMENT:
            if requirement.state in {RequirementState.MISSING, RequirementState.EXPIRED}:
                yield _paper(requirement, file, on)
        elif requirement.check not in _SIGNED:
            yield from _claim(requirement, assessment, policy, waiting)
    asked = {one.subject: one for one in assessment.requirements if one.check == DOCUMENT}
    for paper in open_papers(file, policy, on, asked):
        if paper.who == "provider":
            yield _again(paper, file)
    if stands.approvals:
        for condition in file.conditions:
            if condition.met_on is None and condition.owner == "provider":
                how = "It was agreed with your approval. Tell the office when it is done."
                yield _task(Where.ELSEWHERE, condition.text, how, condition.due_on)
    for duty in open_duties(file, policy, stands, on):
        if duty.is_providers:
            name = f"{duty.line.name[:1].upper()}{duty.line.name[1:]}"
            yield _task(Where.ELSEWHERE, name, duty.line.what or "Tell the office when it is done.", duty.due_on)


def _must_sign(assessment: Assessment, policy: Policy) -> Task | None:
    """Say whether the application must be signed, or signed anew: it is not, it was too long ago, a question or a gap stands
    open, or recredentialing is due."""
    application, stands = assessment.file.application, assessment.standing
    by = {requirement.check: requirement for requirement in assessment.requirements if requirement.check in _SIGNED}
    how = "Answer the questions, explain what is asked, and sign with your name."
    if application is None or application.signed_on is None:
        return _task(Where.SIGN, "Sign your application", how)
    due = stands.recredential_by
    if due and assessment.on >= policy.windows.recredentialing_starts(due) and not assessment.round.open:
        return _task(Where.SIGN, "Sign your application again, for recredentialing", how, due)
    if (one := by.get("attestation")) and one.state in {*_NOT_WELL, RequirementState.STALE}:
        return _task(Where.SIGN, "Sign your application again: the last signature is too long ago, or not whole", how)
    if (one := by.get("disclosures")) and one.state in _NOT_WELL:
        return _task(Where.SIGN, "Answer every question of your application, and explain each yes", how)
    if (one := by.get("work_history")) and one.state in _NOT_WELL:
        return _task(Where.SIGN, "Explain the gaps in your work history", how)
    return None


def _claim(
    requirement: Requirement, assessment: Assessment, policy: Policy, waiting: dict[str, Filing]
) -> Iterator[Task]:
    """Ask for a credential that is not on file, or has run out: by the day that is on file, or by what was verified where no
    renewal has been claimed since."""
    file = assessment.file
    if requirement.check not in NAMES or is_met(requirement):
        return
    kind = CredentialKind(requirement.check) if requirement.check in set(CredentialKind) else None
    held = [one for one in file.held(kind) if requirement.jurisdiction in {None, one.jurisdiction}] if kind else []
    ends = [day for one in held if (day := _last_day(one, policy))]
    over = bool(held) and len(ends) == len(held) and max(ends) < assessment.on
    absent = requirement.state is RequirementState.MISSING
    name = called(requirement)
    if requirement.check == "caqh":
        if absent or requirement.state in _NOT_WELL:
            words = f"Give or renew {name}" if absent else "Attest your CAQH profile again"
            how = "Sign in at CAQH, complete your profile, attest it, and let us see it. Nothing is to be done on this page."
            yield _task(Where.ELSEWHERE, words, how, requirement.valid_until)
    elif absent:
        yield _task(Where.FACTS, f"Give {name}", "Open your facts, and fill in its line.")
    elif over or (requirement.state is RequirementState.EXPIRED and not requirement.advice):
        paper = _PAPER_OF.get(kind) if kind else None
        sent = [filing for about, filing in waiting.items() if paper and about.startswith(paper.value)]
        yield _task(
            Where.PAPER if paper else Where.FACTS,
            f"Renew {name}",
            "Send the renewed one as a PDF or a photo." if paper else "Open your facts, and write the new last day.",
            requirement.valid_until or max(ends, default=None),
            paper=paper,
            credential=credential_key(max(held, key=lambda one: one.expires_on or date.max)) if held else None,
            sent_on=sent[0].received_on if sent else None,
        )


def _last_day(credential: Credential, policy: Policy) -> date | None:
    ends = credential.expires_on
    return policy.malpractice.last_day(ends) if ends and credential.kind is CredentialKind.MALPRACTICE else ends


def called(requirement: Requirement) -> str:
    """Return what a requirement is called on a provider's page: "your license for Colorado"."""
    name = NAMES[requirement.check]
    place = STATES.get(requirement.subject, requirement.subject)
    return f"{name} for {place}" if requirement.subject and requirement.check != requirement.subject else name


def _paper(requirement: Requirement, file: ProviderFile, on: date) -> Task:
    kind, credential = _named(requirement.subject, file)
    ended = requirement.state is RequirementState.EXPIRED
    what = f"Send your {'next ' if ended else ''}{paper_name(kind, requirement.subject)}"
    rejected = [
        paper
        for paper in papers(file, on)
        if paper.state is PaperState.REJECTED and requirement.subject in {paper.about, str(paper.filing.kind)}
    ]
    how = _SEND
    if rejected and rejected[-1].review and not ended:
        # The reason of a rejection is written for the provider, word for word.
        how = f"The last one could not be taken: {rejected[-1].review.reason} Please send it again."
    return _task(Where.PAPER, what, how, requirement.valid_until, paper=kind, credential=credential)


def _again(paper: Open, file: ProviderFile) -> Task:
    kind, credential = _named(paper.about, file)
    how = f"The last one could not be taken: {paper.reason} Please send it again." if paper.reason else _SEND
    return _task(
        Where.PAPER,
        f"Send your {'' if paper.reason else 'next '}{paper_name(kind, paper.about)}",
        how,
        paper.due_on,
        paper=kind,
        credential=credential,
    )


def _named(subject: str, file: ProviderFile) -> tuple[PaperKind, str | None]:
    """Return the kind of a paper, and the credential it is of, from the words that name it ("license CO 0012345")."""
    kind = PaperKind(subject.partition(" ")[0])
    rest = subject.partition(" ")[2]
    of = CREDENTIAL_OF.get(kind)
    for one in file.credentials:
        key = credential_key(one)
        if rest and (of is None or one.kind is of) and key.partition(" ")[2] == rest:
            return kind, key
    return kind, None


def paper_name(kind: PaperKind, subject: str) -> str:
    """Name a paper with what it is of: "license (CO 0012345)"."""
    rest = subject.partition(" ")[2]
    return f"{PAPERS[kind]} ({rest})" if rest else PAPERS[kind]


def _task(
    where: Where,
    what: str,
    how: str,
    due_on: date | None = None,
    *,
    paper: PaperKind | None = None,
    credential: str | None = None,
    sent_on: date | None = None,
) -> Task:
    key = sha256(f"{where} {paper} {credential} {what}".encode()).hexdigest()[:10]
    return Task(key, what, how, where, due_on, paper, credential, sent_on)
