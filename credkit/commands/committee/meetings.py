"""`credkit committee schedule|attend|cancel|meetings`: when the committee meets, and who was there."""

from typing import TYPE_CHECKING, Annotated

import typer

from credkit.commands.items.committee import MeetingItem
from credkit.commands.options import MoreNames, every_name, read_date, read_text
from credkit.commands.session import Session
from credkit.committee.convening import attend, cancel, room, schedule
from credkit.errors import UsageError, did_you_mean
from credkit.records import Meeting, Mode
from credkit.render.listing import Column, Listing

if TYPE_CHECKING:
    from credkit.store import Store

COLUMNS = (
    Column[MeetingItem]("Held on", lambda item: str(item.held_on)),
    Column[MeetingItem]("Status", lambda item: item.status.replace("_", " ")),
    Column[MeetingItem]("Held", lambda item: (item.mode or "").replace("_", " ")),
    Column[MeetingItem]("Panel", lambda item: item.panel or ""),
    Column[MeetingItem]("Quorum", lambda item: f"{item.quorum_counted} of {item.quorum_needed}"),
    Column[MeetingItem]("Present", lambda item: ", ".join(item.present)),
    Column[MeetingItem]("Decisions", lambda item: str(item.decisions), justify="right"),
    Column[MeetingItem]("Attested by", lambda item: item.attested_by or ""),
)
DateArgument = Annotated[str, typer.Argument(metavar="DATE", help="The day of the meeting.")]
ModeOption = Annotated[str | None, typer.Option("--mode", help=", ".join(Mode), metavar="MODE")]


def schedule_command(
    ctx: typer.Context,
    held_on: DateArgument,
    mode: ModeOption = None,
    panel: Annotated[str | None, typer.Option(help="appeal: a panel that hears appeals.", metavar="PANEL")] = None,
    late: Annotated[
        str | None,
        typer.Option(
            help="It was held on a past day: why it is put on record only now. The minutes show it.",
            metavar="REASON",
            parser=read_text,
        ),
    ] = None,
) -> None:
    """Put a meeting of the committee on the calendar; one that was cancelled comes back to it.

    A day that is past is refused, because decisions would be backdated, but for --late REASON.
    """
    session: Session = ctx.obj
    if panel not in {None, "appeal"}:
        raise UsageError(f"There is no panel {panel!r}.", hint="--panel appeal")
    with session.store() as store:
        day = read_date(held_on)
        meeting = schedule(store, day, today=session.today, mode=_mode(mode), panel=panel, late=late)
    session.say(
        f"The committee meets on {meeting.held_on}: `credkit committee agenda {meeting.held_on}` says who is ready."
    )


def attend_command(
    ctx: typer.Context,
    held_on: DateArgument,
    present: Annotated[list[str], typer.Option(help="Who was there: one name or more.", metavar="NAME...")],
    also_present: MoreNames = None,
    mode: ModeOption = None,
) -> None:
    """Record which members were at a meeting; of everybody else on the committee, that they were not.

    Example: credkit committee attend 2026-03-17 --present "Dr Ash" "Dr Birch" "Dr Cole" --mode video
    """
    session: Session = ctx.obj
    names = every_name(present, also_present, "--present")
    with session.store() as store:
        meeting, _ = attend(store, read_date(held_on), names, today=session.today, mode=_mode(mode))
        item = _item(session, store, meeting)
    session.present(Listing(schema="credkit.meeting/1", items=[item], columns=COLUMNS))


def cancel_command(
    ctx: typer.Context,
    held_on: DateArgument,
    reason: Annotated[str, typer.Option(help="Why.", metavar="TEXT", parser=read_text)],
) -> None:
    """Cancel a meeting that has not voted or decided anything."""
    session: Session = ctx.obj
    with session.store() as store:
        meeting = cancel(store, read_date(held_on), reason)
    session.say(f"The meeting of {meeting.held_on} is cancelled.")


def meetings_command(ctx: typer.Context) -> None:
    """List the meetings, oldest first: quorum, who was there, and whether the minutes are attested."""
    session: Session = ctx.obj
    with session.store() as store:
        items = [_item(session, store, meeting) for meeting in store.meetings()]
    session.present(
        Listing(
            schema="credkit.meeting/1",
            items=items,
            columns=COLUMNS,
            counts={"meetings": len(items)},
            empty="No meeting is on the calendar: `credkit committee schedule DATE`.",
        )
    )


def _mode(text: str | None) -> Mode | None:
    if text is None:
        return None
    if text not in set(Mode):
        raise UsageError(
            f"A meeting is not held by {text!r}.{did_you_mean(text, list(Mode))}",
            hint=f"{', '.join(Mode)}; it is in real time, never by mail.",
        )
    return Mode(text)


def _item(session: Session, store: "Store", meeting: Meeting) -> MeetingItem:
    there = room(store, meeting)
    decisions = store.decisions_of(meeting.id)
    quorum = there.quorum(None, session.policy_on(meeting.held_on).committee.quorum)
    named = sorted({name for decision in decisions for name in decision.present})
    return MeetingItem(
        held_on=meeting.held_on,
        status=meeting.status,
        mode=meeting.mode,
        panel=meeting.panel,
        present=[there.members[one.member_id].name for one in there.attendance if one.present] or named,
        quorum_needed=quorum.needed,
        quorum_counted=len(quorum.counted) if there.attendance else len(named),
        docket_sha256=meeting.docket_sha256,
        decisions=len(decisions),
        attested_by=meeting.attested_by,
        minutes_sha256=meeting.minutes_sha256,
    )
