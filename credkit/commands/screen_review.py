"""`credkit screen review` and `credkit screen resolve`: the rows that resemble somebody, and what a person rules of them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from credkit.commands.options import NpisArgument, read_text
from credkit.commands.session import Session
from credkit.errors import Incomplete, UsageError, did_you_mean
from credkit.records import Confirmation, ListEntry, Resolution, Ruling
from credkit.render.formats import Format
from credkit.render.listing import Column, Listing

if TYPE_CHECKING:
    from credkit.commands.items.hits import HitItem, ResolutionItem, RulingItem
    from credkit.lists.rulings import OpenHit, Ruled

_BORN = {"same": "agrees", "different": "differs", "unknown": "unknown"}


def review(
    ctx: typer.Context,
    npis: NpisArgument = None,
    name: Annotated[str | None, typer.Option("--list", metavar="NAME", help="Only hits on this list.")] = None,
    new: Annotated[bool, typer.Option("--new", help="Only hits on which nobody has ruled yet.")] = False,
) -> None:
    """Show the rows that may be a provider and that nobody has settled, both records side by side.

    Newest and strongest first. What was ruled undetermined stays, and so does what waits for a second person; both say
    so. Dates of birth are never shown, only whether they agree.
    """
    from credkit.lists.rulings import open_hits, shortest

    session: Session = ctx.obj
    with session.store() as store:
        for npi in npis or ():
            store.provider_file(npi)
        lists = {version.name for version in store.list_versions()}
        if name is not None and name not in lists:
            raise UsageError(f"No list named {name!r} is loaded.{did_you_mean(name, lists)}")
        found = open_hits(store, session.policy, session.on, npis=set(npis) if npis else None, name=name)
        names = shortest(hit.id for hit in store.hits())
        confirmed = store.confirmations()
    if new:
        found = [one for one in found if one.undetermined is None and one.asked is None]
    items = [_hit_item(one, names[one.hit.id], confirmed) for one in found]
    matches = sum(item.verdict == "match" for item in items)
    session.present(
        Listing(
            schema="credkit.hit/1",
            items=items,
            columns=_columns(for_a_table=session.format is Format.TABLE),
            counts={"match": matches, "possible": len(items) - matches},
            on=session.on,
            policy=session.policy,
            empty="No hit is open.",
        )
    )


def resolve_command(
    ctx: typer.Context,
    hit: Annotated[str, typer.Argument(metavar="ID", help="The hit, as `screen review` names it.")],
    ruling: Annotated[str, typer.Argument(metavar="RULING", help="no-match, match or undetermined.")],
    reason: Annotated[str, typer.Option(help="What shows it, and where you looked.", metavar="TEXT", parser=read_text)],
    document: Annotated[
        Path | None, typer.Option(help="The paper that shows it; kept beside the store.", metavar="FILE")
    ] = None,
) -> None:
    """Rule whether a row of a list is the provider, and screen the provider again.

    no-match clears them of this row until the row or the provider's name, date of birth or NPI changes. match fails them,
    which ends readiness at once. undetermined leaves it open. Where the policy asks for a second person the ruling counts
    from `credkit confirm` on. A later ruling takes the place of an earlier one; both are kept.
    """
    from credkit.documents.step import keep_paper
    from credkit.lists.rulings import resolve

    session: Session = ctx.obj
    if ruling not in set(Ruling):
        raise UsageError(f"{ruling!r} is no ruling.{did_you_mean(ruling, list(Ruling))}", hint=", ".join(Ruling))
    refuse_a_policy(session)
    # The policy is read in the transaction that judges by it.
    with session.store() as store, store.batch():
        policy = session.policy_on(session.today)
        ruled = resolve(
            store,
            policy,
            hit,
            Ruling(ruling),
            reason,
            document=partial(keep_paper, store, path=document, most_bytes=policy.papers.most_bytes)
            if document
            else None,
            today=session.today,
        )
        everyone = [one.id for one in store.hits()]
    show_ruled(session, ruled, everyone)


def refuse_a_policy(session: Session) -> None:
    """Who must confirm is for the policy in force to say."""
    if session.policy_path:
        raise UsageError("Rulings are made by the policy in force; --policy has no place here.")


def show_ruled(session: Session, ruled: "Ruled", ids: Iterable[str]) -> None:
    """Show a ruling that was made or confirmed, and what follows from it. Ends 4 where nobody could be screened again."""
    from credkit.commands.items.hits import ResolutionItem
    from credkit.lists.rulings import shortest

    finding, short = ruled.finding, shortest(ids)[ruled.hit.id]
    item = ResolutionItem(
        **ruling_item(ruled.resolution, ruled.confirmation, counts=ruled.counts).model_dump(),
        hit_id=ruled.hit.id,
        short=short,
        npi=ruled.hit.npi,
        name=ruled.provider.name,
        list=ruled.hit.list,
        finding=finding.result.value if finding else None,
        summary=finding.summary if finding else None,
        advice=finding.advice if finding else None,
        verification_id=finding.id if finding else None,
    )
    session.present(
        Listing(schema="credkit.resolution/1", items=[item], columns=_columns_of_rulings(), on=session.today)
    )
    if not ruled.counts:
        session.say(f"It does not count yet: another person confirms it with `credkit confirm {short}`.")
    if ruled.trouble:
        session.warn(f"{ruled.trouble}. Load a newer one and screen again: the ruling is kept.")
        raise typer.Exit(Incomplete.exit_code)


def ruling_item(resolution: Resolution, confirmation: Confirmation | None, *, counts: bool) -> "RulingItem":
    """Return a ruling as the published item."""
    from credkit.commands.items.hits import RulingItem

    return RulingItem(
        id=resolution.id,
        ruling=resolution.ruling.value,
        reason=resolution.reason,
        resolved_on=resolution.resolved_on,
        actor=resolution.actor,
        document=resolution.document,
        needs_second=resolution.needs_second,
        confirmed_on=confirmation.confirmed_on if confirmation else None,
        confirmed_by=confirmation.actor if confirmation else None,
        counts=counts,
    )


def entry_name(entry: ListEntry) -> str:
    """Return the name that a row of a list gives."""
    person = " ".join(part for part in (entry.first_name, entry.middle_name, entry.last_name, entry.suffix) if part)
    return person or entry.business_name or ""


def _hit_item(one: "OpenHit", short: str, confirmed: Mapping[str, Confirmation]) -> "HitItem":
    from credkit.commands.items.hits import HitItem, OurSideItem, TheirSideItem

    entry, provider = one.candidate.entry, one.provider
    theirs: dict[str, Any] = {name: getattr(entry, name) for name in TheirSideItem.model_fields if name != "name"}
    undetermined = one.undetermined
    return HitItem(
        id=one.hit.id,
        short=short,
        npi=provider.npi,
        name=provider.name,
        list=one.version.name,
        list_version=one.version.address,
        published_on=one.version.published_on,
        verdict=one.candidate.verdict,
        score=one.candidate.score,
        reasons=one.candidate.reasons,
        date_of_birth=_BORN.get(one.born, "nearly"),
        found_on=one.hit.found_on,
        provider=OurSideItem(
            npi=provider.npi,
            name=provider.name,
            former_names=provider.former_names,
            city=provider.city,
            state=provider.state,
            licenses=tuple({"state": held.jurisdiction, "number": held.number} for held in one.licenses),
        ),
        row=TheirSideItem(name=entry_name(entry), **theirs),
        undetermined=ruling_item(undetermined, confirmed.get(undetermined.id), counts=True) if undetermined else None,
        asked=ruling_item(one.asked, None, counts=False) if one.asked else None,
    )


def _columns_of_rulings() -> "tuple[Column[ResolutionItem], ...]":
    return (
        Column("Hit", lambda item: item.short),
        Column("Provider", lambda item: f"{item.npi} {item.name}"),
        Column("Ruling", lambda item: item.ruling),
        Column("Counts", lambda item: "yes" if item.counts else "not yet"),
        Column("Finding", lambda item: item.finding or ""),
        Column(
            "Summary",
            lambda item: " ".join(filter(None, (item.summary, item.advice if item.finding == "fail" else None))),
        ),
    )


def _columns(*, for_a_table: bool) -> "tuple[Column[HitItem], ...]":
    """Return the columns of the queue. In a table each fact stands on a line of its own, ours beside theirs, and a blank
    line parts the hits."""

    def lines(*facts: str | None) -> str:
        given = [fact for fact in facts if fact]
        return "\n".join([*given, ""]) if for_a_table else "; ".join(given)

    def ours(item: "HitItem") -> str:
        provider = item.provider
        return lines(
            provider.name,
            _named("formerly", "; ".join(provider.former_names)),
            f"NPI {provider.npi}",
            _place(provider.city, provider.state),
            *(f"license {held.state or ''} {held.number or 'without a number'}" for held in provider.licenses),
        )

    def theirs(item: "HitItem") -> str:
        row = item.row
        return lines(
            row.name,
            _named("also", "; ".join(row.aliases)),
            row.business_name if row.business_name != row.name else None,
            f"NPI {row.npi or 'not given'}",
            _place(row.city, row.state),
            _named("license", row.license_number),
            f"date of birth {item.date_of_birth}",
            row.specialty,
            _named("excluded", " ".join(filter(None, (_day(row.excluded_on), row.exclusion_type, row.agency)))),
            _named("until", _day(row.ends_on)),
            _named("reinstated", _day(row.reinstated_on)),
            _named("waiver", " ".join(filter(None, (row.waiver_state, _day(row.waiver_on))))),
            f"row {row.row_number}, list of {item.published_on}",
        )

    def why(item: "HitItem") -> str:
        said = list(item.reasons)
        if item.undetermined:
            said.append(f"stays open: {item.undetermined.reason}")
        if item.asked:
            asked = item.asked
            said.append(
                f"{asked.ruling} by {asked.actor} on {asked.resolved_on} ({asked.reason}) waits for another's "
                f"`credkit confirm {item.short}`"
            )
        return "; ".join(said)

    named: tuple[tuple[str, Callable[[HitItem], str]], ...] = (
        ("Hit", lambda item: item.short),
        ("List", lambda item: item.list),
        ("Verdict", lambda item: item.verdict),
        ("Score", lambda item: f"{item.score:.1f} bits"),
        ("Found", lambda item: item.found_on.isoformat()),
    )
    first: list[Column[HitItem]] = (
        [Column("Hit", lambda item: lines(*(value(item) for _title, value in named)))]
        if for_a_table
        else [Column(title, value) for title, value in named]
    )
    return (
        *first,
        Column("Provider", ours),
        Column("On the list", theirs),
        Column("Why", why),
    )


def _named(word: str, text: str | None) -> str | None:
    return f"{word} {text}" if text else None


def _place(city: str | None, state: str | None) -> str | None:
    return ", ".join(part for part in (city, state) if part) or None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
