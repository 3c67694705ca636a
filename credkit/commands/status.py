"""`credkit status`: where everyone stands."""

from collections import Counter
from collections.abc import Iterator
from typing import Annotated

import typer

from credkit.checks import all_checks
from credkit.commands.items.status import StatusItem
from credkit.commands.options import FailOn, NpisArgument, StateOption
from credkit.commands.session import Session
from credkit.errors import FOUND_SOMETHING, UsageError, did_you_mean
from credkit.render.listing import Column, Listing
from credkit.status.assess import Assessment, Stage, assess

HELP = "Say where everyone stands, and who must act."


def item(assessment: Assessment) -> StatusItem:
    """Return an assessment as the published item."""
    provider = assessment.file.provider
    return StatusItem.model_validate(
        {
            "npi": provider.npi,
            "name": provider.name,
            "profession": provider.profession,
            "stage": assessment.stage,
            "track": assessment.track.name,
            "reasons": assessment.reasons,
            "requirements": [
                {
                    "check": requirement.check,
                    "subject": requirement.subject,
                    "state": requirement.state,
                    "verified_on": requirement.verified_on,
                    "valid_until": requirement.valid_until,
                    "detail": requirement.detail,
                }
                for requirement in assessment.requirements
            ],
            "actions": [
                {"who": action.who, "what": action.what, "due_on": action.due_on} for action in assessment.actions
            ],
            "ready": assessment.ready,
            "recredential_by": assessment.standing.recredential_by,
            "next_change_on": assessment.next_change_on,
        }
    )


COLUMNS = (
    Column[StatusItem]("NPI", lambda item: item.npi),
    Column[StatusItem]("Name", lambda item: item.name),
    Column[StatusItem]("Profession", lambda item: item.profession or ""),
    Column[StatusItem]("Stage", lambda item: item.stage),
    Column[StatusItem]("Track", lambda item: item.track),
    Column[StatusItem]("Ready in", lambda item: ", ".join(item.ready)),
    # What to do about it in detail is `explain`'s to say; a table names the thing.
    Column[StatusItem](
        "Next",
        lambda item: f"{one.who}: {one.what.partition(':')[0]}" if (one := next(iter(item.actions), None)) else "",
    ),
)


def command(
    ctx: typer.Context,
    npis: NpisArgument = None,
    stage: Annotated[str | None, typer.Option(help="Only those at this stage.", metavar="STAGE")] = None,
    state: StateOption = None,
    fail_on: FailOn = None,
) -> None:
    """Say where everyone stands: stage, what is in the way, who must act."""
    session: Session = ctx.obj
    if stage is not None and stage not in set(Stage):
        raise UsageError(f"There is no stage {stage!r}.{did_you_mean(stage, list(Stage))}", hint=", ".join(Stage))
    counts: Counter[str] = Counter()
    found: set[str] = set()
    with session.store() as store:
        policy, checks, payers = session.policy, all_checks(), store.payers()
        if npis:
            for npi in npis:
                store.provider_file(npi)
        before = store.log_head()

        def items() -> Iterator[StatusItem]:
            for file in store.provider_files(npis or None):
                if state is not None and state not in file.provider.states_of_practice:
                    continue
                assessment = assess(file, policy, session.on, checks, payers)
                if stage is not None and assessment.stage != stage:
                    continue
                counts[assessment.stage] += 1
                if assessment.stage is Stage.SUSPENDED or any(
                    action.due_on and action.due_on < session.on for action in assessment.actions
                ):
                    found.add("overdue")
                if assessment.actions:
                    found.add("due")
                yield item(assessment)
            if store.log_head() != before:
                listing.warnings.append("The store changed while this was read: run it again for one moment's picture.")

        listing = Listing(
            schema="credkit.status/1",
            items=items(),
            columns=COLUMNS,
            counts=counts,
            on=session.on,
            policy=policy,
            empty="No provider fits." if stage or state or npis else "No providers yet: `credkit intake import FILE`.",
        )
        session.present(listing)
    if fail_on and (fail_on in found or (fail_on == "any" and found) or (fail_on == "due" and found)):
        raise typer.Exit(FOUND_SOMETHING)
