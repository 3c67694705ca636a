"""Files of Ana Marsh at each point of her life with the practice, for the rules that judge them. Days may be ISO text.

She signed on 2026-02-20, everything was verified on 2026-03-02, the committee approved her on 2026-03-09, and Aspen Health
takes her from 2026-04-01.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import factories
from factories import NPI, TODAY, caqh, day, education, malpractice, position

from credkit.checks import all_checks
from credkit.policy import Policy
from credkit.records import (
    Acceptance,
    Credential,
    Cycle,
    CycleKind,
    Decision,
    Enrollment,
    EnrollmentStatus,
    Line,
    Outcome,
    Payer,
    Provider,
    ProviderFile,
    Requirement,
    Result,
    Subject,
    Verification,
)
from credkit.status.assess import Assessment, assess
from credkit.verify.requirements import lines, requirements

CHECKS = all_checks()
SHIPPED = factories.policy().sha256
ASPEN = Payer("aspen", "Aspen Health", Line.COMMERCIAL)
PAYERS = {
    payer.id: payer
    for payer in (
        ASPEN,
        Payer("birch", "Birch Health", Line.COMMERCIAL),
        Payer("humana", "Humana", Line.COMMERCIAL),
        Payer("medicare", "Medicare", Line.MEDICARE),
    )
}
SIGNED, VERIFIED, APPROVED, IN_NETWORK = "2026-02-20", "2026-03-02", "2026-03-09", "2026-04-01"


def on(text: date | str) -> date:
    """Return a day."""
    found = day(text)
    assert found is not None
    return found


def cycle(opened: str = "2026-02-21", closed: str | None = None, kind: str = "initial", id: str = "cycle-1") -> Cycle:
    """Return a cycle, open unless told when it closed."""
    return Cycle(id, NPI, CycleKind(kind), on(opened), day(closed))


def applied(*credentials: Credential, who: Provider | None = None, **changes: Any) -> ProviderFile:
    """Return a complete and signed application; `credentials` are held instead of the usual ones where any are given."""
    usual = (factories.license(), malpractice(), caqh(attested="2026-02-10"), education())
    given: dict[str, Any] = {
        "who": replace(who or factories.provider(), email="ana.marsh@example.org"),
        "application": factories.application(signed_on=SIGNED),
        "work": [position()],
        "cycles": (cycle(),),
    }
    return factories.file(*(credentials or usual), **(given | changes))


def verification(subject: Subject, when: date | str = VERIFIED, result: str = "pass", **changes: Any) -> Verification:
    """Return a verification of a subject as it is claimed."""
    plain = Verification(
        id=f"{subject.check}-{subject.key}-{when}-{result}",
        npi=NPI,
        check=subject.check,
        subject=subject.key,
        result=Result(result),
        summary=f"{subject.check} {result}.",
        verified_on=on(when),
        recorded_at=f"{when}T09:00:00.000000Z",
        actor="kim",
        method="source",
        source="a source",
        claims=dict(subject.claims),
        expires_on=subject.expires_on,
        policy_sha256=SHIPPED,
    )
    return replace(plain, **changes)


def subjects(file: ProviderFile, policy: Policy | None = None, when: date | str = TODAY) -> dict[str, Subject]:
    """Return every subject that the policy asks of a file, by "check key"."""
    asked = lines(file, policy or factories.policy(), on(when), CHECKS)
    return {f"{line.check.name} {line.subject.key}".rstrip(): line.subject for line in asked}


def verified(
    file: ProviderFile,
    when: date | str = VERIFIED,
    *,
    but: Iterable[str] = (),
    results: Mapping[str, str] | None = None,
    policy: Policy | None = None,
) -> ProviderFile:
    """Return the file with a pass for every requirement on a day, but those left out or given another result."""
    made = tuple(
        verification(subject, when, (results or {}).get(name, "pass"))
        for name, subject in subjects(file, policy, when).items()
        if name not in but and not subject.missing
    )
    return replace(file, verifications=(*file.verifications, *made))


def accepted(file: ProviderFile, name: str, when: date | str = VERIFIED, reason: str = "seen") -> ProviderFile:
    """Return the file with its latest verification of a requirement accepted."""
    check, _, key = name.partition(" ")
    found = [one for one in file.verifications if (one.check, one.subject) == (check, key)][-1]
    made = Acceptance(f"accept-{found.id}", NPI, found.id, check, key, reason, on(when), f"{when}T10:00:00Z", "kim")
    return replace(file, acceptances=(*file.acceptances, made))


def decision(
    outcome: str = "approved", when: date | str = APPROVED, states: tuple[str, ...] = ("CO",), **changes: Any
) -> Decision:
    """Return a decision of the committee."""
    approves = Outcome(outcome).approves
    plain = Decision(
        id=f"decision-{when}-{outcome}",
        npi=NPI,
        cycle_id="cycle-1",
        outcome=Outcome(outcome),
        decided_on=on(when),
        decided_by="committee",
        meeting_id="meeting-1",
        present=("Dr Ash", "Dr Birch", "Dr Cedar"),
        states=states if approves else (),
        conditions=(),
        reason=None if approves else "for a reason",
        override=None,
        track="clean",
        track_reasons=(),
        revisit_on=None,
        policy_sha256=SHIPPED,
        gate=(),
        recorded_at=f"{when}T12:00:00.000000Z",
        actor="kim",
    )
    return replace(plain, **changes)


def decided(file: ProviderFile, *decisions: Decision) -> ProviderFile:
    """Return the file with decisions, its last cycle closed by the first that is final."""
    final = [one for one in decisions if not one.outcome.postpones]
    cycles = file.cycles
    if final:
        cycles = (*cycles[:-1], replace(cycles[-1], closed_on=final[0].decided_on))
    return replace(file, decisions=(*file.decisions, *decisions), cycles=cycles)


def enrollment(
    payer: str = "aspen", effective: str | None = IN_NETWORK, status: str = "approved", **changes: Any
) -> Enrollment:
    """Return an enrollment in Colorado."""
    dated: dict[str, Any] = {name: day(value) if name.endswith("_on") else value for name, value in changes.items()}
    plain = Enrollment(
        id=f"{payer}-{changes.get('state', 'CO')}",
        npi=NPI,
        payer_id=payer,
        line=PAYERS[payer].line if payer in PAYERS else Line.COMMERCIAL,
        state="CO",
        tax_id="00-0000000",
        status=EnrollmentStatus(status),
        submitted_on=on("2026-03-10"),
        effective_on=day(effective),
    )
    return replace(plain, **dated)


def approved(file: ProviderFile | None = None, when: str = APPROVED) -> ProviderFile:
    """Return a file that was verified and approved."""
    return decided(verified(file or applied()), decision(when=when))


def active(*enrollments: Enrollment, file: ProviderFile | None = None) -> ProviderFile:
    """Return an approved file that is in-network."""
    return replace(file or approved(), enrollments=enrollments or (enrollment(),))


def judged(file: ProviderFile, when: date | str = TODAY, policy: Policy | None = None) -> dict[str, Requirement]:
    """Return every requirement of a file on a day, by name."""
    found = requirements(file, policy or factories.policy(), on(when), CHECKS)
    return {requirement.name: requirement for requirement in found}


def assessed(file: ProviderFile, when: date | str = TODAY, policy: Policy | None = None) -> Assessment:
    """Return the file's assessment on a day."""
    return assess(file, policy or factories.policy(), on(when), CHECKS, PAYERS)
