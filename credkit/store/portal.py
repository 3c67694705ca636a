"""The portal: links, wrong dates of birth, forms being filled in, and what was sent and waits for staff."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from credkit import clock
from credkit.errors import UsageError
from credkit.records import Draft, PortalLink, PortalLock, Submission
from credkit.store import tables
from credkit.store.door import Door


class Portal(Door):
    """Verbs: make_link, revoke_link, link_used, date_failed, unlock, save_draft, submit, decide_submission.
    Nouns: portal_link, portal_links, portal_lock, draft, submission, submissions, days_to_decide."""

    # --- links ----------------------------------------------------------------------------------------------------------

    def make_link(self, link: PortalLink) -> None:
        """Keep a new link."""
        with self.act("portal.link_made", npi=link.npi, record=f"portal_link {link.id}") as act:
            act.add(tables.PORTAL_LINKS, link)

    def revoke_link(self, link: PortalLink) -> None:
        """End a link, and with it every session that it opened."""
        with self.act("portal.link_revoked", npi=link.npi, record=f"portal_link {link.id}") as act:
            act.put(tables.PORTAL_LINKS, replace(link, revoked_at=clock.stamp(clock.now())))

    def link_used(self, link: PortalLink) -> None:
        """Note that a link let somebody in; wrong tries before that are forgotten."""
        with self.act("portal.entered", npi=link.npi, record=f"portal_link {link.id}") as act:
            act.put(tables.PORTAL_LINKS, replace(link, used_at=clock.stamp(clock.now())))
            if lock := self.portal_lock(link.whose):
                act.drop(tables.PORTAL_LOCKS, lock)

    def date_failed(self, link: PortalLink, most: int) -> PortalLock:
        """Count a wrong date of birth; with the last that is allowed, it is locked until staff unlock it."""
        now = clock.stamp(clock.now())
        with self.act("portal.date_failed", npi=link.npi, record=f"portal_link {link.id}") as act:
            before = self.portal_lock(link.whose)
            failures = (before.failures if before else 0) + 1
            lock = PortalLock(link.whose, failures, now, now if failures >= most else None)
            act.put(tables.PORTAL_LOCKS, lock)
        return lock

    def unlock(self, lock: PortalLock, npi: str | None) -> None:
        """Forget the wrong tries."""
        with self.act("portal.unlocked", npi=npi, record=f"portal_lock {lock.whose}") as act:
            act.drop(tables.PORTAL_LOCKS, lock)

    def portal_link(self, link_id: str) -> PortalLink | None:
        """Return a link, or None."""
        found = self.records(tables.PORTAL_LINKS, "WHERE id = ?", (link_id,))
        return found[0] if found else None

    def portal_links(self, npi: str | None = None) -> list[PortalLink]:
        """Return every link, or a provider's, oldest first."""
        return self.records(tables.PORTAL_LINKS, "WHERE npi = ?", (npi,)) if npi else self.records(tables.PORTAL_LINKS)

    def portal_lock(self, whose: str) -> PortalLock | None:
        """Return the wrong tries that are counted, None where there are none."""
        found = self.records(tables.PORTAL_LOCKS, "WHERE whose = ?", (whose,))
        return found[0] if found else None

    # --- the form -------------------------------------------------------------------------------------------------------

    def draft(self, link_id: str) -> Mapping[str, str]:
        """Return what was filled in so far: column to text."""
        found = self.records(tables.PORTAL_DRAFTS, "WHERE link_id = ?", (link_id,))
        return found[0].cells if found else {}

    def save_draft(self, link_id: str, cells: Mapping[str, str]) -> None:
        """Keep what is filled in so far. The log has that it was saved, and none of it: it is no claim yet."""
        draft = tables.PORTAL_DRAFTS.row(Draft(link_id, cells, clock.stamp(clock.now())))
        with self.act("portal.draft_saved", npi=None, record=f"portal_link {link_id}") as act:
            self.rows("DELETE FROM portal_drafts WHERE link_id = ?", (link_id,))
            self.rows(tables.PORTAL_DRAFTS.insert, draft)
            act.count("portal_drafts", 1)

    # --- what was sent --------------------------------------------------------------------------------------------------

    def submit(self, submission: Submission) -> None:
        """Keep what was sent, for staff to accept or reject; a form that was being filled in is done with it."""
        with self.act("portal.submitted", npi=submission.npi, record=f"submission {submission.id}") as act:
            act.add(tables.SUBMISSIONS, submission)
            self.rows("DELETE FROM portal_drafts WHERE link_id = ?", (submission.link_id,))

    def decide_submission(self, submission: Submission) -> None:
        """Keep that staff accepted or rejected what was sent."""
        verb = "submission.accepted" if submission.accepted else "submission.rejected"
        with self.act(verb, npi=submission.npi, record=f"submission {submission.id}", reason=submission.reason) as act:
            act.put(tables.SUBMISSIONS, submission)

    def submission(self, beginning: str) -> Submission:
        """Return what was sent under this id. Raises UsageError where there is none, or more than one begins so."""
        wanted = beginning.strip().lower()
        found = [one for one in self.submissions(waiting=False) if wanted and one.id.startswith(wanted)]
        if len(found) == 1:
            return found[0]
        words = "More than one submission begins with" if found else "There is no submission"
        raise UsageError(f"{words} {beginning!r}.", hint="`credkit intake list` shows what waits.")

    def submissions(self, *, waiting: bool = True) -> list[Submission]:
        """Return what waits for staff, oldest first; or all that was ever sent."""
        return self.records(tables.SUBMISSIONS, "WHERE accepted IS NULL" if waiting else "")

    def submissions_of(self, *, npi: str = "", link_id: str = "") -> list[Submission]:
        """Return all that one provider sent, or that came by one link, oldest first."""
        return self.records(tables.SUBMISSIONS, "WHERE npi = ? OR link_id = ?", (npi, link_id))

    def days_to_decide(self) -> dict[str, list[int]]:
        """Return, for each payer's id, how many days each of its decisions took from the submission."""
        days: dict[str, list[int]] = {}
        for payer_id, submitted, decided in self.rows(
            "SELECT payer_id, submitted_on, decided_on FROM enrollments"
            " WHERE submitted_on IS NOT NULL AND decided_on >= submitted_on"
        ):
            took = date.fromisoformat(decided) - date.fromisoformat(submitted)
            days.setdefault(payer_id, []).append(took.days)
        return days
