"""Evidence for a run: from outside sources by threads, from the store and its loaded files by the one that runs.

What a source said not long ago is used again instead of asking. A source that fails many times in a row is asked no
more in this run, and the others go on.
"""

import hashlib
import re
import threading
import time
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Protocol, runtime_checkable
from urllib.parse import quote, quote_plus

from credkit import clock
from credkit.lists.boards import PREFIX, BoardFiles
from credkit.lists.nppes_file import NppesShelf
from credkit.lists.screening import Screener, list_evidence
from credkit.policy import Policy
from credkit.records import CredentialKind, Evidence, Finding, ListScreening, ProviderFile, SourceRef
from credkit.store import Store
from credkit.verify.plan import Due

OFFLINE = "offline: nobody was asked, and nothing that is held is new enough"


class Source(Protocol):
    """An outside source that can be asked from several threads at once."""

    def look_up(self, key: str) -> Evidence:
        """Return what the source says of a key, or why it does not say."""
        ...


@runtime_checkable
class Rereads(Protocol):
    """A source whose answers can be read again from their bodies, long after."""

    def reread(self, key: str, body: bytes, address: str, fetched_at: str) -> Evidence:
        """Return a kept body as the answer to a key: its facts, or why it is none."""
        ...


@dataclass(frozen=True, slots=True)
class Asking:
    """How a source is asked in a run: how many at once, how old an answer may be, after how many failures in a row no
    more. `from_file` says that the registry's loaded file is asked instead. `secret` is a key that may never be kept."""

    lanes: int = 8
    max_age: timedelta = timedelta(hours=24)
    opens_after: int = 5
    from_file: bool = False
    secret: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Manner:
    """What a run was told: to ask nobody (`offline`), to ask anew whatever is held (`refresh`), how old an answer may be
    whatever the settings say; and the time zone in which days are counted."""

    offline: bool = False
    refresh: bool = False
    max_age: timedelta | None = None
    time_zone: str = "America/New_York"


@dataclass(slots=True)
class Use:
    """What a source did in a run. `seconds` is from when it was first asked until it last answered, `waited` the sum of
    all look-ups."""

    answered: int = 0
    unanswered: int = 0
    not_asked: int = 0
    held: int = 0
    waited: float = 0.0
    began: float | None = None
    ended: float = 0.0

    @property
    def seconds(self) -> float:
        """For how long it was being asked."""
        return 0.0 if self.began is None else max(0.0, self.ended - self.began)


class _Asked:
    """One source in one run: its threads, its circuit, and what it did."""

    def __init__(self, source: Source, asking: Asking) -> None:
        self._source = source
        self._pool = ThreadPoolExecutor(max_workers=asking.lanes, thread_name_prefix="source")
        self._opens_after = asking.opens_after
        self._failed = 0
        self._open = False
        self._lock = threading.Lock()
        self.use = Use()

    def submit(self, ref: SourceRef) -> Future[Evidence]:
        return self._pool.submit(self._ask, ref)

    def close(self) -> None:
        # After the last answer no thread is busy; when something stopped the run, nobody waits for those which are.
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, ref: SourceRef) -> Evidence:
        if self._open:
            with self._lock:
                self.use.not_asked += 1
            why = f"not asked, because it failed {self._opens_after} times in a row"
            return Evidence(ref, f"{ref.name}:{ref.key}", clock.stamp(clock.now()), problem=why)
        began = time.monotonic()
        answer = self._source.look_up(ref.key)
        ended = time.monotonic()
        with self._lock:
            use = self.use
            use.began = began if use.began is None else min(use.began, began)
            use.ended = max(use.ended, ended)
            use.waited += ended - began
            if answer.problem and answer.configured:
                use.unanswered += 1
                self._failed += 1
                self._open = self._failed >= self._opens_after
            else:
                use.answered += 1
                if not self._open:
                    self._failed = 0
        return answer


@dataclass(slots=True)
class Gathered:
    """One provider's file whose evidence is on its way."""

    file: ProviderFile
    due: Sequence[Due]
    asked: dict[SourceRef, Future[Evidence]]
    held: dict[SourceRef, Evidence]

    def wait(self) -> None:
        """Wait until every source has answered."""
        for future in self.asked.values():
            future.result()

    def is_ready(self) -> bool:
        """Say whether every source has answered."""
        return all(future.done() for future in self.asked.values())


class Gathering:
    """Evidence for the checks of one file after another. `close` it, whatever happens."""

    def __init__(
        self, store: Store, sources: Mapping[str, Source], askings: Mapping[str, Asking], manner: Manner
    ) -> None:
        self._store = store
        self._sources = sources
        self._askings = {name: askings.get(name, Asking()) for name in sources}
        self._manner = manner
        # Looked up once: asking an object whether it keeps to a protocol takes longer than reading a row.
        self._reread = {name: source.reread for name, source in sources.items() if isinstance(source, Rereads)}
        self._asked = {name: _Asked(source, self._askings[name]) for name, source in sources.items()}
        self._screener = Screener(store)
        self._screened: dict[tuple[str, str], ListScreening] = {}
        self._registry_files = NppesShelf(store)
        self._board_files = BoardFiles(store)
        self._secrets = tuple(asking.secret for asking in self._askings.values() if asking.secret)

    @property
    def lanes(self) -> int:
        """How many look-ups can go on at once."""
        return sum(asking.lanes for asking in self._askings.values()) or 1

    @property
    def uses(self) -> dict[str, Use]:
        """What each source did."""
        return {name: asked.use for name, asked in self._asked.items()}

    def close(self) -> None:
        """Let go of the threads."""
        for asked in self._asked.values():
            asked.close()

    def asks(self, dues: Sequence[Due]) -> bool:
        """Say whether these checks need an outside source."""
        return any(ref.name in self._sources for item in dues for ref in item.needs)

    def begin(self, file: ProviderFile, dues: Sequence[Due], on: date) -> Gathered:
        """Begin to gather: what is held is taken, what is not is asked for."""
        held: dict[SourceRef, Evidence] = {}
        asked: dict[SourceRef, Future[Evidence]] = {}
        for ref in dict.fromkeys(ref for item in dues for ref in item.needs):
            if ref.name not in self._sources:
                continue
            monthly = any(ref in item.needs and item.monthly for item in dues)
            evidence = self._without_asking(file, ref, on, monthly=monthly)
            if evidence is None:
                asked[ref] = self._asked[ref.name].submit(ref)
            else:
                held[ref] = evidence
        return Gathered(file, dues, asked, held)

    def evidence(self, gathered: Gathered, policy: Policy) -> dict[SourceRef, Evidence]:
        """Wait for the answers, and return all that the checks of a file want; lists, as `screen` left them."""
        evidence = gathered.held | {ref: future.result() for ref, future in gathered.asked.items()}
        for ref in dict.fromkeys(ref for item in gathered.due for ref in item.needs):
            if ref not in evidence:
                evidence[ref] = self._from_store(ref, gathered.file, policy) or _not_set_up(ref)
            elif ref.name == "nppes":
                evidence[ref] = self._registry_files.unless_deactivated(evidence[ref])
        return {ref: without_secrets(piece, self._secrets) for ref, piece in evidence.items()}

    def told(self, finding: Finding) -> Finding:
        """Return a finding that quotes no secret of what it was judged from."""
        return words_without_secrets(finding, self._secrets)

    def day_of(self, evidence: Evidence, on: date) -> date:
        """Return the day that an answer is good for: when it was fetched, or the day that it says it speaks of."""
        day = evidence.speaks_of or clock.day_of(evidence.fetched_at, self._manner.time_zone)
        return min(day, on)

    def _without_asking(self, file: ProviderFile, ref: SourceRef, on: date, *, monthly: bool) -> Evidence | None:
        asking, manner, use = self._askings[ref.name], self._manner, self._asked[ref.name].use
        if ref.name == "nppes" and asking.from_file:
            return self._registry_files.look_up(ref.key)
        if not manner.refresh and (found := self._held(file, ref, asking)):
            # What was said last month is no check of this month.
            day = self.day_of(found, on)
            if not monthly or (day.year, day.month) == (on.year, on.month):
                use.held += 1
                return found
        if not manner.offline:
            return None
        if ref.name == "nppes" and self._registry_files.is_loaded:
            return self._registry_files.look_up(ref.key)
        use.not_asked += 1
        return Evidence(ref, f"{ref.name}:{ref.key}", clock.stamp(clock.now()), problem=OFFLINE)

    def _held(self, file: ProviderFile, ref: SourceRef, asking: Asking) -> Evidence | None:
        reread, npi = self._reread.get(ref.name), file.provider.npi
        max_age = asking.max_age if self._manner.max_age is None else self._manner.max_age
        if reread is None or max_age <= timedelta() or not any(one.evidence for one in file.verifications):
            return None
        now = clock.now()
        record = self._store.evidence_held(npi, ref.name, ref.key, clock.stamp(now - max_age))
        if record is None or record.fetched_at > clock.stamp(now):
            return None
        kept = self._store.evidence(record.id)
        if kept is None or not kept[1]:
            return None
        found = reread(ref.key, kept[1], record.address, record.fetched_at)
        return None if found.problem else replace(found, kept_as=record.id, stated_on=record.stated_on)

    def screen(self, ready: Sequence[Gathered], policy: Policy, on: date) -> None:
        """Hold several people against the lists that their checks want, at once: it takes little longer than for one."""
        wanted: dict[str, list[ProviderFile]] = {}
        for gathered in ready:
            for name in dict.fromkeys(ref.key for item in gathered.due for ref in item.needs if ref.name == "list"):
                wanted.setdefault(name, []).append(gathered.file)
        self._screened = {}
        for name, files in wanted.items():
            version = self._store.list_version(name)
            if version is None:
                continue
            people = [(file.provider, file.held(CredentialKind.LICENSE)) for file in files]
            for file, screening in zip(files, self._screener.screenings(people, version, policy, on), strict=True):
                self._screened[file.provider.npi, name] = screening

    def _from_store(self, ref: SourceRef, file: ProviderFile, policy: Policy) -> Evidence | None:
        if ref.name.startswith(PREFIX):
            return self._board_files.look_up(ref)
        return self._from_list(ref, file, policy) if ref.name == "list" else None

    def _from_list(self, ref: SourceRef, file: ProviderFile, policy: Policy) -> Evidence:
        """Return what the version in force of a list says of a person: its receipt, and the rows that might be them."""
        screening = self._screened.get((file.provider.npi, ref.key))
        if screening is None or screening.version is None:
            at = clock.stamp(clock.now())
            problem = f"the list {ref.key} is not loaded"
            named = ref.key in policy.exclusions.lists  # any other may be looked up by hand instead
            return Evidence(ref, f"list:{ref.key}", at, facts=ListScreening(None), problem=problem, configured=named)
        record, body = list_evidence(file.provider.npi, screening, screening.version)
        return Evidence(
            ref,
            screening.version.address,
            record.fetched_at,
            body=body,
            sha256=record.sha256,
            facts=screening,
            stated_on=screening.version.published_on,
        )


def _not_set_up(ref: SourceRef) -> Evidence:
    return Evidence(
        ref,
        f"{ref.name}:{ref.key}",
        clock.stamp(clock.now()),
        problem=f"the source {ref.name} is not set up",
        configured=False,
    )


# A social security number as people write it (never 000, 666 or 9xx; no part is all zeros), or nine digits under a name
# that says what they are. Nine bare digits are most often a ZIP code with its four.
_SSN = re.compile(rb"(?<![0-9-])(?!000|666|9)[0-9]{3}([- ])(?!00)[0-9]{2}\1(?!0000)([0-9]{4})(?![0-9-])")
_NAMED_SSN = re.compile(
    rb"""((?:ssn|social[ _-]?security(?:[ _-]?(?:number|no|num))?|itin|tin)["']?\s*[:=]\s*["']?)[0-9]{5}([0-9]{4})(?![0-9])""",
    re.IGNORECASE,
)

#: What is shorter is no key, and would be found everywhere.
_SHORTEST_KEY = 4


def without_secrets(evidence: Evidence, secrets: Collection[str]) -> Evidence:
    """Return evidence whose body has neither a key of ours nor a social security number, of which the last four digits
    stay. What was read from it stays as it was read; `words_without_secrets` is for what is quoted of that."""
    body = _hidden(evidence.body, secrets)
    if body == evidence.body:
        return evidence
    return replace(evidence, body=body, sha256=hashlib.sha256(body).hexdigest())


def words_without_secrets(finding: Finding, secrets: Collection[str]) -> Finding:
    """Return a finding that quotes of its evidence what may be kept of it."""

    def hidden(text: str) -> str:
        return _hidden(text.encode(), secrets).decode()

    return replace(
        finding,
        summary=hidden(finding.summary),
        comparisons=tuple(
            replace(one, found=hidden(one.found)) if one.found and not one.agrees else one
            for one in finding.comparisons
        ),
        advice=hidden(finding.advice) if finding.advice else finding.advice,
    )


def _hidden(body: bytes, secrets: Collection[str]) -> bytes:
    body = _NAMED_SSN.sub(rb"\1*****\2", _SSN.sub(rb"***\1**\1\2", body))
    for secret in (one for one in secrets if len(one) >= _SHORTEST_KEY):
        for written in {secret, quote(secret, safe=""), quote_plus(secret)}:
            body = body.replace(written.encode(), b"[key]")
    return body
