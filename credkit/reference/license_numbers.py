"""License numbers as people, forms and boards write them: "MHC.LH.61321872", "LH 61321872" and "61321872" are one.

Spaces, dashes and dots are punctuation; letters before the digits are a prefix, which one side may leave out but which
may not contradict; zeros before the first other digit do not count.
"""

import re

_PARTS = re.compile(r"[0-9A-Z]+")
_USUAL = re.compile(r"([A-Z]*)[ .-]?(0*)([1-9][0-9]{3,})")
_LETTERS = re.compile(r"[A-Z]+")
#: A last part shorter than this is no number of its own ("61-32-1872" has one number, not three).
_SHORTEST = 4
_WIDEST = 10


def compact(text: str | None) -> str:
    """Return a number in capitals, without punctuation."""
    return "".join(_PARTS.findall((text or "").upper()))


def _split(text: str) -> tuple[str, str]:
    """Return the prefix and the number proper, without the zeros before it: "MHC.LH.0061" is ("MHCLH", "61")."""
    parts = _PARTS.findall(text.upper())
    if len(parts) > 1 and sum(sign.isdigit() for sign in parts[-1]) >= _SHORTEST:
        before, last = "".join(parts[:-1]), parts[-1]
    else:
        before, last = "", "".join(parts)
    letters = found[0] if (found := _LETTERS.match(last)) else ""
    rest = last[len(letters) :]
    return (before + letters, rest.lstrip("0")) if rest else (before, last)


def _whole(text: str) -> tuple[str, str]:
    """Return the letters that a number begins with, and all that follows them, without the zeros before it."""
    whole = compact(text)
    letters = found[0] if (found := _LETTERS.match(whole)) else ""
    rest = whole[len(letters) :]
    return (letters, rest.lstrip("0")) if rest else ("", whole)


def tail(text: str | None) -> str:
    """Return the number proper, without prefix and leading zeros; "" where there is no digit in it."""
    found = _split(text or "")[1]
    return found if any(sign.isdigit() for sign in found) else ""


def without_letters(text: str | None) -> str:
    """Return all of a number that follows the letters it begins with, without punctuation and the zeros before it."""
    return _whole(text or "")[1]


def keys(text: str | None) -> frozenset[str]:
    """Return texts of which two numbers share at least one if they can be the same."""
    if not text:
        return frozenset()
    if usual := _USUAL.fullmatch(text):  # millions of a board's file are: letters, a mark, digits
        letters, zeros, number = usual.groups()
        return frozenset({number, letters + zeros + number}) if letters else frozenset({number})
    return frozenset({compact(text).lstrip("0"), _split(text)[1], _whole(text)[1]}) - {""}


def same_number(one: str | None, other: str | None) -> bool:
    """Say whether two license numbers can be one. A prefix that only one of them has does not count; two prefixes of
    which neither begins or ends with the other do: "LPC.12345" and "CSW.12345" are two licenses."""
    if not (tail(one) and tail(other)):
        return False
    first, second = one or "", other or ""
    if compact(first).lstrip("0") == compact(second).lstrip("0"):
        return True
    return any(
        mine[1] == theirs[1] and _agree(mine[0], theirs[0])
        for mine, theirs in ((_split(first), _split(second)), (_whole(first), _whole(second)))
    )


def _agree(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) or long.endswith(short)


def forms(text: str) -> tuple[str, ...]:
    """Return the ways in which a board may write a number, to ask for any of them: as given, without punctuation, the
    number alone with and without leading zeros, and with a dot or a dash where boards have one ("35.123456")."""
    plain, number = compact(text), tail(text)
    found = [" ".join(text.upper().split()), plain, number]
    found += [number.zfill(width) for width in range(len(number) + 1, _WIDEST + 1)]
    found += [f"{plain[:cut]}.{plain[cut:]}" for cut in (1, 2, 3) if plain.isdigit() and len(plain) > cut + 2]
    letters = re.match(r"[A-Z]+[0-9]??(?=[0-9]{4})", plain)
    if letters:
        found += [f"{letters[0]}{mark}{plain[letters.end() :]}" for mark in ".-"]
        one_more = letters.end() + 1
        found += [f"{plain[:one_more]}-{plain[one_more:]}"]
    return tuple(dict.fromkeys(form for form in found if form))
