"""`credkit document`: the papers that prove what a provider claims."""

import sys
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.document import DocumentItem
from credkit.commands.options import DryRun, OneOrAll, read_date, read_npi, read_text
from credkit.commands.session import Session
from credkit.documents import step
from credkit.documents.certificate import NAMES, RETROACTIVE, Question, missing
from credkit.documents.papers import Paper, PaperState
from credkit.errors import InputRejected, UsageError, did_you_mean
from credkit.records import PaperKind
from credkit.render.listing import Column, Listing
from credkit.tables.cells import clean_text

HELP = "File papers and review them; read insurance certificates."

app = typer.Typer(help=HELP, no_args_is_help=True)

STDIN = "-"

COLUMNS = (
    Column[DocumentItem]("ID", lambda item: item.id),
    Column[DocumentItem]("NPI", lambda item: item.npi),
    Column[DocumentItem]("Kind", lambda item: item.kind),
    Column[DocumentItem]("Of", lambda item: (item.credential or "").partition(" ")[2]),
    Column[DocumentItem](
        "State", lambda item: item.state + ("" if item.counts or item.state != "accepted" else ", superseded")
    ),
    Column[DocumentItem]("Received", lambda item: item.received_on.isoformat()),
    Column[DocumentItem]("Expires", lambda item: item.expires_on.isoformat() if item.expires_on else ""),
    Column[DocumentItem]("File", lambda item: item.file_name),
    Column[DocumentItem]("What", lambda item: item.advice or item.reason or ""),
)


def _read_kind(text: str) -> PaperKind:
    if text not in set(PaperKind):
        raise UsageError(
            f"There is no kind of paper {text!r}.{did_you_mean(text, list(PaperKind))}", hint=", ".join(PaperKind)
        )
    return PaperKind(text)


def _read_state(text: str) -> PaperState:
    if text not in set(PaperState):
        raise UsageError(
            f"There is no state {text!r}.{did_you_mean(text, list(PaperState))}", hint=", ".join(PaperState)
        )
    return PaperState(text)


def _item(
    paper: Paper,
    *,
    new: bool = True,
    result: str | None = None,
    summary: str | None = None,
    advice: str | None = None,
    name: str,
) -> DocumentItem:
    filing, review = paper.filing, paper.review
    return DocumentItem(
        id=filing.id,
        npi=filing.npi,
        name=name,
        kind=filing.kind,
        credential=filing.credential,
        state=paper.state.value,
        counts=paper.counts,
        issued_on=filing.issued_on,
        expires_on=filing.expires_on,
        received_from=filing.received_from,
        received_on=filing.received_on,
        filed_by=filing.actor,
        filed_at=filing.filed_at,
        reviewed_by=review.actor if review else None,
        reviewed_on=review.reviewed_on if review else None,
        reason=review.reason if review else None,
        file_name=filing.file_name,
        media_type=filing.media_type,
        sha256=filing.sha256,
        fields=dict(filing.fields),
        new=new,
        result=result,
        summary=summary,
        advice=advice,
    )


@app.command()
def add(
    ctx: typer.Context,
    npi: Annotated[str | None, typer.Argument(metavar="NPI", help="The provider's NPI.", parser=read_npi)] = None,
    file: Annotated[str | None, typer.Argument(metavar="FILE", help="The paper; - is standard input.")] = None,
    kind: Annotated[
        PaperKind | None,
        typer.Option(metavar="KIND", help=", ".join(PaperKind) + ".", parser=_read_kind),
    ] = None,
    credential: Annotated[
        str | None, typer.Option(metavar="KEY", help="The credential it is of: its state, number, board or school.")
    ] = None,
    issued: Annotated[str | None, typer.Option(metavar="DATE", help="The day it was issued.")] = None,
    expires: Annotated[str | None, typer.Option(metavar="DATE", help="Its last day; of a policy too.")] = None,
    received_from: Annotated[str | None, typer.Option(metavar="WHO", help="Who sent it.", parser=read_text)] = None,
    received_on: Annotated[str | None, typer.Option(metavar="DATE", help="When it came; by default today.")] = None,
    of_several: Annotated[
        bool, typer.Option("--of-several", help="It is of several providers: a group's certificate.")
    ] = False,
    insured: Annotated[
        str | None, typer.Option(metavar="NAME", help="Coi: the named insured; several with ; between.")
    ] = None,
    carrier: Annotated[str | None, typer.Option(metavar="NAME", help="Coi: the insurer.")] = None,
    policy_number: Annotated[str | None, typer.Option(metavar="NUMBER", help="Coi: the policy's number.")] = None,
    effective: Annotated[str | None, typer.Option(metavar="DATE", help="Coi: the first day of cover.")] = None,
    per_claim: Annotated[
        str | None, typer.Option(metavar="DOLLARS", help="Coi: 1,000,000, 1M, or both as 1M / 3M.")
    ] = None,
    aggregate: Annotated[str | None, typer.Option(metavar="DOLLARS", help="Coi: the aggregate limit.")] = None,
    basis: Annotated[str | None, typer.Option(metavar="BASIS", help="Coi: claims_made or occurrence.")] = None,
    retroactive: Annotated[str | None, typer.Option(metavar="DATE", help="Coi: of a claims-made policy.")] = None,
    shared: Annotated[
        bool | None, typer.Option("--shared/--individual", help="Coi: whether others share the limits.")
    ] = None,
    fund: Annotated[
        list[str] | None, typer.Option(metavar="ST", help="Coi: the state whose compensation fund they take part in.")
    ] = None,
    tail: Annotated[
        bool | None, typer.Option("--tail/--no-tail", help="Coi: claims are covered after its end.")
    ] = None,
    owner: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Coi: who owns the business it names, as a W-9 or register shows."),
    ] = None,
    fields: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Coi: the same by column, a row for this NPI: " + ", ".join(NAMES) + "."),
    ] = None,
    from_: Annotated[
        Path | None,
        typer.Option(
            "--from", metavar="LIST.csv", help="File every paper of a list: npi, file, kind, and the rest by column."
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """File a paper: it is kept by its content, and reviewed later with `credkit document review`.

    credkit document add 1000010011 w9.pdf --kind w9 --received-from "Ana Marsh"

    credkit document add 1000010011 license.jpg --kind license --credential CO --expires 2027-03-31

    credkit document add 1000010011 coi.pdf --kind coi --insured "Ana Marsh" --carrier "Prairie Mutual"
    --policy-number MP-1 --effective 2026-03-01 --expires 2027-03-01 --per-claim "1M / 3M" --basis occurrence

    credkit document add --from papers.csv --dry-run

    What a certificate of insurance says and is not given is asked for at a terminal. The same paper again changes nothing.
    """
    session: Session = ctx.obj
    given = {
        "insured": insured, "carrier": carrier, "policy_number": policy_number, "effective_on": effective,
        "per_claim": per_claim, "aggregate": aggregate, "basis": basis, "retroactive_on": retroactive,
        "shared": _yes_no(shared), "fund": ", ".join(fund) if fund else None, "tail": _yes_no(tail), "owner": owner,
    }  # fmt: skip
    told = {name: text for name, text in given.items() if text is not None}
    if from_ is not None:
        from credkit.commands.filing.listed import add_from

        if told or any((npi, file, kind, credential, issued, expires, received_from, received_on, of_several, fields)):
            raise UsageError("--from names everything in its list: give it alone.")
        add_from(session, from_, dry_run=dry_run)
        return
    if npi is None or file is None or kind is None:
        raise UsageError("Name the provider, the file and its --kind, or a list with --from.")
    if kind is not PaperKind.COI and (told or fields):
        named = ", ".join(told) or "--fields"
        raise UsageError(f"{named}: only a certificate of insurance (--kind coi) says that.")
    said = None
    if kind is PaperKind.COI:
        said = (_row(fields, npi) if fields else {}) | told | ({"expires_on": expires} if expires else {})
        said = _asked(said) if sys.stdin.isatty() and file != STDIN else said
    sent = step.Sent(
        kind=kind,
        credential=credential,
        issued_on=_day(issued),
        expires_on=_day(expires) if said is None else None,
        received_from=received_from,
        received_on=_day(received_on),
        said=said,
    )
    with session.store() as store:
        filed = step.add(
            store,
            npi,
            None if file == STDIN else Path(file),
            sent,
            session.policy,
            today=session.today,
            stdin=sys.stdin.buffer if file == STDIN else None,
            of_several=of_several,
            dry_run=dry_run,
        )
    finding = filed.finding
    item = _item(
        filed.paper,
        new=filed.new,
        result=finding.result.value if finding else None,
        summary=finding.summary if finding else None,
        advice=finding.advice if finding else None,
        name=filed.file.provider.name,
    )
    _show(session, [item])
    if not filed.new:
        session.say(f"It is filed already, since {item.filed_at[:10]}: nothing changed.")
    elif item.advice:
        session.say(f"{item.summary} {item.advice}")
    if dry_run:
        session.say("Nothing was changed.")
    elif filed.new:
        session.say(f"Next: credkit document review {item.id} accept")


def _yes_no(value: bool | None) -> str | None:
    return None if value is None else "yes" if value else "no"


def _day(text: str | None) -> date | None:
    return read_date(text) if text is not None else None


def _asked(said: Mapping[str, str]) -> dict[str, str]:
    """Ask at the terminal for what a certificate must say and was not given; what cannot be read is asked for again."""
    answers = dict(said)
    while absent := missing(answers):  # the limit per claim may give both
        answers[absent[0].name] = _answer(absent[0])
    if answers["basis"].casefold().startswith("c") and not answers.get("retroactive_on"):
        answers["retroactive_on"] = _answer(RETROACTIVE)
    return answers


def _answer(question: Question) -> str:
    words = question.words if question.obligatory else f"{question.words} (Enter: not stated)"
    while True:
        said = str(typer.prompt(words, default=None if question.obligatory else "", show_default=False, err=True))
        try:
            if said.strip():
                question.read(clean_text(said))
        except ValueError as error:
            typer.echo(str(error), err=True)
        else:
            return said


def _row(path: Path, npi: str) -> dict[str, str]:
    """Return what a file says of a provider's certificate: its one row, or the one row of this NPI."""
    from credkit.tables.reading import open_sheet

    with open_sheet(path) as sheet:
        unknown = [name for name in sheet.header if name not in {*NAMES, "npi"}]
        if unknown:
            raise UsageError(
                f"{path}: {unknown[0]!r} is not a column of a certificate.{did_you_mean(unknown[0], NAMES)}",
                hint="npi, " + ", ".join(NAMES),
            )
        rows = list(sheet.rows)
    if "npi" in sheet.header:
        rows = [row for row in rows if row.cells["npi"].strip() == npi]
    if len(rows) != 1:
        raise InputRejected(f"{path} has {len(rows) or 'no'} rows for {npi}: it must have one.")
    if rows[0].problem:
        raise InputRejected(f"{path}: row {rows[0].number}: {rows[0].problem}")
    return {name: cell for name, cell in rows[0].cells.items() if name != "npi" and cell.strip()}


@app.command("list")
def list_command(
    ctx: typer.Context,
    npi: OneOrAll = None,
    kind: Annotated[
        PaperKind | None, typer.Option(metavar="KIND", help="Only papers of this kind.", parser=_read_kind)
    ] = None,
    state: Annotated[
        PaperState | None,
        typer.Option(metavar="STATE", help="Only received, accepted or rejected ones.", parser=_read_state),
    ] = None,
) -> None:
    """List the papers of one provider, or of all: what was received, what was made of it, and which one counts.

    credkit document list --state received
    """
    session: Session = ctx.obj
    with session.store() as store:
        if npi:
            store.provider_file(npi)
        names = {}
        found = []
        for paper in step.everything(store, npi, session.on):
            if (kind is None or paper.filing.kind is kind) and (state is None or paper.state is state):
                if paper.filing.npi not in names:
                    provider = store.provider(paper.filing.npi)
                    names[paper.filing.npi] = provider.name if provider else ""
                found.append(_item(paper, name=names[paper.filing.npi]))
    _show(session, found, empty="No paper fits." if npi or kind or state else "No papers yet: `credkit document add`.")


@app.command("open")
def open_command(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="ID", help="The paper, as `document list` names it.")],
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Copy it there; - is standard output.")] = None,
    view: Annotated[bool, typer.Option("--view", help="Show it in the platform's viewer.")] = False,
) -> None:
    """Print where a paper is, or copy it out; its content is held against its SHA-256 first. Nothing is ever run.

    credkit document open 53c82d8b7a11 --out look.pdf

    The beginning of the SHA-256 of a paper that proves a verification names it too.
    """
    session: Session = ctx.obj
    with session.store() as store:
        digest, name = step.found(store, document)
        path = step.content(store, digest)
    if out is not None:
        session.write_bytes(path.read_bytes(), None if str(out) == STDIN else out)
        session.say(f"Copied {name} to {out}.")
    elif view:
        _show_in_viewer(path)
    else:
        session.write_text(f"{path}\n")


def _show_in_viewer(path: Path) -> None:
    if not sys.stdout.isatty():
        raise UsageError("--view needs a terminal.", hint="Use --out FILE.")
    typer.launch(str(path))


@app.command()
def review(
    ctx: typer.Context,
    document: Annotated[str, typer.Argument(metavar="ID", help="The paper, as `document list` names it.")],
    verdict: Annotated[str, typer.Argument(metavar="accept|reject", help="What you make of it.")],
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why; a rejection needs it.", parser=read_text)
    ] = None,
) -> None:
    """Accept or reject a paper. The newest accepted one of its kind counts; the older ones are superseded, and stay.

    credkit document review 53c82d8b7a11 reject --reason "Page two, with the signature, is missing."

    A rejection is the provider's to answer: `status` and `explain` name it with the reason. An accepted certificate of
    insurance becomes the malpractice policy on file, the policy before it stays on file, and the malpractice check is run.
    """
    session: Session = ctx.obj
    if verdict not in {"accept", "reject"}:
        raise UsageError(f"{verdict!r} is neither accept nor reject.{did_you_mean(verdict, ('accept', 'reject'))}")
    with session.store() as store:
        filed = step.review(store, document, accepts=verdict == "accept", reason=reason, today=session.today)
        finding = None
        if filed.credential is not None:
            from credkit.verify.step import Run, run

            judged = list(
                run(
                    store, session.policy, {}, all_checks(), npis=[filed.paper.filing.npi], on=session.today,
                    only=("malpractice",), again=True, outcome=Run(),
                )
            )  # fmt: skip
            finding = judged[0].verification if judged else None
    item = _item(
        filed.paper,
        result=finding.result.value if finding else None,
        summary=finding.summary if finding else None,
        advice=finding.advice if finding else None,
        name=filed.file.provider.name,
    )
    _show(session, [item])
    if finding:
        session.say(f"malpractice: {finding.result}. {finding.summary} {finding.advice or ''}".rstrip())
    if verdict == "reject" and filed.paper.filing.kind is PaperKind.COI and filed.was_accepted:
        session.warn(
            "It had been accepted: the malpractice policy that it made stays on file. "
            "`credkit provider edit` corrects it, and the next certificate takes its place."
        )


def _show(session: Session, items: list[DocumentItem], empty: str = "") -> None:
    counts: Counter[str] = Counter(item.state for item in items)
    session.present(
        Listing(
            schema="credkit.document/1",
            items=items,
            columns=COLUMNS,
            counts=counts,
            on=session.on,
            empty=empty or "Nothing to show.",
        )
    )
