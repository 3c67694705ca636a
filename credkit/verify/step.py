"""The verification run: gather evidence, let the check judge, record the finding.

Sources are asked by a small pool of threads; the store is written by one. Findings are recorded as they come, so Ctrl-C
or a kill loses at most those in flight, and the next run takes up what is left.
"""

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from credkit import clock
from credkit.checks import CHECKS
from credkit.checks.interface import Check, as_verification
from credkit.lists.boards import PREFIX, BoardFiles
from credkit.lists.hits import new_hits
from credkit.lists.screening import Screener, list_evidence
from credkit.policy import Policy
from credkit.records import (
    BoardAnswer,
    CredentialKind,
    Evidence,
    EvidenceRecord,
    Finding,
    ListScreening,
    ProviderFile,
    Result,
    SourceRef,
    Verification,
)
from credkit.store import Store, new_id
from credkit.verify.plan import Due, due


class Source(Protocol):
    """An outside source that can be asked from several threads at once."""

    def look_up(self, key: str) -> Evidence:
        """Return what the source says of a key, or why it does not say."""
        ...


@dataclass(frozen=True, slots=True)
class Judged:
    """One check that was run: what was due, and the verification that was recorded (or would have been, again)."""

    due: Due
    verification: Verification
    recorded: bool


@dataclass(slots=True)
class Run:
    """What a run did. `troubles` are sources and lists that are set up and did not serve, in words, with how often;
    `by_hand` counts what is due and only a person can look up."""

    counts: dict[str, int] = field(default_factory=lambda: {result.value: 0 for result in Result})
    troubles: dict[str, int] = field(default_factory=dict)
    by_hand: int = 0

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
    workers: int = 8,
    outcome: Run,
    progress: Callable[[int], None] = lambda _done: None,
) -> Iterator[Judged]:
    """Run every check that is due for these providers (None: all), recording each finding, and yield them as they come.

    `sources` maps a source's name to the source; `outcome` is filled while the run goes on; `progress` is told how many
    providers are done.
    """
    gathering = _Gathering(store, sources)
    pool = ThreadPoolExecutor(max_workers=workers, thread_name_prefix="source")
    waiting: deque[_File] = deque()
    done = 0
    try:
        for file in store.provider_files(npis):
            dues = list(due(file, policy, on, checks, only=only, again=again))
            outcome.by_hand += sum(not item.check.automatic for item in dues)
            waiting.append(gathering.begin(pool, file, [item for item in dues if item.check.automatic]))
            # Enough files ahead to keep every thread asking, few enough to stay in flat memory.
            while len(waiting) > workers * 4 or (waiting and waiting[0].is_ready()):
                yield from _finish(store, policy, on, waiting.popleft(), gathering, outcome)
                done += 1
                progress(done)
        while waiting:
            yield from _finish(store, policy, on, waiting.popleft(), gathering, outcome)
            done += 1
            progress(done)
    finally:
        # After the last answer no thread is busy; when something stopped the run, nobody waits for those which are.
        pool.shutdown(wait=False, cancel_futures=True)


@dataclass(slots=True)
class _File:
    """One provider's file whose evidence is on its way."""

    file: ProviderFile
    due: Sequence[Due]
    asked: dict[SourceRef, Future[Evidence]]

    def is_ready(self) -> bool:
        return all(future.done() for future in self.asked.values())


class _Gathering:
    """Evidence for the checks of a file: from sources by threads, from loaded lists by the store."""

    def __init__(self, store: Store, sources: Mapping[str, Source]) -> None:
        self._store = store
        self._sources = sources
        self._screener = Screener(store)
        self._boards = BoardFiles(store)

    def begin(self, pool: ThreadPoolExecutor, file: ProviderFile, dues: Sequence[Due]) -> _File:
        asked = {
            ref: pool.submit(self._sources[ref.name].look_up, ref.key)
            for ref in dict.fromkeys(ref for item in dues for ref in item.needs)
            if ref.name in self._sources
        }
        return _File(file, dues, asked)

    def evidence(self, gathered: _File, policy: Policy, on: date) -> dict[SourceRef, Evidence]:
        evidence = {ref: future.result() for ref, future in gathered.asked.items()}
        for ref in dict.fromkeys(ref for item in gathered.due for ref in item.needs):
            if ref not in evidence:
                evidence[ref] = self._from_store(ref, gathered.file, policy, on) or _not_set_up(ref)
        return evidence

    def _from_store(self, ref: SourceRef, file: ProviderFile, policy: Policy, on: date) -> Evidence | None:
        if ref.name.startswith(PREFIX):
            return self._boards.look_up(ref)
        return self._from_list(ref, file, policy, on) if ref.name == "list" else None

    def _from_list(self, ref: SourceRef, file: ProviderFile, policy: Policy, on: date) -> Evidence:
        """Hold a person against the version in force of a list: its receipt, and the rows that might be them."""
        version = self._store.list_version(ref.key)
        if version is None:
            at = clock.stamp(clock.now())
            problem = f"the list {ref.key} is not loaded"
            named = ref.key in policy.exclusions.lists  # any other may be looked up by hand instead
            return Evidence(ref, f"list:{ref.key}", at, facts=ListScreening(None), problem=problem, configured=named)
        providers = [(file.provider, file.held(CredentialKind.LICENSE))]
        (screening,) = self._screener.screenings(providers, version, policy, on)
        record, body = list_evidence(file.provider.npi, screening, version)
        return Evidence(ref, version.address, record.fetched_at, body=body, sha256=record.sha256, facts=screening)


def _is_of_a_day(piece: Evidence) -> bool:
    """Say whether evidence is from a board's file, which speaks of the day on which it was published."""
    return isinstance(piece.facts, BoardAnswer) and piece.facts.as_of is not None


def _not_set_up(ref: SourceRef) -> Evidence:
    return Evidence(
        ref,
        f"{ref.name}:{ref.key}",
        clock.stamp(clock.now()),
        problem=f"the source {ref.name} is not set up",
        configured=False,
    )


def _finish(
    store: Store, policy: Policy, on: date, gathered: _File, gathering: _Gathering, outcome: Run
) -> Iterator[Judged]:
    evidence = gathering.evidence(gathered, policy, on)
    judged = []
    with store.batch():
        for item in gathered.due:
            used = {ref: evidence[ref] for ref in item.needs}
            finding = _judge(item, gathered.file, used, policy, on, outcome)
            one = _record(store, policy, on, gathered.file, item, finding, tuple(used.values()))
            if _is_left_to_a_person(item, finding, used.values()):
                outcome.by_hand += 1  # what the file shows is recorded; a run has no more to tell of it
                continue
            judged.append(one)
            outcome.note(one, used.values())
    yield from judged


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
    on: date,
    file: ProviderFile,
    item: Due,
    finding: Finding,
    evidence: Sequence[Evidence],
) -> Judged:
    records = [
        (
            EvidenceRecord(
                new_id(),
                file.provider.npi,
                piece.source.name,
                piece.source.key,
                piece.address,
                piece.fetched_at,
                piece.sha256,
                piece.problem,
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
        on=on,
        recorded_at=clock.stamp(clock.now()),
        actor=store.actor,
        evidence=[record for record, _body in records],
        policy_sha256=policy.sha256,
    )
    # So does a file that is older than today, until a newer one is loaded.
    if (finding.result is Result.UNAVAILABLE or finding.as_of) and _said_before(file, verification):
        return Judged(item, verification, recorded=False)
    screened = item.check.name == "exclusions"  # what another list says is no hit to resolve
    hits = [hit for piece in evidence for hit in new_hits(store, file, piece, on)] if screened else []
    store.record_verification(verification, records, hits=hits)
    return Judged(item, verification, recorded=True)


def _said_before(file: ProviderFile, verification: Verification) -> bool:
    """Say whether the last word on this subject was the same "no answer", on the same day, or from the same file where
    nobody was asked: once is enough."""
    history = [
        earlier
        for earlier in file.verifications
        if (earlier.check, earlier.subject) == (verification.check, verification.subject)
    ]
    return bool(history) and (
        history[-1].result,
        history[-1].summary,
        history[-1].claims,
        history[-1].verified_on if verification.evidence else None,
    ) == (
        verification.result,
        verification.summary,
        verification.claims,
        verification.verified_on if verification.evidence else None,
    )
