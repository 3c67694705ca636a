"""The background check."""

import pytest
from factories import TODAY, file, policy
from hand import OUTCOMES, recorded

from credkit.checks.background import BACKGROUND
from credkit.records import Result, Subject


def test_the_file_alone_proves_nothing() -> None:
    (subject,) = BACKGROUND.subjects(file(), policy(), ("CO",))
    assert (subject.key, subject.missing, subject.claims["last_name"]) == ("", None, "Marsh")
    finding = BACKGROUND.judge(subject, file(), {}, policy(), TODAY)
    assert (finding.result, finding.summary) == (Result.UNAVAILABLE, "Background check is recorded by hand.")
    assert "credkit verify record 1000000004 background --result pass" in (finding.advice or "")
    assert BACKGROUND.needs(Subject("background"), file(), policy()) == ()
    assert BACKGROUND.by_hand
    assert not BACKGROUND.automatic


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("background", result).state == state


def test_it_ages_by_the_policys_window() -> None:
    assert recorded("background", "pass", on="2026-06-30").state == "met"
    assert recorded("background", "pass", on="2026-07-01").state == "stale"
