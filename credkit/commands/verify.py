"""`credkit verify`: claims held against their sources, by a run or by a person."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.verification import DueItem, VerificationItem
from credkit.commands.options import DryRun, NpiArgument, NpisArgument, read_age, read_date, read_npi, read_text
from credkit.commands.session import Session
from credkit.commands.verifying.evidence import rejudge_command, show_evidence
from credkit.commands.verifying.running import Counts, open_sources, sum_up
from credkit.commands.verifying.worklist import record_from, write_worklist
from credkit.errors import FOUND_SOMETHING, Incomplete, UsageError, did_you_mean
from credkit.records import Result, Verification
from credkit.render.listing import Column, Listing
from credkit.verify.by_hand import Looked, accept, record
from credkit.verify.changes import changes, finding_before
from credkit.verify.gathering import Manner
from credkit.verify.plan import Due, due
from credkit.verify.step import Run, run
from credkit.verify.worklist import where_to_look

HELP = "Verify claims against their sources, or by hand."

app = typer.Typer(help=HELP, no_args_is_help=True)

COLUMNS = (
    Column[VerificationItem]("NPI", lambda item: item.npi),
    Column[VerificationItem]("Check", lambda item: f"{item.check} {item.subject}".rstrip()),
    Column[VerificationItem]("Result", lambda item: item.result),
    Column[VerificationItem]("Verified", lambda item: item.verified_on.isoformat()),
    Column[VerificationItem]("By", lambda item: item.actor),
    Column[VerificationItem]("Summary", lambda item: "; ".join([item.summary, *item.changes])),
)

DUE = (
    Column[DueItem]("NPI", lambda item: item.npi),
    Column[DueItem]("Name", lambda item: item.name),
    Column[DueItem]("Check", lambda item: f"{item.check} {item.subject}".rstrip()),
    Column[DueItem]("Why", lambda item: item.why),
    Column[DueItem]("How", lambda item: item.how),
    Column[DueItem]("Next", lambda item: item.advice or ""),
)

BY_HAND = (
    *DUE[:4],
    Column[DueItem]("Where", lambda item: item.where or ""),
    Column[DueItem]("Record", lambda item: item.record or ""),
)

CheckName = Annotated[str, typer.Argument(metavar="CHECK")]
Subject = Annotated[
    str | None, typer.Option(help="Which one, as `status` names it (a state, a list, a board).", metavar="KEY")
]


def item(verification: Verification, differs: Sequence[str] = ()) -> VerificationItem:
    """Return a verification as the published item, with how it differs from the finding before it."""
    return VerificationItem.model_validate(
        {
            "id": verification.id,
            "npi": verification.npi,
            "check": verification.check,
            "subject": verification.subject,
            "result": verification.result,
            "summary": verification.summary,
            "verified_on": verification.verified_on,
            "recorded_at": verification.recorded_at,
            "actor": verification.actor,
            "method": verification.method,
            "source": verification.source,
            "expires_on": verification.expires_on,
            "comparisons": [
                {"field": one.field, "claimed": one.claimed, "found": one.found, "agrees": one.agrees}
                for one in verification.comparisons
            ],
            "evidence": verification.evidence,
            "document": verification.document,
            "note": verification.note,
            "advice": verification.advice,
            "changes": list(differs),
        }
    )


@app.command("run")
def run_command(
    ctx: typer.Context,
    npis: Annotated[
        list[str] | None, typer.Argument(metavar="NPI", help="Providers by NPI, or --all.", parser=read_npi)
    ] = None,
    everyone: Annotated[bool, typer.Option("--all", help="Every provider.")] = False,
    check: Annotated[list[str] | None, typer.Option(help="Only this check; may be repeated.", metavar="NAME")] = None,
    again: Annotated[bool, typer.Option("--again", help="Also what holds, or was found today.")] = False,
    max_age: Annotated[
        str | None,
        typer.Option(
            metavar="AGE",
            help="Use a source's answer again if it is no older: 24h, 7d. 24h by the settings' own default; 0 asks anew.",
        ),
    ] = None,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask sources anew, whatever they said before.")] = False,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask nobody: judge by what is held and what is loaded.")
    ] = False,
    dry_run: DryRun = False,
    exit_zero: Annotated[bool, typer.Option("--exit-zero", help="End 0 also when something was found.")] = False,
) -> None:
    """Run every check that is due, and record what is found.

    A good answer that a source gave not long ago is used again, and counts from the day on which it was given. A source
    that fails many times in a row is not asked any more, and the others go on. Ends 4 when a source or a list failed it, 10
    when a finding needs somebody, else 0. Interrupted, it goes on where it stopped when run again.
    """
    session: Session = ctx.obj
    if bool(npis) == everyone:
        raise UsageError("Name the providers to verify, or --all for everybody.")
    if refresh and offline:
        raise UsageError("--refresh asks everybody, --offline nobody: give one of them.")
    manner = Manner(
        offline=offline,
        refresh=refresh,
        max_age=read_age(max_age) if max_age is not None else None,
        time_zone=session.settings.organization.time_zone,
    )
    checks = all_checks()
    for name in check or ():
        if name not in checks:
            raise UsageError(f"There is no check named {name!r}.{did_you_mean(name, checks)}")
    outcome = Run()
    with session.store() as store:
        for npi in npis or ():
            store.provider_file(npi)
        if dry_run:
            planned = (
                one
                for file in store.provider_files(npis)
                for one in due(file, session.policy, session.today, checks, only=check or (), again=again)
                if one.check.automatic
            )
            _show_due(session, planned, "Nothing is due.")
            return
        with (
            ExitStack() as opened,
            session.worked("providers verified", len(set(npis)) if npis else store.provider_count()) as (
                progress,
                report,
            ),
        ):
            sources, askings = open_sources(session.settings, opened)
            counts = Counts(outcome)

            def items() -> Iterator[VerificationItem]:
                for judged in run(
                    store,
                    session.policy,
                    sources,
                    checks,
                    npis=npis,
                    on=session.today,
                    only=check or (),
                    again=again,
                    askings=askings,
                    manner=manner,
                    outcome=outcome,
                    progress=progress,
                    waits=lambda others: session.say(
                        f"Another run holds providers that are due ({others}): waiting for it, ten minutes at the most."
                    ),
                ):
                    yield item(judged.verification, judged.changes)

            report(
                Listing(
                    schema="credkit.verification/1",
                    items=items(),
                    columns=COLUMNS,
                    counts=counts if session.for_programs else outcome.counts,
                    on=session.today,
                    policy=session.policy,
                    empty="Nothing is due that a run can verify.",
                )
            )
    sum_up(session, outcome)
    if outcome.troubles or outcome.left:
        raise typer.Exit(Incomplete.exit_code)
    if (outcome.counts[Result.FAIL] or outcome.counts[Result.REVIEW]) and not exit_zero:
        raise typer.Exit(FOUND_SOMETHING)


@app.command("record")
def record_command(
    ctx: typer.Context,
    npi: Annotated[str | None, typer.Argument(metavar="NPI", help="The provider's NPI.", parser=read_npi)] = None,
    check: Annotated[str | None, typer.Argument(metavar="CHECK")] = None,
    result: Annotated[str | None, typer.Option(help="pass, fail or review.", metavar="RESULT")] = None,
    source: Annotated[
        str | None, typer.Option(help="Where you looked, or whom you asked.", metavar="TEXT", parser=read_text)
    ] = None,
    subject: Subject = None,
    report_date: Annotated[
        str | None, typer.Option(help="The date that the source's own report bears.", metavar="DATE")
    ] = None,
    document: Annotated[
        Path | None, typer.Option(help="The paper that proves it; kept beside the store.", metavar="FILE")
    ] = None,
    note: Annotated[
        str | None, typer.Option(help="What else there is to say.", metavar="TEXT", parser=read_text)
    ] = None,
    from_file: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Many at once: a worklist that `verify due --by-hand --out` wrote, filled in; - is standard input.",
            allow_dash=True,
        ),
    ] = None,
    dry_run: DryRun = False,
) -> None:
    """Record what you looked up yourself: one thing, or a filled-in worklist.

    Of a worklist, each row is held against the same rules as one record; a row that may not be recorded is named with the
    reason, and the command ends with 3. A row that is on record already is not recorded again.
    """
    session: Session = ctx.obj
    if from_file is not None:
        if any(one is not None for one in (npi, check, result, source, subject, report_date, document, note)):
            raise UsageError("--from takes everything from the file: give nothing else.")
        record_from(session, from_file, dry_run=dry_run)
        return
    if npi is None or check is None or result is None or source is None:
        raise UsageError(
            "NPI, CHECK, --result and --source are asked for, or --from FILE.",
            hint='credkit verify record NPI license --subject CO --result pass --source "the board\'s page"',
        )
    allowed = [Result.PASS, Result.FAIL, Result.REVIEW]
    if result not in allowed:
        raise UsageError(f"{result!r} is no result.{did_you_mean(result, allowed)}", hint="Write pass, fail or review.")
    looked = Looked(Result(result), source, read_date(report_date) if report_date else None, note)
    # The policy is read in the transaction that judges by it.
    with session.store() as store, store.batch():
        made = record(
            store,
            npi,
            session.policy_on(session.today),
            all_checks(),
            check=check,
            subject=subject,
            looked=looked,
            document=document,
            today=session.today,
            dry_run=dry_run,
        )
    if dry_run:
        session.say("It would be recorded; nothing was changed.")
    _show(session, [made])


@app.command("accept")
def accept_command(
    ctx: typer.Context,
    npi: NpiArgument,
    check: CheckName,
    reason: Annotated[str, typer.Option(help="Why it may stand.", metavar="TEXT", parser=read_text)],
    subject: Subject = None,
) -> None:
    """Let a review stand, with the reason. The file stays an exception for the committee."""
    session: Session = ctx.obj
    with session.store() as store, store.batch():
        accepted = accept(
            store,
            npi,
            session.policy_on(session.today),
            all_checks(),
            check=check,
            subject=subject,
            reason=reason,
            today=session.today,
        )
    session.say(f"Accepted {accepted.check} {accepted.subject}".rstrip() + f" of {npi}: {accepted.reason}")
    if session.policy_on(session.today).committee.second_person_accepts:
        session.say(f"It counts once a second person confirmed it: credkit confirm {accepted.id}")


@app.command("show")
def show(
    ctx: typer.Context,
    npi: NpiArgument,
    evidence_id: Annotated[
        str | None, typer.Argument(metavar="EVIDENCE", help="With --evidence: one piece, as it was kept.")
    ] = None,
    evidence: Annotated[
        bool, typer.Option("--evidence", help="Show what sources said; with an id, one answer as it was kept.")
    ] = False,
) -> None:
    """Show every verification of a provider, newest first, with how it differs from the one before it."""
    session: Session = ctx.obj
    if evidence_id is not None and not evidence:
        raise UsageError(f"Unexpected word: {evidence_id!r}.", hint="credkit verify show NPI --evidence ID")
    with session.store() as store:
        file = store.provider_file(npi)
        if evidence:
            show_evidence(session, store, file, evidence_id)
            return
    _show(session, list(reversed(file.verifications)), "Nothing was verified yet: `credkit verify run NPI`.")


app.command("rejudge")(rejudge_command)


@app.command("due")
def due_command(
    ctx: typer.Context,
    npis: NpisArgument = None,
    by_hand: Annotated[
        bool, typer.Option("--by-hand", help="Only what a person must look up, with where to look and what to record.")
    ] = False,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="With --by-hand: write it as CSV to fill in, for `verify record --from`; - is standard output.",
            allow_dash=True,
        ),
    ] = None,
) -> None:
    """List what must be verified: by a run, or by hand."""
    session: Session = ctx.obj
    if out is not None and not by_hand:
        raise UsageError("--out goes with --by-hand.")
    with session.store() as store:
        for npi in npis or ():
            store.provider_file(npi)
        dues = (
            one
            for file in store.provider_files(npis)
            for one in due(file, session.policy, session.on, all_checks())
            if one.by_hand or not by_hand
        )
        if out is not None:
            write_worklist(session, dues, out)
            return
        _show_due(session, dues, "Nothing is due by hand." if by_hand else "Nothing is due.", by_hand=by_hand)


def differs(verification: Verification, newest_first: Sequence[Verification]) -> tuple[str, ...]:
    """Say how one of a provider's verifications differs from the finding before it."""
    before = finding_before(list(reversed(newest_first)), verification)
    return changes(before, verification) if before else ()


def _show(session: Session, verifications: list[Verification], empty: str = "") -> None:
    session.present(
        Listing(
            schema="credkit.verification/1",
            items=(item(one, differs(one, verifications)) for one in verifications),
            columns=COLUMNS,
            empty=empty,
        )
    )


def _show_due(session: Session, dues: Iterator[Due], empty: str, *, by_hand: bool = False) -> None:
    session.present(
        Listing(
            schema="credkit.verification_due/1",
            items=map(_due_item, dues),
            columns=BY_HAND if by_hand else DUE,
            on=session.on,
            policy=session.policy,
            empty=empty,
        )
    )


def _due_item(one: Due) -> DueItem:
    told = where_to_look(one) if one.by_hand else None
    return DueItem(
        npi=one.npi,
        name=one.name,
        check=one.check.name,
        subject=one.subject.key,
        why=one.why,
        how="by hand" if one.by_hand else "run",
        advice=one.requirement.advice,
        where=told.where if told else None,
        record=told.record if told else None,
    )
