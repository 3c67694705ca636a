"""Everyone against every exclusion list that the policy names."""

from collections.abc import Mapping
from datetime import date

from credkit.checks.interface import all_names_claims, as_text, sentence, unavailable
from credkit.checks.window import SCREENING
from credkit.policy import Policy
from credkit.records import (
    Comparison,
    CredentialKind,
    Evidence,
    Finding,
    ListEntry,
    ListScreening,
    ListVersion,
    Provider,
    ProviderFile,
    Result,
    Ruling,
    SourceRef,
    Subject,
    Verification,
    entry_digest,
)
from credkit.screening.identity import Person, of_person, person_digest, person_of
from credkit.screening.verdict import ScreeningResult, screen, unusable


class Exclusions:
    """Says, for each list, whether the provider may be on it.

    A match (NPI and name) fails; whatever a person must look at is a review; a list that is not loaded, or too old,
    proves nothing. Clear is said only with the list's receipt (42 CFR 1001.1901; 42 CFR 455.436: monthly).
    """

    name = "exclusions"
    title = "exclusion lists"
    standard = "42 CFR 455.436; NCQA CR 3 B"
    by_hand = False
    from_file = False
    automatic = True
    window = SCREENING
    held = False
    must_expire = False
    essential = True

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return one subject for each list, with everything that a person is looked up by."""
        return tuple(self.subject(file.provider, name) for name in dict.fromkeys(policy.exclusions.lists))

    def subject(self, provider: Provider, name: str) -> Subject:
        """Return the subject of one list, whether or not the policy names it."""
        claims = all_names_claims(provider) | {"npi": provider.npi, "date_of_birth": as_text(provider.date_of_birth)}
        missing = None if provider.date_of_birth else "no date of birth, without which nobody can be screened"
        return Subject(self.name, name, claims=claims, decisive=frozenset({"npi"}), missing=missing)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return the list."""
        return (SourceRef("list", subject.key),)

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Screen the provider against the rows that the list holds for them, every row considered."""
        name = subject.key
        load = f"Load the list: credkit lists load {name} FILE"
        answer = evidence.get(SourceRef("list", name))
        if answer is None or answer.problem or not isinstance(answer.facts, ListScreening):
            why = answer.problem if answer and answer.problem else "the list gave no answer"
            return unavailable(f"not screened against {name}: {why}", load)
        version = answer.facts.version
        if version is not None and version.name != name:
            return unavailable(f"not screened against {name}: these rows are of {version.name}", load)
        if why := unusable(version, policy.windows.exclusion_list_max_age_days, on):
            return unavailable(f"not screened against {name}: {why}", load)
        assert version is not None
        return screened(file, answer.facts, version, on)[1]


def screened(
    file: ProviderFile, screening: ListScreening, version: ListVersion, on: date
) -> tuple[ScreeningResult, Finding]:
    """Screen a provider against a version that may be screened by: what the list says of them, and the finding."""
    person = person_of(file.provider, file.held(CredentialKind.LICENSE))
    result = screen(
        person,
        of_person(person),
        screening.candidates,
        on,
        practice=file.provider.states_of_practice,
        resolutions=screening.resolutions,
        folded=screening.folded,
    )
    return result, _finding(result, version, person)


#: Who must be told of somebody who is excluded, and by when.
_CONFIRMED = (
    "Today: stop scheduling and billing, and tell the medical director and the compliance officer. Confirm it with the "
    "list's owner (the LEIE's with the social security number at exclusions.oig.hhs.gov). What federal programs paid "
    "meanwhile is reported and returned within 60 days of knowing (42 CFR 401.305)."
)


def compared_with(name: str, entry: str) -> str:
    """Return how a finding names a row of a list: by what the row says (its digest), and not by the number it stands on,
    which another month moves."""
    return f"{name} record {entry[:12]}"


def outcome_of(finding: Finding | Verification) -> str:
    """Return the outcome of a screening, in the matcher's words, from the finding that was made of it."""
    if finding.result is Result.REVIEW:
        return "insufficient_data" if all(one.agrees for one in finding.comparisons) else "possible"
    return {Result.PASS: "clear", Result.FAIL: "match", Result.UNAVAILABLE: "not_screened"}[finding.result]


def rests_on_a_ruling(finding: Verification, file: ProviderFile, on: date) -> bool:
    """Say whether a clear rests on a person's ruling that a row of the list is somebody else."""
    if finding.result is not Result.PASS or not finding.comparisons or not file.rulings:
        return False
    weighed = {comparison.field for comparison in finding.comparisons}
    person = person_digest(person_of(file.provider))
    return any(
        ruling.ruling is Ruling.NO_MATCH
        and ruling.list == finding.subject
        and ruling.person == person
        and ruling.resolved_on <= on
        and compared_with(ruling.list, ruling.entry) in weighed
        for ruling in file.rulings
    )


def _finding(result: ScreeningResult, version: ListVersion, person: Person) -> Finding:
    reasons = "; ".join(result.reasons)
    comparisons = tuple(
        Comparison(
            compared_with(version.name, entry_digest(one.entry)),
            person.names[0],
            f"{_who(one.entry)}: {one.reason}",
            agrees=one.verdict in {"unlikely", "folded"},
        )
        for one in result.candidates
    )
    if result.outcome == "match":
        return Finding(Result.FAIL, sentence(f"on the {version.name} list: {reasons}"), comparisons, advice=_CONFIRMED)
    if result.outcome == "possible":
        return Finding(
            Result.REVIEW,
            sentence(f"possibly on the {version.name} list: {reasons}"),
            comparisons,
            advice="`credkit screen review` shows the row beside the file; `credkit screen resolve` takes the ruling. "
            "Until it is settled, only the committee can approve past it, with --override and the reason.",
        )
    if result.outcome != "clear":
        return Finding(
            Result.REVIEW,
            sentence(f"not enough is known to screen against {version.name}: {reasons}"),
            comparisons,
            advice="Ask the provider for it, and screen again.",
        )
    others = f"; rows that do not count: {reasons}" if reasons else ""
    return Finding(
        Result.PASS,
        sentence(f"clear: {receipt(version)}; names tried: {', '.join(person.names)}{others}"),
        comparisons,
    )


def receipt(version: ListVersion) -> str:
    """Return which list it was, as a clear result names it."""
    stated = "" if version.published_stated else " (estimated)"
    published = f"published {version.published_on}{stated}"
    return f"{version.name}, {published}, {version.rows:,} rows, SHA-256 {version.sha256[:12]}"


def _who(entry: ListEntry) -> str:
    person = " ".join(part for part in (entry.first_name, entry.middle_name, entry.last_name) if part)
    place = ", ".join(part for part in (entry.city, entry.state) if part)
    return ", ".join(part for part in (person or entry.business_name, entry.specialty, place) if part)
