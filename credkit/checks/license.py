"""The license to practice, one for every state where the provider sees clients."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from credkit.checks.board_records import Told, hold
from credkit.checks.interface import as_text, concluded, name_claims, sentence, unavailable
from credkit.checks.npi import nppes_license, nppes_ref
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import (
    BoardAnswer,
    Comparison,
    Credential,
    CredentialKind,
    Evidence,
    Finding,
    NppesRecord,
    ProviderFile,
    Result,
    SourceRef,
    Subject,
)
from credkit.reference.license_numbers import tail
from credkit.reference.licenses import BoardPlace, board_of, is_privilege
from credkit.reference.professions import Profession, profession_of


class License:
    """Holds the license claimed for each state of practice against the record of the state's board.

    Only the board proves a license (NCQA CR 3 A). Where its data is no source that is set up, and no file of it is loaded,
    a person looks it up and records it; the number in NPPES is a hint, never a pass. Discipline, a restriction, a level
    that may not practice independently, another name, and every word of the board that the data does not have, is for a
    person to look at.
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
        """Return the board's record of the claimed number, and NPPES's record for its hint."""
        claimed = license_in(file, subject.key)
        if claimed is None or not claimed.number:
            return (nppes_ref(file),)
        return (board_ref(claimed), nppes_ref(file))

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Compare number, name, kind, status, expiry and discipline with the board's record.

        What is on file fails by itself where it has expired, is issued in the future, or is no license. A license is good
        through the whole of the day on which it expires; what was verified expires when the board says so.
        """
        state = subject.key
        claimed = license_in(file, state)
        if claimed is None or subject.missing:
            return unavailable(subject.missing or f"no license for {state} on file", "Ask the provider for it.")
        profession = profession_of(file.provider.profession)
        board = board_of(state, profession.family if profession else None)
        hint = _hint(claimed, file, evidence)
        comparisons = [hint] if hint else []
        answer = evidence.get(board_ref(claimed))
        problem, facts = _facts(answer, state, board, policy, on)
        if facts is None:
            fails = _on_file(claimed, state, on, told_by_board=False)
            if fails:
                advice = "Ask the provider for the current license."
                return concluded(fails, [], "", comparisons=comparisons, advice=advice)
            if problem:
                return Finding(Result.UNAVAILABLE, sentence(problem), tuple(comparisons), advice=_again(answer, state))
            return _by_hand(claimed, file, board, hint)
        told = hold(facts, claimed, file.provider, board.name, on)
        told.fails[:0] = _on_file(claimed, state, on, told_by_board=told.record is not None)
        finding = concluded(
            told.fails,
            told.reviews,
            _passed(told, board),
            comparisons=[*told.comparisons, *comparisons],
            expires_on=told.record.expires_on if told.record else None,
            advice=_advice(told, board),
        )
        return replace(finding, as_of=facts.as_of)

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
            missing=_no_number(claimed, state),
        )


def _none_in(file: ProviderFile, state: str) -> str:
    others = [str(one.details.get("type")) for one in file.held(CredentialKind.LICENSE) if one.jurisdiction == state]
    of = f" of a {file.provider.profession} ({', '.join(others)} is another profession's)" if others else ""
    return f"no license{of} for {state} on file"


def _no_number(claimed: Credential, state: str) -> str | None:
    """Say why what is claimed is no number that a board could be asked for: there is none, or a word in its place. That
    is the file's trouble, and must not count as the board's."""
    if not claimed.number:
        return f"no license number for {state} on file"
    return (
        None if tail(claimed.number) else f"no license number for {state} on file: {claimed.number} has no digit in it"
    )


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


def board_ref(claimed: Credential) -> SourceRef:
    """Return the name of the board's record of a license: the state, and the number as it is claimed."""
    return SourceRef(f"board:{claimed.jurisdiction}", claimed.number or "")


def _on_file(claimed: Credential, state: str, on: date, *, told_by_board: bool) -> list[str]:
    """Return why the claim fails by itself. A date of expiry that has passed may have been renewed, if the board says so."""
    fails = []
    kind = as_text(claimed.details.get("type"))
    if is_privilege(kind):
        fails.append(f"what is on file for {state} is a privilege under a compact ({kind}), not a license")
    if claimed.expires_on is not None and claimed.expires_on < on and not told_by_board:
        fails.append(f"{state} license {claimed.number} expired on {claimed.expires_on}")
    if claimed.issued_on is not None and claimed.issued_on > on:
        fails.append(f"{state} license {claimed.number} is issued on {claimed.issued_on}, which is yet to come")
    return fails


def _facts(
    answer: Evidence | None, state: str, board: BoardPlace, policy: Policy, on: date
) -> tuple[str, BoardAnswer | None]:
    """Return the board's answer; else why it is none, "" where no source is set up for the state."""
    if answer is None or not answer.configured:
        return "", None
    if answer.problem:
        return f"the {board.name} gave no answer: {answer.problem}", None
    facts = answer.facts
    if not isinstance(facts, BoardAnswer) or facts.state != state:
        return f"the {board.name} gave an answer that cannot be read", None
    oldest = policy.windows.verification_days
    if facts.as_of is not None and (age := (on - facts.as_of).days) > oldest:
        return f"the {board.name}'s file was published on {facts.as_of}, {age} days ago, and {oldest} are allowed", None
    return "", facts


def _again(answer: Evidence | None, state: str) -> str:
    if answer is not None and isinstance(answer.facts, BoardAnswer) and answer.facts.as_of is not None:
        return f"Load a newer file: credkit lists load board:{state} FILE."
    return "Run the check again, or look it up and record it: credkit verify record."


def _by_hand(claimed: Credential, file: ProviderFile, board: BoardPlace, hint: Comparison | None) -> Finding:
    state = claimed.jurisdiction
    where = f" ({board.address})" if board.address else ""
    return Finding(
        Result.UNAVAILABLE,
        sentence(
            f"no board source for {state} is set up, so license {claimed.number} is not verified by the {board.name}; "
            f"{_in_words(hint)}"
        ),
        (hint,) if hint else (),
        advice=f"Look it up at the {board.name}{where} and record it: credkit verify record {file.provider.npi} license "
        f'--subject {state} --result pass --source "{board.name}"',
    )


def _passed(told: Told, board: BoardPlace) -> str:
    record = told.record
    if record is None:
        return ""
    name = record.names[0].text if record.names else ""
    notes = f" ({'; '.join(told.notes)})" if told.notes else ""
    return (
        f"the {board.name} has license {record.number} ({record.license_type}) of {name} as {record.status} "
        f"until {record.expires_on}{notes}"
    )


def _advice(told: Told, board: BoardPlace) -> str:
    link = (told.record.link if told.record else "") or board.address
    look = f"Look at the board's record{f' at {link}' if link else ''}"
    if told.fails:
        return f"{look}, and ask the provider; correct the file where it is wrong."
    return f"{look}; have the file or the board corrected, or accept with a reason."


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
