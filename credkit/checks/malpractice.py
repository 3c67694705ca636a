"""Malpractice insurance: whose it is, for how long, for how much, and whether it reaches back to what came before."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from credkit.checks.cover import (
    CLAIMS_MADE,
    basis_of,
    begun_on,
    lost_cover,
    retroactive_of,
    reviews_of,
    shown_for,
    uncovered_days,
)
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

#: Another policy, or less cover, is another matter; a changed name is not.
_DECISIVE = frozenset({"carrier", "number", "per_claim", "aggregate"})
_JUDGED = ("insured_name", "per_claim", "aggregate", "basis", "retroactive_on")
#: What only a certificate states. It is a claim where it is stated: what was verified without it stays verified.
_STATED = ("shared", "fund", "tail", "owner")


@dataclass(slots=True)
class _Wanted:
    """What is wrong with a certificate, and what another one would have to say instead."""

    fails: list[str] = field(default_factory=list)
    reviews: list[str] = field(default_factory=list)
    name: str | None = None
    since: date | None = None
    until: date | None = None
    amounts: list[str] = field(default_factory=list)
    of_their_own: bool = False
    states: list[str] = field(default_factory=list)
    reaching_back_to: date | None = None
    tail_of: str | None = None
    gaps: list[str] = field(default_factory=list)

    def sentence(self) -> str:
        """Say in one sentence what to send instead."""
        parts = []
        if self.name:
            parts.append(f"that names {self.name}")
        if self.since:
            parts.append(f"in force from {self.since}")
        if self.until:
            parts.append(f"in force until {self.until} or later")
        if self.amounts:
            parts.append(f"with at least {' and '.join(self.amounts)}")
        if self.of_their_own:
            parts.append("with limits that nobody else shares")
        if self.states:
            parts.append(f"that states {', '.join(dict.fromkeys(self.states))}")
        tail = f"with the tail of {self.tail_of}" if self.tail_of else None
        if self.reaching_back_to:
            parts.append(
                f"with a retroactive date of {self.reaching_back_to} or earlier" + (f", or {tail}" if tail else "")
            )
        elif tail:
            parts.append(tail)
        if self.gaps:
            covers = f"that covers {' and '.join(self.gaps)}"
            parts.append(f"and one {covers}" if parts else covers)
        return f"Send a certificate {', '.join(parts)}." if parts else "Send the current certificate of insurance."


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
        """Return the one subject: of several policies, the one that ends last. (Those that have not begun on the day are not
        asked about where another has: `cover.begun_on`.)

        The first day of cover is no claim here, as it moves with every renewal of one and the same policy.
        """
        cover = malpractice_of(file)
        if cover is None:
            return (Subject(self.name, missing="no malpractice insurance on file"),)
        claims = all_names_claims(file.provider) | {"carrier": cover.issuer, "number": cover.number}
        claims |= {key: as_text(cover.details.get(key)) for key in _JUDGED}
        claims |= {key: said for key in _STATED if (said := _stated(cover, key))}
        if _certificate_rejected(cover, file):
            claims["certificate"] = "rejected"
            return (
                Subject(self.name, claims=claims, decisive=_DECISIVE | {"certificate"}, expires_on=cover.expires_on),
            )
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
        file = begun_on(file, on)
        cover = malpractice_of(file)
        if cover is None:
            return unavailable(subject.missing or "no malpractice insurance on file", "Ask the provider for it.")
        if cover.effective_on and cover.effective_on > on and _covered_meanwhile(cover, file, policy, on):
            return unavailable(
                f"the renewal begins on {cover.effective_on}, until when the policy verified before holds",
                "Run the check again on that day.",
            )
        wanted = _Wanted()
        comparisons = [
            _insured(cover, file, policy, wanted),
            *_limits(cover, file, policy, wanted),
            *_shared(cover, policy, wanted),
        ]
        _dates(cover, policy, on, wanted)
        _basis(cover, on, wanted)
        _continuity(cover, file, policy, on, wanted)
        _days_left(cover, file, policy, wanted)
        _as_shown(cover, file, wanted)
        if _certificate_rejected(cover, file):
            wanted.fails.append("the certificate of insurance for this policy was rejected")
        return concluded(
            wanted.fails,
            wanted.reviews,
            f"insured by {cover.issuer or 'a carrier not named'} until {cover.expires_on} for "
            f"{_dollars(cover.details.get('per_claim'))} per claim and "
            f"{_dollars(cover.details.get('aggregate'))} in aggregate{_as_owner(cover, file)}",
            comparisons=comparisons,
            expires_on=cover.expires_on,
            advice=wanted.sentence(),
        )


def _as_shown(cover: Credential, file: ProviderFile, wanted: _Wanted) -> None:
    """Hold a policy against its accepted certificate: what a form claims later does not stand before what was shown."""
    certificate = shown_for(cover, file)
    if certificate is None:
        return
    said = certificate.fields
    insured = as_text(said.get("insured"))
    here = as_text(cover.details.get("insured_name"))
    if insured and fold(insured) != fold(here) and not any(_is_of(file, name) for name in insured.split(";") if name):
        _differs(wanted, f"names {insured}", here)
    for key, words in (("per_claim", "per claim"), ("aggregate", "in aggregate")):
        if key in said and said[key] != cover.details.get(key):
            _differs(wanted, f"says {_dollars(said[key])} {words}", _dollars(cover.details.get(key)))
    for key, words, day in (
        ("effective_on", "begins on", cover.effective_on),
        ("expires_on", "ends on", cover.expires_on),
        ("retroactive_on", "reaches back to", retroactive_of(cover)),
    ):
        if key in said and said[key] != as_text(day):
            _differs(wanted, f"{words} {said[key]}", as_text(day))
    if "basis" in said and said["basis"] != basis_of(cover):
        _differs(wanted, f"says {fold(said['basis'])}", fold(basis_of(cover)))
    if said.get("shared") is True and cover.details.get("shared") is not True:
        _differs(wanted, "says that the limits are shared", "that they are not")


def _differs(wanted: _Wanted, shown: str, here: str | None) -> None:
    wanted.reviews.append(f"the accepted certificate {shown}, and the file says {here or 'nothing'}")


def _certificate_rejected(cover: Credential, file: ProviderFile) -> bool:
    """Say whether certificates of this very policy and term were reviewed, and none is accepted by the last word on it."""
    words = reviews_of(cover, file)
    return bool(words) and not any(review.accepted for review in words)


def malpractice_of(file: ProviderFile) -> Credential | None:
    """Return the malpractice policy claimed; of several, the one that ends last. Of those that end on one day it is the one
    whose certificate was accepted last: what a form claimed does not stand before what was shown."""
    held = file.held(CredentialKind.MALPRACTICE)
    last = max((cover.expires_on or date.min for cover in held), default=date.min)
    ending_last = [cover for cover in held if (cover.expires_on or date.min) == last]
    if len(ending_last) < 2:
        return ending_last[0] if ending_last else None

    places = {review.id: place for place, review in enumerate(file.filing_reviews)}

    def shown(cover: Credential) -> int:
        return max((places[review.id] for review in reviews_of(cover, file) if review.accepted), default=-1)

    return max(ending_last, key=lambda cover: (shown(cover), cover.number or ""))


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


def _stated(cover: Credential, key: str) -> str | None:
    said = cover.details.get(key)
    return ", ".join(map(str, said)) or None if isinstance(said, list | tuple) else as_text(said)


def _dates(cover: Credential, policy: Policy, on: date, wanted: _Wanted) -> None:
    if cover.effective_on is None:
        wanted.fails.append("the first day of cover is not stated")
        wanted.states.append("its first day")
    elif cover.effective_on > on:
        wanted.fails.append(f"cover begins on {cover.effective_on}, which is yet to come")
        wanted.since = on
    if cover.expires_on is None:
        wanted.fails.append("the last day of cover is not stated")
        wanted.states.append("its last day")
    elif cover.effective_on is not None and cover.expires_on <= cover.effective_on:
        wanted.fails.append(f"cover ends on {cover.expires_on}, and begins on {cover.effective_on}")
        wanted.since = on
    elif policy.malpractice.last_day(cover.expires_on) < on:
        wanted.fails.append(f"cover ended on {cover.expires_on}")
        # From the first day without cover, so that none is left between the two.
        wanted.since = policy.malpractice.last_day(cover.expires_on) + timedelta(days=1)


def _limits(cover: Credential, file: ProviderFile, policy: Policy, wanted: _Wanted) -> Iterator[Comparison]:
    profession = profession_of(file.provider.profession)
    family = profession.family if profession else None
    said = cover.details.get("fund")
    taking_part = [str(state) for state in said] if isinstance(said, list | tuple) else []
    practiced = file.provider.states_of_practice
    asked = policy.malpractice.limits(family, practiced, taking_part)
    untold = [state for state in taking_part if state in practiced and _is_untold(policy, state)]
    readable = True
    for key, words, least in zip(("per_claim", "aggregate"), ("per claim", "in aggregate"), asked, strict=True):
        amount: Any = cover.details.get(key)
        is_amount = isinstance(amount, int) and not isinstance(amount, bool)
        readable = readable and is_amount
        enough = is_amount and amount >= least
        if not is_amount:
            wanted.reviews.append(f"the limit {words} cannot be read")
        elif not enough and untold:
            wanted.reviews.append(
                f"{_dollars(amount)} {words} is under {_dollars(least)}, and the policy does not say what the "
                f"compensation fund of {', '.join(untold)} makes of it"
            )
        elif not enough:
            wanted.fails.append(f"{_dollars(amount)} {words} is under the {_dollars(least)} that the policy asks")
        if not enough:
            wanted.amounts.append(f"{_dollars(least)} {words}")
        yield Comparison(key, _dollars(amount), f"at least {_dollars(least)}", agrees=enough)
    per_claim, aggregate = cover.details.get("per_claim"), cover.details.get("aggregate")
    if readable and per_claim is not None and aggregate is not None and aggregate < per_claim:
        wanted.reviews.append(f"{_dollars(aggregate)} in aggregate is under {_dollars(per_claim)} per claim")
        wanted.states.append("which limit is per claim and which in aggregate")


def _is_untold(policy: Policy, state: str) -> bool:
    """Say whether the policy leaves open which limits hold with a state's compensation fund."""
    fund = policy.malpractice.fund(state)
    return fund is None or fund.per_claim is None or fund.aggregate is None


def _dollars(amount: Any) -> str:
    return f"${amount:,}" if isinstance(amount, int) else "not stated"


def _shared(cover: Credential, policy: Policy, wanted: _Wanted) -> Iterator[Comparison]:
    """One policy may cover a whole group: then a colleague's claims can use the limits up."""
    if cover.details.get("shared") is True and policy.malpractice.shared_limits == "review":
        wanted.reviews.append("the limits are shared with others")
        wanted.of_their_own = True
        yield Comparison("limits", "shared", "individual", agrees=False)


def _insured(cover: Credential, file: ProviderFile, policy: Policy, wanted: _Wanted) -> Comparison:
    """Hold the named insured against the provider: by name, among several (a semicolon between), or as the owner of the
    business that is named, where somebody recorded who owns it."""
    written = as_text(cover.details.get("insured_name"))
    owner = as_text(cover.details.get("owner")) if policy.malpractice.owner_insured else None
    agrees = any(_is_of(file, name) for name in (*(written or "").split(";"), owner) if name)
    if not agrees:
        wanted.name = file.provider.name
        wanted.reviews.append(f"the named insured is {written}" if written else "no named insured is stated")
    found = f"{written}, owned by {owner}" if written and owner else written
    return Comparison("named insured", file.provider.name, found, agrees=agrees)


def _as_owner(cover: Credential, file: ProviderFile) -> str:
    """Say so where it is a business that is insured, and the provider by owning it."""
    written = as_text(cover.details.get("insured_name")) or ""
    return "" if any(_is_of(file, name) for name in written.split(";") if name) else f", as the owner of {written}"


def _is_of(file: ProviderFile, written: str) -> bool:
    likeness = same_person_name(claimed_names(file.provider), readings(written))
    return likeness.level == "same" or likeness.how == FORMER_NAME


def _basis(cover: Credential, on: date, wanted: _Wanted) -> None:
    basis = basis_of(cover)
    if basis is None:
        wanted.reviews.append("neither claims-made nor occurrence is stated")
        wanted.states.append("whether it is claims-made or occurrence")
    if basis != CLAIMS_MADE:
        return
    since = retroactive_of(cover)
    if since is None:
        stated = as_text(cover.details.get("retroactive_on")) is not None
        wanted.reviews.append(
            "the retroactive date cannot be read" if stated else "a claims-made policy without a retroactive date"
        )
        wanted.states.append("its retroactive date")
    elif since > on:
        wanted.reviews.append(f"the retroactive date {since} is yet to come")
        wanted.states.append("its retroactive date")
    elif cover.effective_on is not None and since > cover.effective_on:
        wanted.reviews.append(f"the retroactive date {since} is after the first day of cover, {cover.effective_on}")
        wanted.reaching_back_to = cover.effective_on


def _continuity(cover: Credential, file: ProviderFile, policy: Policy, on: date, wanted: _Wanted) -> None:
    """Look for what no policy on file covers: days between two, and acts under an earlier claims-made policy."""
    held = file.held(CredentialKind.MALPRACTICE)
    weighed = on - relativedelta(years=policy.claims_history.years)
    for gap in uncovered_days(cover, held, last_day_covered=policy.malpractice.last_day_covered, since=weighed):
        wanted.reviews.append(f"no policy on file covers {gap.since} to {gap.until}")
        wanted.gaps.append(f"{gap.since} to {gap.until}")
    lost = lost_cover(cover, held)
    since = retroactive_of(cover)
    if lost is None or (since is not None and since > on):
        return
    name = f"policy {lost.policy.number}" if lost.policy.number else "the earlier policy"
    if basis_of(cover) == CLAIMS_MADE:
        wanted.reviews.append(
            f"the retroactive date {since} is after an earlier policy began, on {lost.since}: ask for its tail"
        )
        wanted.reaching_back_to = min(wanted.reaching_back_to or lost.since, lost.since)
    else:
        wanted.reviews.append(
            f"{name} was claims-made since {lost.since}, and no tail of it is known: ask for its tail"
        )
    wanted.tail_of = name


def _days_left(cover: Credential, file: ProviderFile, policy: Policy, wanted: _Wanted) -> None:
    signed_on = file.application.signed_on if file.application else None
    if signed_on is None or cover.expires_on is None:
        return
    least = policy.malpractice.min_days_left_at_intake
    left = (cover.expires_on - signed_on).days
    if left < least:
        wanted.reviews.append(
            f"{max(left, 0)} days of cover were left when the application was signed, the policy wants {least}"
        )
        # One that begins anew lasts long enough by itself.
        wanted.until = None if wanted.since else signed_on + timedelta(days=least)
