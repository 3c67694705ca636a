"""`credkit caqh roster`: the file that asks CAQH for our providers' profiles."""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.commands.items.caqh import CaqhRosterItem
from credkit.commands.options import read_date
from credkit.commands.session import Session
from credkit.errors import InputRejected, Refused, UsageError
from credkit.render.listing import Column, Listing

if TYPE_CHECKING:
    from credkit.caqh.roster import Member, Organization, Roster
    from credkit.records import RosterRow
    from credkit.store import Store

app = typer.Typer(help="Tell CAQH whom to add, update and delete on our roster.", no_args_is_help=True)

COLUMNS = (
    Column[CaqhRosterItem]("NPI", lambda item: item.npi),
    Column[CaqhRosterItem]("Name", lambda item: item.name),
    Column[CaqhRosterItem]("Action", lambda item: item.action or "left out"),
    Column[CaqhRosterItem](
        "What", lambda item: f"{item.column}: {item.rule}" if item.rule else ", ".join(item.changed)
    ),
)


@app.command()
def build(
    ctx: typer.Context,
    out: Annotated[
        Path | None, typer.Option(help="Write the file there; - is standard output.", metavar="FILE")
    ] = None,
    whole: Annotated[bool, typer.Option("--whole", help="Every provider, not only what changed.")] = False,
    ssn: Annotated[
        bool, typer.Option("--ssn", help="Fill in social security numbers, where the store holds them.")
    ] = False,
) -> None:
    """Write a roster file in CAQH's pipe format: what changed since the last file that was marked as sent.

    Without --out nothing is written: what would be in it is shown. Required fields are checked first; a provider with a fault is left out and named (exit 3). Once CAQH has the file,
    `credkit caqh roster sent FILE` keeps it as the state to compare with; what CAQH answers goes to `credkit caqh load`.

    Example: credkit caqh roster build --out roster.txt
    """
    from credkit.caqh.roster import build as built
    from credkit.caqh.roster import text_of

    session: Session = ctx.obj
    if ssn:
        raise Refused(
            "The store holds no social security number, so none can be filled in.",
            hint="CAQH takes the NPI, a license or a DEA number instead; build without --ssn.",
        )
    organization = _organization(session)
    with session.store() as store:
        sent = store.roster_rows()
        roster = built(_members(session, store), sent, organization, whole=whole)
        names = {line.npi: one.name for line in roster.lines if (one := store.provider(line.npi))}
    if out is not None and roster.lines:
        if str(out) == "-":
            session.write_bytes(text_of(roster.lines).encode(), None)
            raise typer.Exit(InputRejected.exit_code if roster.faults else 0)
        session.write_bytes(text_of(roster.lines).encode(), out)
        session.say(f"Wrote {out}. When CAQH has it: `credkit caqh roster sent {out}`.")
    elif out is not None:
        session.say(f"Nothing to send: {out} was not written.")
    counts: Counter[str] = Counter({"add": 0, "update": 0, "delete": 0, "unchanged": roster.unchanged, "left_out": 0})
    for line in roster.lines:
        counts[{"A": "add", "U": "update", "D": "delete"}[line.action]] += 1
    counts["left_out"] = len({fault.npi for fault in roster.faults})
    session.present(
        Listing(
            schema="credkit.caqh_roster/1",
            items=_items(roster, sent, names),
            columns=COLUMNS,
            counts=counts,
            on=session.on,
            policy=session.policy,
            empty="Nothing has changed since the last file that was sent.",
            count_in_words=lambda name, count: f"{count} {name.replace('_', ' ')}",
        )
    )
    if roster.faults:
        raise typer.Exit(InputRejected.exit_code)


@app.command()
def sent(
    ctx: typer.Context,
    path: Annotated[str, typer.Argument(metavar="FILE", help="The roster file as CAQH has it; - is standard input.")],
    sent_on: Annotated[
        str | None, typer.Option("--sent-on", help="The day on which it was sent; today if not given.", metavar="DATE")
    ] = None,
) -> None:
    """Keep a roster file as sent: the next one tells what changed since. Also for a file that was made elsewhere."""
    from credkit.caqh.step import mark_sent
    from credkit.tables.reading import open_sheet

    session: Session = ctx.obj
    from_stdin = path == "-"
    sheet_of = open_sheet(None if from_stdin else Path(path), stdin=sys.stdin.buffer if from_stdin else None)
    with session.store() as store, sheet_of as sheet:
        lines = mark_sent(
            store,
            sheet,
            organization_id=session.settings.organization.caqh_organization_id,
            sent_on=read_date(sent_on) if sent_on else session.today,
        )
        strangers = [line.npi for line in lines if store.provider(line.npi) is None]
    if strangers:
        some = "1 row is" if len(strangers) == 1 else f"{len(strangers)} rows are"
        session.warn(f"{some} of nobody here, the first {strangers[0]}.")
    counts = Counter(line.action for line in lines)
    session.say(f"Kept as sent: {counts['A']} added, {counts['U']} updated, {counts['D']} deleted.")


def _organization(session: Session) -> "Organization":
    from credkit.caqh.roster import Organization

    ours = session.settings.organization
    if not ours.caqh_organization_id:
        raise UsageError(
            "CAQH takes no roster without the organization's id, and the settings have none.",
            hint="Set caqh_organization_id under [organization] in the settings file.",
        )
    tax_id = "".join(sign for sign in ours.tax_ids[0] if sign.isdigit()) if len(ours.tax_ids) == 1 else ""
    return Organization(ours.caqh_organization_id, ours.caqh_region_id, ours.caqh_delegation_flag, tax_id)


def _members(session: Session, store: "Store") -> "Iterator[Member]":
    from credkit.caqh.roster import Member
    from credkit.committee.standing import standing

    for file in store.provider_files():
        stands = standing(file, session.policy, session.on)
        decided = max((decision.decided_on for decision in stands.approvals.values()), default=None)
        yield Member(file, stands.ended is not None, bool(stands.approvals), decided, stands.recredential_by)


def _items(roster: "Roster", sent: "Mapping[str, RosterRow]", names: Mapping[str, str]) -> Iterator[CaqhRosterItem]:
    for line in roster.lines:
        last = sent.get(line.npi)
        before = last.fields if last and line.action == "U" else {}
        changed = sorted(
            name for name in {*before, *line.fields} if before and before.get(name) != line.fields.get(name)
        )
        yield CaqhRosterItem(
            npi=line.npi, name=names.get(line.npi, ""), action=line.action, changed=changed, column=None, rule=None
        )
    for fault in roster.faults:
        yield CaqhRosterItem(
            npi=fault.npi, name=fault.name, action=None, changed=[], column=fault.column, rule=fault.rule
        )
