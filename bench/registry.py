"""A registry shaped like NPPES in a process of its own, for everybody on a form:
`python -m bench.registry FORM LATENCY [RATE]`.

With a rate, whatever comes after so many requests within any one second is refused, with HTTP 429. Its address is its first line; it ends when its standard input does.
"""

import csv
import sys
from pathlib import Path

from credkit.demo.servers import Fault, FaultKind, NppesServer, Received, RegistryEntry

#: What comes this close behind a whole rate is refused. Twenty milliseconds are this process's own: it may be late to
#: notice that a request came, as it shares its processors with whoever asks.
_A_SECOND = 0.98


class _Strict(NppesServer):
    """Refuses what goes beyond so many requests a second, in whichever second."""

    rate = 0

    def note(self, received: Received) -> Fault | None:
        fault = super().note(received)
        if not self.rate or len(self.received) <= self.rate:
            return fault
        before = self.received[-1 - self.rate]
        return Fault(FaultKind.TOO_MANY) if received.at - before.at < _A_SECOND else fault


def main(form: Path, latency: float, rate: int = 0) -> None:
    """Answer, with `latency` seconds before every answer."""
    with form.open(encoding="utf-8", newline="") as file:
        records = {row["npi"]: _entry(row) for row in csv.DictReader(file)}
    with _Strict(records, latency=latency) as server:
        server.rate = rate
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
    main(Path(sys.argv[1]), float(sys.argv[2]), *map(int, sys.argv[3:]))
