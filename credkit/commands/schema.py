"""`credkit schema`: the JSON Schemas of what `--json` prints."""

from typing import Annotated

import typer

from credkit.commands.items.schemas import SCHEMAS, schema_text
from credkit.commands.session import Session
from credkit.errors import UsageError, did_you_mean

HELP = "Print the JSON Schema of a report."


def command(ctx: typer.Context, name: Annotated[str | None, typer.Argument(metavar="NAME")] = None) -> None:
    """Print the JSON Schema of a report's items, or list the reports."""
    session: Session = ctx.obj
    if name is None:
        session.write_text("".join(f"{one}\n" for one in SCHEMAS))
        return
    name = name.removeprefix("credkit.").removesuffix("/1")
    if name not in SCHEMAS:
        raise UsageError(f"There is no report {name!r}.{did_you_mean(name, SCHEMAS)}", hint=", ".join(SCHEMAS))
    session.write_text(schema_text(name))
