"""Kill -9 while a paper is filed or reviewed: no record is ever without its file, no leftover is evidence, and the same
command completes it."""

import os
import shutil
import signal
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from conftest import Run
from desk import Desk, form
from factories import NPI
from killed import Victim, sound
from papers import pdf

COI = (
    "--insured", "Ana Marsh", "--carrier", "Prairie Mutual", "--policy-number", "MP-2", "--effective", "2026-03-01",
    "--expires", "2027-03-01", "--per-claim", "1M / 3M", "--basis", "occurrence",
)  # fmt: skip


@pytest.fixture
def office(desk: Desk) -> Path:
    """A store with Ana Marsh in it, and her certificate beside it."""
    desk.take_in(form())
    (desk.folder / "coi.pdf").write_bytes(pdf("coi"))
    return Path(os.environ["CREDKIT_DB"])


def copied(db: Path, name: str) -> Path:
    shutil.copytree(db.with_name(db.name + ".files"), db.with_name(f"{name}.files"))
    return Path(shutil.copy(db, db.with_name(name)))


def content(db: Path) -> list[Path]:
    """Return the papers that are in their places."""
    return [path for path in db.with_name(db.name + ".files").glob("[0-9a-f][0-9a-f]/*") if path.is_file()]


def leftovers(db: Path) -> list[Path]:
    folder = db.with_name(db.name + ".files")
    return [path for path in folder.rglob("*") if path.is_file() and path.parent.name != "aside"]


def rows(db: Path, table: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(db)) as connection:
        return connection.execute(f"SELECT * FROM {table}").fetchall()


def test_a_paper_killed_at_any_step_is_there_whole_or_not_at_all(run: Run, victim: Victim, office: Path) -> None:
    add = ("document", "add", NPI, office.parent / "coi.pdf", "--kind", "coi", *COI, "--db")
    whole = copied(office, "whole.db")
    assert victim.run(0, *add, whole) == 0
    seen = victim.statements()
    (digest,) = [path.name for path in content(whole)]
    steps = [n for n, what in enumerate(seen, 1) if what.startswith(("file:", "BEGIN", "INSERT", "UPDATE", "COMMIT"))]
    written = [n for n, what in enumerate(seen, 1) if what == "file: replace"]
    recorded = [n for n, what in enumerate(seen, 1) if what.startswith("INSERT INTO filings")]
    assert len(written) == 1
    assert written[0] < recorded[0], "the file comes first"
    assert any(what == "file: fsync" for what in seen[: written[0]]), "and is on disk before it has its name"
    orphans = set()
    for moment in (*steps, len(seen) + 1):
        db = copied(office, f"{moment}.db")
        assert victim.run(moment, *add, db) == -signal.SIGKILL
        assert sound(run, db)
        filed, kept = rows(db, "filings"), content(db)
        assert len(filed) == len(rows(db, "documents"))
        assert not filed or [path.name for path in kept] == [digest], "no record without its file"
        orphans.add((len(filed), len(kept)))
        # What was left over is no evidence: nothing lists it, and nothing opens it.
        if not filed:
            assert run("document", "list", "--json", "--db", db).json()["items"] == []
            assert run("document", "open", digest[:12], "--db", db).code == 2
        code = run("doctor", "--db", db).code
        assert code == (0 if bool(filed) or not leftovers(db) else 10)
        assert run("doctor", "--mend", "--db", db).code == 0
        assert leftovers(db) == (kept if filed else [])
        assert run("doctor", "--db", db).code == 0
        # The same command completes it, and is not confused by what was moved.
        assert run(*add, db).code == 0
        assert [path.name for path in content(db)] == [digest]
        assert len(rows(db, "filings")) == 1
        assert sound(run, db)
    assert orphans == {(0, 0), (0, 1), (1, 1)}


def test_without_the_doctor_too_the_same_command_completes_it(run: Run, victim: Victim, office: Path) -> None:
    add = ("document", "add", NPI, office.parent / "coi.pdf", "--kind", "coi", *COI, "--db")
    assert victim.run(0, *add, copied(office, "whole.db")) == 0
    after_the_file = victim.statements().index("file: replace") + 2
    db = copied(office, "again.db")
    assert victim.run(after_the_file, *add, db) == -signal.SIGKILL
    assert (len(content(db)), rows(db, "filings")) == (1, [])
    assert run(*add, db).code == 0
    assert (len(content(db)), len(rows(db, "filings"))) == (1, 1)
    assert run("doctor", "--mend", "--db", db).code == 0
    assert len(content(db)) == 1, "what a record names is no leftover"


def test_a_review_killed_at_any_step_is_there_with_its_policy_or_not_at_all(
    run: Run, victim: Victim, desk: Desk, office: Path
) -> None:
    filed = desk.item("document", "add", NPI, office.parent / "coi.pdf", "--kind", "coi", *COI)
    accept = ("document", "review", filed["id"], "accept", "--db")
    whole = copied(office, "whole.db")
    assert victim.run(0, *accept, whole) == 0
    seen = victim.statements()
    writing = [n for n, what in enumerate(seen, 1) if what.startswith(("BEGIN", "INSERT", "UPDATE", "COMMIT"))]
    for moment in (*writing, len(seen) + 1):
        db = copied(office, f"{moment}.db")
        assert victim.run(moment, *accept, db) == -signal.SIGKILL
        assert sound(run, db)
        policies = [row for row in rows(db, "credentials") if "malpractice" in row]
        assert len(policies) == 1 + len(rows(db, "filing_reviews")), "a review and the policy that it makes are one"


def test_a_paper_of_a_verification_killed_between_file_and_record(run: Run, victim: Victim, office: Path) -> None:
    record = (
        "verify", "record", NPI, "education", "--result", "pass", "--source", "the school", "--document",
        office.parent / "coi.pdf", "--db",
    )  # fmt: skip
    assert victim.run(0, *record, copied(office, "whole.db")) == 0
    seen = victim.statements()
    for moment in range(seen.index("file: replace") + 1, len(seen) + 2):
        db = copied(office, f"{moment}.db")
        assert victim.run(moment, *record, db) == -signal.SIGKILL
        assert sound(run, db)
        assert len(rows(db, "documents")) <= len(content(db))
        assert run("doctor", "--mend", "--db", db).code == 0
        assert len(content(db)) == len(rows(db, "documents"))
