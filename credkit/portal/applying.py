"""The onboarding form's pages: filled in a topic at a time, kept as it goes, looked through, signed and sent."""

from collections.abc import Mapping

from starlette.responses import Response

from credkit.intake.form import Column
from credkit.policy import Policy
from credkit.portal import form, step
from credkit.portal.fields import Field, groups, named
from credkit.portal.guard import NOT_FOUND, Said
from credkit.portal.office import SIGNED_OUT, SLOWLY, Ask, go
from credkit.records import LinkKind, PortalLink, SubmissionKind

_SENT = "Thank you. The office will look at it, and write to you. You may close this page."


def first(ask: Ask) -> Response:
    """Send somebody to the first page that is not whole, or to the last."""
    link, policy, cells, sent = _begun(ask)
    if sent:
        return _thanks(ask)
    pages = _pages(link, policy)
    open_ = form.problems(cells, pages, policy, ask.office.today())
    return go(f"/form/{open_[0].topic}" if open_ else "/review")


def topic(ask: Ask) -> Response:
    """Show a page of the form, or keep what was written on it."""
    link, policy, cells, sent = _begun(ask)
    if sent:
        return _thanks(ask)
    pages = _pages(link, policy)
    number = next((place for place, one in enumerate(pages) if one.name == ask.path["topic"]), None)
    if number is None:
        raise Said(NOT_FOUND)
    shown = pages[number]
    if ask.request.method != "POST":
        return _topic_page(ask, pages, number, cells, [])
    if not ask.office.saves.one_more(link.id):
        raise Said(SLOWLY)
    kept = {name: text for name, text in (dict(cells) | form.taken(ask.given, shown.columns)).items() if text}
    with ask.office.store(f"applicant {link.email}") as store, store.batch():
        # A form that was sent from another window meanwhile is done.
        if all(one.accepted is False for one in store.submissions_of(link_id=link.id)):
            store.save_draft(link.id, kept)
    problems = [
        (one.field, one.says)
        for one in form.problems(kept, pages, policy, ask.office.today())
        if one.topic == shown.name and (one.field or shown.name != "person")
    ]
    if problems:
        return _topic_page(ask, pages, number, kept, problems)
    if ask.given.get("do") == "stay":
        return go(f"/form/{shown.name}")
    return go(f"/form/{pages[number + 1].name}" if number + 1 < len(pages) else "/review")


def review(ask: Ask) -> Response:
    """Show all that was written; take the signature, and send it."""
    link, policy, cells, sent = _begun(ask)
    if sent:
        return _thanks(ask)
    pages = _pages(link, policy)
    today = ask.office.today()
    open_ = form.problems(cells, pages, policy, today)
    if ask.request.method != "POST" or open_:
        return _review_page(ask, pages, cells, open_, "", [])
    name = ask.given.get("signed_name", "").strip()
    signed = form.signed(cells, name, today)
    problems = [(one.field or "signed_name", one.says) for one in form.problems(signed, pages, policy, today)]
    if not name:
        problems.append(("signed_name", "Write your name."))
    if problems:
        return _review_page(ask, pages, cells, open_, name, problems)
    with ask.office.store(f"applicant {link.email}") as store:
        step.submit(store, SubmissionKind.FORM, signed["npi"], link.id, signed)
    return _thanks(ask)


def _begun(ask: Ask) -> tuple[PortalLink, Policy, dict[str, str], bool]:
    link = ask.link
    if link is None or link.kind is not LinkKind.FORM:
        raise Said(SIGNED_OUT)
    sent = ask.store.submissions_of(link_id=link.id)
    # One that staff rejected may be mended, and sent again.
    before = {name: text for name, text in sent[-1].cells.items() if not name.startswith("signed_")} if sent else {}
    cells = dict(ask.store.draft(link.id)) or before or form.begun(link)
    return link, ask.office.policy(ask.store), cells, bool(sent) and sent[-1].accepted is not False


def _pages(link: PortalLink, policy: Policy) -> tuple[form.Topic, ...]:
    return form.topics(policy, link.profession, len(link.states))


def _topic_page(
    ask: Ask, pages: tuple[form.Topic, ...], number: int, cells: Mapping[str, str], problems: list[tuple[str, str]]
) -> Response:
    shown = pages[number]
    fields = groups(shown.columns, cells, dict(problems))
    return ask.show(
        "topic.html",
        status=422 if problems else 200,
        topic=shown,
        number=number + 1,
        count=len(pages) + 1,
        pages=pages,
        groups=fields,
        problems=named(problems, fields),
    )


def _review_page(
    ask: Ask,
    pages: tuple[form.Topic, ...],
    cells: Mapping[str, str],
    open_: tuple[form.Problem, ...],
    name: str,
    problems: list[tuple[str, str]],
) -> Response:
    sections = [
        (
            one.title,
            one.name,
            [(_words(column), cells[column.name]) for column in one.columns if cells.get(column.name)],
        )
        for one in pages
    ]
    return ask.show(
        "review.html",
        status=422 if problems else 200,
        sections=sections,
        open=open_,
        titles={one.name: one.title for one in pages},
        problems=problems,
        signature=Field("signed_name", "Your name", "As on your license", "line", name, autocomplete="name"),
    )


def _words(column: Column) -> str:
    number = f" {column.number}" if column.number else ""
    shown = groups([column], {}, {})[0]
    return f"{shown.fields[0].label}{number and f' ({shown.title})'}"


def _thanks(ask: Ask) -> Response:
    return ask.show("say.html", title="Your application is sent", says=_SENT, next=None)
