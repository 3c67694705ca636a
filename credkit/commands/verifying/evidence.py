"""What sources said, shown as it was kept; and what another policy would make of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from credkit.checks import all_checks, check_names
from credkit.commands.items.evidence import EvidenceItem, RejudgedItem
from credkit.commands.options import read_npi
from credkit.commands.session import Session
from credkit.commands.verifying.running import open_sources
from credkit.errors import UsageError
from credkit.policy import Policy
from credkit.records import EvidenceRecord, ProviderFile, Verification
from credkit.render.listing import Column, Listing
from credkit.store import Store
from credkit.verify.gathering import Source

#: So many characters of a body are shown; all of it is given by its id.
_MOST = 20_000

EVIDENCE = (
    Column[EvidenceItem]("Evidence", lambda item: item.id),
    Column[EvidenceItem]("Check", lambda item: f"{item.check} {item.subject}".rstrip()),
    Column[EvidenceItem]("Source", lambda item: item.address),
    Column[EvidenceItem]("Fetched", lambda item: item.fetched_at),
    Column[EvidenceItem]("SHA-256", lambda item: item.sha256),
)
REJUDGED = (
    Column[RejudgedItem]("NPI", lambda item: item.npi),
    Column[RejudgedItem]("Name", lambda item: item.name),
    Column[RejudgedItem]("Check", lambda item: f"{item.check} {item.subject}".rstrip()),
    Column[RejudgedItem]("Now", lambda item: item.before or "not asked"),
    Column[RejudgedItem]("By the other", lambda item: item.after or "not asked"),
    Column[RejudgedItem]("Why", lambda item: "; ".join([*item.changes, item.why])),
)


def show_evidence(session: Session, store: Store, file: ProviderFile, wanted: str | None) -> None:
    """Show what a provider's verifications rest on, newest first; with an id, one body as it was kept."""
    if wanted is not None:
        named = sorted({one for each in file.verifications for one in each.evidence if one.startswith(wanted)})
        if len(named) != 1:
            why = f"{len(named)} pieces of evidence begin" if named else "No evidence begins"
            raise UsageError(
                f"{why} with {wanted!r} for {file.provider.npi}.",
                hint="`credkit verify show NPI --evidence` names them.",
            )
        found = store.evidence(named[0])
        assert found, "a verification's evidence is kept with it"
        session.write_bytes(found[1], None)
        return
    items = _items(store, file)
    if session.for_programs:
        session.present(Listing(schema="credkit.evidence/1", items=items, columns=EVIDENCE))
        return
    shown = 0
    for one in items:
        session.write_text(_page(one))
        shown += 1
    if not shown:
        session.say("Nothing that is on record rests on a source's answer.")


def _items(store: Store, file: ProviderFile) -> Iterator[EvidenceItem]:
    for verification in reversed(file.verifications):
        for name in verification.evidence:
            found = store.evidence(name)
            if found:
                yield _item(verification, *found)


def _item(verification: Verification, record: EvidenceRecord, body: bytes) -> EvidenceItem:
    text = as_text(body)
    return EvidenceItem(
        id=record.id,
        npi=record.npi,
        check=verification.check,
        subject=verification.subject,
        verification_id=verification.id,
        source=record.source,
        key=record.key,
        address=record.address,
        fetched_at=record.fetched_at,
        stated_on=record.stated_on,
        sha256=record.sha256,
        size=len(body),
        problem=record.problem,
        body=text[:_MOST],
        whole=len(text) <= _MOST,
    )


def as_text(body: bytes) -> str:
    """Return a body as text: JSON set out, anything else as it came."""
    text = body.decode("utf-8-sig", "replace")
    try:
        return json.dumps(json.loads(text), indent=2, ensure_ascii=False)
    except ValueError:
        return text


def _page(one: EvidenceItem) -> str:
    from credkit.harmless import clean

    stated = f", dated {one.stated_on} by the source" if one.stated_on else ""
    lines = [
        f"{one.check} {one.subject}".rstrip() + f": evidence {one.id}",
        f"  {one.address}",
        f"  fetched {one.fetched_at}{stated}",
        f"  no answer: {one.problem}" if one.problem else f"  SHA-256 {one.sha256}, {one.size:,} bytes",
        *(f"    {line}" for line in one.body.splitlines()),
    ]
    if not one.whole:
        lines.append(f"    ... cut; all of it: credkit verify show {one.npi} --evidence {one.id}")
    return "\n".join(clean(line) for line in lines) + "\n\n"


def rejudge_command(
    ctx: typer.Context,
    other: Annotated[Path, typer.Option("--with", metavar="NEW.toml", help="The policy to judge by.")],
    npis: Annotated[
        list[str] | None, typer.Argument(metavar="NPI", help="Providers by NPI, or --all.", parser=read_npi)
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every provider.")] = False,
) -> None:
    """Judge what is on record again by another policy, and show what would change.

    From the evidence that was kept: nobody is asked, and nothing is written. What a person recorded stands; only its age
    is judged by the other policy's windows.
    """
    from contextlib import ExitStack

    from credkit.verify.rejudge import Rejudging

    session: Session = ctx.obj
    if bool(npis) == everyone:
        raise UsageError("Name the providers to judge again, or --all for everybody.")
    try:
        policy = Policy.parse(other.read_text(encoding="utf-8"), check_names(), origin=str(other))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The policy {other} cannot be read: {error}.") from error
    with session.store() as store, ExitStack() as opened:
        for npi in npis or ():
            store.provider_file(npi)
        sources: dict[str, Source]
        sources, _askings = open_sources(session.settings, opened)
        rejudging = Rejudging(store, sources, all_checks())
        counts = {"providers": 0, "requirements": 0}

        def items() -> Iterator[RejudgedItem]:
            for file in store.provider_files(npis):
                found = rejudging.differences(file, session.policy, policy, session.on)
                counts["providers"] += bool(found)
                counts["requirements"] += len(found)
                for one in found:
                    yield RejudgedItem(
                        npi=one.npi,
                        name=one.name,
                        check=one.check,
                        subject=one.subject,
                        before=one.before.state if one.before else None,
                        after=one.after.state if one.after else None,
                        changes=list(one.differs),
                        why=one.why,
                    )

        session.present(
            Listing(
                schema="credkit.rejudged/1",
                items=items(),
                columns=REJUDGED,
                counts=counts,
                on=session.on,
                policy=policy,
                empty="By that policy nothing would be otherwise.",
            )
        )
