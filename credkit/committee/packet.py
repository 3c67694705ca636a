"""What the committee sees of one file: verified by whom and when, what differs, what was disclosed, and what there is to
weigh. Pure: the same file, policy and day give the same paper.

What the committee must not weigh is not in it: no date of birth, gender, language, race or ethnicity (NCQA CR 2; the
policy of non-discrimination), and of graduation and first licensing no dates, which tell an age.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256

from credkit.canonical import canonical
from credkit.checks.claims_history import paid
from credkit.checks.interface import Check
from credkit.checks.work_history import Gap, gaps
from credkit.committee.docket import CLEAN, Track
from credkit.committee.withholding import ageless, nameless
from credkit.policy import Policy
from credkit.records import CredentialKind, ProviderFile, Requirement, Result, Verification
from credkit.records.paper import Block, Bullets, Facts, Grid, Heading, Paper, Paragraph
from credkit.verify.cycles import decisions_by

CONFIDENTIAL = "Confidential peer review"
#: Fields of comparisons that tell an age or another thing not to be weighed.
_NOT_WEIGHED = frozenset({"graduated", "date of birth", "issued"})


def packet(
    file: ProviderFile,
    policy: Policy,
    on: date,
    checks: Mapping[str, Check],
    judged: Sequence[Requirement],
    on_track: Track,
    states: Sequence[str],
    kind: str,
    *,
    blind: bool = False,
) -> Paper:
    """Return the packet of one file for a meeting on a day. With `blind` the name is withheld, wherever it stands."""
    provider = file.provider
    blocks: list[Block] = [
        Facts(
            [
                ("NPI", provider.npi),
                ("Profession", provider.profession or "not stated"),
                ("Specialty", provider.specialty or "not stated"),
                ("Cycle", kind),
                ("States", ", ".join(states) or "none may be approved yet"),
                ("Track", on_track.name),
                ("Judged on", f"{on}, by the policy {policy.name} ({policy.sha256[:12]})"),
            ]
        ),
        Heading("For the committee to weigh"),
        Bullets(on_track.reasons)
        if on_track.reasons
        else Paragraph("Nothing: every requirement is met without a review."),
        *_verified(file, checks, judged),
        *_differs(file, judged),
        *_disclosures(file, policy),
        *_claims(file, policy, judged),
        *_work(file, policy, on),
        *_screened(file, policy),
        *_before(file, on),
    ]
    title = f"{provider.name}, {provider.profession or 'profession not stated'}"
    paper = ageless(Paper(title, blocks, CONFIDENTIAL), provider.date_of_birth)
    if blind:
        paper = nameless(paper, provider)
    return replace(paper, foot=f"{CONFIDENTIAL}. What was seen: SHA-256 {seen(paper)}")


def seen(paper: Paper) -> str:
    """Return the SHA-256 of what a paper says, without its foot."""
    said = [paper.title, [_plain(block) for block in paper.blocks]]
    return sha256(canonical(said).encode()).hexdigest()


def _plain(block: Block) -> list[object]:
    match block:
        case Heading() | Paragraph():
            return [type(block).__name__, block.text]
        case Facts():
            return ["Facts", [list(row) for row in block.rows]]
        case Bullets():
            return ["Bullets", list(block.items)]
        case Grid():
            return ["Grid", block.caption, list(block.header), [list(row) for row in block.rows]]


def _verified(file: ProviderFile, checks: Mapping[str, Check], judged: Sequence[Requirement]) -> Iterator[Block]:
    found = {verification.id: verification for verification in file.verifications}
    rows = []
    for one in judged:
        verification = found.get(one.verification_id or "")
        check = checks.get(one.check)
        rows.append(
            (
                f"{check.title if check else one.check} {one.subject}".rstrip(),
                one.state.replace("_", " ") + (" (review accepted)" if one.accepted else ""),
                str(verification.verified_on) if verification else "",
                verification.source if verification else "",
                verification.actor if verification else "",
                _said(verification) if verification else one.detail,
            )
        )
    yield Heading("What was verified")
    header = ("Requirement", "State", "Verified on", "Source", "By", "Finding")
    yield Grid("Every requirement of the policy, as it stands", header, rows)


def _said(verification: Verification) -> str:
    """Return a finding's summary; of education without its dates."""
    return (
        verification.summary
        if verification.check != "education"
        else re.sub(r",? ?\d{4}-\d{2}-\d{2}", "", verification.summary)
    )


def _differs(file: ProviderFile, judged: Sequence[Requirement]) -> Iterator[Block]:
    counted = {one.verification_id for one in judged}
    rows = [
        (
            f"{verification.check} {verification.subject}".rstrip(),
            comparison.field,
            comparison.claimed or "nothing",
            comparison.found or "nothing",
            verification.source,
        )
        for verification in file.verifications
        if verification.id in counted and verification.check != "disclosures"  # which have a section of their own
        for comparison in verification.comparisons
        if not comparison.agrees and comparison.field not in _NOT_WEIGHED
    ]
    yield Heading("What differs")
    if rows:
        yield Grid("Claims that a source contradicts", ("Check", "Field", "Claimed", "Found", "Source"), rows)
    else:
        yield Paragraph("Nothing that was compared differs.")
    accepted = [
        (f"{one.check} {one.subject}".rstrip(), one.reason, one.actor, str(one.accepted_on))
        for one in file.acceptances
        if one.verification_id in counted
    ]
    if accepted:
        yield Grid("Reviews that were accepted", ("Check", "Reason", "By", "On"), accepted)


def _disclosures(file: ProviderFile, policy: Policy) -> Iterator[Block]:
    yield Heading("Disclosures")
    answers = file.application.disclosures if file.application else {}
    rows = []
    for key, question in policy.disclosures.items():
        told = answers.get(key)
        said = "not answered" if told is None or told.answer is None else "yes" if told.answer else "no"
        rows.append((question, said, (told.explanation if told else None) or ""))
    rows.sort(key=lambda row: {"yes": 0, "not answered": 1}.get(row[1], 2))
    if rows:
        yield Grid("Answers of the signed application", ("Question", "Answer", "Explanation"), rows)
    if file.application and file.application.signed_on:
        yield Paragraph(f"Signed on {file.application.signed_on}.")


def _claims(file: ProviderFile, policy: Policy, judged: Sequence[Requirement]) -> Iterator[Block]:
    counted = {one.verification_id for one in judged}
    for verification in file.verifications:
        if verification.check != "claims_history" or verification.id not in counted:
            continue
        yield Heading("Malpractice claims")
        yield Paragraph(
            f"{verification.source}, {verification.verified_on}: {verification.note or verification.summary}"
        )
        amounts = [str(one) for one in paid(verification, policy)]
        if amounts:
            yield Bullets(amounts)


def _work(file: ProviderFile, policy: Policy, on: date) -> Iterator[Block]:
    yield Heading("Work history")
    rows = [
        (
            f"{entry.started_on:%Y-%m} to {f'{entry.ended_on:%Y-%m}' if entry.ended_on else 'now'}",
            entry.employer or entry.kind,
            entry.role or entry.explanation or "",
        )
        for entry in sorted(file.work_history, key=lambda entry: entry.started_on, reverse=True)
    ]
    if rows:
        yield Grid("Positions and explained gaps", ("When", "Where", "What"), rows)
    else:
        yield Paragraph("No position is on file.")
    between = [(_when(file, gap), _asked(gap, policy), gap.words or "") for gap in gaps(file, policy.work_history, on)]
    if between:
        months = policy.work_history.gap_clarified_months
        yield Grid(f"Gaps of more than {months} months", ("When", "Explanation", "What was said"), between)
    schools = [
        f"{one.details.get('degree') or 'degree not stated'}, {one.issuer or 'school not stated'}"
        for one in file.held(CredentialKind.EDUCATION)
    ]
    if schools:
        yield Facts([("Education", "; ".join(schools))])


def _when(file: ProviderFile, gap: Gap) -> str:
    """Return a gap's months; a graduation, which tells an age, without its own."""
    graduated = {one.issued_on for one in file.held(CredentialKind.EDUCATION)}
    first = "graduation" if gap.span.first in graduated else f"{gap.span.first:%Y-%m}"
    return f"{first} to {gap.span.last:%Y-%m}"


def _asked(gap: Gap, policy: Policy) -> str:
    if not gap.asked:
        return f"not asked for: before the last {policy.work_history.years} years"
    if gap.explained:
        return "explained"
    return "to be explained in writing" if gap.in_writing else "to be explained"


def _screened(file: ProviderFile, policy: Policy) -> Iterator[Block]:
    yield Heading("Exclusion screening")
    rows = []
    for name in policy.exclusions.lists:
        version = file.lists.get(name)
        finding = max(
            (one for one in file.verifications if (one.check, one.subject) == ("exclusions", name)),
            key=lambda one: (one.verified_on, one.recorded_at),
            default=None,
        )
        rows.append(
            (
                name,
                (finding.summary if finding and finding.result is not Result.UNAVAILABLE else "not screened"),
                str(finding.verified_on) if finding else "",
                f"published {version.published_on}, {version.rows:,} rows, SHA-256 {version.sha256[:12]}"
                if version
                else "not loaded",
            )
        )
    yield Grid("Against each list that the policy names", ("List", "Finding", "On", "Version in force"), rows)
    ruled = [(one.list, one.ruling.value, one.reason, one.actor, str(one.resolved_on)) for one in file.rulings]
    if ruled:
        yield Grid("Rulings on rows that resembled the provider", ("List", "Ruling", "Reason", "By", "On"), ruled)


def _before(file: ProviderFile, on: date) -> Iterator[Block]:
    taken = decisions_by(file, on)
    if not taken:
        return
    yield Heading("Earlier decisions")
    yield Grid(
        "Newest last",
        ("On", "Decision", "By", "States", "Reason"),
        [
            (
                str(one.decided_on),
                one.outcome.replace("_", " "),
                one.decided_by.replace("_", " "),
                ", ".join(one.states),
                one.override or one.reason or "",
            )
            for one in taken
        ],
    )
    open_conditions = [(one.text, one.owner, str(one.due_on), str(one.met_on or "open")) for one in file.conditions]
    if open_conditions:
        yield Grid("Conditions", ("Condition", "Owner", "Due", "Met"), open_conditions)


def order(on_track: str, name: str, npi: str) -> tuple[bool, str, str]:
    """Return a packet's place among others: the exceptions first, then by name."""
    return on_track == CLEAN, name, npi
