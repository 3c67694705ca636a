"""What stands before every page: who may ask, how much, how long, and with which headers it is answered.

The log has a line a request: when, which page (its name, never its address), how it ended, how long it took. No address of a
visitor, no name, no NPI, no token.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from time import monotonic

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from credkit import clock
from credkit.errors import CredkitError, DiskFull, StoreBusy

#: Seconds for one request's body to come, and for a paper's.
BODY_SECONDS, PAPER_SECONDS = 30.0, 600.0
#: Bytes of one form without a paper; and beside a paper.
FORM_BYTES, BESIDE_BYTES = 512 * 1024, 256 * 1024
_LONGEST_PATH = 400
#: How much more of a body is read, and how long, before a refusal is answered.
_DRAIN_BYTES, _DRAIN_SECONDS = 8 * 1024 * 1024, 3.0

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex, nofollow",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is said instead of a page; `again` is in how many seconds one may try again."""

    status: int
    title: str
    says: str
    again: int | None = None


class Said(Exception):
    """A request that is answered with a sentence."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.title)
        self.sentence = sentence


NOT_FOUND = Sentence(404, "There is no such page", "Look at the address, or use the link that you were sent.")
TOO_MUCH = Sentence(
    413, "That is too large", "Send a smaller file: a photo at a lower resolution, or a PDF of fewer pages."
)
TOO_SLOW = Sentence(408, "That took too long", "Your connection is slow, or was cut off. Please try again.")
NOT_READ = Sentence(400, "That could not be read", "Please go back, and send the form again.")
BUSY = Sentence(
    503,
    "One moment, please",
    "The office is working in the same files just now. Nothing is lost: try again in a minute.",
    again=30,
)
FULL = Sentence(
    503,
    "Nothing can be taken in just now",
    "There is no room left at the office. Please tell them, and try again later.",
    again=600,
)
BROKEN = Sentence(
    500, "Something went wrong", "It is not your fault, and nothing of yours is lost. Please tell the office."
)
UNKNOWN_HOST = Sentence(400, "There is no such site here", "Use the link that you were sent.")


class _Body:
    """What comes with a request: so much of it and so long. `whole` says that all of it is in."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._most, self._came = FORM_BYTES, 0
        self._until = monotonic() + BODY_SECONDS
        self.whole = False

    def let(self, most: int, seconds: float) -> None:
        """Say how much may come, and how long it may take."""
        self._most, self._until = most, monotonic() + seconds

    async def receive(self) -> Message:
        """Return the next part."""
        try:
            message = await asyncio.wait_for(self._receive(), max(self._until - monotonic(), 0.001))
        except TimeoutError as error:
            raise Said(TOO_SLOW) from error
        self.whole = message["type"] != "http.request" or not message.get("more_body")
        self._came += len(message.get("body", b""))
        if self._came > self._most:
            raise Said(TOO_MUCH)
        return message

    async def drained(self) -> bool:
        """Read on for a while, and say whether that was all: who is cut off while sending never sees the answer."""
        self.let(self._came + _DRAIN_BYTES, _DRAIN_SECONDS)
        with suppress(Said):
            while not self.whole:
                await self.receive()
        return self.whole


class Guard:
    """Wraps the pages. `shows` makes the page of a sentence; `log` writes a line."""

    def __init__(
        self,
        pages: ASGIApp,
        *,
        shows: Callable[[Sentence], Response],
        log: Callable[[str], None],
        hosts: frozenset[str],
        https: bool,
        most_bytes: Callable[[], int],
    ) -> None:
        self._pages = pages
        self._shows = shows
        self._log = log
        self._hosts = hosts
        self._most_bytes = most_bytes
        extra = {"Strict-Transport-Security": "max-age=31536000"} if https else {}
        self._headers = [(name.lower().encode(), value.encode()) for name, value in (HEADERS | extra).items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._pages(scope, receive, send)
            return
        began, ended, body = monotonic(), [0], _Body(receive)

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                ended[0] = message["status"]
                named = {name for name, _ in self._headers}
                message["headers"] = [pair for pair in message["headers"] if pair[0] not in named] + self._headers
            await send(message)

        try:
            await self._answered(scope, body, sent)
        except Said as said:
            await self._say(said.sentence, scope, body, sent, began=ended[0])
        except StoreBusy:
            await self._say(BUSY, scope, body, sent, began=ended[0])
        except DiskFull:
            await self._say(FULL, scope, body, sent, began=ended[0])
        except (CredkitError, Exception) as error:  # noqa: BLE001 - the one door for bugs: an honest page without a word of what it was about
            self._log(f"{clock.stamp(clock.now())} a bug: {type(error).__name__}")
            await self._say(BROKEN, scope, body, sent, began=ended[0])
        finally:
            page = getattr(scope.get("route"), "name", None) or "no page"
            took = round((monotonic() - began) * 1000)
            self._log(f"{clock.stamp(clock.now())} {_method(scope)} {page} {ended[0]} {took} ms")

    async def _answered(self, scope: Scope, body: _Body, send: Send) -> None:
        headers = {name.lower(): value for name, value in scope["headers"]}
        if _host(headers) not in self._hosts:
            raise Said(UNKNOWN_HOST)
        if len(scope["path"]) > _LONGEST_PATH or "\x00" in scope["path"]:
            raise Said(NOT_FOUND)
        if scope["method"] == "POST":
            _refuse_another_site(headers, self._hosts)
        papers = headers.get(b"content-type", b"").lower().startswith(b"multipart/form-data")
        most = self._most_bytes() + BESIDE_BYTES if papers else FORM_BYTES
        length = headers.get(b"content-length", b"0")
        if not length.isdigit() or len(length) > 15 or int(length) > most:
            raise Said(TOO_MUCH)
        body.let(most, PAPER_SECONDS if papers else BODY_SECONDS)
        await self._pages(scope, body.receive, send)

    async def _say(self, said: Sentence, scope: Scope, body: _Body, send: Send, *, began: int) -> None:
        if began:  # the page is half sent: nothing can be said any more
            return
        response = self._shows(said)
        if said.again:
            response.headers["Retry-After"] = str(said.again)
        if not await body.drained():
            response.headers["Connection"] = "close"
        await response(scope, body.receive, send)


def _method(scope: Scope) -> str:
    return scope["method"] if scope["method"] in {"GET", "HEAD", "POST"} else "other"


def _host(headers: Mapping[bytes, bytes]) -> str:
    """Return the host that was asked, without its port: a name that is not ours is somebody else's page pointing here."""
    host = headers.get(b"host", b"").decode("latin-1").lower()
    return host.rpartition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0]


def _refuse_another_site(headers: Mapping[bytes, bytes], hosts: frozenset[str]) -> None:
    """Refuse a form that another site's page sent, as far as the browser says so; the form's own token is asked for too."""
    came_from = headers.get(b"sec-fetch-site", b"same-origin")
    origin = headers.get(b"origin", b"null").decode("latin-1").lower()
    # Under no-referrer a browser writes "null" for our own pages too.
    host = origin.partition("://")[2]
    if came_from not in {b"same-origin", b"none"} or (
        origin != "null" and _host({b"host": host.encode()}) not in hosts
    ):
        raise Said(NOT_READ)


def address_of(request: Request, *, behind_proxy: bool) -> str:
    """Return where a request came from, for counting tries alone: behind a proxy what the proxy itself appended last."""
    told = request.headers.get("x-forwarded-for", "") if behind_proxy else ""
    if told:
        return told.rpartition(",")[2].strip()[:64]
    return request.client.host if request.client else ""
