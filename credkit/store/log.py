"""The append-only log, read."""

from collections.abc import Iterator
from datetime import date

from credkit.records import Event
from credkit.store import tables
from credkit.store.door import Door, event_hash

_CHUNK = 1_000


class Log(Door):
    """Nouns: known_since, events, log_head."""

    def known_since(self, npi: str) -> date | None:
        """Return the day (UTC) of the first event about a provider, None where there is none."""
        found = self.rows("SELECT at FROM events WHERE npi = ? ORDER BY seq LIMIT 1", (npi,))
        return date.fromisoformat(found[0][0][:10]) if found else None

    def events(self, npi: str | None = None) -> Iterator[Event]:
        """Return every event, or those of one provider, in order, a chunk at a time."""
        whose = "AND npi = ? " if npi else ""
        last = -1
        while True:
            values = (last, npi) if npi else (last,)
            chunk = self.rows(f"{tables.EVENTS.select} WHERE seq > ? {whose}ORDER BY seq LIMIT {_CHUNK}", values)
            if not chunk:
                return
            yield from map(tables.EVENTS.read, chunk)
            last = chunk[-1][0]

    def log_head(self) -> tuple[int, str]:
        """Return the number and hash of the log's last event, as kept apart from the log."""
        kept = self.rows("SELECT seq, hash FROM log_head WHERE id = 1")
        # Where somebody took it away, this is the head of a log without events: it fits no other.
        seq, digest = kept[0] if kept else (0, "")
        return int(seq), str(digest)

    def log_end(self) -> tuple[int, str]:
        """Return the number and hash of the last event that is in the log."""
        end = self.rows("SELECT seq, hash FROM events ORDER BY seq DESC LIMIT 1")
        seq, digest = end[0] if end else (0, "")
        return int(seq), str(digest)


def recompute(event: Event) -> str:
    """Return the hash that an event's content gives."""
    return event_hash(tables.EVENTS.row(event)[:-1])
