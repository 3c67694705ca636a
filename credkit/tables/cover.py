"""What a certificate of insurance says of its cover, read strictly: amounts, both limits in one cell, and the basis.

`ValueError` says what to write instead; none of it repeats the cell.
"""

import re
from decimal import Decimal
from functools import lru_cache

_MONEY = re.compile(
    r"(?:\$|USD)?\s*([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]+)?\s*(k|thousand|m|mm|mil|million)?(?:\s*(?:\$|USD|dollars))?",
    re.IGNORECASE,
)
_SCALE = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "mm": 1_000_000, "mil": 1_000_000, "million": 1_000_000}


def read_money(text: str) -> int:
    """Read whole dollars: $1,000,000, 1000000, 1,000,000.00, 1M, 1.5M, 200k."""
    found = _MONEY.fullmatch(text)
    if not found:
        raise ValueError("This is not an amount. Write dollars, such as 1,000,000.")
    scale = _SCALE[found[3].lower()] if found[3] else 1
    amount = Decimal(found[1].replace(",", "") + (found[2] or "")) * scale
    if amount != int(amount):
        raise ValueError("The amount has cents. Write whole dollars, such as 1,000,000.")
    return int(amount)


@lru_cache(maxsize=1_024)
def read_limits(text: str) -> tuple[int, int | None]:
    """Read a limit of liability, or both in one cell: "1M/3M" is one million per claim and three in all."""
    amounts = [read_money(part.strip()) for part in text.split("/")]
    if len(amounts) > 2:
        raise ValueError("There are more than two amounts. Write the limit per claim and the aggregate, as 1M/3M.")
    # "1/3" is how people say it; taken by the letter it would be one dollar.
    if min(amounts) < 1_000:
        raise ValueError("A limit under $1,000 is not meant. Write it out, such as 1,000,000 or 1M.")
    return amounts[0], amounts[1] if len(amounts) == 2 else None


@lru_cache(maxsize=256)
def read_basis(text: str) -> str:
    """Read how a malpractice policy is written: claims_made or occurrence."""
    letters = re.sub(r"[^a-z]", "", text.lower())
    made, occurrence = re.match(r"claims?made|cm$|claims?$", letters), re.match(r"occurr?[ea]n|occ$|occur$", letters)
    if made and "occur" not in letters:
        return "claims_made"
    if occurrence and "claim" not in letters:
        return "occurrence"
    raise ValueError("Write claims_made or occurrence.")
