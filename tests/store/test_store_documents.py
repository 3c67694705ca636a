"""Papers in the store: what an older store becomes, what the log rebuilds, and what is not changed any more."""

import sqlite3
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from factories import NPI, application, malpractice, provider

from credkit import migrations
from credkit.errors import IntegrityError, UsageError
from credkit.records import Cycle, CycleKind, Document, Filing, FilingReview, PaperKind, Result, Verification
from credkit.safekeeping.verify_log import verify
from credkit.store import Store, new_id, tables
from credkit.store.replay import differences

CONTENT = b"a letter"
DIGEST = sha256(CONTENT).hexdigest()
DOCUMENT = Document(DIGEST, NPI, "letter.txt", len(CONTENT), "2026-03-01T00:00:00.000000Z", "kim")


def fill(store: Store) -> None:
    """Put Ana Marsh in, with a verification that rests on a paper."""
    store.record_application(
        application(),
        {"npi": NPI},
        provider=provider(),
        credentials=[],
        work_history=[],
        before=None,
        opens=Cycle(new_id(), NPI, CycleKind.INITIAL, date(2026, 2, 21)),
    )
    path = store.paper(DIGEST)
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(CONTENT)
    store.record_verification(
        Verification(
            "v", NPI, "education", "", Result.PASS, "s", date(2026, 3, 1), "2026-03-01T00:00:00.000000Z", "kim", "hand", "x",
            document=DIGEST,
        ),
        document=DOCUMENT,
    )  # fmt: skip


def filing(**changes: object) -> Filing:
    plain = Filing(
        "f1f1f1f1", NPI, DIGEST, PaperKind.COI, "malpractice Prairie Mutual MP-1", date(2026, 1, 1), date(2027, 1, 1),
        "Ana Marsh", date(2026, 3, 1), "coi.pdf", "application/pdf", "2026-03-01T00:00:00.000000Z", "kim",
        {"per_claim": 1_000_000, "fund": ["IN"], "shared": False},
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def review(**changes: object) -> FilingReview:
    plain = FilingReview("r1", "f1f1f1f1", NPI, accepted=True, reason=None, reviewed_on=date(2026, 3, 2),
                         recorded_at="2026-03-02T00:00:00.000000Z", actor="kim")  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


def test_an_older_stores_papers_stay_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "old.db"
    with monkeypatch.context() as old:
        old.setattr(migrations, "STEPS", migrations.STEPS[: migrations.names().index("papers_filed")])
        with Store.create(path, actor="kim", command="test") as store:
            fill(store)
            # The same paper recorded again wrote its row anew, then.
            with store.act("verification.recorded", npi=NPI, record="verification w") as act:
                act.put(tables.DOCUMENTS, replace(DOCUMENT, added_at="2026-03-02T00:00:00.000000Z"))
    with Store.open(path, actor="kim", command="test") as store:
        assert verify(store).problems == []
        file = store.provider_file(NPI)
        assert (file.filings, file.verifications[0].document) == ((), DIGEST)
        store.file_document(filing(), DOCUMENT)
        assert store.records(tables.DOCUMENTS)[0].added_at.startswith("2026-03-02"), "what is there stays"
        assert verify(store).problems == []


def test_the_log_rebuilds_what_is_filed(store: Store) -> None:
    fill(store)
    store.file_document(filing(), DOCUMENT)
    store.review_document(review(), [replace(malpractice(), id="m")])
    assert list(differences(store)) == []
    (read,) = store.provider_file(NPI).filings
    assert read == filing()
    assert store.provider_file(NPI).filing_reviews == (review(),)
    assert [one.id for one in store.provider_file(NPI).credentials] == ["m"]
    assert store.filing("F1F1F1F1") == filing()


@pytest.mark.parametrize("table", ["documents", "filings", "filing_reviews"])
def test_what_was_filed_is_not_changed_or_taken_out(store: Store, table: str) -> None:
    fill(store)
    store.file_document(filing(), DOCUMENT)
    store.review_document(review())
    for statement in (
        f"DELETE FROM {table}",
        f"UPDATE {table} SET actor = 'x'",
        f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}",
    ):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store._connection.execute(statement)


def test_nothing_is_filed_of_a_content_that_is_not_kept(store: Store) -> None:
    fill(store)
    with pytest.raises((IntegrityError, sqlite3.IntegrityError)):
        store.file_document(filing(sha256="0" * 64), DOCUMENT)
    assert store.provider_file(NPI).filings == ()


def test_an_id_is_named_by_enough_of_it(store: Store) -> None:
    fill(store)
    store.file_document(filing(), DOCUMENT)
    store.file_document(filing(id="f1f1f1f2"), DOCUMENT)
    with pytest.raises(UsageError, match="More than one"):
        store.filing("f1f1f1")
    with pytest.raises(UsageError, match="too short"):
        store.filing("f1f1f")
    with pytest.raises(UsageError, match="no document"):
        store.filing("e" * 8)


def test_a_record_that_rests_on_no_paper_shows(store: Store) -> None:
    fill(store)
    for (name,) in store.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        store._connection.execute(f"DROP TRIGGER {name}")
    store._connection.execute("DELETE FROM documents")
    assert any("of which nothing is kept" in words for words in store.document_faults())
