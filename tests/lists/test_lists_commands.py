"""Lists loaded, fetched, shown and given back by the commands, as a person runs them."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from desk import LEIE, Desk
from factories import policy

from credkit.lists.known import max_age_days
from credkit.store import Store

HEADER, NURSE, SUPPLY = LEIE.splitlines(keepends=True)


def person(last: str, first: str = "VESPER", npi: str = "0000000000", born: str = "19700228", city: str = "X") -> str:
    return (
        f"{last},{first},,,IND- LIC HC SERV PRO,SOCIAL WORKER,,{npi},{born},1 TEST ST,{city},NC,28801,1128b4,20240320,"
        "00000000,00000000,\r\n"
    )


def some(*numbers: int, **changes: str) -> str:
    return HEADER + "".join(person(f"QUILLON{number}", **changes) for number in numbers)


def load(desk: Desk, text: str | bytes, *options: str, name: str = "leie", code: int = 0) -> Any:
    path = desk.folder / "list.csv"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return desk.item("lists", "load", name, path, *options, code=code)


def counts(item: Any) -> dict[str, int]:
    return {name: item[name] for name in ("rows", "added", "removed", "changed", "set_aside")}


def test_a_receipt_says_what_changed(desk: Desk) -> None:
    first = HEADER + person("A", npi="1000000004") + person("B") + person("C") + person("D") + person("E") * 2
    assert counts(load(desk, first, "--published", "2026-02-01")) == {
        "rows": 6, "added": 6, "removed": 0, "changed": 0, "set_aside": 0
    }  # fmt: skip
    # A got another name under the NPI, B moved, C is gone, F is new, one of two E is gone, a row is blank; D stays.
    blank = "," * 17 + "\r\n"
    second = (
        HEADER
        + person("E")
        + person("D")
        + person("A2", npi="1000000004")
        + person("B", city="Y")
        + person("F")
        + blank
    )
    item = load(desk, second + person("G"), "--published", "2026-03-01")
    assert counts(item) == {"rows": 6, "added": 4, "removed": 4, "changed": 2, "set_aside": 1}
    assert item["set_aside_rows"] == [{"row": 7, "reason": "the row names nobody"}]
    assert item["sha256"] == hashlib.sha256((second + person("G")).encode()).hexdigest()


def test_a_dry_run_says_the_same_and_changes_nothing(desk: Desk) -> None:
    load(desk, some(1, 2, 3), "--published", "2026-02-01")
    before = desk.items("lists", "archive")
    tried = load(desk, some(1, 2, 4), "--published", "2026-03-01", "--dry-run")
    assert desk.items("lists", "archive") == before
    done = load(desk, some(1, 2, 4), "--published", "2026-03-01")
    assert counts(tried) == counts(done) == {"rows": 3, "added": 1, "removed": 1, "changed": 0, "set_aside": 0}


def test_a_refused_file_leaves_the_version_in_force(desk: Desk) -> None:
    load(desk, some(*range(20)), "--published", "2026-02-01")
    for text, options, code, says in (
        (some(*range(9)), ("--published", "2026-02-02"), 3, "too many are gone"),
        (some(*range(21)), ("--published", "2026-01-31"), 5, "before the leie in force"),
        ("<html><body>busy</body></html>", (), 3, "web page"),
        (some(*range(21)).replace("LASTNAME", "SURNAME"), (), 3, "missing: LASTNAME"),
        (HEADER + "," * 17, (), 3, "none of its 1 rows can be used"),
        (some(*range(21)), ("--published", "2027-01-01"), 2, "in the future"),
    ):
        path = desk.folder / "bad.csv"
        path.write_text(text)
        ran = desk.run("lists", "load", "leie", path, *options)
        assert ran.code == code, ran.err
        assert says in ran.err
        assert desk.item("lists", "show")["rows"] == 20
    assert len(desk.items("lists", "archive")) == 1
    assert desk.item("audit", "verify")["sound"] is True


def test_the_same_file_again_changes_nothing(desk: Desk) -> None:
    first = load(desk, some(1, 2), "--published", "2026-02-01")
    assert load(desk, some(1, 2))["id"] == first["id"]
    assert load(desk, some(2, 1), "--published", "2026-02-02")["added"] == 0


def test_every_version_is_given_back_byte_for_byte(desk: Desk) -> None:
    texts = [some(1, 2, 3).encode(), some(1, 2, 3, 4).encode(), b"\xef\xbb\xbf" + some(1, 2, 3, 5).encode()]
    for day, text in enumerate(texts, 1):
        load(desk, text, "--published", f"2026-02-{day:02}")
    versions = desk.items("lists", "archive", "leie")
    assert [one["in_force"] for one in versions] == [False, False, True]
    for one, text in zip(versions, texts, strict=True):
        out = desk.folder / one["id"]
        desk.ok("lists", "archive", "--version", one["id"], "--out", out)
        assert out.read_bytes() == text
        assert out.stat().st_mode & 0o077 == 0
    again = desk.run("lists", "archive", "--version", versions[0]["id"], "--out", desk.folder / versions[0]["id"])
    assert (again.code, "already a file" in again.err) == (2, True)
    assert desk.item("audit", "verify")["sound"] is True


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("archive", "sam"), "No version of a list named 'sam'"),
        (("archive", "--version", "x", "--out", "y"), "There is no version 'x'"),
        (("archive", "--out", "y"), "go together"),
        (("fetch", "medicaid:OH"), "cannot be fetched"),
        (("fetch", "sam"), "No address is set for the sam list"),
        (("load", "optut", "x"), "Did you mean optout?"),
        (("load", "ours", "x", "--map", "none.toml"), "cannot be read"),
    ],
)
def test_what_cannot_be_done_is_said(desk: Desk, words: tuple[str, ...], says: str) -> None:
    load(desk, some(1))
    ran = desk.run("lists", *words)
    assert (ran.code, says in ran.err) == (2, True), ran.err


def test_any_other_list_by_a_map(desk: Desk) -> None:
    (desk.folder / "map.toml").write_text('[columns]\nname = "Who"\nexcluded_on = "Since"\n')
    text = 'Who,Since\r\n"Quillon, Vesper",2026-02-03\r\n'
    item = load(desk, text, "--map", str(desk.folder / "map.toml"), name="county")
    assert (item["name"], item["published_on"], item["published_stated"]) == ("county", "2026-02-03", False)
    with Store.open(desk.folder / "credkit.db", actor="kim", command="test") as store:
        version = store.list_version("county")
        assert version
        assert list(store.list_columns(version, ("last_name", "first_name"))) == [("Quillon", "Vesper")]


def test_a_list_without_dates_asks_for_its_day(desk: Desk) -> None:
    path = desk.folder / "ar.csv"
    path.write_text(
        'Division,Provider Name,Facility Name,City,State,Zip\r\nDMS,"Quillon, Vesper",,Sampleton,AR,72201\r\n'
    )
    ran = desk.run("lists", "load", "medicaid:AR", path)
    assert (ran.code, "--published DATE" in ran.err) == (3, True)
    desk.ok("lists", "load", "medicaid:AR", path, "--published", "2026-02-01")


# --- fetched --------------------------------------------------------------------------------------------------------


class Publisher:
    """A publisher's web server: one file, its ETag and Last-Modified, and how it is asked."""

    def __init__(self) -> None:
        self.body = b""
        self.headers: dict[str, str] = {}
        self.status = 200
        self.asked: list[dict[str, str]] = []
        self.short = 0
        self.port = 0

    def settings(self, desk: Desk, name: str = "leie", path: str = "UPDATED.csv", **more: Any) -> None:
        desk.ask_the_registry()
        config = desk.folder / "config.toml"
        lines = [f'[sources.{name}]\nurl = "http://127.0.0.1:{self.port}/{path}"\nattempts = 1\n']
        lines += [f"{key} = {value}\n" for key, value in more.items()]
        config.write_text(config.read_text() + "".join(lines))


@contextmanager
def publishing() -> Iterator[Publisher]:
    publisher = Publisher()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            publisher.asked.append(dict(self.headers))
            if self.path == "/moved":
                self.send_response(302)
                self.send_header("Location", "/UPDATED.csv")
                self.end_headers()
                return
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", "http://localhost:1/UPDATED.csv")
                self.end_headers()
                return
            known = publisher.headers.get("ETag") is not None and (
                self.headers.get("If-None-Match") == publisher.headers["ETag"]
            )
            self.send_response(304 if known else publisher.status)
            for name, value in publisher.headers.items():
                self.send_header(name, value)
            if not known:
                self.send_header("Content-Length", str(len(publisher.body) + publisher.short))
            self.end_headers()
            if not known:
                self.wfile.write(publisher.body)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        publisher.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield publisher
        finally:
            server.shutdown()
            thread.join()


@pytest.fixture
def publisher(desk: Desk) -> Iterator[Publisher]:
    with publishing() as made:
        made.settings(desk)
        made.body = some(1, 2, 3).encode()
        made.headers = {"ETag": '"v1"', "Last-Modified": "Sat, 28 Feb 2026 12:00:00 GMT"}
        yield made


def test_a_list_is_fetched_once_and_asked_for_again(desk: Desk, publisher: Publisher) -> None:
    item = desk.item("lists", "fetch", "leie")
    assert (item["published_on"], item["published_stated"], item["rows"]) == ("2026-02-28", True, 3)
    assert item["fetched_from"] == f"http://127.0.0.1:{publisher.port}/UPDATED.csv"
    assert item["checked_on"] is None
    assert "If-None-Match" not in publisher.asked[0]
    desk.live_on("2026-03-05")
    ran = desk.ok("lists", "fetch", "leie")
    assert "leie has not changed" in ran.err
    assert publisher.asked[1]["If-None-Match"] == '"v1"'
    assert publisher.asked[1]["If-Modified-Since"] == "Sat, 28 Feb 2026 12:00:00 GMT"
    (shown,) = desk.items("lists", "archive")
    assert (shown["id"], shown["checked_on"]) == (item["id"], "2026-03-05")
    assert "list.checked" in desk.ok("audit", "log").out
    assert desk.item("audit", "verify")["sound"] is True


def test_a_newer_one_is_loaded(desk: Desk, publisher: Publisher) -> None:
    desk.ok("lists", "fetch", "leie")
    desk.live_on("2026-04-02")
    publisher.body = some(1, 2, 3, 4).encode()
    publisher.headers = {"ETag": '"v2"', "Last-Modified": "Thu, 02 Apr 2026 02:00:00 GMT"}
    item = desk.item("lists", "fetch", "leie")
    # In the organization's time zone it is still the first of April.
    assert (item["published_on"], item["added"], item["removed"]) == ("2026-04-01", 1, 0)


def test_without_last_modified_the_day_is_estimated(desk: Desk, publisher: Publisher) -> None:
    publisher.headers = {}
    item = desk.item("lists", "fetch", "leie")
    assert (item["published_on"], item["published_stated"]) == ("2024-03-20", False)


def test_the_same_bytes_under_a_new_name_are_no_new_version(desk: Desk, publisher: Publisher) -> None:
    desk.ok("lists", "fetch", "leie")
    publisher.headers = {"ETag": '"other"', "Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}
    assert "has not changed" in desk.ok("lists", "fetch", "leie").err
    assert len(desk.items("lists", "archive")) == 1


def test_a_dry_run_fetches_and_changes_nothing(desk: Desk, publisher: Publisher) -> None:
    assert desk.item("lists", "fetch", "leie", "--dry-run")["rows"] == 3
    assert desk.items("lists", "archive") == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"status": 404}, "it answered HTTP 404"),
        ({"status": 503}, "it answered HTTP 503"),
        ({"body": b""}, "its answer is empty"),
        ({"body": b"<html><body>busy</body></html>"}, "UPDATED.csv is a web page"),
        ({"body": some(1).encode()}, "too many are gone"),
        (
            {"headers": {"Last-Modified": "Fri, 27 Feb 2026 12:00:00 GMT"}, "body": some(1, 2, 3, 4).encode()},
            "before the leie in force",
        ),
        ({"short": 10}, "the connection broke off"),
    ],
)
def test_a_publisher_that_fails_costs_no_version(
    desk: Desk, publisher: Publisher, change: dict[str, Any], says: str
) -> None:
    desk.ok("lists", "fetch", "leie")
    publisher.headers = {"Last-Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}
    for name, value in change.items():
        setattr(publisher, name, value)
    ran = desk.run("lists", "fetch", "leie")
    assert ran.code == 4, ran.err
    assert says in ran.err
    assert not re.search(r"credkit-list-", ran.err)
    assert desk.item("lists", "show")["rows"] == 3
    assert len(desk.items("lists", "archive")) == 1


def test_nobody_there(desk: Desk, publisher: Publisher) -> None:
    publisher.port = 1
    publisher.settings(desk)
    ran = desk.run("lists", "fetch", "leie")
    assert (ran.code, "no connection to 127.0.0.1" in ran.err) == (4, True)


def test_a_file_that_lies_elsewhere(desk: Desk, publisher: Publisher) -> None:
    publisher.settings(desk, path="moved")
    assert desk.item("lists", "fetch", "leie")["rows"] == 3
    publisher.settings(desk, path="away")
    ran = desk.run("lists", "fetch", "leie")
    assert (ran.code, "not https" in ran.err) == (4, True)


def test_what_is_too_large_is_not_kept(desk: Desk, publisher: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("credkit.lists.fetch.MOST_BYTES", 100)
    ran = desk.run("lists", "fetch", "leie")
    assert (ran.code, "larger than 100 bytes" in ran.err) == (4, True)


def test_one_list_that_fails_does_not_keep_the_other(desk: Desk, publisher: Publisher) -> None:
    config = desk.folder / "config.toml"
    config.write_text(config.read_text() + '[sources.sam]\nurl = "http://127.0.0.1:1/sam.zip"\nattempts = 1\n')
    ran = desk.run("lists", "fetch", "sam", "leie")
    assert (ran.code, "sam gave no answer" in ran.err) == (4, True)
    assert desk.item("lists", "show")["name"] == "leie"


@pytest.mark.parametrize(
    ("name", "days"),
    [("leie", 31), ("medicaid:OH", 31), ("optout", 60), ("preclusion", 60), ("death", 60), ("board:FL", 120)],
)
def test_a_list_may_be_as_old_as_whoever_uses_it_allows(name: str, days: int) -> None:
    windows = {"other_list_max_age_days": 60}
    assert max_age_days(name, policy(windows=windows)) == days
    screened_by = policy(windows=windows, exclusions={"lists": (name,)})
    assert max_age_days(name, screened_by) == (120 if name == "board:FL" else 31)


def test_show_says_fresh_of_another_list_as_its_check_does(desk: Desk) -> None:
    text = desk.ok("policy", "show").out.replace("other_list_max_age_days = 31", "other_list_max_age_days = 60")
    path = desk.folder / "ours.toml"
    path.write_text(text, encoding="utf-8")
    file = desk.folder / "optout.csv"
    file.write_text(
        "First Name,Last Name,NPI,Specialty,Optout Effective Date,Optout End Date,First Line Street Address,"
        "Second Line Street Address,City Name,State Code,Zip code\n"
        "Jo,Reed,1000000103,Psychologist,06/01/2024,05/31/2026,,,Sampleton,CO,80000\n",
        encoding="utf-8",
    )
    load = ("lists", "load", "optout", file, "--published", "2026-01-15")
    assert desk.item(*load)["fresh"] is False
    assert [one["fresh"] for one in desk.items("lists", "show", "--policy", path)] == [True]
