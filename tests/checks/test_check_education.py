"""The degree: the last one earned, verified once, never of a day to come."""

import pytest
from factories import TODAY, education, file, policy
from hand import OUTCOMES, recorded

from credkit.checks.education import Education
from credkit.records import Credential, Result

CHECK = Education()


@pytest.mark.parametrize(
    ("held", "missing"),
    [
        ([], "no degree and no school on file"),
        ([education(degree=None)], "no degree on file"),
        ([education(issuer=None)], "no school on file"),
        ([education(degree=" ", issuer=None)], "no degree and no school on file"),
        ([education()], None),
    ],
)
def test_what_is_missing(held: list[Credential], missing: str | None) -> None:
    (subject,) = CHECK.subjects(file(*held), policy(), ())
    assert subject.missing == missing
    if missing:
        finding = CHECK.judge(subject, file(*held), {}, policy(), TODAY)
        assert (finding.result, missing in finding.summary.lower()) == (Result.UNAVAILABLE, True)


def test_the_last_degree_is_the_one() -> None:
    (subject,) = CHECK.subjects(file(education(), education("2018-05-20", degree="PhD")), policy(), ())
    assert (subject.claims["degree"], subject.claims["graduated_on"]) == ("PhD", "2018-05-20")


@pytest.mark.parametrize(
    ("graduated", "result", "says"),
    [
        ("2012-05-20", "unavailable", "MSW of Plains University, 2012-05-20"),
        (str(TODAY), "unavailable", "recorded by hand"),
        ("2026-03-03", "fail", "MSW of Plains University is of 2026-03-03, which is yet to come"),
        (None, "unavailable", "look closer: the day of graduation is not stated"),
    ],
)
def test_what_a_claim_shows(graduated: str | None, result: str, says: str) -> None:
    given = file(education(graduated))
    (subject,) = CHECK.subjects(given, policy(), ())
    finding = CHECK.judge(subject, given, {}, policy(), TODAY)
    assert (finding.result, says in finding.summary) == (Result(result), True), finding.summary
    assert ("verify record" in (finding.advice or "")) == (result == "unavailable")


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("education", result, education()).state == state


def test_it_does_not_age() -> None:
    assert recorded("education", "pass", education(), on="2036-03-02").state == "met"
