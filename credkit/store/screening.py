"""Screenings: hits to work, what was ruled of them, and receipts; and the people whom a matcher reads."""

from collections.abc import Iterable, Sequence
from typing import Any

from credkit.errors import UsageError
from credkit.records import (
    Confirmation,
    Document,
    Hit,
    Provider,
    Resolution,
    Screening,
    Verification,
)
from credkit.store import tables
from credkit.store.door import Door

#: How many values one statement is given at the most.
_AT_ONCE = 500
#: A hit may be named by the beginning of its id, of so many characters at the least.
SHORTEST = 6
#: What changes nothing that a person is screened by.
_OF_OTHERS = (
    "verification.recorded",
    "review.accepted",
    "decision.recorded",
    "hit.found",
    "hit.resolved",
    "hit.confirmed",
    "document.filed",
    "document.reviewed",
)


class Screenings(Door):
    """Verbs: record_screening, resolve_hit, confirm. Nouns: hits, hit, resolutions, confirmations, screenings,
    latest_findings, findings_with_something_to_say, changed_after, some_providers, licenses."""

    # --- writing ----------------------------------------------------------------------------------------------------

    def record_screening(self, screening: Screening) -> None:
        """Keep the receipt of a screening."""
        with self.act("screening.done", npi=None, record=f"screening {screening.id}") as act:
            act.add(tables.SCREENINGS, screening)

    def resolve_hit(self, resolution: Resolution, document: Document | None = None) -> None:
        """Keep a person's ruling on a hit, and the document that it rests on."""
        with self.act(
            "hit.resolved", npi=resolution.npi, record=f"resolution {resolution.id}", reason=resolution.reason
        ) as act:
            if document:
                act.add_once(tables.DOCUMENTS, document)
            act.add(tables.RESOLUTIONS, resolution)

    def confirm(self, confirmation: Confirmation) -> None:
        """Keep a second person's word."""
        with self.act(
            "hit.confirmed", npi=confirmation.npi, record=f"{confirmation.kind} {confirmation.record_id}"
        ) as act:
            act.add(tables.CONFIRMATIONS, confirmation)

    # --- hits and rulings -------------------------------------------------------------------------------------------

    def hits(self, npi: str | None = None) -> list[Hit]:
        """Return every hit, or a provider's, oldest first."""
        return self.records(tables.HITS, "WHERE npi = ?" if npi else "", (npi,) if npi else ())

    def hit(self, beginning: str) -> Hit:
        """Return the hit whose id begins so. Raises UsageError where there is none, or more than one."""
        beginning = beginning.strip().lower()
        if len(beginning) < SHORTEST:
            raise UsageError(
                f"{beginning!r} is too short to name a hit: give {SHORTEST} characters or more.",
                hint="`credkit screen review` names them.",
            )
        found = self.records(tables.HITS, "WHERE substr(id, 1, ?) = ?", (len(beginning), beginning))
        if len(found) == 1:
            return found[0]
        why = "more than one hit begins" if found else "there is no hit that begins"
        raise UsageError(f"{why[0].upper()}{why[1:]} with {beginning!r}.", hint="`credkit screen review` names them.")

    def resolutions(self, npi: str | None = None) -> list[Resolution]:
        """Return every ruling, or those on a provider's hits, oldest first, whether or not they count yet."""
        return self.records(tables.RESOLUTIONS, "WHERE npi = ?" if npi else "", (npi,) if npi else ())

    def confirmations(self, npi: str | None = None) -> dict[str, Confirmation]:
        """Return second persons' words by the record that they are on."""
        found = self.records(tables.CONFIRMATIONS, "WHERE npi = ?" if npi else "", (npi,) if npi else ())
        return {one.record_id: one for one in found}

    # --- receipts ---------------------------------------------------------------------------------------------------

    def screenings(self, name: str | None = None) -> list[Screening]:
        """Return the receipts of every list, or of one, oldest first."""
        return self.records(tables.SCREENINGS, "WHERE list = ?" if name else "", (name,) if name else ())

    def latest_findings(self, check: str, subject: str, npis: Sequence[str] | None = None) -> dict[str, Verification]:
        """Return the finding recorded last on a subject, by NPI: of everybody, or of some."""
        found: dict[str, Verification] = {}
        some = [None] if npis is None else _pieces(npis)
        for piece in some:
            whose = "" if piece is None else f" AND npi IN ({','.join('?' * len(piece))})"
            last = f'SELECT MAX(rowid) FROM verifications WHERE "check" = ? AND subject = ?{whose} GROUP BY npi'
            values = (check, subject, *(piece or ()))
            found |= {one.npi: one for one in self.records(tables.VERIFICATIONS, f"WHERE rowid IN ({last})", values)}
        return found

    def findings_with_something_to_say(self, check: str, subject: str) -> dict[str, bool]:
        """Return of everybody on whom a finding on a subject was recorded, by NPI, whether the last one compares
        anything (a row of a list was weighed) or is that there was no answer."""
        last = 'SELECT MAX(rowid) FROM verifications WHERE "check" = ? AND subject = ? GROUP BY npi'
        found = self.rows(
            f"SELECT npi, comparisons <> '[]' OR result = 'unavailable' FROM verifications WHERE rowid IN ({last})",
            (check, subject),
        )
        return {npi: bool(said) for npi, said in found}

    def changed_after(self, event: int) -> list[str]:
        """Return the NPIs of providers of whom anything changed after an event that they could be screened by."""
        passed_over = ",".join("?" * len(_OF_OTHERS))
        found = self.rows(
            f"SELECT DISTINCT npi FROM events WHERE seq > ? AND npi IS NOT NULL AND verb NOT IN ({passed_over})",
            (event, *_OF_OTHERS),
        )
        return [npi for (npi,) in found]

    def some_providers(self, npis: Iterable[str]) -> list[Provider]:
        """Return the providers of these NPIs, by NPI; who is not there is passed over."""
        return [
            provider
            for piece in _pieces(sorted(set(npis)))
            for provider in self.records(
                tables.PROVIDERS,
                f"WHERE npi IN ({','.join('?' * len(piece))}) AND npi NOT IN (SELECT npi FROM aliases)",
                piece,
            )
        ]

    def licenses(self, first: str, last: str) -> list[tuple[str, str, str]]:
        """Return (NPI, state, number) of every license of the providers from one NPI to another."""
        return [
            (npi, state, number)
            for npi, state, number in self.rows(
                "SELECT npi, jurisdiction, number FROM credentials WHERE npi BETWEEN ? AND ? AND kind = 'license'"
                " AND jurisdiction IS NOT NULL AND number IS NOT NULL ORDER BY npi, rowid",
                (first, last),
            )
        ]


def _pieces(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
