"""The portal as a visitor meets it: served on a real socket, asked by a client that keeps cookies as a browser does.

Its fixture is `site`: the portal of a `desk`, on which Ana Marsh has a link.
"""

import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest
from desk import Desk, form
from factories import NPI
from papers import pdf

from credkit.portal.app import pages
from credkit.portal.links import key_beside
from credkit.portal.office import Office
from credkit.portal.serving import listen, served
from credkit.settings import load

BORN = "1985-06-07"
PDF = pdf()


@dataclass
class Visitor:
    """Somebody with a browser of their own."""

    base: str
    client: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = httpx.Client(base_url=self.base, timeout=30, trust_env=False)

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self.client.get(path, **options)

    def token(self, path: str) -> str:
        """Return what the form on a page carries."""
        found = re.search(r'name="form_token" value="([0-9a-f]+)"', self.get(path).text)
        assert found, path
        return found[1]

    def send(self, path: str, given: Mapping[str, str] | None = None, **options: Any) -> httpx.Response:
        """Fill in the form on a page, and send it."""
        data = {"form_token": self.token(path), **(given or {})}
        return self.client.post(path, data=data, **options)

    def enter(self, link: str, born: str = BORN) -> httpx.Response:
        """Open a link, and write a date of birth."""
        return self.send(link.removeprefix("http://127.0.0.1:8808"), {"date_of_birth": born})


@dataclass
class Site:
    """The portal being served."""

    desk: Desk
    office: Office
    base: str
    lines: list[str]
    visitors: list[Visitor] = field(default_factory=list)

    def visitor(self) -> Visitor:
        self.visitors.append(Visitor(self.base))
        return self.visitors[-1]

    def link(self, npi: str = NPI, *options: str) -> str:
        """Make a provider's link, and return its path."""
        url = self.desk.item("portal", "link", npi, *options)["url"]
        assert isinstance(url, str)
        return url.removeprefix("http://127.0.0.1:8808")

    def invite(self, email: str = "cleo.strand@example.org", states: str = "CO") -> str:
        """Invite somebody to the form, and return its path."""
        url = self.desk.item("portal", "invite", email, "--profession", "LCSW", "--states", states)["url"]
        assert isinstance(url, str)
        return url.removeprefix("http://127.0.0.1:8808")

    def inside(self, npi: str = NPI) -> Visitor:
        """Return a provider who has signed in."""
        visitor = self.visitor()
        assert visitor.enter(self.link(npi)).headers["location"] == "/status"
        return visitor


@pytest.fixture
def site(desk: Desk) -> Iterator[Site]:
    """Return the portal of a practice in which Ana Marsh has applied."""
    desk.take_in(form())
    path = desk.folder / "credkit.db"
    office = Office(path, key_beside(path), load(desk.folder / "config.toml"), behind_proxy=False)
    lines: list[str] = []
    with listen("127.0.0.1", 0) as at, served(pages(office, lines.append), at) as base:
        site = Site(desk, office, base, lines)
        yield site
        for visitor in site.visitors:
            visitor.client.close()
    desk.ok("audit", "verify")  # whatever was done there, the log alone rebuilds the tables
    if any(" a bug: " in line for line in lines):
        sys.stderr.write("\n".join(lines))
        pytest.fail("a page had a bug")
