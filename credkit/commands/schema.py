"""`credkit schema`: the JSON Schemas of what `--json` prints."""

import json
from importlib import import_module
from typing import Annotated

import typer

from credkit.commands.items.base import PublishedItem
from credkit.commands.session import Session
from credkit.errors import UsageError, did_you_mean

HELP = "Print the JSON Schema of a report."

#: Each report's schema, and the model of its items.
SCHEMAS: dict[str, str] = {
    "status": "credkit.commands.items.status:StatusItem",
    "expiry": "credkit.commands.items.expiry:ExpiryItem",
    "ready": "credkit.commands.items.ready:ReadyItem",
    "verification": "credkit.commands.items.verification:VerificationItem",
    "verification_due": "credkit.commands.items.verification:DueItem",
    "intake": "credkit.commands.items.intake:IntakeItem",
    "reject": "credkit.commands.items.intake:RejectItem",
    "provider": "credkit.commands.items.provider:ProviderItem",
    "docket": "credkit.commands.items.committee:DocketItem",
    "decision": "credkit.commands.items.committee:DecisionItem",
    "payer": "credkit.commands.items.network:PayerItem",
    "enrollment": "credkit.commands.items.network:EnrollmentItem",
    "list": "credkit.commands.items.lists:ListItem",
    "event": "credkit.commands.items.audit:EventItem",
    "integrity": "credkit.commands.items.audit:IntegrityItem",
}


def model(name: str) -> type[PublishedItem]:
    """Return the model of a report's items."""
    module, _, made = SCHEMAS[name].partition(":")
    found: type[PublishedItem] = getattr(import_module(module), made)
    return found


def schema_text(name: str) -> str:
    """Return the JSON Schema of one item of a report, as text."""
    schema = {"$id": f"credkit.{name}/1"} | model(name).model_json_schema(mode="serialization")
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


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
