"""The portal on a socket: how many may connect, and how long one may say nothing."""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from threading import Thread
from time import monotonic, sleep
from typing import Any

import h11
import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from credkit.errors import UsageError

#: Seconds in which a connection must have said what it wants; and between two requests of one.
HEADER_SECONDS, KEPT_SECONDS = 10, 15
#: Connections at once; of those that said nothing yet the oldest makes room.
MOST_CONNECTIONS = 400
_LARGEST_HEADERS = 32 * 1024


class _Patient(H11Protocol):
    """A connection that is closed when it does not say for too long what it wants, or when too many do not."""

    _silent: "dict[_Patient, asyncio.TimerHandle]" = {}  # noqa: RUF012 - one for all connections, oldest first

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait()
        if len(self._silent) > MOST_CONNECTIONS // 2:
            next(iter(self._silent)).hang_up()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # Only a whole request ends the waiting: a letter a second does not.
        if self.conn.their_state is not h11.IDLE:
            self._heard()
        elif self not in self._silent:
            self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        self._heard()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._silent[self] = self.loop.call_later(HEADER_SECONDS, self.hang_up)

    def _heard(self) -> None:
        if deadline := self._silent.pop(self, None):
            deadline.cancel()

    def hang_up(self) -> None:
        """Close it, without a word."""
        self._heard()
        self.transport.close()


def is_loopback(host: str) -> bool:
    """Say whether only this machine can reach an address."""
    if host == "localhost":
        return True
    with contextlib.suppress(ValueError):
        return ip_address(host).is_loopback
    return False


def listen(host: str, port: int) -> socket.socket:
    """Take an address. Raises UsageError where it cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # Named as TCP: asyncio sends short answers at once (TCP_NODELAY) on such sockets alone; else each waits 40 ms.
    at = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            at.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        at.bind((host, port))
        at.listen(512)
    except (OSError, OverflowError) as error:
        at.close()
        why = getattr(error, "strerror", None) or str(error)
        raise UsageError(
            f"Nothing can be served at {host}, port {port}: {why}.", hint="Choose another --port."
        ) from error
    return at


def server(pages: ASGIApp) -> uvicorn.Server:
    """Return what serves the pages."""
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    return uvicorn.Server(
        uvicorn.Config(
            pages,
            http=_Patient,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            timeout_keep_alive=KEPT_SECONDS,
            timeout_graceful_shutdown=5,
            limit_concurrency=MOST_CONNECTIONS,
            h11_max_incomplete_event_size=_LARGEST_HEADERS,
        )
    )


def serve(pages: ASGIApp, at: socket.socket) -> None:
    """Serve until it is stopped (Ctrl-C, or SIGTERM)."""
    server(pages).run(sockets=[at])


@contextmanager
def served(pages: ASGIApp, at: socket.socket) -> Iterator[str]:
    """Serve beside what this process does, for the length of a block; gives the address."""
    serving: Any = server(pages)
    thread = Thread(target=serving.run, kwargs={"sockets": [at]}, daemon=True)
    thread.start()
    until = monotonic() + 10
    while not serving.started and monotonic() < until:
        sleep(0.01)
    host, port = at.getsockname()[:2]
    try:
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"
    finally:
        serving.should_exit = True
        thread.join(10)
