"""The Preclusion List: from a plan's word by hand, or the list that it shared."""

from typing import Any

import pytest
from factories import NPI, OTHER_NPI, TODAY, file, list_entry, list_says, list_version, policy, provider
from hand import OUTCOMES, recorded

from credkit.checks.preclusion import Preclusion
from credkit.records import ListEntry, Result, SourceRef

CHECK = Preclusion()


def row(**changes: Any) -> ListEntry:
    """Return Ana Marsh's, precluded since 2025-05-01."""
    return list_entry(**{"npi": NPI, "excluded_on": "2025-05-01", "exclusion_type": None} | changes)


ROWS: list[tuple[str, tuple[ListEntry, ...], str, str]] = [
    ("nobody", (), "pass", "Not precluded by preclusion, published 2026-03-01"),
    ("NPI and name", (row(),), "fail", "Precluded since 2025-05-01, by NPI and name"),
    ("without a day", (row(excluded_on=None),), "fail", "Precluded, by NPI and name"),
    ("a former name", (row(last_name="VALE"),), "fail", "by NPI and name"),
    ("the NPI of another name", (row(last_name="REED", first_name="JO"),), "review", "JO REED, by NPI"),
    ("name and birth date", (row(npi=None),), "review", "by name and date of birth"),
    ("a name alone", (row(npi=None, date_of_birth=None),), "pass", "Not precluded"),
    ("another NPI", (row(npi=OTHER_NPI),), "pass", "Not precluded"),
    ("reinstated", (row(reinstated_on="2026-01-01"),), "pass", "reinstated on 2026-01-01"),
    ("to be reinstated", (row(reinstated_on="2026-04-01"),), "fail", "Precluded since"),
    ("precluded again", (row(excluded_on="2026-02-01", reinstated_on="2026-01-01"),), "fail", "since 2026-02-01"),
]


@pytest.mark.parametrize(("rows", "result", "says"), [one[1:] for one in ROWS], ids=[one[0] for one in ROWS])
def test_what_a_row_means(rows: tuple[ListEntry, ...], result: str, says: str) -> None:
    of = file(who=provider(former_names=("Vale",)))
    (subject,) = CHECK.subjects(of, policy(), ("CO",))
    assert CHECK.needs(subject, of, policy()) == (SourceRef("list", "preclusion"),)
    finding = CHECK.judge(subject, of, list_says(*rows, name="preclusion"), policy(), TODAY)
    assert (finding.result, says in finding.summary) == (Result(result), True), finding.summary
    assert len(finding.comparisons) == (0 if says == "Not precluded" else len(rows))


@pytest.mark.parametrize("published", ["2026-01-29", "2026-03-03"])
def test_a_list_of_another_time_proves_nothing(published: str) -> None:
    (subject,) = CHECK.subjects(file(), policy(), ("CO",))
    said = list_says(version=list_version(name="preclusion", published_on=published), name="preclusion")
    assert CHECK.judge(subject, file(), said, policy(), TODAY).result is Result.UNAVAILABLE
    assert CHECK.judge(subject, file(), {}, policy(), TODAY).result is Result.UNAVAILABLE


@pytest.mark.parametrize(("result", "state"), OUTCOMES)
def test_what_a_plan_attests_is_what_it_is(result: str, state: str) -> None:
    assert recorded("preclusion", result).state == state


def test_no_policy_asks_for_it_unless_it_says_so() -> None:
    assert "preclusion" not in {line.check for line in policy().requirements}
