"""The Death Master File: that nobody uses a dead provider's name."""

from collections.abc import Mapping
from datetime import date

from credkit.checks.exclusions import receipt
from credkit.checks.interface import all_names_claims, as_text, concluded
from credkit.checks.listed import rows_about, version_in
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import Evidence, Finding, ProviderFile, SourceRef, Subject


class Death:
    """Says whether somebody of the provider's NPI, or of their name and date of birth, is reported dead.

    The file is for those whom its keeper certifies (42 CFR 455.436 asks it of Medicaid agencies). It is loaded under the
    name `death`, with a map of its columns in which the day of death is `excluded_on`.
    """

    name = "death"
    title = "Death Master File"
    standard = "42 CFR 455.436"
    by_hand = True
    from_file = False
    automatic = True
    window = VERIFICATION
    held = False
    must_expire = False
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return the one subject: this person, under every name, with the date of birth."""
        provider = file.provider
        claims = all_names_claims(provider) | {"npi": provider.npi, "date_of_birth": as_text(provider.date_of_birth)}
        missing = None if provider.date_of_birth else "no date of birth, without which nobody can be told apart"
        return (Subject(self.name, claims=claims, missing=missing),)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return the file as a list."""
        return (SourceRef("list", "death"),)

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail a row of this NPI and name; review one of the NPI under another name, and one of the name and date of
        birth: two people may share both."""
        held = version_in("death", self.name, subject, file, evidence, policy, on)
        if isinstance(held, Finding):
            return held
        version, screening = held
        fails, reviews, comparisons = [], [], []
        for row in rows_about(file, screening):
            died_on = row.entry.excluded_on
            words = f"reported dead on {died_on}" if died_on else "reported dead"
            comparisons.append(row.compared("death", file.provider.name, words))
            if row.by == "NPI and name":
                fails.append(f"{words}, by {row.by}")
            else:
                reviews.append(f"possibly {words}: {row.who}, by {row.by}")
        return concluded(
            fails,
            reviews,
            f"not reported dead by {receipt(version)}",
            comparisons=comparisons,
            advice="Speak with the provider in person, and compare their papers; accept a stranger's row with the reason.",
        )
