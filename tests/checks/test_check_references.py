"""Peer references."""

import pytest
from factories import TODAY, file, policy
from hand import OUTCOMES, recorded

from credkit.checks.references import REFERENCES
from credkit.records import Result, Subject


def test_the_file_alone_proves_nothing() -> None:
    (subject,) = REFERENCES.subjects(file(), policy(), ("CO",))
    assert (subject.key, subject.missing, subject.claims["last_name"]) == ("", None, "Marsh")
    finding = REFERENCES.judge(subject, file(), {}, policy(), TODAY)
    assert (finding.result, finding.summary) == (Result.UNAVAILABLE, "Peer references is recorded by hand.")
    assert "credkit verify record 1000000004 references --result pass" in (finding.advice or "")
    assert REFERENCES.needs(Subject("references"), file(), policy()) == ()
    assert REFERENCES.by_hand
    assert not REFERENCES.automatic


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("references", result).state == state


def test_it_ages_by_the_policys_window() -> None:
    assert recorded("references", "pass", on="2026-06-30").state == "met"
    assert recorded("references", "pass", on="2026-07-01").state == "stale"
