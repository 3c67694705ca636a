"""A profile against the file and NPPES: who it is, where they practice and can be reached, and as what."""

from collections.abc import Iterator

from credkit.caqh.differences import Difference, Severity, found_by, verified
from credkit.caqh.likeness import place, same_place, telephone
from credkit.caqh.profile import Profile
from credkit.records import Provider, ProviderFile
from credkit.reference.professions import profession_of
from credkit.screening.names import (
    ClaimedNames,
    Likeness,
    PersonName,
    claimed_names,
    person_name,
    readings,
    same_person_name,
)
from credkit.screening.nicknames import full_forms

_PERSONAL = "Personal Information"


def identity(file: ProviderFile, profile: Profile) -> Iterator[Difference]:
    """Hold NPI, name and date of birth against the file and NPPES. A date of birth is never shown."""
    provider = file.provider
    if profile.npi != provider.npi:
        fix = f"In CAQH, Professional IDs: change the NPI to {provider.npi}."
        why = "the NPI names the file, and NPPES was asked for it"
        yield Difference("NPI", Severity.BLOCKS, profile.npi, provider.npi, "file", "file", why, fix)
    yield from _name(file, profile)
    born, theirs = provider.date_of_birth, profile.date_of_birth
    if born and theirs and born != theirs:
        fix = "Ask the provider for the date of birth; correct CAQH (Personal Information) or our file."
        why = "only the provider's papers can tell"
        yield Difference("date of birth", Severity.BLOCKS, "withheld", "withheld", "file", "nobody", why, fix)


def _name(file: ProviderFile, profile: Profile) -> Iterator[Difference]:
    provider = file.provider
    in_caqh = _written(profile)
    current = person_name(profile.first_name, profile.last_name, profile.middle_name, profile.suffix)
    names = claimed_names(provider)
    ours = same_person_name(names, [current])
    if ours.level == "different" and _short_form(names.current, current):
        ours = Likeness("variant", "a short form of the first name")
    nppes = found_by(verified(file, "npi"), "name")
    if ours.level == "different":
        agreeing = _whose(nppes, names, ClaimedNames(current))
        why = {
            "file": f"NPPES has {nppes}, as our file",
            "caqh": f"NPPES has {nppes}, as CAQH",
        }.get(agreeing, "the name on the license counts; nobody else tells which it is")
        fix = {
            "file": f"In CAQH, {_PERSONAL}: change the name to {provider.name}, and enter the old one as another name.",
            "caqh": f"Correct our file: the name is {in_caqh} (keep the old one in former_names).",
        }.get(
            agreeing,
            "Ask the provider which name is on the license; correct the others, with the old one as another name.",
        )
        yield Difference("name", Severity.BLOCKS, in_caqh, provider.name, "file", agreeing, why, fix)
    elif ours.level == "variant":
        fix = f"In CAQH, {_PERSONAL}: write the name as on the license, {provider.name}."
        yield Difference("name", Severity.COSMETIC, in_caqh, provider.name, "file", "file", ours.how, fix)
    elif nppes is not None:
        yield from _nppes_name(profile, nppes, provider)


def _short_form(one: PersonName, other: PersonName) -> bool:
    """Say whether two names differ by a nickname alone: Ben Marsh and Benedict Marsh."""
    return one.last == other.last and bool(full_forms(one.first) & full_forms(other.first))


def _nppes_name(profile: Profile, nppes: str, provider: Provider) -> Iterator[Difference]:
    """CAQH and the file agree; NPPES may be behind, as after a marriage."""
    found = [reading for one in nppes.split(", ") for reading in readings(one, provider.first_name)]
    likeness = same_person_name(claimed_names(provider), found)
    if likeness.level == "different":
        why = "CAQH and our file agree"
        fix = f"In NPPES: change the name from {nppes} to {provider.name} (within 30 days of a change)."
        yield Difference("name in NPPES", Severity.SOON, _written(profile), nppes, "nppes", "caqh", why, fix)


def _whose(nppes: str | None, file: ClaimedNames, caqh: ClaimedNames) -> str:
    found = readings(nppes) if nppes else ()
    ours, theirs = (same_person_name(names, found).level == "same" for names in (file, caqh))
    return "nobody" if ours == theirs else "file" if ours else "caqh"


def _written(profile: Profile) -> str:
    parts = (profile.first_name, profile.middle_name, profile.last_name, profile.suffix)
    return " ".join(part for part in parts if part)


def practice(file: ProviderFile, profile: Profile) -> Iterator[Difference]:
    """Hold the primary state of practice, the provider type and the taxonomy against the file and NPPES."""
    provider = file.provider
    states = provider.states_of_practice
    if profile.practice_state and states and profile.practice_state not in states:
        why = "our file has the states where clients are seen; CAQH may have another practice's"
        fix = (
            f"In CAQH, {_PERSONAL}: change the primary practice state from {profile.practice_state} to "
            f"{' or '.join(states)}, unless most clients are seen there."
        )
        yield Difference(
            "practice state", Severity.SOON, profile.practice_state, ", ".join(states), "file", "file", why, fix
        )
    ours = profession_of(provider.profession)
    if ours and profile.family and profile.family != ours.family:
        why = "the profession is that of the license on file"
        fix = f"In CAQH, {_PERSONAL}: change the provider type from {profile.provider_type} to that of {ours.title.lower()}."
        yield Difference(
            "provider type", Severity.BLOCKS, profile.provider_type, provider.profession, "file", "file", why, fix
        )
    yield from _taxonomy(file, profile)


def _taxonomy(file: ProviderFile, profile: Profile) -> Iterator[Difference]:
    """CAQH has no taxonomy code: the one that NPPES has, else the file's, must be one of CAQH's provider type."""
    family, ours = profession_of(profile.family), profession_of(file.provider.profession)
    asked = verified(file, "npi")
    in_nppes = found_by(asked, "profession")
    code = in_nppes.split(" ")[0].rstrip(",") if in_nppes else file.provider.taxonomy
    if family is None or not code or family.fits(code) or (ours and ours.fits(code)):
        return  # where the code is right for the license, it is the provider type that is wrong
    source = "nppes" if in_nppes else "file"
    where = (
        "In NPPES: change the primary taxonomy to one of"
        if in_nppes
        else f"Correct our file (`credkit provider edit {file.provider.npi} --set taxonomy=CODE`): give a code of"
    )
    why = "the provider type agrees with the profession, the taxonomy does not"
    fix = f"{where} {family.title.lower()} (such as {family.taxonomies[0].replace('*', '...')})."
    yield Difference("taxonomy", Severity.SOON, profile.provider_type, code, source, "caqh", why, fix)


def reach(file: ProviderFile, profile: Profile) -> Iterator[Difference]:
    """Hold address, telephone and e-mail against the file: any of the profile's addresses may be the file's."""
    provider = file.provider
    ours = place(provider.address_1, provider.address_2, provider.city, provider.state, provider.zip)
    theirs = [place(one.line_1, one.line_2, one.city, one.state, one.zip) for one in profile.addresses]
    if ours.street and theirs and not any(same_place(ours, one) for one in theirs):
        first = profile.addresses[0]
        shown = ", ".join(part for part in (first.line_1, first.line_2, first.city, first.state, first.zip) if part)
        address = ", ".join(part for part in (provider.address_1, provider.address_2, provider.city) if part)
        address += f", {provider.state or ''} {provider.zip or ''}".rstrip()
        why = "the form on file was given to us; CAQH keeps an address until it is changed"
        fix = (
            f"In CAQH, Practice Locations or {_PERSONAL}: change the address to {address}, or tell us if it is not so."
        )
        yield Difference("address", Severity.SOON, shown, address, "file", "file", why, fix)
    number, numbers = (
        telephone(provider.phone),
        {telephone(profile.phone), *(telephone(one.phone) for one in profile.addresses)} - {""},
    )
    if number and numbers and number not in numbers:
        fix = f"In CAQH, {_PERSONAL}: change the telephone number to {provider.phone}, or tell us if it is not so."
        why = "the form on file was given to us"
        yield Difference(
            "telephone", Severity.SOON, ", ".join(sorted(numbers)), provider.phone, "file", "file", why, fix
        )
    if provider.email and profile.email and provider.email.casefold() != profile.email.casefold():
        why = "CAQH's reminders go to the address that it has"
        fix = f"In CAQH, {_PERSONAL}: make sure that {profile.email} is read, or change it to {provider.email}."
        yield Difference("e-mail", Severity.COSMETIC, profile.email, provider.email, "file", "nobody", why, fix)
