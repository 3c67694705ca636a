"""A provider's own pages: where they stand, and what they can do about it."""

from starlette.responses import Response

from credkit import clock
from credkit.checks import all_checks
from credkit.documents.certificate import QUESTIONS
from credkit.documents.step import Sent
from credkit.errors import CredkitError, InputRejected, Refused, UsageError
from credkit.intake.clean import Cleaner, CleanForm
from credkit.policy import Policy
from credkit.portal import facts, form, step
from credkit.portal.asking import PAPERS, Task, Where, tasks
from credkit.portal.fields import Field, Group, groups, named
from credkit.portal.guard import NOT_FOUND, NOT_READ, Said
from credkit.portal.office import SLOWLY, Ask
from credkit.portal.progress import progress
from credkit.records import PaperKind, ProviderFile, SubmissionKind
from credkit.status.assess import Assessment, assess

_OTHER = Task("other", "Send another paper", "Say what it is.", Where.PAPER, paper=PaperKind.OTHER)
_BACK = ("/status", "Back to your page")
_CERTIFICATE = QUESTIONS[:9]


def status(ask: Ask) -> Response:
    """Show where the application stands, and what is asked."""
    office = ask.office
    zone = office.settings.organization.time_zone
    assessment, policy = _assessed(ask)
    sent = [
        (
            one,
            clock.day_of(one.received_at, zone),
            clock.day_of(one.decided_at, zone) if one.decided_at else None,
        )
        for one in ask.store.submissions_of(npi=ask.npi)
    ]
    page = progress(assessment, policy, all_checks(), ask.store.payers(), office.usual(ask.store), sent)
    return ask.show("status.html", page=page)


def _assessed(ask: Ask) -> tuple[Assessment, Policy]:
    policy = ask.office.policy(ask.store)
    file = ask.store.provider_file(ask.npi)
    return assess(file, policy, ask.office.today(), all_checks(), ask.store.payers()), policy


# --- papers ---------------------------------------------------------------------------------------------------------------


def paper(ask: Ask) -> Response:
    """Take in a paper that is asked for, or another."""
    assessment, policy = _assessed(ask)
    wanted = {task.key: task for task in tasks(assessment, policy) if task.where is Where.PAPER} | {"other": _OTHER}
    task = wanted.get(str(ask.path["key"]))
    if task is None or task.paper is None:
        raise Said(NOT_FOUND)
    fields = _paper_fields(task, ask.given)
    if ask.request.method != "POST":
        return _paper_page(ask, task, fields, policy.papers.max_megabytes)
    if ask.file is None or not ask.file.filename:
        return _paper_page(ask, task, fields, policy.papers.max_megabytes, [("file", "Choose a file.")])
    if not ask.office.papers.one_more(ask.npi):
        raise Said(SLOWLY)
    kind = task.paper
    if task is _OTHER:
        kind = PaperKind(ask.given["kind"]) if ask.given.get("kind") in set(PaperKind) else PaperKind.OTHER
        if kind is PaperKind.COI or kind.value in _OF_A_CREDENTIAL:
            kind = PaperKind.OTHER
    said = {one.name: ask.given.get(one.name, "") for one in _CERTIFICATE} if kind is PaperKind.COI else None
    expires = None
    problems: list[tuple[str, str]] = []
    if said is None and (text := ask.given.get("expires_on", "").strip()):
        from credkit.tables.dates import read_date

        try:
            expires = read_date(text)
        except ValueError as error:
            problems = [("expires_on", str(error))]
    if not problems:
        sent = Sent(kind, task.credential, None, expires, step.FROM_THE_PORTAL, None, said)
        try:
            with ask.office.store(f"provider {ask.npi}") as store:
                filed = step.upload(store, ask.npi, ask.file.file, ask.file.filename, sent, policy, ask.office.today())
        except (InputRejected, Refused, UsageError) as error:
            problems = [("file", _why_not(error, ask.file.filename))]
            problems += [(line.partition(":")[0], line) for line in error.details]
        else:
            says = "The office will look at it. You will see on your page what became of it."
            title = "We have received it" if filed.new else "We have that already"
            return ask.done(title, says, *_BACK)
    return _paper_page(ask, task, _paper_fields(task, ask.given, problems), policy.papers.max_megabytes, problems)


_OF_A_CREDENTIAL = frozenset({"license", "dea", "cds", "diploma", "board_certificate"})


def _why_not(error: CredkitError, name: str) -> str:
    """Say why a paper was not taken in; what is wrong is about the file alone."""
    if isinstance(error, InputRejected):
        return " ".join(part for part in (error.message, error.hint or "") if part and "policy's" not in part)
    if isinstance(error, Refused):
        return f"{error.message} {error.hint or ''}".strip()
    return f"{name} could not be filed. Please send it as another paper, and say what it is."


def _paper_fields(task: Task, given: dict[str, str], problems: list[tuple[str, str]] | None = None) -> list[Field]:
    errors = dict(problems or ())
    if task.paper is PaperKind.COI:
        asked = [(one.name, one.words, "" if one.obligatory else "Of a claims-made policy") for one in _CERTIFICATE]
    else:
        asked = [("expires_on", "Its last day, if it has one", "Year, month, day: 2026-03-31")]
    fields = [
        Field(name, words, hint, "line", given.get(name, ""), errors.get(name, "")) for name, words, hint in asked
    ]
    if task is _OTHER:
        kinds = tuple(
            (kind.value, PAPERS[kind].capitalize())
            for kind in PaperKind
            if kind is not PaperKind.COI and kind.value not in _OF_A_CREDENTIAL
        )
        fields.insert(0, Field("kind", "What it is", "", "choice", given.get("kind", ""), options=kinds))
    return fields


def _paper_page(
    ask: Ask, task: Task, fields: list[Field], megabytes: int, problems: list[tuple[str, str]] | None = None
) -> Response:
    return ask.show(
        "paper.html",
        status=422 if problems else 200,
        title=task.what,
        says=task.how,
        fields=fields,
        megabytes=megabytes,
        problems=problems or [],
    )


# --- facts ----------------------------------------------------------------------------------------------------------------


def own_facts(ask: Ask) -> Response:
    """Show what is on file; take a correction, or the word that all of it is right."""
    policy, file = ask.office.policy(ask.store), ask.store.provider_file(ask.npi)
    asked = facts.asked(file, policy)
    before = facts.cells_of(file, policy)
    if ask.request.method != "POST":
        return ask.show("facts.html", groups=groups(asked, before, {}))
    if not ask.office.saves.one_more(ask.npi):
        raise Said(SLOWLY)
    given = form.taken(ask.given, asked)
    if ask.given.get("do") == "confirm":
        change: dict[str, str] = {}
    else:
        change = facts.changed(before, given, policy)
        problems = (
            _problems(file, change, ask) if change else [("", "Nothing is changed. If all of it is right, say so.")]
        )
        if problems:
            fields = groups(asked, before | given, dict(problems))
            return ask.show("facts.html", status=422, problems=named(problems, fields), groups=fields)
    with ask.office.store(f"provider {ask.npi}") as store:
        step.submit(store, SubmissionKind.CORRECTION, ask.npi, _link(ask), change)
    return ask.done("Thank you", "The office will look at it. Until then what was on file stays.", *_BACK)


def _problems(file: ProviderFile, change: dict[str, str], ask: Ask) -> list[tuple[str, str]]:
    """Read a change as an import would, and say what is wrong with it."""
    names = {"npi": file.provider.npi, "first_name": file.provider.first_name, "last_name": file.provider.last_name}
    cells = names | change
    read = Cleaner(cells, ask.office.policy(ask.store), ask.office.today())(cells)
    return [] if isinstance(read, CleanForm) else [(error.column, error.reason) for error in read]


# --- signing --------------------------------------------------------------------------------------------------------------


def sign(ask: Ask) -> Response:
    """Take the application signed anew: the work history looked through, every question answered, every gap explained."""
    policy, file = ask.office.policy(ask.store), ask.store.provider_file(ask.npi)
    asked = form.signing_columns(file, policy)
    on_file = facts.cells_of(file, policy)
    told = {
        f"disclosure_{key}_explanation": one.explanation or ""
        for key, one in (file.application.disclosures if file.application else {}).items()
    }
    if ask.request.method != "POST":
        return _sign_page(ask, groups(asked, on_file | told, {}), "", [])
    if not ask.office.saves.one_more(ask.npi):
        raise Said(SLOWLY)
    given = form.taken(ask.given, asked)
    name = ask.given.get("signed_name", "").strip()
    cells = {
        name_: text
        for name_, text in on_file.items()
        if not name_.startswith(("work_", "gap_", "disclosure_")) and name_ not in facts.OURS
    }
    cells = form.signed({**cells, **given, "npi": ask.npi}, name, ask.office.today())
    topics = (form.Topic("work", "", "", asked),)
    problems = [
        (one.field, one.says)
        for one in form.problems(cells, topics, policy, ask.office.today())
        if form.is_of_the_form(one.field, policy) or not one.field
    ]
    problems += [
        (f"disclosure_{key}", "Answer yes or no.") for key in policy.disclosures if f"disclosure_{key}" not in cells
    ]
    problems += [
        (f"disclosure_{key}_explanation", "Explain your answer in your own words.")
        for key in policy.disclosures
        if cells.get(f"disclosure_{key}") == "yes" and f"disclosure_{key}_explanation" not in cells
    ]
    if not name:
        problems.append(("signed_name", "Write your name."))
    problems = list(dict(reversed(problems)).items())[::-1]
    if problems:
        return _sign_page(ask, groups(asked, given, dict(problems)), name, problems)
    with ask.office.store(f"provider {ask.npi}") as store:
        step.submit(store, SubmissionKind.ATTESTATION, ask.npi, _link(ask), cells)
    return ask.done("Signed, and sent", "The office will look at it, and take it in.", *_BACK)


def _sign_page(ask: Ask, shown: tuple[Group, ...], name: str, problems: list[tuple[str, str]]) -> Response:
    error = dict(problems).get("signed_name", "")
    signature = Field("signed_name", "Your name", "As on your license", "line", name, error, "name")
    return ask.show(
        "sign.html",
        status=422 if problems else 200,
        groups=shown,
        signature=signature,
        problems=named(problems, (*shown, Group("", (signature,)))),
    )


def _link(ask: Ask) -> str:
    if ask.link is None:
        raise Said(NOT_READ)
    return ask.link.id
