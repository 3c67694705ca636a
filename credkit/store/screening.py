"""Screenings: hits to work, what was ruled of them, receipts; and what a matcher needs of the lists' records."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from credkit.errors import UsageError
from credkit.records import Confirmation, Hit, ListEntry, ListVersion, Provider, Resolution, Screening, Verification
from credkit.store import tables
from credkit.store.door import Door
from credkit.store.lists import ENTRY

#: How many values one statement is given at the most.
_AT_ONCE = 500
#: What changes nothing that a person is screened by.
_OF_OTHERS = (
    "verification.recorded",
    "review.accepted",
    "decision.recorded",
    "hit.found",
    "hit.resolved",
    "hit.confirmed",
)


class Screenings(Door):
    """Verbs: record_screening, resolve_hit, confirm. Nouns: screenings, hits, resolutions, latest_findings, ..."""

    # --- writing ----------------------------------------------------------------------------------------------------

    def record_screening(self, screening: Screening) -> None:
        """Keep the receipt of a screening."""
        with self.act("screening.done", npi=None, record=f"screening {screening.id}") as act:
            act.add(tables.SCREENINGS, screening)

    def resolve_hit(self, resolution: Resolution) -> None:
        """Keep a person's ruling on a hit."""
        with self.act(
            "hit.resolved", npi=resolution.npi, record=f"resolution {resolution.id}", reason=resolution.reason
        ) as act:
            act.add(tables.RESOLUTIONS, resolution)

    def confirm(self, confirmation: Confirmation) -> None:
        """Keep a second person's word. Raises Refused where it was given already."""
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
        found = self.records(tables.HITS, "WHERE substr(id, 1, ?) = ? LIMIT 2", (len(beginning), beginning))
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
            for provider in self.records(tables.PROVIDERS, f"WHERE npi IN ({','.join('?' * len(piece))})", piece)
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

    # --- records of lists -------------------------------------------------------------------------------------------

    def list_record_runs(self, version: ListVersion) -> list[tuple[int, int, int]]:
        """Return which records stand on the rows of a version: (first row, last row, first record), runs of records
        that follow one another."""
        return self.rows(
            "SELECT first_row, last_row, first_record FROM list_runs WHERE list_id = ? ORDER BY first_row",
            (version.id,),
        )

    def list_records(self, name: str, after: int, columns: Sequence[str]) -> list[tuple[Any, ...]]:
        """Return every record of a list whose id is greater: its id and some of its facts, as they are stored."""
        facts = ", ".join(columns)
        return self.rows(f"SELECT id, {facts} FROM list_records WHERE list = ? AND id > ? ORDER BY id", (name, after))

    def list_record_entries(self, rows: Mapping[int, int]) -> Iterator[tuple[int, ListEntry]]:
        """Return records of lists by their ids, each as an entry on the row that `rows` says."""
        facts = ", ".join(ENTRY.columns[1:-1])
        for piece in _pieces(sorted(rows)):
            marks = ",".join("?" * len(piece))
            for number, *row in self.rows(f"SELECT id, {facts} FROM list_records WHERE id IN ({marks})", piece):
                yield number, ENTRY.read((rows[number], *row, None))


def _pieces(values: Sequence[Any]) -> list[Sequence[Any]]:
    return [values[start : start + _AT_ONCE] for start in range(0, len(values), _AT_ONCE)]
