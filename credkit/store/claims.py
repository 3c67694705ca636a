"""Which run is asking about whom just now, so that two runs at once do not ask a source twice.

A claim holds while its run lives: a run keeps a lock on a small file beside the store, which the operating system takes
away when the process ends, however it ends. So nobody waits for a run that was killed.
"""

import os
import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from credkit.errors import UsageError
from credkit.store.door import Door
from credkit.store.locks import lock_file


class Claims(Door):
    """Verbs: run_of_its_own, claim, release. They write no record, and so no event."""

    @contextmanager
    def run_of_its_own(self) -> Iterator[str]:
        """Give the name of a run that lives as long as the block; what it claimed is free afterwards."""
        name = secrets.token_hex(8)
        path = self._mark(name)
        try:
            file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
        except OSError as error:
            raise UsageError(f"No run can begin in {path.parent}: {error.strerror}.") from error
        try:
            lock_file(file)
            yield name
        finally:
            # A claim that is left behind is a dead run's, and anybody's: so nothing is written here, where a full disk
            # or an interruption may be why it ends.
            os.close(file)
            path.unlink(missing_ok=True)

    def claim(self, run: str, npis: Sequence[str]) -> list[str]:
        """Claim providers for a run, and return those that it has now: all but those of another run that lives."""
        alive: dict[str, bool] = {run: True}
        mine = []
        with self._transaction():
            held = dict(
                self.rows(f"SELECT npi, run FROM run_claims WHERE npi IN ({','.join('?' * len(npis))})", list(npis))
            )
            for npi in npis:
                holder = held.get(npi, "")
                if holder and holder not in alive:
                    alive[holder] = self._lives(holder)
                if not holder or holder == run or not alive[holder]:
                    mine.append(npi)
            self._connection.executemany(
                "INSERT INTO run_claims VALUES (?, ?) ON CONFLICT (npi) DO UPDATE SET run = excluded.run",
                [(npi, run) for npi in mine if held.get(npi) != run],
            )
        return mine

    def release(self, run: str, npis: Sequence[str]) -> None:
        """Give claims back; inside a batch, together with what was recorded."""
        with self._transaction():
            self._connection.executemany(
                "DELETE FROM run_claims WHERE npi = ? AND run = ?", [(npi, run) for npi in npis]
            )

    def _mark(self, run: str) -> Path:
        return self.path.with_name(f"{self.path.name}.run-{run}")

    def _lives(self, run: str) -> bool:
        path = self._mark(run)
        try:
            file = os.open(path, os.O_RDWR)
        except OSError:
            return False
        try:
            dead = lock_file(file)
            if dead:
                path.unlink(missing_ok=True)
            return not dead
        finally:
            os.close(file)
