"""What every command is given: the global options, and what is opened by them when it is needed."""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import IO, TYPE_CHECKING, Any

import typer

from credkit import clock
from credkit.errors import CredkitError, UsageError
from credkit.render.formats import IN_MEMORY, Format, write
from credkit.render.listing import Listing
from credkit.render.text import clean, terminal_width

if TYPE_CHECKING:
    from credkit.policy import Policy
    from credkit.settings import Settings
    from credkit.store import Store


#: What a shell sees of a program that wrote into a pipe nobody reads any more (128 + SIGPIPE).
CLOSED_PIPE = 141


def close_quietly() -> int:
    """Give up on standard output, whose reader has gone, without a word; return the exit code for it."""
    # Python would complain once more when it flushes at its end.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return CLOSED_PIPE


@contextmanager
def _unless_closed() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError as error:
        raise typer.Exit(close_quietly()) from error
    except OSError as error:
        close_quietly()
        raise CredkitError(f"The results cannot be written: {error.strerror}.") from error


@dataclass(frozen=True, slots=True)
class GlobalOptions:
    """The options that stand before or after any command."""

    db: Path | None = None
    policy: Path | None = None
    on: date | None = None
    actor: str | None = None
    config: Path | None = None
    format: Format | None = None
    quiet: bool = False
    verbose: bool = False
    color: bool = True


@dataclass
class Session:
    """One command being run. `main` runs another command, for those that are made of commands."""

    options: GlobalOptions
    command_line: str
    main: Callable[[Sequence[str]], int]
    _store: "Store | None" = field(default=None, init=False)
    _parsed: dict[str, "Policy"] = field(default_factory=dict, init=False)

    # --- where things are -------------------------------------------------------------------------------------------

    @property
    def db(self) -> Path:
        """The store's path: --db, CREDKIT_DB, or credkit.db in the platform's data folder."""
        if self.options.db:
            return self.options.db
        if named := os.environ.get("CREDKIT_DB"):
            return Path(named)
        from platformdirs import user_data_path

        return user_data_path("credkit", appauthor=False) / "credkit.db"

    @property
    def config(self) -> Path | None:
        """The settings file that was named: --config, or CREDKIT_CONFIG."""
        if self.options.config:
            return self.options.config
        named = os.environ.get("CREDKIT_CONFIG")
        return Path(named) if named else None

    @cached_property
    def settings(self) -> "Settings":
        """The settings."""
        from credkit.settings import load

        return load(self.config)

    @property
    def actor(self) -> str:
        """Who does it: --actor, CREDKIT_ACTOR, or the user of the operating system."""
        if named := self.options.actor or os.environ.get("CREDKIT_ACTOR"):
            return named
        import getpass

        try:
            return getpass.getuser()
        except (OSError, KeyError) as error:
            raise UsageError(
                "Nobody can say who you are here.", hint="Give --actor NAME, or set CREDKIT_ACTOR."
            ) from error

    # --- the day and the rules --------------------------------------------------------------------------------------

    @cached_property
    def today(self) -> date:
        """Today in the organization's time zone: the day on which things are done."""
        return clock.today(self.settings.organization.time_zone)

    @property
    def on(self) -> date:
        """The day that reports judge: --on, or today. It never dates what is written."""
        return self.options.on or self.today

    @property
    def policy_path(self) -> Path | None:
        """The policy file that was named, which reports judge by."""
        return self.options.policy

    @cached_property
    def policy(self) -> "Policy":
        """The policy to judge by: the file that was named, else the one in force on the day."""
        return self.policy_on(self.on)

    def policy_on(self, day: date) -> "Policy":
        """Return the named policy file's, or else the one in force on a day."""
        from credkit.checks import check_names
        from credkit.policy import Policy

        path = self.options.policy
        if path:
            try:
                return Policy.parse(path.read_text(encoding="utf-8"), check_names(), origin=str(path))
            except (OSError, UnicodeDecodeError) as error:
                raise UsageError(f"The policy {path} cannot be read: {error}.") from error
        if self._store is None:
            with self.store():
                return self.policy_on(day)
        text = self._store.policy_in_force(day)
        policy = self._parsed.get(text)
        if policy is None:
            # Asked for the day of every decision in the store, and there are few policies.
            policy = self._parsed[text] = Policy.parse(text, check_names())
        self._note(f"Policy {policy.name} ({policy.sha256[:12]}), in force on {day}.")
        return policy

    @property
    def policy_or_shipped(self) -> "Policy":
        """The policy to judge by, or the shipped one where there is no store yet."""
        from credkit.checks import check_names
        from credkit.policy import SHIPPED, Policy, shipped_text

        if self.options.policy or self.db.exists():
            return self.policy
        return Policy.parse(shipped_text(), check_names(), origin=SHIPPED)

    @contextmanager
    def store(self) -> Iterator["Store"]:
        """Open the store for the length of a block."""
        from credkit.store import Store

        with Store.open(
            self.db,
            actor=self.actor,
            command=self.command_line,
            busy_seconds=self.settings.store.busy_seconds,
        ) as store:
            self._store = store
            self._note(f"Store {self.db}, as {self.actor}, on {self.on}.")
            try:
                yield store
            finally:
                self._store = None

    # --- output -----------------------------------------------------------------------------------------------------

    @property
    def format(self) -> Format:
        """How reports are written: as asked; else a table on a terminal, and plain lines in a pipe."""
        return self.options.format or (Format.TABLE if sys.stdout.isatty() else Format.PLAIN)

    @property
    def for_programs(self) -> bool:
        """Whether a program reads the answer: then it has every item and every field."""
        return self.format in {Format.JSON, Format.NDJSON, Format.CSV}

    @property
    def width(self) -> int:
        """How many columns there are to write in."""
        return terminal_width()

    @property
    def color(self) -> bool:
        """Whether text may be in color: asked for or not, a terminal, and none of its ways to say no."""
        return (
            self.options.color
            and sys.stdout.isatty()
            and not os.environ.get("NO_COLOR")
            and os.environ.get("TERM") != "dumb"
        )

    def present(self, listing: Listing[Any]) -> None:
        """Write a report to standard output, and its warnings to standard error where the format has no place for them."""
        with _unless_closed():
            self._write(listing, sys.stdout)
            sys.stdout.flush()
        self._warn_of(listing)

    @contextmanager
    def worked(
        self, label: str, total: int | None = None
    ) -> Iterator[tuple[Callable[[int], None], Callable[[Listing[Any]], None]]]:
        """Do work whose report is written as it goes: gives its progress, and where to hand the report.

        The report is kept until the work is done, because a reader that goes away (`| head`) must not stop the work,
        and a table must not be drawn through the progress bar.
        """
        with SpooledTemporaryFile(max_size=IN_MEMORY, mode="w+", encoding="utf-8", newline="") as page:
            handed: list[Listing[Any]] = []

            def report(listing: Listing[Any]) -> None:
                handed.append(listing)
                self._write(listing, page)

            with self._progress(label, total) as progress:
                yield progress, report
            page.seek(0)
            with _unless_closed():
                shutil.copyfileobj(page, sys.stdout)
                sys.stdout.flush()
            for listing in handed:
                self._warn_of(listing)

    def _write(self, listing: Listing[Any], to: IO[str]) -> None:
        from credkit.commands.items.schemas import fields

        write(
            listing,
            to,
            as_=self.format,
            width=self.width,
            color=self.color,
            generated_at=clock.now(),
            fields=fields,
        )

    def _warn_of(self, listing: Listing[Any]) -> None:
        if self.format is not Format.JSON:
            for warning in listing.warnings:
                self.warn(warning)

    def write_text(self, text: str) -> None:
        """Write text to standard output as it is."""
        with _unless_closed():
            sys.stdout.write(text)
            sys.stdout.flush()

    def write_bytes(self, content: bytes, out: Path | None) -> None:
        """Write a file's content to standard output, or to a new file that its owner alone can read."""
        if out is None:
            with _unless_closed():
                sys.stdout.flush()
                sys.stdout.buffer.write(content)
                sys.stdout.buffer.flush()
            return
        try:
            with os.fdopen(os.open(out, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
                file.write(content)
        except FileExistsError as error:
            raise UsageError(f"There is already a file at {out}.", hint="Choose another name.") from error
        except OSError as error:
            raise UsageError(f"{out} cannot be written: {error.strerror}.") from error

    def refuse_unwritable(self, out: Path) -> None:
        """Raise UsageError where no new file can be made there, before the work whose result it would be."""
        if out.exists() or out.is_symlink():
            raise UsageError(f"There is already a file at {out}.", hint="Choose another name.")
        if not out.parent.is_dir():
            raise UsageError(f"There is no folder {out.parent}.", hint="Make it, or choose another place.")
        if not os.access(out.parent, os.W_OK):
            raise UsageError(f"Nothing can be written in {out.parent}.", hint="Choose another place.")

    def say(self, text: str) -> None:
        """Tell the person at the keyboard, on standard error."""
        if not self.options.quiet:
            sys.stderr.write(clean(text) + "\n")

    def _note(self, text: str) -> None:
        if self.options.verbose:
            sys.stderr.write(clean(text) + "\n")

    def warn(self, text: str) -> None:
        """Tell what they must know, also when they asked for quiet."""
        sys.stderr.write("Warning: " + clean(text) + "\n")

    def _progress(self, label: str, total: int | None) -> AbstractContextManager[Callable[[int], None]]:
        """Return a progress bar on a terminal's standard error; nothing elsewhere."""
        from credkit.render.progress import progress_bar, silent

        if sys.stderr.isatty() and not self.options.quiet and os.environ.get("TERM") != "dumb":
            return progress_bar(label, total)
        return silent()
