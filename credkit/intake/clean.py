"""One row of a form, cleaned and validated: the records that it claims, or everything that is wrong with it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from typing import Any, NamedTuple

from dateutil.relativedelta import relativedelta

from credkit.errors import UsageError
from credkit.intake.form import OBLIGATORY, find_column
from credkit.intake.values import READERS, reads_as_blank, refuse_untrustworthy
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, Disclosure, WorkEntry
from credkit.tables.cells import clean_text
from credkit.tables.maps import ColumnMap

_OLDEST_YEARS = 110
# States, dates, yes and no repeat down a column: a short cell that was read before is not read again.
_SHORT, _REMEMBERED = 40, 1_024
_PER_CLAIM, _AGGREGATE = "malpractice_per_claim", "malpractice_aggregate"
#: The groups whose columns are attributes of the provider.
_FIELDS = frozenset({"person", "practice"})
_KINDS = {
    "license": CredentialKind.LICENSE,
    "dea": CredentialKind.DEA,
    "cds": CredentialKind.CDS,
    "board": CredentialKind.BOARD_CERTIFICATION,
    "malpractice": CredentialKind.MALPRACTICE,
    "caqh": CredentialKind.CAQH,
    "education": CredentialKind.EDUCATION,
}
# Which attribute of a credential each part of a group fills; the parts not named here are its details.
ATTRIBUTES: Mapping[str, Mapping[str, str]] = {
    "license": {"state": "jurisdiction", "number": "number", "issued_on": "issued_on", "expires_on": "expires_on"},
    "dea": {"state": "jurisdiction", "number": "number", "expires_on": "expires_on"},
    "cds": {"state": "jurisdiction", "number": "number", "expires_on": "expires_on"},
    "board": {"name": "issuer", "certified_on": "issued_on", "expires_on": "expires_on"},
    "malpractice": {
        "malpractice_carrier": "issuer",
        "malpractice_policy_number": "number",
        "malpractice_effective_on": "effective_on",
        "malpractice_expires_on": "expires_on",
    },
    "caqh": {"caqh_id": "number", "caqh_attested_on": "issued_on"},
    "education": {"school": "issuer", "graduated_on": "issued_on"},
}
# What tells one credential of a group that repeats from another.
_TOLD_APART: Mapping[str, tuple[str, str]] = {
    "license": ("state", "number"),
    "dea": ("state", "number"),
    "cds": ("state", "number"),
    "board": ("name", "specialty"),
}
# (the later date, the earlier one, what the later says): a pair the wrong way round is an error.
_ORDERED = (
    ("expires_on", "issued_on", "expires before it was issued"),
    ("expires_on", "certified_on", "expires before it was given"),
    ("malpractice_expires_on", "malpractice_effective_on", "ends before the policy begins"),
    ("ended_on", "started_on", "ends before it started"),
)


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with a row: the column's header as it stands in the file ("" for the row as a whole), and a
    sentence that says what to write instead. It never repeats a date of birth."""

    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class CleanForm:
    """What one row claims, in records. Only what was given is here: a blank cell and an absent column erase nothing.

    `fields` are attributes of `records.Provider`. Credentials and work entries have no id yet; the plan gives it.
    """

    npi: str
    fields: Mapping[str, Any] = field(repr=False)
    credentials: tuple[Credential, ...] = ()
    work_history: tuple[WorkEntry, ...] = ()
    disclosures: Mapping[str, Disclosure] = field(default_factory=dict)
    signed_name: str | None = None
    signed_on: date | None = None


class _Step(NamedTuple):
    """How one column's cell becomes its value. `remembered` is `read` with a memory of its own, for short cells."""

    header: str
    name: str
    obligatory: bool
    read: Callable[[str], Any]
    remembered: Callable[[str], Any]


class _Group(NamedTuple):
    """One group that the file has columns of, such as the second license: the canonical name of each part."""

    name: str
    parts: dict[str, str]
    ordered: tuple[tuple[str, str, str], ...]


def placed(header: Iterable[str], policy: Policy, column_map: ColumnMap | None = None) -> dict[str, str]:
    """Return the header of each canonical column that a file has: what the map names, and canonical names as they are."""
    present = tuple(header)
    mapped = {name: mapped.column for name, mapped in column_map.columns.items()} if column_map else {}
    taken = set(mapped.values())
    own = {name: name for name in present if name not in taken and name not in mapped and find_column(name, policy)}
    places = {name: column for name, column in mapped.items() if column in present} | own
    order = {column: place for place, column in enumerate(present)}
    return dict(sorted(places.items(), key=lambda place: order[place[1]]))


class Cleaner:
    """Reads row after row of files with one header, by one policy, on one day.

    What each column needs is looked up once for all rows. `column_map` says which header is which canonical column;
    headers that are canonical need no line in it.
    """

    def __init__(self, header: Iterable[str], policy: Policy, on: date, column_map: ColumnMap | None = None) -> None:
        self._on = on
        self._oldest_birth = on - relativedelta(years=_OLDEST_YEARS)
        self._headers = {name: name for name in OBLIGATORY} | placed(header, policy, column_map)
        self._steps: list[_Step] = []
        # A question may be called "work_explanation": its answer is nobody's explanation.
        self._questions = tuple(
            (
                key,
                f"disclosure_{key}",
                None if f"{key}_explanation" in policy.disclosures else f"disclosure_{key}_explanation",
            )
            for key in policy.disclosures
        )
        self._person: list[str] = []
        groups: dict[tuple[str, int], dict[str, str]] = {}
        for name, place in self._headers.items():
            column = find_column(name, policy)
            if column is None:
                raise UsageError(
                    f"{name} is not a column of the form.", hint="`credkit intake template` names them all."
                )
            mapped = column_map.columns.get(name) if column_map else None
            read = _reader(name, READERS[column.kind], mapped.translation() if mapped else None)
            self._steps.append(_Step(place, name, name in OBLIGATORY, read, lru_cache(_REMEMBERED)(read)))
            if name == "npi":
                continue
            if column.group in _FIELDS:
                self._person.append(name)
            else:
                groups.setdefault((column.group, column.number or 0), {})[column.part] = name
        self._groups = [
            _Group(name, parts, tuple(pair for pair in _ORDERED if pair[0] in parts and pair[1] in parts))
            for (name, _), parts in sorted(groups.items(), key=lambda group: group[0])
            if name not in {"disclosures", "signature"}
        ]

    def __call__(self, cells: Mapping[str, str]) -> CleanForm | tuple[FieldError, ...]:
        """Return the row's records, or every problem that it has."""
        values: dict[str, Any] = {}
        errors: list[FieldError] = []
        failed: set[str] = set()
        for header, name, obligatory, read, remembered in self._steps:
            cell = cells.get(header, "")
            if not cell and not obligatory:
                continue
            try:
                value = remembered(cell) if len(cell) <= _SHORT else read(cell)
            except ValueError as error:
                errors.append(FieldError(header, str(error)))
                failed.add(name)
            else:
                if value is not None and value != ():
                    values[name] = value
        self._judge_days(values, errors)
        npi = values.get("npi", "")
        claims: list[tuple[str, dict[str, Any]]] = []
        named: dict[tuple[str | None, ...], dict[str, Any]] = {}
        work: list[WorkEntry] = []
        for group in self._groups:
            given = {part: values[name] for part, name in group.parts.items() if name in values}
            if not given:
                continue
            for later, earlier, says in group.ordered:
                if later in given and earlier in given and given[later] < given[earlier]:
                    errors.append(
                        FieldError(
                            self._headers[group.parts[later]], f"{_called(group)} {says}. Mend one of the dates."
                        )
                    )
            if group.name in {"work", "gap"}:
                if "started_on" in given:
                    work.append(_work_entry(npi, group.name, given))
                elif group.parts.get("started_on") not in failed:
                    errors.append(self._absent(group, "started_on", "the month in which it began"))
                continue
            if group.name == "license":
                for part, what in (("number", "its number"), ("state", "its state")):
                    if part not in given and group.parts.get(part) not in failed:
                        errors.append(self._absent(group, part, what))
            elif group.name == "malpractice":
                self._settle_limits(given, errors)
            if (told := _name_of(group.name, given)) is None or (twin := named.setdefault(told, given)) is given:
                claims.append((group.name, given))
            elif all(_alike(twin[part], given[part]) for part in twin.keys() & given.keys()):
                twin.update({part: value for part, value in given.items() if part not in twin})
            else:
                first = next(part for part in given if part in twin and not _alike(twin[part], given[part]))
                errors.append(
                    FieldError(
                        self._headers[group.parts[first]],
                        f"{_called(group)} stands twice in this row, and says two things. Write it once.",
                    )
                )
        if errors:
            return tuple(errors)
        return CleanForm(
            npi=npi,
            fields={name: values[name] for name in self._person if name in values},
            credentials=tuple(_credential(npi, name, given) for name, given in claims),
            work_history=tuple(work),
            disclosures={
                key: Disclosure(values[answer], values.get(explanation) if explanation else None)
                for key, answer, explanation in self._questions
                if answer in values
            },
            signed_name=values.get("signed_name"),
            signed_on=values.get("signed_on"),
        )

    def _judge_days(self, values: Mapping[str, Any], errors: list[FieldError]) -> None:
        """Refuse a birth that nobody living can have, and a signature that has not been given yet."""
        born, signed = values.get("date_of_birth"), values.get("signed_on")
        if born is not None and born > self._on:
            errors.append(
                FieldError(self._headers["date_of_birth"], "The date of birth is in the future. Write the right one.")
            )
        elif born is not None and born < self._oldest_birth:
            errors.append(
                FieldError(
                    self._headers["date_of_birth"],
                    f"The date of birth is more than {_OLDEST_YEARS} years ago. Write the right one.",
                )
            )
        if signed is not None and signed > self._on:
            errors.append(
                FieldError(
                    self._headers["signed_on"], "The signature is in the future. Write the day on which it was signed."
                )
            )

    def _absent(self, group: _Group, part: str, what: str) -> FieldError:
        """Say that a group lacks what it cannot be without, at its own column or, without one, at its first."""
        name = group.parts.get(part) or next(iter(group.parts.values()))
        return FieldError(
            self._headers[name], f"{_called(group)} is given without {what}. Write it, or clear its other columns."
        )

    def _settle_limits(self, given: dict[str, Any], errors: list[FieldError]) -> None:
        """Turn the two limits, each of which may hold both, into one amount each; two that differ are an error."""
        one, other = given.pop(_PER_CLAIM, None), given.pop(_AGGREGATE, None)
        if other is not None and other[1] is None:
            other = (None, other[0])
        for part, amounts in ((_PER_CLAIM, 0), (_AGGREGATE, 1)):
            said = {limits[amounts] for limits in (one, other) if limits is not None and limits[amounts] is not None}
            if len(said) > 1:
                errors.append(
                    FieldError(
                        self._headers[_AGGREGATE], "The two columns of limits contradict each other. Mend one of them."
                    )
                )
            elif said:
                given[part] = said.pop()


def clean(cells: Mapping[str, str], policy: Policy, on: date) -> CleanForm | tuple[FieldError, ...]:
    """Read one row whose headers are canonical; for many rows of one header, keep a `Cleaner`."""
    return Cleaner(cells, policy, on)(cells)


def _reader(name: str, read: Callable[[str], Any], translate: Callable[[str], str] | None) -> Callable[[str], Any]:
    """Return what makes a column's cell its value: None where it is blank, `ValueError` where it cannot be taken."""
    obligatory = name in OBLIGATORY

    def taken(cell: str) -> Any:
        text = clean_text(translate(cell) if translate and cell else cell)
        if not obligatory and reads_as_blank(text):
            return None
        if text:
            refuse_untrustworthy(text)
        if obligatory:
            _refuse_nobody(name, text)
        return read(text)

    return taken


def _refuse_nobody(name: str, text: str) -> None:
    """Refuse a row that does not say who it is. "None" is a surname."""
    if name == "npi" and reads_as_blank(text):
        raise ValueError("The NPI is missing. Look it up in NPPES, and write its ten digits.")
    if name != "npi" and (text.lower() in {"n/a", "#n/a"} or not any(map(str.isalpha, text))):
        raise ValueError("The name is missing. Write it as it stands on the license.")


def folded(text: str | None) -> str | None:
    """Return a number or a name without what boards and forms write differently: 00-12345 is 12345."""
    return "".join(character for character in text.casefold() if character.isalnum()).lstrip("0") if text else None


def _name_of(group: str, given: Mapping[str, Any]) -> tuple[str | None, ...] | None:
    """Return what names a credential among those of its group, None where the form does not say."""
    place, mark = _TOLD_APART.get(group, ("", ""))
    return (group, folded(given.get(place)), folded(given[mark])) if mark in given else None


def _alike(one: Any, other: Any) -> bool:
    return one == other or (isinstance(one, str) and isinstance(other, str) and folded(one) == folded(other))


def _called(group: _Group) -> str:
    return {"work": "The position", "gap": "The gap", "malpractice": "The policy", "board": "The certification"}.get(
        group.name, "The license" if group.name == "license" else "The registration"
    )


def _credential(npi: str, group: str, given: Mapping[str, Any]) -> Credential:
    attributes = ATTRIBUTES[group]
    standing: dict[str, Any] = {}
    details: dict[str, Any] = {}
    for part, value in given.items():
        attribute = attributes.get(part)
        if attribute:
            standing[attribute] = value
        else:
            details[part.removeprefix(f"{group}_")] = value.isoformat() if isinstance(value, date) else value
    return Credential(id="", npi=npi, kind=_KINDS[group], details=details, **standing)


def _work_entry(npi: str, group: str, given: Mapping[str, Any]) -> WorkEntry:
    return WorkEntry(id="", npi=npi, kind="position" if group == "work" else "gap", **given)
