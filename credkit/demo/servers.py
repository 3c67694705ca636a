"""Local servers that answer like the sources, for the demo and the tests: real sockets on 127.0.0.1, invented people.

`NppesServer` speaks the NPI registry's API version 2.1: its exact JSON, its errors with HTTP 200, and, switched on by the
caller, the ways in which it and the network between us fail.
"""

import json
import socket
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

_NPI_DIGITS = 10
_HTML = b"<!DOCTYPE html><html><head><title>Maintenance</title></head><body>We will be back.</body></html>"


@dataclass(frozen=True, slots=True)
class RegistryEntry:
    """One number of the simulated registry: a person, or, with `organization`, a group.

    `licenses` are (state, number) pairs, each of which becomes a taxonomy line, the first the primary one; without any
    there is one line with neither. `former_names` are (first, last) pairs. A deactivated number shows nothing of it.
    """

    first_name: str = ""
    last_name: str = ""
    middle_name: str = ""
    credential: str = ""
    taxonomy: str = "1041C0700X"
    description: str = "Social Worker, Clinical"
    licenses: tuple[tuple[str, str], ...] = ()
    former_names: tuple[tuple[str, str], ...] = ()
    organization: str = ""
    state: str = "NC"
    deactivated: bool = False


_SOMEBODY_ELSE = RegistryEntry("Zephyrine", "Otherly")


class FaultKind(StrEnum):
    """A way for a look-up to go wrong."""

    TOO_MANY = "too many requests"  # HTTP 429, with Retry-After where `retry_after` says so
    SERVER_ERROR = "server error"  # HTTP 500
    SLOW = "slow"  # the right answer, `seconds` late
    DRIP = "drip"  # the right answer, a byte every `seconds`
    HTML = "html"  # HTTP 200 with a web page
    BAD_JSON = "bad json"  # the right answer, cut in half, as if it were whole
    DROP = "drop"  # the connection closed without a word
    CUT = "cut"  # the connection closed in the middle of the body
    REDIRECT = "redirect"  # HTTP 302 to another host
    WRONG_PERSON = "wrong person"  # somebody else's record under this number
    WRONG_NUMBER = "wrong number"  # the record of another number
    ORGANIZATION = "organization"  # an organization's record under this number


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault. `seconds` is for SLOW and DRIP; `retry_after` is the header of TOO_MANY and SERVER_ERROR, as sent."""

    kind: FaultKind
    seconds: float = 0.0
    retry_after: str | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """One request: the number it asked for ("" for none), when it came (monotonic seconds), and by whom."""

    npi: str
    at: float
    user_agent: str
    target: str


class NppesServer:
    """The registry on a free port of 127.0.0.1; a context manager that gives itself, with its address as `url`.

    `raw` bodies go before `records` and are served byte for byte. `latency` is in seconds, before every answer.
    """

    def __init__(
        self,
        records: Mapping[str, RegistryEntry] | None = None,
        *,
        raw: Mapping[str, bytes] | None = None,
        latency: float = 0.0,
    ) -> None:
        self.records = dict(records or {})
        self.raw = dict(raw or {})
        self.latency = latency
        self.received: list[Received] = []
        self.url = ""
        self._faults: dict[str, Fault] = {}
        self._next_faults: list[Fault] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        server = self._server = _Server(("127.0.0.1", 0), self)
        self.url = f"http://127.0.0.1:{server.server_address[1]}/api/"
        # Looked at often, so that closing a server costs a test 20 ms and not 500.
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="simulated NPPES")
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._closing.set()
        self._server.shutdown()
        self._thread.join()
        self._server.hang_up()
        self._server.server_close()

    def fail(self, npi: str, fault: Fault) -> None:
        """Let every request for `npi` meet `fault`, until `mend`."""
        with self._lock:
            self._faults[npi] = fault

    def fail_next(self, times: int, fault: Fault) -> None:
        """Let the next `times` requests meet `fault`, whomever they ask for."""
        with self._lock:
            self._next_faults.extend([fault] * times)

    def mend(self) -> None:
        """End every fault."""
        with self._lock:
            self._faults.clear()
            self._next_faults.clear()

    def note(self, received: Received) -> Fault | None:
        """Keep a request, and return the fault that it is to meet."""
        with self._lock:
            self.received.append(received)
            return self._next_faults.pop(0) if self._next_faults else self._faults.get(received.npi)

    def pause(self, seconds: float) -> bool:
        """Wait, and say whether the server is still open."""
        return not self._closing.wait(seconds) if seconds > 0 else not self._closing.is_set()

    def body(self, query: Mapping[str, list[str]], fault: Fault | None = None) -> bytes:
        """Return the registry's answer to a query."""
        npi = query.get("number", [""])[0]
        if fault is not None and fault.kind is FaultKind.WRONG_PERSON:
            return _json(_found(npi, _SOMEBODY_ELSE))
        if fault is not None and fault.kind is FaultKind.WRONG_NUMBER:
            return _json(_found("1000000103" if npi != "1000000103" else "1000000038", _SOMEBODY_ELSE))
        if fault is not None and fault.kind is FaultKind.ORGANIZATION:
            return _json(_found(npi, RegistryEntry(organization="EXAMPLE THERAPY GROUP, PLLC")))
        if npi in self.raw:
            return self.raw[npi]
        return _json(_answer(npi, query, self.records))


class _Server(ThreadingHTTPServer):
    """Keeps its connections, so that it can end those which clients hold open."""

    daemon_threads = False  # so that server_close waits for them, and no socket outlives the test
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], registry: NppesServer) -> None:
        self.registry = registry
        self._connections: set[socket.socket] = set()
        self._lock = threading.Lock()
        super().__init__(address, _Answering)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End every connection that is still open; its thread then ends by itself."""
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the client was first

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that hangs up is what some tests are about; anything else is a bug of this server.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Answering(BaseHTTPRequestHandler):
    """Answers one connection's requests, one after another."""

    protocol_version = "HTTP/1.1"  # connections are kept, as the registry does
    disable_nagle_algorithm = True  # else a kept connection would add 40 ms of its own
    wbufsize = -1  # head and body leave together
    server: _Server

    def do_GET(self) -> None:
        registry = self.server.registry
        query = parse_qs(urlsplit(self.path).query)
        npi = query.get("number", [""])[0]
        fault = registry.note(Received(npi, time.monotonic(), self.headers.get("User-Agent", ""), self.path))
        late = fault.seconds if fault is not None and fault.kind is FaultKind.SLOW else 0.0
        if not registry.pause(registry.latency + late):
            self.close_connection = True
            return
        body = registry.body(query, fault)
        if fault is None:
            self._send(body)
        else:
            self._fail(fault, body)

    def _fail(self, fault: Fault, body: bytes) -> None:
        extra = {} if fault.retry_after is None else {"Retry-After": fault.retry_after}
        match fault.kind:
            case FaultKind.TOO_MANY:
                self._send(b"", HTTPStatus.TOO_MANY_REQUESTS, extra)
            case FaultKind.SERVER_ERROR:
                self._send(b"", HTTPStatus.INTERNAL_SERVER_ERROR, extra)
            case FaultKind.REDIRECT:
                self._send(b"", HTTPStatus.FOUND, {"Location": "http://elsewhere.invalid/api/"})
            case FaultKind.HTML:
                self._send(_HTML, content_type="text/html")
            case FaultKind.BAD_JSON:
                self._send(body[: len(body) // 2])
            case FaultKind.DROP:
                self.close_connection = True
            case FaultKind.CUT:
                self._head(len(body))
                self.wfile.write(body[: len(body) // 2])
                self.close_connection = True
            case FaultKind.DRIP:
                self._head(len(body))
                for byte in body:
                    self.wfile.write(bytes([byte]))
                    self.wfile.flush()
                    if not self.server.registry.pause(fault.seconds):
                        break
                self.close_connection = True
            case FaultKind.SLOW | FaultKind.WRONG_PERSON | FaultKind.WRONG_NUMBER | FaultKind.ORGANIZATION:
                self._send(body)

    def _head(
        self,
        length: int,
        status: HTTPStatus = HTTPStatus.OK,
        extra: Mapping[str, str] | None = None,
        content_type: str = "application/json",
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(length))
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.end_headers()

    def _send(
        self,
        body: bytes,
        status: HTTPStatus = HTTPStatus.OK,
        extra: Mapping[str, str] | None = None,
        content_type: str = "application/json",
    ) -> None:
        self._head(len(body), status, extra, content_type)
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing: stderr belongs to the command that is shown."""


def _json(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer).encode()


def _error(field: str, number: str, description: str) -> dict[str, Any]:
    return {"Errors": [{"field": field, "number": number, "description": description}]}


def _answer(npi: str, query: Mapping[str, list[str]], records: Mapping[str, RegistryEntry]) -> dict[str, Any]:
    if not npi:
        if query.get("enumeration_type"):
            return _error("enumeration_type", "09", "enumeration_type requires additional search criteria")
        return _error("generic", "04", "No valid search criteria provided")
    if not (len(npi) == _NPI_DIGITS and npi.isascii() and npi.isdigit()):
        return _error("number", "06", "NPI must be 10 digits")
    entry = records.get(npi)
    if entry is None:
        return {"result_count": 0, "results": []}
    if entry.deactivated:
        return _error(
            "number",
            "15",
            f"CMS deactivated NPI {npi}. The provider can no longer use this NPI. Our public registry does not display "
            "provider information about NPIs that are not in service.",
        )
    return _found(npi, entry)


def _found(npi: str, entry: RegistryEntry) -> dict[str, Any]:
    """Return one record as the registry prints it: upper case, empty keys left out, "--" for no prefix."""
    person = not entry.organization
    if person:
        basic = {
            "credential": entry.credential.upper(),
            "enumeration_date": "2012-05-14",
            "first_name": entry.first_name.upper(),
            "last_name": entry.last_name.upper(),
            "last_updated": "2024-02-19",
            "middle_name": entry.middle_name.upper(),
            "name_prefix": "--",
            "name_suffix": "--",
            "sex": "F",
            "sole_proprietor": "NO",
            "status": "A",
        }
        other_names = [
            {"code": "1", "first_name": first.upper(), "last_name": last.upper(), "type": "Former Name"}
            for first, last in entry.former_names
        ]
    else:
        basic = {
            "authorized_official_first_name": "SAMPLE",
            "authorized_official_last_name": "OFFICIAL",
            "authorized_official_telephone_number": "5555550100",
            "authorized_official_title_or_position": "Owner",
            "enumeration_date": "2012-05-14",
            "last_updated": "2024-02-19",
            "organization_name": entry.organization.upper(),
            "organizational_subpart": "NO",
            "status": "A",
        }
        other_names = [
            {"code": "3", "organization_name": last.upper(), "type": "Doing Business As"}
            for _first, last in entry.former_names
        ]
    lines: tuple[tuple[str | None, str | None], ...] = entry.licenses or ((None, None),)
    record = {
        "addresses": [_address(purpose, entry) for purpose in ("MAILING", "LOCATION")],
        "basic": {name: value for name, value in basic.items() if value},
        "created_epoch": "1336953600000",
        "endpoints": [],
        "enumeration_type": "NPI-1" if person else "NPI-2",
        "identifiers": [],
        "last_updated_epoch": "1708300800000",
        "number": npi,
        "other_names": other_names,
        "practiceLocations": [],
        "taxonomies": [
            {
                "code": entry.taxonomy,
                "desc": entry.description,
                "license": number,
                "primary": place == 0,
                "state": state,
                "taxonomy_group": "" if person else "193200000X - Multi-Specialty Group",
            }
            for place, (state, number) in enumerate(lines)
        ],
    }
    return {"result_count": 1, "results": [record]}


def _address(purpose: str, entry: RegistryEntry) -> dict[str, str]:
    return {
        "address_1": "100 EXAMPLE ST",
        "address_purpose": purpose,
        "address_type": "DOM",
        "city": "SAMPLETON",
        "country_code": "US",
        "country_name": "United States",
        "postal_code": "000000000",
        "state": entry.state,
        "telephone_number": "555-555-0100",
    }
