"""Letters and mails from templates that an organization can change.

Templates are Jinja's, in a sandbox: a template sees the fields it is given and nothing else, and reads no file. A field that
is not there is an error, never a blank. A sandbox bounds what a template reaches, not what it uses: one expression can ask
for a gigabyte, or for an hour, inside a single call that nothing in the same process can end. So templates are filled in by
a process of their own, with bounded memory, which is ended when it takes too long.
"""

import atexit
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from threading import Lock, Thread
from typing import Any

from credkit.errors import CredkitError, UsageError

_SECONDS = 3.0
_SECONDS_TO_BEGIN = 60.0
_LONGEST = 100_000
#: Characters that one number in a template may ask for; nobody's letter is wider.
_WIDEST = 1_000
#: Bytes of address space of the process that fills in templates, itself among them (about 50 MB).
_MEMORY = 512 * 1024 * 1024


def written(name: str, template: str, fields: Mapping[str, Any]) -> str:
    """Return the text of a letter or a mail; `name` is what messages call its template. `fields` are JSON's values.

    Raises UsageError for a template that is not one, names a field that is not there, reaches for what it may not, does
    not end, or needs more memory than a letter does.
    """
    return _clerk.written(name, template, fields)


class _Clerk:
    """The process that fills in templates: begun with the first one, kept for the next, ended with this one."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._owner = 0
        self._lock = Lock()

    def written(self, name: str, template: str, fields: Mapping[str, Any]) -> str:
        with self._lock:
            process = self._ready()
            request = json.dumps({"name": name, "template": template, "fields": dict(fields)})
            answer = _asked(process, request, _SECONDS)
            if answer is None:
                self.end()
                raise UsageError(f"The template of {name} does not end: it was given up after {_SECONDS:.0f} seconds.")
            if not answer:
                self.end()
                raise UsageError(f"The template of {name} cannot be filled in: its process was ended.")
            said = json.loads(answer)
            if said["ends"]:
                self.end()
        if "text" in said:
            return str(said["text"])
        raise UsageError(said["message"], hint=said["hint"])

    def _ready(self) -> "subprocess.Popen[str]":
        """Return the process, begun where there is none, where it ended, or where it is another process's (a fork's)."""
        if self._process and self._owner == os.getpid() and self._process.poll() is None:
            return self._process
        if self._owner == os.getpid():
            self.end()
        # -P: not the folder in which somebody happens to work, where a file could be called jinja2.py.
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "credkit.wording"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
        )
        self._owner = os.getpid()
        if not _asked(self._process, None, _SECONDS_TO_BEGIN):
            self.end()
            raise CredkitError("The process that fills in templates did not begin.")
        return self._process

    def end(self) -> None:
        """End the process, if it is this one's."""
        process, self._process = self._process, None
        if process is None or self._owner != os.getpid():
            return
        process.kill()
        # What was not read any more is of no use to anybody.
        with suppress(BrokenPipeError):
            process.communicate()


_clerk = _Clerk()
atexit.register(_clerk.end)


def _asked(process: "subprocess.Popen[str]", request: str | None, seconds: float) -> str | None:
    """Write a request, and return the line that answers it: empty where the process ended, None where time ran out."""
    assert process.stdin
    assert process.stdout
    heard: list[str] = []
    stdin, stdout = process.stdin, process.stdout

    def ask() -> None:
        # A process that is ended in the middle of it answers nothing.
        with suppress(BrokenPipeError):
            if request is not None:
                stdin.write(request + "\n")
                stdin.flush()
        heard.append(stdout.readline())

    thread = Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        process.kill()
        thread.join()
        return None
    return heard[0]


# --- in the process that fills in templates -----------------------------------------------------------------------------


def serve() -> None:
    """Fill in templates, a line of JSON each, until nobody asks any more."""
    from jinja2 import sandbox  # noqa: F401 - before memory is bounded, and before anybody waits

    _bound_memory()
    _say("ready")
    for line in sys.stdin:
        _bound_time(int(_SECONDS) * 4)
        asked = json.loads(line)
        answer = _answer(**asked)
        _bound_time(0)
        _say(json.dumps(answer))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _bound_memory() -> None:
    """Bound what this process may use, where the system can (not on Windows; macOS does not keep to it)."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))


def _bound_time(seconds: int) -> None:
    """End this process by itself after so many seconds (0: no more), should the one that asked be gone by then."""
    with suppress(ImportError, AttributeError):
        import signal

        signal.alarm(seconds)


def _said(name: str, error: Exception, fields: Mapping[str, Any]) -> dict[str, object]:
    """Return in words what Jinja says of a template."""
    from jinja2.exceptions import SecurityError, TemplateSyntaxError, UndefinedError

    if isinstance(error, UndefinedError):
        known = ", ".join(sorted(fields))
        return {"message": f"The template of {name}: {error.message}.", "hint": f"It may use {known}."}
    if isinstance(error, TemplateSyntaxError):
        return {"message": f"The template of {name}, line {error.lineno}: {error.message}.", "hint": None}
    if isinstance(error, SecurityError):
        return {"message": f"The template of {name} reaches too far: {error}.", "hint": None}
    return {"message": f"The template of {name} cannot be filled in: {type(error).__name__}.", "hint": None}


def _answer(name: str, template: str, fields: Mapping[str, Any]) -> dict[str, object]:
    """Return a text, or what is wrong with its template; `ends` where this process had better not go on."""
    from jinja2.exceptions import TemplateError

    try:
        return {"text": _rendered(template, fields), "ends": False}
    except MemoryError:
        message = (
            f"The template of {name} needs more memory than a letter does: {_MEMORY // 1024**2} MB were not enough."
        )
        return {"message": message, "hint": None, "ends": True}
    except (
        TemplateError, TypeError, ValueError, RuntimeError, ArithmeticError, LookupError, AttributeError
    ) as error:  # fmt: skip
        return _said(name, error, fields) | {"ends": False}


def _rendered(template: str, fields: Mapping[str, Any]) -> str:
    from jinja2.exceptions import SecurityError

    pieces: list[str] = []
    length = 0
    for piece in _sandbox().from_string(template).generate(**fields):
        pieces.append(piece)
        length += len(piece)
        if length > _LONGEST:
            raise SecurityError(f"the text is longer than {_LONGEST:,} characters")
    text = "".join(pieces).strip()
    if not text:
        raise SecurityError("the text is empty")
    return text + "\n"


def _sandbox() -> Any:
    """Return the sandbox. A width that no letter has is refused in words, also where memory is not bounded."""
    from jinja2 import StrictUndefined
    from jinja2.exceptions import SecurityError
    from jinja2.filters import do_batch, do_center, do_format, do_indent
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Sandbox(ImmutableSandboxedEnvironment):
        intercepted_binops = frozenset({"*", "**", "%"})

        def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
            if operator != "%":
                raise SecurityError("a template multiplies nothing")
            if isinstance(left, str):
                _refuse_wide(_widths(left))
            return super().call_binop(context, operator, left, right)

        def call(self, context: Any, called: Any, /, *given: Any, **named: Any) -> Any:
            if isinstance(getattr(called, "__self__", None), str):  # "x".center(5), not "{}".format(5)
                _refuse_wide((*given, *named.values()))
            return super().call(context, called, *given, **named)

        def wrap_str_format(self, value: Any) -> Any:
            wrapped = super().wrap_str_format(value)
            if wrapped is not None:
                _refuse_wide(_widths(value.__self__))
            return wrapped

    def formatted(text: Any, *given: Any, **named: Any) -> Any:
        _refuse_wide(_widths(str(text)))
        return do_format(text, *given, **named)

    def bounded(filter_: Any) -> Callable[..., Any]:
        def it(value: Any, *given: Any, **named: Any) -> Any:
            _refuse_wide((*given, *named.values()))
            return filter_(value, *given, **named)

        return it

    environment = Sandbox(undefined=StrictUndefined, autoescape=False, trim_blocks=True, lstrip_blocks=True)
    wide = {"center": do_center, "indent": do_indent, "batch": do_batch}
    environment.filters |= {"format": formatted} | {name: bounded(one) for name, one in wide.items()}
    return environment


def _widths(text: str) -> Iterator[int]:
    """Return every number of a format's fields, "%20s" and "{:>20}". One that comes from a value can be any."""
    for field in re.findall(r"%[^a-zA-Z%]*|\{[^{}]*[{}]", text):
        if "*" in field or field.endswith("{"):
            yield sys.maxsize
        yield from (int(number) if len(number) < 10 else sys.maxsize for number in re.findall(r"\d+", field))


def _refuse_wide(numbers: Iterable[object]) -> None:
    from jinja2.exceptions import SecurityError

    if any(isinstance(number, int) and abs(number) > _WIDEST for number in numbers):
        raise SecurityError(f"at once it asks for more than {_WIDEST:,} characters, or for any number of them")


if __name__ == "__main__":
    serve()
