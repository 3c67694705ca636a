"""CAQH: what its files said of each provider, and what our roster files told it."""

from collections.abc import Sequence

from credkit.records import CaqhFile, CaqhProfile, Credential, RosterRow
from credkit.store import tables
from credkit.store.door import Door


class Caqh(Door):
    """Verbs: load_caqh_file, keep_caqh_state, keep_caqh_profile, send_roster_row. Nouns: caqh_profile, caqh_ids, roster_rows, roster_sent."""

    def load_caqh_file(self, file: CaqhFile) -> None:
        """Keep the receipt of a status or exception file."""
        with self.act("caqh.loaded", npi=None, record=f"caqh file {file.id}") as act:
            act.add(tables.CAQH_FILES, file)

    def keep_caqh_state(self, profile: Credential, file_id: str) -> None:
        """Lay what a file says over the CAQH profile on file, or begin one."""
        with self.act("caqh.updated", npi=profile.npi, record=f"caqh file {file_id}") as act:
            act.put(tables.CREDENTIALS, profile)

    def keep_caqh_profile(self, profile: CaqhProfile) -> None:
        """Keep a profile as it was read."""
        with self.act("caqh.profile_read", npi=profile.npi, record=f"caqh profile {profile.id}") as act:
            act.add(tables.CAQH_PROFILES, profile)

    def send_roster_row(self, row: RosterRow) -> None:
        """Keep a row of a roster file that was sent."""
        with self.act("caqh.rostered", npi=row.npi, record=f"caqh roster row {row.id}") as act:
            act.add(tables.ROSTER_ROWS, row)

    def caqh_profile(self, npi: str) -> CaqhProfile | None:
        """Return the profile of a provider that was attested last, and of those read last; None where none was read."""
        found = self.records(tables.CAQH_PROFILES, "WHERE npi = ?", (npi,))
        return found[-1] if found else None

    def caqh_ids(self) -> dict[str, str]:
        """Return whose each CAQH id on file is: NPI by id."""
        return dict(self.rows("SELECT number, npi FROM credentials WHERE kind = 'caqh' AND number IS NOT NULL"))

    def roster_rows(self) -> dict[str, RosterRow]:
        """Return the row that was sent last of each provider, by NPI."""
        return {row.npi: row for row in self.records(tables.ROSTER_ROWS)}

    def roster_sent(self, sha256: str) -> Sequence[RosterRow]:
        """Return the rows of a roster file that is kept as sent already, by the file's hash."""
        return self.records(tables.ROSTER_ROWS, "WHERE sha256 = ?", (sha256,))
