"""The DEA registration, one for every state in which the provider may prescribe."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from dateutil.relativedelta import relativedelta

from credkit.checks.by_hand import left_to_a_person
from credkit.checks.interface import as_text, concluded, unavailable
from credkit.checks.prescribing import prescribes, registration_in, registrations
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import (
    Comparison,
    Credential,
    CredentialKind,
    Evidence,
    Finding,
    Provider,
    ProviderFile,
    SourceRef,
    Subject,
)
from credkit.reference.identifiers import dea_is_valid
from credkit.reference.professions import profession_of
from credkit.screening.names import claimed_names, fold

_SEPARATORS = re.compile(r"[\s-]+")
#: The first letter of a number: a practitioner's or an institution's; a mid-level practitioner's (NP, PA and the like); and
#: those that nobody sees clients by: a distributor's, manufacturer's, researcher's or treatment program's.
_PRACTITIONER, _MID_LEVEL, _NO_PRACTITIONER = "ABFG", "M", "PR"
_PHYSICIANS = frozenset({"MD", "DO"})
_SCHEDULES = frozenset({"2", "2N", "3", "3N", "4", "5"})
_ROMAN = {"II": "2", "IIN": "2N", "III": "3", "IIIN": "3N", "IV": "4", "V": "5"}
#: A registration is given for so many months.
_MONTHS = 36


class Dea:
    """Says, for each state where the provider may prescribe, whether the DEA number claimed there can be theirs.

    A number whose check digit is wrong, a distributor's, or one that has expired fails at once. Every other waits for a
    person who looks it up: a number that is made up rightly is no proof (NCQA CR 3 A; 21 CFR 1301.12).
    """

    name = "dea"
    title = "DEA registration"
    standard = "NCQA CR 3 A; 21 CFR 1301.12"
    by_hand = True
    from_file = False
    automatic = True
    window = VERIFICATION
    held = True
    must_expire = True
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return one subject for each state in which the provider may prescribe: a registration is for one state."""
        asked = [state for state in states if prescribes(file, policy, state)]
        return registrations(self.name, self.title, CredentialKind.DEA, file, asked)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: the DEA answers people, not programs."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail a number that cannot be right, and a registration that has ended; leave every other to a person, with what
        deserves a closer look.

        The second letter is that of the last name at registration, which a marriage changes: no reason to fail.
        """
        claimed = registration_in(file, CredentialKind.DEA, subject.key)
        if claimed is None or subject.missing:
            return unavailable(
                subject.missing or f"no {self.title} for {subject.key} on file", "Ask the provider for it."
            )
        number = _SEPARATORS.sub("", claimed.number or "").upper()
        fails = list(_wrong(number, claimed, on))
        valid = dea_is_valid(number)
        comparisons = [Comparison("check digit", claimed.number, "agrees" if valid else "is wrong", agrees=valid)]
        looks = []
        if valid:
            for look in (_registrant(number, file.provider), _last_name(number, file.provider)):
                comparisons.append(look.comparison)
                looks += [look.words] if look.words else []
        looks += [*_schedules(claimed), *_dates(claimed, on), *_elsewhere(number, claimed, file)]
        if fails:
            return concluded(
                fails,
                [],
                "",
                comparisons=comparisons,
                advice="Ask the provider for the certificate of registration, and correct the file.",
            )
        until = f", claimed until {claimed.expires_on}" if claimed.expires_on else ""
        return left_to_a_person(
            self.name,
            self.title,
            subject,
            file,
            [f"the check digit of {number} agrees{until}"],
            looks=looks,
            comparisons=comparisons,
            where="at the DEA's registration validation",
        )


@dataclass(frozen=True, slots=True)
class _Look:
    """One comparison, and why a person should look closer ("" when they need not)."""

    comparison: Comparison
    words: str = ""


def _wrong(number: str, claimed: Credential, on: date) -> Iterator[str]:
    if not dea_is_valid(number):
        yield f"{claimed.number} is not a DEA number: two letters and seven digits, the last of which checks the others"
    elif number[0] in _NO_PRACTITIONER:
        yield f"{number} is a distributor's, manufacturer's or researcher's number, and no practitioner's"
    if claimed.expires_on is not None and claimed.expires_on < on:
        yield f"{claimed.jurisdiction} DEA registration {claimed.number} expired on {claimed.expires_on}"


def _registrant(number: str, provider: Provider) -> _Look:
    """Hold the first letter against the profession: physicians are practitioners, all others who prescribe mid-level."""
    profession = profession_of(provider.profession)
    physician = profession is not None and profession.family in _PHYSICIANS
    expected = _PRACTITIONER if physician else _MID_LEVEL
    agrees = number[0] in expected
    found = {True: "a practitioner's number", False: "a mid-level practitioner's number"}
    kind = (
        found[number[0] in _PRACTITIONER] if number[0] in _PRACTITIONER + _MID_LEVEL else f"a number with {number[0]}"
    )
    words = "" if agrees else f"{kind} does not fit {provider.profession}"
    if number[0] == "X":
        words = "numbers with X were for a waiver that has ended, and are no registration"
    return _Look(Comparison("registrant", provider.profession, kind, agrees=agrees), words)


def _last_name(number: str, provider: Provider) -> _Look:
    """Hold the second letter against every word of the last name, and of the former ones."""
    letter = number[1]
    names = claimed_names(provider)
    if any(word[0].upper() == letter for word in fold(names.current.last).split()):
        return _Look(Comparison("last name", provider.last_name, letter, agrees=True))
    if any(word[0].upper() == letter for name in names.former for word in fold(name.last).split()):
        return _Look(Comparison("last name", provider.last_name, f"{letter}, of a former name", agrees=True))
    words = (
        "9 stands for a business's name"
        if letter == "9"
        else f"the second letter, {letter}, begins no last name on file (a former name?)"
    )
    return _Look(Comparison("last name", provider.last_name, letter, agrees=False), words)


def _schedules(claimed: Credential) -> Iterator[str]:
    written = as_text(claimed.details.get("schedules"))
    if written is None:
        yield "the schedules are not stated"
        return
    words = [word for word in re.split(r"[\s,;/&]+", written.upper()) if word not in {"", "AND"}]
    unknown = [word for word in words if _ROMAN.get(word, word) not in _SCHEDULES]
    if unknown:
        yield f"{', '.join(unknown)} is no schedule of a practitioner's (2, 2N, 3, 3N, 4, 5)"


def _dates(claimed: Credential, on: date) -> Iterator[str]:
    if claimed.expires_on is None:
        yield "no date of expiry is stated"
    elif claimed.expires_on > on + relativedelta(months=_MONTHS, day=31):
        yield f"{claimed.expires_on} is more than {_MONTHS} months away, for which no registration is given"


def _elsewhere(number: str, claimed: Credential, file: ProviderFile) -> Iterator[str]:
    others = {
        one.jurisdiction or "no state"
        for one in file.held(CredentialKind.DEA)
        if one.jurisdiction != claimed.jurisdiction and _SEPARATORS.sub("", one.number or "").upper() == number
    }
    if others:
        yield f"the same number is claimed for {', '.join(sorted(others))}, and a registration is for one state"
