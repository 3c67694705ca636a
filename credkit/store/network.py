"""Payers, the enrollments with them, and every contact about one."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from credkit.errors import UsageError, did_you_mean
from credkit.records import Contact, Enrollment, Payer
from credkit.store import tables
from credkit.store.door import Door


class Network(Door):
    """Verbs: add_payer, change_payer, record_enrollment, record_contact. Nouns: payer, payers, enrollment,
    next_enrollment_id, enrolled_with, open_enrollments, enrollments, contacts, last_contact, last_contacts."""

    def add_payer(self, payer: Payer) -> None:
        """Keep a payer."""
        with self.act("payer.added", npi=None, record=f"payer {payer.name}") as act:
            act.add(tables.PAYERS, payer)

    def change_payer(self, payer: Payer, *, verb: str, reason: str | None = None) -> None:
        """Keep a payer as it now is; `verb` is "payer.edited", "payer.renamed" or "payer.merged"."""
        with self.act(verb, npi=None, record=f"payer {payer.name}", reason=reason) as act:
            act.put(tables.PAYERS, payer)

    def record_enrollment(self, enrollment: Enrollment, *, verb: str, reason: str | None = None) -> None:
        """Keep an enrollment as it now stands; `verb` is "enrollment." and opened, submitted, updated, imported, terminated,
        overdue or rostered."""
        with self.act(verb, npi=enrollment.npi, record=f"enrollment {enrollment.id}", reason=reason) as act:
            act.put(tables.ENROLLMENTS, enrollment)

    def record_contact(self, contact: Contact) -> None:
        """Keep what a payer said of an enrollment."""
        with self.act("payer.contacted", npi=contact.npi, record=f"enrollment {contact.enrollment_id}") as act:
            act.add(tables.CONTACTS, contact)

    def payers(self) -> dict[str, Payer]:
        """Return every payer by its id, in the order of their names, also those merged into another."""
        return {payer.id: payer for payer in self.records(tables.PAYERS)}

    def payer(self, name: str, on: date | None = None) -> Payer:
        """Return the payer of a name or an alias, whatever the case; of one that was merged, the one it is now, or was on a
        day. Raises UsageError where there is none."""
        wanted = " ".join(name.casefold().split())
        known = self.payers()
        for payer in known.values():
            if wanted in {payer.name.casefold(), *(alias.casefold() for alias in payer.aliases)}:
                found = payer
                while found.merged_into and (on is None or (found.merged_on and found.merged_on <= on)):
                    found = known[found.merged_into]
                return found
        raise UsageError(
            f"There is no payer {name!r}.{did_you_mean(name, [payer.name for payer in known.values()])}",
            hint="`credkit payer add NAME --line LINE` makes one; `credkit payer list` shows those there are.",
        )

    def next_enrollment_id(self) -> str:
        """Return the name of the next enrollment, short enough to be typed: E1, E2, ... None is ever taken out."""
        ((last,),) = self.rows("SELECT COALESCE(MAX(rowid), 0) FROM enrollments")
        return f"E{last + 1}"

    def enrollment(self, id_: str) -> Enrollment:
        """Return one enrollment by its id. Raises UsageError where there is none."""
        found = self.records(tables.ENROLLMENTS, "WHERE id = ? OR id = ?", (id_, id_.upper()))
        if not found:
            raise UsageError(
                f"There is no enrollment {id_!r}.", hint="`credkit enroll list` and `credkit enroll due` name them."
            )
        return found[0]

    def enrolled_with(self, payer_ids: Sequence[str]) -> dict[str, list[Enrollment]]:
        """Return, by NPI, the enrollments with any of these payers."""
        groups: dict[str, list[Enrollment]] = defaultdict(list)
        where = f"WHERE payer_id IN ({','.join('?' * len(payer_ids))})"
        for enrollment in self.records(tables.ENROLLMENTS, where, tuple(payer_ids)):
            groups[enrollment.npi].append(enrollment)
        return dict(groups)

    def open_enrollments(self) -> list[Enrollment]:
        """Return every enrollment that is not closed, by NPI."""
        return self.records(
            tables.ENROLLMENTS, "WHERE status NOT IN ('denied', 'withdrawn', 'panel_closed', 'terminated')"
        )

    def enrollments(self) -> list[Enrollment]:
        """Return every enrollment there is or was, by NPI."""
        return self.records(tables.ENROLLMENTS)

    def contacts(self, enrollment_id: str) -> list[Contact]:
        """Return every contact about one enrollment, oldest first."""
        return self.records(tables.CONTACTS, "WHERE enrollment_id = ?", (enrollment_id,))

    def last_contact(self, enrollment_id: str) -> Contact | None:
        """Return the last contact about one enrollment, as `last_contacts` has it; None without any."""
        return max(reversed(self.contacts(enrollment_id)), key=lambda contact: contact.contacted_on, default=None)

    def last_contacts(self) -> dict[str, Contact]:
        """Return the last contact about each enrollment: of the last day, and of that day the one recorded last."""
        found: dict[str, Contact] = {}
        for contact in self.records(tables.CONTACTS):
            before = found.get(contact.enrollment_id)
            if before is None or before.contacted_on <= contact.contacted_on:
                found[contact.enrollment_id] = contact
        return found
