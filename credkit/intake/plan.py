"""What one row of a form would do to the store: new, changed field by field, unchanged, in conflict, or rejected.

Pure: a row and the file as it stands give the plan. A blank cell never erases what is on file; only `provider edit`
does. What contradicts who somebody is, or what they signed later, is a conflict for a person to settle.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from typing import Any

from credkit.intake.clean import CleanForm, FieldError, folded
from credkit.policy import Windows
from credkit.records import (
    Credential,
    CredentialKind,
    Cycle,
    CycleKind,
    Disclosure,
    Provider,
    ProviderFile,
    WorkEntry,
)
from credkit.screening.names import fold

#: A date of birth is compared, and never shown.
WITHHELD = "withheld"

_CREDENTIAL_FACTS = ("number", "issuer", "issued_on", "effective_on", "expires_on")
#: What is on a CAQH profile on file only by CAQH's own word.
BY_CAQH = frozenset({"attested_per_caqh", "status_on", "practice_state"})
_ONE_OF_A_KIND = {CredentialKind.MALPRACTICE, CredentialKind.CAQH, CredentialKind.EDUCATION}


class RowOutcome(StrEnum):
    """What becomes of a row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    CONFLICT = "conflict"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Change:
    """One fact, as it was and as the row has it, both as text."""

    field: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What a file would hold after a form: and every change on the way."""

    provider: Provider
    credentials: tuple[Credential, ...]
    work_history: tuple[WorkEntry, ...]
    disclosures: Mapping[str, Disclosure]
    changes: tuple[Change, ...]


def merge(form: CleanForm, before: ProviderFile | None, new_id: Callable[[], str]) -> Facts:
    """Lay a form over a file. Values not given stay; credentials and positions keep their ids where they are the same."""
    npi = form.npi
    was = before.provider if before else None
    provider = (
        replace(was, **{**form.fields, "former_names": _former_names(form, was)})
        if was
        else Provider(npi, **form.fields)
    )
    held = before.credentials if before else ()
    credentials = _merge_credentials(form.credentials, held, npi, new_id)
    old_work = before.work_history if before else ()
    work_history = _merge_work(form.work_history, old_work, npi, new_id) if form.work_history else old_work
    disclosures = _disclosures(form, before)
    changes: list[Change] = []
    if before:
        changes.extend(provider_changes(before.provider, provider))
        changes.extend(_credential_changes(before.credentials, credentials))
        if work_history != old_work:
            changes.append(Change("work_history", _entries(old_work), _entries(work_history)))
        changes.extend(_application_changes(form, before, disclosures))
    return Facts(provider, credentials, work_history, disclosures, tuple(changes))


def conflict(form: CleanForm, before: ProviderFile) -> FieldError | None:
    """Say why a row must not be laid over a file: it is somebody else, or it was signed before what is on file."""
    stranger = _another_person(form, before.provider)
    if stranger:
        return stranger
    other = _another_profile(form, before)
    if other:
        return other
    on_file = before.application.signed_on if before.application else None
    if on_file is None:
        return None
    if form.signed_on is None:
        if merge(form, before, str).changes:
            return FieldError(
                "signed_on",
                f"this row bears no signature date, and the application on file was signed on {on_file}: "
                "add the date it was signed, or change single facts with `credkit provider edit`",
            )
        return None
    if form.signed_on < on_file:
        return FieldError(
            "signed_on", f"signed on {form.signed_on}, before the application on file, signed on {on_file}"
        )
    return None


def first_cycle(npi: str, today: date, new_id: Callable[[], str]) -> Cycle:
    """Return the cycle that a first application opens."""
    return Cycle(new_id(), npi, CycleKind.INITIAL, today)


def opens_cycle(
    form: CleanForm, before: ProviderFile | None, windows: Windows, today: date, new_id: Callable[[], str]
) -> Cycle | None:
    """Return the cycle that an application opens: the first one; anew after a denial, withdrawal or termination; or a
    recredentialing, where it was signed when the approval was due for one, or had lapsed (NCQA CR 4)."""
    if before is None or not before.cycles:
        return first_cycle(form.npi, today, new_id)
    # What still waits for a second person leaves its cycle open.
    decided = [one for one in before.decisions if not one.needs_second or one.id in before.confirmations]
    if before.cycles[-1].closed_on is None or not decided or form.signed_on is None:
        return None
    last = decided[-1]
    if last.outcome.ends:
        return first_cycle(form.npi, today, new_id) if form.signed_on > last.decided_on else None
    approved = [one for one in decided if one.outcome.approves and one.cycle_id == before.cycles[-1].id]
    if approved:
        ends_on = windows.recredential_by(min(one.decided_on for one in approved), before.leaves)
        if form.signed_on >= windows.recredentialing_starts(ends_on):
            return Cycle(new_id(), form.npi, CycleKind.RECREDENTIALING, today)
    return None


def _former_names(form: CleanForm, was: Provider) -> tuple[str, ...]:
    """Return every name that was ever given, and the one that this form changes (the last name alone, or with another
    first name the whole): exclusion lists know people by the name they had then."""
    first, last = str(form.fields["first_name"]), str(form.fields["last_name"])
    left = () if fold(last) == fold(was.last_name) else (was.last_name,)
    if not _alike(fold(first), fold(was.first_name)):
        left = (f"{was.first_name} {was.last_name}",)
    names = {fold(name): name for name in (*was.former_names, *form.fields.get("former_names", ()), *left)}
    names.pop(fold(last), None)
    return tuple(names.values()) if names.keys() - set(map(fold, was.former_names)) else was.former_names


def _another_person(form: CleanForm, provider: Provider) -> FieldError | None:
    born = form.fields.get("date_of_birth")
    if born and provider.date_of_birth and born != provider.date_of_birth:
        return FieldError(
            "date_of_birth", f"is not the date of birth on file for {provider.npi}: two people, or a typo"
        )
    names = {fold(name) for name in (provider.last_name, *provider.former_names)}
    given = {fold(name) for name in (str(form.fields["last_name"]), *form.fields.get("former_names", ()))}
    known = names & given or any(name in former for name in given for former in names if len(name) > 1)
    same_first = _alike(fold(str(form.fields["first_name"])), fold(provider.first_name))
    same_birth = bool(born) and born == provider.date_of_birth
    if (known and same_first) or (same_birth and (known or same_first)):
        return None  # of two names and the day of birth, two agree
    return FieldError(
        "first_name" if known else "last_name",
        f"{provider.npi} is on file as {provider.name}: two people with one NPI, or a new name "
        "(give it with the date of birth, name the old last name in former_names, or use `credkit provider edit`)",
    )


def _another_profile(form: CleanForm, before: ProviderFile) -> FieldError | None:
    """Say that a form is of another CAQH profile than the one on file, where CAQH itself has told of either: one NPI has one
    CAQH id, and only the provider knows which."""
    for held in before.held(CredentialKind.CAQH):
        for new in form.credentials:
            if new.kind is not held.kind or not new.number or not held.number or new.number == held.number:
                continue
            if BY_CAQH & {*new.details, *held.details}:
                return FieldError(
                    "caqh_id",
                    f"is {new.number}, and the file has {held.number}: ask the provider which it is, and correct it with "
                    f"`credkit provider edit {form.npi} --set caqh_id=... --reason TEXT`",
                )
    return None


def _alike(one: str, other: str) -> bool:
    """Say whether two first names could be one: the same, or one the beginning of the other (an initial, a short form)."""
    return one.startswith(other) or other.startswith(one)


def _merge_credentials(
    given: Sequence[Credential], held: Sequence[Credential], npi: str, new_id: Callable[[], str]
) -> tuple[Credential, ...]:
    """Match what the form names with what is held; what it does not name stays."""
    if not held:
        return tuple(_named(new, new_id(), npi) for new in given)
    merged = {credential.id: credential for credential in held}
    unmatched = list(held)
    added: list[Credential] = []
    pairs = _paired(given, unmatched)
    for new, old in pairs:
        if old is None:
            added.append(_named(new, new_id(), npi))
        else:
            merged[old.id] = _overlaid(new, old)
    return (*merged.values(), *added)


def _named(new: Credential, id_: str, npi: str) -> Credential:
    # Spelled out: `replace` takes five times as long, and an import names a hundred thousand.
    return Credential(
        id_,
        npi,
        new.kind,
        new.jurisdiction,
        new.number,
        new.issuer,
        new.issued_on,
        new.effective_on,
        new.expires_on,
        new.details,
    )


def _paired(given: Sequence[Credential], held: list[Credential]) -> Iterator[tuple[Credential, Credential | None]]:
    """Pair each given credential with the held one it is: the same number, or else the only one of its kind there."""
    left = []
    for new in given:
        # Of several terms of one malpractice policy, the form speaks of the one with a day that it names, or of the last.
        same = max(
            (old for old in held if _place(old) == _place(new) and _mark(old) == _mark(new)),
            key=lambda old: (_shares_a_day(old, new), old.expires_on or date.min),
            default=None,
        )
        if same:
            held.remove(same)
            yield new, same
        else:
            left.append(new)
    for new in left:
        rivals = [other for other in left if _place(other) == _place(new)]
        there = [old for old in held if _place(old) == _place(new)]
        if len(rivals) == 1 and (len(there) == 1 or (there and new.kind in _ONE_OF_A_KIND)):
            held.remove(there[-1])
            yield new, there[-1]
        else:
            yield new, None


def _shares_a_day(old: Credential, new: Credential) -> bool:
    pairs = ((old.effective_on, new.effective_on), (old.expires_on, new.expires_on))
    return any(first is not None and first == then for first, then in pairs)


def _place(credential: Credential) -> tuple[str | None, ...]:
    """Say where a credential belongs: a license in its state, a certification at its board, one malpractice policy."""
    if credential.kind in _ONE_OF_A_KIND:
        return (credential.kind,)
    if credential.kind is CredentialKind.BOARD_CERTIFICATION:
        return (credential.kind, folded(credential.issuer))
    return (credential.kind, credential.jurisdiction)


def _mark(credential: Credential) -> str | None:
    """Return what tells a credential from the others in its place: its number, or a certification's specialty."""
    if credential.kind is CredentialKind.BOARD_CERTIFICATION:
        return folded(credential.details.get("specialty"))
    return folded(credential.number)


def _overlaid(new: Credential, old: Credential) -> Credential:
    if _mark(new) and _mark(old) and _mark(new) != _mark(old):
        # Another policy, license or profile: nothing of the old one is known of it.
        return _named(_still_refused(new, old), old.id, old.npi)
    given = {name: value for name in _CREDENTIAL_FACTS if (value := getattr(new, name)) is not None}
    details = {**old.details, **{name: value for name, value in new.details.items() if value is not None}}
    return replace(old, **given, details=details)


def _still_refused(new: Credential, old: Credential) -> Credential:
    """Return another CAQH profile with what CAQH made of our roster row, which is of the person: it stays until CAQH takes a
    row."""
    if new.kind is not CredentialKind.CAQH or "roster_exception" not in old.details:
        return new
    return replace(new, details={"roster_exception": old.details["roster_exception"], **new.details})


def _merge_work(
    given: Sequence[WorkEntry], held: Sequence[WorkEntry], npi: str, new_id: Callable[[], str]
) -> tuple[WorkEntry, ...]:
    """Take the form's history whole; an entry that was there keeps its id. What stands twice in the form is one entry."""
    known = {_said(entry): entry for entry in held}
    taken = tuple(
        known.get(said) or WorkEntry(new_id(), npi, *said) for said in dict.fromkeys(_said(entry) for entry in given)
    )
    return tuple(held) if set(taken) == set(held) else taken


def _said(entry: WorkEntry) -> tuple[str, date, date | None, str | None, str | None, str | None]:
    return entry.kind, entry.started_on, entry.ended_on, entry.employer, entry.role, entry.explanation


def _disclosures(form: CleanForm, before: ProviderFile | None) -> Mapping[str, Disclosure]:
    """Return the answers that stand: a new signature stands for its own answers alone."""
    on_file = before.application if before else None
    if on_file is None or (form.signed_on and form.signed_on != on_file.signed_on):
        return dict(form.disclosures)
    answers = dict(on_file.disclosures)
    for key, given in form.disclosures.items():
        told = answers.get(key)
        if told is None or told.answer != given.answer or given.explanation is not None:
            answers[key] = given
    return answers


def provider_changes(was: Provider, now: Provider) -> Iterator[Change]:
    """Name every fact of a provider that differs, as it was and as it is; a date of birth is withheld."""
    for field in fields(Provider):
        before, after = getattr(was, field.name), getattr(now, field.name)
        if before != after:
            if field.name == "date_of_birth":
                yield Change(field.name, WITHHELD if before else None, WITHHELD if after else None)
            else:
                yield Change(field.name, _text(before), _text(after))


def _credential_changes(was: Sequence[Credential], now: Sequence[Credential]) -> Iterator[Change]:
    before = {credential.id: credential for credential in was}
    for credential in now:
        place = ".".join(part for part in (credential.kind, credential.jurisdiction) if part)
        old = before.get(credential.id)
        if old == credential:
            continue
        for name in _CREDENTIAL_FACTS:
            first, then = getattr(old, name) if old else None, getattr(credential, name)
            if first != then:
                yield Change(f"{place}.{name}", _text(first), _text(then))
        for name in sorted({*credential.details, *(old.details if old else ())}):
            first, then = old.details.get(name) if old else None, credential.details.get(name)
            if first != then:
                yield Change(f"{place}.{name}", _text(first), _text(then))


def _application_changes(
    form: CleanForm, before: ProviderFile, disclosures: Mapping[str, Disclosure]
) -> Iterator[Change]:
    on_file = before.application
    answered = on_file.disclosures if on_file else {}
    for key in sorted({*answered, *disclosures}):
        was, now = answered.get(key), disclosures.get(key)
        if _answer(was) != _answer(now):
            yield Change(f"disclosure.{key}", _answer(was), _answer(now))
        if _explained(was) != _explained(now):
            yield Change(f"disclosure.{key}_explanation", _explained(was), _explained(now))
    for name in ("signed_name", "signed_on"):
        first, then = getattr(on_file, name) if on_file else None, getattr(form, name)
        if then is not None and first != then:
            yield Change(name, _text(first), _text(then))


def _answer(disclosure: Disclosure | None) -> str | None:
    if disclosure is None or disclosure.answer is None:
        return None
    return "yes" if disclosure.answer else "no"


def _explained(disclosure: Disclosure | None) -> str | None:
    return disclosure.explanation if disclosure else None


def _entries(entries: Iterable[WorkEntry]) -> str:
    return "; ".join(
        f"{entry.employer or entry.kind}{f' ({said})' if (said := entry.role or entry.explanation) else ''} "
        f"{entry.started_on} to {entry.ended_on or 'now'}"
        for entry in entries
    )


def _text(value: Any) -> str | None:
    if value is None or value == ():
        return None
    if isinstance(value, tuple):
        return "; ".join(map(str, value))
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
