"""Who is in: visits, which end by themselves, and how often somebody may try. All of it is this process's memory alone, so that
nothing of a visit is on disk, and a restart ends every one."""

import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from threading import Lock
from time import monotonic

from credkit.records import PortalLink

#: Seconds: a visit ends when nothing was asked for so long, and in any case after so long.
IDLE, LONGEST = 20 * 60, 4 * 60 * 60
_MOST = 20_000


@dataclass(frozen=True, slots=True)
class Visit:
    """One person who showed a link, and knew the date of birth."""

    link_id: str
    whose: str
    began: float
    last: float


class Visits:
    """The visits that are open, each named by its cookie."""

    def __init__(self, seconds: Callable[[], float] = monotonic) -> None:
        self._seconds = seconds
        self._lock = Lock()
        self._open: OrderedDict[str, Visit] = OrderedDict()

    def begin(self, link: PortalLink) -> str:
        """Open a visit, and return the cookie that names it: never one that was there before."""
        cookie, now = new_cookie(), self._seconds()
        with self._lock:
            self._open[cookie] = Visit(link.id, link.whose, now, now)
            while len(self._open) > _MOST:
                self._open.popitem(last=False)
        return cookie

    def find(self, cookie: str) -> Visit | None:
        """Return the visit that a cookie names, None where there is none or it has ended."""
        now = self._seconds()
        with self._lock:
            visit = self._open.get(cookie)
            if visit is None:
                return None
            if now - visit.last > IDLE or now - visit.began > LONGEST:
                del self._open[cookie]
                return None
            self._open[cookie] = visit = replace(visit, last=now)
            self._open.move_to_end(cookie)
            return visit

    def end(self, cookie: str) -> None:
        """Close a visit."""
        with self._lock:
            self._open.pop(cookie, None)


class Tries:
    """How often one may do something: `most` times at once, and again as time passes, `most` in so many `seconds`."""

    def __init__(self, most: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._most, self._each, self._clock = most, seconds / most, clock
        self._lock = Lock()
        self._due: OrderedDict[str, float] = OrderedDict()

    def one_more(self, whose: str) -> bool:
        """Count a try, and say whether it is allowed."""
        now = self._clock()
        with self._lock:
            due = max(self._due.pop(whose, now), now)
            allowed = due - now <= self._each * (self._most - 1)
            self._due[whose] = due + self._each if allowed else due
            while len(self._due) > _MOST:
                self._due.popitem(last=False)
            return allowed


def new_cookie() -> str:
    """Return a name that nobody can guess."""
    return secrets.token_urlsafe(32)
