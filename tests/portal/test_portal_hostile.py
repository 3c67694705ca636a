"""A bounded run of hostile requests: no page breaks, nobody's facts leak, memory stays flat, and a silent crowd keeps nobody out."""

import io
import random
import socket
import time
from collections.abc import Iterator
from contextlib import suppress

import pytest
from desk import form
from factories import NPI, OTHER_NPI
from papers import pdf
from portals import BORN, PDF, Site

from credkit.portal import guard, serving
from credkit.portal.app import PAGES

#: Planted in everything of another provider's.
MARKER = "Zzmarker"
_WORDS = (
    "../../../../etc/passwd", "..%2f..%2fetc%2fpasswd", "%00", "%c0%ae%c0%ae/", "'; DROP TABLE providers; --", "{{7*7}}",
    "<script>alert(1)</script>", "${jndi:ldap://x}", "\r\nSet-Cookie: a=b", "%0d%0aSet-Cookie:%20a=b", OTHER_NPI, "é", "\udcff",
    "a" * 3000, "-1", "0", "null", "\u202e", "=cmd|'/C calc'!A0", "%", "?", "#", "//evil.example", "http://evil.example",
)  # fmt: skip


@pytest.fixture
def with_another(site: Site) -> Site:
    """Return the site with another provider, whose every fact bears the marker."""
    site.desk.take_in(
        form(npi=OTHER_NPI, first_name=f"{MARKER}first", last_name=f"{MARKER}last", email="zzmarker@example.org",
             malpractice_carrier=f"{MARKER} Mutual", school=f"{MARKER} University", work_1_employer=f"{MARKER} Clinic"),
        name="other.csv",
    )  # fmt: skip
    path = site.desk.folder / f"{MARKER}.pdf"
    path.write_bytes(pdf(MARKER))
    site.desk.ok("document", "add", OTHER_NPI, path, "--kind", "cv")
    return site


def requests(seed: int, count: int) -> Iterator[tuple[str, str, dict[str, str], bytes | None]]:
    """Return requests that nobody honest sends: method, path, headers, body."""
    draw = random.Random(seed)
    paths = [path for path, *_ in PAGES] + ["/out", "/static/portal.css"]
    for _ in range(count):
        path = draw.choice(paths)
        for part in ("{token}", "{key}", "{topic}"):
            path = path.replace(part, draw.choice(_WORDS))
        if draw.random() < 0.3:
            path += draw.choice(("?a=" + draw.choice(_WORDS), "/", "/.", "//", "%20"))
        method = draw.choice(
            ("GET", "GET", "POST", "POST", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH")
        )
        headers: dict[str, str] = {}
        if draw.random() < 0.3:
            headers["Host"] = draw.choice(("evil.example", "127.0.0.1:1", "", "[::1]", "localhost", "a" * 300))
        if draw.random() < 0.3:
            headers["Cookie"] = draw.choice(
                ("credkit=" + "x" * 43, "credkit=" + "y" * 4000, "credkit", "=;=", "credkit=\x01")
            )
        if draw.random() < 0.2:
            headers["X-Forwarded-For"] = draw.choice(("1.2.3.4", "evil", "a, b, " * 50))
        body = None
        if method not in {"GET", "HEAD", "TRACE"}:
            kind = draw.choice(
                ("application/x-www-form-urlencoded", "multipart/form-data", "multipart/form-data; boundary=b",
                 "multipart/form-data; boundary=", "multipart/form-data; boundary=b; charset=unicode_escape",
                 "application/json", "text/plain", "multipart/form-data; charset=nonsense; boundary=b", "")
            )  # fmt: skip
            headers["Content-Type"] = kind
            body = draw.choice(
                (b"", b"form_token=1&date_of_birth=1985-06-07", b"%" * 500, draw.randbytes(2000), b"a=b&" * 2000,
                 b'--b\r\nContent-Disposition: form-data; name="file"; filename="../../x"\r\n\r\nMZ\r\n--b--\r\n',
                 b'--b\r\nContent-Disposition: form-data; name="form_token"\r\n\r\n\\ud800\r\n--b--\r\n',
                 b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n", b"--b\r\n" * 300)
            )  # fmt: skip
        yield method, path, headers, body


def answered(base: str, method: str, path: str, headers: dict[str, str], body: bytes | None) -> bytes:
    """Send a request byte for byte, as no library would, and return all that came back."""
    host, port = base.removeprefix("http://").split(":")
    lines = {"Host": f"{host}:{port}", "Connection": "close"} | headers
    if body is not None:
        lines.setdefault("Content-Length", str(len(body)))
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    came = b""
    with socket.create_connection((host, int(port)), timeout=20) as wire, suppress(OSError):
        wire.sendall(head.encode("utf-8", "surrogateescape") + b"\r\n" + (body or b""))
        while more := wire.recv(65_536):
            came += more
    return came


@pytest.mark.parametrize("inside", [False, True])
def test_nothing_breaks_and_nothing_leaks(with_another: Site, *, inside: bool) -> None:
    site = with_another
    visitor = site.inside() if inside else site.visitor()
    path = "/status" if inside else site.link()
    token = visitor.token(path)
    cookie = visitor.client.cookies["credkit"]
    codes: dict[int, int] = {}
    for method, path, headers, sent in requests(7 + inside, 900):
        # Most have the right cookie, and where it is a form the right token too.
        body = sent and sent.replace(b"form_token=1", f"form_token={token}".encode())
        came = answered(site.base, method, path, {"Cookie": f"credkit={cookie}"} | headers, body)
        if not came:
            continue  # it was hung up on
        code = int(came.split(b" ", 2)[1])
        codes[code] = codes.get(code, 0) + 1
        assert code < 500, (method, path, headers, body)
        assert MARKER.lower().encode() not in came.lower()
        assert b"a=b" not in came.partition(b"\r\n\r\n")[0]
        if b"content-security-policy" not in came:
            assert code == 400  # what is no HTTP at all is answered before any page
    assert {200, 400, 404, 405} <= codes.keys()
    assert codes[404] > 50
    words = "\n".join(site.lines)
    for secret in (NPI, OTHER_NPI, BORN, "Marsh", MARKER, "127.0.0.1"):
        assert secret not in words
    assert site.visitor().get("/").status_code == 200


def test_another_s_pages_cannot_be_named(with_another: Site) -> None:
    site = with_another
    visitor = site.inside()
    paper = site.desk.items("document", "list", OTHER_NPI)[0]
    link = next(one for one in site.desk.items("portal", "list") if one["npi"] == NPI)
    for path in (
        f"/paper/{paper['id']}", f"/paper/{paper['sha256']}", f"/status/{OTHER_NPI}", f"/facts/{OTHER_NPI}",
        f"/link/{link['link_id']}", "/form/person", f"/paper/other/{paper['id']}",
    ):  # fmt: skip
        assert visitor.get(path).status_code in {403, 404}, path
    for path in (f"/status?npi={OTHER_NPI}", f"/facts?npi={OTHER_NPI}", "/sign", "/paper/other"):
        answer = visitor.get(path)
        assert answer.status_code == 200
        assert MARKER not in answer.text
    sent = visitor.client.post(
        "/paper/other",
        data={"form_token": visitor.token("/paper/other"), "npi": OTHER_NPI},
        files={"file": ("a.pdf", io.BytesIO(PDF))},
    )
    assert sent.status_code == 200
    assert len(site.desk.items("document", "list", OTHER_NPI)) == 1
    assert len(site.desk.items("document", "list", NPI)) == 1


def test_headers_that_every_answer_has(site: Site) -> None:
    visitor = site.inside()
    for path in ("/", "/status", "/nothing", "/static/portal.css", "/link/x", "/form"):
        headers = visitor.get(path).headers
        for name, value in guard.HEADERS.items():
            assert headers[name] == value, path
        assert "server" not in headers
    assert "'unsafe" not in guard.HEADERS["Content-Security-Policy"]


def test_a_name_that_is_not_ours_is_refused(site: Site) -> None:
    visitor, link = site.visitor(), site.link()
    assert visitor.get(link, headers={"Host": "evil.example"}).status_code == 400
    assert visitor.get(link, headers={"Host": "localhost:1"}).status_code == 200
    assert "evil" not in visitor.get("/nothing", headers={"Host": "evil.example"}).text


def test_memory_stays_flat(site: Site) -> None:
    """A thousand pages, refusals among them, leave no more behind than a hundred did."""
    import gc
    import tracemalloc

    visitor = site.inside()

    def rounds(count: int) -> int:
        for number in range(count):
            visitor.get("/status" if number % 4 == 0 else f"/nothing/{number}")
        gc.collect()
        return tracemalloc.get_traced_memory()[0]

    rounds(50)
    tracemalloc.start()
    try:
        before = rounds(100)
        site.lines.clear()
        after = rounds(1000)
    finally:
        tracemalloc.stop()
    assert after - before < 1_500_000


def test_a_crowd_that_says_nothing_keeps_nobody_out(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ten thousand connections, as many at once as one process may open, none of which ever says what it wants."""
    link = site.link()
    host, port = site.base.removeprefix("http://").split(":")
    crowd: list[socket.socket] = []
    slowest = 0.0
    for number in range(10_000):
        wire = socket.socket()
        wire.settimeout(5)
        wire.connect((host, int(port)))
        if number % 3 == 0:
            wire.send(b"GET /status HTT")
        crowd.append(wire)
        if len(crowd) > 400:
            crowd.pop(0).close()
        if number % 1_000 == 999:
            began = time.monotonic()
            assert site.visitor().get(link).status_code == 200
            slowest = max(slowest, time.monotonic() - began)
    for wire in crowd:
        wire.close()
    assert slowest < 3


def test_who_says_nothing_is_hung_up_on(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "HEADER_SECONDS", 0.3)
    host, port = site.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as silent:
        assert silent.recv(10) == b""
    with socket.create_connection((host, int(port)), timeout=5) as dribbles:
        began = time.monotonic()
        with suppress(OSError):
            for letter in "GET /status HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: " + "a" * 200:
                dribbles.send(letter.encode())
                time.sleep(0.02)
        assert time.monotonic() - began < 3


def test_a_body_that_never_ends_is_given_up(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "BODY_SECONDS", 0.3)
    monkeypatch.setattr(guard, "_DRAIN_SECONDS", 0.1)
    visitor, link = site.visitor(), site.link()
    visitor.token(link)
    cookie = visitor.client.cookies["credkit"]
    host, port = site.base.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as wire:
        wire.sendall(
            f"POST {link} HTTP/1.1\r\nHost: {host}\r\nCookie: credkit={cookie}\r\nContent-Length: 500\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\nform_token=".encode()
        )
        assert wire.recv(100).startswith(b"HTTP/1.1 408")
    assert site.visitor().get(link).status_code == 200
