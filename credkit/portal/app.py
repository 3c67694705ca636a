"""The portal put together: which address is which page, who must be in for it, and the guard before all of them."""

from collections.abc import Callable
from urllib.parse import urlsplit

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from credkit.portal import applying, door, inside
from credkit.portal.guard import NOT_FOUND, Guard, Said
from credkit.portal.office import Handler, Office, enter, read
from credkit.portal.pages import said, static
from credkit.records import LinkKind

_STATIC = {"portal.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
#: Pages made at once: threads of one interpreter take turns, and more of them only wait for one another.
_AT_ONCE = 4
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]"})

#: Every page: its address, its name in the log, whose it is (None: anybody's), whether a form may be sent to it, and what makes
#: it.
PAGES: tuple[tuple[str, str, LinkKind | None, bool, Handler], ...] = (
    ("/", "front", None, False, door.front),
    ("/link/{token}", "link", None, True, door.page_link),
    ("/begin/{token}", "begin", None, True, door.form_link),
    ("/status", "status", LinkKind.PAGE, False, inside.status),
    ("/paper/{key}", "paper", LinkKind.PAGE, True, inside.paper),
    ("/facts", "facts", LinkKind.PAGE, True, inside.own_facts),
    ("/sign", "sign", LinkKind.PAGE, True, inside.sign),
    ("/form", "form", LinkKind.FORM, False, applying.first),
    ("/form/{topic}", "topic", LinkKind.FORM, True, applying.topic),
    ("/review", "review", LinkKind.FORM, True, applying.review),
)


def pages(office: Office, log: Callable[[str], None]) -> ASGIApp:
    """Return the whole portal. `log` writes a line a request."""
    limiter = CapacityLimiter(_AT_ONCE)
    routes = [
        Route(path, _page(office, handler, whose, limiter), name=name, methods=["GET", "POST"] if sends else ["GET"])
        for path, name, whose, sends, handler in PAGES
    ]
    routes.append(Route("/out", _page(office, door.out, None, limiter), name="out", methods=["POST"]))
    routes.append(Route("/static/{name}", _static, name="static", methods=["GET"]))
    named = urlsplit(office.settings.portal.url).hostname
    return Guard(
        Router(routes, redirect_slashes=False, default=_no_page),
        shows=lambda one: said(one, office.organization),
        log=log,
        hosts=_LOOPBACK | ({named} if named else set()),
        https=office.behind_proxy,
        most_bytes=lambda: office.most_bytes,
    )


def _page(
    office: Office, handler: Handler, whose: LinkKind | None, limiter: CapacityLimiter
) -> Callable[[Request], object]:
    async def answer(request: Request) -> Response:
        ask = await read(request, office)

        def answered() -> Response:
            try:
                if whose is not None:
                    enter(ask, whose)
                return handler(ask)
            finally:
                ask.close()

        try:
            response = await to_thread.run_sync(answered, limiter=limiter)
        finally:
            await request.close()  # the files of its form
        if ask.fresh_cookie:
            response.set_cookie(
                office.cookie, ask.fresh_cookie, httponly=True, secure=office.behind_proxy, samesite="strict", path="/"
            )
        return response

    return answer


async def _static(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in _STATIC:
        raise Said(NOT_FOUND)
    return Response(static(name), media_type=_STATIC[name])


async def _no_page(_scope: Scope, _receive: Receive, _send: Send) -> None:
    raise Said(NOT_FOUND)
