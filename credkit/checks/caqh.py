"""The CAQH profile: complete, authorized, on our roster, and attested lately enough."""

from collections.abc import Mapping
from datetime import date, timedelta

from credkit.checks.interface import as_text, concluded, unavailable
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import Comparison, Credential, CredentialKind, Evidence, Finding, ProviderFile, SourceRef, Subject
from credkit.reference.caqh import exception_advice, is_harmless, status_meaning, words

#: One field, the reasons why it fails, and those why a person must look.
_Weighed = tuple[Comparison, list[str], list[str]]
_YES = frozenset({"y", "yes", "true", "1"})
_NO = frozenset({"n", "no", "false", "0"})
_ADVICE = "log in to CAQH, authorize us and attest again"


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
        profile = caqh_profile(file)
        if profile is None or not profile.number:
            refused = roster_exception(profile) if profile else None
            return (Subject(self.name, missing=f"no CAQH id on file{f'; CAQH says: {refused}' if refused else ''}"),)
        claims: dict[str, str | None] = {"number": profile.number}
        claims |= {key: as_text(profile.details.get(key)) for key in ("status", "authorized", "roster_status")}
        if refused := roster_exception(profile):
            claims["roster_exception"] = refused
        return (
            Subject(
                self.name,
                claims=claims,
                decisive=frozenset({"number"}),
                expires_on=attested_until(profile, file, policy),
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
        profile = caqh_profile(file)
        until = attested_until(profile, file, policy) if profile else None
        if profile is None or profile.issued_on is None or until is None:
            return unavailable(subject.missing or "no CAQH profile on file", "Ask the provider for it.")
        fails: list[str] = []
        reviews: list[str] = []
        comparisons: list[Comparison] = []
        if profile.issued_on > on:
            fails.append(f"the day of CAQH attestation, {profile.issued_on}, is yet to come")
        elif until < on:
            days = (until - profile.issued_on).days
            fails.append(f"CAQH was attested on {profile.issued_on}, more than {days} days ago")
        for comparison, fail, review in (_status(profile, policy), _authorized(profile), _roster(profile)):
            comparisons.append(comparison)
            fails += fail
            reviews += review
        if refused := roster_exception(profile):
            reviews.append(f"CAQH refused our roster row: {refused}")
        return concluded(
            fails,
            reviews,
            f"CAQH profile {profile.number} is usable, and attested on {profile.issued_on}",
            comparisons=comparisons,
            expires_on=until,
            advice=_advice(profile, policy),
        )


def caqh_profile(file: ProviderFile) -> Credential | None:
    """Return the CAQH profile on file; of several, the one attested last."""
    held = file.held(CredentialKind.CAQH)
    return max(held, key=lambda profile: profile.issued_on or date.min, default=None)


def attested_until(profile: Credential, file: ProviderFile, policy: Policy) -> date | None:
    """Return the last day of the last attestation, None where none is known. The state of practice that CAQH has counts,
    else those of the file (Illinois has 180 days, every other state 120)."""
    if profile.issued_on is None:
        return None
    state = as_text(profile.details.get("practice_state"))
    days = policy.caqh_days((state,) if state else file.provider.states_of_practice)
    return profile.issued_on + timedelta(days=days)


def roster_exception(profile: Credential) -> str | None:
    """Return why CAQH refused our roster row, in its words; None where it did not, or where nothing is to be done."""
    text = as_text(profile.details.get("roster_exception"))
    return None if text is None or is_harmless(text) else text


def why_not_usable(profile: Credential, policy: Policy) -> tuple[str, ...]:
    """Return every reason why payers cannot read a profile, or why nobody knows whether they can; () where they can. The
    day of attestation is another matter (`attested_until`)."""
    weighed = (_status(profile, policy), _authorized(profile), _roster(profile))
    return tuple(reason for _, fails, reviews in weighed for reason in (*fails, *reviews))


def is_active(roster_status: str | None) -> bool:
    """Say whether a roster status is that of a provider on our roster."""
    return words(roster_status) == "active"


def _advice(profile: Credential, policy: Policy) -> str:
    if refused := roster_exception(profile):
        advice = exception_advice(refused)
        return f"{advice[:1].upper()}{advice[1:]}."
    meaning = status_meaning(as_text(profile.details.get("status")), policy.caqh.statuses)
    return f"Ask the provider to {_ADVICE if meaning.usability != 'unusable' else meaning.advice}."


def _status(profile: Credential, policy: Policy) -> _Weighed:
    status = as_text(profile.details.get("status"))
    meaning = status_meaning(status, policy.caqh.statuses)
    comparison = Comparison("status", status, "complete and attested", agrees=meaning.usability == "usable")
    match meaning.usability:
        case "usable":
            return comparison, [], []
        case "unusable":
            return comparison, [f"the CAQH status is {status}"], []
        case _:
            return (
                comparison,
                [],
                [f"{status} is no CAQH status we know" if status else "the CAQH status is not stated"],
            )


def _authorized(profile: Credential) -> _Weighed:
    authorized = as_text(profile.details.get("authorized"))
    word = words(authorized)
    comparison = Comparison("authorized", authorized, "yes", agrees=word in _YES)
    if word in _YES:
        return comparison, [], []
    if word in _NO:
        return comparison, ["we are not authorized to read the CAQH profile"], []
    return comparison, [], ["whether we may read the CAQH profile is not stated"]


def _roster(profile: Credential) -> _Weighed:
    roster = as_text(profile.details.get("roster_status"))
    active = is_active(roster)
    comparison = Comparison("roster status", roster, "ACTIVE", agrees=active)
    if active:
        return comparison, [], []
    if roster:
        return comparison, [f"the provider's status on our CAQH roster is {roster}"], []
    return comparison, [], ["the status on our CAQH roster is not stated"]
