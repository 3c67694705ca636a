"""Malpractice settlements and judgments of the last years, looked up at the NPDB or the carrier."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from credkit.checks.by_hand import ByHand, whole_file
from credkit.policy import Policy
from credkit.records import Verification

_SCALES = {"k": 1_000, "thousand": 1_000, "m": 1_000_000, "million": 1_000_000}
_NUMBER = r"\d[\d,]*(?:\.\d+)?"
_SCALE = r"(?:\s?(?:k|thousand|m|million)\b)?"
#: An amount is told by a dollar sign, the word, or the commas of thousands; the day of its payment may stand before it.
_PAID = re.compile(
    rf"(?:(?P<day>\d{{4}}-\d{{2}}-\d{{2}})\s*:?\s*)?"
    rf"(?P<amount>(?:\$|USD)\s*{_NUMBER}{_SCALE}|{_NUMBER}{_SCALE}(?=\s*dollars\b)|\d{{1,3}}(?:,\d{{3}})+)",
    re.IGNORECASE,
)

CLAIMS_HISTORY = ByHand("claims_history", "malpractice claims history", "NCQA CR 3 A", whole_file)


@dataclass(frozen=True, slots=True)
class Paid:
    """One claim that was paid: whole dollars, and the day where it was told."""

    amount: int
    paid_on: date | None = None

    def __str__(self) -> str:
        return f"${self.amount:,}" + (f" on {self.paid_on}" if self.paid_on else "")


def paid(verification: Verification, policy: Policy) -> tuple[Paid, ...]:
    """Return the claims that a person's record names in its note, those paid within the policy's years before it.

    A note such as "2023-05-01 $300,000; 2021-11-30 $40k": an amount without a day counts, as it may be of these years.
    """
    since = verification.verified_on - relativedelta(years=policy.claims_history.years)
    found = _paid(verification.note or "")
    return tuple(one for one in found if one.paid_on is None or one.paid_on >= since)


def _paid(note: str) -> Iterator[Paid]:
    for match in _PAID.finditer(note):
        words = match["amount"].lower().removeprefix("$").removeprefix("usd").strip()
        number = re.match(_NUMBER, words)
        if number is None:
            continue
        scale = _SCALES.get(words[number.end() :].strip(), 1)
        yield Paid(int(float(number.group().replace(",", "")) * scale), _day(match["day"]))


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
