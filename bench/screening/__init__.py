"""How well, how quickly and with how much memory people are found on an exclusion list: `python -m bench.screening`.

A work folder holds a list in the LEIE's columns (UPDATED.csv), the people to screen (roster.csv), who of them is on the
list (truth.csv), and who only looks like somebody on it (hard.csv).
"""

from pathlib import Path

#: As many rows as the LEIE has, and when the list that the bench makes was published.
LEIE_ROWS = 82_714
PUBLISHED = "2026-11-01"
LIST, ROSTER, TRUTH, HARD = "UPDATED.csv", "roster.csv", "truth.csv", "hard.csv"

LIST_COLUMNS = (
    "LASTNAME", "FIRSTNAME", "MIDNAME", "BUSNAME", "GENERAL", "SPECIALTY", "UPIN", "NPI", "DOB", "ADDRESS", "CITY",
    "STATE", "ZIP", "EXCLTYPE", "EXCLDATE", "REINDATE", "WAIVERDATE", "WVRSTATE",
)  # fmt: skip
ROSTER_COLUMNS = (
    "provider_id", "last_name", "first_name", "middle_name", "suffix", "dob", "npi", "license_number", "license_state",
    "address", "city", "state", "zip", "specialty", "credential",
)  # fmt: skip
TRUTH_COLUMNS = ("provider_id", "leie_row", "kind", "secondary")
HARD_COLUMNS = ("provider_id", "kind")


def is_work(folder: Path) -> bool:
    """Say whether a folder has the four files of a work folder."""
    return all((folder / name).is_file() for name in (LIST, ROSTER, TRUTH, HARD))
