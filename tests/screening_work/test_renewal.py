"""Which screening of everyone renews a finding."""

from dataclasses import replace
from datetime import date

import pytest
from factories import NPI, TODAY

from credkit.records import Result, Screening, Verification
from credkit.verify.requirements import renewed_by

OLD, NEW = (
    "leie list published 2026-02-01 (SHA-256 aaaaaaaaaaaa)",
    "leie list published 2026-03-01 (SHA-256 bbbbbbbbbbbb)",
)
FOUND = Verification(
    "finding", NPI, "exclusions", "leie", Result.PASS, "Clear.", TODAY, "2026-03-02T10:02:00Z", "kim", "source", NEW
)


def everyone(began: str, ended: str, address: str = OLD, ran_on: date = TODAY) -> Screening:
    return Screening(
        id="receipt", run_id="run", list="leie", list_id="version", address=address, scope="everyone", since=None,
        after_event=1, ran_on=ran_on, began_at=began, recorded_at=ended, actor="kim", matcher="1", policy_sha256="",
        people=1, names=1, with_date_of_birth=1, with_npi=1, counts={},
    )  # fmt: skip


@pytest.mark.parametrize(
    ("began", "ended", "renews"),
    [
        ("2026-03-02T09:00:00Z", "2026-03-02T09:30:00Z", False),
        # It was under way, with another version, while the finding was made: it may have found otherwise before.
        ("2026-03-02T09:59:00Z", "2026-03-02T10:05:00Z", False),
        ("2026-03-02T10:03:00Z", "2026-03-02T10:05:00Z", True),
    ],
)
def test_only_a_run_that_began_later_found_it_again(began: str, ended: str, renews: bool) -> None:
    run = everyone(began, ended)
    assert renewed_by(FOUND, [FOUND], [run], TODAY) == (run if renews else None)


def test_the_last_one_before_the_next_finding_counts() -> None:
    runs = [
        everyone(f"2026-0{month}-10T10:00:00Z", f"2026-0{month}-10T10:05:00Z", NEW, date(2026, month, 10))
        for month in (4, 5, 6)
    ]
    later = replace(FOUND, id="later", verified_on=date(2026, 5, 20), recorded_at="2026-05-20T10:00:00Z")
    assert renewed_by(FOUND, [FOUND], runs, date(2026, 6, 30)) == runs[2]
    assert renewed_by(FOUND, [FOUND], runs, date(2026, 4, 30)) == runs[0]
    assert renewed_by(FOUND, [FOUND, later], runs, date(2026, 6, 30)) == runs[1]
    assert renewed_by(later, [FOUND, later], runs, date(2026, 6, 30)) == runs[2]
