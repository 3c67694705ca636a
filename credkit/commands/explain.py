"""`credkit explain`: one provider's status in words."""

import typer

from credkit.checks import all_checks
from credkit.commands.options import NpiArgument
from credkit.commands.session import Session
from credkit.commands.status import COLUMNS, item
from credkit.render.listing import Listing
from credkit.render.prose import bullets, labelled, paragraph
from credkit.status.assess import assess
from credkit.status.explain import Explanation, explain

HELP = "Say in words what blocks a provider, and why."


def command(ctx: typer.Context, npi: NpiArgument) -> None:
    """Say in words where a provider stands: what blocks, the rule, the fact, its source, and who must act."""
    session: Session = ctx.obj
    checks = all_checks()
    with session.store() as store:
        assessment = assess(store.provider_file(npi), session.policy, session.on, checks, store.payers())
    if session.for_programs:
        session.present(
            Listing(
                schema="credkit.status/1",
                items=[item(assessment)],
                columns=COLUMNS,
                counts={assessment.stage: 1},
                on=session.on,
                policy=session.policy,
            )
        )
        return
    session.write_text(in_words(explain(assessment, checks), session.width))


def in_words(explanation: Explanation, width: int) -> str:
    """Return an explanation as prose of at most so many columns."""
    parts = [paragraph(explanation.opening, width)]
    parts += [
        paragraph(block.title[:1].upper() + block.title[1:] + ":", width) + labelled(block.lines, width)
        for block in explanation.blocks
    ]
    if explanation.met:
        parts.append(paragraph("In order:", width) + bullets(explanation.met, width))
    if len(explanation.rounds) > 1:
        parts.append(paragraph("Rounds of credentialing:", width) + bullets(explanation.rounds, width))
    parts.append(paragraph("Who acts next:", width) + bullets(explanation.actions, width))
    return "\n".join(parts)
