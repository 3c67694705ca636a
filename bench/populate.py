"""A store brought to all stages of the work, by the store's own verbs: `python -m bench.populate DATABASE`.

The store holds imported applications and nothing else. Of every ten providers one is left as imported, one is half
verified, one waits for the committee, one was denied, and six are approved and enrolled; some of those lapse by
themselves, as their licenses and policies end. Findings come as the checks and people leave them: a summary, what was
compared, and the evidence; what is watched monthly was looked at again in the month of the report.
"""

import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from random import Random

from bench import JUDGED, RECEIVED, SEED
from credkit.checks import all_checks, check_names
from credkit.policy import Policy
from credkit.records import (
    Comparison,
    Decision,
    Enrollment,
    EnrollmentStatus,
    EvidenceRecord,
    Line,
    Outcome,
    Payer,
    ProviderFile,
    Requirement,
    Result,
    Verification,
)
from credkit.store import Store, new_id
from credkit.verify.requirements import lines, requirements

_FILES_AT_ONCE = 500
_DECIDED = RECEIVED + timedelta(days=35)
_PAYERS = (
    ("Alder Health", Line.COMMERCIAL),
    ("Birch Mutual", Line.COMMERCIAL),
    ("Cedar State Plan", Line.MEDICAID),
    ("Dogwood Care", Line.COMMERCIAL),
)
_ASKED_SOURCES = {"npi": "nppes", "exclusions": "list"}


class _Populating:
    """One store on its way through the months."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._draw = Random(SEED + 2)
        self._checks = all_checks()
        self._policy = Policy.parse(store.policy_in_force(RECEIVED), check_names())
        self._payers = [Payer(new_id(), name, line) for name, line in _PAYERS]

    def work(self) -> None:
        """Take every file as far as its lot says."""
        for payer in self._payers:
            self._store.add_payer(payer)
        files = self._store.provider_files()
        while some := list(islice(files, _FILES_AT_ONCE)):
            with self._store.batch():
                for file in some:
                    self._advance(file, self._draw.randrange(10))

    def _advance(self, file: ProviderFile, lot: int) -> None:
        if lot == 0:
            return
        # A committee that meets in the week of the report still has every finding within its window.
        found = list(self._findings(file, RECEIVED + timedelta(days=self._draw.randrange(1, 30))))
        if lot == 1:
            found = found[: len(found) // 2]
        for verification in found:
            self._record(verification)
        if lot <= 2:
            return
        verified = replace(file, verifications=tuple(found))
        self._decide(verified, Outcome.DENIED if lot == 3 else Outcome.APPROVED)
        if lot == 3:
            return
        for verification in found:
            if verification.check in {"license", "exclusions"} and self._draw.random() < 0.9:
                day = JUDGED - timedelta(days=self._draw.randrange(40))
                self._record(replace(verification, id=new_id(), verified_on=day, recorded_at=_at(day)))
        for state in file.provider.states_of_practice:
            for payer in self._draw.sample(self._payers, 2):
                self._enroll(file, payer, state)

    def _findings(self, file: ProviderFile, day: date) -> Iterator[Verification]:
        for line in lines(file, self._policy, RECEIVED, self._checks):
            if line.subject.missing:
                continue
            review = line.check.name == "disclosures" and "yes" in line.subject.claims.values()
            claims = dict(line.subject.claims)
            yield Verification(
                id=new_id(),
                npi=file.provider.npi,
                check=line.check.name,
                subject=line.subject.key,
                result=Result.REVIEW if review else Result.PASS,
                summary=f"{line.check.title} held against its source, and in agreement with the file in every field.",
                verified_on=day,
                recorded_at=_at(day),
                actor="bench",
                method="source" if line.check.name in _ASKED_SOURCES else "hand",
                source=f"https://source.example/{line.check.name}?number={file.provider.npi}",
                claims=claims,
                comparisons=tuple(
                    Comparison(name, value, value, agrees=True) for name, value in list(claims.items())[:4]
                ),
                expires_on=line.subject.expires_on,
                policy_sha256=self._policy.sha256,
            )

    def _record(self, verification: Verification) -> None:
        source = _ASKED_SOURCES.get(verification.check)
        if source is None:
            self._store.record_verification(verification)
            return
        evidence = EvidenceRecord(
            new_id(),
            verification.npi,
            source,
            verification.npi,
            verification.source,
            verification.recorded_at,
            "0" * 64,
        )
        self._store.record_verification(replace(verification, evidence=(evidence.id,)), [(evidence, b"")])

    def _decide(self, file: ProviderFile, outcome: Outcome) -> None:
        cycle = file.cycles[0]
        seen = requirements(file, self._policy, _DECIDED, self._checks, deciding=True)
        decision = Decision(
            id=new_id(),
            npi=file.provider.npi,
            cycle_id=cycle.id,
            outcome=outcome,
            decided_on=_DECIDED,
            decided_by="committee",
            meeting_id=None,
            present=("Dr. Ash", "Dr. Birch", "Dr. Cedar"),
            states=file.provider.states_of_practice if outcome.approves else (),
            conditions=(),
            reason=None if outcome.approves else "The file was not complete in time.",
            override=None,
            track="clean",
            track_reasons=(),
            revisit_on=None,
            policy_sha256=self._policy.sha256,
            gate=tuple(map(_as_seen, seen)),
            recorded_at=_at(_DECIDED),
            actor="bench",
        )
        self._store.record_decision(decision, [replace(cycle, closed_on=_DECIDED)])

    def _enroll(self, file: ProviderFile, payer: Payer, state: str) -> None:
        submitted = _DECIDED + timedelta(days=self._draw.randrange(1, 10))
        status = self._draw.choices(
            (EnrollmentStatus.ACTIVE, EnrollmentStatus.SUBMITTED, EnrollmentStatus.APPROVED), (75, 20, 5)
        )[0]
        effective = submitted + timedelta(days=self._draw.randrange(10, 50))
        enrollment = Enrollment(
            id=new_id(),
            npi=file.provider.npi,
            payer_id=payer.id,
            line=payer.line,
            state=state,
            tax_id="00-0000000",
            status=status,
            submitted_on=submitted,
            effective_on=effective if status is EnrollmentStatus.ACTIVE else None,
            updated_at=_at(submitted),
        )
        self._store.record_enrollment(enrollment, verb="enrollment.submitted")


def _as_seen(requirement: Requirement) -> dict[str, object]:
    return {
        name: str(value) if isinstance(value, date) else value
        for name, value in asdict(requirement).items()
        if value is not None
    }


def _at(day: date) -> str:
    return f"{day}T15:00:00.000000Z"


def main(database: Path) -> None:
    """Bring the store at `database` to all stages."""
    with Store.open(database, actor="bench", command="bench") as store:
        _Populating(store).work()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
