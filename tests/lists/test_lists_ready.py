"""Lists ready to hold people against: the kept index is a cache, and a version is its own rows and no others."""

import random
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import NPI, OTHER_NPI, list_entry, list_version
from hypothesis import given
from hypothesis import strategies as st
from listed import put_list
from lookalikes import crowds, person

from credkit.lists import ready as ready_lists
from credkit.lists.ready import FileList, StoredList, held_against, repeated
from credkit.records import ListEntry, ListVersion, entry_digest
from credkit.screening import kept as kept_indexes
from credkit.screening.columns import Named, Records, of_people, of_rows
from credkit.screening.identity import Person
from credkit.screening.kept import made_by
from credkit.store import Store
from credkit.store.lists import ListRows

#: People none of whom resembles another.
BORN = {
    "Marsh": ("Ana", date(1985, 6, 7)),
    "Reed": ("Robert", date(1961, 11, 30)),
    "Vale": ("Peggy", date(1972, 2, 14)),
    "Quillonby": ("Vesper", date(1994, 10, 22)),
    "Kessler": ("Jo", date(1949, 12, 8)),
}
LASTS = tuple(BORN)
EVERYONE = [
    person(id=last, last_name=last, npi="", first_name=first, date_of_birth=born)
    for last, (first, born) in BORN.items()
]


def row(last: str, number: int = 2, **changes: Any) -> ListEntry:
    first, born = BORN.get(last, ("Zelda", date(1950, 1, 1)))
    plain = {"row_number": number, "last_name": last.upper(), "first_name": first.upper(), "date_of_birth": born}
    return list_entry(**(plain | changes))


def rows(*lasts: str) -> list[ListEntry]:
    return [row(last, number) for number, last in enumerate(lasts, 2)]


def found(ready: Any, everyone: Sequence[Person] = EVERYONE) -> list[list[tuple[int, str]]]:
    held = held_against(of_people(everyone), ready)
    return [[(entry.row_number, entry_digest(entry)) for entry in entries] for entries in held]


def from_file(entries: Sequence[ListEntry]) -> FileList:
    return FileList(ListRows.of(entries))


def kept(store: Store) -> list[Path]:
    return sorted((store.files / "index").glob("*"))


def same(store: Store, version: ListVersion, entries: Sequence[ListEntry]) -> bool:
    return found(StoredList(store, version)) == found(from_file(entries))


def test_a_stored_list_finds_what_its_file_finds(store: Store) -> None:
    entries = [*rows("Marsh", "Reed", "Other"), row("Marsh", 5, middle_name="Q")]
    version = put_list(store, "one", entries)
    assert found(StoredList(store, version))[0] == [(2, entry_digest(entries[0])), (5, entry_digest(entries[3]))]
    assert same(store, version, entries)


@given(crowds())
def test_a_file_is_found_in_as_each_of_its_rows_is(crowd: tuple[list[Person], list[ListEntry]]) -> None:
    everyone, entries = crowd
    together = found(from_file(entries), everyone)
    one_by_one = [found(from_file([entry]), everyone) for entry in entries]
    assert together == [sorted(pair for each in one_by_one for pair in each[place]) for place in range(len(everyone))]


def test_a_second_version_indexes_only_what_is_new(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    first = rows("Marsh", "Reed", "Other")
    assert same(store, put_list(store, "one", first), first)
    made: list[int] = []

    def counted(named: Named) -> Records:
        made.append(len(named.last))
        return of_rows(named)

    monkeypatch.setattr(ready_lists, "of_rows", counted)
    second = rows("Vale", "Marsh", "Reed", "Other", "Quillonby")
    version = put_list(store, "two", second)
    StoredList(store, version)
    assert made == [2]
    StoredList(store, version)
    assert made == [2]
    assert same(store, version, second)


def test_rows_that_are_gone_are_found_no_more_and_others_on_the_row_where_they_stand_now(store: Store) -> None:
    put_list(store, "one", rows("Marsh", "Reed", "Vale"))
    version = put_list(store, "two", rows("Other", "Vale", "Marsh"))
    marsh, reed, vale, *_ = found(StoredList(store, version))
    assert [number for number, _ in marsh] == [4]
    assert reed == []
    assert [number for number, _ in vale] == [3]


def test_a_row_that_comes_back_is_found_again(store: Store) -> None:
    both, one = rows("Marsh", "Reed"), rows("Reed")
    for name, entries in (("one", both), ("two", one), ("three", both)):
        assert same(store, put_list(store, name, entries), entries)


@pytest.mark.parametrize(
    "lasts",
    [
        ("Reed", "Marsh", "Vale", "Reed"),
        ("Marsh", "Reed", "Vale", "Quillonby", "Reed", "Kessler", "Marsh"),
        ("Marsh", "Marsh", "Reed", "Reed", "Vale"),
    ],
)
def test_a_row_that_stands_twice_is_found_on_its_first_and_hides_no_other(store: Store, lasts: tuple[str, ...]) -> None:
    entries = rows(*lasts)
    held = found(StoredList(store, put_list(store, "one", entries)))
    assert held == [
        [(2 + lasts.index(last), entry_digest(entries[lasts.index(last)]))] if last in lasts else [] for last in LASTS
    ]


def test_lists_of_one_store_are_kept_apart(store: Store) -> None:
    leie, sam = rows("Marsh"), rows("Reed")
    versions = put_list(store, "one", leie), put_list(store, "two", sam, "medicaid:OH")
    assert same(store, versions[0], leie)
    assert same(store, versions[1], sam)
    assert same(store, versions[0], leie)


def test_a_list_of_many_versions_is_made_one_again(store: Store) -> None:
    names = [f"X{number}" for number in range(15)]
    for number in range(1, 16):
        entries = rows("Marsh", *names[:number])
        assert same(store, put_list(store, f"v{number}", entries), entries)
    loaded = ready_lists._Stretches(store, list_version(id="v15"))._kept()
    assert len(loaded) < 12


def damaged(store: Store, how: str) -> None:
    paths = kept(store)
    assert paths
    for path in paths:
        content = path.read_bytes()
        match how:
            case "gone":
                path.unlink()
            case "empty":
                path.write_bytes(b"")
            case "cut short":
                path.write_bytes(content[: len(content) // 2])
            case "garbage":
                path.write_bytes(b"\x00" * 300)
            case "one byte":
                path.write_bytes(content[:200] + bytes([content[200] ^ 255]) + content[201:])
            case "a folder":
                path.unlink()
                path.mkdir()
    if how == "no folder":
        shutil.rmtree(store.files / "index")
    if how == "a file for a folder":
        shutil.rmtree(store.files / "index")
        (store.files / "index").write_text("not a folder")


@pytest.mark.parametrize(
    "how",
    ["gone", "empty", "cut short", "garbage", "one byte", "a folder", "no folder", "a file for a folder"],
)
def test_losing_the_cache_changes_no_answer(store: Store, how: str) -> None:
    put_list(store, "one", rows("Marsh", "Reed"))
    StoredList(store, list_version(id="one"))
    entries = rows("Reed", "Vale", "Marsh", "Kessler")
    version = put_list(store, "two", entries)
    assert same(store, version, entries)
    damaged(store, how)
    assert same(store, version, entries)
    assert same(store, version, entries)


def test_an_index_made_by_another_credkit_or_library_is_made_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    entries = rows("Marsh", "Reed")
    version = put_list(store, "one", entries)
    with monkeypatch.context() as then:
        then.setattr("credkit.screening.columns.sound", str.swapcase)  # as another release of Metaphone might
        then.setattr(ready_lists, "made_by", lambda: "before")
        StoredList(store, version)
    assert same(store, version, entries)
    (path,) = kept(store)
    assert made_by() in path.name


def test_what_an_index_is_made_by_has_its_name_from_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    now = made_by()
    for part in ("__version__", "version"):
        with monkeypatch.context() as other:
            other.setattr(kept_indexes, part, "0" if part == "__version__" else lambda _library: "0")
            made_by.cache_clear()
            assert made_by() != now
    made_by.cache_clear()


def test_an_index_of_another_store_is_not_taken_for_its_own(tmp_path: Path) -> None:
    with (
        Store.create(tmp_path / "a" / "credkit.db", actor="kim", command="test") as one,
        Store.create(tmp_path / "b" / "credkit.db", actor="kim", command="test") as other,
    ):
        StoredList(one, put_list(one, "one", rows("Reed", "Vale")))
        entries = rows("Marsh", "Kessler")
        version = put_list(other, "two", entries)
        shutil.copytree(one.files / "index", other.files / "index")
        assert same(other, version, entries)
        assert same(other, version, entries)


def test_an_older_store_that_is_restored_takes_nothing_from_its_future(tmp_path: Path) -> None:
    db = tmp_path / "credkit.db"
    with Store.create(db, actor="kim", command="test") as store:
        StoredList(store, put_list(store, "one", rows("Marsh")))
    restored = tmp_path / "backup.db"
    shutil.copy(db, restored)
    with Store.open(db, actor="kim", command="test") as store:
        StoredList(store, put_list(store, "two", rows("Marsh", "Reed", "Vale")))
    shutil.copy(restored, db)
    for gone in db.parent.glob("credkit.db-*"):
        if gone.is_file():
            gone.unlink()
    with Store.open(db, actor="kim", command="test") as store:
        entries = rows("Marsh", "Kessler", "Quillonby")
        version = put_list(store, "three", entries)
        assert same(store, version, entries)
        assert same(store, version, entries)


@pytest.mark.parametrize("seed", range(6))
def test_month_after_month_the_store_finds_what_the_file_finds(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    entries: list[ListEntry] = []
    slips: list[dict[str, Any]] = [{}, {"first_name": "A"}, {"date_of_birth": "1985-07-06"}, {"date_of_birth": None}]
    for month in range(6):
        entries = [one for one in entries if chance.random() > 0.3]
        for _ in range(chance.randint(1, 6)):
            entries.insert(
                chance.randint(0, len(entries)),
                row(
                    chance.choice([*LASTS, "Other"]),
                    **chance.choice(slips),
                    npi=chance.choice([None, NPI, OTHER_NPI]),
                    middle_name=chance.choice(["", "Q"]) or None,
                ),
            )
        unique = list({entry_digest(one): one for one in entries}.values())
        entries = [replace(one, row_number=number) for number, one in enumerate(unique, 2)]
        version = put_list(store, f"month-{month}", entries)
        if chance.random() < 0.3:
            for path in chance.sample(kept(store), k=min(1, len(kept(store)))):
                path.unlink()
        assert same(store, version, entries)


# --- SAM's rows that repeat the LEIE --------------------------------------------------------------------------------

LEIE = [
    list_entry(excluded_on="2020-05-20"),
    list_entry(row_number=3, last_name="REED", npi=NPI, excluded_on="2021-01-01"),
]


@pytest.mark.parametrize(
    ("sam", "repeats"),
    [
        ({"last_name": "MARSH", "agency": "HHS"}, 2),
        ({"last_name": "MARSH", "agency": "hhs", "date_of_birth": None}, 2),
        ({"last_name": "MARSH", "agency": "OPM"}, 2),
        ({"last_name": "Marsh", "first_name": "Ana", "agency": "HHS"}, 2),
        # By the NPI, though the days differ.
        ({"last_name": "REED", "npi": NPI, "agency": "HHS", "excluded_on": "2021-02-02"}, 3),
        # Another agency's act is its own.
        ({"last_name": "MARSH", "agency": "DOJ"}, None),
        ({"last_name": "MARSH", "agency": None}, None),
        # Another day and no NPI, another name, an initial: not surely the same act.
        ({"last_name": "MARSH", "agency": "HHS", "excluded_on": "2020-05-21"}, None),
        ({"last_name": "MARSH", "agency": "HHS", "excluded_on": None}, None),
        ({"last_name": "VALE", "agency": "HHS"}, None),
        ({"last_name": "MARSH", "first_name": "A", "agency": "HHS"}, None),
        ({"last_name": "MARSH", "first_name": "RUTH", "agency": "HHS"}, None),
        ({"last_name": None, "first_name": None, "business_name": "MARSH LLC", "agency": "HHS"}, None),
    ],
)
def test_a_row_of_sam_repeats_the_leie_where_it_is_there(sam: dict[str, Any], repeats: int | None) -> None:
    entry = list_entry(**{"row_number": 9, "excluded_on": "2020-05-20"} | sam)
    assert repeated([entry], from_file(LEIE)) == ({9: repeats} if repeats else {})
    assert repeated([entry], from_file([row("Quillonby")])) == {}


def test_nothing_repeats_where_nothing_is_asked() -> None:
    assert repeated([], from_file(LEIE)) == {}


@given(st.dates(date(2000, 1, 1), date(2026, 1, 1)))
def test_the_day_of_the_act_decides(day: date) -> None:
    entry = list_entry(row_number=9, agency="HHS", excluded_on=day)
    assert bool(repeated([entry], from_file(LEIE))) == (day == date(2020, 5, 20))
