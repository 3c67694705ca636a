"""`credkit portal`: the providers' own pages, and who may open them."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.commands.items.portal import LinkItem
from credkit.commands.options import NpiArgument
from credkit.commands.session import Session
from credkit.errors import UsageError
from credkit.render.listing import Column, Listing

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from credkit.records import PortalLink

HELP = "Serve providers' own pages and the onboarding form."

app = typer.Typer(help=HELP, no_args_is_help=True)

COLUMNS = (
    Column[LinkItem]("Link", lambda item: item.link_id),
    Column[LinkItem]("Opens", lambda item: item.kind),
    Column[LinkItem]("Whose", lambda item: item.npi or item.email or ""),
    Column[LinkItem]("State", lambda item: item.state),
    Column[LinkItem]("Good through", lambda item: item.expires_on.isoformat()),
    Column[LinkItem]("Used", lambda item: (item.used_at or "")[:10]),
    Column[LinkItem]("Address", lambda item: item.url or ""),
)

Days = Annotated[int, typer.Option(metavar="DAYS", min=1, max=366, help="How many days the link is good.")]
Whose = Annotated[
    str, typer.Argument(metavar="NPI|EMAIL|LINK", help="A provider, somebody invited, or one link by its id.")
]


@app.command()
def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="Where to listen.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(metavar="PORT", min=0, max=65535, help="0 takes a free one.")] = 8808,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A proxy speaks TLS before it: cookies are for https alone.")
    ] = False,
) -> None:
    """Serve the portal until it is stopped (Ctrl-C). It shares the store with every other command.

    credkit portal serve

    credkit portal serve --behind-proxy --port 8808

    It speaks no TLS itself: it listens on this machine alone, unless --behind-proxy says that a proxy stands before it.
    Standard error has a line a request: when, which page, how it ended. Nothing in it tells who it was.
    """
    from credkit.portal.serving import is_loopback

    session: Session = ctx.obj
    if not is_loopback(host) and not behind_proxy:
        raise UsageError(
            f"{host} can be reached from outside, and the portal speaks no TLS: anybody between could read what is sent.",
            hint="Let a proxy with TLS stand before it, and say --behind-proxy; docs/portal.md shows nginx and Caddy.",
        )
    if behind_proxy and not session.settings.portal.url.startswith("https://"):
        raise UsageError(
            "Behind a proxy, the settings must say where providers reach the portal.",
            hint='[portal] url = "https://credentialing.example.org"',
        )
    from credkit.portal.serving import listen
    from credkit.portal.serving import serve as serves

    pages = _pages(session, behind_proxy=behind_proxy)
    with listen(host, port) as at:
        bound = at.getsockname()[1]
        session.say(f"The portal is at http://{f'[{host}]' if ':' in host else host}:{bound} until Ctrl-C.")
        serves(pages, at)


def _pages(session: Session, *, behind_proxy: bool) -> "ASGIApp":
    import tempfile

    from credkit.portal.app import pages
    from credkit.portal.links import key_beside
    from credkit.portal.office import Office

    with session.store() as store:
        store.policy_in_force(session.today)  # a store that cannot be read says so before anybody asks
        incoming = store.incoming
    incoming.mkdir(parents=True, exist_ok=True, mode=0o700)
    # A paper on its way is nameless, in the store's own folder: never where others look.
    tempfile.tempdir = str(incoming)
    office = Office(session.db, key_beside(session.db), session.settings, behind_proxy)
    return pages(office, _log)


def _log(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()


@app.command()
def link(ctx: typer.Context, npi: NpiArgument, days: Days = 30) -> None:
    """Make a personal link to a provider's own page. It asks for the date of birth, and opens nobody else's.

    credkit portal link 1000010011 --days 14
    """
    from credkit.portal.step import make_page_link

    session: Session = ctx.obj
    with session.store() as store:
        made = make_page_link(store, npi, days=days, today=session.today)
    _show(session, [made], addresses=True)
    session.say(f"Send it to the provider alone. It ends after {made.expires_on}, or by: credkit portal revoke {npi}")


@app.command()
def invite(
    ctx: typer.Context,
    email: Annotated[str, typer.Argument(metavar="EMAIL", help="Who is invited to apply.")],
    profession: Annotated[str, typer.Option(metavar="LCSW", help="The profession, by its abbreviation.")],
    states: Annotated[str, typer.Option(metavar="TX,CO", help="The states of practice.")],
    days: Days = 30,
) -> None:
    """Make a personal link to the onboarding form of a profession. What is sent waits in `credkit intake list`.

    credkit portal invite ana.marsh@example.org --profession LCSW --states TX,CO
    """
    from credkit.portal.step import invite as invites

    session: Session = ctx.obj
    with session.store() as store:
        made = invites(store, email, profession, states.replace(",", ";"), days=days, today=session.today)
    _show(session, [made], addresses=True)
    session.say(f"Send it to {made.email} alone. It ends after {made.expires_on}.")


@app.command()
def revoke(ctx: typer.Context, whose: Whose) -> None:
    """End links at once, with every visit that they opened.

    credkit portal revoke 1000010011
    """
    from credkit.portal.step import revoke as revokes

    session: Session = ctx.obj
    with session.store() as store:
        ended = revokes(store, whose)
        now = [one for link in ended if (one := store.portal_link(link.id))]
    _show(session, now)


@app.command()
def unlock(ctx: typer.Context, whose: Whose) -> None:
    """Let somebody try again, whose date of birth was wrong too often. Know first that it is they who ask.

    credkit portal unlock 1000010011
    """
    from credkit.portal.step import unlock as unlocks

    session: Session = ctx.obj
    with session.store() as store:
        unlocks(store, whose)
    session.say(f"{whose} may try again.")


@app.command("list")
def list_command(ctx: typer.Context) -> None:
    """List the links: whose each is, whether it is good, and when it was used last. Their addresses are not shown again."""
    session: Session = ctx.obj
    with session.store() as store:
        links = store.portal_links()
        locks = {one.whose: store.portal_lock(one.whose) for one in links}
    _show(session, links, locked={whose for whose, lock in locks.items() if lock and lock.locked_at})


def _show(
    session: Session, links: "list[PortalLink]", *, addresses: bool = False, locked: set[str] | None = None
) -> None:
    session.present(
        Listing(
            schema="credkit.portal_link/1",
            items=[_item(session, one, address=addresses, locked=one.whose in (locked or ())) for one in links],
            columns=COLUMNS,
            counts={"links": len(links)},
            on=session.today,
            empty="No links yet: `credkit portal link NPI`.",
        )
    )


def _item(session: Session, link: "PortalLink", *, address: bool, locked: bool) -> LinkItem:
    url = None
    if address:
        from credkit.portal.links import key_beside, token

        where = "link" if link.npi else "begin"
        key = key_beside(session.db)
        url = f"{session.settings.portal.url.rstrip('/')}/{where}/{token(key, link.kind, link.id)}"
    state = "good"
    if link.revoked_at:
        state = "revoked"
    elif link.expires_on < session.today:
        state = "expired"
    elif locked:
        state = "locked"
    return LinkItem(
        link_id=link.id,
        kind=link.kind.value,
        npi=link.npi,
        email=link.email,
        profession=link.profession,
        states=list(link.states),
        state=state,
        made_at=link.made_at,
        made_by=link.actor,
        expires_on=link.expires_on,
        used_at=link.used_at,
        url=url,
    )
