"""Findings, their evidence, and what a person accepted."""

import zlib
from collections.abc import Sequence

from credkit.records import Acceptance, Document, EvidenceRecord, Verification
from credkit.store import tables
from credkit.store.door import Door


class Verifying(Door):
    """Verbs: record_verification, accept_review. Nouns: evidence."""

    def record_verification(
        self,
        verification: Verification,
        evidence: Sequence[tuple[EvidenceRecord, bytes]] = (),
        document: Document | None = None,
        reason: str | None = None,
    ) -> None:
        """Keep a finding with the evidence it rests on, and the document that proves it. A body is kept once."""
        with self.act(
            "verification.recorded", npi=verification.npi, record=f"verification {verification.id}", reason=reason
        ) as act:
            for record, body in evidence:
                act.add(tables.EVIDENCE, record)
                if body:
                    self._connection.execute(
                        "INSERT INTO evidence_bodies (sha256, body) VALUES (?, ?) ON CONFLICT DO NOTHING",
                        (record.sha256, zlib.compress(body)),
                    )
            if document:
                act.put(tables.DOCUMENTS, document)
            act.add(tables.VERIFICATIONS, verification)

    def accept_review(self, acceptance: Acceptance) -> None:
        """Keep a person's word that a review may stand."""
        with self.act(
            "review.accepted", npi=acceptance.npi, record=f"acceptance {acceptance.id}", reason=acceptance.reason
        ) as act:
            act.add(tables.ACCEPTANCES, acceptance)

    def evidence(self, evidence_id: str) -> tuple[EvidenceRecord, bytes] | None:
        """Return a piece of evidence and its body (empty where the source sent none)."""
        found = self.records(tables.EVIDENCE, "WHERE id = ?", (evidence_id,))
        if not found:
            return None
        body = self.rows("SELECT body FROM evidence_bodies WHERE sha256 = ?", (found[0].sha256,))
        return found[0], zlib.decompress(body[0][0]) if body else b""
