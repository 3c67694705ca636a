"""Two files of one person made one: what the second held moves to the first, and its NPI becomes an alias.

Nothing that anybody decided or verified is carried over: it was of another NPI. It stays on record under it.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from credkit import clock
from credkit.committee.standing import standing
from credkit.errors import Refused, UsageError
from credkit.intake.clean import folded
from credkit.lists.rulings import waiting
from credkit.policy import Policy
from credkit.records import (
    Alias,
    Credential,
    CredentialKind,
    EventKind,
    Leave,
    MonitoringEvent,
    Owner,
    Provider,
    ProviderFile,
    Result,
    Verification,
    WorkEntry,
)
from credkit.screening.names import fold
from credkit.store import Store, new_id
from credkit.store.maintenance import Moved
from credkit.verify.cycles import waiting as unconfirmed

#: Facts of a provider that the duplicate may fill where the other's are empty.
_FILLED = (
    "middle_name", "suffix", "date_of_birth", "gender", "email", "phone", "address_1", "address_2", "city", "state", "zip",
    "profession", "taxonomy", "specialty",
)  # fmt: skip


def merge(store: Store, duplicate: str, into: str, policy: Policy, *, reason: str, today: date, dry_run: bool) -> Moved:
    """Move what a duplicate's file holds into another's; return what moves (or would).

    Raises UsageError where it is one file, or there is none; Refused, with every reason, where they could be two people, or
    something of the duplicate is not settled that would be lost from sight.
    """
    if duplicate == into:
        raise UsageError("A file is not merged into itself.")
    with store.batch():
        old, new = store.provider_file(duplicate), store.provider_file(into)
        wrong = [*_two_people(old.provider, new.provider), *_unsettled(store, old, new, policy, today)]
        if wrong:
            raise Refused(f"{duplicate} is not merged into {into}.", details=wrong)
        moved = _moved(store, old, new, reason, today)
        if not dry_run:
            for link in store.portal_links(duplicate):
                if link.revoked_at is None:
                    store.revoke_link(link)
            store.merge(moved)
    return moved


def _two_people(old: Provider, new: Provider) -> Iterator[str]:
    """Say what speaks for two people: another date of birth, another name; where one has no date, another first name."""
    if old.date_of_birth and new.date_of_birth and old.date_of_birth != new.date_of_birth:
        yield "their dates of birth differ"
    last = {fold(name) for name in (old.last_name, *old.former_names)}
    if not last & {fold(name) for name in (new.last_name, *new.former_names)}:
        yield f"their names differ: {old.name}, {new.name} (name the old last name in former_names, if it is one)"
    if not (old.date_of_birth and new.date_of_birth) and fold(old.first_name) != fold(new.first_name):
        yield f"their names differ: {old.name}, {new.name}, and a date of birth is missing"


def _unsettled(store: Store, old: ProviderFile, new: ProviderFile, policy: Policy, today: date) -> Iterator[str]:
    """Say what must be settled first: nothing that speaks against somebody may leave the day's work by a merger."""
    npi, into = old.provider.npi, new.provider.npi
    stands = standing(old, policy, today)
    if stands.approvals:
        yield (
            f"{npi} is approved: merge {into} into it, or end the approval first with `credkit provider withdraw {npi}`"
        )
    against = [one for one in old.decisions if one.outcome.ends and one.decided_by not in {"provider", "staff"}]
    yield from (f"{npi} was {one.outcome} by the {one.decided_by} on {one.decided_on}" for one in against)
    if unconfirmed(old):
        yield f"an approval of {npi} waits for a second person: credkit confirm"
    open_ = [one for one in old.enrollments if not one.status.closed]
    if open_:
        yield (
            f"{len(open_)} enrollments of {npi} are open, and payers know them by that NPI: `credkit enroll terminate "
            f"--provider {npi} --ended DATE --reason TEXT`"
        )
    signed = old.application.signed_on if old.application else None
    kept = new.application.signed_on if new.application else None
    if signed and (kept is None or signed > kept):
        yield f"the application of {npi}, signed on {signed}, is the newer one: take in that form under {into} first"
    yield from _found_against(old, new)
    yield from _away(old, new, today)
    if any(one.npi == npi for one in waiting(store)):
        yield f"a ruling on {npi} waits for a second person: credkit confirm"
    if any(one.npi == npi for one in store.submissions()):
        yield f"what {npi} sent by the portal waits: credkit intake list"


def _found_against(old: ProviderFile, new: ProviderFile) -> Iterator[str]:
    """Say what was found against the duplicate last, and not looked at since under the NPI that stays. A source that could not
    be asked takes nothing back. An NPI fails of itself where it was typed wrong, and what is judged from the form is of that form.
    """
    npi, into = old.provider.npi, new.provider.npi
    looked_at = {(one.check, one.subject): one.recorded_at for one in _answered(new)}
    for one in {(one.check, one.subject): one for one in _answered(old)}.values():
        if one.result is Result.PASS:
            continue
        if one.check == "exclusions":
            yield f"{npi} may be on the list {one.subject}: `credkit screen review {npi}`"
        elif (
            one.check != "npi"
            and one.method != "file"
            and looked_at.get((one.check, one.subject), "") <= one.recorded_at
        ):
            yield (
                f"{one.check} {one.subject}".rstrip()
                + f" of {npi} ended in {one.result} on {one.verified_on}: verify it anew "
                f"under {into} first"
            )


def _answered(file: ProviderFile) -> Iterator[Verification]:
    return (one for one in file.verifications if one.result is not Result.UNAVAILABLE)


def _away(old: ProviderFile, new: ProviderFile, today: date) -> Iterator[str]:
    """Say which leave of the duplicate cannot move, because another of the file that stays ends before it."""
    for one in _still_away(old, today):
        others = [other for other in new.leaves if one.covers(other.started_on) or other.covers(one.started_on)]
        if others and not any(_lasts_as_long(other, one) for other in others):
            yield (
                f"{old.provider.npi} is on {one.kind} leave from {one.started_on}, back on {one.returns_on}, and "
                f"{new.provider.npi} on another that ends before: `credkit recredential extend {new.provider.npi}`"
            )


def _still_away(file: ProviderFile, today: date) -> list[Leave]:
    return [one for one in file.leaves if one.returns_on is None or one.returns_on > today]


def _lasts_as_long(other: Leave, one: Leave) -> bool:
    """Say whether another leave keeps somebody away on every day of this one."""
    return other.started_on <= one.started_on and (
        other.returns_on is None or (one.returns_on is not None and one.returns_on <= other.returns_on)
    )


def _moved(store: Store, old: ProviderFile, new: ProviderFile, reason: str, today: date) -> Moved:
    npi, into = old.provider.npi, new.provider.npi
    held = {_marks(one) for one in new.credentials}
    has_caqh = bool(new.held(CredentialKind.CAQH))  # a person has one profile
    worked = {_marks_of_work(one) for one in new.work_history}
    names = {one.id: new_id() for one in old.filings}
    owner = store.owners().get(npi) if into not in store.owners() else None
    return Moved(
        alias=Alias(npi, into, today, reason, clock.stamp(clock.now()), store.actor),
        provider=_facts(old.provider, new.provider),
        credentials=[
            replace(one, npi=into)
            for one in old.credentials
            if _marks(one) not in held and not (has_caqh and one.kind is CredentialKind.CAQH)
        ],
        work_history=[replace(one, npi=into) for one in old.work_history if _marks_of_work(one) not in worked],
        events=[
            *(replace(one, npi=into) for one in store.monitoring_events(npi)),
            *_answers_that_differ(old, new, store.actor, today),
        ],
        suspensions=[replace(one, npi=into) for one in old.suspensions],
        leaves=[
            replace(one, npi=into)
            for one in _still_away(old, today)
            if not any(_lasts_as_long(other, one) for other in new.leaves)
        ],
        filings=[replace(one, id=names[one.id], npi=into) for one in old.filings],
        filing_reviews=[
            replace(one, id=new_id(), filing_id=names[one.filing_id], npi=into)
            for one in old.filing_reviews
            if one.filing_id in names
        ],
        notes=[replace(one, id=new_id(), npi=into) for one in store.notes(npi)],
        duties=[replace(one, id=new_id(), npi=into) for one in old.duties],
        owner=Owner(into, owner, today, store.actor) if owner else None,
    )


def _answers_that_differ(old: ProviderFile, new: ProviderFile, actor: str, today: date) -> Iterator[MonitoringEvent]:
    """Bring before the committee what the duplicate's form answered with yes, and the form that stays does not: an answer is
    signed and moves to no other form."""
    if old.application is None:
        return
    given = new.application.disclosures if new.application else {}
    told = {
        question: disclosure.explanation
        for question, disclosure in old.application.disclosures.items()
        if disclosure.answer and not (question in given and given[question].answer)
    }
    if not told:
        return
    answers = "; ".join(question + (f" ({explained})" if explained else "") for question, explained in told.items())
    yield MonitoringEvent(
        id=new_id(),
        npi=new.provider.npi,
        kind=EventKind.OTHER,
        happened_on=today,
        text=f"A form of {old.provider.npi}, merged into this file, answered yes where this one does not: {answers}",
        source=f"the application of {old.provider.npi}, signed on {old.application.signed_on or 'no day'}",
        for_committee=True,
        recorded_at=clock.stamp(clock.now()),
        actor=actor,
    )


def _facts(old: Provider, new: Provider) -> Provider:
    """Return the facts of the file that stays, with what it lacks, and every name that the other knew."""
    filled = {name: getattr(old, name) for name in _FILLED if getattr(new, name) is None}
    if any(getattr(new, name) for name in ("address_1", "city", "state", "zip")):
        # Half an address of each would be of neither.
        filled = {name: value for name, value in filled.items() if name not in {"address_1", "address_2", "city", "state", "zip"}}  # fmt: skip
    names = {fold(name): name for name in (*new.former_names, *old.former_names, old.last_name)}
    names.pop(fold(new.last_name), None)
    former = tuple(names.values()) if names.keys() - set(map(fold, new.former_names)) else new.former_names
    return replace(new, former_names=former, **filled)


def _marks(one: Credential) -> tuple[str | None, ...]:
    return one.kind, one.jurisdiction, folded(one.number), folded(one.issuer) if one.number is None else None


def _marks_of_work(one: WorkEntry) -> tuple[str, date, str | None]:
    return one.kind, one.started_on, folded(one.employer)
