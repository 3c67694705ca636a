"""A CAQH profile as one row of the form.

The canonical columns are filled from what the profile says, so that the plan is the same as for any form. CAQH asks its
own disclosure questions: one in the policy's very words answers it; the others stand under their own words, where a map
can place them (`disclosure_felony = "CAQH: ..."`).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from credkit.caqh.profile import License, Profile
from credkit.checks.caqh import caqh_profile
from credkit.intake.clean import CleanForm
from credkit.intake.form import Kind, find_column
from credkit.intake.plan import BY_CAQH
from credkit.policy import Policy
from credkit.records import Credential, CredentialKind, ProviderFile
from credkit.reference.license_numbers import same_number
from credkit.reference.policy_numbers import same_policy_number
from credkit.screening.names import fold

#: What a profile only fills in where the file has nothing: CAQH's answer is for every organization, the file's for ours.
OURS = ("states_of_practice", "profession", "taxonomy")


#: A month without its day, where the form asks for a day.
_MONTH = re.compile(r"[0-9]{4}-[0-9]{2}")


def cells_of(profile: Profile, policy: Policy) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return a profile as header to cell, in the form's order, and the columns of which it knows only the month where the
    form asks for a day; these, and what it does not say, are left out of the cells."""
    said = {name: text for name, text in _cells(profile, policy) if text}
    rough = tuple(name for name, text in said.items() if _MONTH.fullmatch(text) and _asks_for_a_day(name, policy))
    return {name: text for name, text in said.items() if name not in rough}, rough


def _asks_for_a_day(name: str, policy: Policy) -> bool:
    asked = find_column(name, policy)
    return asked is not None and asked.kind is Kind.DATE


#: What a form no longer says once CAQH itself has.
_CAQHS = frozenset({"status", "authorized", "roster_status"})


#: What has a number in a state, which CAQH may write without its zeros or letters.
_NUMBERED_BY_STATE = frozenset({CredentialKind.LICENSE, CredentialKind.DEA, CredentialKind.CDS})


def without_ours(form: CleanForm, before: ProviderFile | None) -> CleanForm:
    """Leave out of a form made of a profile what is the organization's own to say, where it has been said. The day of
    attestation is CAQH's own word, and an earlier profile does not take back a later word of it."""
    if before is not None:
        said = {name for name in OURS if getattr(before.provider, name)}
        form = replace(form, fields={name: value for name, value in form.fields.items() if name not in said})
    told = caqh_profile(before) if before else None
    held = before.credentials if before else ()
    credentials = tuple(_as_written_here(_as_caqh_says(one, told), held) for one in form.credentials)
    return replace(form, credentials=credentials)


def _as_written_here(one: Credential, held: Sequence[Credential]) -> Credential:
    """Keep a number as the file has it where CAQH's is only written otherwise, and a day of graduation where CAQH knows no
    more than its month: neither is a change, and what was verified stays so."""
    for ours in held:
        if (ours.kind, ours.jurisdiction) != (one.kind, one.jurisdiction):
            continue
        if one.kind is CredentialKind.MALPRACTICE and same_policy_number(ours.number, one.number):
            return replace(one, number=ours.number)
        if one.kind in _NUMBERED_BY_STATE and ours.number and same_number(ours.number, one.number):
            return replace(one, number=ours.number)
        if one.kind is CredentialKind.EDUCATION and ours.issued_on and _same_month(ours.issued_on, one.issued_on):
            return replace(one, issued_on=ours.issued_on)
    return one


def _same_month(ours: date, theirs: date | None) -> bool:
    """Say whether a day is in the month that another ends: of a month alone, its last day stands for it."""
    if theirs is None or (theirs + timedelta(days=1)).day != 1:
        return False
    return (ours.year, ours.month) == (theirs.year, theirs.month)


def _as_caqh_says(one: Credential, told: Credential | None) -> Credential:
    if one.kind is not CredentialKind.CAQH or one.issued_on is None:
        return one
    known = told.details.get("attested_per_caqh") if told else None
    last = max(one.issued_on, date.fromisoformat(known)) if known else one.issued_on
    return replace(one, issued_on=last, details={**one.details, "attested_per_caqh": last.isoformat()})


def without_caqhs(form: CleanForm, before: ProviderFile | None) -> CleanForm:
    """Leave out of a form what CAQH itself has told of the profile: its day, its status, and whether we may see it. What a
    person writes on a form does not go before it."""
    told = caqh_profile(before) if before else None
    if told is None or not BY_CAQH & told.details.keys():
        return form
    credentials = []
    for one in form.credentials:
        if one.kind is not CredentialKind.CAQH:
            credentials.append(one)
        elif one.number:
            details = {name: value for name, value in one.details.items() if name not in _CAQHS}
            credentials.append(replace(one, issued_on=None, details=details))
    return replace(form, credentials=tuple(credentials))


def _cells(profile: Profile, policy: Policy) -> Iterator[tuple[str, str]]:
    yield "npi", profile.npi or ""
    yield "first_name", profile.first_name
    yield "middle_name", profile.middle_name or ""
    yield "last_name", profile.last_name
    yield "suffix", profile.suffix or ""
    yield "former_names", "; ".join(profile.other_names)
    yield "date_of_birth", _day(profile.date_of_birth)
    yield "gender", profile.gender or ""
    yield "email", profile.email or ""
    yield from _address(profile)
    yield "profession", profile.profession or ""
    yield "languages", "; ".join(profile.languages)
    yield "states_of_practice", "; ".join(_states(profile))
    yield from _numbered("license", profile.licenses, ("state", "number", "type", "issued_on", "expires_on"))
    yield from _numbered("dea", profile.dea, ("state", "number", "expires_on"))
    yield from _numbered("cds", profile.cds, ("state", "number", "expires_on"))
    for place, one in enumerate(profile.certifications, 1):
        yield f"board_{place}_name", one.board or ""
        yield f"board_{place}_specialty", one.specialty or ""
        yield f"board_{place}_certified_on", _day(one.certified_on)
        yield f"board_{place}_expires_on", _day(one.expires_on)
    yield from _malpractice(profile)
    yield "caqh_id", profile.caqh_id
    yield "caqh_attested_on", _day(profile.attested_on)
    yield "degree", profile.degree or ""
    yield "school", profile.school or ""
    yield "graduated_on", _day(profile.graduated_on)
    yield from _work(profile)
    yield from _answers(profile, policy)
    if profile.attested_on:
        # Attesting in CAQH signs its application: the day, and the name under which it was done.
        yield "signed_name", f"{profile.first_name} {profile.last_name}"
        yield "signed_on", _day(profile.attested_on)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _states(profile: Profile) -> Sequence[str]:
    """Return the primary state of practice, and every other where the profile says that the license is in use."""
    used = [one.state for one in profile.licenses if one.practicing and one.state]
    return tuple(dict.fromkeys([*([profile.practice_state] if profile.practice_state else []), *used]))


def _address(profile: Profile) -> Iterator[tuple[str, str]]:
    home = next((one for one in profile.addresses if "home" in one.kind.lower()), None)
    at = home or next(iter(profile.addresses), None)
    yield "phone", profile.phone or (at.phone if at else None) or ""
    if at:
        yield "address_1", at.line_1 or ""
        yield "address_2", at.line_2 or ""
        yield "city", at.city or ""
        yield "state", at.state or ""
        yield "zip", at.zip or ""


def _numbered(group: str, held: Sequence[License], parts: Sequence[str]) -> Iterator[tuple[str, str]]:
    for place, one in enumerate(held, 1):
        said: Mapping[str, str] = {
            "state": one.state or "",
            "number": one.number or "",
            "type": one.kind or "",
            "issued_on": _day(one.issued_on),
            "expires_on": _day(one.expires_on),
        }
        yield from ((f"{group}_{place}_{part}", said[part]) for part in parts)


def _malpractice(profile: Profile) -> Iterator[tuple[str, str]]:
    """Give the policy that was in force on the day of attestation, of several the one that ends last; where none was, the
    one that ends last. CAQH does not say who is the named insured."""
    on = profile.attested_on
    running = [one for one in profile.insurance if on and (one.starts_on or on) <= on <= (one.ends_on or on)]
    cover = max(running or profile.insurance, key=lambda one: one.ends_on or date.min, default=None)
    if cover is None:
        return
    yield "malpractice_carrier", cover.carrier or ""
    yield "malpractice_policy_number", cover.number or ""
    yield "malpractice_effective_on", _day(cover.starts_on)
    yield "malpractice_expires_on", _day(cover.ends_on)
    yield "malpractice_per_claim", str(cover.per_claim) if cover.per_claim is not None else ""
    yield "malpractice_aggregate", str(cover.aggregate) if cover.aggregate is not None else ""
    yield "malpractice_basis", cover.basis or ""
    yield "malpractice_retroactive_on", _day(cover.retroactive_on)


def _work(profile: Profile) -> Iterator[tuple[str, str]]:
    for place, one in enumerate(profile.positions, 1):
        yield f"work_{place}_employer", one.employer or ""
        yield f"work_{place}_started_on", _day(one.started_on)
        yield f"work_{place}_ended_on", "" if one.current else _day(one.ended_on)
    for place, one in enumerate(profile.gaps, 1):
        yield f"gap_{place}_started_on", _day(one.started_on)
        yield f"gap_{place}_ended_on", _day(one.ended_on)
        yield f"gap_{place}_explanation", one.explanation or ""


def _answers(profile: Profile, policy: Policy) -> Iterator[tuple[str, str]]:
    asked = {fold(question): key for key, question in policy.disclosures.items()}
    for one in profile.answers:
        key = asked.get(fold(one.question))
        said = "" if one.answer is None else "yes" if one.answer else "no"
        yield f"disclosure_{key}" if key else f"CAQH: {one.question}", said
        yield (
            f"disclosure_{key}_explanation" if key else f"CAQH: {one.question} (explanation)",
            one.explanation or "",
        )
