"""What is on record, judged again by another policy: from the evidence that was kept, without asking anybody.

Nothing is written. A finding that a person made stands as it is: only its age is judged anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from credkit.canonical import canonical
from credkit.checks.interface import Check
from credkit.lists.nppes_file import NppesShelf
from credkit.lists.screening import Screener
from credkit.policy import Policy
from credkit.records import (
    CredentialKind,
    Evidence,
    EvidenceRecord,
    Finding,
    ListVersion,
    ProviderFile,
    Requirement,
    Result,
    SourceRef,
    Verification,
)
from credkit.sources import nppes
from credkit.store import Store
from credkit.verify.changes import changes
from credkit.verify.gathering import Rereads, Source
from credkit.verify.requirements import Line, latest_finding, lines, requirements


@dataclass(frozen=True, slots=True)
class Rejudged:
    """One line that another policy judges otherwise. `before` and `after` are None where only one policy asks for it;
    `differs` says what the finding itself would be, where its evidence was judged again."""

    npi: str
    name: str
    check: str
    subject: str
    before: Requirement | None
    after: Requirement | None
    differs: tuple[str, ...]
    why: str


class Rejudging:
    """Judges files again, one after another. `sources` are those whose answers can be read again; nobody is asked."""

    def __init__(self, store: Store, sources: Mapping[str, Source], checks: Mapping[str, Check]) -> None:
        self._store = store
        self._sources = sources
        self._checks = checks
        self._screener = Screener(store)
        self._versions = {version.id: version for version in store.list_versions()}
        self._shelf = NppesShelf(store)

    def differences(self, file: ProviderFile, policy: Policy, other: Policy, on: date) -> list[Rejudged]:
        """Return every line of either policy that the other one judges otherwise on a day."""
        was = {(one.check, one.subject): one for one in requirements(file, policy, on, self._checks)}
        again, told = self._again(file, other, on)
        now = {(one.check, one.subject): one for one in requirements(again, other, on, self._checks)}
        found = []
        for key in dict.fromkeys([*was, *now]):
            before, after = was.get(key), now.get(key)
            differs = told.get(key, ())
            if before and after and before.state is after.state and not differs:
                continue
            found.append(
                Rejudged(
                    npi=file.provider.npi,
                    name=file.provider.name,
                    check=key[0],
                    subject=key[1],
                    before=before,
                    after=after,
                    differs=differs,
                    why=after.detail if after else "The other policy does not ask for it.",
                )
            )
        return found

    def _again(
        self, file: ProviderFile, other: Policy, on: date
    ) -> tuple[ProviderFile, dict[tuple[str, str], tuple[str, ...]]]:
        """Return the file with each finding that counts judged anew, and how each differs."""
        verifications = list(file.verifications)
        told: dict[tuple[str, str], tuple[str, ...]] = {}
        for line in lines(file, other, on, self._checks):
            history = [
                one
                for one in verifications
                if (one.check, one.subject) == (line.check.name, line.subject.key) and one.verified_on <= on
            ]
            found = latest_finding(history, line.subject)
            finding = self._judged(line, file, found, other) if found else None
            if found is None or finding is None or finding.result is Result.UNAVAILABLE:
                continue
            made = replace(
                found,
                result=finding.result,
                summary=finding.summary,
                comparisons=finding.comparisons,
                expires_on=finding.expires_on or line.subject.expires_on,
                advice=finding.advice,
                policy_sha256=other.sha256,
            )
            if differs := changes(found, made):
                told[found.check, found.subject] = differs
            verifications[verifications.index(found)] = made
        return replace(file, verifications=tuple(verifications)), told

    def _judged(self, line: Line, file: ProviderFile, found: Verification, other: Policy) -> Finding | None:
        """Judge a finding's own evidence on its own day; None where a person made it, or its evidence says too little."""
        if found.method == "hand" or not line.check.automatic:
            return None
        evidence: dict[SourceRef, Evidence] = {}
        for name in found.evidence:
            kept = self._store.evidence(name)
            piece = self._reread(file, *kept, other, found.verified_on) if kept else None
            if piece is not None:
                evidence[piece.source] = piece
        needs = line.check.needs(line.subject, file, other)
        if any(ref not in evidence for ref in needs) and not line.check.from_file:
            return None
        return line.check.judge(line.subject, file, evidence, other, found.verified_on)

    def _reread(
        self, file: ProviderFile, record: EvidenceRecord, body: bytes, other: Policy, on: date
    ) -> Evidence | None:
        if record.problem is not None:
            return Evidence(
                SourceRef(record.source, record.key), record.address, record.fetched_at, problem=record.problem
            )
        if record.source == "list":
            return self._from_list(file, record, body, other, on)
        if record.source == nppes.NAME:
            # Readable whether or not the registry is set up.
            found = nppes.evidence_from_body(body, record.key, record.address, record.fetched_at)
            return self._shelf.unless_deactivated(found)
        source = self._sources.get(record.source)
        if not isinstance(source, Rereads):
            return None
        return source.reread(record.key, body, record.address, record.fetched_at)

    def _from_list(
        self, file: ProviderFile, record: EvidenceRecord, body: bytes, other: Policy, on: date
    ) -> Evidence | None:
        """Hold the provider again against the very version of the list that the evidence names."""
        version = self._version(body)
        if version is None:
            return None
        (screening,) = self._screener.screenings(
            [(file.provider, file.held(CredentialKind.LICENSE))], version, other, on
        )
        ref = SourceRef(record.source, record.key)
        return Evidence(ref, record.address, record.fetched_at, body=body, sha256=record.sha256, facts=screening)

    def _version(self, body: bytes) -> ListVersion | None:
        text = body.decode("utf-8", "replace")
        # The receipt in the body is the version's own canonical text.
        return next((one for one in self._versions.values() if canonical(one.id) in text), None)
