from typing import Any

import pytest
from factories import NPI, OTHER_NPI, TODAY, evidence, file, list_entry, list_says, list_version, policy, provider
from hypothesis import given
from hypothesis import strategies as st

from credkit.checks.exclusions import Exclusions
from credkit.records import Evidence, Finding, ListScreening, Provider, Result, SourceRef

CHECK = Exclusions()
LEIE = SourceRef("list", "leie")


def judged(answer: dict[SourceRef, Evidence], who: Provider | None = None) -> Finding:
    given = file(who=who)
    (subject,) = CHECK.subjects(given, policy(), ())
    return CHECK.judge(subject, given, answer, policy(), TODAY)


@pytest.mark.parametrize(
    ("row", "result"),
    [
        ({"npi": NPI}, "fail"),
        ({"npi": NPI, "last_name": "REED"}, "review"),
        ({}, "review"),
        ({"npi": OTHER_NPI}, "review"),
        ({"date_of_birth": None}, "review"),
        ({"date_of_birth": "1960-01-01"}, "pass"),
        ({"last_name": "REED"}, "review"),
        ({"last_name": "REED", "first_name": "VESPER"}, "pass"),
        ({"npi": NPI, "ends_on": "2026-03-01"}, "pass"),
        ({"npi": NPI, "waiver_state": "CO"}, "review"),
        ({"npi": NPI, "waiver_state": "WY"}, "fail"),
        ({"npi": NPI, "reinstated_on": "2024-01-01"}, "pass"),
    ],
)
def test_what_a_row_means(row: dict[str, Any], result: str) -> None:
    finding = judged(list_says(list_entry(**row)))
    assert finding.result == result, finding.summary
    assert "1985" not in repr(finding)
    assert "1960" not in repr(finding)


def test_clear_comes_with_the_receipt_and_the_names() -> None:
    finding = judged(list_says(), provider(former_names=("Vale",)))
    assert finding.summary == (
        "Clear: leie, published 2026-03-01, 82,714 rows, SHA-256 abababababab; names tried: Ana Marsh, Vale."
    )


def test_an_estimated_publication_is_called_so() -> None:
    assert "(estimated)" in judged(list_says(version=list_version(published_stated=False))).summary


def test_a_row_that_is_somebody_else_is_still_listed() -> None:
    finding = judged(list_says(list_entry(date_of_birth="1960-01-01")))
    assert "other date of birth" in finding.summary
    assert finding.comparisons[0].agrees


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({}, "gave no answer"),
        (evidence(LEIE, problem="the disk is full"), "the disk is full"),
        (evidence(LEIE, "rows"), "gave no answer"),
        (evidence(LEIE, ListScreening(None)), "not loaded"),
        (list_says(version=list_version(published_on="2026-01-01")), "60 days ago, the policy allows 31"),
        (evidence(LEIE, ListScreening(list_version(name="sam"))), "these rows are of sam"),
    ],
)
def test_without_a_fresh_list_nobody_is_screened(answer: dict[SourceRef, Evidence], says: str) -> None:
    finding = judged(answer)
    assert finding.result is Result.UNAVAILABLE
    assert says in finding.summary


@given(st.text(min_size=1))
def test_evidence_with_a_problem_proves_nothing(problem: str) -> None:
    answer = evidence(LEIE, ListScreening(list_version()), problem=problem)
    assert judged(answer).result is Result.UNAVAILABLE


def test_without_a_date_of_birth_it_is_missing_and_never_clear() -> None:
    who = provider(date_of_birth=None)
    (subject,) = CHECK.subjects(file(who=who), policy(), ())
    assert subject.missing == "no date of birth, without which nobody can be screened"
    assert judged(list_says(), who).result is Result.REVIEW


def test_every_list_of_the_policy_is_asked() -> None:
    rules = policy(exclusions={"lists": ("leie", "sam")})
    subjects = CHECK.subjects(file(), rules, ())
    assert [subject.key for subject in subjects] == ["leie", "sam"]
    assert CHECK.needs(subjects[1], file(), rules) == (SourceRef("list", "sam"),)


@pytest.mark.parametrize(
    "changes", [{"last_name": "Vale"}, {"former_names": ("Vale",)}, {"date_of_birth": "1985-06-08"}, {"npi": OTHER_NPI}]
)
def test_whatever_people_are_looked_up_by_is_a_claim(changes: dict[str, Any]) -> None:
    one, other = (CHECK.subjects(file(who=who), policy(), ())[0] for who in (provider(), provider(**changes)))
    assert one.claims != other.claims
