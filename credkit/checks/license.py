"""The license to practice, one for every state where the provider sees clients."""

from collections.abc import Mapping
from datetime import date

from credkit.checks.interface import as_text, concluded, name_claims, unavailable
from credkit.checks.npi import nppes_license, nppes_ref
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import (
    Comparison,
    Credential,
    CredentialKind,
    Evidence,
    Finding,
    NppesRecord,
    ProviderFile,
    SourceRef,
    Subject,
)
from credkit.reference.professions import Profession, profession_of


class License:
    """Says, for each state of practice, whether the license claimed there can be current.

    Only the state's board proves a license (NCQA CR 3 A). Until a board is set up as a source, a person looks it up and
    records it; the number in NPPES is a hint, never a pass.
    """

    name = "license"
    title = "license to practice"
    standard = "NCQA CR 3 A"
    by_hand = True
    from_file = False
    automatic = True
    window = VERIFICATION
    held = True
    must_expire = True
    essential = True

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return one subject for each state; a provider without a state of practice has none to verify, and lacks one.

        The day of issue is no claim here: boards and forms write the day of the last renewal there.
        """
        if not file.provider.states_of_practice:
            return (Subject(self.name, missing="no state of practice on file"),)
        return tuple(self._subject(file, state) for state in dict.fromkeys(states))

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return NPPES's record, for its hint."""
        return (nppes_ref(file),)

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail a license that has expired, or is issued in the future; leave every other to the board.

        A license is good through the whole of the day on which it expires.
        """
        state = subject.key
        claimed = license_in(file, state)
        if claimed is None or subject.missing:
            return unavailable(subject.missing or f"no license for {state} on file", "Ask the provider for it.")
        hint = _hint(claimed, file, evidence)
        comparisons = (hint,) if hint else ()
        fails = []
        if claimed.expires_on is not None and claimed.expires_on < on:
            fails.append(f"{state} license {claimed.number} expired on {claimed.expires_on}")
        if claimed.issued_on is not None and claimed.issued_on > on:
            fails.append(f"{state} license {claimed.number} is issued on {claimed.issued_on}, which is yet to come")
        if fails:
            return concluded(fails, [], "", comparisons=comparisons, advice="Ask the provider for the current license.")
        finding = unavailable(
            f"no board source for {state} is set up, so license {claimed.number} is not verified; {_in_words(hint)}",
            f"Look it up at the {state} board and record it: credkit verify record {file.provider.npi} license "
            f'--subject {state} --result pass --source "{state} board"',
        )
        return Finding(finding.result, finding.summary, comparisons, advice=finding.advice)

    def _subject(self, file: ProviderFile, state: str) -> Subject:
        claimed = license_in(file, state)
        if claimed is None:
            return Subject(self.name, state, state, missing=_none_in(file, state))
        return Subject(
            self.name,
            state,
            state,
            claims=name_claims(file.provider)
            | {"number": claimed.number, "type": as_text(claimed.details.get("type"))},
            decisive=frozenset({"number"}),
            expires_on=claimed.expires_on,
            missing=None if claimed.number else f"no license number for {state} on file",
        )


def _none_in(file: ProviderFile, state: str) -> str:
    others = [str(one.details.get("type")) for one in file.held(CredentialKind.LICENSE) if one.jurisdiction == state]
    of = f" of a {file.provider.profession} ({', '.join(others)} is another profession's)" if others else ""
    return f"no license{of} for {state} on file"


def license_in(file: ProviderFile, state: str) -> Credential | None:
    """Return the license claimed for a state in the provider's own profession; of several, the one that expires last.

    One whose type is not told, or not known, may be it; one that is known to be of another profession is not.
    """
    own = profession_of(file.provider.profession)
    held = [
        claimed
        for claimed in file.held(CredentialKind.LICENSE)
        if claimed.jurisdiction == state and _may_be_of(claimed, own)
    ]
    return max(
        held,
        key=lambda claimed: (
            profession_of(as_text(claimed.details.get("type"))) is not None,
            claimed.expires_on or date.min,
            claimed.number or "",
        ),
        default=None,
    )


def _may_be_of(claimed: Credential, own: Profession | None) -> bool:
    kind = profession_of(as_text(claimed.details.get("type")))
    return own is None or kind is None or kind.family == own.family


def _hint(claimed: Credential, file: ProviderFile, evidence: Mapping[SourceRef, Evidence]) -> Comparison | None:
    answer = evidence.get(nppes_ref(file))
    if answer is None or answer.problem or not isinstance(answer.facts, NppesRecord):
        return None
    record = answer.facts
    if record.npi != file.provider.npi or record.state != "active" or not record.individual:
        return None
    return nppes_license(record, claimed)


def _in_words(hint: Comparison | None) -> str:
    if hint is None:
        return "NPPES gives no hint"
    said = "lists the same number" if hint.agrees else f"lists {hint.found}"
    return f"NPPES {said}, which is a hint and no proof"
