"""Which papers count, what the policy asks for, and what is open: pure, of a file and a day.

Of the papers of one kind (and of one credential) the newest that was accepted counts; the older are superseded, and stay. (Of
certificates of insurance, that of the policy in force.) What was received and not reviewed is no evidence yet.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import partial

from credkit.policy import DocumentLine, Policy
from credkit.records import (
    CREDENTIAL_OF,
    Credential,
    CredentialKind,
    CycleKind,
    Filing,
    FilingReview,
    PaperKind,
    ProviderFile,
    Requirement,
    RequirementState,
    credential_key,
)
from credkit.reference.policy_numbers import marks
from credkit.reference.professions import profession_of
from credkit.screening.names import fold

#: What a requirement of a paper names as its check.
DOCUMENT = "document"


class PaperState(StrEnum):
    """What a person made of a paper."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper as it stands on a day. `counts` says that it is the newest accepted one of its kind and credential."""

    filing: Filing
    state: PaperState
    review: FilingReview | None
    counts: bool

    @property
    def about(self) -> str:
        """What it is, as people name it: "license CO 0012345", "w9"."""
        return about(self.filing.kind, self.filing.credential)


@dataclass(frozen=True, slots=True)
class Open:
    """What must happen next with a paper: by whom, what, and by when. `about` names the paper; `reason` is why the last one was
    rejected."""

    who: str
    what: str
    due_on: date | None = None
    about: str = ""
    reason: str | None = None


def about(kind: PaperKind, credential: str | None) -> str:
    """Name a paper by its kind and its credential."""
    rest = credential.split(" ", 1)[1] if credential and " " in credential else ""
    return f"{kind} {rest}".strip()


def papers(file: ProviderFile, on: date) -> tuple[Paper, ...]:
    """Return every paper that had been received by a day, as it stood, in the order of filing."""
    if not file.filings:
        return ()
    reviews = {review.filing_id: review for review in file.filing_reviews if review.reviewed_on <= on}
    received = [filing for filing in file.filings if filing.received_on <= on]
    accepted = [one for one in received if (word := reviews.get(one.id)) is not None and word.accepted]
    counting = _counting(accepted, on)
    return tuple(
        Paper(filing, _state(reviews.get(filing.id)), reviews.get(filing.id), counting.get(_place(filing)) is filing)
        for filing in received
    )


def _counting(accepted: Iterable[Filing], on: date) -> dict[tuple[PaperKind, str], Filing]:
    """Return the paper that counts of each kind and credential: the newest.

    Of certificates of insurance it is the newest of its policy and term; and of several terms the one that ends last of
    those that have begun: neither a renewal that is yet to begin nor a certificate of years past takes the place of the
    policy in force.
    """
    newest: dict[tuple[PaperKind, str], Filing] = {}
    terms: dict[tuple[str, str], Filing] = {}
    for filing in sorted(accepted, key=lambda one: one.received_on):
        newest[_place(filing)] = filing
        if filing.kind is PaperKind.COI:
            terms[marks(filing.fields.get("policy_number")), filing.fields.get("effective_on", "")] = filing
    if terms:
        newest[PaperKind.COI, ""] = max(
            reversed(terms.values()), key=lambda one: (not is_to_come(one, on), one.expires_on or date.min)
        )
    return newest


def begins_on(filing: Filing) -> date | None:
    """Return the first day of the policy that a certificate of insurance is of; None of any other paper."""
    said = filing.fields.get("effective_on") if filing.kind is PaperKind.COI else None
    return date.fromisoformat(said) if said else None


def is_to_come(filing: Filing, on: date) -> bool:
    """Say whether the policy that a certificate is of is yet to begin."""
    begins = begins_on(filing)
    return begins is not None and begins > on


def _place(filing: Filing) -> tuple[PaperKind, str]:
    # A certificate of insurance is of the policy that it certifies, and the next one takes its place.
    return filing.kind, "" if filing.kind is PaperKind.COI else fold(filing.credential)


def _state(review: FilingReview | None) -> PaperState:
    if review is None:
        return PaperState.RECEIVED
    return PaperState.ACCEPTED if review.accepted else PaperState.REJECTED


def last_day(paper: Paper, policy: Policy) -> date | None:
    """Return the last day on which a paper holds, None where it does not end."""
    ends = paper.filing.expires_on
    if ends is not None and paper.filing.kind is PaperKind.COI:
        return policy.malpractice.last_day(ends)
    return ends


# --- what the policy asks for ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Asked:
    """One paper that the policy asks for: of a credential, in a state where it is of one state alone."""

    kind: PaperKind
    credential: str | None
    jurisdiction: str | None

    @property
    def place(self) -> tuple[PaperKind, str]:
        return self.kind, fold(self.credential)


def asked_for(file: ProviderFile, policy: Policy, on: date, cycle: CycleKind) -> tuple[Requirement, ...]:
    """Judge every paper that the policy asks of a file in a cycle, on a day."""
    if not policy.documents:
        return ()
    wanted = dict.fromkeys(one for line in policy.documents for one in _asked_by(line, file, cycle))
    if not wanted:
        return ()
    held = papers(file, on)
    return tuple(_judged(one, [paper for paper in held if _is_for(paper, one)], policy, on) for one in wanted)


def _asked_by(line: DocumentLine, file: ProviderFile, cycle: CycleKind) -> Iterator[_Asked]:
    if cycle not in line.cycles:
        return
    family = profession_of(file.provider.profession)
    if line.professions and (family is None or family.family not in line.professions):
        return
    practiced = file.provider.states_of_practice
    states = [state for state in practiced if state in line.states] if line.states else practiced
    if line.states and not states:
        return
    of = line.credential or CREDENTIAL_OF.get(line.kind)
    if of is None or line.kind is PaperKind.COI:
        yield _Asked(line.kind, None, None)
        return
    for credential in file.held(of):
        # One of a state where nobody practices, or that the line does not name, is not asked about.
        if credential.jurisdiction is None or credential.jurisdiction in states:
            jurisdiction = credential.jurisdiction if of is CredentialKind.LICENSE else None
            yield _Asked(line.kind, credential_key(credential), jurisdiction)


def _is_for(paper: Paper, asked: _Asked) -> bool:
    return _place(paper.filing) == asked.place or (paper.filing.kind is asked.kind and asked.credential is None)


def _judged(asked: _Asked, held: list[Paper], policy: Policy, on: date) -> Requirement:
    """Judge one paper that is asked for: what counts and holds is met; else what was sent last says what is next."""
    counting = _newest(paper for paper in held if paper.counts)
    ends = last_day(counting, policy) if counting else None
    newest = _newest(held)
    subject = about(asked.kind, asked.credential)

    judged = partial(Requirement, DOCUMENT, subject, jurisdiction=asked.jurisdiction)

    if counting and is_to_come(counting.filing, on):
        return judged(
            RequirementState.MISSING,
            f"the one on file is of a policy that begins on {begins_on(counting.filing)}, which is yet to come",
        )
    if counting and counting.review and (ends is None or ends >= on):
        return judged(
            RequirementState.MET,
            f"Accepted by {counting.review.actor} on {counting.review.reviewed_on}: {counting.filing.file_name}.",
            verified_on=counting.review.reviewed_on,
            valid_until=ends,
        )
    if newest is None:
        return judged(RequirementState.MISSING, f"no {subject} on file")
    if newest.state is PaperState.RECEIVED:
        return judged(
            RequirementState.PENDING,
            f"Received on {newest.filing.received_on} and not reviewed: {newest.filing.file_name}.",
            advice=f"Review it: credkit document review {newest.filing.id} accept",
        )
    if newest.state is PaperState.REJECTED and newest.review:
        return judged(RequirementState.MISSING, _why_rejected(newest))
    return judged(RequirementState.EXPIRED, f"The one on file ended on {ends}.", valid_until=ends)


def _by_day(held: Iterable[Paper]) -> list[Paper]:
    """Return papers by the day on which they were received, and of one day in the order of filing."""
    return sorted(held, key=lambda paper: paper.filing.received_on)


def _newest(held: Iterable[Paper]) -> Paper | None:
    return next(reversed(_by_day(held)), None)


def _why_rejected(paper: Paper) -> str:
    assert paper.review is not None
    words = f"the one received on {paper.filing.received_on} was rejected on {paper.review.reviewed_on}"
    return f"{words}: {paper.review.reason}"


# --- what is open ---------------------------------------------------------------------------------------------------------


def open_papers(file: ProviderFile, policy: Policy, on: date, asked: Mapping[str, Requirement]) -> Iterator[Open]:
    """Say what must happen next with papers, beyond the requirements that `asked` has by subject: one that was rejected must
    come again, one that was received must be reviewed, and of one that is asked for and ends soon the next must come."""
    held = papers(file, on)
    latest: dict[tuple[PaperKind, str], Paper] = {}
    for paper in _by_day(held):
        latest[_place(paper.filing)] = paper
    for paper in latest.values():
        told = asked.get(paper.about) or asked.get(str(paper.filing.kind))
        if told is not None and told.state is not RequirementState.MET:
            continue
        if paper.state is PaperState.RECEIVED:
            yield Open("staff", f"review document {paper.about}: credkit document review {paper.filing.id} accept")
        elif paper.state is PaperState.REJECTED:
            until = told.valid_until if told else None
            words = f"send document {paper.about} again: {_why_rejected(paper)}"
            yield Open("provider", words, until, paper.about, paper.review.reason if paper.review else None)
    for requirement in asked.values():
        ends = requirement.valid_until
        if requirement.state is RequirementState.MET and ends is not None and on >= _ask_from(ends, policy):
            newer = any(
                paper.about == requirement.subject or str(paper.filing.kind) == requirement.subject
                for paper in latest.values()
                if not paper.counts
            )
            if not newer:
                words = f"send the next {requirement.subject}: the one on file ends on {ends}"
                yield Open("provider", words, ends, requirement.subject)


def _ask_from(ends: date, policy: Policy) -> date:
    return ends - timedelta(days=policy.papers.renewal_days)


def dates_ahead(file: ProviderFile, policy: Policy) -> Iterator[date]:
    """Return the days on which what is said of papers may change."""
    for filing in file.filings:
        yield filing.received_on
        if (begins := begins_on(filing)) is not None:
            yield begins
        if filing.expires_on is not None:
            last = policy.malpractice.last_day(filing.expires_on)
            yield from (_ask_from(filing.expires_on, policy), _ask_from(last, policy))
    yield from (review.reviewed_on for review in file.filing_reviews)


def ending(file: ProviderFile, on: date) -> Iterator[Paper]:
    """Return the papers that count and end by themselves: those of a credential on file end with it."""
    found = [paper for paper in papers(file, on) if paper.counts and paper.filing.expires_on is not None]
    if found:
        known = {fold(credential_key(credential)) for credential in file.credentials}
        yield from (paper for paper in found if fold(paper.filing.credential) not in known)


def credential_named(file: ProviderFile, kind: PaperKind, key: str | None) -> tuple[Credential, ...]:
    """Return the credentials that a paper of a kind may be of: those that `key` names by state, number, issuer or whole
    name; without a key, all of the paper's own kind of credential."""
    of = CREDENTIAL_OF.get(kind)
    held = file.held(of) if of else file.credentials
    if key is None:
        return held if of else ()
    wanted = fold(key)
    return tuple(
        one
        for one in held
        if wanted in {fold(one.jurisdiction), fold(one.number), fold(one.issuer), fold(credential_key(one))}
        or wanted == fold(about(kind, credential_key(one)).partition(" ")[2])
    )
