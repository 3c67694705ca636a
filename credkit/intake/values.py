"""One cell of a form to one value, by the kind of its column; what cannot be read is an error that says what to write.

Errors repeat what stood in the cell only where it is harmless: in a file whose columns slipped, any cell may hold a
date of birth.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from credkit.errors import did_you_mean
from credkit.intake.form import Kind
from credkit.reference.identifiers import npi_is_valid
from credkit.reference.professions import abbreviations, profession_of
from credkit.reference.states import STATES, state_code
from credkit.tables.cells import clean_text, read_yes_no
from credkit.tables.cover import read_basis, read_limits
from credkit.tables.dates import NotADate, read_date, read_month
from credkit.tables.pdf import NOT_TICKED

#: The longest answer that a form may hold.
LONGEST = 10_000

# "NA" is not among them: it is a surname, and Excel's is "#N/A".
_BLANK_WORDS = frozenset({"n/a", "#n/a", "none", "-", "--", "\u2013", "\u2014", NOT_TICKED})
_LONGEST_BLANK_WORD = max(map(len, _BLANK_WORDS))
_FORMULA_STARTS = frozenset("=@+-")
# What may follow a plus or a minus: a telephone number, an amount, or a space as in a list of points.
_HARMLESS_SIGN = re.compile(r"[+-](?:\s.*|[0-9().\s,-]*(?:\s?(?:x|ext\.?)\s?[0-9]+)?)", re.IGNORECASE | re.DOTALL)
_WORDS = re.compile(r"[A-Za-z][A-Za-z .'/-]{0,39}")

_EMAIL = re.compile(r"[^@\s,;<>\"()]+@([A-Za-z0-9-]+\.)+[A-Za-z]{2,}")
_PHONE = re.compile(r"([0-9().\s/+-]+?)(?:\s*(?:x|ext\.?|extension|#)\s*([0-9]{1,7}))?", re.IGNORECASE)
_ZIP = re.compile(r"([0-9]{5})(?:[- ]?([0-9]{4}))?")
_TAXONOMY = re.compile(r"[0-9]{3}[0-9A-Z]{6}X")
_PRESENT = frozenset({"present", "current", "currently", "now", "ongoing", "to date", "today", "still employed"})
_GENDERS = {"m": "M", "male": "M", "f": "F", "female": "F", "x": "X", "nonbinary": "X", "non-binary": "X"}


def reads_as_blank(text: str) -> bool:
    """Say whether an answer, cleaned, means that there is none: nothing, N/A, none, a dash."""
    return not text or (len(text) <= _LONGEST_BLANK_WORD and text.lower() in _BLANK_WORDS)


def refuse_untrustworthy(text: str) -> None:
    """Refuse text that a spreadsheet would run, and text that is too long for an answer."""
    if len(text) > LONGEST:
        raise ValueError(f"The cell holds {len(text):,} characters. Shorten it to {LONGEST:,} at the most.")
    if text[0] in _FORMULA_STARTS and (text[0] in "=@" or not _HARMLESS_SIGN.fullmatch(text)):
        raise ValueError("This looks like a spreadsheet formula; write the text itself.")


def read_npi(text: str) -> str:
    """Read an NPI: ten digits whose check digit is right; blanks, dashes and Excel's ".0" are taken away."""
    digits = re.sub(r"[\s-]", "", text).removesuffix(".0")
    if re.fullmatch(r"[0-9.]+E\+?[0-9]+", digits, re.IGNORECASE):
        raise ValueError("A spreadsheet has shortened this number. Format the column as text and write all ten digits.")
    if not re.fullmatch(r"[0-9]{10}", digits):
        raise ValueError("An NPI has ten digits. Write it as NPPES shows it.")
    if not npi_is_valid(digits):
        raise ValueError(f"{digits} is not an NPI: its check digit is wrong. Look the number up in NPPES.")
    return digits


def _echo(text: str) -> str:
    """Return the text in quotation marks where it is plainly words, else "This"."""
    return repr(text) if _WORDS.fullmatch(text) else "This"


@lru_cache(maxsize=1_024)
def read_state(text: str) -> str:
    """Read a state by its postal code or whole name; nothing is guessed."""
    code = state_code(text)
    if code is None:
        near = did_you_mean(text[:40], (*STATES, *STATES.values()) if len(text) > 2 else STATES)
        raise ValueError(f"{_echo(text)} is not a state. Write its postal code, such as TX.{near}")
    return code


@lru_cache(maxsize=1_024)
def read_states(text: str) -> tuple[str, ...]:
    """Read several states, separated by semicolons, commas or slashes; each is named once."""
    return tuple(dict.fromkeys(read_state(part.strip()) for part in re.split(r"[;,/|]", text) if part.strip()))


@lru_cache(maxsize=1_024)
def read_list(text: str) -> tuple[str, ...]:
    """Read several words, separated by semicolons, or by commas where there is no semicolon."""
    return _parts(text, ";" if ";" in text else ",")


def read_names(text: str) -> tuple[str, ...]:
    """Read several names, separated by semicolons: a comma can be part of a name (Doe, Jane)."""
    return _parts(text, ";")


def _parts(text: str, separator: str) -> tuple[str, ...]:
    parts = (part.strip() for part in text.split(separator))
    return tuple(dict.fromkeys(part for part in parts if not reads_as_blank(part)))


def read_email(text: str) -> str:
    """Read one e-mail address; the domain comes out in small letters."""
    if not _EMAIL.fullmatch(text):
        raise ValueError("This is not one e-mail address. Write it as name@example.org.")
    name, _, domain = text.partition("@")
    return f"{name}@{domain.lower()}"


def read_phone(text: str) -> str:
    """Read a North American telephone number, as 512-555-0100 or 512-555-0100 x12."""
    found = _PHONE.fullmatch(text.removesuffix(".0"))
    digits = re.sub(r"[^0-9]", "", found[1]) if found else ""
    if len(digits) == len("15125550100") and digits.startswith("1"):
        digits = digits[1:]
    if not found or not re.fullmatch(r"[2-9][0-9]{2}[2-9][0-9]{6}", digits):
        raise ValueError("This is not a telephone number of the US or Canada. Write it as 512-555-0100.")
    number = f"{digits[:3]}-{digits[3:6]}-{digits[6:]}"
    return f"{number} x{found[2]}" if found[2] else number


def read_zip(text: str) -> str:
    """Read a ZIP code of five or nine digits; of three or four, a spreadsheet has eaten the zeros in front."""
    digits = text.removesuffix(".0")
    if re.fullmatch(r"[0-9]{3,4}", digits):
        digits = digits.zfill(5)
    found = _ZIP.fullmatch(digits)
    if not found:
        raise ValueError("A ZIP code has five digits, or nine. Write it as 00501 or 00501-0001.")
    return f"{found[1]}-{found[2]}" if found[2] else found[1]


@lru_cache(maxsize=1_024)
def read_profession(text: str) -> str:
    """Read a profession by its abbreviation, which is kept as written, in capitals and without dots (LMHC)."""
    if profession_of(text) is None:
        near = did_you_mean(text[:40], abbreviations())
        raise ValueError(
            f"{_echo(text)} is not a profession that credkit knows. Write its abbreviation, such as LCSW.{near}"
        )
    return text.strip().upper().replace(".", "")


def read_gender(text: str) -> str:
    """Read a gender: M, F, X, or the provider's own word."""
    return _GENDERS.get(text.lower(), text)


@lru_cache(maxsize=1_024)
def read_taxonomy(text: str) -> str:
    """Read a NUCC taxonomy code by its shape: ten characters, the last an X."""
    code = text.upper()
    if not _TAXONOMY.fullmatch(code):
        raise ValueError("A taxonomy code has ten characters and ends with X. Write it alone, such as 1041C0700X.")
    return code


def read_registration(text: str) -> str:
    """Read a DEA number as claimed, in capitals and without blanks and dashes; whether it can be true is the check's."""
    return re.sub(r"[\s-]", "", text).upper()


def read_caqh_id(text: str) -> str:
    """Read a CAQH provider id: eight to ten digits."""
    digits = re.sub(r"[\s-]", "", text).removesuffix(".0")
    if not re.fullmatch(r"[0-9]{8,10}", digits):
        raise ValueError("A CAQH id has eight to ten digits. Write it as CAQH ProView shows it.")
    return digits


def read_birth_date(text: str) -> date:
    """Read a date of birth; no error repeats any of it."""
    try:
        return read_date(text)
    except NotADate as error:
        raise ValueError(error.general) from None


def read_month_start(text: str) -> date:
    """Read a day, or the first day of a month."""
    return read_month(text, end=False)


def read_month_end(text: str) -> date | None:
    """Read a day, or the last day of a month; "present" is None."""
    return None if text.lower() in _PRESENT else read_month(text, end=True)


def _as_it_is(text: str) -> str:
    return text


READERS: Mapping[Kind, Callable[[str], Any]] = {
    Kind.TEXT: _as_it_is,
    Kind.NAMES: read_names,
    Kind.LIST: read_list,
    Kind.NPI: read_npi,
    Kind.DATE: read_date,
    Kind.BIRTH_DATE: read_birth_date,
    Kind.MONTH_START: read_month_start,
    Kind.MONTH_END: read_month_end,
    Kind.STATE: read_state,
    Kind.STATES: read_states,
    Kind.EMAIL: read_email,
    Kind.PHONE: read_phone,
    Kind.ZIP: read_zip,
    Kind.LIMITS: read_limits,
    Kind.YES_NO: read_yes_no,
    Kind.PROFESSION: read_profession,
    Kind.GENDER: read_gender,
    Kind.BASIS: read_basis,
    Kind.TAXONOMY: read_taxonomy,
    Kind.REGISTRATION: read_registration,
    Kind.CAQH_ID: read_caqh_id,
}


def read_value(kind: Kind, cell: str) -> Any:
    """Return the value of one cell, None where it is blank or says that there is nothing; `ValueError` says what is wrong."""
    text = clean_text(cell)
    if reads_as_blank(text):
        return None
    refuse_untrustworthy(text)
    return READERS[kind](text)
