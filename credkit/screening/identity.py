"""What a person, or a row of a list, is compared by: every way to read the name, and the other facts, folded alike."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import lru_cache
from hashlib import blake2b

from credkit.records import Credential, ListEntry, Provider
from credkit.screening.names import PersonName, fold, halves, initials_apart, person_name, readings


class How(StrEnum):
    """How a reading of a name differs from the name as it stands in its columns."""

    CURRENT = "current"
    FORMER = "former"
    ALIAS = "alias"
    SWAPPED = "swapped"
    MIDDLE_FIRST = "middle_first"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody to hold against lists, whether in the store or not. Only a name is needed; without a date of birth an
    empty answer proves nothing. `licenses` are (state, number) pairs."""

    id: str
    last_name: str
    first_name: str = ""
    middle_name: str = ""
    suffix: str = ""
    former_names: tuple[str, ...] = ()
    date_of_birth: date | None = field(default=None, repr=False)
    npi: str = ""
    licenses: tuple[tuple[str, str], ...] = ()
    address: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """Every name the person is looked up under, as written: the current one, then the former ones."""
        parts = (self.first_name, self.middle_name, self.last_name, self.suffix)
        return (" ".join(part for part in parts if part), *self.former_names)


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a name, folded and without spaces. `lasts` are the whole last name and, of a double one, each
    half; `firsts` the whole first name and, of a double one, its first word; `generation` is jr, sr, iii, ..."""

    how: How
    firsts: tuple[str, ...]
    lasts: tuple[str, ...]
    middle: str
    generation: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A person or a row of a list, made comparable. What is not known is "" (0 for the date of birth, yyyymmdd). Address
    and city are as written: they are folded when states agree."""

    readings: tuple[Reading, ...]
    npi: str
    born: int
    address: str
    city: str
    state: str
    zip: str
    licenses: frozenset[tuple[str, str]] = frozenset()


def person_of(provider: Provider, licenses: Iterable[Credential] = ()) -> Person:
    """Return a provider, with the licenses they hold, as somebody to hold against lists."""
    return Person(
        id=provider.npi,
        last_name=provider.last_name,
        first_name=provider.first_name,
        middle_name=provider.middle_name or "",
        suffix=provider.suffix or "",
        former_names=provider.former_names,
        date_of_birth=provider.date_of_birth,
        npi=provider.npi,
        licenses=tuple((one.jurisdiction or "", one.number or "") for one in licenses),
        address=provider.address_1 or "",
        city=provider.city or "",
        state=provider.state or "",
        zip=provider.zip or "",
    )


def of_person(person: Person) -> Identity:
    """Return what a person is compared by. Beside the name as given: with first and last name swapped, with the middle
    name as the first, and under every former name (OIG asks for maiden and other former names)."""
    name = person_name(person.first_name, person.last_name, person.middle_name, person.suffix)
    found = _as_given(name)
    if len(name.middle) > 1:
        found.append(_reading(How.MIDDLE_FIRST, PersonName(name.middle, name.last, name.first, name.suffix)))
    if name.first and name.last:
        found.append(_reading(How.SWAPPED, PersonName(name.last, name.first, name.middle, name.suffix)))
    for text in person.former_names:
        found += [_reading(How.FORMER, former) for former in readings(text, person.first_name)]
    return Identity(
        readings=tuple(found),
        npi=person.npi,
        born=as_number(person.date_of_birth),
        address=person.address,
        city=person.city,
        state=person.state.strip().upper(),
        zip=zip_code(person.zip),
        licenses=known_licenses(person.licenses),
    )


def of_entry(entry: ListEntry) -> Identity:
    """Return what a row of a list is compared by: its name, and every other name that the list gives for it. A row that
    names a business alone has no name of a person, and is met by its NPI."""
    found: list[Reading] = []
    if entry.last_name or entry.first_name:
        found += _as_given(person_name(entry.first_name, entry.last_name, entry.middle_name, entry.suffix))
    for text in entry.aliases:
        found += [_reading(How.ALIAS, alias) for alias in readings(text, entry.first_name)]
    state = (entry.state or "").strip().upper()
    return Identity(
        readings=tuple(found),
        npi=entry.npi or "",
        born=as_number(entry.date_of_birth),
        address=entry.address or "",
        city=entry.city or "",
        state=state,
        zip=zip_code(entry.zip),
        licenses=known_licenses([(state, entry.license_number)]) if entry.license_number else frozenset(),
    )


def _as_given(name: PersonName) -> list[Reading]:
    """Return a name as it stands in its columns; of a first name that begins with an initial, its parts too."""
    found = [_reading(How.CURRENT, name)]
    if apart := initials_apart(name.first, name.middle):
        first, middle = apart
        found.append(_reading(How.CURRENT, PersonName(first, name.last, middle, name.suffix)))
    return found


def _reading(how: How, name: PersonName) -> Reading:
    return Reading(how, first_forms(name.first), last_forms(name.last), name.middle.replace(" ", ""), name.suffix)


@lru_cache(maxsize=65_536)
def last_forms(folded: str) -> tuple[str, ...]:
    """Return a folded last name without its spaces, and the halves of a double one."""
    if " " not in folded:
        return (folded,) if folded else ()
    return tuple(dict.fromkeys((folded.replace(" ", ""), *halves(folded))))


@lru_cache(maxsize=65_536)
def first_forms(folded: str) -> tuple[str, ...]:
    """Return a folded first name without its spaces, and the first word of a double one."""
    if not folded:
        return ()
    word, _, rest = folded.partition(" ")
    return (folded.replace(" ", ""), word) if rest and len(word) > 1 else (folded.replace(" ", ""),)


def as_number(day: date | None) -> int:
    """Return a day as yyyymmdd, 0 for none."""
    return day.year * 10_000 + day.month * 100 + day.day if day else 0


def street(text: str | None) -> str:
    """Return the house number and street of an address, folded, without what follows a comma (a suite)."""
    return fold((text or "").split(",")[0])


def zip_code(text: str | None) -> str:
    """Return the five digits of a ZIP, with the leading zeros that spreadsheets eat; "" where there are none."""
    digits = (text or "").strip().partition("-")[0].removesuffix(".0")[:5]
    return digits.zfill(5) if digits.strip("0") else ""


def known_licenses(licenses: Sequence[tuple[str, str | None]]) -> frozenset[tuple[str, str]]:
    """Return licenses as (state, digits without leading zeros): registries prefix and pad numbers as they like. A number
    of fewer than three digits tells nobody apart, nor one of fewer than five whose state is not said."""
    if not licenses:
        return frozenset()
    digits = ((state.strip().upper(), re.sub(r"[^0-9]", "", number or "").lstrip("0")) for state, number in licenses)
    return frozenset((state, number) for state, number in digits if len(number) >= (3 if state else 5))


def with_stateless(licenses: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return a person's licenses, each without its state too, to be looked up in lists that give a number and no state."""
    return [*licenses, *(("", number) for state, number in licenses if state)]


def person_digest(person: Person) -> str:
    """Return the identity of a person: the same as long as name, former names, date of birth and NPI are. A ruling on a
    hit holds for it alone."""
    born = person.date_of_birth.isoformat() if person.date_of_birth else ""
    name = (person.last_name, person.first_name, person.middle_name, person.suffix)
    facts = (*name, born, person.npi, *person.former_names)
    return blake2b("\x1f".join(facts).encode(), digest_size=16).hexdigest()
