"""Text from outside, made harmless for whoever reads it: a terminal that obeys it, a spreadsheet that would run it."""

import re

# C0 and C1 control characters, and whole escape sequences first, so that their tails do not stay behind as text.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
#: Control characters, and marks that break lines or turn the direction of text; tab and newline are not among them.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?|\.[0-9]+)")


def clean(text: str) -> str:
    """Take out escape sequences, control characters and marks that turn the direction of text; keep tab and newline."""
    if text.isascii() and text.isprintable():
        return text
    return CONTROLS.sub("", _ESCAPES.sub("", text))


def guard(text: str) -> str:
    """Put an apostrophe before text that a spreadsheet would run as a formula; plain numbers stay as they are.

    Text that already looks guarded gets one more, so that `unguard` gives back every text exactly.
    """
    return f"'{text}" if _would_run(text) else text


def unguard(text: str) -> str:
    """Take away the one apostrophe that `guard` put there."""
    return text[1:] if text.startswith("'") and _would_run(text) else text


def _would_run(text: str) -> bool:
    bare = text.lstrip("'")
    return bare.startswith(_STARTS) and not _NUMBER.fullmatch(bare)
