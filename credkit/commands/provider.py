"""`credkit provider`: the people, and single facts of theirs changed by hand."""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from pathlib import Path
from typing import Annotated

import typer

from credkit.commands import provider_duty, provider_leaving
from credkit.commands.items.maintenance import NoteItem
from credkit.commands.items.provider import ProviderItem
from credkit.commands.options import NpiArgument, NpisArgument, read_text
from credkit.commands.session import Session
from credkit.errors import UsageError, did_you_mean
from credkit.intake.form import columns, find_column
from credkit.intake.step import add_by_hand, edit
from credkit.records import Provider, ProviderFile
from credkit.render.listing import Column, Listing, in_words
from credkit.render.prose import labelled
from credkit.render.text import clean
from credkit.status.explain import rounds

HELP = "List and show providers; change single facts by hand."

app = typer.Typer(help=HELP, no_args_is_help=True)

app.command("withdraw")(provider_leaving.withdraw)
app.command("terminate")(provider_leaving.terminate)
app.command("suspend")(provider_leaving.suspend)
app.command("reinstate")(provider_leaving.reinstate)
app.command("merge")(provider_leaving.merge)
app.command("duty")(provider_duty.duty)

COLUMNS = (
    Column[ProviderItem]("NPI", lambda item: item.npi),
    Column[ProviderItem]("Name", lambda item: item.name),
    Column[ProviderItem]("Profession", lambda item: item.profession or ""),
    Column[ProviderItem]("States", lambda item: ", ".join(item.states_of_practice)),
    Column[ProviderItem]("E-mail", lambda item: item.email or ""),
)

NOTES = (
    Column[NoteItem]("When", lambda item: item.recorded_at[:16].replace("T", " ")),
    Column[NoteItem]("Who", lambda item: item.actor),
    Column[NoteItem]("What", lambda item: item.text),
)

Facts = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        help="A column of the form and its value (phone=303-555-0100); may be repeated.",
        metavar="COLUMN=VALUE",
    ),
]

#: What can be emptied: a provider's own facts, but for those that say who it is.
CLEARABLE = tuple(one.name for one in fields(Provider) if one.name not in {"npi", "first_name", "last_name"})


def _item(provider: Provider, file: ProviderFile | None = None, said: Iterable[str] = ()) -> ProviderItem:
    return ProviderItem.model_validate(
        {
            "npi": provider.npi,
            "name": provider.name,
            "former_names": provider.former_names,
            "profession": provider.profession,
            "specialty": provider.specialty,
            "taxonomy": provider.taxonomy,
            "email": provider.email,
            "phone": provider.phone,
            "address": [
                part
                for part in (provider.address_1, provider.address_2, provider.city, provider.state, provider.zip)
                if part
            ],
            "states_of_practice": provider.states_of_practice,
            "signed_on": file.application.signed_on if file and file.application else None,
            "credentials": [
                {
                    "kind": held.kind,
                    "jurisdiction": held.jurisdiction,
                    "number": held.number,
                    "issuer": held.issuer,
                    "issued_on": held.issued_on,
                    "effective_on": held.effective_on,
                    "expires_on": held.expires_on,
                    "details": held.details,
                }
                for held in (file.credentials if file else ())
            ],
            "work_history": [
                {
                    "kind": entry.kind,
                    "started_on": entry.started_on,
                    "ended_on": entry.ended_on,
                    "employer": entry.employer,
                    "role": entry.role,
                    "explanation": entry.explanation,
                }
                for entry in (file.work_history if file else ())
            ],
            "rounds": list(said),
            "aliases": [],
        }
    )


@app.command("list")
def list_providers(ctx: typer.Context) -> None:
    """List every provider, by NPI."""
    session: Session = ctx.obj
    with session.store() as store:
        session.present(
            Listing(
                schema="credkit.provider/1",
                items=map(_item, store.providers()),
                columns=COLUMNS,
                counts={"providers": store.provider_count()},
                empty="No providers yet: `credkit intake import FILE`.",
            )
        )


@app.command()
def show(ctx: typer.Context, npi: NpiArgument) -> None:
    """Show what is held on one provider: facts, credentials and work history. Never the date of birth."""
    session: Session = ctx.obj
    with session.store() as store:
        if merged := store.alias(npi):
            session.say(f"{npi} was merged into {merged.merged_into} on {merged.merged_on}: {merged.reason}.")
            npi = merged.merged_into
        file = store.provider_file(npi)
        aliases = [one.npi for one in store.aliases_of(npi)]
    item = _item(file.provider, file, rounds(file, session.on)).model_copy(update={"aliases": aliases})
    if session.for_programs:
        session.present(Listing(schema="credkit.provider/1", items=[item], columns=COLUMNS, counts={"providers": 1}))
        return
    session.write_text(clean(f"{item.name} ({item.npi})") + "\n" + labelled(list(_lines(item)), session.width))


def _lines(item: ProviderItem) -> Iterator[tuple[str, str]]:
    yield "profession", " ".join(part for part in (item.profession, item.specialty, item.taxonomy) if part)
    yield "practices in", ", ".join(item.states_of_practice)
    yield "reached at", ", ".join(part for part in (item.email, item.phone) if part)
    yield "address", ", ".join(item.address)
    yield "former names", ", ".join(item.former_names)
    yield "also had the NPI", ", ".join(item.aliases)
    yield "application", f"signed on {item.signed_on}" if item.signed_on else "not signed"
    for held in item.credentials:
        place = " ".join(part for part in (held.jurisdiction, held.number, held.issuer) if part)
        yield held.kind, place + (f", expires {held.expires_on}" if held.expires_on else "")
    for entry in item.work_history:
        words = entry.employer or f"gap: {entry.explanation or 'not explained'}"
        yield "work" if entry.kind == "position" else "gap", f"{entry.started_on} to {entry.ended_on or 'now'}, {words}"
    yield from (("round", words) for words in item.rounds)


@app.command()
def assign(
    ctx: typer.Context,
    owner: Annotated[str, typer.Option(help="Who looks after them.", metavar="NAME", parser=read_text)],
    npis: NpisArgument = None,
    path: Annotated[
        Path | None, typer.Option("--from", help="Many at once: a file with a column npi.", metavar="FILE")
    ] = None,
) -> None:
    """Give files to somebody of the staff: `credkit today --owner NAME` is their day.

    Example: credkit provider assign --owner maria --from hers.csv
    """
    from credkit.maintenance.owning import assign as assigned
    from credkit.maintenance.owning import npis_of
    from credkit.tables.reading import open_sheet

    session: Session = ctx.obj
    if bool(npis) == (path is not None):
        raise UsageError("Name providers by NPI, or a file of them with --from.")
    with session.store() as store:
        chosen = list(npis or ())
        if path is not None:
            with open_sheet(path) as sheet:
                chosen = npis_of(store, sheet)
        changed = assigned(store, owner, chosen, today=session.today)
    session.say(f"{owner} looks after {in_words('files', changed)} more.")


@app.command()
def note(
    ctx: typer.Context,
    npi: NpiArgument,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="What to write down; without it, show.")] = None,
) -> None:
    """Write something down about a provider, or show what was written. Notes are internal: no provider sees them."""
    from credkit.maintenance.owning import add_note

    session: Session = ctx.obj
    with session.store() as store:
        if text is not None:
            add_note(store, npi, read_text(text))
        store.provider_file(npi)
        notes = store.notes(npi)
    session.present(
        Listing(
            schema="credkit.note/1",
            items=map(NoteItem.model_validate, notes),
            columns=NOTES,
            counts={"notes": len(notes)},
            empty="Nothing was written down.",
        )
    )


@app.command()
def add(
    ctx: typer.Context,
    npi: NpiArgument,
    facts: Facts = None,
) -> None:
    """Add a provider by hand, from columns of the form: --set first_name=Ana --set last_name=Marsh ..."""
    session: Session = ctx.obj
    with session.store() as store:
        add_by_hand(store, npi, _given(session, facts), session.policy, today=session.today)
        session.present(
            Listing(schema="credkit.provider/1", items=[_item(store.provider_file(npi).provider)], columns=COLUMNS)
        )


@app.command("edit")
def edit_command(
    ctx: typer.Context,
    npi: NpiArgument,
    reason: Annotated[str, typer.Option(help="Why; kept in the log.", metavar="TEXT", parser=read_text)],
    facts: Facts = None,
    clear: Annotated[
        list[str] | None, typer.Option(help="A fact to empty (middle_name); may be repeated.", metavar="COLUMN")
    ] = None,
) -> None:
    """Change single facts by hand. A credential is named by its columns together:
    --set license_1_state=TX --set license_1_number=12345 --set license_1_expires_on=2028-01-31.
    """
    session: Session = ctx.obj
    given = _given(session, facts)
    for name in clear or ():
        if name not in CLEARABLE:
            raise UsageError(f"{name!r} cannot be cleared.{did_you_mean(name, CLEARABLE)}")
    if not given and not clear:
        raise UsageError("Say what to change: --set COLUMN=VALUE, or --clear COLUMN.")
    with session.store() as store:
        changes = edit(store, npi, given, session.policy, reason, clear=clear or (), today=session.today)
    for change in changes:
        session.say(f"{change.field}: {change.before or 'nothing'} -> {change.after or 'nothing'}")


def _given(session: Session, facts: list[str] | None) -> dict[str, str]:
    given: dict[str, str] = {}
    for fact in facts or ():
        name, equals, value = fact.partition("=")
        name = name.strip()
        if not equals:
            raise UsageError(f"{fact!r} is not COLUMN=VALUE.", hint="--set phone=303-555-0100")
        if find_column(name, session.policy) is None or name == "npi":
            known = [column.name for column in columns(session.policy)]
            raise UsageError(f"{name!r} is not a column of the form.{did_you_mean(name, known)}")
        if name.startswith(("disclosure_", "signed_")):
            raise UsageError(
                f"{name} is part of what the provider signed.",
                hint="It changes by a newly signed form: `credkit intake import`.",
            )
        given[name] = value
    return given
