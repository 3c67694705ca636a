"""Who may prescribe where, and the registration they claim there: what the checks of DEA and CDS share."""

from datetime import date

from credkit.checks.interface import as_text, name_claims
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, ProviderFile, Subject
from credkit.reference.professions import profession_of

#: NUCC: "Psychologist, Prescribing (Medical)".
PRESCRIBING_PSYCHOLOGIST = "103TP0016X"


def prescribes(file: ProviderFile, policy: Policy, state: str) -> bool:
    """Say whether a provider may prescribe in a state. Of psychologists only those whose taxonomy says so, or who hold a
    DEA registration there, and only in the few states that let them."""
    profession = profession_of(file.provider.profession)
    if profession is None:
        return False
    if profession.family != "PSYCHOLOGIST":
        return profession.prescribes
    if state not in policy.prescribing.psychologists_prescribe_in:
        return False
    registered = any(one.jurisdiction == state for one in file.held(CredentialKind.DEA))
    return registered or file.provider.taxonomy == PRESCRIBING_PSYCHOLOGIST


def registration_in(file: ProviderFile, kind: CredentialKind, state: str) -> Credential | None:
    """Return the registration claimed for a state; of several, the one that expires last."""
    held = [one for one in file.held(kind) if one.jurisdiction == state and one.number]
    return max(held, key=lambda one: (one.expires_on or date.min, one.number or ""), default=None)


def registrations(
    check: str, words: str, kind: CredentialKind, file: ProviderFile, states: list[str]
) -> tuple[Subject, ...]:
    """Return one subject for each of these states: the registration claimed there, or that there is none."""
    found = []
    for state in dict.fromkeys(states):
        last = registration_in(file, kind, state)
        if last is None:
            found.append(Subject(check, state, state, missing=f"no {words} for {state} on file"))
            continue
        claims = {"number": last.number, "schedules": as_text(last.details.get("schedules"))}
        found.append(
            Subject(
                check,
                state,
                state,
                claims=name_claims(file.provider) | claims,
                decisive=frozenset({"number"}),
                expires_on=last.expires_on,
            )
        )
    return tuple(found)
