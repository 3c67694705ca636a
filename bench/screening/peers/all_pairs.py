"""rapidfuzz over all pairs: `python -m bench.screening.peers.all_pairs LIST.csv ROSTER.csv HITS.ndjson`.

Every name is compared with every name on the list, with no keys that could lose anybody. What is near enough is ranked
anew by date of birth, NPI and state.
"""

import csv
import json
import sys
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from rapidfuzz.fuzz import ratio
from rapidfuzz.process import cdist

_AT_ONCE = 500
_NEAR = 80
_KEPT = 30
_POSSIBLE, _MATCH = 105, 125

Row = dict[str, str]


def main(listed: str, roster: str, hits: str) -> None:
    """Compare everybody with every entry, some hundreds of people at a time."""
    entries = [(place, row) for place, row in enumerate(rows(listed, "latin-1")) if row["LASTNAME"]]
    names = [name(row["LASTNAME"], row["FIRSTNAME"]) for _, row in entries]
    people = list(rows(roster, "utf-8"))
    with Path(hits).open("w", encoding="utf-8") as out:
        for start in range(0, len(people), _AT_ONCE):
            some = people[start : start + _AT_ONCE]
            asked = [name(row["last_name"], row["first_name"]) for row in some]
            near = cdist(asked, names, scorer=ratio, score_cutoff=_NEAR, dtype=np.uint8, workers=-1)
            for person, likeness in zip(some, near, strict=True):
                ranked = sorted(
                    (
                        (rank(person, entries[at][1], int(likeness[at])), entries[at][0])
                        for at in np.flatnonzero(likeness)
                    ),
                    reverse=True,
                )[:_KEPT]
                best = ranked[0][0] if ranked else 0
                result = "match" if best >= _MATCH else "possible" if best >= _POSSIBLE else "clear"
                candidates = [{"list": "leie", "row": place, "score": score, "reasons": []} for score, place in ranked]
                said = {"id": person["provider_id"], "result": result, "candidates": candidates}
                out.write(json.dumps(said) + "\n")


def rank(person: Row, entry: Row, likeness: int) -> int:
    """Return a name's likeness with what the rest of the two records says for it and against it."""
    score = likeness
    if person["npi"] and person["npi"] == entry["NPI"]:
        score += 60
    born, listed = person["dob"].replace("-", ""), entry["DOB"]
    if born and listed:
        unlike = sum(one != other for one, other in zip(born, listed, strict=True))
        score += 30 if not unlike else 15 if sorted(born) == sorted(listed) else 10 if unlike == 1 else -15
    return score + (5 if person["state"] == entry["STATE"] else 0)


def name(last: str, first: str) -> str:
    """Return the words of a name in alphabetical order, so that swapped names are the same."""
    plain = unicodedata.normalize("NFKD", f"{last} {first}".upper()).encode("ascii", "ignore").decode()
    return " ".join(sorted(plain.replace("-", " ").replace("'", "").replace(".", "").replace(",", " ").split()))


def rows(path: str, encoding: str) -> Iterator[Row]:
    """Return the rows of a CSV file."""
    with Path(path).open(encoding=encoding, newline="") as file:
        yield from csv.DictReader(file)


if __name__ == "__main__":
    main(*sys.argv[1:])
