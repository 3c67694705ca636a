"""CAQH's files laid over the store, and ours marked as sent."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from credkit import clock
from credkit.caqh.profile import Profile, facts_of, read_profile
from credkit.caqh.roster import Line, read_roster
from credkit.caqh.status import Kind, Layout, Planned, RowOutcome, StatusRow, layout, plan, read_row
from credkit.errors import InputRejected, Refused, UsageError
from credkit.policy import Policy
from credkit.records import CaqhFile, CaqhProfile, Credential, ProviderFile, RosterRow
from credkit.store import Store, new_id
from credkit.tables.sheet import Sheet
from credkit.tables.trees import Tree

#: Rows a transaction: a kill costs the last batch, and loading the file again completes it.
BATCH = 500
#: Rows that were not taken: the load ends with the exit code of rejected input.
SET_ASIDE = frozenset({RowOutcome.CONFLICT, RowOutcome.NOBODY, RowOutcome.REJECTED})


@dataclass(frozen=True, slots=True)
class Loading:
    """A file being loaded: its kind, and what becomes of its rows, in order."""

    kind: Kind
    rows: Iterator[Planned]


def load(
    store: Store,
    sheet: Sheet,
    policy: Policy,
    *,
    organization_id: str,
    today: date,
    dry_run: bool = False,
    progress: Callable[[int], None] = lambda _done: None,
) -> Loading:
    """Lay a status export, a return roster or an exception file over the profiles on file.

    Raises InputRejected where the file is of another organization or has no header, UsageError where it names an
    organization and the settings none. Nothing is written then.
    """
    places = layout(sheet.header, sheet.source)
    rows = [
        replace(read, problems=(row.problem,)) if row.problem else read
        for row in sheet.rows
        for read in [read_row(row.number, row.cells, places)]
    ]
    _refuse_others(rows, organization_id, sheet.source)
    return Loading(places.kind, _loaded(store, sheet, rows, places, policy, today, dry_run, progress))


def load_profile(
    store: Store, tree: Tree, policy: Policy, *, today: date, dry_run: bool = False
) -> tuple[Planned, Profile]:
    """Keep a profile for comparison, and lay its day of attestation over the profile on file; the application stays as it
    is (`intake import` is what takes a profile in as a form).

    Raises InputRejected where the document is no profile.
    """
    facts = facts_of(tree)
    profile = read_profile(facts)
    with nullcontext() if dry_run else store.batch():
        ids = store.caqh_ids()
        row = _as_row(profile)
        npi = _npi(row, ids)
        file = next(store.provider_files([npi]), None) if npi else None
        planned = plan(row, file, policy, today)
        owner = ids.get(profile.caqh_id)
        if file and owner not in {None, npi}:
            planned = Planned(row, RowOutcome.CONFLICT, npi, f"the CAQH id {profile.caqh_id} is {owner}'s on file")
        kept = store.caqh_profile(npi) if npi else None
        if file and kept and kept.attested_on and profile.attested_on and profile.attested_on < kept.attested_on:
            planned = Planned(
                row, RowOutcome.OLDER, npi, f"the profile attested on {kept.attested_on} is on file already"
            )
        if npi and planned.outcome in {RowOutcome.CHANGED, RowOutcome.UNCHANGED} and not dry_run:
            if planned.profile:
                store.keep_caqh_state(
                    planned.profile if planned.profile.id else replace(planned.profile, id=new_id()), tree.sha256[:12]
                )
            keep_profile(store, npi, facts, source=tree.source, sha256=tree.sha256)
    return planned, profile


def keep_profile(store: Store, npi: str, facts: Mapping[str, Any], *, source: str, sha256: str) -> None:
    """Keep what a document says of a provider, once however often the same file is read."""
    last = store.caqh_profile(npi)
    if last is not None and last.sha256 == sha256:
        return
    read = read_profile(facts)
    store.keep_caqh_profile(
        CaqhProfile(
            new_id(), npi, read.caqh_id, read.attested_on, source, sha256, clock.stamp(clock.now()), store.actor, facts
        )
    )


def mark_sent(store: Store, sheet: Sheet, *, sent_on: date) -> list[Line]:
    """Keep the rows of a roster file as sent to CAQH: the next file tells what changed since.

    Raises InputRejected where the file cannot be read, Refused where this very file is kept as sent already.
    """
    lines = read_roster(sheet)
    with store.batch():
        if store.roster_sent(sheet.sha256):
            raise Refused(f"{sheet.source} is marked as sent already.")
        for line in lines:
            store.send_roster_row(
                RosterRow(
                    new_id(),
                    line.npi,
                    line.action,
                    sent_on,
                    sheet.source,
                    sheet.sha256,
                    clock.stamp(clock.now()),
                    store.actor,
                    line.fields,
                )
            )
    return lines


def _as_row(profile: Profile) -> StatusRow:
    """Return what a profile says of itself as a status file would."""
    return StatusRow(
        number=1,
        npi=profile.npi,
        caqh_id=profile.caqh_id or None,
        organization_id=None,
        first_name=profile.first_name,
        last_name=profile.last_name,
        date_of_birth=profile.date_of_birth,
        status=None,
        status_on=None,
        attested_on=profile.attested_on,
        state={"practice_state": profile.practice_state} if profile.practice_state else {},
        exception=None,
    )


def _refuse_others(rows: Iterable[StatusRow], organization_id: str, source: str) -> None:
    """Refuse a file of another organization: what is active on their roster says nothing of ours."""
    named = sorted({row.organization_id for row in rows if row.organization_id})
    if not named:
        return
    if not organization_id:
        raise UsageError(
            f"{source} is of organization {', '.join(named)}, and the settings do not say which one is yours.",
            hint="Set caqh_organization_id under [organization] in the settings file.",
        )
    if others := [one for one in named if one.lstrip("0") != organization_id.strip().lstrip("0")]:
        raise InputRejected(
            f"{source} is of organization {', '.join(others)}, and yours is {organization_id}: nothing was loaded.",
            hint="Export your own organization's file, or correct caqh_organization_id in the settings.",
        )


def _loaded(
    store: Store,
    sheet: Sheet,
    rows: Sequence[StatusRow],
    places: Layout,
    policy: Policy,
    today: date,
    dry_run: bool,
    progress: Callable[[int], None],
) -> Iterator[Planned]:
    ids = store.caqh_ids()
    twice = _two_ids(rows, ids)
    file_id = new_id()
    counts = dict.fromkeys(RowOutcome, 0)
    for start in range(0, len(rows), BATCH):
        some = rows[start : start + BATCH]
        with nullcontext() if dry_run else store.batch():
            files = {file.provider.npi: file for file in store.provider_files({_npi(row, ids) or "" for row in some})}
            done = []
            for row in some:
                npi = _npi(row, ids)
                planned = plan(row, files.get(npi or ""), policy, today)
                if planned.npi and planned.outcome is not RowOutcome.REJECTED and (said := twice.get(planned.npi)):
                    planned = Planned(row, RowOutcome.CONFLICT, planned.npi, said)
                if planned.profile and planned.npi:
                    kept = planned.profile if planned.profile.id else replace(planned.profile, id=new_id())
                    files[planned.npi] = _with(files[planned.npi], kept)
                    if not dry_run:
                        store.keep_caqh_state(kept, file_id)
                counts[planned.outcome] += 1
                done.append(planned)
        yield from done
        progress(start + len(some))
    if not dry_run:
        aside = sum(counts[outcome] for outcome in SET_ASIDE)
        changed = counts[RowOutcome.CHANGED] + counts[RowOutcome.REFUSED]
        store.load_caqh_file(
            CaqhFile(
                file_id,
                places.kind,
                sheet.source,
                sheet.sha256,
                len(rows),
                len(rows) - aside,
                changed,
                clock.stamp(clock.now()),
                store.actor,
            )
        )


def _npi(row: StatusRow, ids: dict[str, str]) -> str | None:
    return row.npi or ids.get(row.caqh_id or "")


def _two_ids(rows: Iterable[StatusRow], ids: dict[str, str]) -> dict[str, str]:
    """Return whom the file, or the file and the store, give two CAQH ids, or whose id is another's: NPI to a sentence."""
    given: dict[str, set[str]] = defaultdict(set)
    said: dict[str, str] = {}
    for row in rows:
        npi = _npi(row, ids)
        if npi is None or row.caqh_id is None:
            continue
        given[npi].add(row.caqh_id)
        owner = ids.get(row.caqh_id)
        if owner is not None and owner != npi:
            said[npi] = f"the CAQH id {row.caqh_id} is {owner}'s on file: ask both providers which is theirs"
    for npi, numbers in given.items():
        if len(numbers) > 1:
            said[npi] = (
                f"the file has several CAQH ids for one NPI ({', '.join(sorted(numbers))}): ask the provider which it is"
            )
    return said


def _with(file: ProviderFile, profile: Credential) -> ProviderFile:
    """Return the file as it stands after a row, for the next row of the same provider."""
    return replace(file, credentials=(*(one for one in file.credentials if one.id != profile.id), profile))
