"""How common names are: the US Census Bureau's frequencies of surnames and given names (1990 census, public domain).

That two people share the name Smith says little; that they share a name which one in fifty thousand bears says much. The
tables hold the names that at least 3 (surnames) or 5 (given names, both sexes together) people in 100,000 bear; any other
is taken to be as rare as the rarest of them.
"""

import csv
from functools import cache
from importlib import resources
from math import log2


@cache
def _bits(table: str) -> dict[str, float]:
    with resources.files("credkit.reference").joinpath(f"{table}.csv").open(encoding="utf-8") as file:
        rows = csv.reader(file)
        next(rows)  # name, per_100000
        return {name: -log2(int(per_100000) / 100_000) for name, per_100000 in rows}


@cache
def _rarest(table: str) -> float:
    return max(_bits(table).values())


def surname_bits(folded: str) -> float:
    """Return how much it tells that two people share this surname, in bits: -log2 of the share of people who bear it."""
    return _bits("surnames").get(folded) or _rarest("surnames")


def given_name_bits(folded: str) -> float:
    """Return how much it tells that two people share this given name, in bits."""
    return _bits("given_names").get(folded) or _rarest("given_names")
