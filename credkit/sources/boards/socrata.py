"""Socrata, the portal on which states publish their data: asking one dataset for the rows of a license number.

Every column that an adapter reads is named in `$select`, so that a column which was renamed is an error of the portal and
never a blank: a missing discipline column would otherwise read as no discipline. The portal answers that error with HTTP
400; the adapter then asks for one column after another, and says which is gone.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from credkit.sources.boards.parts import Part, UnreadableAnswer
from credkit.sources.client import Client, SourceUnavailable

#: More rows than any number has; an answer of so many may be cut off.
LIMIT = 500

_BAD_REQUEST = "it answered HTTP 400"
_CODE = re.compile(r"[a-z][a-z.\-]{2,60}")
_NO_COLUMN = re.compile(r"[Nn]o[- ]such[- ]column:? '?([a-z_]{2,60})")

Row = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset: its name among the state's, its id on the portal, the columns that are read, and those which may be
    missing altogether (then every row has "" there)."""

    name: str
    id: str
    columns: tuple[str, ...]
    optional: frozenset[str] = frozenset()


def quoted(text: str) -> str:
    """Return text as a SoQL literal: in single quotes, a quote within it doubled."""
    return "'" + text.replace("'", "''") + "'"


def one_of(column: str, forms: tuple[str, ...]) -> str:
    """Return the condition that a column has one of these texts."""
    return f"{column} in ({', '.join(map(quoted, forms))})"


def ending(column: str, end: str) -> str:
    """Return the condition that a column ends in a text. `end` is letters and digits: SoQL has no way to write a % that
    stands for itself."""
    return f"{column} like {quoted('%' + ''.join(filter(str.isalnum, end)))}"


class Portal:
    """One dataset behind one client. Asked by several threads."""

    def __init__(self, dataset: Dataset, client: Client, key: str = "") -> None:
        self.dataset = dataset
        self._client = client
        # The portal takes the token as a parameter too. The client keeps a value that is its key out of every address.
        self._token = {"$$app_token": key} if key else {}
        self._gone: frozenset[str] | None = None

    def close(self) -> None:
        """Close its connections."""
        self._client.close()

    @property
    def place(self) -> str:
        """Where the dataset is, without a question."""
        return self._client.address({})

    def ask(self, where: str) -> Part:
        """Return the portal's answer to a condition. Raises SourceUnavailable, and UnreadableAnswer where columns are
        gone, naming them."""
        try:
            return self._get(where)
        except SourceUnavailable as unavailable:
            if not str(unavailable).startswith(_BAD_REQUEST):
                raise
            gone = self._missing()
            if not gone:
                raise
            needed = sorted(gone - self.dataset.optional)
            if needed:
                raise UnreadableAnswer(renamed(self.dataset, needed)) from unavailable
            return self._get(where)

    def _get(self, where: str) -> Part:
        answer = self._client.get(self._question(where))
        return Part(self.dataset.name, answer.address, answer.body)

    def _question(self, where: str) -> dict[str, str]:
        columns = [name for name in self.dataset.columns if name not in (self._gone or ())]
        return {"$select": ",".join(columns), "$where": where, "$limit": str(LIMIT), **self._token}

    def _missing(self) -> frozenset[str]:
        """Return which columns the portal does not know: asked once, for each by itself."""
        if self._gone is None:
            self._gone = frozenset(name for name in self.dataset.columns if not self._knows(name))
        return self._gone

    def _knows(self, column: str) -> bool:
        try:
            self._client.get({"$select": column, "$limit": "1", **self._token})
        except SourceUnavailable as unavailable:
            if str(unavailable).startswith(_BAD_REQUEST):
                return False
            raise
        return True


def renamed(dataset: Dataset, columns: list[str]) -> str:
    """Return the sentence about columns that are gone."""
    what = f"column {columns[0]}" if len(columns) == 1 else f"columns {', '.join(columns)}"
    return f"its dataset {dataset.id} ({dataset.name}) has no {what} any more: renamed or removed"


def rows(part: Part, dataset: Dataset, needed: tuple[str, ...]) -> list[Row]:
    """Return the rows of an answer as text, every column of the dataset in each, "" where the portal left it out.

    `needed` are columns without which a row is none. Raises UnreadableAnswer.
    """
    answer = _json(part.body)
    if isinstance(answer, dict):
        raise UnreadableAnswer(_error(answer, dataset))
    if not isinstance(answer, list):
        raise UnreadableAnswer("its answer has a shape that we do not know")
    if len(answer) >= LIMIT:
        raise UnreadableAnswer(f"its answer may be cut off: it has {len(answer)} rows for one number")
    return [_row(item, dataset, needed) for item in answer]


def _json(body: bytes) -> Any:
    body = body.removeprefix(b"\xef\xbb\xbf").strip()
    if not body:
        raise UnreadableAnswer("its answer is empty")
    if body[:1] == b"<":
        raise UnreadableAnswer("its answer is a web page, not JSON")
    try:
        return json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnreadableAnswer("its answer is not JSON, or not all of it") from error


def _error(answer: Mapping[str, Any], dataset: Dataset) -> str:
    code = answer.get("code") or answer.get("errorCode")
    said = f" ({code})" if isinstance(code, str) and _CODE.fullmatch(code) else ""
    column = _NO_COLUMN.search(str(answer.get("message", "")))
    if column and column[1] in dataset.columns:
        return renamed(dataset, [column[1]])
    return f"its answer is an error{said}"


def _row(item: object, dataset: Dataset, needed: tuple[str, ...]) -> Row:
    if not isinstance(item, dict):
        raise UnreadableAnswer("its answer has a row that is none")
    row = {column: _cell(item.get(column), column) for column in dataset.columns}
    missing = [column for column in needed if not row[column]]
    if missing:
        raise UnreadableAnswer(f"its answer has a row without {missing[0]}")
    return row


def _cell(value: object, column: str) -> str:
    if isinstance(value, dict) and isinstance(value.get("url"), str):
        value = value["url"]
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, (str, int, float)):
        return " ".join(str(value).split())
    raise UnreadableAnswer(f"its answer has a shape that we do not know, at {column}")
