"""Text from outside, made safe for a terminal."""

import shutil

from credkit.harmless import clean

__all__ = ["clean", "one_line", "terminal_width"]


def one_line(text: str) -> str:
    """Make text safe, and fold every run of tabs and newlines in it to a space."""
    text = clean(text)
    return " ".join(text.split()) if "\n" in text or "\t" in text else text


def terminal_width() -> int:
    """Return how many columns the terminal has (80 where nobody can say)."""
    return shutil.get_terminal_size((80, 24)).columns
