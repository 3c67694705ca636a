"""Who did something: one person, under whichever of their names they acted."""

import unicodedata

from credkit.store import Store


def same_person(one: str, other: str) -> bool:
    """Say whether two names of who did it are one person's: case, spaces, marks, accents, full-width letters and characters
    that nobody sees tell nobody apart."""
    return plain(one) == plain(other)


def same_actor(store: Store, one: str, other: str) -> bool:
    """Say whether two actors are one person, also where one acts by a login and the other by the name that the committee
    knows them by."""
    return same_person(_login(store, one), _login(store, other))


def _login(store: Store, actor: str) -> str:
    return next((one.login for one in store.members() if one.login and same_person(one.name, actor)), actor)


def plain(name: str) -> str:
    """Return a name without what tells nobody apart."""
    letters = unicodedata.normalize("NFKD", name)
    seen = "".join(one for one in letters if unicodedata.category(one) not in {"Cf", "Mn"})
    return " ".join("".join(one if one.isalnum() else " " for one in seen.casefold()).split())
