"""`credkit init`: a new store, and a settings file to fill in."""

import typer

from credkit import settings
from credkit.checks import check_names
from credkit.commands.session import Session
from credkit.policy import SHIPPED, Policy, shipped_text
from credkit.store import Store

HELP = "Make a new store, with the shipped policy in force."


def command(ctx: typer.Context) -> None:
    """Make a new store, with the shipped policy in force, and a settings file to fill in."""
    session: Session = ctx.obj
    text = shipped_text()
    policy = Policy.parse(text, check_names(), origin=SHIPPED)
    path = session.config or settings.default_path()
    known = session.settings if path.exists() else settings.Settings()
    begun = False

    def begin(store: Store) -> None:
        # With the store, so that one that is refused leaves no settings file behind, nor the other way round.
        nonlocal begun
        store.adopt_policy(text=text, sha256=policy.sha256, name=policy.name, effective_from=policy.effective_from)
        begun = settings.begin(path)

    Store.create(
        session.db,
        actor=session.actor,
        command=session.command_line,
        busy_seconds=known.store.busy_seconds,
        begin=begin,
    ).close()
    session.say(f"Made {session.db}.")
    session.say(f"Policy {policy.name} is in force from {policy.effective_from}: `credkit policy show` prints it.")
    if begun:
        session.say(f"Wrote {path}: put your organization's name there.")
    session.say("Next: credkit intake template > form.csv")
