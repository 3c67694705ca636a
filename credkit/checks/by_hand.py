"""What no source answers yet: a person looks it up, and records what they found."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from credkit.checks.interface import all_names_claims, as_text, name_claims, unavailable
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, Evidence, Finding, ProviderFile, SourceRef, Subject
from credkit.reference.professions import profession_of

#: NUCC: "Psychologist, Prescribing (Medical)".
PRESCRIBING_PSYCHOLOGIST = "103TP0016X"

Subjects = Callable[[str, ProviderFile, Policy, tuple[str, ...]], tuple[Subject, ...]]


@dataclass(frozen=True, slots=True)
class ByHand:
    """A check that is never run: it says what must be verified, and a person records it with its source."""

    name: str
    title: str
    standard: str
    finds: Subjects
    by_hand: bool = True
    from_file: bool = False
    automatic: bool = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return what there is to verify; () where the check does not apply to this provider."""
        return self.finds(self.name, file, policy, states)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: there is no source to ask."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Return unavailable: only a person's record counts."""
        key = f' --subject "{subject.key}"' if subject.key else ""
        return unavailable(
            f"{self.title} is recorded by hand",
            f'Look it up and record it: credkit verify record {file.provider.npi} {self.name}{key} --result pass --source "..."',
        )


def whole_file(check: str, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
    """Return one subject: this person, under every name."""
    return (Subject(check, claims=all_names_claims(file.provider) | {"npi": file.provider.npi}),)


def degree(check: str, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
    """Return one subject: the degree, of several the last one earned (NCQA CR 3 A: the highest level is verified)."""
    held = file.held(CredentialKind.EDUCATION)
    last = max(held, key=lambda one: one.issued_on or date.min, default=None)
    if last is None:
        return (Subject(check, missing="no degree and no school on file"),)
    claims = {"school": as_text(last.issuer), "degree": as_text(last.details.get("degree"))}
    lacking = [word for word, value in claims.items() if value is None]
    return (
        Subject(
            check,
            claims=all_names_claims(file.provider) | claims | {"graduated_on": as_text(last.issued_on)},
            decisive=frozenset({"school", "degree"}),
            missing=f"no {' and no '.join(sorted(lacking))} on file" if lacking else None,
        ),
    )


def dea(check: str, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
    """Return one subject for each state in which the provider may prescribe (21 CFR 1301.12: a registration a state)."""
    asked = [state for state in states if prescribes(file, policy, state)]
    return _registrations(check, "DEA registration", CredentialKind.DEA, file, asked)


def cds(check: str, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
    """Return one subject for each state that has its own controlled-substance registration, for who may prescribe."""
    asked = [state for state in states if state in policy.prescribing.cds_states and prescribes(file, policy, state)]
    return _registrations(check, "controlled-substance registration", CredentialKind.CDS, file, asked)


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


def boards(check: str, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
    """Return one subject for each certification claimed; where the policy requires one and none is claimed, that."""
    held = file.held(CredentialKind.BOARD_CERTIFICATION)
    if held:
        keys = _board_keys(held)
        return tuple(
            Subject(
                check,
                key,
                claims=name_claims(file.provider) | _board_claims(one),
                decisive=frozenset({"board", "specialty"}),
                expires_on=one.expires_on,
            )
            for key, one in keys.items()
        )
    profession = profession_of(file.provider.profession)
    if profession is not None and profession.family in policy.board_certification.required_of:
        return (Subject(check, missing=f"no board certification on file, asked of every {profession.family}"),)
    return ()


def _registrations(
    check: str, words: str, kind: CredentialKind, file: ProviderFile, states: list[str]
) -> tuple[Subject, ...]:
    found = []
    for state in dict.fromkeys(states):
        held = [one for one in file.held(kind) if one.jurisdiction == state and one.number]
        last = max(held, key=lambda one: (one.expires_on or date.min, one.number or ""), default=None)
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


def _board_keys(held: tuple[Credential, ...]) -> dict[str, Credential]:
    """Each certification by its board's name, with the specialty where one board certified two."""
    names = [one.issuer or "board not named" for one in held]
    keys: dict[str, Credential] = {}
    for name, one in zip(names, held, strict=True):
        specialty = as_text(one.details.get("specialty"))
        key = f"{name}, {specialty}" if names.count(name) > 1 and specialty else name
        known = keys.get(key)
        if known is None or (known.expires_on or date.min) < (one.expires_on or date.min):
            keys[key] = one
    return keys


def _board_claims(one: Credential) -> dict[str, str | None]:
    return {"board": one.issuer, "specialty": as_text(one.details.get("specialty"))}


EDUCATION = ByHand("education", "education and training", "NCQA CR 3 A", degree)
CLAIMS_HISTORY = ByHand("claims_history", "malpractice claims history", "NCQA CR 3 A", whole_file)
BOARD_CERTIFICATION = ByHand("board_certification", "board certification", "NCQA CR 3 A", boards)
DEA = ByHand("dea", "DEA registration", "NCQA CR 3 A; 21 CFR 1301.12", dea)
CDS = ByHand("cds", "controlled-substance registration", "NCQA CR 3 A", cds)
MEDICARE_OPT_OUT = ByHand("medicare_opt_out", "Medicare opt-out", "42 CFR 422.204", whole_file)
NPDB = ByHand("npdb", "National Practitioner Data Bank query", "45 CFR 60", whole_file)
BACKGROUND = ByHand("background", "background check", "the organization's own", whole_file)
REFERENCES = ByHand("references", "peer references", "the organization's own", whole_file)
SITE_VISIT = ByHand("site_visit", "site visit", "the organization's own", whole_file)
