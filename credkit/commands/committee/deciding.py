"""`credkit committee decide`: what the committee, or its medical director, decides."""

from datetime import date
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.committee import DecisionItem
from credkit.commands.options import MoreNames, NpiArgument, every_name, read_date, read_text
from credkit.commands.session import Session
from credkit.committee.closing import pull_changed
from credkit.committee.proposal import Proposal, decision_day
from credkit.committee.step import decide
from credkit.errors import UsageError, did_you_mean
from credkit.records import Decision, Outcome, ProviderFile
from credkit.reference.states import state_code
from credkit.render.listing import Column, Listing

if TYPE_CHECKING:
    from credkit.store import Store

DECISIONS = (
    Column[DecisionItem]("NPI", lambda item: item.npi),
    Column[DecisionItem]("Name", lambda item: item.name),
    Column[DecisionItem]("Decision", lambda item: item.decision),
    Column[DecisionItem]("Decided on", lambda item: item.decided_on.isoformat()),
    Column[DecisionItem]("By", lambda item: item.decided_by),
    Column[DecisionItem]("States", lambda item: ", ".join(item.states)),
)


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
    owner: Annotated[
        str, typer.Option(help="Who sees to the conditions.", metavar="NAME", parser=read_text)
    ] = "provider",
    due: Annotated[str | None, typer.Option(help="By when the conditions are to be met.", metavar="DATE")] = None,
    provisional: Annotated[
        bool, typer.Option("--provisional", help="For 60 days at most, once, of a first-time applicant.")
    ] = False,
    on_appeal: Annotated[bool, typer.Option("--appeal", help="The panel's decision on the open appeal.")] = False,
    override: Annotated[
        str | None,
        typer.Option(
            help="Approve past the gate, with the reason, which is shown for ever.", metavar="REASON", parser=read_text
        ),
    ] = None,
) -> None:
    """Record a decision on a file, judged by the policy in force on its day.

    An approval passes the gate: every requirement met, or its review accepted; else it is refused (exit 5) with every
    reason. The day is the meeting's, or for a clean file approved by the medical director, today. Once the committee's
    members are on record, a decision needs the vote of its meeting (`credkit committee vote`). An approval past the gate
    counts when a second person confirms it.
    """
    session: Session = ctx.obj
    if by is not None and by != "medical_director":
        raise UsageError(
            f"{by!r} is no role that decides.{did_you_mean(by, ['medical_director'])}", hint="--by medical_director"
        )
    if session.options.on:
        raise UsageError(
            "A decision's day is its meeting's, or today; --on has no place here.",
            hint="Name the meeting that decided: --meeting DATE",
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
        owner=owner,
        due_on=read_date(due) if due else None,
        provisional=provisional,
        on_appeal=on_appeal,
    )
    day = decision_day(proposal, session.today)
    with session.store() as store:
        tell_pulled(session, store, day)
        # The policy is read in the transaction that judges by it.
        with store.batch():
            policy = session.policy_on(day)
            made, file = decide(store, npi, policy, all_checks(), proposal, today=session.today)
    if made.needs_second:
        session.say(f"It counts when a second person confirms it: credkit confirm {made.id}")
    session.present(
        Listing(
            schema="credkit.decision/1",
            items=[_item(made, file)],
            columns=DECISIONS,
            on=day,
            policy=policy,
        )
    )


def tell_pulled(session: Session, store: "Store", held_on: date) -> None:
    """Pull from a closed docket what is no longer what it was, and say so."""
    meeting = store.meeting(held_on)
    if meeting is None:
        return
    for entry in pull_changed(store, meeting, session.policy_on(held_on), all_checks()):
        session.warn(f"{entry.npi} was pulled from the docket of {held_on}: {entry.pulled_because}.")


def _item(made: Decision, file: ProviderFile) -> DecisionItem:
    return DecisionItem(
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
        tally=dict(made.tally),
        waits_for_second=made.needs_second,
        provisional_until=made.provisional_until,
        legacy=made.legacy,
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
