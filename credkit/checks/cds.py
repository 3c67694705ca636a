"""The state's own controlled-substance registration (CDS, CSR, BNDD), in the states that have one."""

from collections.abc import Mapping
from datetime import date

from credkit.checks.by_hand import left_to_a_person
from credkit.checks.interface import concluded, unavailable
from credkit.checks.prescribing import prescribes, registration_in, registrations
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import CredentialKind, Evidence, Finding, ProviderFile, SourceRef, Subject


class Cds:
    """Says, for each state that has a registration of its own, whether the one claimed there can be current.

    Which states have one is the policy's (`prescribing.cds_states`). Numbers differ by state and have no check digit, so
    only the dates are judged here; a person verifies it at the state (NCQA CR 3 A).
    """

    name = "cds"
    title = "controlled-substance registration"
    standard = "NCQA CR 3 A"
    by_hand = True
    from_file = False
    automatic = True
    window = VERIFICATION
    held = True
    must_expire = True
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return one subject for each state that has its own registration, for who may prescribe there."""
        asked = [
            state for state in states if state in policy.prescribing.cds_states and prescribes(file, policy, state)
        ]
        return registrations(self.name, self.title, CredentialKind.CDS, file, asked)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: there is no source to ask."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail one that has expired; leave every other to a person."""
        claimed = registration_in(file, CredentialKind.CDS, subject.key)
        if claimed is None or subject.missing:
            return unavailable(
                subject.missing or f"no {self.title} for {subject.key} on file", "Ask the provider for it."
            )
        if claimed.expires_on is not None and claimed.expires_on < on:
            return concluded(
                [f"{subject.key} {self.title} {claimed.number} expired on {claimed.expires_on}"],
                [],
                "",
                advice="Ask the provider for the current registration.",
            )
        return left_to_a_person(
            self.name,
            self.title,
            subject,
            file,
            [f"claimed is {claimed.number}" + (f" until {claimed.expires_on}" if claimed.expires_on else "")],
            looks=[] if claimed.expires_on else ["no date of expiry is stated"],
            where=f"at {subject.key}'s controlled-substance authority",
        )
