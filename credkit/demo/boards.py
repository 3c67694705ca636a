"""A local server that answers as the six states' data portals do, and as the Texas Council's files: real sockets on
127.0.0.1, invented people.

A portal's dataset is rows of text. It understands the questions that credkit asks (`$select`, `$where` with =, in and like,
`$limit`), leaves out what is blank as the portals do, and answers an unknown column with HTTP 400 and the portals' own
error. The ways in which it fails are switched on by the caller.
"""

import csv
import io
import json
import re
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from credkit.settings import Boards, Colorado, Connecticut, Delaware, Illinois, Settings, Sources, Texas, Washington

Row = Mapping[str, str | int | bool | Mapping[str, str]]

_HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Sign in to go on.</body></html>"
_LITERAL = r"'((?:[^']|'')*)'"
_CONDITION = re.compile(rf"(\w+) (?:(=) {_LITERAL}|(like) {_LITERAL}|(in) \(((?:{_LITERAL}(?:, )?)+)\))")


def _columns(text: str) -> tuple[str, ...]:
    return tuple(text.split())


#: The datasets by id, with their columns.
DATASETS: dict[str, tuple[str, ...]] = {
    "qxh8-f4bd": _columns(
        "credentialnumber lastname firstname middlename credentialtype status birthyear ceduedate firstissuedate "
        "lastissuedate expirationdate actiontaken"
    ),
    "7s5z-vewr": _columns(
        "lastname firstname middlename suffix entityname city state mailzipcode licensetype subcategory licensenumber "
        "licensefirstissuedate licenseexpirationdate licensestatusdescription specialty linktoverifylicense programaction "
        "casenumber disciplineeffectivedate"
    ),
    "ngch-56tr": _columns(
        "credentialid name type businessname dba fullcredentialcode credentialnumber credentialtype credential status "
        "statusreason issuedate effectivedate expirationdate city state recordrefreshedon"
    ),
    "pzzh-kp68": _columns(
        "license_type description license_number license_status business title first_name middle last_name suffix "
        "business_name businessdba original_issue_date effective_date expiration_date city state zip county "
        "ever_disciplined discipline_start_date action discipline_reason specialty_qualifier"
    ),
    "pjnv-eaih": _columns(
        "last_name first_name combined_name license_no profession_id license_type city state zip_code country issue_date "
        "expiration_date disciplinary_action license_status"
    ),
    "dz6p-akeq": _columns("last_name first_name license_id_l license_type disp_start item_text"),
    "tm3v-pfq9": _columns(
        "license_number last_name first_name license_type registration_status license_status license_expiration_date "
        "disciplinary_status current_board_action_date current_board_action_description"
    ),
    "tgb2-j935": _columns(
        "license_number last_name first_name middle_name license_status lincense_expiration_date "
        "texas_license_issuance_date current_board_action date_of_board_action_imposed"
    ),
    "yjie-tuwv": _columns("license_number last_name first_name middle_name license_status lincense_expiration_date"),
    "jnzg-cr4w": _columns(
        "license_number last_name first_name license_status lincense_expiration_date apn_category apn_status"
    ),
}
#: The Council's files, with their header.
BHEC_HEADER = (
    "LIC_TYPE", "RANK", "LIC_NBR", "ENTITY_NBR", "Last_Nme", "First_Nme", "Middle_Nme", "SFX_Nme", "LIC_STATUS",
    "LIC_EXPR_DTE", "RANK_EFCT_DTE", "DISCPL_ACTN",
)  # fmt: skip
BHEC_FILES = ("LPC", "SW", "MFT", "PSY")


class BoardFault(StrEnum):
    """A way for a question to go wrong."""

    HTML = "html"  # HTTP 200 with a web page
    TRUNCATED = "truncated"  # the right answer, cut in half, as if it were whole
    EMPTY = "empty"  # HTTP 200 without a body
    WRONG_TYPE = "wrong type"  # HTTP 200 with CSV where JSON is asked for, and the other way round
    ERROR_BODY = "error body"  # HTTP 200 with the portals' error
    FORBIDDEN = "forbidden"  # HTTP 403
    TOO_MANY = "too many"  # HTTP 429
    TOO_MANY_SOON = "too many, soon"  # HTTP 429 with Retry-After: 0
    SERVER_ERROR = "server error"  # HTTP 500
    REDIRECT = "redirect"  # HTTP 302 to a login page elsewhere
    STALL = "stall"  # nothing, until the server closes
    DROP = "drop"  # the connection closed without a word
    CUT_OFF = "cut off"  # as many rows as the limit allows


@dataclass(frozen=True, slots=True)
class Question:
    """One request: its path, its parameters, and when it came (monotonic seconds)."""

    path: str
    query: Mapping[str, str]
    at: float


class BoardServer:
    """The portals on a free port of 127.0.0.1; a context manager that gives itself, with its address as `url`.

    `rows` are by dataset id (or a Council file's name). `gone` are columns that a dataset does not have any more.
    """

    def __init__(self, rows: Mapping[str, Sequence[Row]] | None = None, *, latency: float = 0.0) -> None:
        self.rows: dict[str, list[Row]] = {name: list(some) for name, some in (rows or {}).items()}
        self.gone: dict[str, frozenset[str]] = {}
        self.latency = latency
        self.received: list[Question] = []
        self.url = ""
        self._faults: dict[str, BoardFault] = {}
        self._next: list[BoardFault] = []
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def __enter__(self) -> Self:
        server = self._server = _Server(("127.0.0.1", 0), self)
        self.url = f"http://127.0.0.1:{server.server_address[1]}/"
        self._thread = threading.Thread(target=server.serve_forever, args=(0.02,), name="simulated boards")
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
        self._server.server_close()

    def settings(self, **more: Any) -> Settings:
        """Return settings that ask this server in the place of every state's."""
        told: dict[str, Any] = {"requests_per_second": 10_000, "attempts": 1, "timeout_seconds": 2.0} | more
        resource = {"url": f"{self.url}resource/"} | told
        boards = Boards(
            CO=Colorado(**resource),
            CT=Connecticut(**resource),
            DE=Delaware(**resource),
            IL=Illinois(**resource),
            TX=Texas(**resource, bhec_url=f"{self.url}csv/"),
            WA=Washington(**resource),
        )
        return Settings(sources=Sources(boards=boards))

    def toml(self, *states: str) -> str:
        """Return the same as lines of a settings file, for some states."""
        lines = ["[sources.boards]", f"states = {json.dumps(states)}"]
        for state in states:
            lines += [
                f"[sources.boards.{state}]",
                f'url = "{self.url}resource/"',
                "requests_per_second = 1000",
                "attempts = 1",
            ]
            lines += [f'bhec_url = "{self.url}csv/"'] if state == "TX" else []
        return "\n".join(lines) + "\n"

    def fail(self, name: str, fault: BoardFault) -> None:
        """Let every question to a dataset (its id) or a file (its name) meet a fault, until `mend`."""
        with self._lock:
            self._faults[name] = fault

    def fail_next(self, times: int, fault: BoardFault) -> None:
        """Let the next questions meet a fault, whatever they ask."""
        with self._lock:
            self._next.extend([fault] * times)

    def mend(self) -> None:
        """End every fault, and bring every column back."""
        with self._lock:
            self._faults.clear()
            self._next.clear()
            self.gone.clear()

    def note(self, question: Question, name: str) -> BoardFault | None:
        """Keep a question, and return the fault that it is to meet."""
        with self._lock:
            self.received.append(question)
            return self._next.pop(0) if self._next else self._faults.get(name)

    def pause(self, seconds: float) -> None:
        """Wait, no longer than the server is open."""
        if seconds > 0:
            self._closing.wait(seconds)

    def answer(self, name: str, query: Mapping[str, str]) -> tuple[HTTPStatus, bytes]:
        """Return a portal's answer to a question about a dataset."""
        known = [column for column in DATASETS[name] if column not in self.gone.get(name, ())]
        asked = query.get("$select", "*").split(",")
        where = query.get("$where", "")
        used = [column for column in asked if column != "*"] + [match[0] for match in _CONDITION.findall(where)]
        for column in used:
            if column not in known:
                return HTTPStatus.BAD_REQUEST, json.dumps(no_such_column(column)).encode()
        limit = int(query.get("$limit", "1000"))
        found = [row for row in self.rows.get(name, ()) if _holds(where, row)][:limit]
        shown = known if asked == ["*"] else asked
        return HTTPStatus.OK, json.dumps(
            [{column: row[column] for column in shown if row.get(column, "") != ""} for row in found]
        ).encode()

    def file(self, name: str) -> bytes:
        """Return one of the Council's files."""
        header = [column for column in BHEC_HEADER if column not in self.gone.get(name, ())]
        out = io.StringIO()
        writer = csv.DictWriter(out, header, restval="", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(self.rows.get(name, ()))
        return out.getvalue().encode()


def no_such_column(column: str) -> dict[str, Any]:
    """Return the portals' error about a column that they do not have."""
    return {
        "code": "query.soql.no-such-column",
        "error": True,
        "message": f"Query coordinator error: query.soql.no-such-column; No such column: {column}; position: Map(row -> 1)",
        "data": {"column": column},
    }


def _holds(where: str, row: Row) -> bool:
    """Say whether a row meets one of the conditions that stand with OR between them."""
    if not where:
        return True
    for column, equal, one, like, pattern, _in, several, _last in _CONDITION.findall(where):
        cell = str(row.get(column, ""))
        if equal and cell == _bare(one):
            return True
        if like and cell.endswith(_bare(pattern).removeprefix("%")):
            return True
        if several and cell in {_bare(text) for text in re.findall(_LITERAL, several)}:
            return True
    return False


def _bare(literal: str) -> str:
    return literal.replace("''", "'")


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], boards: BoardServer) -> None:
        self.boards = boards
        super().__init__(address, _Answering)

    def handle_error(self, request: Any, client_address: Any) -> None:
        # A client that hangs up is what some tests are about; anything else is a bug of this server.
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Answering(BaseHTTPRequestHandler):
    """Answers one request; the connection is then closed, so that none outlives the server."""

    server: _Server

    def do_GET(self) -> None:
        boards = self.server.boards
        parts = urlsplit(self.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        name = parts.path.rsplit("/", 1)[-1].removesuffix(".json").removesuffix(".csv")
        fault = boards.note(Question(parts.path, query, time.monotonic()), name)
        boards.pause(boards.latency)
        if parts.path.startswith("/csv/") and name in BHEC_FILES:
            status, body, kind = HTTPStatus.OK, boards.file(name), "text/csv"
        elif parts.path.startswith("/resource/") and name in DATASETS:
            (status, body), kind = boards.answer(name, query), "application/json"
        else:
            status, body, kind = HTTPStatus.NOT_FOUND, b"", "text/plain"
        if fault is None:
            self._send(status, body, kind)
        else:
            self._fail(fault, body, kind, name, int(query.get("$limit", "1000")))

    def _fail(self, fault: BoardFault, body: bytes, kind: str, name: str, limit: int) -> None:
        match fault:
            case BoardFault.HTML:
                self._send(HTTPStatus.OK, _HTML, "text/html")
            case BoardFault.TRUNCATED:
                self._send(HTTPStatus.OK, body[: max(1, len(body) - 9)], kind)
            case BoardFault.EMPTY:
                self._send(HTTPStatus.OK, b"", kind)
            case BoardFault.WRONG_TYPE:
                self._send(
                    HTTPStatus.OK, *((b"[]", "application/json") if kind == "text/csv" else (b"a,b\n1,2\n", "text/csv"))
                )
            case BoardFault.ERROR_BODY:
                error = {"code": "internal-error", "error": True, "message": "Internal error"}
                self._send(HTTPStatus.OK, json.dumps(error).encode(), kind)
            case BoardFault.FORBIDDEN:
                self._send(HTTPStatus.FORBIDDEN, b"", kind)
            case BoardFault.TOO_MANY:
                self._send(HTTPStatus.TOO_MANY_REQUESTS, b"", kind)
            case BoardFault.TOO_MANY_SOON:
                self._send(HTTPStatus.TOO_MANY_REQUESTS, b"", kind, {"Retry-After": "0"})
            case BoardFault.SERVER_ERROR:
                self._send(HTTPStatus.INTERNAL_SERVER_ERROR, b"", kind)
            case BoardFault.REDIRECT:
                self._send(HTTPStatus.FOUND, b"", kind, {"Location": "http://elsewhere.invalid/login"})
            case BoardFault.STALL:
                self.server.boards.pause(30)
            case BoardFault.DROP:
                self.close_connection = True
            case BoardFault.CUT_OFF:
                row = dict.fromkeys(DATASETS.get(name, ()), "1")
                self._send(HTTPStatus.OK, json.dumps([row] * limit).encode(), kind)

    def _send(self, status: HTTPStatus, body: bytes, kind: str, extra: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in (extra or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is http.server's
        """Say nothing: stderr belongs to the command that is shown."""
