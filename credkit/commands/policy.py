"""`credkit policy`: the organization's rules, shown, checked and put in force."""

from pathlib import Path
from typing import Annotated

import typer

from credkit.checks import check_names, essential_checks
from credkit.commands.session import Session
from credkit.errors import UsageError
from credkit.policy import Policy, shipped_text

HELP = "Show the rules in force; check and adopt a policy."

app = typer.Typer(help=HELP, no_args_is_help=True)

PolicyFile = Annotated[Path, typer.Argument(metavar="FILE")]


@app.command()
def show(
    ctx: typer.Context, shipped: Annotated[bool, typer.Option("--shipped", help="The one that ships.")] = False
) -> None:
    """Print the policy in force on the day (--on) as TOML."""
    session: Session = ctx.obj
    if shipped:
        session.write_text(shipped_text())
        return
    with session.store() as store:
        session.write_text(store.policy_in_force(session.on))


@app.command()
def check(ctx: typer.Context, path: PolicyFile) -> None:
    """Check a policy file: every unknown key, check or profession is named with its line."""
    session: Session = ctx.obj
    _text, policy = _read(session, path)
    session.say(
        f"{path} is sound: {policy.name}, from {policy.effective_from}, {len(policy.requirements)} requirements."
    )


@app.command()
def adopt(ctx: typer.Context, path: PolicyFile) -> None:
    """Put a policy file in force from its effective_from. Decisions of other days keep theirs."""
    session: Session = ctx.obj
    text, policy = _read(session, path)
    with session.store() as store:
        new = store.adopt_policy(
            text=text, sha256=policy.sha256, name=policy.name, effective_from=policy.effective_from
        )
    words = "is in force" if new else "was in force already"
    session.say(f"{policy.name} ({policy.sha256[:12]}) {words} from {policy.effective_from}.")


def _read(session: Session, path: Path) -> tuple[str, Policy]:
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"The policy {path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"The policy {path} is not UTF-8 text.") from error
    policy = Policy.parse(text, check_names(), origin=str(path))
    for essential in policy.unwatched(essential_checks()):
        session.warn(
            f"No line of {path} asks for {essential} with `suspends = true`: nobody is ready to see clients by it."
        )
    return text, policy
