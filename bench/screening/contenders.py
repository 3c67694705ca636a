"""Who screens: credkit's command in two ways, and the peers that are installed. Each is a cold process from files to NDJSON."""

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from pathlib import Path

from bench.running import CREDKIT, Contender, Failed, Runs, once, prepare
from bench.screening import LIST, PUBLISHED, ROSTER

_THEN = {"CREDKIT_NOW": "2026-11-24"}
#: Done, and done with somebody to look at. 4 would be incomplete.
_SCREENED = (0, 10)

FROM_FILES, LIST_LOADED = "credkit, from files", "credkit, list loaded"


@dataclass(frozen=True, slots=True)
class Peer:
    """One peer: by what word it is asked for, what it is called, its module and arguments, and the libraries it needs."""

    word: str
    name: str
    module: str
    way: tuple[str, ...]
    needs: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """The libraries that are not installed."""
        return tuple(library for library in self.needs if find_spec(library) is None)


PEERS = (
    Peer("duckdb-odds", "DuckDB SQL, log-odds", "duckdb_sql", ("odds",), ("duckdb",)),
    Peer("duckdb-tiers", "DuckDB SQL, tiers", "duckdb_sql", ("tiers",), ("duckdb",)),
    Peer("splink-tuned", "Splink, hand-set m", "splink_model", ("tuned",), ("splink", "duckdb")),
    Peer("splink-tutorial", "Splink, as its tutorial", "splink_model", ("tutorial",), ("splink", "duckdb")),
    Peer("all-pairs", "rapidfuzz, all pairs", "all_pairs", (), ("rapidfuzz", "numpy")),
)


@dataclass(slots=True)
class Entrant:
    """A contender, where it writes, how its rounds went, and, when it could not do the work, why."""

    name: str
    contender: Contender | None
    hits: Path
    runs: Runs
    failure: str = ""

    @property
    def short(self) -> str:
        """Why it could not do the work, in a line: what it said last."""
        lines = [line for line in self.failure.splitlines() if line.strip()]
        return lines[0] if len(lines) == 1 else f"did not do the work: {lines[-1]}"


def of_credkit(folder: Path, work: Path) -> list[Entrant]:
    """Return credkit's command given the list as a file, and with the list loaded before."""
    empty, loaded, store = work / "empty.db", work / "loaded.db", work / "store.db"
    screen = ("screen", "run", "--file", str(folder / ROSTER))

    def make_empty() -> None:
        if not empty.exists():
            prepare(work, (*CREDKIT, "--db", str(empty), "init"), _THEN)

    def make_loaded() -> None:
        make_empty()
        if not loaded.exists():
            making = work / "loading.db"
            shutil.copyfile(empty, making)
            load = ("lists", "load", "leie", str(folder / LIST), "--published", PUBLISHED)
            prepare(work, (*CREDKIT, "--db", str(making), *load), _THEN)
            making.rename(loaded)

    def entrant(name: str, ready: Callable[[], None], source: Path, *words: str) -> Entrant:
        hits = work / f"{name.replace(', ', '-').replace(' ', '-')}.ndjson"

        def before() -> None:
            ready()
            shutil.copyfile(source, store)
            hits.unlink(missing_ok=True)

        arguments = (*CREDKIT, "--db", str(store), *screen, *words, "--out", str(hits))
        return Entrant(name, Contender(name, arguments, _THEN, before=before, ends=_SCREENED), hits, Runs())

    from_files = ("--list", f"leie={folder / LIST}", "--published", PUBLISHED)
    return [
        entrant(FROM_FILES, make_empty, empty, *from_files),
        entrant(LIST_LOADED, make_loaded, loaded, "--list", "leie"),
    ]


def of_peers(folder: Path, work: Path, words: Sequence[str]) -> list[Entrant]:
    """Return the peers that are asked for; one whose libraries are missing says so in place of running."""
    entrants = []
    for peer in PEERS:
        if peer.word not in words:
            continue
        hits = work / f"{peer.word}.ndjson"
        files = (str(folder / LIST), str(folder / ROSTER), str(hits))
        contender = Contender(
            peer.name,
            ("-m", f"bench.screening.peers.{peer.module}", *peer.way, *files),
            before=partial(hits.unlink, missing_ok=True),
        )
        if peer.missing:
            entrants.append(
                Entrant(
                    peer.name, None, hits, Runs(), f"not installed: {', '.join(peer.missing)} (pip install '.[bench]')"
                )
            )
        else:
            entrants.append(Entrant(peer.name, contender, hits, Runs()))
    return entrants


def run(entrants: Sequence[Entrant], rounds: int, work: Path, told: Callable[[str], None]) -> bool:
    """Run everybody in turn, so many rounds; who fails is out. Return whether nobody did."""
    well = True
    for number in range(rounds):
        for entrant in entrants:
            if entrant.contender is None or entrant.failure:
                continue
            told(f"round {number + 1} of {rounds}: {entrant.name} ...")
            try:
                figures = once(entrant.contender, work)
            except Failed as failure:
                entrant.failure, well = f"did not do the work: {failure}", False
            else:
                entrant.runs.add(*figures)
                if not entrant.hits.is_file():
                    entrant.failure, well = "did not do the work: it wrote no results", False
    return well
