"""The night's sweep: who changed stage since the last one, and what has come nearer since.

It changes nothing but its own record. Its work follows what changed: a file is judged again only when an event touched it,
when its own next date has come, or when what every judgment rests on (policy, payers, lists) is another. What it finds is
kept before it is told, so that a run that is killed leaves it to the next; what was told is not told again.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from credkit import clock
from credkit.canonical import canonical
from credkit.checks.caqh import attested_until, caqh_profile
from credkit.checks.interface import Check
from credkit.committee.appeals import open_appeals
from credkit.committee.letters import owed
from credkit.committee.standing import standing
from credkit.policy import Policy
from credkit.records import CredentialKind, Payer, ProviderFile, RequirementState, Sweep
from credkit.status.assess import Assessment, Stage, assess
from credkit.status.duties import open_duties
from credkit.status.expiry import band_of, band_of_duty, end_of
from credkit.store import Store, new_id
from credkit.store.maintenance import Found, Swept
from credkit.verify.cycles import decisions_by

BATCH = 500
_OVER = frozenset({Stage.WITHDRAWN, Stage.TERMINATED, Stage.DENIED})


@dataclass(frozen=True, slots=True)
class Told:
    """What a sweep did: how many files it judged, and what it tells."""

    judged: int
    told: Sequence[Found]


def sweep(
    store: Store,
    policy: Policy,
    policy_on: Callable[[date], Policy],
    checks: Mapping[str, Check],
    *,
    on: date,
    progress: Callable[[int], None] = lambda _done: None,
) -> Told:
    """Sweep the store on a day, and return what is new since the last sweep."""
    last = store.last_sweep()
    head = store.log_head()[0]
    never = store.never_swept()
    if last and last.swept_on == on and head == last.after_event + 1 and not never:
        return Told(0, ())  # the day is the same, and the last event is that sweep's own
    payers = store.payers()
    context = _context(store, policy, payers)
    since = last.swept_on if last else None
    due = sorted(
        {
            *never,
            *store.swept_due(context, on),
            *(store.changed_since(last.after_event) if last else ()),
        }
    )
    judged = 0
    for start in range(0, len(due), BATCH):
        some = due[start : start + BATCH]
        with store.batch():
            before = store.swept(some)
            now: list[Swept] = []
            found: list[Found] = []
            for file in store.provider_files(some):
                judgment = assess(file, policy, on, checks, payers)
                now.append(_swept(judgment, policy, context))
                found += _changed(judgment, before.get(file.provider.npi), head)
                # What was recorded late may be in a band, or overdue, at once.
                found += _duty_bands(file, policy, on)
            store.keep_swept(now)
            store.keep_found(found)
            judged += len(now)
        progress(judged)
    with store.batch():
        store.keep_found(_nearer(store, policy, on, since))
        store.keep_found(_due(store, policy, policy_on, on))
        told = store.untold()
        if told or judged or last is None:
            counts: dict[str, int] = {}
            for one in told:
                counts[one.kind] = counts.get(one.kind, 0) + 1
            store.record_sweep(Sweep(new_id(), on, head, judged, counts, clock.stamp(clock.now()), store.actor))
    return Told(judged, told)


def _context(store: Store, policy: Policy, payers: Mapping[str, Payer]) -> str:
    """Name everything but the file that a judgment rests on."""
    lists = sorted({version.name: version.id for version in store.list_versions()}.items())
    screened = sorted((one.list, one.id) for one in store.screenings() if one.scope == "everyone" and not one.problem)
    known = [policy.sha256, lists, screened[-20:], sorted(repr(payer) for payer in payers.values())]
    return sha256(canonical(json.loads(json.dumps(known))).encode()).hexdigest()[:24]


def _swept(judgment: Assessment, policy: Policy, context: str) -> Swept:
    stands = judgment.standing
    stale = min(
        (
            one.valid_until + timedelta(days=1)
            for one in judgment.requirements
            if judgment.stage in {Stage.COMMITTEE, Stage.VERIFICATION}
            and one.state is RequirementState.MET
            and one.valid_until is not None
        ),
        default=None,
    )
    begins = None
    if stands.recredential_by and not judgment.round.open:
        begins = policy.windows.recredentialing_starts(stands.recredential_by)
    return Swept(
        judgment.file.provider.npi,
        context,
        judgment.on,
        judgment.next_change_on,
        judgment.stage,
        ", ".join(judgment.ready),
        stands.recredential_by,
        begins,
        stale,
    )


def _changed(judgment: Assessment, before: Swept | None, head: int) -> Iterator[Found]:
    """Say who changed stage, or may see clients in other states, since the last sweep, and why."""
    if before is None:
        return
    npi, name = judgment.file.provider.npi, judgment.file.provider.name
    ready = ", ".join(judgment.ready)
    if before.stage != judgment.stage:
        why = "; ".join(judgment.reasons[:2])
        what = f"{name}: {before.stage} -> {judgment.stage}{f' ({why})' if why else ''}"
    elif before.ready != ready:
        what = f"{name} may see clients in {ready or 'no state'}, before in {before.ready or 'none'}"
    else:
        return
    yield Found(f"stage:{npi}:{judgment.on}:{head}", "stage", npi, what, None, judgment.on)


def _nearer(store: Store, policy: Policy, on: date, since: date | None) -> Iterator[Found]:
    """Say what has come into another band of days since the last sweep: credentials, and CAQH attestations. The indexes
    answer which files to look at."""
    after = since or on - timedelta(days=1)
    npis: set[str] = set()
    for band in (0, *policy.expiry.bands):
        # A malpractice policy may end a day before its date, and what is good through its last day has ended the day after.
        npis |= set(store.expiring_between(after + timedelta(days=band - 1), on + timedelta(days=band + 1)))
    for line in policy.duties:
        for band in (0, *policy.expiry.bands):
            begin, end = after + timedelta(days=band - 1), on + timedelta(days=band + 1)
            npis |= set(store.duties_between(line.name, *line.done_between(begin, end)))
            npis |= set(store.duties_until(line.name, begin, end))
    windows = {policy.windows.caqh_attestation_days, *policy.windows.caqh_attestation_days_by_state.values()}
    for days in windows:
        for band in (0, *policy.reminders.caqh_bands):
            lag = timedelta(days=band - days)
            npis |= set(store.attested_between(after + lag - timedelta(days=1), on + lag))
    for file in store.provider_files(npis) if npis else ():
        yield from _bands(file, policy, on)


def _bands(file: ProviderFile, policy: Policy, on: date) -> Iterator[Found]:
    npi, name = file.provider.npi, file.provider.name
    for credential in file.credentials:
        ends = end_of(credential, file, policy, on)
        if credential.kind is CredentialKind.CAQH or ends is None:
            continue
        if band := band_of(credential, ends, policy, on):
            thing = " ".join(part for part in (credential.kind.replace("_", " "), credential.jurisdiction) if part)
            what = f"{name}: {thing} {'ended' if band == 'expired' else 'ends'} on {ends}"
            yield Found(
                f"expiry:{npi}:{credential.kind}:{credential.jurisdiction or ''}:{ends}:{band}",
                "expiry",
                npi,
                what,
                ends,
                on,
            )
    yield from _duty_bands(file, policy, on)
    profile = caqh_profile(file)
    until = attested_until(profile, file, policy) if profile else None
    if until is None:
        return
    left = (until - on).days
    near = (
        "overdue" if left < 0 else next((str(one) for one in sorted(policy.reminders.caqh_bands) if left <= one), None)
    )
    if near:
        what = f"{name}: CAQH {'was' if left < 0 else 'is'} to be attested by {until}"
        yield Found(f"caqh:{npi}:{until}:{near}", "caqh", npi, what, until, on)


def _duty_bands(file: ProviderFile, policy: Policy, on: date) -> Iterator[Found]:
    """Say which bands duties have come into, from the day on which each is asked for."""
    if not policy.duties or not file.duties:
        return
    npi, name, stands = file.provider.npi, file.provider.name, standing(file, policy, on)
    for duty in open_duties(file, policy, stands, on) if not stands.ended else ():
        if duty.due_on and (band := band_of_duty(duty.due_on, policy, on)):
            what = f"{name}: {duty.line.name} {'was' if band == 'expired' else 'is'} due by {duty.due_on}"
            yield Found(f"duty:{npi}:{duty.line.name}:{duty.due_on}:{band}", "duty", npi, what, duty.due_on, on)


def _due(store: Store, policy: Policy, policy_on: Callable[[date], Policy], on: date) -> Iterator[Found]:
    """Say what is due: recredentialing to open, verifications stale before the next meeting, lists too old, letters,
    appeals and conditions overdue. Each is told once."""
    yield from _recredentialing(store, on)
    coming = [one.held_on for one in store.meetings() if one.held_on >= on and one.status == "scheduled"]
    if coming:
        for one in store.swept_where("stale_on", coming[0]):
            what = (
                f"a verification of {one.npi} is out of its window on {one.stale_on}, before the meeting of {coming[0]}"
            )
            yield Found(f"stale:{one.npi}:{one.stale_on}:{coming[0]}", "stale", one.npi, what, one.stale_on, on)
    versions = {version.name: version for version in store.list_versions()}
    for name in policy.exclusions.lists:
        version = versions.get(name)
        oldest = on - timedelta(days=policy.windows.exclusion_list_max_age_days)
        if version is None:
            yield Found(f"list:{name}:none", "list", None, f"the list {name} is not loaded", None, on)
        elif version.published_on < oldest:
            what = f"the list {name} of {version.published_on} is too old"
            yield Found(f"list:{name}:{version.id}", "list", None, what, None, on)
    sent = {(one.decision_id, one.kind) for one in store.letters() if one.sent_on}
    # Older letters have been told.
    for file in store.provider_files(store.letters_open_since(on - timedelta(days=365))):
        for decision in decisions_by(file, on):
            due = owed(decision, file, policy_on(decision.decided_on))
            if due and due.due_on < on and (decision.id, due.kind) not in sent:
                what = f"{file.provider.name}: the {due.kind} letter was due on {due.due_on}"
                yield Found(f"letter:{decision.id}", "letter", file.provider.npi, what, due.due_on, on)
    for appeal in open_appeals(store, on):
        if appeal.hear_by < on:
            what = f"the appeal of {appeal.npi} was to be heard by {appeal.hear_by}"
            yield Found(f"appeal:{appeal.id}", "appeal", appeal.npi, what, appeal.hear_by, on)
    for condition in store.conditions():
        if condition.met_on is None and condition.due_on <= on:
            what = f"condition due: {condition.text} ({condition.owner})"
            yield Found(f"condition:{condition.id}", "condition", condition.npi, what, condition.due_on, on)


def _recredentialing(store: Store, on: date) -> Iterator[Found]:
    for one in store.swept_where("recredential_from", on):
        if one.stage not in _OVER:
            what = f"recredentialing of {one.npi} is to be opened (credkit recredential open {one.npi}): due by {one.recredential_by}"
            yield Found(
                f"recredential:{one.npi}:{one.recredential_by}", "recredential", one.npi, what, one.recredential_by, on
            )
