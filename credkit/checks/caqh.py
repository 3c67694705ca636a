"""The CAQH profile: complete, authorized, on our roster, and attested lately enough."""

from collections.abc import Mapping
from datetime import date, timedelta

from credkit.checks.interface import as_text, concluded, unavailable
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import Comparison, Credential, CredentialKind, Evidence, Finding, ProviderFile, SourceRef, Subject
from credkit.screening.names import fold

#: Provider_Status, folded: the profile can be read by payers.
USABLE = frozenset({"initial profile complete", "re attestation", "reattestation"})
#: Provider_Status, folded: it cannot. CAQH does not publish the list; a word in neither is for a person to look at.
UNUSABLE = frozenset(
    {
        "initial outreach", "first provider contact", "alternate provider contact", "new provider",
        "profile data submitted", "expired attestation", "expired", "opt out", "rejected", "deceased", "retired",
    }
)  # fmt: skip
#: One field, the reasons why it fails, and those why a person must look.
_Weighed = tuple[Comparison, list[str], list[str]]
_YES = frozenset({"y", "yes", "true", "1"})
_NO = frozenset({"n", "no", "false", "0"})


class Caqh:
    """Says whether payers can read this provider's CAQH profile: usable status, authorized, ACTIVE on the roster, and
    attested within the policy's days (120; 180 in Illinois).
    """

    name = "caqh"
    title = "CAQH profile"
    standard = "CAQH re-attestation, every 120 days; Illinois 180"
    by_hand = False
    from_file = True
    automatic = True
    window = VERIFICATION
    held = True
    must_expire = False
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return the one subject. The day of attestation is no claim: a new one leaves the old standing to its end."""
        profile = _profile(file)
        if profile is None or not profile.number:
            return (Subject(self.name, missing="no CAQH id on file"),)
        claims: dict[str, str | None] = {"number": profile.number}
        claims |= {key: as_text(profile.details.get(key)) for key in ("status", "authorized", "roster_status")}
        return (
            Subject(
                self.name,
                claims=claims,
                decisive=frozenset({"number"}),
                expires_on=_good_until(profile, file, policy),
                missing=None if profile.issued_on else "no day of CAQH attestation on file",
            ),
        )

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: the file alone is judged."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail a profile that payers cannot read; review a status that nobody knows, or that is not stated."""
        profile = _profile(file)
        until = _good_until(profile, file, policy) if profile else None
        if profile is None or profile.issued_on is None or until is None:
            return unavailable(subject.missing or "no CAQH profile on file", "Ask the provider for it.")
        fails: list[str] = []
        reviews: list[str] = []
        comparisons: list[Comparison] = []
        if profile.issued_on > on:
            fails.append(f"the day of CAQH attestation, {profile.issued_on}, is yet to come")
        elif until < on:
            days = policy.caqh_days(file.provider.states_of_practice)
            fails.append(f"CAQH was attested on {profile.issued_on}, more than {days} days ago")
        for comparison, fail, review in (_status(profile), _authorized(profile), _roster(profile)):
            comparisons.append(comparison)
            fails += fail
            reviews += review
        return concluded(
            fails,
            reviews,
            f"CAQH profile {profile.number} is usable, and attested on {profile.issued_on}",
            comparisons=comparisons,
            expires_on=until,
            advice="Ask the provider to log in to CAQH, authorize us and attest again.",
        )


def _profile(file: ProviderFile) -> Credential | None:
    held = file.held(CredentialKind.CAQH)
    return max(held, key=lambda profile: profile.issued_on or date.min, default=None)


def _good_until(profile: Credential, file: ProviderFile, policy: Policy) -> date | None:
    if profile.issued_on is None:
        return None
    return profile.issued_on + timedelta(days=policy.caqh_days(file.provider.states_of_practice))


def _status(profile: Credential) -> _Weighed:
    status = as_text(profile.details.get("status"))
    word = fold(status)
    comparison = Comparison("status", status, "complete and attested", agrees=word in USABLE)
    if word in USABLE:
        return comparison, [], []
    if word in UNUSABLE:
        return comparison, [f"the CAQH status is {status}"], []
    return comparison, [], [f"{status} is no CAQH status we know" if status else "the CAQH status is not stated"]


def _authorized(profile: Credential) -> _Weighed:
    authorized = as_text(profile.details.get("authorized"))
    word = fold(authorized)
    comparison = Comparison("authorized", authorized, "yes", agrees=word in _YES)
    if word in _YES:
        return comparison, [], []
    if word in _NO:
        return comparison, ["we are not authorized to read the CAQH profile"], []
    return comparison, [], ["whether we may read the CAQH profile is not stated"]


def _roster(profile: Credential) -> _Weighed:
    roster = as_text(profile.details.get("roster_status"))
    active = fold(roster) == "active"
    comparison = Comparison("roster status", roster, "ACTIVE", agrees=active)
    if active:
        return comparison, [], []
    if roster:
        return comparison, [f"the provider's status on our CAQH roster is {roster}"], []
    return comparison, [], ["the status on our CAQH roster is not stated"]
