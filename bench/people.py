"""Invented people in any number: rows of an application form, and of a list shaped like the LEIE.

Names are put together from syllables, NPIs are below those ever issued, and the same numbers give the same bytes:
`python -m bench.people form|leie ROWS FILE`.
"""

import csv
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from random import Random

from bench import JUDGED, RECEIVED, SEED
from credkit.checks import check_names
from credkit.lists.leie import COLUMNS
from credkit.policy import Policy, shipped_text

_FIRST_FREE_NPI = 100_000_000  # nine digits; the tenth is the check digit
_UNISSUED = 300_000  # how many lie below 1003000000
_LISTED_FROM = 200_000  # those on the list are nobody's on the form

_FRONT = (
    "Bal", "Cor", "Dav", "El", "Fen", "Gar", "Hol", "Ir", "Jas", "Kel", "Lor", "Mar", "Nor", "Ol", "Per", "Quil",
    "Ros", "Sel", "Tam", "Ul", "Ver", "Wil", "Yor", "Zan",
)  # fmt: skip
_MIDDLE = ("a", "be", "di", "e", "fo", "gi", "ha", "i", "ko", "la", "mi", "no", "o", "ra", "se", "ti", "u", "vo")
_BACK = ("bert", "cott", "dane", "field", "grove", "hart", "kin", "lund", "man", "ner", "rick", "son", "ton", "wick")
_GIVEN = ("la", "line", "na", "nd", "ne", "ra", "ric", "ris", "rt", "ssa", "th", "to", "vin", "x")
_STATES = ("AZ", "CO", "FL", "GA", "KY", "MN", "NC", "NE", "OH", "OR", "TX", "VA", "WA", "WI")
_PROFESSIONS = (
    ("LCSW", "1041C0700X", "MSW"),
    ("LPC", "101YM0800X", "MA"),
    ("LMFT", "106H00000X", "MA"),
    ("PSYD", "103TC0700X", "PsyD"),
)
_WEIGHTS = (45, 30, 10, 15)
_LISTED_AS = ("INDIVIDUAL", "OTHER BUSINESS", "NURSE/NURSES AIDE", "PHYSICIAN PRACTICE")
_EXCLUSIONS = ("1128a1", "1128a2", "1128a3", "1128b4", "1128b14")


def npi(place: int) -> str:
    """Return the NPI at a place among those that were never issued."""
    assert 0 <= place < _UNISSUED, "there are no more NPIs that nobody has"
    digits = str(_FIRST_FREE_NPI + place)
    total = 24  # what the constant prefix 80840 adds
    for position, digit in enumerate(reversed(digits)):
        doubled = int(digit) * 2 if position % 2 == 0 else int(digit)
        total += doubled - 9 if doubled > 9 else doubled
    return digits + str(-total % 10)


def form_rows(rows: int) -> Iterator[dict[str, str]]:
    """Return filled-in application forms: eight credentials each (four licenses, a board certification, malpractice, CAQH,
    a degree) and three positions; practice is in two of the four states."""
    draw = Random(SEED)
    questions = tuple(Policy.parse(shipped_text(), check_names()).disclosures)
    for place in range(rows):
        profession, taxonomy, degree = draw.choices(_PROFESSIONS, _WEIGHTS)[0]
        first, last = _first_name(draw), _last_name(draw)
        states = draw.sample(_STATES, 4)
        here, there = states[:2]
        graduated = RECEIVED - timedelta(days=draw.randrange(3_000, 12_000))
        started = RECEIVED - timedelta(days=draw.randrange(100, 900))
        before = started - timedelta(days=draw.randrange(700, 1_500))
        insured = RECEIVED - timedelta(days=draw.randrange(1, 300))
        signed = RECEIVED - timedelta(days=draw.randrange(1, 20))
        row = {
            "npi": npi(place),
            "first_name": first,
            "middle_name": _first_name(draw) if draw.random() < 0.4 else "",
            "last_name": last,
            "date_of_birth": str(graduated - timedelta(days=draw.randrange(8_500, 12_000))),
            "gender": draw.choice("FMX"),
            "email": f"{first}.{last}.{place}@example.org".lower(),
            "phone": f"512-555-{draw.randrange(100, 200):04}",
            "address_1": f"{draw.randrange(1, 9_999)} Sample Street",
            "city": _last_name(draw),
            "state": here,
            "zip": f"{draw.randrange(10_000, 99_999)}",
            "profession": profession,
            "taxonomy": taxonomy,
            "languages": "English; Spanish" if draw.random() < 0.3 else "English",
            "states_of_practice": f"{here}; {there}",
        }
        for number, state in enumerate(states, 1):
            row[f"license_{number}_state"] = state
            row[f"license_{number}_number"] = f"{profession}-{draw.randrange(10**6):06}"
            row[f"license_{number}_type"] = profession
            row[f"license_{number}_issued_on"] = str(graduated + timedelta(days=draw.randrange(100, 1_000)))
            row[f"license_{number}_expires_on"] = str(JUDGED + timedelta(days=draw.randrange(-15, 715)))
        row |= {
            "board_1_name": "National Example Board",
            "board_1_specialty": profession,
            "board_1_certified_on": str(graduated + timedelta(days=draw.randrange(1_000, 2_000))),
            "board_1_expires_on": str(JUDGED + timedelta(days=draw.randrange(30, 1_800))),
            "malpractice_carrier": f"{_last_name(draw)} Mutual",
            "malpractice_policy_number": f"MP-{draw.randrange(10**8):08}",
            "malpractice_insured_name": f"{first} {last}",
            "malpractice_effective_on": str(insured),
            "malpractice_expires_on": str(insured + timedelta(days=365)),
            "malpractice_per_claim": "$1,000,000",
            "malpractice_aggregate": "$3,000,000",
            "malpractice_basis": "occurrence",
            "caqh_id": f"{10_000_000 + place}",
            "caqh_attested_on": str(RECEIVED - timedelta(days=draw.randrange(1, 60))),
            "caqh_status": "Re-Attestation",
            "caqh_authorized": "yes",
            "caqh_roster_status": "ACTIVE",
            "degree": degree,
            "school": f"{_last_name(draw)} University",
            "graduated_on": str(graduated),
        }
        spans = ((graduated, before), (before, started), (started, None))
        for number, (begun, ended) in enumerate(spans, 1):
            row[f"work_{number}_employer"] = f"{_last_name(draw)} Clinic"
            row[f"work_{number}_role"] = "therapist"
            row[f"work_{number}_started_on"] = str(begun)
            row[f"work_{number}_ended_on"] = str(ended or "")
        answers = {f"disclosure_{question}": "no" for question in questions}
        if draw.random() < 0.02:
            answers["disclosure_malpractice_claims"] = "yes"
            answers["disclosure_malpractice_claims_explanation"] = "One claim, settled, details enclosed."
        else:
            answers["disclosure_malpractice_claims_explanation"] = ""
        yield row | answers | {"signed_name": f"{first} {last}", "signed_on": str(signed)}


def leie_rows(rows: int) -> Iterator[tuple[str, ...]]:
    """Return rows as the LEIE writes them: zeros for nothing, an NPI in one of nine, a birth in nearly all of people's."""
    draw = Random(SEED + 1)
    newest = RECEIVED - timedelta(days=12)
    for place in range(rows):
        business = draw.random() < 0.04
        born = date(1930, 1, 1) + timedelta(days=draw.randrange(25_000))
        excluded = newest - timedelta(days=draw.randrange(12_000) if place else 0)
        yield (
            "" if business else _last_name(draw).upper(),
            "" if business else _first_name(draw).upper(),
            "" if business or draw.random() < 0.3 else _first_name(draw).upper(),
            f"{_last_name(draw)} Supply, Inc".upper() if business else "",
            draw.choice(_LISTED_AS),
            "PERSONAL CARE PROVIDER" if draw.random() < 0.4 else "",
            "",
            npi(_LISTED_FROM + place) if draw.random() < 0.11 else "0000000000",
            "" if business or draw.random() < 0.05 else f"{born:%Y%m%d}",
            f"{draw.randrange(1, 99_999)} SAMPLE AVENUE",
            _last_name(draw).upper(),
            draw.choice(_STATES),
            f"{draw.randrange(10_000, 99_999)}",
            draw.choice(_EXCLUSIONS),
            f"{excluded:%Y%m%d}",
            "00000000",
            "00000000",
            "",
        )


def _first_name(draw: Random) -> str:
    return draw.choice(_FRONT) + draw.choice(_MIDDLE) + draw.choice(_GIVEN)


def _last_name(draw: Random) -> str:
    return draw.choice(_FRONT) + draw.choice(_MIDDLE) + draw.choice(_MIDDLE) + draw.choice(_BACK)


def main(kind: str, rows: int, path: Path) -> None:
    """Write one of the two files."""
    with path.open("w", encoding="utf-8", newline="") as file:
        if kind == "leie":
            # As OIG writes it: quotes around every cell that holds something.
            for row in (COLUMNS, *leie_rows(rows)):
                file.write(",".join(f'"{cell}"' if cell else "" for cell in row) + "\r\n")
            return
        forms = form_rows(rows)
        first = next(forms)
        writer = csv.DictWriter(file, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(forms)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
