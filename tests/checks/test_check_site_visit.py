"""The site visit."""

import pytest
from factories import TODAY, file, policy
from hand import OUTCOMES, recorded

from credkit.checks.site_visit import SITE_VISIT
from credkit.records import Result, Subject


def test_the_file_alone_proves_nothing() -> None:
    (subject,) = SITE_VISIT.subjects(file(), policy(), ("CO",))
    assert (subject.key, subject.missing, subject.claims["last_name"]) == ("", None, "Marsh")
    finding = SITE_VISIT.judge(subject, file(), {}, policy(), TODAY)
    assert (finding.result, finding.summary) == (Result.UNAVAILABLE, "Site visit is recorded by hand.")
    assert "credkit verify record 1000000004 site_visit --result pass" in (finding.advice or "")
    assert SITE_VISIT.needs(Subject("site_visit"), file(), policy()) == ()
    assert SITE_VISIT.by_hand
    assert not SITE_VISIT.automatic


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_person_records_is_what_it_is(result: str, state: str) -> None:
    assert recorded("site_visit", result).state == state


def test_it_ages_by_the_policys_window() -> None:
    assert recorded("site_visit", "pass", on="2026-06-30").state == "met"
    assert recorded("site_visit", "pass", on="2026-07-01").state == "stale"
