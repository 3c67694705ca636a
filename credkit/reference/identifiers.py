"""Check digits of the identifiers that credentialing lives by."""

import re
import unicodedata

_SHORTENED = re.compile(r"[12]\.[0-9]{1,9}E\+?0?9", re.IGNORECASE)
_NPI = re.compile(r"[12][0-9]{9}")
_DOUBLED = bytes.maketrans(b"0123456789", bytes([0, 2, 4, 6, 8, 1, 3, 5, 7, 9]))
_TAX_ID = re.compile(r"([0-9]{2})[ -]?([0-9]{7})")
_DEA = re.compile(r"[ABFGMPRX][A-Z9][0-9]{7}")


def npi_is_valid(text: str) -> bool:
    """Say whether `text` is ten digits that start with 1 or 2 and pass the NPI check digit.

    The check digit is Luhn's over "80840" followed by the NPI (45 CFR 162.406; the prefix names US health care).
    """
    if not _NPI.fullmatch(text):
        return False
    digits = text.encode()
    # From the right, every second digit counts double, and a double of two digits the sum of them.
    single, double = sum(digits[1::2]) - 5 * ord("0"), sum(digits[::2].translate(_DOUBLED))
    return (single + double + 24) % 10 == 0  # 24 is what the constant prefix 80840 adds


def npi_in(text: str) -> str:
    """Return the NPI that a cell holds, "" for none: with blanks or hyphens in it, "NPI" before it, or as a spreadsheet
    writes a number (1000010011.0, 1.000010011E9)."""
    if npi_is_valid(text):
        return text  # as nearly all
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", text)).upper().removeprefix("NPI").lstrip(":#")
    if _SHORTENED.fullmatch(digits):
        digits = digits.partition("E")[0].replace(".", "").ljust(10, "0")
    digits = digits.removesuffix(".0")
    return digits if npi_is_valid(digits) else ""


def tax_id_in(text: str) -> str:
    """Return the employer's tax id that a text holds, as the IRS writes it (12-3456789), "" for none: nine digits, with a
    hyphen or a blank after the second or without.

    One in the shape of a social security number (123-45-6789) is none: it would be kept and sent in clear.
    """
    found = _TAX_ID.fullmatch(unicodedata.normalize("NFKC", text).strip())
    return f"{found[1]}-{found[2]}" if found else ""


def plain_tax_id(text: str) -> str:
    """Return a tax id as it is compared: however an older store has it, 123456789 is 12-3456789."""
    return tax_id_in(text) or text.strip()


def dea_is_valid(text: str) -> bool:
    """Say whether `text` is a DEA registration number whose last digit agrees with the other six."""
    if not _DEA.fullmatch(text):
        return False
    digits = [int(character) for character in text[2:]]
    odd, even = digits[0] + digits[2] + digits[4], digits[1] + digits[3] + digits[5]
    return (odd + 2 * even) % 10 == digits[6]
