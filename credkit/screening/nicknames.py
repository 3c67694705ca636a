"""Short forms of given names, from the kept data set of the package `nicknames` (carltonnorthern/nicknames)."""

from functools import cache
from pathlib import Path

#: How registries shorten names in writing; nobody is called so.
_WRITTEN = {
    "benj": "benjamin", "chas": "charles", "danl": "daniel", "edw": "edward", "eliz": "elizabeth", "geo": "george",
    "jas": "james", "jos": "joseph", "margt": "margaret", "richd": "richard", "robt": "robert", "saml": "samuel",
    "thos": "thomas", "wm": "william",
}  # fmt: skip


@cache
def _canonicals() -> dict[str, frozenset[str]]:
    import csv
    from importlib.util import find_spec

    package = find_spec("nicknames")  # its code is not needed, and takes longer to import than its table to read
    assert package is not None
    assert package.origin is not None
    found = {written: {name} for written, name in _WRITTEN.items()}
    with Path(package.origin).with_name("names.csv").open(encoding="utf-8") as file:
        rows = csv.reader(file)
        header = next(rows)
        full, short = header.index("name1"), header.index("name2")
        for row in rows:
            found.setdefault(row[short], set()).add(row[full])
    return {name: frozenset(names) for name, names in found.items()}


def full_forms(folded: str) -> frozenset[str]:
    """Return a given name itself with every name it is a short form of: two that share one may be one person's."""
    return _canonicals().get(folded, frozenset()) | {folded}


@cache
def _known() -> frozenset[str]:
    return frozenset(_canonicals()).union(*_canonicals().values())


def has_other_forms(folded: str) -> bool:
    """Say whether a name is a short form of another, or has one itself."""
    return folded in _known()
