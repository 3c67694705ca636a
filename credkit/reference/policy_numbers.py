"""Insurance policy numbers as certificates, forms and CAQH write them: "MP-0123", "mp 123" and "MP123" are one."""

import re

_GROUPS = re.compile(r"[0-9]+|[a-z]+")


def marks(text: str | None) -> str:
    """Return a number without what is written differently: blanks, hyphens, case, and zeros in front of any of its parts."""
    return "".join(part.lstrip("0") if part.isdigit() else part for part in _GROUPS.findall((text or "").casefold()))


def same_policy_number(one: str | None, other: str | None) -> bool:
    """Say whether two numbers are of one policy; a number that is not told is of none."""
    return bool(marks(one)) and marks(one) == marks(other)
