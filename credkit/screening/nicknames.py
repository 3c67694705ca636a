"""Short forms of given names, from the kept data set of the package `nicknames` (carltonnorthern/nicknames)."""

from functools import cache

#: How registries shorten names in writing; nobody is called so.
_WRITTEN = {
    "benj": "benjamin", "chas": "charles", "danl": "daniel", "edw": "edward", "eliz": "elizabeth", "geo": "george",
    "jas": "james", "jos": "joseph", "margt": "margaret", "richd": "richard", "robt": "robert", "saml": "samuel",
    "thos": "thomas", "wm": "william",
}  # fmt: skip


@cache
def _canonicals() -> dict[str, frozenset[str]]:
    import csv
    from importlib import resources

    found = {written: {name} for written, name in _WRITTEN.items()}
    with resources.files("nicknames").joinpath("names.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            found.setdefault(row["name2"], set()).add(row["name1"])
    return {short: frozenset(names) for short, names in found.items()}


def full_forms(folded: str) -> frozenset[str]:
    """Return a given name itself with every name it is a short form of: two that share one may be one person's."""
    return _canonicals().get(folded, frozenset()) | {folded}


@cache
def _known() -> frozenset[str]:
    return frozenset(_canonicals()).union(*_canonicals().values())


def has_other_forms(folded: str) -> bool:
    """Say whether a name is a short form of another, or has one itself."""
    return folded in _known()
