"""Which rows of a list might be one provider: by NPI, and by name keys that both sides make alike.

A key is "last|first", folded and without spaces. A row gives several (each half of a double last name, the middle name
as first name), a provider more (former names, swapped order, the initial), so that the two meet wherever `names.compare`
would not call the names different. Two names do not meet by key: one without a first name, and a provider whose first
name is an initial with a row that spells it out (`exact.screen` says so).
"""

from collections.abc import Iterable

from credkit.records import ListEntry, Provider
from credkit.screening.names import PersonName, claimed_names, halves, person_name


def entry_keys(entry: ListEntry) -> tuple[str, ...]:
    """Return the name keys of one row, the plainest first; a business without a person's name has none."""
    name = entry_name(entry)
    if name is None:
        return ()
    return _keys(_lasts(name), (name.first, name.first.split(" ")[0], _whole(name.middle)))


def provider_keys(provider: Provider) -> tuple[str, ...]:
    """Return the name keys to look a provider up by: the current and every former name, in every order and part."""
    claimed = claimed_names(provider)
    found: list[str] = []
    for name in (claimed.current, *claimed.former):
        firsts = (name.first, name.first.split(" ")[0], name.first + name.middle, _whole(name.middle), name.first[:1])
        found += _keys(_lasts(name), firsts)
        found += _keys((name.first,), (name.last,))
    return tuple(dict.fromkeys(found))


def entry_name(entry: ListEntry) -> PersonName | None:
    """Return the person's name of a row, None where the row names a business alone."""
    if not entry.last_name:
        return None
    return person_name(entry.first_name, entry.last_name, entry.middle_name)


class Index:
    """The rows of one list, found by NPI and by name."""

    def __init__(self, rows: Iterable[ListEntry]) -> None:
        self._by_npi: dict[str, list[ListEntry]] = {}
        self._by_key: dict[str, list[ListEntry]] = {}
        for row in rows:
            if row.npi:
                self._by_npi.setdefault(row.npi, []).append(row)
            for key in entry_keys(row):
                self._by_key.setdefault(key, []).append(row)

    def candidates(self, provider: Provider) -> tuple[ListEntry, ...]:
        """Return every row that might be this provider, once each, in the list's order."""
        found = {row.row_number: row for row in self._by_npi.get(provider.npi, ())}
        for key in provider_keys(provider):
            found |= {row.row_number: row for row in self._by_key.get(key, ())}
        return tuple(found[number] for number in sorted(found))


def _lasts(name: PersonName) -> tuple[str, ...]:
    return (name.last, *halves(name.last))


def _whole(middle: str) -> str:
    """A middle name that is more than an initial can stand for a first name."""
    return middle if len(middle) > 1 else ""


def _keys(lasts: Iterable[str], firsts: Iterable[str]) -> tuple[str, ...]:
    firsts = tuple(first.replace(" ", "") for first in firsts if first)
    return tuple(dict.fromkeys(f"{last.replace(' ', '')}|{first}" for last in lasts if last for first in firsts))
