"""`credkit remind`: providers told what ends, and what only they can give."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.maintenance import ReminderItem
from credkit.commands.options import DryRun, NpisArgument
from credkit.commands.session import Session
from credkit.errors import Incomplete
from credkit.render.listing import Column, Listing

if TYPE_CHECKING:
    from credkit.maintenance.reminding import Reminded

HELP = "Remind providers, by mail or as files, of what ends."

COLUMNS = (
    Column[ReminderItem]("NPI", lambda item: item.npi),
    Column[ReminderItem]("Name", lambda item: item.name),
    Column[ReminderItem]("To", lambda item: item.address or ""),
    Column[ReminderItem]("About", lambda item: "; ".join(item.about)),
    Column[ReminderItem]("Outcome", lambda item: item.outcome),
    Column[ReminderItem]("Why", lambda item: item.trouble or ""),
)


def command(
    ctx: typer.Context,
    npis: NpisArgument = None,
    out: Annotated[
        Path | None,
        typer.Option(help="Write the mails as files into this folder instead of sending them.", metavar="DIR"),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Remind providers of what ends, by the policy's bands of days, and of what only they can give: one mail each.

    Each item is told once in each band, for ever, also when a run is killed between sending and recording; a renewed item
    stops its reminders. What the mail server puts off goes out with the next run (exit 4); an address that it refuses is
    shown, and corrected with `credkit provider edit NPI --set email=...`. The server is set up under [mail] in the settings.

    Example: credkit remind --dry-run
    """
    from credkit.maintenance.mail import post
    from credkit.maintenance.reminding import make, send, write_out

    session: Session = ctx.obj
    counts: Counter[str] = Counter()
    found: list[Reminded] = []
    with session.store() as store:
        for npi in npis or ():
            store.provider_file(npi)
        files = list(store.provider_files(npis)) if npis else store.provider_files()
        made: Iterator[Reminded] = make(
            store, iter(files), session.policy, all_checks(), session.settings, today=session.today, dry_run=dry_run
        )
        if dry_run:
            found = list(made)
        elif out is not None:
            found = [*made, *write_out(store, out)]
        else:
            with post(session.settings.mail) as opened:  # before anything is made: mail must be set up
                found = [*made, *send(store, opened, session.settings)]
    for one in found:
        counts[one.outcome] += 1
    session.present(
        Listing(
            schema="credkit.reminder/1",
            items=map(_item, found),
            columns=COLUMNS,
            counts=counts,
            on=session.today,
            policy=session.policy,
            empty="Nobody is to be reminded of anything new.",
            count_in_words=lambda name, count: f"{count} {name}",
        )
    )
    if any(one.outcome in {"made", "refused"} for one in found):
        raise typer.Exit(Incomplete.exit_code)


def _item(one: "Reminded") -> ReminderItem:
    reminder = one.reminder
    return ReminderItem(
        npi=reminder.npi,
        name=one.name,
        address=reminder.address or None,
        about=[f"{key.partition(':')[0].replace('_', ' ')} {band}" for key, band in reminder.items],
        outcome=one.outcome,
        trouble=one.trouble or None,
        message_id=reminder.message_id,
        attempts=reminder.attempts,
    )
