"""One state's boards as a source: a license number in, every license they have under it out."""

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from types import TracebackType
from typing import Self

from credkit import clock
from credkit.records import BoardAnswer, BoardRecord, Evidence, SourceRef
from credkit.reference.license_numbers import forms, same_number, tail, without_letters
from credkit.settings import BoardSettings
from credkit.sources.boards.parts import Part, UnreadableAnswer, packed, unpacked
from credkit.sources.boards.socrata import Dataset, Portal, Row, ending, one_of, rows
from credkit.sources.client import Client, SourceUnavailable
from credkit.tables.dates import NotADate, read_date

#: What boards write where there is nothing.
NOTHING = frozenset({"", "none", "n/a", "na", "null", "-", "--"})
NO = frozenset({"no", "n", "false", *NOTHING})
#: How a client is made from its settings.
Connect = Callable[[BoardSettings], Client]


class Board(ABC):
    """The boards of one state. `look_up` never raises for a bad answer or none: `problem` says why there are no facts."""

    state: str
    complete = True
    datasets: tuple[Dataset, ...] = ()

    def __init__(self, settings: BoardSettings, connect: Connect = Client) -> None:
        self.settings = settings
        # Every dataset has a client of its own, and all are one host: clients of a host share its rate.
        self._portals = {
            dataset.name: Portal(
                dataset,
                connect(settings.model_copy(update={"url": f"{settings.url.rstrip('/')}/{dataset.id}.json"})),
                settings.key,
            )
            for dataset in (self.datasets if settings.url else ())
        }
        self._address = next((portal.place for portal in self._portals.values()), "")

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection."""
        for portal in self._portals.values():
            portal.close()

    def look_up(self, key: str) -> Evidence:
        """Ask for one license number, as it is claimed."""
        parts: list[Part] = []
        address = self._address
        try:
            if not tail(key):
                raise UnreadableAnswer("the license number on file has no digit in it")  # noqa: TRY301 - one way out
            for name, ask in self.questions(key):
                try:
                    parts.append(ask())
                except (SourceUnavailable, UnreadableAnswer) as problem:
                    # Where several datasets are asked, the one that failed is named; else the source's name is enough.
                    raise UnreadableAnswer(f"{problem}{self._of(name, str(problem))}") from problem
        except UnreadableAnswer as problem:
            body = packed(parts) if parts else b""
            return _evidence(self.state, key, body, address, clock.stamp(clock.now()), str(problem))
        address = next((part.address for part in parts if part.has_rows), parts[0].address)
        return self.evidence_from_body(packed(parts), key, address, clock.stamp(clock.now()))

    def reread(self, key: str, body: bytes, address: str, fetched_at: str) -> Evidence:
        """Return a kept body as the answer to a number."""
        return self.evidence_from_body(body, key, address, fetched_at)

    @classmethod
    def evidence_from_body(cls, body: bytes, key: str, address: str, fetched_at: str) -> Evidence:
        """Judge a body, fresh from the boards or stored long ago, as the answer to a license number."""
        try:
            parts = unpacked(body)
            records = cls.read(parts)
        except UnreadableAnswer as problem:
            return _evidence(cls.state, key, body, address, fetched_at, str(problem))
        found = tuple(dict.fromkeys(record for record in records if same_number(key, record.number)))
        return _evidence(
            cls.state, key, body, address, fetched_at, None, BoardAnswer(cls.state, found, complete=cls.complete)
        )

    @abstractmethod
    def questions(self, key: str) -> Iterable[tuple[str, Callable[[], Part]]]:
        """Return what is to be asked, in order, each under the name of its dataset."""

    @classmethod
    @abstractmethod
    def read(cls, parts: Sequence[Part]) -> list[BoardRecord]:
        """Return the licenses in the answers. Raises UnreadableAnswer."""

    @classmethod
    def rows_of(cls, parts: Sequence[Part], name: str, *needed: str) -> list[Row]:
        """Return the rows that one dataset gave. Raises UnreadableAnswer where it was not asked, or has none to read."""
        dataset = next(one for one in cls.datasets if one.name == name)
        given = [part for part in parts if part.dataset == name]
        if not given:
            raise UnreadableAnswer(f"its dataset {dataset.id} ({name}) was not asked")
        return [row for part in given for row in rows(part, dataset, needed)]

    def _of(self, name: str, problem: str) -> str:
        return f" ({name})" if len(self._portals) > 1 and f"({name})" not in problem else ""


def by_forms(portal: Portal, columns: Iterable[str], key: str) -> tuple[str, Callable[[], Part]]:
    """Return the question for a number in any of the ways in which it may be written: quick where a table is large."""
    where = " OR ".join(one_of(column, forms(key)) for column in columns)
    return portal.dataset.name, lambda: portal.ask(where)


def by_ending(portal: Portal, column: str, key: str, *, last: int | None = None) -> tuple[str, Callable[[], Part]]:
    """Return the question for numbers that end as this one does, whatever their prefix. `last`: by so many digits of it,
    where a prefix may end in a digit itself."""
    whole = without_letters(key)
    end = whole[-last:].lstrip("0") or whole if last else whole
    return portal.dataset.name, lambda: portal.ask(ending(column, end))


def day(row: Row, column: str, doubts: list[str], *, needed: bool = False) -> date | None:
    """Return the day in a column. What is no day (a month, a time) becomes a doubt, quoted; so does, where it is
    `needed`, nothing."""
    text = row[column]
    if text.casefold() in NOTHING:
        if needed:
            doubts.append(f"{column} is blank")
        return None
    try:
        return read_date(text)
    except NotADate as problem:
        doubts.append(f"{column} {text[:20]!r} is no day: {problem}")
        return None


def dataset_page(address: str, dataset: Dataset) -> str:
    """Return the page of a dataset that a person can open."""
    host = address.split("/resource/", maxsplit=1)[0].rstrip("/")
    return f"{host}/d/{dataset.id}"


def _evidence(
    state: str,
    key: str,
    body: bytes,
    address: str,
    fetched_at: str,
    problem: str | None,
    facts: BoardAnswer | None = None,
) -> Evidence:
    return Evidence(
        source=SourceRef(f"board:{state}", key),
        address=address,
        fetched_at=fetched_at,
        body=body,
        sha256=hashlib.sha256(body).hexdigest() if body else "",
        facts=facts,
        problem=problem,
    )


def text_of(parts: Mapping[str, str]) -> str:
    """Return named words as one text, those that are nothing left out."""
    return "; ".join(f"{name} {words}".strip() for name, words in parts.items() if words.casefold() not in NOTHING)
