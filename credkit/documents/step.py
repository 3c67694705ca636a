"""Papers taken in, filed under a provider, and reviewed."""

from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from credkit import clock
from credkit.canonical import canonical
from credkit.checks.malpractice import Malpractice
from credkit.documents.certificate import Certificate, laid_over, read_certificate
from credkit.documents.keeping import Received, keep, receive
from credkit.documents.papers import Paper, PaperState, credential_named, papers
from credkit.documents.telling import ENDINGS
from credkit.errors import InputRejected, IntegrityError, Refused, UsageError
from credkit.policy import Policy
from credkit.records import (
    CREDENTIAL_OF,
    Credential,
    Document,
    Filing,
    FilingReview,
    Finding,
    PaperKind,
    ProviderFile,
    Result,
    credential_key,
)
from credkit.store import Store, new_id
from credkit.store.documents import content_fault


@dataclass(frozen=True, slots=True)
class Sent:
    """A paper as it comes to be filed: what it is and of which credential (`credential` names it), its dates, and from whom
    and when it came. `said` is what a certificate of insurance says, as text."""

    kind: PaperKind
    credential: str | None = None
    issued_on: date | None = None
    expires_on: date | None = None
    received_from: str | None = None
    received_on: date | None = None
    said: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Filed:
    """What became of a paper: `new` is False where it was filed already. `finding` is what the malpractice check would say
    if a certificate were accepted; `credential` is the one that an accepted certificate made or changed; `was_accepted`
    says that a paper which was reviewed had been accepted before."""

    paper: Paper
    file: ProviderFile
    new: bool
    finding: Finding | None = None
    credential: Credential | None = None
    was_accepted: bool = False


def keep_paper(store: Store, npi: str, path: Path, most_bytes: int) -> Document:
    """Take in the paper that proves something which is recorded in the same transaction."""
    with receive(store, path, most_bytes) as received:
        return keep(store, npi, received)


def add(
    store: Store,
    npi: str,
    path: Path | None,
    sent: Sent,
    policy: Policy,
    *,
    today: date,
    stdin: BinaryIO | None = None,
    name: str = "",
    of_several: bool = False,
    dry_run: bool = False,
) -> Filed:
    """File a paper under a provider; it is reviewed later. With `dry_run` say what would become of it. `name` is the name of
    what comes by `stdin`.

    The same content under the same provider, as the same kind and of the same credential, changes nothing, unless it was
    rejected before. Raises InputRejected where the file is not taken in or a certificate cannot be right; Refused where
    the content is another provider's paper, unless `of_several` says that it is of several; UsageError where the
    credential is not one of theirs.
    """
    file = store.provider_file(npi)
    certificate = _certificate(sent)
    received_on = sent.received_on or today
    _refuse_wrong_dates(sent, received_on, today)
    # A certificate names its policy itself.
    key = credential_key(laid_over(certificate, file, new_id)) if certificate else _credential_of(file, sent)
    with ExitStack() as opened:
        received = opened.enter_context(receive(store, path, policy.papers.most_bytes, stdin, name))
        with store.batch():
            earlier = store.filings_of(received.sha256)
            if not of_several:
                refuse_anothers(earlier, store.documents_of(received.sha256), npi)
            file = store.provider_file(npi)
            same = [one for one in earlier if (one.npi, one.kind, one.credential) == (npi, sent.kind, key)]
            known = [paper for paper in papers(file, date.max) if paper.filing in same]
            if known and known[-1].state is not PaperState.REJECTED:
                return Filed(known[-1], file, new=False)
            filing = _filing(store, npi, received, sent, certificate, key, received_on, len(same))
            if not dry_run:
                store.file_document(filing, keep(store, npi, received))
    file = replace(file, filings=(*file.filings, filing))
    finding = _would_find(certificate, file, policy, today) if certificate else None
    return Filed(Paper(filing, PaperState.RECEIVED, None, counts=False), file, new=True, finding=finding)


def _certificate(sent: Sent) -> Certificate | None:
    if sent.kind is not PaperKind.COI:
        return None
    certificate, problems = read_certificate(sent.said or {})
    if certificate is None:
        raise InputRejected("The certificate of insurance cannot be taken as it is.", details=problems)
    return certificate


def _refuse_wrong_dates(sent: Sent, received_on: date, today: date) -> None:
    if sent.issued_on and sent.expires_on and sent.expires_on < sent.issued_on:
        raise UsageError(
            f"The paper would expire on {sent.expires_on}, before it was issued on {sent.issued_on}: "
            "are the two the wrong way round?"
        )
    for words, day in (("received", received_on), ("issued", sent.issued_on)):
        if day and day > today:
            raise UsageError(f"The paper cannot have been {words} on {day}, which is yet to come.")


def _credential_of(file: ProviderFile, sent: Sent) -> str | None:
    found = credential_named(file, sent.kind, sent.credential)
    if len(found) == 1:
        return credential_key(found[0])
    of = CREDENTIAL_OF.get(sent.kind)
    held = file.held(of) if of else file.credentials
    names = ", ".join(credential_key(one) for one in found or held) or "none"
    if sent.credential is not None:
        why = "names more than one credential" if found else "names no credential"
        raise UsageError(f"{sent.credential!r} {why} of {file.provider.npi}.", hint=f"On file: {names}.")
    if found:
        raise UsageError(
            f"{file.provider.npi} holds more than one {of}: {names}.",
            hint="Say which with --credential: its state or number.",
        )
    return None


def refuse_anothers(filings: Iterable[Filing], documents: Iterable[Document], npi: str) -> None:
    """Refuse content that is already another provider's: most often a paper filed under the wrong person."""
    others = sorted(({one.npi for one in filings} | {one.npi for one in documents}) - {npi})
    if others:
        raise Refused(
            f"The same paper is already on file of {', '.join(others)}.",
            hint="If it is of several people (a group's certificate), add it with --of-several.",
        )


def _filing(
    store: Store,
    npi: str,
    received: Received,
    sent: Sent,
    certificate: Certificate | None,
    key: str | None,
    received_on: date,
    times: int,
) -> Filing:
    named = canonical([npi, received.sha256, sent.kind, key, times])
    return Filing(
        # The same paper of the same person has the same name wherever it is filed.
        id=sha256(named.encode()).hexdigest()[:12],
        npi=npi,
        sha256=received.sha256,
        kind=sent.kind,
        credential=key,
        issued_on=certificate.effective_on if certificate and sent.issued_on is None else sent.issued_on,
        expires_on=certificate.expires_on if certificate else sent.expires_on,
        received_from=sent.received_from,
        received_on=received_on,
        file_name=received.file_name,
        media_type=received.media_type,
        filed_at=clock.stamp(clock.now()),
        actor=store.actor,
        fields=certificate.as_fields() if certificate else {},
    )


def _would_find(certificate: Certificate, file: ProviderFile, policy: Policy, today: date) -> Finding | None:
    """Return what the malpractice check would say of a file if its certificate were accepted: what to send instead is known
    before anybody reviews it."""
    made = laid_over(certificate, file, new_id)
    others = tuple(one for one in file.credentials if one.id != made.id)
    if policy.malpractice.last_day(certificate.expires_on) < today and any(
        one.kind is made.kind and one.expires_on is not None and one.expires_on > certificate.expires_on
        for one in others
    ):
        return None  # of years past: what counts now is another
    # Only this policy counts, and those before it: the question is what this certificate is worth. Accepted, it is the last
    # word: what was made of earlier ones is not asked.
    alone = replace(
        file,
        filing_reviews=(),
        credentials=tuple(
            one
            for one in (*others, made)
            if one is made
            or one.kind is not made.kind
            or (one.effective_on is not None and one.effective_on < certificate.effective_on)
        ),
    )
    on = max(today, certificate.effective_on)
    check = Malpractice()
    (subject,) = check.subjects(alone, policy, alone.provider.states_of_practice)
    finding = check.judge(subject, alone, {}, policy, on)
    return None if finding.result is Result.UNAVAILABLE else finding


def review(store: Store, beginning: str, *, accepts: bool, reason: str | None, today: date) -> Filed:
    """Keep what a person made of a paper: who, when, why. An accepted certificate of insurance becomes the malpractice policy
    that it certifies; what was on file before it stays on file.

    Raises UsageError for a rejection without a reason, Refused where it would change nothing, IntegrityError where the
    paper's content is no longer what was received.
    """
    if not accepts and not reason:
        raise UsageError("A rejection needs a reason: --reason TEXT.", hint="The provider is told it, word for word.")
    with store.batch():
        filing = store.filing(beginning)
        file = store.provider_file(filing.npi)
        before = next(paper for paper in papers(file, date.max) if paper.filing.id == filing.id)
        if before.review is not None and before.review.accepted is accepts and before.review.reason == reason:
            raise Refused(
                f"{before.review.actor} {before.state} it already, on {before.review.reviewed_on}.",
            )
        if accepts:
            content(store, filing.sha256)
        reviewed = FilingReview(
            id=new_id(),
            filing_id=filing.id,
            npi=filing.npi,
            accepted=accepts,
            reason=reason,
            reviewed_on=today,
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
        )
        made = None
        if accepts and filing.kind is PaperKind.COI:
            made = laid_over(Certificate.of_fields(filing.fields), file, new_id)
        store.review_document(reviewed, [made] if made else [])
        file = store.provider_file(filing.npi)
    paper = next(one for one in papers(file, max(today, filing.received_on)) if one.filing.id == filing.id)
    return Filed(paper, file, new=True, credential=made, was_accepted=before.state is PaperState.ACCEPTED)


def content(store: Store, digest: str) -> Path:
    """Return where a paper's content is. Raises IntegrityError where it is gone, or no longer what was received."""
    path = store.paper(digest)
    if fault := content_fault(path, digest):
        raise IntegrityError(
            f"The content of document {digest[:12]} {fault}.",
            hint="`credkit doctor` names every such paper; restore the folder from a backup.",
        )
    return path


def found(store: Store, beginning: str) -> tuple[str, str]:
    """Return the SHA-256 and the name of the paper whose id begins so, or whose content's SHA-256 does (a paper that proves
    a verification is filed under no kind). Raises UsageError where there is none, or more than one."""
    if filings := store.filings_beginning(beginning):
        filing = store.filing(beginning) if len(filings) > 1 else filings[0]
        return filing.sha256, _with_ending(filing)
    contents = {one.sha256: one.file_name for one in store.documents_of(beginning)}
    if len(contents) == 1:
        return next(iter(contents.items()))
    if contents:
        raise UsageError(f"More than one document begins with {beginning!r}.", hint="Write more of the id.")
    raise UsageError(f"There is no document {beginning!r}.", hint="`credkit document list` shows each with its id.")


def _with_ending(filing: Filing) -> str:
    """Return a paper's name, with the ending that its content has."""
    ending = ENDINGS.get(filing.media_type, "")
    return filing.file_name if filing.file_name.lower().endswith(ending) else f"{filing.file_name}{ending}"


def everything(store: Store, npi: str | None, on: date) -> list[Paper]:
    """Return every paper of one provider, or of all, by NPI and in the order of filing."""
    files = store.provider_files([npi] if npi else store.npis_with_papers())
    return [paper for file in files for paper in papers(file, on)]
