"""The portal's doings with the store: links made, shown and ended, and what somebody sends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from secrets import token_hex
from typing import BinaryIO

from credkit import clock
from credkit.documents.papers import PaperState, papers
from credkit.documents.step import Filed, Sent, add
from credkit.errors import Refused, UsageError
from credkit.intake.values import read_email, read_profession, read_states
from credkit.policy import Policy
from credkit.records import LinkKind, PortalLink, Submission, SubmissionKind
from credkit.store import Store, new_id

#: Wrong dates of birth in a row, after which staff must unlock.
MOST_FAILURES = 5
#: Papers, and submissions, of one provider that wait for staff: more are not taken.
MOST_WAITING = 30
FROM_THE_PORTAL = "the provider, by the portal"


class Entry(StrEnum):
    """What became of somebody who showed a link and a date of birth."""

    IN = "in"
    WRONG = "wrong"
    LOCKED = "locked"


@dataclass(frozen=True, slots=True)
class Received:
    """What became of something that was sent: `new` is False where the very same waits already."""

    submission: Submission
    new: bool


def make_page_link(store: Store, npi: str, *, days: int, today: date) -> PortalLink:
    """Make a link to a provider's own page. Raises Refused where no date of birth is on file to ask for."""
    with store.batch():
        if store.provider_file(npi).provider.date_of_birth is None:
            raise Refused(
                f"{npi} has no date of birth on file, which the portal asks for.",
                hint=f"credkit provider edit {npi} --set date_of_birth=DATE --reason TEXT",
            )
        link = PortalLink(
            new_id(), LinkKind.PAGE, npi, None, None, (), clock.stamp(clock.now()), today + timedelta(days), store.actor
        )
        store.make_link(link)
    return link


def invite(store: Store, email: str, profession: str, states: str, *, days: int, today: date) -> PortalLink:
    """Make a link to the onboarding form. Raises UsageError where a word is no e-mail address, profession or state."""
    try:
        named = read_email(email.strip()), read_profession(profession), read_states(states)
    except ValueError as error:
        raise UsageError(str(error)) from error
    if not named[2]:
        raise UsageError("Name the states of practice: --states TX,CO.")
    link = PortalLink(
        new_id(), LinkKind.FORM, None, *named, clock.stamp(clock.now()), today + timedelta(days), store.actor
    )
    store.make_link(link)
    return link


def revoke(store: Store, named: str) -> list[PortalLink]:
    """End every link of a provider (by NPI) or of who was invited (by e-mail address), or one link by its id."""
    with store.batch():
        ended = [link for link in _named(store, named) if link.revoked_at is None]
        if not ended:
            raise Refused(f"Every link of {named} is revoked already.")
        for link in ended:
            store.revoke_link(link)
    return ended


def unlock(store: Store, named: str) -> list[PortalLink]:
    """Let a provider, or who was invited, try the date of birth again."""
    with store.batch():
        links = _named(store, named)
        locks = {link.whose: (lock, link) for link in links if (lock := store.portal_lock(link.whose))}
        if not locks:
            raise Refused(f"Nothing of {named} is locked.")
        for lock, link in locks.values():
            store.unlock(lock, link.npi)
    return links


def _named(store: Store, named: str) -> list[PortalLink]:
    wanted = named.strip().casefold()
    found = [
        link
        for link in store.portal_links()
        if wanted in {link.npi, (link.email or "").casefold()} or (len(wanted) >= 6 and link.id.startswith(wanted))
    ]
    if not wanted or not found:
        raise UsageError(f"There is no link of {named!r}.", hint="`credkit portal list` shows them all.")
    return found


def open_link(store: Store, link_id: str | None, today: date) -> PortalLink | None:
    """Return a link that holds, None where there is none, it was revoked, or its day has passed."""
    link = store.portal_link(link_id) if link_id else None
    if link is None or link.revoked_at is not None or link.expires_on < today:
        return None
    return link


def enter(store: Store, link_id: str, born: date, today: date) -> tuple[Entry, PortalLink | None]:
    """Hold a date of birth against the one on file, or in the form that is being filled in. A wrong one is counted; both are
    one transaction, so that tries at the same moment are counted too."""
    with store.batch():
        link = open_link(store, link_id, today)
        if link is None:
            return Entry.WRONG, None
        lock = store.portal_lock(link.whose)
        if lock and lock.locked_at:
            return Entry.LOCKED, link
        if born == date_of_birth(store, link):
            store.link_used(link)
            return Entry.IN, link
        lock = store.date_failed(link, MOST_FAILURES)
        return (Entry.LOCKED if lock.locked_at else Entry.WRONG), link


def enter_new_form(store: Store, link: PortalLink) -> bool:
    """Let somebody into a form in which no date of birth was given yet; say whether there is none."""
    with store.batch():
        if date_of_birth(store, link) is not None:
            return False
        store.link_used(link)
    return True


def date_of_birth(store: Store, link: PortalLink) -> date | None:
    """Return the date that a link's visitor must know, None where none is known."""
    from credkit.intake.values import read_birth_date

    if link.npi:
        provider = store.provider(link.npi)
        return provider.date_of_birth if provider else None
    sent = store.submissions_of(link_id=link.id)
    cells = sent[-1].cells if sent else store.draft(link.id)
    try:
        return read_birth_date(cells.get("date_of_birth", ""))
    except ValueError:
        return None


def upload(
    store: Store,
    npi: str,
    file: BinaryIO,
    name: str,
    sent: Sent,
    policy: Policy,
    today: date,
) -> Filed:
    """File a paper that the provider sends: received, and no evidence until staff accept it.

    Whether the same content is somebody else's is never told here: staff see it when they review it.
    """
    held = papers(store.provider_file(npi), today)
    waiting = [paper for paper in held if paper.state is PaperState.RECEIVED]
    if len(waiting) >= MOST_WAITING:
        raise Refused(
            "Many of your papers wait to be looked at already.", hint="Please wait until the office has seen them."
        )
    return add(store, npi, None, sent, policy, today=today, stdin=file, name=name, of_several=True)


def submit(store: Store, kind: SubmissionKind, npi: str, link_id: str, cells: Mapping[str, str]) -> Received:
    """Keep what somebody sends, for staff to accept. The very same once more, while it waits, is one."""
    with store.batch():
        by_the_link = kind is SubmissionKind.FORM
        mine = store.submissions_of(link_id=link_id) if by_the_link else store.submissions_of(npi=npi)
        waiting = [one for one in mine if one.accepted is None]
        for one in waiting:
            if by_the_link or (one.kind is kind and dict(one.cells) == dict(cells)):
                return Received(one, new=False)
        if len(waiting) >= MOST_WAITING:
            raise Refused("Much of what you sent waits already.", hint="Please wait until the office has looked at it.")
        # Short, and unlike the one before: people type it.
        submission = Submission(token_hex(6), kind, npi, link_id, dict(cells), clock.stamp(clock.now()))
        store.submit(submission)
    return Received(submission, new=True)
