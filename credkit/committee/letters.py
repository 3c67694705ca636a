"""Letters that decisions owe: which, by when, and their text from a template that an organization can change.

Templates are Jinja's, in a sandbox: a template sees the fields it is given and nothing else, reads no file, and is given
up when it takes too long. A field that is not there is an error, never a blank.
"""

import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from pathlib import Path
from threading import Thread
from time import monotonic
from typing import Any

from credkit.errors import UsageError, did_you_mean
from credkit.policy import Policy
from credkit.records import Decision, Outcome

#: Which letter a decision owes; a withdrawal owes none.
OWED: Mapping[Outcome, str] = {
    Outcome.APPROVED: "approval",
    Outcome.APPROVED_WITH_CONDITIONS: "conditions",
    Outcome.DENIED: "denial",
    Outcome.TERMINATED: "termination",
    Outcome.DEFERRED: "deferral",
    Outcome.TABLED: "deferral",
}
DISCREPANCY = "discrepancy"
KINDS = (*dict.fromkeys(OWED.values()), DISCREPANCY)

_SECONDS = 3.0
_LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Owed:
    """A letter that one decision owes, and the last day to send it."""

    decision: Decision
    kind: str
    due_on: date


def owed(decision: Decision, policy: Policy) -> Owed | None:
    """Return the letter that a decision owes by the policy in force on its day; None for a withdrawal, for one that was
    taken before credkit, and for one that a second person must confirm first (then the command asks again)."""
    kind = OWED.get(decision.outcome)
    if kind is None or decision.legacy:
        return None
    return Owed(decision, kind, decision.decided_on + timedelta(days=policy.windows.decision_notice_days))


def template_text(kind: str, folder: Path | None) -> str:
    """Return a letter's template: the organization's own (KIND.txt in its folder), else the shipped one."""
    if kind not in KINDS:
        raise UsageError(f"There is no letter {kind!r}.{did_you_mean(kind, KINDS)}", hint=", ".join(KINDS))
    if folder is not None:
        own = folder / f"{kind}.txt"
        try:
            if own.exists():
                return own.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"The template {own} cannot be read.") from error
    return resources.files("credkit.committee").joinpath(f"templates/{kind}.txt").read_text(encoding="utf-8")


def written(kind: str, template: str, fields: Mapping[str, Any]) -> str:
    """Return a letter's text.

    Raises UsageError for a template that is not one, names a field that is not there, reaches for what it may not, or
    does not end.
    """
    outcome: list[str | Exception] = []

    def work() -> None:
        until = monotonic() + _SECONDS

        def watch(_frame: object, _event: str, _argument: object) -> Any:
            # Of this thread alone: a loop in a template is Python's own, and nothing else would end it.
            if monotonic() > until:
                raise TimeoutError
            return watch

        sys.settrace(watch)
        try:
            outcome.append(_rendered(template, fields))
        except Exception as error:  # noqa: BLE001 - raised again where somebody can hear it
            outcome.append(error)
        finally:
            sys.settrace(None)

    thread = Thread(target=work, daemon=True)
    thread.start()
    thread.join()
    (found,) = outcome
    if isinstance(found, str):
        return found
    raise _said(kind, found, fields) from found


def _rendered(template: str, fields: Mapping[str, Any]) -> str:
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**"})

        def call_binop(self, *_operation: Any) -> Any:
            raise SecurityError("a letter multiplies nothing")

    environment = Sandbox(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    pieces: list[str] = []
    length = 0
    for piece in environment.from_string(template).generate(**fields):
        pieces.append(piece)
        length += len(piece)
        if length > _LONGEST:
            raise SecurityError(f"the letter is longer than {_LONGEST:,} characters")
    text = "".join(pieces).strip()
    if not text:
        raise SecurityError("the letter is empty")
    return text + "\n"


def _said(kind: str, error: Exception, fields: Mapping[str, Any]) -> Exception:
    from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

    if isinstance(error, TimeoutError):
        return UsageError(
            f"The template of the letter {kind} does not end: it was given up after {_SECONDS:.0f} seconds."
        )
    if isinstance(error, UndefinedError):
        known = ", ".join(sorted(fields))
        return UsageError(f"The template of the letter {kind}: {error.message}.", hint=f"It may use {known}.")
    if isinstance(error, TemplateSyntaxError):
        return UsageError(f"The template of the letter {kind}, line {error.lineno}: {error.message}.")
    if isinstance(error, SecurityError):
        return UsageError(f"The template of the letter {kind} reaches too far: {error}.")
    if isinstance(error, TypeError | ValueError | OverflowError | RuntimeError | ArithmeticError | LookupError):
        return UsageError(f"The template of the letter {kind} cannot be filled in: {type(error).__name__}.")
    return error
