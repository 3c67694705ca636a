"""Every way in which a command can end other than well, each with the exit code that scripts rely on.

    CredkitError
    ├── UsageError       2   the command line, the settings or a policy is wrong
    │   └── NoStore      2   there is no store there
    ├── InputRejected    3   some or all of the input was set aside
    │   └── EmptyInput   3   there is nothing in it
    ├── Incomplete       4   a source was unavailable, a list too old, someone not screened
    ├── Refused          5   a policy or a gate said no
    ├── IntegrityError   6   the log or the database fails its check, or comes from a newer credkit
    ├── StoreBusy        7   another process holds the store
    └── DiskFull         1   there is no room left to write

Any other 1 is a bug, 10 is "worked, and found something to act on" (not an error), 130 is Ctrl-C. Messages say what, where and
what to do next, and never carry a date of birth, a social security number or a key.
"""

from collections.abc import Iterable


class CredkitError(Exception):
    """Something went wrong that the person at the keyboard can understand."""

    exit_code = 1

    def __init__(self, message: str, *, hint: str | None = None, details: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = tuple(details)


class UsageError(CredkitError):
    """The command line, the settings or a policy file is wrong."""

    exit_code = 2


class NoStore(UsageError):
    """There is no store at this path."""


class InputRejected(CredkitError):
    """Some or all of the input was set aside."""

    exit_code = 3


class EmptyInput(InputRejected):
    """There is nothing in the input: no byte, no sheet, no row."""


class Incomplete(CredkitError):
    """A source was unavailable, a list too old, or someone was not screened."""

    exit_code = 4


class Refused(CredkitError):
    """A policy or a gate said no; `details` lists every reason."""

    exit_code = 5


class IntegrityError(CredkitError):
    """The log or the database fails its check, or was written by a newer credkit."""

    exit_code = 6


class StoreBusy(CredkitError):
    """Another process holds the store."""

    exit_code = 7


class DiskFull(CredkitError):
    """There is no room left to write: nobody's bug, and no exit code of its own."""


#: A job that looks for trouble worked, and found some.
FOUND_SOMETHING = 10


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return " Did you mean NAME?" for the nearest known name, or nothing when none is near."""
    from difflib import get_close_matches

    folded = {name.lower(): name for name in known}
    near = get_close_matches(word.lower(), folded, n=1, cutoff=0.6)
    return f" Did you mean {folded[near[0]]}?" if near else ""
