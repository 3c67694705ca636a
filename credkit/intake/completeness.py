"""What a complete application says, beyond the claims that checks look at."""

from credkit.records import ProviderFile


def missing_facts(file: ProviderFile) -> tuple[str, ...]:
    """Name the facts that every file needs before anything can be verified, and that this one lacks."""
    provider = file.provider
    facts = {
        "date of birth": provider.date_of_birth,
        "profession": provider.profession,
        "states of practice": provider.states_of_practice,
        "e-mail address": provider.email,
    }
    return tuple(name for name, value in facts.items() if not value)
