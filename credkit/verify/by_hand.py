"""What a person looked up, or accepted, put on record.

Each reads what it judges in the transaction that writes: nobody else can write between the two.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from credkit import clock
from credkit.checks.interface import Check
from credkit.documents.step import keep_paper
from credkit.errors import Refused, UsageError, did_you_mean
from credkit.lists.actors import same_actor
from credkit.policy import Policy
from credkit.records import (
    Acceptance,
    Confirmation,
    Provider,
    ProviderFile,
    RequirementState,
    Result,
    Subject,
    Verification,
)
from credkit.store import Store, new_id
from credkit.store.documents import sha256_of
from credkit.verify.requirements import lines, requirements


@dataclass(frozen=True, slots=True)
class Looked:
    """What a person found: the result, where they looked (`source`), and the day that the source's own report bears.
    `listed_on` is the day on which the worklist was written that it was found for: they may have looked on any day since,
    and it counts from that one."""

    result: Result
    source: str
    report_date: date | None = None
    note: str | None = None
    listed_on: date | None = None

    @property
    def found_on(self) -> date | None:
        """The day from which it counts, None where nothing says."""
        return self.report_date or self.listed_on


def record(
    store: Store,
    npi: str,
    policy: Policy,
    checks: Mapping[str, Check],
    *,
    check: str,
    subject: str | None,
    looked: Looked,
    document: Path | None,
    today: date,
    dry_run: bool = False,
) -> Verification:
    """Record a verification that a person made (NCQA CR 3: source, date, who and result); with `dry_run` return it alone.

    Raises UsageError where the check or the subject is not one of this file's, or a date cannot be; Refused where the
    check is not for a person to record, or the provider has claimed nothing that could be verified. Only then is the
    document taken in.
    """
    wanted = _named(checks, check)
    if not wanted.by_hand:
        raise Refused(
            f"{check} cannot be recorded by hand: credkit judges it itself.",
            hint=f"`credkit verify run NPI --check {check}` judges it; "
            f"`credkit {'screen resolve' if check == 'exclusions' else 'verify accept'}` settles a review.",
        )
    if looked.found_on and looked.found_on > today:
        words = "report date" if looked.report_date else "worklist's day"
        raise UsageError(f"The {words} {looked.found_on} is in the future.")
    with store.batch():
        file = store.provider_file(npi)
        about = _subject(file, policy, checks, check, subject, today)
        if about.missing:
            raise Refused(
                f"There is nothing to verify: {about.missing}.",
                hint="Import the provider's form, or use `provider edit`.",
            )
        if looked.result is Result.PASS and wanted.must_expire and about.expires_on is None:
            raise Refused(
                f"{about.check} {about.key} has no expiry date on file, so it would never lapse.",
                hint="Give the date that the source shows with `credkit provider edit` first.",
            )
        seen = wanted.judge(about, file, {}, policy, today) if wanted.automatic else None
        if looked.result is Result.PASS and seen is not None and seen.result is Result.FAIL:
            raise Refused(
                f"{about.check} {about.key}".rstrip() + f" cannot pass by what is on file: {seen.summary}",
                hint="Correct the file with `credkit provider edit` first, or record what you found as fail or review.",
            )
        kept = keep_paper(store, npi, document, policy.papers.most_bytes) if document and not dry_run else None
        verification = Verification(
            id=new_id(),
            npi=npi,
            check=check,
            subject=about.key,
            result=looked.result,
            summary=_summary(looked),
            verified_on=looked.found_on or today,
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
            method="hand",
            source=looked.source,
            claims=dict(about.claims),
            expires_on=about.expires_on,
            document=kept.sha256 if kept else None,
            note=looked.note,
            policy_sha256=policy.sha256,
        )
        if not dry_run:
            store.record_verification(verification, document=kept, reason=looked.note)
    return verification


def recorded_before(
    store: Store,
    npi: str,
    policy: Policy,
    checks: Mapping[str, Check],
    *,
    check: str,
    subject: str | None,
    looked: Looked,
    document: Path | None,
    today: date,
) -> Verification | None:
    """Return the record by hand that says the same of the same claims, word for word, if there is one.

    Where neither a report date nor the worklist's day is given, whenever it was recorded: the same words do not make it
    newer.
    """
    file = store.provider_file(npi)
    _named(checks, check)
    about = _subject(file, policy, checks, check, subject, today)
    paper = sha256_of(document) if document else None
    for one in reversed(file.verifications):
        if (one.check, one.subject, one.method, one.claims) == (check, about.key, "hand", dict(about.claims)) and (
            (one.result, one.source, one.note, one.document) == (looked.result, looked.source, looked.note, paper)
            and looked.found_on in {None, one.verified_on}
            and one.expires_on == about.expires_on
        ):
            return one
    return None


def accept(
    store: Store,
    npi: str,
    policy: Policy,
    checks: Mapping[str, Check],
    *,
    check: str,
    subject: str | None,
    reason: str,
    today: date,
) -> Acceptance:
    """Let a review stand, with the reason; the file stays an exception for the committee.

    Raises Refused where there is no review to accept, or it is of a screening, which is settled person by person.
    """
    _named(checks, check)
    if check == "exclusions":
        raise Refused(
            "A possible exclusion cannot be accepted away.",
            hint=f"`credkit screen review {npi}` shows the rows, `credkit screen resolve` takes the ruling.",
        )
    with store.batch():
        file = store.provider_file(npi)
        about = _subject(file, policy, checks, check, subject, today)
        for requirement in requirements(file, policy, today, checks):
            if (requirement.check, requirement.subject) != (check, about.key):
                continue
            if requirement.state is not RequirementState.REVIEW or requirement.verification_id is None:
                raise Refused(
                    f"{requirement.name} is {requirement.state}, not under review: there is nothing to accept."
                )
            waits = [one for one in file.acceptances if one.verification_id == requirement.verification_id]
            if waits:
                raise Refused(
                    f"{waits[-1].actor} accepted it on {waits[-1].accepted_on}; a second person must confirm.",
                    hint=f"credkit confirm {waits[-1].id}",
                )
            acceptance = Acceptance(
                id=new_id(),
                npi=npi,
                verification_id=requirement.verification_id,
                check=check,
                subject=about.key,
                reason=reason,
                accepted_on=today,
                recorded_at=clock.stamp(clock.now()),
                actor=store.actor,
            )
            store.accept_review(acceptance)
            return acceptance
        raise Refused(f"The policy does not ask {check} of this file.")


def confirm_acceptance(store: Store, beginning: str, *, today: date) -> tuple[Acceptance, Confirmation]:
    """Let a second person confirm that a review may stand, where the policy asks for one. `beginning` is of its id.

    Raises Refused where it is the same person, or it was confirmed already.
    """
    with store.batch():
        acceptance = store.acceptance(beginning)
        if same_actor(store, acceptance.actor, store.actor):
            raise Refused(
                f"{acceptance.actor} accepted it: a second person must confirm.",
                hint="Let somebody else run the command, with their own --actor.",
            )
        known = store.confirmations(acceptance.npi).get(acceptance.id)
        if known is not None:
            raise Refused(f"{known.actor} confirmed it already, on {known.confirmed_on}.")
        confirmation = Confirmation(
            id=new_id(),
            kind="acceptance",
            record_id=acceptance.id,
            npi=acceptance.npi,
            confirmed_on=today,
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
        )
        store.confirm(confirmation)
    return acceptance, confirmation


def unconfirmed(
    store: Store, policy: Policy, checks: Mapping[str, Check], today: date
) -> Iterator[tuple[Acceptance, Provider]]:
    """Return the acceptances that wait for a second person, with whom they are about: where the policy asks for one, and
    the review is still the finding that counts."""
    if not policy.committee.second_person_accepts:
        return
    for acceptance in store.unconfirmed_acceptances():
        file = store.provider_file(acceptance.npi)
        if any(
            one.state is RequirementState.REVIEW and one.verification_id == acceptance.verification_id
            for one in requirements(file, policy, today, checks)
        ):
            yield acceptance, file.provider


def _named(checks: Mapping[str, Check], name: str) -> Check:
    if name not in checks:
        raise UsageError(f"There is no check named {name!r}.{did_you_mean(name, checks)}")
    return checks[name]


def _subject(
    file: ProviderFile, policy: Policy, checks: Mapping[str, Check], check: str, key: str | None, today: date
) -> Subject:
    """Find which of the check's subjects in this file is meant; where there is one only, it needs no naming."""
    asked = [line.subject for line in lines(file, policy, today, checks) if line.check.name == check]
    subjects = asked or list(checks[check].subjects(file, policy, file.provider.states_of_practice))
    if not subjects:
        raise UsageError(f"{check} does not apply to {file.provider.npi}.")
    if key is None and len(subjects) == 1:
        return subjects[0]
    for subject in subjects:
        if key is not None and subject.key.casefold() == key.casefold():
            return subject
    named = ", ".join(subject.key or "(none)" for subject in subjects)
    if key is None:
        raise UsageError(f"{check} has several subjects in this file: {named}.", hint="Name one with --subject KEY.")
    raise UsageError(f"{check} has no subject {key!r} in this file. There is: {named}.")


def _summary(looked: Looked) -> str:
    verdict = {Result.PASS: "Verified", Result.FAIL: "Not confirmed", Result.REVIEW: "To be reviewed"}[looked.result]
    dated = f", report of {looked.report_date}" if looked.report_date else ""
    return f"{verdict} by hand at {looked.source}{dated}." + (f" {looked.note}" if looked.note else "")
