"""The verification run: gather evidence, let the check judge, record the finding.

Sources are asked by a small pool of threads; the store is written by one. Findings are recorded as they come, so Ctrl-C
or a kill loses at most those in flight, and the next run takes up what is left.
"""

import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from itertools import islice

from credkit import clock
from credkit.checks import CHECKS
from credkit.checks.interface import Check, as_verification
from credkit.lists.hits import new_hits
from credkit.policy import Policy
from credkit.records import (
    BoardAnswer,
    Evidence,
    EvidenceRecord,
    Finding,
    ProviderFile,
    Result,
    SourceRef,
    Verification,
)
from credkit.store import Store, new_id
from credkit.verify.changes import changes, finding_before
from credkit.verify.gathering import Asking, Gathered, Gathering, Manner, Source, Use
from credkit.verify.plan import Due, due

#: So many files are read, and claimed, at once.
_AT_ONCE = 32
#: So many files are recorded together, at the most.
TOGETHER = 64
#: For how long a run waits for what another one holds, and how often it looks.
_PATIENCE, _LOOK = 600.0, 0.25


@dataclass(frozen=True, slots=True)
class Judged:
    """One check that was run: what was due, and the verification that was recorded (or would have been, again).
    `changes` says how it differs from the finding before it on the same subject."""

    due: Due
    verification: Verification
    recorded: bool
    changes: tuple[str, ...] = ()


@dataclass(slots=True)
class Run:
    """What a run did. `troubles` are sources and lists that are set up and did not serve, in words, with how often;
    `by_hand` counts what is due and only a person can look up, `left` the providers whom another run was still asking
    about when this one ended; `sources` is what each source did."""

    counts: dict[str, int] = field(default_factory=lambda: {result.value: 0 for result in Result})
    troubles: dict[str, int] = field(default_factory=dict)
    by_hand: int = 0
    left: int = 0
    sources: dict[str, Use] = field(default_factory=dict)

    def note(self, judged: Judged, evidence: Iterable[Evidence]) -> None:
        """Count one finding, and the sources that failed it."""
        self.counts[judged.verification.result.value] += 1
        if judged.verification.result is Result.UNAVAILABLE:
            for piece in evidence:
                if piece.configured and (piece.problem or piece.source.name == "list" or _is_of_a_day(piece)):
                    # A list, or a board's file, that answered and left the check undone was too old.
                    trouble = piece.problem
                    if trouble and piece.source.name != "list":
                        trouble = f"{piece.source.name}: {trouble}"
                    self.trouble(trouble or judged.verification.summary)

    def trouble(self, words: str) -> None:
        """Note that something which is set up did not serve: the run is incomplete."""
        self.troubles[words] = self.troubles.get(words, 0) + 1


def _is_of_a_day(piece: Evidence) -> bool:
    """Say whether evidence is from a board's file, which speaks of the day on which it was published."""
    return isinstance(piece.facts, BoardAnswer) and piece.facts.as_of is not None


def run(
    store: Store,
    policy: Policy,
    sources: Mapping[str, Source],
    checks: Mapping[str, Check],
    *,
    npis: Iterable[str] | None,
    on: date,
    only: Collection[str] = (),
    again: bool = False,
    askings: Mapping[str, Asking] | None = None,
    manner: Manner | None = None,
    outcome: Run,
    progress: Callable[[int], None] = lambda _done: None,
    waits: Callable[[int], None] = lambda _others: None,
) -> Iterator[Judged]:
    """Run every check that is due for these providers (None: all), recording each finding, and yield them as they come.

    `sources` maps a source's name to the source, `askings` how each is asked; `outcome` is filled while the run goes on;
    `progress` is told how many providers are done. A provider whom another run is asking about is left to it, and looked
    at again in the end; `waits` is told, once, how many of them it has to wait for.
    """
    gathering = Gathering(store, sources, askings or {}, manner or Manner())
    outcome.sources = gathering.uses
    waiting: deque[Gathered] = deque()
    ahead = max(_AT_ONCE, gathering.lanes * 6)
    done = 0
    try:
        with store.run_of_its_own() as name:
            work = _Work(store, gathering, policy, checks, name, on, only, again=again)

            def finish(ready: Sequence[Gathered]) -> Iterator[Judged]:
                nonlocal done
                yield from _finish(store, policy, on, ready, gathering, outcome, name)
                done += len(ready)
                progress(done)

            for file, dues in work.files(store.all_npis() if npis is None else sorted(set(npis))):
                outcome.by_hand += sum(not item.check.automatic for item in dues)
                waiting.append(gathering.begin(file, [item for item in dues if item.check.automatic], on))
                # Enough files ahead to keep every thread asking, few enough to stay in flat memory.
                if len(waiting) >= ahead:
                    yield from finish(_ready(waiting))
            while waiting:
                yield from finish(_ready(waiting))
            for file, dues in work.left_by_others(waits):
                outcome.by_hand += sum(not item.check.automatic for item in dues)
                yield from finish([gathering.begin(file, [item for item in dues if item.check.automatic], on)])
            outcome.left = len(work.others)
    finally:
        gathering.close()


class _Work:
    """The files to verify, some at a time, each claimed before a source is asked about it."""

    def __init__(
        self,
        store: Store,
        gathering: Gathering,
        policy: Policy,
        checks: Mapping[str, Check],
        run: str,
        on: date,
        only: Collection[str],
        *,
        again: bool,
    ) -> None:
        self._store = store
        self._gathering = gathering
        self._run = run
        self._plan = partial(due, policy=policy, on=on, checks=checks, only=only, again=again)
        self.others: list[str] = []

    def files(self, npis: Iterable[str]) -> Iterator[tuple[ProviderFile, list[Due]]]:
        """Return each file that is not another run's, with what is due."""
        for some in _some(npis):
            yield from self._claimed(some)

    def left_by_others(self, waits: Callable[[int], None]) -> Iterator[tuple[ProviderFile, list[Due]]]:
        """Return what is due of those whom another run held, when that has ended: nothing, if it did its work."""
        until = time.monotonic() + _PATIENCE
        told = False
        while self.others and time.monotonic() < until:
            held, self.others = self.others, []
            for some in _some(held):
                yield from self._claimed(some)
            if self.others:
                if not told:
                    waits(len(self.others))
                    told = True
                time.sleep(_LOOK)

    def _due(self, file: ProviderFile) -> list[Due]:
        return list(self._plan(file))

    def _claimed(self, npis: Sequence[str]) -> Iterator[tuple[ProviderFile, list[Due]]]:
        head = self._store.log_head()
        read = [(file, self._due(file)) for file in self._store.provider_files(npis)]
        asking = [file.provider.npi for file, dues in read if self._gathering.asks(dues)]
        if asking:
            with self._store.batch():
                mine = set(self._store.claim(self._run, asking))
                unchanged = self._store.log_head() == head
            others = [npi for npi in asking if npi not in mine]
            self.others += others
            if not unchanged:
                # Another run may have recorded what was due when these were read.
                read = [(file, self._due(file)) for file in self._store.provider_files(npis)]
            read = [(file, dues) for file, dues in read if file.provider.npi not in set(others)]
        yield from read


def _some(npis: Iterable[str]) -> Iterator[list[str]]:
    left = iter(npis)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _ready(waiting: deque[Gathered]) -> list[Gathered]:
    """Wait for the first of those that wait, and take it with all behind it that are ready too: a slow source's answers
    are recorded one by one as they come, a quick one's some at a time, since each time costs a wait for the disk."""
    waiting[0].wait()
    ready = [waiting.popleft()]
    while waiting and len(ready) < TOGETHER and waiting[0].is_ready():
        ready.append(waiting.popleft())
    return ready


def _finish(
    store: Store,
    policy: Policy,
    on: date,
    ready: Sequence[Gathered],
    gathering: Gathering,
    outcome: Run,
    name: str,
) -> Iterator[Judged]:
    """Judge and record files whose evidence is there, in one transaction."""
    judged: list[Judged] = []
    with store.batch():
        gathering.screen(ready, policy, on)
        for gathered in ready:
            judged += _verify(store, policy, on, gathered, gathering, outcome)
        store.release(name, [one.file.provider.npi for one in ready if one.asked or one.held])
    yield from judged


def _verify(
    store: Store, policy: Policy, on: date, gathered: Gathered, gathering: Gathering, outcome: Run
) -> Iterator[Judged]:
    if not gathered.due:
        return
    evidence = gathering.evidence(gathered, policy)
    recorded = store.recorded_since(gathered.file)
    for item in gathered.due:
        if (item.check.name, item.subject.key) in recorded:
            continue  # another run was quicker: what it found stands
        used = {ref: evidence[ref] for ref in item.needs}
        finding = gathering.told(_judge(item, gathered.file, used, policy, on, outcome))
        asked = [piece for ref, piece in used.items() if ref.name != "list" and not piece.problem]
        day = min((gathering.day_of(piece, on) for piece in asked), default=on)
        one = _record(store, policy, day, gathered.file, item, finding, tuple(used.values()), on)
        if _is_left_to_a_person(item, finding, used.values()):
            outcome.by_hand += 1  # what the file shows is recorded; a run has no more to tell of it
            continue
        outcome.note(one, used.values())
        yield one


def _is_left_to_a_person(item: Due, finding: Finding, evidence: Iterable[Evidence]) -> bool:
    """Say whether no source that is set up was asked, and the file alone proves nothing."""
    asked = any(piece.configured for piece in evidence)
    return finding.result is Result.UNAVAILABLE and item.check.by_hand and not asked


def _judge(
    item: Due, file: ProviderFile, used: Mapping[SourceRef, Evidence], policy: Policy, on: date, outcome: Run
) -> Finding:
    try:
        finding = item.check.judge(item.subject, file, used, policy, on)
        if not isinstance(finding, Finding):
            raise TypeError("a check gives a Finding")  # noqa: TRY301 - said once, with the other ways to break
    except Exception as error:
        if item.check.name in CHECKS:
            raise
        # What breaks in an organization's own check nobody here can foresee, and it must not cost everybody else the
        # night's run. It is never a pass: the requirement stays as it was, and the run ends incomplete. Only the error's
        # type is told, because its text may name a person.
        words = f"The organization's own check {item.check.name} broke: {type(error).__name__}."
        outcome.trouble(words)
        return Finding(Result.UNAVAILABLE, words)
    return finding


def _record(
    store: Store,
    policy: Policy,
    day: date,
    file: ProviderFile,
    item: Due,
    finding: Finding,
    evidence: Sequence[Evidence],
    on: date,
) -> Judged:
    records = [
        (
            EvidenceRecord(
                piece.kept_as or new_id(),
                file.provider.npi,
                piece.source.name,
                piece.source.key,
                piece.address,
                piece.fetched_at,
                piece.sha256,
                piece.problem,
                piece.stated_on,
            ),
            piece.body,
        )
        for piece in evidence
    ]
    verification = as_verification(
        finding,
        item.subject,
        id=new_id(),
        npi=file.provider.npi,
        on=day,
        recorded_at=clock.stamp(clock.now()),
        actor=store.actor,
        evidence=[record for record, _body in records],
        policy_sha256=policy.sha256,
    )
    if held := [piece for piece in evidence if piece.kept_as]:
        fetched = ", ".join(f"{piece.source.name} as of {piece.fetched_at}" for piece in held)
        verification = replace(verification, note=f"Nobody was asked again: {fetched}.")
    before = finding_before(file.verifications, verification)
    differs = changes(before, verification) if before else ()
    if _said_before(file, verification, of_a_day=finding.as_of is not None):
        return Judged(item, verification, recorded=False, changes=differs)
    screened = item.check.name == "exclusions"  # what another list says is no hit to resolve
    hits = [hit for piece in evidence for hit in new_hits(store, file, piece, on)] if screened else []
    kept = {piece.kept_as for piece in evidence if piece.kept_as}
    store.record_verification(verification, records, hits=hits, kept=kept)
    return Judged(item, verification, recorded=True, changes=differs)


def _said_before(file: ProviderFile, verification: Verification, *, of_a_day: bool) -> bool:
    """Say whether the last word on this subject was the very same: the same "no answer" on the same day, or where nobody
    was asked; the same words of a file that is older than today (`of_a_day`); or the same finding from the same evidence.
    Once is enough."""
    history = [
        earlier
        for earlier in file.verifications
        if (earlier.check, earlier.subject) == (verification.check, verification.subject)
    ]
    if not history:
        return False
    last = history[-1]
    if (last.result, last.summary, last.claims) != (verification.result, verification.summary, verification.claims):
        return False
    if last.verified_on != verification.verified_on and (verification.evidence or of_a_day):
        return False
    if verification.result is Result.UNAVAILABLE or of_a_day:
        return True
    return bool(verification.evidence) and (last.evidence, last.comparisons, last.expires_on, last.policy_sha256) == (
        verification.evidence, verification.comparisons, verification.expires_on, verification.policy_sha256
    )  # fmt: skip
