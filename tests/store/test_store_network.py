"""Enrollments of an older store move over; of one key only one is open; and the log holds all that the network keeps."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from factories import NPI, provider
from settled import enroll, settle

from credkit import migrations
from credkit.errors import Refused
from credkit.records import EnrollmentStatus, Line, Payer
from credkit.store import Store
from credkit.store.replay import differences

OLDER = ("the_main_job", "screening_lists", "screening_work", "nppes_file")


def test_payers_and_enrollments_of_an_older_store_move_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as old:
        old.setattr(migrations, "STEPS", tuple(step for step in migrations.STEPS if step.__name__ in OLDER))
        Store.create(path, actor="kim", command="test").close()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(
            "INSERT INTO providers (npi, first_name, last_name, former_names, languages, states_of_practice)"
            " VALUES (?, 'Ana', 'Marsh', '[]', '[]', '[\"CO\"]')",
            (NPI,),
        )
        connection.execute("INSERT INTO payers VALUES ('p', 'Plains Health', 'commercial', NULL, '[\"PH\"]')")
        connection.executemany(
            "INSERT INTO enrollments VALUES (?, ?, 'p', ?, 'CO', '1', ?, NULL, '2026-03-01', NULL, ?, ?, 'A-1', '')",
            [
                ("first", NPI, "commercial", "terminated", "2026-03-02", "2026-06-01"),
                ("second", NPI, "eap", "active", "2026-03-03", None),
            ],
        )
        connection.commit()
    with Store.open(path, actor="kim", command="test") as store:
        payer = store.payer("ph")
        assert (payer.id, payer.states, payer.delegated, payer.merged_into) == ("p", (), False, None)
        first, second = store.provider_file(NPI).enrollments
        assert (first.id, first.status, first.reference, first.opened_on) == ("first", "terminated", "A-1", None)
        assert (second.id, str(second.effective_on), second.ended_on) == ("second", "2026-03-03", None)
        # The one that ended stands beside another of its key; of the open one there is no second.
        again = {"line": Line.COMMERCIAL, "tax_id": "1", "status": EnrollmentStatus.SUBMITTED, "effective_on": None}
        assert enroll(store, NPI, "p", **again).id == "E3"
        with pytest.raises(Refused, match="such a record already"):
            enroll(store, NPI, "p", **again | {"line": Line.EAP})


def test_the_log_has_an_enrollment_of_before_its_new_columns(store: Store) -> None:
    """An event that an older credkit wrote has fewer columns: replayed, they have what a new column has."""
    store.add_payer(Payer("p", "Plains Health", Line.COMMERCIAL))
    settle(store, NPI, **{name: getattr(provider(), name) for name in ("first_name",)})
    enroll(store, NPI, "p")
    assert list(differences(store)) == []
    enrollments = store.rows("SELECT after FROM events WHERE verb = 'enrollment.submitted'")
    assert all("received_on" in after for (after,) in enrollments)
    store._connection.execute("DROP TRIGGER events_not_updated")
    store._connection.execute(
        "UPDATE events SET after = replace(replace(after, ',\"received_on\":null', ''), '\"owner\":null,', '')"
        " WHERE verb = 'enrollment.submitted'"
    )
    ((after,),) = store.rows("SELECT after FROM events WHERE verb = 'enrollment.submitted'")
    assert "received_on" not in after
    assert list(differences(store)) == []


def test_contacts_and_members_are_not_changed(store: Store) -> None:
    for table in ("contacts", "roster_members"):
        triggers = store.rows("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = ?", (table,))
        assert {name.removeprefix(f"{table}_not_") for (name,) in triggers} == {"updated", "deleted", "replaced"}
