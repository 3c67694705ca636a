"""The degree that a provider practices by."""

from collections.abc import Mapping
from datetime import date

from credkit.checks.by_hand import left_to_a_person
from credkit.checks.interface import all_names_claims, as_text, concluded, unavailable
from credkit.checks.window import AGELESS
from credkit.policy import Policy
from credkit.records import (
    Comparison,
    Credential,
    CredentialKind,
    Evidence,
    Finding,
    ProviderFile,
    SourceRef,
    Subject,
)


class Education:
    """Says whether the last degree claimed can have been earned; that it was, a person verifies at the school.

    NCQA CR 3 A: the highest level is verified, at the school or its agent, once; a day of graduation that is yet to come
    is not valid.
    """

    name = "education"
    title = "education and training"
    standard = "NCQA CR 3 A"
    by_hand = True
    from_file = False
    automatic = True
    window = AGELESS
    held = False
    must_expire = False
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return one subject: of several degrees the last one earned."""
        last = _last(file)
        if last is None:
            return (Subject(self.name, missing="no degree and no school on file"),)
        claims = {"school": as_text(last.issuer), "degree": as_text(last.details.get("degree"))}
        lacking = [word for word, value in claims.items() if value is None]
        return (
            Subject(
                self.name,
                claims=all_names_claims(file.provider) | claims | {"graduated_on": as_text(last.issued_on)},
                decisive=frozenset({"school", "degree"}),
                missing=f"no {' and no '.join(sorted(lacking))} on file" if lacking else None,
            ),
        )

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: there is no source to ask."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail a graduation that is yet to come; leave every other to a person."""
        last = _last(file)
        if last is None or subject.missing:
            return unavailable(subject.missing or "no degree and no school on file", "Ask the provider for it.")
        degree, graduated_on = last.details.get("degree"), last.issued_on
        if graduated_on is not None and graduated_on > on:
            return concluded(
                [f"{degree} of {last.issuer} is of {graduated_on}, which is yet to come"],
                [],
                "",
                comparisons=[Comparison("graduated", graduated_on.isoformat(), f"by {on}", agrees=False)],
                advice="Ask the provider for the degree they hold today, and correct the file.",
            )
        return left_to_a_person(
            self.name,
            self.title,
            subject,
            file,
            [f"claimed is {degree} of {last.issuer}" + (f", {graduated_on}" if graduated_on else "")],
            looks=[] if graduated_on else ["the day of graduation is not stated"],
            where="at the school, or at the clearinghouse as its agent,",
        )


def _last(file: ProviderFile) -> Credential | None:
    return max(file.held(CredentialKind.EDUCATION), key=lambda one: one.issued_on or date.min, default=None)
