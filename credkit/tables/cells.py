"""One cell to text: what a spreadsheet's value is when written down, and text without what cannot be seen."""

import re
from datetime import date, datetime, time
from functools import lru_cache

from credkit.harmless import clean

# Pasted from web pages: soft hyphens, zero-width and direction marks. They make equal words unequal.
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_YES = frozenset({"yes", "y", "true", "t", "1", "x", "\u2713", "\u2714"})
_NO = frozenset({"no", "n", "false", "f", "0"})


def cell_to_text(value: object) -> str:
    """Write a spreadsheet's value as a person would: 1234567893.0 as 1234567893, a date as 2026-03-31, true as yes.

    Nothing is "". A date-time at midnight is a date.
    """
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        # Spreadsheets keep whole numbers as floats: an NPI must not come out as 1234567893.0.
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def clean_text(text: str) -> str:
    """Trim a cell, remove control and invisible characters, and fold every run of white space to one space."""
    # The first test is true of nearly every cell and costs a tenth of what follows it.
    if text.isprintable() and "  " not in text:
        return text.strip()
    # White space is folded first: a line end that is a control character parts two words, and must not join them.
    return " ".join(_INVISIBLE.sub("", clean(" ".join(text.split()))).split())


@lru_cache(maxsize=256)
def read_yes_no(text: str) -> bool:
    """Read yes or no, and the ways in which forms and spreadsheets write them."""
    word = text.lower().removesuffix(".0")
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise ValueError("Write yes or no, and nothing else; an explanation has its own column.")
