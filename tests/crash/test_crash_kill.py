"""Kill -9 during an import, a verification run and a decision: nothing is half-written, and the same command completes it."""

import csv
import io
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path

import pytest
from conftest import Run
from desk import Desk, form
from factories import NPI
from forms import applicant, unissued_npis
from killed import Victim, sound

from credkit.demo.servers import NppesServer, RegistryEntry

#: What is drawn anew in every run: names of records, and what refers to them.
_DRAWN = {"id", "application_id", "cycle_id", "meeting_id", "verification_id", "evidence", "closed_by", "gate"}
_TABLES = (
    "providers", "applications", "received_forms", "rejects", "cycles", "credentials", "work_history", "evidence",
    "evidence_bodies", "verifications", "acceptances", "meetings", "decisions",
)  # fmt: skip
APPLICANTS = 45  # a batch is twenty in a process that is to die


def state(db: Path) -> dict[str, list[str]]:
    """Return every record of a store, without the names that each run draws anew."""
    with closing(sqlite3.connect(db)) as connection:
        return {table: _records(connection.execute(f"SELECT * FROM {table}")) for table in _TABLES}


def _records(rows: sqlite3.Cursor) -> list[str]:
    names = [column[0] for column in rows.description]
    return sorted(
        repr([(name, value) for name, value in zip(names, row, strict=True) if name not in _DRAWN]) for row in rows
    )


def counted(db: Path, table: str) -> int:
    with closing(sqlite3.connect(db)) as connection:
        return int(connection.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0])


def many_forms(path: Path) -> Path:
    rows = [applicant(number, npi) for number, npi in enumerate(islice(unissued_npis(), APPLICANTS))]
    for place in (3, 13, 33):
        rows[place]["signed_on"] = "02/30/2026"
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    path.write_text(text.getvalue(), encoding="utf-8", newline="")
    return path


@pytest.fixture
def empty(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("CREDKIT_NOW", "2026-03-02")
    assert run("init", "--db", tmp_path / "empty.db").code == 0
    return tmp_path / "empty.db"


def copied(db: Path, name: str) -> Path:
    return Path(shutil.copy(db, db.with_name(name)))


def test_an_import_killed_at_any_moment_is_completed_by_the_same_import(
    run: Run, victim: Victim, empty: Path, tmp_path: Path
) -> None:
    forms = many_forms(tmp_path / "forms.csv")
    whole = copied(empty, "whole.db")
    assert victim.run(0, "intake", "import", forms, "--db", whole) == 3
    undisturbed, seen = state(whole), victim.statements()
    assert len(undisturbed["providers"]) == APPLICANTS - 3
    commits = [place for place, statement in enumerate(seen, 1) if statement == "COMMIT"]
    assert len(commits) == 3
    # In the first batch, at its end, just after it, in the second, just after it, and when all is in.
    moments = (
        commits[0] // 3,
        commits[0],
        commits[0] + 1,
        (commits[0] + commits[1]) // 2,
        commits[1] + 1,
        len(seen) + 1,
    )
    kept = set()
    for moment in moments:
        db = copied(empty, f"{moment}.db")
        assert victim.run(moment, "intake", "import", forms, "--db", db) == -signal.SIGKILL
        assert sound(run, db)
        kept.add((counted(db, "providers"), counted(db, "rejects")))
        assert run("intake", "import", forms, "--db", db).code == 3
        assert state(db) == undisturbed
        assert sound(run, db)
    assert kept == {(0, 0), (18, 2), (37, 3), (APPLICANTS - 3, 3)}, "a batch is kept whole or not at all"


def test_an_import_killed_from_outside_while_it_writes(run: Run, empty: Path, tmp_path: Path) -> None:
    forms = many_forms(tmp_path / "forms.csv")
    process = subprocess.Popen(
        [sys.executable, "-m", "credkit", "intake", "import", str(forms), "--db", str(empty)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    journals = [empty.with_name(empty.name + ending) for ending in ("-journal", "-wal")]
    while process.poll() is None and not any(journal.exists() for journal in journals):
        time.sleep(0.001)
    process.kill()
    process.wait()
    assert sound(run, empty)
    assert run("intake", "import", forms, "--db", empty).code == 3
    assert counted(empty, "providers") == APPLICANTS - 3
    assert counted(empty, "applications") == APPLICANTS - 3
    assert sound(run, empty)


# --- verification ---------------------------------------------------------------------------------------------------


@pytest.fixture
def registry() -> Iterator[NppesServer]:
    people = [applicant(number, npi) for number, npi in enumerate(islice(unissued_npis(), 12))]
    with NppesServer({one["npi"]: RegistryEntry(one["first_name"], one["last_name"]) for one in people}) as server:
        yield server


def test_a_verification_run_killed_at_any_moment_goes_on(
    run: Run, victim: Victim, empty: Path, registry: NppesServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = [applicant(number, npi) for number, npi in enumerate(islice(unissued_npis(), 12))]
    forms, settings = tmp_path / "forms.csv", tmp_path / "config.toml"
    with forms.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(people[0]))
        writer.writeheader()
        writer.writerows(people)
    settings.write_text(
        f'[sources.nppes]\nurl = "{registry.url}"\nrequests_per_second = 500\nattempts = 1\n', encoding="utf-8"
    )
    monkeypatch.setenv("CREDKIT_CONFIG", str(settings))
    assert run("intake", "import", forms, "--db", empty).code == 0
    whole = copied(empty, "whole.db")
    code = victim.run(0, "verify", "run", "--all", "--check", "npi", "--check", "attestation", "--db", whole)
    undisturbed, seen = state(whole), victim.statements()
    assert len(undisturbed["verifications"]) == 24
    assert len(undisturbed["evidence"]) == 12
    commits = [place for place, statement in enumerate(seen, 1) if statement == "COMMIT"]
    begun = [place for place, statement in enumerate(seen, 1) if statement == "BEGIN IMMEDIATE"]
    moments = (begun[0], begun[3] + 2, commits[5], commits[-1] + 1, len(seen) + 1)
    for moment in moments:
        db = copied(empty, f"{moment}.db")
        again: Sequence[str | Path] = ("verify", "run", "--all", "--check", "npi", "--check", "attestation", "--db", db)
        assert victim.run(moment, *again) == -signal.SIGKILL
        assert sound(run, db)
        assert run(*again).code in {code, 0}
        after = state(db)
        assert after["verifications"] == undisturbed["verifications"]
        assert after["evidence"] == undisturbed["evidence"]
        assert after["evidence_bodies"] == undisturbed["evidence_bodies"]
        assert sound(run, db)


# --- decisions ------------------------------------------------------------------------------------------------------


def test_a_decision_killed_at_any_statement_is_there_whole_or_not_at_all(run: Run, victim: Victim, desk: Desk) -> None:
    desk.take_in(form())
    desk.load_leie()
    desk.verify_all()
    ready = Path(os.environ["CREDKIT_DB"])
    decide = ("committee", "decide", NPI, "--decision", "approved", "--by", "medical_director", "--db")
    whole = copied(ready, "whole.db")
    assert victim.run(0, *decide, whole) == 0
    undisturbed, seen = state(whole), victim.statements()
    assert len(undisturbed["decisions"]) == 1
    begun = seen.index("BEGIN IMMEDIATE") + 1
    writing = [
        place
        for place, statement in enumerate(seen, 1)
        if place >= begun and statement.startswith(("BEGIN", "INSERT", "UPDATE", "COMMIT"))
    ]
    assert len(writing) >= 5
    outcomes = set()
    for moment in (writing[0], writing[1], writing[len(writing) // 2], writing[-1], len(seen) + 1):
        db = copied(ready, f"{moment}.db")
        assert victim.run(moment, *decide, db) == -signal.SIGKILL
        assert sound(run, db)
        there = counted(db, "decisions")
        with closing(sqlite3.connect(db)) as connection:
            (closed,) = connection.execute("SELECT COUNT(*) FROM cycles WHERE closed_on IS NOT NULL").fetchone()
        assert closed == there, "the decision and the cycle that it closes are one"
        ran = run(*decide, db)
        assert ran.code == (5 if there else 0), ran.err
        if there:
            assert "already approved" in ran.err
        assert state(db) == undisturbed
        assert sound(run, db)
        outcomes.add(there)
    assert outcomes == {0, 1}
