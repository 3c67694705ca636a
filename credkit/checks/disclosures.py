"""The questions that every applicant answers about their past and their health."""

from collections.abc import Mapping
from datetime import date

from credkit.checks.interface import as_text, concluded
from credkit.checks.window import VERIFICATION
from credkit.policy import Policy
from credkit.records import Comparison, Disclosure, Evidence, Finding, ProviderFile, SourceRef, Subject

_BLANK = Disclosure(None)


class Disclosures:
    """Says whether every question of the policy is answered, and every yes explained.

    An explained yes is for the committee to weigh, never for this check (NCQA CR 3 C, factors 1 to 4).
    """

    name = "disclosures"
    title = "disclosure questions"
    standard = "NCQA CR 3 C"
    by_hand = False
    from_file = True
    automatic = True
    window = VERIFICATION
    held = False
    must_expire = False
    essential = False

    def subjects(self, file: ProviderFile, policy: Policy, states: tuple[str, ...]) -> tuple[Subject, ...]:
        """Return the one subject, with every answer; none where the policy asks no questions."""
        if not policy.disclosures:
            return ()
        answers = _answers(file, policy)
        claims: dict[str, str | None] = {}
        for key, disclosure in answers.items():
            claims[key] = as_text(disclosure.answer)
            claims[f"{key}_explanation"] = as_text(disclosure.explanation)
        open_questions = [key for key, disclosure in answers.items() if disclosure.answer is None]
        missing = f"not answered: {', '.join(open_questions)}" if open_questions else None
        return (Subject(self.name, claims=claims, missing=missing),)

    def needs(self, subject: Subject, file: ProviderFile, policy: Policy) -> tuple[SourceRef, ...]:
        """Return nothing: the file alone is judged."""
        return ()

    def judge(
        self, subject: Subject, file: ProviderFile, evidence: Mapping[SourceRef, Evidence], policy: Policy, on: date
    ) -> Finding:
        """Fail a blank, and a yes without a word of explanation; review a yes with one; pass when all are no."""
        fails, reviews, comparisons = [], [], []
        for key, disclosure in _answers(file, policy).items():
            explained = as_text(disclosure.explanation)
            if disclosure.answer is None:
                fails.append(f"{key} is not answered")
            elif disclosure.answer and explained:
                reviews.append(f"{key} is answered yes, and explained")
            elif disclosure.answer:
                fails.append(f"{key} is answered yes, and not explained")
            agrees = disclosure.answer is False
            comparisons.append(Comparison(key, as_text(disclosure.answer), explained, agrees=agrees))
        advice = (
            "Ask the provider to answer, and to explain every yes."
            if fails
            else "Read the explanation; accept it with a reason, and let the committee weigh it."
        )
        passed = f"all {len(comparisons)} questions are answered no"
        return concluded(fails, reviews, passed, comparisons=comparisons, advice=advice)


def _answers(file: ProviderFile, policy: Policy) -> dict[str, Disclosure]:
    """Every question of the policy, and a yes to one that it does not ask: what was told is not forgotten."""
    given = file.application.disclosures if file.application else {}
    told = {key: disclosure for key, disclosure in given.items() if disclosure.answer and key not in policy.disclosures}
    return {key: given.get(key, _BLANK) for key in policy.disclosures} | told
