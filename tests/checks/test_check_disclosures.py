import pytest
from factories import TODAY, application, file, policy

from credkit.checks.disclosures import Disclosures
from credkit.records import Disclosure, Result

CHECK = Disclosures()
ALL_NO = dict.fromkeys(policy().disclosures, Disclosure(answer=False))


@pytest.mark.parametrize(
    ("felony", "result", "says"),
    [
        (Disclosure(answer=False), "pass", "all 8 questions are answered no"),
        (Disclosure(answer=False, explanation="none"), "pass", ""),
        (Disclosure(answer=True, explanation="In 2009, sealed."), "review", "felony is answered yes"),
        (Disclosure(answer=True), "fail", "not explained"),
        (Disclosure(answer=True, explanation="  "), "fail", "not explained"),
        (Disclosure(None), "fail", "not answered"),
    ],
)
def test_what_an_answer_means(felony: Disclosure, result: str, says: str) -> None:
    given = file(application=application(disclosures=ALL_NO | {"felony": felony}))
    (subject,) = CHECK.subjects(given, policy(), ())
    finding = CHECK.judge(subject, given, {}, policy(), TODAY)
    assert (finding.result, says in finding.summary.lower()) == (Result(result), True), finding.summary


def test_what_is_not_answered_is_listed() -> None:
    answers = {key: answer for key, answer in ALL_NO.items() if key != "felony"} | {"illegal_drugs": Disclosure(None)}
    (subject,) = CHECK.subjects(file(application=application(disclosures=answers)), policy(), ())
    assert subject.missing == "not answered: felony, illegal_drugs"


def test_without_an_application_everything_is_missing() -> None:
    (subject,) = CHECK.subjects(file(), policy(), ())
    assert (subject.missing or "").startswith("not answered: license_action, ")


def test_a_policy_that_asks_nothing_has_nothing_to_verify() -> None:
    assert CHECK.subjects(file(), policy(disclosures={}), ()) == ()


def test_another_explanation_is_another_claim() -> None:
    one, other = (
        CHECK.subjects(
            file(application=application(disclosures=ALL_NO | {"felony": Disclosure(answer=True, explanation=words)})),
            policy(),
            (),
        )[0]
        for words in ("In 2009.", "In 2010.")
    )
    assert one.claims != other.claims


@pytest.mark.parametrize(
    ("answer", "result"),
    [
        (Disclosure(answer=True, explanation="In 2009."), "review"),
        (Disclosure(answer=True), "fail"),
        (Disclosure(answer=False), "pass"),
        (Disclosure(None), "pass"),
    ],
)
def test_a_yes_to_a_question_that_the_policy_no_longer_asks_is_not_forgotten(answer: Disclosure, result: str) -> None:
    given = file(application=application(disclosures=ALL_NO | {"bankruptcy": answer}))
    (subject,) = CHECK.subjects(given, policy(), ())
    finding = CHECK.judge(subject, given, {}, policy(), TODAY)
    assert (finding.result, subject.missing) == (Result(result), None)
    assert ("Bankruptcy is answered yes" in finding.summary) == (result != "pass")
