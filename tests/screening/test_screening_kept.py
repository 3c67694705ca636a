"""An index as bytes: what comes back finds what was kept, and what is damaged is refused in a way that its reader expects."""

import io
import zlib
from zipfile import BadZipFile

import numpy as np
import pytest
from factories import list_entry
from hypothesis import given
from hypothesis import strategies as st
from lookalikes import crowds

from credkit.lists.ready import FACTS, _named
from credkit.records import ListEntry
from credkit.screening.columns import of_people, of_rows
from credkit.screening.identity import Person
from credkit.screening.index import Index
from credkit.screening.kept import from_bytes, to_bytes
from credkit.store.lists import ListRows

#: What credkit.lists.ready takes for damage, and makes the index anew.
DAMAGE = (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error)


def index(entries: list[ListEntry]) -> Index:
    rows = ListRows.of(entries)
    return Index.of(of_rows(_named([rows.column(fact) for fact in FACTS])))


def kept(entries: list[ListEntry]) -> bytes:
    return to_bytes(index(entries), np.arange(1, len(entries) + 1, dtype=np.int64))


WHOLE = kept([list_entry(row_number=n, first_name=name) for n, name in enumerate(("ANA", "RUTH", "BOB", None), 2)])


@given(crowds())
def test_what_comes_back_finds_the_same(crowd: tuple[list[Person], list[ListEntry]]) -> None:
    everyone, entries = crowd
    made = index(entries)
    numbers = np.arange(7, 7 + len(entries), dtype=np.int64)
    again, its_numbers = from_bytes(to_bytes(made, numbers))
    assert its_numbers.tolist() == numbers.tolist()
    for one, other in zip(made.candidates(of_people(everyone)), again.candidates(of_people(everyone)), strict=True):
        assert one.tolist() == other.tolist()


def test_an_index_over_nothing_comes_back() -> None:
    again, numbers = from_bytes(kept([]))
    assert len(again.rows) == len(numbers) == 0


@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_cut_short_is_refused(length: int) -> None:
    with pytest.raises(DAMAGE):
        from_bytes(WHOLE[:length])


@given(st.binary(max_size=64))
def test_bytes_that_are_no_index_are_refused(content: bytes) -> None:
    with pytest.raises(DAMAGE):
        from_bytes(content)


@given(st.integers(0, len(WHOLE) - 1), st.integers(1, 255))
def test_a_byte_that_changed_is_refused_or_changes_nothing(place: int, change: int) -> None:
    damaged = bytearray(WHOLE)
    damaged[place] ^= change
    try:
        again, numbers = from_bytes(bytes(damaged))
    except DAMAGE:
        return
    whole, its_numbers = from_bytes(WHOLE)
    assert numbers.tolist() == its_numbers.tolist()
    assert again.keys.tolist() == whole.keys.tolist()
    assert again.rows.lasts.whole == whole.rows.lasts.whole


def test_arrays_that_are_not_ours_are_refused() -> None:
    out = io.BytesIO()
    np.savez(out, numbers=np.arange(3))
    with pytest.raises(KeyError):
        from_bytes(out.getvalue())


def test_objects_are_never_unpickled() -> None:
    out = io.BytesIO()
    np.savez(out, numbers=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ValueError, match="pickle"):
        from_bytes(out.getvalue())
