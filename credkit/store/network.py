"""Payers, and the enrollments with them."""

from credkit.errors import UsageError, did_you_mean
from credkit.records import Enrollment, Payer
from credkit.store import tables
from credkit.store.door import Door


class Network(Door):
    """Verbs: add_payer, record_enrollment. Nouns: payer, payers."""

    def add_payer(self, payer: Payer) -> None:
        """Keep a payer."""
        with self.act("payer.added", npi=None, record=f"payer {payer.name}") as act:
            act.add(tables.PAYERS, payer)

    def record_enrollment(self, enrollment: Enrollment, *, verb: str, reason: str | None = None) -> None:
        """Keep an enrollment as it now stands; `verb` is "enrollment.submitted" or "enrollment.updated"."""
        with self.act(verb, npi=enrollment.npi, record=f"enrollment {enrollment.id}", reason=reason) as act:
            act.put(tables.ENROLLMENTS, enrollment)

    def payers(self) -> dict[str, Payer]:
        """Return every payer by its id, in the order of their names."""
        return {payer.id: payer for payer in self.records(tables.PAYERS)}

    def payer(self, name: str) -> Payer:
        """Return the payer of a name or an alias, whatever the case. Raises UsageError where there is none."""
        wanted = name.casefold().strip()
        known = self.payers().values()
        for payer in known:
            if wanted in {payer.name.casefold(), *(alias.casefold() for alias in payer.aliases)}:
                return payer
        raise UsageError(
            f"There is no payer {name!r}.{did_you_mean(name, [payer.name for payer in known])}",
            hint="`credkit payer add NAME --line LINE` makes one; `credkit payer list` shows those there are.",
        )
