"""`credkit document`: the papers that prove what a provider claims."""

import sys
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.filing.asked import ask_for_what_is_missing
from credkit.commands.filing.shown import item_of, show
from credkit.commands.options import DryRun, OneOrAll, read_date, read_npi, read_text
from credkit.commands.session import Session
from credkit.documents import step
from credkit.documents.papers import PaperState
from credkit.errors import UsageError, did_you_mean
from credkit.records import PaperKind

HELP = "File papers and review them; read insurance certificates."

app = typer.Typer(help=HELP, no_args_is_help=True)

STDIN = "-"


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

        if told or any((npi, file, kind, credential, issued, expires, received_from, received_on, of_several)):
            raise UsageError("--from names everything in its list: give it alone.")
        add_from(session, from_, dry_run=dry_run)
        return
    if npi is None or file is None or kind is None:
        raise UsageError("Name the provider, the file and its --kind, or a list with --from.")
    if kind is not PaperKind.COI and told:
        raise UsageError(f"{', '.join(told)}: only a certificate of insurance (--kind coi) says that.")
    said = None
    if kind is PaperKind.COI:
        said = told | ({"expires_on": expires} if expires else {})
        said = ask_for_what_is_missing(said) if sys.stdin.isatty() and file != STDIN else said
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
    item = item_of(
        filed.paper,
        new=filed.new,
        result=finding.result.value if finding else None,
        summary=finding.summary if finding else None,
        advice=finding.advice if finding else None,
        name=filed.file.provider.name,
    )
    show(session, [item])
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
                found.append(item_of(paper, name=names[paper.filing.npi]))
    show(session, found, empty="No paper fits." if npi or kind or state else "No papers yet: `credkit document add`.")


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
    item = item_of(
        filed.paper,
        result=finding.result.value if finding else None,
        summary=finding.summary if finding else None,
        advice=finding.advice if finding else None,
        name=filed.file.provider.name,
    )
    show(session, [item])
    if finding:
        session.say(f"malpractice: {finding.result}. {finding.summary} {finding.advice or ''}".rstrip())
    if verdict == "reject" and filed.paper.filing.kind is PaperKind.COI and filed.was_accepted:
        session.warn(
            "It had been accepted: the malpractice policy that it made stays on file. "
            "`credkit provider edit` corrects it, and the next certificate takes its place."
        )
