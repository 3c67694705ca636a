"""Values in, text out: nothing is cut, nothing from outside is obeyed, nothing is half-written."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from credkit.render.formats import Format, write
from credkit.render.listing import Column, Listing, in_words
from credkit.render.prose import bullets, labelled, paragraph
from credkit.render.table import MOST_ROWS
from credkit.render.text import clean, one_line

AT = datetime(2026, 3, 2, 18, tzinfo=UTC)


class Item(BaseModel):
    name: str
    words: list[str] = []
    days: int | None = None
    good: bool = True
    on: date | None = None
    more: dict[str, int] = {}


COLUMNS = (
    Column[Item]("Name", lambda item: item.name),
    Column[Item]("Words", lambda item: "; ".join(item.words)),
    Column[Item]("Days", lambda item: "" if item.days is None else str(item.days), justify="right"),
)


def _fields(_schema: str) -> list[str]:
    return list(Item.model_fields)


def written(
    items: list[Item], as_: Format, *, width: int = 80, color: bool = False, warnings: tuple[str, ...] = ()
) -> str:
    out = io.StringIO()
    listing = Listing("credkit.item/1", iter(items), COLUMNS, {"items": len(items)}, list(warnings), date(2026, 3, 2))
    write(listing, out, as_=as_, width=width, color=color, generated_at=AT, fields=_fields)
    return out.getvalue()


def test_json() -> None:
    document = json.loads(written([Item(name="a"), Item(name="b", days=-3)], Format.JSON, warnings=("take care",)))
    assert document["schema"] == "credkit.item/1"
    assert document["generated_at"] == "2026-03-02T18:00:00Z"
    assert (document["on"], document["policy"]) == ("2026-03-02", None)
    assert (document["counts"], document["warnings"]) == ({"items": 2}, ["take care"])
    assert document["items"][1] == {"name": "b", "words": [], "days": -3, "good": True, "on": None, "more": {}}
    assert json.loads(written([], Format.JSON))["items"] == []


@pytest.mark.parametrize("as_", [Format.NDJSON, Format.PLAIN])
def test_no_item_is_no_line(as_: Format) -> None:
    assert written([], as_) == ""


def test_no_item_in_a_table_is_said() -> None:
    assert written([], Format.TABLE) == "Nothing to show.\n"


def test_csv_of_nothing_has_its_header() -> None:
    assert written([], Format.CSV) == "name,words,days,good,on,more\n"


def test_csv() -> None:
    item = Item(name="a", words=["b", "c"], days=-3, on=date(2026, 3, 2), more={"x": 1})
    assert written([item], Format.CSV) == 'name,words,days,good,on,more\na,b; c,-3,yes,2026-03-02,"{""x"": 1}"\n'


FORMULAS = ["=1+1", "+1+1", "-1+1", "-x", "@x", '=HYPERLINK("x")']


@pytest.mark.parametrize("text", FORMULAS)
def test_csv_holds_no_formula(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(written([Item(name=text, words=[text])], Format.CSV)))
    assert (row["name"], row["words"]) == (f"'{text}", f"'{text}")
    hidden = next(csv.DictReader(io.StringIO(written([Item(name=f"\x00{text}")], Format.CSV))))
    assert hidden["name"] == f"'{text}"


@pytest.mark.parametrize("text", ["-1", "+1", "-1,000.50"])
def test_a_plain_number_in_csv_stays_a_number(text: str) -> None:
    (row,) = csv.DictReader(io.StringIO(written([Item(name=text)], Format.CSV)))
    assert row["name"] == text


def test_plain_is_a_line_an_item() -> None:
    items = [Item(name="a\tb\r\nc", words=["x" * 500], days=1), Item(name="b")]
    assert written(items, Format.PLAIN) == f"a b c\t{'x' * 500}\t1\nb\t\t\n"


def test_a_table_has_titles_counts_and_only_columns_that_hold_something() -> None:
    shown = written([Item(name="Ana"), Item(name="Ben")], Format.TABLE)
    assert shown.splitlines()[0] == "Name"
    assert shown.endswith("\n2 items, on 2026-03-02\n")
    assert "Words" not in shown


def test_color_only_when_asked() -> None:
    assert "\x1b" in written([Item(name="Ana")], Format.TABLE, color=True)
    assert "\x1b" not in written([Item(name="Ana")], Format.TABLE)


TEXT = st.text(st.characters(codec="utf-8"), max_size=40)


@settings(max_examples=150)
@given(
    rows=st.lists(
        st.tuples(st.text("abcde -", min_size=1), st.lists(st.text("fghij", min_size=1)), st.integers()),
        min_size=1,
        max_size=6,
    ),
    width=st.integers(1, 160),
)
def test_a_table_cuts_nothing(rows: list[tuple[str, list[str], int]], width: int) -> None:
    shown = written([Item(name=name, words=words, days=days) for name, words, days in rows], Format.TABLE, width=width)
    body = "".join(shown.rpartition("\n\n")[0].split())
    for letters in ("abcde", "fghij", "0123456789"):
        for letter in letters:
            wanted = sum(
                name.count(letter) + "".join(words).count(letter) + str(days).count(letter)
                for name, words, days in rows
            )
            titles = "NameWordsDays" if any(words for _name, words, _days in rows) else "NameDays"
            assert body.count(letter) >= wanted, (letter, shown)
            assert body.count(letter) <= wanted + titles.count(letter)


def test_a_narrow_table_keeps_npis_and_dates_whole() -> None:
    columns = tuple(
        Column[Item](title, lambda item, n=n: item.words[n])  # type: ignore[misc]
        for n, title in enumerate(["NPI", "Name", "Kind", "State", "Number", "Expires", "Days", "Stops"])
    )
    words = ["1000000004", "Ana Marsh", "malpractice", "CO", "MP-12345678", "2026-09-01", "-12", "CO: Aspen Health"]
    out = io.StringIO()
    write(
        Listing("x", [Item(name="", words=words)], columns),
        out,
        as_=Format.TABLE,
        width=80,
        color=False,
        generated_at=AT,
        fields=_fields,
    )
    for word in " ".join(words).split():
        assert word in out.getvalue()
    assert max(map(len, out.getvalue().splitlines())) <= 80


def test_a_long_table_is_aligned_and_whole() -> None:
    items = [Item(name=f"name {n}", days=n) for n in range(MOST_ROWS * 2 + 5)]
    lines = [line.rstrip() for line in written(items, Format.TABLE).splitlines()]
    assert sum(line.startswith("Name") for line in lines) == 3
    assert sum(line.startswith("name ") for line in lines) == len(items)


@pytest.mark.parametrize(
    ("name", "count", "words"),
    [("rejects", 1, "1 reject"), ("rejects", 2, "2 rejects"), ("pass", 1, "1 pass"), ("not_ready", 3, "3 not ready")],
)
def test_counts_in_words(name: str, count: int, words: str) -> None:
    assert in_words(name, count) == words


# --- text from outside ----------------------------------------------------------------------------------------------

UNSAFE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
DIRTY = [
    ("a color", "a\x1b[31mb\x1b[0m", "ab"),
    ("a title", "a\x1b]0;title\x07b", "ab"),
    ("a link", "a\x1b]8;;http://x\x1b\\b", "ab"),
    ("a C1 control", "a\x9b2Jb", "a2Jb"),
    ("a bell and a backspace", "a\x07\x08b", "ab"),
    ("a carriage return", "a\rb", "ab"),
    ("an override of direction", "a\u202eb\u2066c", "abc"),
    ("a half sequence", "a\x1b", "a"),
    ("one inside another", "a\x1b\x1b[0m[31mb", "a[31mb"),
    ("markup is text", "[bold]a[/]", "[bold]a[/]"),
    ("letters of all languages stay", "José Ñandú 李 \u0645", "José Ñandú 李 \u0645"),
]


@pytest.mark.parametrize(("dirty", "safe"), [row[1:] for row in DIRTY], ids=[row[0] for row in DIRTY])
def test_clean(dirty: str, safe: str) -> None:
    assert clean(dirty) == safe


@given(TEXT)
def test_nothing_unsafe_is_left(text: str) -> None:
    assert not UNSAFE.search(clean(text))
    assert clean(clean(text)) == clean(text)
    assert "\n" not in one_line(text)
    assert "\t" not in one_line(text)


@settings(max_examples=60)
@given(name=TEXT, words=st.lists(TEXT, max_size=3))
def test_no_format_lets_a_control_through_and_json_loses_none(name: str, words: list[str]) -> None:
    item = Item(name=name, words=words)
    for as_ in Format:
        assert not UNSAFE.search(written([item], as_, warnings=(name,))), as_
    (found,) = json.loads(written([item], Format.JSON))["items"]
    assert Item.model_validate(found) == item
    (line,) = written([item], Format.NDJSON).splitlines()
    assert Item.model_validate_json(line) == item
    assert len(written([item], Format.PLAIN).splitlines()) == 1


def test_prose() -> None:
    assert paragraph("one two\nthree", 9) == "one two\nthree\n"
    assert bullets(["one two three"], 12) == "  - one two\n    three\n"
    assert labelled([("a", "one"), ("longer", "two"), ("none", "")], 80) == "  a       one\n  longer  two\n"
    for text in (paragraph("\x1b[1mx", 80), bullets(["\x1b[1mx"], 80), labelled([("\x1b[1ma", "\x1b[1mx")], 80)):
        assert "\x1b" not in text
