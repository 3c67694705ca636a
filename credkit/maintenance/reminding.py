"""Reminders made, and sent: made and kept first, then sent, then kept as sent.

A run that is killed leaves what it made to the next one, which sends it under the same Message-ID. So nothing is lost,
nothing is made twice, and a second copy can only be of a mail whose answer was lost on the way (see `mail`).
"""

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from importlib import resources
from pathlib import Path

from credkit import clock
from credkit.checks.interface import Check
from credkit.errors import UsageError
from credkit.maintenance.mail import Outcome, Post, message
from credkit.maintenance.reminders import fields_of, items, new, still_open
from credkit.policy import Policy
from credkit.records import ProviderFile, Reminder, ReminderState
from credkit.settings import Settings
from credkit.status.assess import Stage, assess
from credkit.store import Store, new_id
from credkit.wording import written

_OVER = frozenset({Stage.WITHDRAWN, Stage.TERMINATED, Stage.DENIED})


@dataclass(frozen=True, slots=True)
class Reminded:
    """One reminder, and what became of it: "would send", or its state; `trouble` is why it did not go out."""

    reminder: Reminder
    name: str
    outcome: str
    trouble: str = ""


def template_text(folder: Path | None) -> str:
    """Return the mail's template: the organization's own (reminder.txt in its folder), else the shipped one."""
    own = folder / "reminder.txt" if folder else None
    if own is not None and own.exists():
        try:
            return own.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"The template {own} cannot be read.") from error
    return resources.files("credkit.maintenance").joinpath("templates/reminder.txt").read_text(encoding="utf-8")


def make(
    store: Store,
    files: Iterator[ProviderFile],
    policy: Policy,
    checks: Mapping[str, Check],
    settings: Settings,
    *,
    today: date,
    dry_run: bool = False,
) -> Iterator[Reminded]:
    """Make the reminders that are new today, one mail a provider, and drop those made before whose items were renewed."""
    payers = store.payers()
    template = template_text(settings.letters.path)
    waiting: dict[str, list[Reminder]] = {}
    for reminder in store.reminders(made=True):
        waiting.setdefault(reminder.npi, []).append(reminder)
    for file in files:
        npi = file.provider.npi
        found = assess(file, policy, today, checks, payers)
        open_items = [] if found.stage in _OVER else list(items(found, policy, today))
        for reminder in waiting.get(npi, ()):
            if not still_open(reminder.items, open_items):
                dropped = replace(reminder, state=ReminderState.DROPPED, answer="renewed before it was sent")
                if not dry_run:
                    store.keep_reminder(dropped, verb="reminder.dropped")
                yield Reminded(dropped, file.provider.name, ReminderState.DROPPED, dropped.answer or "")
        fresh = new(open_items, store.reminded(npi))
        if not fresh:
            continue
        fields = fields_of(found, fresh, settings.organization.name, settings.mail.reply_to or settings.mail.sender)
        text = written("the mail reminder", template, fields)
        made = Reminder(
            id=new_id(),
            npi=npi,
            address=file.provider.email or "",
            subject=_subject(len(fresh), settings.organization.name),
            text=text,
            items=tuple((one.key, one.band) for one in fresh),
            message_id=f"<{sha256(f'{npi} {[(one.key, one.band) for one in fresh]}'.encode()).hexdigest()[:32]}@credkit>",
            made_on=today,
            state=ReminderState.MADE,
        )
        if dry_run:
            yield Reminded(made, file.provider.name, "would send", "" if made.address else "no e-mail address on file")
        elif not made.address:
            refused = replace(made, state=ReminderState.REFUSED, answer="no e-mail address on file")
            store.keep_reminder(refused, verb="reminder.refused")
            yield Reminded(refused, file.provider.name, ReminderState.REFUSED, refused.answer or "")
        else:
            store.keep_reminder(made, verb="reminder.made")


def _subject(count: int, organization: str) -> str:
    of = f" from {organization}" if organization else ""
    return f"{'A reminder' if count == 1 else f'{count} reminders'} about your credentials{of}".replace("\n", " ")


def send(
    store: Store, post: Post, settings: Settings, *, progress: Callable[[int], None] = lambda _done: None
) -> Iterator[Reminded]:
    """Send what was made, also by a run before: each is kept as sent before the next goes out."""
    for done, reminder in enumerate(store.reminders(made=True), 1):
        provider = store.provider(reminder.npi)
        name = provider.name if provider else reminder.npi
        # Where the address was corrected since, the mail goes to the new one.
        address = (provider.email if provider else None) or reminder.address
        mail = message(
            settings.mail, to=address, subject=reminder.subject, text=reminder.text, message_id=reminder.message_id
        )
        tried = post.send(mail)
        kept = replace(reminder, address=address, attempts=reminder.attempts + 1, answer=tried.answer)
        match tried.outcome:
            case Outcome.SENT:
                kept = replace(kept, state=ReminderState.SENT, sent_at=clock.stamp(clock.now()))
                store.keep_reminder(kept, verb="reminder.sent")
            case Outcome.REFUSED:
                kept = replace(kept, state=ReminderState.REFUSED)
                store.keep_reminder(kept, verb="reminder.refused")
            case Outcome.LATER:
                store.keep_reminder(kept, verb="reminder.tried")
        yield Reminded(kept, name, kept.state, "" if tried.outcome is Outcome.SENT else tried.answer)
        progress(done)


def write_out(store: Store, folder: Path) -> Iterator[Reminded]:
    """Write what was made as files, one a provider, in place of sending it."""
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(f"The folder {folder} cannot be made: {error.strerror}.") from error
    for reminder in store.reminders(made=True):
        provider = store.provider(reminder.npi)
        path = folder / f"{reminder.npi}-{reminder.made_on}-{reminder.id[-6:]}.txt"
        content = f"To: {reminder.address}\nSubject: {reminder.subject}\n\n{reminder.text}"
        half = path.with_suffix(".part")
        with os.fdopen(os.open(half, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
            file.write(content)
        half.rename(path)
        kept = replace(
            reminder, state=ReminderState.SENT, sent_at=clock.stamp(clock.now()), answer=f"written to {path.name}"
        )
        store.keep_reminder(kept, verb="reminder.sent")
        yield Reminded(kept, provider.name if provider else reminder.npi, kept.state)
