"""What people rule of the rows that resemble a provider: the queue, the rulings, and a second person's word.

Each ruling is read and written in one transaction, and the provider is screened again in it, so that the finding says
what was ruled (OIG's special advisory bulletin, 2013: a hit on a name is confirmed before anybody acts on it).
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from credkit import clock
from credkit.checks.exclusions import screened
from credkit.errors import Refused, UsageError
from credkit.lists.actors import same_actor
from credkit.lists.receipts import Tally
from credkit.lists.screening import Screener, record_finding, screen_everyone, with_licenses
from credkit.policy import Policy
from credkit.records import (
    Confirmation,
    Credential,
    Document,
    Hit,
    ListVersion,
    Provider,
    ProviderFile,
    Resolution,
    Ruling,
    Verification,
    entry_digest,
)
from credkit.screening.identity import of_entry, of_person, person_digest, person_of
from credkit.screening.score import compare
from credkit.screening.verdict import Candidate, unusable
from credkit.store import Store, new_id
from credkit.store.screening import SHORTEST


@dataclass(frozen=True, slots=True)
class OpenHit:
    """A hit that nobody has settled: the provider with the licenses they hold, the row as it stands in the version in
    force and how it is weighed today.

    `born` says how the dates of birth compare ("same", "different", "unknown", ...). `undetermined` is the ruling after
    which it stays open; `asked` the one that waits for a second person.
    """

    hit: Hit
    provider: Provider
    licenses: tuple[Credential, ...]
    version: ListVersion
    candidate: Candidate
    born: str
    undetermined: Resolution | None = None
    asked: Resolution | None = None


def open_hits(
    store: Store, policy: Policy, on: date, *, npis: Collection[str] | None = None, name: str | None = None
) -> list[OpenHit]:
    """Return the hits to work, newest and strongest first: those which screening today would raise, and that no ruling
    has settled.

    A hit whose row has left the list, or whose provider goes by other facts now, is none any more. A version that is too
    old to clear anybody is worked all the same.
    """
    known = {
        (hit.npi, hit.list, hit.entry, hit.person): hit
        for hit in store.hits()
        if (npis is None or hit.npi in npis) and name in {None, hit.list}
    }
    asked = {one.hit_id: one for one in waiting(store)}
    screener = Screener(store)
    found: dict[str, OpenHit] = {}
    for listed in dict.fromkeys(hit.list for hit in known.values()):
        version = store.list_version(listed)
        assert version is not None  # what was screened against is never taken away
        for chunk in with_licenses(store, {hit.npi for hit in known.values() if hit.list == listed}):
            for (provider, licenses), screening in zip(
                chunk, screener.screenings(chunk, version, policy, on), strict=True
            ):
                file = ProviderFile(provider, credentials=tuple(licenses))
                person = person_of(provider, licenses)
                result, _finding = screened(file, screening, version, on)
                for one in result.candidates:
                    hit = known.get((provider.npi, listed, entry_digest(one.entry), person_digest(person)))
                    ruling = one.resolution
                    if hit is None or hit.id in found or one.verdict not in {"match", "possible"}:
                        continue
                    if ruling is not None and ruling.ruling is not Ruling.UNDETERMINED:
                        continue
                    born = compare(of_person(person), of_entry(one.entry)).levels["date_of_birth"]
                    found[hit.id] = OpenHit(
                        hit, provider, file.credentials, version, one, born, ruling, asked.get(hit.id)
                    )
    return sorted(
        found.values(),
        key=lambda one: (-one.hit.found_on.toordinal(), one.candidate.verdict != "match", -one.candidate.score),
    )


def waiting(store: Store) -> list[Resolution]:
    """Return the rulings that wait for a second person, oldest first: each the last on its hit, and not confirmed."""
    confirmed = store.confirmations()
    last = {one.hit_id: one for one in store.resolutions()}
    return [one for one in last.values() if one.needs_second and one.id not in confirmed]


def requests(store: Store) -> list[tuple[Resolution, Provider]]:
    """Return the rulings that a second person can confirm, with whom they are about: those that wait, where neither the
    row nor the person has changed since."""
    found = []
    for one in waiting(store):
        provider, version = _sides(store, one)
        if not _changed(store, one, provider, version):
            found.append((one, provider))
    return found


def shortest(ids: Iterable[str]) -> dict[str, str]:
    """Return the shortest beginning of each id that names it alone, of six characters or more."""
    ordered = sorted(set(ids))
    alike = [0, *(_shared(one, other) for one, other in pairwise(ordered)), 0]
    return {
        one: one[: max(SHORTEST, before + 1, after + 1)]
        for one, before, after in zip(ordered, alike, alike[1:], strict=False)
    }


def _shared(one: str, other: str) -> int:
    return next(
        (place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


# --- ruling -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ruled:
    """A ruling on a hit. `counts` is False while a second person has to confirm it; then, and where the list is too old
    to clear anybody (`trouble` says so), there is no `finding` yet."""

    resolution: Resolution
    hit: Hit
    provider: Provider
    counts: bool
    confirmation: Confirmation | None = None
    finding: Verification | None = None
    trouble: str | None = None


def resolve(
    store: Store,
    policy: Policy,
    beginning: str,
    ruling: Ruling,
    reason: str,
    *,
    document: Callable[[str], Document] | None = None,
    today: date,
) -> Ruled:
    """Record a person's ruling on the hit whose id begins so, with the reason and the paper that shows it
    (`document` takes it in for an NPI, once there is a hit to rule on).

    Where it counts at once the provider is screened again; where the policy asks for a second person it waits. A later
    ruling takes the place of an earlier one. Raises UsageError where no hit is meant; Refused where the row or the
    person has changed since, so that it is another hit now.
    """
    if not reason.strip():
        raise UsageError("A ruling needs its reason.")
    with store.batch():
        hit = store.hit(beginning)
        provider, version = _still(store, hit)
        kept = document(hit.npi) if document else None
        resolution = Resolution(
            id=new_id(),
            hit_id=hit.id,
            npi=hit.npi,
            list=hit.list,
            entry=hit.entry,
            person=hit.person,
            ruling=ruling,
            reason=reason.strip(),
            document=kept.sha256 if kept else None,
            needs_second=ruling in policy.exclusions.second_person,
            resolved_on=today,
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
        )
        store.resolve_hit(resolution, kept)
        if resolution.needs_second:
            return Ruled(resolution, hit, provider, counts=False)
        finding, trouble = _screen_again(store, policy, provider, version, ruling, today)
        return Ruled(resolution, hit, provider, counts=True, finding=finding, trouble=trouble)


def confirm(store: Store, policy: Policy, beginning: str, *, today: date) -> Ruled:
    """Let another's ruling count, named by the beginning of its own id or its hit's, and screen the provider again.

    Raises UsageError where nothing that waits is meant; Refused to whoever asked for it, and where a later ruling has
    taken its place or the row or the person has changed since.
    """
    with store.batch():
        resolution = _asked_for(store, beginning)
        hit = next(one for one in store.hits(resolution.npi) if one.id == resolution.hit_id)
        if same_actor(store, resolution.actor, store.actor):
            raise Refused(
                f"{resolution.actor} ruled it, and another person has to confirm it.",
                hint="Ask a colleague to look at it and to run `credkit confirm` under their own name.",
            )
        provider, version = _still(store, hit)
        confirmation = Confirmation(
            id=new_id(),
            kind="resolution",
            record_id=resolution.id,
            npi=resolution.npi,
            confirmed_on=today,
            recorded_at=clock.stamp(clock.now()),
            actor=store.actor,
        )
        store.confirm(confirmation)
        finding, trouble = _screen_again(store, policy, provider, version, resolution.ruling, today)
        return Ruled(resolution, hit, provider, True, confirmation, finding, trouble)


def _asked_for(store: Store, beginning: str) -> Resolution:
    start = beginning.strip().lower()
    if len(start) < SHORTEST:
        raise UsageError(f"{beginning!r} is too short: give {SHORTEST} characters or more.", hint="`credkit confirm`")
    found = [one for one in waiting(store) if one.id.startswith(start) or one.hit_id.startswith(start)]
    if len(found) == 1:
        return found[0]
    if found:
        raise UsageError(f"More than one ruling that waits is named by {beginning!r}.", hint="Give more of its id.")
    confirmed = store.confirmations()
    for one in reversed(store.resolutions()):
        if one.id.startswith(start) or one.hit_id.startswith(start):
            counts = not one.needs_second or one.id in confirmed
            why = "counts already" if counts else "was followed by a later ruling, which took its place"
            raise Refused(f"The ruling {one.ruling} by {one.actor} {why}: there is nothing to confirm.")
    raise UsageError(f"Nothing that waits is named by {beginning!r}.", hint="`credkit confirm` lists what waits.")


def _still(store: Store, hit: Hit) -> tuple[Provider, ListVersion]:
    """Return whom a hit is about and the version in force, where both sides are what they were when it was found."""
    provider, version = _sides(store, hit)
    if changed := _changed(store, hit, provider, version):
        raise Refused(
            changed,
            hint=f"`credkit screen run {hit.npi}` screens anew, and `credkit screen review` shows what there is now.",
        )
    return provider, version


def _sides(store: Store, hit: Hit | Resolution) -> tuple[Provider, ListVersion]:
    provider, version = store.provider(hit.npi), store.list_version(hit.list)
    assert provider is not None
    assert version is not None
    return provider, version


def _changed(store: Store, hit: Hit | Resolution, provider: Provider, version: ListVersion) -> str:
    """Say which side of a hit, or of a ruling on one, is another now; "" for neither."""
    if person_digest(person_of(provider)) != hit.person:
        return f"The name, date of birth or NPI of {hit.npi} has changed since this hit was found."
    if not store.list_holds(version, hit.entry):
        return f"The row of this hit does not stand in the {hit.list} list that is in force."
    return ""


def _screen_again(
    store: Store, policy: Policy, provider: Provider, version: ListVersion, ruling: Ruling, today: date
) -> tuple[Verification | None, str | None]:
    """Screen a provider against one list after a ruling: the finding, or why there is none.

    A list that is too old clears nobody. A match on it is a match all the same.
    """
    old = unusable(version, policy.windows.exclusion_list_max_age_days, today)
    if not old:
        work = screen_everyone(store, policy, [version.name], npis=[provider.npi], today=today, tally=Tally())
        (one,) = work
        return one.verification, None
    trouble = f"{provider.npi} was not screened again against {version.name}: {old}"
    if ruling is not Ruling.MATCH:
        return None, trouble
    (chunk,) = with_licenses(store, [provider.npi])
    (screening,) = Screener(store).screenings(chunk, version, policy, today)
    ((_provider, licenses),) = chunk
    file = ProviderFile(provider, credentials=tuple(licenses))
    result, finding = screened(file, screening, version, today)
    if result.outcome != "match":  # the row no longer excludes
        return None, trouble
    return record_finding(store, policy, provider, screening, version, finding, today), None
