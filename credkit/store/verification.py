"""Findings, their evidence, and what a person accepted."""

import zlib
from collections.abc import Collection, Iterator, Sequence
from hashlib import sha256

from credkit.errors import UsageError
from credkit.records import Acceptance, Document, EvidenceRecord, Hit, ProviderFile, Verification
from credkit.store import tables
from credkit.store.door import Door


class Verifying(Door):
    """Verbs: record_verification, accept_review. Nouns: evidence, evidence_held, acceptance, evidence_faults."""

    def record_verification(
        self,
        verification: Verification,
        evidence: Sequence[tuple[EvidenceRecord, bytes]] = (),
        document: Document | None = None,
        reason: str | None = None,
        hits: Sequence[Hit] = (),
        kept: Collection[str] = (),
    ) -> None:
        """Keep a finding with the evidence it rests on, the document that proves it, and the hits that it found. A body
        is kept once; `kept` are the ids of evidence that is there already, since an earlier finding rests on it too."""
        with self.act(
            "verification.recorded", npi=verification.npi, record=f"verification {verification.id}", reason=reason
        ) as act:
            for record, body in evidence:
                if record.id in kept:
                    continue
                act.add(tables.EVIDENCE, record)
                if body:
                    self._connection.execute(
                        "INSERT INTO evidence_bodies (sha256, body) VALUES (?, ?) ON CONFLICT DO NOTHING",
                        (record.sha256, zlib.compress(body)),
                    )
            if document:
                act.add_once(tables.DOCUMENTS, document)
            for hit in hits:
                act.add(tables.HITS, hit)
            act.add(tables.VERIFICATIONS, verification)

    def accept_review(self, acceptance: Acceptance) -> None:
        """Keep a person's word that a review may stand."""
        with self.act(
            "review.accepted", npi=acceptance.npi, record=f"acceptance {acceptance.id}", reason=acceptance.reason
        ) as act:
            act.add(tables.ACCEPTANCES, acceptance)

    def evidence_faults(self) -> Iterator[str]:
        """Say what is wrong with the bodies of evidence, which the log holds by their hashes alone."""
        lost = (
            "SELECT COUNT(*) FROM evidence WHERE problem IS NULL AND sha256 NOT IN (SELECT sha256 FROM evidence_bodies)"
        )
        if missing := self.rows(lost)[0][0]:
            yield f"{missing} pieces of evidence have lost their bodies"
        last = ""
        following = "SELECT sha256, body FROM evidence_bodies WHERE sha256 > ? ORDER BY sha256 LIMIT 500"
        while some := self.rows(following, (last,)):
            yield from (f"evidence {name[:12]} was changed" for name, body in some if _hash_of(body) != name)
            last = some[-1][0]

    def recorded_since(self, file: ProviderFile) -> frozenset[tuple[str, str]]:
        """Return the (check, subject) pairs on which somebody recorded a verification since a file was read."""
        known = {one.id for one in file.verifications}
        found = self.rows('SELECT id, "check", subject FROM verifications WHERE npi = ?', (file.provider.npi,))
        return frozenset((check, subject) for name, check, subject in found if name not in known)

    def acceptance(self, beginning: str) -> Acceptance:
        """Return the acceptance whose id begins so. Raises UsageError where there is none, or more than one."""
        found = self.records(tables.ACCEPTANCES, "WHERE substr(id, 1, ?) = ?", (len(beginning), beginning))
        if len(found) == 1:
            return found[0]
        why = "More than one acceptance begins" if found else "There is no acceptance that begins"
        raise UsageError(f"{why} with {beginning!r}.")

    def unconfirmed_acceptances(self) -> list[Acceptance]:
        """Return the acceptances on which no second person has given their word, oldest first."""
        return self.records(
            tables.ACCEPTANCES, "WHERE id NOT IN (SELECT record_id FROM confirmations WHERE kind = 'acceptance')"
        )

    def evidence_held(self, npi: str, source: str, key: str, since: str) -> EvidenceRecord | None:
        """Return the newest good answer of an outside source about a provider that was fetched no earlier than a moment
        (as `clock.stamp` writes it)."""
        found = self.records(
            tables.EVIDENCE,
            "WHERE npi = ? AND source = ? AND key = ? AND fetched_at >= ? AND problem IS NULL AND address LIKE 'http%'",
            (npi, source, key, since),
        )
        return max(found, key=lambda one: one.fetched_at, default=None)

    def evidence(self, evidence_id: str) -> tuple[EvidenceRecord, bytes] | None:
        """Return a piece of evidence and its body (empty where the source sent none)."""
        found = self.records(tables.EVIDENCE, "WHERE id = ?", (evidence_id,))
        if not found:
            return None
        body = self.rows("SELECT body FROM evidence_bodies WHERE sha256 = ?", (found[0].sha256,))
        return found[0], zlib.decompress(body[0][0]) if body else b""


def _hash_of(body: bytes) -> str | None:
    try:
        return sha256(zlib.decompress(body)).hexdigest()
    except zlib.error:
        return None
