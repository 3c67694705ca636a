"""The signature under the application: that it is correct and complete."""

from collections.abc import Mapping
from datetime import date, timedelta

from credkit.checks.interface import all_names_claims, as_text, concluded, unavailable
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import Comparison, Evidence, Finding, ProviderFile, SourceRef, Subject
from credkit.screening.names import claimed_names, readings, same_person_name


class Attestation:
    """Says whether the application is signed, by this provider, and lately enough to be decided on."""

    name = "attestation"
    title = "signed attestation"
    standard = "NCQA CR 3 C"
    by_hand = False
    from_file = True
    automatic = True
    window = VERIFICATION
    held = False
    must_expire = False
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return the one subject, good for the policy's days from the signature."""
        application = file.application
        if application is None:
            return (Subject(self.name, missing="no application on file"),)
        signed_name = as_text(application.signed_name)
        lacking = [word for word, given in (("name", signed_name), ("date", application.signed_on)) if not given]
        return (
            Subject(
                self.name,
                claims=all_names_claims(file.provider)
                | {"signed_name": signed_name, "signed_on": as_text(application.signed_on)},
                expires_on=_good_until(application.signed_on, policy),
                missing=f"the application is not signed: no {' and no '.join(lacking)}" if lacking else None,
            ),
        )

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: the file alone is judged."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail a signature of a day to come, or too old; review one under another name, a former name included."""
        application = file.application
        until = _good_until(application.signed_on, policy) if application else None
        signed_name = as_text(application.signed_name) if application else None
        if application is None or application.signed_on is None or until is None or signed_name is None:
            return unavailable(subject.missing or "the application is not signed", "Ask the provider to sign it.")
        likeness = same_person_name(claimed_names(file.provider), readings(signed_name))
        fails = []
        if application.signed_on > on:
            fails.append(f"the application is signed on {application.signed_on}, which is yet to come")
        elif until < on:
            fails.append(
                f"the application was signed on {application.signed_on}, "
                f"more than {policy.windows.attestation_days} days ago"
            )
        same = likeness.level == "same"
        return concluded(
            fails,
            [] if same else [f"the application is signed by {signed_name} ({likeness.how})"],
            f"signed by {signed_name} on {application.signed_on}",
            comparisons=[Comparison("signed name", signed_name, file.provider.name, agrees=same)],
            expires_on=until,
            advice="Ask the provider to sign the application again, under the name they practice by.",
        )


def _good_until(signed_on: date | None, policy: Policy) -> date | None:
    return signed_on + timedelta(days=policy.windows.attestation_days) if signed_on else None
