"""The front door: global options, commands loaded when they are asked for, and errors turned into exit codes."""

import gc
import os
import sys
import traceback
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from credkit.commands.options import read_date
from credkit.commands.session import GlobalOptions, Session, close_quietly
from credkit.errors import CredkitError, UsageError, did_you_mean
from credkit.render.formats import Format
from credkit.render.text import clean
from credkit.version import __version__

INTERRUPTED = 130

#: Every command and its one line of help, in the order of the day. Only the module of the command that was asked for is
#: imported; a test holds these lines against the modules' own.
COMMANDS: dict[str, str] = {
    "init": "Make a new store, with the shipped policy in force.",
    "demo": "Run the whole job on a synthetic practice.",
    "today": "Start the day: what to do first, and what to type.",
    "intake": "Take in onboarding forms; mend the rows set aside.",
    "provider": "List and show providers; change single facts by hand.",
    "document": "File papers and review them; read insurance certificates.",
    "lists": "Load, fetch and show the exclusion lists.",
    "screen": "Hold people against exclusion lists; work what is found.",
    "confirm": "Confirm what another person asked for.",
    "verify": "Verify claims against their sources, or by hand.",
    "caqh": "Keep CAQH profiles straight: status, differences, roster.",
    "committee": "Run the committee: docket, votes, decisions, letters.",
    "payer": "Keep the payers that providers are enrolled with.",
    "enroll": "Follow each enrollment to its effective date.",
    "roster": "Build, check and reconcile the rosters of payers.",
    "ready": "Say whether a provider may see clients, and why not.",
    "status": "Say where everyone stands, and who must act.",
    "expiry": "List what expires, and what would stop with it.",
    "recredential": "Bring approvals round again before they lapse.",
    "sweep": "Say each night what changed, and what came nearer.",
    "remind": "Remind providers, by mail or as files, of what ends.",
    "monitor": "Watch everyone monthly, prove it, keep what came up.",
    "explain": "Say in words what blocks a provider, and why.",
    "portal": "Serve providers' own pages and the onboarding form.",
    "policy": "Show the rules in force; check and adopt a policy.",
    "audit": "Show who did what; verify that the log is whole.",
    "doctor": "Look over the store and its papers; move leftovers aside.",
    "schema": "Print the JSON Schema of a report.",
}

#: The global options: whether each takes a value. They may stand before or after the command.
GLOBAL: dict[str, bool] = {
    "--db": True,
    "--policy": True,
    "--on": True,
    "--actor": True,
    "--config": True,
    "--format": True,
    "--json": False,
    "--quiet": False,
    "-q": False,
    "--verbose": False,
    "-v": False,
    "--no-color": False,
    "--debug": False,
}


def _show_version(wanted: bool) -> None:
    if wanted:
        sys.stdout.write(f"credkit {__version__}\n")
        raise typer.Exit


def _read_format(text: str) -> Format:
    if text not in set(Format):
        raise UsageError(f"There is no format {text!r}.{did_you_mean(text, list(Format))}", hint=", ".join(Format))
    return Format(text)


def _front_door(
    ctx: typer.Context,
    db: Annotated[Path | None, typer.Option(help="The store [CREDKIT_DB].", metavar="PATH")] = None,
    policy: Annotated[Path | None, typer.Option(help="Judge by this policy file.", metavar="PATH")] = None,
    on: Annotated[str | None, typer.Option(help="Judge as of this day; dates no write.", metavar="DATE")] = None,
    actor: Annotated[str | None, typer.Option(help="Who does it [CREDKIT_ACTOR].", metavar="NAME")] = None,
    config: Annotated[Path | None, typer.Option(help="The settings file [CREDKIT_CONFIG].", metavar="PATH")] = None,
    format_: Annotated[str | None, typer.Option("--format", help=", ".join(Format) + ".", metavar="FORMAT")] = None,
    json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Only results, warnings and errors.")] = False,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Also say by which store, day and policy.")] = False,
    no_color: Annotated[bool, typer.Option("--no-color", help="No color [NO_COLOR].")] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show a traceback when something goes wrong.")] = False,  # noqa: ARG001 - main reads it
    version: Annotated[  # noqa: ARG001 - its callback does it all
        bool, typer.Option("--version", help="Print the version.", callback=_show_version, is_eager=True)
    ] = False,
) -> None:
    """Credentialing of healthcare providers, from the intake form to seeing clients, and ever after.

    Global options may stand before or after the command. Exit codes: 0 done, 2 usage, 3 input set aside, 4 incomplete,
    5 refused, 6 integrity, 7 busy, 10 found something to act on.
    """
    if json and format_ not in {None, Format.JSON}:
        raise UsageError(f"--json and --format {format_} say two things.")
    options = GlobalOptions(
        db=db,
        policy=policy,
        on=read_date(on) if on else None,
        actor=actor,
        config=config,
        format=Format.JSON if json else _read_format(format_) if format_ else None,
        quiet=quiet,
        verbose=verbose,
        color=not no_color,
    )
    ctx.obj = Session(options, command_line=ctx.obj, main=main)


def build(asked_for: str | None) -> typer.Typer:
    """Return the app with one command loaded (all of them where `asked_for` is "*"), the others by name alone."""
    app = typer.Typer(
        name="credkit",
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
        no_args_is_help=True,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(_front_door)
    for name, line in COMMANDS.items():
        if asked_for not in {name, "*"}:
            app.command(name, help=line)(_not_loaded)
            continue
        module = import_module(f"credkit.commands.{name}")
        if hasattr(module, "app"):
            app.add_typer(module.app, name=name)
        else:
            app.command(name)(module.command)
    return app


def _not_loaded() -> None:
    raise AssertionError("the command that is run is loaded")


@dataclass(frozen=True, slots=True)
class Arguments:
    """A command line, its global options moved to the front. `words` are what is left: the command and what it takes."""

    options: tuple[str, ...]
    words: tuple[str, ...]

    @property
    def command(self) -> str | None:
        """The command that is asked for."""
        return next((word for word in self.words if not word.startswith("-")), None)

    def path(self, depth: int) -> str:
        """Return the command (its first `depth` words) and the names of its options: for the log, without any value."""
        words = self.words[: self.words.index("--")] if "--" in self.words else self.words
        plain = [word for word in words if not word.startswith("-")]
        named = [word.partition("=")[0] for word in words if word.startswith("--")]
        return " ".join([*plain[:depth], *named])


def arrange(argv: Sequence[str]) -> Arguments:
    """Move the global options to the front, from wherever they stand; after "--" everything is a plain word.

    Raises UsageError for a last option without its value, and for words that are no text (no store could keep them).
    """
    if any("\ud800" <= character <= "\udfff" for word in argv for character in word):
        raise UsageError("The command line holds bytes that are not UTF-8 text.")
    options: list[str] = []
    words: list[str] = []
    waiting = iter(argv)
    for word in waiting:
        if word == "--":
            words += [word, *waiting]
            break
        name, equals, _value = word.partition("=")
        if name not in GLOBAL:
            words.append(word)
        elif not GLOBAL[name] or equals:
            options.append(word)
        else:
            value = next(waiting, None)
            if value is None:
                raise UsageError(f"{name} needs a value.", hint="credkit --help")
            options += [word, value]
    return Arguments(tuple(options), tuple(words))


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code. Nothing is raised: errors are said on standard error."""
    arguments = Arguments((), ())
    try:
        arguments = arrange(sys.argv[1:] if argv is None else argv)
        code = _run(arguments)
    except CredkitError as error:
        _say(error.message, error.details, error.hint)
        code = error.exit_code
        _trace(arguments)
    except typer.TyperException as error:
        # Typer's own usage errors know their command, and show its usage line or its help.
        show = getattr(error, "show", None)
        if show:
            show(file=sys.stderr)
        else:
            _say(error.format_message())
        code = UsageError.exit_code
    except typer.Abort:
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one door for bugs: an honest exit 1, without text that may name people
        _say(f"Internal error (a bug): {type(error).__name__}.", hint="Run it again with --debug for the traceback.")
        code = 1
        _trace(arguments)
    if code == INTERRUPTED:
        _say("Stopped. What was recorded stays recorded; run the same command to go on.")
    return code


def _run(arguments: Arguments) -> int:
    if sys.stdout is None:
        raise UsageError("Standard output is closed, so there is nowhere to write results.")
    name = arguments.command
    app = build("*" if "_CREDKIT_COMPLETE" in os.environ else name)
    module = sys.modules.get(f"credkit.commands.{name}")
    command = typer.main.get_command(app)
    code = command.main(
        [*arguments.options, *arguments.words],
        prog_name="credkit",
        standalone_mode=False,
        obj=arguments.path(2 if hasattr(module, "app") else 1),
    )
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return close_quietly()
    except OSError as error:
        close_quietly()
        raise CredkitError(f"The results cannot be written: {error.strerror}.") from error
    return int(code or 0)


def _say(message: str, details: Sequence[str] = (), hint: str | None = None) -> None:
    lines = [f"Error: {message}", *(f"  - {detail}" for detail in details), *([f"Hint: {hint}"] if hint else ())]
    sys.stderr.write("".join(clean(line) + "\n" for line in lines))


def _trace(arguments: Arguments) -> None:
    if "--debug" in arguments.options:
        traceback.print_exc(file=sys.stderr)


def run() -> None:
    """Run the command line of this process."""
    # Records and rows are made by the hundred thousand and hold no cycles; looking for some after every 700 of them was
    # a fifth of a large screening.
    gc.set_threshold(100_000, 20, 20)
    # What is validated here, dates of birth among it, is no other package's; and none is looked for at every start.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")
    code = main()
    # All that is recorded is on disk. Python would still give back every object (a tenth of a second after a large
    # list), and after Ctrl-C wait for threads whose source has not answered.
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)
