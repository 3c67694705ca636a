"""What was measured, as a table for people and as JSON for programs."""

import json
import platform
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from bench.measurements import Measurement
from bench.running import Runs


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement, and the runs of each contender by name."""

    measurement: Measurement
    runs: dict[str, Runs]

    def ratios(self) -> list[tuple[str, str, float, float]]:
        """Return (ours, peer, times its wall, times its memory) for each of ours against each peer."""
        names = list(self.runs)
        ours, peers = names[: self.measurement.peers_from], names[self.measurement.peers_from :]
        return [
            (own, peer, mine.best / theirs.best, mine.peak_bytes / theirs.peak_bytes)
            for own in ours
            for peer in peers
            for mine, theirs in ((self.runs[own], self.runs[peer]),)
        ]


def as_table(results: Sequence[Measured]) -> str:
    """Return a block a measurement: a line a contender, then the ratios."""
    lines: list[str] = []
    for result in results:
        measurement = result.measurement
        counted = measurement.rows > 1
        lines.append(f"{measurement.name}: {measurement.title}" + (_of(measurement) if counted else ""))
        lines.append(f"  {'':36}{'seconds':>10}{'cpu s':>10}{'rows/s':>12}{'peak MB':>10}")
        for name, runs in result.runs.items():
            rate = f"{measurement.rows / runs.best:,.0f}" if counted else ""
            peak = f"{runs.peak_bytes / 1e6:,.0f}"
            lines.append(f"  {name:36}{runs.best:10.3f}{min(runs.processor_seconds):10.3f}{rate:>12}{peak:>10}")
        for own, peer, wall, memory in result.ratios():
            lines.append(f"  {own} : {peer} = {wall:.1f} in time, {memory:.1f} in memory")
        lines += [f"  {more}" for more in measurement.also()]
        lines.append("")
    return "\n".join(lines)


def _of(measurement: Measurement) -> str:
    return f", {measurement.rows:,} {measurement.what}"


def as_json(results: Sequence[Measured], rows: int) -> str:
    """Return everything that was measured, every round of it."""
    return json.dumps(
        {
            "python": platform.python_version(),
            "sqlite": sqlite3.sqlite_version,
            "rows": rows,
            "measurements": [
                {
                    "name": result.measurement.name,
                    "title": result.measurement.title,
                    "rows": result.measurement.rows,
                    "what": result.measurement.what,
                    "contenders": [
                        {
                            "name": name,
                            "seconds": runs.seconds,
                            "processor_seconds": runs.processor_seconds,
                            "best_seconds": runs.best,
                            "rows_per_second": result.measurement.rows / runs.best,
                            "peak_bytes": runs.peak_bytes,
                        }
                        for name, runs in result.runs.items()
                    ],
                    "also": list(result.measurement.also()),
                    "ratios": [
                        {"of": own, "to": peer, "wall": wall, "memory": memory}
                        for own, peer, wall, memory in result.ratios()
                    ],
                }
                for result in results
            ],
        },
        indent=2,
    )
