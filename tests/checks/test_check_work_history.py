from datetime import date, timedelta

import pytest
from factories import TODAY, application, education, file, gap, policy, position
from hypothesis import given
from hypothesis import strategies as st

from credkit.checks.work_history import Span, WorkHistory, uncovered
from credkit.records import Finding, Result, WorkEntry

CHECK = WorkHistory()


def judged(*work: WorkEntry, graduated: str | None = None, signed_on: str | None = "2026-02-20") -> Finding:
    degrees = (education(graduated=graduated),) if graduated else ()
    given = file(*degrees, application=application(signed_on=signed_on), work=work)
    (subject,) = CHECK.subjects(given, policy(), ("CO",))
    assert subject.missing is None
    return CHECK.judge(subject, given, {}, policy(), TODAY)


@pytest.mark.parametrize(
    ("work", "result"),
    [
        ([position()], "pass"),
        ([position("2021-02-20")], "pass"),
        ([position("2021-08-20")], "pass"),
        ([position("2021-08-21")], "fail"),
        ([position(ended="2025-08-19")], "fail"),
        ([position(ended="2025-08-20")], "pass"),
        ([position(ended="2023-01-31"), position("2023-08-01")], "pass"),
        ([position(ended="2023-01-31"), position("2023-08-02")], "fail"),
        ([position("2023-08-02"), position(ended="2023-01-31")], "fail"),
        ([position(ended="2023-01-31"), position("2022-01-01", "2023-06-30"), position("2023-08-02")], "pass"),
        ([position(), position("2022-01-01", "2022-02-01")], "pass"),
        ([position(ended="2023-01-31"), gap("2023-02-01", "2023-09-30"), position("2023-10-01")], "pass"),
        ([position(ended="2021-12-31"), gap("2022-01-01", "2023-12-31"), position("2024-01-01")], "pass"),
        ([position(ended="2021-12-31"), gap("2022-02-01", "2022-02-28"), position("2024-01-01")], "fail"),
        ([position(ended="2021-12-31"), gap("2024-05-01", "2024-06-01"), position("2024-01-01")], "fail"),
        ([position(ended="2023-01-31"), gap("2023-02-01", "2023-09-30", " "), position("2023-10-01")], "fail"),
        ([position(ended="2023-01-31"), gap("2023-02-01", "2023-09-30", None), position("2023-10-01")], "fail"),
        ([position(ended="2025-01-31"), gap("2025-02-01", None)], "pass"),
        ([position("2027-01-01")], "fail"),
        ([position(), position("2023-05-01", "2022-05-01")], "review"),
    ],
)
def test_what_a_history_means(work: list[WorkEntry], result: str) -> None:
    finding = judged(*work)
    assert finding.result == result, finding.summary


def test_a_gap_is_named() -> None:
    finding = judged(position(ended="2022-01-31"), position("2024-01-01"))
    assert finding.summary == "The gap from 2022-02-01 to 2023-12-31 is not explained in writing."
    explained = judged(position(ended="2023-01-31"), gap("2023-02-01", "2023-09-30"), position("2023-10-01"))
    assert "gap 2023-02-01 to 2023-09-30 is explained" in explained.summary
    assert explained.comparisons[0].claimed == "cared for a parent"


def test_since_graduation_suffices() -> None:
    assert judged(position("2024-07-01"), graduated="2024-05-20").result is Result.PASS
    assert judged(position("2024-07-01"), graduated="2012-05-20").result is Result.FAIL
    assert judged(position("2024-07-01"), graduated="2030-05-20").result is Result.FAIL


def test_the_years_count_back_from_the_signature() -> None:
    work = position("2021-05-01", "2025-12-31")
    assert judged(work, signed_on="2026-01-05").result is Result.PASS
    assert judged(work, signed_on="2027-01-05").result is Result.FAIL
    assert judged(work, signed_on=None).result is Result.PASS


def test_without_positions_it_is_missing() -> None:
    (subject,) = CHECK.subjects(file(work=[gap("2020-01-01", None)]), policy(), ())
    assert subject.missing == "no positions on file"


def test_a_change_of_the_history_is_a_change_of_the_claims() -> None:
    one, other = (CHECK.subjects(file(work=[position(ended=end)]), policy(), ())[0] for end in ("2025-01-01", None))
    assert one.claims != other.claims


@given(st.lists(st.tuples(st.integers(-50, 400), st.integers(1, 200)), max_size=8))
def test_what_is_uncovered_is_what_no_cover_touches(covers: list[tuple[int, int]]) -> None:
    start = date(2024, 1, 1)
    days = [start + timedelta(n) for n in range(365)]
    spans = [Span(start + timedelta(first), start + timedelta(first + length)) for first, length in covers]
    left = list(uncovered(Span(days[0], days[-1] + timedelta(1)), spans))
    for day in days:
        assert any(gap.first <= day < gap.after for gap in left) != any(one.first <= day < one.after for one in spans)
