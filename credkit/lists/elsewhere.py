"""A list made ready by a second process, which looks for people in it while this one reads and compares them.

Reading a list and reading a roster take about as long, and neither needs the other; nor do looking for the rows that may
be some people, and comparing those that were found for others. Where processes cannot be forked, or something else runs in
this one, all of it is done here.
"""

import multiprocessing
import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterable
from dataclasses import fields, replace
from functools import cached_property, partial
from multiprocessing.connection import Connection
from operator import attrgetter
from pathlib import Path
from typing import Any, Generic, TypeVar, cast

from credkit.errors import CredkitError
from credkit.lists.ready import ReadyList, StoredList, rows_of
from credkit.records import ListEntry, ListVersion
from credkit.screening.columns import Records, Whole
from credkit.store import Store

Said = TypeVar("Said")
#: Makes a list ready, and says what it says of itself.
Make = Callable[[], tuple[ReadyList, Said]]
#: By the place of each person whom any row of a list may be, those rows.
Rows = dict[int, list[ListEntry]]
#: The same on its way between processes: which rows by number, and each row's values once. Entries themselves take five
#: times as long to pack.
_Sent = tuple[dict[int, list[int]], dict[int, tuple[Any, ...]]]

_VALUES = attrgetter(*(field.name for field in fields(ListEntry)))


def can_fork() -> bool:
    """Say whether a second process can be had safely: forked by a process of one thread, on Linux."""
    return sys.platform.startswith("linux") and threading.active_count() == 1


class ListHere(Generic[Said]):
    """A list that this process makes ready when it is first asked about. Who is asked about is looked for when the answer
    is wanted."""

    def __init__(self) -> None:
        self._make: Make[Said] | None = None
        self._made: tuple[ReadyList, Said] | None = None
        self._people: Records | None = None

    def make(self, make: Make[Said]) -> None:
        """Say how the list is made, in place of the one before."""
        self._make, self._made = make, None

    @property
    def _ready(self) -> tuple[ReadyList, Said]:
        assert self._make is not None, "it was said how the list is made"
        self._made = self._made or self._make()
        return self._made

    @property
    def said(self) -> Said:
        """What the list says of itself."""
        return self._ready[1]

    @property
    def licensed(self) -> bool:
        return self._ready[0].licensed

    def is_ready(self) -> bool:
        """Say whether the first question would be answered at once."""
        return True

    def ask(self, people: Records) -> None:
        """Ask which rows may be these people. `answer` must be the next."""
        self._people = people

    def answer(self) -> Rows:
        """Return what was asked: by the person's place, the rows that may be theirs."""
        assert self._people is not None, "somebody was asked about"
        return rows_of(self._people, self._ready[0])

    def candidates(self, people: Records) -> tuple[Whole, Whole]:
        return self._ready[0].candidates(people)

    def entries(self, rows: Iterable[int]) -> dict[int, ListEntry]:
        return self._ready[0].entries(rows)

    def close(self) -> None:
        """Let go of it."""


class ListElsewhere(Generic[Said]):
    """A list that another process makes ready and keeps. The first question waits until it is ready; what goes wrong
    there is raised here. Close it.

    Begin it before a store is opened: SQLite's connections do not go into another process.
    """

    def __init__(self) -> None:
        context = multiprocessing.get_context("fork")
        self._questions, theirs = context.Pipe()
        self._process = context.Process(target=_answer, args=(theirs, self._questions), daemon=True)
        self._process.start()
        theirs.close()

    def close(self) -> None:
        """End the other process; what it makes ready and nobody asked about need not be finished."""
        if "_first" not in vars(self):
            self._process.terminate()
        self._questions.close()
        self._process.join()

    def make(self, make: Make[Said]) -> None:
        """Say how the list is made, in place of the one before: by a function that has a name."""
        vars(self).pop("_first", None)
        self._questions.send(("make", make))

    @cached_property
    def _first(self) -> tuple[Said, bool]:
        return cast("tuple[Said, bool]", self._heard())

    @property
    def said(self) -> Said:
        return self._first[0]

    @property
    def licensed(self) -> bool:
        return self._first[1]

    def is_ready(self) -> bool:
        return "_first" in vars(self) or self._questions.poll()

    def ask(self, people: Records) -> None:
        # Their licenses are a third of what is sent, and most lists give none.
        self._questions.send(("held", people if self.licensed else replace(people, held=())))

    def answer(self) -> Rows:
        held, values = cast("_Sent", self._heard())
        entries = {number: ListEntry(*row) for number, row in values.items()}
        return {place: [entries[number] for number in numbers] for place, numbers in held.items()}

    def candidates(self, people: Records) -> tuple[Whole, Whole]:
        return cast("tuple[Whole, Whole]", self._asked("candidates", people))

    def entries(self, rows: Iterable[int]) -> dict[int, ListEntry]:
        return cast("dict[int, ListEntry]", self._asked("entries", list(rows)))

    def _asked(self, what: str, given: object) -> object:
        _ = self._first
        self._questions.send((what, given))
        return self._heard()

    def _heard(self) -> object:
        try:
            answer = self._questions.recv()
        except EOFError as error:
            raise CredkitError("The process that read the list was ended; nobody was screened.") from error
        if isinstance(answer, Exception):
            raise answer
        return answer


#: A list to be asked about many people, wherever it is.
AskedList = ListHere[Said] | ListElsewhere[Said]


def asked_list() -> AskedList[Any]:
    """Return a list to be made ready and asked about many people: by a second process where there can be one."""
    return ListElsewhere() if can_fork() else ListHere()


def make_stored(asked: AskedList[Any], store: Store, version: ListVersion) -> None:
    """Say that a version of a store's list is to be made ready: elsewhere by a connection of its own."""
    if isinstance(asked, ListHere):
        asked.make(lambda: (StoredList(store, version), version))
    else:
        asked.make(partial(_stored, store.path, version, actor=store.actor, command=store.command))


def _stored(path: Path, version: ListVersion, *, actor: str, command: str) -> tuple[StoredList, ListVersion]:
    return StoredList(Store.open(path, actor=actor, command=command), version), version


def _answer(questions: Connection, parents: Connection) -> None:
    """Make lists ready, say what they say of themselves, and answer until nobody asks any more."""
    parents.close()
    # Ctrl-C reaches both processes; the one that was asked decides, and then nobody asks here any more.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    ready: ReadyList
    try:
        while True:
            what, given = questions.recv()
            if what == "make":
                ready, said = given()
                questions.send((said, ready.licensed))
            else:
                questions.send(_packed(rows_of(given, ready)) if what == "held" else getattr(ready, what)(given))
    except (EOFError, BrokenPipeError):
        return
    except Exception as error:  # noqa: BLE001 - refused or a bug, it is told by the process that asked, at its one door
        error.add_note(traceback.format_exc())  # only --debug prints it
        questions.send(error)


def _packed(rows: Rows) -> _Sent:
    held = {place: [entry.row_number for entry in its] for place, its in rows.items()}
    return held, {entry.row_number: _VALUES(entry) for its in rows.values() for entry in its}
