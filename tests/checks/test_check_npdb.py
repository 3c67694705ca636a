"""The query of the National Practitioner Data Bank."""

import pytest
from factories import TODAY, file, policy
from hand import OUTCOMES, recorded

from credkit.checks.npdb import NPDB
from credkit.records import Result, Subject


def test_the_file_alone_proves_nothing() -> None:
    (subject,) = NPDB.subjects(file(), policy(), ("CO",))
    assert (subject.key, subject.missing, subject.claims["last_name"]) == ("", None, "Marsh")
    finding = NPDB.judge(subject, file(), {}, policy(), TODAY)
    assert (finding.result, finding.summary) == (
        Result.UNAVAILABLE,
        "National Practitioner Data Bank query is recorded by hand.",
    )
    assert "credkit verify record 1000000004 npdb --result pass" in (finding.advice or "")
    assert NPDB.needs(Subject("npdb"), file(), policy()) == ()
    assert NPDB.by_hand
    assert not NPDB.automatic


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("npdb", result).state == state


def test_it_ages_by_the_policys_window() -> None:
    assert recorded("npdb", "pass", on="2026-06-30").state == "met"
    assert recorded("npdb", "pass", on="2026-07-01").state == "stale"
