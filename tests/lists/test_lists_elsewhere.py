"""A list in a file is read by a second process where one can be had: the answers are the same, and so is what goes wrong."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Put, Ran, Run
from desk import LEIE

from credkit.lists import elsewhere, unloaded
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


def test_it_says_what_is_said_where_the_list_is_read_here(
    screen: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch
) -> None:
    forked: list[object] = []

    class Counted(ListElsewhere[Any]):
        def __init__(self) -> None:
            forked.append(self)
            super().__init__()

    monkeypatch.setattr(elsewhere, "ListElsewhere", Counted)
    there = screen("--format", "ndjson")
    assert len(forked) == 1
    monkeypatch.setattr(elsewhere, "can_fork", lambda: False)
    here = screen("--format", "ndjson")
    assert len(forked) == 1
    assert there.code == here.code == 10
    assert there.out == here.out
    assert '"possible"' in there.out


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
