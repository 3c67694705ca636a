"""Two hundred invented applicants, and what goes wrong in forms about them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count, islice

from factories import policy

from credkit.reference.identifiers import npi_is_valid

_FIRST = ("Ana", "Ben", "Cleo", "Dário", "Esme", "Fabio", "Greta", "Hugo", "Ines", "Jörg")
_LAST = ("Marsh", "Okafor", "Quill", "Strand", "Núñez", "Vance", "O'Dell", "Wolfe", "Yarrow", "St. Clair")
_STATES = ("CO", "TX", "NM", "WA", "VA")


def unissued_npis() -> Iterator[str]:
    """Return NPIs that were never issued, each with the right check digit, in order."""
    return (npi for number in count(1_000_000_004) if npi_is_valid(npi := str(number)))


def applicant(number: int, npi: str) -> dict[str, str]:
    """Return a complete, signed form of one of them: two licenses, malpractice, three positions."""
    first, last = _FIRST[number % 10], f"{_LAST[number // 10 % 10]} {'ABCDEFGHIJKLMNOPQRST'[number // 10 % 20]}"
    home, away = _STATES[number % 5], _STATES[(number + 1) % 5]
    row = {
        "npi": npi,
        "first_name": first,
        "last_name": last,
        "date_of_birth": f"19{60 + number % 35}-{1 + number % 12:02d}-{1 + number % 28:02d}",
        "email": f"applicant{number}@example.org",
        "phone": f"303-555-{100 + number:04d}",
        "address_1": f"{number} Sample Street",
        "city": "Sampleton",
        "state": home,
        "zip": f"{501 + number:05d}",
        "profession": "LCSW",
        "taxonomy": "1041C0700X",
        "specialty": "grief,\nloss" if number % 7 == 0 else "couples",
        "languages": "English; Spanish",
        "states_of_practice": f"{home}; {away}",
        "malpractice_carrier": "Prairie Mutual",
        "malpractice_policy_number": f"MP-{number}",
        "malpractice_insured_name": f"{first} {last}",
        "malpractice_effective_on": "2025-09-01",
        "malpractice_expires_on": "2026-09-01",
        "malpractice_per_claim": "$1,000,000",
        "malpractice_aggregate": "3M",
        "malpractice_basis": "occurrence",
        "caqh_id": str(10_000_000 + number),
        "caqh_attested_on": "01/15/2026",
        "caqh_status": "Re-Attestation",
        "caqh_authorized": "yes",
        "degree": "MSW",
        "school": "Plains University",
        "graduated_on": "05/2012",
        "signed_name": f"{first} {last}",
        "signed_on": "2026-02-20",
    }
    for place, state in ((1, home), (2, away)):
        row |= {
            f"license_{place}_state": state,
            f"license_{place}_number": f"{place}{number:05d}",
            f"license_{place}_type": "LCSW",
            f"license_{place}_issued_on": "04/01/2015",
            f"license_{place}_expires_on": f"2027-0{1 + number % 9}-28",
        }
    for place, (started, ended) in enumerate(
        (("2012-06", "2016-05"), ("2016-06", "2020-01"), ("2020-02", "present")), 1
    ):
        row |= {
            f"work_{place}_employer": f"Clinic {number * place}",
            f"work_{place}_role": "therapist",
            f"work_{place}_started_on": started,
            f"work_{place}_ended_on": ended,
        }
    row |= {f"disclosure_{key}": "no" for key in policy().disclosures}
    return row


@dataclass
class Batch:
    """Two hundred rows as they should be, and as they come. `spoilt` maps a row's place to the cells that are wrong;
    `conflicts` are the places of rows that are taken for somebody else."""

    right: list[dict[str, str]]
    spoilt: dict[int, dict[str, str]] = field(default_factory=dict)
    conflicts: set[int] = field(default_factory=set)

    @property
    def header(self) -> list[str]:
        return list(self.right[0])

    @property
    def rows(self) -> list[dict[str, str]]:
        return [row | self.spoilt.get(place, {}) for place, row in enumerate(self.right)]


#: One row each: the column, what stands in it, and a piece of what is said about it.
BAD_CELLS = (
    ("npi", "", "The NPI is missing"),
    ("npi", "1000000005", "check digit"),
    ("npi", "100000001", "ten digits"),
    ("npi", "1.00E+09", "shortened"),
    ("first_name", "", "name is missing"),
    ("last_name", "N/A", "name is missing"),
    ("date_of_birth", "13/45/1980", "no such"),
    ("date_of_birth", "2031-01-01", "in the future"),
    ("signed_on", "02/30/2026", "February 2026 has 28 days"),
    ("signed_on", "1/2/26", "two digits"),
    ("signed_on", "31.12.2026", "2026-12-31"),
    ("signed_on", "02.03.2026", "the one that is meant"),
    ("signed_on", "46073", "Excel stores 2026-02-20"),
    ("signed_on", "2026-12-24", "in the future"),
    ("signed_on", "soon", "not a date"),
    ("license_1_expires_on", "31/12/2027", "the day stands first"),
    ("license_2_expires_on", "2014-01-31", "expires before it was issued"),
    ("license_1_number", "", "without its number"),
    ("license_2_state", "", "without its state"),
    ("state", "Colorodo", "Did you mean Colorado?"),
    ("states_of_practice", "CO; XX", "is not a state"),
    ("email", "applicant at example.org", "name@example.org"),
    ("phone", "555-0100", "512-555-0100"),
    ("zip", "1234567", "five digits"),
    ("taxonomy", "social worker", "ten characters"),
    ("profession", "wizard", "not a profession"),
    ("malpractice_per_claim", "plenty", "not an amount"),
    ("malpractice_aggregate", "3", "under $1,000"),
    ("malpractice_per_claim", "1M/4M", "contradict"),
    ("malpractice_basis", "both", "claims_made or occurrence"),
    ("malpractice_expires_on", "2024-09-01", "ends before the policy begins"),
    ("caqh_id", "12", "eight to ten digits"),
    ("caqh_authorized", "maybe", "yes or no"),
    ("graduated_on", "Smarch 2012", "no month"),
    ("work_1_ended_on", "2011-01", "ends before it started"),
    ("disclosure_felony", "see attached", "yes or no"),
    ("specialty", '=HYPERLINK("http://example.org","grief")', "formula"),
    ("specialty", "@SUM(1+1)*cmd|' /C calc'!A0", "formula"),
    ("school", "+cmd|' /C calc'!A0", "formula"),
    ("last_name", "-2+3+cmd", "formula"),
    ("address_1", "x" * 10_001, "10,001 characters"),
)
#: Cells longer than a spreadsheet can hold.
LONG_CELLS = (
    ("specialty", "x" * 100_000, "100,000 characters"),
    ("city", "x" * 100_001, "100,001 characters"),
)


def two_hundred(*, long: bool = True) -> Batch:
    """Return the applicants, with one bad cell in each of the first rows after the tenth, and people confused for others
    at the end."""
    batch = Batch([applicant(number, npi) for number, npi in enumerate(islice(unissued_npis(), 200))])
    for place, (column, cell, _) in enumerate(BAD_CELLS + (LONG_CELLS if long else ()), 10):
        batch.spoilt[place] = {column: cell}
    first, second = batch.right[0], batch.right[1]
    batch.spoilt[150] = {"npi": first["npi"]}  # two people with one NPI
    batch.spoilt[151] = {name: first[name] for name in ("npi", "first_name", "last_name", "date_of_birth")}
    batch.spoilt[152] = {"npi": second["npi"], "last_name": second["last_name"]}
    batch.conflicts = {150, 151, 152}
    return batch
