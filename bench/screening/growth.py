"""What screening costs as the roster grows, the list staying as it is: credkit beside DuckDB's SQL."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.running import Runs
from bench.screening import LIST
from bench.screening.contenders import Entrant, of_credkit, of_peers, run
from bench.screening.generate import SEED, Size, make

SIZES = (5_000, 20_000, 80_000)
LARGE = 1_000_000
_PEERS = ("duckdb-odds", "duckdb-tiers")


def measure(work: Path, sizes: Sequence[int], list_rows: int, rounds: int) -> tuple[dict[int, list[Entrant]], bool]:
    """Time everybody at each size; one person in forty is on the list. Return the entrants by size, and whether all did it."""
    folders = {people: work / f"roster-{people}" for people in sizes}
    made = [(folder, Size(people, list_rows, min(people, list_rows) // 40)) for people, folder in folders.items()]
    (first, size), *others = made
    make(first, size, SEED, *others)
    for folder, _ in others:
        (folder / LIST).symlink_to(first / LIST)
    measured, well = {}, True
    for people, folder in folders.items():
        own = work / f"runs-{people}"
        own.mkdir()
        measured[people] = [*of_credkit(folder, own), *of_peers(folder, own, _PEERS)]
        well &= run(measured[people], rounds, own, lambda said: print(said, file=sys.stderr, flush=True))
    return measured, well


def as_table(measured: dict[int, list[Entrant]], list_rows: int) -> str:
    """Return a line for each size and entrant: seconds, seconds per 1,000 people, and the most memory."""
    lines = [f"Against {list_rows:,} rows", f"{'people':>10}  {'':24}{'seconds':>9}{'per 1,000':>11}{'peak MB':>9}"]
    for people, entrants in measured.items():
        for entrant in entrants:
            if entrant.failure:
                lines.append(f"{people:>10,}  {entrant.name:24}  {entrant.short}")
                continue
            seconds, peak = entrant.runs.median, entrant.runs.peak_bytes / 1e6
            lines.append(f"{people:>10,}  {entrant.name:24}{seconds:9.2f}{1000 * seconds / people:11.4f}{peak:9,.0f}")
    return "\n".join(lines)


def as_json(measured: dict[int, list[Entrant]], list_rows: int) -> str:
    """Return every round at every size."""

    def said(name: str, failure: str, runs: Runs) -> dict[str, object]:
        return {"name": name, "failure": failure or None, "seconds": runs.seconds, "peak_bytes": runs.peak_bytes}

    return json.dumps(
        {
            "list_rows": list_rows,
            "sizes": [
                {"people": people, "contenders": [said(one.name, one.failure, one.runs) for one in entrants]}
                for people, entrants in measured.items()
            ],
        },
        indent=2,
    )


def default_sizes(*, large: bool) -> tuple[int, ...]:
    """Return the sizes that are measured unless others are asked for."""
    return (*SIZES, LARGE) if large else SIZES
