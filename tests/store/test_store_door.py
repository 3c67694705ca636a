"""The door: one verb, one transaction, one event; what it refuses, and what survives."""

import os
import sqlite3
import stat
import subprocess
import sys
import textwrap
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest
from factories import NPI, OTHER_NPI, application, license, list_entry, provider

from credkit import migrations
from credkit.errors import DiskFull, IntegrityError, NoStore, Refused, StoreBusy, UsageError
from credkit.records import Cycle, CycleKind, Line, ListVersion, Payer
from credkit.store import Store, new_id, tables
from credkit.store.door import file_system_of
from credkit.store.lists import ListRows


def keep(store: Store, npi: str = NPI) -> None:
    who = provider(npi=npi)
    store.record_application(
        replace(application(), npi=npi, id=new_id()),
        {"npi": npi},
        provider=who,
        credentials=[replace(license(), npi=npi, id=new_id())],
        work_history=[],
        before=None,
        opens=Cycle(new_id(), npi, CycleKind.INITIAL, date(2026, 2, 21)),
    )


def test_a_file_comes_back_as_it_was_written(store: Store) -> None:
    keep(store)
    file = store.provider_file(NPI)
    assert file.provider == provider()
    assert file.application is not None
    assert file.application.disclosures == application().disclosures
    assert [held.number for held in file.credentials] == ["0012345"]
    assert file.cycles[0].kind is CycleKind.INITIAL


def test_every_verb_is_one_event_that_names_the_one_before(store: Store) -> None:
    keep(store)
    keep(store, OTHER_NPI)
    events = list(store.events())
    assert [event.seq for event in events] == [1, 2]
    assert [event.verb for event in events] == ["provider.added", "provider.added"]
    assert events[1].previous_hash == events[0].hash
    assert store.log_head() == (2, events[1].hash)
    assert [event.npi for event in store.events(OTHER_NPI)] == [OTHER_NPI]


def test_a_verb_that_fails_leaves_nothing(store: Store) -> None:
    keep(store)
    with pytest.raises(sqlite3.IntegrityError), store.batch():
        keep(store, OTHER_NPI)
        store._connection.execute("INSERT INTO providers (npi) VALUES ('x')")
    assert store.provider(OTHER_NPI) is None
    assert len(list(store.events())) == 1


def test_a_bad_row_costs_itself_and_no_other_of_its_batch(store: Store) -> None:
    with store.batch():
        keep(store)
        with pytest.raises(Refused, match="such a record already \\(providers.npi\\)"):
            keep(store)  # the same NPI again
        keep(store, OTHER_NPI)
    assert [one.npi for one in store.providers()] == [NPI, OTHER_NPI]
    assert [event.seq for event in store.events()] == [1, 2]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM events",
        "UPDATE events SET actor = 'x'",
        "INSERT OR REPLACE INTO events SELECT * FROM events WHERE seq = 1",
        (
            "INSERT INTO events SELECT 9, at, actor, command, verb, npi, record, reason, simulated, before, after,"
            " previous_hash, hash FROM events WHERE seq = 1"
        ),
        "UPDATE applications SET signed_name = 'x'",
        "DELETE FROM applications",
        "INSERT OR REPLACE INTO applications SELECT * FROM applications",
    ],
)
def test_append_only_tables_refuse_other_tools_too(store: Store, statement: str) -> None:
    keep(store)
    other = sqlite3.connect(store.path)
    try:
        with pytest.raises(sqlite3.IntegrityError, match="append-only|end of the log"):
            other.execute(statement)
    finally:
        other.close()


def test_files_are_for_their_owner_alone(store: Store) -> None:
    assert stat.S_IMODE(store.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(store.files.stat().st_mode) == 0o700


def test_no_store_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoStore) as caught:
        Store.open(tmp_path / "none.db", actor="a", command="c")
    assert "credkit init" in (caught.value.hint or "")
    with pytest.raises(NoStore, match="folder"):
        Store.open(tmp_path, actor="a", command="c")


def test_a_store_is_never_made_over_a_file(store: Store) -> None:
    with pytest.raises(UsageError, match="already a file"):
        Store.create(store.path, actor="a", command="c")


@pytest.mark.parametrize("content", [b"not a database at all, " * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_nor_over_a_file_of_another_kind(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="already a file"):
        Store.create(path, actor="a", command="c")
    assert path.read_bytes() == content
    path.unlink()
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE t (x)")
    with pytest.raises(UsageError, match="already a file"):
        Store.create(path, actor="a", command="c")
    with pytest.raises(UsageError, match="already a file"):
        Store.create(tmp_path, actor="a", command="c")


def test_what_a_creation_that_failed_left_behind_is_taken_over(tmp_path: Path) -> None:
    path = tmp_path / "credkit.db"

    def fails(store: Store) -> None:
        store.add_payer(Payer("p", "Plains Health", Line.COMMERCIAL))
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Store.create(path, actor="a", command="c", begin=fails)
    with pytest.raises(IntegrityError, match="not a credkit store"):
        Store.open(path, actor="a", command="c")
    path.chmod(0o644)
    with Store.create(path, actor="a", command="c", begin=keep) as store:
        assert store.provider(NPI)
        assert store.payers() == {}
        assert store.log_head() == (1, next(store.events()).hash)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_of_two_who_make_a_store_at_once_one_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "credkit.db"
    make = Store._make

    def beaten(self: Store, begin: Callable[[Store], object]) -> None:
        monkeypatch.setattr(Store, "_make", make)
        Store.create(path, actor="first", command="c", begin=keep).close()
        make(self, begin)

    monkeypatch.setattr(Store, "_make", beaten)
    with pytest.raises(UsageError, match="already a file"):
        Store.create(path, actor="second", command="c", begin=keep)
    with Store.open(path, actor="a", command="c") as store:
        assert [event.actor for event in store.events()] == ["first"]


def test_a_second_record_of_one_name_is_refused_in_words(store: Store) -> None:
    store.add_payer(Payer("p", "Plains Health", Line.COMMERCIAL))
    with Store.open(store.path, actor="other", command="test") as rival:
        with pytest.raises(Refused, match="such a record already \\(payers.name\\)") as caught:
            rival.add_payer(Payer("q", "PLAINS HEALTH", Line.COMMERCIAL))
        assert caught.value.exit_code == 5
    assert list(store.payers()) == ["p"]
    assert store.log_head()[0] == 1


def test_a_policy_adopted_twice_is_adopted_once(store: Store) -> None:
    adopted = {"text": "x", "sha256": "ab", "name": "ours", "effective_from": date(2026, 1, 1)}
    with Store.open(store.path, actor="other", command="test") as rival:
        assert [one.adopt_policy(**adopted) for one in (store, rival, store)] == [True, False, False]  # type: ignore[arg-type]
    assert len(store.policies()) == 1


def test_every_row_of_a_list_is_given_over_any_gap_in_their_numbers(store: Store) -> None:
    numbers = [1, 2, 1_999, 2_000, 2_001, 9_000, 250_000]
    version = ListVersion(
        id="v",
        name="leie",
        source_file="UPDATED.csv",
        sha256="ab",
        published_on=date(2026, 3, 1),
        published_stated=True,
        acquired_on=date(2026, 3, 1),
        rows=len(numbers),
        added=len(numbers),
        removed=0,
        warnings=0,
        recorded_at="2026-03-01T00:00:00Z",
        actor="tester",
    )
    store.load_list(version, ListRows.of(list_entry(row_number=number) for number in numbers))
    assert [entry.row_number for entry in store.list_entries(version)] == numbers


def test_a_newer_store_is_refused(store: Store) -> None:
    store._connection.execute(
        f"INSERT INTO {migrations.MIGRATIONS_TABLE} (migration_set, name, applied_at) VALUES ('credkit', 'later', '')"
    )
    with pytest.raises(IntegrityError, match="newer credkit") as caught:
        Store.open(store.path, actor="a", command="c")
    assert caught.value.exit_code == 6


@pytest.mark.parametrize("content", [b"", b"not a database at all, " * 100, b"SQLite format 3\x00" + b"\xff" * 4096])
def test_what_is_no_store_is_said_to_be_none(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(IntegrityError):
        Store.open(path, actor="a", command="c")


def test_another_tools_database_is_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE t (x)")
    other.commit()
    other.close()
    before = path.read_bytes()
    with pytest.raises(IntegrityError, match="not a credkit store"):
        Store.open(path, actor="a", command="c")
    assert path.read_bytes() == before


def test_a_held_store_is_busy(store: Store) -> None:
    other = sqlite3.connect(store.path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        second = Store.open(store.path, actor="a", command="c", busy_seconds=0.05)
        with second, pytest.raises(StoreBusy) as caught:
            second.add_payer(Payer("p", "Plains Health", Line.COMMERCIAL))
        assert caught.value.exit_code == 7
    finally:
        other.close()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write read-only files")
def test_a_read_only_store_is_said_to_be_so(store: Store) -> None:
    store.path.chmod(0o400)
    with Store.open(store.path, actor="a", command="c") as second, pytest.raises(UsageError, match="read-only"):
        second.add_payer(Payer("p", "Plains Health", Line.COMMERCIAL))


def test_an_unsafe_wal_store_is_refused_for_writing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    store._connection.execute("PRAGMA journal_mode = WAL")
    monkeypatch.setattr("credkit.store.door.wal_is_safe", lambda: False)
    with pytest.raises(UsageError, match="WAL"):
        store.add_payer(Payer("p", "Plains Health", Line.COMMERCIAL))
    monkeypatch.setattr("credkit.store.door.wal_is_safe", lambda: True)
    store.add_payer(Payer("p", "Plains Health", Line.COMMERCIAL))


def test_a_full_disk_is_said_and_costs_only_the_verb(store: Store) -> None:
    keep(store)
    pages = store.rows("PRAGMA page_count")[0][0]
    store._connection.execute(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(DiskFull, match="disk is full"):
        for number in range(2_000):
            store.add_payer(Payer(str(number), f"Payer {number}" + "x" * 500, Line.COMMERCIAL))
    store._connection.execute("PRAGMA max_page_count = 1000000")
    assert store.log_head()[0] == len(list(store.events()))
    assert len(store.payers()) == store.log_head()[0] - 1


WRITER = """
import sys
from pathlib import Path
from credkit.records import Line, Payer
from credkit.store import Store, new_id, tables
with Store.open(Path(sys.argv[1]), actor=sys.argv[2], command="test") as store:
    for number in range(int(sys.argv[3])):
        store.add_payer(Payer(new_id(), f"{sys.argv[2]} {number}", Line.COMMERCIAL))
        print(number, flush=True)
"""


def test_two_processes_write_at_once_and_none_fails(store: Store) -> None:
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(store.path)]
    both = [subprocess.Popen([*command, name, "60"], stdout=subprocess.DEVNULL) for name in ("one", "two")]
    assert [writer.wait(timeout=60) for writer in both] == [0, 0]
    assert len(store.payers()) == 120
    events = list(store.events())
    assert [event.seq for event in events] == list(range(1, 121))
    assert all(later.previous_hash == earlier.hash for earlier, later in pairwise(events))


def test_kill_9_loses_at_most_what_was_in_flight(store: Store) -> None:
    command = [sys.executable, "-c", textwrap.dedent(WRITER), str(store.path), "one", "100000"]
    writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert writer.stdout is not None
    for line in writer.stdout:
        if int(line) == 20:
            writer.kill()
            break
    writer.stdout.close()
    writer.wait(timeout=30)
    with Store.open(store.path, actor="a", command="c") as after:
        assert len(after.payers()) >= 21
        assert after.log_head() == (len(after.payers()), list(after.events())[-1].hash)


def test_the_longest_mount_point_decides() -> None:
    mounts = ["/dev/a / ext4 rw 0 0", "server:/x /mnt nfs4 rw 0 0", "/dev/b /mnt/local xfs rw 0 0"]
    assert file_system_of(Path("/home/x"), mounts) == "ext4"
    assert file_system_of(Path("/mnt/share/x"), mounts) == "nfs4"
    assert file_system_of(Path("/mnt/local/x"), mounts) == "xfs"
    assert file_system_of(Path("/mntx"), mounts) == "ext4"


def test_a_network_file_system_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("credkit.store.door.file_system_of", lambda *_: "nfs4")
    with pytest.raises(UsageError, match="network file system"):
        Store.create(tmp_path / "x.db", actor="a", command="c")


def test_what_a_row_costs_to_write_over_does_not_grow_with_the_store(store: Store) -> None:
    def walks(connection: sqlite3.Connection, statement: str) -> bool:
        """Say whether SQLite would walk through all of a stored table: as it does for one that refers to a key written over."""
        program = connection.execute(f"EXPLAIN {statement}", ("",) * statement.count("?")).fetchall()
        stored = {cursor for _, step, cursor, *_ in program if step in {"OpenRead", "OpenWrite"}}
        return any(step == "Rewind" and cursor in stored for _, step, cursor, *_ in program)

    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        assert walks(connection, "UPDATE cycles SET id = ? WHERE id = ?")
        assert [table.name for table in tables.REPLAYED if walks(connection, table.update)] == []
