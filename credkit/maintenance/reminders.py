"""What each provider is to be reminded of: what ends, by the policy's bands of days, and what only they can give.

Pure. An item is named by what it is and its date, so that a renewal is another item; each (item, band) is reminded of once.
No text holds a date of birth, a number of a credential, or anything else than what to do, where, and by when.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from credkit.checks.caqh import attested_until, caqh_profile
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, ProviderFile
from credkit.status.assess import Assessment
from credkit.status.duties import DUTY, open_duties
from credkit.status.expiry import band_of, band_of_duty, end_of

#: What each kind is called in a mail, and what the provider does about it.
_WORDS: Mapping[CredentialKind, tuple[str, str]] = {
    CredentialKind.LICENSE: ("Your license", "Renew it with the board, and send us the new date."),
    CredentialKind.MALPRACTICE: ("Your malpractice insurance", "Send us the certificate of the new policy."),
    CredentialKind.DEA: ("Your DEA registration", "Renew it, and send us the new date."),
    CredentialKind.CDS: ("Your controlled-substance registration", "Renew it, and send us the new date."),
    CredentialKind.BOARD_CERTIFICATION: ("Your board certification", "Renew it, and send us the new date."),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to be reminded of. `key` names it for ever; `band` says how near it is ("30", "expired", "asked")."""

    key: str
    band: str
    title: str
    due_on: date | None
    what: str


def items(assessment: Assessment, policy: Policy, on: date) -> Iterator[Item]:
    """Return everything that a provider is to be reminded of on a day, the nearest first."""
    found = [
        *_ending(assessment.file, policy, on),
        *_attesting(assessment.file, policy, on),
        *_duties(assessment, policy, on),
        *_asked(assessment),
    ]
    yield from sorted(found, key=lambda one: (one.due_on or date.max, one.key))


def new(found: Collection[Item], reminded: Collection[tuple[str, str]]) -> list[Item]:
    """Return the items of which the provider has not been reminded in this band."""
    return [one for one in found if (one.key, one.band) not in reminded]


def fields_of(assessment: Assessment, found: Collection[Item], organization: str, contact: str) -> dict[str, Any]:
    """Return what the mail's template may use."""
    return {
        "organization": organization or "The credentialing office",
        "contact": contact,
        "provider_name": assessment.file.provider.name,
        "items": [
            {"title": one.title, "due_on": one.due_on.isoformat() if one.due_on else "", "what": one.what}
            for one in found
        ],
    }


def _ending(file: ProviderFile, policy: Policy, on: date) -> Iterator[Item]:
    for credential in file.credentials:
        words = _WORDS.get(credential.kind)
        ends = end_of(credential, file, policy, on)
        if words is None or ends is None or _renewed(credential, ends, file):
            continue
        band = band_of(credential, ends, policy, on)
        if band is None:
            continue
        title, what = words
        place = f" in {credential.jurisdiction}" if credential.jurisdiction else ""
        verb = "ended" if band == "expired" else "ends"
        key = ":".join((credential.kind, credential.jurisdiction or credential.issuer or "", ends.isoformat()))
        yield Item(key, band, f"{title}{place} {verb} on {ends}", ends, what)


def _renewed(credential: Credential, ends: date, file: ProviderFile) -> bool:
    """Say whether it is on file with a later end, or another in the same place is, begun or not, verified or not: the
    provider has done their part, and what is left is ours."""

    def place(one: Credential) -> tuple[str | None, ...]:
        certified_by = one.issuer if one.kind is CredentialKind.BOARD_CERTIFICATION else None
        return one.kind, one.jurisdiction, certified_by

    return any(
        place(other) == place(credential) and (other.expires_on or date.min) > ends for other in file.credentials
    )


def _attesting(file: ProviderFile, policy: Policy, on: date) -> Iterator[Item]:
    profile = caqh_profile(file)
    until = attested_until(profile, file, policy) if profile else None
    if profile is None or until is None:
        return
    left = (until - on).days
    band = (
        "expired" if left < 0 else next((str(one) for one in sorted(policy.reminders.caqh_bands) if left <= one), None)
    )
    if band is None:
        return
    title = f"Your CAQH profile {'was to be' if left < 0 else 'is to be'} attested again by {until}"
    what = "Log in to CAQH, look through your profile, correct what has changed, and attest."
    yield Item(f"caqh:{until.isoformat()}", band, title, until, what)


def _duties(assessment: Assessment, policy: Policy, on: date) -> Iterator[Item]:
    """The policy's own dates that the provider is to keep, from the day on which each is asked for: a band that is as wide
    as its rhythm would remind of what was just done. What was never recorded is asked for with the rest."""
    for duty in open_duties(assessment.file, policy, assessment.standing, on):
        if not duty.is_providers or duty.due_on is None or (band := band_of_duty(duty.due_on, policy, on)) is None:
            continue
        name = duty.line.name
        title = f"{name[:1].upper()}{name[1:]} {'was' if band == 'expired' else 'is'} due by {duty.due_on}"
        what = duty.line.what or "Tell us when it is done."
        yield Item(f"{DUTY}:{name}:{duty.due_on}", band, title, duty.due_on, what)


def _asked(assessment: Assessment) -> Iterator[Item]:
    """What only the provider can give. It is asked for once a month, as long as it is open."""
    for action in assessment.actions:
        if action.who != "provider" or action.what.startswith("renew "):
            continue
        month = assessment.on.strftime("%Y-%m")
        what = action.what[:1].upper() + action.what[1:]
        yield Item(f"asked:{action.what.partition(':')[0]}", month, f"{what}.", action.due_on, "")


def still_open(wanted: Collection[tuple[str, str]], found: Collection[Item]) -> bool:
    """Say whether anything that a reminder names is still to be reminded of."""
    keys = {one.key for one in found}
    return any(key in keys for key, _band in wanted)
