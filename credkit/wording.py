"""Letters and mails from templates that an organization can change.

Templates are Jinja's, in a sandbox: a template sees the fields it is given and nothing else, reads no file, and is given
up when it takes too long. A field that is not there is an error, never a blank.
"""

import sys
from collections.abc import Mapping
from threading import Thread
from time import monotonic
from typing import Any

from credkit.errors import UsageError

_SECONDS = 3.0
_LONGEST = 100_000


def written(name: str, template: str, fields: Mapping[str, Any]) -> str:
    """Return the text of a letter or a mail; `name` is what messages call its template.

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
    raise _said(name, found, fields) from found


def _rendered(template: str, fields: Mapping[str, Any]) -> str:
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**"})

        def call_binop(self, *_operation: Any) -> Any:
            raise SecurityError("a template multiplies nothing")

    environment = Sandbox(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    pieces: list[str] = []
    length = 0
    for piece in environment.from_string(template).generate(**fields):
        pieces.append(piece)
        length += len(piece)
        if length > _LONGEST:
            raise SecurityError(f"the text is longer than {_LONGEST:,} characters")
    text = "".join(pieces).strip()
    if not text:
        raise SecurityError("the text is empty")
    return text + "\n"


def _said(name: str, error: Exception, fields: Mapping[str, Any]) -> Exception:
    from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

    if isinstance(error, TimeoutError):
        return UsageError(f"The template of {name} does not end: it was given up after {_SECONDS:.0f} seconds.")
    if isinstance(error, UndefinedError):
        known = ", ".join(sorted(fields))
        return UsageError(f"The template of {name}: {error.message}.", hint=f"It may use {known}.")
    if isinstance(error, TemplateSyntaxError):
        return UsageError(f"The template of {name}, line {error.lineno}: {error.message}.")
    if isinstance(error, SecurityError):
        return UsageError(f"The template of {name} reaches too far: {error}.")
    if isinstance(error, TypeError | ValueError | OverflowError | RuntimeError | ArithmeticError | LookupError):
        return UsageError(f"The template of {name} cannot be filled in: {type(error).__name__}.")
    return error
