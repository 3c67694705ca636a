"""Versions of lists in the store: rows kept once, what is new, what was there before the rows were kept once."""

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import list_entry, list_version
from hypothesis import example, given
from hypothesis import strategies as st

from credkit import migrations
from credkit.migrations.screening import FIRST_FACTS
from credkit.records import ENTRY_FACTS, ListEntry, ListVersion, entry_digest, facts_digests
from credkit.store import Store
from credkit.store.lists import ListRows, pack, rows_digest

FULL = ListEntry(
    7, "QUILLON", "VESPER", "ANN", "QUILLON CARE", "1000000004", date(1970, 2, 28), "1 TEST ST", "SAMPLETON", "NC",
    "28801", "general", "specialty", "A00001", "1128b4", date(2024, 3, 20), date(2025, 1, 2), date(2024, 5, 6), "VA",
    "JR", ("Marrow, Vesper", "V Quillon"), "LIC-1", "HHS", date(2030, 1, 1), "S4MR1", "a warning",
)  # fmt: skip


def put(store: Store, name: str, entries: Sequence[ListEntry], list_name: str = "leie") -> ListVersion:
    rows = ListRows.of(entries)
    version = list_version(
        id=name, name=list_name, rows=len(rows), sha256=f"{name:0>64}", rows_digest=rows_digest(rows.digests)
    )
    store.load_list(version, rows)
    return version


def people(*numbers: int, **changes: str) -> list[ListEntry]:
    return [list_entry(row_number=n + 2, first_name=f"P{number}", **changes) for n, number in enumerate(numbers)]


def test_an_entry_comes_back_with_every_fact(store: Store) -> None:
    assert all(getattr(FULL, field.name) is not None for field in fields(FULL))
    version = put(store, "one", [FULL, list_entry(row_number=9)])
    assert list(store.list_entries(version)) == [FULL, list_entry(row_number=9)]
    assert list(ListRows.of([FULL]).entries()) == [FULL]


@pytest.mark.parametrize("fact", ENTRY_FACTS)
def test_every_fact_is_part_of_the_identity(fact: str) -> None:
    nothing: dict[str, Any] = {fact: () if fact == "aliases" else None}
    assert entry_digest(replace(FULL, **nothing)) != entry_digest(FULL)


def test_place_and_warning_are_no_part_of_the_identity() -> None:
    assert entry_digest(replace(FULL, row_number=99, warning=None)) == entry_digest(FULL)


def test_an_identity_never_changes() -> None:
    # Resolutions are remembered by it.
    assert entry_digest(FULL) == "8c118288c9ec8879494dc8a64ab49bc4"
    assert entry_digest(list_entry()) == "3b25a5340b9d1d099376077b31e59c50"


words = st.one_of(st.none(), st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=5))


@given(st.lists(st.tuples(words, words, words), min_size=1, max_size=5))
@example([("[]", None, "[]")])
def test_many_at_once_have_the_identities_of_each_alone(facts: list[tuple[str | None, str | None, str | None]]) -> None:
    entries = [list_entry(last_name=last, first_name=first, reference=other) for last, first, other in facts]
    rows = ListRows.of(entries)
    assert facts_digests(rows.columns) == [entry_digest(entry) for entry in entries] == list(rows.digests)


def test_a_row_of_two_versions_is_kept_once(store: Store) -> None:
    first = put(store, "one", people(1, 2, 3, 4))
    second = put(store, "two", people(1, 5, 3, 4, 4))
    other = put(store, "other", people(1), list_name="sam")
    ((records,),) = store.rows("SELECT COUNT(*) FROM list_records")
    assert records == 5 + 1
    for version, names in ((first, "P1 P2 P3 P4"), (second, "P1 P5 P3 P4 P4"), (other, "P1")):
        assert " ".join(entry.first_name or "" for entry in store.list_entries(version)) == names
        assert store.list_rows(version) == len(names.split())
    assert store.rows("SELECT COUNT(*) FROM list_entries WHERE list_id = 'two'") == [(5,)]


def test_what_is_new_in_a_version(store: Store) -> None:
    first, second = put(store, "one", people(1, 2, 3)), put(store, "two", people(3, 9, 1, 8, 9))
    assert [(entry.row_number, entry.first_name) for entry in store.list_new_entries(second, first)] == [
        (3, "P9"),
        (5, "P8"),
        (6, "P9"),
    ]
    assert [entry.first_name for entry in store.list_new_entries(first, second)] == ["P2"]
    assert len(store.list_new_entries(second, None)) == 5
    assert store.list_new_entries(second, second) == []


def test_differences_count_what_stands_twice(store: Store) -> None:
    before = put(store, "one", people(1, 1, 2, 3))
    rows = ListRows.of(people(1, 3, 3, 4))
    added, removed = store.list_differences(before, rows.digests)
    assert [rows.column("first_name")[place] for place in added] == ["P3", "P4"]
    assert sorted(entry.first_name or "" for entry in store.list_entries_at(before, removed)) == ["P1", "P2"]


def test_some_rows_and_some_columns(store: Store) -> None:
    version = put(store, "one", [*people(1, 2, 3), FULL, replace(FULL, row_number=90)])
    assert [entry.first_name for entry in store.list_entries_at(version, [90, 3, 3, 5, 1])] == ["P2", "VESPER"]
    columns = ("first_name", "row_number", "npi", "excluded_on", "aliases")
    assert list(store.list_columns(version, columns))[2:] == [
        ("P3", 4, None, "2020-05-20", "[]"),
        ("VESPER", 7, "1000000004", "2024-03-20", '["Marrow, Vesper","V Quillon"]'),
        ("VESPER", 90, "1000000004", "2024-03-20", '["Marrow, Vesper","V Quillon"]'),
    ]
    assert [digest for (digest,) in store.list_columns(version, ("digest",))][-1] == entry_digest(FULL)
    with pytest.raises(KeyError):
        next(store.list_columns(version, ("1; DROP TABLE lists",)))


def test_a_file_comes_back_byte_for_byte(store: Store) -> None:
    for content, packed in ((b"a,b\r\n" * 1_000, False), (b"PK\x03\x04 as it is", True)):
        file = pack(content, "ab" * 32 if packed else "cd" * 32, packed=packed)
        rows = ListRows.of(people(1))
        store.load_list(list_version(id=file.sha256, rows=1, sha256=file.sha256), rows, file)
        assert store.list_file(file.sha256) == content
    assert store.list_file("00") is None


def test_rows_of_the_first_schema_move_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as old:
        old.setattr(migrations, "STEPS", migrations.STEPS[:1])
        Store.create(path, actor="kim", command="test").close()
    facts = ", ".join(FIRST_FACTS)
    row = f"INSERT INTO list_entries (list_id, row_number, {facts}, warning) VALUES (?, ?, {'?, ' * 18} ?)"
    plain: list[str | None] = [None] * 18
    with closing(sqlite3.connect(path)) as connection:
        for version in ("v1", "v2"):
            connection.execute(
                "INSERT INTO lists VALUES (?, 'leie', 'U.csv', 'ab', '2026-01-02', 1, '2026-01-03', 3, 3, 0, 1, '', 'kim')",
                (version,),
            )
            for number, last in ((2, "QUILLON"), (3, "MARROW"), (5, version)):
                warning = "a warning" if number == 3 else None
                connection.execute(row, (version, number, last, *plain[1:], warning))
        connection.commit()
    with Store.open(path, actor="kim", command="test") as store:
        first, second = store.list_versions()
        assert [(entry.row_number, entry.last_name, entry.warning) for entry in store.list_entries(first)] == [
            (2, "QUILLON", None),
            (3, "MARROW", "a warning"),
            (5, "v1", None),
        ]
        assert store.rows("SELECT COUNT(*) FROM list_records") == [(4,)]
        assert [entry.last_name for entry in store.list_new_entries(second, first)] == ["v2"]
        assert [digest for (digest,) in store.list_columns(second, ("digest",))] == [
            entry_digest(entry) for entry in store.list_entries(second)
        ]
        assert list(store.list_faults()) == []
        assert store.rows("SELECT name FROM sqlite_master WHERE name = 'list_keys'") == []


@pytest.mark.parametrize("table", ["list_records", "list_runs"])
def test_rows_are_not_changed_or_taken_out(store: Store, table: str) -> None:
    put(store, "one", people(1))
    for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET rowid = 9" if table == "list_records" else ""):
        if statement:
            with pytest.raises(sqlite3.IntegrityError, match="append-only"):
                store._connection.execute(statement)
