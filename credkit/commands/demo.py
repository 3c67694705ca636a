"""`credkit demo`: the whole job on a synthetic practice."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from credkit.commands.session import GlobalOptions, Session
from credkit.demo.flow import run_demo
from credkit.errors import UsageError
from credkit.render.prose import bullets, paragraph

HELP = "Run the whole job on a synthetic practice."

#: The file that says a folder is the demo's, to be replaced by the next one.
MARK = "MADE-BY-CREDKIT-DEMO.txt"
_MARK_TEXT = """\
This folder was made by `credkit demo`, and the next `credkit demo` replaces it.
The people in it are invented, their NPIs were never issued, and its sources were simulated.
"""
#: Everything that a demo leaves. A folder that holds more has had other work done in it, and is nobody's to replace.
_LEFT_BEHIND = (
    MARK,
    "settings.toml",
    "credkit.db*",
    "forms-*.csv",
    "certificate.txt",
    "leie-*.csv",
    "rejects.csv",
    "license-look-up.txt",
)

#: The options in the demo's commands that take no value.
_FLAGS = ("--all", "--individual")
#: Longer lines are hard to read.
_WIDEST = 100


def command(
    ctx: typer.Context,
    folder: Annotated[
        Path, typer.Option("--dir", help="Where to put it; an earlier demo there is replaced.", metavar="FOLDER")
    ] = Path("credkit-demo"),
    portal: Annotated[
        bool, typer.Option("--portal", help="Then serve the practice's portal, with links to open.")
    ] = False,
) -> None:
    """Run the whole job on a synthetic practice of forty providers: people invented, sources simulated.

    credkit demo --portal
    """
    session: Session = ctx.obj
    _refuse_options(session.options)
    replaced = _make_room(folder)
    telling = _Shown(session)
    if replaced:
        telling.say(f"The practice that an earlier demo left in {folder} is replaced.")
    run_demo(folder, session.main, telling, _program())
    if portal:
        from credkit.demo.visit import open_portal

        if ended := open_portal(folder, session.main, telling):
            raise typer.Exit(ended)


def _refuse_options(options: GlobalOptions) -> None:
    given = {
        "--db": options.db,
        "--config": options.config,
        "--policy": options.policy,
        "--on": options.on,
        "--actor": options.actor,
        "--format": options.format,
    }
    if refused := [name for name, value in given.items() if value is not None]:
        raise UsageError(
            f"The demo has its own store, settings, people and days; it takes no {' and no '.join(refused)}.",
            hint="credkit demo --dir FOLDER says where to put it.",
        )


def _make_room(folder: Path) -> bool:
    """Make the folder, or empty the one that an earlier demo made; say whether there was one.

    Raises UsageError, before anything is touched, where the folder is not a demo's or holds anything else.
    """
    hint = "Name another folder: credkit demo --dir FOLDER"
    try:
        held = sorted(folder.iterdir()) if folder.exists() else []
        if held and not (folder / MARK).is_file():
            raise UsageError(f"{folder} holds files that no demo made, so it is left alone.", hint=hint)
        if others := [path.name for path in held if not any(path.match(name) for name in _LEFT_BEHIND)]:
            raise UsageError(
                f"{folder} was made by a demo and holds other files by now: {', '.join(others)}.",
                hint="Move them away, or name another folder: credkit demo --dir FOLDER",
            )
        # The mark goes last, so that a folder half emptied is still known for what it is.
        for path in sorted(held, key=lambda path: path.name == MARK):
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / MARK).write_text(_MARK_TEXT, encoding="utf-8")
    except NotADirectoryError as error:
        raise UsageError(f"{folder} is a file, not a folder.", hint=hint) from error
    except OSError as error:
        raise UsageError(f"{folder} cannot be used: {error.strerror}.", hint=hint) from error
    return bool(held)


def _program() -> list[str]:
    """Return what to type for credkit in this shell: its name where that finds it, else the way it was started."""
    started = Path(sys.argv[0])
    if started.stem != "credkit":
        return [sys.executable, "-m", "credkit"]
    found = shutil.which("credkit")
    # On Windows the name that a program was started by may lack its ending, and name no file.
    return ["credkit"] if found and started.exists() and started.samefile(found) else [str(started)]


class _Shown:
    """Writes the demo for a reader, as wide as the terminal."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._width = min(session.width, _WIDEST)
        self._bold, self._plain = ("\x1b[1m", "\x1b[0m") if session.color else ("", "")

    def title(self, text: str) -> None:
        self._heading(text, "=")

    def day(self, day: date, text: str) -> None:
        self._heading(f"{day.day} {day:%B %Y}: {text}", "-")

    def say(self, text: str) -> None:
        self.printed("\n" + paragraph(text, self._width))

    def points(self, lines: Sequence[str]) -> None:
        self.printed(bullets(lines, self._width))

    def typed(self, *lines: Sequence[str]) -> None:
        shown = "\n".join(self._shell("$ ", words) for words in lines)
        self.printed(f"\n{self._bold}{shown}{self._plain}\n")

    def to_type(self, words: Sequence[str]) -> None:
        self.printed(f"{self._bold}{self._shell('  ', words)}{self._plain}\n")

    def printed(self, text: str) -> None:
        self._session.write_text(text)

    def _heading(self, text: str, line: str) -> None:
        self.printed(f"\n\n{self._bold}{text}\n{line * len(text)}{self._plain}\n")

    def _shell(self, prompt: str, words: Sequence[str]) -> str:
        """Return a command line, continued on the next as a shell allows it where it is wider than the screen; an option
        and its value stay together."""
        lines, line = [], prompt + words[0]
        for part in _parts(words[1:]):
            # Two columns stay free for the mark that the line goes on.
            if len(line) + 1 + len(part) > self._session.width - 2:
                lines.append(f"{line} \\")
                line = " " * (len(prompt) + 2) + part
            else:
                line += f" {part}"
        return "\n".join([*lines, line])


def _parts(words: Sequence[str]) -> Iterator[str]:
    waiting = iter(words)
    for word in waiting:
        value = next(waiting, None) if word.startswith("--") and word not in _FLAGS else None
        yield word if value is None else f"{word} {value}"
