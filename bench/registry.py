"""A registry shaped like NPPES in a process of its own, for everybody on a form: `python -m bench.registry FORM LATENCY`.

Its address is its first line; it ends when its standard input does.
"""

import csv
import sys
from pathlib import Path

from credkit.demo.servers import NppesServer, RegistryEntry


def main(form: Path, latency: float) -> None:
    """Answer, with `latency` seconds before every answer."""
    with form.open(encoding="utf-8", newline="") as file:
        records = {row["npi"]: _entry(row) for row in csv.DictReader(file)}
    with NppesServer(records, latency=latency) as server:
        print(server.url, flush=True)
        sys.stdin.read()


def _entry(row: dict[str, str]) -> RegistryEntry:
    licenses = tuple((row[f"license_{number}_state"], row[f"license_{number}_number"]) for number in (1, 2))
    return RegistryEntry(
        row["first_name"],
        row["last_name"],
        row["middle_name"],
        taxonomy=row["taxonomy"],
        description=row["profession"],
        licenses=licenses,
        state=row["state"],
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]))
