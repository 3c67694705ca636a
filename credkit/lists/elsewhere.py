"""A list read and indexed by a second process, while this one reads the people to hold against it.

Reading a list and reading a roster take about as long, and neither needs the other. Where processes cannot be forked, or
something else runs in this one, the list is read here.
"""

import multiprocessing
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from multiprocessing.connection import Connection
from typing import cast

from credkit.errors import CredkitError
from credkit.lists.ready import ReadyList, rows_of
from credkit.records import ListEntry, ListVersion
from credkit.screening.columns import Records, Whole


def can_fork() -> bool:
    """Say whether a second process can be had safely: forked by a process of one thread, on Linux."""
    return sys.platform.startswith("linux") and threading.active_count() == 1


class ListElsewhere:
    """A list that another process makes ready and keeps. The first question waits until it is ready; what goes wrong
    there is raised here. Close it."""

    def __init__(self, make: Callable[[], ReadyList]) -> None:
        context = multiprocessing.get_context("fork")
        self._questions, theirs = context.Pipe()
        self._process = context.Process(target=_answer, args=(theirs, self._questions, make), daemon=True)
        self._process.start()
        theirs.close()

    def close(self) -> None:
        """End the other process."""
        self._questions.close()
        self._process.join()

    @cached_property
    def version(self) -> ListVersion:
        return cast("ListVersion", self._heard())

    def is_ready(self) -> bool:
        """Say whether the first question would be answered at once."""
        return "version" in vars(self) or self._questions.poll()

    def ask(self, people: Records) -> None:
        """Ask which rows may be these people; meanwhile this process does something else. `answer` must be the next."""
        _ = self.version  # the first answer of all
        self._questions.send(("held", people))

    def answer(self) -> Mapping[int, Sequence[ListEntry]]:
        """Return what was asked: by the person's place, the rows that may be theirs."""
        return cast("Mapping[int, Sequence[ListEntry]]", self._heard())

    def candidates(self, people: Records) -> tuple[Whole, Whole]:
        return cast("tuple[Whole, Whole]", self._asked("candidates", people))

    def entries(self, rows: Iterable[int]) -> dict[int, ListEntry]:
        return cast("dict[int, ListEntry]", self._asked("entries", list(rows)))

    def _asked(self, *question: object) -> object:
        _ = self.version  # the first answer of all
        self._questions.send(question)
        return self._heard()

    def _heard(self) -> object:
        try:
            answer = self._questions.recv()
        except EOFError as error:
            raise CredkitError("The process that read the list was ended; nobody was screened.") from error
        if isinstance(answer, Exception):
            raise answer
        return answer


def _answer(questions: Connection, parents: Connection, make: Callable[[], ReadyList]) -> None:
    """Make the list ready, say which version it is, and answer until nobody asks any more."""
    parents.close()
    # Ctrl-C reaches both processes; the one that was asked decides, and then nobody asks here any more.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        ready = make()
        questions.send(ready.version)
        while True:
            what, *given = questions.recv()
            questions.send(rows_of(given[0], ready) if what == "held" else getattr(ready, what)(*given))
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:  # noqa: BLE001 - refused or a bug, it is told by the process that asked, at its one door
        error.add_note(traceback.format_exc())  # only --debug prints it
        questions.send(error)
