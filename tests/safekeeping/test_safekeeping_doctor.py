"""The doctor: what is looked at, what is found, and what is mended without losing anything."""

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from desk import Desk, form
from factories import NPI
from papers import pdf

from credkit.documents.keeping import receive
from credkit.store import Store

HELD = "a" * 64


@pytest.fixture
def office(desk: Desk) -> Desk:
    """A store with one paper filed."""
    desk.take_in(form())
    (desk.folder / "w9.pdf").write_bytes(pdf())
    desk.ok("document", "add", NPI, desk.folder / "w9.pdf", "--kind", "w9")
    return desk


def files(office: Desk) -> Path:
    return office.folder / "credkit.db.files"


def signs(office: Desk, *options: str, code: int = 0) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for item in office.items("doctor", *options, code=code):
        found.setdefault(item["about"], []).append(item)
    return found


def states(found: dict[str, list[Any]]) -> set[str]:
    return {item["state"] for items in found.values() for item in items}


def put(path: Path, content: bytes = b"left over", mode: int = 0o600) -> Path:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)
    return path


def test_a_sound_store_has_nothing_to_mend(office: Desk) -> None:
    office.load_leie()
    office.run("screen", "run", "--all")  # its index is no leftover
    found = signs(office)
    assert states(found) == {"ok"}
    assert set(found) == {"credkit", "python", "sqlite", "store", "permissions", "documents"}
    assert sqlite3.sqlite_version in found["sqlite"][0]["detail"]
    assert ("WAL" in found["sqlite"][0]["detail"], "1 paper, with" in found["documents"][0]["detail"]) == (True, True)
    events = office.items("audit", "log")
    assert states(signs(office, "--mend")) == {"ok"}
    assert office.items("audit", "log") == events


@pytest.mark.parametrize(
    ("place", "says"),
    [
        (f"{HELD[:2]}/{HELD}", "a paper that no record names"),
        ("incoming/0011", "began to come in"),
        (f"{HELD[:2]}/{HELD}.part", "is no paper of this store"),
        ("thumbs.db", "is no paper of this store"),
        (f"bb/{HELD}", "is no paper of this store"),
    ],
)
def test_a_leftover_is_told_and_moved_aside_never_deleted(office: Desk, place: str, says: str) -> None:
    stray = put(files(office) / place)
    found = signs(office, code=10)
    assert [(one["state"], says in one["detail"], one["mended"]) for one in found["leftovers"]] == [
        ("leftover", True, None)
    ]
    assert stray.exists(), "looking changes nothing"
    assert office.run("doctor", "--exit-zero").code == 0
    assert "moved to" in signs(office, "--mend")["leftovers"][0]["mended"]
    assert not stray.exists()
    (aside,) = (files(office) / "aside").iterdir()
    assert (aside.read_bytes(), stat.S_IMODE(aside.stat().st_mode)) == (b"left over", 0o600)
    assert states(signs(office)) == {"ok"}
    assert office.items("audit", "log")[-1]["verb"] == "leftovers.moved"
    assert office.item("audit", "verify")["sound"] is True
    assert office.item("document", "list", NPI)["kind"] == "w9"


def test_two_leftovers_of_one_name_are_both_kept(office: Desk) -> None:
    for content in (b"one", b"two"):
        put(files(office) / "thumbs.db", content)
        signs(office, "--mend")
    assert sorted(path.read_bytes() for path in (files(office) / "aside").iterdir()) == [b"one", b"two"]


@pytest.mark.parametrize("change", ["gone", "changed", "a link"])
def test_a_paper_without_its_content_is_a_fault_that_nothing_mends(office: Desk, change: str) -> None:
    (path,) = [one for one in files(office).rglob("*") if one.is_file()]
    path.unlink()
    if change == "changed":
        put(path, b"another paper")
    elif change == "a link":
        path.symlink_to(put(office.folder / "elsewhere", b"another paper"))
    for options in ((), ("--mend",)):
        found = signs(office, *options, code=6)
        (fault,) = [one for one in found["documents"] if one["state"] == "fault"]
        assert (f"w9.pdf of {NPI} was changed" if change != "gone" else f"w9.pdf of {NPI} is gone") in fault["detail"]
    assert office.run("audit", "verify").code == 6


@pytest.mark.parametrize("which", ["store", "folder", "paper"])
def test_what_others_may_read_is_closed(office: Desk, which: str) -> None:
    (paper,) = [one for one in files(office).rglob("*") if one.is_file()]
    path = {"store": office.folder / "credkit.db", "folder": files(office), "paper": paper}[which]
    path.chmod(0o755 if which == "folder" else 0o644)
    found = signs(office, code=10)
    assert (found["permissions"][0]["state"], str(path) in found["permissions"][0]["detail"]) == ("leftover", True)
    signs(office, "--mend")
    assert stat.S_IMODE(path.stat().st_mode) == (0o700 if which == "folder" else 0o600)
    assert states(signs(office)) == {"ok"}


def test_a_paper_that_is_just_coming_in_is_left_alone(office: Desk) -> None:
    """Another process holds it: here a pipe that has given half of a paper."""
    process = subprocess.Popen(
        [sys.executable, "-m", "credkit", "document", "add", NPI, "-", "--kind", "cv"],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=os.environ,
    )
    assert process.stdin is not None
    process.stdin.write(b"%PDF-1.7\n" + b"x" * 3_000_000)
    process.stdin.flush()
    incoming = files(office) / "incoming"
    while not any(incoming.iterdir()):
        assert process.poll() is None
    try:
        assert states(signs(office, "--mend")) == {"ok"}
        assert len(list(incoming.iterdir())) == 1
    finally:
        process.kill()
        process.communicate()
    assert [one["state"] for one in signs(office, "--mend")["leftovers"]] == ["leftover"]


def test_a_row_without_its_parent_is_a_fault(office: Desk) -> None:
    with closing(sqlite3.connect(office.folder / "credkit.db")) as other:
        other.execute(
            "INSERT INTO cycles (id, npi, kind, opened_on) VALUES ('c', '1000000020', 'initial', '2026-01-01')"
        )
        other.commit()
    (fault,) = [one for one in signs(office, code=6)["store"] if one["state"] == "fault"]
    assert "cycles refers to one of providers" in fault["detail"]


def test_a_log_that_was_cut_is_a_fault(office: Desk) -> None:
    with closing(sqlite3.connect(office.folder / "credkit.db")) as other:
        other.execute("UPDATE log_head SET seq = seq + 1")
        other.commit()
    assert signs(office, code=6)["log"][0]["state"] == "fault"


@pytest.mark.parametrize("content", [b"not a database at all, " * 100, b""])
def test_what_is_no_store_is_a_fault(office: Desk, content: bytes) -> None:
    (office.folder / "credkit.db").write_bytes(content)
    (fault,) = signs(office, code=6)["store"]
    assert fault["state"] == "fault"


def test_a_damaged_store_is_a_fault(office: Desk) -> None:
    path = office.folder / "credkit.db"
    with path.open("r+b") as file:
        file.seek(path.stat().st_size // 2)
        file.write(b"\xff" * 8_192)
    assert office.run("doctor").code == 6


def test_wal_where_it_is_not_safe_is_a_fault(office: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    with closing(sqlite3.connect(office.folder / "credkit.db")) as other:
        other.execute("PRAGMA journal_mode = WAL")
    monkeypatch.setattr("credkit.safekeeping.doctor.wal_is_safe", lambda: False)
    assert signs(office, code=6)["sqlite"][0]["state"] == "fault"


def test_a_store_that_was_moved_to_a_network_file_system_is_a_fault(
    office: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("credkit.safekeeping.doctor.network_file_system", lambda _folder: "nfs4")
    assert "network file system (nfs4)" in signs(office, code=6)["place"][0]["detail"]


def test_a_paper_that_was_not_kept_leaves_nothing(store: Store, tmp_path: Path) -> None:
    (tmp_path / "w9.pdf").write_bytes(pdf())
    with receive(store, tmp_path / "w9.pdf", 10**6) as received:
        assert received.path.is_file()
    assert [path for path in store.files.rglob("*") if path.is_file()] == []
