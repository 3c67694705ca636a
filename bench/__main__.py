"""`python -m bench [NAME...] [--rows N] [--rounds N] [--json]`: measure, and say how many times each peer we took."""

import argparse
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.measurements import ROWS, Bench
from bench.report import Measured, as_json, as_table
from bench.running import Failed, race

WORK = Path(__file__).resolve().parent / "work"


def main() -> int:
    """Run the measurements that were named, or all. Slowness is no failure; work that was not done is."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measure credkit against named peers.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="import, status, expiry, today, sweep, ready, roster, verify, verify-rate, verify-grown, lists, packet, portal, startup; only where they are named: status-grown, expiry-grown, today-grown, sweep-grown",
    )
    parser.add_argument("--rows", type=int, default=ROWS, help=f"applications; the rest goes with them ({ROWS:,})")
    parser.add_argument("--rounds", type=int, help="rounds of each measurement, the best of which counts")
    parser.add_argument("--json", action="store_true", help="print everything, every round of it, as JSON")
    parser.add_argument("--work", type=Path, default=WORK, help="where files are made, and taken away after")
    asked = parser.parse_args()

    asked.work = asked.work.resolve()  # what is measured runs from elsewhere
    asked.work.mkdir(parents=True, exist_ok=True)
    results: list[Measured] = []
    with TemporaryDirectory(dir=asked.work) as folder:
        work = Path(folder)
        measurements = {measurement.name: measurement for measurement in Bench(work, asked.rows).measurements()}
        unknown = [name for name in asked.names if name not in measurements]
        if unknown:
            parser.error(f"nothing is called {', '.join(unknown)}; there are {', '.join(measurements)}")
        try:
            for name in asked.names or [name for name, one in measurements.items() if not one.long]:
                measurement = measurements[name]
                print(f"{name} ...", file=sys.stderr, flush=True)
                with measurement.beside() as address:
                    runs = race(measurement.contenders(address), asked.rounds or measurement.rounds, work)
                results.append(Measured(measurement, runs))
                if not asked.json:
                    print(as_table(results[-1:]), flush=True)
        except Failed as failure:
            print(failure, file=sys.stderr)
            return 1
    if asked.json:
        print(as_json(results, asked.rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
