"""`credkit committee`: meetings, the docket, and decisions."""

from typing import Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.committee import DecisionItem, DocketItem
from credkit.commands.options import MoreNames, NpiArgument, every_name, read_date, read_text
from credkit.commands.session import Session
from credkit.committee.docket import CLEAN
from credkit.committee.step import Proposal, decide, decision_day, schedule
from credkit.errors import UsageError, did_you_mean
from credkit.records import Outcome
from credkit.reference.states import state_code
from credkit.render.listing import Column, Listing
from credkit.status.agenda import AgendaLine, agenda_line
from credkit.status.assess import assess

HELP = "Schedule meetings, see who is ready, record decisions."

app = typer.Typer(help=HELP, no_args_is_help=True)

DOCKET = (
    Column[DocketItem]("NPI", lambda item: item.npi),
    Column[DocketItem]("Name", lambda item: item.name),
    Column[DocketItem]("Profession", lambda item: item.profession or ""),
    Column[DocketItem]("Cycle", lambda item: item.cycle),
    Column[DocketItem]("Track", lambda item: item.track),
    Column[DocketItem]("States", lambda item: ", ".join(item.states)),
    Column[DocketItem]("Why", lambda item: "; ".join(item.reasons)),
)

DECISIONS = (
    Column[DecisionItem]("NPI", lambda item: item.npi),
    Column[DecisionItem]("Name", lambda item: item.name),
    Column[DecisionItem]("Decision", lambda item: item.decision),
    Column[DecisionItem]("Decided on", lambda item: item.decided_on.isoformat()),
    Column[DecisionItem]("By", lambda item: item.decided_by),
    Column[DecisionItem]("States", lambda item: ", ".join(item.states)),
)


@app.command("schedule")
def schedule_command(ctx: typer.Context, held_on: Annotated[str, typer.Argument(metavar="DATE")]) -> None:
    """Put a meeting of the committee on the calendar."""
    session: Session = ctx.obj
    with session.store() as store:
        meeting = schedule(store, read_date(held_on))
    session.say(
        f"The committee meets on {meeting.held_on}: `credkit committee agenda {meeting.held_on}` says who is ready."
    )


@app.command()
def agenda(ctx: typer.Context, held_on: Annotated[str | None, typer.Argument(metavar="DATE")] = None) -> None:
    """List who is ready for the committee: the clean files first, then the exceptions with why.

    Without a date, the next meeting on the calendar, else today.
    """
    session: Session = ctx.obj
    with session.store() as store:
        if held_on:
            day = read_date(held_on)
            if store.meeting(day) is None:
                session.warn(f"There is no meeting on {day} yet: `credkit committee schedule {day}` puts it there.")
        else:
            coming = [meeting.held_on for meeting in store.meetings() if meeting.held_on >= session.on]
            day = coming[0] if coming else session.on
        policy, checks, payers = session.policy_on(day), all_checks(), store.payers()
        ready = [
            _item(line)
            for file in store.provider_files()
            if (line := agenda_line(assess(file, policy, day, checks, payers), policy, checks))
        ]
    ready.sort(key=lambda item: (item.track != CLEAN, item.name, item.npi))
    clean = sum(item.track == CLEAN for item in ready)
    session.present(
        Listing(
            schema="credkit.docket/1",
            items=ready,
            columns=DOCKET,
            counts={"clean": clean, "exception": len(ready) - clean},
            on=day,
            policy=policy,
            empty=f"Nobody is ready for the committee on {day}: `credkit verify due` says what is missing.",
        )
    )


def _item(line: AgendaLine) -> DocketItem:
    provider = line.assessment.file.provider
    return DocketItem(
        npi=provider.npi,
        name=provider.name,
        profession=provider.profession,
        cycle=line.assessment.round.kind,
        track=line.assessment.track.name,
        states=list(line.states),
        reasons=list(line.reasons),
    )


@app.command("decide")
def decide_command(
    ctx: typer.Context,
    npi: NpiArgument,
    decision: Annotated[str, typer.Option(help=", ".join(Outcome), metavar="DECISION")],
    state: Annotated[
        str | None,
        typer.Option(help="The states it is for; by default every state whose lines are met.", metavar="ST,..."),
    ] = None,
    condition: Annotated[
        list[str] | None,
        typer.Option(help="A condition of the approval; may be repeated.", metavar="TEXT", parser=read_text),
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why; needed unless approved.", metavar="TEXT", parser=read_text)
    ] = None,
    meeting: Annotated[str | None, typer.Option(help="The meeting that decided.", metavar="DATE")] = None,
    present: Annotated[
        list[str] | None, typer.Option(help="Who was there: one name or more.", metavar="NAME...")
    ] = None,
    also_present: MoreNames = None,
    by: Annotated[str | None, typer.Option(help="medical_director, for clean files.", metavar="ROLE")] = None,
    revisit: Annotated[str | None, typer.Option(help="The day a deferred file comes back.", metavar="DATE")] = None,
    override: Annotated[
        str | None,
        typer.Option(
            help="Approve past the gate, with the reason, which is shown for ever.", metavar="REASON", parser=read_text
        ),
    ] = None,
) -> None:
    """Record a decision on a file, judged by the policy in force on its day.

    An approval passes the gate: every requirement met, or its review accepted; else it is refused (exit 5) with every
    reason. The day is the meeting's, or for a clean file approved by the medical director, today.
    """
    session: Session = ctx.obj
    if by is not None and by != "medical_director":
        raise UsageError(
            f"{by!r} is no role that decides.{did_you_mean(by, ['medical_director'])}", hint="--by medical_director"
        )
    if session.policy_path:
        raise UsageError("A decision is judged by the policy in force on its day; --policy has no place here.")
    if decision not in set(Outcome):
        raise UsageError(
            f"There is no decision {decision!r}.{did_you_mean(decision, list(Outcome))}", hint=", ".join(Outcome)
        )
    proposal = Proposal(
        outcome=Outcome(decision),
        states=_states(state),
        conditions=tuple(condition or ()),
        reason=reason,
        meeting_on=read_date(meeting) if meeting else None,
        present=every_name(present, also_present, "--present"),
        by_medical_director=by == "medical_director",
        override=override,
        revisit_on=read_date(revisit) if revisit else None,
    )
    # The policy is read in the transaction that judges by it.
    with session.store() as store, store.batch():
        day = decision_day(proposal, session.today)
        policy = session.policy_on(day)
        made, file = decide(store, npi, policy, all_checks(), proposal, today=session.today)
    session.present(
        Listing(
            schema="credkit.decision/1",
            items=[
                DecisionItem(
                    id=made.id,
                    npi=made.npi,
                    name=file.provider.name,
                    decision=made.outcome,
                    decided_on=made.decided_on,
                    decided_by=made.decided_by,
                    states=list(made.states),
                    conditions=list(made.conditions),
                    reason=made.reason,
                    override=made.override,
                    track=made.track,
                )
            ],
            columns=DECISIONS,
            on=day,
            policy=policy,
        )
    )


def _states(text: str | None) -> tuple[str, ...]:
    if text is None:
        return ()
    codes = []
    for word in text.replace(";", ",").split(","):
        code = state_code(word)
        if code is None:
            raise UsageError(f"{word.strip()!r} is not a state.", hint="Write postal codes: --state TX,CO")
        codes.append(code)
    return tuple(dict.fromkeys(codes))
