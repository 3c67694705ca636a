"""A claimed license held against a board's records of its number: which of them is this person's, and what it says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from credkit.records import BoardAnswer, BoardName, BoardRecord, Comparison, Credential, Provider
from credkit.reference.license_numbers import same_number
from credkit.reference.licenses import LicenseKind, is_privilege, license_kind, license_status
from credkit.reference.professions import profession_of
from credkit.screening.names import (
    FORMER_NAME,
    Likeness,
    PersonName,
    claimed_names,
    halves,
    person_name,
    readings,
    same_person_name,
)
from credkit.screening.nicknames import full_forms

Closeness = Literal["same", "variant", "near", "different"]
Fit = Literal["own", "unknown", "other"]

_RANK: dict[Closeness, int] = {"same": 0, "variant": 1, "near": 2, "different": 3}
_FITS: dict[Fit, int] = {"own": 0, "unknown": 1, "other": 2}
#: First names that begin with the same letters may be spellings of one.
_SPELLED_ALIKE = 3


@dataclass(slots=True)
class Told:
    """What a board's records tell: reasons to fail, reasons to look closer, and each field compared. `record` is the
    license taken, None where there is none of this person's."""

    record: BoardRecord | None = None
    fails: list[str] = field(default_factory=list)
    reviews: list[str] = field(default_factory=list)
    comparisons: list[Comparison] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Row:
    """One record, with how close its name is to the provider's and how its kind fits the profession."""

    record: BoardRecord
    closeness: Closeness
    how: str
    kind: LicenseKind
    fit: Fit

    @property
    def name(self) -> str:
        return " or ".join(name.text for name in self.record.names if name.text) or "nobody"


def hold(answer: BoardAnswer, claimed: Credential, provider: Provider, board: str, on: date) -> Told:
    """Hold a claimed license against a board's answer, on a day. `board` is the board's name, for sentences."""
    told = Told()
    number = claimed.number or ""
    records = [record for record in answer.records if same_number(number, record.number)]
    if not records:
        gone = "" if answer.complete else "; one that has ended may be missing from what it publishes"
        told.fails.append(f"the {board} has no license {number}{gone}")
        told.comparisons.append(Comparison("number", number, None, agrees=False))
        return told
    licenses = [record for record in records if not is_privilege(record.license_type)]
    if not licenses:
        told.fails.append(
            f"what the {board} has under {number} is a privilege under a compact ({records[0].license_type}), not a license"
        )
        return told
    rows = [_row(record, provider, answer.state) for record in licenses]
    own = _own(rows)
    if not own:
        nearest = min(rows, key=lambda row: _FITS[row.fit])
        told.fails.append(f"license {number} belongs to someone else: the {board} has it as {nearest.name}'s")
        told.comparisons.append(Comparison("number", number, nearest.record.number, agrees=True))
        told.comparisons.append(Comparison("name", provider.name, nearest.name, agrees=False))
        return told
    row = _in_force(own, answer.state, board, told)
    told.record = row.record
    told.comparisons.append(Comparison("number", number, row.record.number, agrees=True))
    _name(row, provider, told)
    _kind(row, claimed, provider, answer.state, told)
    _status(row.record, answer.state, board, told)
    _days(row.record, claimed, board, on, told)
    _discipline([row, *(one for one in own if one is not row)], told)
    told.reviews += [f"the {board}'s record cannot be read whole: {doubt}" for doubt in row.record.doubts]
    return told


# --- whose, and which -----------------------------------------------------------------------------------------------


def _row(record: BoardRecord, provider: Provider, state: str) -> _Row:
    found = [reading for name in record.names for reading in _readings(name)]
    likeness = same_person_name(claimed_names(provider), found)
    closeness, how = _closeness(likeness, provider, found)
    kind = license_kind(state, record.license_type)
    profession = profession_of(provider.profession)
    fit: Fit = "other"
    if not kind.families or profession is None:
        fit = "unknown"
    elif profession.family in kind.families:
        fit = "own"
    return _Row(record, closeness, how, kind, fit)


def _readings(name: BoardName) -> Sequence[PersonName]:
    if name.whole:
        return readings(name.whole)
    return [person_name(name.first, name.last, name.middle, name.suffix)] if name.text else []


def _closeness(likeness: Likeness, provider: Provider, found: Iterable[PersonName]) -> tuple[Closeness, str]:
    if likeness.level == "same":
        return "same", ""
    if likeness.level == "variant":
        return "variant", likeness.how
    names = claimed_names(provider)
    for name in found:
        for claimed in (names.current, *names.former):
            if len(name.first) > 1 and name.first == claimed.first:
                return "near", "another last name, such as a maiden name, that is not on file"
            lasts = {claimed.last, *halves(claimed.last)} & {name.last, *halves(name.last)}
            if lasts - {""} and _may_be_one(claimed.first, name.first):
                return "near", "another form of the first name"
    return "different", ""


def _may_be_one(one: str, other: str) -> bool:
    begins = min(len(one), len(other)) >= _SPELLED_ALIKE and one[:_SPELLED_ALIKE] == other[:_SPELLED_ALIKE]
    return begins or bool(full_forms(one) & full_forms(other))


def _own(rows: Sequence[_Row]) -> list[_Row]:
    """Return the rows that are this person's: of the closest name, and of those the profession that fits best.

    A name that is only near is no reason to take another profession's license: a number is given out once in each.
    """
    ours = [row for row in rows if row.closeness in {"same", "variant"}]
    ours = ours or [row for row in rows if row.closeness == "near" and row.fit != "other"]
    if not ours:
        return []
    fit = min(_FITS[row.fit] for row in ours)
    return [row for row in ours if _FITS[row.fit] == fit]


def _in_force(own: Sequence[_Row], state: str, board: str, told: Told) -> _Row:
    """Return the live one of a license's rows, else the one that ends last. A license that was replaced leaves its twin
    behind; two that live are for a person."""
    live = [row for row in own if license_status(state, row.record.status) in {"active", "restricted", "unknown"}]
    if len(live) > 1:
        told.reviews.append(
            f"the {board} has {len(live)} live rows for license {live[0].record.number}: "
            + ", ".join(f"{row.record.license_type or 'no type'} {row.record.status}".strip() for row in live)
        )
    ordered = sorted(live or own, key=lambda row: (-_RANK[row.closeness], row.record.expires_on or date.min))
    return ordered[-1]


# --- what it says ---------------------------------------------------------------------------------------------------


def _name(row: _Row, provider: Provider, told: Told) -> None:
    told.comparisons.append(Comparison("name", provider.name, row.name, agrees=row.closeness == "same"))
    if row.closeness == "same":
        return
    if row.how.startswith(FORMER_NAME):
        more = row.how.removeprefix(FORMER_NAME).strip(", ")
        told.reviews.append(f"the license is under a former name, {row.name}" + (f" ({more})" if more else ""))
    else:
        told.reviews.append(f"the license is under {row.name} ({row.how})")


def _kind(row: _Row, claimed: Credential, provider: Provider, state: str, told: Told) -> None:
    text = row.record.license_type
    asked = str(claimed.details.get("type") or provider.profession or "")
    told.comparisons.append(Comparison("type", asked or None, text or None, agrees=row.fit == "own"))
    if row.fit == "other":
        told.fails.append(
            f"license {row.record.number} is of another profession: {text}, not that of {_a(provider.profession or 'provider')}"
        )
    elif row.fit == "unknown":
        if profession_of(provider.profession) is None:
            told.reviews.append(
                f"{provider.profession or 'the provider'} is no profession we know, and the license is {text}"
            )
        else:
            told.reviews.append(f"{text or 'no type'} is no kind of license that we know for {state}")
    elif row.kind.level == "dependent":
        told.reviews.append(f"{_a(row.kind.abbreviation)} ({text}) may not practice independently in {state}")
    elif row.kind.level == "unknown":
        told.reviews.append(
            f"whether {_a(row.kind.abbreviation)} ({text}) may practice independently in {state} is not known"
        )


def _a(abbreviation: str) -> str:
    """Return an abbreviation with its article, as its first letter is spoken: "an LCSW", "a PA"."""
    return f"{'an' if abbreviation[:1].upper() in 'AEFHILMNORSX' else 'a'} {abbreviation}"


def _status(record: BoardRecord, state: str, board: str, told: Told) -> None:
    status = license_status(state, record.status)
    told.comparisons.append(Comparison("status", "active", record.status or None, agrees=status == "active"))
    if status in {"expired", "other"}:
        told.fails.append(f"the {board} has license {record.number} as {record.status}")
    elif status == "restricted":
        told.reviews.append(f"the {board} has license {record.number} restricted: {record.status}")
    elif status == "unknown":
        what = f"as {record.status}, a status that we do not know" if record.status else "without a status"
        told.reviews.append(f"the {board} has license {record.number} {what}")


def _days(record: BoardRecord, claimed: Credential, board: str, on: date, told: Told) -> None:
    ends, said = record.expires_on, claimed.expires_on
    told.comparisons.append(
        Comparison(
            "expires",
            said.isoformat() if said else None,
            ends.isoformat() if ends else None,
            agrees=ends is not None and said in {None, ends},
        )
    )
    if record.issued_on is not None and record.issued_on > on:
        told.fails.append(f"the {board} has it issued on {record.issued_on}, which is yet to come")
    if ends is None:
        if not record.doubts:
            told.reviews.append(f"the {board} gives no date of expiry")
        return
    if ends < on:
        told.fails.append(f"by the {board} license {record.number} expired on {ends}")
        return
    if said is None or said == ends:
        return
    days = abs((ends - said).days)
    away = f"{days} day{'' if days == 1 else 's'} {'after' if ends > said else 'before'} the {said} on file"
    if said < on:
        told.reviews.append(f"on file it expired on {said}, and the {board} has it until {ends}: correct the file")
    else:
        told.notes.append(f"that is {away}")


def _discipline(own: Sequence[_Row], told: Told) -> None:
    """Tell the discipline of every row that is this person's: what was replaced took its discipline with it, and a live
    twin that says nothing of it does not undo it."""
    for record in (row.record for row in own):
        if record.discipline:
            link = f", see {record.link}" if record.link else ""
            told.reviews.append(f"discipline on the record: {'; '.join(record.discipline)}{link}")
    told.reviews[:] = dict.fromkeys(told.reviews)
    words = "; ".join(dict.fromkeys(words for row in own for words in row.record.discipline))
    # There also when there is none, so that the next verification can say that some has come.
    told.comparisons.append(Comparison("discipline", None, words or None, agrees=not words))
