"""The NPI against NPPES: it exists, is active, and is this person's, in this profession."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from credkit.checks.interface import all_names_claims, concluded, unavailable
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import (
    Comparison,
    Credential,
    CredentialKind,
    Evidence,
    Finding,
    NppesRecord,
    NppesTaxonomy,
    Provider,
    ProviderFile,
    SourceRef,
    Subject,
)
from credkit.reference.identifiers import npi_is_valid
from credkit.reference.professions import profession_of
from credkit.screening.names import claimed_names, person_name, same_person_name

_SEPARATORS = re.compile(r"[^0-9A-Z]")


class Npi:
    """Holds NPPES's record of the NPI against the file.

    No record, a deactivated one or an organization's fails. Another name, a primary taxonomy that does not fit the
    profession, or another license number in a state where NPPES lists one, is for a person to look at.
    """

    name = "npi"
    title = "National Provider Identifier"
    standard = "45 CFR 162.408; every payer asks for it"
    by_hand = True
    from_file = False
    automatic = True
    window = VERIFICATION
    held = False
    must_expire = False
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return the one subject: the whole file."""
        provider = file.provider
        claims = all_names_claims(provider) | {
            "npi": provider.npi,
            "profession": provider.profession,
            "taxonomy": provider.taxonomy,
            "licenses": "; ".join(sorted(f"{one.jurisdiction} {one.number}" for one in _licenses(file))) or None,
        }
        return (Subject(self.name, claims=claims, decisive=frozenset({"npi"})),)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return NPPES's record of this NPI."""
        return (nppes_ref(file),)

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Compare names, profession, taxonomy and license numbers with the record, if it is one person's active one."""
        provider = file.provider
        if not npi_is_valid(provider.npi):
            return _fail(f"{provider.npi} is not an NPI: its check digit is wrong", "Ask the provider for the NPI.")
        answer = evidence.get(nppes_ref(file))
        if answer is None:
            return unavailable("NPPES was not asked", "Run the check again.")
        if answer.problem or not answer.configured:
            return unavailable(f"NPPES gave no answer: {answer.problem or 'it is not set up'}", "Run the check again.")
        record = answer.facts
        if record is None:
            return _fail("NPPES has no such NPI", "Ask the provider for the NPI, and correct the file.")
        if not isinstance(record, NppesRecord) or record.state not in {"active", "deactivated", "unknown"}:
            return unavailable("NPPES gave an answer that cannot be read", "Run the check again.")
        if record.npi != provider.npi:
            return unavailable(f"NPPES answered about {record.npi}, not about {provider.npi}", "Run the check again.")
        return _gate(record) or _compare(record, file)


@dataclass(frozen=True, slots=True)
class _Look:
    """One comparison, and why a person must look at it ("" when they need not)."""

    comparison: Comparison
    review: str = ""


def nppes_ref(file: ProviderFile) -> SourceRef:
    """Return the name of NPPES's record of this provider."""
    return SourceRef("nppes", file.provider.npi)


def same_license_number(ours: str | None, theirs: str | None) -> bool:
    """Say whether two license numbers are one, whatever their punctuation, case and leading zeros."""
    one, other = (_SEPARATORS.sub("", (number or "").upper()).lstrip("0") for number in (ours, theirs))
    return bool(one) and one == other


def nppes_license(record: NppesRecord, credential: Credential) -> Comparison | None:
    """Hold one license against those NPPES lists for its state, else against those it lists without a state.

    None where NPPES lists neither. What NPPES holds is the provider's own word: a hint, not a verification.
    """
    listed = [line for line in record.taxonomies if line.license]
    in_state = [line for line in listed if line.state == credential.jurisdiction]
    where = credential.jurisdiction if in_state else "a state left open"
    considered = in_state or [line for line in listed if not line.state]
    if not considered:
        return None
    numbers = dict.fromkeys(line.license or "" for line in considered)
    return Comparison(
        field=f"license {credential.jurisdiction}",
        claimed=credential.number,
        found=f"{', '.join(numbers)} ({where})",
        agrees=any(same_license_number(credential.number, number) for number in numbers),
    )


def _licenses(file: ProviderFile) -> list[Credential]:
    return [one for one in file.held(CredentialKind.LICENSE) if one.number]


def _fail(summary: str, advice: str, *comparisons: Comparison) -> Finding:
    return concluded([summary], [], "", comparisons=comparisons, advice=advice)


def _gate(record: NppesRecord) -> Finding | None:
    if record.state == "unknown":
        return _fail("NPPES has no such NPI", "Ask the provider for the NPI, and correct the file.")
    if record.state == "deactivated":
        on = f" on {record.deactivated_on}" if record.deactivated_on else ""
        status = Comparison("status", "active", f"deactivated{on}", agrees=False)
        return _fail(f"NPPES has deactivated this NPI{on}", "Ask the provider to have it reactivated by NPPES.", status)
    if not record.individual:
        kind = Comparison("type", "individual", f"organization {record.organization}".strip(), agrees=False)
        return _fail("This is an organization's NPI", "Ask the provider for their own NPI.", kind)
    return None


def _compare(record: NppesRecord, file: ProviderFile) -> Finding:
    looks = [_name(record, file.provider), *_profession(record, file.provider), *_each_license(record, file)]
    known_as = looks[0].comparison.found
    return concluded(
        [],
        [look.review for look in looks if look.review],
        f"NPPES has {record.npi} active as {known_as}, in agreement with the file",
        comparisons=[Comparison("status", "active", "active", agrees=True), *(look.comparison for look in looks)],
        advice="Compare with the provider's papers; have the file or NPPES corrected, or accept with a reason.",
    )


def _name(record: NppesRecord, provider: Provider) -> _Look:
    claimed = claimed_names(provider)
    written = [" ".join(part for part in (name.first, name.middle, name.last) if part) for name in record.names]
    found = [person_name(name.first, name.last, name.middle) for name in record.names]
    for text, name in zip(written, found, strict=True):
        if same_person_name(claimed, [name]).level == "same":
            return _Look(Comparison("name", provider.name, text, agrees=True))
    likeness = same_person_name(claimed, found)
    review = f"NPPES knows this NPI as {written[0]}" if written else "NPPES gives no name"
    if likeness.level == "variant":
        review += f" ({likeness.how})"
    return _Look(Comparison("name", provider.name, ", ".join(written) or None, agrees=False), review)


def _profession(record: NppesRecord, provider: Provider) -> Iterator[_Look]:
    primary = [line for line in record.taxonomies if line.primary]
    found = ", ".join(map(_taxonomy, primary)) or None
    profession = profession_of(provider.profession)
    if profession is None:
        review = f"{provider.profession} is no profession we know" if provider.profession else "profession not stated"
    elif not primary:
        review = "NPPES lists no primary taxonomy"
    elif not any(profession.fits(line.code) for line in primary):
        review = f"the primary taxonomy in NPPES, {found}, does not fit {provider.profession}"
    else:
        review = ""
    yield _Look(Comparison("profession", provider.profession, found, agrees=not review), review)
    if provider.taxonomy:
        agrees = any(line.code == provider.taxonomy for line in record.taxonomies)
        codes = ", ".join(line.code for line in record.taxonomies) or None
        review = "" if agrees else f"NPPES does not list taxonomy {provider.taxonomy}"
        yield _Look(Comparison("taxonomy", provider.taxonomy, codes, agrees=agrees), review)


def _taxonomy(line: NppesTaxonomy) -> str:
    return f"{line.code} {line.description}".strip()


def _each_license(record: NppesRecord, file: ProviderFile) -> Iterator[_Look]:
    for credential in _licenses(file):
        comparison = nppes_license(record, credential)
        if comparison is None:
            continue
        review = ""
        if not comparison.agrees:
            stated = any(line.license and line.state == credential.jurisdiction for line in record.taxonomies)
            review = (
                f"NPPES lists another license for {credential.jurisdiction}"
                if stated
                else (
                    f"NPPES lists a license with its state left open, and it is not {credential.jurisdiction} {credential.number}"
                )
            )
        yield _Look(comparison, review)
