"""Rosters built for payers, and who stood on each."""

from collections.abc import Iterator, Sequence

from credkit.records import Enrollment, Roster, RosterMember, members_digest
from credkit.store import tables
from credkit.store.door import Door


class Rosters(Door):
    """Verbs: build_roster, mark_roster. Nouns: rosters, roster_members, sent_members, next_roster_id, roster_faults."""

    def build_roster(self, roster: Roster, members: Sequence[RosterMember]) -> None:
        """Keep a roster as it was built, with its members; the log has them by their digest."""
        with self.act("roster.built", npi=None, record=f"roster {roster.id}") as act:
            act.add(tables.ROSTERS, roster)
            self._connection.executemany(
                tables.ROSTER_MEMBERS.insert, (tables.ROSTER_MEMBERS.row(member) for member in members)
            )
            act.count("roster_members", len(members))

    def mark_roster(self, roster: Roster, *, verb: str, moved: Sequence[Enrollment] = ()) -> None:
        """Keep that a roster was sent or accepted (`verb` is "roster.sent" or "roster.accepted"), and the enrollments as they
        stand after: of each an event of its own."""
        with self.batch():
            with self.act(verb, npi=None, record=f"roster {roster.id}") as act:
                act.put(tables.ROSTERS, roster)
            for enrollment in moved:
                record = f"enrollment {enrollment.id}"
                with self.act("enrollment.rostered", npi=enrollment.npi, record=record, reason=roster.id) as act:
                    act.put(tables.ENROLLMENTS, enrollment)

    def rosters(self, payer_ids: Sequence[str] | None = None) -> list[Roster]:
        """Return the rosters of these payers, or all, in the order in which they were built."""
        if payer_ids is None:
            return self.records(tables.ROSTERS)
        return self.records(tables.ROSTERS, f"WHERE payer_id IN ({','.join('?' * len(payer_ids))})", tuple(payer_ids))

    def roster_members(self, roster_id: str) -> list[RosterMember]:
        """Return who stood on a roster, in its order."""
        return self.records(tables.ROSTER_MEMBERS, "WHERE roster_id = ?", (roster_id,))

    def sent_members(self, payer_ids: Sequence[str]) -> Iterator[RosterMember]:
        """Yield who stood on every roster of these payers that was sent, in the order in which they were built."""
        ids = ",".join("?" * len(payer_ids))
        sent = f"SELECT id FROM rosters WHERE sent_on IS NOT NULL AND payer_id IN ({ids}) ORDER BY rowid"
        for (roster_id,) in list(self.rows(sent, tuple(payer_ids))):
            yield from self.roster_members(roster_id)

    def next_roster_id(self) -> str:
        """Return the name of the next roster, short enough to be typed: L1, L2, ... None is ever taken out."""
        ((last,),) = self.rows("SELECT COALESCE(MAX(rowid), 0) FROM rosters")
        return f"L{last + 1}"

    def roster_faults(self) -> Iterator[str]:
        """Say of each roster whose members are not those that it was built with."""
        for roster in self.rosters():
            if members_digest(self.roster_members(roster.id)) != roster.members_digest:
                yield f"roster {roster.id}: its members are not those that it was built with"
