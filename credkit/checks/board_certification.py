"""Certification by a specialty's board."""

from collections.abc import Mapping
from datetime import date

from credkit.checks.by_hand import left_to_a_person
from credkit.checks.interface import as_text, concluded, name_claims, unavailable
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import (
    Credential,
    CredentialKind,
    Evidence,
    Finding,
    ProviderFile,
    SourceRef,
    Subject,
)
from credkit.reference.professions import profession_of


class BoardCertification:
    """Says, for each certification claimed, whether it can be current; that it is, a person verifies at the board.

    NCQA CR 3 A asks for what is claimed, and requires nobody to be certified; the policy may (`required_of`).
    """

    name = "board_certification"
    title = "board certification"
    standard = "NCQA CR 3 A"
    by_hand = True
    from_file = False
    automatic = True
    window = VERIFICATION
    held = True
    must_expire = False
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return one subject for each certification claimed; where the policy requires one and none is claimed, that."""
        held = _by_board(file)
        if held:
            return tuple(
                Subject(
                    self.name,
                    key,
                    claims=name_claims(file.provider)
                    | {"board": one.issuer, "specialty": as_text(one.details.get("specialty"))},
                    decisive=frozenset({"board", "specialty"}),
                    expires_on=one.expires_on,
                )
                for key, one in held.items()
            )
        profession = profession_of(file.provider.profession)
        if profession is not None and profession.family in policy.board_certification.required_of:
            return (Subject(self.name, missing=f"no board certification on file, asked of every {profession.family}"),)
        return ()

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: there is no source to ask."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail one that has expired, or was given on a day to come; leave every other to a person.

        A certification without a date of expiry may be one for life: the board says.
        """
        claimed = _by_board(file).get(subject.key)
        if claimed is None or subject.missing:
            return unavailable(subject.missing or "no board certification on file", "Ask the provider for it.")
        fails = []
        if claimed.expires_on is not None and claimed.expires_on < on:
            fails.append(f"the certification by {subject.key} expired on {claimed.expires_on}")
        if claimed.issued_on is not None and claimed.issued_on > on:
            fails.append(f"the certification by {subject.key} is of {claimed.issued_on}, which is yet to come")
        if fails:
            return concluded(fails, [], "", advice="Ask the provider for the current certificate.")
        return left_to_a_person(
            self.name,
            self.title,
            subject,
            file,
            [f"claimed until {claimed.expires_on}"] if claimed.expires_on else [],
            looks=[] if claimed.expires_on else ["no date of expiry is claimed, and few are certified for life"],
            where=f"at {claimed.issuer}" if claimed.issuer else "at the board",
        )


def _by_board(file: ProviderFile) -> dict[str, Credential]:
    """Each certification by its board's name, with the specialty where one board certified two."""
    held = file.held(CredentialKind.BOARD_CERTIFICATION)
    names = [one.issuer or "board not named" for one in held]
    keys: dict[str, Credential] = {}
    for name, one in zip(names, held, strict=True):
        specialty = as_text(one.details.get("specialty"))
        key = f"{name}, {specialty}" if names.count(name) > 1 and specialty else name
        known = keys.get(key)
        if known is None or (known.expires_on or date.min) < (one.expires_on or date.min):
            keys[key] = one
    return keys
