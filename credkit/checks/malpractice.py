"""Malpractice insurance: whose it is, for how long, and for how much."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from credkit.checks.interface import all_names_claims, as_text, concluded, unavailable
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import (
    Comparison,
    Credential,
    CredentialKind,
    Evidence,
    Finding,
    ProviderFile,
    Result,
    SourceRef,
    Subject,
)
from credkit.reference.professions import profession_of
from credkit.screening.names import FORMER_NAME, claimed_names, fold, readings, same_person_name

_BASES = {"claims made": "claims_made", "occurrence": "occurrence"}
#: Another policy, or less cover, is another matter; a changed name is not.
_DECISIVE = frozenset({"carrier", "number", "per_claim", "aggregate"})
_JUDGED = ("insured_name", "per_claim", "aggregate", "basis", "retroactive_on")


class Malpractice:
    """Says whether a malpractice policy covers this provider on a day, to the limits that the policy asks."""

    name = "malpractice"
    title = "malpractice insurance"
    standard = "NCQA CR 3 C: current malpractice insurance coverage"
    by_hand = False
    from_file = True
    automatic = True
    window = VERIFICATION
    held = True
    must_expire = False
    essential = True

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return the one subject: of several policies, the one that ends last.

        The first day of cover is no claim here, as it moves with every renewal of one and the same policy.
        """
        cover = malpractice_of(file)
        if cover is None:
            return (Subject(self.name, missing="no malpractice insurance on file"),)
        claims = all_names_claims(file.provider) | {"carrier": cover.issuer, "number": cover.number}
        claims |= {key: as_text(cover.details.get(key)) for key in _JUDGED}
        return (Subject(self.name, claims=claims, decisive=_DECISIVE, expires_on=cover.expires_on),)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: the file alone is judged."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail what does not cover `on`, or covers too little; review what a person must read on the certificate.

        The finding's `expires_on` is the end as the certificate states it. Whether that day itself is covered is the
        policy's to say (`last_day_covered`; most policies end at 12:01 a.m. of it).
        """
        cover = malpractice_of(file)
        if cover is None:
            return unavailable(subject.missing or "no malpractice insurance on file", "Ask the provider for it.")
        if cover.effective_on and cover.effective_on > on and _covered_meanwhile(cover, file, policy, on):
            return unavailable(
                f"the renewal begins on {cover.effective_on}, until when the policy verified before holds",
                "Run the check again on that day.",
            )
        short, unreadable, comparisons = _limits(cover, file, policy)
        insured = _insured(cover, file)
        if not insured.agrees:
            unreadable.append(
                f"the named insured is {insured.found}" if insured.found else "no named insured is stated"
            )
        return concluded(
            [*_dates(cover, policy, on), *short],
            [*unreadable, *_basis(cover, file, on), *_days_left(cover, file, policy)],
            f"insured by {cover.issuer or 'a carrier not named'} until {cover.expires_on} for "
            f"{_dollars(cover.details.get('per_claim'))} per claim and "
            f"{_dollars(cover.details.get('aggregate'))} in aggregate",
            comparisons=[insured, *comparisons],
            expires_on=cover.expires_on,
            advice="Ask the provider for a current certificate of insurance that shows it.",
        )


def malpractice_of(file: ProviderFile) -> Credential | None:
    """Return the malpractice policy claimed; of several, the one that ends last."""
    held = file.held(CredentialKind.MALPRACTICE)
    return max(held, key=lambda cover: (cover.expires_on or date.min, cover.number or ""), default=None)


def _covered_meanwhile(cover: Credential, file: ProviderFile, policy: Policy, on: date) -> bool:
    """Say whether an earlier term of the same policy, verified while it was claimed, is still in force."""
    return any(
        earlier.check == "malpractice"
        and earlier.result is Result.PASS
        and earlier.claims.get("number") == cover.number
        and earlier.expires_on is not None
        and earlier.expires_on != cover.expires_on
        and policy.malpractice.last_day(earlier.expires_on) >= on
        for earlier in file.verifications
    )


def _dates(cover: Credential, policy: Policy, on: date) -> Iterator[str]:
    if cover.effective_on is None:
        yield "the first day of cover is not stated"
    elif cover.effective_on > on:
        yield f"cover begins on {cover.effective_on}, which is yet to come"
    if cover.expires_on is None:
        yield "the last day of cover is not stated"
    elif cover.effective_on is not None and cover.expires_on <= cover.effective_on:
        yield f"cover ends on {cover.expires_on}, and begins on {cover.effective_on}"
    elif policy.malpractice.last_day(cover.expires_on) < on:
        yield f"cover ended on {cover.expires_on}"


def _limits(cover: Credential, file: ProviderFile, policy: Policy) -> tuple[list[str], list[str], list[Comparison]]:
    profession = profession_of(file.provider.profession)
    family = profession.family if profession else None
    asked = policy.malpractice.limits(family, file.provider.states_of_practice)
    short: list[str] = []
    unreadable: list[str] = []
    comparisons = []
    for key, words, least in zip(("per_claim", "aggregate"), ("per claim", "in aggregate"), asked, strict=True):
        amount: Any = cover.details.get(key)
        readable = isinstance(amount, int) and not isinstance(amount, bool)
        enough = readable and amount >= least
        if not readable:
            unreadable.append(f"the limit {words} cannot be read")
        elif not enough:
            short.append(f"{_dollars(amount)} {words} is under the {_dollars(least)} that the policy asks")
        comparisons.append(Comparison(key, _dollars(amount), f"at least {_dollars(least)}", agrees=enough))
    per_claim, aggregate = cover.details.get("per_claim"), cover.details.get("aggregate")
    if not unreadable and per_claim is not None and aggregate is not None and aggregate < per_claim:
        unreadable.append(f"{_dollars(aggregate)} in aggregate is under {_dollars(per_claim)} per claim")
    return short, unreadable, comparisons


def _dollars(amount: Any) -> str:
    return f"${amount:,}" if isinstance(amount, int) else "not stated"


def _insured(cover: Credential, file: ProviderFile) -> Comparison:
    written = as_text(cover.details.get("insured_name"))
    likeness = same_person_name(claimed_names(file.provider), readings(written))
    agrees = likeness.level == "same" or likeness.how == FORMER_NAME
    return Comparison("named insured", file.provider.name, written, agrees=agrees)


def _basis(cover: Credential, file: ProviderFile, on: date) -> Iterator[str]:
    basis = _BASES.get(fold(as_text(cover.details.get("basis"))))
    if basis is None:
        yield "neither claims-made nor occurrence is stated"
    if basis != "claims_made":
        return
    retroactive = as_text(cover.details.get("retroactive_on"))
    if retroactive is None:
        yield "a claims-made policy without a retroactive date"
        return
    try:
        since = date.fromisoformat(retroactive)
    except ValueError:
        yield "the retroactive date cannot be read"
        return
    if since > on:
        yield f"the retroactive date {since} is yet to come"
    elif cover.effective_on is not None and since > cover.effective_on:
        yield f"the retroactive date {since} is after the first day of cover, {cover.effective_on}"
    else:
        yield from _uncovered_before(cover, file, since)


def _uncovered_before(cover: Credential, file: ProviderFile, since: date) -> Iterator[str]:
    """What an earlier claims-made policy covered is covered no more, where the next one reaches less far back."""
    begun = [
        earlier.effective_on
        for earlier in file.held(CredentialKind.MALPRACTICE)
        if earlier.effective_on is not None
        and earlier.id != cover.id
        and _BASES.get(fold(as_text(earlier.details.get("basis")))) == "claims_made"
    ]
    if begun and min(begun) < since:
        yield f"the retroactive date {since} is after an earlier policy began, on {min(begun)}: ask for its tail"


def _days_left(cover: Credential, file: ProviderFile, policy: Policy) -> Iterator[str]:
    signed_on = file.application.signed_on if file.application else None
    if signed_on is None or cover.expires_on is None:
        return
    left = (cover.expires_on - signed_on).days
    if left < policy.malpractice.min_days_left_at_intake:
        yield (
            f"{max(left, 0)} days of cover were left when the application was signed, "
            f"the policy wants {policy.malpractice.min_days_left_at_intake}"
        )
