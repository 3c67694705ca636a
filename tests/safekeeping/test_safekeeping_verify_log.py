"""The log verified: every kind of tampering shows, and the log alone rebuilds the tables."""

import json
import os
import sqlite3
import stat
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from factories import NPI, OTHER_NPI, application, license, provider

from credkit.errors import IntegrityError, UsageError
from credkit.records import Cycle, CycleKind, Line, Payer
from credkit.safekeeping.verify_log import Anchor, read_anchor, verify
from credkit.store import Store, new_id, tables
from credkit.store import replay as replaying
from credkit.store.door import event_hash
from credkit.store.replay import differences
from credkit.store.rows import Table


@pytest.fixture
def written(store: Store) -> Store:
    for npi in (NPI, OTHER_NPI):
        store.record_application(
            replace(application(), npi=npi, id=new_id()),
            {"npi": npi},
            provider=provider(npi=npi),
            credentials=[replace(license(), npi=npi, id=new_id())],
            work_history=[],
            before=None,
            opens=Cycle(new_id(), npi, CycleKind.INITIAL, date(2026, 2, 21)),
        )
    before = store.provider_file(NPI)
    store.correct_file(before, provider=provider(phone="303-555-0100"), credentials=(), reason="license withdrawn")
    store.add_payer(Payer("p", "Plains Health", Line.COMMERCIAL))
    return store


def tamper(store: Store, *statements: str) -> None:
    """Write as somebody would who has the file and knows SQLite: the triggers are taken away first."""
    with closing(sqlite3.connect(store.path)) as other:
        for (name,) in other.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            other.execute(f"DROP TRIGGER {name}")
        for statement in statements:
            other.execute(statement)
        other.commit()


def test_an_untouched_log_verifies(written: Store) -> None:
    verified = verify(written)
    assert verified.problems == []
    assert verified.events == 4
    assert verify(written, verified.head).problems == []


def test_the_log_alone_rebuilds_every_record_table(written: Store) -> None:
    assert list(differences(written)) == []
    assert {table.name for table in tables.REPLAYED} <= {
        name for (name,) in written.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    }


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("UPDATE events SET actor = 'somebody else' WHERE seq = 2", "event 2 was edited"),
        ("UPDATE events SET at = '2020-01-01T00:00:00.000000Z' WHERE seq = 1", "event 1 was edited"),
        ("DELETE FROM events WHERE seq = 2", "event 3 follows event 1"),
        ("DELETE FROM events WHERE seq = 4", "head says 4"),
        ("UPDATE events SET seq = 99 WHERE seq = 3", "event 99 follows"),
        ("UPDATE providers SET last_name = 'Other' WHERE npi = '1000000004'", "providers: 1 rows changed"),
        ("DELETE FROM credentials", "credentials: 1 rows changed or removed"),
        (
            "INSERT INTO payers (id, name, line, aliases) VALUES ('q', 'Ghost', 'commercial', '[]')",
            "payers: 1 rows changed or added",
        ),
    ],
)
def test_tampering_shows(written: Store, statement: str, words: str) -> None:
    tamper(written, statement)
    problems = verify(written).problems
    assert any(words in problem for problem in problems), problems


@pytest.mark.parametrize(
    "cut",
    [
        ("DELETE FROM events WHERE seq = 4", "DELETE FROM payers"),
        ("DELETE FROM events",),
        ("UPDATE log_head SET seq = 3",),
        ("DELETE FROM log_head",),
    ],
)
def test_a_cut_log_is_written_to_no_more_and_goes_on_showing(written: Store, cut: tuple[str, ...]) -> None:
    tamper(written, *cut)
    found = verify(written).problems
    assert "events were cut off or added" in found[0]
    with Store.open(written.path, actor="tester", command="test") as other:
        for store in (written, other):
            with pytest.raises(IntegrityError, match="Nothing is written to it") as caught:
                store.add_payer(Payer("q", "Aspen Health", Line.COMMERCIAL))
            assert caught.value.exit_code == 6
    assert verify(written).problems == found


def test_the_rebuilt_tables_stand_beside_the_store_for_its_owner_alone(
    written: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Path, int, int]] = []
    compared = replaying._compared

    def looked(table: Table[Any], store: Store) -> Iterator[str]:
        ((path,),) = store.rows("SELECT file FROM pragma_database_list WHERE name = 'replayed'")
        modes = [stat.S_IMODE(one.stat().st_mode) for one in (Path(path), Path(path).parent)]
        seen.append((Path(path).parent.parent, modes[0], modes[1]))
        return compared(table, store)

    monkeypatch.setattr(replaying, "_compared", looked)
    umask = os.umask(0)
    try:
        assert list(differences(written)) == []
    finally:
        os.umask(umask)
    assert set(seen) == {(written.path.parent.resolve(), 0o600, 0o700)}
    assert {path.name for path in written.path.parent.iterdir()} == {"credkit.db", "credkit.db.files"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_where_no_file_can_be_made_verifying_says_so(written: Store) -> None:
    written.path.parent.chmod(0o500)
    try:
        with pytest.raises(UsageError, match="no file can be made"):
            verify(written)
    finally:
        written.path.parent.chmod(0o700)


def test_swapped_events_show(written: Store) -> None:
    tamper(
        written,
        "UPDATE events SET seq = 100 WHERE seq = 2",
        "UPDATE events SET seq = 2 WHERE seq = 3",
        "UPDATE events SET seq = 3 WHERE seq = 100",
    )
    assert verify(written).problems


def test_a_rewritten_log_needs_the_anchor(written: Store) -> None:
    anchor = verify(written).head
    # The last event is rewritten, its hash and the head made to fit: only somebody outside can tell.
    row = list(written.rows(f"{tables.EVENTS.select} WHERE seq = 4")[0])
    row[2] = "somebody else"
    digest = event_hash(row[:-1])
    tamper(
        written,
        f"UPDATE events SET actor = 'somebody else', hash = '{digest}' WHERE seq = 4",
        f"UPDATE log_head SET hash = '{digest}'",
    )
    assert verify(written).problems == []
    assert "the log was rewritten" in verify(written, anchor).problems[0]


def test_a_log_cut_with_its_head_needs_the_anchor(written: Store) -> None:
    anchor = verify(written).head
    digest = written.rows("SELECT hash FROM events WHERE seq = 3")[0][0]
    tamper(
        written,
        "DELETE FROM events WHERE seq = 4",
        "DELETE FROM payers",
        f"UPDATE log_head SET seq = 3, hash = '{digest}'",
    )
    assert verify(written).problems == []
    assert verify(written, anchor).problems


def test_an_anchor_is_written_and_read(tmp_path: Path) -> None:
    anchor = Anchor(7, "ab")
    path = tmp_path / "anchor.json"
    path.write_text(anchor.text())
    assert read_anchor(path) == anchor
    assert json.loads(anchor.text())["seq"] == 7
    path.write_text("{}")
    with pytest.raises(UsageError, match="not an anchor"):
        read_anchor(path)
    with pytest.raises(UsageError, match="cannot be read"):
        read_anchor(tmp_path / "none")
