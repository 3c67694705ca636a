"""`credkit ready`: may this provider see clients?"""

from typing import Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.ready import ReadyItem
from credkit.commands.options import NpiArgument, StateOption
from credkit.commands.session import Session
from credkit.errors import Refused, UsageError
from credkit.render.listing import Column, Listing
from credkit.status.assess import assess
from credkit.status.readiness import readiness

HELP = "Say whether a provider may see clients, and why not."

COLUMNS = (
    Column[ReadyItem]("State", lambda item: item.state),
    Column[ReadyItem]("Ready", lambda item: "yes" if item.ready else "no"),
    Column[ReadyItem]("Payers", lambda item: ", ".join(item.payers)),
    Column[ReadyItem]("Why not", lambda item: "; ".join(item.reasons)),
    Column[ReadyItem]("Warnings", lambda item: "; ".join(item.warnings)),
)


def command(
    ctx: typer.Context,
    npi: NpiArgument,
    state: StateOption = None,
    payer: Annotated[str | None, typer.Option(help="In-network with this payer too.", metavar="PAYER")] = None,
) -> None:
    """Say whether a provider may see clients: yes (exit 0), or no (exit 5) with every reason.

    Without --state the answer is yes where there is a state in which clients may be seen.
    """
    session: Session = ctx.obj
    with session.store() as store:
        file = store.provider_file(npi)
        payers = store.payers()
        wanted = store.payer(payer) if payer else None
        assessment = assess(file, session.policy, session.on, all_checks(), payers)
        states = [state] if state else [one.state for one in assessment.states]
        answers = [
            readiness(
                file,
                assessment.requirements,
                assessment.standing,
                session.policy,
                payers,
                session.on,
                one,
                payer=wanted,
            )
            for one in states
        ]
        if state and state not in file.provider.states_of_practice:
            raise Refused(
                f"{file.provider.name} does not practice in {state}.",
                hint="States of practice: " + (", ".join(file.provider.states_of_practice) or "none given") + ".",
            )
        if not answers:
            raise UsageError(f"{npi} has no state of practice on file.", hint="Give it with `credkit provider edit`.")
        session.present(
            Listing(
                schema="credkit.ready/1",
                items=(
                    ReadyItem(
                        npi=npi,
                        name=file.provider.name,
                        state=one.state,
                        ready=one.ready,
                        payers=list(one.payers),
                        reasons=list(one.reasons),
                        warnings=list(one.warnings),
                    )
                    for one in answers
                ),
                columns=COLUMNS,
                counts={"ready": sum(one.ready for one in answers), "not_ready": sum(not one.ready for one in answers)},
                on=session.on,
                policy=session.policy,
            )
        )
    if not any(one.ready for one in answers):
        raise typer.Exit(Refused.exit_code)
