"""Providers who opted out of Medicare."""

from collections.abc import Mapping
from datetime import date

from credkit.checks.by_hand import whole_file
from credkit.checks.exclusions import receipt
from credkit.checks.interface import concluded
from credkit.checks.listed import Row, rows_about, version_in
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import Evidence, Finding, ListVersion, ProviderFile, SourceRef, Subject


class MedicareOptOut:
    """Says whether the provider's NPI stands on the list of opt-out affidavits.

    Who opted out can neither enroll with Medicare nor see a Medicare Advantage plan's members (42 CFR 422.204), and may
    see everybody else: it is for a person to accept, with the reason, and the file stays an exception.
    """

    name = "medicare_opt_out"
    title = "Medicare opt-out"
    standard = "42 CFR 422.204"
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
        """Return the list of opt-out affidavits."""
        return (SourceRef("list", "optout"),)

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Review an affidavit in force, one to come, and one that ended since the list was published: affidavits renew
        themselves every two years. The list is by NPI, and only that is compared."""
        held = version_in("optout", self.name, subject, file, evidence, policy, on)
        if isinstance(held, Finding):
            return held
        version, screening = held
        rows = [row for row in rows_about(file, screening) if row.entry.npi == file.provider.npi]
        reviews = [words for row in rows if (words := _in_words(row, version, on))]
        ended = [f"an affidavit ended on {row.entry.ends_on}" for row in rows if not _in_words(row, version, on)]
        return concluded(
            [],
            reviews,
            "; ".join([f"not opted out by {receipt(version)}", *ended]),
            comparisons=[
                row.compared("optout", file.provider.name, words or f"ended on {row.entry.ends_on}", agrees=not words)
                for row in rows
                for words in [_in_words(row, version, on)]
            ],
            advice="No enrollment with Medicare or a Medicare Advantage plan is possible. Where none is meant, accept it: "
            f"credkit verify accept {file.provider.npi} {self.name} --reason TEXT",
        )


def _in_words(row: Row, version: ListVersion, on: date) -> str:
    """Say why a row is for a person to look at; "" where the affidavit had ended when the list was published."""
    since, until = row.entry.excluded_on, row.entry.ends_on
    if until is not None and until < min(on, version.published_on):
        return ""
    name = "" if row.by == "NPI and name" else f" under another name, {row.who}"
    if until is not None and until < on:
        return (
            f"opted out of Medicare{name} until {until}, after the list was published: affidavits renew themselves, and "
            "a newer list says whether this one did"
        )
    if since is not None and since > on:
        return f"opts out of Medicare{name} from {since} on"
    return f"opted out of Medicare{name}" + (f" since {since}" if since else "") + (f", until {until}" if until else "")
