"""`credkit portal serve` as a process of its own: where it listens, what it logs, and that it shares the store."""

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from desk import Desk, form
from factories import NPI
from portals import BORN, Visitor


@contextmanager
def serving(*options: str) -> Iterator[tuple[str, list[str], "subprocess.Popen[str]"]]:
    """Serve on a free port; gives the address, and the lines of standard error as they come."""
    command = [sys.executable, "-m", "credkit", "portal", "serve", "--port", "0", *options]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ) as process:
        assert process.stderr
        first = process.stderr.readline()
        lines: list[str] = []
        reading = threading.Thread(target=lambda: lines.extend(process.stderr or ()), daemon=True)
        reading.start()
        found = re.search(r"http://\S+", first)
        assert found, first
        try:
            yield found[0], lines, process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(20)
            reading.join(5)


def test_it_serves_logs_without_names_and_stops(desk: Desk) -> None:
    desk.take_in(form())
    link = desk.item("portal", "link", NPI)["url"].removeprefix("http://127.0.0.1:8808")
    with serving() as (base, lines, process):
        visitor = Visitor(base)
        assert visitor.enter(link).status_code == 303
        assert visitor.get("/status").status_code == 200
        visitor.get(f"/nothing/{NPI}")
        visitor.client.close()
    assert process.returncode in {0, 130}
    words = "".join(lines)
    assert re.search(r"Z GET status 200 [0-9]+ ms", words)
    assert "no page 404" in words
    for secret in (NPI, BORN, "Marsh", link.rpartition("/")[2], "127.0.0.1"):
        assert secret not in words


def test_pages_and_commands_share_the_store(desk: Desk) -> None:
    """Corrections are sent on the portal while other processes write: every one is there afterwards, and the log is whole."""
    desk.take_in(form())
    link = desk.item("portal", "link", NPI)["url"].removeprefix("http://127.0.0.1:8808")
    with serving() as (base, _, _process):
        visitor = Visitor(base)
        visitor.enter(link)
        edits = [
            subprocess.Popen(
                [sys.executable, "-m", "credkit", "provider", "edit", NPI, "--set", f"city=Town {number}", "--reason", "moved"],
                env=os.environ, stderr=subprocess.DEVNULL,
            )
            for number in range(4)
        ]  # fmt: skip
        sent = 0
        for number in range(10):
            answer = visitor.send("/facts", {"phone": f"303-555-01{number:02d}", "do": "send"})
            sent += answer.status_code == 200
            assert answer.status_code in {200, 503}
        assert [edit.wait(60) for edit in edits] == [0, 0, 0, 0]
        visitor.client.close()
    assert sent >= 1
    assert len(desk.items("intake", "list")) == sent
    desk.ok("audit", "verify")


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.org", ""])
def test_a_public_address_is_refused(desk: Desk, host: str) -> None:
    ran = desk.run("portal", "serve", "--host", host)
    assert ran.code == 2
    assert "--behind-proxy" in ran.err


def test_behind_a_proxy_the_settings_say_where(desk: Desk) -> None:
    ran = desk.run("portal", "serve", "--behind-proxy", "--port", "0")
    assert ran.code == 2
    assert "[portal] url" in ran.err


def test_behind_a_proxy(desk: Desk) -> None:
    """Cookies are for https alone, the browser is told to stay there, and tries are counted by who the proxy says it was."""
    config = desk.folder / "config.toml"
    config.write_text(config.read_text() + '\n[portal]\nurl = "https://portal.example.org"\n')
    desk.take_in(form())
    url = desk.item("portal", "link", NPI)["url"]
    assert url.startswith("https://portal.example.org/link/")
    path = url.removeprefix("https://portal.example.org")
    with serving("--behind-proxy") as (base, _, _process), httpx.Client(base_url=base, trust_env=False) as client:
        came = client.get(path, headers={"Host": "portal.example.org"})
        assert came.status_code == 200
        assert came.headers["strict-transport-security"]
        cookie = came.headers["set-cookie"]
        assert cookie.startswith("__Host-credkit=")
        assert "Secure" in cookie
        value = cookie.partition("=")[2].partition(";")[0]
        token = re.search(r'name="form_token" value="([0-9a-f]+)"', came.text)
        assert token
        codes = []
        for number in range(34):
            answer = client.post(
                path,
                data={"form_token": token[1], "date_of_birth": "no date"},
                # What a visitor claims to be stands first; the proxy appends who it was.
                headers={"Host": "portal.example.org", "Cookie": f"__Host-credkit={value}",
                         "X-Forwarded-For": f"10.0.0.{number}, 192.0.2.{1 + number % 2}"},
            )  # fmt: skip
            codes.append(answer.status_code)
        assert set(codes) == {422}
        same = [
            client.post(
                path,
                data={"form_token": token[1], "date_of_birth": "no date"},
                headers={
                    "Host": "portal.example.org",
                    "Cookie": f"__Host-credkit={value}",
                    "X-Forwarded-For": "192.0.2.1",
                },
            ).status_code
            for _ in range(16)
        ]
        assert 429 in same


def test_a_port_that_is_taken(desk: Desk) -> None:
    with serving() as (base, _, _process):
        ran = desk.run("portal", "serve", "--port", base.rpartition(":")[2])
        assert ran.code == 2
        assert "--port" in ran.err
