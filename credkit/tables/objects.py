"""JSON and NDJSON: objects whose keys are the columns."""

import json
from collections.abc import Callable, Generator, Iterator
from io import TextIOWrapper
from itertools import chain
from typing import Any, BinaryIO

from credkit.errors import InputRejected
from credkit.tables.cells import cell_to_text, clean_text
from credkit.tables.sheet import SheetRow, long_cell

_HINT = 'Write an array of objects, {"items": [...]}, or one object a line.'


class _Pairs(list[tuple[str, Any]]):
    """A JSON object as its pairs, so that a key that stands twice is seen."""


_DECODER = json.JSONDecoder(object_pairs_hook=_Pairs)


def read_objects(
    file: BinaryIO, source: str, encoding: str, *, lines: bool
) -> tuple[tuple[str, ...], Generator[SheetRow, None, None]]:
    """Return the header (every key of any object, in order of appearance) and the rows.

    NDJSON (`lines`) is read twice, once for its keys and its errors, once for its rows, in flat memory.
    """
    text = TextIOWrapper(file, encoding=encoding)
    if lines or _starts_with_whole_object(text):
        items: Callable[[], Iterator[tuple[int, Any]]] = lambda: _lines(text, source)  # noqa: E731
        line_counts = True
    else:
        document = _document(text, source)
        items = lambda: iter(enumerate(document, 1))  # noqa: E731
        line_counts = False
    header: dict[str, None] = {}
    for number, item in items():
        if not isinstance(item, _Pairs):
            what = f"line {number}" if line_counts else f"item {number}"
            raise InputRejected(f"{source}: {what} is not an object of columns and values.", hint=_HINT)
        header.update((clean_text(key), None) for key, _ in item)
    for place, name in enumerate(header, 1):
        if _whole(name) != name:
            raise InputRejected(
                f"{source}: the name of column {place} holds half a character (a lone surrogate).",
                hint="Write the name again in every object.",
            )
    if not header:
        raise InputRejected(f"{source} holds no objects with columns: there is nothing to read.", hint=_HINT)
    return tuple(header), _rows(text, items, tuple(header), source, line_counts=line_counts)


def _starts_with_whole_object(text: TextIOWrapper) -> bool:
    """Say whether the first line is an object by itself, and not {"items": [...]}: then the file is NDJSON."""
    first = next((line for line in text if line.strip()), "")
    text.seek(0)
    if not first.lstrip().startswith("{"):
        return False
    try:
        item = _DECODER.decode(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(item, _Pairs) and not isinstance(dict(item).get("items"), list)


def _lines(text: TextIOWrapper, source: str) -> Iterator[tuple[int, Any]]:
    text.seek(0)
    for number, line in enumerate(text, 1):
        if not line.strip():
            continue
        try:
            yield number, _DECODER.decode(line)
        except (ValueError, RecursionError) as error:
            raise _invalid(source, number, error) from error


def _document(text: TextIOWrapper, source: str) -> list[Any]:
    try:
        document = _DECODER.decode(text.read())
    except (ValueError, RecursionError) as error:
        raise _invalid(source, error.lineno if isinstance(error, json.JSONDecodeError) else 1, error) from error
    if isinstance(document, _Pairs):
        document = dict(document).get("items")
    if not isinstance(document, list) or isinstance(document, _Pairs):
        raise InputRejected(f"{source} holds neither an array nor an object with items.", hint=_HINT)
    if not document:
        raise InputRejected(f"{source} holds no items: there is nothing to read.", hint=_HINT)
    return document


def _invalid(source: str, line: int, error: Exception) -> InputRejected:
    if isinstance(error, json.JSONDecodeError):
        why = f"{error.msg}, at character {error.colno}"
    else:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else "a number in it is too long"
    return InputRejected(f"{source}: line {line} is not valid JSON ({why}).", hint=_HINT)


def _rows(
    text: TextIOWrapper,
    items: Callable[[], Iterator[tuple[int, Any]]],
    header: tuple[str, ...],
    source: str,
    *,
    line_counts: bool,
) -> Generator[SheetRow, None, None]:
    blank = dict.fromkeys(header, "")
    try:
        for number, item in items():
            cells = blank.copy()
            problems = []
            seen = set()
            for name, value in item:
                key = clean_text(name)
                if key in seen:
                    problems.append(f"{key} stands twice in this object; keep one.")
                seen.add(key)
                written, problem = _written(value)
                cells[key] = written
                if problem:
                    problems.append(f"{key} {problem}")
            if not any(map(str.strip, cells.values())):
                continue
            too_long = long_cell(cells.keys(), cells.values())
            problem_text = " ".join(chain(problems, [too_long] if too_long else [])) or None
            yield SheetRow(number, number if line_counts else None, cells, (), problem_text)
    except (OSError, UnicodeDecodeError) as error:
        raise InputRejected(
            f"{source}: the file could not be read to its end.",
            hint="It was changed or taken away meanwhile. Import it again: rows already in are not doubled.",
        ) from error
    finally:
        text.close()


def _written(value: object) -> tuple[str, str | None]:
    """Return a JSON value as the text of a cell, and what is wrong with it."""
    if isinstance(value, _Pairs):
        return json.dumps(dict(value)), "holds an object; write its text."
    if isinstance(value, list):
        parts = [_written(part) for part in value]
        problem = next((problem for _, problem in parts if problem), None)
        if any(isinstance(part, list) for part in value):
            problem = "holds a list in a list; write its values one after another."
        return "; ".join(text for text, _ in parts), problem
    text = cell_to_text(value)
    whole = _whole(text)
    return whole, None if whole == text else "holds half a character (a lone surrogate); write the text again."


def _whole(text: str) -> str:
    """Return the text without halves of characters, which JSON can hold and nothing else can."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode("utf-8")
