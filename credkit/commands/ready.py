"""`credkit ready`: may this provider see clients?"""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.ready import ReadyItem
from credkit.commands.options import ExitZero, StateOption, read_npi
from credkit.commands.session import Session
from credkit.committee.standing import standing
from credkit.errors import FOUND_SOMETHING, InputRejected, Refused, UsageError
from credkit.render.listing import Column, Listing
from credkit.status.readiness import asked

if TYPE_CHECKING:
    from credkit.policy import Policy
    from credkit.records import Payer
    from credkit.status.schedule import Answer, Visit
    from credkit.store import Store

HELP = "Say whether a provider may see clients, and why not."

COLUMNS = (
    Column[ReadyItem]("Row", lambda item: str(item.row) if item.row is not None else "", justify="right"),
    Column[ReadyItem]("NPI", lambda item: item.npi if item.row is not None else ""),
    Column[ReadyItem]("State", lambda item: item.state or ""),
    Column[ReadyItem]("Ready", lambda item: "yes" if item.ready else "no"),
    Column[ReadyItem]("Until", lambda item: item.until.isoformat() if item.until else ""),
    Column[ReadyItem]("Payers", lambda item: ", ".join(item.payers)),
    Column[ReadyItem]("Why not", lambda item: "; ".join(item.reasons)),
    Column[ReadyItem]("Warnings", lambda item: "; ".join(item.warnings)),
)


def command(
    ctx: typer.Context,
    npi: Annotated[
        str | None, typer.Argument(metavar="NPI", help="The provider's NPI; not with --from.", parser=read_npi)
    ] = None,
    state: StateOption = None,
    payer: Annotated[str | None, typer.Option(help="In-network with this payer too.", metavar="PAYER")] = None,
    schedule: Annotated[
        Path | None,
        typer.Option(
            "--from", help="A schedule: a row a visit, with the columns npi, state, payer, date.", metavar="FILE"
        ),
    ] = None,
    exit_zero: ExitZero = False,
) -> None:
    """Say whether a provider may see clients: yes (exit 0), or no (exit 5) with every reason; and until when a yes holds.

    Without --state the answer is yes where there is a state in which clients may be seen. With --from every row of a schedule
    is answered: 10 where there is a no among them, 3 where a row cannot be read.
    """
    session: Session = ctx.obj
    if (npi is None) == (schedule is None):
        raise UsageError("Name a provider by NPI, or a schedule with --from FILE.")
    if schedule is not None:
        if state or payer:
            raise UsageError("A schedule says the state and the payer of each row: leave --state and --payer out.")
        _scheduled(session, schedule, exit_zero=exit_zero)
        return
    if exit_zero:
        raise UsageError("--exit-zero goes with --from: one provider's no is an answer (exit 5).")
    assert npi is not None
    with session.store() as store:
        file = store.provider_file(npi)
        payers, checks, policy = store.payers(), all_checks(), session.policy
        wanted = store.payer(payer, session.on) if payer is not None else None
        practiced = file.provider.states_of_practice
        if state and state not in practiced:
            raise Refused(
                f"{file.provider.name} does not practice in {state}.",
                hint="States of practice: " + (", ".join(practiced) or "none given") + ".",
            )
    approved = standing(file, policy, session.on).approvals
    states = [state] if state else list(dict.fromkeys((*practiced, *approved)))
    if not states:
        raise UsageError(f"{npi} has no state of practice on file.", hint="Give it with `credkit provider edit`.")
    items = []
    for one in states:
        said, until = asked(file, policy, session.on, checks, payers, one, wanted)
        items.append(
            ReadyItem(
                row=None,
                npi=npi,
                name=file.provider.name,
                state=one,
                payer=wanted.name if wanted else None,
                on=session.on,
                ready=said.ready,
                until=until,
                payers=list(said.payers),
                reasons=list(said.reasons),
                warnings=list(said.warnings),
            )
        )
    session.present(
        Listing(
            schema="credkit.ready/1",
            items=items,
            columns=COLUMNS,
            counts={"ready": sum(one.ready for one in items), "not_ready": sum(not one.ready for one in items)},
            on=session.on,
            policy=policy,
        )
    )
    if not any(one.ready for one in items):
        raise typer.Exit(Refused.exit_code)


def _scheduled(session: Session, schedule: Path, *, exit_zero: bool) -> None:
    from credkit.status.schedule import answers, misnamed, read_visits
    from credkit.tables.reading import open_sheet

    with session.store() as store:
        payers = store.payers()
        columns = "A row a visit, with the columns npi, state, payer, date: npi is needed, the others may be blank."
        with open_sheet(schedule, if_empty=columns) as sheet:
            if "npi" not in {name.casefold() for name in sheet.header}:
                raise InputRejected(
                    f"{sheet.source}: there is no column npi.", hint="Name the columns npi, state, payer, date."
                )
            if wrong := misnamed(sheet.header):
                named = "; ".join(f"{name!r} looks like {column}" for name, column in wrong.items())
                raise InputRejected(
                    f"{sheet.source}: {named}.", hint="Name the columns npi, state, payer, date; leave others out."
                )
            visits = list(read_visits(sheet.rows, sheet.header, _finder(store), session.on))
        files = store.provider_files({visit.npi for visit in visits if visit.problem is None})
        found = answers(visits, files, _policies(session, store), all_checks(), payers)
    counts = {"rows": len(visits), "ready": 0, "not_ready": 0, "unreadable": 0}

    def items() -> Iterator[ReadyItem]:
        for visit in visits:
            item = _item(visit, found.get(visit.row))
            counts["ready" if item.ready else "unreadable" if visit.row not in found else "not_ready"] += 1
            yield item

    session.present(Listing(schema="credkit.ready/1", items=items(), columns=COLUMNS, counts=counts, on=session.on))
    if counts["unreadable"]:
        raise typer.Exit(InputRejected.exit_code)
    if counts["not_ready"] and not exit_zero:
        raise typer.Exit(FOUND_SOMETHING)


def _finder(store: "Store") -> Callable[[str, date], "Payer | None"]:
    def find(name: str, on: date) -> "Payer | None":
        try:
            return store.payer(name, on)
        except UsageError:
            return None

    return find


def _policies(session: Session, store: "Store") -> Callable[[date], "Policy"]:
    """Return a look-up of the policy in force on a day, which reads each policy once."""
    from credkit.checks import check_names
    from credkit.policy import Policy

    if session.policy_path:
        return lambda _day: session.policy
    by_text: dict[str, Policy] = {}

    def policy_on(day: date) -> Policy:
        text = store.policy_in_force(day)
        if text not in by_text:
            by_text[text] = Policy.parse(text, check_names())
        return by_text[text]

    return cache(policy_on)


def _item(visit: "Visit", answer: "Answer | None") -> ReadyItem:
    problem = visit.problem or f"there is no provider {visit.npi}"
    return ReadyItem(
        row=visit.row,
        npi=visit.npi,
        name=answer.name if answer else None,
        state=(answer.state if answer else visit.state) or None,
        payer=visit.payer.name if visit.payer else None,
        on=visit.on,
        ready=answer is not None and answer.readiness.ready,
        until=answer.until if answer else None,
        payers=list(answer.readiness.payers) if answer else [],
        reasons=list(answer.readiness.reasons) if answer else [problem],
        warnings=list(answer.readiness.warnings) if answer else [],
    )
