"""Text from outside, made safe for a terminal."""

import re
import shutil

# C0 and C1 control characters, and whole escape sequences first, so that their tails do not stay behind as text.
_ESCAPES = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\-_])")
#: Control characters, and marks that break lines or turn the direction of text; tab and newline are not among them.
CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


def clean(text: str) -> str:
    """Take out escape sequences, control characters and marks that turn the direction of text; keep tab and newline."""
    if text.isascii() and text.isprintable():
        return text
    return CONTROLS.sub("", _ESCAPES.sub("", text))


def one_line(text: str) -> str:
    """Make text safe, and fold every run of tabs and newlines in it to a space."""
    text = clean(text)
    return " ".join(text.split()) if "\n" in text or "\t" in text else text


def terminal_width() -> int:
    """Return how many columns the terminal has (80 where nobody can say)."""
    return shutil.get_terminal_size((80, 24)).columns
