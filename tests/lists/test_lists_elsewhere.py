"""A list is made ready by a second process where one can be had: the answers are the same, and so is what goes wrong."""

import os
from collections.abc import Callable
from csv import DictWriter
from pathlib import Path
from shutil import copyfile
from typing import Any

import pytest
from conftest import Put, Ran, Run
from desk import LEIE, form
from factories import OTHER_NPI

from credkit.lists import elsewhere, others, screening, unloaded
from credkit.lists.elsewhere import ListElsewhere, can_fork

PEOPLE = "id,last_name,first_name,date_of_birth\n1,Exampleton,Sample,1960-02-29\n2,Quillonby,Vesper,1985-06-07\n"


@pytest.fixture
def screen(run: Run, put: Put, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Ran]:
    if not can_fork():
        pytest.skip("no second process can be had here")
    monkeypatch.setenv("CREDKIT_NOW", "2026-03-10")
    monkeypatch.setenv("CREDKIT_DB", str(tmp_path / "credkit.db"))
    assert run("init").code == 0
    people, leie = put(PEOPLE, "people.csv"), put(LEIE, "UPDATED.csv")

    def screened(*options: str) -> Ran:
        words = ("--list", f"leie={leie}", "--published", "2026-03-01", *options)
        return run("screen", "run", "--file", people, *words)

    return screened


@pytest.fixture
def forked(monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """Return the lists that were made ready elsewhere."""
    begun: list[object] = []

    class Counted(ListElsewhere[Any]):
        def __init__(self) -> None:
            begun.append(self)
            super().__init__()

    monkeypatch.setattr(elsewhere, "ListElsewhere", Counted)
    return begun


def test_it_says_what_is_said_where_the_list_is_read_here(
    screen: Callable[..., Ran], forked: list[object], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = screen("--format", "ndjson")
    assert len(forked) == 1
    monkeypatch.setattr(elsewhere, "can_fork", lambda: False)
    here = screen("--format", "ndjson")
    assert len(forked) == 1
    assert there.code == here.code == 10
    assert there.out == here.out
    assert '"possible"' in there.out


def test_so_it_does_of_a_loaded_list(
    screen: Callable[..., Ran], forked: list[object], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("lists", "load", "leie", tmp_path / "UPDATED.csv", "--published", "2026-03-01")
    monkeypatch.setattr(others, "_CHUNK", 1)
    words = ("screen", "run", "--file", tmp_path / "people.csv", "--list", "LEIE", "--format", "ndjson")
    there = run(*words)
    assert len(forked) == 1
    monkeypatch.setattr(elsewhere, "can_fork", lambda: False)
    here = run(*words)
    assert there.code == here.code == 10
    assert there.out == here.out == screen("--format", "ndjson").out


def test_everyone_is_found_and_recorded_as_where_the_list_is_made_ready_here(
    screen: Callable[..., Ran], forked: list[object], run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    excluded = form(npi=OTHER_NPI, first_name="Sample", last_name="Exampleton", date_of_birth="1960-02-29")
    rows = [form(), excluded, form(npi="1000000020", last_name="Vale", caqh_id="")]
    with (tmp_path / "form.csv").open("w", encoding="utf-8", newline="") as file:
        writer = DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert run("intake", "import", tmp_path / "form.csv").code == 0
    assert run("lists", "load", "leie", tmp_path / "UPDATED.csv", "--published", "2026-03-01").code == 0
    monkeypatch.setattr(screening, "_CHUNK", 1)
    answers = []
    for can, name in ((True, "there.db"), (False, "here.db")):
        copyfile(tmp_path / "credkit.db", tmp_path / name)
        monkeypatch.setattr(elsewhere, "can_fork", lambda can=can: can)
        first, again = (run("screen", "run", "--all", "--json", "--db", tmp_path / name) for _ in range(2))
        assert first.code == again.code == 10
        answers += [
            [{key: value for key, value in item.items() if key != "verification_id"} for item in ran.json()["items"]]
            for ran in (first, again)
        ]
    assert len(forked) == 2
    assert answers[:2] == answers[2:]
    assert [item["outcome"] for item in answers[0]] == ["clear", "possible", "clear"]
    assert [item["recorded"] for item in answers[0] + answers[1]] == [True] * 3 + [False] * 3


def test_a_bug_there_is_told_as_one_here_and_names_nobody(
    screen: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: object) -> None:
        raise LookupError("Sample Exampleton")

    monkeypatch.setattr(unloaded, "known_list", broken)
    ran = screen()
    assert ran.code == 1
    assert "Internal error (a bug): LookupError" in ran.err
    assert "Exampleton" not in ran.err
    assert "Traceback" not in ran.err
    assert "in broken" in screen("--debug").err


def test_nobody_is_screened_where_it_was_ended(screen: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unloaded, "known_list", lambda *_arguments: os._exit(9))
    ran = screen()
    assert (ran.code, ran.out) == (1, "")
    assert "nobody was screened" in ran.err
