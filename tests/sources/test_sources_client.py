"""The HTTP client against a real local server: turns, retries, deadlines, and what its messages never say."""

import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from credkit.demo.servers import Fault, FaultKind, NppesServer, RegistryEntry
from credkit.errors import UsageError
from credkit.settings import SourceSettings
from credkit.sources.client import Client, SourceUnavailable, Turns, _retry_after

NPI = "1000000004"
PARAMS = {"version": "2.1", "number": NPI}


@pytest.fixture
def server() -> Iterator[NppesServer]:
    with NppesServer({NPI: RegistryEntry("Vesper", "Quillon")}) as running:
        yield running


def settings(url: str, **changes: float | str) -> SourceSettings:
    base = {"url": url, "requests_per_second": 10_000, "timeout_seconds": 20, "deadline_seconds": 40}
    return SourceSettings.model_validate(base | changes)


def client(url: str, *, max_bytes: int = 10_000_000, **changes: float | str) -> Client:
    return Client(settings(url, **changes), first_wait=0.01, longest_wait=0.02, max_bytes=max_bytes)


def why_not(asked: Client) -> str:
    with asked, pytest.raises(SourceUnavailable) as raised:
        asked.get(PARAMS)
    return str(raised.value)


def test_an_answer_is_the_body_its_address_and_its_moment(server: NppesServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDKIT_NOW", "2026-03-31T09:00:00")
    with client(server.url) as asked:
        answer = asked.get(PARAMS)
    assert b'"QUILLON"' in answer.body
    assert answer.address == f"{server.url}?version=2.1&number={NPI}"
    assert answer.fetched_at == "2026-03-31T09:00:00.000000Z"
    assert server.received[0].user_agent.startswith("credkit/")


def test_no_key_and_no_password_in_the_address(server: NppesServer) -> None:
    with_password = server.url.replace("http://", "http://someone:hush@") + "?api_key=k3y&format=json"
    with client(with_password, key="k3y") as asked:
        answer = asked.get({"number": NPI, "token": "k3y"})
    assert answer.address == f"{server.url}?format=json&number={NPI}"
    assert server.received[0].target == f"/api/?api_key=k3y&format=json&number={NPI}&token=k3y"


@pytest.mark.parametrize("kind", [FaultKind.TOO_MANY, FaultKind.SERVER_ERROR, FaultKind.DROP, FaultKind.CUT])
def test_passing_trouble_is_asked_again(server: NppesServer, kind: FaultKind) -> None:
    server.fail_next(2, Fault(kind))
    with client(server.url) as asked:
        assert b"QUILLON" in asked.get(PARAMS).body
    assert len(server.received) == 3


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (FaultKind.TOO_MANY, "it answered HTTP 429"),
        (FaultKind.SERVER_ERROR, "it answered HTTP 500"),
        (FaultKind.DROP, "the connection broke off"),
        (FaultKind.CUT, "the connection broke off"),
    ],
)
def test_attempts_end_with_the_reason(server: NppesServer, kind: FaultKind, reason: str) -> None:
    server.fail(NPI, Fault(kind))
    assert why_not(client(server.url, attempts=3)) == reason
    assert len(server.received) == 3


def test_a_redirect_is_not_followed_and_not_asked_again(server: NppesServer) -> None:
    server.fail(NPI, Fault(FaultKind.REDIRECT))
    assert why_not(client(server.url)).startswith("it sent us to another address (HTTP 302)")
    assert len(server.received) == 1


def test_a_slow_answer_times_out_and_a_later_one_serves(server: NppesServer) -> None:
    server.fail_next(1, Fault(FaultKind.SLOW, seconds=60))
    with client(server.url, timeout_seconds=1) as asked:
        assert b"QUILLON" in asked.get(PARAMS).body
    assert len(server.received) >= 2


class Clockwork(NppesServer):
    """A registry whose pauses, and whose clients' waits, pass on a clock of its own and take next to no time."""

    now = 0.0

    def pause(self, seconds: float) -> bool:
        self.now += seconds
        return super().pause(0.05 if seconds else 0)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def client(self, **changes: float | str) -> Client:
        return Client(
            settings(self.url, **changes),
            first_wait=0.01,
            longest_wait=0.02,
            monotonic=lambda: self.now,
            sleep=self.sleep,
        )


@pytest.fixture
def clockwork() -> Iterator[Clockwork]:
    with Clockwork({NPI: RegistryEntry("Vesper", "Quillon")}) as running:
        yield running


def test_the_deadline_is_for_all_attempts_together(clockwork: Clockwork) -> None:
    clockwork.latency = 10
    clockwork.fail(NPI, Fault(FaultKind.SERVER_ERROR))
    assert why_not(clockwork.client(deadline_seconds=25, attempts=20)) == "it answered HTTP 500"
    assert len(clockwork.received) == 3


def test_the_deadline_bounds_a_body_that_drips(clockwork: Clockwork) -> None:
    whole = len(clockwork.body({"number": [NPI]}))
    clockwork.fail(NPI, Fault(FaultKind.DRIP, seconds=1))
    assert "within the 10 seconds" in why_not(clockwork.client(deadline_seconds=10))
    assert 10 <= clockwork.now < whole / 2, "nobody waited for the rest"


def test_the_deadline_bounds_the_wait_for_an_answer(server: NppesServer) -> None:
    server.fail(NPI, Fault(FaultKind.SLOW, seconds=60))
    started = time.monotonic()
    assert why_not(client(server.url, timeout_seconds=60, deadline_seconds=0.5)) in {
        "it did not answer in time",
        "it did not answer whole within the 0.5 seconds allowed for one look-up",
    }
    assert time.monotonic() - started < 30


def test_waiting_for_our_own_turn_is_not_the_source_s_failure(clockwork: Clockwork) -> None:
    with clockwork.client(requests_per_second=0.1, deadline_seconds=4) as asked:
        for _ in range(3):
            asked.get(PARAMS)
    assert clockwork.now == pytest.approx(20.08)


def test_a_body_is_bounded() -> None:
    with NppesServer(raw={NPI: b" " * 5_000}) as running:
        assert why_not(client(running.url, max_bytes=4_000)) == "its answer is larger than 4,000 bytes"


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening: a connection is refused
        assert why_not(client(f"http://127.0.0.1:{taken.getsockname()[1]}/")) == "no connection to 127.0.0.1"


def test_retry_after_in_seconds_is_obeyed(server: NppesServer) -> None:
    server.fail_next(1, Fault(FaultKind.TOO_MANY, retry_after="0.3"))
    with client(server.url) as asked:
        asked.get(PARAMS)
    first, second = server.received
    assert second.at - first.at >= 0.3  # our own wait would have been 0.02 seconds at the most


def test_retry_after_beyond_the_deadline_ends_the_look_up_at_once(server: NppesServer) -> None:
    server.fail(NPI, Fault(FaultKind.TOO_MANY, retry_after="3600"))
    started = time.monotonic()
    assert why_not(client(server.url)) == (
        "it answered HTTP 429 and asked us to wait longer than the 40 seconds allowed for one look-up"
    )
    assert time.monotonic() - started < 30
    assert len(server.received) == 1


def test_retry_after_in_all_its_forms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CREDKIT_NOW", "2031-01-01")  # a simulated clock does not matter where the answer is dated
    sent = datetime(2026, 3, 31, 9, 0, tzinfo=UTC)
    date = format_datetime(sent, usegmt=True)
    assert _retry_after({}) is None
    assert _retry_after({"Retry-After": "7"}) == 7
    assert _retry_after({"Retry-After": "0.5"}) == 0.5
    assert _retry_after({"Retry-After": "9" * 400}) == 86_400
    assert _retry_after({"Retry-After": "soon"}) is None
    assert _retry_after({"Retry-After": "-5"}) is None
    assert _retry_after({"Retry-After": format_datetime(sent + timedelta(seconds=9), usegmt=True), "Date": date}) == 9
    assert _retry_after({"Retry-After": format_datetime(sent - timedelta(seconds=9), usegmt=True), "Date": date}) == 0
    assert _retry_after({"Retry-After": date, "Date": "yesterday"}) is None


@pytest.mark.parametrize("url", ["npiregistry.cms.hhs.gov", "ftp://example.org/", "http://", "http://[::1", ""])
def test_an_address_that_is_none_is_an_error_in_the_settings(url: str) -> None:
    with pytest.raises(UsageError, match="not an http or https address"):
        client(url)


def test_messages_and_the_log_say_nothing_of_the_query(server: NppesServer, caplog: pytest.LogCaptureFixture) -> None:
    said: list[str] = []
    for kind in FaultKind:
        server.mend()
        server.fail("", Fault(kind, seconds=0.3, retry_after="0"))
        with client(server.url, timeout_seconds=0.1, deadline_seconds=0.3, attempts=2, key="k3y") as asked:
            try:
                asked.get({"last_name": "QUILLON", "token": "k3y"})
            except SourceUnavailable as unavailable:
                said.append(str(unavailable))
    assert len(said) >= 7
    assert not [words for words in said if "QUILLON" in words or "k3y" in words]
    assert not [record for record in caplog.records if record.name == "stamina"]


def test_unusable_proxy_settings_are_a_reason(server: NppesServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "nonsense://proxy.invalid")
    assert "proxy or certificate settings" in why_not(client(server.url))


def test_turns_are_evenly_spaced_from_the_first() -> None:
    now, given = 100.0, []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    turns = Turns(4, monotonic=lambda: now, sleep=sleep)
    for _ in range(4):
        turns.take()
        given.append(now)
    now += 10  # turns that nobody took are not saved up
    for _ in range(3):
        turns.take()
        given.append(now)
    assert given == [100, 100.25, 100.5, 100.75, 110.75, 111, 111.25]


def test_a_thread_that_wakes_late_pushes_what_comes_after() -> None:
    now, given = 100.0, []
    late = iter([0, 0, 0.3, 0, 0, 0, 0, 0])

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds + next(late)

    turns = Turns(4, monotonic=lambda: now, sleep=sleep)
    for _ in range(9):
        turns.take()
        given.append(now)
    assert all(given[place + 4] - given[place] >= 1 for place in range(5)), given


def test_two_clients_of_one_host_take_their_turns_together(server: NppesServer) -> None:
    with (
        client(server.url, requests_per_second=20, concurrency=4) as one,
        client(server.url, requests_per_second=400, concurrency=32) as other,
        ThreadPoolExecutor(8) as pool,
    ):
        list(pool.map(lambda number: (one, other)[number % 2].get(PARAMS), range(12)))
    came = sorted(received.at for received in server.received)
    assert came[-1] - came[0] >= 11 / 20 * 0.95, "the stricter rate is the host's"


def test_the_rate_holds_with_32_threads(server: NppesServer) -> None:
    per_second = 200
    started = time.monotonic()
    with (
        client(server.url, requests_per_second=per_second, concurrency=32) as asked,
        ThreadPoolExecutor(32) as pool,
    ):
        list(pool.map(lambda _: asked.get(PARAMS), range(80)))
    came = sorted(one.at for one in server.received)
    assert len(came) == 80
    assert [at for place, at in enumerate(came) if at - started < place / per_second] == []


def test_no_more_at_once_than_the_settings_say() -> None:
    inside, most, lock = 0, 0, threading.Lock()

    class Watched(NppesServer):
        def pause(self, seconds: float) -> bool:
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            still_open = super().pause(0.02)
            with lock:
                inside -= 1
            return still_open

    with (
        Watched({NPI: RegistryEntry("Vesper", "Quillon")}) as running,
        client(running.url, concurrency=3) as asked,
        ThreadPoolExecutor(12) as pool,
    ):
        list(pool.map(lambda _: asked.get(PARAMS), range(24)))
    assert most == 3


def test_importing_the_client_loads_no_http_library() -> None:
    code = "import sys, credkit.sources.client; print([m for m in ('httpx', 'stamina') if m in sys.modules])"
    shown = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert shown.stdout == "[]\n"
