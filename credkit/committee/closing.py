"""The docket frozen before a meeting, and files pulled from it that stopped being what the committee was to see."""

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from hashlib import sha256

from credkit import clock
from credkit.canonical import canonical
from credkit.checks.interface import Check
from credkit.committee.convening import meeting_of, refuse_attested, room
from credkit.committee.docket import CLEAN, track
from credkit.committee.gate import is_met
from credkit.committee.voting import carried
from credkit.errors import Refused
from credkit.policy import Policy
from credkit.records import CredentialKind, DocketEntry, Meeting, MeetingStatus, ProviderFile, RequirementState
from credkit.store import Store, new_id
from credkit.verify.cycles import ended
from credkit.verify.requirements import everything_asked


@dataclass(frozen=True, slots=True)
class Ready:
    """One file that is ready for a meeting; `sha256` is of what the committee sees of it."""

    npi: str
    kind: str
    track: str
    reasons: tuple[str, ...]
    states: tuple[str, ...]
    sha256: str


def close(store: Store, held_on: date, ready: Sequence[Ready], *, today: date) -> tuple[Meeting, list[DocketEntry]]:
    """Freeze the docket of a meeting: from now on it decides these files and no others.

    The hash is over every entry, in the order of their NPIs: what was on the docket can be shown later. Raises Refused
    where it is closed already, or the meeting was cancelled or attested. A file that is on the closed docket of another
    meeting stays there, until that meeting is over without having decided it.
    """
    with store.batch():
        meeting = meeting_of(store, held_on)
        refuse_attested(meeting)
        if meeting.status is MeetingStatus.CANCELLED:
            raise Refused(f"The meeting of {held_on} was cancelled.")
        if meeting.closed_at:
            raise Refused(f"The docket of {held_on} is closed since {meeting.closed_at}.")
        elsewhere = _of_others(store, meeting, {one.npi for one in ready}, today)
        ready = [one for one in ready if one.npi not in elsewhere]
        entries = [
            DocketEntry(
                new_id(),
                meeting.id,
                one.npi,
                one.kind,
                one.track,
                one.reasons,
                one.states,
                one.sha256,
                claims_sha256=claims_of(store.provider_file(one.npi)),
            )
            for one in sorted(ready, key=lambda one: one.npi)
        ]
        closed = replace(meeting, closed_at=clock.stamp(clock.now()), docket_sha256=digest(entries))
        store.close_docket(closed, entries)
    return closed, entries


def _of_others(store: Store, meeting: Meeting, npis: Collection[str], today: date) -> set[str]:
    """Return whose files of these are on another meeting's closed docket: none can be decided at two. One that an earlier
    meeting had its day for, and carried no motion on, is pulled from there and goes to this one. (An appeal is another matter
    than what the provider applied for since.)"""
    found = set()
    for other in store.meetings():
        over = other.status is MeetingStatus.CANCELLED or other.attested_at is not None
        if other.id == meeting.id or not other.closed_at or over or other.panel != meeting.panel:
            continue
        done = {one.npi for one in store.decisions_of(other.id)}
        there = room(store, other)
        for entry in store.docket(other.id):
            if entry.npi not in npis or entry.pulled_at or entry.npi in done:
                continue
            if other.held_on < min(meeting.held_on, today) and not (
                entry.npi in there.motions and carried(there.tally(entry.npi))
            ):
                why = f"not decided there: it goes to the meeting of {meeting.held_on}"
                store.pull_file(replace(entry, pulled_at=clock.stamp(clock.now()), pulled_because=why))
            else:
                found.add(entry.npi)
    return found


def digest(entries: Sequence[DocketEntry]) -> str:
    """Return the SHA-256 over a docket: each file's NPI, kind, track, reasons, states, and the hash of what is seen."""
    lines = [[one.npi, one.kind, one.track, one.reasons, one.states, one.sha256] for one in entries]
    return sha256(canonical(sorted(lines)).encode()).hexdigest()


def claims_of(file: ProviderFile) -> str:
    """Return the SHA-256 of what a provider claims: person, application, credentials and work history. (Not the CAQH profile,
    which changes with every attestation.)"""
    said = [
        asdict(file.provider),
        asdict(file.application) if file.application else None,
        [asdict(one) for one in file.credentials if one.kind is not CredentialKind.CAQH],
        [asdict(one) for one in file.work_history],
    ]
    return sha256(json.dumps(said, default=str, sort_keys=True).encode()).hexdigest()


def pull_changed(store: Store, meeting: Meeting, policy: Policy, checks: Mapping[str, Check]) -> list[DocketEntry]:
    """Pull from a closed docket every file that is not decided yet and is not what it was: no longer clean, no longer
    ready, or ended. Each is pulled for good, with the reason; it comes back at a later meeting."""
    # A panel hears what was denied or ended: that a file is not ready is what is appealed.
    if not meeting.closed_at or meeting.attested_at or meeting.panel == "appeal":
        return []
    with store.batch():
        decided = {decision.npi for decision in store.decisions_of(meeting.id)}
        waiting = {
            entry.npi: entry for entry in store.docket(meeting.id) if not entry.pulled_at and entry.npi not in decided
        }
        pulled = []
        for file in store.provider_files(waiting):
            entry = waiting[file.provider.npi]
            if why := _decided_since(file, meeting) or _why_pull(file, entry, policy, checks, meeting.held_on):
                out = replace(entry, pulled_at=clock.stamp(clock.now()), pulled_because=why)
                store.pull_file(out)
                pulled.append(out)
    return pulled


def _decided_since(file: ProviderFile, meeting: Meeting) -> str | None:
    """Say what was decided elsewhere since the docket was closed."""
    since = meeting.closed_at or ""
    found = [one for one in file.decisions if one.recorded_at > since and one.meeting_id != meeting.id]
    return f"{found[-1].outcome} on {found[-1].decided_on}, since the docket was closed" if found else None


def _why_pull(
    file: ProviderFile, entry: DocketEntry, policy: Policy, checks: Mapping[str, Check], on: date
) -> str | None:
    if over := ended(file, on):
        return f"{over.outcome} on {over.decided_on}"
    if entry.claims_sha256 and entry.claims_sha256 != claims_of(file):
        return "what the provider claims has changed since the docket was closed"
    judged = everything_asked(file, policy, on, checks, deciding=True)
    unready = [
        f"{one.name}: {one.state}"
        for one in judged
        if (one.jurisdiction is None or one.jurisdiction in entry.states)
        and not is_met(one)
        and one.state is not RequirementState.REVIEW
    ]
    if unready:
        return f"not ready any more: {'; '.join(unready)}"
    now = track(file, judged, policy, on)
    if entry.track == CLEAN and now.name != CLEAN:
        return f"not clean any more: {'; '.join(now.reasons)}"
    # A review that was accepted since is no more to weigh than it was.
    known = {_about(reason) for reason in entry.reasons}
    if more := [reason for reason in now.reasons if _about(reason) not in known]:
        return f"there is more to weigh than the docket said: {'; '.join(more)}"
    return None


def _about(reason: str) -> str:
    """Return what a reason is about: the same whether a review waits or was accepted."""
    return reason.removesuffix(": under review").removesuffix(": review accepted")
