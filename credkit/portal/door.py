"""The pages before one is in: the link, the date of birth, the way out."""

from starlette.responses import Response

from credkit.intake.values import read_birth_date
from credkit.portal import step
from credkit.portal.fields import Field
from credkit.portal.guard import Said, Sentence
from credkit.portal.links import link_of
from credkit.portal.office import NO_LINK, SLOWLY, Ask, day, go
from credkit.records import LinkKind, PortalLink

_LOCKED = Sentence(
    403, "This is locked", "Too many dates of birth were wrong. Call the credentialing office, so that they unlock it."
)
_HOME = {LinkKind.PAGE: "/status", LinkKind.FORM: "/form"}


def front(ask: Ask) -> Response:
    """Say how one gets in."""
    return ask.show("say.html", title="Credentialing", says="Open the link that you were sent.", next=None)


def page_link(ask: Ask) -> Response:
    """Ask for the date of birth; the link alone shows nothing."""
    return _enter(ask, LinkKind.PAGE)


def form_link(ask: Ask) -> Response:
    """Begin the form, or ask for the date of birth that was written in it."""
    return _enter(ask, LinkKind.FORM)


def _enter(ask: Ask, kind: LinkKind) -> Response:
    office = ask.office
    link_id = link_of(office.key, kind, ask.path["token"])
    if link_id is None:
        raise Said(NO_LINK)
    with office.store() as store:
        link = step.open_link(store, link_id, office.today())
        if link is None or link.kind is not kind:
            raise Said(NO_LINK)
        lock = store.portal_lock(link.whose)
        is_new = kind is LinkKind.FORM and step.date_of_birth(store, link) is None
    if lock and lock.locked_at:
        raise Said(_LOCKED)
    if ask.request.method != "POST":
        return _begin(ask, link) if is_new else _asked(ask)
    if not office.tries.one_more(ask.address):
        raise Said(SLOWLY)
    if is_new:
        with office.store(f"applicant {link.email}") as store:
            if not step.enter_new_form(store, link):
                return _asked(ask)
        return _let_in(ask, link)
    try:
        born = read_birth_date(ask.given.get("date_of_birth", ""))
    except ValueError as error:
        return _asked(ask, str(error))
    with office.store(f"provider {link.npi}" if link.npi else f"applicant {link.email}") as store:
        entry, found = step.enter(store, link.id, born, office.today())
    if found is None:
        raise Said(NO_LINK)
    if entry is step.Entry.LOCKED:
        raise Said(_LOCKED)
    if entry is step.Entry.WRONG:
        return _asked(ask, "That is not the date of birth we have. Please look at it again.")
    return _let_in(ask, found)


def _begin(ask: Ask, link: PortalLink) -> Response:
    return ask.show("begin.html", until=day(link.expires_on))


def _asked(ask: Ask, error: str = "") -> Response:
    one = Field(
        "date_of_birth", "Date of birth", "Year, month, day: 1980-03-31", "line", error=error, autocomplete="bday"
    )
    problems = [(one.name, error)] if error else []
    return ask.show("enter.html", status=422 if error else 200, one=one, problems=problems)


def _let_in(ask: Ask, link: PortalLink) -> Response:
    # Never the cookie that was there before: somebody else may have set it.
    ask.office.visits.end(ask.cookie)
    ask.fresh_cookie = ask.office.visits.begin(link)
    return go(_HOME[link.kind])


def out(ask: Ask) -> Response:
    """Sign out: the visit is over, wherever its cookie is."""
    ask.office.visits.end(ask.cookie)
    return ask.show("say.html", title="You are signed out", says="You may close this page.", next=None)
