"""Whole credentialing files, read in one pass a table."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from credkit.errors import UsageError
from credkit.records import Alias, Application, Provider, ProviderFile, Resolution, Screening
from credkit.store import tables
from credkit.store.door import Door
from credkit.store.rows import Table

#: Whose file was merged into another's is nobody any more; their records stay.
_NOT_MERGED = "npi NOT IN (SELECT npi FROM aliases)"

_WORKING = f"{tables.PROVIDERS.select} WHERE {_NOT_MERGED}"

#: How many providers are read at a time: each chunk is read whole, so that no cursor stays open between them.
CHUNK = 500


class Files(Door):
    """Nouns: providers and their whole files."""

    def provider(self, npi: str) -> Provider | None:
        """Return the provider of an NPI, or None."""
        found = self.records(tables.PROVIDERS, f"WHERE npi = ? AND {_NOT_MERGED}", (npi,))
        return found[0] if found else None

    def alias(self, npi: str) -> Alias | None:
        """Return what became of an NPI whose file was merged into another, None of any other. Where that was merged in turn,
        `merged_into` is the file that there is now."""
        found = self.records(tables.ALIASES, "WHERE npi = ?", (npi,))
        if not found:
            return None
        further = self.alias(found[0].merged_into)
        return replace(found[0], merged_into=further.merged_into) if further else found[0]

    def aliases_of(self, npi: str) -> list[Alias]:
        """Return the NPIs whose files were merged into one, also by way of another."""
        found = self.records(tables.ALIASES, "WHERE merged_into = ?", (npi,))
        return [*found, *(further for one in found for further in self.aliases_of(one.npi))]

    def providers(self) -> Iterator[Provider]:
        """Return every provider, by NPI, a chunk at a time."""
        last = ""
        while chunk := self.rows(f"{_WORKING} AND npi > ? ORDER BY npi LIMIT ?", (last, CHUNK)):
            yield from map(tables.PROVIDERS.read, chunk)
            last = chunk[-1][0]

    def provider_count(self) -> int:
        """Return how many providers there are."""
        return int(self.rows(f"SELECT COUNT(*) FROM providers WHERE {_NOT_MERGED}")[0][0])

    def provider_file(self, npi: str) -> ProviderFile:
        """Return all that is held on one provider. Raises UsageError where there is none of that NPI."""
        for file in self.provider_files([npi]):
            return file
        if merged := self.alias(npi):
            raise UsageError(
                f"{npi} was merged into {merged.merged_into} on {merged.merged_on}: {merged.reason}.",
                hint=f"Name {merged.merged_into}. `credkit audit log {npi}` shows all that was recorded under {npi}.",
            )
        raise UsageError(
            f"There is no provider {npi} in the store.", hint="`credkit provider list` shows who is there."
        )

    def expiring_before(self, on: date, days: int, caqh_days: int, duty_days: int | None = None) -> list[str]:
        """Return the NPIs of providers who hold something that ends within so many days, or has ended: as it is claimed,
        or as it was last verified; or of whom a paper does. A CAQH profile ends so many days after it was attested, a duty
        so many after it was done (None: there are none). Indexes answer it."""
        until = on + timedelta(days=days)
        found = self.rows(
            "SELECT npi FROM credentials WHERE expires_on <= ?"
            " UNION SELECT npi FROM credentials WHERE kind = 'caqh' AND issued_on <= ?"
            " UNION SELECT npi FROM verifications AS last WHERE expires_on <= ? AND NOT EXISTS ("
            '  SELECT 1 FROM verifications AS later WHERE later.npi = last.npi AND later."check" = last."check"'
            "  AND later.subject = last.subject AND later.result IN ('pass', 'review')"
            "  AND later.verified_on > last.verified_on)"
            " UNION SELECT npi FROM filings WHERE expires_on <= ?"
            " UNION SELECT npi FROM duties AS last WHERE (done_on <= ? OR until_on <= ?) AND NOT EXISTS ("
            "  SELECT 1 FROM duties AS later WHERE later.npi = last.npi AND later.name = last.name COLLATE NOCASE"
            "  AND later.done_on <= ? AND later.recorded_at > last.recorded_at)",
            (
                until.isoformat(),
                (until - timedelta(days=caqh_days)).isoformat(),
                until.isoformat(),
                until.isoformat(),
                "" if duty_days is None else (until - timedelta(days=duty_days)).isoformat(),
                "" if duty_days is None else until.isoformat(),
                on.isoformat(),
            ),
        )
        return [npi for (npi,) in found]

    def provider_files(self, npis: Iterable[str] | None = None) -> Iterator[ProviderFile]:
        """Return whole files by NPI, of these providers or of all, in flat memory: each table is read once, a chunk of
        providers at a time. NPIs that are not there are passed over."""
        if npis is None:
            last = ""
            while chunk := self.rows(f"{_WORKING} AND npi > ? ORDER BY npi LIMIT ?", (last, CHUNK)):
                last = chunk[-1][0]
                yield from self._assembled(chunk, "WHERE npi BETWEEN ? AND ?", (chunk[0][0], last))
            return
        wanted = sorted(set(npis))
        for start in range(0, len(wanted), CHUNK):
            some = wanted[start : start + CHUNK]
            where = f"WHERE npi IN ({','.join('?' * len(some))})"
            found = self.rows(f"{tables.PROVIDERS.select} {where} AND {_NOT_MERGED} ORDER BY npi", some)
            if found:
                yield from self._assembled(found, where, some)

    def _assembled(
        self, providers: Sequence[tuple[Any, ...]], where: str, values: Sequence[str]
    ) -> Iterator[ProviderFile]:
        def grouped(table: Table[Any]) -> dict[str, list[Any]]:
            place = table.columns.index("npi")
            groups: dict[str, list[Any]] = defaultdict(list)
            for row in self.rows(f"{table.select} {where} ORDER BY {table.order}", values):
                groups[row[place]].append(table.read(row))
            return groups

        applications = grouped(tables.APPLICATIONS)
        credentials = grouped(tables.CREDENTIALS)
        work_history = grouped(tables.WORK_HISTORY)
        verifications = grouped(tables.VERIFICATIONS)
        acceptances = grouped(tables.ACCEPTANCES)
        confirmations = grouped(tables.CONFIRMATIONS)
        refusals = grouped(tables.REFUSALS)
        cycles = grouped(tables.CYCLES)
        decisions = grouped(tables.DECISIONS)
        conditions = grouped(tables.CONDITIONS)
        filings = grouped(tables.FILINGS)
        filing_reviews = grouped(tables.FILING_REVIEWS)
        leaves = grouped(tables.LEAVES)
        suspensions = grouped(tables.SUSPENSIONS)
        duties = grouped(tables.DUTIES)
        rulings: dict[str, dict[str, Resolution]] = defaultdict(dict)
        counting = "(needs_second = 0 OR id IN (SELECT record_id FROM confirmations WHERE kind = 'resolution'))"
        for ruling in self.records(tables.RESOLUTIONS, f"{where} AND {counting}", values):
            rulings[ruling.npi][ruling.hit_id] = ruling
        enrollments = grouped(tables.ENROLLMENTS)
        lists = {version.name: version for version in self.records(tables.LISTS)}
        screenings: dict[str, tuple[Screening, ...]] = {}
        for screening in self.records(tables.SCREENINGS, "WHERE scope = 'everyone' AND problem IS NULL"):
            screenings[screening.list] = (*screenings.get(screening.list, ()), screening)
        for row in providers:
            provider = tables.PROVIDERS.read(row)
            npi = provider.npi
            yield ProviderFile(
                provider=provider,
                application=in_force(applications.get(npi, ())),
                credentials=tuple(credentials.get(npi, ())),
                work_history=tuple(work_history.get(npi, ())),
                verifications=tuple(verifications.get(npi, ())),
                acceptances=tuple(acceptances.get(npi, ())),
                confirmations={one.record_id: one for one in confirmations.get(npi, ())},
                refused=frozenset(one.decision_id for one in refusals.get(npi, ())),
                cycles=tuple(cycles.get(npi, ())),
                decisions=tuple(decisions.get(npi, ())),
                conditions=tuple(conditions.get(npi, ())),
                enrollments=tuple(enrollments.get(npi, ())),
                lists=lists,
                screenings=screenings,
                rulings=tuple(rulings[npi].values()) if npi in rulings else (),
                filings=tuple(filings.get(npi, ())),
                filing_reviews=tuple(filing_reviews.get(npi, ())),
                leaves=tuple(leaves.get(npi, ())),
                suspensions=tuple(suspensions.get(npi, ())),
                duties=tuple(duties.get(npi, ())),
            )


def in_force(applications: Sequence[Application]) -> Application | None:
    """Return the application that counts: signed last, and of those received last."""
    if not applications:
        return None

    def rank(place: int) -> tuple[str, int]:
        signed_on = applications[place].signed_on
        return (signed_on.isoformat() if signed_on else "", place)

    return applications[max(range(len(applications)), key=rank)]
