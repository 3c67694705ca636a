"""What every page is given: the store, the day, the rules, and who asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from credkit import clock
from credkit.checks import check_names
from credkit.harmless import clean
from credkit.policy import PaperRules, Policy
from credkit.portal.guard import NOT_READ, TOO_MUCH, Said, Sentence, address_of
from credkit.portal.links import form_token, is_form_token
from credkit.portal.pages import html
from credkit.portal.step import open_link
from credkit.portal.visits import Tries, Visits, new_cookie
from credkit.records import LinkKind, PortalLink
from credkit.settings import Settings
from credkit.store import Store

SIGNED_OUT = Sentence(403, "You are signed out", "Open the link that you were sent once more, and sign in again.")
NO_LINK = Sentence(
    404,
    "This link opens nothing",
    "It is too old, was ended, or is not whole. Ask the credentialing office for a new one.",
)
SLOWLY = Sentence(429, "Too many tries", "Please wait a few minutes, and try again.", again=300)

_MOST_FIELDS = 400
_LONGEST_FIELD = 16_384
#: How many pages a second one visitor may ask for, tries a quarter of an hour from one address, papers an hour.
_TRIES, _PAPERS, _SAVES = (30, 900.0), (30, 3600.0), (120, 900.0)
_USUAL_SECONDS = 600.0


@dataclass(slots=True)
class Office:
    """One portal: which store it shares, by which key, as whose site. `behind_proxy` says that a proxy speaks TLS before it."""

    path: Path
    key: bytes
    settings: Settings
    behind_proxy: bool
    visits: Visits = field(default_factory=Visits)
    tries: Tries = field(default_factory=lambda: Tries(*_TRIES))
    papers: Tries = field(default_factory=lambda: Tries(*_PAPERS))
    saves: Tries = field(default_factory=lambda: Tries(*_SAVES))
    _usual: tuple[float, dict[str, list[int]]] | None = None
    _most_bytes: int = PaperRules().most_bytes

    @property
    def organization(self) -> str:
        """What the site is called."""
        return self.settings.organization.name or "Credentialing"

    @property
    def cookie(self) -> str:
        """The name of the visit's cookie: over TLS one that no other site and no plain page can set."""
        return "__Host-credkit" if self.behind_proxy else "credkit"

    @property
    def most_bytes(self) -> int:
        """The largest paper that may come in, by the policy that was in force when one was last asked."""
        return self._most_bytes

    def today(self) -> date:
        """Return today in the organization's time zone."""
        return clock.today(self.settings.organization.time_zone)

    def store(self, actor: str = "portal") -> Store:
        """Open the store. A page waits for another process no longer than a person would."""
        return Store.open(
            self.path, actor=actor, command="portal serve", busy_seconds=min(self.settings.store.busy_seconds, 5.0)
        )

    def policy(self, store: Store) -> Policy:
        """Return the policy in force today."""
        policy = _parsed(store.policy_in_force(self.today()))
        self._most_bytes = policy.papers.most_bytes
        return policy

    def usual(self, store: Store) -> Mapping[str, list[int]]:
        """Return how many days each payer's decisions took, counted anew every ten minutes."""
        from time import monotonic

        now = monotonic()
        if self._usual is None or now - self._usual[0] > _USUAL_SECONDS:
            self._usual = now, store.days_to_decide()
        return self._usual[1]


@lru_cache(maxsize=8)
def _parsed(text: str) -> Policy:
    return Policy.parse(text, check_names())


@dataclass(slots=True)
class Ask:
    """One request, read: what was asked for, and what was sent with it."""

    office: Office
    request: Request
    cookie: str
    given: dict[str, str] = field(default_factory=dict)
    file: UploadFile | None = None
    link: PortalLink | None = None
    fresh_cookie: str | None = None
    _reading: Store | None = None

    @property
    def store(self) -> Store:
        """The store, to read: opened once for all that one page needs to know."""
        if self._reading is None:
            self._reading = self.office.store()
        return self._reading

    def close(self) -> None:
        """Let go of the store."""
        if self._reading is not None:
            self._reading.close()
            self._reading = None

    @property
    def path(self) -> Mapping[str, Any]:
        """The parts of the address."""
        return self.request.path_params

    @property
    def address(self) -> str:
        """Where it came from."""
        return address_of(self.request, behind_proxy=self.office.behind_proxy)

    @property
    def npi(self) -> str:
        """Whose page it is."""
        assert self.link is not None
        assert self.link.npi is not None
        return self.link.npi

    def show(self, template: str, *, status: int = 200, **values: Any) -> Response:
        """Return a page with what all of them have."""
        return html(
            template,
            status=status,
            organization=self.office.organization,
            form_token=form_token(self.office.key, self.cookie),
            inside=self.link is not None,
            today=day(self.office.today()),
            on=self.office.today(),
            day=day,
            **values,
        )

    def done(self, title: str, says: str, next_: str, words: str) -> Response:
        """Return the page that says what became of something."""
        return self.show("say.html", title=title, says=says, next=next_, next_words=words)


Handler = Callable[[Ask], Response]


def go(where: str) -> Response:
    """Send a browser on, after a form."""
    return RedirectResponse(where, status_code=303)


def day(one: date) -> str:
    """Write a day as people say it."""
    return f"{one:%B} {one.day}, {one.year}"


async def read(request: Request, office: Office) -> Ask:
    """Read a request; a form that does not carry its own visitor's token is refused."""
    cookie = request.cookies.get(office.cookie, "")
    known = 20 <= len(cookie) <= 100 and cookie.isascii()
    ask = Ask(office, request, cookie if known else new_cookie())
    if not known:
        ask.fresh_cookie = ask.cookie
    if request.method == "POST":
        if not known:
            raise Said(SIGNED_OUT)
        form = await _form(request)
        try:
            _keep(ask, form)
        except Said:
            await form.close()
            raise
    return ask


def _keep(ask: Ask, form: FormData) -> None:
    """Take in what a form carries, if it is its own visitor's."""
    for name, value in form.multi_items():
        if not isinstance(value, UploadFile):
            ask.given[name] = _text(value)
        elif name == "file":
            ask.file = value
    if not is_form_token(ask.office.key, ask.cookie, ask.given.pop("form_token", "")):
        raise Said(NOT_READ)


async def _form(request: Request) -> FormData:
    try:
        return await request.form(max_files=1, max_fields=_MOST_FIELDS, max_part_size=_LONGEST_FIELD)
    except (MultiPartException, HTTPException, KeyError, ValueError, LookupError) as error:
        raise Said(NOT_READ) from error


def _text(value: str) -> str:
    """Return what was written as text that every table takes, its lines ended as elsewhere."""
    if len(value) > _LONGEST_FIELD:
        raise Said(TOO_MUCH)
    return clean(value.encode("utf-8", "replace").decode().replace("\r\n", "\n").replace("\r", "\n"))


def enter(ask: Ask, kind: LinkKind) -> None:
    """Find whose visit it is. Raises SIGNED_OUT where there is none, or its link has ended: being revoked ends it at once."""
    visit = ask.office.visits.find(ask.cookie)
    if visit is not None:
        ask.link = open_link(ask.store, visit.link_id, ask.office.today())
        lock = ask.store.portal_lock(visit.whose)
        if ask.link is None or (lock and lock.locked_at):
            ask.office.visits.end(ask.cookie)
            ask.link = None
    if ask.link is None or ask.link.kind is not kind:
        raise Said(SIGNED_OUT)
