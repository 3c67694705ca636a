"""One polite HTTP client a source: the only module that imports httpx (and not before the first look-up).

Limits are a host's: two sources on one host take their turns together, by the stricter of their settings. A look-up takes its turn (so many requests at once, so many a second), tries again when the trouble may pass, obeys
Retry-After, and ends by its deadline. Whatever goes wrong on the way becomes one `SourceUnavailable`, whose reason is in
words and carries nothing of the query: no name, no number, no key.
"""

import math
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime
from functools import partial
from http import HTTPStatus
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self, TypeVar
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit
from weakref import WeakValueDictionary

from credkit import clock
from credkit.errors import UsageError
from credkit.settings import SourceSettings
from credkit.version import __version__

if TYPE_CHECKING:
    import httpx

MAX_BYTES = 10_000_000
_A_DAY = 86_400.0
_REDIRECTS = 3
#: By so much later than its turn may a request arrive, and the host still count no more than the rate in any second.
_ON_THE_WAY = 0.04

T = TypeVar("T")
_Receive = Callable[["httpx.Response", "_Allowance"], T]


class SourceUnavailable(Exception):
    """The source gave no answer; the message says why, as the end of "NPPES gave no answer: ...".

    It is the same for the same trouble, so that a run can count troubles.
    """


class _MayPass(SourceUnavailable):
    """The same, where asking again may help. `retry_after` is how many seconds the source asked us to wait, if it did."""

    def __init__(self, reason: str, retry_after: float | None = None) -> None:
        super().__init__(reason)
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the body (decompressed), the address asked (without any key), the moment it was whole (UTC)."""

    body: bytes
    address: str
    fetched_at: str


@dataclass(frozen=True, slots=True)
class Download:
    """What a download came to: `modified` is False where the source has what is held already. The address is without
    any key; `etag` and `last_modified` are the server's words."""

    address: str
    modified: bool
    etag: str | None = None
    last_modified: str | None = None


class Turns:
    """Evenly spaced turns, one thread after another: never more than `per_second` in a second, whichever second.

    Even spacing, unlike a bucket that may be emptied at once, keeps every second below the rate, the first one too. A
    thread may wake late, and its request come close to those after it: so a turn also waits until a whole second has
    passed since the one that is as many turns ago really began.
    """

    def __init__(
        self,
        per_second: float,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._monotonic = monotonic
        self._sleep = sleep
        self._lock = threading.Lock()
        self._next = -math.inf
        self._per_second = math.inf
        self._begun: deque[float] = deque()
        self.at_most(per_second)

    def at_most(self, per_second: float) -> None:
        """Keep to this rate too, from now on."""
        with self._lock:
            if per_second < self._per_second:
                self._per_second = per_second
                # Of a rate below one a second, one turn in so many seconds.
                many = max(1, int(per_second))
                self._window = many / per_second
                self._begun = deque(self._begun, maxlen=many)

    def take(self) -> None:
        """Wait until the next free turn."""
        # Whoever waits holds the lock, so that the turn after it knows when this one really began.
        with self._lock:
            turn = max(self._monotonic(), self._next)
            if len(self._begun) == self._begun.maxlen:
                turn = max(turn, self._begun[0] + self._window + _ON_THE_WAY)
            while (left := turn - self._monotonic()) > 0:  # again when a sleep ended early
                self._sleep(left)
            self._next = turn + 1 / self._per_second
            self._begun.append(self._monotonic())


class Lanes:
    """So many requests at once, and no more: a block that holds one."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._taken = 0
        self._freed = threading.Condition()

    def at_most(self, most: int) -> None:
        """Keep to this number too, from now on."""
        with self._freed:
            self._most = min(self._most, most)

    def __enter__(self) -> None:
        with self._freed:
            while self._taken >= self._most:
                self._freed.wait()
            self._taken += 1

    def __exit__(self, *_: object) -> None:
        with self._freed:
            self._taken -= 1
            self._freed.notify()


class _Host:
    """What all clients of one host share."""

    def __init__(self, turns: Turns, lanes: Lanes) -> None:
        self.turns = turns
        self.lanes = lanes


#: Every host that some client is open for. It is forgotten with its last client.
_HOSTS: "WeakValueDictionary[tuple[str, object, object], _Host]" = WeakValueDictionary()
_KNOWING = threading.Lock()


def _host(name: str, settings: SourceSettings, monotonic: Callable[[], float], sleep: Callable[[float], None]) -> _Host:
    with _KNOWING:
        host = _HOSTS.get((name, monotonic, sleep))
        if host is None:
            turns = Turns(settings.requests_per_second, monotonic=monotonic, sleep=sleep)
            host = _HOSTS[name, monotonic, sleep] = _Host(turns, Lanes(settings.concurrency))
        host.turns.at_most(settings.requests_per_second)
        host.lanes.at_most(settings.concurrency)
        return host


class _Allowance:
    """The seconds that one look-up may still take. Waiting for our own turn does not count: that is not the source's
    doing, and a slow rate would otherwise turn into failures."""

    def __init__(self, seconds: float, monotonic: Callable[[], float]) -> None:
        self.seconds = seconds
        self._monotonic = monotonic
        self._ends = monotonic() + seconds

    def left(self) -> float:
        return self._ends - self._monotonic()

    def give_back(self, seconds: float) -> None:
        self._ends += seconds

    def used_up(self) -> SourceUnavailable:
        return SourceUnavailable(f"it did not answer whole within the {self.seconds:g} seconds allowed for one look-up")


class Client:
    """One source's client, to be shared by threads; use it as a context manager.

    One client is one host; all clients of a host keep the strictest of their limits together. The first wait between attempts is `first_wait` seconds (plus as
    much again at random), then doubles up to `longest_wait`. Raises UsageError for an address that is not http(s).
    """

    def __init__(
        self,
        settings: SourceSettings,
        *,
        first_wait: float = 0.5,
        longest_wait: float = 8.0,
        max_bytes: int = MAX_BYTES,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._settings = settings
        self._parts = _parts(settings.url)
        self._first_wait = first_wait
        self._longest_wait = longest_wait
        self._max_bytes = max_bytes
        self._monotonic = monotonic
        self._host = _host(self._parts.netloc.rpartition("@")[2].casefold(), settings, monotonic, sleep)
        self._opening = threading.Lock()
        self._http: httpx.Client | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        if self._http is not None:
            self._http.close()

    def address(self, params: Mapping[str, str]) -> str:
        """Return the address that `get(params)` asks, fit for records: without the key and without a password."""
        key = self._settings.key
        kept = [(name, value) for name, value in self._query(params) if not key or value != key]
        host = self._parts.netloc.rpartition("@")[2]
        return self._parts._replace(netloc=host, query=urlencode(kept)).geturl()

    def get(self, params: Mapping[str, str]) -> Answer:
        """Ask the source once, in as many attempts as the settings allow, and return its answer (HTTP 200 only).

        Attempts are repeated after HTTP 429 and 5xx, time-outs and broken connections. A wait that the source asks for
        is obeyed when it ends before the deadline; else the look-up ends at once. Redirects are not followed: a record
        from another host is not this source's word. Raises SourceUnavailable.
        """
        url = self._parts._replace(query=urlencode(self._query(params))).geturl()
        body = self._repeat(url, {}, self._receive)
        return Answer(body, self.address(params), clock.stamp(clock.now()))

    def download(self, to: BinaryIO, *, etag: str | None = None, last_modified: str | None = None) -> Download:
        """Write the file at the source's address to an open file, a piece at a time and bounded.

        `etag` and `last_modified` are those of the file that is held already: where the source says that it has not
        changed (HTTP 304), nothing is written. A file may lie elsewhere: up to three redirects are followed, to https
        or on the same host. Else as `get`. Raises SourceUnavailable.
        """
        known = {"If-None-Match": etag, "If-Modified-Since": last_modified}
        headers = {name: value for name, value in known.items() if value}
        url = self._parts._replace(query=urlencode(self._query({}))).geturl()
        address = self.address({})
        for _redirect in range(_REDIRECTS + 1):
            found = self._repeat(url, headers, partial(self._receive_file, to, address))
            if isinstance(found, Download):
                return found
            url = self._elsewhere(url, found)
        raise SourceUnavailable("it sent us from address to address")

    def _elsewhere(self, url: str, location: str) -> str:
        target = urlsplit(urljoin(url, location))
        if target.scheme != "https" and target.netloc != self._parts.netloc:
            raise SourceUnavailable("it sent us to an address that is not https; see the url in the settings")
        return target.geturl()

    def _repeat(self, url: str, headers: Mapping[str, str], receive: "_Receive[T]") -> T:
        """Ask in as many attempts as the settings allow."""
        import stamina

        http = self._open()
        allowance = _Allowance(self._settings.deadline_seconds, self._monotonic)
        backoff = 0.0

        def ask_again(problem: Exception) -> bool | timedelta:
            if not isinstance(problem, _MayPass):
                return False
            wait = backoff if problem.retry_after is None else problem.retry_after
            if wait >= allowance.left():
                return False
            return True if problem.retry_after is None else timedelta(seconds=wait)

        try:
            for attempt in stamina.retry_context(
                on=ask_again,
                attempts=self._settings.attempts,
                timeout=None,  # the deadline is kept by ask_again, which knows of our own waiting
                wait_initial=self._first_wait,
                wait_max=self._longest_wait,
                wait_jitter=self._first_wait,
            ):
                backoff = attempt.next_wait
                with attempt:
                    return self._ask(http, url, headers, allowance, receive)
        except _MayPass as problem:
            reason = str(problem)
            if problem.retry_after is not None and problem.retry_after >= allowance.left():
                reason += f" and asked us to wait longer than the {allowance.seconds:g} seconds allowed for one look-up"
            raise SourceUnavailable(reason) from problem
        raise AssertionError("the last attempt returns or raises")

    def _query(self, params: Mapping[str, str]) -> list[tuple[str, str]]:
        return [*parse_qsl(self._parts.query, keep_blank_values=True), *params.items()]

    def _open(self) -> "httpx.Client":
        """Make the one httpx client, at the first look-up."""
        with self._opening:
            if self._http is None:
                import httpx
                import stamina.instrumentation

                # stamina writes a line to stderr for every retry; ours are told once, in the outcome.
                stamina.instrumentation.set_on_retry_hooks(())
                lanes = self._settings.concurrency
                try:
                    self._http = httpx.Client(
                        follow_redirects=False,
                        limits=httpx.Limits(max_connections=lanes, max_keepalive_connections=lanes),
                        # Uncompressed, so that the size bound holds before a body is unpacked.
                        headers={"User-Agent": f"credkit/{__version__}", "Accept-Encoding": "identity"},
                    )
                except (OSError, ValueError, ImportError, httpx.InvalidURL) as error:
                    raise SourceUnavailable(
                        "this machine's proxy or certificate settings (HTTPS_PROXY, SSL_CERT_FILE) cannot be used"
                    ) from error
            return self._http

    def _ask(
        self,
        http: "httpx.Client",
        url: str,
        headers: Mapping[str, str],
        allowance: _Allowance,
        receive: "_Receive[T]",
    ) -> T:
        """Make one attempt, in its turn, and map every foreign exception."""
        import httpx

        queued = self._monotonic()
        with self._host.lanes:
            # The lane first, then the turn: turns taken earlier could pile up at the lanes and leave together.
            self._host.turns.take()
            allowance.give_back(self._monotonic() - queued)
            left = allowance.left()
            if left <= 0:
                raise allowance.used_up()
            seconds = min(self._settings.timeout_seconds, left)
            try:
                with http.stream("GET", url, headers=headers, timeout=seconds) as response:
                    _refuse_trouble(response)
                    return receive(response, allowance)
            except httpx.TimeoutException as error:
                raise _MayPass("it did not answer in time") from error
            except httpx.ConnectError as error:
                if "CERTIFICATE_VERIFY_FAILED" in str(error):
                    raise SourceUnavailable("its certificate is not one that this machine trusts") from error
                raise _MayPass(f"no connection to {self._parts.hostname}") from error
            except httpx.TransportError as error:
                raise _MayPass("the connection broke off") from error
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                raise SourceUnavailable("its answer is not proper HTTP") from error

    def _receive(self, response: "httpx.Response", allowance: _Allowance) -> bytes:
        """Read the body while it stays within its size and its time; the time is looked at with each piece."""
        status = response.status_code
        if response.is_redirect:
            raise SourceUnavailable(f"it sent us to another address (HTTP {status}); see the url in the settings")
        if status != HTTPStatus.OK:
            raise SourceUnavailable(f"it answered HTTP {status}")
        body = bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._max_bytes:
                raise SourceUnavailable(f"its answer is larger than {self._max_bytes:,} bytes")
            if allowance.left() <= 0:
                raise allowance.used_up()
        return bytes(body)

    def _receive_file(
        self, to: BinaryIO, address: str, response: "httpx.Response", allowance: _Allowance
    ) -> Download | str:
        """Write the body out as it comes; return what it is, or the address that the source sends us to."""
        status = response.status_code
        said = {"etag": response.headers.get("ETag"), "last_modified": response.headers.get("Last-Modified")}
        if status == HTTPStatus.NOT_MODIFIED:
            return Download(address, modified=False, **said)
        if response.is_redirect and (location := response.headers.get("Location")):
            return str(location)
        if status != HTTPStatus.OK:
            raise SourceUnavailable(f"it answered HTTP {status}")
        to.seek(0)
        to.truncate()
        size = 0
        for piece in response.iter_bytes():
            size += len(piece)
            if size > self._max_bytes:
                raise SourceUnavailable(f"its answer is larger than {self._max_bytes:,} bytes")
            if allowance.left() <= 0:
                raise allowance.used_up()
            to.write(piece)
        if not size:
            raise SourceUnavailable("its answer is empty")
        return Download(address, modified=True, **said)


def _refuse_trouble(response: "httpx.Response") -> None:
    status = response.status_code
    if status == HTTPStatus.TOO_MANY_REQUESTS or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise _MayPass(f"it answered HTTP {status}", _retry_after(response.headers))


def _parts(url: str) -> SplitResult:
    """Take the address of a source apart."""
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a bad port, or brackets that do not close
        good = False
    if not good:
        raise UsageError(
            "The url of a source in the settings is not an http or https address.",
            hint='Write it as url = "https://npiregistry.cms.hhs.gov/api/".',
        )
    return parts._replace(fragment="")


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Read Retry-After (RFC 9110 section 10.2.3): seconds, or an HTTP date; None where it is missing or neither.

    A date is held against the answer's own Date, so that neither our clock nor a simulated one matters.
    """
    stated = headers.get("Retry-After", "").strip()
    if not stated:
        return None
    if re.fullmatch(r"[0-9]+(\.[0-9]+)?", stated):
        # The rule has whole seconds; some servers send parts. Nothing waits longer than a day, or overflows.
        return min(float(stated[:20]), _A_DAY)
    try:
        until = parsedate_to_datetime(stated)
        since = parsedate_to_datetime(headers["Date"]) if "Date" in headers else clock.now()
    except ValueError:
        return None
    # A date without a zone is UTC by the rule; Python leaves "-0000" naive.
    until, since = (moment if moment.tzinfo else moment.replace(tzinfo=UTC) for moment in (until, since))
    return min(max(0.0, (until - since).total_seconds()), _A_DAY)
