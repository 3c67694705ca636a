"""Applications, the facts they bring, and the rows that were set aside."""

from collections.abc import Sequence
from dataclasses import replace

from credkit import clock
from credkit.records import Application, Credential, Cycle, Provider, ProviderFile, ReceivedForm, Reject, WorkEntry
from credkit.store import tables
from credkit.store.door import Act, Door


class Intake(Door):
    """Verbs: record_application, correct_file, set_aside. Nouns: rejects, received_form."""

    def record_application(
        self,
        application: Application,
        cells: dict[str, str],
        *,
        provider: Provider,
        credentials: Sequence[Credential],
        work_history: Sequence[WorkEntry],
        before: ProviderFile | None,
        opens: Cycle | None,
        closes_reject: str | None = None,
    ) -> None:
        """Keep one form as received, with all the facts it leaves the file with, as one event.

        `before` is the file as it stood (None for a new provider); what stood there and is not among `credentials` or
        `work_history` is taken out. `closes_reject` is the reject that this row mends.
        """
        verb = "application.recorded" if before else "provider.added"
        with self.act(verb, npi=provider.npi, record=f"application {application.id}") as act:
            self._write_facts(act, provider, credentials, work_history, before)
            if opens:
                act.add(tables.CYCLES, opens)
            act.add(tables.APPLICATIONS, application)
            act.add(tables.RECEIVED_FORMS, ReceivedForm(application.id, provider.npi, cells))
            if closes_reject:
                self._close_reject(act, closes_reject, application.id)

    def correct_file(
        self, before: ProviderFile, *, provider: Provider, credentials: Sequence[Credential], reason: str
    ) -> None:
        """Change facts of a file by hand, with the reason."""
        with self.act("provider.edited", npi=provider.npi, record=f"provider {provider.npi}", reason=reason) as act:
            self._write_facts(act, provider, credentials, before.work_history, before)

    def _write_facts(
        self,
        act: Act,
        provider: Provider,
        credentials: Sequence[Credential],
        work_history: Sequence[WorkEntry],
        before: ProviderFile | None,
    ) -> None:
        if before is None:
            act.add(tables.PROVIDERS, provider)
            for credential in credentials:
                act.add(tables.CREDENTIALS, credential)
            for entry in work_history:
                act.add(tables.WORK_HISTORY, entry)
            return
        act.put(tables.PROVIDERS, provider)
        kept = {credential.id for credential in credentials}
        for credential in before.credentials:
            if credential.id not in kept:
                act.drop(tables.CREDENTIALS, credential)
        for credential in credentials:
            act.put(tables.CREDENTIALS, credential)
        kept = {entry.id for entry in work_history}
        for entry in before.work_history:
            if entry.id not in kept:
                act.drop(tables.WORK_HISTORY, entry)
        for entry in work_history:
            act.put(tables.WORK_HISTORY, entry)

    def set_aside(self, reject: Reject) -> None:
        """Keep a row that could not be taken, whole, with its reasons; the same row again changes nothing."""
        with self.act("row.set_aside", npi=reject.npi, record=f"reject {reject.id}") as act:
            act.put(tables.REJECTS, reject)

    def close_reject(self, reject_id: str, closed_by: str) -> None:
        """Close a reject whose mended row changed nothing (its content was there already)."""
        with self.act("row.mended", npi=None, record=f"reject {reject_id}") as act:
            self._close_reject(act, reject_id, closed_by)

    def _close_reject(self, act: Act, reject_id: str, closed_by: str) -> None:
        reject = self.reject(reject_id)
        if reject and not reject.closed_at:
            act.put(tables.REJECTS, replace(reject, closed_at=clock.stamp(clock.now()), closed_by=closed_by))

    def reject(self, reject_id: str) -> Reject | None:
        """Return one reject, or None."""
        found = self.records(tables.REJECTS, "WHERE id = ?", (reject_id,))
        return found[0] if found else None

    def rejects(self, *, closed: bool = False) -> list[Reject]:
        """Return the rows that wait to be mended (or those that were), oldest first."""
        return self.records(tables.REJECTS, f"WHERE closed_at IS {'NOT ' if closed else ''}NULL")

    def received_form(self, application_id: str) -> ReceivedForm | None:
        """Return a form as it came in."""
        found = self.records(tables.RECEIVED_FORMS, "WHERE application_id = ?", (application_id,))
        return found[0] if found else None
