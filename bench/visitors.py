"""Providers who look at their pages: links made for them, and so many pages asked for by some at once.

`links STORE COUNT OUT` makes links and writes each with its date of birth; `ask ADDRESS PAGES LINKS REPORT [COMMAND...]` signs in
with each (without a file of links: asks for the first page), asks for the pages, and writes pages a second and the slowest hundredth.
COMMAND is run again and again meanwhile, each time on a night half a year later: a sweep finds work on every one.
"""

import contextlib
import os
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from http.client import HTTPConnection
from pathlib import Path
from time import perf_counter
from urllib.parse import urlencode, urlsplit

#: How many ask at once.
AT_ONCE = 8
_HALF_A_YEAR = timedelta(days=182)
_TOKEN = re.compile(rb'name="form_token" value="([0-9a-f]+)"')


def links(store: str, count: str, out: str) -> None:
    """Make links for so many providers."""
    from credkit.portal.links import key_beside, token
    from credkit.portal.step import make_page_link
    from credkit.store import Store

    lines = []
    with Store.open(Path(store), actor="bench", command="bench") as opened:
        for provider, _ in zip(opened.providers(), range(int(count)), strict=False):
            made = make_page_link(opened, provider.npi, days=365, today=date.fromisoformat("2026-01-01"))
            lines.append(f"{token(key_beside(Path(store)), made.kind, made.id)} {provider.date_of_birth}\n")
    Path(out).write_text("".join(lines), encoding="ascii")


def ask(address: str, pages: str, links_file: str, report: str, *command: str) -> None:
    """Ask for pages, and report."""
    host = urlsplit(address).netloc
    cookies = _cookies(host, Path(links_file)) if links_file else [""] * AT_ONCE
    path = "/status" if links_file else "/"
    each = int(pages) // AT_ONCE
    with _running(command, Path(report).with_suffix(".night")):
        began = perf_counter()
        with ThreadPoolExecutor(AT_ONCE) as pool:
            took = [one for some in pool.map(lambda cookie: _pages(host, path, cookie, each), cookies) for one in some]
        seconds = perf_counter() - began
    took.sort()
    text = f"{len(took) / seconds:,.0f} pages a second, 99th percentile {took[int(len(took) * 0.99)] * 1000:.1f} ms"
    Path(report).write_text(text, encoding="ascii")
    print(text)


def _cookies(host: str, links_file: Path) -> list[str]:
    """Sign in once, and be in for every later round: one address may not sign in for ever."""
    kept = links_file.with_suffix(".in")
    if not kept.exists():
        lines = links_file.read_text(encoding="ascii").splitlines()[:AT_ONCE]
        kept.write_text("\n".join(_entered(host, *line.split()) for line in lines), encoding="ascii")
    return kept.read_text(encoding="ascii").splitlines()


def _entered(host: str, token: str, born: str) -> str:
    """Sign in, and return the cookie."""
    connection = HTTPConnection(host, timeout=30)
    connection.request("GET", f"/link/{token}")
    answer = connection.getresponse()
    found = _TOKEN.search(answer.read())
    assert found
    cookie = (answer.headers["set-cookie"] or "").partition(";")[0]
    body = urlencode({"form_token": found[1].decode(), "date_of_birth": born})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": cookie}
    connection.request("POST", f"/link/{token}", body, headers)
    answer = connection.getresponse()
    answer.read()
    assert answer.status == 303, answer.status
    return (answer.headers["set-cookie"] or "").partition(";")[0]


def _pages(host: str, path: str, cookie: str, count: int) -> list[float]:
    connection = HTTPConnection(host, timeout=30)
    took = []
    for _ in range(count):
        began = perf_counter()
        connection.request("GET", path, headers={"Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, answer.status
        took.append(perf_counter() - began)
    return took


@contextlib.contextmanager
def _running(command: tuple[str, ...], last_night: Path) -> Iterator[None]:
    """Run a command again and again beside the block, and stop the last one with it. `last_night` keeps the night that was
    finished last, also from round to round."""
    ended = threading.Event()

    def again() -> None:
        while not ended.is_set():
            night = int(last_night.read_text(encoding="ascii")) + 1 if last_night.exists() else 0
            now = datetime.fromisoformat(os.environ["CREDKIT_NOW"]) + night * _HALF_A_YEAR
            with subprocess.Popen(
                [sys.executable, *command],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env={**os.environ, "CREDKIT_NOW": now.isoformat()},
            ) as one:
                while one.poll() is None and not ended.wait(0.05):
                    pass
                if one.poll() is not None:
                    last_night.write_text(str(night), encoding="ascii")
                one.kill()

    beside = threading.Thread(target=again)
    if command:
        beside.start()
    try:
        yield
    finally:
        ended.set()
        if command:
            beside.join()


def constant() -> None:
    """Serve one page that is always the same, by the same framework on the same server; print the address."""
    from starlette.responses import HTMLResponse
    from starlette.routing import Route, Router

    from credkit.portal.serving import listen, serve

    async def page(_request: object) -> HTMLResponse:
        return HTMLResponse("<p>" + "constant " * 600 + "</p>")

    with listen("127.0.0.1", 0) as at:
        print(f"http://127.0.0.1:{at.getsockname()[1]}", flush=True)
        serve(Router([Route("/", page)]), at)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["links", store, count, out]:
            links(store, count, out)
        case ["ask", address, pages, links_file, report, *command]:
            ask(address, pages, links_file, report, *command)
        case _:
            constant()
