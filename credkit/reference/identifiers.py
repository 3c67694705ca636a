"""Check digits of the identifiers that credentialing lives by."""

import re

_NPI = re.compile(r"[12][0-9]{9}")
_DEA = re.compile(r"[ABFGMPRX][A-Z9][0-9]{7}")


def npi_is_valid(text: str) -> bool:
    """Say whether `text` is ten digits that start with 1 or 2 and pass the NPI check digit.

    The check digit is Luhn's over "80840" followed by the NPI (45 CFR 162.406; the prefix names US health care).
    """
    if not _NPI.fullmatch(text):
        return False
    total = 24  # what the constant prefix 80840 adds
    for place, digit in enumerate(reversed(text)):
        value = int(digit)
        if place % 2:
            value = value * 2 - 9 if value > 4 else value * 2
        total += value
    return total % 10 == 0


def dea_is_valid(text: str) -> bool:
    """Say whether `text` is a DEA registration number whose last digit agrees with the other six."""
    if not _DEA.fullmatch(text):
        return False
    digits = [int(character) for character in text[2:]]
    odd, even = digits[0] + digits[2] + digits[4], digits[1] + digits[3] + digits[5]
    return (odd + 2 * even) % 10 == digits[6]
