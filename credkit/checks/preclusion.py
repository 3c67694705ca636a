"""The CMS Preclusion List: whom no Medicare Advantage or Part D plan may pay."""

from collections.abc import Mapping
from datetime import date

from credkit.checks.by_hand import whole_file
from credkit.checks.exclusions import receipt
from credkit.checks.interface import concluded
from credkit.checks.listed import rows_about, version_in
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import Evidence, Finding, ProviderFile, SourceRef, Subject


class Preclusion:
    """Says whether the provider is on the Preclusion List (42 CFR 422.222).

    The list is not public: plans have it, monthly. A person records a plan's word, or loads the list that a plan shared
    under the name `preclusion`, with a map of its columns.
    """

    name = "preclusion"
    title = "CMS Preclusion List"
    standard = "42 CFR 422.222"
    by_hand = True
    from_file = False
    automatic = True
    window = VERIFICATION
    held = False
    must_expire = False
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return the one subject: this person, under every name."""
        return whole_file(self.name, file, policy, states)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return the list."""
        return (SourceRef("list", "preclusion"),)

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail a row of this NPI and name; review one of the NPI under another name, and one of the name and date of
        birth without an NPI. Who was reinstated is precluded no more."""
        held = version_in("preclusion", self.name, subject, file, evidence, policy, on)
        if isinstance(held, Finding):
            return held
        version, screening = held
        fails, reviews, over, comparisons = [], [], [], []
        for row in rows_about(file, screening):
            since, back = row.entry.excluded_on, row.entry.reinstated_on
            ended = row.is_over and back is not None and back <= on
            words = f"precluded since {since}" if since else "precluded"
            comparisons.append(
                row.compared(
                    "preclusion", file.provider.name, f"reinstated on {back}" if ended else words, agrees=ended
                )
            )
            if ended:
                over.append(f"reinstated on {back}")
            elif row.by == "NPI and name":
                fails.append(f"{words}, by {row.by}")
            else:
                reviews.append(f"possibly {words}: {row.who}, by {row.by}")
        return concluded(
            fails,
            reviews,
            "; ".join([f"not precluded by {receipt(version)}", *over]),
            comparisons=comparisons,
            advice="Ask the plan that shared the list; nobody precluded is paid by Medicare Advantage or Part D.",
        )
