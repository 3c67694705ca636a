"""The log verified: that no event was edited, deleted, inserted, reordered or cut off, and that the tables say what the
log says.

Truncation and wholesale rewriting of both the log and its head need an anchor kept elsewhere to be caught.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from credkit.errors import UsageError
from credkit.records import Event
from credkit.store import Store
from credkit.store.log import recompute
from credkit.store.replay import differences


@dataclass(frozen=True, slots=True)
class Anchor:
    """The log's head at a time: kept elsewhere, it proves later that nothing before it was changed or cut off."""

    seq: int
    hash: str

    def text(self) -> str:
        """Write the anchor as one line of JSON."""
        return json.dumps({"credkit_anchor": 1, "seq": self.seq, "hash": self.hash})


def read_anchor(path: Path) -> Anchor:
    """Read an anchor file. Raises UsageError where it is none."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return Anchor(int(content["seq"]), str(content["hash"]))
    except OSError as error:
        raise UsageError(f"The anchor {path} cannot be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        raise UsageError(f"{path} is not an anchor that `credkit audit anchor` wrote.") from error


@dataclass(slots=True)
class Verified:
    """What verifying found: how many events there are, and every problem in words."""

    events: int
    head: Anchor
    problems: list[str]


def verify(
    store: Store, anchor: Anchor | None = None, progress: Callable[[int], None] = lambda _done: None
) -> Verified:
    """Verify the whole log, then hold every record table against it, and what it names by hash or count alone."""
    problems: list[str] = []
    seq, previous = 0, ""
    anchored = anchor is None
    for event in store.events():
        problems.extend(_event_problems(event, seq, previous))
        seq, previous = event.seq, event.hash
        if anchor and event.seq == anchor.seq:
            anchored = event.hash == anchor.hash
        if seq % 1_000 == 0:
            progress(seq)
    head = store.log_head()
    if head != (seq, previous):
        problems.append(f"the log ends at event {seq}, but its head says {head[0]}: events were cut off or added")
    if not anchored and anchor:
        problems.append(f"event {anchor.seq} is not the one that the anchor names: the log was rewritten or cut off")
    if not problems:
        problems.extend(differences(store))
        problems.extend(store.evidence_faults())
        problems.extend(store.document_faults())
        problems.extend(store.list_faults())
        problems.extend(store.nppes_faults())
        problems.extend(store.roster_faults())
    return Verified(seq, Anchor(seq, previous), problems)


def _event_problems(event: Event, seq: int, previous: str) -> Iterator[str]:
    if event.seq != seq + 1:
        yield f"event {event.seq} follows event {seq}: events are missing or out of order"
    if event.previous_hash != previous:
        yield f"event {event.seq} does not name the hash of the event before it: something was inserted or deleted"
    if recompute(event) != event.hash:
        yield f"event {event.seq} was edited: its content does not give its hash"
