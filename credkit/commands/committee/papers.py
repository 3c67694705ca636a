"""`credkit committee minutes|letters`: what the record says of a meeting, and what providers are told."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.committee import LetterItem
from credkit.commands.options import FailOn, read_date, read_npi, read_text
from credkit.commands.session import Session
from credkit.committee.after import (
    Duty,
    attest,
    correct,
    differences_of,
    duties,
    fields_of,
    keep_letter,
    mark_sent,
    notice_due,
    record_of,
)
from credkit.committee.convening import meeting_of
from credkit.committee.letters import DISCREPANCY, template_text
from credkit.committee.minutes import as_attested, minutes
from credkit.errors import FOUND_SOMETHING, Refused, UsageError
from credkit.records import Letter
from credkit.render.listing import Column, Listing
from credkit.render.papers import Kind, written
from credkit.status.assess import assess
from credkit.wording import written as written_text

if TYPE_CHECKING:
    from credkit.policy import Policy
    from credkit.store import Store

LETTERS = (
    Column[LetterItem]("NPI", lambda item: item.npi),
    Column[LetterItem]("Name", lambda item: item.name),
    Column[LetterItem]("Letter", lambda item: item.kind),
    Column[LetterItem]("Decided on", lambda item: str(item.decided_on or "")),
    Column[LetterItem]("Due", lambda item: f"{item.due_on}{' (overdue)' if item.overdue else ''}"),
    Column[LetterItem]("Made", lambda item: str(item.made_on or "")),
    Column[LetterItem]("Sent", lambda item: f"{item.sent_on}, {item.sent_how}" if item.sent_on else ""),
    Column[LetterItem]("Id", lambda item: item.id or ""),
)


def minutes_command(
    ctx: typer.Context,
    held_on: Annotated[str, typer.Argument(metavar="DATE", help="The day of the meeting.")],
    as_: Annotated[str, typer.Option("--as", help="md, html or pdf.", metavar="KIND")] = "md",
    out: Annotated[Path | None, typer.Option(help="Write them there.", metavar="FILE")] = None,
    attest_: Annotated[
        bool, typer.Option("--attest", help="Attest them, as the chair: then nothing of the meeting changes.")
    ] = False,
    addendum: Annotated[
        str | None, typer.Option(help="Add a correction to attested minutes.", metavar="TEXT", parser=read_text)
    ] = None,
) -> None:
    """Write the minutes of a meeting from its record; attest them; correct attested ones by an addendum."""
    session: Session = ctx.obj
    day = read_date(held_on)
    if as_ not in set(Kind):
        raise UsageError(f"A paper is not written as {as_!r}.", hint="--as " + ", ".join(Kind))
    with session.store() as store:
        policy = session.policy_on(day)
        if attest_:
            meeting = attest(store, day, policy, today=session.today)
            session.say(f"Attested by {meeting.attested_by}: SHA-256 {meeting.minutes_sha256}.")
        if addendum:
            correct(store, day, addendum)
        record = record_of(store, meeting_of(store, day), policy)
        if not as_attested(record):
            session.warn(
                f"The minutes of {day} do not read as they did when they were attested: their SHA-256 is another."
            )
        paper = minutes(record)
    session.write_bytes(written(paper, Kind(as_)), out)


def letters_command(
    ctx: typer.Context,
    due: Annotated[bool, typer.Option("--due", help="Only letters that are not sent yet.")] = False,
    npi: Annotated[str | None, typer.Option(help="Only this provider's.", metavar="NPI", parser=read_npi)] = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Make the letters that are not sent yet, a file each in this folder.", metavar="DIR"),
    ] = None,
    discrepancies: Annotated[
        bool, typer.Option("--discrepancies", help="With --npi and --out: a notice of what differs from a source.")
    ] = False,
    mark: Annotated[
        str | None, typer.Option("--mark-sent", help="A letter was sent: its id, or the NPI.", metavar="ID")
    ] = None,
    how: Annotated[str, typer.Option(help="How it was sent.", metavar="TEXT", parser=read_text)] = "mail",
    sent_on: Annotated[str | None, typer.Option("--sent-on", help="When; today if not given.", metavar="DATE")] = None,
    fail_on: FailOn = None,
) -> None:
    """List the letters that decisions owe, the nearest first; make them; mark them as sent.

    By the policy a provider is told within 30 days of a decision. The text comes from a template, your own where the
    settings name a folder ([letters] folder) with KIND.txt in it; what was made is kept as it was sent.
    """
    session: Session = ctx.obj
    with session.store() as store:
        if mark is not None:
            letter = mark_sent(
                store, mark, how, sent_on=read_date(sent_on) if sent_on else session.today, today=session.today
            )
            session.say(f"The {letter.kind} letter to {letter.npi} was sent on {letter.sent_on}, by {letter.sent_how}.")
            return
        if discrepancies:
            _notice(session, store, npi, out)
            return
        found = [one for one in _duties(session, store) if npi is None or one.file.provider.npi == npi]
        if out is not None:
            found = [_made(session, store, one, out) for one in found]
        if due:
            found = [one for one in found if one.letter is None or one.letter.sent_on is None]
    items = [_item(one, session.on) for one in found]
    overdue = sum(item.overdue for item in items)
    session.present(
        Listing(
            schema="credkit.letter/1",
            items=items,
            columns=LETTERS,
            counts={
                "due": sum(item.sent_on is None for item in items),
                "overdue": overdue,
                "sent": sum(item.sent_on is not None for item in items),
            },
            on=session.on,
            empty="No decision owes a letter.",
            count_in_words=lambda name, count: f"{count} {name}",
        )
    )
    if fail_on and (overdue if fail_on == "overdue" else any(item.sent_on is None for item in items)):
        raise typer.Exit(FOUND_SOMETHING)


def _duties(session: Session, store: "Store") -> list[Duty]:
    days = {
        decision.decided_on for file in store.provider_files() for decision in file.decisions if not decision.legacy
    }
    policies: dict[date, Policy] = {day: session.policy_on(day) for day in days}
    return list(duties(store, policies, session.today))


def _made(session: Session, store: "Store", duty: Duty, out: Path) -> Duty:
    """Make a letter, once, and write it."""
    letter = duty.letter
    if letter is None:
        decision = duty.owed.decision
        text = written_text(
            f"the letter {duty.owed.kind}",
            template_text(duty.owed.kind, session.settings.letters.path),
            fields_of(
                decision,
                duty.file,
                session.policy_on(decision.decided_on),
                session.settings.organization.name,
                session.today,
            ),
        )
        letter = keep_letter(
            store, duty.file.provider.npi, duty.owed.kind, text, duty.owed.due_on, decision.id, session.today
        )
    if letter.sent_on is None:
        _write(session, letter, out)
    return Duty(duty.owed, duty.file, letter)


def _write(session: Session, letter: Letter, out: Path) -> None:
    try:
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise UsageError(f"The folder {out} cannot be made: {error.strerror}.") from error
    path = out / f"{letter.npi}-{letter.kind}-{letter.made_on}.txt"
    if not path.exists():
        session.write_bytes(letter.text.encode(), path)


def _notice(session: Session, store: "Store", npi: str | None, out: Path | None) -> None:
    if npi is None or out is None:
        raise UsageError("A notice of what differs is for one provider: --npi NPI --out DIR.")
    file = store.provider_file(npi)
    policy = session.policy
    found = assess(file, policy, session.today, all_checks(), store.payers())
    differences = differences_of(file, found.requirements)
    if not differences:
        raise Refused(f"Nothing that was compared differs for {npi}: there is nothing to tell.")
    fields = {
        "organization": session.settings.organization.name or "The credentialing office",
        "date": session.today.isoformat(),
        "provider_name": file.provider.name,
        "npi": npi,
        "differences": differences,
        "reply_days": policy.windows.decision_notice_days,
    }
    text = written_text(f"the letter {DISCREPANCY}", template_text(DISCREPANCY, session.settings.letters.path), fields)
    due_on = notice_due(session.today, policy)
    _write(session, keep_letter(store, npi, DISCREPANCY, text, due_on, None, session.today), out)
    session.say(f"Wrote the notice of {len(differences)} differences to {out}.")


def _item(duty: Duty, on: date) -> LetterItem:
    letter = duty.letter
    sent_on = letter.sent_on if letter else None
    return LetterItem(
        id=letter.id if letter else None,
        npi=duty.file.provider.npi,
        name=duty.file.provider.name,
        kind=duty.owed.kind,
        decided_on=duty.owed.decision.decided_on,
        due_on=duty.owed.due_on,
        made_on=letter.made_on if letter else None,
        sent_on=sent_on,
        sent_how=letter.sent_how if letter else None,
        overdue=sent_on is None and duty.owed.due_on < on,
    )
